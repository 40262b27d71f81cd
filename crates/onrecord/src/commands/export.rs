//! `onrecord export`: a document in another form.

use crate::Global;
use crate::console::{Console, Outcome};
use crate::library;
use ingest::transcript;
use record::Sidecar;
use record::format::archive::ArchiveFile;
use record::format::{ExportFormat, export, sidecar};
use std::path::{Path, PathBuf};

/// Print a transcript in another format
///
/// `archive` is written from the parsed form, never copied: what comes out are the bytes that went in.
#[derive(clap::Args)]
pub(crate) struct Export {
    /// Path, id or a part of the title of a document; or any transcript's file, in no archive
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
        let (file, beside) = self.read(global, console)?;
        let bytes = export(&file, beside.as_ref(), self.format)?;
        match &self.output {
            Some(path) => archive::write_file(path, &bytes)?,
            None => console.raw(&bytes)?,
        }
        Ok(Outcome::Done)
    }

    fn read(&self, global: &Global, console: &Console) -> anyhow::Result<(ArchiveFile, Option<Sidecar>)> {
        let path = Path::new(&self.document);
        if path.is_file() {
            let existing = transcript::read(path)?;
            let beside = std::fs::read(path.with_extension("json")).ok();
            return Ok((existing.file, beside.and_then(|bytes| sidecar::read(&bytes).ok())));
        }
        let archive = library::archive(global)?;
        let index = library::open_index(&archive, console)?;
        let known = library::find_document(&archive, &index, &self.document)?;
        let stored = library::read_document(&archive, &known)?;
        Ok((stored.file, stored.sidecar))
    }
}
