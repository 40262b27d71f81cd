//! Any bytes as a recording.

use std::io::Cursor;

use media::{Input, OpenOptions, open};

/// Samples after which a recording is long enough: a minute.
const ENOUGH_SAMPLES: usize = 60 * 16_000;

/// Reads `bytes` as a recording that comes through a pipe, by our own decoders, up to its first minute.
///
/// # Panics
/// If a sample lies outside the range, or an error says nothing.
pub fn media(bytes: &[u8]) {
    let input = Input::Stream { name: "bytes".to_owned(), reader: Box::new(Cursor::new(bytes.to_vec())) };
    let options = OpenOptions { use_ffmpeg: false, ..OpenOptions::default() };
    let mut recording = match open(input, &options) {
        Ok(recording) => recording,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    let (mut total, mut portion) = (0, Vec::new());
    while let Ok(count @ 1..) = recording.read(&mut portion) {
        assert!(portion.iter().all(|sample| (-1.0..=1.0).contains(sample)), "a sample out of range");
        portion.clear();
        total += count;
        if total > ENOUGH_SAMPLES {
            break;
        }
    }
    assert!(recording.issues().iter().all(|issue| !issue.to_string().is_empty()));
}
