//! The parser against spaCy, whose network it runs.
//!
//! `eval/parse_reference.py` wrote what spaCy makes of the texts. The parser must be in the folder that
//! `ONRECORD_TEST_MODELS` names; without it this test says that it is skipped. `ONRECORD_PARSE_CASES` names a larger file of
//! cases, to compare on texts that are not in the repository.

use std::path::PathBuf;

use language::parse::{Parsed, Parser};
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

fn parser() -> Option<Parser> {
    let folder = std::env::var_os("ONRECORD_TEST_MODELS").map(|models| PathBuf::from(models).join("en-core-web-sm"));
    let found = folder.filter(|folder| folder.exists());
    if found.is_none() {
        eprintln!("skipped: no model `en-core-web-sm` in the folder that `ONRECORD_TEST_MODELS` names");
    }
    found.map(|folder| Parser::load(&folder).expect("a parser"))
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
    let cuts = |parsed: &Parsed| parsed.tokens.iter().map(|token| (token.start, token.end)).collect::<Vec<_>>();
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
                println!("{:?} is {token:?}, expected {expected:?} in {:?}", token.text(&case.text), case.text);
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
    let entities = parsed.entities.iter().map(|it| (it.tokens.start, it.tokens.end, it.kind.name().to_owned()));
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
