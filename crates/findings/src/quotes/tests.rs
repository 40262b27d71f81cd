//! Whole statements from parses that are written by hand.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use language::parse::{Entity, EntityKind, Parsed, Relation, Tag, Token};
use record::{Document, FrontPart, Kind, MediaTime, Place};

use super::{Held, Manner, Statement, Who, extract, together};
use crate::material::{Analysis, Material, Piece, Text};
use crate::names::Meant;
use crate::period::Period;

/// A parse in a notation of one sentence a line, `word/TAG/relation/head` with heads counted from 0 in the sentence, and
/// `word/TAG/relation/head/KIND` for entities; neighbours of one kind are one entity.
fn parsed(notation: &str) -> (String, Parsed) {
    let mut text = String::new();
    let mut parsed = Parsed::default();
    for line in notation.trim().lines() {
        let first = parsed.tokens.len() as u32;
        for (at, word) in line.split_whitespace().enumerate() {
            let parts: Vec<&str> = word.split('/').collect();
            if !text.is_empty() {
                text.push(if at == 0 { '\n' } else { ' ' });
            }
            let start = text.len() as u32;
            text.push_str(parts[0]);
            let token = parsed.tokens.len() as u32;
            parsed.tokens.push(Token {
                start,
                end: text.len() as u32,
                head: first + parts[3].parse::<u32>().unwrap(),
                relation: Relation::of_name(parts[2]).unwrap(),
                tag: Tag::of_name(parts[1]).unwrap(),
            });
            let Some(kind) = parts.get(4).map(|kind| EntityKind::of_name(kind).unwrap()) else { continue };
            match parsed.entities.last_mut() {
                Some(last) if last.kind == kind && last.tokens.end == token => last.tokens.end += 1,
                _ => parsed.entities.push(Entity { tokens: token..token + 1, kind }),
            }
        }
        parsed.sentences.push(first..parsed.tokens.len() as u32);
    }
    (text, parsed)
}

fn document(id: &str, kind: Kind, day: Date) -> Document {
    Document {
        id: id.parse().unwrap(),
        path: "a.txt".to_owned(),
        kind,
        title: None,
        outlet: None,
        show: None,
        date: Some(day),
        url: None,
    }
}

/// An article of a paragraph a line.
fn article(id: &str, notation: &str) -> (Material, Analysis) {
    let (text, parse) = parsed(notation);
    let mut start = 0;
    let mut pieces = Vec::new();
    for line in text.split('\n') {
        let chars = text[..start].chars().count();
        let place = Place::Written { chars: chars..chars + line.chars().count() };
        pieces.push(Piece {
            bytes: start..start + line.len(),
            place,
            speaker: None,
            role: None,
            after_break: true,
        });
        start += line.len() + 1;
    }
    let material = Material {
        document: document(id, Kind::Article, date(2024, 5, 15)),
        text: Text { text, pieces },
        front: Text::default(),
        keywords: Vec::new(),
    };
    (material, Analysis { text: parse, front: Parsed::default() })
}

/// A broadcast of a segment a line, five seconds each; its title is the first line.
fn broadcast(id: &str, notation: &str) -> (Material, Analysis) {
    let (title, rest) = notation.trim().split_once('\n').unwrap();
    let (mut material, analysis) = article(id, rest);
    material.document.kind = Kind::Broadcast;
    for (segment, piece) in material.text.pieces.iter_mut().enumerate() {
        let time = |segment: usize| Some(MediaTime::from_millis(5000 * segment as u64));
        piece.place = Place::Spoken { segment, start: time(segment), end: time(segment + 1) };
        piece.after_break = false;
    }
    let (text, front) = parsed(title);
    let place = Place::Front { part: FrontPart::Title, chars: 0..text.chars().count() };
    let piece = Piece { bytes: 0..text.len(), place, speaker: None, role: None, after_break: true };
    material.front = Text { text, pieces: vec![piece] };
    (material, Analysis { front, ..analysis })
}

const REPORT: &str = "
Mayor/NNP/compound/2 Mara/NNP/compound/2/PERSON Lindqvist/NNP/nsubj/3/PERSON said/VBD/ROOT/3 the/DT/det/5 pier/NN/nsubj/7 would/MD/aux/7 open/VB/ccomp/3 on/IN/prep/7 Friday/NNP/pobj/8 ././punct/3
The/DT/det/1 mayor/NN/nsubj/2 added/VBD/ROOT/2 that/IN/mark/5 nobody/NN/nsubj/5 knew/VBD/ccomp/2 why/WRB/advmod/5 ././punct/2
“/``/punct/3 We/PRP/nsubj/3 will/MD/aux/3 manage/VB/ccomp/7 ,/,/punct/7 ”/''/punct/7 she/PRP/nsubj/7 wrote/VBD/ROOT/7 ././punct/7
“/``/punct/4 No/DT/det/2 ferry/NN/nsubj/4 will/MD/aux/4 wait/VB/ROOT/4 for/IN/prep/4 us/PRP/pobj/5 ././punct/4 ”/''/punct/4
";

/// One report of two things, joined; one of two with a clause beside; one whose second is a quotation; one of a list that is
/// one thing.
const REPORTS_OF_SEVERAL: &str = "
Mara/NNP/compound/1/PERSON Lindqvist/NNP/nsubj/2/PERSON said/VBD/ROOT/2 the/DT/det/4 pier/NN/nsubj/6 would/MD/aux/6 open/VB/ccomp/2 on/IN/prep/6 Friday/NNP/pobj/7 ,/,/punct/6 and/CC/cc/6 that/IN/mark/15 the/DT/det/13 ferry/NN/nsubj/15 would/MD/aux/15 sail/VB/conj/6 again/RB/advmod/15 ././punct/2
The/DT/det/1 talk/NN/nsubj/2 lasted/VBD/ccomp/15 an/DT/det/4 hour/NN/npadvmod/2 ,/,/punct/2 during/IN/prep/10 which/WDT/pobj/6 the/DT/det/9 guests/NNS/nsubj/10 agreed/VBD/advcl/2 to/TO/aux/12 meet/VB/xcomp/10 again/RB/advmod/12 ,/,/punct/15 said/VBD/ROOT/15 Mara/NNP/compound/17/PERSON Lindqvist/NNP/nsubj/15/PERSON ././punct/15
Mara/NNP/compound/1/PERSON Lindqvist/NNP/nsubj/2/PERSON said/VBD/ROOT/2 the/DT/det/4 pier/NN/nsubj/5 was/VBD/ccomp/2 safe/JJ/acomp/5 and/CC/cc/5 “/``/punct/11 nobody/NN/nsubj/11 would/MD/aux/11 swim/VB/conj/5 there/RB/advmod/11 again/RB/advmod/11 ”/''/punct/11 ././punct/2
Mara/NNP/compound/1/PERSON Lindqvist/NNP/nsubj/2/PERSON said/VBD/ROOT/2 they/PRP/nsubj/4 paint/VBP/ccomp/2 and/CC/cc/4 mend/VB/conj/4 old/JJ/amod/8 boats/NNS/dobj/6 ././punct/2
";

#[test]
fn a_report_of_several_things_is_several_statements() {
    let (material, analysis) = article("url:https://example.org/s", REPORTS_OF_SEVERAL);
    let held = extract(&material, &analysis);
    assert!(held.statements.iter().all(|held| held.said_on.is_none()), "Friday is when the pier opens");
    let told: Vec<(String, Manner)> =
        held.statements.into_iter().map(|held| (held.words, held.manner)).collect();
    let expected = [
        ("the pier would open on Friday", Manner::Indirect),
        ("the ferry would sail again", Manner::Indirect),
        ("The talk lasted an hour", Manner::Indirect),
        ("the guests agreed to meet again", Manner::Indirect),
        ("the pier was safe", Manner::Indirect),
        ("nobody would swim there again", Manner::Direct),
        ("they paint and mend old boats", Manner::Indirect),
    ];
    assert_eq!(told, expected.map(|(words, manner)| (words.to_owned(), manner)));
}

/// A headline that the parser takes for a name, and what the country and the club of that name say.
const BODIES: &str = "
Ek/NNP/compound/2/PERSON Blames/NNP/compound/2/PERSON Russia/NNP/ROOT/2/PERSON
Ek/NNP/compound/2/PERSON Blames/NNP/compound/2/PERSON Russia/NNP/nsubj/3/PERSON waited/VBD/ROOT/3 ././punct/3
Russia/NNP/nsubj/1/GPE said/VBD/ROOT/1 the/DT/det/3 pier/NN/nsubj/5 would/MD/aux/5 open/VB/ccomp/1 ././punct/1
Skerry/NNP/nsubj/1/ORG said/VBD/ROOT/1 the/DT/det/3 ferry/NN/nsubj/5 would/MD/aux/5 sail/VB/ccomp/1 ././punct/1
";

#[test]
fn a_country_and_a_club_are_nobody_of_that_name() {
    let club = article("url:https://example.org/club", BODIES);
    let person = article(
        "url:https://example.org/person",
        "Mara/NNP/compound/1/PERSON Skerry/NNP/nsubj/2/PERSON waited/VBD/ROOT/2 ././punct/2",
    );
    let held: Vec<(Document, Held)> = [club.clone(), club, person]
        .into_iter()
        .enumerate()
        .map(|(at, (material, analysis))| {
            let held = extract(&material, &analysis);
            (document(&format!("url:https://example.org/{at}"), Kind::Article, date(2024, 5, 15)), held)
        })
        .collect();
    let speakers = |documents: &[(Document, Held)]| -> Vec<Option<String>> {
        let documents: Vec<(&Document, &Held)> =
            documents.iter().map(|(document, held)| (document, held)).collect();
        together(&documents, &Meant::new(), &Period::ALL)
            .statements
            .into_iter()
            .map(|statement| statement.speaker.name)
            .collect()
    };
    let named = |names: [&str; 4]| names.map(|name| Some(name.to_owned()));
    assert_eq!(speakers(&held), named(["Russia", "Skerry", "Russia", "Skerry"]));
}

#[test]
fn speakers_have_the_names_that_are_meant() {
    let heard = "\nFerries/NNS/nsubj/1 stop/VBP/ROOT/1\nMara/NNP/compound/1/PERSON Lintwist/NNP/nsubj/2/PERSON said/VBD/ROOT/2 \
        the/DT/det/4 pier/NN/nsubj/5 was/VBD/ccomp/2 safe/JJ/acomp/5 ././punct/2";
    let ids = ["yt:a1B2c3D4-_1", "yt:a1B2c3D4-_2", "yt:a1B2c3D4-_3"];
    let held: Vec<(Document, Held)> = ids
        .into_iter()
        .map(|id| {
            let (material, analysis) = broadcast(id, heard);
            (material.document.clone(), extract(&material, &analysis))
        })
        .collect();
    let documents: Vec<(&Document, &Held)> = held.iter().map(|(document, held)| (document, held)).collect();
    let speakers = |repaired: &[&'static str]| -> BTreeSet<String> {
        let repaired = repaired.iter().copied().collect();
        let meant = Meant::from([("Mara Lintwist", ("Mara Lindqvist", repaired))]);
        together(&documents, &meant, &Period::ALL)
            .statements
            .into_iter()
            .filter_map(|statement| statement.speaker.name)
            .collect()
    };
    let elsewhere = "yt:a1B2c3D4-_9";
    assert_eq!(speakers(&[ids[0], ids[2], elsewhere]), BTreeSet::from(["Mara Lindqvist".to_owned()]));
    // What is repaired in few of the documents that have it may be somebody else in the rest.
    assert_eq!(speakers(&[ids[0], elsewhere]), BTreeSet::from(["Mara Lintwist".to_owned()]));
}

/// The day on which somebody said it, and that somebody said it, taken for parts of a name; and given names taken for verbs.
const NAMES_THAT_END: &str = "
Mara/NNP/compound/1/PERSON Lindqvist/NNP/nsubj/3/PERSON Thursday/NNP/npadvmod/3/PERSON said/VBD/ROOT/3 the/DT/det/5 pier/NN/nsubj/6 was/VBD/ccomp/3 safe/JJ/acomp/6 ././punct/3
Jonas/NNP/compound/1/PERSON Ek/NNP/nsubj/2/PERSON Says/VBZ/ROOT/2/PERSON the/DT/det/4 ferry/NN/nsubj/5 was/VBD/ccomp/2 late/JJ/acomp/5 ././punct/2
Mr./NNP/compound/2/PERSON Will/MD/compound/2/PERSON Holm/NNP/nsubj/3/PERSON said/VBD/ROOT/3 the/DT/det/5 ferry/NN/nsubj/6 was/VBD/ccomp/3 full/JJ/acomp/6 ././punct/3
";

#[test]
fn a_name_ends_before_its_day_and_its_verb() {
    let (material, analysis) = article("url:https://example.org/a", NAMES_THAT_END);
    let who: Vec<Who> = extract(&material, &analysis).statements.into_iter().map(|held| held.who).collect();
    assert_eq!(who, ["Mara Lindqvist", "Jonas Ek", "Will Holm"].map(|name| Who::Person(name.to_owned())));
}

/// A minister of whom it is not told where, and one who is.
const MINISTERS: &str = "
Prime/NNP/compound/3 Minister/NNP/compound/3 Mara/NNP/compound/3/PERSON Lindqvist/NNP/nsubj/4/PERSON said/VBD/ROOT/4 the/DT/det/6 pier/NN/nsubj/7 was/VBD/ccomp/4 safe/JJ/acomp/7 ././punct/4
The/DT/det/3 Finnish/JJ/amod/3/NORP prime/JJ/amod/3 minister/NN/nsubj/4 said/VBD/ROOT/4 the/DT/det/6 ferry/NN/nsubj/7 was/VBD/ccomp/4 late/JJ/acomp/7 ././punct/4
The/DT/det/2 prime/JJ/amod/2 minister/NN/nsubj/3 said/VBD/ROOT/3 the/DT/det/5 harbour/NN/nsubj/6 was/VBD/ccomp/3 full/JJ/acomp/6 ././punct/3
";

#[test]
fn a_minister_of_no_country_is_not_that_of_another() {
    let (material, analysis) = article("url:https://example.org/a", MINISTERS);
    let who: Vec<Who> = extract(&material, &analysis).statements.into_iter().map(|held| held.who).collect();
    let mara = Who::Person("Mara Lindqvist".to_owned());
    assert_eq!((&who[0], &who[2]), (&mara, &mara));
    assert!(matches!(&who[1], Who::Holder(_)), "{:?}", who[1]);
}

fn found(held: &Held) -> Vec<(String, Who, Manner)> {
    held.statements.iter().map(|held| (held.words.clone(), held.who.clone(), held.manner)).collect()
}

#[test]
fn an_article_tells_who_said_what() {
    let (material, analysis) = article("url:https://example.org/a", REPORT);
    let mara = Who::Person("Mara Lindqvist".to_owned());
    let expected = [
        ("the pier would open on Friday", Manner::Indirect),
        ("nobody knew why", Manner::Indirect), // "The mayor" is who was called so before.
        ("We will manage", Manner::Direct),
        ("No ferry will wait for us", Manner::Direct), // A quotation that names nobody goes on.
    ];
    let expected: Vec<_> =
        expected.into_iter().map(|(words, manner)| (words.to_owned(), mara.clone(), manner)).collect();
    assert_eq!(found(&extract(&material, &analysis)), expected);
}

const BULLETIN: &str = "
Ferries/NNS/nsubj/1 stop/VBP/ROOT/1
Harbour/NNP/compound/2 master/NN/compound/2 Jonas/NNP/nsubj/3/PERSON spoke/VBD/ROOT/3 to/IN/prep/3 reporters/NNS/pobj/4 ././punct/3
We/PRP/nsubj/2 have/VBP/aux/2 closed/VBN/ROOT/2 the/DT/det/4 harbour/NN/dobj/2 because/IN/mark/8 of/IN/prep/2 my/PRP$/poss/8 fears/NNS/pobj/6 ././punct/2
Jonas/NNP/nsubj/1/PERSON has/VBZ/ROOT/1 the/DT/det/3 job/NN/dobj/1 since/IN/prep/1 May/NNP/pobj/4 ././punct/1
";

#[test]
fn a_clip_is_of_whoever_was_announced() {
    let (material, analysis) = broadcast("yt:a1B2c3D4-_5", BULLETIN);
    let jonas = Who::Person("Jonas".to_owned());
    let words = "We have closed the harbour because of my fears".to_owned();
    assert_eq!(found(&extract(&material, &analysis)), [(words, jonas, Manner::Clip)]);
}

/// Whoever is heard, if anybody is, in a sentence in the first person behind others, among much that is told.
fn heard_after(before: &str) -> Option<String> {
    let told = "Ferries/NNS/nsubj/1 stop/VBP/ROOT/1\n".repeat(8);
    let said = "\nWe/PRP/nsubj/2 have/VBP/aux/2 closed/VBN/ROOT/2 the/DT/det/4 harbour/NN/dobj/2 for/IN/prep/2 all/DT/pobj/5 ././punct/2";
    let (material, analysis) = broadcast("yt:a1B2c3D4-_5", &(told + before + said));
    let held = extract(&material, &analysis);
    let statements = together(&[(&material.document, &held)], &Meant::new(), &Period::ALL).statements;
    let statement =
        statements.iter().find(|statement| statement.words == "We have closed the harbour for all")?;
    statement.speaker.as_written.clone()
}

#[test]
fn who_is_introduced_is_heard() {
    // Not whoever has the engineer.
    let introduced = "This/DT/nsubj/1 is/VBZ/ROOT/1 Mara/NNP/poss/4/PERSON 's/POS/case/2 engineer/NN/attr/1 ,/,/punct/4 \
        Jonas/NNP/appos/4/PERSON ,/,/punct/4 speaking/VBG/acl/4 on/IN/prep/8 Monday/NNP/pobj/9 ././punct/1";
    assert_eq!(heard_after(introduced).as_deref(), Some("Jonas"));
}

#[test]
fn who_addressed_a_crowd_is_heard_after_it() {
    let spoke = |verb: &str| {
        format!(
            "Jonas/NNP/nsubj/1/PERSON {verb} ././punct/1\n\
             This/DT/det/1 delay/NN/nsubj/2 is/VBZ/ROOT/2 bad/JJ/acomp/2 ././punct/2"
        )
    };
    let addressed = spoke("addressed/VBD/ROOT/1 the/DT/det/3 crowd/NN/dobj/1");
    assert_eq!(heard_after(&addressed).as_deref(), Some("Jonas"));
    // With whom is another matter.
    assert_eq!(heard_after(&spoke("spoke/VBD/ROOT/1 with/IN/prep/1 fishermen/NNS/pobj/2")), None);
}

#[test]
fn a_reporter_is_not_heard_as_who_is_reported() {
    let [tells, reports] = ["tells/VBZ", "reports/VBZ"].map(|verb| {
        format!(
            "Mara/NNP/nsubj/1/PERSON {verb}/ROOT/1 that/IN/mark/4 nobody/NN/nsubj/4 sails/VBZ/ccomp/1 ././punct/1"
        )
    });
    assert_eq!(heard_after(&tells).as_deref(), Some("Mara"));
    assert_eq!(heard_after(&reports), None);
    let correspondent = "Correspondent/NN/compound/1 Mara/NNP/nsubj/2/PERSON tells/VBZ/ROOT/2 us/PRP/dobj/2 more/JJR/dobj/2 ././punct/2";
    assert_eq!(heard_after(correspondent), None);
    // Who has more of something is no reporter.
    let has_more =
        "Mara/NNP/nsubj/1/PERSON has/VBZ/ROOT/1 more/JJR/amod/3 boats/NNS/dobj/1 now/RB/advmod/1 ././punct/1";
    assert_eq!(heard_after(has_more).as_deref(), Some("Mara"));
}

#[test]
fn a_clip_is_found_in_a_talk_of_any_length() {
    let clip = "Smugglers/NNS/nsubj/1 buried/VBD/ROOT/1 seventeen/CD/nummod/4 copper/NN/compound/4 kettles/NNS/dobj/1 \
        beneath/IN/prep/1 Captain/NNP/compound/7 Holm/NNP/poss/9 's/POS/case/7 orchard/NN/pobj/5 ././punct/1\n";
    let others = |count: usize| -> String {
        (0..count)
            .map(|at| format!("Boat{at}/NN/nsubj/1 left/VBD/ROOT/1 a/DT/det/3 pier{at}/NN/dobj/1\n"))
            .collect()
    };
    let told_by = |id: &str, outlet: &str, notation: &str| {
        let (mut material, analysis) = broadcast(id, notation);
        material.document.outlet = Some(outlet.to_owned());
        let held = extract(&material, &analysis);
        (material.document, held)
    };
    let long = told_by("yt:a1B2c3D4-_5", "Harbour Radio", &(others(600) + clip + &others(600)));
    let short = told_by("yt:a1B2c3D4-_6", "Coast News", &(others(2) + clip));
    let statements =
        together(&[(&long.0, &long.1), (&short.0, &short.1)], &Meant::new(), &Period::ALL).statements;
    let clips: Vec<&str> = statements.iter().map(|statement| statement.words.as_str()).collect();
    assert_eq!(clips, ["Smugglers buried seventeen copper kettles beneath Captain Holm 's orchard"; 2]);
    assert_eq!(statements[0].same_as, [statements[1].id.clone()]);
}

#[test]
fn findings_have_the_shape_of_the_contract() {
    let (material, analysis) = article("url:https://example.org/a", REPORT);
    let held = extract(&material, &analysis);
    let statements = together(&[(&material.document, &held)], &Meant::new(), &Period::ALL).statements;
    let json = serde_json::to_string_pretty(&statements[2]).unwrap();
    insta::assert_snapshot!(json);
}

#[test]
fn the_order_of_documents_changes_nothing() {
    let (first, of_first) = article("url:https://example.org/a", REPORT);
    let (second, of_second) = article("url:https://example.org/b", REPORT);
    let (third, of_third) = broadcast("yt:a1B2c3D4-_5", BULLETIN);
    let held = [extract(&first, &of_first), extract(&second, &of_second), extract(&third, &of_third)];
    let mut documents =
        vec![(&first.document, &held[0]), (&second.document, &held[1]), (&third.document, &held[2])];
    let forward: Vec<Statement> = together(&documents, &Meant::new(), &Period::ALL).statements;
    documents.reverse();
    assert_eq!(together(&documents, &Meant::new(), &Period::ALL).statements, forward);
    assert!(forward.iter().any(|statement| !statement.same_as.is_empty()), "the two articles say the same");
}

#[test]
fn what_is_held_reads_back() {
    let (material, analysis) = article("url:https://example.org/a", REPORT);
    let held = extract(&material, &analysis);
    let bytes = postcard::to_allocvec(&held).unwrap();
    assert_eq!(postcard::from_bytes::<Held>(&bytes).unwrap(), held);
}

proptest::proptest! {
    /// Parses that no parser would give, of texts nobody would write.
    #[test]
    fn no_parse_is_too_odd(
        words in proptest::collection::vec(proptest::sample::select(
            vec!["said", "\"", "“", "”", "Mara", "Lindqvist", "the", "mayor", "I", "he", "according", "to", "?", ",", "quote", "who"]), 1..40),
        heads in proptest::collection::vec(0u32..60, 40),
        labels in proptest::collection::vec((0usize..40, 0usize..40), 40),
        spoken: bool,
    ) {
        let mut text = String::new();
        let mut parse = Parsed::default();
        for (at, word) in words.iter().enumerate() {
            if at > 0 { text.push(' '); }
            let start = text.len() as u32;
            text.push_str(word);
            let (relation, tag) = (Relation::ALL[labels[at].0 % Relation::ALL.len()], Tag::ALL[labels[at].1 % Tag::ALL.len()]);
            parse.tokens.push(Token { start, end: text.len() as u32, head: heads[at], relation, tag });
        }
        let count = words.len() as u32;
        parse.sentences = vec![0..count.div_ceil(2), count.div_ceil(2)..count];
        parse.entities.push(Entity { tokens: 0..1, kind: EntityKind::Person });
        let place = if spoken { Place::Spoken { segment: 0, start: None, end: None } } else { Place::Written { chars: 0..text.chars().count() } };
        let piece = Piece { bytes: 0..text.len(), place, speaker: None, role: None, after_break: true };
        let kind = if spoken { Kind::Broadcast } else { Kind::Article };
        let text = Text { text, pieces: vec![piece] };
        let material = Material { document: document("url:https://example.org/a", kind, date(2024, 5, 15)), front: text.clone(), text, keywords: Vec::new() };
        let held = extract(&material, &Analysis { text: parse.clone(), front: parse });
        let statements = together(&[(&material.document, &held)], &Meant::new(), &Period::ALL).statements;
        for statement in &statements {
            proptest::prop_assert!(material.text.text.contains(&statement.words), "words stand in the text");
        }
    }
}

#[test]
fn what_is_said_again_in_a_later_period_is_the_same_in_both() {
    let days = [2, 3, 4].map(|day| date(2026, 3, day));
    let articles: Vec<(Material, Analysis)> = days
        .iter()
        .zip(["a", "b", "c"])
        .map(|(day, name)| {
            let (mut material, analysis) = article(&format!("url:https://example.org/{name}"), REPORT);
            material.document.date = Some(*day);
            (material, analysis)
        })
        .collect();
    let held: Vec<Held> = articles.iter().map(|(material, analysis)| extract(material, analysis)).collect();
    let all: Vec<(&Document, &Held)> =
        articles.iter().map(|(material, _)| &material.document).zip(&held).collect();
    let same = |statements: Vec<Statement>| -> Vec<(String, Vec<String>, BTreeSet<String>)> {
        let links = |one: &Statement| one.why.links.iter().map(|link| link.id.clone()).collect();
        statements.iter().map(|one| (one.id.clone(), one.same_as.clone(), links(one))).collect()
    };
    let at_once = same(together(&all, &Meant::new(), &Period::ALL).statements);
    assert!(at_once.iter().any(|(_, same_as, _)| same_as.len() == 2), "all three say it");
    let periods = Period::of(all.iter().map(|(document, _)| *document), 1);
    assert_eq!(periods.len(), 3);
    let (mut found, mut echoes) = (Vec::new(), Vec::new());
    for period in periods {
        let mut of_period = together(&all, &Meant::new(), &period);
        of_period.name_earlier(&echoes);
        found.extend(same(of_period.statements));
        echoes.extend(of_period.echoes);
    }
    found.sort_unstable();
    let mut at_once = at_once;
    at_once.sort_unstable();
    assert_eq!(found, at_once);
}
