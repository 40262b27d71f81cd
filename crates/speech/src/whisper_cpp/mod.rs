//! whisper.cpp as a [`Model`]: its encoder and decoder on a graphics processor, our rules above them.
//!
//! ```text
//! window --slot: a state of whisper.cpp--> keys and values of the sound      \
//! history + tokens --what the slot was not fed yet--> logits of the last token > one lock around all of it
//! ```
//!
//! Only the low-level interface is used: `whisper_full` would bring rules of its own. It has two limits. A state
//! holds the keys and values of one token sequence, so the hypotheses of a beam take turns: each feeds what it does
//! not share with the one before it. And the attention of the decoder stays inside, so words get no times.

#[allow(unsafe_code)] // calls of C functions, nowhere else in this module
mod engine;
#[cfg(test)]
mod tests;

pub use engine::{graphics_processors, version};

use crate::features::{LogMel, WINDOW_FRAMES};
use crate::model::{Alignment, Logits, Model, ModelError, Row};
use crate::vocabulary::Vocabulary;
use crate::weights::{Dimensions, Format, Weights, WeightsError};
use engine::{Engine, Slot};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Where whisper.cpp computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// On the first graphics processor that it finds.
    Graphics,
    /// On the processor, much slower than [`crate::network::Network`]: to try out a build.
    Processor,
}

/// A Whisper network that whisper.cpp runs.
pub struct WhisperCpp {
    engine: Arc<Mutex<Engine>>,
    dimensions: Dimensions,
    vocabulary: Vocabulary,
    back_end: String,
}

/// Why whisper.cpp can't run a model.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file is no complete Whisper network.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// The weights are in a form that whisper.cpp does not read.
    #[error(
        "cannot use model `{}` with whisper.cpp: expected a GGML file, found {format}\n\
         hint: name the model's GGML file (`ggml-*.bin`, as whisper.cpp's collection has it); our own back end on the processor reads all forms", .path.display()
    )]
    NotGgml {
        /// The file.
        path: PathBuf,
        /// The form it is in.
        format: Format,
    },
    /// There is no graphics processor, or its driver is missing.
    #[error(
        "whisper.cpp finds no graphics processor that this build can use: {reason}\n\
         hint: a driver may be missing, or this build be made for another make of them"
    )]
    NoGraphics {
        /// What it said.
        reason: String,
    },
    /// whisper.cpp would not load it.
    #[error("whisper.cpp can't load model `{}`: {reason}", .path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// What it said.
        reason: String,
    },
}

impl WhisperCpp {
    /// Loads the GGML file at `path`; what stays on the processor runs on `threads` threads.
    ///
    /// # Errors
    ///
    /// If the file is not a complete GGML model, there is no such processor, or its memory does not suffice.
    pub fn open(path: &Path, place: Place, threads: NonZeroUsize) -> Result<WhisperCpp, OpenError> {
        // Reads names, sizes and the vocabulary: whisper.cpp believes what a file says of itself, so it gets sound ones.
        let weights = Weights::open(path)?;
        if weights.format != Format::Ggml {
            return Err(OpenError::NotGgml { path: path.to_owned(), format: weights.format });
        }
        let device = match place {
            Place::Graphics => first_graphics_processor()?,
            Place::Processor => "the processor".into(),
        };
        let (vocabulary, dimensions) = (weights.vocabulary, weights.dimensions);
        let engine = Engine::load(path, place, threads, dimensions)
            .map_err(|reason| OpenError::Refused { path: path.to_owned(), reason })?;
        let back_end = format!("whisper.cpp {} on {device}", version());
        Ok(WhisperCpp { engine: Arc::new(Mutex::new(engine)), dimensions, vocabulary, back_end })
    }
}

fn first_graphics_processor() -> Result<String, OpenError> {
    let first = graphics_processors().into_iter().next();
    first.map(|(name, _)| name).ok_or_else(|| OpenError::NoGraphics { reason: engine::complaint() })
}

/// A window that was encoded; holds a slot of the engine until it is dropped.
pub struct EncodedWindow {
    slot: Slot,
    engine: Arc<Mutex<Engine>>,
}

impl Drop for EncodedWindow {
    fn drop(&mut self) {
        locked(&self.engine).give_back(self.slot);
    }
}

/// The engine is sound after a panic elsewhere: it notes what a slot was fed only when that has worked.
fn locked(engine: &Mutex<Engine>) -> MutexGuard<'_, Engine> {
    engine.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Model for WhisperCpp {
    type Audio = EncodedWindow;
    type History = Vec<u32>;

    fn back_end(&self) -> String {
        self.back_end.clone()
    }

    fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    fn mel_channels(&self) -> usize {
        self.dimensions.mel_channels
    }

    fn text_positions(&self) -> usize {
        self.dimensions.text_positions
    }

    fn encode(&self, windows: Vec<LogMel>) -> Result<Vec<EncodedWindow>, ModelError> {
        let encode = |window: LogMel| {
            let bands = by_band(&window.padded_to(WINDOW_FRAMES));
            let slot = locked(&self.engine).take_slot()?;
            // Made first, so that the slot is given back if encoding fails.
            let encoded = EncodedWindow { slot, engine: Arc::clone(&self.engine) };
            locked(&self.engine).encode(slot, &bands)?;
            Ok(encoded)
        };
        windows.into_iter().map(encode).collect()
    }

    fn decode(&self, rows: &mut [Row<'_, WhisperCpp>]) -> Result<Logits, ModelError> {
        let vocabulary_size = self.dimensions.vocabulary_size;
        let mut values = vec![0.0; rows.len() * vocabulary_size];
        let mut engine = locked(&self.engine);
        let mut first = 0;
        for rows in rows.chunk_by_mut(|row, next| row.audio.slot == next.audio.slot) {
            rows.iter_mut().for_each(|row| row.history.extend_from_slice(row.tokens));
            let mut waiting: Vec<usize> = (0..rows.len()).collect();
            // Hypotheses take turns in the slot of their window; next is always the one with the least to feed.
            let to_feed = |engine: &Engine, row: &usize| {
                let Row { audio, history, .. } = &rows[*row];
                history.len() - engine.shared(audio.slot, history)
            };
            while let Some(place) = (0..waiting.len()).min_by_key(|place| to_feed(&engine, &waiting[*place]))
            {
                let row = waiting.remove(place);
                let logits = engine.logits_after(rows[row].audio.slot, rows[row].history)?;
                values[(first + row) * vocabulary_size..][..vocabulary_size].copy_from_slice(logits);
            }
            first += rows.len();
        }
        Ok(Logits { values, vocabulary_size })
    }

    fn aligns(&self) -> bool {
        false
    }

    fn align(&self, _: &EncodedWindow, _: &[u32], _: u32) -> Result<Alignment, ModelError> {
        Err(ModelError("whisper.cpp keeps to itself where its decoder looks, so words have no times".into()))
    }
}

/// The values of a spectrogram band by band, as whisper.cpp wants them; ours stand frame by frame.
fn by_band(window: &LogMel) -> Vec<f32> {
    let bands = 0..window.mel_channels;
    bands.flat_map(|band| window.values.iter().skip(band).step_by(window.mel_channels)).copied().collect()
}
