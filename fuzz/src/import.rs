//! Any bytes as a transcript of another program.

use record::Imported;
use record::format::{ImportFormat, detect, import};

/// Reads `bytes` in every form, and checks what every reader promises.
///
/// # Panics
/// If a segment ends before it starts, stands before an earlier one, or has words that do not spell its text.
pub fn import_any(bytes: &[u8]) {
    for name in ["a.srt", "a.vtt", "a.ttml", "a.json", "a.txt", "a"] {
        let _ = detect(bytes, name);
    }
    for format in ImportFormat::ALL {
        match import(bytes, format) {
            Ok(imported) => check(&imported),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
}

fn check(imported: &Imported) {
    assert!(!imported.segments.is_empty());
    assert!(imported.segments.is_sorted_by(|a, b| a.start.as_f64() <= b.start.as_f64()));
    for segment in &imported.segments {
        assert!(!segment.text.trim().is_empty());
        assert!(segment.end.is_none_or(|end| end >= segment.start_time()));
        let spelled: String = segment.words.iter().map(|word| word.text.as_str()).collect();
        assert!(segment.words.is_empty() || spelled == segment.text);
    }
    assert_eq!(imported.lines().len(), imported.details().len());
    assert!(imported.issues.listed().iter().all(|issue| !issue.to_string().is_empty()));
}
