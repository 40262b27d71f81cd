//! What somebody is said to have done, and who denies it.
//!
//! ```text
//! verbs of denial --what hangs on them--> denied --\
//!                                                   > pairs that speak of one thing
//! verbs of accusation and speech ------> claimed --/
//! ```
//!
//! A denial is told by its words: `denied that`, `rejected the claim`, `said it was a lie`, `falsely claimed`. What it is of stands
//! in the words that hang on it; where those only point back (`denied it`, `a claim he denies`), in the sentence before.

use std::ops::Range;

use language::parse::{Relation, Tag};
use serde::{Deserialize, Serialize};

use super::super::values::Value;
use super::super::words::is_in;
use super::tree::Core;
use super::{Claim, Fact, LONGEST_SENTENCE, MOST_CLAIMS, Reading, SENTENCES_OF_A_REPORT};

/// How something is claimed or denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::discrepancies) enum Stance {
    /// Somebody is accused of it, or it is reported.
    Accused,
    /// Somebody says so.
    Said,
    /// It is denied.
    Denied,
    /// What was said before is denied.
    DeniedBefore,
    /// Somebody calls it untrue.
    Untrue,
}

impl Stance {
    /// Whether it is denied.
    pub(in crate::discrepancies) fn denies(self) -> bool {
        matches!(self, Self::Denied | Self::DeniedBefore | Self::Untrue)
    }
}

/// Forms of the verb that denies whatever it is said of.
const DENYING: &str = "deny denies denied denying";
/// Verbs that deny a thing that somebody said.
const REJECTING: &str = "reject rejects rejected rejecting dismiss dismisses dismissed dismissing dispute disputes disputed \
    disputing refute refutes refuted refuting rebut rebuts rebutted debunk debunks debunked contradict contradicts contradicted \
    contradicting";
/// What they deny. Who dismisses a charge ends a case, and who rejects an idea need not say that it is not so.
const REJECTED: &str = "claim claims allegation allegations accusation accusations report reports suggestion suggestions rumor \
    rumors rumour rumours assertion assertions notion characterization characterisation";
/// What is said of somebody, in one word.
const CLAIMED: &str = "claim claims allegation allegations accusation accusations report reports suggestion suggestions rumor \
    rumors rumour rumours assertion assertions notion idea charge charges characterization characterisation";
/// What somebody is said to have done, in one word.
const DONE: &str = "involvement responsibility wrongdoing role knowledge existence guilt connection connections link links tie \
    ties complicity liability collusion plan plans intention intentions abuse abuses misconduct fraud atrocities corruption";
/// Words that only point back.
const POINTING: &str = "it that this them these those which what something anything wrongdoing all any such";
/// What is said of words that are not so.
const UNTRUE: &str =
    "false untrue lie lies hoax baseless unfounded fabricated fabrication nonsense fake inaccurate incorrect";
const TRUE: &str = "true accurate correct";
/// How somebody claims what is not so.
const FALSELY: &str = "falsely wrongly incorrectly baselessly erroneously";
/// Verbs of speech.
const SAYING: &str = "say says said saying tell tells told call calls called calling insist insists insisted write wrote posted \
    post responded maintain maintains maintained add added argue argues argued announced announces suggested suggests";
/// Verbs that say of somebody what he did.
const ACCUSING: &str = "accuse accuses accused accusing allege alleges alleged alleging blame blames blamed blaming claim claims \
    claimed claiming report reports reported suspect suspects suspected";

/// What turns a verb into its contrary, beside `not`.
const NOR: &str = "nor neither";
const NOBODY: &str = "nobody none few";

/// Of the words that are shown.
const MOST_BYTES: usize = 120;
/// What has fewer words that say something only points back.
const FEWEST_TERMS: usize = 4;

impl Reading<'_> {
    /// What is claimed, and what is denied.
    pub(super) fn stances(&self) -> Vec<Claim> {
        let stances = (0..self.terms.len()).filter_map(|at| {
            let lower = self.lower(at);
            let (stance, content) = self.denial(at, &lower).or_else(|| self.assertion(at, &lower))?;
            self.stance(at, stance, &content)
        });
        stances.take(MOST_CLAIMS).collect()
    }

    /// What a word says of its content.
    fn stance(&self, at: usize, stance: Stance, content: &[usize]) -> Option<Claim> {
        let claim = self.bare(Fact::Claim, Value::Stance(stance), &self.parsed.tokens[at].bytes())?;
        let mut core = Core::default();
        content.iter().for_each(|at| core.add(self.terms[*at], 100));
        Some(Claim { core: core.weighted(), said: self.text[self.words_of(at)].to_owned(), ..claim })
    }

    /// A denial by this word, with the words that say what is denied.
    fn denial(&self, at: usize, lower: &str) -> Option<(Stance, Vec<usize>)> {
        let is_verb = self.is_verb(at);
        let is_denied = is_verb
            && ((is_in(DENYING, lower) && self.denies(at))
                || (is_in(REJECTING, lower)
                    && self.object_of(at).is_some_and(|object| is_in(REJECTED, &self.lower(object)))))
            && !self.is_negated(at);
        let is_untrue = self.is_said_untrue(at, lower) || (is_verb && self.is_said_falsely(at, lower));
        if !is_denied && !is_untrue {
            return None;
        }
        // Who denies it and warns of a plot denies no plot.
        let own = self.content_of(at, &[Relation::Nsubj, Relation::Conj]);
        let points = own.len() < FEWEST_TERMS;
        let content = if points { self.content_near(at) } else { own };
        let stance = match (is_untrue, points) {
            (true, _) => Stance::Untrue,
            (false, true) => Stance::DeniedBefore,
            (false, false) => Stance::Denied,
        };
        Some((stance, content))
    }

    /// Whether a form of "deny" is said of words or deeds, and not of what somebody asked for.
    fn denies(&self, at: usize) -> bool {
        let token = &self.parsed.tokens[at];
        let has = |relation: Relation| self.child_as(at, relation).is_some();
        let is_claimed = |at: usize| {
            let lower = self.lower(at);
            is_in(CLAIMED, &lower) || is_in(DONE, &lower) || is_in(POINTING, &lower)
        };
        if has(Relation::Dative) {
            return false;
        }
        // "A claim denied by the mayor", but "passengers denied boarding".
        if has(Relation::Auxpass) || (token.tag == Tag::Vbn && token.relation == Relation::Acl) {
            let is_refused = self.object_of(at).is_some_and(|object| !is_claimed(object));
            return !is_refused
                && has(Relation::Agent)
                && (token.relation != Relation::Acl || is_claimed(token.head as usize));
        }
        match self.object_of(at) {
            Some(object) => is_claimed(object) || self.parsed.tokens[object].tag == Tag::Vbg,
            None => {
                has(Relation::Ccomp)
                    || has(Relation::Xcomp)
                    || (token.relation == Relation::Relcl && is_claimed(token.head as usize))
            }
        }
    }

    /// `said it was a lie`, `called the report false`, `told us that was not true`.
    fn is_said_untrue(&self, at: usize, lower: &str) -> bool {
        let verb = self.parsed.tokens[at].head as usize;
        let token = &self.parsed.tokens[at];
        // Who says that hearts lie in tatters calls nobody a liar.
        let is_word = matches!(token.tag, Tag::Nn | Tag::Nns | Tag::Jj)
            && !(lower.starts_with("lie") && token.relation == Relation::Ccomp);
        let is_untrue = is_word && is_in(UNTRUE, lower) && !self.is_negated(verb);
        let is_not_true = is_in(TRUE, lower) && self.is_negated(verb);
        let is_predicate =
            matches!(token.relation, Relation::Attr | Relation::Acomp | Relation::Oprd | Relation::Ccomp);
        if !is_predicate || !(is_untrue || is_not_true) {
            return false;
        }
        let over = self.parsed.tokens[verb].head as usize;
        [verb, over].into_iter().any(|verb| {
            self.is_verb(verb) && is_in(SAYING, &self.lower(verb)) && self.has_other_speaker(verb)
        })
    }

    /// `falsely claimed`.
    fn is_said_falsely(&self, at: usize, lower: &str) -> bool {
        let is_falsely = |how: usize| is_in(FALSELY, &self.lower(how));
        (is_in(ACCUSING, lower) || is_in(SAYING, lower))
            && (self.child_as(at, Relation::Advmod).is_some_and(is_falsely)
                || at.checked_sub(1).is_some_and(is_falsely))
    }

    /// Whether a verb of speech is said of somebody else than those who talk.
    fn has_other_speaker(&self, verb: usize) -> bool {
        self.child_as(verb, Relation::Nsubj)
            .is_some_and(|subject| !matches!(self.lower(subject).as_str(), "i" | "you" | "we"))
    }

    /// Whether a verb of speech reports somebody: in a long programme, somebody who is named. There people say much of
    /// each other that nobody denies.
    fn reports_somebody(&self, verb: usize) -> bool {
        let is_long = self.parsed.sentences.len() > SENTENCES_OF_A_REPORT;
        let is_named = |subject: usize| matches!(self.parsed.tokens[subject].tag, Tag::Nnp | Tag::Nnps);
        self.child_as(verb, Relation::Nsubj)
            .is_some_and(|subject| is_named(subject) || (!is_long && self.has_other_speaker(verb)))
    }

    /// What this word claims of somebody, with the words that say what.
    fn assertion(&self, at: usize, lower: &str) -> Option<(Stance, Vec<usize>)> {
        if !self.is_verb(at) {
            return None;
        }
        let has = |relations: &[Relation]| relations.iter().any(|one| self.child_as(at, *one).is_some());
        let stance = if is_in(ACCUSING, lower)
            && has(&[Relation::Dobj, Relation::Ccomp, Relation::Prep, Relation::Nsubjpass, Relation::Xcomp])
        {
            Stance::Accused
        } else if is_in(SAYING, lower) && has(&[Relation::Ccomp]) && self.reports_somebody(at) {
            Stance::Said
        } else {
            return None;
        };
        // Who says that it is not so denies it in other words.
        let claimed = [Relation::Ccomp, Relation::Xcomp].map(|relation| self.child_as(at, relation));
        if self.is_negated(at) || claimed.into_iter().flatten().any(|claimed| self.is_negated(claimed)) {
            return None;
        }
        let content = self.content_of(at, &[Relation::Nsubj]);
        (content.len() >= FEWEST_TERMS).then_some((stance, content))
    }

    /// The words below a verb that say something, but for what hangs on it by some relations.
    fn content_of(&self, at: usize, but_for: &[Relation]) -> Vec<usize> {
        let mut below = self.all_below(at);
        let others = self.children(at).filter(|child| but_for.contains(&self.parsed.tokens[*child].relation));
        for other in others {
            let of_other = self.all_below(other);
            below.retain(|at| *at != other && !of_other.contains(at));
        }
        below.retain(|at| self.is_content(*at));
        below
    }

    /// The words of its sentence and of the one before that say something.
    fn content_near(&self, at: usize) -> Vec<usize> {
        let Some(number) = self.sentence_of(at) else { return Vec::new() };
        let first = self.parsed.sentences[number.saturating_sub(1)].start as usize;
        let after = self.parsed.sentences[number].end as usize;
        let near = (first..after).rev().take(LONGEST_SENTENCE);
        near.filter(|near| *near != at && self.is_content(*near)).collect()
    }

    fn is_content(&self, at: usize) -> bool {
        let lower = self.lower(at);
        self.terms[at].is_some() && !is_in(CLAIMED, &lower) && !is_in(POINTING, &lower)
    }

    /// A word with what hangs on it behind it, as far as it is shown.
    fn words_of(&self, at: usize) -> Range<usize> {
        let own = self.parsed.tokens[at].bytes();
        let below = self.all_below(at).into_iter().filter(|below| *below > at);
        let ends = below.map(|below| self.parsed.tokens[below].end as usize);
        own.start..ends.filter(|end| *end <= own.start + MOST_BYTES).fold(own.end, usize::max)
    }

    /// Everything that hangs on a word.
    fn all_below(&self, at: usize) -> Vec<usize> {
        const MOST: usize = 80;
        let (mut found, mut next) = (Vec::new(), vec![at]);
        while let Some(one) = next.pop().filter(|_| found.len() < MOST) {
            found.extend(self.children(one));
            next.extend(self.children(one));
        }
        found
    }

    fn object_of(&self, at: usize) -> Option<usize> {
        self.child_as(at, Relation::Dobj)
    }

    /// `did not deny`, `neither confirmed nor denied`, `refused to confirm or deny`, `nobody denies`.
    fn is_negated(&self, at: usize) -> bool {
        let is = |back: usize, words: &str| {
            at.checked_sub(back).is_some_and(|before| is_in(words, &self.lower(before)))
        };
        let mut before = (1..=2).filter_map(|back| at.checked_sub(back));
        let subject = self.child_as(at, Relation::Nsubj);
        before.any(|before| is_in(NOR, &self.lower(before)))
            || is(1, "no") // "There is no denying that."
            || (is(1, "or") && is(2, "confirm confirms confirmed confirming"))
            || self.child_as(at, Relation::Neg).is_some()
            || subject.is_some_and(|subject| is_in(NOBODY, &self.lower(subject)))
    }
}
