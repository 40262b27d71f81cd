//! Stories -> what happened on which day, in sentences of the record.
//!
//! ```text
//! stories --lines of their members--> sentences with the day they tell of --those that say the same--> steps with citations
//! ```
//!
//! A step is a sentence that a member has, never a new one: a typed one (a title, a description) where there is one, else one
//! that was said. It has the day that its sentence names, else the day of its publication, and cites every document that says
//! the same.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::Date;
use record::{Citation, Document, Place};
use serde::{Deserialize, Serialize};

use crate::stories::{Held, Line, Member, Story, terms};

/// Name and version of the method, as findings name it.
pub const METHOD: &str = "timeline/1";

/// Steps of one story on one day.
const STEPS_A_DAY: usize = 3;

/// Steps of a running story, or of a whole archive, on one day: of its most carried stories one each.
const STORIES_A_DAY: usize = 3;

/// Documents that a step cites.
const MOST_CITATIONS: usize = 20;

/// Sentences that share this much of their terms say the same.
///
/// Dice's coefficient of stems; this is what a headline and a first sentence of one
/// event usually share.
const SAME: f32 = 0.4;

/// Lines of one story and day that are compared with each other; what is above are the lines that say least.
const MOST_LINES: usize = 300;

/// A line says what its story is about if it has this share of what the best line has.
const TELLING: f32 = 0.5;

/// A day on which something happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// The day that the sentence names, else the day of its publication.
    pub date: Date,
    /// A sentence of the record.
    pub text: String,
    /// The story that it tells.
    pub story: String,
    /// Where it stands, and where other documents say the same; the sentence itself first.
    pub citations: Vec<Quoted>,
}

/// A sentence and where it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quoted {
    /// Its document and place.
    #[serde(flatten)]
    pub citation: Citation,
    /// As it was said or typed.
    pub text: String,
}

/// The documents whose sentences are steps, by their ids.
pub struct Sentences<'a>(BTreeMap<&'a str, (&'a Document, &'a Held)>);

impl<'a> Sentences<'a> {
    /// Of documents with what stories need of them.
    pub fn of(all: &[(&'a Document, &'a Held)]) -> Self {
        Self(all.iter().map(|(document, held)| (document.id.as_str(), (*document, *held))).collect())
    }

    /// What happened in a story, by rising dates: of each day the steps that most documents tell, these first.
    pub fn steps(&self, story: &Story) -> Vec<Step> {
        steps(story, &self.0)
    }
}

/// The first steps of each day, of those of a story.
pub fn firsts(steps: &[Step]) -> impl Iterator<Item = &Step> {
    steps.chunk_by(|one, other| one.date == other.date).filter_map(|of_day| of_day.first())
}

/// What happened in some stories, by rising dates: of each day the steps that most documents tell, and at least `fewest`. With each
/// story stand its first steps.
pub fn of_stories<'a>(stories: Vec<(&Story, &'a [Step])>, fewest: usize) -> Vec<&'a Step> {
    let mut days: BTreeMap<Date, Vec<(usize, &Step)>> = BTreeMap::new();
    for (story, firsts) in stories {
        for step in firsts.iter().filter(|step| step.citations.len() >= fewest) {
            days.entry(step.date).or_default().push((story.outlets.len(), step));
        }
    }
    let mut chosen = Vec::new();
    for mut steps in days.into_values() {
        steps.sort_by_key(|(outlets, step)| {
            (Reverse(step.citations.len()), Reverse(*outlets), step.story.as_str())
        });
        chosen.extend(steps.into_iter().take(STORIES_A_DAY).map(|(_, step)| step));
    }
    chosen
}

/// The fewest documents that tell a step of a whole archive.
pub const FEWEST_OF_ALL: usize = 2;
/// The same of a running story, which has days on which one document alone goes on with it.
pub const FEWEST_OF_RUNNING: usize = 1;

/// A sentence of a member.
struct Told<'a> {
    line: &'a Line,
    document: &'a Document,
    date: Date,
    stems: BTreeSet<String>,
    /// How much of what the story is about it says.
    says: f32,
}

/// The steps of a story: of each day those that most documents tell.
fn steps(story: &Story, record: &BTreeMap<&str, (&Document, &Held)>) -> Vec<Step> {
    let told = told(story, record);
    let mut days: BTreeMap<Date, Vec<&Told>> = BTreeMap::new();
    for line in &told {
        let lines = days.entry(line.date).or_default();
        if lines.len() < MOST_LINES {
            lines.push(line);
        }
    }
    let mut steps = Vec::new();
    for lines in days.into_values() {
        let mut same = grouped(lines);
        same.sort_by_key(|lines| (Reverse(documents(lines)), Reverse(is_typed(lines[0].line))));
        // What one document alone says of a day stands only where no two agree.
        let agreed = same.iter().filter(|lines| documents(lines) > 1).count().max(1);
        steps.extend(same.iter().take(STEPS_A_DAY.min(agreed)).map(|lines| step(story, lines)));
    }
    steps
}

fn documents(lines: &[&Told]) -> usize {
    lines.iter().map(|told| &told.document.id).collect::<BTreeSet<_>>().len()
}

/// The lines of a story's members that say what it is about, the best first.
fn told<'a>(story: &Story, record: &BTreeMap<&str, (&'a Document, &'a Held)>) -> Vec<Told<'a>> {
    let mut told: Vec<Told> = Vec::new();
    for member in &story.members {
        let Some((document, held)) = record.get(member.document.as_str()) else { continue };
        let Some(published) = document.date else { continue };
        for line in held.lines.iter().filter(|line| is_of(line, member)) {
            let date = published.checked_add(i64::from(line.days).days()).unwrap_or(published);
            let stems = terms(&line.text).into_iter().map(|term| term.stem).collect();
            told.push(Told { line, document, date, stems, says: 0.0 });
        }
    }
    let mut lines_with: BTreeMap<String, f32> = BTreeMap::new();
    for stem in told.iter().flat_map(|told| &told.stems) {
        *lines_with.entry(stem.clone()).or_default() += 1.0;
    }
    for line in &mut told {
        let sum: f32 = line.stems.iter().map(|stem| lines_with[stem] - 1.0).sum();
        line.says = sum / ((line.stems.len() + 3) as f32).sqrt();
    }
    let best = told.iter().map(|told| told.says).fold(0.0, f32::max);
    told.retain(|told| told.says >= best * TELLING);
    told.sort_by(|a, b| {
        is_typed(b.line)
            .cmp(&is_typed(a.line))
            .then(b.says.total_cmp(&a.says))
            .then_with(|| (a.date, &a.document.id, &a.line.text).cmp(&(b.date, &b.document.id, &b.line.text)))
    });
    told
}

fn is_of(line: &Line, member: &Member) -> bool {
    match line.stretch {
        None => member.segment.is_none(),
        Some(stretch) => member.stretches.contains(&usize::from(stretch)),
    }
}

fn is_typed(line: &Line) -> bool {
    !matches!(line.at.place(), Place::Spoken { .. })
}

/// Lines that say the same, by the first of each.
fn grouped<'a, 'b>(lines: Vec<&'b Told<'a>>) -> Vec<Vec<&'b Told<'a>>> {
    let mut groups: Vec<Vec<&Told>> = Vec::new();
    for line in lines {
        match groups.iter_mut().find(|group| likeness(&group[0].stems, &line.stems) >= SAME) {
            Some(group) => group.push(line),
            None => groups.push(vec![line]),
        }
    }
    groups
}

/// Dice's coefficient of two sets of stems, 0 to 1.
fn likeness(left: &BTreeSet<String>, right: &BTreeSet<String>) -> f32 {
    match left.len() + right.len() {
        0 => 0.0,
        both => 2.0 * left.intersection(right).count() as f32 / both as f32,
    }
}

fn step(story: &Story, lines: &[&Told]) -> Step {
    let mut citations: Vec<Quoted> = Vec::new();
    for told in lines {
        if citations.len() < MOST_CITATIONS
            && citations.iter().all(|cited| cited.citation.document != told.document.id)
        {
            let citation = told.line.at.cite(&told.document.id);
            citations.push(Quoted { citation, text: told.line.text.clone() });
        }
    }
    Step { date: lines[0].date, text: lines[0].line.text.clone(), story: story.id.clone(), citations }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Material;
    use crate::stories::fixture::{recording, told, week};

    /// Of the story whose title has a word, or of all.
    fn timeline(recordings: &[Material], wanted: Option<&str>) -> Vec<Step> {
        let (held, stories) = told(recordings);
        let all: Vec<(&Document, &Held)> =
            recordings.iter().map(|material| &material.document).zip(&held).collect();
        let sentences = Sentences::of(&all);
        if let Some(word) = wanted {
            let story = stories.iter().find(|story| story.title.contains(word)).expect("a story");
            return sentences.steps(story);
        }
        let all: Vec<Vec<Step>> =
            stories.iter().map(|story| firsts(&sentences.steps(story)).cloned().collect()).collect();
        let firsts = stories.iter().zip(all.iter().map(Vec::as_slice)).collect();
        of_stories(firsts, FEWEST_OF_ALL).into_iter().cloned().collect()
    }

    fn lines(steps: &[Step]) -> String {
        steps.iter().map(|step| format!("{} {} ({})\n", step.date, step.text, step.citations.len())).collect()
    }

    #[test]
    fn a_story_is_told_day_by_day() {
        let recordings = week();
        let steps = timeline(&recordings, Some("erry"));
        insta::assert_snapshot!(lines(&steps), @r"
        2026-03-01 The ferry Osprey ran aground on Sunday. (1)
        2026-03-02 Ferry runs aground off Skerry Island | Harbour Radio (1)
        2026-03-03 Osprey ferry: captain Orla Venn blames the storm (2)
        2026-03-03 Investigators boarded the ferry off Skerry Island. (2)
        ");
    }

    #[test]
    fn every_step_is_a_sentence_of_the_record() {
        let recordings = week();
        for step in timeline(&recordings, None) {
            assert_eq!(step.text, step.citations[0].text);
            for cited in &step.citations {
                let of = recordings.iter().find(|material| material.document.id == cited.citation.document);
                let of = of.expect("a document of the archive");
                assert!(
                    of.text.text.contains(&cited.text) || of.front.text.contains(&cited.text),
                    "{cited:?}"
                );
            }
        }
    }

    #[test]
    fn those_who_say_the_same_are_cited_together() {
        let said = "On Monday the council of Port Ellery closed the old lighthouse.";
        let recordings = [
            recording(("Harbour Radio", 3, "Lighthouse of Port Ellery closed", ""), &[said]),
            recording(("Coast News", 4, "Port Ellery: council closes lighthouse", ""), &[said]),
        ];
        let steps = timeline(&recordings, None);
        let step = steps.iter().find(|step| step.text == said).expect("the sentence");
        assert_eq!(step.date, jiff::civil::date(2026, 3, 2));
        assert_eq!(step.citations.len(), 2);
    }
}
