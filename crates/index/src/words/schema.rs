//! The fields of a passage in the index.
//!
//! | field | holds | for |
//! |---|---|---|
//! | `stem` | words without endings | words of a query |
//! | `exact` | words with their positions | phrases, nearness, beginnings, misspellings |
//! | `bridge` | the last words of a passage and the first of the next | phrases that reach across |
//! | `suspect_...`, `copy_...` | the same of doubted segments, and of copies of a recording | searches that ask for them |
//! | `show`, `outlet`, `kind`, `language`, `day`, `speaker` | what the document says of itself | conditions, counts |
//! | `number`, `ordinal`, `first`, `tenths` | which passage it is, its first word's place, how long it lasts | places, counts of airtime |
//! | `kept`, `text` | [`stored::encode`]; the text where it does not stand in the file as it is | showing it |

use jiff::civil::Date;
use record::Document;
use record::rows::kind_name;
use tantivy::Term;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, Schema, TantivyDocument, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{PreTokenizedString, TextAnalyzer, Token as IndexToken, TokenizerManager};

use super::stored;
use crate::catalogue::DocumentNumber;
use crate::passages::Passage;
use crate::tokens::{ExactWords, Stems, tokens};

/// How many words of either side a bridge holds: phrases up to one word longer are found by it exactly.
pub(super) const BRIDGE_WORDS: usize = 4;

/// Before words of the next passage in a bridge.
const NEXT_MARK: char = '\u{1f}';

/// Between two passages of which the second does not go on where the first ends, words are this far apart, so
/// that nothing is near anything across a silence.
const GAP_WORDS: u64 = 10_000;

/// What a passage counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    /// It is ranked and counted.
    Ordinary,
    /// Its segments are doubted.
    Suspect,
    /// Its document is a copy of another one.
    Copy,
}

impl Standing {
    pub(crate) const ALL: [Self; 3] = [Self::Ordinary, Self::Suspect, Self::Copy];
}

/// What a document hands on to its passages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heading<'a> {
    pub(crate) document: &'a Document,
    /// The language that is spoken, such as `en`, if that is known.
    pub(crate) language: Option<&'a str>,
    /// Whether another document stands for it.
    pub(crate) is_copy: bool,
}

/// The fields of a passage.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields {
    /// [`DocumentNumber`] of its document.
    pub(super) number: Field,
    /// Its place in the document, from 0.
    pub(super) ordinal: Field,
    /// How many words of the document are before it, silences counted as [`GAP_WORDS`].
    pub(super) first: Field,
    /// How long it lasts, in tenths of a second; 0 where there are no times.
    pub(super) tenths: Field,
    /// The date as the number YYYYMMDD.
    pub(super) day: Field,
    /// [`Standing`] as a number; none for doubted segments of copies.
    standing: Field,
    pub(super) show: Field,
    pub(super) outlet: Field,
    pub(super) kind: Field,
    pub(super) language: Field,
    pub(super) speaker: Field,
    stems: [Field; 3],
    exacts: [Field; 3],
    pub(super) bridge: Field,
    pub(super) kept: Field,
    pub(super) text: Field,
}

const STEMS: &str = "stems";
const EXACT: &str = "exact";
const WHOLE: &str = "raw";

pub(super) fn schema() -> (Schema, Fields) {
    let indexing =
        |tokenizer, option| TextFieldIndexing::default().set_tokenizer(tokenizer).set_index_option(option);
    let ranked = |tokenizer, option| TextOptions::default().set_indexing_options(indexing(tokenizer, option));
    let unranked = |tokenizer, option| {
        TextOptions::default().set_indexing_options(indexing(tokenizer, option).set_fieldnorms(false))
    };
    let (counted, placed) = (IndexRecordOption::WithFreqs, IndexRecordOption::WithFreqsAndPositions);
    let whole = || unranked(WHOLE, IndexRecordOption::Basic);
    let mut schema = Schema::builder();
    let fields = Fields {
        number: schema.add_u64_field("number", INDEXED | FAST),
        ordinal: schema.add_u64_field("ordinal", FAST),
        first: schema.add_u64_field("first", FAST),
        tenths: schema.add_u64_field("tenths", FAST),
        day: schema.add_u64_field("day", FAST),
        standing: schema.add_u64_field("standing", INDEXED),
        show: schema.add_text_field("show", whole().set_fast(WHOLE)),
        outlet: schema.add_text_field("outlet", whole().set_fast(WHOLE)),
        kind: schema.add_text_field("kind", whole()),
        language: schema.add_text_field("language", whole()),
        speaker: schema.add_text_field("speaker", unranked(EXACT, placed)),
        stems: ["stem", "suspect_stem", "copy_stem"]
            .map(|name| schema.add_text_field(name, ranked(STEMS, counted))),
        exacts: ["exact", "suspect_exact", "copy_exact"]
            .map(|name| schema.add_text_field(name, ranked(EXACT, placed))),
        bridge: schema.add_text_field("bridge", unranked(EXACT, placed)),
        kept: schema.add_bytes_field("kept", STORED),
        text: schema.add_text_field("text", TextOptions::default().set_stored()),
    };
    (schema.build(), fields)
}

pub(super) fn tokenizers() -> TokenizerManager {
    let tokenizers = TokenizerManager::default();
    tokenizers.register(EXACT, TextAnalyzer::from(ExactWords));
    tokenizers.register(STEMS, Stems::default().into_analyzer());
    tokenizers
}

impl Fields {
    pub(super) fn stem(&self, standing: Standing) -> Field {
        self.stems[standing as usize]
    }

    pub(super) fn exact(&self, standing: Standing) -> Field {
        self.exacts[standing as usize]
    }

    pub(super) fn standing_term(&self, standing: Standing) -> Term {
        Term::from_field_u64(self.standing, standing as u64)
    }

    /// What the words of a ranked field stand for.
    pub(super) fn standing_of(&self, field: Field) -> Option<Standing> {
        Standing::ALL
            .into_iter()
            .find(|standing| [self.stem(*standing), self.exact(*standing)].contains(&field))
    }

    pub(super) fn number_term(&self, number: DocumentNumber) -> Term {
        Term::from_field_u64(self.number, number.as_index())
    }

    /// All passages of a document, in their order.
    pub(super) fn documents(&self, heading: Heading<'_>, passages: &[Passage]) -> Vec<TantivyDocument> {
        let mut first = 0;
        let mut documents = Vec::with_capacity(passages.len());
        for (ordinal, passage) in passages.iter().enumerate() {
            let next = passages.get(ordinal + 1).filter(|_| passage.continues);
            documents.push(self.document(heading, (ordinal as u64, first), passage, next));
            first += passage.words() as u64 + if passage.continues { 0 } else { GAP_WORDS };
        }
        documents
    }

    fn document(
        &self,
        heading: Heading<'_>,
        (ordinal, first): (u64, u64),
        passage: &Passage,
        next: Option<&Passage>,
    ) -> TantivyDocument {
        let mut fields = TantivyDocument::new();
        fields.add_u64(self.number, DocumentNumber::of(&heading.document.path).as_index());
        fields.add_u64(self.ordinal, ordinal);
        fields.add_u64(self.first, first);
        fields.add_u64(self.tenths, passage.length().as_millis() / 100);
        self.add_heading(heading, &mut fields);
        for speaker in passage.speakers() {
            fields.add_text(self.speaker, speaker);
        }
        let text = passage.text();
        self.add_words(heading.is_copy, passage, &text, next, &mut fields);
        fields.add_bytes(self.kept, &stored::encode(passage));
        if passage.source().is_none() {
            fields.add_text(self.text, &text);
        }
        fields
    }

    fn add_heading(&self, heading: Heading<'_>, fields: &mut TantivyDocument) {
        let Heading { document, language, .. } = heading;
        if let Some(date) = document.date {
            fields.add_u64(self.day, day_number(date));
        }
        for (field, name) in [(self.show, &document.show), (self.outlet, &document.outlet)] {
            if let Some(name) = name.as_deref().filter(|name| !name.is_empty()) {
                fields.add_text(field, name);
            }
        }
        fields.add_text(self.kind, kind_name(document.kind));
        if let Some(language) = language {
            fields.add_text(self.language, language);
        }
    }

    fn add_words(
        &self,
        is_copy: bool,
        passage: &Passage,
        text: &str,
        next: Option<&Passage>,
        fields: &mut TantivyDocument,
    ) {
        let standing = match (is_copy, passage.is_suspect()) {
            (false, false) => Standing::Ordinary,
            (false, true) => Standing::Suspect,
            (true, false) => Standing::Copy,
            // Made up, and there a second time: not for any search.
            (true, true) => return,
        };
        if let Some(next) = next.filter(|_| standing == Standing::Ordinary) {
            fields.add_pre_tokenized_text(self.bridge, bridge(text, &next.text()));
        }
        fields.add_u64(self.standing, standing as u64);
        fields.add_text(self.stem(standing), text);
        fields.add_text(self.exact(standing), text);
    }
}

/// The last words of a passage and the first of the next, these marked: a phrase in them that begins unmarked
/// and ends marked reaches across, and no other does.
fn bridge(text: &str, next: &str) -> PreTokenizedString {
    let words: Vec<String> = tokens(text).map(|token| token.exact).collect();
    let last = words.into_iter().rev().take(BRIDGE_WORDS).collect::<Vec<_>>().into_iter().rev();
    let first = tokens(next).take(BRIDGE_WORDS).map(|token| marked(&token.exact));
    let token = |(position, text)| IndexToken { position, text, ..IndexToken::default() };
    PreTokenizedString { text: String::new(), tokens: last.chain(first).enumerate().map(token).collect() }
}

pub(super) fn marked(word: &str) -> String {
    format!("{NEXT_MARK}{word}")
}

/// YYYYMMDD, which orders as dates do.
pub(crate) fn day_number(date: Date) -> u64 {
    let part = |number: i64| u64::try_from(number).unwrap_or(0);
    part(date.year().into()) * 10_000 + part(date.month().into()) * 100 + part(date.day().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_order_as_numbers() {
        let day = |year, month, day| day_number(jiff::civil::date(year, month, day));
        assert_eq!(day(2026, 3, 2), 20_260_302);
        assert!(day(2026, 3, 31) < day(2026, 4, 1) && day(2026, 12, 31) < day(2027, 1, 1));
        assert_eq!(day(-44, 3, 15), 315, "before our numbers begin");
    }

    #[test]
    fn a_bridge_holds_the_words_on_both_sides() {
        let bridge = bridge("one two three four, Five.", "Six seven");
        let words: Vec<String> = bridge.tokens.into_iter().map(|token| token.text).collect();
        assert_eq!(words, ["two", "three", "four", "five", "\u{1f}six", "\u{1f}seven"]);
    }
}
