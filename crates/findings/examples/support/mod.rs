//! What the examples share: an archive's documents, read and parsed, and findings printed as the contracts have them.
//!
//! Parses are kept in the folder that `ONRECORD_ANALYSES` names, one file a document, so that a second run starts at once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::{Path, PathBuf};

use archive::{Archive, StoredDocument, sha256};
use findings::{Analysis, Material};
use language::parse::Parser;
use rayon::prelude::*;
use record::Document;
use serde::Serialize;
use serde_json::Value;

/// The documents of an archive.
pub(crate) struct Library {
    /// In the order of their paths, one of each recording.
    pub(crate) documents: Vec<(Material, Analysis)>,
    printed: HashMap<String, Value>,
}

/// The arguments: `--archive DIR WHAT [TEXT] [--json]`, as scripts call the program.
pub(crate) fn arguments() -> (PathBuf, Vec<String>) {
    let mut arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| argument != "--json").collect();
    let at = arguments.iter().position(|argument| argument == "--archive").expect("--archive DIR");
    let folder = arguments.drain(at..at + 2).nth(1).expect("--archive DIR");
    (folder.into(), arguments)
}

impl Library {
    /// Reads and parses all documents.
    pub(crate) fn open(folder: &Path) -> Self {
        let archive = Archive::find(Some(folder), folder).expect("an archive");
        let paths: Vec<_> = archive.documents().expect("a folder").filter_map(|found| found.ok()).collect();
        let parser = Parser::load(Path::new(
            &std::env::var("ONRECORD_PARSER").expect("ONRECORD_PARSER names the parser's folder"),
        ));
        let parser = parser.expect("a parser");
        let kept = std::env::var_os("ONRECORD_ANALYSES").map(PathBuf::from);
        let read: Vec<Option<(Material, Analysis)>> = paths
            .par_iter()
            .map(|path| {
                let raw = archive.read_raw(path).ok()?;
                let stored = raw.parse();
                let content = sha256(&raw.bytes);
                let document =
                    stored.document(record::DocumentId::of(stored.url(), &content), path.as_str().to_owned());
                let material = match &stored {
                    StoredDocument::Transcript(transcript) => {
                        let doubted: Vec<bool> =
                            language::doubts(&transcript.file, transcript.sidecar.as_ref())
                                .iter()
                                .map(|doubts| !doubts.is_empty())
                                .collect();
                        Material::of_transcript(
                            document,
                            &transcript.file,
                            transcript.sidecar.as_ref(),
                            &doubted,
                        )
                    }
                    StoredDocument::Article(article) => Material::of_article(document, &article.article),
                };
                let file = kept.as_ref().map(|folder| folder.join(content.to_string()));
                if let Some(bytes) = file.as_ref().and_then(|file| std::fs::read(file).ok()) {
                    return Some((material, postcard::from_bytes(&bytes).expect("an analysis")));
                }
                let analysis = Analysis::of(&material, &parser);
                if let Some(file) = file {
                    std::fs::write(file, postcard::to_allocvec(&analysis).expect("an analysis"))
                        .expect("a folder");
                }
                Some((material, analysis))
            })
            .collect();
        let mut printed = HashMap::new();
        let mut documents = Vec::new();
        for (material, analysis) in read.into_iter().flatten() {
            if let Entry::Vacant(vacant) = printed.entry(material.document.id.to_string()) {
                vacant.insert(to_value(&material.document));
                documents.push((material, analysis));
            }
        }
        Self { documents, printed }
    }

    /// Prints a finding: wherever it names a document, the document stands.
    pub(crate) fn print(&self, finding: &impl Serialize) {
        let mut value = serde_json::to_value(finding).expect("a finding");
        self.put_documents(&mut value);
        println!("{value}");
    }

    fn put_documents(&self, value: &mut Value) {
        match value {
            Value::Object(fields) => {
                for (name, field) in fields.iter_mut() {
                    match self.printed.get(field.as_str().unwrap_or_default()) {
                        Some(document) if name == "document" => *field = document.clone(),
                        _ => self.put_documents(field),
                    }
                }
            }
            Value::Array(values) => values.iter_mut().for_each(|value| self.put_documents(value)),
            _ => {}
        }
    }
}

fn to_value(document: &Document) -> Value {
    serde_json::to_value(document).expect("a document")
}
