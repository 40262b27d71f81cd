//! A model that is on disk and may be loaded.

use std::path::{Path, PathBuf};

use record::Sha256Digest;

use crate::manifest::{Format, Model, Role, Variant};

/// A model's files, ready to load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelFiles {
    /// The model's name (`base.en`), or for local files the path as it was given.
    pub name: String,
    /// How the weights are stored.
    pub format: Format,
    /// The folder that holds the files.
    pub folder: PathBuf,
    /// The weights.
    pub weights: PathBuf,
    /// Dimensions and special tokens; absent for GGML, whose one file holds all.
    pub config: Option<PathBuf>,
    /// The tokeniser's merges and special tokens.
    pub tokenizer: Option<PathBuf>,
    /// The tokens in the order of their numbers; a model of meaning has this or the tokeniser.
    pub vocabulary: Option<PathBuf>,
    /// The digest of the weights: pinned for models of the manifest, computed for local files.
    pub weights_sha256: Sha256Digest,
    /// Terms of use; `None` for local files, of which we know nothing.
    pub licence: Option<String>,
    /// Whether the files were checked against a pin.
    pub origin: Origin,
}

/// Where a model's files come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Fetched by name; every file has its pinned SHA-256.
    Pinned,
    /// Named by path, taken as they are.
    Local,
}

impl ModelFiles {
    pub(crate) fn pinned(model: &Model, variant: &Variant, folder: &Path) -> Self {
        let of_role = |role| {
            let file = variant.files.iter().find(|file| file.role == role)?;
            Some(file.name.in_folder(folder, ""))
        };
        let weights = variant.weights();
        Self {
            name: model.name.to_string(),
            format: variant.format,
            folder: folder.to_owned(),
            weights: weights.name.in_folder(folder, ""),
            config: of_role(Role::Config),
            tokenizer: of_role(Role::Tokenizer),
            vocabulary: of_role(Role::Vocabulary),
            weights_sha256: weights.sha256,
            licence: Some(model.licence.clone()),
            origin: Origin::Pinned,
        }
    }
}
