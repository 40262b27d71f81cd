//! Where in a long text a quotation may stand: windows that have many of its words.

use std::collections::HashMap;
use std::ops::Range;

use crate::align::{Atom, Saying};

use super::quote::Quote;

/// Which share of a quotation a window must have.
const LEAST_SHARE: f32 = 0.5;

/// Most windows of a text: who said the same seven times meant it.
const MOST_WINDOWS: usize = 8;

/// How many atoms may be left out at an ellipsis.
const ELLIPSIS_ATOMS: usize = 60;

/// At how many ellipses so many may be left out, so that windows stay short.
const MOST_ELLIPSES: usize = 6;

/// The windows of `record` that have much of the quotation, best first, in atoms. They may overlap. Takes time in
/// proportion to the record.
pub(super) fn windows(quote: &Quote, record: &[Atom]) -> Vec<Range<usize>> {
    let kinds = Kinds::of(quote);
    let ellipses = quote.is_after_ellipsis.iter().filter(|is_after| **is_after).count().min(MOST_ELLIPSES);
    let length = quote.atoms.len() + quote.atoms.len() / 3 + 8 + ellipses * ELLIPSIS_ATOMS;
    let ids: Vec<Option<usize>> = record.iter().map(|atom| kinds.ids.get(&atom.saying).copied()).collect();
    let mut ends: Vec<(f32, usize)> = Vec::new();
    let mut held = vec![0_usize; kinds.wanted.len()];
    let mut score = 0.0;
    for (at, id) in ids.iter().enumerate() {
        if let Some(id) = *id {
            held[id] += 1;
            if held[id] <= kinds.wanted[id] {
                score += kinds.weights[id];
            }
        }
        if let Some(id) = at.checked_sub(length).and_then(|leaving| ids[leaving]) {
            if held[id] <= kinds.wanted[id] {
                score -= kinds.weights[id];
            }
            held[id] -= 1;
        }
        // A window counts where it has just got better.
        if id.is_some() && score >= LEAST_SHARE * kinds.total {
            ends.push((score, at + 1));
        }
    }
    ends.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let margin = quote.atoms.len() / 4 + 8;
    let mut chosen: Vec<usize> = Vec::new();
    for (_, end) in ends {
        if chosen.iter().all(|other| other.abs_diff(end) >= length / 2) {
            chosen.push(end);
        }
        if chosen.len() == MOST_WINDOWS {
            break;
        }
    }
    chosen
        .into_iter()
        .map(|end| end.saturating_sub(length + margin)..(end + margin).min(record.len()))
        .collect()
}

/// The different sayings of a quotation.
struct Kinds<'a> {
    ids: HashMap<&'a Saying, usize>,
    /// How often the quotation has each.
    wanted: Vec<usize>,
    weights: Vec<f32>,
    total: f32,
}

impl<'a> Kinds<'a> {
    fn of(quote: &'a Quote) -> Self {
        let mut kinds = Self { ids: HashMap::new(), wanted: Vec::new(), weights: Vec::new(), total: 0.0 };
        for (atom, weight) in quote.atoms.iter().zip(&quote.weights) {
            let next = kinds.ids.len();
            let id = *kinds.ids.entry(&atom.saying).or_insert(next);
            if id == next {
                kinds.wanted.push(0);
                kinds.weights.push(*weight);
            }
            kinds.wanted[id] += 1;
            kinds.total += weight;
        }
        kinds
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::{atoms, words};

    #[test]
    fn windows_lie_around_the_words() {
        let filler = "nothing of that kind happened on any of those days ".repeat(40);
        let text = format!(
            "{filler}the harbour ferry sails at noon {filler}the ferry in the harbour sails {filler}"
        );
        let record = atoms(&words(&text));
        let quote = Quote::of("the harbour ferry sails at noon").unwrap();
        let found = windows(&quote, &record);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains(&400) && found[0].contains(&406), "{found:?}");
        assert!(found[0].len() < 60, "{found:?}");
    }

    #[test]
    fn other_texts_have_none() {
        let record = atoms(&words("a boat left the port in the morning"));
        let quote = Quote::of("the harbour ferry sails at noon").unwrap();
        assert!(windows(&quote, &record).is_empty());
        assert!(windows(&quote, &[]).is_empty());
    }
}
