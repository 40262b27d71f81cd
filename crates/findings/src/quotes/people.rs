//! The people of one document: their full names, what they are, and where each is mentioned.
//!
//! ```text
//! names that the parser found, titles before names --> full names, roles by apposition
//! words of the text --with both--> mentions, pronouns among them
//! ```
//!
//! What publishers type in titles and descriptions is spelt right; what was heard is matched to it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use language::dates::weekday;
use language::entities;
use language::parse::{EntityKind, Relation, Tag};

use super::reading::Reading;
use super::who::{self, Role, Who};

/// How many sentences back a pronoun may reach. Farther back its person has usually been named again.
const FARTHEST: usize = 5;

/// The people that a document names.
#[derive(Default)]
pub(super) struct People {
    /// Full names by how often they stand there; typed ones count more.
    full: BTreeMap<String, u32>,
    typed: BTreeSet<String>,
    /// The full name for a surname in lower case.
    by_surname: BTreeMap<String, String>,
    /// The full name for a given name that only one of them has, in lower case.
    by_given: BTreeMap<String, Option<String>>,
    /// What each is, in the order of the document.
    pub(super) roles: Vec<(Role, String)>,
}

/// A place where somebody is mentioned.
#[derive(Clone, Debug)]
pub(super) struct Mention {
    pub(super) tokens: Range<usize>,
    pub(super) who: Who,
    /// Whether it is the subject of a clause.
    pub(super) is_subject: bool,
    /// Whether it is the subject of its sentence.
    pub(super) is_main: bool,
}

/// A document that has more typed names is a list of names, and none of them is compared with what was heard: each mention
/// would be compared with each.
const MOST_COMPARED: usize = 1_000;

/// As many full names are kept of one document, the most frequent ones: a longer list is no report.
const MOST_NAMES: usize = 5_000;

/// As many roles are learnt of one document; each mention of a role is held against all.
const MOST_ROLES: usize = 2_000;

/// A typed name outweighs this many heard ones.
const TYPED_WEIGHT: u32 = 5;

impl People {
    /// The people of a document: `typed` is what its publisher wrote, `heard` what was said.
    ///
    /// `title` is where the first text's title ends, in bytes: all words of a title may have capitals, so that only
    /// names that stand elsewhere too are believed.
    pub(super) fn of(typed: &Reading, title: usize, heard: &Reading) -> Self {
        let mut people = Self::default();
        let stands_elsewhere = |name: &str| {
            let rest = typed.text.get(title..).unwrap_or_default();
            rest.contains(name) || heard.text.contains(name)
        };
        let spelling = Spelling::of([typed, heard]);
        for (reading, weight) in [(typed, TYPED_WEIGHT), (heard, 1)] {
            for (tokens, name) in full_names(reading) {
                let is_titled = weight == TYPED_WEIGHT && reading.bytes(&tokens).end <= title;
                if (is_titled && !stands_elsewhere(&name)) || !spelling.is_name(&name) || is_headline(&name) {
                    continue;
                }
                if weight == TYPED_WEIGHT {
                    people.typed.insert(name.clone());
                }
                *people.full.entry(name).or_default() += weight;
            }
        }
        people.keep_most_frequent();
        people.index();
        for reading in [typed, heard] {
            people.learn_roles(reading);
        }
        people
    }

    fn keep_most_frequent(&mut self) {
        if self.full.len() > MOST_NAMES {
            let mut names: Vec<(String, u32)> = std::mem::take(&mut self.full).into_iter().collect();
            names.sort_by(|(one, one_count), (other, other_count)| {
                other_count.cmp(one_count).then_with(|| one.cmp(other))
            });
            names.truncate(MOST_NAMES);
            self.full = names.into_iter().collect();
            self.typed.retain(|name| self.full.contains_key(name));
        }
    }

    fn index(&mut self) {
        let mut best: BTreeMap<String, (u32, String)> = BTreeMap::new();
        for (name, &count) in &self.full {
            let given = first_word(name);
            let one = self.by_given.entry(given).or_insert_with(|| Some(name.clone()));
            if one.as_ref().is_some_and(|other| last_word(other) != last_word(name)) {
                *one = None;
            }
            let known = best.entry(last_word(name)).or_default();
            if count > known.0 {
                *known = (count, name.clone());
            }
        }
        self.by_surname = best.into_iter().map(|(surname, (_, name))| (surname, name)).collect();
    }

    fn learn_roles(&mut self, reading: &Reading) {
        for (tokens, name) in full_names(reading) {
            if self.roles.len() >= MOST_ROLES {
                break;
            }
            let name = self.canonical(&name);
            // A pope is one by name.
            let first = first_word(&name);
            self.roles.extend(Role::of([first.as_str()]).map(|role| (role, name.clone())));
            for role in
                [role_before(reading, tokens.start), role_after(reading, tokens.end)].into_iter().flatten()
            {
                self.roles.push((role, name.clone()));
            }
        }
    }

    /// The full names with their weights.
    pub(super) fn full(&self) -> impl Iterator<Item = (&str, bool)> {
        self.full.keys().map(|name| (name.as_str(), self.typed.contains(name)))
    }

    /// The spelling that the document's publisher typed, for a name that was heard otherwise.
    fn canonical(&self, name: &str) -> String {
        if self.typed.contains(name) || self.typed.len() > MOST_COMPARED {
            return name.to_owned();
        }
        let mut matches = self.typed.iter().filter(|typed| is_misheard(name, typed));
        match (matches.next(), matches.next()) {
            (Some(typed), None) => typed.clone(),
            _ => name.to_owned(),
        }
    }

    /// Whom some words of a name mean.
    pub(super) fn person(&self, name: &str) -> Who {
        if name.contains(' ') {
            let by_surname = self.by_surname.get(&last_word(name));
            let is_same = |known: &&String| {
                name.to_lowercase().split_whitespace().any(|word| word == first_word(known))
            };
            return Who::Person(by_surname.filter(is_same).cloned().unwrap_or_else(|| self.canonical(name)));
        }
        let word = name.to_lowercase();
        let known = self.by_surname.get(&word).or_else(|| self.by_given.get(&word).and_then(Option::as_ref));
        Who::Person(known.map_or_else(|| name.to_owned(), |known| self.canonical(known)))
    }

    /// Whether a word is the surname of somebody whose full name the document has.
    fn is_surname(&self, word: &str) -> bool {
        self.by_surname.contains_key(word)
    }

    /// Who of the document has a role: the one who has it most often.
    pub(super) fn holder(&self, role: &Role) -> Option<&str> {
        let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
        for (_, name) in self.roles.iter().filter(|(own, _)| own.is_meant_by(role)) {
            *counts.entry(name).or_default() += 1;
        }
        let most = counts.values().copied().max()?;
        let mut best = counts.iter().filter(|(_, count)| **count == most);
        match (best.next(), best.next()) {
            (Some((name, _)), None) => Some(name),
            _ => None,
        }
    }

    /// All mentions of persons in a text, in order, with pronouns resolved.
    ///
    /// Who is named in a quotation is whom its speaker means: no pronoun outside reaches there.
    pub(super) fn mentions(&self, reading: &Reading, is_quoted: &dyn Fn(usize) -> bool) -> Vec<Mention> {
        let mut named = self.named(reading);
        named.sort_by_key(|(tokens, _)| tokens.start);
        let mut named = named.into_iter().peekable();
        let mut mentions: Vec<Mention> = Vec::new();
        let mut token = 0;
        while token < reading.len() {
            let found = match named.next_if(|(tokens, _)| tokens.start <= token) {
                Some((tokens, _)) if tokens.start < token => {
                    let _ = tokens;
                    continue;
                }
                Some(found) => Some(found),
                None => self.unnamed(reading, token, &mentions, is_quoted).map(|who| (token..token + 1, who)),
            };
            let Some((tokens, who)) = found else {
                token += 1;
                continue;
            };
            let head = head_of(reading, &tokens);
            let is_subject = matches!(reading.relation(head), Relation::Nsubj | Relation::Nsubjpass);
            let verb = reading.head(head);
            let is_main = is_subject
                && (reading.relation(verb) == Relation::Root
                    || (reading.relation(verb) == Relation::Conj
                        && reading.relation(reading.head(verb)) == Relation::Root));
            token = tokens.end;
            mentions.push(Mention { tokens, who, is_subject, is_main });
        }
        mentions
    }

    /// Persons by name.
    fn named(&self, reading: &Reading) -> Vec<(Range<usize>, Who)> {
        let mut found = Vec::new();
        let mut is_taken = vec![false; reading.len()];
        let mut take = |tokens: Range<usize>, who: Who, found: &mut Vec<(Range<usize>, Who)>| {
            if !is_taken[tokens.clone()].iter().any(|taken| *taken) {
                is_taken[tokens.clone()].iter_mut().for_each(|taken| *taken = true);
                found.push((tokens, who));
            }
        };
        for (tokens, name) in person_names(reading) {
            let is_titled = tokens.start > 0 && who::is_head(reading.lower(tokens.start - 1));
            let who = match role_before(reading, tokens.start) {
                Some(role) if is_titled && !name.contains(' ') => self.titled(&name, &role),
                _ => self.person(&name),
            };
            take(tokens, who, &mut found);
        }
        for token in 0..reading.len() {
            // Also where the tagger was led astray, as at the start of a headline.
            let is_name = reading.is_capital(token)
                && matches!(
                    reading.tag(token),
                    Tag::Nnp | Tag::Nnps | Tag::Nn | Tag::Nns | Tag::Jj | Tag::Fw
                );
            if is_name && self.is_surname(reading.lower(token)) {
                take(token..token + 1, self.person(reading.written(token)), &mut found);
            }
        }
        found
    }

    /// "Mayor Lindcrest", where the document's mayor is a Lindqvist.
    fn titled(&self, surname: &str, role: &Role) -> Who {
        if self.is_surname(&surname.to_lowercase()) {
            return self.person(surname);
        }
        let alike: BTreeSet<&String> = self
            .roles
            .iter()
            .filter(|(own, name)| own.answers_to(role) && is_near(&surname.to_lowercase(), &last_word(name)))
            .map(|(_, name)| name)
            .collect();
        match alike.len() {
            1 => Who::Person((*alike.first().expect("one")).clone()),
            _ => self.person(surname),
        }
    }

    /// Whom a pronoun or a role means that begins at a token.
    fn unnamed(
        &self,
        reading: &Reading,
        token: usize,
        before: &[Mention],
        is_quoted: &dyn Fn(usize) -> bool,
    ) -> Option<Who> {
        let word = reading.lower(token);
        if matches!(word, "he" | "she") {
            return Some(antecedent(reading, before, token, word, is_quoted).cloned().unwrap_or_default());
        }
        // A role is mentioned at its head: "the defence secretary", not followed by the name of its holder.
        if !who::is_head(word) || reading.tag(token) == Tag::Nnps {
            return None;
        }
        let follows =
            |after: usize| after < reading.len() && reading.is_capital(after) && !reading.is_mark(after);
        if follows(token + 1) || reading.relation(token) == Relation::Compound {
            return None;
        }
        let role = self.role_at(reading, token)?;
        if matches!(reading.relation(token), Relation::Appos | Relation::Attr)
            || reading.lower(reading.head(token)) == "as"
        {
            return None;
        }
        Some(self.who_holds(&role, before))
    }

    /// The role that a noun phrase names, if it means one certain person: "the", "his", "Finland's".
    pub(super) fn role_at(&self, reading: &Reading, head: usize) -> Option<Role> {
        let under = reading.under(head);
        let first = under.start.max(head.saturating_sub(8));
        let is_certain = (first..head).any(|token| {
            matches!(reading.lower(token), "the" | "his" | "her" | "their" | "its" | "our" | "this")
                || reading.tag(token) == Tag::Pos
                || reading.lower(token).ends_with("'s")
        });
        if !is_certain || reading.tag(head) == Tag::Nns {
            return None;
        }
        let end = under.end.min(head + 6).min(reading.len());
        let until = (head + 1..end)
            .find(|&token| reading.is_mark(token) || reading.is_verb(token) || reading.tag(token) == Tag::Wp)
            .unwrap_or(end);
        let after = if reading.lower(head + 1) == "of" { until } else { head + 1 };
        Role::of((first..after).map(|token| reading.lower(token)))
    }

    /// Who holds a role: whoever of that role was mentioned last, else whom the document names for it.
    pub(super) fn who_holds(&self, role: &Role, before: &[Mention]) -> Who {
        let has = |name: &str| self.roles.iter().any(|(own, holder)| holder == name && own.is_meant_by(role));
        let last = before.iter().rev().take(40).find_map(|mention| match &mention.who {
            Who::Person(name) if has(name) => Some(name.clone()),
            _ => None,
        });
        let holder = last.or_else(|| self.holder(role).map(str::to_owned));
        holder.map_or_else(|| Who::Holder(role.clone()), Who::Person)
    }
}

/// How often words stand with and without a capital: "Big City Dating" is no name where "dating" is a word.
struct Spelling {
    /// Occurrences with a capital less those without, by word in lower case.
    capitals: BTreeMap<String, i32>,
}

impl Spelling {
    fn of(readings: [&Reading; 2]) -> Self {
        let mut capitals: BTreeMap<String, i32> = BTreeMap::new();
        for reading in readings {
            for token in 0..reading.len() {
                let step = if reading.is_capital(token) { 1 } else { -1 };
                *capitals.entry(reading.lower(token).to_owned()).or_default() += step;
            }
        }
        Self { capitals }
    }

    fn is_name(&self, name: &str) -> bool {
        let is_word = |word: &str| self.capitals.get(&word.to_lowercase()).is_some_and(|&more| more < 0);
        !name.split_whitespace().any(|word| is_word(word) && !who::is_given(&word.to_lowercase()))
    }
}

/// Whom "he" or "she" means: the subject of its own sentence before it, else that of the nearest sentence before.
fn antecedent<'a>(
    reading: &Reading,
    before: &'a [Mention],
    token: usize,
    pronoun: &str,
    is_quoted: &dyn Fn(usize) -> bool,
) -> Option<&'a Who> {
    let here = reading.sentence_of(token);
    let is_out = |at: usize| is_quoted(at) && !is_quoted(token);
    let is_person =
        |mention: &&Mention| matches!(&mention.who, Who::Person(name) if who::may_be(name, pronoun));
    let fits = |mention: &&Mention| {
        !is_out(mention.tokens.start)
            && match &mention.who {
                Who::Person(name) => who::may_be(name, pronoun),
                Who::Holder(_) => true,
                _ => false,
            }
    };
    let from = before.partition_point(|mention| reading.sentence_of(mention.tokens.start) + FARTHEST < here);
    let near = &before[from..];
    let own = near.iter().rev().filter(|mention| reading.sentence_of(mention.tokens.start) == here);
    if let Some(subject) = own.filter(|mention| mention.is_subject).find(fits) {
        return Some(&subject.who);
    }
    for back in 1..=FARTHEST.min(here) {
        let sentence = here - back;
        // Whoever says "I" tells of others: what such a sentence mentions is seldom whom the next one goes on about.
        if back > 1 && reading.sentence(sentence).any(|token| reading.lower(token) == "i") {
            continue;
        }
        let of = || near.iter().filter(|mention| reading.sentence_of(mention.tokens.start) == sentence);
        let main = of().filter(|mention| mention.is_main).find(fits);
        let subject = || of().filter(|mention| mention.is_subject).find(fits);
        let any = || of().rev().filter(|mention| !is_out(mention.tokens.start)).find(is_person);
        if let Some(found) = main.or_else(subject).or_else(any) {
            return Some(&found.who);
        }
    }
    None
}

/// The token of a phrase on which the others hang.
fn head_of(reading: &Reading, tokens: &Range<usize>) -> usize {
    tokens.clone().find(|&token| !tokens.contains(&reading.head(token))).unwrap_or(tokens.start)
}

/// The role right before a name: "Harbour Master Jonas Ek", "the island's mayor, Mara Lindqvist".
pub(super) fn role_before(reading: &Reading, name: usize) -> Option<Role> {
    let sentence = reading.sentence(reading.sentence_of(name)).start;
    let mut end = name;
    if end > sentence && reading.lower(end - 1) == "," {
        end -= 1;
    }
    let mut start = end;
    while start > sentence && end - start < 9 {
        let word = reading.lower(start - 1);
        let joins = matches!(word, "of" | "for" | "-" | "'s" | "and" | "to" | "the") && start < end;
        if !(who::is_part(word) || joins || matches!(word, "former" | "ex")) {
            break;
        }
        start -= 1;
    }
    Role::of((start..end).map(|token| reading.lower(token)))
}

/// The role right after a name: "Jonas Ek, the harbour master,", "Mara Lindqvist, who is the mayor".
fn role_after(reading: &Reading, end: usize) -> Option<Role> {
    if reading.lower(end) != "," {
        return None;
    }
    let last = reading.sentence(reading.sentence_of(end)).end.min(end + 12);
    let mut start = end + 1;
    if reading.lower(start) == "who" && matches!(reading.lower(start + 1), "is" | "'s") {
        start += 2;
    }
    let until = (start..last).find(|&token| reading.is_mark(token) || reading.is_verb(token)).unwrap_or(last);
    let begins = |word: &str| matches!(word, "the" | "a" | "an" | "his" | "her") || who::is_part(word);
    if start >= until || !begins(reading.lower(start)) {
        return None;
    }
    Role::of((start..until).map(|token| reading.lower(token)))
}

/// "Trump Blames Russia", "Luckily Iran": what ends in a country is a headline or the beginning of a sentence, and no name.
fn is_headline(name: &str) -> bool {
    let words: Vec<&str> = name.split_whitespace().collect();
    match words.as_slice() {
        [first, last] => entities::is_place(last) && !who::is_given(&first.to_lowercase()),
        words => words.len() > 2 && who::government(&last_word(name)).is_some(),
    }
}

/// The persons whom the parser found by two words or more.
fn full_names(reading: &Reading) -> Vec<(Range<usize>, String)> {
    person_names(reading).into_iter().filter(|(_, name)| name.contains(' ')).collect()
}

/// Names of persons without titles: what the parser took for persons, and what stands after a title.
fn person_names(reading: &Reading) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    let mut is_taken = vec![false; reading.len()];
    for entity in &reading.parsed.entities {
        let tokens = entity.tokens.start as usize..(entity.tokens.end as usize).min(reading.len());
        if entity.kind == EntityKind::Person {
            take_name(reading, tokens, &mut is_taken, &mut found);
        }
    }
    for token in 0..reading.len() {
        let word = reading.lower(token);
        let is_title = (who::is_head(word) && reading.is_capital(token)) || who::is_address(word);
        let start = token + 1;
        let is_name = |at: usize| {
            at < reading.len()
                && reading.is_capital(at)
                && matches!(reading.tag(at), Tag::Nnp)
                && !is_taken[at]
        };
        let end = (start..reading.len()).find(|&at| at >= start + 3 || !is_name(at)).unwrap_or(reading.len());
        if is_title && start < end && reading.sentence_of(start) == reading.sentence_of(token) {
            take_name(reading, start..end, &mut is_taken, &mut found);
        }
    }
    found.sort_by_key(|(tokens, _): &(Range<usize>, String)| tokens.start);
    found
}

fn take_name(
    reading: &Reading,
    mut tokens: Range<usize>,
    is_taken: &mut [bool],
    found: &mut Vec<(Range<usize>, String)>,
) {
    let is_title = |word: &str| (who::is_part(word) || who::is_address(word)) && !who::is_of_name(word);
    while !tokens.is_empty() && (is_title(reading.lower(tokens.start)) || !reading.is_capital(tokens.start)) {
        tokens.start += 1;
    }
    // A name ends where it owns something or does something, and before the day: "Lindqvist's Harbour Plan" and "Lindqvist
    // Opens Pier" in the capitals of a title, "Lindqvist Thursday said".
    let does = |token: usize| {
        reading.is_verb(token)
            && matches!(reading.relation(token), Relation::Root | Relation::Ccomp | Relation::Advcl)
    };
    let ends_at = |token: usize| {
        let is_behind = token > tokens.start && (does(token) || weekday(reading.lower(token)).is_some());
        reading.tag(token) == Tag::Pos || is_behind
    };
    if let Some(end) = tokens.clone().find(|&token| ends_at(token)) {
        tokens.end = end;
    }
    while !tokens.is_empty()
        && (reading.tag(tokens.end - 1) == Tag::Pos || !reading.is_capital(tokens.end - 1))
    {
        tokens.end -= 1;
    }
    if tokens.clone().any(|token| who::is_of_body(reading.lower(token))) {
        return;
    }
    let is_word = |token: usize| {
        reading.written(token).chars().all(|char| char.is_alphabetic() || "-'’.".contains(char))
    };
    if tokens.is_empty() || tokens.len() > 4 || !tokens.clone().all(is_word) {
        return;
    }
    if is_taken.get(tokens.clone()).is_some_and(|taken| taken.iter().any(|taken| *taken)) {
        return;
    }
    is_taken[tokens.clone()].iter_mut().for_each(|taken| *taken = true);
    let name = reading.words(&tokens).replace('’', "'");
    let name = name.strip_suffix("'s").unwrap_or(&name);
    found.push((tokens, name.to_owned()));
}

pub(super) fn last_word(name: &str) -> String {
    name.split_whitespace().next_back().unwrap_or_default().to_lowercase()
}

pub(super) fn first_word(name: &str) -> String {
    name.split_whitespace().next().unwrap_or_default().to_lowercase()
}

/// Whether a name may be another that was misheard: one of its two ends is the same, the other sounds alike.
pub(super) fn is_misheard(heard: &str, typed: &str) -> bool {
    let (heard_given, typed_given) = (first_word(heard), first_word(typed));
    let (heard_last, typed_last) = (last_word(heard), last_word(typed));
    (heard_given == typed_given && is_near(&heard_last, &typed_last))
        || ((heard_last == typed_last || is_letter_apart(&heard_last, &typed_last))
            && is_near(&heard_given, &typed_given))
}

/// Whether two long words differ in one letter: two ways to write a foreign name.
fn is_letter_apart(left: &str, right: &str) -> bool {
    let letters = |text: &str| text.chars().take(30).collect::<Vec<char>>();
    left.chars().count() >= 6 && distance(&letters(left), &letters(right)) <= 1
}

/// Whether two words begin alike and differ in less than half of their letters.
fn is_near(left: &str, right: &str) -> bool {
    if left.chars().next() != right.chars().next() {
        return false;
    }
    let (left, right): (Vec<char>, Vec<char>) =
        (left.chars().take(30).collect(), right.chars().take(30).collect());
    let longest = left.len().max(right.len());
    longest >= 4 && 2 * distance(&left, &right) <= longest
}

/// The number of letters to insert, to drop or to change.
pub(super) fn distance(left: &[char], right: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, b) in right.iter().enumerate() {
            let change = corner + usize::from(a != b);
            corner = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[right.len()]
}
