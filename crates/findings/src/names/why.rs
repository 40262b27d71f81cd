//! What speaks for a repair and what against it, and how much.
//!
//! ```text
//! sound + who typed it where + what stands around it - what else it may be --sum--> score
//! ```
//!
//! The weights were chosen by reading several hundred proposals of the development data, best and worst first, and by a
//! logistic regression on 539 of them, which asked for more weight on sound and on names of persons. They are round on purpose:
//! each says how many steps of likeness it is worth ([`LIKENESS_STEP`]). After a change of one read a sample around the
//! least score again.

use serde::Serialize;

/// From here on two names sound the same and differ in spelling alone.
pub(super) const SAME_SOUND: f32 = 0.93;

/// What is no person has words for its name ("Harbour Authority"); one of them that sounds less alike is another word.
pub(super) const LEAST_LIKENESS_OF_WORDS: f32 = 0.65;

/// A word for a name of one word has nothing beside it that could tell; it has to be closer.
const LEAST_LIKENESS_SINGLE: f32 = 0.8;

/// Less in common with a name's surroundings is chance.
const LEAST_CONTEXT: f32 = 0.01;

/// A single word needs as much to be taken for a place or an organisation of which the document does not tell.
const LEAST_CONTEXT_ALONE: f32 = 0.04;

/// One step of the score in likeness.
const LIKENESS_STEP: f32 = 1.0 / 21.0;

/// A likeness that speaks neither for nor against a name.
const EVEN_LIKENESS: f32 = 0.8;

/// A word that is less like a name which is heard right in the same document is another word.
const LIKENESS_BESIDE_IT: f32 = 0.9;

/// A surname that sounds so much alike behind the same first name is the same.
const SAME_SURNAME: f32 = 0.92;

/// An abbreviation that is less like a name stands for something else.
const LIKENESS_OF_ABBREVIATION: f32 = 0.96;

/// Two of one surname whose first names are less alike are two.
const LEAST_LIKENESS_OF_FIRST: f32 = 0.6;

/// So much against a repair is not outweighed by anything.
const OUT: f32 = 10.0;

/// What everything has to overcome: most of what was heard is nobody that people typed.
const RESERVE: f32 = 3.0;

/// What speaks for and against a repair.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Why {
    /// How alike the two sound, 0 to 1.
    #[serde(serialize_with = "rounded")]
    pub sound: f32,
    /// How alike their least alike words sound.
    #[serde(serialize_with = "rounded")]
    pub weakest: f32,
    /// Whether the first names are the same, or forms of one.
    pub same_first: bool,
    /// Whether the last words are the same.
    pub same_last: bool,
    /// Whether the document's own publisher typed the name in its title, description or keywords.
    pub typed_here: bool,
    /// Whether the name was also heard right in the document.
    pub heard_right_here: bool,
    /// Whether a title before it is one that the name has elsewhere.
    pub same_title: bool,
    /// In how many documents people typed the name.
    pub typed_documents: usize,
    /// In how many of them within three weeks of this document.
    pub typed_near: usize,
    /// How much what stands around it is like what stands around the name elsewhere, 0 to 1.
    #[serde(serialize_with = "rounded")]
    pub context: f32,
    /// The same for all documents in which it was heard so, on average.
    #[serde(serialize_with = "rounded")]
    pub context_everywhere: f32,
    /// In how many documents it was heard so.
    pub heard_documents: usize,
    /// Whether people typed its last word as the name of somebody else.
    pub is_known: bool,
    /// Whether nobody else is typed who has the first name or the surname that was heard.
    pub is_only_one: bool,
    /// Whether a name of several words was heard as one.
    pub in_one_word: bool,
    /// In how many documents its word, where it stands alone, is part of a longer name that is not this one.
    pub in_other_names: usize,
    /// Whether its last word is a word without a capital too.
    pub is_ordinary: bool,
    /// Whether what differs are words of their own: "Western" for "Eastern", "Council" for "Counsel".
    pub are_words: bool,
    /// Whether another first name was heard before the same last word.
    pub other_first: bool,
    /// Whether what was heard is a word of the document's own title or description: then it is spelt as it is meant.
    pub is_typed_word: bool,
    /// Whether it was written in capitals alone, as an abbreviation, and the name is not.
    pub is_abbreviation: bool,
    /// Whether the name is of a person: what else has a name has a word for it more often.
    #[serde(skip)]
    pub(super) is_person: bool,
    /// Whether the name is of a place.
    #[serde(skip)]
    pub(super) is_place: bool,
    /// How far ahead the name is of the next best, in score; `None` if nothing else is like it.
    pub margin: Option<f32>,
    /// The sum of all this; the confidence follows from it.
    #[serde(serialize_with = "rounded")]
    pub score: f32,
    /// In how many words it was heard.
    pub words_heard: usize,
    /// In how many words the name is written.
    pub words_name: usize,
}

/// Three decimals are more than can be told apart.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn rounded<S: serde::Serializer>(number: &f32, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((f64::from(*number) * 1000.0).round() / 1000.0)
}

impl Why {
    /// What speaks for the repair less what speaks against it.
    pub(super) fn sum(&self) -> f32 {
        (self.sound - EVEN_LIKENESS) / LIKENESS_STEP + self.speaks_for() - self.speaks_against() - RESERVE
    }

    fn is_alone(&self) -> bool {
        self.words_heard == 1 && !self.in_one_word
    }

    /// Where two forms sound the same, all documents together show whether they are one.
    fn shared_context(&self) -> f32 {
        if self.sound >= SAME_SOUND { self.context.max(self.context_everywhere) } else { self.context }
    }

    /// Two of one surname whose first names are hardly alike may be brothers, above all where both are heard; the same
    /// first name before a surname that is hardly alike is no more.
    fn may_be_two(&self) -> bool {
        !self.is_alone() && self.weakest < if self.same_last { 0.7 } else { 0.6 }
    }

    fn speaks_for(&self) -> f32 {
        let known = (1.0 + count(self.typed_documents)).ln().min(3.0);
        let is_known_word = self.is_alone() && self.sound < SAME_SOUND;
        known * if is_known_word { 0.3 } else { 0.6 }
            + worth(self.typed_here, 3.0)
            + worth(self.heard_right_here && !self.may_be_two(), if self.is_alone() { 0.3 } else { 1.5 })
            + worth(self.is_person, 1.0)
            + worth(self.is_only_one, 1.5)
            + worth(self.same_title, 1.5)
            + worth(self.typed_near > 0, 0.5)
            + (self.shared_context() * 20.0).min(4.0)
            + worth(self.same_first, 1.0)
            + worth(self.same_last, 0.5)
    }

    fn speaks_against(&self) -> f32 {
        let has_link = self.typed_here || self.heard_right_here || self.same_title;
        let is_unlinked = !has_link && self.shared_context() < LEAST_CONTEXT;
        // Somebody who is heard in several documents, none of which is about the name, is somebody else.
        let is_elsewhere = self.heard_documents >= 3
            && self.context_everywhere < 0.03
            && !self.typed_here
            && !self.is_same_person_by_sound();
        worth(is_unlinked, if self.sound < 0.95 { 3.0 } else { 2.0 })
            + worth(is_elsewhere, 1.5)
            + worth(self.is_known, 1.0)
            + worth(
                self.may_be_two() && self.other_first,
                if self.weakest < LEAST_LIKENESS_OF_FIRST { OUT } else { 2.5 },
            )
            + worth(self.are_words, if self.weakest < LEAST_LIKENESS_OF_WORDS { 3.5 } else { 2.0 })
            + worth(!self.is_alone() && self.words_heard != self.words_name, 1.0)
            + worth(self.in_one_word && self.in_other_names >= 2, 3.0)
            + worth(self.in_one_word && self.is_typed_word, OUT)
            + if self.is_alone() { self.speaks_against_a_word(has_link) } else { 0.0 }
    }

    /// "Jonas Eck" is Jonas Ek wherever he is heard: the first name is the same, and the surname sounds the same.
    fn is_same_person_by_sound(&self) -> bool {
        !self.is_alone() && self.same_first && self.sound >= SAME_SURNAME
    }

    /// A word alone is more often a word, or somebody else's name.
    fn speaks_against_a_word(&self, has_link: bool) -> f32 {
        // Where the name itself is heard right, a word that is not quite like it is another.
        let is_beside_it =
            self.heard_right_here && !self.same_title && !self.is_place && self.sound < LIKENESS_BESIDE_IT;
        // A word that others are called by, too, is no mishearing: "Bright" is not "Brecht".
        let is_shared =
            !self.same_title && self.in_other_names >= 2 && self.in_other_names * 4 >= self.heard_documents;
        // What many documents have is a word of its own, unless it sounds just like the name.
        let is_usual = self.heard_documents >= 5 && self.sound < SAME_SOUND && !self.same_title;
        let is_told = has_link || (self.words_name == 1 && self.shared_context() >= LEAST_CONTEXT_ALONE);
        1.0 + worth(is_shared || is_usual, 3.0)
            + worth(self.is_ordinary && !self.same_title, 5.0)
            + worth(self.words_name == 1 && self.sound < LEAST_LIKENESS_SINGLE, 2.0)
            + worth(!is_told, 3.0)
            + worth(is_beside_it, 3.0)
            + worth(self.is_typed_word, OUT)
            + worth(self.is_abbreviation && self.sound < LIKENESS_OF_ABBREVIATION, OUT)
    }
}

fn worth(is_so: bool, weight: f32) -> f32 {
    if is_so { weight } else { 0.0 }
}

#[expect(clippy::cast_precision_loss, reason = "counts of documents are small")]
pub(super) fn count(number: usize) -> f32 {
    number.max(1) as f32
}
