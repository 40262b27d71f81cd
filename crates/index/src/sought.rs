//! A query with everything looked up that depends on the archive: which words begin so, which shows are called
//! so. Index and text are both asked by it, so that they agree on what a match is.

use jiff::civil::Date;
use record::{Kind, MediaTime};

use crate::catalogue::DocumentNumber;

/// Any of these words, in the form in which they are indexed.
pub(crate) type Slot = Vec<String>;

/// Words one after another.
pub(crate) type Sequence = Vec<Slot>;

/// Words that every English question has, by their stems: whether a passage has them says nothing.
const COMMON_STEMS: [&str; 67] = [
    "a", "about", "after", "an", "and", "are", "as", "at", "be", "been", "by", "can", "could", "did", "do",
    "doe", "for", "from", "had", "has", "have", "he", "her", "his", "how", "i", "if", "in", "into", "is",
    "it", "long", "mani", "much", "no", "not", "of", "on", "or", "our", "over", "she", "than", "that", "the",
    "their", "them", "then", "there", "they", "this", "to", "us", "was", "we", "were", "what", "when",
    "where", "whi", "which", "who", "will", "with", "would", "you", "your",
];

/// What is looked for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Sought {
    /// A word with any ending.
    Word(Word),
    /// Words one after another; a phrase, or a word of which several forms are meant.
    Sequence(Sequence),
    /// Things that stand near each other.
    Near(Near),
    All(Vec<Sought>),
    Any(Vec<Sought>),
    Not(Box<Sought>),
    /// A property of the document or the passage, which is no text.
    Property(Property),
}

/// A word with any ending.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Word {
    pub(crate) stem: String,
    /// The words with this stem, in the form in which they are indexed.
    pub(crate) forms: Slot,
}

/// Things that stand near each other, in either order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Near {
    /// Each has one sequence or several, of which any will do.
    pub(crate) operands: Vec<Vec<Sequence>>,
    /// How far each may be from the one before.
    pub(crate) links: Vec<Link>,
}

/// How far apart two things may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// At most so many words from the last word of the one to the first of the other; neighbours are 1 apart.
    Words(u64),
    Time(MediaTime),
}

/// Nobody speaks faster for long: the record of competitive debaters is about 10 words a second.
const MOST_WORDS_PER_SECOND: u64 = 10;

impl Link {
    /// The words within which it must be met.
    pub(crate) fn words(self) -> u64 {
        match self {
            Self::Words(words) => words,
            Self::Time(time) => (time.as_millis() * MOST_WORDS_PER_SECOND).div_ceil(1000).max(1),
        }
    }
}

/// A property of a passage that is no text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Property {
    /// Of any of these shows.
    Shows(Vec<String>),
    /// Of any of these outlets.
    Outlets(Vec<String>),
    Kind(Kind),
    Language(String),
    /// Words of the speaker's name, one after another.
    Speaker(Vec<String>),
    /// Published in these days; half-open.
    Days {
        from: Option<Date>,
        until: Option<Date>,
    },
    /// In any of these documents.
    Documents(Vec<DocumentNumber>),
}

impl Near {
    /// How many words a match may span at most.
    pub(crate) fn reach(&self) -> u64 {
        let longest = |operand: &Vec<Sequence>| operand.iter().map(Vec::len).max().unwrap_or(0) as u64;
        let operands: u64 = self.operands.iter().map(longest).sum();
        self.links.iter().fold(operands, |sum, link| sum.saturating_add(link.words()))
    }

    /// Whether only the text with its times can tell if it is met.
    pub(crate) fn is_timed(&self) -> bool {
        self.links.iter().any(|link| matches!(link, Link::Time(_)))
    }
}

impl Sought {
    /// What a hit may hold, in the order of the query: not what is excluded, and no properties.
    pub(crate) fn wanted(&self) -> Vec<&Self> {
        let mut wanted = Vec::new();
        self.collect_wanted(&mut wanted);
        wanted
    }

    fn collect_wanted<'a>(&'a self, wanted: &mut Vec<&'a Self>) {
        match self {
            Self::Word(_) | Self::Sequence(_) | Self::Near(_) => wanted.push(self),
            Self::All(parts) | Self::Any(parts) => {
                parts.iter().for_each(|part| part.collect_wanted(wanted));
            }
            Self::Not(_) | Self::Property(_) => {}
        }
    }

    /// Whether all that is wanted is there, but for words that every question has.
    pub(crate) fn has_all_but_common(&self, is_there: &[bool]) -> bool {
        let wanted = self.wanted();
        let lacks = |(part, is_there): (&&Self, &bool)| !is_there && !part.is_common();
        !wanted.iter().zip(is_there).any(lacks)
    }

    /// Whether it is a word that every English question has, and says nothing.
    pub(crate) fn is_common(&self) -> bool {
        matches!(self, Self::Word(word) if COMMON_STEMS.contains(&word.stem.as_str()))
    }

    /// Whether it looks for no text at all.
    pub(crate) fn has_no_text(&self) -> bool {
        self.wanted().is_empty()
    }

    /// How many words the longest match may span that can reach into the next passage.
    pub(crate) fn reach(&self) -> u64 {
        let reach = |part: &&Self| match part {
            Self::Sequence(sequence) => sequence.len() as u64,
            Self::Near(near) => near.reach(),
            _ => 1,
        };
        self.wanted().iter().map(reach).max().unwrap_or(1)
    }

    /// What of it the index alone can tell, and what else there is for the texts to tell. `None` if it can't be parted: parts
    /// that are alternatives can.
    pub(crate) fn parted(&self) -> Option<(Self, Self)> {
        match self {
            Self::Any(parts) => {
                let (by_text, exact): (Vec<Self>, Vec<Self>) =
                    parts.iter().cloned().partition(Self::needs_text);
                if by_text.is_empty() || exact.is_empty() {
                    return None;
                }
                let exact = Self::Any(exact);
                let rest = Self::All(vec![Self::Any(by_text), Self::Not(Box::new(exact.clone()))]);
                Some((exact, rest))
            }
            Self::All(parts) => {
                // Of one part only, and where no other needs its text.
                let mut by_text = parts.iter().enumerate().filter(|(_, part)| part.needs_text());
                let (Some((at, part)), None) = (by_text.next(), by_text.next()) else { return None };
                let (exact, rest) = part.parted()?;
                let with = |part: Self| {
                    let mut parts = parts.clone();
                    parts[at] = part;
                    Self::All(parts)
                };
                Some((with(exact), with(rest)))
            }
            _ => None,
        }
    }

    /// Whether the index may say yes where the text says no.
    pub(crate) fn needs_text(&self) -> bool {
        self.wanted().iter().any(|part| matches!(part, Self::Near(near) if near.is_timed()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::Stems;

    #[test]
    fn common_words_are_known_by_their_stems() {
        let mut stems = Stems::default();
        let mut is_common = |word: &str| {
            Sought::Word(Word { stem: stems.of_word(word), forms: vec![word.to_owned()] }).is_common()
        };
        for word in ["does", "why", "many", "was", "its", "the", "after"] {
            assert!(is_common(word), "{word}");
        }
        for word in ["ferry", "minister", "noon", "war"] {
            assert!(!is_common(word), "{word}");
        }
    }
}
