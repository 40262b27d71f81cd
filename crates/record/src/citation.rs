//! The product's promise as a type: there is no value without its place in the record.

use serde::{Deserialize, Serialize};

use crate::document::DocumentId;
use crate::place::Place;

/// Where in the record something stands: which document, and where in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Citation {
    /// Which document.
    pub document: DocumentId,
    /// Where in it; its fields stand flat beside `document` in JSON.
    #[serde(flatten)]
    pub place: Place,
}

/// A value and the place in the record that supports it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Cited<T> {
    /// What was found.
    pub value: T,
    /// Where it stands.
    pub citation: Citation,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_citation_is_flat_in_json() {
        let citation = Citation {
            document: "yt:a1B2c3D4-_5".parse().unwrap(),
            place: Place::Spoken { segment: 3, start: None, end: None },
        };
        let cited = Cited { value: 7, citation };
        let json = serde_json::to_string(&cited).unwrap();
        insta::assert_snapshot!(json, @r#"{"value":7,"citation":{"document":"yt:a1B2c3D4-_5","start_seconds":null,"end_seconds":null,"segment":3}}"#);
        assert_eq!(serde_json::from_str::<Cited<i32>>(&json).unwrap(), cited);
    }
}
