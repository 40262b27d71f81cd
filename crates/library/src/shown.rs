//! Hits and places as the contracts have them in JSON.

use index::{AlsoIn, Hit, Mode};
use record::Place;
use serde::Serialize;

/// An object with a document's place beside other fields, as the contracts have it.
#[derive(Serialize)]
pub struct Placed<'a, T> {
    /// Which document.
    pub document: &'a record::Document,
    /// Where in it.
    #[serde(flatten)]
    pub place: &'a Place,
    /// What else is told.
    #[serde(flatten)]
    pub fields: T,
}

/// A hit as an object, wherever no more is told of it than what was said and where.
pub type Found<'a> = Placed<'a, Said<'a>>;

/// What was said.
#[derive(Serialize)]
pub struct Said<'a> {
    text: &'a str,
    link: Option<&'a str>,
    speaker: Option<&'a str>,
}

impl<'a> Found<'a> {
    /// Of a hit.
    pub fn of(hit: &'a Hit) -> Self {
        let fields = Said { text: &hit.text, link: hit.link.as_deref(), speaker: hit.speaker.as_deref() };
        Placed { document: &hit.document, place: &hit.place, fields }
    }
}

/// A hit of a search, with all that is known of it.
pub type Ranked<'a> = Placed<'a, RankedFields<'a>>;

/// The fields of a hit beside its document and place.
#[derive(Serialize)]
pub struct RankedFields<'a> {
    rank: usize,
    /// Nothing where hits are in another order.
    score: Option<f64>,
    text: &'a str,
    link: Option<&'a str>,
    speaker: Option<&'a str>,
    /// Half-open ranges of characters of `text`.
    words: Vec<[usize; 2]>,
    /// The sentence around it, which may begin before the place.
    sentence: &'a str,
    mode: Mode,
    /// Whether it is doubted.
    suspect: bool,
    /// Words of the question that are not there.
    missing: &'a [String],
    /// Documents that say the same.
    also_in: &'a [AlsoIn],
    #[serde(skip_serializing_if = "Option::is_none")]
    hits_in_document: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<Context>,
}

/// What is said before and behind a hit.
#[derive(Clone, Debug, Serialize)]
pub struct Context {
    /// Segments or paragraphs, in order.
    pub before: Vec<String>,
    /// The same behind it.
    pub after: Vec<String>,
}

impl<'a> Ranked<'a> {
    /// Of the hit with a rank, from 1; with its score if hits are in the order of their scores.
    pub fn of(rank: usize, is_ranked: bool, hit: &'a Hit, mode: Mode, context: Option<Context>) -> Self {
        let fields = RankedFields {
            rank,
            score: is_ranked.then(|| rounded(hit.score)),
            text: &hit.text,
            link: hit.link.as_deref(),
            speaker: hit.speaker.as_deref(),
            words: hit.words.iter().map(|range| [range.start, range.end]).collect(),
            sentence: &hit.sentence.text,
            mode,
            suspect: hit.is_suspect,
            missing: &hit.missing,
            also_in: &hit.also_in,
            hits_in_document: hit.hits_in_document,
            context,
        };
        Placed { document: &hit.document, place: &hit.place, fields }
    }
}

/// As many decimals as mean something.
pub fn rounded(score: f32) -> f64 {
    (f64::from(score) * 1000.0).round() / 1000.0
}
