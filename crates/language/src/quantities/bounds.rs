//! How near to its number a quantity is said to be: `nearly`, `more than`, `at least`, `or so`.

use serde::{Deserialize, Serialize};

use super::tokens::Token;

/// How near to its number a quantity is said to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Bound {
    /// Without a word about it.
    Exact,
    /// `about`, `around`, `some`.
    About,
    /// `nearly`, `almost`, `just under`: a little less.
    Nearly,
    /// `more than`, `over`.
    MoreThan,
    /// `at least`, `no fewer than`.
    AtLeast,
    /// `less than`, `under`.
    LessThan,
    /// `up to`, `as many as`.
    AtMost,
    /// `between ten and twenty`.
    Between,
}

/// Words before a number, longest first.
const BEFORE: [(&[&str], Bound); 42] = [
    (&["a", "little", "more", "than"], Bound::MoreThan),
    (&["a", "little", "less", "than"], Bound::Nearly),
    (&["not", "less", "than"], Bound::AtLeast),
    (&["no", "less", "than"], Bound::AtLeast),
    (&["no", "fewer", "than"], Bound::AtLeast),
    (&["no", "more", "than"], Bound::AtMost),
    (&["not", "more", "than"], Bound::AtMost),
    (&["a", "minimum", "of"], Bound::AtLeast),
    (&["a", "maximum", "of"], Bound::AtMost),
    (&["in", "excess", "of"], Bound::MoreThan),
    (&["a", "little", "over"], Bound::MoreThan),
    (&["a", "little", "under"], Bound::Nearly),
    (&["as", "many", "as"], Bound::AtMost),
    (&["as", "much", "as"], Bound::AtMost),
    (&["an", "estimated"], Bound::About),
    (&["more", "than"], Bound::MoreThan),
    (&["greater", "than"], Bound::MoreThan),
    (&["north", "of"], Bound::MoreThan),
    (&["upwards", "of"], Bound::MoreThan),
    (&["just", "over"], Bound::MoreThan),
    (&["well", "over"], Bound::MoreThan),
    (&["at", "least"], Bound::AtLeast),
    (&["at", "most"], Bound::AtMost),
    (&["up", "to"], Bound::AtMost),
    (&["less", "than"], Bound::LessThan),
    (&["fewer", "than"], Bound::LessThan),
    (&["just", "under"], Bound::Nearly),
    (&["close", "to"], Bound::Nearly),
    (&["just", "about"], Bound::About),
    (&["nearly"], Bound::Nearly),
    (&["almost"], Bound::Nearly),
    (&["over"], Bound::MoreThan),
    (&["above"], Bound::MoreThan),
    (&["exceeding"], Bound::MoreThan),
    (&["under"], Bound::LessThan),
    (&["below"], Bound::LessThan),
    (&["about"], Bound::About),
    (&["around"], Bound::About),
    (&["roughly"], Bound::About),
    (&["approximately"], Bound::About),
    (&["some"], Bound::About),
    (&["estimated"], Bound::About),
];

/// The bound that ends just before a token, and the index of its first token. `from` bounds the look back.
pub(crate) fn before(tokens: &[Token], from: usize, at: usize) -> Option<(Bound, usize)> {
    let held = &tokens[from..at];
    let ends_so = |words: &[&str]| {
        words.len() <= held.len()
            && held[held.len() - words.len()..].iter().zip(words).all(|(token, word)| token.is(word))
    };
    let (words, bound) = BEFORE.iter().find(|(words, _)| ends_so(words))?;
    Some((*bound, at - words.len()))
}

/// The bound that begins at a token, behind a number or its unit, and the index after it.
pub(crate) fn after(tokens: &[Token], at: usize) -> Option<(Bound, usize)> {
    let is = |index: usize, word: &str| tokens.get(index).is_some_and(|token| token.is(word));
    match tokens.get(at)?.lower.as_str() {
        "or" if is(at + 1, "so") => Some((Bound::About, at + 2)),
        "or" if is(at + 1, "more") => Some((Bound::AtLeast, at + 2)),
        "or" if is(at + 1, "less") || is(at + 1, "fewer") => Some((Bound::AtMost, at + 2)),
        "plus" if tokens.get(at + 1).is_none_or(|token| token.digits.is_none()) => {
            Some((Bound::MoreThan, at + 1))
        }
        "+" => Some((Bound::MoreThan, at + 1)),
        _ => None,
    }
}
