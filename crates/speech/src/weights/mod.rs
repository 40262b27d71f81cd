//! Whisper's weights, in the forms in which they circulate.
//!
//! ```text
//! file or folder -> detect -> ctranslate2 | ggml | safetensors -> names and places -> checked -> take -> Tensor
//! ```
//!
//! Opening reads names, sizes and the vocabulary only, and checks that the network is complete; [`Weights::take`] reads
//! a tensor when it is asked for. So what is in memory is the tensors taken, not the file, and a file that is damaged
//! is refused before anything is allocated. Nothing is believed: no count reserves more than the file's bytes can fill.

mod alignment;
mod blocks;
mod canonical;
mod companions;
mod ctranslate2;
mod detect;
mod error;
mod ggml;
mod reader;
mod safetensors;
mod stored;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use half::f16;

pub use alignment::Head;
pub use error::{WeightsError, WeightsErrorKind};

use crate::vocabulary::Vocabulary;
use reader::ModelFile;
use stored::Stored;

/// Sizes of one Whisper network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dimensions {
    /// Rows of the log-mel spectrogram: 80, or 128 since large-v3.
    pub mel_channels: usize,
    /// Positions of the encoder: 1,500 of 20 ms.
    pub audio_positions: usize,
    /// Values of the encoder's state.
    pub audio_state: usize,
    /// Heads of the encoder's attention.
    pub audio_heads: usize,
    /// Blocks of the encoder.
    pub audio_layers: usize,
    /// Positions of the decoder: 448 tokens.
    pub text_positions: usize,
    /// Values of the decoder's state.
    pub text_state: usize,
    /// Heads of the decoder's attention.
    pub text_heads: usize,
    /// Blocks of the decoder.
    pub text_layers: usize,
    /// Rows of the embedding: text tokens and special ones.
    pub vocabulary_size: usize,
}

/// The numbers of a tensor, row-major.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// 32-bit floats: as stored, or widened exactly from bf16, or computed from integers and scales.
    F32(Vec<f32>),
    /// 16-bit floats, as stored.
    F16(Vec<f16>),
}

/// One tensor, read.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// Its sizes; the last is that of neighbouring values.
    pub shape: Vec<usize>,
    /// Its values, as many as the product of the sizes, all finite.
    pub values: Values,
}

impl Tensor {
    /// The values as 32-bit floats, which hold every 16-bit one exactly.
    pub fn into_f32(self) -> Vec<f32> {
        match self.values {
            Values::F32(values) => values,
            Values::F16(values) => values.into_iter().map(f16::to_f32).collect(),
        }
    }
}

/// A form in which weights circulate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `model.bin` of faster-whisper.
    CTranslate2,
    /// `ggml-*.bin` of whisper.cpp.
    Ggml,
    /// `model.safetensors` of the model hub.
    Safetensors,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Format::CTranslate2 => "CTranslate2",
            Format::Ggml => "GGML",
            Format::Safetensors => "safetensors",
        })
    }
}

/// The weights of one network, complete and not yet read.
#[derive(Debug)]
pub struct Weights {
    /// The network's sizes.
    pub dimensions: Dimensions,
    /// Its tokens.
    pub vocabulary: Vocabulary,
    /// The heads of cross-attention that follow the sound: layer and head, from 0; never empty.
    pub alignment_heads: Vec<Head>,
    /// The form they are in.
    pub format: Format,
    /// The file that was opened, or the list of the files.
    path: PathBuf,
    tensors: BTreeMap<String, Stored>,
    files: Vec<ModelFile>,
}

/// What the reader of one form found.
struct Contents {
    format: Format,
    dimensions: Dimensions,
    vocabulary: Vocabulary,
    alignment_heads: Option<companions::NamedHeads>,
    /// By openai's names; there may be others.
    tensors: BTreeMap<String, Stored>,
    files: Vec<ModelFile>,
}

impl Weights {
    /// Opens weights: a file in any of the forms, a list of safetensors files, or the folder that holds one of these.
    ///
    /// # Errors
    ///
    /// If there are none, or they are of another kind, damaged or incomplete, or their vocabulary is missing.
    pub fn open(path: &Path) -> Result<Weights, WeightsError> {
        let path = if path.is_dir() { file_in_folder(path)? } else { path.to_owned() };
        let contents = if path.to_string_lossy().ends_with(safetensors::SHARD_INDEX) {
            safetensors::open_shards(&path)?
        } else {
            let mut file = ModelFile::open(&path)?;
            match file.format()? {
                Format::CTranslate2 => ctranslate2::open(file)?,
                Format::Ggml => ggml::open(file)?,
                Format::Safetensors => safetensors::open(file)?,
            }
        };
        contents.check(path)
    }

    /// Reads a tensor and takes it out. `name` is openai's, such as `encoder.blocks.0.attn.query.weight`.
    ///
    /// # Errors
    ///
    /// If there is none of this name (any more), it has another shape, or its bytes are damaged.
    pub fn take(&mut self, name: &str, shape: &[usize]) -> Result<Tensor, WeightsError> {
        self.take_optional(name, shape)?.ok_or_else(|| missing(&self.path, name))
    }

    /// Reads a tensor that need not be there, and takes it out: key projections have no bias.
    ///
    /// # Errors
    ///
    /// If it has another shape, or its bytes are damaged.
    pub fn take_optional(&mut self, name: &str, shape: &[usize]) -> Result<Option<Tensor>, WeightsError> {
        let Some(stored) = self.tensors.get(name) else { return Ok(None) };
        check_shape(&self.path, name, shape, &stored.shape)?;
        let tensor = stored.read(name, &mut self.files[stored.file])?;
        self.tensors.remove(name);
        Ok(Some(tensor))
    }

    /// Names of the tensors that were not taken yet, in alphabetical order.
    pub fn remaining(&self) -> impl Iterator<Item = &str> {
        self.tensors.keys().map(String::as_str)
    }
}

impl Contents {
    /// Keeps the tensors of the network, if all are there in the right shape, and completes the heads for word times.
    fn check(mut self, path: PathBuf) -> Result<Weights, WeightsError> {
        let mut tensors = BTreeMap::new();
        for expected in canonical::tensors(&self.dimensions) {
            match self.tensors.remove(&expected.name) {
                Some(stored) => {
                    check_shape(&path, &expected.name, &expected.shape, &stored.shape)?;
                    tensors.insert(expected.name, stored);
                }
                None if expected.optional => {}
                None => return Err(missing(&path, &expected.name)),
            }
        }
        Ok(Weights {
            alignment_heads: self.heads()?,
            dimensions: self.dimensions,
            vocabulary: self.vocabulary,
            format: self.format,
            path,
            tensors,
            files: self.files,
        })
    }

    fn heads(&self) -> Result<Vec<Head>, WeightsError> {
        let Some((path, heads)) = self.alignment_heads.as_ref().filter(|(_, heads)| !heads.is_empty()) else {
            return Ok(alignment::heads_by_size(&self.dimensions));
        };
        let Dimensions { text_layers, text_heads, .. } = self.dimensions;
        match heads.iter().find(|(layer, head)| *layer >= text_layers || *head >= text_heads) {
            Some((layer, head)) => {
                let expected = format!("layers below {text_layers} and heads below {text_heads}");
                Err(WeightsError::malformed(
                    path,
                    "`alignment_heads`",
                    expected,
                    format!("layer {layer}, head {head}"),
                ))
            }
            None => Ok(heads.clone()),
        }
    }
}

fn missing(path: &Path, name: &str) -> WeightsError {
    WeightsError::new(path, WeightsErrorKind::MissingTensor { name: name.to_owned() })
}

fn check_shape(path: &Path, name: &str, expected: &[usize], found: &[usize]) -> Result<(), WeightsError> {
    if expected == found {
        return Ok(());
    }
    let (name, expected, found) = (name.to_owned(), expected.to_vec(), found.to_vec());
    Err(WeightsError::new(path, WeightsErrorKind::WrongShape { name, expected, found }))
}

impl Dimensions {
    /// Refuses sizes that no network has, before anything is made of them.
    fn check(&self, path: &Path) -> Result<(), WeightsError> {
        let sizes = [
            ("mel channels", self.mel_channels, 1024),
            ("audio positions", self.audio_positions, 1 << 16),
            ("audio state", self.audio_state, 1 << 16),
            ("audio heads", self.audio_heads, 1 << 10),
            ("audio layers", self.audio_layers, 256),
            ("text positions", self.text_positions, 1 << 16),
            ("text state", self.text_state, 1 << 16),
            ("text heads", self.text_heads, 1 << 10),
            ("text layers", self.text_layers, 256),
            ("rows of the embedding", self.vocabulary_size, 1 << 20),
        ];
        for (name, size, most) in sizes {
            if size == 0 || size > most {
                return Err(WeightsError::malformed(path, name, format!("1 to {most}"), size));
            }
        }
        for (name, state, heads) in [
            ("audio state", self.audio_state, self.audio_heads),
            ("text state", self.text_state, self.text_heads),
        ] {
            if !state.is_multiple_of(heads) {
                return Err(WeightsError::malformed(
                    path,
                    name,
                    format!("a multiple of its {heads} heads"),
                    state,
                ));
            }
        }
        if self.audio_state != self.text_state {
            let expected = format!("that of the encoder, {}", self.audio_state);
            return Err(WeightsError::malformed(path, "text state", expected, self.text_state));
        }
        Ok(())
    }
}

impl ModelFile {
    /// The form of the file, by its first bytes.
    fn format(&mut self) -> Result<Format, WeightsError> {
        let mut head = Vec::new();
        self.for_each_run(0, self.total_bytes.min(detect::HEAD_BYTES), 1, |run| head.extend_from_slice(run))?;
        detect::format_of(&self.path, &head)
    }
}

/// The file of weights in a folder: `model.bin`, `model.safetensors`, its list, or the only one of another name.
fn file_in_folder(folder: &Path) -> Result<PathBuf, WeightsError> {
    for name in ["model.bin", "model.safetensors", "model.safetensors.index.json"] {
        let path = folder.join(name);
        if path.is_file() {
            return Ok(path);
        }
    }
    let names = names_in(folder)?;
    let candidates: Vec<&String> =
        names.iter().filter(|name| name.ends_with(".safetensors") || name.ends_with(".bin")).collect();
    match candidates.as_slice() {
        [only] => Ok(folder.join(only)),
        [] => Err(no_weights(folder, &names)),
        several => {
            let found = format!("{} such files", several.len());
            Err(WeightsError::new(
                folder,
                WeightsErrorKind::Folder { found, hint: "name one of the files instead" },
            ))
        }
    }
}

/// Names of the files of a folder, sorted; those that are not UTF-8 are left out.
fn names_in(folder: &Path) -> Result<Vec<String>, WeightsError> {
    let mut names = Vec::new();
    for found in std::fs::read_dir(folder).map_err(|error| WeightsError::unreadable(folder, &error))? {
        let found = found.map_err(|error| WeightsError::unreadable(folder, &error))?;
        names.extend(found.file_name().into_string());
    }
    names.sort();
    Ok(names)
}

fn no_weights(folder: &Path, names: &[String]) -> WeightsError {
    let checkpoint = names.iter().find(|name| name.ends_with(".pt") || name.ends_with(".pth"));
    let (found, hint) = match checkpoint {
        Some(name) => (
            format!("only a PyTorch checkpoint, `{}`", error::shown(name)),
            "get the same model in the GGML, CTranslate2 or safetensors form",
        ),
        None => (format!("{} other files", names.len()), "name the folder or file that holds the weights"),
    };
    WeightsError::new(folder, WeightsErrorKind::Folder { found, hint })
}
