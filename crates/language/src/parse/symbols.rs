//! Words that have numbers of their own, and spellings that count as others.
//!
//! Both tables are spaCy's (explosion/spaCy, MIT licence, copyright ExplosionAI GmbH), version 3.8: `spacy/symbols.pyx` and
//! `spacy/lang/norm_exceptions.py`. They are part of the program there and so in no file of a model.

/// Names of labels and attributes, whose number takes the place of their hash. Longer names in capitals are left out: what
/// is hashed is in small letters, or three characters long at most.
#[rustfmt::skip]
const SYMBOLS: &[(&str, u64)] = &[
    ("ID", 64), ("POS", 74), ("TAG", 75), ("DEP", 76), ("ADJ", 84), ("ADP", 85), ("ADV", 86), ("AUX", 87), ("DET", 90),
    ("NUM", 93), ("SYM", 99), ("X", 101), ("EOL", 102), ("ORG", 383), ("GPE", 384), ("LOC", 385), ("LAW", 390),
    ("acomp", 398), ("advcl", 399), ("advmod", 400), ("agent", 401), ("amod", 402), ("appos", 403), ("attr", 404),
    ("aux", 405), ("auxpass", 406), ("cc", 407), ("ccomp", 408), ("complm", 409), ("conj", 410), ("cop", 411),
    ("csubj", 412), ("csubjpass", 413), ("dep", 414), ("det", 415), ("dobj", 416), ("expl", 417), ("hmod", 418),
    ("hyph", 419), ("infmod", 420), ("intj", 421), ("iobj", 422), ("mark", 423), ("meta", 424), ("neg", 425), ("nmod", 426),
    ("nn", 427), ("npadvmod", 428), ("nsubj", 429), ("nsubjpass", 430), ("num", 431), ("number", 432), ("oprd", 433),
    ("obj", 434), ("obl", 435), ("parataxis", 436), ("partmod", 437), ("pcomp", 438), ("pobj", 439), ("poss", 440),
    ("possessive", 441), ("preconj", 442), ("prep", 443), ("prt", 444), ("punct", 445), ("quantmod", 446), ("relcl", 447),
    ("rcmod", 448), ("root", 449), ("xcomp", 450), ("acl", 451), ("IDX", 455), ("_", 456),
];

/// Marks and signs that count as others.
#[rustfmt::skip]
const NORMS: &[(&str, &str)] = &[
    ("'s", "'s"), ("'S", "'s"), ("’s", "'s"), ("’S", "'s"), ("’", "'"), ("‘", "'"), ("´", "'"), ("`", "'"), ("”", "\""),
    ("“", "\""), ("''", "\""), ("``", "\""), ("´´", "\""), ("„", "\""), ("»", "\""), ("«", "\""), ("‘‘", "\""),
    ("’’", "\""), ("？", "?"), ("！", "!"), ("，", ","), ("；", ";"), ("：", ":"), ("。", "."), ("।", "."), ("…", "..."),
    ("—", "-"), ("–", "-"), ("--", "-"), ("---", "-"), ("——", "-"), ("€", "$"), ("£", "$"), ("¥", "$"), ("฿", "$"),
    ("US$", "$"), ("C$", "$"), ("A$", "$"), ("₺", "$"), ("₹", "$"), ("৳", "$"), ("₩", "$"), ("Mex$", "$"), ("₣", "$"),
    ("E£", "$"),
];

/// The number of a text in spaCy's tables: its own, or its hash.
pub(super) fn number(text: &str) -> u64 {
    if text.is_empty() {
        return 0;
    }
    let symbol = SYMBOLS.iter().find(|(name, _)| *name == text);
    symbol.map_or_else(|| hash(text.as_bytes()), |(_, number)| *number)
}

/// What a mark counts as, if not as itself.
pub(super) fn norm(text: &str) -> Option<&'static str> {
    NORMS.iter().find(|(mark, _)| *mark == text).map(|(_, norm)| *norm)
}

/// MurmurHash64A with the seed 1, as `hash64` of the package `murmurhash` computes it.
fn hash(bytes: &[u8]) -> u64 {
    const FACTOR: u64 = 0xc6a4_a793_5bd1_e995;
    const SHIFT: u32 = 47;
    let mixed = |word: u64| {
        let word = word.wrapping_mul(FACTOR);
        (word ^ word >> SHIFT).wrapping_mul(FACTOR)
    };
    let mut hash = 1 ^ (bytes.len() as u64).wrapping_mul(FACTOR);
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        hash = (hash ^ mixed(u64::from_le_bytes(*word))).wrapping_mul(FACTOR);
    }
    if !rest.is_empty() {
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        hash = (hash ^ u64::from_le_bytes(last)).wrapping_mul(FACTOR);
    }
    hash = (hash ^ hash >> SHIFT).wrapping_mul(FACTOR);
    hash ^ hash >> SHIFT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_spacy() {
        #[track_caller]
        fn check(text: &str, expected: u64) {
            assert_eq!(number(text), expected, "for {text:?}");
        }
        check("", 0);
        check("a", 11_901_859_001_352_538_922);
        check("coffee", 3_197_928_453_018_144_401);
        check("Zoë", 16_948_573_035_762_911_534);
        check("12345678", 9_871_996_032_675_327_904); // Eight bytes: nothing is left over.
        check("Kingdom's", 3_856_208_714_637_371_235);
        check("mark", 423);
        check("_", 456);
    }
}
