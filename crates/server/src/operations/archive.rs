//! What an archive holds: outlets and shows, people, its state.

use index::ShowSummary;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Ask, Window, nothing_analysed};
use crate::refusal::Refusal;
use crate::shelf::Opened;

/// The state of the archive.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Status {}

/// What the archive holds.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Held {
    /// Transcripts and articles.
    pub(crate) documents: u64,
    /// Hours of recordings, where their lengths are known.
    pub(crate) hours: f64,
    /// Segments of transcripts.
    pub(crate) segments: u64,
    /// Those that the recogniser probably made up.
    pub(crate) suspect_segments: u64,
    /// Transcripts without times.
    pub(crate) untimed_documents: u64,
    /// Copies, which are searched and counted once.
    pub(crate) duplicate_documents: u64,
    /// Passages that are searched.
    pub(crate) passages: u64,
    /// Documents of which something could not be understood.
    pub(crate) documents_with_issues: u64,
}

impl Ask for Status {
    type Answer = Held;
    const NAME: &'static str = "status";
    const PATH: &'static str = "/status";
    const SUMMARY: &'static str = "What this archive holds";

    fn answer(self, opened: &Opened) -> Result<Held, Refusal> {
        let summary = opened.index.catalogue().summary()?;
        Ok(Held {
            documents: summary.documents,
            hours: summary.length.as_seconds_f64() / 3600.0,
            segments: summary.segments,
            suspect_segments: summary.suspect_segments,
            untimed_documents: summary.untimed_documents,
            duplicate_documents: summary.duplicate_documents,
            passages: summary.passages,
            documents_with_issues: summary.documents_with_issues,
        })
    }
}

/// Who publishes, and in which shows.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Outlets {}

/// Outlets and shows.
#[derive(Serialize, JsonSchema)]
pub(crate) struct OutletsAndShows {
    /// The names of all outlets.
    pub(crate) outlets: Vec<String>,
    /// All shows.
    pub(crate) shows: Vec<ShowOf>,
}

/// How much there is of a show.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ShowOf {
    /// Its name; `null` for documents that name none.
    pub(crate) show: Option<String>,
    /// Documents.
    pub(crate) documents: u64,
    /// Hours of recordings.
    pub(crate) hours: f64,
    /// The day of the oldest.
    pub(crate) first: Option<String>,
    /// The day of the newest.
    pub(crate) last: Option<String>,
}

impl From<ShowSummary> for ShowOf {
    fn from(summary: ShowSummary) -> Self {
        Self {
            show: summary.show,
            documents: summary.documents,
            hours: summary.length.as_seconds_f64() / 3600.0,
            first: summary.first.map(|day| day.to_string()),
            last: summary.last.map(|day| day.to_string()),
        }
    }
}

impl Ask for Outlets {
    type Answer = OutletsAndShows;
    const NAME: &'static str = "outlets";
    const PATH: &'static str = "/outlets";
    const SUMMARY: &'static str =
        "The outlets and shows of this archive, with how much there is of each and from when";

    fn answer(self, opened: &Opened) -> Result<OutletsAndShows, Refusal> {
        let catalogue = opened.index.catalogue();
        let shows = catalogue.shows()?.into_iter().map(ShowOf::from).collect();
        Ok(OutletsAndShows { outlets: catalogue.outlets()?, shows })
    }
}

/// Who is quoted.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct People {
    /// Only those with these letters in their names.
    pub(crate) name: Option<String>,
    /// Most people.
    #[schemars(range(min = 1, max = 500))]
    pub(crate) limit: Option<usize>,
    /// Where to go on: `next` of the answer before.
    pub(crate) cursor: Option<String>,
}

/// People, those with the most statements first.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Speakers {
    /// The people.
    pub(crate) people: Vec<Speaker>,
    /// What to give as `cursor` to get those that follow.
    pub(crate) next: Option<String>,
}

/// Somebody who is quoted.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Speaker {
    /// Who.
    pub(crate) name: String,
    /// How many statements there are.
    pub(crate) statements: u64,
}

impl Ask for People {
    type Answer = Speakers;
    const NAME: &'static str = "people";
    const PATH: &'static str = "/people";
    const SUMMARY: &'static str = "Who is quoted in this archive, those with the most statements first";

    fn answer(self, opened: &Opened) -> Result<Speakers, Refusal> {
        let window = Window::of(self.cursor.as_deref(), self.limit, 100, 500)?;
        let wanted = self.name.unwrap_or_default().to_lowercase();
        let all = opened.findings()?.ok_or_else(nothing_analysed)?.speakers()?;
        let mut named = all.into_iter().filter(|(name, _)| name.to_lowercase().contains(&wanted));
        let people: Vec<Speaker> = named
            .by_ref()
            .skip(window.from)
            .take(window.limit)
            .map(|(name, statements)| Speaker { name, statements })
            .collect();
        Ok(Speakers { people, next: named.next().map(|_| window.next()) })
    }
}
