//! What a document claims: each number, length of time, sum of money, date and time of day, in articles each name, and what is
//! said of somebody or denied, with the words that tell what it is of.
//!
//! ```text
//! sentences --quantities, dates--> values --heads and relations--> what each is of --neighbours--> Claim
//! ```

mod ages;
mod incident;
mod named;
mod refused;
mod stances;
mod tree;

use std::collections::HashMap;
use std::ops::Range;

use jiff::civil::Date;
use language::clock;
use language::dates::{self, Expression};
use language::entities;
use language::parse::{Parsed, Relation, Tag};
use language::quantities::{self, Quantity, Unit};
use record::Kind;
use serde::{Deserialize, Serialize};

use incident::{Incident, NamedDays};
pub(super) use stances::Stance;

use super::values::{Amount, Value};
use super::words;
use crate::material::{Analysis, Material, Text};
use crate::reuse::advertises;
use crate::{Spot, compact};

/// Which kind of fact a claim is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// How long something takes or took.
    Duration,
    /// How many, how far, which share.
    Number,
    /// An amount of money.
    Money,
    /// Who.
    Name,
    /// Where.
    Place,
    /// What is covered: one thing, or two.
    Scope,
    /// Whether something is so: somebody says so, and somebody denies it.
    Claim,
}

/// Index of a word in [`Held::terms`].
pub(super) type Term = u16;

/// A word with how near it stands to a value, 100 being nearest.
pub(super) type Weighted = (Term, u8);

/// What a document holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// The terms of its claims.
    pub(super) terms: compact::Words,
    pub(super) claims: Vec<Claim>,
}

/// A value, and what it is of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Claim {
    /// Whether it stands in what the publisher wrote about a recording.
    pub(super) is_front: bool,
    /// Where the words that name the value begin; of claims in one text the first comes first.
    pub(super) at: u32,
    /// The words that name the value.
    pub(super) said: String,
    /// Its sentence, or the part of a long one around it.
    pub(super) text: String,
    /// Where that stands.
    pub(super) spot: Spot,
    /// Counted in the document.
    pub(super) sentence_number: u32,
    pub(super) fact: Fact,
    pub(super) value: Value,
    /// What is counted.
    pub(super) object: Option<Term>,
    /// The nation whose people are counted.
    pub(super) nation: Option<Term>,
    /// The first word with a concept on the way to the head of the sentence: what happened.
    pub(super) event: Option<Term>,
    /// The words it depends on and those that depend on them.
    pub(super) core: Vec<Weighted>,
    /// The words of its sentence and its neighbours.
    pub(super) context: Vec<Weighted>,
    /// When and where it happened.
    pub(super) incident: Incident,
    /// Whether its sentence corrects somebody: `actually`, `not millions`.
    pub(super) corrects: bool,
    /// Whether its sentence speaks of something still to be, or of what may be.
    pub(super) is_possible: bool,
    /// Whether something is said not to be so.
    pub(super) is_denied: bool,
    /// Whether it counts a part or the rest: `100 other people`, `the first two`.
    pub(super) is_part: bool,
}

/// Claims of one document and kind at most; a list of numbers is no news.
const MOST_CLAIMS: usize = 400;
/// Words of one context at most.
const MOST_CONTEXT: usize = 64;

/// A longer recording is a programme, whose title tells nothing of a single sentence in it.
const SENTENCES_OF_A_REPORT: usize = 150;
/// Lines of a title and description that are read.
const FRONT_LINES: usize = 4;
/// Tokens of a sentence that are read as its context; longer ones are lists, or speech without a stop.
const LONGEST_SENTENCE: usize = 200;

/// What a document claims.
pub fn extract(material: &Material, analysis: &Analysis) -> Held {
    let mut vocabulary = Vocabulary::default();
    let published = material.document.date;
    let front = Reading::of(&material.front, &analysis.front, published, &mut vocabulary);
    let mut spoken = Reading::of(&material.text, &analysis.text, published, &mut vocabulary);
    let of_show = terms_of_show(material, &vocabulary);
    spoken.title = front.first_line();
    spoken.title.retain(|term| !of_show.contains(term));
    if analysis.text.sentences.len() > SENTENCES_OF_A_REPORT {
        spoken.title.clear();
    }
    let mut claims = front.claims(true, &mut vocabulary);
    claims.extend(spoken.claims(false, &mut vocabulary));
    if material.document.kind == Kind::Article {
        claims.extend(spoken.names(&mut vocabulary));
    }
    bound(&mut claims);
    Held { terms: vocabulary.terms.iter().collect(), claims }
}

/// Orders claims and keeps the first, so that what everybody says and is called does not crowd out days and figures.
fn bound(claims: &mut Vec<Claim>) {
    claims.sort_by_key(|claim| (!claim.is_front, claim.at, claim.fact));
    let mut held = [0_usize; 3];
    claims.retain(|claim| {
        let kind = match claim.fact {
            Fact::Claim => 0,
            Fact::Name | Fact::Place => 1,
            _ => 2,
        };
        held[kind] += 1;
        held[kind] <= MOST_CLAIMS
    });
}

/// The name of a show stands in all of its titles, and tells nothing of what one of them is about.
fn terms_of_show(material: &Material, vocabulary: &Vocabulary) -> Vec<Term> {
    let document = &material.document;
    let names = [&document.show, &document.outlet].into_iter().flatten();
    let words = names.flat_map(|name| name.split(|letter: char| !letter.is_alphanumeric()));
    let terms = words.flat_map(|word| {
        let lower = word.to_lowercase();
        [words::term(&lower, true), words::term(&lower, false)]
    });
    terms.flatten().filter_map(|term| vocabulary.index.get(&term).copied()).collect()
}

/// The terms of a document, each once.
#[derive(Default)]
struct Vocabulary {
    terms: Vec<String>,
    index: HashMap<String, Term>,
}

impl Vocabulary {
    fn term(&mut self, term: String) -> Option<Term> {
        if let Some(known) = self.index.get(&term) {
            return Some(*known);
        }
        // A text with more different words has enough of them.
        let new = Term::try_from(self.terms.len()).ok()?;
        self.terms.push(term.clone());
        self.index.insert(term, new);
        Some(new)
    }
}

/// A text with its parse, each token as a term.
struct Reading<'a> {
    source: &'a Text,
    text: &'a str,
    parsed: &'a Parsed,
    terms: Vec<Option<Term>>,
    title: Vec<Term>,
    /// When it was published.
    published: Option<Date>,
    /// The dates in it, and those of them that may be of what happened.
    dates: Vec<dates::Dated>,
    named_days: Vec<NamedDays>,
    /// All tokens that depend on another, ordered by that one.
    dependents: Vec<u32>,
    /// For each token where its dependents begin, and at last where they end.
    dependents_from: Vec<u32>,
}

impl<'a> Reading<'a> {
    fn of(text: &'a Text, parsed: &'a Parsed, published: Option<Date>, vocabulary: &mut Vocabulary) -> Self {
        let terms = parsed.tokens.iter().map(|token| {
            let written = token.text(&text.text);
            let is_name =
                matches!(token.tag, Tag::Nnp | Tag::Nnps) && written.starts_with(char::is_uppercase);
            words::term(&written.to_lowercase(), is_name).and_then(|term| vocabulary.term(term))
        });
        let terms = terms.collect();
        let (dependents, dependents_from) = dependents(parsed);
        let mut dates = dates::find(&text.text, published);
        dates.truncate(MOST_CLAIMS);
        let mut reading = Self {
            source: text,
            text: &text.text,
            parsed,
            terms,
            title: Vec::new(),
            published,
            dates,
            named_days: Vec::new(),
            dependents,
            dependents_from,
        };
        for at in 0..parsed.tokens.len() {
            if let Some(concept) = reading.sent_or_dismissed(at) {
                reading.terms[at] = vocabulary.term(concept.to_owned());
            }
        }
        reading.named_days = reading.find_named_days();
        reading
    }

    /// The terms of the first line.
    fn first_line(&self) -> Vec<Term> {
        let end = self.text.find('\n').unwrap_or(self.text.len());
        let tokens = self.parsed.tokens.partition_point(|token| (token.start as usize) < end);
        self.terms[..tokens].iter().flatten().copied().collect()
    }

    fn claims(&self, is_front: bool, vocabulary: &mut Vocabulary) -> Vec<Claim> {
        let mut claims = Vec::new();
        for quantity in quantities::find(self.text).into_iter().take(MOST_CLAIMS) {
            claims.extend(self.amount(&quantity, vocabulary));
        }
        for dated in &self.dates {
            claims.extend(self.date(dated, vocabulary));
        }
        part_series(&mut claims);
        claims.extend(self.ages(vocabulary));
        claims.extend(self.times(vocabulary));
        claims.extend(self.scopes(vocabulary));
        claims.extend(self.stances());
        if is_front {
            // Behind the title and its summary descriptions repeat what their show always says of itself.
            let end = self
                .source
                .pieces
                .get(FRONT_LINES)
                .map_or(u32::MAX, |piece| u32::try_from(piece.bytes.start).unwrap_or(u32::MAX));
            claims.retain(|claim: &Claim| claim.at < end && !claim.text.contains("http"));
        } else {
            // A description has what its show asks for beside what it tells.
            claims.retain(|claim| !advertises(self.beside(claim.sentence_number as usize)));
        }
        for claim in &mut claims {
            claim.is_front = is_front;
        }
        claims
    }

    fn amount(&self, quantity: &Quantity, vocabulary: &mut Vocabulary) -> Option<Claim> {
        let span = self.tokens_of(&quantity.bytes)?;
        if self.is_age(&span) || self.is_whole(&span) || self.is_score(&span) || self.is_address(&span) {
            return None;
        }
        if matches!(quantity.unit, Unit::Time(_)) && !self.is_length(&span) {
            return None;
        }
        let fact = match quantity.unit {
            Unit::Time(_) => Fact::Duration,
            Unit::Money(_) => Fact::Money,
            _ => Fact::Number,
        };
        let noun = self.noun_of(&span, fact);
        // "Article 5" and "Crew 9" are names.
        if fact == Fact::Number && noun.is_some_and(|noun| noun < span.start) {
            return None;
        }
        let value = Value::Amount(Amount::of(quantity));
        let claim = self.claim(fact, value, &quantity.bytes, noun, vocabulary)?;
        if fact == Fact::Number
            && quantity.unit == Unit::Count
            && claim.object.is_none()
            && claim.event.is_none()
        {
            return None;
        }
        Some(claim)
    }

    /// Only days that are named: "today" in a report that is published tomorrow is another day.
    fn date(&self, dated: &dates::Dated, vocabulary: &mut Vocabulary) -> Option<Claim> {
        let is_named = matches!(
            dated.expression,
            Expression::Weekday { .. } | Expression::Calendar { day: Some(_), .. }
        );
        if !is_named {
            return None;
        }
        let span = self.tokens_of(&dated.bytes)?;
        let is_habit = |at: usize| {
            at < self.terms.len()
                && matches!(self.lower(at).as_str(), "every" | "through" | "each" | "to" | "until" | "-")
        };
        if is_habit(span.end) || span.start.checked_sub(1).is_some_and(is_habit) {
            return None;
        }
        let value = match dated.days {
            Some(days) => Value::Days { first: day_number(days.first), last: day_number(days.last) },
            None => Value::Weekday(i32::from(dated.weekday()?.to_monday_zero_offset())),
        };
        self.claim(Fact::Date, value, &dated.bytes, None, vocabulary)
    }

    /// Times of day.
    fn times(&self, vocabulary: &mut Vocabulary) -> Vec<Claim> {
        let claims = clock::find(self.text).into_iter().take(MOST_CLAIMS).filter_map(|time| {
            let bytes = time.bytes.clone();
            let sentence = self.sentence_of(self.tokens_of(&bytes)?.start)?;
            if self.is_schedule(&self.parsed.sentences[sentence]) {
                return None;
            }
            self.claim(Fact::Time, Value::Clock(time), &bytes, None, vocabulary)
        });
        claims.collect()
    }

    /// `energy infrastructure` and `energy and infrastructure`.
    fn scopes(&self, vocabulary: &mut Vocabulary) -> Vec<Claim> {
        let tokens = &self.parsed.tokens;
        let is_noun = |at: usize| tokens.get(at).is_some_and(|token| matches!(token.tag, Tag::Nn | Tag::Nns));
        let mut found = Vec::new();
        for at in 0..tokens.len() {
            let is_joined =
                tokens.get(at + 1).is_some_and(|token| token.text(self.text) == "and") && is_noun(at + 2);
            let second = if is_joined { at + 2 } else { at + 1 };
            if !is_noun(at) || !is_noun(second) || self.sentence_of(at) != self.sentence_of(second) {
                continue;
            }
            let is_tied = if is_joined {
                tokens[second].relation == Relation::Conj && tokens[second].head as usize == at
            } else {
                tokens[at].relation == Relation::Compound && tokens[at].head as usize == second
            };
            let is_listed = |at: Option<usize>| {
                at.and_then(|at| tokens.get(at))
                    .is_some_and(|token| matches!(token.text(self.text), "," | "and"))
            };
            if !is_tied
                || is_listed(at.checked_sub(1))
                || (is_listed(Some(second + 1)) && is_noun(second + 2))
            {
                continue;
            }
            // "In the first degree and murder": who describes the first alone names two things.
            if is_joined && self.child_as(at, Relation::Amod).is_some() {
                continue;
            }
            // "Oil energy and infrastructure" and "energy and infrastructure projects" say other things.
            if (at > 0 && is_noun(at - 1)) || is_noun(second + 1) {
                continue;
            }
            let stems = [at, second].map(|at| words::stem(&tokens[at].text(self.text).to_lowercase()));
            let Some(object) = vocabulary.term(format!("{} + {}", stems[0], stems[1])) else { continue };
            let bytes = tokens[at].start as usize..tokens[second].end as usize;
            let Some(mut claim) =
                self.claim(Fact::Scope, Value::Nouns { is_joined }, &bytes, None, vocabulary)
            else {
                continue;
            };
            claim.object = Some(object);
            found.push(claim);
        }
        found
    }

    /// A claim with all that its sentence tells of what it is of.
    fn claim(
        &self,
        fact: Fact,
        value: Value,
        bytes: &Range<usize>,
        noun: Option<usize>,
        vocabulary: &mut Vocabulary,
    ) -> Option<Claim> {
        let claim = self.bare(fact, value, bytes)?;
        let span = &self.tokens_of(bytes)?;
        let object = noun.and_then(|noun| self.counted(noun, vocabulary));
        let (core, event) = self.core(span, noun, fact == Fact::Duration, vocabulary);
        let (object, event) = self.aboard(span, noun, (object, event), vocabulary);
        let incident = match fact {
            Fact::Number | Fact::Money | Fact::Time => self.incident(span, noun, vocabulary),
            _ => Incident::default(),
        };
        Some(Claim {
            object,
            nation: noun.filter(|noun| self.is_nation(*noun)).and_then(|noun| self.terms[noun]),
            event,
            core,
            incident,
            is_denied: self.way(span).iter().any(|at| self.child_as(*at, Relation::Neg).is_some()),
            is_part: self.is_part(span, noun),
            ..claim
        })
    }

    /// A claim with its place and the words around it, of nothing yet.
    fn bare(&self, fact: Fact, value: Value, bytes: &Range<usize>) -> Option<Claim> {
        let span = &self.tokens_of(bytes)?;
        let number = self.sentence_of(span.start)?;
        let sentence = &self.parsed.sentences[number];
        let shown = self.shown(sentence, bytes);
        if advertises(&self.text[shown.clone()]) {
            return None;
        }
        Some(Claim {
            is_front: false,
            at: u32::try_from(bytes.start).ok()?,
            said: self.text[bytes.clone()].to_owned(),
            text: self.text[shown.clone()].trim().to_owned(),
            spot: Spot::from(self.source.place_of(&shown)?),
            sentence_number: u32::try_from(number).ok()?,
            fact,
            value,
            object: None,
            nation: None,
            event: None,
            core: Vec::new(),
            context: self.context(number, span),
            incident: Incident::default(),
            corrects: self.corrects(sentence),
            is_possible: self.is_possible(sentence),
            is_denied: false,
            is_part: false,
        })
    }

    /// A sentence with those beside it: who reads an advertisement out tells in one what there is, and in the next where.
    fn beside(&self, number: usize) -> &str {
        const REACH: usize = 2;
        let sentences = &self.parsed.sentences;
        let last = (number + REACH).min(sentences.len() - 1);
        let first = self.parsed.bytes(&sentences[number.saturating_sub(REACH)]).start;
        &self.text[first..self.parsed.bytes(&sentences[last]).end]
    }

    /// What a noun counts.
    fn counted(&self, noun: usize, vocabulary: &mut Vocabulary) -> Option<Term> {
        // "Palestinians" and "Germans" are people, if not all of those of whom somebody else speaks.
        if self.is_nation(noun) {
            return vocabulary.term(words::ANYBODY.to_owned());
        }
        if matches!(self.parsed.tokens[noun].tag, Tag::Nnp | Tag::Nnps) {
            return self.terms[noun];
        }
        let counted = words::counted(&self.lower(noun))?;
        // "Women and children" are more than women.
        let joined = self.joined_noun(noun).filter(|_| !words::is_concept(&counted));
        vocabulary.term(match joined {
            Some(joined) => format!("{counted} + {joined}"),
            None => counted,
        })
    }

    /// Whether a noun is the people of a nation: `Palestinians`.
    fn is_nation(&self, noun: usize) -> bool {
        let token = &self.parsed.tokens[noun];
        matches!(token.tag, Tag::Nnp | Tag::Nnps) && entities::is_people(token.text(self.text))
    }

    /// A sentence, or the words of a long one around some bytes of it.
    fn shown(&self, sentence: &Range<u32>, bytes: &Range<usize>) -> Range<usize> {
        const BEFORE: usize = 160;
        const BEHIND: usize = 200;
        let whole = self.parsed.bytes(sentence);
        let start = whole.start.max(bytes.start.saturating_sub(BEFORE));
        let end = whole.end.min(bytes.end + BEHIND).max(bytes.end);
        let tokens = &self.parsed.tokens;
        // From word to word: a cut word is no citation.
        let first = tokens.partition_point(|token| (token.start as usize) < start);
        let after = tokens.partition_point(|token| token.end as usize <= end);
        let start = tokens.get(first).map_or(bytes.start, |token| token.start as usize).min(bytes.start);
        let end = after.checked_sub(1).map_or(bytes.end, |last| tokens[last].end as usize).max(bytes.end);
        start..end
    }

    fn lower(&self, token: usize) -> String {
        self.parsed.tokens[token].text(self.text).to_lowercase()
    }

    fn sentence_of(&self, token: usize) -> Option<usize> {
        let token = u32::try_from(token).ok()?;
        let after = self.parsed.sentences.partition_point(|sentence| sentence.end <= token);
        self.parsed.sentences.get(after).filter(|sentence| sentence.contains(&token)).map(|_| after)
    }

    fn tokens_of(&self, bytes: &Range<usize>) -> Option<Range<usize>> {
        let first = self.parsed.tokens.partition_point(|token| token.end as usize <= bytes.start);
        let after = self.parsed.tokens.partition_point(|token| (token.start as usize) < bytes.end);
        (first < after).then_some(first..after)
    }

    fn is_part(&self, span: &Range<usize>, noun: Option<usize>) -> bool {
        const PARTS: [&str; 13] = [
            "other",
            "others",
            "more",
            "another",
            "additional",
            "further",
            "remaining",
            "new",
            "first",
            "last",
            "next",
            "final",
            "extra",
        ];
        const INCLUDING: [&str; 6] = ["including", "among", "whom", "include", "includes", "included"];
        const HOW: [&str; 5] = ["seriously", "critically", "severely", "badly", "gravely"];
        let sentence =
            self.sentence_of(span.start).map_or(0, |number| self.parsed.sentences[number].start as usize);
        let near = span.start.saturating_sub(4).max(sentence)..span.start;
        if near.into_iter().any(|at| INCLUDING.contains(&self.lower(at).as_str())) {
            return true;
        }
        // So many a day are another figure than all of them, and so are those in one place.
        let is =
            |at: usize, words: &[&str]| at < self.terms.len() && words.contains(&self.lower(at).as_str());
        let is_rate = |at: usize| {
            let is_a = is(at, &["a", "an"]) && is(at + 1, &["day", "night", "week", "month", "year", "hour"]);
            is(at, &["every", "per", "each", "daily", "alone"])
                || (is_a && !is(at + 2, &["ago", "later", "earlier", "before", "after"]))
        };
        let behind = (span.end..self.terms.len()).take(8);
        if behind.take_while(|at| self.sentence_of(*at) == self.sentence_of(span.start)).any(is_rate) {
            return true;
        }
        // Of those who are hurt some are badly hurt.
        let is_badly = |at: usize| {
            self.child_as(at, Relation::Advmod).is_some_and(|how| HOW.contains(&self.lower(how).as_str()))
        };
        if self.way(span).into_iter().any(is_badly) {
            return true;
        }
        let until =
            noun.map_or(span.end, |noun| noun + 1).clamp(span.end, span.end + 4).min(self.terms.len());
        let before = span.start.checked_sub(1);
        // Of nothing that is named: "seven more of its soldiers".
        if noun.is_none() && is(span.end, &["more", "others", "other"]) {
            return true;
        }
        before.into_iter().chain(span.end..until).any(|at| PARTS.contains(&self.lower(at).as_str()))
            || (span.end + 1 < self.terms.len()
                && self.lower(span.end) == "of"
                && matches!(
                    self.lower(span.end + 1).as_str(),
                    "the" | "them" | "those" | "these" | "whom" | "which"
                ))
    }

    /// The token of a span whose head lies outside of it.
    fn top_of(&self, span: &Range<usize>) -> usize {
        let is_top = |at: &usize| {
            let head = self.parsed.tokens[*at].head as usize;
            head == *at || !span.contains(&head)
        };
        span.clone().rev().find(is_top).unwrap_or(span.start)
    }

    /// What a quantity counts: the noun over a number, or behind its `of`; for lengths of time the noun they describe.
    fn noun_of(&self, span: &Range<usize>, fact: Fact) -> Option<usize> {
        let top = self.top_of(span);
        let token = &self.parsed.tokens[top];
        let head = token.head as usize;
        let is_noun = |at: usize| {
            matches!(self.parsed.tokens[at].tag, Tag::Nn | Tag::Nns | Tag::Nnp | Tag::Nnps)
                && !span.contains(&at)
        };
        let describes = matches!(
            token.relation,
            Relation::Nummod
                | Relation::Compound
                | Relation::Amod
                | Relation::Nmod
                | Relation::Quantmod
                | Relation::Poss
        );
        if describes && is_noun(head) {
            return Some(head);
        }
        let of = self.children(top).find(|child| self.lower(*child) == "of");
        // `dozens of drones`: the parser's "of" may already lie in the words of the quantity.
        let of = of.or_else(|| span.end.checked_sub(1).filter(|last| self.lower(*last) == "of"));
        let behind = of.and_then(|of| self.children(of).find(|child| is_noun(*child)));
        if behind.is_some() {
            return behind;
        }
        // A count that the parser hung elsewhere: the nouns just behind it.
        if fact == Fact::Number && !describes {
            let next = (span.end..self.terms.len()).take(3).take_while(|at| {
                is_noun(*at) || matches!(self.parsed.tokens[*at].tag, Tag::Jj | Tag::Vbn | Tag::Jjr)
            });
            return next.filter(|at| is_noun(*at)).last();
        }
        None
    }

    fn children(&self, of: usize) -> impl Iterator<Item = usize> + '_ {
        let bounds = self.dependents_from[of] as usize..self.dependents_from[of + 1] as usize;
        self.dependents[bounds].iter().map(|child| *child as usize)
    }

    fn corrects(&self, sentence: &Range<u32>) -> bool {
        let text = self.text[self.parsed.bytes(sentence)].to_lowercase();
        [
            "actually",
            "in fact",
            "in reality",
            "not millions",
            "not thousands",
            "not hundreds",
            "incorrect",
            "falsely",
        ]
        .iter()
        .any(|cue| text.contains(cue))
    }

    fn is_possible(&self, sentence: &Range<u32>) -> bool {
        (sentence.start as usize..sentence.end as usize).any(|at| {
            matches!(
                self.lower(at).as_str(),
                "if" | "could"
                    | "would"
                    | "should"
                    | "might"
                    | "may"
                    | "'d"
                    | "whether"
                    | "imagine"
                    | "suppose"
                    | "maximum"
                    | "minimum"
                    | "mandatory"
                    | "faces"
                    | "facing"
            )
        })
    }
}

/// Of several counts of one thing in one sentence (`53 from here and 7 from there`, `eight on Monday, four on Tuesday`) each
/// counts a part, but for one that is as large as all others together.
fn part_series(claims: &mut [Claim]) {
    // What is counted tells what is meant where nothing happens to it.
    let thing = |claim: &Claim| claim.object.filter(|_| claim.event.is_none());
    claims.sort_by_key(|claim| (claim.sentence_number, claim.event, thing(claim), claim.at));
    let is_one_series = |one: &Claim, other: &Claim| {
        (one.event.is_some() || one.object.is_some())
            && (one.sentence_number, one.event, one.fact) == (other.sentence_number, other.event, other.fact)
            && thing(one) == thing(other)
    };
    for series in claims.chunk_by_mut(is_one_series) {
        let counts = |claim: &Claim| match &claim.value {
            Value::Amount(amount) if claim.fact == Fact::Number && !claim.corrects => Some(amount.middle()),
            _ => None,
        };
        let Some(values) = series.iter().map(counts).collect::<Option<Vec<f64>>>() else { continue };
        let (sum, largest) = (values.iter().sum::<f64>(), values.iter().copied().fold(0.0, f64::max));
        for (claim, value) in series.iter_mut().zip(&values) {
            let is_whole = *value == largest && 2.0 * largest >= sum;
            claim.is_part |= values.len() > 1 && !is_whole;
        }
    }
}

/// The dependents of all tokens, and where those of each begin.
fn dependents(parsed: &Parsed) -> (Vec<u32>, Vec<u32>) {
    let tokens = &parsed.tokens;
    let has_head =
        |at: &u32| tokens[*at as usize].head != *at && (tokens[*at as usize].head as usize) < tokens.len();
    let count = u32::try_from(tokens.len()).expect("a token takes a byte of a bounded text");
    let mut dependents: Vec<u32> = (0..count).filter(has_head).collect();
    dependents.sort_by_key(|at| (tokens[*at as usize].head, *at));
    let from = (0..=count).map(|head| {
        let before = dependents.partition_point(|at| tokens[*at as usize].head < head);
        u32::try_from(before).expect("no more than tokens")
    });
    let from = from.collect();
    (dependents, from)
}

pub(super) fn day_number(date: Date) -> i32 {
    const FIRST: Date = jiff::civil::date(1, 1, 1);
    FIRST.until(date).map_or(0, |span| span.get_days())
}

pub(super) fn day_of_number(days: i32) -> String {
    const FIRST: Date = jiff::civil::date(1, 1, 1);
    let day = jiff::Span::new().try_days(days).ok().and_then(|span| FIRST.checked_add(span).ok());
    day.map_or_else(String::new, |day| day.to_string())
}
