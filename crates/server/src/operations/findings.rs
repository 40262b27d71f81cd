//! Stories, timelines, discrepancies, shared passages, misheard names.

use analysis::{Area, Key};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::quotes::id_of;
use super::{Ask, Listed, Object, Window, nothing_analysed};
use crate::refusal::{Code, Refusal};
use crate::shelf::Opened;

/// A list of findings in one area, filtered.
fn listed(
    opened: &Opened,
    area: Area,
    key: Option<Key<'_>>,
    window: Window,
    is_wanted: impl Fn(&Value) -> bool,
) -> Result<Listed, Refusal> {
    let store = opened.findings()?.ok_or_else(nothing_analysed)?;
    let mut collected = window.collect();
    opened.cited().each(store, area, key, |finding| {
        Ok::<_, Refusal>(!is_wanted(&finding) || collected.take(finding))
    })?;
    Ok(collected.finish())
}

fn day(finding: &Value, field: &str) -> Option<Date> {
    finding[field].as_str()?.parse().ok()
}

/// What several outlets reported.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stories {
    /// Only stories with these words in their titles, or in those of their reports.
    pub(crate) words: Option<String>,
    /// Only stories that this outlet carried, by a part of its name.
    pub(crate) outlet: Option<String>,
    /// Only stories that this document belongs to.
    pub(crate) document: Option<String>,
    /// Only stories with a report on this day or later.
    pub(crate) after: Option<Date>,
    /// Only stories with a report before this day.
    pub(crate) before: Option<Date>,
    /// Most stories.
    #[schemars(range(min = 1, max = 100))]
    pub(crate) limit: Option<usize>,
    /// Where to go on: `next` of the answer before.
    pub(crate) cursor: Option<String>,
}

impl Ask for Stories {
    type Answer = Listed;
    const NAME: &'static str = "stories";
    const PATH: &'static str = "/stories";
    const SUMMARY: &'static str = "Stories, newest first: documents and stretches of programmes about one event, who carried it and who did not";

    fn answer(self, opened: &Opened) -> Result<Listed, Refusal> {
        let window = Window::of(self.cursor.as_deref(), self.limit, 20, 100)?;
        let words = self.words.as_deref().map(str::to_lowercase);
        let outlet = self.outlet.as_deref().map(str::to_lowercase);
        let document = self.document.as_deref().map(|named| id_of(opened, named)).transpose()?;
        let has = |value: &Value, words: &str| {
            value.as_str().is_some_and(|text| text.to_lowercase().contains(words))
        };
        let each = |value: &Value| value.as_array().cloned().unwrap_or_default();
        listed(
            opened,
            Area::Stories,
            document.as_ref().map(|id| Key::Document(id.as_str())),
            window,
            |story| {
                words.as_deref().is_none_or(|words| {
                    has(&story["title"], words)
                        || each(&story["members"]).iter().any(|member| has(&member["headline"], words))
                }) && outlet
                    .as_deref()
                    .is_none_or(|name| each(&story["outlets"]).iter().any(|outlet| has(outlet, name)))
                    && self.after.is_none_or(|after| day(story, "last").is_some_and(|last| last >= after))
                    && self
                        .before
                        .is_none_or(|before| day(story, "first").is_some_and(|first| first < before))
            },
        )
    }
}

/// Which story.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoryOf {
    /// Its id.
    pub(crate) id: String,
    /// Most reports, most steps and most discrepancies.
    #[schemars(range(min = 1, max = 200))]
    pub(crate) limit: Option<usize>,
    /// Where to go on in each: `next` of the answer before.
    pub(crate) cursor: Option<String>,
}

/// A story with what is told in it.
#[derive(Serialize, JsonSchema)]
pub(crate) struct StoryFacts {
    /// The story: `title`, `first`, `last`, `outlets`, `missing`, `members`.
    pub(crate) story: Object,
    /// What happened, step by step: `date`, `text`, `citations`.
    pub(crate) timeline: Vec<Object>,
    /// Where its sources differ: `class`, `fact`, `left`, `right`.
    pub(crate) discrepancies: Vec<Object>,
    /// What to give as `cursor` to get the reports, steps and discrepancies that follow; `null` if there are no more of any.
    pub(crate) next: Option<String>,
}

/// Reports, steps and discrepancies of one story that are given at a time.
const MOST_OF_A_STORY: usize = 200;

impl Ask for StoryOf {
    type Answer = StoryFacts;
    const NAME: &'static str = "story";
    const PATH: &'static str = "/stories/{id}";
    const SUMMARY: &'static str = "A story with its reports, its timeline and where its sources differ";

    fn answer(self, opened: &Opened) -> Result<StoryFacts, Refusal> {
        let window = Window::of(self.cursor.as_deref(), self.limit, MOST_OF_A_STORY, MOST_OF_A_STORY)?;
        self.facts(opened, window, window)
    }
}

impl StoryOf {
    /// The story with all of its reports, and its first steps and discrepancies.
    pub(crate) fn whole(&self, opened: &Opened) -> Result<StoryFacts, Refusal> {
        let all = Window { from: 0, limit: usize::MAX };
        self.facts(opened, all, Window { from: 0, limit: MOST_OF_A_STORY })
    }

    fn facts(&self, opened: &Opened, reports: Window, window: Window) -> Result<StoryFacts, Refusal> {
        let one = Window { from: 0, limit: 1 };
        let found = listed(opened, Area::Stories, Some(Key::Id(&self.id)), one, |_| true)?.found;
        let mut story = found.into_iter().next().ok_or_else(|| {
            Refusal::new(Code::NotFound, format!("no story has the id `{}`\nhint: `/stories` lists them; ids change when the first report of a story is removed", self.id))
        })?;
        let mut next_member = None;
        if let Some(members) = story.get_mut("members").and_then(Value::as_array_mut) {
            next_member = reports.next_of(members.len());
            *members = members.drain(..).skip(reports.from).take(reports.limit).collect();
        }
        let key = Some(Key::Story(&self.id));
        let timeline = listed(opened, Area::Timeline, key, window, |step| step["of"] == self.id)?;
        let discrepancies = listed(opened, Area::Discrepancies, key, window, |_| true)?;
        Ok(StoryFacts {
            story,
            next: next_member.or(timeline.next).or(discrepancies.next),
            timeline: timeline.found,
            discrepancies: discrepancies.found,
        })
    }
}

/// What happened.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Timeline {
    /// Only this story, or this running story, by its id; of all stories the most told steps if not given.
    story: Option<String>,
    /// Only steps on this day or later.
    after: Option<Date>,
    /// Only steps before this day.
    before: Option<Date>,
    /// Most steps.
    #[schemars(range(min = 1, max = 200))]
    limit: Option<usize>,
    /// Where to go on: `next` of the answer before.
    cursor: Option<String>,
}

impl Ask for Timeline {
    type Answer = Listed;
    const NAME: &'static str = "timeline";
    const PATH: &'static str = "/timeline";
    const SUMMARY: &'static str =
        "What happened day by day, each step a sentence of the record with all who say it";

    fn answer(self, opened: &Opened) -> Result<Listed, Refusal> {
        let window = Window::of(self.cursor.as_deref(), self.limit, 50, 200)?;
        let key = self.story.as_deref().map(Key::Story);
        listed(opened, Area::Timeline, key, window, |step| {
            let is_of = step["of"].as_str() == self.story.as_deref();
            let date = day(step, "date");
            is_of
                && self.after.is_none_or(|after| date.is_some_and(|date| date >= after))
                && self.before.is_none_or(|before| date.is_some_and(|date| date < before))
        })
    }
}

/// The kinds of discrepancies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ClassOf {
    /// Both can't be true.
    Conflict,
    /// The figure changed with time.
    Update,
}

/// Where documents differ.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Discrepancies {
    /// Only those of this story, by its id.
    story: Option<String>,
    /// Only those with a side in this document: a path, an id or a part of a title.
    document: Option<String>,
    /// Only what can't both be true, or only what changed with time.
    class: Option<ClassOf>,
    /// Most pairs.
    #[schemars(range(min = 1, max = 200))]
    limit: Option<usize>,
    /// Where to go on: `next` of the answer before.
    cursor: Option<String>,
}

impl Ask for Discrepancies {
    type Answer = Listed;
    const NAME: &'static str = "discrepancies";
    const PATH: &'static str = "/discrepancies";
    const SUMMARY: &'static str = "One fact that two sources tell with two values (day, number, length, money), both sides verbatim with their places";

    fn answer(self, opened: &Opened) -> Result<Listed, Refusal> {
        let window = Window::of(self.cursor.as_deref(), self.limit, 50, 200)?;
        let document = self.document.as_deref().map(|named| id_of(opened, named)).transpose()?;
        let key = match (&self.story, &document) {
            (Some(story), _) => Some(Key::Story(story)),
            (None, Some(id)) => Some(Key::Document(id.as_str())),
            (None, None) => None,
        };
        let class = self.class.map(|class| match class {
            ClassOf::Conflict => "conflict",
            ClassOf::Update => "update",
        });
        listed(opened, Area::Discrepancies, key, window, |pair| {
            let is_in = |side: &str, id: &str| pair[side]["document"]["id"] == id;
            class.is_none_or(|class| pair["class"] == class)
                && document
                    .as_ref()
                    .is_none_or(|id| is_in("left", id.as_str()) || is_in("right", id.as_str()))
        })
    }
}

/// What stands in several documents.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reuse {
    /// Only passages of this document: a path, an id or a part of a title.
    pub(crate) document: Option<String>,
    /// Most pairs of passages.
    #[schemars(range(min = 1, max = 200))]
    pub(crate) limit: Option<usize>,
    /// Where to go on: `next` of the answer before.
    pub(crate) cursor: Option<String>,
}

impl Ask for Reuse {
    type Answer = Listed;
    const NAME: &'static str = "reuse";
    const PATH: &'static str = "/reuse";
    const SUMMARY: &'static str = "Passages that documents share (versions, agency copy, one clip in several programmes), and which came first";

    fn answer(self, opened: &Opened) -> Result<Listed, Refusal> {
        let window = Window::of(self.cursor.as_deref(), self.limit, 50, 200)?;
        let document = self.document.as_deref().map(|named| id_of(opened, named)).transpose()?;
        listed(opened, Area::Reuse, document.as_ref().map(|id| Key::Document(id.as_str())), window, |_| true)
    }
}

/// Names that were misheard.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Names {
    /// Only repairs in this document: a path, an id or a part of a title.
    pub(crate) document: Option<String>,
    /// Most repairs.
    #[schemars(range(min = 1, max = 200))]
    pub(crate) limit: Option<usize>,
    /// Where to go on: `next` of the answer before.
    pub(crate) cursor: Option<String>,
}

impl Ask for Names {
    type Answer = Listed;
    const NAME: &'static str = "names";
    const PATH: &'static str = "/names";
    const SUMMARY: &'static str =
        "Names that were misheard, with the spelling that people typed, how sure it is and the evidence";

    fn answer(self, opened: &Opened) -> Result<Listed, Refusal> {
        let window = Window::of(self.cursor.as_deref(), self.limit, 50, 200)?;
        let document = self.document.as_deref().map(|named| id_of(opened, named)).transpose()?;
        let key = document.as_ref().map(|id| Key::Document(id.as_str()));
        listed(opened, Area::Names, key, window, |repair| {
            document.as_ref().is_none_or(|id| repair["document"]["id"] == id.as_str())
        })
    }
}
