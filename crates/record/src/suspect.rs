//! Segments that the recogniser probably made up, and why we think so.
//!
//! A mark never removes anything: what was heard stays, and the reader sees the doubt beside it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a segment is doubted; in JSON its name in snake case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuspectReason {
    /// The same words again and again.
    Loop,
    /// A phrase of video endings and credits ("Thanks for watching").
    StockPhrase,
    /// Letters of another script than the language is written in.
    WrongScript,
    /// Another language than the one that is spoken around it.
    WrongLanguage,
    /// Text where voice detection hears no voice.
    NoVoice,
    /// More words than a mouth can say in that time, or hardly any in a long time.
    ImpossibleRate,
    /// The model itself gave its words little probability.
    LowProbability,
    /// A reason that a later version of the program knows and this one does not.
    #[serde(untagged)]
    Other(String),
}

impl SuspectReason {
    /// The reasons this version knows, in the order in which they are explained to people.
    pub const KNOWN: [Self; 7] = [
        Self::Loop,
        Self::StockPhrase,
        Self::WrongScript,
        Self::WrongLanguage,
        Self::NoVoice,
        Self::ImpossibleRate,
        Self::LowProbability,
    ];

    /// The name in JSON and on the command line, such as `stock_phrase`.
    pub fn name(&self) -> &str {
        match self {
            Self::Loop => "loop",
            Self::StockPhrase => "stock_phrase",
            Self::WrongScript => "wrong_script",
            Self::WrongLanguage => "wrong_language",
            Self::NoVoice => "no_voice",
            Self::ImpossibleRate => "impossible_rate",
            Self::LowProbability => "low_probability",
            Self::Other(name) => name,
        }
    }

    /// What the mark means, as a sentence for people, without a full stop.
    pub fn sentence(&self) -> &'static str {
        match self {
            Self::Loop => "the same words come again and again, as when a recogniser is caught in a loop",
            Self::StockPhrase => "recognisers write this phrase over silence and music when nobody says it",
            Self::WrongScript => "it is written in a script that the spoken language does not use",
            Self::WrongLanguage => "it is in another language than the speech around it",
            Self::NoVoice => "no voice was detected where these words should be",
            Self::ImpossibleRate => "nobody speaks this many words, or this few, in that time",
            Self::LowProbability => "the recogniser itself thought these words improbable",
            Self::Other(_) => {
                "a newer version of this program doubts it, for a reason unknown to this version"
            }
        }
    }
}

impl fmt::Display for SuspectReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One mark on one segment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspect {
    /// Why the segment is doubted.
    pub reason: SuspectReason,
    /// The evidence for people: what was counted or compared, with its figures.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

impl Suspect {
    /// A mark with its evidence.
    pub fn new(reason: SuspectReason, detail: impl Into<String>) -> Self {
        Self { reason, detail: detail.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_json_are_the_names_for_people() {
        for reason in SuspectReason::KNOWN {
            let json = serde_json::to_string(&reason).unwrap();
            assert_eq!(json, format!("\"{reason}\""));
            assert_eq!(serde_json::from_str::<SuspectReason>(&json).unwrap(), reason);
        }
    }

    #[test]
    fn a_reason_of_a_later_version_survives() {
        let json = r#"{"reason":"cloned_voice","detail":"0.98"}"#;
        let suspect: Suspect = serde_json::from_str(json).unwrap();
        assert_eq!(suspect.reason, SuspectReason::Other("cloned_voice".to_owned()));
        assert_eq!(serde_json::to_string(&suspect).unwrap(), json);
    }
}
