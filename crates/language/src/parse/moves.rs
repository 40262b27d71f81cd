//! The moves that a network scores, in the order of its outputs.
//!
//! They stand in a JSON text within a model's file `moves`: for each kind of move its labels with how often training saw
//! them. The order is spaCy's (`transition_system.pyx`, `initialize_actions`): kinds as they are numbered, labels by falling
//! count, equal ones from the last in the alphabet to the first.

use std::collections::BTreeMap;
use std::ops::Range;

use rmpv::Value;

use super::ParserError;
use super::weights::{ModelFile, field};

/// The moves of a network: the kind of each as a number, and its label.
pub(super) struct Moves {
    labels: Vec<String>,
    /// The outputs of each kind.
    kinds: Vec<Range<usize>>,
}

impl Moves {
    pub(super) fn read(file: &ModelFile) -> Result<Self, ParserError> {
        let value = file.value()?;
        let json = field(&value, "moves").and_then(Value::as_str);
        let kinds: Option<BTreeMap<u32, BTreeMap<String, i64>>> =
            json.and_then(|json| serde_json::from_str(json).ok());
        let kinds = kinds.ok_or_else(|| file.lacks("moves and how often training saw them"))?;
        let mut moves = Self { labels: Vec::new(), kinds: Vec::new() };
        for (kind, labels) in kinds {
            if kind as usize != moves.kinds.len() {
                return Err(file.lacks("kinds of moves numbered from 0"));
            }
            let mut labels: Vec<(i64, String)> =
                labels.into_iter().map(|(label, count)| (count, label)).collect();
            labels.sort_by(|a, b| b.cmp(a));
            let first = moves.labels.len();
            moves.labels.extend(labels.into_iter().map(|(_, label)| label));
            moves.kinds.push(first..moves.labels.len());
        }
        Ok(moves)
    }

    pub(super) fn labels(&self) -> &[String] {
        &self.labels
    }

    /// The outputs of a kind; none of a kind that is not there.
    pub(super) fn of_kind(&self, kind: usize) -> Range<usize> {
        self.kinds.get(kind).cloned().unwrap_or_default()
    }
}
