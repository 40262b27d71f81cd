//! Reports of what somebody said: "the mayor said the pier would open", "according to the ferry company".
//!
//! ```text
//! verbs of saying --subjects, objects, clauses under them--> who said, and which words tell it
//! ```

use std::ops::Range;

use language::parse::{EntityKind, Relation, Tag};

use super::people::{Mention, People};
use super::reading::Reading;
use super::verbs::{self, Takes};
use super::who::{self, Who};

/// A text with its people, as the rules ask it.
pub(super) struct Scene<'a> {
    pub(super) reading: &'a Reading<'a>,
    pub(super) people: &'a People,
    pub(super) mentions: &'a [Mention],
}

/// Somebody says something at a verb.
#[derive(Clone, Debug)]
pub(super) struct Saying {
    /// The verb, or "according".
    pub(super) verb: usize,
    pub(super) base: &'static str,
    pub(super) who: Who,
    pub(super) as_written: String,
    /// What tells what was said; empty where only marks or the next sentences do.
    pub(super) content: Range<usize>,
}

/// How many verbs a subject is looked for above a verb that has none.
const HIGHEST: usize = 6;
/// How many sayings before and after one may tell it: "They had agreed to wait, she said".
const NEAR_SAYINGS: usize = 4;
/// Words of a speaker's description that are kept.
const LONGEST_DESCRIPTION: usize = 12;

impl Scene<'_> {
    /// All sayings of a text, in the order of their verbs.
    pub(super) fn sayings(&self) -> Vec<Saying> {
        let all: Vec<Saying> = (0..self.reading.len())
            .filter_map(|token| self.saying_at(token).or_else(|| self.according(token)))
            .collect();
        // "She said they had agreed to wait": that they agreed is what she said, and no second statement.
        let is_deed = |saying: &Saying| {
            matches!(verbs::saying(self.reading.lower(saying.verb)), Some((_, Takes::ClauseOrDeed)))
        };
        let is_told = |inner: &Saying| {
            let at = all.partition_point(|saying| saying.verb < inner.verb);
            let near = at.saturating_sub(NEAR_SAYINGS)..(at + NEAR_SAYINGS + 1).min(all.len());
            all[near].iter().any(|outer| outer.verb != inner.verb && outer.content.contains(&inner.verb))
        };
        let kept: Vec<bool> = all.iter().map(|saying| !(is_deed(saying) && is_told(saying))).collect();
        all.into_iter().zip(kept).filter(|(_, is_kept)| *is_kept).map(|(saying, _)| saying).collect()
    }

    fn saying_at(&self, verb: usize) -> Option<Saying> {
        let reading = self.reading;
        if !reading.is_verb(verb) {
            return None;
        }
        let (base, takes) = verbs::saying(reading.lower(verb))?;
        if !self.is_told(verb, base) {
            return None;
        }
        let subject = self.subject(verb, HIGHEST)?;
        let (who, as_written) = self.speaker(subject, HIGHEST)?;
        let content =
            self.content(verb, base, takes).map(|content| self.trimmed(content)).unwrap_or_default();
        Some(Saying { verb, base, who, as_written, content })
    }

    /// Whether the verb tells that something was said: not denied, not asked, not imagined.
    fn is_told(&self, verb: usize, base: &str) -> bool {
        let reading = self.reading;
        let is_unsure = |child: usize| match reading.relation(child) {
            Relation::Neg => base != "deny",
            Relation::Aux => {
                matches!(
                    reading.lower(child),
                    "would"
                        | "could"
                        | "might"
                        | "should"
                        | "may"
                        | "can"
                        | "will"
                        | "must"
                        | "'d"
                        | "'ll"
                        | "wo"
                        | "ca"
                )
            }
            Relation::Auxpass => true,
            Relation::Mark => {
                matches!(reading.lower(child), "if" | "unless")
                    || (reading.lower(child) == "as" && reading.child(verb, &[Relation::Ccomp]).is_none())
            }
            _ => false,
        };
        let is_infinitive = reading.children(verb).iter().any(|&child| reading.tag(child) == Tag::To);
        let goes_on = matches!(
            reading.lower(reading.head(verb)),
            "went" | "goes" | "going" | "go" | "continued" | "had" | "has"
        );
        let sentence = reading.sentence(reading.sentence_of(verb));
        let is_question = sentence.end > 0 && reading.lower(sentence.end - 1) == "?";
        !reading.children(verb).iter().any(|&child| is_unsure(child))
            && (!is_infinitive || goes_on)
            && !is_question
    }

    /// The subject of a verb, its own or that of the verb it hangs on.
    fn subject(&self, verb: usize, left: usize) -> Option<usize> {
        let reading = self.reading;
        if let Some(subject) = reading.child(verb, &[Relation::Nsubj]) {
            return Some(subject);
        }
        let head = reading.head(verb);
        if left == 0 || head == verb || reading.child(verb, &[Relation::Nsubjpass]).is_some() {
            return None;
        }
        match reading.relation(verb) {
            Relation::Conj | Relation::Xcomp | Relation::Advcl | Relation::Dep if reading.is_verb(head) => {
                self.subject(head, left - 1)
            }
            // "Ek saying the ferry ...", and "a post saying": whose post it is.
            Relation::Acl | Relation::Relcl if reading.tag(verb) == Tag::Vbg => {
                if self.mention_at(head).is_some() || matches!(reading.tag(head), Tag::Nnp) {
                    return Some(head);
                }
                let owner = reading.child(head, &[Relation::Poss]);
                owner.or_else(|| {
                    let governor = (0..HIGHEST).try_fold(head, |at, _| match reading.head(at) {
                        above if above == at => Err(at),
                        above if reading.is_verb(above) => Err(above),
                        above => Ok(above),
                    });
                    let governor = governor.unwrap_or_else(|found| found);
                    if reading.is_verb(governor) { self.subject(governor, left - 1) } else { None }
                })
            }
            Relation::Relcl => Some(head),
            _ => None,
        }
    }

    fn mention_at(&self, token: usize) -> Option<&Mention> {
        let at = self.mentions.partition_point(|mention| mention.tokens.end <= token);
        self.mentions.get(at).filter(|mention| mention.tokens.contains(&token))
    }

    /// Who a subject is, and as it is written. `None` for who can't be a speaker that counts: "I", "people", "it".
    pub(super) fn speaker(&self, subject: usize, left: usize) -> Option<(Who, String)> {
        let reading = self.reading;
        let word = reading.lower(subject);
        if matches!(reading.tag(subject), Tag::Wp | Tag::Wdt) || word == "who" {
            let clause = reading.head(subject);
            let antecedent = reading.head(clause);
            let is_relative = reading.relation(clause) == Relation::Relcl && antecedent != clause && left > 0;
            return is_relative.then(|| self.speaker(antecedent, left - 1)).flatten();
        }
        let one = self.one(subject)?;
        let others =
            reading.children(subject).iter().filter(|&&child| reading.relation(child) == Relation::Conj);
        let mut all = vec![one];
        all.extend(others.filter_map(|&other| self.one(other)).take(3));
        let who = match all.len() {
            1 => all.remove(0),
            _ => Who::Several(all),
        };
        Some((who, self.as_written(subject)))
    }

    fn one(&self, token: usize) -> Option<Who> {
        let reading = self.reading;
        let word = reading.lower(token);
        if let Some(mention) = self.mention_at(token) {
            return Some(mention.who.clone());
        }
        if let Some(role) = who::is_head(word).then(|| self.people.role_at(reading, token)).flatten() {
            let before = self.mentions.partition_point(|mention| mention.tokens.start < token);
            return Some(self.people.who_holds(&role, &self.mentions[..before]));
        }
        match reading.tag(token) {
            Tag::Nnp | Tag::Nnps => Some(Who::Body(self.body(token))),
            Tag::Nn | Tag::Nns => {
                let is_body = ["agency", "ministry", "department", "government"].contains(&word);
                let named =
                    reading.child(token, &[Relation::Compound]).filter(|&part| reading.is_capital(part));
                match named {
                    Some(_) if is_body => Some(Who::Body(self.body(token))),
                    _ => (!is_nobody(word)).then_some(Who::Unnamed),
                }
            }
            _ => None,
        }
    }

    /// The name of a body: "the Kremlin", "AFP news agency".
    fn body(&self, token: usize) -> String {
        let reading = self.reading;
        let entity = reading.parsed.entities.iter().find(|entity| {
            (entity.tokens.start as usize..entity.tokens.end as usize).contains(&token)
                && !matches!(entity.kind, EntityKind::Date | EntityKind::Cardinal | EntityKind::Group)
        });
        let mut tokens = entity.map_or_else(
            || {
                let first = reading.under(token).start;
                let start =
                    (first..token).rev().take_while(|&part| reading.is_capital(part)).last().unwrap_or(token);
                start..token + 1
            },
            |entity| entity.tokens.start as usize..(entity.tokens.end as usize).min(reading.len()),
        );
        while tokens.len() > 1 && (reading.lower(tokens.start) == "the" || !reading.is_capital(tokens.start))
        {
            tokens.start += 1;
        }
        while tokens.len() > 1 && reading.tag(tokens.end - 1) == Tag::Pos {
            tokens.end -= 1;
        }
        if tokens.len() > 2
            && reading.lower(tokens.end - 1) == "agency"
            && reading.lower(tokens.end - 2) == "news"
        {
            tokens.end -= 2;
        }
        reading.words(&tokens)
    }

    fn as_written(&self, subject: usize) -> String {
        let reading = self.reading;
        let under = reading.under(subject);
        let start = under.start.max(subject.saturating_sub(LONGEST_DESCRIPTION));
        let end = under.end.min(subject + LONGEST_DESCRIPTION);
        let stop =
            |token: &usize| reading.is_mark(*token) || matches!(reading.tag(*token), Tag::Wp | Tag::Wdt);
        let start = (start..subject)
            .rev()
            .find(|token| reading.is_mark(*token) && !is_joint(reading, *token))
            .map_or(start, |mark| mark + 1);
        let end = (subject + 1..end).find(stop).unwrap_or(end.max(subject + 1));
        reading.words(&(start..end))
    }

    /// What tells what was said at a verb.
    fn content(&self, verb: usize, base: &str, takes: Takes) -> Option<Range<usize>> {
        let reading = self.reading;
        let clauses = || {
            reading.children(verb).iter().copied().filter(|&child| reading.relation(child) == Relation::Ccomp)
        };
        let clause = clauses().find(|&clause| clause > verb).or_else(|| clauses().next());
        if let Some(clause) = clause.filter(|_| matches!(takes, Takes::Clause | Takes::ClauseOrDeed)) {
            let under = reading.under(clause);
            return Some(if clause > verb {
                under.start.max(verb + 1)..under.end
            } else {
                self.left_of(verb, under)
            });
        }
        let deed = || reading.child(verb, &[Relation::Xcomp]).map(|deed| reading.under(deed));
        let thing = || reading.child(verb, &[Relation::Dobj]).filter(|&thing| thing > verb);
        let to_end = || {
            let last = reading.children(verb).iter().copied().filter(|&child| {
                child > verb
                    && !matches!(
                        reading.relation(child),
                        Relation::Conj | Relation::Cc | Relation::Punct | Relation::Advcl
                    )
            });
            last.map(|child| reading.under(child).end).max().map(|end| verb + 1..end)
        };
        match takes {
            Takes::ClauseOrDeed => deed().or_else(|| {
                thing()
                    .filter(|&thing| {
                        matches!(base, "demand" | "propose" | "request" | "threaten")
                            && self.is_telling(thing)
                    })
                    .map(|thing| reading.under(thing))
            }),
            Takes::Likeness => {
                let is_likened = |&child: &usize| match reading.relation(child) {
                    Relation::Oprd | Relation::Ccomp | Relation::Xcomp => true,
                    Relation::Prep => matches!(reading.lower(child), "as" | "of" | "for" | "on"),
                    _ => false,
                };
                let has_as = || {
                    thing()
                        .is_some_and(|thing| reading.under(thing).any(|token| reading.lower(token) == "as"))
                };
                (reading.children(verb).iter().filter(|&&child| child > verb).any(is_likened) || has_as())
                    .then(to_end)
                    .flatten()
            }
            Takes::Thing => {
                let is_out = base != "rule" || reading.child(verb, &[Relation::Prt]).is_some();
                thing().filter(|_| is_out).and_then(|thing| self.is_telling(thing).then(to_end)).flatten()
            }
            Takes::Clause => self.after_mark(verb, base).or_else(|| {
                let tells = matches!(
                    base,
                    "announce"
                        | "confirm"
                        | "deny"
                        | "reveal"
                        | "suggest"
                        | "acknowledge"
                        | "predict"
                        | "claim"
                        | "reiterate"
                        | "reaffirm"
                );
                let warned = base == "warn" && reading.child(verb, &[Relation::Prep]).is_some();
                let told = tells && thing().is_some_and(|thing| self.is_telling(thing));
                (told || warned).then(to_end).flatten()
            }),
        }
    }

    /// Whether an object tells enough to be what was said.
    fn is_telling(&self, thing: usize) -> bool {
        self.reading.under(thing).len() >= 3
            && matches!(self.reading.tag(thing), Tag::Nn | Tag::Nns | Tag::Nnp | Tag::Nnps | Tag::Vbg)
    }

    /// What stands before an inverted "..., she said".
    fn left_of(&self, verb: usize, under: Range<usize>) -> Range<usize> {
        let subject = self
            .reading
            .child(verb, &[Relation::Nsubj])
            .map_or(verb, |subject| self.reading.under(subject).start);
        let end = if subject > under.start { subject } else { verb };
        under.start..under.end.min(end)
    }

    /// What follows a mark after the verb where the parser saw no clause: "saying, quote, ...", "wrote: ...".
    fn after_mark(&self, verb: usize, base: &str) -> Option<Range<usize>> {
        let reading = self.reading;
        if !matches!(
            base,
            "say"
                | "tell"
                | "write"
                | "post"
                | "add"
                | "tweet"
                | "respond"
                | "reply"
                | "note"
                | "state"
                | "announce"
        ) {
            return None;
        }
        let end = reading.sentence(reading.sentence_of(verb)).end;
        let opens =
            |token: usize| matches!(reading.lower(token), "," | ":" | "quote" | "that" | "\"" | "“" | "``");
        let from = (verb + 1..end.min(verb + 8)).find(|&token| opens(token))?;
        let has_verb = (from..end).any(|token| reading.is_verb(token));
        (has_verb && end - from >= 4).then_some(from..end)
    }

    /// Marks, "that" and "quote" around what was said are not of it.
    pub(super) fn trimmed(&self, mut tokens: Range<usize>) -> Range<usize> {
        let reading = self.reading;
        let is_that = |token: usize| reading.lower(token) == "that" && reading.tag(token) == Tag::In;
        let starts = |token: usize| {
            reading.is_mark(token) && reading.tag(token) != Tag::Dollar
                || matches!(reading.lower(token), "quote" | "and")
                || is_that(token)
        };
        while !tokens.is_empty() && starts(tokens.start) {
            tokens.start += 1;
        }
        let ends = |token: usize| {
            reading.is_mark(token) && reading.lower(token) != "%"
                || matches!(reading.lower(token), "quote" | "unquote")
        };
        while !tokens.is_empty() && ends(tokens.end - 1) {
            tokens.end -= 1;
            if !tokens.is_empty()
                && reading.lower(tokens.end) == "quote"
                && reading.lower(tokens.end - 1) == "end"
            {
                tokens.end -= 1;
            }
        }
        tokens
    }

    /// "The call lasted an hour, according to the ferry company".
    fn according(&self, token: usize) -> Option<Saying> {
        let reading = self.reading;
        if reading.lower(token) != "according" || reading.lower(token + 1) != "to" {
            return None;
        }
        let to = token + 1;
        let source =
            reading.child(to, &[Relation::Pobj]).or_else(|| reading.child(token, &[Relation::Pobj]))?;
        let (who, as_written) = self.speaker(source, HIGHEST)?;
        let sentence = reading.sentence(reading.sentence_of(token));
        let end = reading.under(source).end.min(sentence.end).max(source + 1);
        let (before, after) = (sentence.start..token, end..sentence.end);
        let content = if before.len() > after.len() { before } else { after };
        let content = self.trimmed(content);
        (content.len() >= 3).then_some(Saying { verb: token, base: "according to", who, as_written, content })
    }
}

fn is_joint(reading: &Reading, token: usize) -> bool {
    matches!(reading.lower(token), "'s" | "-" | ".")
}

/// Subjects of verbs of saying that are nobody: "people say", "the sign says".
fn is_nobody(word: &str) -> bool {
    matches!(
        word,
        "people"
            | "thing"
            | "things"
            | "word"
            | "words"
            | "guy"
            | "guys"
            | "way"
            | "lot"
            | "one"
            | "everyone"
            | "everybody"
            | "anyone"
            | "anybody"
            | "nobody"
            | "someone"
            | "somebody"
            | "sign"
            | "rest"
            | "fact"
            | "numbers"
            | "data"
            | "time"
            | "point"
            | "part"
            | "idea"
            | "law"
            | "constitution"
            | "bible"
            | "movie"
            | "song"
    )
}
