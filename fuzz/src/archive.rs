//! Any bytes as an archive file.

use record::captions::cues;
use record::format::archive::{parse, write};
use record::format::{ExportFormat, export};
use record::{Described, Document, DocumentId, Sha256Digest};

/// Reads `bytes` as an archive file, writes it back, and takes from it all that other crates take.
///
/// # Panics
/// If the bytes come back changed, or a file without issues is none that follows the grammar.
pub fn archive(bytes: &[u8]) {
    let parsed = parse(bytes);
    assert!(write(&parsed.file) == bytes, "the bytes came back changed");
    assert_eq!(parsed.issues.is_empty(), parsed.file.transcript().is_some());
    assert!(parsed.issues.is_sorted_by_key(|issue| (issue.line, issue.column)));

    let file = parsed.file;
    let digest = Sha256Digest::from_bytes([0; 32]);
    let document = Document::of_file(DocumentId::of(file.url(), &digest), String::new(), &file);
    assert_eq!(document.id.as_str().parse(), Ok(document.id.clone()), "an id reads back");
    let ends = file.ends(None);
    assert_eq!(ends.len(), file.segments().len());
    let described = Described { document: &document, content: &digest, file: &file, sidecar: None };
    for format in ExportFormat::ALL {
        let exported = export(&described, format);
        let is_untimed = cues(&file, None).is_err() || format == ExportFormat::Parquet;
        assert!(exported.is_ok() || is_untimed, "only missing times keep a file from export as text");
    }
}
