//! The JSON of openai-whisper, as far as other programs read it.
//!
//! Follows `WriteJSON` in openai/whisper, `whisper/utils.py`, without `seek` and `tokens`, which say
//! nothing about the recording. Times are seconds as numbers; what is not known is `null`.
//!
//! Read are also the kin of that form: what OpenAI's service answers (`verbose_json` with its words beside the
//! segments, `diarized_json` with speakers) and what WhisperX writes (words, some without times).

mod read;

pub use read::read;

use serde::Serialize;

use crate::format::archive::ArchiveFile;
use crate::format::sidecar::{LogProbability, Probability, SegmentDetail, Sidecar, Word};
use crate::time::MediaTime;

#[derive(Serialize)]
struct WhisperTranscript<'a> {
    text: String,
    language: Option<&'a str>,
    segments: Vec<WhisperSegment<'a>>,
}

#[derive(Serialize)]
struct WhisperSegment<'a> {
    id: usize,
    start: Option<MediaTime>,
    end: Option<MediaTime>,
    text: &'a str,
    temperature: Option<f32>,
    avg_logprob: Option<LogProbability>,
    compression_ratio: Option<f32>,
    no_speech_prob: Option<Probability>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    words: Vec<WhisperWord<'a>>,
}

#[derive(Serialize)]
struct WhisperWord<'a> {
    word: &'a str,
    start: MediaTime,
    end: MediaTime,
    probability: Option<Probability>,
}

impl<'a> From<&'a Word> for WhisperWord<'a> {
    fn from(word: &'a Word) -> Self {
        Self { word: &word.text, start: word.start, end: word.end, probability: word.probability }
    }
}

/// The transcript as one JSON object on one line, as the reference prints it.
pub fn write(file: &ArchiveFile, sidecar: Option<&Sidecar>) -> String {
    let segments = file.segments();
    let ends = file.ends(sidecar);
    let transcript = WhisperTranscript {
        text: segments.iter().map(|segment| segment.text.as_str()).collect(),
        language: sidecar
            .and_then(|sidecar| sidecar.language.as_ref())
            .map(|language| language.code.as_str()),
        segments: segments
            .iter()
            .enumerate()
            .map(|(id, segment)| {
                let detail = sidecar.and_then(|sidecar| sidecar.detail_of(segments, id));
                WhisperSegment {
                    start: segment.start_time().or(detail.map(|detail| detail.start)),
                    end: ends[id].map(|end| end.time),
                    ..whisper_segment(id, &segment.text, detail)
                }
            })
            .collect(),
    };
    // Every key is a string and no number is NaN, so serialisation has nothing to fail on.
    serde_json::to_string(&transcript).unwrap_or_default() + "\n"
}

/// A segment but for its times.
fn whisper_segment<'a>(id: usize, text: &'a str, detail: Option<&'a SegmentDetail>) -> WhisperSegment<'a> {
    WhisperSegment {
        id,
        start: None,
        end: None,
        text,
        temperature: detail.and_then(|detail| detail.temperature),
        avg_logprob: detail.and_then(|detail| detail.average_log_probability),
        compression_ratio: detail.and_then(|detail| detail.compression_ratio),
        no_speech_prob: detail.and_then(|detail| detail.no_speech_probability),
        words: detail.map_or_else(Vec::new, |detail| detail.words.iter().map(WhisperWord::from).collect()),
    }
}
