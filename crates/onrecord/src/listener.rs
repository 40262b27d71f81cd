//! What listens: our own network on the processor, or whisper.cpp where it is built in. The one place that knows both.

use anyhow::bail;
use clap::ValueEnum;
use ingest::recording::{
    Options, Recogniser, RecordingError, Source, Step, Transcript, journal_of, transcribe_recording,
};
use models::ModelFiles;
use record::Sha256Digest;
use speech::model::Model;
use speech::network::{Network, Precision};
use speech::together::Together;
use speech::vocabulary::Vocabulary;
#[cfg(feature = "whisper-cpp")]
use speech::whisper_cpp::{self, Place, WhisperCpp};
#[cfg(feature = "whisper-cpp")]
use std::num::NonZeroUsize;

/// Where recognition computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Device {
    /// On the processor, by our own network
    Cpu,
    /// On a graphics processor, by whisper.cpp
    Gpu,
    /// On the processor, by whisper.cpp: slower than `cpu`, to try out a build
    WhisperCpp,
}

/// Cargo features that each build whisper.cpp for one make of graphics processors.
const GRAPHICS: [(&str, bool); 4] = [
    ("cuda", cfg!(feature = "cuda")),
    ("vulkan", cfg!(feature = "vulkan")),
    ("metal", cfg!(feature = "metal")),
    ("hipblas", cfg!(feature = "hipblas")),
];

impl Device {
    /// Whether words get times there.
    pub(crate) fn has_word_times(self) -> bool {
        self == Device::Cpu
    }

    /// Windows that are best decoded together there: whisper.cpp takes them one by one anyway, and each takes memory.
    pub(crate) fn best_batch(self) -> usize {
        if self == Device::Cpu { 8 } else { 1 }
    }

    /// Refuses what this build lacks.
    pub(crate) fn check_built(self) -> anyhow::Result<()> {
        match self {
            Device::Gpu if !GRAPHICS.iter().any(|(_, built)| *built) => bail!(
                "`--device gpu` needs whisper.cpp for a graphics processor, which this build lacks\n\
                 hint: `cargo install --path crates/onrecord --features cuda` (NVIDIA) builds it in, or with `vulkan` \
                 (any make), `metal` (Apple), `hipblas` (AMD) in its place"
            ),
            Device::WhisperCpp if !cfg!(feature = "whisper-cpp") => bail!(
                "`--device whisper-cpp` needs whisper.cpp, which this build lacks\n\
                 hint: `cargo install --path crates/onrecord --features whisper-cpp` builds it in"
            ),
            _ => Ok(()),
        }
    }
}

/// Numbers that our own network computes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ComputeType {
    /// Weights and activations rounded to bytes (the default)
    Int8,
    /// 32-bit floats
    Float32,
}

impl From<ComputeType> for Precision {
    fn from(compute_type: ComputeType) -> Precision {
        match compute_type {
            ComputeType::Int8 => Precision::Int8,
            ComputeType::Float32 => Precision::Float32,
        }
    }
}

/// What this build can compute on, for `doctor`; `None` if only on the processor.
#[cfg(feature = "whisper-cpp")]
pub(crate) fn graphics() -> Option<String> {
    let built: Vec<&str> = GRAPHICS.iter().filter(|(_, built)| *built).map(|(name, _)| *name).collect();
    let built = if built.is_empty() { "the processor only".to_string() } else { built.join(", ") };
    let found = whisper_cpp::graphics_processors().into_iter().map(|(_, description)| description);
    let found: Vec<String> = found.collect();
    let found = if found.is_empty() { "none is here".to_string() } else { found.join(", ") };
    Some(format!("whisper.cpp {} for {built}; graphics processors: {found}", whisper_cpp::version()))
}

/// What this build can compute on, for `doctor`; `None` if only on the processor.
#[cfg(not(feature = "whisper-cpp"))]
pub(crate) fn graphics() -> Option<String> {
    None
}

/// A model that is loaded.
pub(crate) struct Listener {
    model: Loaded,
    files: ModelFiles,
}

enum Loaded {
    Own(Box<Network>),
    #[cfg(feature = "whisper-cpp")]
    WhisperCpp(Box<WhisperCpp>),
}

/// Does the same with whichever model is loaded.
macro_rules! with_model {
    ($listener:expr, $model:ident => $act:expr) => {
        match &$listener.model {
            Loaded::Own($model) => $act,
            #[cfg(feature = "whisper-cpp")]
            Loaded::WhisperCpp($model) => $act,
        }
    };
}

impl Listener {
    /// Loads a model for a device; rayon's threads are set up before.
    pub(crate) fn load(
        files: ModelFiles,
        device: Device,
        compute_type: Option<ComputeType>,
    ) -> anyhow::Result<Listener> {
        device.check_built()?;
        if device != Device::Cpu && compute_type.is_some() {
            bail!(
                "`--compute-type` is for `--device cpu`: whisper.cpp computes as its model's file is stored"
            );
        }
        let precision = compute_type.map_or(Precision::default(), Precision::from);
        let model = match device {
            #[cfg(feature = "whisper-cpp")]
            Device::Gpu | Device::WhisperCpp => {
                let place = if device == Device::Gpu { Place::Graphics } else { Place::Processor };
                let threads = NonZeroUsize::new(rayon::current_num_threads()).unwrap_or(NonZeroUsize::MIN);
                Loaded::WhisperCpp(Box::new(WhisperCpp::open(&files.weights, place, threads)?))
            }
            // Without the feature only `cpu` has passed the check.
            _ => Loaded::Own(Box::new(Network::open(&files.weights, precision)?)),
        };
        Ok(Listener { model, files })
    }

    /// The files it was loaded from.
    pub(crate) fn files(&self) -> &ModelFiles {
        &self.files
    }

    /// The tokens it speaks in.
    pub(crate) fn vocabulary(&self) -> &Vocabulary {
        with_model!(self, model => model.vocabulary())
    }

    /// Lets recordings that are transcribed at the same time be decoded together, up to `windows` windows of them.
    pub(crate) fn shared(&self, windows: usize) -> SharedListener<'_> {
        let model = match &self.model {
            Loaded::Own(model) => Shared::Own(Together::new(&**model, windows)),
            #[cfg(feature = "whisper-cpp")]
            Loaded::WhisperCpp(model) => Shared::WhisperCpp(Together::new(&**model, windows)),
        };
        SharedListener { model, files: &self.files }
    }

    /// Forgets what was noted of a transcription, once it is stored.
    pub(crate) fn forget(&self, sha256: &Sha256Digest, options: &Options) {
        with_model!(self, model => {
            journal_of(sha256, &Recogniser { model: &**model, files: &self.files }, options).remove();
        });
    }
}

#[cfg(all(test, not(feature = "whisper-cpp")))]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_built_in_is_refused_with_the_way_to_get_it() {
        assert!(Device::Cpu.check_built().is_ok());
        insta::assert_snapshot!(Device::Gpu.check_built().unwrap_err(), @r"
        `--device gpu` needs whisper.cpp for a graphics processor, which this build lacks
        hint: `cargo install --path crates/onrecord --features cuda` (NVIDIA) builds it in, or with `vulkan` (any make), `metal` (Apple), `hipblas` (AMD) in its place
        ");
        insta::assert_snapshot!(Device::WhisperCpp.check_built().unwrap_err(), @r"
        `--device whisper-cpp` needs whisper.cpp, which this build lacks
        hint: `cargo install --path crates/onrecord --features whisper-cpp` builds it in
        ");
    }
}

/// A model that several threads listen with at once.
pub(crate) struct SharedListener<'a> {
    model: Shared<'a>,
    files: &'a ModelFiles,
}

enum Shared<'a> {
    Own(Together<'a, Network>),
    #[cfg(feature = "whisper-cpp")]
    WhisperCpp(Together<'a, WhisperCpp>),
}

impl SharedListener<'_> {
    /// Transcribes a recording.
    pub(crate) fn transcribe(
        &self,
        source: &Source<'_>,
        options: &Options,
        progress: &mut dyn FnMut(Step),
    ) -> Result<Transcript, RecordingError> {
        match &self.model {
            Shared::Own(together) => {
                let recogniser = Recogniser { model: &together.seat(), files: self.files };
                transcribe_recording(source, &recogniser, options, progress)
            }
            #[cfg(feature = "whisper-cpp")]
            Shared::WhisperCpp(together) => {
                let recogniser = Recogniser { model: &together.seat(), files: self.files };
                transcribe_recording(source, &recogniser, options, progress)
            }
        }
    }
}
