//! Why weights could not be read, in sentences a person can act on.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::vocabulary::VocabularyError;

/// Weights that could not be read: the file, and what is wrong with it.
#[derive(Debug, thiserror::Error)]
#[error("cannot read model `{}`: {kind}", .path.display())]
pub struct WeightsError {
    /// The file or folder at fault, which need not be the one that was opened.
    pub path: PathBuf,
    /// What is wrong with it.
    pub kind: Box<WeightsErrorKind>,
}

/// What is wrong with a file of weights.
#[derive(Debug, thiserror::Error)]
pub enum WeightsErrorKind {
    /// The system would not read it.
    #[error("{message}")]
    Unreadable {
        /// The system's words.
        message: String,
    },
    /// A pipe, a device, a socket.
    #[error("expected a file or a folder, found something else\nhint: name the model's file or its folder")]
    NotAFile,
    /// No bytes at all.
    #[error("the file is empty\nhint: it was probably not downloaded; fetch it again")]
    Empty,
    /// A file of another kind.
    #[error("expected Whisper weights (GGML, CTranslate2 or safetensors), found {found}\nhint: {hint}")]
    Foreign {
        /// What it is instead.
        found: String,
        /// What to do about it.
        hint: &'static str,
    },
    /// A folder without weights, or with more than one network.
    #[error(
        "expected one `model.bin`, `.safetensors` or GGML `.bin` file in the folder, found {found}\nhint: {hint}"
    )]
    Folder {
        /// What is there instead.
        found: String,
        /// What to do about it.
        hint: &'static str,
    },
    /// The file is shorter than what it says it holds.
    #[error(
        "expected {needed_bytes} bytes of {reading} from byte {position_bytes}, but the file ends at byte {total_bytes}\n\
         hint: it was probably cut short; fetch it again"
    )]
    Truncated {
        /// What was being read.
        reading: String,
        /// How many bytes that takes.
        needed_bytes: u64,
        /// Where it starts.
        position_bytes: u64,
        /// How long the file is.
        total_bytes: u64,
    },
    /// Something that does not follow the form.
    #[error(
        "{place}: expected {expected}, found {found}\n\
         hint: the file is damaged or not of a kind this build knows; fetch it again or use another form of the model"
    )]
    Malformed {
        /// Where.
        place: String,
        /// What the form asks for.
        expected: String,
        /// What is there.
        found: String,
    },
    /// A tensor that every Whisper network has is not there.
    #[error(
        "expected a tensor `{name}`, found none\n\
         hint: the file holds another kind of network, a part of one, or the tensor was taken before"
    )]
    MissingTensor {
        /// Its name, as openai/whisper calls it.
        name: String,
    },
    /// A tensor of another shape than the network's sizes ask for.
    #[error(
        "tensor `{name}`: expected shape {}, found {}\nhint: the sizes in the file contradict each other; fetch it again",
        shape_text(.expected), shape_text(.found)
    )]
    WrongShape {
        /// Its name, as openai/whisper calls it.
        name: String,
        /// The shape asked for.
        expected: Vec<usize>,
        /// The shape it has.
        found: Vec<usize>,
    },
    /// Numbers written in a way that is not read here.
    #[error(
        "tensor `{name}`: expected numbers of type {expected}, found {found}\nhint: use another form of the model"
    )]
    UnsupportedType {
        /// The tensor's name in the file.
        name: String,
        /// The types that are read.
        expected: &'static str,
        /// The type it has.
        found: String,
    },
    /// A value that no sound network holds.
    #[error(
        "tensor `{name}`: expected finite numbers, found {found} at position {position}\nhint: the file is damaged; fetch it again"
    )]
    NotFinite {
        /// The tensor's name.
        name: String,
        /// `NaN`, `inf` or `-inf`.
        found: String,
        /// Counted from 0, row by row.
        position: usize,
    },
    /// A file that must stand beside the weights is not there.
    #[error(
        "expected {expected} beside it, found none\nhint: keep all files of the model together in one folder"
    )]
    MissingCompanion {
        /// The names it may have.
        expected: &'static str,
    },
    /// The tokens make no vocabulary.
    #[error(
        "{0}\nhint: the vocabulary is not Whisper's, or lost bytes in an old conversion; fetch the model again"
    )]
    Vocabulary(VocabularyError),
    /// The vocabulary and the network do not belong together.
    #[error(
        "{place}: expected {expected}, found {found}\nhint: use the vocabulary that came with the weights"
    )]
    ForeignVocabulary {
        /// What was compared.
        place: String,
        /// What the network or the other vocabulary file has.
        expected: String,
        /// What this one has.
        found: String,
    },
}

impl WeightsError {
    pub(super) fn new(path: &Path, kind: WeightsErrorKind) -> WeightsError {
        WeightsError { path: path.to_owned(), kind: Box::new(kind) }
    }

    pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> WeightsError {
        WeightsError::new(path, WeightsErrorKind::Unreadable { message: error.to_string() })
    }

    pub(super) fn malformed(
        path: &Path,
        place: impl fmt::Display,
        expected: impl fmt::Display,
        found: impl fmt::Display,
    ) -> WeightsError {
        let (place, expected, found) = (place.to_string(), expected.to_string(), found.to_string());
        WeightsError::new(path, WeightsErrorKind::Malformed { place, expected, found })
    }
}

/// A shape as people write it, such as `[512, 80, 3]`.
pub(super) fn shape_text(shape: &[usize]) -> String {
    let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
    format!("[{}]", sizes.join(", "))
}

/// A name out of a file, fit to be shown: at most 80 characters, none that moves the cursor.
pub(super) fn shown(name: &str) -> String {
    const LIMIT: usize = 80;
    let mut characters = name.chars();
    let mut text: String = characters.by_ref().take(LIMIT).flat_map(char::escape_debug).collect();
    if characters.next().is_some() {
        text.push('…');
    }
    text
}
