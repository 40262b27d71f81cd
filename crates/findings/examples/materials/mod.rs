//! An archive's documents without their parses, for findings that need none.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use archive::{Archive, StoredDocument, sha256};
use findings::Material;
use rayon::prelude::*;
use serde::Serialize;
use serde_json::Value;

/// The arguments: `--archive DIR WHAT [TEXT] [--json]`, as scripts call the program.
pub(crate) fn arguments() -> (PathBuf, Vec<String>) {
    let mut arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| argument != "--json").collect();
    let at = arguments.iter().position(|argument| argument == "--archive").expect("--archive DIR");
    let folder = arguments.drain(at..at + 2).nth(1).expect("--archive DIR");
    (folder.into(), arguments)
}

/// All documents in the order of their paths, one of each recording.
pub(crate) fn read(folder: &Path) -> Vec<Material> {
    let archive = Archive::find(Some(folder), folder).expect("an archive");
    let paths: Vec<_> = archive.documents().expect("a folder").filter_map(|found| found.ok()).collect();
    let read: Vec<Option<Material>> = paths
        .par_iter()
        .map(|path| {
            let raw = archive.read_raw(path).ok()?;
            let stored = raw.parse();
            let id = record::DocumentId::of(stored.url(), &sha256(&raw.bytes));
            let document = stored.document(id, path.as_str().to_owned());
            Some(match &stored {
                StoredDocument::Transcript(transcript) => {
                    let doubts = language::doubts(&transcript.file, transcript.sidecar.as_ref());
                    let is_doubted: Vec<bool> = doubts.iter().map(|doubts| !doubts.is_empty()).collect();
                    Material::of_transcript(
                        document,
                        &transcript.file,
                        transcript.sidecar.as_ref(),
                        &is_doubted,
                    )
                }
                StoredDocument::Article(article) => Material::of_article(document, &article.article),
            })
        })
        .collect();
    let mut seen = std::collections::HashSet::new();
    read.into_iter().flatten().filter(|material| seen.insert(material.document.id.clone())).collect()
}

/// Prints findings as the contracts have them: wherever one names a document, the document stands.
pub(crate) struct Printer(HashMap<String, Value>);

impl Printer {
    pub(crate) fn new(materials: &[Material]) -> Self {
        let printed = |material: &Material| {
            (material.document.id.to_string(), serde_json::to_value(&material.document).expect("a document"))
        };
        Self(materials.iter().map(printed).collect())
    }

    pub(crate) fn line(&self, finding: &impl Serialize) -> String {
        let mut value = serde_json::to_value(finding).expect("a finding");
        self.put_documents(&mut value);
        value.to_string()
    }

    fn put_documents(&self, value: &mut Value) {
        match value {
            Value::Object(fields) => {
                for (name, field) in fields.iter_mut() {
                    match self.0.get(field.as_str().unwrap_or_default()) {
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
