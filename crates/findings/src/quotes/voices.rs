//! Who speaks which sentence of a broadcast, by its words alone.
//!
//! ```text
//! sentences --traits--> how each reads: told by a presenter, or said by somebody who was announced
//! traits --best path over three states--> narration, a clip, an answer; with the voice that was announced
//! ```
//!
//! Old transcripts tell no voices apart. What they have are the presenter's announcements ("here is what she told
//! reporters"), the turn from "she" to "I", and the presenter's return ("the mayor went on"). The path that weighs all
//! of them best over the whole programme is taken.

use super::traits::{From, Lead, Traits, Voice};
use super::who::Who;

/// What a sentence was found to be.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Turn {
    /// A presenter or a reporter tells; or nobody knows who.
    Told,
    /// Somebody is heard, or read out.
    Said(Voice),
}

/// Somebody whom the programme is with, as its title tells.
#[derive(Clone, Debug)]
pub(super) struct Main {
    pub(super) voice: Voice,
    /// Whether the programme consists of what this person says: remarks, a speech.
    pub(super) is_address: bool,
}

const TOLD: usize = 0;
const CLIP: usize = 1;
const ANSWER: usize = 2;
const STATES: [usize; 3] = [TOLD, CLIP, ANSWER];

/// How far back in sentences an announcement holds.
const LEAD_REACH: usize = 3;
/// How many sentences of narration may lie between two parts of one clip.
const CLIP_REACH: usize = 6;

/// Where more sentences than this share are in the first person people converse, and "I" may be any of them.
const CONVERSATION: f32 = 0.18;
/// Within so many sentences thanks are a welcome.
const WELCOME: usize = 4;
/// What it costs to come in or to go out amid a line.
const OFF_LINE: f32 = 1.2;
/// What it costs to give somebody the words before a question to him.
const RUNS_UP: f32 = 1.4;
/// After so many sentences without a question an answer may have ended unseen.
const LONGEST_ANSWER: usize = 10;
/// The same where all converse, and interrupt each other.
const LONGEST_IN_CONVERSATION: usize = 5;

#[derive(Clone, Debug)]
struct Cell {
    score: f32,
    before: usize,
    /// Whose voice, as an index of the voices met on the way.
    voice: usize,
    /// The last voice of a clip, and after which sentence.
    last: Option<(usize, usize)>,
    /// Sentences in this state without a break.
    run: usize,
}

/// The turns of all sentences.
pub(super) fn turns(traits: &[Traits], main: Option<&Main>) -> Vec<Turn> {
    let mut path = Path::over(traits, main);
    path.run();
    path.turns()
}

struct Path<'a> {
    traits: &'a [Traits],
    main: Option<&'a Main>,
    guests: Vec<Option<Voice>>,
    /// How much of the programme is in the first person: there it tells little.
    frankness: f32,
    voices: Vec<Voice>,
    rows: Vec<[Option<Cell>; 3]>,
}

/// The share of a programme's sentences with "I" in them.
fn frankness(traits: &[Traits]) -> f32 {
    traits.iter().filter(|traits| traits.is_mine).count() as f32 / traits.len().max(1) as f32
}

impl<'a> Path<'a> {
    fn over(traits: &'a [Traits], main: Option<&'a Main>) -> Self {
        Self {
            traits,
            main,
            guests: guests(traits, main),
            frankness: frankness(traits),
            voices: vec![Voice::default()],
            rows: Vec::with_capacity(traits.len()),
        }
    }

    fn run(&mut self) {
        for sentence in 0..self.traits.len() {
            let row = STATES.map(|state| self.best(sentence, state));
            self.rows.push(row);
        }
    }

    fn best(&mut self, sentence: usize, state: usize) -> Option<Cell> {
        let mut best: Option<Cell> = None;
        let froms: &[usize] = if sentence == 0 { &[TOLD] } else { &STATES };
        for &from in froms {
            let before = match sentence {
                0 => Cell { score: 0.0, before: TOLD, voice: 0, last: None, run: 0 },
                _ => match &self.rows[sentence - 1][from] {
                    Some(cell) => cell.clone(),
                    None => continue,
                },
            };
            let Some((cost, voice)) = self.step(sentence, from, state, &before) else { continue };
            let voice = match voice {
                Some(voice) => self.voice(voice),
                None => before.voice,
            };
            let last =
                if state == TOLD && from != TOLD { Some((before.voice, sentence)) } else { before.last };
            let run = if state == from { before.run + 1 } else { 0 };
            let score = before.score + cost + self.fit(sentence, state, &self.voices[voice], run);
            if best.as_ref().is_none_or(|best| score > best.score) {
                best = Some(Cell { score, before: from, voice, last, run });
            }
        }
        best
    }

    fn voice(&mut self, voice: Voice) -> usize {
        let recent = self.voices.len().saturating_sub(8);
        match self.voices[recent..].iter().position(|known| *known == voice) {
            Some(at) => recent + at,
            None => {
                self.voices.push(voice);
                self.voices.len() - 1
            }
        }
    }

    /// What it costs to come into a state before a sentence, and with whose voice if it is another than before.
    fn step(&self, sentence: usize, from: usize, to: usize, before: &Cell) -> Option<(f32, Option<Voice>)> {
        let traits = &self.traits[sentence];
        let off_line = if traits.begins_line { 0.0 } else { -OFF_LINE };
        let follows_question = sentence > 0 && self.traits[sentence - 1].is_question;
        match (from, to) {
            (TOLD, TOLD) => Some((0.0, Some(Voice::default()))),
            (CLIP, CLIP) | (ANSWER, ANSWER) => Some((0.0, None)),
            (_, TOLD) => {
                // Presenters come back by naming the speaker, by a report, by a word to the audience.
                let is_return = traits.is_hosting
                    || traits.reports
                    || traits.persons.contains(&self.voices[before.voice].who);
                let is_plain = from == CLIP && !is_return;
                Some((if is_plain { -1.3 } else { -0.5 } + off_line, Some(Voice::default())))
            }
            (TOLD | ANSWER, CLIP) => {
                let lead = self.lead(sentence, before)?;
                // Who speaks at length names many; only an announcement gives the word to another.
                let is_at_length =
                    self.main.is_some_and(|main| main.is_address) || self.frankness > CONVERSATION;
                if is_at_length && lead.voice.from != From::Announced {
                    return None;
                }
                let is_first_person = traits.is_mine || traits.is_ours;
                let next = self.traits.get(sentence + 1).is_some_and(|next| next.is_mine || next.is_ours);
                let unlike = if is_first_person || lead.voice.from == From::Announced {
                    0.0
                } else if next && lead.voice.from != From::Mentioned {
                    -0.6
                } else {
                    -1.6
                };
                Some((-2.4 + lead.weight + off_line * 0.7 + unlike, Some(lead.voice)))
            }
            (_, ANSWER) => {
                let guest = self.guests.get(sentence)?.clone()?;
                let is_address = self.main.is_some_and(|main| main.is_address && main.voice.who == guest.who);
                let is_asked = follows_question && self.traits[sentence - 1].is_yours;
                let converses = self.frankness > CONVERSATION && !is_address;
                // Where all converse, only whom the programme is with is known to answer, and only when asked.
                if converses && !(is_asked && guest.from == From::Title) {
                    return None;
                }
                let cost = if follows_question {
                    1.2
                } else if is_address {
                    -0.4
                } else {
                    -2.4
                };
                Some((cost + off_line * 0.5, Some(guest)))
            }
            _ => None,
        }
    }

    /// Who was announced for a sentence.
    fn lead(&self, sentence: usize, before: &Cell) -> Option<Lead> {
        let recent = before.last.filter(|(_, end)| sentence <= end + CLIP_REACH);
        if sentence > 0
            && self.traits[sentence - 1].is_question
            && let Some((voice, _)) = recent
        {
            let voice = Voice { from: From::Continued, ..self.voices[voice].clone() };
            return Some(Lead { voice, weight: 2.2 });
        }
        for back in 1..=LEAD_REACH.min(sentence) {
            let Some(lead) = &self.traits[sentence - back].lead else { continue };
            let worn = 0.9 * (back - 1) as f32;
            let mut lead = lead.clone();
            if lead.voice.who == Who::Unnamed {
                // "Here is what he said", of somebody named before.
                let earlier = (back + 1..=back + LEAD_REACH).filter(|&farther| farther <= sentence);
                let named = earlier.filter_map(|farther| self.traits[sentence - farther].lead.as_ref());
                if let Some(named) = named.map(|lead| &lead.voice).find(|voice| voice.who.is_known()) {
                    lead.voice.who = named.who.clone();
                    lead.voice.as_written = named.as_written.clone();
                }
            }
            // A lead that somebody already followed is used up.
            if recent.is_some_and(|(_, end)| end > sentence - back) {
                break;
            }
            return Some(Lead { weight: lead.weight - worn, ..lead });
        }
        let (voice, _) = recent?;
        let voice = Voice { from: From::Continued, ..self.voices[voice].clone() };
        Some(Lead { voice, weight: 1.3 })
    }

    /// How well a sentence reads as said by a voice, over as told by a presenter.
    fn fit(&self, sentence: usize, state: usize, voice: &Voice, run: usize) -> f32 {
        if state == TOLD {
            return 0.0;
        }
        let traits = &self.traits[sentence];
        let is_answer = state == ANSWER;
        let is_address =
            is_answer && self.main.is_some_and(|main| main.is_address && main.voice.who == voice.who);
        let frank = match (is_answer, self.frankness > CONVERSATION) {
            (true, true) if !is_address => 0.15,
            (true, _) => 0.5,
            (false, _) => 1.0 - self.frankness.min(0.7),
        };
        let mut fit = if traits.is_mine {
            1.8 * frank
        } else if traits.is_ours {
            1.3 * frank
        } else if is_answer {
            if is_address { 0.3 } else { 0.05 }
        } else if voice.from == From::Announced {
            -0.1
        } else {
            -0.4
        };
        let converses = self.frankness > CONVERSATION && !is_address;
        if (converses && run >= LONGEST_IN_CONVERSATION)
            || (is_answer && !is_address && run >= LONGEST_ANSWER)
        {
            fit -= if converses { 1.5 } else { 0.5 };
        }
        let tells_of_another = !traits.is_mine && !traits.is_ours && !traits.persons.is_empty();
        if !is_answer && tells_of_another {
            fit -= 0.3;
        }
        if traits.is_question {
            fit -= if traits.is_yours { 2.6 } else { 1.2 };
        }
        if traits.is_hosting {
            fit -= 2.8;
        }
        fit -= self.runs_up_to_question(sentence);
        if voice.who.is_known() && traits.persons.contains(&voice.who) {
            fit -= 2.6;
        }
        let announces =
            traits.lead.as_ref().is_some_and(|lead| lead.voice.from == From::Announced && lead.weight > 3.0);
        if announces && !traits.is_mine {
            fit -= 1.5;
        } else if traits.reports && !traits.is_mine {
            fit -= if is_answer { 0.2 } else { 0.8 };
        }
        fit
    }

    /// What a sentence that runs up to somebody's question costs: "You wrote the plan. Why is it late?" is one's who asks.
    fn runs_up_to_question(&self, sentence: usize) -> f32 {
        let is_asked = |ahead: usize| self.traits.get(sentence + ahead).filter(|next| next.is_question);
        let traits = &self.traits[sentence];
        if traits.is_question || traits.is_mine {
            return 0.0;
        }
        match (is_asked(1), is_asked(2)) {
            (Some(_), _) if traits.is_yours => RUNS_UP,
            (Some(next), _) if next.is_yours && !traits.is_ours => RUNS_UP / 2.0,
            (_, Some(_)) if traits.is_yours => RUNS_UP / 2.0,
            _ => 0.0,
        }
    }

    fn turns(&self) -> Vec<Turn> {
        let mut turns = vec![Turn::Told; self.rows.len()];
        let Some(last) = self.rows.last() else { return turns };
        let score = |state: usize| last[state].as_ref().map_or(f32::NEG_INFINITY, |cell| cell.score);
        let mut state = STATES.into_iter().max_by(|&a, &b| score(a).total_cmp(&score(b))).unwrap_or(TOLD);
        for sentence in (0..self.rows.len()).rev() {
            let Some(cell) = &self.rows[sentence][state] else { break };
            if state != TOLD {
                turns[sentence] = Turn::Said(self.voices[cell.voice].clone());
            }
            state = cell.before;
        }
        turns
    }
}

/// Who would answer a question before each sentence: whoever was brought in last.
fn guests(traits: &[Traits], main: Option<&Main>) -> Vec<Option<Voice>> {
    let thanked = || {
        let name = traits.iter().find_map(|traits| traits.thanked.clone())?;
        Some(Voice { who: Who::Unnamed, as_written: Some(name), is_read: false, from: From::Guest })
    };
    let is_brought = traits.iter().any(|traits| traits.guest.is_some());
    let mut guest = main.map(|main| main.voice.clone());
    if guest.is_none() && !is_brought && traits.first().is_some_and(|first| !first.is_hosting) {
        guest = thanked();
    }
    let is_address = main.is_some_and(|main| main.is_address);
    let mut guests = Vec::with_capacity(traits.len());
    let mut brought_at = 0;
    for (sentence, traits) in traits.iter().enumerate() {
        guests.push(guest.clone());
        // Thanked at the end, a guest is gone; thanked at the beginning he is welcome.
        if traits.thanked.is_some() && guest.is_some() && sentence > brought_at + WELCOME && is_brought {
            guest = main.map(|main| main.voice.clone());
        }
        if let Some(brought) = traits.guest.as_ref().filter(|_| !is_address) {
            guest = Some(brought.clone());
            brought_at = sentence;
        }
    }
    guests
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str, from: From) -> Voice {
        Voice { who: Who::Person(name.to_owned()), as_written: None, is_read: false, from }
    }

    /// A presenter's sentence that names somebody.
    fn told(name: &str, from: From, weight: f32) -> Traits {
        let voice = person(name, from);
        Traits {
            words: 12,
            has_verb: true,
            begins_line: true,
            persons: vec![voice.who.clone()],
            lead: Some(Lead { voice, weight }),
            ..Traits::default()
        }
    }

    fn frank() -> Traits {
        Traits { words: 12, has_verb: true, begins_line: true, is_ours: true, ..Traits::default() }
    }

    fn plain() -> Traits {
        Traits { is_ours: false, ..frank() }
    }

    #[track_caller]
    fn check(traits: &[Traits], main: Option<&Main>, expected: &[Option<&str>]) {
        let name = |turn: &Turn| match turn {
            Turn::Told => None,
            Turn::Said(Voice { who: Who::Person(name), .. }) => Some(name.clone()),
            Turn::Said(_) => Some(String::new()),
        };
        let found: Vec<Option<String>> = turns(traits, main).iter().map(name).collect();
        let found: Vec<Option<&str>> = found.iter().map(Option::as_deref).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_clip_lasts_until_its_speaker_is_named_again() {
        let mara = || told("Mara", From::Announced, 3.5);
        check(
            &[mara(), frank(), frank(), told("Mara", From::Reported, 2.2), plain()],
            None,
            &[None, Some("Mara"), Some("Mara"), None, None],
        );
        // A clip with one plain sentence amid frank ones is one clip.
        check(&[mara(), frank(), plain(), frank()], None, &[None, Some("Mara"), Some("Mara"), Some("Mara")]);
        // Nobody is announced, and nothing is in the first person: narration.
        check(&[plain(), plain(), plain()], None, &[None, None, None]);
    }

    #[test]
    fn a_guest_answers_questions() {
        let question = || Traits { is_question: true, is_yours: true, ..plain() };
        let guest = Traits {
            guest: Some(person("Jonas", From::Guest)),
            is_hosting: true,
            ..told("Jonas", From::Announced, 3.5)
        };
        check(
            &[guest, question(), plain(), frank(), question(), frank()],
            None,
            &[None, None, Some("Jonas"), Some("Jonas"), None, Some("Jonas")],
        );
    }

    #[test]
    fn an_address_is_of_its_speaker() {
        let main = Main { voice: person("Mara", From::Title), is_address: true };
        check(&[frank(), plain(), frank()], Some(&main), &[Some("Mara"), Some("Mara"), Some("Mara")]);
    }
}
