//! A query in sentences, for people who wonder what was understood.

use jiff::ToSpan;
use jiff::civil::Date;
use record::Kind;

use super::{Condition, Distance, Near, Node, dates, pointer};

/// One line a part, those inside another part further in.
pub(super) fn explain(root: &Node) -> String {
    let mut lines = Vec::new();
    explain_into(&mut lines, 0, "", root);
    lines.join("\n")
}

/// `lead` is what stands before the part in its line.
fn explain_into(lines: &mut Vec<String>, depth: usize, lead: &str, node: &Node) {
    let mut line = |text: &str| lines.push(format!("{}{lead}{text}", "  ".repeat(depth)));
    match node {
        Node::All(nodes) => {
            line("all of:");
            nodes.iter().for_each(|node| explain_into(lines, depth + 1, "", node));
        }
        Node::Any(nodes) => {
            line("one of:");
            nodes.iter().for_each(|node| explain_into(lines, depth + 1, "", node));
        }
        Node::Near(near) => {
            line("near each other, whichever is first:");
            explain_near(lines, depth + 1, near);
        }
        Node::Not(node) => explain_into(lines, depth, &format!("{lead}not "), node),
        Node::Condition(condition) => line(&of_condition(condition)),
        node => line(&of_words(node)),
    }
}

fn explain_near(lines: &mut Vec<String>, depth: usize, near: &Near) {
    let distance = |distance: &Distance| match distance {
        Distance::Words(1) => "side by side with that: ".to_owned(),
        Distance::Words(words) => format!("within {words} words of that: "),
        Distance::Time(time) => format!("within {} of that: ", of_seconds(time.whole_seconds())),
    };
    let leads = std::iter::once(String::new()).chain(near.distances.iter().map(distance));
    for (lead, node) in leads.zip(&near.operands) {
        explain_into(lines, depth, &lead, node);
    }
}

fn of_seconds(seconds: u64) -> String {
    let units = [(seconds / 3600, "hour"), (seconds / 60 % 60, "minute"), (seconds % 60, "second")];
    let given = units.into_iter().filter(|(count, _)| *count > 0);
    given.map(|(count, unit)| counted(count, unit)).collect::<Vec<_>>().join(" ")
}

fn counted(count: u64, unit: &str) -> String {
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

fn of_words(node: &Node) -> String {
    match node {
        Node::Word(word) => format!("the word `{}`, with any ending", word.exact),
        Node::Phrase(words) => phrase(words),
        Node::Prefix(beginning) => format!("a word that begins with `{beginning}`"),
        Node::Similar { word, edits } => {
            format!(
                "a word spelled like `{word}`, with at most {} changed",
                counted((*edits).into(), "letter")
            )
        }
        Node::Sounds(words) => match &words[..] {
            [word] => format!("a word that sounds like `{word}`"),
            words => format!("words that sound like `{}`, one after another", words.join(" ")),
        },
        _ => String::new(),
    }
}

fn phrase(words: &[String]) -> String {
    match words {
        [word] => format!("the word `{word}`, exactly so"),
        words => format!("the words `{}`, one after another", words.join(" ")),
    }
}

fn of_condition(condition: &Condition) -> String {
    let name = |name: &str| name.chars().map(pointer::printable).collect::<String>();
    match condition {
        Condition::Show(show) => format!("in the show `{}`", name(show)),
        Condition::Outlet(outlet) => format!("from the outlet `{}`", name(outlet)),
        Condition::Kind(Kind::Article) => "in an article".to_owned(),
        Condition::Kind(Kind::Broadcast) => "in a broadcast".to_owned(),
        Condition::Speaker(words) => format!("said by `{}`", words.join(" ")),
        Condition::Title(node) => format!("in the title: {}", of_words(node)),
        Condition::Language(code) => format!("in the language `{code}`"),
        Condition::Dates { from, until } => of_dates(*from, *until),
    }
}

fn of_dates(from: Option<Date>, until: Option<Date>) -> String {
    match (from, until) {
        (Some(from), Some(until)) if from.checked_add(1.day()).is_ok_and(|next| next == until) => {
            format!("published on {from}")
        }
        (Some(from), Some(until)) => format!("published from {from} to {}", dates::last_before(until)),
        (Some(from), None) => format!("published on {from} or later"),
        (None, Some(until)) => format!("published before {until}"),
        (None, None) => "published on any day".to_owned(),
    }
}
