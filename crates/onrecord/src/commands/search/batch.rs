//! Many queries from a table.

use super::{Printer, Search, csv_line, parse};
use crate::Global;
use crate::console::{Console, Outcome};
use crate::opened;
use anyhow::{Context, bail};
use archive::Archive;
use index::{Answer, Index};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The largest table of queries that is read.
const MAX_TABLE_BYTES: u64 = 16 << 20;

/// The most queries of a table.
const MAX_QUERIES: usize = 10_000;

/// A row of the table.
struct Asked {
    /// The line of the file.
    line: u64,
    /// What the row calls itself, else its line.
    name: String,
    query: String,
}

impl Search {
    /// Answers each query. One that can't be understood is told with its line; the others are answered.
    pub(super) fn run_batch(
        &self,
        file: &Path,
        global: &Global,
        console: &Console,
    ) -> anyhow::Result<Outcome> {
        let asked = read(file)?;
        let archive = opened::archive(global)?;
        let index = self.open(&archive, console)?;
        let printer = self.printer(&archive, console);
        match self.count {
            true if self.csv => {
                let columns = ["name", "query", "hits", "documents", "airtime_seconds"];
                console.raw(csv_line(columns).as_bytes())?;
            }
            true => {}
            false => printer.begin(&["name", "query"])?,
        }
        let (mut found, mut failed) = (0, Vec::new());
        for asked in &asked {
            match self.answer(&archive, &index, asked, &printer, console) {
                Ok(0) => console.remark(format_args!("{}: nothing like this is in this record", asked.name)),
                Ok(hits) => found += hits,
                Err(error) => failed.push((
                    asked.name.clone(),
                    error.context(format!("`{}` in line {}", asked.name, asked.line)),
                )),
            }
        }
        if !failed.is_empty() {
            console.failures(&failed);
            return Ok(Outcome::Failed);
        }
        Ok(if found == 0 { Outcome::NothingFound } else { Outcome::Done })
    }

    /// Prints one answer; how many hits it has.
    fn answer(
        &self,
        archive: &Archive,
        index: &Index,
        asked: &Asked,
        printer: &Printer<'_>,
        console: &Console,
    ) -> anyhow::Result<u64> {
        let Asked { name, query: text, .. } = asked;
        let query = self.spelt(archive, index, parse(text)?, console)?;
        if self.count {
            let counts = index.count(&query, &self.options())?;
            self.print_counts(Some(name), text, &counts, console)?;
            return Ok(counts.passages);
        }
        let answer: Answer = index.search(&query, &self.options())?;
        self.warn(&answer, console);
        if !self.csv && !console.is_json() {
            console.line(format!("# {name}: {text}"))?;
        }
        printer.print(&answer, &[("name", name), ("query", text)])?;
        Ok(answer.hits.len() as u64)
    }
}

/// The rows of a table of queries.
fn read(path: &Path) -> anyhow::Result<Vec<Asked>> {
    let name = path.display();
    let mut bytes = Vec::new();
    let file = File::open(path).with_context(|| format!("cannot read `{name}`"))?;
    file.take(MAX_TABLE_BYTES + 1)
        .read_to_end(&mut bytes)
        .with_context(|| format!("cannot read `{name}`"))?;
    if bytes.len() as u64 > MAX_TABLE_BYTES {
        bail!("cannot read `{name}`: expected at most {MAX_TABLE_BYTES} bytes of queries");
    }
    // Spreadsheets put a mark of their encoding first.
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
    rows(text).with_context(|| format!("cannot read `{name}`"))
}

fn rows(table: &[u8]) -> anyhow::Result<Vec<Asked>> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(table);
    let headers = reader.headers()?.clone();
    let column = |name: &str| headers.iter().position(|header| header.eq_ignore_ascii_case(name));
    let Some(query) = column("query") else {
        let found: Vec<&str> = headers.iter().take(10).collect();
        bail!("line 1: expected the names of columns, one of them `query`, found `{}`", found.join("`, `"));
    };
    let name = column("name");
    let mut asked = Vec::new();
    for record in reader.records() {
        let record = record?;
        let line = record.position().map_or(0, |position| line_at(table, position.byte()));
        let cell = |column: usize| record.get(column).filter(|cell| !cell.is_empty()).map(str::to_owned);
        let Some(query) = cell(query) else { continue };
        if asked.len() == MAX_QUERIES {
            bail!("line {line}: expected at most {MAX_QUERIES} queries");
        }
        let name = name.and_then(cell).unwrap_or_else(|| line.to_string());
        asked.push(Asked { line, name, query });
    }
    if asked.is_empty() {
        bail!("expected a query below the names of the columns, found none");
    }
    Ok(asked)
}

/// The line of the first byte of a row that is not an end of line, from 1.
fn line_at(table: &[u8], byte: u64) -> u64 {
    let from = usize::try_from(byte).unwrap_or(usize::MAX).min(table.len());
    let ends = table[from..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    1 + table[..from + ends].iter().filter(|byte| **byte == b'\n').count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(table: &str) -> Result<Vec<String>, String> {
        let rows = rows(table.as_bytes()).map_err(|error| error.to_string())?;
        Ok(rows.iter().map(|asked| format!("{} {}: {}", asked.line, asked.name, asked.query)).collect())
    }

    #[test]
    fn tables_are_read_as_spreadsheets_write_them() {
        let table = "name,Query,remark\r\nferries,\"\"\"late ferry\"\" -storm\",x\r\n,\r\n,boats\r\n";
        assert_eq!(shown(table).unwrap(), ["2 ferries: \"late ferry\" -storm", "4 4: boats"]);
        assert_eq!(shown("query\nferry\n").unwrap(), ["2 2: ferry"]);
    }

    #[test]
    fn what_is_no_table_of_queries_is_told() {
        let no_column = shown("ferry\nboats\n").unwrap_err();
        assert_eq!(no_column, "line 1: expected the names of columns, one of them `query`, found `ferry`");
        assert_eq!(
            shown("query\n").unwrap_err(),
            "expected a query below the names of the columns, found none"
        );
        let bytes = rows(b"query\n\xff\n").err().unwrap().to_string();
        assert!(bytes.contains("UTF-8") || bytes.contains("utf-8"), "{bytes}");
    }
}
