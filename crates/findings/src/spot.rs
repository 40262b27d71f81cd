//! A place as it is kept between two runs: [`Place`] itself is made for JSON, whose fields stand flat beside others.

use std::ops::Range;

use record::{Citation, DocumentId, FrontPart, MediaTime, Place};
use serde::{Deserialize, Serialize};

/// A [`Place`] in a form that any format can keep.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Spot {
    /// In a recording.
    Spoken {
        /// Index of the segment, from 0.
        segment: usize,
        /// Where it starts, in milliseconds.
        start_millis: Option<u64>,
        /// Where it ends, in milliseconds.
        end_millis: Option<u64>,
    },
    /// In an article.
    Written {
        /// In characters.
        chars: Range<usize>,
    },
    /// In what its publisher wrote about a recording.
    Front {
        /// Which part of it.
        part: FrontPart,
        /// In characters.
        chars: Range<usize>,
    },
}

impl Spot {
    /// The place again.
    pub fn place(&self) -> Place {
        match self.clone() {
            Self::Spoken { segment, start_millis, end_millis } => Place::Spoken {
                segment,
                start: start_millis.map(MediaTime::from_millis),
                end: end_millis.map(MediaTime::from_millis),
            },
            Self::Written { chars } => Place::Written { chars },
            Self::Front { part, chars } => Place::Front { part, chars },
        }
    }

    /// The place in its document.
    pub fn cite(&self, document: &DocumentId) -> Citation {
        Citation { document: document.clone(), place: self.place() }
    }
}

impl From<Place> for Spot {
    fn from(place: Place) -> Self {
        match place {
            Place::Spoken { segment, start, end } => Self::Spoken {
                segment,
                start_millis: start.map(MediaTime::as_millis),
                end_millis: end.map(MediaTime::as_millis),
            },
            Place::Written { chars } => Self::Written { chars },
            Place::Front { part, chars } => Self::Front { part, chars },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_kept_whole() {
        let time = |millis| Some(MediaTime::from_millis(millis));
        for place in [
            Place::Spoken { segment: 7, start: time(14_140), end: time(20_740) },
            Place::Spoken { segment: 7, start: None, end: None },
            Place::Written { chars: 120..188 },
            Place::Front { part: FrontPart::Description, chars: 0..24 },
        ] {
            let bytes = postcard::to_allocvec(&Spot::from(place.clone())).unwrap();
            assert_eq!(postcard::from_bytes::<Spot>(&bytes).unwrap().place(), place);
        }
    }
}
