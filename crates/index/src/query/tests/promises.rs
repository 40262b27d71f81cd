use proptest::prelude::*;

use super::*;

/// Pieces of the language, and what stands between them.
const PIECES: &str = "(\\PC|[()\"*~:/ -]|\u{201c}|\u{201d}|ß|海| |  |OR |AND |NOT | OR | NEAR |near/5 | near/3 \
    | within/1m30s | WITHIN/2m |ferry|a |b |-b|c\\*|ferr\\*|waltz~|waltz~2 |\"c d\"|\"e\" |\\(a|\\) |\\) OR \\(\
    |show:|show:x |-show:x |show:\\(a OR |show:\"a \"\"b\"|outlet:o |kind:article |kind:|speaker:\"x y\" |title:\
    |lang:en |after:|before:2025-03 |on:2025-02-12 |date:2025-02\\.\\.2025-03|date:|\\.\\.|2025|-02|-30\
    |sounds:|sounds:\"a b\" |shwo:|12:30 |x:|\n|\u{0}|\u{202e}){0,30}";

/// That it is a query that reads back, with all it promises, or an error with a place.
fn check(text: &str) -> Result<(), TestCaseError> {
    match Query::parse(text) {
        Ok(query) => {
            prop_assert!(!query.wanted().is_empty() || holds_condition(query.root()));
            prop_assert!(is_well_formed(query.root()), "{:?}", query);
            prop_assert!(!query.explain().contains(|c: char| c.is_control() && c != '\n'));
            let printed = query.to_string();
            prop_assert_eq!(Query::parse(&printed), Ok(query), "{}", printed);
        }
        Err(error) => {
            prop_assert!((1..=text.chars().count() + 1).contains(&error.column), "{}", error);
            let pointer = error.pointer(text);
            prop_assert_eq!(pointer.lines().count(), 2);
            prop_assert!(!pointer.contains(|c: char| c.is_control() && c != '\n'));
            prop_assert!(!error.to_string().contains(|c: char| c.is_control() && c != '\n'));
        }
    }
    Ok(())
}

fn holds_condition(node: &Node) -> bool {
    match node {
        Node::Condition(_) => true,
        Node::All(nodes) | Node::Any(nodes) => nodes.iter().any(holds_condition),
        _ => false,
    }
}

/// What [`Node`] and its parts promise.
fn is_well_formed(node: &Node) -> bool {
    let all = |nodes: &[Node]| nodes.len() > 1 && nodes.iter().all(is_well_formed);
    match node {
        Node::All(nodes) => {
            let inner = nodes.iter().map(|node| match node {
                Node::Not(node) => &**node,
                node => node,
            });
            nodes.len() > 1
                && inner.clone().all(is_well_formed)
                && !nodes.iter().all(|node| matches!(node, Node::Not(_)))
                && !nodes.iter().any(|node| matches!(node, Node::All(_)))
        }
        Node::Any(nodes) => all(nodes) && !nodes.iter().any(|node| matches!(node, Node::Any(_))),
        Node::Near(near) => {
            let is_operand = |node: &Node| !matches!(node, Node::All(_) | Node::Near(_) | Node::Condition(_));
            all(&near.operands)
                && near.operands.len() == near.distances.len() + 1
                && near.operands.iter().all(is_operand)
        }
        // Only in an `All`, which looks behind it.
        Node::Not(_) => false,
        Node::Condition(Condition::Dates { from, until }) => match (from, until) {
            (Some(from), Some(until)) => from < until,
            (from, until) => from.is_some() || until.is_some(),
        },
        Node::Condition(Condition::Title(node)) => matches!(**node, Node::Word(_) | Node::Phrase(_)),
        Node::Prefix(beginning) => beginning.chars().count() >= word::SHORTEST_PREFIX,
        Node::Similar { edits, .. } => (1..=2).contains(edits),
        Node::Phrase(words) | Node::Sounds(words) => !words.is_empty(),
        Node::Word(_) | Node::Condition(_) => true,
    }
}

proptest::proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_text_is_a_query_or_an_error(text in "\\PC{0,60}") {
        check(&text)?;
    }

    #[test]
    fn pieces_of_the_language_are_a_query_or_an_error(text in PIECES) {
        check(&text)?;
    }

    #[test]
    fn well_formed_queries_read_back(text in query(4)) {
        prop_assert!(Query::parse(&text).is_ok(), "{}: {}", text, Query::parse(&text).unwrap_err());
        check(&text)?;
    }
}

/// Queries that are understood, of brackets in brackets.
fn query(depth: u32) -> impl Strategy<Value = String> {
    let word = "[a-z]{1,8}|[a-zé]{3,8}~1|[b-d]{2,5}\\*|\"[a-f ]{0,5}g\"|sounds:[a-z]{3}|海|don't|al-Quds|Ⱥ";
    let condition = "show:(\"[A-Z \"\u{201c}é&*]{0,2}x\"|[a-z.*]{1,3}x|\\(a OR b\\))|kind:article|lang:[a-z]{2}\
        |(on|after|before|date):20[0-9]{2}(-0[1-9](-[12][0-8])?)?|date:20[01][0-9]\\.\\.202[0-9]|title:x|speaker:\"a b\"";
    let condition = condition.prop_filter("doubled or even marks", |text| text.matches('"').count() <= 2);
    let near =
        (word, "(near/[1-9]|NEAR|within/[1-9][sm])", word).prop_map(|(a, near, b)| format!("{a} {near} {b}"));
    let leaf = prop_oneof![word, condition, near];
    leaf.prop_recursive(depth, 40, 5, |inner| {
        let several = |between: &'static str| {
            let parts = proptest::collection::vec(inner.clone(), 2..5);
            parts.prop_map(move |parts| format!("({})", parts.join(between)))
        };
        let without =
            (inner.clone(), "-|NOT ", inner.clone()).prop_map(|(a, not, b)| format!("({a} {not}({b}))"));
        prop_oneof![several(" "), several(" OR "), several(" AND "), without]
    })
}

#[test]
fn the_longest_texts_are_queries_or_errors() {
    let hostile = [
        "(",
        "\"",
        "-",
        "-(",
        "show:(",
        "a OR ",
        "a b OR ",
        "near/1 ",
        "~",
        "*",
        ":",
        "x:",
        "show:\"\"",
        "a-",
        "\u{301}",
        "世",
        "Ⱥ",
        "..",
        "date:1..",
        "shwo",
        "NOT ",
        "a near/1 ",
        "show:a ",
        "\u{0}",
    ];
    for piece in hostile {
        let text: String = piece.chars().cycle().take(MAX_QUERY_CHARACTERS).collect();
        for text in [&text, &format!("\"{text}\""), &format!("show:{text}"), &format!("title:\"{text}\"")] {
            check(text).unwrap_or_else(|error| panic!("{error} for {piece:?}"));
        }
    }
}
