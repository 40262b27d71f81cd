//! The model of meaning, loaded when something has to be compared: most commands that could need it don't.

use language::embed::{EmbedError, Embedder, ModelPaths, StaticModel};
use models::{Cache, Kind};
use std::path::PathBuf;
use std::sync::OnceLock;

/// By which passages are compared with questions.
const MODEL: &str = "potion-base-8m";

/// A model that is installed and may not have been loaded yet.
pub struct InstalledModel {
    weights: PathBuf,
    pieces: PathBuf,
    loaded: OnceLock<Result<StaticModel, String>>,
}

impl InstalledModel {
    /// The model, if it is installed.
    pub fn find() -> Option<Self> {
        let files = Cache::of_user().ok()?.locate_for(Kind::StaticEmbedding, MODEL).ok()?;
        let pieces = files.vocabulary.or(files.tokenizer)?;
        Some(Self { weights: files.weights, pieces, loaded: OnceLock::new() })
    }

    fn loaded(&self) -> Result<&StaticModel, EmbedError> {
        let load = || {
            let paths = ModelPaths { weights: &self.weights, pieces: &self.pieces };
            StaticModel::load(MODEL, &paths).map_err(|error| {
                format!("{error}\nhint: `onrecord models fetch {MODEL}` replaces what is damaged")
            })
        };
        let failed =
            |reason: &String| EmbedError { model: MODEL.to_owned(), texts: 0, reason: reason.clone() };
        self.loaded.get_or_init(load).as_ref().map_err(failed)
    }
}

impl Embedder for InstalledModel {
    fn dimensions(&self) -> usize {
        self.loaded().map_or(0, StaticModel::dimensions)
    }

    fn name(&self) -> &str {
        MODEL
    }

    fn embed_batch(&self, texts: &[&str]) -> Result<Vec<f32>, EmbedError> {
        self.loaded()?.embed_batch(texts)
    }
}
