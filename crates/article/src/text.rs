//! Plain text to an article: wire copy, pasted pages.

mod lines;

use record::{Article, Paragraph, Role};

use crate::dates::{self, Order};
use crate::names;
use crate::roles;
use lines::{Line, lines};

/// A line of so many words that ends like a sentence begins the body.
const OPENING_WORDS: usize = 8;

/// In a text without such a line, one of so many words does.
const LEAST_OPENING_WORDS: usize = 3;

/// A line of so many words begins it however it ends.
const LONG_OPENING_WORDS: usize = 40;

/// The head of an article has at most so many lines; a text without sentences is all body behind it.
const MOST_HEAD_LINES: usize = 30;

/// A headline of another article between two paragraphs has this many words; fewer are a heading of this one.
const RELATED_WORDS: std::ops::RangeInclusive<usize> = 7..=20;

/// A headline is not longer than this.
const LONGEST_HEADLINE_WORDS: usize = 40;

/// The article of a plain text, whose `text` is the given one, unchanged.
///
/// Its head is what stands before the first sentence: headline, date, bylines spread over lines, captions, in any
/// order. Behind it each paragraph is body unless its words tell that it is a caption or furniture. Nothing is made
/// up: what the text does not say is `None`.
pub fn read_text(text: &str) -> Article {
    let lines = lines(text);
    let mut reading = Reading { article: Article::default(), outlet_lines: Vec::new() };
    let opening = opening(&lines[..lines.len().min(MOST_HEAD_LINES)]);
    reading.take_head(&lines[..opening]);
    for (at, line) in lines.iter().enumerate().skip(opening) {
        let role = reading.role_of_body(line, lines.get(at + 1));
        reading.push(line.chars.clone(), role);
    }
    reading.take_place_of_wire(lines.get(opening));
    let mut article = reading.finish();
    article.text = text.to_owned();
    article
}

/// Which line begins the body: the first long sentence, else the first short one below a line that is none, else the
/// first line of all.
fn opening(lines: &[Line<'_>]) -> usize {
    let short = || lines.iter().position(|line| line.words() >= LEAST_OPENING_WORDS && is_sentence(line));
    let headline = usize::from(lines.first().is_some_and(asks) && lines.iter().skip(1).any(opens));
    let long = lines.iter().skip(headline).position(opens).map(|at| at + headline);
    long.or_else(short).unwrap_or(0)
}

/// Whether a line may be a headline although it ends like a sentence: "Will the ferry to Skerry Island ever sail again?"
fn asks(line: &Line<'_>) -> bool {
    line.is_alone && line.words() <= LONGEST_HEADLINE_WORDS && line.text.ends_with(['?', '!'])
}

fn opens(line: &Line<'_>) -> bool {
    (line.words() >= OPENING_WORDS && is_sentence(line))
        || (line.words() >= LONG_OPENING_WORDS && !is_of_head(line))
}

fn is_sentence(line: &Line<'_>) -> bool {
    roles::ends_sentence(line.text) && !is_of_head(line)
}

/// Whether its words tell that it is no body.
fn is_of_head(line: &Line<'_>) -> bool {
    let text = line.text;
    names::is_byline(text) || roles::is_caption(text) || roles::is_dateline(text) || field(text).is_some()
}

struct Reading {
    article: Article,
    /// Lines below names: papers and offices.
    outlet_lines: Vec<String>,
}

impl Reading {
    fn push(&mut self, chars: std::ops::Range<usize>, role: Role) {
        self.article.paragraphs.push(Paragraph { chars, role });
    }

    fn take_head(&mut self, head: &[Line<'_>]) {
        for (at, line) in head.iter().enumerate() {
            if self.take_field(line) || self.take_dated_headline(line) {
                continue;
            }
            let role = self.role_in_head(line, head.get(at + 1));
            match role {
                Role::Headline => self.article.headline = Some(one_line(line.text)),
                Role::Byline => self.take_byline(line),
                Role::Dateline => self.take_date(line.text),
                _ => {}
            }
            self.push(line.chars.clone(), role);
        }
    }

    /// `Headline: Ferry stops`, `Date: 2 March 2026`, `Source: Harbour Post`.
    fn take_field(&mut self, line: &Line<'_>) -> bool {
        let Some((field, value)) = field(line.text) else { return false };
        let value = one_line(value);
        let role = match field {
            Field::Headline => {
                self.article.headline.get_or_insert(value);
                Role::Headline
            }
            Field::Byline => {
                self.add_people(&value);
                Role::Byline
            }
            Field::Date => {
                self.take_date(&value);
                Role::Dateline
            }
            Field::Outlet => {
                self.article.outlet.get_or_insert(value);
                Role::Byline
            }
            Field::Address => {
                let address = record::address::openable(&value);
                self.article.url = self.article.url.take().or(address);
                Role::Furniture
            }
        };
        self.push(line.chars.clone(), role);
        true
    }

    /// `date 2026-03-02 Ferry stops for a week`: a date and a headline on one line.
    fn take_dated_headline(&mut self, line: &Line<'_>) -> bool {
        if self.article.headline.is_some() || roles::is_dateline(line.text) {
            return false;
        }
        let Some(found) = dates::first(line.text, Order::Unknown) else { return false };
        let before = line.text[..found.bytes.start].trim().trim_end_matches(':');
        let is_label = before.is_empty()
            || ["date", "published", "posted"].iter().any(|label| before.eq_ignore_ascii_case(label));
        let behind = line.text[found.bytes.end..].trim_start_matches(|c: char| {
            c.is_whitespace() || matches!(c, '-' | '–' | '—' | ':' | '|' | ',')
        });
        if !is_label || behind.split_whitespace().count() < 2 || found.published.time().is_some() {
            return false;
        }
        self.article.published = Some(found.published);
        self.article.headline = Some(one_line(behind));
        let chars = |text: &str| text.chars().count();
        let end_of_date = line.chars.start + chars(&line.text[..found.bytes.end]);
        self.push(line.chars.start..end_of_date, Role::Dateline);
        self.push(line.chars.end - chars(behind)..line.chars.end, Role::Headline);
        true
    }

    fn role_in_head(&self, line: &Line<'_>, next: Option<&Line<'_>>) -> Role {
        let text = line.text;
        if roles::is_dateline(text) {
            Role::Dateline
        } else if names::is_byline(text) {
            Role::Byline
        } else if self.article.headline.is_none()
            && !roles::is_furniture(text)
            && line.words() <= LONGEST_HEADLINE_WORDS
            && !is_label(line, next)
        {
            Role::Headline
        } else if roles::is_caption(text) || self.is_repeated(line, next) {
            Role::Caption
        } else if roles::is_furniture(text) {
            Role::Furniture
        } else if (line.words() > 1 && names::is_name(text)) || self.is_affiliation(line) {
            Role::Byline
        } else if dates::first(text, Order::Unknown).is_some() && !roles::ends_sentence(text) {
            Role::Dateline
        } else if line.words() >= OPENING_WORDS && self.has_byline() && !roles::ends_sentence(text) {
            // Below the names stands the picture.
            Role::Caption
        } else if line.words() < 4 {
            Role::Furniture
        } else {
            Role::Body
        }
    }

    fn has_byline(&self) -> bool {
        self.article.paragraphs.last().is_some_and(|last| matches!(last.role, Role::Byline | Role::Caption))
    }

    /// Whether the line says once more what the line before or behind it says: a caption and the text for those who
    /// don't see the picture.
    fn is_repeated(&self, line: &Line<'_>, next: Option<&Line<'_>>) -> bool {
        let is_same =
            |other: &str| line.words() >= 4 && (other.contains(line.text) || line.text.contains(other));
        next.is_some_and(|next| next.words() >= 4 && is_same(next.text))
            || line.before.is_some_and(|before| before.split_whitespace().count() >= 4 && is_same(before))
    }

    /// Whether it says for whom, or from where, the person above it writes.
    fn is_affiliation(&self, line: &Line<'_>) -> bool {
        const BEGINNINGS: [&str; 6] = ["reporting from", "in ", "at ", "reporter", "correspondent", "from "];
        let lower = line.text.to_lowercase();
        let follows_byline = self.article.paragraphs.last().is_some_and(|last| last.role == Role::Byline);
        follows_byline
            && line.words() <= 8
            && !roles::ends_sentence(line.text)
            && (BEGINNINGS.iter().any(|beginning| lower.starts_with(beginning))
                || names::is_office(line.text))
    }

    fn take_byline(&mut self, line: &Line<'_>) {
        if self.is_affiliation(line) {
            if names::is_office(line.text) {
                self.outlet_lines.push(one_line(line.text));
            }
            return;
        }
        self.add_people(line.text);
        if self.article.published.is_none() {
            self.take_date(line.text);
        }
    }

    fn add_people(&mut self, text: &str) {
        for person in names::people(text) {
            if !self.article.byline.contains(&person) {
                self.article.byline.push(person);
            }
        }
    }

    /// The first date is that of publication, unless the line tells of a change.
    fn take_date(&mut self, text: &str) {
        let Some(found) = dates::first(text, Order::Unknown) else { return };
        let is_change = text[..found.bytes.start].to_lowercase().contains("updated");
        let date = if is_change { &mut self.article.modified } else { &mut self.article.published };
        date.get_or_insert(found.published);
    }

    fn role_of_body(&self, line: &Line<'_>, next: Option<&Line<'_>>) -> Role {
        let text = line.text;
        let is_sentence = roles::ends_sentence(text);
        if roles::is_dateline(text) {
            Role::Dateline
        } else if roles::is_caption(text) || (!is_sentence && self.is_repeated(line, next)) {
            Role::Caption
        } else if roles::is_furniture(text) || is_related(line) {
            Role::Furniture
        } else {
            Role::Body
        }
    }

    /// "PORT CALLOW (AP) — The ferry", "(BBC) The ferry": which wire it came over.
    fn take_place_of_wire(&mut self, opening: Option<&Line<'_>>) {
        const LONGEST_PLACE_BYTES: usize = 60;
        let Some(line) = opening else { return };
        let Some((place, rest)) =
            line.text.split_once('(').filter(|(place, _)| place.len() <= LONGEST_PLACE_BYTES)
        else {
            return;
        };
        let Some((wire, behind)) = rest.split_once(')') else { return };
        let is_place = place.chars().all(|c| c.is_uppercase() || !c.is_alphabetic())
            || behind.trim_start().starts_with(['-', '–', '—']);
        let is_wire = (2..=20).contains(&wire.len())
            && wire.starts_with(char::is_uppercase)
            && !wire.contains(|c: char| c.is_ascii_digit() || c == '.');
        if is_place && is_wire && self.article.outlet.is_none() && self.outlet_lines.is_empty() {
            self.article.outlet = Some(wire.to_owned());
        }
    }

    fn finish(mut self) -> Article {
        if self.article.outlet.is_none() {
            self.article.outlet = self.outlet_lines.into_iter().next();
        }
        self.article
    }
}

/// A short line above the headline that is a section's or a paper's name: "World", "Harbour Post".
fn is_label(line: &Line<'_>, next: Option<&Line<'_>>) -> bool {
    let is_longer =
        |next: &Line<'_>| next.words() > 3 && !roles::is_caption(next.text) && !names::is_byline(next.text);
    line.words() <= 2 && next.is_some_and(is_longer)
}

/// The headline of another article between two paragraphs: a line for itself that is no sentence.
fn is_related(line: &Line<'_>) -> bool {
    let begins_list =
        line.text.starts_with(|c: char| matches!(c, '-' | '•' | '*' | '·') || c.is_ascii_digit());
    line.is_alone
        && !begins_list
        && RELATED_WORDS.contains(&line.words())
        && !roles::ends_sentence(line.text)
        && !line.text.ends_with([':', ',', ';', '-', '—'])
}

/// What a line `name: value` tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Headline,
    Byline,
    Date,
    Outlet,
    Address,
}

fn field(line: &str) -> Option<(Field, &str)> {
    const LONGEST_NAME_BYTES: usize = 20;
    let (name, value) = line.split_once(':').filter(|(name, _)| name.len() <= LONGEST_NAME_BYTES)?;
    let field = match name.trim().to_lowercase().as_str() {
        "headline" | "title" => Field::Headline,
        "author" | "authors" | "byline" => Field::Byline,
        "date" | "published on" | "date published" | "publication date" => Field::Date,
        "source" | "outlet" | "publisher" | "publication" | "newspaper" => Field::Outlet,
        "url" | "link" | "address" => Field::Address,
        _ => return None,
    };
    let value = value.trim();
    (!value.is_empty()).then_some((field, value))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
