//! Kinds settled in invented documents, whose parses are written down word by word.

use super::*;
use crate::parse::Token;

/// A document of sentences in which `[KIND a name]` is an entity, each word with a capital a proper noun.
fn document(marked: &str) -> (String, Parsed) {
    let (mut text, mut parsed) = (String::new(), Parsed::default());
    let mut open: Option<(u32, EntityKind)> = None;
    for word in marked.split_whitespace() {
        if let Some(kind) = word.strip_prefix('[') {
            open = Some((parsed.tokens.len() as u32, EntityKind::of_name(kind).expect("a kind")));
            continue;
        }
        let (word, closes) = word.strip_suffix(']').map_or((word, false), |word| (word, true));
        let at = parsed.tokens.len() as u32;
        let start = text.len() as u32;
        text.push_str(word);
        let tag = match word {
            "'s" => Tag::Pos,
            _ if word.starts_with(char::is_uppercase) => Tag::Nnp,
            _ => Tag::Nn,
        };
        parsed.tokens.push(Token { start, end: text.len() as u32, head: at, relation: Relation::Root, tag });
        text.push(' ');
        if let Some((first, kind)) = open.filter(|_| closes) {
            parsed.entities.push(Entity { tokens: first..at + 1, kind });
            open = None;
        }
    }
    parsed.sentences.push(0..parsed.tokens.len() as u32);
    (text, parsed)
}

#[test]
fn kinds_are_those_of_the_document() {
    #[track_caller]
    fn check(marked: &str, expected: &[(&str, &str)]) {
        let (text, parsed) = document(marked);
        let settled = settle(&text, &parsed);
        let found: Vec<_> =
            settled.iter().map(|entity| (&text[parsed.bytes(&entity.tokens)], entity.kind.name())).collect();
        assert_eq!(found, expected, "in {marked:?}");
    }
    // A surname at the start of a sentence.
    check(
        "[PERSON Mara Lindqvist] spoke . [ORG Lindqvist] said no .",
        &[("Mara Lindqvist", "PERSON"), ("Lindqvist", "PERSON")],
    );
    check(
        "[PERSON Mara Lindqvist 's] boat . [ORG Lindqvist 's] house .",
        &[("Mara Lindqvist 's", "PERSON"), ("Lindqvist 's", "PERSON")],
    );
    // A company that has the name of its founder.
    check(
        "[PERSON Tomas Ellery] founded it . [ORG Ellery] grew . [ORG Ellery] fell . [ORG Ellery] is sold .",
        &[("Tomas Ellery", "PERSON"), ("Ellery", "ORG"), ("Ellery", "ORG"), ("Ellery", "ORG")],
    );
    // Places.
    check("[PERSON Kyiv] and [ORG Moscow] agreed .", &[("Kyiv", "GPE"), ("Moscow", "GPE")]);
    check("[PERSON The Hague] heard [GPE Swedes] .", &[("The Hague", "GPE"), ("Swedes", "NORP")]);
    // Names that are places and people.
    check("[PERSON Jordan] won .", &[("Jordan", "PERSON")]);
    check("[ORG Jordan] signed .", &[("Jordan", "GPE")]);
    check(
        "[PERSON Anna Jordan] won . [ORG Jordan] said so .",
        &[("Anna Jordan", "PERSON"), ("Jordan", "PERSON")],
    );
    check(
        "[PERSON Jack London] wrote . [PERSON London] died .",
        &[("Jack London", "PERSON"), ("London", "PERSON")],
    );
    // Votes.
    check(
        "[ORG Grey Heron] [ORG Grey Heron] [FAC Grey Heron]",
        &[("Grey Heron", "ORG"), ("Grey Heron", "ORG"), ("Grey Heron", "ORG")],
    );
    check("[ORG Grey Heron] [FAC Grey Heron]", &[("Grey Heron", "ORG"), ("Grey Heron", "FAC")]);
    // Quantities stay.
    check("[DATE May] [DATE May] [CARDINAL May]", &[("May", "DATE"), ("May", "DATE"), ("May", "CARDINAL")]);
}

#[test]
fn surnames_that_were_passed_over_are_found() {
    #[track_caller]
    fn check(marked: &str, expected: &[&str]) {
        let (text, parsed) = document(marked);
        let settled = settle(&text, &parsed);
        let found: Vec<_> = settled.iter().map(|entity| &text[parsed.bytes(&entity.tokens)]).collect();
        assert_eq!(found, expected, "in {marked:?}");
    }
    check("[PERSON Mara Lindqvist] spoke . then Lindqvist left .", &["Mara Lindqvist", "Lindqvist"]);
    check("[PERSON Mara Lindqvist] spoke . Mayor Lindqvist left .", &["Mara Lindqvist", "Lindqvist"]);
    // Somebody else, and a thing called after her.
    check("[PERSON Mara Lindqvist] spoke . Per Lindqvist left .", &["Mara Lindqvist"]);
    check("[PERSON Mara Lindqvist] spoke . the Lindqvist Tower stands .", &["Mara Lindqvist"]);
    check("Lindqvist spoke .", &[]);
    // A word that is none: "Yeah" behind a name, where speech has no marks.
    check("[PERSON Mara Yeah] spoke . yeah . yeah . yeah . then Yeah left .", &["Mara Yeah"]);
}

#[test]
fn areas_are_told_from_what_lies_in_them() {
    for (name, expected) in
        [("Norway", true), ("Texas", true), ("Scandinavia", true), ("Oslo", false), ("Skerry", false)]
    {
        assert_eq!(is_area(name), expected, "{name}");
    }
    assert!(!is_country("Scandinavia"), "a larger area is no country");
}
