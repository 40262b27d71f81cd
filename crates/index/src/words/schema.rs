//! The fields of a passage in the index.
//!
//! | field | holds | for |
//! |---|---|---|
//! | `exact` | words with their positions | everything but properties |
//! | `suspect_...`, `copy_...` | the same of doubted segments, and of copies of a recording | searches that ask for them |
//! | `show`, `outlet`, `kind`, `language`, `day`, `speaker` | what the document says of itself | conditions, counts |
//! | `number`, `ordinal`, `first`, `tenths` | which passage it is, its first word's place, how long it lasts | places, counts of airtime |
//! | `kept`, `text` | [`stored::encode`]; the text where it does not stand in the file as it is | showing it |

use jiff::civil::Date;
use record::Document;
use record::rows::kind_name;
use tantivy::Term;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{TextAnalyzer, TokenizerManager};

use super::row::{Cell, Row};
use super::stored;
use crate::catalogue::DocumentNumber;
use crate::passages::Passage;
use crate::tokens::ExactWords;

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
    exacts: [Field; 3],
    pub(super) kept: Field,
    pub(super) text: Field,
}

const EXACT: &str = "exact";
const WHOLE: &str = "raw";

pub(super) fn schema() -> (Schema, Fields) {
    let indexing =
        |tokenizer, option| TextFieldIndexing::default().set_tokenizer(tokenizer).set_index_option(option);
    let ranked = |tokenizer, option| TextOptions::default().set_indexing_options(indexing(tokenizer, option));
    let unranked = |tokenizer, option| {
        TextOptions::default().set_indexing_options(indexing(tokenizer, option).set_fieldnorms(false))
    };
    let placed = IndexRecordOption::WithFreqsAndPositions;
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
        exacts: ["exact", "suspect_exact", "copy_exact"]
            .map(|name| schema.add_text_field(name, ranked(EXACT, placed))),
        kept: schema.add_bytes_field("kept", STORED),
        text: schema.add_text_field("text", TextOptions::default().set_stored()),
    };
    (schema.build(), fields)
}

pub(super) fn tokenizers() -> TokenizerManager {
    let tokenizers = TokenizerManager::default();
    tokenizers.register(EXACT, TextAnalyzer::from(ExactWords));
    tokenizers
}

impl Fields {
    pub(super) fn exact(&self, standing: Standing) -> Field {
        self.exacts[standing as usize]
    }

    pub(super) fn standing_term(&self, standing: Standing) -> Term {
        Term::from_field_u64(self.standing, standing as u64)
    }

    /// What the words of a ranked field stand for.
    pub(super) fn standing_of(&self, field: Field) -> Option<Standing> {
        Standing::ALL.into_iter().find(|standing| self.exact(*standing) == field)
    }

    pub(super) fn number_term(&self, number: DocumentNumber) -> Term {
        Term::from_field_u64(self.number, number.as_index())
    }

    /// All passages of a document, in their order.
    pub(super) fn rows(&self, heading: Heading<'_>, passages: &[Passage]) -> Vec<Row> {
        let number = DocumentNumber::of(&heading.document.path);
        let properties = self.properties(heading);
        let mut first = 0;
        let mut rows = Vec::with_capacity(passages.len());
        for (ordinal, passage) in passages.iter().enumerate() {
            let mut row = Row::new();
            row.add(self.number, number.as_index());
            row.add(self.ordinal, ordinal as u64);
            row.add(self.first, first);
            properties.iter().for_each(|(field, value)| row.add(*field, value.clone()));
            self.add_passage(heading.is_copy, passage, &mut row);
            rows.push(row);
            first += passage.words() as u64 + if passage.continues { 0 } else { GAP_WORDS };
        }
        rows
    }

    /// What all passages of a document have in common.
    fn properties(&self, heading: Heading<'_>) -> Vec<(Field, Cell)> {
        let Heading { document, language, .. } = heading;
        let names = [(self.show, &document.show), (self.outlet, &document.outlet)];
        let names = names.into_iter().filter_map(|(field, name)| Some((field, name.as_deref()?)));
        let names = names.filter(|(_, name)| !name.is_empty());
        let codes = [(self.kind, kind_name(document.kind))].into_iter();
        let texts = names.chain(codes).chain(language.map(|language| (self.language, language)));
        let day = document.date.map(|date| (self.day, Cell::Number(day_number(date))));
        day.into_iter().chain(texts.map(|(field, text)| (field, Cell::Shared(text.into())))).collect()
    }

    fn add_passage(&self, is_copy: bool, passage: &Passage, row: &mut Row) {
        let text = passage.text();
        row.add(self.tenths, passage.length().as_millis() / 100);
        for speaker in passage.speakers() {
            row.add(self.speaker, speaker.to_owned());
        }
        row.add(self.kept, stored::encode(passage, &text));
        if passage.source().is_none() {
            row.add(self.text, text.clone());
        }
        self.add_words(is_copy, passage, text, row);
    }

    fn add_words(&self, is_copy: bool, passage: &Passage, text: String, row: &mut Row) {
        let standing = match (is_copy, passage.is_suspect()) {
            (false, false) => Standing::Ordinary,
            (false, true) => Standing::Suspect,
            (true, false) => Standing::Copy,
            // Made up, and there a second time: not for any search.
            (true, true) => return,
        };
        row.add(self.standing, standing as u64);
        row.add(self.exact(standing), text);
    }
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
}
