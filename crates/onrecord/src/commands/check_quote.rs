//! `onrecord check-quote`: printed or remembered words, held against the record.

use super::findings::Finding;
use super::layout::one_line;
use crate::Global;
use crate::console::{Console, Outcome};
use crate::opened;
use analysis::material;
use anyhow::bail;
use archive::Archive;
use findings::check::{METHOD, Match, Quote, quotations};
use index::Index;
use library::cited::Cited;
use library::documents::{find_document, read_document};
use library::quotation::Read;
use serde_json::Value;

/// Find printed or remembered words in the record, and say whether they were said like that
///
/// The words are compared one by one: the verdict is `verbatim`, `trimmed` (words are left out) or `altered`, with what differs.
/// Case, punctuation, hesitations, other spellings and what a recogniser probably misheard are no alterations; each is named.
/// If nothing like it is found, the words are not in this record, which does not say that nobody said them; then the status
/// is 1.
#[derive(clap::Args)]
pub(crate) struct CheckQuote {
    /// The words, in one argument or several
    #[arg(required = true, value_name = "WORDS")]
    words: Vec<String>,
    /// Most places to show
    #[arg(long, short = 'n', default_value_t = 5)]
    limit: usize,
}

impl CheckQuote {
    /// Prints the places, best first.
    pub(crate) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
        let text = self.words.join(" ");
        let quote = Quote::of(&text)?;
        let archive = opened::archive(global)?;
        let index = opened::open_index(&archive, console)?;
        let mut matches = Read::default().matches(&archive, &index, &quote, &text)?;
        matches.truncate(self.limit);
        let cited = Cited::of(&archive, &index);
        for found in &matches {
            let mut value = cited.value(found)?;
            value["method"] = METHOD.into();
            if console.is_json() {
                console.object(&value)?;
            } else {
                print_match(&Finding(&value), "", console)?;
            }
        }
        if matches.is_empty() {
            console.remark("not in this record");
            return Ok(Outcome::NothingFound);
        }
        Ok(Outcome::Done)
    }
}

/// Prints every quotation of an article with its verdict; for `onrecord quotes --check`.
pub(super) fn check_article(named: &str, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
    let archive = opened::archive(global)?;
    let index = opened::open_index(&archive, console)?;
    let known = find_document(&archive, &index, named)?;
    let stored = read_document(&archive, &known)?;
    if stored.article().is_none() {
        bail!("`{}` is a transcript\nhint: quotations are looked for in articles", known.document.path);
    }
    let article = material(known.document.clone(), &stored);
    let cited = Cited::of(&archive, &index);
    let mut read = Read::default();
    let (mut all, mut on_record) = (0, 0);
    for quotation in quotations(&article) {
        let matches = quotation_matches(&mut read, &archive, &index, quotation.quote(), &quotation.words)?;
        let checked = quotation.checked(&known.document, matches);
        all += 1;
        on_record += usize::from(checked.verdict.is_some());
        let mut value = cited.value(&checked)?;
        value["method"] = METHOD.into();
        if console.is_json() {
            console.object(&value)?;
        } else {
            print_checked(&Finding(&value), console)?;
        }
    }
    console.remark(format_args!("{on_record} of {all} quotations are on record elsewhere"));
    Ok(if all == 0 { Outcome::NothingFound } else { Outcome::Done })
}

fn quotation_matches(
    read: &mut Read,
    archive: &Archive,
    index: &Index,
    quote: Option<Quote>,
    words: &str,
) -> anyhow::Result<Vec<Match>> {
    match quote {
        Some(quote) => Ok(read.matches(archive, index, &quote, words)?),
        None => Ok(Vec::new()),
    }
}

fn print_checked(checked: &Finding<'_>, console: &Console) -> anyhow::Result<()> {
    console.line(one_line(&format!("\u{201c}{}\u{201d}", checked.text("/words"))))?;
    match checked.0.pointer("/best").filter(|best| !best.is_null()) {
        Some(best) => print_match(&Finding(best), "    ", console),
        None => Ok(console.line("    not in this record\n")?),
    }
}

fn print_match(found: &Finding<'_>, indent: &str, console: &Console) -> anyhow::Result<()> {
    console.line(one_line(&format!("{indent}{}: {}", found.text("/verdict"), found.text("/text"))))?;
    console.line(format!("{indent}    {}", found.place()))?;
    let marks = |run: &Value| {
        let (side, words) = (run.pointer("/0")?.as_str()?, run.pointer("/1")?.as_str()?);
        Some(match side {
            "=" => words.to_owned(),
            "-" => format!("[-{words}-]"),
            _ => format!("{{+{words}+}}"),
        })
    };
    let runs: Vec<String> = found.parts("/difference").filter_map(|run| marks(run.0)).collect();
    if runs.len() > 1 {
        console.line(one_line(&format!("{indent}    {}", runs.join(" "))))?;
    }
    Ok(console.line("")?)
}
