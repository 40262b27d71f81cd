//! The sound of one recording, decoded once and kept on disk, so that windows of it can be read in any order.
//!
//! Sixteen-bit samples, as faster-whisper hears them: an hour takes 115 MB of disk and no memory. The file has
//! no name; when the program ends in whatever way, it is gone.

use media::{MediaError, SAMPLE_RATE_HZ};
use speech::features::Samples;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::sync::Mutex;

const BYTES_PER_SAMPLE: u64 = 2;

/// What one unit of a 16-bit sample is.
const UNIT: f32 = 1.0 / 32_768.0;

/// Samples at 16 kHz in an unnamed file.
pub struct Spool {
    file: Mutex<File>,
    samples: u64,
}

/// Why a recording could not be decoded to disk.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// The recording could not be read.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// The temporary file could not be written.
    #[error(
        "can't keep the decoded sound in the folder for temporary files\nhint: an hour needs 115 MB there; `TMPDIR` names another folder"
    )]
    Disk(#[source] io::Error),
}

impl Spool {
    /// Decodes a recording to its end; `hear` is given every portion on the way.
    ///
    /// # Errors
    ///
    /// If nothing of the recording can be decoded, or the disk is full.
    pub fn fill(sound: &mut media::Samples, mut hear: impl FnMut(&[f32])) -> Result<Spool, SpoolError> {
        let mut out = BufWriter::new(tempfile::tempfile().map_err(SpoolError::Disk)?);
        let mut portion = Vec::with_capacity(2 * SAMPLE_RATE_HZ as usize);
        let mut samples = 0;
        loop {
            portion.clear();
            let count = sound.read(&mut portion)?;
            if count == 0 {
                break;
            }
            hear(&portion);
            let bytes: Vec<u8> = portion.iter().flat_map(|sample| quantised(*sample).to_le_bytes()).collect();
            out.write_all(&bytes).map_err(SpoolError::Disk)?;
            samples += count as u64;
        }
        let file = out.into_inner().map_err(|error| SpoolError::Disk(error.into_error()))?;
        Ok(Spool { file: Mutex::new(file), samples })
    }
}

fn quantised(sample: f32) -> i16 {
    // The cast saturates, which is what a sample beyond full scale needs.
    (sample / UNIT).round() as i16
}

impl Samples for Spool {
    fn sample_count(&self) -> u64 {
        self.samples
    }

    fn read_samples(&self, first: u64, out: &mut [f32]) -> io::Result<()> {
        let mut bytes = vec![0; out.len() * BYTES_PER_SAMPLE as usize];
        let mut file =
            self.file.lock().map_err(|_| io::Error::other("another reader of the sound panicked"))?;
        file.seek(SeekFrom::Start(first * BYTES_PER_SAMPLE))?;
        file.read_exact(&mut bytes)?;
        for (out, bytes) in out.iter_mut().zip(bytes.as_chunks::<2>().0) {
            *out = f32::from(i16::from_le_bytes(*bytes)) * UNIT;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteen_bits_survive_and_louder_is_cut() {
        for value in [i16::MIN, -1, 0, 1, 12_345, i16::MAX] {
            assert_eq!(quantised(f32::from(value) * UNIT), value);
        }
        assert_eq!(quantised(1.5), i16::MAX);
        assert_eq!(quantised(f32::NAN), 0);
    }
}
