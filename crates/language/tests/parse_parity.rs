//! The parser against spaCy, whose network it runs, and on texts that nobody wrote.
//!
//! `eval/parse_reference.py` wrote what spaCy makes of the texts. The parser must be in the folder that
//! `ONRECORD_TEST_MODELS` names; without it these tests say that they are skipped. `ONRECORD_PARSE_CASES` names a larger file of
//! cases, to compare on texts that are not in the repository.

use std::path::PathBuf;

use language::parse::{Lemmas, Parsed, Parser, Relation};
use proptest::prelude::*;
use serde::Deserialize;

/// A text and what spaCy makes of it.
#[derive(Deserialize)]
struct Case {
    text: String,
    /// First byte, byte after the last, tag, relation, head (-1 where it is white space), lemma.
    tokens: Vec<(u32, u32, String, String, i64, String)>,
    entities: Vec<(u32, u32, String)>,
    sentences: Vec<(u32, u32)>,
}

#[derive(Debug, Default)]
struct Differences {
    tokens: usize,
    cuts: usize,
    tags: usize,
    heads: usize,
    relations: usize,
    entities: usize,
    sentences: usize,
}

fn folder() -> Option<PathBuf> {
    let folder =
        std::env::var_os("ONRECORD_TEST_MODELS").map(|models| PathBuf::from(models).join("en-core-web-sm"));
    let found = folder.filter(|folder| folder.exists());
    if found.is_none() {
        eprintln!("skipped: no model `en-core-web-sm` in the folder that `ONRECORD_TEST_MODELS` names");
    }
    found
}

fn parser() -> Option<Parser> {
    Some(Parser::load(&folder()?).expect("a parser"))
}

fn cases() -> Vec<Case> {
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/parse/cases.json");
    let path = std::env::var_os("ONRECORD_PARSE_CASES").map_or_else(|| fixture.into(), PathBuf::from);
    let json = std::fs::read_to_string(&path).expect("a file of cases");
    serde_json::from_str(&json).expect("cases")
}

#[test]
fn parses_are_those_of_spacy() {
    let Some(parser) = parser() else { return };
    let mut all = Differences::default();
    for case in cases() {
        compare(&case, &parser.parse(&case.text), &mut all);
    }
    println!("{all:?}");
    let Differences { cuts, tags, heads, relations, entities, sentences, .. } = all;
    assert_eq!(cuts + tags + heads + relations + entities + sentences, 0, "{all:?}");
}

fn compare(case: &Case, parsed: &Parsed, all: &mut Differences) {
    all.tokens += case.tokens.len();
    let cuts =
        |parsed: &Parsed| parsed.tokens.iter().map(|token| (token.start, token.end)).collect::<Vec<_>>();
    if cuts(parsed) != case.tokens.iter().map(|token| (token.0, token.1)).collect::<Vec<_>>() {
        let words: Vec<_> = parsed.tokens.iter().map(|token| token.text(&case.text)).collect();
        println!("cut differently: {:?}: {words:?}", case.text);
        all.cuts += 1;
        return;
    }
    for (token, expected) in parsed.tokens.iter().zip(&case.tokens) {
        let (_, _, tag, relation, head, _) = expected;
        let differs = |count: &mut usize, differs: bool| {
            if differs {
                println!(
                    "{:?} is {token:?}, expected {expected:?} in {:?}",
                    token.text(&case.text),
                    case.text
                );
            }
            *count += usize::from(differs);
        };
        differs(&mut all.tags, token.tag.name() != tag);
        // Where spaCy hangs a word on white space we have no head to compare.
        if *head >= 0 {
            differs(&mut all.heads, i64::from(token.head) != *head);
            differs(&mut all.relations, token.relation.name() != relation);
        }
    }
    let entities =
        parsed.entities.iter().map(|it| (it.tokens.start, it.tokens.end, it.kind.name().to_owned()));
    let entities: Vec<_> = entities.collect();
    if entities != case.entities {
        println!("other entities in {:?}: {entities:?}, expected {:?}", case.text, case.entities);
        all.entities += 1;
    }
    let sentences: Vec<_> = parsed.sentences.iter().map(|range| (range.start, range.end)).collect();
    if sentences != case.sentences {
        println!("other sentences in {:?}: {sentences:?}, expected {:?}", case.text, case.sentences);
        all.sentences += 1;
    }
}

#[test]
fn lemmas_are_those_of_spacy() {
    let Some(folder) = folder() else { return };
    let (parser, lemmas) = (Parser::load(&folder).expect("a parser"), Lemmas::load(&folder).expect("lemmas"));
    let (mut compared, mut differing) = (0, Vec::new());
    for case in cases() {
        let parsed = parser.parse(&case.text);
        for (token, (.., expected)) in parsed.tokens.iter().zip(&case.tokens) {
            // spaCy leaves auxiliaries as they are written, "getting" as well as "might".
            if matches!(token.relation, Relation::Aux | Relation::Auxpass) {
                continue;
            }
            let word = token.text(&case.text);
            let lemma = lemmas.lemma(word, token.tag);
            compared += 1;
            if lemma != *expected {
                differing.push(format!("{word} {} {lemma}, expected {expected}", token.tag.name()));
            }
        }
    }
    println!("{compared} lemmas, {} differ: {differing:#?}", differing.len());
    // What neighbours decide ("let's", "gonna") is left out on purpose.
    assert!(differing.len() * 500 <= compared, "{differing:#?}");
}

#[test]
fn any_text_is_parsed_within_its_bounds() {
    let Some(parser) = parser() else { return };
    let words = "[a-zA-Z']{1,9}|[.,!?\"“”’()]|[0-9]{1,4}| |\n|\\PC";
    let texts = prop_oneof![
        proptest::collection::vec(words, 0..60).prop_map(|words| words.join(" ")),
        proptest::collection::vec(words, 0..60).prop_map(|words| words.concat()),
        any::<String>(),
    ];
    // Each case runs the networks, so there are fewer than usual.
    let config = ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(text in texts)| check_bounds(&text, &parser.parse(&text)));
}

#[test]
fn long_texts_are_parsed_in_pieces_without_a_loss() {
    let Some(parser) = parser() else { return };
    let sentence = "The ferry to Skerry Island, which Mara Lindqvist wants, runs again on Tuesday. ";
    let text = sentence.repeat(400);
    let parsed = parser.parse(&text);
    check_bounds(&text, &parsed);
    let once = parser.parse(sentence);
    assert_eq!(parsed.tokens.len(), 400 * once.tokens.len());
    assert_eq!(parsed.sentences.len(), 400);
    for hostile in [
        "(".repeat(20_000),
        "a".repeat(20_000),
        ".\n".repeat(10_000),
        "x.y".repeat(7_000),
        "’s".repeat(9_000),
    ] {
        check_bounds(&hostile, &parser.parse(&hostile));
    }
}

/// Tokens stand in order on whole letters and hold all but white space, sentences hold all tokens, heads stay within them.
#[track_caller]
fn check_bounds(text: &str, parsed: &Parsed) {
    let mut end = 0;
    for token in &parsed.tokens {
        let bytes = token.bytes();
        assert!(end <= bytes.start && bytes.start < bytes.end, "{bytes:?} in {text:?}");
        let between = text.get(end..bytes.start).expect("whole letters");
        assert!(text.is_char_boundary(bytes.end), "{bytes:?} in {text:?}");
        let white = |letter: char| letter.is_whitespace() || ('\x1c'..='\x1f').contains(&letter);
        assert!(between.chars().all(white), "{between:?} lost in {text:?}");
        end = bytes.end;
    }
    let mut next = 0;
    for sentence in &parsed.sentences {
        assert!(sentence.start == next && sentence.start < sentence.end, "{sentence:?} in {text:?}");
        let mut roots = 0;
        for at in sentence.clone() {
            let token = parsed.tokens[at as usize];
            assert!(sentence.contains(&token.head), "{token:?} in {text:?}");
            assert_eq!(token.head == at, token.relation == Relation::Root, "{token:?} in {text:?}");
            roots += usize::from(token.head == at);
        }
        assert!(roots > 0, "{sentence:?} in {text:?}");
        next = sentence.end;
    }
    assert_eq!(next as usize, parsed.tokens.len(), "in {text:?}");
    let mut next = 0;
    for entity in &parsed.entities {
        assert!(
            next <= entity.tokens.start && entity.tokens.start < entity.tokens.end,
            "{entity:?} in {text:?}"
        );
        next = entity.tokens.end;
    }
    assert!(next as usize <= parsed.tokens.len(), "in {text:?}");
}
