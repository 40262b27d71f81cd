//! Why a model's file is refused, and why a text got no vector.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// A file that can't be used as a model, and what is wrong with it.
#[derive(Debug, thiserror::Error)]
#[error("`{}`: {kind}", path.display())]
pub struct ModelError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong.
    pub kind: ModelErrorKind,
}

/// What is wrong with a model's file.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum ModelErrorKind {
    /// It can't be read.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// It is larger than any such model.
    #[error("it has more than {limit_bytes} bytes, too many for a model of this kind")]
    TooLarge {
        /// The most that is read.
        limit_bytes: u64,
    },
    /// It does not begin as safetensors do.
    #[error("expected safetensors: a length of 8 bytes and as much JSON, found {0}")]
    NotSafetensors(String),
    /// It lacks the table of vectors.
    #[error("expected a tensor `{expected}`, found {found}")]
    NoTensor {
        /// The name that was looked for.
        expected: &'static str,
        /// The names there are.
        found: String,
    },
    /// The table's numbers are of another kind.
    #[error("the tensor `{name}` is {found}, expected {expected}")]
    Tensor {
        /// Its name.
        name: &'static str,
        /// What was expected of it.
        expected: String,
        /// What it is.
        found: String,
    },
    /// A number of the table is infinite or none.
    #[error("number {at} of the tensor `{name}` is not finite")]
    NotFinite {
        /// The tensor's name.
        name: &'static str,
        /// Which number, from 0.
        at: usize,
    },
    /// The pieces of words are not those of a tokeniser this program knows.
    #[error("expected pieces of words for BERT's uncased tokeniser, found {0}")]
    Pieces(String),
    /// A piece has no vector.
    #[error("the piece `{piece}` has number {number}, but there are only {rows} vectors")]
    PieceWithoutVector {
        /// The piece.
        piece: String,
        /// Its number.
        number: u32,
        /// How many vectors there are.
        rows: usize,
    },
    /// It is no network that can be run.
    #[error("expected a network in ONNX, found {0}")]
    Network(String),
}

/// Why texts got no vectors: the network failed on them.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("the model `{model}` failed on a batch of {texts} texts: {reason}")]
pub struct EmbedError {
    /// The model's name.
    pub model: String,
    /// How many texts there were.
    pub texts: usize,
    /// What the network said.
    pub reason: String,
}

impl ModelErrorKind {
    pub(super) fn at(self, path: &Path) -> ModelError {
        ModelError { path: path.to_owned(), kind: self }
    }
}

/// Reads a file of at most so many bytes.
pub(super) fn read(path: &Path, limit_bytes: u64) -> Result<Vec<u8>, ModelError> {
    let unreadable = |error: std::io::Error| ModelErrorKind::Unreadable(error.to_string()).at(path);
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(limit_bytes.saturating_add(1)).read_to_end(&mut bytes).map_err(unreadable)?;
    match bytes.len() as u64 > limit_bytes {
        true => Err(ModelErrorKind::TooLarge { limit_bytes }.at(path)),
        false => Ok(bytes),
    }
}
