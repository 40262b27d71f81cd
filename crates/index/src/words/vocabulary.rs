//! The words that the index knows, looked through for those that are meant.

use std::collections::BTreeSet;
use std::io;

use tantivy::query::FuzzyTermQuery;
use tantivy::termdict::TermDictionary;
use tantivy::{Searcher, Term};

use super::forms::Forms;
use super::schema::{Fields, Standing};

/// More words than these are not meant by anything that a person types.
pub(crate) const MOST_FORMS: usize = 5_000;

/// The index knows more words of the kind than [`MOST_FORMS`].
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooMany;

/// The words of an index.
pub(crate) struct Vocabulary<'a> {
    searcher: &'a Searcher,
    fields: &'a Fields,
    forms: &'a Forms,
}

/// What is found, in rising order.
type Found = io::Result<Result<Vec<String>, TooMany>>;

impl<'a> Vocabulary<'a> {
    pub(super) fn new(searcher: &'a Searcher, fields: &'a Fields, forms: &'a Forms) -> Self {
        Self { searcher, fields, forms }
    }

    /// The words with this stem; some may be in no passage.
    pub(crate) fn with_stem(&self, stem: &str) -> Found {
        let found = self.forms.with_stem(self.searcher, self.fields, stem)?;
        Ok(if found.len() > MOST_FORMS { Err(TooMany) } else { Ok(found.into_iter().collect()) })
    }

    /// The words that begin so.
    pub(crate) fn with_prefix(&self, prefix: &str) -> Found {
        self.collect(|dictionary, found| {
            with_prefix(dictionary, prefix, |word| {
                found.insert(word.to_owned());
                found.len() <= MOST_FORMS
            })
        })
    }

    /// The words that become this one by at most so many letters put in, left out, changed or swapped with the next.
    pub(crate) fn similar(&self, word: &str, edits: u8) -> Found {
        let term = Term::from_field_text(self.fields.exact(Standing::Ordinary), word);
        let Ok(automaton) = FuzzyTermQuery::new(term, edits, true).automaton() else {
            return Ok(Ok(vec![word.to_owned()]));
        };
        self.collect(|dictionary, found| {
            let mut stream = dictionary.search(&automaton).into_stream()?;
            while stream.advance() && found.len() <= MOST_FORMS {
                found.extend(std::str::from_utf8(stream.key()).map(str::to_owned));
            }
            Ok(())
        })
    }

    /// The words that `is_meant` says yes to: it is asked for each word there is.
    pub(crate) fn matching(&self, mut is_meant: impl FnMut(&str) -> bool) -> Found {
        self.collect(|dictionary, found| {
            with_prefix(dictionary, "", |word| {
                if is_meant(word) {
                    found.insert(word.to_owned());
                }
                found.len() <= MOST_FORMS
            })
        })
    }

    fn collect(
        &self,
        mut look: impl FnMut(&TermDictionary, &mut BTreeSet<String>) -> io::Result<()>,
    ) -> Found {
        let mut found = BTreeSet::new();
        for reader in self.searcher.segment_readers() {
            for standing in Standing::ALL {
                let inverted =
                    reader.inverted_index(self.fields.exact(standing)).map_err(io::Error::other)?;
                look(inverted.terms(), &mut found)?;
            }
            if found.len() > MOST_FORMS {
                return Ok(Err(TooMany));
            }
        }
        Ok(Ok(found.into_iter().collect()))
    }
}

/// Goes through the words that begin so, as long as `visit` wants more.
fn with_prefix(
    dictionary: &TermDictionary,
    prefix: &str,
    mut visit: impl FnMut(&str) -> bool,
) -> io::Result<()> {
    let mut stream = dictionary.range().ge(prefix.as_bytes()).into_stream()?;
    while stream.advance() {
        let Ok(word) = std::str::from_utf8(stream.key()) else { continue };
        if !word.starts_with(prefix) || !visit(word) {
            break;
        }
    }
    Ok(())
}
