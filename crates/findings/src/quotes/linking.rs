//! Which statements are the same: the same words, or the same told in other words of the same speaker and day.
//!
//! ```text
//! statements --rare runs of words, rare words of one speaker--> pairs worth a look --aligned--> links
//! ```
//!
//! A link that is wrong is worse than one that is missing. The fewer and the commoner the shared words, the nearer the
//! days must be; two calls that were both "a great call" stay two.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;

/// A statement as linking sees it.
pub(super) struct Side<'a> {
    pub(super) words: &'a str,
    /// The speaker's own words in it; all if empty.
    pub(super) quoted: &'a [String],
    /// By resolved name.
    pub(super) speaker: Option<&'a str>,
    /// When its document was published.
    pub(super) day: Option<Date>,
    pub(super) said_on: Option<Date>,
    /// Whether it is in a reporter's words.
    pub(super) is_indirect: bool,
    /// How sure its speaker is, 0 to 100.
    pub(super) certainty: u8,
}

/// Two statements that are the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Link {
    pub(super) left: usize,
    pub(super) right: usize,
    pub(super) is_verbatim: bool,
    /// The share of the shorter one that is shared, weighed by rareness.
    pub(super) shared: f32,
}

/// Words in a run that makes a pair worth a look.
const RUN: usize = 4;
/// A run that more statements have tells nothing; it also bounds the pairs.
const MOST_OF_RUN: usize = 60;
/// The same of a word of one speaker's statements of near days.
const MOST_OF_WORD: usize = 120;
/// Words of a statement that are aligned; the rest of a longer one is left out.
const LONGEST: usize = 120;

/// Weights of what is shared (sums of [`Linker::weight`]) and the days that statements may then lie
/// apart. Fitted on a half of the development set; see the page on statements.
const REACH: &[(f32, i32)] = &[(90.0, 400), (60.0, 30), (36.0, 8), (20.0, 2), (11.0, 1)];

/// Rareness is counted over the archive and so many statements more, of which so many have a function word and so
/// many any other word. With it a small archive weighs words as a large one does.
const ALL_KNOWN: f32 = 20_000.0;
const FUNCTION_KNOWN: f32 = 2_000.0;
const CONTENT_KNOWN: f32 = 10.0;

/// All links, in order.
pub(super) fn links(sides: &[Side]) -> Vec<Link> {
    let linker = Linker::of(sides);
    let mut links: Vec<Link> =
        linker.pairs().into_iter().filter_map(|(left, right)| linker.link(left as usize, right as usize)).collect();
    links.sort_by_key(|link| (link.left, link.right));
    links
}

struct Linker<'a> {
    sides: &'a [Side<'a>],
    tokens: Vec<Vec<u32>>,
    /// Parts that a statement may be the same by: its own words, or the quotations in it.
    own: Vec<Vec<Vec<u32>>>,
    weight: Vec<f32>,
    is_content: Vec<bool>,
    /// A word to its stem, as an index too.
    stem: Vec<u32>,
    /// Weight by stem.
    stem_weight: Vec<f32>,
}

impl<'a> Linker<'a> {
    fn of(sides: &'a [Side<'a>]) -> Self {
        let mut index: HashMap<String, u32> = HashMap::new();
        let mut names = Vec::new();
        let mut read = |text: &str| -> Vec<u32> {
            words(text)
                .into_iter()
                .take(LONGEST)
                .map(|word| {
                    *index.entry(word).or_insert_with_key(|word| {
                        names.push(word.clone());
                        u32::try_from(names.len() - 1).unwrap_or(u32::MAX)
                    })
                })
                .collect()
        };
        let tokens: Vec<Vec<u32>> = sides.iter().map(|side| read(side.words)).collect();
        let own = sides.iter().map(|side| side.quoted.iter().map(|part| read(part)).collect()).collect();
        let mut stems: HashMap<String, u32> = HashMap::new();
        let stem = names
            .iter()
            .map(|word| {
                let next = u32::try_from(stems.len()).unwrap_or(u32::MAX);
                *stems.entry(stem_of(word)).or_insert(next)
            })
            .collect::<Vec<u32>>();
        let mut with = vec![0u32; names.len()];
        let mut with_stem = vec![0u32; stems.len()];
        for words in &tokens {
            words.iter().collect::<BTreeSet<_>>().into_iter().for_each(|&word| with[word as usize] += 1);
            let stems: BTreeSet<u32> = words.iter().map(|&word| stem[word as usize]).collect();
            stems.into_iter().for_each(|stem| with_stem[stem as usize] += 1);
        }
        let all = sides.len() as f32 + ALL_KNOWN;
        let is_content: Vec<bool> = names.iter().map(|word| !is_function_word(word)).collect();
        let rareness = |count: u32, is_content: bool| {
            (all / (count as f32 + if is_content { CONTENT_KNOWN } else { FUNCTION_KNOWN })).ln()
        };
        let weight = with.iter().zip(&is_content).map(|(&count, &is_content)| rareness(count, is_content)).collect();
        let stem_weight = with_stem.iter().map(|&count| rareness(count, true)).collect();
        Self { sides, tokens, own, weight, is_content, stem, stem_weight }
    }

    /// Pairs that share a rare run of words, or of one speaker and near days several rare words.
    fn pairs(&self) -> BTreeSet<(u32, u32)> {
        let mut pairs = BTreeSet::new();
        let mut by_run: HashMap<u64, Vec<u32>> = HashMap::new();
        for (at, tokens) in self.tokens.iter().enumerate() {
            let runs: BTreeSet<u64> = tokens.windows(RUN).map(hash).collect();
            runs.into_iter().for_each(|run| by_run.entry(run).or_default().push(at as u32));
        }
        for found in by_run.values().filter(|found| found.len() > 1) {
            self.near_pairs(found, MOST_OF_RUN, &mut |pair| {
                pairs.insert(pair);
            });
        }
        self.pairs_of_speakers(&mut pairs);
        pairs
    }

    /// Pairs among statements with something in common; of too many, only those of near days.
    fn near_pairs(&self, found: &[u32], most: usize, take: &mut dyn FnMut((u32, u32))) {
        let mut found = found.to_vec();
        found.sort_by_key(|&at| (self.sides[at as usize].day, at));
        for (place, &left) in found.iter().enumerate() {
            for &right in found[place + 1..].iter().take(most) {
                take((left.min(right), left.max(right)));
            }
        }
    }

    fn pairs_of_speakers(&self, pairs: &mut BTreeSet<(u32, u32)>) {
        let mut groups: BTreeMap<(&str, i32), Vec<u32>> = BTreeMap::new();
        for (at, side) in self.sides.iter().enumerate() {
            if let (Some(speaker), Some(day)) = (side.speaker, side.day) {
                let day = day_number(day);
                // A group for each day and the one after, so that statements of neighbouring days meet.
                for day in [day, day + 1] {
                    groups.entry((speaker, day)).or_default().push(at as u32);
                }
            }
        }
        for group in groups.values().filter(|group| group.len() > 1) {
            let mut by_stem: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
            for &at in group {
                let stems: BTreeSet<u32> = self.content(at as usize);
                stems.into_iter().for_each(|stem| by_stem.entry(stem).or_default().push(at));
            }
            let mut shared: HashMap<(u32, u32), f32> = HashMap::new();
            for (stem, found) in by_stem.iter().filter(|(_, found)| found.len() > 1) {
                self.near_pairs(found, MOST_OF_WORD, &mut |pair| {
                    *shared.entry(pair).or_default() += self.stem_weight[*stem as usize];
                });
            }
            pairs.extend(shared.into_iter().filter(|(_, weight)| *weight >= LEAST_TOLD).map(|(pair, _)| pair));
        }
    }

    /// The stems of the words of a statement that tell something.
    fn content(&self, at: usize) -> BTreeSet<u32> {
        let telling = |&&word: &&u32| self.is_content[word as usize];
        self.tokens[at].iter().filter(telling).map(|&word| self.stem[word as usize]).collect()
    }

    fn link(&self, left: usize, right: usize) -> Option<Link> {
        let (a, b) = (&self.sides[left], &self.sides[right]);
        if !self.may_be_one(a, b) {
            return None;
        }
        let days = days_apart(a, b);
        let verbatim = self.verbatim(left, right).and_then(|(shared, weight, run)| {
            let reach = REACH.iter().find(|(least, _)| weight >= *least).map(|(_, days)| *days)?;
            let agree = a.speaker.is_some() && a.speaker == b.speaker;
            // Of unknown or differing speakers: only long runs, which nobody says twice by chance.
            let is_sure = agree || weight >= 30.0;
            (days? <= reach && is_sure && (run >= 3 || shared > 0.95)).then_some(Link { left, right, is_verbatim: true, shared })
        });
        verbatim.or_else(|| self.told_alike(left, right, days?))
    }

    /// Whether speakers and days allow two statements to be one.
    fn may_be_one(&self, a: &Side, b: &Side) -> bool {
        let is_clash = match (a.speaker, b.speaker) {
            (Some(a_name), Some(b_name)) => a_name != b_name && a.certainty >= 70 && b.certainty >= 70,
            _ => false,
        };
        let on_other_days = match (a.said_on, b.said_on) {
            (Some(a), Some(b)) => (day_number(a) - day_number(b)).abs() > 1,
            _ => false,
        };
        !is_clash && !on_other_days
    }

    /// What two statements share word by word: the share, its weight, and the longest run.
    fn verbatim(&self, left: usize, right: usize) -> Option<(f32, f32, usize)> {
        let mut best: Option<(f32, f32, usize)> = None;
        let whole = |at: usize| std::iter::once(&self.tokens[at]);
        let parts = |at: usize| self.own[at].iter();
        let mut weigh = |a: &Vec<u32>, b: &Vec<u32>| {
            let (matched, run) = self.aligned(a, b);
            let total = |words: &[u32]| words.iter().map(|&word| self.weight[word as usize]).sum::<f32>();
            let smaller = total(a).min(total(b)).max(0.01);
            let shared = (matched / smaller).min(1.0);
            if shared >= LEAST_SHARED && best.is_none_or(|(_, weight, _)| matched > weight) {
                best = Some((shared, matched, run));
            }
        };
        for a in whole(left).chain(parts(left)) {
            for b in whole(right).chain(parts(right)) {
                weigh(a, b);
            }
        }
        best
    }

    /// The weight of the longest common subsequence, and its longest run.
    fn aligned(&self, a: &[u32], b: &[u32]) -> (f32, usize) {
        let mut row = vec![0f32; b.len() + 1];
        let mut runs = vec![0usize; b.len() + 1];
        let mut longest = 0;
        for &word in a {
            let (mut corner, mut corner_run) = (0f32, 0usize);
            for (at, &other) in b.iter().enumerate() {
                let (above, above_run) = (row[at + 1], runs[at + 1]);
                if word == other {
                    row[at + 1] = corner + self.weight[word as usize];
                    runs[at + 1] = corner_run + 1;
                    longest = longest.max(runs[at + 1]);
                } else {
                    row[at + 1] = above.max(row[at]);
                    runs[at + 1] = 0;
                }
                (corner, corner_run) = (above, above_run);
            }
        }
        (row[b.len()], longest)
    }

    /// The same in other words: of one speaker and of near days, one of them a report.
    fn told_alike(&self, left: usize, right: usize, days: i32) -> Option<Link> {
        let (a, b) = (&self.sides[left], &self.sides[right]);
        let is_one = a.speaker.is_some() && a.speaker == b.speaker && days <= 1;
        if !is_one || !(a.is_indirect || b.is_indirect) || a.certainty.min(b.certainty) < 50 {
            return None;
        }
        let (of_a, of_b) = (self.content(left), self.content(right));
        let sum = |stems: &BTreeSet<u32>| stems.iter().map(|&stem| self.stem_weight[stem as usize]).sum::<f32>();
        let both: BTreeSet<u32> = of_a.intersection(&of_b).copied().collect();
        let weight = sum(&both);
        let shared = weight / sum(&of_a).min(sum(&of_b)).max(0.01);
        let of_larger = weight / sum(&of_a).max(sum(&of_b)).max(0.01);
        (both.len() >= 3 && weight >= LEAST_TOLD && shared >= LEAST_TOLD_SHARE && of_larger >= LEAST_TOLD_OF_LARGER)
            .then_some(Link { left, right, is_verbatim: false, shared })
    }
}

/// The least share, by weight, of the shorter of two statements in the same words.
const LEAST_SHARED: f32 = 0.75;
/// The least weight of the words that two statements in other words share, and the least shares of the two.
const LEAST_TOLD: f32 = 12.0;
const LEAST_TOLD_SHARE: f32 = 0.55;
const LEAST_TOLD_OF_LARGER: f32 = 0.33;

fn days_apart(a: &Side, b: &Side) -> Option<i32> {
    Some((day_number(a.day?) - day_number(b.day?)).abs())
}

fn day_number(day: Date) -> i32 {
    day.duration_since(Date::ZERO).as_hours() as i32 / 24
}

fn hash(words: &[u32]) -> u64 {
    words.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &word| (hash ^ u64::from(word)).wrapping_mul(0x0100_0000_01b3))
}

/// The words of a text in lower case; contractions and possessives stay one word.
pub(super) fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .replace('’', "'")
        .split(|char: char| !char.is_alphanumeric() && char != '\'')
        .map(|word| word.trim_matches('\''))
        .map(|word| word.strip_suffix("'s").unwrap_or(word))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// A word without its regular ending: good enough to see that "meeting" and "meet" are about the same.
fn stem_of(word: &str) -> String {
    let cut = |ending: &str| word.strip_suffix(ending).filter(|stem| stem.chars().count() >= 4);
    let stem = cut("ations").or_else(|| cut("ation")).or_else(|| cut("ings")).or_else(|| cut("ing")).or_else(|| cut("ers")).or_else(|| cut("ed")).or_else(|| cut("es")).or_else(|| cut("er"))
        .or_else(|| cut("ly")).or_else(|| word.strip_suffix('s').filter(|stem| stem.len() >= 3 && !stem.ends_with('s')));
    stem.unwrap_or(word).trim_end_matches('e').to_owned()
}

/// Words that tell nothing by themselves.
fn is_function_word(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "a", "about", "after", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be", "because", "been", "before", "being", "but", "by", "can", "could",
        "did", "do", "does", "doing", "don't", "for", "from", "get", "go", "going", "got", "had", "has", "have", "he", "he'll", "her", "here", "him", "his", "how", "i", "i'll", "i'm", "i've", "if", "in",
        "into", "is", "it", "its", "just", "know", "like", "may", "me", "more", "much", "my", "no", "not", "now", "of", "on", "one", "only", "or", "other", "our", "out", "over", "really", "said", "say", "says",
        "she", "should", "so", "some", "such", "than", "that", "the", "their", "them", "then", "there", "these", "they", "they're", "thing", "things", "think", "this", "those", "to", "too", "up", "us",
        "very", "was", "we", "we'll", "we're", "we've", "well", "were", "what", "when", "where", "which", "who", "will", "with", "would", "yes", "you", "you're", "your",
    ];
    WORDS.contains(&word)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn side<'a>(words: &'a str, speaker: &'a str, day: i8) -> Side<'a> {
        Side {
            words,
            quoted: &[],
            speaker: Some(speaker),
            day: Some(date(2024, 5, day)),
            said_on: None,
            is_indirect: false,
            certainty: 90,
        }
    }

    /// Statements of others, so that common words are common and rare ones rare.
    fn others() -> Vec<Side<'static>> {
        const OTHERS: [&str; 6] = [
            "we had a good day at the harbour and a great evening",
            "it was a great thing to see and we had a call",
            "the council has a great deal to do and it will be late",
            "nobody knows what the winter will bring to the town",
            "the school opens again when the roof is repaired",
            "there was no great call for it when we had the vote",
        ];
        (0..60).map(|at| side(OTHERS[at % OTHERS.len()], "Somebody Else", (at % 27) as i8 + 1)).collect()
    }

    #[track_caller]
    fn check(left: Side, right: Side, expected: Option<bool>) {
        let words = (left.words.to_owned(), right.words.to_owned());
        let mut sides = vec![left, right];
        sides.extend(others());
        let link = links(&sides).into_iter().find(|link| link.left == 0 && link.right == 1);
        assert_eq!(link.map(|link| link.is_verbatim), expected, "for {words:?}");
    }

    #[test]
    fn same_words_are_the_same_statement_while_days_allow() {
        let long = "the breakwater at Skerry Island must be rebuilt before another storm sweeps the ferries away";
        check(side(long, "Mara Lindqvist", 3), side(long, "Mara Lindqvist", 20), Some(true));
        let part = "must be rebuilt before another storm sweeps the ferries away";
        check(side(long, "Mara Lindqvist", 3), side(part, "Mara Lindqvist", 3), Some(true));
        // Said of two calls, weeks apart.
        let short = "We had a great call";
        check(side(short, "Mara Lindqvist", 3), side(short, "Mara Lindqvist", 25), None);
        // Two people may say the same few words.
        check(side("the ferries stop", "Mara Lindqvist", 3), side("the ferries stop", "Jonas Ek", 3), None);
    }

    #[test]
    fn a_report_tells_the_same_in_other_words() {
        let report = |words, day| Side { is_indirect: true, ..side(words, "Mara Lindqvist", day) };
        let clip = "And we will probably rebuild the breakwater at Skerry Island";
        check(report("she would rebuild the Skerry breakwater", 3), side(clip, "Mara Lindqvist", 4), Some(false));
        check(report("she would rebuild the Skerry breakwater", 9), side(clip, "Mara Lindqvist", 4), None);
        check(report("she would never leave the town", 3), side(clip, "Mara Lindqvist", 4), None);
    }

    #[test]
    fn words_are_compared_without_marks() {
        assert_eq!(words("“We’ll meet,” she said: DON'T!"), ["we'll", "meet", "she", "said", "don't"]);
    }
}
