//! Numbers and times that are no claims: ages, addresses, scores, wholes of which a part is told, when something was, schedules.

use std::ops::Range;

use language::parse::Tag;

use super::super::words;
use super::Reading;

impl Reading<'_> {
    /// Whether a sentence tells when something happens again and again: `weekdays at 8 p.m.`.
    pub(super) fn is_schedule(&self, sentence: &Range<u32>) -> bool {
        const AGAIN: &str = "mondays tuesdays wednesdays thursdays fridays saturdays sundays weekdays weeknights weekends daily \
            nightly weekly every each airs airing";
        (sentence.start as usize..sentence.end as usize).any(|at| words::is_in(AGAIN, &self.lower(at)))
    }

    /// `80 years old`, `14-year-old`, `aged 14`, `Mara Quill, 52,`.
    pub(super) fn is_age(&self, span: &Range<usize>) -> bool {
        let is = |at: usize, word: &str| at < self.terms.len() && self.lower(at) == word;
        let behind = if is(span.end, "-") { span.end + 1 } else { span.end };
        let before = span.start.checked_sub(1);
        let is_row = before.is_some_and(|before| before > 1 && is(before, "and") && is(before - 2, "aged"));
        let is_as =
            is_row || before.is_some_and(|before| before > 0 && is(before, "as") && is(before - 1, "young"));
        let is_behind_name = span.len() == 1
            && is(span.end, ",")
            && before.is_some_and(|before| {
                before > 0 && is(before, ",") && self.parsed.tokens[before - 1].tag == Tag::Nnp
            });
        is_as
            || is_behind_name
            || is(behind, "old")
            || is(behind, "olds")
            || before.is_some_and(|before| is(before, "aged") || is(before, "age") || is(before, "young"))
    }

    /// `12 Harbour Road`.
    pub(super) fn is_address(&self, span: &Range<usize>) -> bool {
        const LONGEST_NAME: usize = 3;
        let is_name = |at: &usize| matches!(self.parsed.tokens[*at].tag, Tag::Nnp | Tag::Nnps);
        let name = (span.end..self.terms.len()).take(LONGEST_NAME).take_while(is_name);
        name.skip(1).any(|at| {
            matches!(
                self.lower(at).as_str(),
                "road" | "street" | "avenue" | "lane" | "drive" | "boulevard" | "highway" | "square"
            )
        })
    }

    /// `two of the four`: the four are no news.
    pub(super) fn is_whole(&self, span: &Range<usize>) -> bool {
        let before = |back: usize| span.start.checked_sub(back).map(|at| self.lower(at)).unwrap_or_default();
        let is_definite =
            matches!(before(1).as_str(), "the" | "its" | "their" | "our" | "his" | "her" | "those" | "these");
        (is_definite && before(2) == "of") || (before(1) == "of" && before(2) == "out")
    }

    /// `51 to 49`, `90-10`, `24/7`: two numbers that are one value.
    pub(super) fn is_score(&self, span: &Range<usize>) -> bool {
        let is_number = |at: Option<usize>| {
            at.filter(|at| *at < self.terms.len()).is_some_and(|at| self.parsed.tokens[at].tag == Tag::Cd)
        };
        let is_joint = |at: Option<usize>| {
            at.filter(|at| *at < self.terms.len()).is_some_and(|at| {
                matches!(self.lower(at).as_str(), "to" | "-" | "/" | "\u{2013}" | "versus" | "vs.")
            })
        };
        (is_joint(span.start.checked_sub(1)) && is_number(span.start.checked_sub(2)))
            || (is_joint(Some(span.end)) && is_number(Some(span.end + 1)))
            || self.parsed.tokens[span.clone()].iter().any(|token| {
                let written = token.text(self.text);
                written.contains('/')
                    || (written.contains('-') && written.ends_with(|last: char| last.is_ascii_digit()))
            })
    }

    /// Whether a length of time is how long something took, and not when it was: `two days later`, `in three years`.
    pub(super) fn is_length(&self, span: &Range<usize>) -> bool {
        const BEHIND: [&str; 13] = [
            "ago", "later", "earlier", "from", "before", "after", "apart", "away", "early", "late", "since",
            "prior", "pregnant",
        ];
        const BEFORE: [&str; 12] = [
            "in", "within", "every", "first", "next", "coming", "per", "each", "another", "these", "until",
            "by",
        ];
        let is_in = |at: Option<usize>, words: &[&str]| {
            at.filter(|at| *at < self.terms.len()).is_some_and(|at| words.contains(&self.lower(at).as_str()))
        };
        let before = span.start.checked_sub(1);
        let before_article = span.start.checked_sub(2).filter(|_| is_in(before, &["the", "a"]));
        // "In the last two days" tells when; "for the last two days" tells how long.
        let is_past = is_in(before, &["last", "past"])
            && is_in(span.start.checked_sub(2), &["the"])
            && is_in(span.start.checked_sub(3), &["in", "over", "within", "during", "of"]);
        // "Killed over two days" tells when; "lasted over two hours" tells how long.
        let is_when = is_in(Some(span.start), &["over"])
            && before.is_some_and(|at| {
                !matches!(
                    self.lower(at).as_str(),
                    "lasted" | "for" | "after" | "took" | "," | "time" | "lasting" | "spent" | "was" | "is"
                )
            });
        !(is_when
            || is_past
            || is_in(Some(span.end), &BEHIND)
            || is_in(before, &BEFORE)
            || is_in(before_article, &BEFORE))
    }
}
