//! Names that were heard otherwise than they are spelt: a query for the name looks for what was heard, too.

use std::collections::BTreeMap;

use super::{Node, Query, folded};

/// The most other spellings of one name that are looked for: each is a phrase more.
const MOST_OTHERS: usize = 12;

/// For each name how else it was heard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spellings {
    /// By the folded words of the name; each of the others in folded words, the most frequent first.
    others: BTreeMap<Vec<String>, Vec<Vec<String>>>,
}

impl Spellings {
    /// Takes a name, or a surname for short, and how it was heard; what folds to nothing is left out.
    pub fn add(&mut self, name: &str, heard: &str) {
        let (name, heard) = (folded(name), folded(heard));
        if name.is_empty() || heard.is_empty() || name == heard {
            return;
        }
        let others = self.others.entry(name).or_default();
        if others.len() < MOST_OTHERS && !others.contains(&heard) {
            others.push(heard);
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.others.is_empty()
    }

    fn of(&self, words: &[String]) -> &[Vec<String>] {
        self.others.get(words).map_or(&[], Vec::as_slice)
    }
}

impl Query {
    /// The query with every name in it looked for under all its spellings.
    ///
    /// A name is a word or a phrase of the query. Names in fields and of a nearness stay as they are.
    pub fn with_spellings(self, spellings: &Spellings) -> Self {
        Self { root: spelt(self.root, spellings), ..self }
    }
}

fn spelt(node: Node, spellings: &Spellings) -> Node {
    let others = match &node {
        Node::Word(word) => spellings.of(std::slice::from_ref(&word.exact)),
        Node::Phrase(words) => spellings.of(words),
        _ => &[],
    };
    if !others.is_empty() {
        let others = others.iter().cloned().map(Node::Phrase);
        return Node::Any([node].into_iter().chain(others).collect());
    }
    match node {
        Node::All(nodes) => Node::All(nodes.into_iter().map(|node| spelt(node, spellings)).collect()),
        Node::Any(nodes) => {
            // No `Any` stands directly in an `Any`.
            let flat = nodes.into_iter().flat_map(|node| match spelt(node, spellings) {
                Node::Any(nodes) => nodes,
                node => vec![node],
            });
            Node::Any(flat.collect())
        }
        Node::Not(node) => Node::Not(Box::new(spelt(*node, spellings))),
        node => node,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_looked_for_under_all_its_spellings() {
        let mut spellings = Spellings::default();
        spellings.add("Lindqvist", "Lindquist");
        spellings.add("Lindqvist", "lind quist");
        spellings.add("Mara Lindqvist", "Mara Lindquist");
        spellings.add("Brandt", "Brandt");
        spellings.add("Brandt", "--");
        #[track_caller]
        fn check(spellings: &Spellings, query: &str, expected: &str) {
            let query = Query::parse(query).unwrap().with_spellings(spellings);
            assert_eq!(query.to_string(), expected);
            assert_eq!(Query::parse(expected).unwrap(), query, "it reads back");
        }
        let all = r#"lindqvist OR "lindquist" OR "lind quist""#;
        check(&spellings, "Lindqvist", all);
        check(&spellings, "Lindqvist OR ferry", &format!("{all} OR ferry"));
        check(&spellings, "ferry Lindqvist", &format!("ferry ({all})"));
        check(&spellings, "ferry -Lindqvist", &format!("ferry -({all})"));
        check(&spellings, r#""Mara Lindqvist""#, r#""mara lindqvist" OR "mara lindquist""#);
        check(&spellings, "Brandt ferry", "brandt ferry");
        check(&spellings, "Lindqvist near/5 ferry", "lindqvist near/5 ferry");
    }
}
