//! Statements in a broadcast: what voices say, and what presenters report.

use std::ops::Range;

use jiff::civil::Date;
use record::FrontPart;
use record::Place;

use super::clauses;
use super::held::{Draft, HeldStatement, certainty};
use super::people::Mention;
use super::reading::Reading;
use super::reported::{Saying, Scene};
use super::told;
use super::traits::{self, From, Traits, Voice};
use super::voices::{self, Main, Turn};
use super::who::Who;
use super::{Evidence, Manner};
use crate::material::Material;

/// Shorter sentences of a voice tell nothing by themselves: "Thank you.", "I think so."
const SHORTEST: usize = 5;
/// A sentence of nobody known must be at least as long to be looked for elsewhere.
const SHORTEST_UNKNOWN: usize = 7;

/// So many sentences back it may have been told who is heard now.
const SUPPOSED: usize = 6;

/// The statements of a broadcast. `front` is what its publisher wrote about it.
pub(super) fn statements(scene: &Scene, front: &Scene, material: &Material) -> Vec<Draft> {
    let published = material.document.date;
    let sayings = scene.sayings();
    let pieces = &material.text.pieces;
    let begins_line = |byte: usize| pieces.binary_search_by_key(&byte, |piece| piece.bytes.start).is_ok();
    let traits = traits::traits(scene, &sayings, &begins_line);
    let main = main(scene, front, material, &traits);
    let turns = voices::turns(&traits, main.as_ref());
    let mut drafts = Vec::new();
    let mut is_report = vec![false; traits.len()];
    for saying in sayings.iter().filter(|saying| saying.who.is_known()) {
        let sentence = scene.reading.sentence_of(saying.verb);
        is_report[sentence] |= 2 * saying.content.len() >= scene.reading.sentence(sentence).len()
            && !matches!(&turns[sentence], Turn::Said(voice) if voice.who == saying.who || voice.is_read);
    }
    // What a voice passes on of somebody else is that one's statement.
    for sentence in (0..traits.len()).filter(|&sentence| !is_report[sentence]) {
        let speaker = pieces
            .get(material.text.pieces_of(&scene.reading.bytes(&scene.reading.sentence(sentence))).start)
            .and_then(|piece| piece.speaker.as_deref());
        drafts.extend(spoken(scene, sentence, (&turns, &traits), speaker));
    }
    for saying in sayings.iter().filter(|saying| !saying.content.is_empty()) {
        let passes_on = match &turns[scene.reading.sentence_of(saying.verb)] {
            Turn::Said(voice) if voice.who.is_known() && voice.who == saying.who => continue,
            Turn::Said(voice) if !voice.is_read => voice.who.clone(),
            _ => Who::Unnamed,
        };
        if !passes_on.is_known() || saying.who.is_known() {
            drafts.extend(reported(scene, saying, &passes_on, published));
        }
    }
    drafts.sort_by_key(|draft| (draft.tokens.start, draft.tokens.end));
    drafts
}

/// What somebody passes on.
fn reported(scene: &Scene, saying: &Saying, passes_on: &Who, published: Option<Date>) -> Vec<Draft> {
    let (whole, _) = manner(scene.reading, &saying.content);
    let parts = match whole {
        Manner::Indirect => clauses::statements(scene, &saying.content, |_| false),
        _ => vec![saying.content.clone()],
    };
    let draft = |part: Range<usize>| {
        let (manner, quoted) = manner(scene.reading, &part);
        let mut draft = told::draft(scene, saying, part, manner, quoted, published);
        draft.statement.reported_by = passes_on.clone();
        draft
    };
    parts.into_iter().map(draft).collect()
}

/// The statement that a sentence is by itself.
fn spoken(
    scene: &Scene,
    sentence: usize,
    (turns, all): (&[Turn], &[Traits]),
    speaker: Option<&str>,
) -> Option<Draft> {
    let (turn, traits) = (&turns[sentence], &all[sentence]);
    let tokens = scene.trimmed(scene.reading.sentence(sentence));
    let is_telling = traits.words >= SHORTEST
        && traits.has_verb
        && !traits.is_question
        && !is_thanks(scene.reading, &tokens);
    if !is_telling {
        return None;
    }
    let statement = match (turn, speaker.filter(|speaker| is_name(speaker))) {
        (_, Some(name)) => HeldStatement {
            who: scene.people.person(name),
            as_written: Some(name.to_owned()),
            from: Evidence::Labelled,
            certainty: certainty(Evidence::Labelled),
            ..told::blank()
        },
        (Turn::Said(voice), None) => of_voice(voice),
        (Turn::Told, None) => HeldStatement { who: supposed(turns, all, sentence), ..told::blank() },
    };
    let is_worth = statement.certainty > 0 || (!traits.is_hosting && traits.words >= SHORTEST_UNKNOWN);
    is_worth.then_some(Draft { tokens, statement })
}

/// Who it is if a sentence is heard and not told: whoever was heard right before, or could be heard after one of the sentences
/// before it.
fn supposed(turns: &[Turn], traits: &[Traits], sentence: usize) -> Who {
    let heard = |at: usize| match &turns[at] {
        Turn::Said(voice) => Some(&voice.who),
        Turn::Told => None,
    };
    let before = (sentence.saturating_sub(SUPPOSED)..sentence).rev();
    let mut may_be = before.filter_map(|at| heard(at).or_else(|| Some(&traits[at].lead.as_ref()?.voice.who)));
    may_be.find(|who| who.is_known()).cloned().unwrap_or_default()
}

fn of_voice(voice: &Voice) -> HeldStatement {
    let from = match voice.from {
        From::Announced => Evidence::Announced,
        From::Reported => Evidence::Report,
        From::Mentioned => Evidence::Mention,
        From::Continued => Evidence::Continued,
        From::Guest => Evidence::Guest,
        From::Title => Evidence::Title,
        From::Unknown => Evidence::Nothing,
    };
    HeldStatement {
        who: voice.who.clone(),
        as_written: voice.as_written.clone(),
        manner: if voice.is_read { Manner::Direct } else { Manner::Clip },
        from,
        // A voice that nothing names is looked for elsewhere.
        certainty: if voice.who.is_known() || voice.as_written.is_some() { certainty(from) } else { 0 },
        ..told::blank()
    }
}

/// Whether a transcript's speaker is a name and not a number: `SPEAKER_01`, `Speaker 2`.
fn is_name(speaker: &str) -> bool {
    !speaker.chars().any(|char| char.is_ascii_digit()) && !speaker.trim().is_empty()
}

fn is_thanks(reading: &Reading, tokens: &Range<usize>) -> bool {
    let first: Vec<&str> = tokens.clone().take(3).map(|token| reading.lower(token)).collect();
    tokens.len() < 10
        && (first.contains(&"thank")
            || first.contains(&"thanks")
            || first.contains(&"welcome")
            || first.contains(&"hello"))
}

/// How a report passes words on: "said, quote, ..." are the speaker's own.
fn manner(reading: &Reading, content: &Range<usize>) -> (Manner, Vec<String>) {
    let is_quote = |token: usize| reading.lower(token) == "quote" || reading.lower(token) == "\"";
    let before = content.start.saturating_sub(3)..content.start;
    if before.clone().any(is_quote) {
        return (Manner::Direct, Vec::new());
    }
    match content.clone().find(|&token| is_quote(token)) {
        Some(mark) => {
            let rest = mark + 1..content.end;
            let end = rest
                .clone()
                .find(|&token| matches!(reading.lower(token), "end" | "unquote"))
                .unwrap_or(rest.end);
            (Manner::Mixed, vec![reading.words(&(rest.start..end))])
        }
        None => (Manner::Indirect, Vec::new()),
    }
}

/// Words of titles and descriptions of programmes that somebody speaks in at length.
const SPEAKS: &[&str] = &[
    "remarks",
    "speech",
    "speaks",
    "address",
    "addresses",
    "conference",
    "questions",
    "briefing",
    "briefs",
    "testifies",
    "testimony",
    "interview",
    "interviews",
    "joins",
    "join",
    "discuss",
    "discusses",
    "conversation",
    "statement",
    "answers",
    "reacts",
    "delivers",
    "talks",
    "swearing",
    "signs",
    "guest",
    "podcast",
    "explains",
    "weighs",
];
/// Verbs of somebody who is a guest.
const SPEAKS_AS_GUEST: &[&str] = &[
    "joins",
    "join",
    "joined",
    "discusses",
    "discuss",
    "sits",
    "speaks",
    "talks",
    "explains",
    "breaks",
    "answers",
    "weighs",
];
/// The same, of programmes that consist of it.
const SPEAKS_ALONE: &[&str] = &[
    "remarks",
    "speech",
    "speaks",
    "address",
    "addresses",
    "conference",
    "briefing",
    "questions",
    "delivers",
    "statement",
    "signs",
    "swearing",
    "testifies",
];

/// Whoever a programme is about is named more often than this in a thousand words; whoever speaks is not.
const MENTIONS_PER_THOUSAND: usize = 4;
/// The same where nothing but the title names the guest.
const MENTIONS_OF_GUEST: usize = 2;

/// Whom a programme is with, as its title and description tell: of several, whoever is named clearly least in it, else
/// the first.
fn main(scene: &Scene, front: &Scene, material: &Material, traits: &[Traits]) -> Option<Main> {
    let frank = traits.iter().filter(|traits| traits.is_mine || traits.is_ours).count();
    let programme = Programme {
        scene,
        front,
        show: material.document.show.as_deref(),
        title_end: title_end(front, material),
        words: traits.iter().map(|traits| traits.words).sum(),
        is_frank: 3 * frank >= traits.len(),
    };
    let in_title = front.mentions.iter().filter(|mention| mention.tokens.end <= programme.title_end);
    let speaking = front.mentions.iter().filter(|mention| programme.speaks_in_description(mention));
    let candidates = in_title.chain(speaking).take(4).filter(|mention| programme.may_be_with(mention));
    let mention =
        candidates.min_by_key(|mention| programme.named(mention) * 1000 / programme.words.max(1))?;
    let voice = Voice {
        who: mention.who.clone(),
        as_written: Some(front.reading.words(&mention.tokens)),
        is_read: false,
        from: From::Title,
    };
    Some(Main { voice, is_address: programme.has_in_title(SPEAKS_ALONE) && programme.is_frank })
}

/// Where the title ends, as a token of what the publisher wrote.
fn title_end(front: &Scene, material: &Material) -> usize {
    let is_title = |token: usize| {
        let place = material.front.place_of(&front.reading.bytes(&(token..token + 1)));
        matches!(place, Some(Place::Front { part: FrontPart::Title, .. }))
    };
    (0..front.reading.len()).find(|&token| !is_title(token)).unwrap_or(front.reading.len())
}

/// A programme and what its publisher wrote about it.
struct Programme<'a> {
    scene: &'a Scene<'a>,
    front: &'a Scene<'a>,
    show: Option<&'a str>,
    title_end: usize,
    words: usize,
    /// Whether much of it is in the first person.
    is_frank: bool,
}

impl Programme<'_> {
    fn has_in_title(&self, words: &[&str]) -> bool {
        (0..self.title_end).any(|token| words.contains(&self.front.reading.lower(token)))
    }

    /// "Mara Lindqvist joins the programme to discuss the pier".
    fn speaks_in_description(&self, mention: &Mention) -> bool {
        let after = mention.tokens.end..mention.tokens.end + 3;
        let speaks =
            after.into_iter().any(|token| SPEAKS_AS_GUEST.contains(&self.front.reading.lower(token)));
        mention.is_subject && mention.tokens.start >= self.title_end && speaks
    }

    /// How often the programme itself names somebody.
    fn named(&self, mention: &Mention) -> usize {
        let is_named = |other: &&Mention| {
            other.who == mention.who && !matches!(self.scene.reading.lower(other.tokens.start), "he" | "she")
        };
        self.scene.mentions.iter().filter(is_named).count()
    }

    /// Whether the programme may be with somebody.
    fn may_be_with(&self, mention: &Mention) -> bool {
        let Who::Person(name) = &mention.who else { return false };
        let after = self.front.reading.lower(mention.tokens.end);
        // "Mara Lindqvist: ...", "Mara Lindqvist on ...", "... with Mara Lindqvist": whom a talk is with.
        let is_placed = mention.tokens.end <= self.title_end
            && (mention.tokens.start == 0 || mention.tokens.end + 1 >= self.title_end || after == "on");
        // "Mara Lindqvist's harbour plan": a programme about somebody, not with somebody.
        if after == "'s" || after == "'" {
            return false;
        }
        let named = self.named(mention) * 1000;
        let is_talk = self.is_frank && is_placed && named <= self.words * MENTIONS_OF_GUEST;
        let speaks =
            self.has_in_title(SPEAKS) || after == ":" || self.speaks_in_description(mention) || is_talk;
        speaks && self.is_met(mention) && !self.is_host(name) && named <= self.words * MENTIONS_PER_THOUSAND
    }

    /// Names in titles are often none: "Storm Shocks Harbour". Somebody who speaks is a person in the rest too.
    fn is_met(&self, mention: &Mention) -> bool {
        let after_title = |other: &&Mention| other.tokens.start >= self.title_end;
        let in_description = self.front.mentions.iter().filter(after_title);
        self.scene.mentions.iter().chain(in_description).any(|other| other.who == mention.who)
    }

    fn is_host(&self, name: &str) -> bool {
        let is_of_show =
            |word: &str| self.show.is_some_and(|show| word.chars().count() >= 4 && show.contains(word));
        name.split_whitespace().any(is_of_show)
    }
}
