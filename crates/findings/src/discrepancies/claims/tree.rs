//! What a value is of: the words over it, beside it and around it in its sentence's tree.

use std::collections::BTreeMap;
use std::ops::Range;

use language::parse::{Relation, Tag};

use super::super::words;
use super::{LONGEST_SENTENCE, MOST_CONTEXT, Reading, Term, Vocabulary, Weighted};

/// What tells only how a figure moves.
const MOVES: [&str; 2] = ["=raise", "=fall"];
/// In what people are on their way.
const VEHICLES: [&str; 12] = [
    "flight",
    "plane",
    "airplane",
    "aircraft",
    "jet",
    "helicopter",
    "train",
    "bus",
    "ship",
    "boat",
    "ferry",
    "vessel",
];
/// The concept of who is in one, and who they are.
const ABOARD: &str = "=carry";
const PASSENGER: &str = "passenger";
const CREW: &str = "crew";
/// What people suffer.
const HARMS: [&str; 4] = ["=kill", "=injure", "=miss", "=detain"];

impl Reading<'_> {
    /// The words that a span depends on, nearest first, and those that depend on them; and which of them tells what
    /// happened.
    pub(super) fn core(
        &self,
        span: &Range<usize>,
        noun: Option<usize>,
        is_time: bool,
        vocabulary: &mut Vocabulary,
    ) -> (Vec<Weighted>, Option<Term>) {
        let mut core = Core::default();
        let way = self.way(span);
        let near: Vec<usize> =
            noun.into_iter().chain([self.top_of(span)]).flat_map(|top| self.below(top, 2)).collect();
        let outside = |at: &usize| !span.contains(at);
        for at in near.iter().filter(|at| outside(at)) {
            core.add(self.terms[*at], 70);
        }
        let mut arguments = Vec::new();
        let mut weight = 100;
        for at in &way {
            core.add(self.term_of_event(*at, vocabulary), weight);
            for argument in self.arguments(*at).into_iter().filter(outside) {
                core.add(self.terms[argument], weight / 2);
                arguments.push(argument);
            }
            weight = weight / 10 * 7;
        }
        // "Four deaths" name what happened themselves, "injured passengers" beside them; "spent two hours on the phone"
        // does further off, and "It lasted two hours" in the sentence before.
        let way = if is_time { way } else { self.direct(&way, vocabulary) };
        let first = noun.into_iter().chain(near).chain(way).chain(arguments).filter(outside);
        let concepts: Vec<Term> = first.filter_map(|at| self.concept(at, vocabulary)).collect();
        // A toll that rose to 28 counts the dead.
        let moves = |term: &&Term| MOVES.contains(&vocabulary.terms[usize::from(**term)].as_str());
        let mut event = concepts.iter().find(|term| !moves(term)).or(concepts.first()).copied();
        if event.is_none() && is_time {
            event = self.nearest_concept(span, vocabulary);
            core.add(event, 40);
        }
        (core.weighted(), event)
    }

    /// The words over a span without those that harm people, where it only stands beside them: who is arrested with the
    /// help of 700 marines is one.
    fn direct(&self, way: &[usize], vocabulary: &mut Vocabulary) -> Vec<usize> {
        let mut is_beside = false;
        let mut direct = Vec::new();
        for at in way {
            let relation = self.parsed.tokens[*at].relation;
            is_beside |= matches!(relation, Relation::Prep | Relation::Agent) && self.lower(*at) != "of";
            let concept = self.concept(*at, vocabulary).filter(|_| is_beside);
            if !concept.is_some_and(|term| HARMS.contains(&vocabulary.terms[usize::from(term)].as_str())) {
                direct.push(*at);
            }
        }
        direct
    }

    /// What is counted and what happened, where it is of those aboard: that so many of them died is another count than that of
    /// all who died.
    pub(super) fn aboard(
        &self,
        span: &Range<usize>,
        noun: Option<usize>,
        (object, event): (Option<Term>, Option<Term>),
        vocabulary: &mut Vocabulary,
    ) -> (Option<Term>, Option<Term>) {
        let is_aboard = |event: Term| vocabulary.terms[usize::from(event)] == ABOARD;
        if !(noun.is_some_and(|noun| self.are_aboard(noun)) || event.is_some_and(is_aboard)) {
            return (object, event);
        }
        match self.fate(span, vocabulary) {
            Some(fate) => (vocabulary.term(ABOARD.to_owned()), Some(fate)),
            None => (noun.and_then(|noun| self.passengers(noun, vocabulary)).or(object), event),
        }
    }

    /// What happened to those who are aboard.
    fn fate(&self, span: &Range<usize>, vocabulary: &mut Vocabulary) -> Option<Term> {
        let concepts: Vec<Term> =
            self.way(span).into_iter().filter_map(|at| self.concept(at, vocabulary)).collect();
        concepts.into_iter().find(|term| HARMS.contains(&vocabulary.terms[usize::from(*term)].as_str()))
    }

    /// Passengers, where those aboard are counted: without the crew they are not all of them.
    fn passengers(&self, noun: usize, vocabulary: &mut Vocabulary) -> Option<Term> {
        let lower = self.lower(noun);
        let are_passengers = lower.starts_with(PASSENGER) && !self.are_all_aboard(noun);
        are_passengers.then(|| vocabulary.term(words::stem(&lower))).flatten()
    }

    /// `passengers and crew`.
    fn are_all_aboard(&self, noun: usize) -> bool {
        self.lower(noun).starts_with(PASSENGER) && self.joined_noun(noun).is_some_and(|joined| joined == CREW)
    }

    /// Whether a noun is of people in a vehicle: `passengers and crew`, `people on the flight`.
    fn are_aboard(&self, noun: usize) -> bool {
        let is_vehicle = |at: usize| {
            VEHICLES.contains(&self.lower(at).as_str()) && self.parsed.tokens[at].relation == Relation::Pobj
        };
        self.are_all_aboard(noun) || self.below(noun, 2).into_iter().any(is_vehicle)
    }

    /// The stem of a noun that is joined to one and has no number of its own.
    pub(super) fn joined_noun(&self, noun: usize) -> Option<String> {
        let is_noun = |at: &usize| matches!(self.parsed.tokens[*at].tag, Tag::Nn | Tag::Nns);
        let is_counted = |at: usize| self.child_as(at, Relation::Nummod).is_some();
        let mut joined = self.children(noun).filter(|at| self.parsed.tokens[*at].relation == Relation::Conj);
        joined.find(|at| is_noun(at) && !is_counted(*at)).map(|at| words::stem(&self.lower(at)))
    }

    /// What a verb as "fire" or "drop" says: weapons are sent, people are dismissed, and prices go down.
    pub(super) fn sent_or_dismissed(&self, at: usize) -> Option<&'static str> {
        let lower = Some(at).filter(|at| self.is_verb(*at)).map(|at| self.lower(at))?;
        if !words::sends(&lower) {
            return None;
        }
        let token = &self.parsed.tokens[at];
        let described =
            Some(token.head as usize).filter(|_| matches!(token.relation, Relation::Acl | Relation::Relcl));
        let is_weapon =
            described.into_iter().chain(self.children(at)).any(|near| words::is_weapon(&self.lower(near)));
        // "They fired at the crowd", but "they fired 350 people at the agency".
        let is_at = |child: usize| matches!(self.lower(child).as_str(), "at" | "on" | "into" | "upon");
        let is_shot = self.children(at).any(is_at) && self.child_as(at, Relation::Dobj).is_none();
        let is_fire = lower.starts_with("fir");
        match is_weapon || (is_fire && is_shot) {
            true => Some("=launch"),
            false => is_fire.then_some("=dismiss"),
        }
    }

    /// The first that depends on a token in this way.
    pub(super) fn child_as(&self, at: usize, relation: Relation) -> Option<usize> {
        self.children(at).find(|child| self.parsed.tokens[*child].relation == relation)
    }

    /// What happened, if a token tells.
    fn concept(&self, at: usize, vocabulary: &mut Vocabulary) -> Option<Term> {
        self.term_of_event(at, vocabulary)
            .filter(|term| words::is_concept(&vocabulary.terms[usize::from(*term)]))
    }

    /// The words over a span, from near to far, as far as they speak of it.
    pub(super) fn way(&self, span: &Range<usize>) -> Vec<usize> {
        const LONGEST_WAY: usize = 8;
        let mut way = Vec::new();
        let mut at = self.top_of(span);
        for _ in 0..LONGEST_WAY {
            if !span.contains(&at) {
                way.push(at);
                way.extend(self.carried(at));
            }
            let token = &self.parsed.tokens[at];
            // What is said beside it, over it or of it is another matter.
            let ends = matches!(
                token.relation,
                Relation::Root | Relation::Ccomp | Relation::Advcl | Relation::Parataxis | Relation::Conj
            );
            let head = token.head as usize;
            if head == at || (ends && self.is_verb(at)) {
                break;
            }
            at = if token.relation == Relation::Conj { self.over_conjuncts(at) } else { head };
        }
        way
    }

    /// What a verb speaks of: its subject, its objects, and what hangs on its prepositions.
    fn arguments(&self, at: usize) -> Vec<usize> {
        if !self.is_verb(at) {
            return Vec::new();
        }
        let direct: Vec<usize> = self.children(at).filter(|child| self.is_argument(*child)).collect();
        direct.into_iter().flat_map(|at| std::iter::once(at).chain(self.below(at, 1))).collect()
    }

    /// The word nearest to a span in its sentence that tells what happens, or the last one of the sentence before.
    fn nearest_concept(&self, span: &Range<usize>, vocabulary: &mut Vocabulary) -> Option<Term> {
        const FARTHEST: usize = 12;
        let number = self.sentence_of(span.start)?;
        let sentence = &self.parsed.sentences[number];
        let sentence = sentence.start as usize..sentence.end as usize;
        for distance in 1..=FARTHEST {
            let before = span.start.checked_sub(distance).filter(|at| sentence.contains(at));
            let behind = Some(span.end - 1 + distance).filter(|at| sentence.contains(at));
            for at in before.into_iter().chain(behind) {
                if let Some(term) = self.concept(at, vocabulary) {
                    return Some(term);
                }
            }
        }
        let starts_near = span.start - sentence.start <= FARTHEST / 2;
        let before = self.parsed.sentences.get(number.checked_sub(1)?).filter(|_| starts_near)?;
        (before.start as usize..before.end as usize)
            .rev()
            .take(FARTHEST)
            .find_map(|at| self.concept(at, vocabulary))
    }

    /// The verbs that a verb only carries: of "are thought to have been killed" what counts is "killed".
    fn carried(&self, at: usize) -> Vec<usize> {
        const LONGEST: usize = 4;
        let mut found = Vec::new();
        let mut next = Some(at).filter(|at| self.is_verb(*at));
        while let Some(verb) = next.filter(|_| found.len() < LONGEST) {
            let is_carried = |child: &usize| {
                matches!(
                    self.parsed.tokens[*child].relation,
                    Relation::Xcomp | Relation::Acomp | Relation::Oprd
                )
            };
            next = self.children(verb).find(is_carried);
            found.extend(next);
        }
        found
    }

    /// The head over a row of nouns: of "four crew and 76 passengers" the passengers are aboard, too.
    fn over_conjuncts(&self, at: usize) -> usize {
        let mut at = at;
        for _ in 0..8 {
            let token = &self.parsed.tokens[at];
            let head = token.head as usize;
            if head == at {
                break;
            }
            at = head;
            if token.relation != Relation::Conj {
                break;
            }
        }
        at
    }

    /// "Held" says two things: one holds talks, and is held in prison.
    fn term_of_event(&self, at: usize, vocabulary: &mut Vocabulary) -> Option<Term> {
        let is_held = self.lower(at) == "held"
            && (self.parsed.tokens[at].relation == Relation::Acl
                || self.child_as(at, Relation::Auxpass).is_some());
        if is_held { vocabulary.term("=detain".to_owned()) } else { self.terms[at] }
    }

    pub(super) fn is_verb(&self, at: usize) -> bool {
        matches!(self.parsed.tokens[at].tag, Tag::Vb | Tag::Vbd | Tag::Vbg | Tag::Vbn | Tag::Vbp | Tag::Vbz)
    }

    fn is_argument(&self, at: usize) -> bool {
        matches!(
            self.parsed.tokens[at].relation,
            Relation::Nsubj
                | Relation::Nsubjpass
                | Relation::Dobj
                | Relation::Attr
                | Relation::Prep
                | Relation::Agent
                | Relation::Dative
                | Relation::Advmod
        )
    }

    /// What depends on a token, so many steps down.
    fn below(&self, at: usize, depth: usize) -> Vec<usize> {
        let mut found: Vec<usize> = Vec::new();
        let mut layer = vec![at];
        for _ in 0..depth {
            layer =
                layer.iter().flat_map(|at| self.children(*at)).filter(|child| self.narrows(*child)).collect();
            found.extend(&layer);
        }
        found
    }

    fn narrows(&self, at: usize) -> bool {
        !matches!(
            self.parsed.tokens[at].relation,
            Relation::Conj
                | Relation::Cc
                | Relation::Punct
                | Relation::Ccomp
                | Relation::Advcl
                | Relation::Parataxis
        )
    }

    /// The words of a sentence, and with less weight those of its neighbours and of the title.
    pub(super) fn context(&self, number: usize, span: &Range<usize>) -> Vec<Weighted> {
        let mut context = Core::default();
        for (distance, weight) in [(0, 100), (1, 60), (2, 35)] {
            let before = number.checked_sub(distance);
            let after = (distance > 0).then_some(number + distance);
            for sentence in
                before.into_iter().chain(after).filter_map(|number| self.parsed.sentences.get(number))
            {
                for at in (sentence.start as usize..sentence.end as usize).take(LONGEST_SENTENCE) {
                    if !span.contains(&at) {
                        context.add(self.terms[at], weight);
                    }
                }
            }
        }
        for term in &self.title {
            context.add(Some(*term), 25);
        }
        context.weighted()
    }
}

/// Terms with their greatest weights.
#[derive(Default)]
pub(super) struct Core(BTreeMap<Term, u8>);

impl Core {
    pub(super) fn add(&mut self, term: Option<Term>, weight: u8) {
        if let Some(term) = term {
            let known = self.0.entry(term).or_default();
            *known = weight.max(*known);
        }
    }

    pub(super) fn weighted(self) -> Vec<Weighted> {
        let mut weighted: Vec<Weighted> = self.0.into_iter().collect();
        weighted.sort_by_key(|(term, weight)| (std::cmp::Reverse(*weight), *term));
        weighted.truncate(MOST_CONTEXT);
        weighted
    }
}
