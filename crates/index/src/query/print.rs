//! The canonical form of a query. The parser reads it back as the same query.

use std::fmt;

use record::Kind;

use super::{Condition, Distance, Near, Node, Query, dates};

/// The query as it was understood; it reads back as the same query.
impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.root {
            Node::All(nodes) => write_joined(f, nodes, " "),
            Node::Any(nodes) => write_joined(f, nodes, " OR "),
            node => node.fmt(f),
        }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bracketed = |f: &mut fmt::Formatter<'_>, nodes: &[Node], between: &str| {
            f.write_str("(")?;
            write_joined(f, nodes, between)?;
            f.write_str(")")
        };
        match self {
            Self::Word(word) => f.write_str(&word.exact),
            Self::Phrase(words) => write!(f, "\"{}\"", words.join(" ")),
            Self::Prefix(beginning) => write!(f, "{beginning}*"),
            Self::Similar { word, edits } => write!(f, "{word}~{edits}"),
            Self::Sounds(words) => write!(f, "sounds:{}", Words(words)),
            Self::Near(near) => near.fmt(f),
            Self::All(nodes) => bracketed(f, nodes, " "),
            Self::Any(nodes) => bracketed(f, nodes, " OR "),
            // A hyphen holds for the word behind it, as far as a reader can see.
            Self::Not(node) if matches!(**node, Self::Near(_)) => write!(f, "-({node})"),
            Self::Not(node) => write!(f, "-{node}"),
            Self::Condition(condition) => condition.fmt(f),
        }
    }
}

impl fmt::Display for Near {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, node) in self.operands.iter().enumerate() {
            if let Some(distance) = number.checked_sub(1).and_then(|before| self.distances.get(before)) {
                write!(f, " {distance} ")?;
            }
            write!(f, "{node}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Distance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = match self {
            Self::Words(words) => return write!(f, "near/{words}"),
            Self::Time(time) => time.whole_seconds(),
        };
        let units = [(seconds / 3600, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")];
        f.write_str("within/")?;
        let mut given = units.into_iter().filter(|(count, _)| *count > 0);
        given.try_for_each(|(count, unit)| write!(f, "{count}{unit}"))
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Show(name) => write!(f, "show:{}", Name(name)),
            Self::Outlet(name) => write!(f, "outlet:{}", Name(name)),
            Self::Kind(Kind::Article) => f.write_str("kind:article"),
            Self::Kind(Kind::Broadcast) => f.write_str("kind:broadcast"),
            Self::Speaker(words) => write!(f, "speaker:{}", Words(words)),
            Self::Title(node) => write!(f, "title:{node}"),
            Self::Language(code) => write!(f, "lang:{code}"),
            Self::Dates { from, until } => dates::print(f, *from, *until),
        }
    }
}

/// A name, in quotation marks if it needs some; one in the name is doubled.
struct Name<'a>(&'a str);

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_bare = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
        if !self.0.is_empty() && self.0.chars().all(is_bare) {
            return f.write_str(self.0);
        }
        write!(f, "\"{}\"", self.0.replace('"', "\"\""))
    }
}

/// Folded words of a field, in quotation marks if there are several.
struct Words<'a>(&'a [String]);

impl fmt::Display for Words<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            [word] => f.write_str(word),
            words => write!(f, "\"{}\"", words.join(" ")),
        }
    }
}

fn write_joined(f: &mut fmt::Formatter<'_>, nodes: &[Node], between: &str) -> fmt::Result {
    nodes.iter().enumerate().try_for_each(|(number, node)| {
        f.write_str(if number == 0 { "" } else { between })?;
        write!(f, "{node}")
    })
}

/// How deep the printed form has brackets and hyphens in each other, counted as the parser counts.
pub(super) fn depth(root: &Node) -> usize {
    match root {
        Node::All(nodes) | Node::Any(nodes) => deepest(nodes),
        node => depth_inside(node),
    }
}

fn depth_inside(node: &Node) -> usize {
    match node {
        Node::All(nodes) | Node::Any(nodes) => 1 + deepest(nodes),
        Node::Near(near) => deepest(&near.operands),
        Node::Not(node) => 1 + usize::from(matches!(**node, Node::Near(_))) + depth_inside(node),
        _ => 0,
    }
}

fn deepest(nodes: &[Node]) -> usize {
    nodes.iter().map(depth_inside).max().unwrap_or(0)
}
