//! Where in a document something stands.

use std::ops::Range;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::address;
use crate::time::MediaTime;

/// A place in a document.
///
/// In JSON its fields stand flat in the object that has the place (`#[serde(flatten)]`):
///
/// ```json
/// {"start_seconds": 14.14, "end_seconds": 20.74, "segment": 7}
/// {"start_seconds": null, "end_seconds": null, "segment": 7}
/// {"chars": [120, 188]}
/// {"part": "description", "chars": [0, 24]}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// In a recording.
    Spoken {
        /// Index of the segment in the transcript, from 0.
        segment: usize,
        /// Where it starts; `None` where the archive has no times.
        start: Option<MediaTime>,
        /// Where it ends, half-open; `None` where nothing tells.
        end: Option<MediaTime>,
    },
    /// In an article: a half-open range of Unicode scalar values of its text.
    Written {
        /// Counted in characters from 0, never in bytes.
        chars: Range<usize>,
    },
    /// In what its publisher wrote about a recording.
    Front {
        /// Which part of it.
        part: FrontPart,
        /// A half-open range of the part's Unicode scalar values, from 0.
        chars: Range<usize>,
    },
}

/// A part of what a publisher writes about a recording; people type it, so it spells names as they are spelt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FrontPart {
    /// The title.
    Title,
    /// The description.
    Description,
    /// The keywords, joined by `, `.
    Keywords,
}

impl Place {
    /// The address that opens this place of the recording at `address`; for a recording without times the
    /// recording itself. `None` for articles, whose links need their text, and for unusable addresses.
    pub fn link(&self, address: &str) -> Option<String> {
        match self {
            Self::Spoken { start: Some(start), .. } => address::link(address, *start),
            Self::Spoken { start: None, .. } | Self::Front { .. } => address::openable(address),
            Self::Written { .. } => None,
        }
    }
}

impl Place {
    /// The address that opens this place of the document at `url` for a person, the words at the place being `text`; the
    /// document itself where the place has no address of its own. `None` if `url` is no address to be opened.
    pub fn link_to(&self, url: &str, text: &str) -> Option<String> {
        let own = match self {
            Self::Written { .. } => address::link_to_text(url, text),
            Self::Spoken { .. } | Self::Front { .. } => self.link(url),
        };
        own.or_else(|| address::openable(url))
    }
}

/// The fields of [`Place::Spoken`] in JSON.
#[derive(Serialize)]
struct SpokenFields {
    start_seconds: Option<MediaTime>,
    end_seconds: Option<MediaTime>,
    segment: usize,
}

/// The field of [`Place::Written`] in JSON.
#[derive(Serialize)]
struct WrittenFields {
    chars: (usize, usize),
}

/// The fields of [`Place::Front`] in JSON.
#[derive(Serialize)]
struct FrontFields {
    part: FrontPart,
    chars: (usize, usize),
}

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self {
            Self::Spoken { segment, start, end } => {
                SpokenFields { start_seconds: start, end_seconds: end, segment }.serialize(serializer)
            }
            Self::Written { ref chars } => {
                WrittenFields { chars: (chars.start, chars.end) }.serialize(serializer)
            }
            Self::Front { part, ref chars } => {
                FrontFields { part, chars: (chars.start, chars.end) }.serialize(serializer)
            }
        }
    }
}

/// Every field that a place may have in JSON.
#[derive(Default, Deserialize)]
#[serde(default)]
struct PlaceFields {
    start_seconds: Option<MediaTime>,
    end_seconds: Option<MediaTime>,
    segment: Option<usize>,
    part: Option<FrontPart>,
    chars: Option<(usize, usize)>,
}

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = PlaceFields::deserialize(deserializer)?;
        match (fields.segment, fields.chars) {
            (Some(segment), None) => {
                Ok(Self::Spoken { segment, start: fields.start_seconds, end: fields.end_seconds })
            }
            (None, Some((start, end))) if start <= end => Ok(match fields.part {
                Some(part) => Self::Front { part, chars: start..end },
                None => Self::Written { chars: start..end },
            }),
            (None, Some((start, end))) => Err(de::Error::custom(format_args!(
                "expected `chars` in rising order, found `[{start}, {end}]`"
            ))),
            (Some(_), Some(_)) => Err(de::Error::custom("expected `segment` or `chars`, found both")),
            (None, None) => Err(de::Error::custom("expected `segment` or `chars`, found neither")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_reads_back() {
        #[track_caller]
        fn check(place: Place, json: &str) {
            assert_eq!(serde_json::to_string(&place).unwrap(), json);
            assert_eq!(serde_json::from_str::<Place>(json).unwrap(), place);
        }
        let time = |millis| Some(MediaTime::from_millis(millis));
        let timed = Place::Spoken { segment: 7, start: time(14_140), end: time(20_740) };
        check(timed, r#"{"start_seconds":14.14,"end_seconds":20.74,"segment":7}"#);
        let untimed = Place::Spoken { segment: 7, start: None, end: None };
        check(untimed.clone(), r#"{"start_seconds":null,"end_seconds":null,"segment":7}"#);
        assert_eq!(serde_json::from_str::<Place>(r#"{"segment":7}"#).unwrap(), untimed);
        check(Place::Written { chars: 120..188 }, r#"{"chars":[120,188]}"#);
        let front = Place::Front { part: FrontPart::Description, chars: 0..24 };
        check(front, r#"{"part":"description","chars":[0,24]}"#);
    }

    #[test]
    fn a_place_is_spoken_or_written() {
        let error = |json| serde_json::from_str::<Place>(json).unwrap_err().to_string();
        insta::assert_snapshot!(error("{}"), @"expected `segment` or `chars`, found neither");
        insta::assert_snapshot!(error(r#"{"segment":1,"chars":[1,2]}"#), @"expected `segment` or `chars`, found both");
        insta::assert_snapshot!(error(r#"{"chars":[2,1]}"#), @"expected `chars` in rising order, found `[2, 1]`");
    }

    #[test]
    fn a_place_without_time_opens_the_recording() {
        let untimed = Place::Spoken { segment: 7, start: None, end: None };
        assert_eq!(untimed.link("https://example.org/a").as_deref(), Some("https://example.org/a"));
        assert_eq!(untimed.link("javascript:alert(1)"), None);
        let timed = Place::Spoken { segment: 7, start: Some(MediaTime::from_millis(900)), end: None };
        assert_eq!(timed.link("https://example.org/a").as_deref(), Some("https://example.org/a#t=0.9"));
        assert_eq!(Place::Written { chars: 0..1 }.link("https://example.org/a"), None);
    }
}
