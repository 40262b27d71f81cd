//! `onrecord export`: a document in another form.

use crate::Global;
use crate::console::{Console, Outcome};
use crate::library;
use anyhow::bail;
use archive::StoredDocument;
use record::format::{ExportFormat, export};
use std::path::{Path, PathBuf};

/// Print a transcript in another format, or an article's text
///
/// `archive` is written from the parsed form, never copied: what comes out are the bytes that went in.
#[derive(clap::Args)]
pub(crate) struct Export {
    /// Path, id or a part of the title of a document; or any transcript's or article's file, in no archive
    document: String,
    /// archive, srt, vtt, txt, tsv, or json (that of openai-whisper)
    #[arg(long, short, default_value = "txt")]
    format: ExportFormat,
    /// File to write; else printed
    #[arg(long, short)]
    output: Option<PathBuf>,
}

impl Export {
    /// Writes the document in the format.
    pub(crate) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
        let bytes = match self.read(global, console)? {
            StoredDocument::Transcript(stored) => export(&stored.file, stored.sidecar.as_ref(), self.format)?,
            StoredDocument::Article(stored) if self.format == ExportFormat::Text => {
                stored.article.text.into_bytes()
            }
            StoredDocument::Article(_) => bail!(
                "`{}` is an article, which has no form `{}`\nhint: `--format txt` gives its text",
                self.document,
                self.format
            ),
        };
        match &self.output {
            Some(path) => archive::write_file(path, &bytes)?,
            None => console.raw(&bytes)?,
        }
        Ok(Outcome::Done)
    }

    fn read(&self, global: &Global, console: &Console) -> anyhow::Result<StoredDocument> {
        let path = Path::new(&self.document);
        if path.is_file() {
            return Ok(StoredDocument::read_loose(path)?);
        }
        let archive = library::archive(global)?;
        let index = library::open_index(&archive, console)?;
        let known = library::find_document(&archive, &index, &self.document)?;
        library::read_document(&archive, &known)
    }
}
