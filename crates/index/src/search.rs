//! A query answered: hits with document, segment and second.

use std::ops::Range;
use std::path::{Path, PathBuf};

use archive::Archive;
use jiff::civil::Date;
use record::{Document, Place, address};

use crate::catalogue::{Catalogue, CatalogueError, Known};
use crate::locate::{Located, Text};
use crate::query::Query;
use crate::tokens::Stems;
use crate::words::{Filter, Found, Snapshot, StoredPassage, StoredPiece, Words, WordsError};

/// The most hits that are given at once.
pub const MAX_HITS: usize = 10_000;

/// How often more is fetched because what was found had to be dropped.
const MOST_ROUNDS: u32 = 5;

/// How much of the sentence around a hit is shown on either side, in bytes.
const SENTENCE_BYTES: usize = 240;

/// Where an archive's index lies.
#[derive(Clone, Debug)]
pub(crate) struct IndexPaths {
    pub(crate) folder: PathBuf,
    pub(crate) catalogue: PathBuf,
    pub(crate) words: PathBuf,
    pub(crate) lock: PathBuf,
}

impl IndexPaths {
    pub(crate) fn of(archive: &Archive) -> Self {
        let folder = archive.state().join("index");
        let below = |name: &str| folder.join(name);
        Self { catalogue: below("catalogue.sqlite"), words: below("words"), lock: below("lock"), folder }
    }
}

/// An archive's index, open for questions.
pub struct Index {
    catalogue: Catalogue,
    words: Words,
}

/// Why there is no index to ask.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The catalogue cannot be used.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// The words cannot be used.
    #[error(transparent)]
    Words(#[from] WordsError),
}

/// What to look for beside the query, and how much of it.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchOptions {
    /// How many hits, at most [`MAX_HITS`].
    pub limit: usize,
    /// Only this show: its name, else every show whose name contains this; case doesn't count.
    pub show: Option<String>,
    /// Only what was published on this day or later.
    pub after: Option<Date>,
    /// Only what was published before this day.
    pub before: Option<Date>,
    /// Doubted segments, too, which are left out otherwise.
    pub with_suspects: bool,
}

impl Default for SearchOptions {
    fn default() -> Self {
        Self { limit: 10, show: None, after: None, before: None, with_suspects: false }
    }
}

/// A place in the record that answers a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// Where it was said or written.
    pub document: Document,
    /// The segment in which the match begins, with its start, and the end of the one in which it ends.
    pub place: Place,
    /// The text of that place: whole segments.
    pub text: String,
    /// The words of the query in `text`, in characters, in rising order.
    pub words: Vec<Range<usize>>,
    /// The sentence around it, as far as the passage has it, for people.
    pub sentence: Excerpt,
    /// How well it fits; comparable only within one search.
    pub score: f32,
    /// The address that opens the place.
    pub link: Option<String>,
    /// Who speaks, if that is known.
    pub speaker: Option<String>,
}

/// A text with the words of a query in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The text.
    pub text: String,
    /// The words of the query in `text`, in characters, in rising order.
    pub words: Vec<Range<usize>>,
}

/// Why a search failed.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// No show is called so.
    #[error("no show has a name with `{asked}`\nhint: `onrecord status` lists the shows")]
    NoShow {
        /// What was asked for.
        asked: String,
    },
    /// More was asked for than is given.
    #[error("expected at most {MAX_HITS} hits to be asked for, found {asked}")]
    TooMany {
        /// What was asked for.
        asked: usize,
    },
    /// The catalogue cannot be read.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// The words cannot be read.
    #[error(transparent)]
    Words(#[from] WordsError),
}

impl Index {
    /// Opens the index of an archive.
    ///
    /// # Errors
    /// If it has none, or not one that this program reads.
    pub fn open(archive: &Archive) -> Result<Self, OpenError> {
        let paths = IndexPaths::of(archive);
        let catalogue = Catalogue::open(&paths.catalogue)?;
        Ok(Self { catalogue, words: Words::open(&paths.words)? })
    }

    /// Which documents there are.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// Answers a query: the best hits, best first. The same files give the same hits in the same order.
    ///
    /// # Errors
    /// If no show is meant by the options, or the index can't be read.
    pub fn search(&self, query: &Query, options: &SearchOptions) -> Result<Vec<Hit>, SearchError> {
        if options.limit > MAX_HITS {
            return Err(SearchError::TooMany { asked: options.limit });
        }
        let filter = self.filter(options)?;
        let snapshot = self.words.snapshot()?;
        let mut wanted = options.limit;
        for _ in 0..MOST_ROUNDS {
            let found = snapshot.best(query, &filter, wanted)?;
            let hits = self.hits(query, &snapshot, &found)?;
            // Of a long phrase across two passages the index sees only the middle, and a document that was
            // found may just be about to be entered: then there are fewer hits than passages.
            if hits.len() >= options.limit || found.len() < wanted {
                return Ok(hits.into_iter().take(options.limit).collect());
            }
            wanted = wanted.saturating_mul(4).min(4 * MAX_HITS);
        }
        let found = snapshot.best(query, &filter, wanted)?;
        Ok(self.hits(query, &snapshot, &found)?.into_iter().take(options.limit).collect())
    }

    fn filter(&self, options: &SearchOptions) -> Result<Filter, SearchError> {
        let shows = options.show.as_deref().map(|asked| self.shows_called(asked)).transpose()?;
        let SearchOptions { after, before, with_suspects, .. } = *options;
        Ok(Filter { shows, after, before, with_suspects })
    }

    fn shows_called(&self, asked: &str) -> Result<Vec<String>, SearchError> {
        let wanted = asked.to_lowercase();
        let all: Vec<String> = self.catalogue.shows()?.into_iter().filter_map(|show| show.show).collect();
        let those = |is_meant: &dyn Fn(&str) -> bool| -> Vec<String> {
            all.iter().filter(|show| is_meant(&show.to_lowercase())).cloned().collect()
        };
        let exact = those(&|show| show == wanted);
        let meant = if exact.is_empty() { those(&|show| show.contains(&wanted)) } else { exact };
        if meant.is_empty() {
            return Err(SearchError::NoShow { asked: asked.to_owned() });
        }
        Ok(meant)
    }

    fn hits(&self, query: &Query, snapshot: &Snapshot, found: &[Found]) -> Result<Vec<Hit>, SearchError> {
        let mut stems = Stems::default();
        let mut hits = Vec::with_capacity(found.len());
        for found in found {
            let Some(known) = self.catalogue.by_number(found.number)? else { continue };
            let Some(passage) = read_around(query, snapshot, found, &mut stems)? else { continue };
            if let Some(located) = passage.words.locate(query, passage.own_bytes, &mut stems) {
                hits.push(hit(known, &passage, &located, found.score()));
            }
        }
        Ok(hits)
    }
}

/// A passage, with the next one behind it if the match may reach into it.
struct Around {
    text: String,
    words: Text,
    pieces: Vec<StoredPiece>,
    own_bytes: usize,
}

fn read_around(
    query: &Query,
    snapshot: &Snapshot,
    found: &Found,
    stems: &mut Stems,
) -> Result<Option<Around>, WordsError> {
    let Some(StoredPassage { mut text, mut pieces }) = snapshot.passage(found)? else { return Ok(None) };
    let own_bytes = text.len();
    let mut words = Text::new(&text);
    if words.lacks_phrase(query, stems)
        && let Some(next) = snapshot.next_passage(found)?
    {
        let behind = text.len() + 1;
        text = format!("{text} {}", next.text);
        words = Text::new(&text);
        let moved = |piece: StoredPiece| StoredPiece {
            bytes: piece.bytes.start + behind..piece.bytes.end + behind,
            ..piece
        };
        pieces.extend(next.pieces.into_iter().map(moved));
    }
    Ok(Some(Around { text, words, pieces, own_bytes }))
}

fn hit(known: Known, around: &Around, located: &Located, score: f32) -> Hit {
    let first = around.pieces.iter().position(|piece| piece.bytes.end > located.stretch.start).unwrap_or(0);
    let behind = around.pieces.iter().position(|piece| piece.bytes.end >= located.stretch.end);
    let last = behind.unwrap_or(around.pieces.len() - 1);
    let (from, to) = (&around.pieces[first], &around.pieces[last]);
    let excerpt = excerpt(&around.text, from.bytes.start..to.bytes.end, &located.spans);
    let place = joined(&from.place, &to.place);
    let sentence = excerpt_of_sentence(around, located);
    let link = known.document.url.as_deref().and_then(|url| link(&place, url));
    Hit {
        document: known.document,
        place,
        text: excerpt.text,
        words: excerpt.words,
        sentence,
        score,
        link,
        speaker: from.speaker.clone(),
    }
}

/// A place in a text without segments has no address of its own: the document's is the nearest.
fn link(place: &Place, url: &str) -> Option<String> {
    place.link(url).or_else(|| address::openable(url))
}

/// From the beginning of one place to the end of another of the same document.
fn joined(from: &Place, to: &Place) -> Place {
    match (from, to) {
        (Place::Spoken { segment, start, .. }, Place::Spoken { end, .. }) => {
            Place::Spoken { segment: *segment, start: *start, end: *end }
        }
        (Place::Written { chars: from }, Place::Written { chars: to }) => {
            Place::Written { chars: from.start..to.end }
        }
        (from, _) => from.clone(),
    }
}

fn excerpt(text: &str, bytes: Range<usize>, spans: &[Range<usize>]) -> Excerpt {
    let part = &text[bytes.clone()];
    let inside = spans.iter().filter(|span| span.start >= bytes.start && span.end <= bytes.end);
    let character = |at: usize| text[bytes.start..at].chars().count();
    let words = inside.map(|span| character(span.start)..character(span.end)).collect();
    Excerpt { text: part.to_owned(), words }
}

/// From the end of the sentence before the match to the end of the one in which it ends.
fn excerpt_of_sentence(around: &Around, located: &Located) -> Excerpt {
    let text = &around.text;
    let Range { start, end } = located.stretch;
    let earliest = boundary(text, start.saturating_sub(SENTENCE_BYTES));
    let latest = boundary(text, end.saturating_add(SENTENCE_BYTES).min(text.len()));
    let before = &text[earliest..start];
    let begin = match before.rmatch_indices(SENTENCE_ENDS).find(|(at, _)| before[at + 1..].starts_with(' ')) {
        Some((at, _)) => earliest + at + 2,
        None if earliest == 0 => 0,
        None => earliest + before.find(' ').map_or(0, |space| space + 1),
    };
    let behind = &text[end..latest];
    let finish = match behind.match_indices(SENTENCE_ENDS).find(|(at, _)| is_sentence_end(&behind[at + 1..]))
    {
        Some((at, sign)) => end + at + sign.len(),
        None if latest == text.len() => latest,
        None => end + behind.rfind(' ').unwrap_or(behind.len()),
    };
    excerpt(text, begin..finish, &located.spans)
}

const SENTENCE_ENDS: [char; 3] = ['.', '?', '!'];

fn is_sentence_end(behind: &str) -> bool {
    behind.is_empty() || behind.starts_with([' ', '"', '\u{201d}'])
}

/// The nearest boundary between characters at or before `at`.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// Whether an archive has an index.
pub fn exists(archive: &Archive) -> bool {
    let path: &Path = &IndexPaths::of(archive).catalogue;
    path.exists()
}

#[cfg(test)]
mod oracle;
#[cfg(test)]
mod tests;
