//! `onrecord export`: a document, or the whole archive, in another form.

use crate::Global;
use crate::console::{Console, Outcome};
use crate::opened;
use anyhow::{Context, bail};
use archive::{Archive, DocumentPath, StoredDocument};
use ingest::foreign::{self, MayBe};
use ingest::{article, transcript};
use library::documents::find_document;
use record::format::{ExportFormat, csv, export, sidecar};
use record::{Described, Document, DocumentId, Sha256Digest, Sidecar};
use record::{Row, format::archive::ArchiveFile};
use serde_json::json;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use tables::ParquetWriter;

/// Print a transcript, or the whole archive, in another form; or an article's text
///
/// archive        the archive's own, written from what was understood: the bytes that went in come out
/// srt, vtt, ttml captions; WebVTT and TTML name speakers
/// json           the JSON of openai-whisper; podcast-json that of Podcasting 2.0
/// csv, parquet   a row for each segment, with its document, place, speaker, doubt and the hash of its file
/// md, html       for people: every line links to its second
/// txt, tsv       plain text; the table of openai-whisper
///
/// Captions of other programs are converted without being added: `onrecord export talk.srt --format vtt`.
#[derive(clap::Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Export {
    /// Path, id or a part of the title of a document; or any transcript's or article's file, in no archive
    #[arg(required_unless_present = "all")]
    document: Option<String>,
    /// Every document of the archive, in the order of their paths; csv and parquet
    #[arg(long, conflicts_with = "document")]
    all: bool,
    /// archive, srt, vtt, ttml, json, podcast-json, csv, parquet, md, html, txt or tsv
    #[arg(long, short, default_value = "txt")]
    format: ExportFormat,
    /// File to write; else printed
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  onrecord export 'Skerry Island' --format html -o ferry.html
  onrecord export talk.json --format srt          the captions of what Whisper wrote, without an archive
  onrecord export --all --format parquet -o archive.parquet
  onrecord export --all --format csv | head";

/// A document and its files, from the archive or from anywhere.
struct Loaded {
    document: Document,
    content: Sha256Digest,
    file: ArchiveFile,
    sidecar: Option<Sidecar>,
}

/// What a name stands for.
enum Either {
    Transcript(Box<Loaded>),
    /// Its text.
    Article(String),
}

impl Loaded {
    fn described(&self) -> Described<'_> {
        Described {
            document: &self.document,
            content: &self.content,
            file: &self.file,
            sidecar: self.sidecar.as_ref(),
        }
    }
}

impl Export {
    /// Writes the document, or all of them, in the form.
    pub(crate) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
        if self.format == ExportFormat::Parquet && self.output.is_none() && std::io::stdout().is_terminal() {
            bail!("a terminal can't show Parquet\nhint: `-o FILE` writes it to a file");
        }
        match &self.document {
            Some(named) => self.one(named, global, console),
            None => self.whole_archive(global, console),
        }
    }

    fn one(&self, named: &str, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
        let bytes = match load(named, global, console)? {
            Either::Transcript(loaded) if self.format == ExportFormat::Parquet => parquet(&loaded)?,
            Either::Transcript(loaded) => export(&loaded.described(), self.format)?,
            Either::Article(text) if self.format == ExportFormat::Text => text.into_bytes(),
            Either::Article(_) => bail!(
                "`{named}` is an article, which has no form `{}`\nhint: `--format txt` gives its text",
                self.format
            ),
        };
        match &self.output {
            Some(path) => archive::write_file(path, &bytes)?,
            None => console.raw(&bytes)?,
        }
        Ok(Outcome::Done)
    }

    fn whole_archive(&self, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
        if !matches!(self.format, ExportFormat::Csv | ExportFormat::Parquet) {
            bail!(
                "`--all` writes `csv` or `parquet`, not `{}`\nhint: name a document for the others",
                self.format
            );
        }
        let archive = opened::archive(global)?;
        let mut walk = Walk { archive: &archive, console, documents: 0, rows: 0, failed: 0 };
        match &self.output {
            Some(path) => archive::write_file_with(path, |out| walk.write(self.format, out))?,
            None => walk.write(self.format, BufWriter::new(std::io::stdout()))?,
        }
        self.report(&walk, console)?;
        Ok(if walk.failed > 0 { Outcome::Failed } else { Outcome::Done })
    }

    fn report(&self, walk: &Walk<'_>, console: &Console) -> anyhow::Result<()> {
        let Walk { documents, rows, failed, .. } = walk;
        let Some(output) = self.output.as_ref().map(|path| path.display().to_string()) else { return Ok(()) };
        if console.is_json() {
            let done = json!({ "output": output, "documents": documents, "rows": rows, "failed": failed });
            return Ok(console.object(&done)?);
        }
        console.remark(format_args!("{output}: {rows} rows of {documents} documents"));
        Ok(())
    }
}

/// A document of the archive, or a file that lies anywhere.
fn load(named: &str, global: &Global, console: &Console) -> anyhow::Result<Either> {
    let path = Path::new(named);
    if path.is_file() {
        return load_file(path);
    }
    let archive = opened::archive(global)?;
    let index = opened::open_index(&archive, console)?;
    let known = find_document(&archive, &index, named)?;
    let path =
        DocumentPath::new(known.document.path).context("the index names a path that leads elsewhere")?;
    load_stored(&archive, &path)
}

fn load_stored(archive: &Archive, path: &DocumentPath) -> anyhow::Result<Either> {
    let raw = archive.read_raw(path)?;
    let stored = raw.parse();
    let document = index::describe(&raw, &stored);
    let content = transcript::digest(&raw.bytes);
    Ok(match stored {
        StoredDocument::Transcript(stored) => {
            let (file, sidecar) = (stored.file, stored.sidecar);
            Either::Transcript(Box::new(Loaded { document, content, file, sidecar }))
        }
        StoredDocument::Article(stored) => Either::Article(stored.article.text),
    })
}

fn load_file(path: &Path) -> anyhow::Result<Either> {
    if article::is_article(path)
        && foreign::may_be(path) == MayBe::Never
        && let StoredDocument::Article(stored) = StoredDocument::read_loose(path)?
    {
        return Ok(Either::Article(stored.article.text));
    }
    load_transcript(path).map(|loaded| Either::Transcript(Box::new(loaded)))
}

fn load_transcript(path: &Path) -> anyhow::Result<Loaded> {
    let (file, sidecar, content) = if foreign::may_be(path) == MayBe::Never {
        let existing = transcript::read(path)?;
        let beside = std::fs::read(path.with_extension("json")).ok();
        let sidecar = beside.and_then(|bytes| sidecar::read(&bytes).ok());
        (existing.file, sidecar, transcript::digest(&existing.bytes))
    } else {
        let foreign = foreign::read(path, &Default::default(), jiff::Timestamp::now())?;
        let content = foreign.sidecar.origin().context("the hash of the file was taken just now")?;
        (foreign.file, Some(foreign.sidecar), content)
    };
    let origin = sidecar.as_ref().and_then(Sidecar::origin).unwrap_or(content);
    let document = Document::of_file(DocumentId::of(file.url(), &origin), path.display().to_string(), &file);
    Ok(Loaded { document, content, file, sidecar })
}

fn parquet(loaded: &Loaded) -> anyhow::Result<Vec<u8>> {
    let mut writer = ParquetWriter::new(Vec::new())?;
    loaded.described().rows().iter().try_for_each(|row| writer.push(row))?;
    Ok(writer.finish()?)
}

/// A way through all documents, one in memory at a time.
struct Walk<'a> {
    archive: &'a Archive,
    console: &'a Console,
    documents: usize,
    rows: usize,
    failed: usize,
}

impl Walk<'_> {
    fn write(&mut self, format: ExportFormat, mut out: impl Write + Send) -> anyhow::Result<()> {
        if format == ExportFormat::Parquet {
            let mut writer = ParquetWriter::new(out)?;
            self.each_row(|row| Ok(writer.push(row)?))?;
            writer.finish()?.flush()?;
            return Ok(());
        }
        out.write_all(csv::header().as_bytes())?;
        let mut line = String::new();
        self.each_row(|row| {
            line.clear();
            csv::append(&mut line, row);
            Ok(out.write_all(line.as_bytes())?)
        })?;
        Ok(out.flush()?)
    }

    /// Each row of each document; a document that can't be read is told and left out.
    fn each_row(&mut self, mut take: impl FnMut(&Row<'_>) -> anyhow::Result<()>) -> anyhow::Result<()> {
        let bar = self.console.progress(0, "exporting", "documents");
        for found in self.archive.documents()? {
            let loaded = match found {
                Ok(path) => load_stored(self.archive, &path),
                Err(skipped) if skipped.reason.is_problem() => Err(anyhow::anyhow!("{skipped}")),
                Err(_) => continue,
            };
            match loaded {
                // Rows are segments: an article has none.
                Ok(Either::Article(_)) => {}
                Ok(Either::Transcript(loaded)) => {
                    self.documents += 1;
                    for row in loaded.described().rows() {
                        self.rows += 1;
                        take(&row)?;
                    }
                }
                Err(error) => {
                    self.failed += 1;
                    self.console.error(&error);
                }
            }
            bar.inc(1);
        }
        bar.finish_and_clear();
        Ok(())
    }
}
