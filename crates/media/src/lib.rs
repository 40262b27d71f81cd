//! A media file or stream -> 16 kHz mono samples with positions, facts about it, and where speech is.
//!
//! ```text
//! file, pipe --input--> bytes --recognise--> container --demux--> packets --codec--> planes --mix--> mono
//!                                    |                                                                |
//!                                    +------------ ffmpeg, where we know no way ----------+   timeline, resample
//!                                                                                         |           |
//!                                                             Samples (16 kHz, mono) <----+-----------+
//!                                                                |
//!                                                              voice: stretches of speech, places to cut
//! ```
//!
//! The promises: the sample with the number `n` was heard `n / 16` ms after the beginning, whatever the container,
//! the coding, the rate or the damage; memory is bounded whatever the length of the file; no input makes it panic,
//! hang or print. What is wrong with a file is said with its place: as an [`Issue`] where the rest can be heard, as a
//! [`MediaError`] where nothing can.

mod codec;
mod decode;
mod demux;
mod error;
mod facts;
mod ffmpeg;
mod hash;
mod input;
mod issue;
mod matroska;
mod mix;
mod mp4;
mod opus;
mod own;
mod probe;
mod recognise;
mod resample;
mod time;
mod timeline;
mod voice;
mod wav;

pub use decode::{OpenOptions, Samples, open};
pub use error::{MediaError, MediaErrorKind};
pub use facts::{MediaFacts, Tags};
pub use ffmpeg::ffmpeg_version;
pub use hash::hash_file;
pub use input::Input;
pub use issue::{Issue, IssueKind};
pub use probe::probe;
pub use time::{SAMPLE_RATE_HZ, sample_at, time_of_sample};
pub use voice::{Stretch, VoiceDetector, VoiceSettings, VoiceTrack, listen, speech_stretches};
