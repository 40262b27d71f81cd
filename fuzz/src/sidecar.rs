//! Any bytes as a sidecar.

use record::Segment;
use record::format::sidecar::{read, write};

/// Reads `bytes` as a sidecar, and writes and reads what was understood.
///
/// # Panics
/// If what was read once is read differently after it was written.
pub fn sidecar(bytes: &[u8]) {
    match read(bytes) {
        Ok(sidecar) => {
            let again = read(&write(&sidecar)).expect("what we write, we read");
            assert_eq!(again, sidecar);
            let untimed = Segment { text: String::new(), start: None };
            let segments = vec![untimed; sidecar.segments.len()];
            assert_eq!(sidecar.check(&segments), Ok(()));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}
