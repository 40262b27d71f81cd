//! Several forms of a word as one word: `ferry` and `ferries` said in one passage are one word said twice.
//!
//! tantivy would score each form by itself, so that a rare plural weighed more than its word.

use std::sync::Arc;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{BlockSegmentPostings, Postings as _, SegmentPostings};
use tantivy::query::{
    Bm25StatisticsProvider, Bm25Weight, BooleanQuery, EmptyQuery, EnableScoring, Explanation, Occur, Query,
    Scorer, TermQuery, Weight,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError, Term};

use super::schema::{Fields, Standing};
use crate::sought::Word;

/// Matches passages with any of the forms.
#[derive(Clone, Debug)]
pub(super) struct JoinedQuery {
    field: Field,
    terms: Arc<[Term]>,
}

impl JoinedQuery {
    /// The forms of a word in passages of one standing.
    pub(super) fn of(word: &Word, standing: Standing, fields: &Fields) -> Self {
        let field = fields.exact(standing);
        Self { field, terms: word.forms.iter().map(|form| Term::from_field_text(field, form)).collect() }
    }

    /// The query as simple as it can be.
    pub(super) fn boxed(self) -> Box<dyn Query> {
        match &*self.terms {
            [] => Box::new(EmptyQuery),
            [only] => Box::new(TermQuery::new(only.clone(), IndexRecordOption::WithFreqs)),
            _ => Box::new(self),
        }
    }

    /// In how many passages the word is: the sum over its forms. A passage with two of them counts twice, which moves no score by as
    /// much as it costs to count it once.
    pub(super) fn passages(&self, statistics: &dyn Bm25StatisticsProvider) -> tantivy::Result<u64> {
        self.terms.iter().map(|term| statistics.doc_freq(term)).sum()
    }

    /// How the word scores.
    pub(super) fn bm25(&self, statistics: &dyn Bm25StatisticsProvider) -> tantivy::Result<Bm25Weight> {
        let all = statistics.total_num_docs()?;
        let average = statistics.total_num_tokens(self.field)? as Score / all as Score;
        let with = self.passages(statistics)?.min(all);
        Ok(Bm25Weight::for_one_term_without_explain(with, all, average))
    }

    /// How long the passages of a segment are, for the scores.
    pub(super) fn lengths(&self, reader: &SegmentReader) -> tantivy::Result<FieldNormReader> {
        reader.get_fieldnorms_reader(self.field)
    }

    /// Where each form that the segment knows is, block by block.
    pub(super) fn blocks(&self, reader: &SegmentReader) -> tantivy::Result<Vec<BlockSegmentPostings>> {
        let inverted = reader.inverted_index(self.field)?;
        let mut blocks = Vec::with_capacity(self.terms.len());
        for term in &*self.terms {
            blocks.extend(inverted.read_block_postings(term, IndexRecordOption::WithFreqs)?);
        }
        Ok(blocks)
    }
}

impl Query for JoinedQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        match scoring {
            EnableScoring::Enabled { statistics_provider, .. } => {
                let bm25 = self.bm25(statistics_provider)?;
                Ok(Box::new(JoinedWeight { query: self.clone(), bm25 }))
            }
            disabled => {
                let term = |term: &Term| TermQuery::new(term.clone(), IndexRecordOption::Basic);
                let any = self.terms.iter().map(|one| (Occur::Should, Box::new(term(one)) as Box<dyn Query>));
                BooleanQuery::new(any.collect()).weight(disabled)
            }
        }
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.terms.iter().for_each(|term| visitor(term, false));
    }
}

struct JoinedWeight {
    query: JoinedQuery,
    bm25: Bm25Weight,
}

impl Weight for JoinedWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let inverted = reader.inverted_index(self.query.field)?;
        let mut forms = Vec::with_capacity(self.query.terms.len());
        for term in &*self.query.terms {
            forms.extend(inverted.read_postings(term, IndexRecordOption::WithFreqs)?);
        }
        let lengths = self.query.lengths(reader)?;
        let doc = first_of(&forms);
        Ok(Box::new(JoinedScorer { forms, doc, lengths, bm25: self.bm25.boost_by(boost) }))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(reader, 1.0)?;
        match scorer.seek(doc) == doc {
            true => Ok(Explanation::new("forms of a word", scorer.score())),
            false => Err(TantivyError::InvalidArgument(format!("passage {doc} has no form of the word"))),
        }
    }
}

fn first_of(forms: &[SegmentPostings]) -> DocId {
    forms.iter().map(SegmentPostings::doc).min().unwrap_or(TERMINATED)
}

/// Goes through the passages with any of the forms.
struct JoinedScorer {
    forms: Vec<SegmentPostings>,
    /// The least of theirs.
    doc: DocId,
    lengths: FieldNormReader,
    bm25: Bm25Weight,
}

impl DocSet for JoinedScorer {
    fn advance(&mut self) -> DocId {
        let mut next = TERMINATED;
        for form in &mut self.forms {
            let doc = if form.doc() == self.doc { form.advance() } else { form.doc() };
            next = next.min(doc);
        }
        self.doc = next;
        next
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc >= target {
            return self.doc;
        }
        let mut next = TERMINATED;
        for form in &mut self.forms {
            let doc = if form.doc() < target { form.seek(target) } else { form.doc() };
            next = next.min(doc);
        }
        self.doc = next;
        next
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.forms.iter().map(SegmentPostings::size_hint).fold(0, u32::saturating_add)
    }
}

impl Scorer for JoinedScorer {
    fn score(&mut self) -> Score {
        let here = self.forms.iter().filter(|form| form.doc() == self.doc);
        let times = here.map(SegmentPostings::term_freq).sum();
        self.bm25.score(self.lengths.fieldnorm_id(self.doc), times)
    }
}
