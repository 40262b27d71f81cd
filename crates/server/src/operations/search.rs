//! Searching: hits and counts.

use index::{Answer, Hit, Mode, Query, SearchOptions, SortBy};
use jiff::civil::Date;
use library::documents::around;
use library::shown::{Context, Ranked};
use library::spellings::with_spellings;
use record::Kind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Ask, Object, Window, shown};
use crate::refusal::Refusal;
use crate::shelf::Opened;

/// Hits that are given if nobody says how many.
const USUAL_HITS: usize = 20;
const MOST_HITS: usize = 100;
/// Hits that can be paged to; who wants more wants an export.
const DEEPEST: usize = 2_000;
const MOST_CONTEXT: usize = 20;

/// By what passages are found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ByWhat {
    /// By their words.
    Words,
    /// By their meaning.
    Meaning,
    /// A question in plain words by both; what has quotes or operators, by words.
    #[default]
    Hybrid,
}

/// In which order hits come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Order {
    /// The best first.
    #[default]
    Relevance,
    /// Those published last first.
    Newest,
    /// Those published first first.
    Oldest,
}

/// Spoken or written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum KindOf {
    /// Spoken: places are times.
    Broadcast,
    /// Written: places are characters.
    Article,
}

impl KindOf {
    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::Broadcast => Kind::Broadcast,
            Self::Article => Kind::Article,
        }
    }
}

/// What is searched for.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Search {
    /// The query: plain words or a question, `"exact words"`, `ferry near/8 storm`, `OR`, `-without`, `show:`, `speaker:`, `after:2026-03-01`.
    #[schemars(length(min = 1, max = 4000))]
    pub(crate) q: String,
    /// Most hits.
    #[schemars(range(min = 1, max = 100))]
    pub(crate) limit: Option<usize>,
    /// Where to go on: `next` of the answer before.
    pub(crate) cursor: Option<String>,
    /// By words, by meaning, or by both.
    #[serde(default)]
    pub(crate) mode: ByWhat,
    /// In which order.
    #[serde(default)]
    pub(crate) sort: Order,
    /// Only the best hit of each document, with how many it has.
    #[serde(default)]
    pub(crate) group: bool,
    /// Only this outlet, by its name or a part of it.
    pub(crate) outlet: Option<String>,
    /// Only this show, likewise.
    pub(crate) show: Option<String>,
    /// Only what was spoken, or only what was written.
    pub(crate) kind: Option<KindOf>,
    /// Only what was published on this day or later.
    pub(crate) after: Option<Date>,
    /// Only what was published before this day.
    pub(crate) before: Option<Date>,
    /// Doubtful segments, too.
    #[serde(default)]
    pub(crate) with_suspects: bool,
    /// Only what was heard like this, not the misheard spellings of a name.
    #[serde(default)]
    pub(crate) as_heard: bool,
    /// So many segments or paragraphs before and behind each hit.
    #[schemars(range(min = 0, max = 20))]
    #[serde(default)]
    pub(crate) context: usize,
}

/// What was found.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Hits {
    /// The query as it is understood, in words.
    pub(crate) explanation: String,
    /// By what hits were found.
    #[schemars(with = "ByWhat")]
    pub(crate) mode: Mode,
    /// The hits, best first: `document`, its place, `text`, `words` (spans of it that were asked for), `link`, `speaker`.
    pub(crate) hits: Vec<Object>,
    /// What to give as `cursor` to get those that follow.
    pub(crate) next: Option<String>,
    /// Documents that were left out because they changed since they were indexed.
    pub(crate) stale: Vec<String>,
}

/// Hits as the index has them, and what they are hits of.
pub(crate) struct Searched {
    pub(crate) query: Query,
    pub(crate) answer: Answer,
    pub(crate) next: Option<String>,
    pub(crate) from: usize,
}

impl Search {
    pub(crate) fn options(&self) -> SearchOptions {
        SearchOptions {
            mode: match self.mode {
                ByWhat::Words => Mode::Words,
                ByWhat::Meaning => Mode::Meaning,
                ByWhat::Hybrid => Mode::Hybrid,
            },
            sort: match self.sort {
                Order::Relevance => SortBy::Relevance,
                Order::Newest => SortBy::Newest,
                Order::Oldest => SortBy::Oldest,
            },
            by_document: self.group,
            outlet: self.outlet.clone(),
            show: self.show.clone(),
            kind: self.kind.map(KindOf::kind),
            after: self.after,
            before: self.before,
            with_suspects: self.with_suspects,
            ..SearchOptions::default()
        }
    }

    /// The query with names under every spelling, if that is wanted.
    pub(crate) fn query(&self, opened: &Opened) -> Result<Query, Refusal> {
        let query = Query::parse(&self.q)?;
        if self.as_heard {
            return Ok(query);
        }
        Ok(match opened.misheard()? {
            Some(names) => with_spellings(names, &opened.index, query)?,
            None => query,
        })
    }

    /// Searches.
    pub(crate) fn searched(&self, opened: &Opened) -> Result<Searched, Refusal> {
        let window = Window::of(self.cursor.as_deref(), self.limit, USUAL_HITS, MOST_HITS)?;
        let query = self.query(opened)?;
        let last = window.from.saturating_add(window.limit);
        if last > DEEPEST {
            return Err(Refusal::new(
                crate::refusal::Code::BadRequest,
                format!(
                    "expected to go on to at most {DEEPEST} hits, found {last}\nhint: narrow the query, or `onrecord search --csv -n 10000`"
                ),
            ));
        }
        // One more tells whether there are more.
        let options = SearchOptions { limit: last + 1, ..self.options() };
        let mut answer = opened.index.search(&query, &options)?;
        let has_more = answer.hits.len() > last;
        answer.hits.truncate(last);
        answer.hits.drain(..window.from.min(answer.hits.len()));
        Ok(Searched { query, answer, next: has_more.then(|| window.next()), from: window.from })
    }

    fn context_of(&self, opened: &Opened, hit: &Hit) -> Result<Option<Context>, Refusal> {
        if self.context == 0 {
            return Ok(None);
        }
        let (before, after) = around(&opened.archive, hit, self.context.min(MOST_CONTEXT))?;
        Ok(Some(Context { before, after }))
    }
}

impl Ask for Search {
    type Answer = Hits;
    const NAME: &'static str = "search";
    const PATH: &'static str = "/search";
    const SUMMARY: &'static str =
        "Find every place where something was said or written, with its second and a link";

    fn answer(self, opened: &Opened) -> Result<Hits, Refusal> {
        let Searched { query, answer, next, from } = self.searched(opened)?;
        let is_ranked = self.sort == Order::Relevance;
        let mut hits = Vec::with_capacity(answer.hits.len());
        for (at, hit) in answer.hits.iter().enumerate() {
            let context = self.context_of(opened, hit)?;
            hits.push(shown(&Ranked::of(from + at + 1, is_ranked, hit, answer.mode, context))?);
        }
        Ok(Hits { explanation: query.explain(), mode: answer.mode, hits, next, stale: answer.stale })
    }
}

/// What is counted.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Count {
    /// The query, as for `search`.
    #[schemars(length(min = 1, max = 4000))]
    q: String,
    /// Only this outlet, by its name or a part of it.
    outlet: Option<String>,
    /// Only this show, likewise.
    show: Option<String>,
    /// Only what was spoken, or only what was written.
    kind: Option<KindOf>,
    /// Only what was published on this day or later.
    after: Option<Date>,
    /// Only what was published before this day.
    before: Option<Date>,
}

/// How much there is.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Counted {
    /// Passages of about fifty words.
    hits: u64,
    /// Documents that they are in.
    documents: u64,
    /// How long they are spoken, in seconds.
    airtime_seconds: f64,
}

impl Ask for Count {
    type Answer = Counted;
    const NAME: &'static str = "count";
    const PATH: &'static str = "/count";
    const SUMMARY: &'static str = "Count the passages, documents and minutes in which something was said";

    fn answer(self, opened: &Opened) -> Result<Counted, Refusal> {
        let Self { q, outlet, show, kind, after, before } = self;
        let search = Search { q, outlet, show, kind, after, before, ..Search::default() };
        let counts = opened.index.count(&search.query(opened)?, &search.options())?;
        Ok(Counted {
            hits: counts.passages,
            documents: counts.documents,
            airtime_seconds: counts.airtime.as_seconds_f64(),
        })
    }
}
