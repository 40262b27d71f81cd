//! Sound -> what was said and when: Whisper on the processor, and the rules that make its words usable.
//!
//! ```text
//! samples --features--> log-mel windows --network--> logits --search--> tokens --window, words--> segments
//!            ^                                                                                       |
//!            +--- plan: which stretches, in which lanes ---  transcribe  --- suspect: what to doubt -+
//! ```
//!
//! [`transcribe::transcribe`] does it all for anything that implements [`model::Model`];
//! [`network::Network`] is the model that runs everywhere; the feature `whisper-cpp` adds one for graphics
//! processors, and [`together::Together`] lets several recordings share one. In 32-bit floats words equal those of
//! faster-whisper with the same weights and settings; in bytes nearly all do. `eval/speech` holds that.

#[allow(unsafe_code)] // loads, stores and detected processor features, nowhere else
mod kernels;

pub mod features;
pub mod model;
pub mod network;
pub mod plan;
mod search;
pub mod segment;
pub mod settings;
pub mod suspect;
pub mod together;
pub mod transcribe;
mod unheard;
pub mod vocabulary;
pub mod weights;
#[cfg(feature = "whisper-cpp")]
pub mod whisper_cpp;
mod window;
mod words;

pub use kernels::{ChoiceError, InstructionSet};
pub use language::languages;
