//! A query answered: hits with document, segment and second.
//!
//! ```text
//! Query --resolve--> Sought --words--> passages in order --texts, locate--> Hit
//! ```

mod counts;
mod hit;
mod memory;
mod question;
mod resolve;
mod texts;
mod trends;

use std::cell::RefCell;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use archive::Archive;
use jiff::civil::Date;
use language::embed::{EmbedError, Embedder};
use record::Kind;
use serde::Serialize;

use crate::catalogue::{Catalogue, CatalogueError, DocumentNumber};
use crate::locate::Located;
use crate::meaning::{self, Meaning, MeaningError};
use crate::query::{Condition, Query};
use crate::rank;
use crate::sought::{Property, Sought};
use crate::words::{Among, Found, Order, Snapshot, Words, WordsError};
pub use counts::Counts;
pub use hit::{AlsoIn, Excerpt, Hit};
use memory::Memory;
use question::Compared;
use resolve::Resolver;
use texts::Texts;
pub use trends::{Period, Trend, TrendsBy};

/// The most hits that are given at once.
pub const MAX_HITS: usize = 10_000;

/// How often more is fetched because what was found had to be dropped.
const MOST_ROUNDS: u32 = 5;

/// A question of at least so many plain words is also answered by passages that lack some of them: hardly any passage has
/// all words of a sentence.
const FEWEST_WORDS_OF_A_QUESTION: usize = 3;

/// Where an archive's index lies.
#[derive(Clone, Debug)]
pub(crate) struct IndexPaths {
    pub(crate) folder: PathBuf,
    pub(crate) catalogue: PathBuf,
    pub(crate) words: PathBuf,
    pub(crate) meaning: PathBuf,
    pub(crate) lock: PathBuf,
}

impl IndexPaths {
    pub(crate) fn of(archive: &Archive) -> Self {
        let folder = archive.state().join("index");
        let below = |name: &str| folder.join(name);
        Self {
            catalogue: below("catalogue.sqlite"),
            words: below("words"),
            meaning: meaning::folder_below(&folder),
            lock: below("lock"),
            folder,
        }
    }
}

/// An archive's index, open for questions.
pub struct Index {
    archive: Archive,
    catalogue: Catalogue,
    words: Words,
    meaning: PathBuf,
    embedder: Option<Arc<dyn Embedder>>,
    /// The vectors as they were after a batch: to look up where each document's are takes longer than to compare them.
    vectors: Mutex<Option<(u64, Arc<Meaning>)>>,
    memory: RefCell<Memory>,
    /// Passages whose texts are read at most to count something.
    most_read: Option<u64>,
}

/// Vectors, and what makes those of questions.
type WithEmbedder<'a> = (Arc<Meaning>, &'a dyn Embedder);

/// By what passages are found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// By their words.
    Words,
    /// By their meaning.
    Meaning,
    /// A question in plain words by both; what has operators or phrases, by words.
    #[default]
    Hybrid,
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

impl SearchError {
    /// Whether something else should have been asked, as opposed to an index that can't be read.
    pub fn is_of_asker(&self) -> bool {
        matches!(
            self,
            Self::NoShow { .. }
                | Self::NoOutlet { .. }
                | Self::TooManyForms { .. }
                | Self::TooMany { .. }
                | Self::TooMuchToRead { .. }
        )
    }
}

/// In which order hits come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortBy {
    /// The best first.
    #[default]
    Relevance,
    /// Those published last first.
    Newest,
    /// Those published first first.
    Oldest,
}

/// What to look for beside the query, and how much of it.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchOptions {
    /// How many hits, at most [`MAX_HITS`].
    pub limit: usize,
    /// By what; without vectors, by words.
    pub mode: Mode,
    /// Only this show: its name, else every show whose name contains this; case doesn't count.
    pub show: Option<String>,
    /// Only this outlet, named likewise.
    pub outlet: Option<String>,
    /// Only what was spoken, or only what was written.
    pub kind: Option<Kind>,
    /// Only what was published on this day or later.
    pub after: Option<Date>,
    /// Only what was published before this day.
    pub before: Option<Date>,
    /// Doubted segments, too, which are left out otherwise.
    pub with_suspects: bool,
    /// In which order.
    pub sort: SortBy,
    /// Only the best hit of each document.
    pub by_document: bool,
    /// Only what has all words of a question, however long.
    pub all_words: bool,
    /// Only these documents, by their paths.
    pub only: Option<Vec<String>>,
}

impl Default for SearchOptions {
    fn default() -> Self {
        Self {
            limit: 10,
            mode: Mode::Hybrid,
            show: None,
            outlet: None,
            kind: None,
            after: None,
            before: None,
            with_suspects: false,
            sort: SortBy::Relevance,
            by_document: false,
            all_words: false,
            only: None,
        }
    }
}

impl SearchOptions {
    /// The query with the conditions that the options stand for.
    fn narrowed(&self, query: &Query) -> Query {
        let dates = (self.after.is_some() || self.before.is_some())
            .then_some(Condition::Dates { from: self.after, until: self.before });
        let shows = self.show.clone().map(Condition::Show);
        let outlets = self.outlet.clone().map(Condition::Outlet);
        let kinds = self.kind.map(Condition::Kind);
        query.clone().and([shows, outlets, kinds, dates].into_iter().flatten())
    }

    fn order(&self) -> Order {
        match self.sort {
            SortBy::Relevance => Order::Score,
            SortBy::Newest => Order::Newest,
            SortBy::Oldest => Order::Oldest,
        }
    }
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The hits, first first.
    pub hits: Vec<Hit>,
    /// By what they were found.
    pub mode: Mode,
    /// Documents that would have been among them but that have changed since they were indexed.
    pub stale: Vec<String>,
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
    /// No outlet is called so.
    #[error("no outlet has a name with `{asked}`{}", known_outlets(known))]
    NoOutlet {
        /// What was asked for.
        asked: String,
        /// What there is.
        known: Vec<String>,
    },
    /// So many words are meant that nothing in particular is.
    #[error("`{asked}` stands for more than {most} words of this archive\nhint: give more letters")]
    TooManyForms {
        /// What was asked for.
        asked: String,
        /// How many are looked for at most.
        most: usize,
    },
    /// The list of words can't be read.
    #[error(
        "cannot read the words of the index: {message}\nhint: nothing is lost: `onrecord index --rebuild` makes them anew from the archive's files"
    )]
    Vocabulary {
        /// What the system says.
        message: String,
    },
    /// More was asked for than is given.
    #[error("expected at most {MAX_HITS} hits to be asked for, found {asked}")]
    TooMany {
        /// What was asked for.
        asked: usize,
    },
    /// Only the texts of so many passages could tell, and nobody waits for that.
    #[error(
        "{passages} passages would have to be read to count this, and at most {most} are\nhint: give a rarer word, or narrow by outlet or date"
    )]
    TooMuchToRead {
        /// How many.
        passages: u64,
        /// How many are read at most.
        most: u64,
    },
    /// The catalogue cannot be read.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// The words cannot be read.
    #[error(transparent)]
    Words(#[from] WordsError),
    /// The vectors cannot be read.
    #[error(transparent)]
    Meaning(#[from] MeaningError),
    /// The question's vector cannot be made.
    #[error(transparent)]
    Embed(#[from] EmbedError),
}

fn known_outlets(known: &[String]) -> String {
    match known {
        [] => String::new(),
        known => {
            format!("\nhint: there are {}", known.iter().take(20).cloned().collect::<Vec<_>>().join(", "))
        }
    }
}

impl Index {
    /// Opens the index of an archive.
    ///
    /// # Errors
    /// If it has none, or not one that this program reads.
    pub fn open(archive: &Archive) -> Result<Self, OpenError> {
        let paths = IndexPaths::of(archive);
        let catalogue = Catalogue::open(&paths.catalogue)?;
        let words = Words::open(&paths.words)?;
        Ok(Self {
            archive: archive.clone(),
            catalogue,
            words,
            meaning: paths.meaning,
            embedder: None,
            vectors: Mutex::new(None),
            memory: RefCell::default(),
            most_read: None,
        })
    }

    /// The same, with what makes the vectors of questions: the model that made those of the passages.
    #[must_use]
    pub fn with_embedder(self, embedder: Arc<dyn Embedder>) -> Self {
        Self { embedder: Some(embedder), ..self }
    }

    /// The same, with a limit on counts that only the texts can tell, as those of nearness in time: of more passages none is
    /// read. For who answers strangers.
    #[must_use]
    pub fn with_most_read(self, passages: u64) -> Self {
        Self { most_read: Some(passages), ..self }
    }

    /// Which documents there are.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// Answers a query. The same files give the same hits in the same order.
    ///
    /// # Errors
    /// If no show or outlet is meant by a condition, or the index can't be read.
    pub fn search(&self, query: &Query, options: &SearchOptions) -> Result<Answer, SearchError> {
        if options.limit > MAX_HITS {
            return Err(SearchError::TooMany { asked: options.limit });
        }
        let asked = self.ask(query, options)?;
        let mut texts = self.texts(&asked.snapshot)?;
        let (mut hits, mode) = match self.answers(&asked, &mut texts, options)? {
            Some(answers) => answers,
            None => (asked.first(&mut texts, options)?, Mode::Words),
        };
        if hits.is_empty() {
            hits = self.in_copies(&asked, &mut texts, options)?;
        }
        for hit in &mut hits {
            if let Some(met) = texts.document(DocumentNumber::of(&hit.document.path))? {
                hit.also_in = met.copies(&self.catalogue)?.to_vec();
            }
        }
        if options.by_document {
            asked.count_in_documents(&mut hits)?;
        }
        Ok(Answer { hits, mode, stale: texts.stale })
    }

    fn texts<'a>(&'a self, snapshot: &'a Snapshot) -> Result<Texts<'a>, SearchError> {
        Texts::new(&self.archive, &self.catalogue, snapshot, &self.memory)
    }

    /// The answers to a question in plain words, and by what they were found; `None` if it is none.
    fn answers(
        &self,
        asked: &Asked,
        texts: &mut Texts<'_>,
        options: &SearchOptions,
    ) -> Result<Option<(Vec<Hit>, Mode)>, SearchError> {
        let is_by_meaning = options.mode == Mode::Meaning && !asked.query.words().is_empty();
        let is_asked = asked.is_question() && !options.all_words;
        if !(is_by_meaning || is_asked) || options.sort != SortBy::Relevance {
            return Ok(None);
        }
        let meaning = if options.mode == Mode::Words { None } else { self.meaning()? };
        if meaning.is_none() && !is_asked {
            return Ok(None);
        }
        let meaning = meaning.as_ref().map(|(meaning, embedder)| (&**meaning, *embedder));
        let (mode, weights) = match options.mode {
            _ if meaning.is_none() => (Mode::Words, &rank::WORDS_ALONE),
            Mode::Meaning => (Mode::Meaning, &rank::MEANING_ALONE),
            Mode::Words | Mode::Hybrid => (Mode::Hybrid, &rank::WEIGHTS),
        };
        let resolver = Resolver { vocabulary: asked.snapshot.vocabulary(), catalogue: &self.catalogue };
        let conditions = resolver.conditions(&asked.query)?;
        let compared = Compared { meaning, conditions: &conditions, weights };
        Ok(Some((asked.answers(texts, &compared, options)?, mode)))
    }

    /// The vectors, and what makes those of questions; `None` if either is missing or they don't belong together.
    fn meaning(&self) -> Result<Option<WithEmbedder<'_>>, SearchError> {
        let Some(embedder) = self.embedder.as_deref() else { return Ok(None) };
        if self.catalogue.vector_model()?.as_deref() != Some(embedder.name()) {
            return Ok(None);
        }
        let batch = self.catalogue.batch()?.number;
        let mut vectors = self.vectors.lock().unwrap_or_else(PoisonError::into_inner);
        let meaning = match vectors.as_ref().filter(|(known, _)| *known == batch) {
            Some((_, meaning)) => meaning.clone(),
            None => Arc::new(Meaning::open(&self.meaning, self.catalogue.vectors()?)?),
        };
        *vectors = Some((batch, meaning.clone()));
        Ok((!meaning.is_empty()).then_some((meaning, embedder)))
    }

    /// What only copies say: a word that was heard otherwise there, or that a later revision has not any more.
    fn in_copies(
        &self,
        asked: &Asked,
        texts: &mut Texts<'_>,
        options: &SearchOptions,
    ) -> Result<Vec<Hit>, SearchError> {
        let copies = self.catalogue.copies()?;
        let copies: Vec<DocumentNumber> =
            copies.iter().map(|(copy, _)| DocumentNumber::of(&copy.document.path)).collect();
        if copies.is_empty() {
            return Ok(Vec::new());
        }
        let among = Among { copies, ..asked.among.clone() };
        Asked { among, ..asked.clone() }.first(texts, options)
    }

    fn ask(&self, query: &Query, options: &SearchOptions) -> Result<Asked, SearchError> {
        let query = options.narrowed(query);
        let snapshot = self.words.snapshot()?;
        let resolver = Resolver { vocabulary: snapshot.vocabulary(), catalogue: &self.catalogue };
        let only: Option<HashSet<DocumentNumber>> =
            options.only.as_ref().map(|paths| paths.iter().map(|path| DocumentNumber::of(path)).collect());
        let sought = among_only(resolver.query(&query)?, only.as_ref());
        let copies = self.copies_in_place(&query, &resolver)?;
        let among = Among { with_suspects: options.with_suspects, copies };
        Ok(Asked { query, snapshot, sought, among, only, most_read: self.most_read })
    }

    /// The copies that meet the conditions on documents while the documents that stand for them don't.
    fn copies_in_place(
        &self,
        query: &Query,
        resolver: &Resolver<'_>,
    ) -> Result<Vec<DocumentNumber>, SearchError> {
        if query.conditions().is_empty() {
            return Ok(Vec::new());
        }
        let conditions = resolver.conditions(query)?;
        let mut copies = Vec::new();
        for (copy, leader) in self.catalogue.copies()? {
            if conditions.are_met_by(&copy) && !conditions.are_met_by(&leader) {
                copies.push(DocumentNumber::of(&copy.document.path));
            }
        }
        Ok(copies)
    }
}

/// A query in the terms of the index at one moment.
#[derive(Clone)]
struct Asked {
    query: Query,
    snapshot: Snapshot,
    sought: Sought,
    among: Among,
    /// Only these documents.
    only: Option<HashSet<DocumentNumber>>,
    /// Passages whose texts are read at most to count; all if not given.
    most_read: Option<u64>,
}

/// What is sought, in certain documents only.
fn among_only(sought: Sought, only: Option<&HashSet<DocumentNumber>>) -> Sought {
    let Some(only) = only else { return sought };
    let mut numbers: Vec<DocumentNumber> = only.iter().copied().collect();
    numbers.sort_unstable();
    let documents = Sought::Property(Property::Documents(numbers));
    match sought {
        Sought::All(parts) => Sought::All([parts, vec![documents]].concat()),
        sought => Sought::All(vec![sought, documents]),
    }
}

impl Asked {
    /// Whether it asks in plain words, and not for one or two of them.
    fn is_question(&self) -> bool {
        self.query.is_plain() && self.sought.wanted().len() >= FEWEST_WORDS_OF_A_QUESTION
    }

    /// The first hits that have everything.
    fn first(&self, texts: &mut Texts<'_>, options: &SearchOptions) -> Result<Vec<Hit>, SearchError> {
        let mut wanted = options.limit;
        for round in 0.. {
            let found = self.snapshot.first(&self.sought, &self.among, options.order(), wanted)?;
            let mut hits = self.hits(texts, &self.sought, &found)?;
            if options.by_document {
                hits = grouped(hits);
            }
            // Words may be near in number and not in time, a document that was found may just be about to be entered, and
            // many hits may be of one document: then there are too few.
            if hits.len() >= options.limit || found.len() < wanted || round == MOST_ROUNDS {
                hits.truncate(options.limit);
                return Ok(hits);
            }
            wanted = wanted.saturating_mul(4).min(4 * MAX_HITS);
        }
        Ok(Vec::new())
    }

    /// Tells each hit how many passages of its document have everything: all at once, because to look for what is near takes
    /// as long for one document as for many.
    fn count_in_documents(&self, hits: &mut [Hit]) -> Result<(), SearchError> {
        let number = |hit: &Hit| DocumentNumber::of(&hit.document.path);
        let documents = Sought::Property(Property::Documents(hits.iter().map(number).collect()));
        let sought = Sought::All(vec![self.sought.clone(), documents]);
        let counts = self.snapshot.documents(&sought, &self.among)?;
        for hit in hits {
            hit.hits_in_document = Some(counts.get(&number(hit)).copied().unwrap_or(0));
        }
        Ok(())
    }

    fn hits(&self, texts: &mut Texts<'_>, sought: &Sought, found: &[Found]) -> Result<Vec<Hit>, SearchError> {
        let mut hits = Vec::with_capacity(found.len());
        for found in found {
            hits.extend(self.hit(texts, sought, found)?.map(|(hit, _)| hit));
        }
        Ok(hits)
    }

    /// The hit in a passage, and which of the wanted parts are there; `None` if it is none after all.
    fn hit(
        &self,
        texts: &mut Texts<'_>,
        sought: &Sought,
        found: &Found,
    ) -> Result<Option<(Hit, Vec<bool>)>, SearchError> {
        let Some(around) = texts.around(found, sought)? else { return Ok(None) };
        let located = match sought.has_no_text() {
            true => Some(around.whole()),
            false => around.words.locate(sought, around.own_bytes, &mut texts.stems),
        };
        let (Some(located), Some(known)) = (located, texts.document(found.number)?) else { return Ok(None) };
        let hit = hit::hit(&known, &around, &located, found.score());
        Ok(Some((hit, located.is_there)))
    }
}

impl Asked {
    /// All of a passage as a hit, and which of the wanted parts are there.
    fn whole(
        &self,
        texts: &mut Texts<'_>,
        sought: &Sought,
        found: &Found,
    ) -> Result<Option<(Hit, Vec<bool>)>, SearchError> {
        let Some(around) = texts.around(found, sought)? else { return Ok(None) };
        let Some(known) = texts.document(found.number)? else { return Ok(None) };
        let nothing = vec![false; sought.wanted().len()];
        let located = around.words.locate(sought, around.own_bytes, &mut texts.stems);
        let located = match located {
            // Everything that was asked for has a place of its own, but for words that say nothing.
            Some(located) if sought.has_all_but_common(&located.is_there) => located,
            Some(Located { spans, is_there, .. }) => Located { spans, is_there, ..around.whole() },
            None => Located { is_there: nothing, ..around.whole() },
        };
        Ok(Some((hit::hit(&known, &around, &located, found.score()), located.is_there)))
    }
}

/// The best hit of each document.
fn grouped(mut hits: Vec<Hit>) -> Vec<Hit> {
    let mut seen = HashSet::new();
    hits.retain(|hit| seen.insert(hit.document.path.clone()));
    hits
}

/// Opens the catalogue alone, for what needs no words.
///
/// # Errors
/// If there is none, or not one that this program reads.
pub fn open_catalogue(archive: &Archive) -> Result<Catalogue, CatalogueError> {
    Catalogue::open(&IndexPaths::of(archive).catalogue)
}

/// Whether an archive has an index.
pub fn exists(archive: &Archive) -> bool {
    let path: &Path = &IndexPaths::of(archive).catalogue;
    path.exists()
}

/// What a query seeks in an archive without shows and words; for tests of what does not ask an archive.
#[cfg(test)]
pub(crate) fn resolved_alone(query: &str) -> Sought {
    let archive = crate::testing::TestArchive::new();
    archive.update();
    let query = Query::parse(query).unwrap();
    archive.index().ask(&query, &SearchOptions::default()).unwrap().sought
}

#[cfg(test)]
mod oracle;
#[cfg(test)]
mod tests;
