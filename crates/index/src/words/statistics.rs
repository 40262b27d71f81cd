//! How common a word is, for the scores.
//!
//! tantivy counts passages that have been replaced until their segment is merged, so that scores would depend
//! on how often files were indexed. Counted without them, the same files give the same scores.

use tantivy::query::Bm25StatisticsProvider;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term};

use super::schema::{Fields, Standing};
use super::snapshot::LookedUp;
use crate::catalogue::WordCounts;

/// What the archive's files hold, whatever the index was through.
pub(super) struct Statistics<'a> {
    searcher: &'a Searcher,
    counts: WordCounts,
    fields: &'a Fields,
    looked_up: &'a LookedUp,
}

impl<'a> Statistics<'a> {
    pub(super) fn new(
        searcher: &'a Searcher,
        counts: WordCounts,
        fields: &'a Fields,
        looked_up: &'a LookedUp,
    ) -> Self {
        Self { searcher, counts, fields, looked_up }
    }

    fn passages(&self) -> u64 {
        // At least one: averages are divided by it.
        self.counts.all_passages().max(1)
    }
}

impl Bm25StatisticsProvider for Statistics<'_> {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        let words = match self.fields.standing_of(field) {
            Some(Standing::Suspect) => self.counts.suspect_words,
            Some(Standing::Copy) => self.counts.copy_words,
            Some(Standing::Ordinary) | None => self.counts.words,
        };
        Ok(words.max(1))
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(self.passages())
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        self.looked_up.terms.get_or(term, || self.count(term))
    }
}

impl Statistics<'_> {
    fn count(&self, term: &Term) -> tantivy::Result<u64> {
        let mut passages = 0;
        for reader in self.searcher.segment_readers() {
            let inverted = reader.inverted_index(term.field())?;
            let Some(alive) = reader.alive_bitset() else {
                passages += u64::from(inverted.doc_freq(term)?);
                continue;
            };
            if let Some(postings) = inverted.read_postings(term, IndexRecordOption::Basic)? {
                passages += u64::from(postings.doc_freq_given_deletes(alive));
            }
        }
        // tantivy panics on a word that is in more passages than there are, as it may be for the moment in
        // which an update has written the words and not yet their count.
        Ok(passages.min(self.passages()))
    }
}
