use language::parse::{Entity, EntityKind, Parsed, Relation, Tag, Token};
use proptest::prelude::*;
use record::Kind;

use super::*;
use crate::material::{Analysis, Material, Piece, Text};

/// A text with its parse: `word/TAG/head/relation`, heads counted from 0 in the sentence, sentences apart by `|`; a name has its
/// kind behind it.
fn parsed(annotated: &str) -> (Text, Parsed) {
    let (mut text, mut parsed) = (String::new(), Parsed::default());
    for sentence in annotated.split('|') {
        let first = parsed.tokens.len() as u32;
        for word in sentence.split_whitespace() {
            let parts: Vec<&str> = word.split('/').collect();
            let [word, tag, head, relation, ref kind @ ..] = parts[..] else {
                panic!("four parts in {word}")
            };
            let token = parsed.tokens.len() as u32;
            parsed.entities.extend(kind.first().map(|kind| Entity {
                tokens: token..token + 1,
                kind: EntityKind::of_name(kind).unwrap_or_else(|| panic!("a kind: {kind}")),
            }));
            if !text.is_empty() {
                text.push(' ');
            }
            let start = text.len() as u32;
            text.push_str(word);
            parsed.tokens.push(Token {
                start,
                end: text.len() as u32,
                head: first + head.parse::<u32>().unwrap(),
                relation: Relation::of_name(relation).unwrap_or_else(|| panic!("a relation: {relation}")),
                tag: Tag::of_name(tag).unwrap_or_else(|| panic!("a tag: {tag}")),
            });
        }
        parsed.sentences.push(first..parsed.tokens.len() as u32);
    }
    let piece = Piece {
        bytes: 0..text.len(),
        place: record::Place::Written { chars: 0..text.chars().count() },
        speaker: None,
        role: None,
        after_break: true,
    };
    (Text { text, pieces: vec![piece] }, parsed)
}

fn document(name: &str, date: &str) -> Document {
    Document {
        id: format!("url:https://example.org/{name}").parse().unwrap(),
        path: format!("{name}.txt"),
        kind: Kind::Article,
        title: None,
        outlet: None,
        show: None,
        date: Some(date.parse().unwrap()),
        url: None,
    }
}

/// What a document holds whose text is annotated as [`parsed`] has it.
fn held(name: &str, date: &str, annotated: &str) -> (Document, Held) {
    let (document, material, parsed) = unread(name, date, annotated);
    let held = extract(&material, &Analysis { text: parsed, front: Parsed::default() });
    (document, held)
}

/// The findings between some documents, as `class left|right`.
fn found(documents: &[(Document, Held)]) -> Vec<String> {
    let documents: Vec<(&Document, &Held)> =
        documents.iter().map(|(document, held)| (document, held)).collect();
    let findings = find(&documents, &Period::ALL);
    findings.iter().map(|one| format!("{:?} {}|{}", one.class, one.left.said, one.right.said)).collect()
}

/// A document that is not read yet: what it is, its text, and the parse.
fn unread(name: &str, date: &str, annotated: &str) -> (Document, Material, Parsed) {
    let document = document(name, date);
    let (text, parsed) = parsed(annotated);
    let material =
        Material { document: document.clone(), text, front: Text::default(), keywords: Vec::new() };
    (document, material, parsed)
}

/// A sentence on how many a fire on an island hurt.
fn fire(count: &str) -> String {
    format!(
        "{count}/CD/1/nummod people/NNS/3/nsubjpass were/VBD/3/auxpass injured/VBN/3/ROOT in/IN/3/prep the/DT/7/det \
         ballroom/NN/7/compound fire/NN/4/pobj on/IN/7/prep Skerry/NNP/10/compound Island/NNP/8/pobj | \
         Commissioner/NNP/2/compound Mara/NNP/2/compound Lindqvist/NNP/3/nsubj blamed/VBD/3/ROOT fireworks/NNS/3/dobj \
         near/IN/4/prep the/DT/8/det wooden/JJ/8/amod stage/NN/5/pobj"
    )
}

/// A sentence on how long two people spoke.
fn call(number: &str, unit: &str) -> String {
    format!(
        "The/DT/2/det phone/NN/2/compound call/NN/7/nsubj between/IN/2/prep Lindqvist/NNP/3/pobj and/CC/4/cc \
         Quill/NNP/4/conj lasted/VBD/7/ROOT {number}/CD/9/nummod {unit}/NNS/7/npadvmod | They/PRP/1/nsubj \
         discussed/VBD/1/ROOT the/DT/4/det Skerry/NNP/4/compound ferry/NN/1/dobj subsidy/NN/4/appos"
    )
}

#[test]
fn a_fact_of_counts_has_a_name_or_rare_words_in_common_somewhere() {
    let documents = ["18", "20", "23", "26"].map(|count| held(count, "2026-03-02", &fire(count)));
    let documents: Vec<(&Document, &Held)> =
        documents.iter().map(|(document, held)| (document, held)).collect();
    let claims = Claims::of(&documents);
    let number = |document: usize| {
        let is_number =
            |at: &usize| claims.all[*at].document == document && claims.all[*at].claim.fact == Fact::Number;
        (0..claims.all.len()).find(is_number).expect("a count in each")
    };
    let pair = |left: usize, right: usize, names: Option<f32>, evidence: f32| Pair {
        left: number(left),
        right: number(right),
        class: Class::Conflict,
        confidence: 0.7,
        ratio: Some(1.1),
        likeness: Likeness { evidence, names, ..Likeness::default() },
    };
    let facts = |pairs: Vec<Pair>| grouped(&claims, pairs).iter().map(Vec::len).collect::<Vec<_>>();
    assert_eq!(facts(vec![pair(0, 1, Some(0.0), 4.9)]), [0; 0]);
    assert_eq!(facts(vec![pair(0, 1, Some(0.1), 4.9)]), [1]);
    assert_eq!(facts(vec![pair(0, 1, Some(0.0), 5.1)]), [1]);
    assert_eq!(facts(vec![pair(0, 1, None, 4.9)]), [1], "without names nothing is known of them");
    assert_eq!(facts(vec![pair(0, 1, Some(0.0), 0.0), pair(1, 2, Some(0.5), 9.0)]), [2], "one tells of all");
    // What is less sure stands beside what is sure, and is no fact by itself.
    let doubtful = |left: usize, right: usize| Pair { confidence: 0.3, ..pair(left, right, Some(0.5), 9.0) };
    let sure = |left: usize, right: usize| pair(left, right, Some(0.5), 9.0);
    assert_eq!(facts(vec![doubtful(0, 1)]), [0; 0]);
    assert_eq!(facts(vec![sure(0, 1), doubtful(1, 2)]), [2]);
    assert_eq!(facts(vec![sure(0, 1), sure(2, 3), doubtful(1, 2)]), [1, 1], "it joins no two facts");
}

/// How sure two sentences are of one fact among the surest, where the pair alone is as sure as 0.9.
fn weighed(fact: Fact, sentences: [&str; 2]) -> f32 {
    let documents = [("a", sentences[0]), ("b", sentences[1])];
    let documents = documents.map(|(name, sentence)| held(name, "2026-03-02", sentence));
    let documents: Vec<(&Document, &Held)> =
        documents.iter().map(|(document, held)| (document, held)).collect();
    let claims = Claims::of(&documents);
    let of_kind: Vec<usize> = (0..claims.all.len()).filter(|at| claims.all[*at].claim.fact == fact).collect();
    let [left, right] = of_kind[..] else { panic!("a claim in each: {of_kind:?}") };
    let likeness = claims.likeness(&claims.all[left], &claims.all[right]);
    let class = Class::Conflict;
    support::confidence(&claims, &Pair { left, right, class, confidence: 0.9, ratio: Some(1.1), likeness })
}

#[test]
fn a_pair_among_the_surest_is_less_sure_than_it_looks() {
    let of = |sentence: &dyn Fn(&str) -> String, counts: [&str; 2]| {
        weighed(Fact::Number, [&sentence(counts[0]), &sentence(counts[1])])
    };
    let killed = |count: &str| storm(count, "people/NNS/2/dobj");
    let injured = |count: &str| killed(count).replace("killed", "injured");
    let hurt = of(&fire, ["40", "41"]);
    assert!((0.5..0.9).contains(&hurt), "{hurt}");
    assert!(of(&fire, ["4000", "4100"]) > hurt, "few things come in thousands");
    assert!(of(&killed, ["40", "41"]) < of(&injured, ["40", "41"]), "in a war, every day anew");
    let talks = weighed(Fact::Duration, [&call("40", "minutes"), &call("41", "minutes")]);
    assert!((talks - 0.75).abs() < 0.01, "odds of three in place of nine: {talks}");
}

#[test]
fn who_retells_a_fact_retells_its_sentence() {
    let of = |other: &str| weighed(Fact::Number, [&fire("40"), other]);
    let retold = of(&fire("41"));
    let in_other_words =
        fire("41").replace("ballroom", "dancehall").replace("injured", "hurt").replace("the/", "that/");
    assert!(of(&in_other_words) < retold);
    // What happened the last time has its year.
    let told = |when: &str| fire("41").replace("Island/NNP/8/pobj", &format!("Island/NNP/8/pobj {when}"));
    let long_ago = of(&told("in/IN/3/prep 2017/CD/11/pobj"));
    assert!(long_ago < 0.7 * retold, "{long_ago} of {retold}");
    for when in ["in/IN/3/prep 2026/CD/11/pobj", "since/IN/3/prep 2017/CD/11/pobj"] {
        let told = of(&told(when));
        assert!((told - retold).abs() < 0.05, "{told} of {retold} for {when}");
    }
}

#[test]
fn a_denial_is_of_what_its_words_say() {
    let of = |denial: &str| weighed(Fact::Claim, [ACCUSED, denial]);
    let denied = of(DENIED);
    let something_else =
        DENIED.replace("sludge", "letters").replace("poisonous", "anonymous").replace("dumping", "writing");
    assert!(of(&something_else) < denied);
    // "We were near the oyster beds", says somebody who is not named.
    assert!(of(&DENIED.replace("any/DT", "our/PRP$")) < denied);
}

#[test]
fn figures_that_cannot_both_be_true_are_found() {
    #[track_caller]
    fn check(left: (&str, &str), right: (&str, &str), expected: &[&str]) {
        let documents = [held("a", left.0, &fire(left.1)), held("b", right.0, &fire(right.1))];
        assert_eq!(found(&documents), expected, "for {left:?} and {right:?}");
        let [a, b] = documents;
        assert_eq!(found(&[b, a]), expected, "in any order");
    }
    check(("2026-03-02", "21"), ("2026-03-02", "18"), &["Conflict 21|18"]);
    check(("2026-03-02", "18"), ("2026-03-03", "21"), &["Update 18|21"]);
    check(("2026-03-02", "21"), ("2026-03-03", "18"), &["Conflict 21|18"]); // Who is hurt stays hurt.
    check(("2026-03-02", "21"), ("2026-03-02", "21"), &[]);
    check(("2026-03-02", "21"), ("2026-03-02", "twenty-one"), &[]);
    check(("2026-03-02", "21"), ("2026-05-02", "18"), &[]); // Another fire.
    check(("2026-03-02", "21"), ("2026-03-02", "700"), &[]); // Another count.
}

/// [`fire`], with a day of the week on which it was told to have happened and a country in which.
fn fire_on(count: &str, day: &str, country: &str) -> String {
    format!(
        "{count}/CD/1/nummod people/NNS/3/nsubjpass were/VBD/3/auxpass injured/VBN/3/ROOT in/IN/3/prep the/DT/7/det \
         ballroom/NN/7/compound fire/NN/4/pobj in/IN/3/prep {country}/NNP/8/pobj/GPE on/IN/3/prep {day}/NNP/10/pobj | \
         Commissioner/NNP/2/compound Mara/NNP/2/compound Lindqvist/NNP/3/nsubj blamed/VBD/3/ROOT fireworks/NNS/3/dobj \
         near/IN/4/prep the/DT/8/det wooden/JJ/8/amod stage/NN/5/pobj"
    )
}

#[test]
fn what_happened_on_other_days_or_elsewhere_is_another_fact() {
    #[track_caller]
    fn check(left: &str, right: &str, expected: &[&str]) {
        let documents = [held("a", "2026-03-06", left), held("b", "2026-03-06", right)];
        assert_eq!(found(&documents), expected, "for {left} and {right}");
    }
    let monday = fire_on("21", "Monday", "Norway");
    check(&monday, &fire_on("18", "Monday", "Norway"), &["Conflict 21|18"]);
    check(&monday, &fire_on("18", "Tuesday", "Norway"), &["Conflict on Monday|on Tuesday"]); // One fire, two days.
    check(&monday, &fire_on("18", "Monday", "Peru"), &[]);
    check(&monday, &fire_on("18", "Monday", "Oslo"), &["Conflict 21|18"]); // It lies in Norway.
    check(&monday, &fire("18"), &["Conflict 21|18"]); // Hardly the news of Friday, but all else agrees.
    check(&fire_on("21", "Thursday", "Norway"), &fire("18"), &["Conflict 21|18"]);
}

/// [`fire`], in a hall that is described so.
fn fire_at(count: &str, of_hall: &str) -> String {
    fire(count).replace("on/IN/7/prep Skerry/NNP/10/compound Island/NNP/8/pobj", of_hall)
}

#[test]
fn what_happened_in_other_towns_or_on_another_side_is_another_fact() {
    #[track_caller]
    fn check(left: &str, right: &str, expected: usize) {
        let documents = ["21", "18"].into_iter().zip([left, right]).zip(["a", "b"]);
        let documents: Vec<(Document, Held)> = documents
            .map(|((count, of_hall), name)| held(name, "2026-03-06", &fire_at(count, of_hall)))
            .collect();
        assert_eq!(found(&documents).len(), expected, "for {left} and {right}");
    }
    let town = |name: &str| format!("in/IN/3/prep {name}/NNP/8/pobj/GPE");
    let side = |side: &str| format!("in/IN/3/prep {side}/JJ/10/amod Norway/NNP/8/pobj/GPE");
    check(&town("Bergen"), &town("Bergen"), 1);
    check(&town("Bergen"), &town("Oslo"), 0);
    check(&town("Skerrytown"), &town("Oslo"), 0);
    check(&town("Skerrytown"), &town("Skerritown"), 1); // As it sounds.
    check(&town("Oslo"), &town("Norway"), 1); // It lies there.
    check(&town("Oslo"), &town("Scandinavia"), 1);
    check(&side("northern"), &side("north"), 1);
    check(&side("northern"), &side("southern"), 0);
    check(&side("northern"), &town("Norway"), 1);
}

/// [`fire`], with some words behind what was injured where.
fn fire_told(count: &str, behind: &str) -> String {
    fire(count).replace("Island/NNP/8/pobj", &format!("Island/NNP/8/pobj {behind}"))
}

#[test]
fn the_last_hours_of_two_days_are_two_facts() {
    let of = |name: &str, day: &str, count: &str, behind: &str| held(name, day, &fire_told(count, behind));
    let hours = "over/IN/3/prep the/DT/14/det past/JJ/14/amod 24/CD/14/nummod hours/NNS/11/pobj";
    let overnight = "overnight/RB/3/advmod";
    let between = |left: (&str, &str), right: (&str, &str)| {
        found(&[of("a", left.0, "18", left.1), of("b", right.0, "23", right.1)]).len()
    };
    assert_eq!(between(("2026-03-02", hours), ("2026-03-02", hours)), 1);
    assert_eq!(between(("2026-03-02", hours), ("2026-03-03", hours)), 0);
    assert_eq!(between(("2026-03-02", overnight), ("2026-03-03", overnight)), 1, "of one night");
    assert_eq!(between(("2026-03-02", overnight), ("2026-03-04", overnight)), 0);
    assert_eq!(between(("2026-03-02", hours), ("2026-03-03", "")), 1, "the other does not say");
}

#[test]
fn so_many_a_day_or_in_one_place_alone_are_not_all_of_them() {
    let between = |behind: &str| {
        let told = storm("36", "people/NNS/2/dobj")
            .replace("Skerry/NNP/8/pobj", &format!("Skerry/NNP/8/pobj {behind}"));
        let all = held("a", "2026-03-02", &storm("40", "people/NNS/2/dobj"));
        found(&[all, held("b", "2026-03-02", &told)]).len()
    };
    assert_eq!(between(""), 1);
    assert_eq!(between("a/DT/11/det day/NN/2/npadvmod"), 0);
    assert_eq!(between("alone/RB/2/advmod"), 0);
    assert_eq!(between("a/DT/11/det week/NN/2/npadvmod ago/RB/2/advmod"), 1);
    assert_eq!(between("seriously/RB/2/advmod"), 0);
    assert_eq!(between("suddenly/RB/2/advmod"), 1);
}

#[test]
fn what_an_outlet_says_again_in_the_same_words_is_no_news() {
    let between = |outlet: &str, date: &str, sentences: [String; 2]| {
        let broadcast = |name: &str, date: &str, outlet: &str, sentence: &str| {
            let (document, held) = held(name, date, sentence);
            (Document { kind: Kind::Broadcast, outlet: Some(outlet.to_owned()), ..document }, held)
        };
        let first = broadcast("a", "2026-03-02", "Harbour Radio", &sentences[0]);
        found(&[first, broadcast("b", date, outlet, &sentences[1])]).len()
    };
    let talks = || [call("90", "minutes"), call("150", "minutes")];
    assert_eq!(between("Harbour Radio", "2026-03-03", talks()), 0);
    assert_eq!(between("Coast News", "2026-03-03", talks()), 1);
    assert_eq!(between("Harbour Radio", "2026-03-02", talks()), 1, "on one day it is corrected");
    assert_eq!(between("Harbour Radio", "2026-03-03", [fire("40"), fire("51")]), 1, "what has grown is news");
}

#[test]
fn workers_are_people_only_where_they_lose_their_work() {
    let of = |name, people: &str, killed: &str| {
        held(
            name,
            "2026-03-02",
            &storm(if name == "a" { "40" } else { "36" }, people).replace("killed", killed),
        )
    };
    let (people, workers) = ("people/NNS/2/dobj", "workers/NNS/2/dobj");
    assert_eq!(found(&[of("a", people, "killed"), of("b", workers, "killed")]), [""; 0]);
    assert_eq!(found(&[of("a", workers, "killed"), of("b", workers, "killed")]).len(), 1);
    assert_eq!(found(&[of("a", people, "dismissed"), of("b", workers, "dismissed")]).len(), 1);
}

#[test]
fn what_is_advertised_is_no_claim() {
    let sentence = storm("36", "people/NNS/2/dobj");
    let counts = |annotated: &str| {
        let claims = held("a", "2026-03-02", annotated).1.claims;
        claims.iter().filter(|claim| claim.fact == Fact::Number).count()
    };
    assert_eq!(counts(&sentence), 1);
    let beside = sentence
        .replace("lighthouse/NN/6/compound", "podcast/NN/6/compound")
        .replace("pier/NN/3/dobj", "discount/NN/3/dobj");
    assert_eq!(counts(&beside), 0, "the next sentence advertises");
    let advertised = sentence
        .replace("harbour/NN/5/pobj", "podcast/NN/5/pobj")
        .replace("storm/NN/2/nsubj", "discount/NN/2/nsubj");
    assert_eq!(counts(&advertised), 0);
}

#[test]
fn parts_of_a_sentence_are_no_wholes() {
    let series = "21/CD/1/nummod people/NNS/3/nsubjpass were/VBD/3/auxpass injured/VBN/3/ROOT in/IN/3/prep the/DT/7/det \
         ballroom/NN/7/compound fire/NN/4/pobj ,/,/3/punct 15/CD/10/nummod people/NNS/12/nsubjpass were/VBD/12/auxpass \
         injured/VBN/3/conj on/IN/12/prep the/DT/15/det wooden/JJ/16/amod stage/NN/13/pobj | \
         Commissioner/NNP/2/compound Mara/NNP/2/compound Lindqvist/NNP/3/nsubj blamed/VBD/3/ROOT fireworks/NNS/3/dobj \
         near/IN/4/prep Skerry/NNP/7/compound Island/NNP/5/pobj";
    let documents = |count: &str| [held("a", "2026-03-02", series), held("b", "2026-03-02", &fire(count))];
    assert_eq!(found(&documents("36")), ["Conflict 21|36"], "the larger may be all of them");
    assert_eq!(found(&documents("18")), ["Conflict 21|18"]);
    let both = series.replace("21/CD", "16/CD");
    let documents = [held("a", "2026-03-02", &both), held("b", "2026-03-02", &fire("18"))];
    assert_eq!(found(&documents), ["Conflict 16|18"], "15 is a part, 16 can't be");
}

#[test]
fn what_happens_again_and_again_has_no_one_value() {
    let days: Vec<(Document, Held)> =
        (0..7).map(|at| held(&format!("d{at}"), "2026-03-02", &fire(&(20 + 5 * at).to_string()))).collect();
    assert_eq!(found(&days[..3]).len(), 3);
    assert_eq!(found(&days), [""; 0]);
}

#[test]
fn lengths_of_one_talk_are_compared() {
    let of = |name, number, unit| held(name, "2026-03-02", &call(number, unit));
    assert_eq!(
        found(&[of("a", "90", "minutes"), of("b", "two", "hours")]),
        ["Conflict 90 minutes|two hours"]
    );
    assert_eq!(found(&[of("a", "120", "minutes"), of("b", "two", "hours")]), [""; 0]);
    // Over the last two hours much may have been said; that is when.
    let when = call("two", "hours").replace(
        "lasted/VBD/7/ROOT two/CD/9/nummod hours/NNS/7/npadvmod",
        "went/VBD/7/ROOT over/IN/7/prep the/DT/12/det last/JJ/12/amod two/CD/12/nummod hours/NNS/8/pobj",
    );
    assert_eq!(found(&[of("a", "90", "minutes"), held("b", "2026-03-02", &when)]), [""; 0]);
    let how_long = when.replace("over/IN/7/prep", "for/IN/7/prep");
    assert_eq!(found(&[of("a", "90", "minutes"), held("b", "2026-03-02", &how_long)]).len(), 1);
}

/// A sentence on what a truce covers.
fn truce(of: &str) -> String {
    format!(
        "Quill/NNP/1/nsubj agreed/VBD/1/ROOT a/DT/3/det truce/NN/1/dobj with/IN/3/prep Norway/NNP/4/pobj/GPE and/CC/4/cc \
         Lindqvist/NNP/5/conj on/IN/3/prep {of} | The/DT/2/det Skerry/NNP/2/compound council/NN/3/nsubj welcomed/VBD/3/ROOT \
         the/DT/5/det breakwater/NN/3/dobj"
    )
}

#[test]
fn two_nouns_joined_here_and_not_there_are_two_scopes() {
    let scope = |name, of: &str| held(name, "2026-03-02", &truce(of));
    let tied = scope("a", "harbour/NN/10/compound infrastructure/NN/8/pobj");
    let joined = "harbour/NN/8/pobj and/CC/9/cc infrastructure/NN/9/conj";
    assert_eq!(
        found(&[tied.clone(), scope("b", joined)]),
        ["Conflict harbour infrastructure|harbour and infrastructure"]
    );
    // Who describes the first alone names two things.
    let described = "northern/JJ/10/amod harbour/NN/8/pobj and/CC/10/cc infrastructure/NN/10/conj";
    assert_eq!(found(&[tied, scope("b", described)]), [""; 0]);
}

/// A sentence on when a ferry sank.
fn sinking(time: &str) -> String {
    format!(
        "The/DT/1/det ferry/NN/2/nsubj sank/VBD/2/ROOT off/IN/2/prep Skerry/NNP/5/compound Island/NNP/3/pobj at/IN/2/prep \
         {time}/CD/6/pobj p.m./NN/7/npadvmod | Captain/NNP/2/compound Mara/NNP/2/compound Lindqvist/NNP/3/nsubj \
         steered/VBD/3/ROOT towards/IN/3/prep the/DT/6/det lighthouse/NN/4/pobj"
    )
}

#[test]
fn times_of_one_day_are_compared() {
    let times = |one: &str, other: &str, day: &str| {
        found(&[held("one", "2026-03-02", &sinking(one)), held("other", day, &sinking(other))])
    };
    assert_eq!(times("2.30", "2.15", "2026-03-03"), ["Conflict 2.30 p.m.|2.15 p.m."]);
    // By the clock of another zone, or of another day.
    assert_eq!(times("2.30", "3.30", "2026-03-03"), [""; 0]);
    assert_eq!(times("2.30", "2.15", "2026-03-08"), [""; 0]);
    // A programme, not what happened.
    let of =
        |name, time: &str| held(name, "2026-03-02", &sinking(time).replace("The/DT/1/det", "Every/DT/1/det"));
    assert_eq!(found(&[of("one", "2.30"), of("other", "2.15")]), [""; 0]);
}

#[test]
fn who_states_both_does_not_differ() {
    let both = format!("{} | {}", fire("21"), fire("18"));
    let documents = [held("a", "2026-03-02", &both), held("b", "2026-03-02", &fire("18"))];
    assert_eq!(found(&documents), [""; 0]);
}

/// A sentence on how many of a nation a storm killed.
fn storm(count: &str, people: &str) -> String {
    format!(
        "The/DT/1/det storm/NN/2/nsubj killed/VBD/2/ROOT {count}/CD/4/nummod {people} in/IN/2/prep the/DT/7/det \
         harbour/NN/5/pobj of/IN/7/prep Skerry/NNP/8/pobj | Commissioner/NNP/2/compound Mara/NNP/2/compound \
         Lindqvist/NNP/3/nsubj closed/VBD/3/ROOT the/DT/6/det lighthouse/NN/6/compound pier/NN/3/dobj"
    )
}

#[test]
fn a_people_are_people_but_no_other_people() {
    let of = |name, count, people: &str| held(name, "2026-03-02", &storm(count, people));
    let norwegians = "Norwegians/NNPS/2/dobj/NORP";
    let danes = "Danes/NNPS/2/dobj/NORP";
    let people = "people/NNS/2/dobj";
    let between = |left: &str, right: &str| found(&[of("a", "40", left), of("b", "36", right)]);
    assert_eq!(between(norwegians, people), ["Conflict 40|36"]);
    assert_eq!(between(norwegians, norwegians), ["Conflict 40|36"]);
    assert_eq!(between(norwegians, danes), [""; 0]);
    // Members of a party are some of them.
    assert_eq!(between("Republicans/NNPS/2/dobj/NORP", people), [""; 0]);
}

/// A sentence on a captain who is arrested, whose age stands in some words before or behind the name.
fn captain(before: &str, behind: &str) -> String {
    format!(
        "{before} Mara/NNP/1/compound/PERSON Lindqvist/NNP/2/nsubj {behind} steered/VBD/2/ROOT the/DT/4/det Skerry/NNP/5/compound \
         ferry/NN/2/dobj onto/IN/2/prep the/DT/8/det lighthouse/NN/8/compound reef/NN/6/pobj"
    )
}

#[test]
fn ages_of_one_who_is_named_in_full_are_compared() {
    let named = |at: usize, sentence: &str| {
        let (document, mut material, mut parsed) = unread(&format!("d{at}"), "2026-03-02", sentence);
        let first = parsed.entities[0].tokens.start;
        parsed.entities[0].tokens = first..first + 2;
        material.document = document.clone();
        let held = extract(&material, &Analysis { text: parsed, front: Parsed::default() });
        (document, held)
    };
    #[track_caller]
    fn check(found: Vec<String>, expected: &[&str]) {
        assert_eq!(found, expected);
    }
    let behind = captain("", ",/,/1/punct 52/CD/1/appos ,/,/1/punct");
    let before = captain("54/CD/2/nummod -/HYPH/2/punct year/NN/4/npadvmod -/HYPH/4/punct old/JJ/5/amod", "");
    let spelt = captain("", "is/VBZ/2/ROOT 54/CD/4/nummod years/NNS/5/npadvmod old/JJ/2/acomp and/CC/2/cc");
    let other = captain("", ",/,/1/punct 52/CD/1/appos ,/,/1/punct").replace("Mara/", "Jonas/");
    check(found(&[named(0, &behind), named(1, &before)]), &["Conflict 52|54"]);
    check(found(&[named(0, &behind), named(1, &spelt)]), &["Conflict 52|54"]);
    check(found(&[named(0, &before), named(1, &spelt)]), &[]);
    check(found(&[named(0, &before), named(1, &other)]), &[]); // Another captain.
    // The last word of a number.
    let spelt_out = captain(
        "eighty/CD/2/nummod -/HYPH/2/punct two/CD/4/nummod -/HYPH/2/punct year/NN/6/npadvmod -/HYPH/4/punct old/JJ/7/amod",
        "",
    );
    check(found(&[named(0, &behind), named(1, &spelt_out)]), &[]);
    // A list of numbers.
    let list = captain("", ",/,/1/punct 54/CD/1/appos ,/,/1/punct 55/CD/1/appos ,/,/1/punct");
    check(found(&[named(0, &behind), named(1, &list)]), &[]);
    // A child of hers, and whoever met her.
    let old = "54/CD/2/nummod -/HYPH/2/punct year/NN/4/npadvmod -/HYPH/4/punct old/JJ/5/amod";
    let son = captain(&format!("{old} son/NN/5/nsubj of/IN/5/prep"), "");
    let met = captain(&format!("{old} sailor/NN/5/nsubj met/VBD/6/ROOT"), "");
    check(found(&[named(0, &behind), named(1, &son)]), &[]);
    check(found(&[named(0, &behind), named(1, &met)]), &[]);
    // A year apart is less sure.
    let next = captain("", ",/,/1/punct 53/CD/1/appos ,/,/1/punct");
    let surer = |one: &str, other: &str| {
        let documents = [named(0, one), named(1, other)];
        let documents: Vec<(&Document, &Held)> =
            documents.iter().map(|(document, held)| (document, held)).collect();
        find(&documents, &Period::ALL)[0].confidence
    };
    assert!(surer(&behind, &next) < surer(&behind, &before));
}

/// A sentence on where somebody opened what.
fn opening(who: &str, place: &str) -> String {
    format!(
        "Harbour/NN/1/compound commissioner/NN/2/compound {who}/NNP/3/nsubj/PERSON opened/VBD/3/ROOT the/DT/6/det \
         restored/JJ/6/amod lighthouse/NN/3/dobj museum/NN/6/appos near/IN/3/prep {place}/NNP/8/pobj/GPE before/IN/3/prep \
         cheering/VBG/12/amod fishermen/NNS/10/pobj on/IN/3/prep Sunday/NNP/13/pobj"
    )
}

#[test]
fn a_name_that_was_exchanged_in_an_article_is_found() {
    #[track_caller]
    fn check(left: (&str, &str), right: (&str, &str), expected: &[&str]) {
        let [left, right] = [left, right].map(|(who, place)| opening(who, place));
        let documents = [held("a", "2026-03-02", &left), held("b", "2026-03-02", &right)];
        assert_eq!(found(&documents), expected, "for {left} and {right}");
    }
    check(("Lindqvist", "Bergen"), ("Varg", "Bergen"), &["Conflict Lindqvist|Varg"]);
    check(("Lindqvist", "Bergen"), ("Lindqvyst", "Bergen"), &[]); // Another spelling.
    check(("Lindqvist", "Bergen"), ("Lindqvist", "Oslo"), &["Conflict Bergen|Oslo"]);
    check(("Lindqvist", "Norway"), ("Lindqvist", "Oslo"), &[]); // It lies there.
    check(("Lindqvist", "Kyiv"), ("Lindqvist", "Kiev"), &[]);
    check(("Lindqvist", "U.K."), ("Lindqvist", "Britain"), &[]);
    check(("Lindqvist", "Britain"), ("Lindqvist", "Norway"), &["Conflict Britain|Norway"]);
}

#[test]
fn names_in_speech_are_not_compared() {
    let spoken = |name: &str, who: &str| {
        let (mut document, mut material, parsed) = unread(name, "2026-03-02", &opening(who, "Bergen"));
        document.kind = Kind::Broadcast;
        material.document = document.clone();
        let held = extract(&material, &Analysis { text: parsed, front: Parsed::default() });
        (document, held)
    };
    assert_eq!(found(&[spoken("a", "Lindqvist"), spoken("b", "Varg")]), [""; 0]);
}

const ACCUSED: &str = "Inspectors/NNS/1/nsubj accused/VBD/1/ROOT Skerry/NNP/3/compound Shipping/NNP/1/dobj of/IN/1/prep \
     dumping/VBG/4/pcomp poisonous/JJ/7/amod sludge/NN/5/dobj beside/IN/5/prep the/DT/10/det oyster/NN/11/compound \
     beds/NNS/8/pobj";
const DENIED: &str = "Skerry/NNP/1/compound Shipping/NNP/2/nsubj denies/VBZ/2/ROOT dumping/VBG/2/xcomp poisonous/JJ/5/amod \
     sludge/NN/3/dobj near/IN/3/prep any/DT/9/det oyster/NN/9/compound beds/NNS/6/pobj";
const DENIED_IT: &str = "Skerry/NNP/1/compound Shipping/NNP/2/nsubj denies/VBZ/2/ROOT it/PRP/2/dobj";
const PRAISED: &str =
    "Fishermen/NNS/1/nsubj praised/VBD/1/ROOT the/DT/4/det oyster/NN/4/compound harvest/NN/1/dobj";

#[test]
fn a_claim_and_its_denial_are_found() {
    let between =
        |left: &str, right: &str| found(&[held("a", "2026-03-02", left), held("b", "2026-03-03", right)]);
    assert_eq!(
        between(ACCUSED, DENIED),
        [
            "Conflict accused Skerry Shipping of dumping poisonous sludge beside the oyster beds|denies dumping poisonous \
             sludge near any oyster beds"
        ]
    );
    assert_eq!(between(ACCUSED, PRAISED), [""; 0]);
    assert_eq!(between(ACCUSED, ACCUSED), [""; 0], "two tell of it, and nobody denies it");
    let never = DENIED.replace("any/DT/9/det", "never/RB/2/neg");
    let nobody = DENIED.replace("Shipping/NNP/2/nsubj", "nobody/NN/2/nsubj");
    let neither = DENIED.replace("Shipping/NNP/2/nsubj", "neither/CC/2/preconj");
    let either = DENIED.replace("Skerry/NNP/1/compound Shipping/NNP/2/nsubj", "confirm/VB/0/ROOT or/CC/0/cc");
    for negated in [never, nobody, neither, either] {
        assert_eq!(between(ACCUSED, &negated), [""; 0], "for {negated}");
    }
    let no_denying = "There/EX/1/expl is/VBZ/1/ROOT DET/DT/3/det denying/VBG/1/attr dumping/VBG/3/xcomp poisonous/JJ/6/amod \
         sludge/NN/4/dobj near/IN/4/prep any/DT/10/det oyster/NN/10/compound beds/NNS/7/pobj";
    assert_eq!(between(ACCUSED, &no_denying.replace("DET", "no")), [""; 0], "it is so");
    assert_eq!(between(ACCUSED, &no_denying.replace("DET", "this")).len(), 1);
    // Who says that it is not so says what who denies it says.
    let said = |not: &str| {
        ACCUSED
            .replace("accused/VBD/1/ROOT", "said/VBD/1/ROOT")
            .replace("dumping/VBG/4/pcomp", "dumped/VBD/1/ccomp")
            .replace("the/DT/10/det", not)
    };
    assert_eq!(between(&said("the/DT/10/det"), DENIED).len(), 1);
    assert_eq!(between(&said("not/RB/5/neg"), DENIED).len(), 0);
}

#[test]
fn who_tells_the_denial_too_is_not_denied_by_it() {
    let sure = |accused: &str| {
        let documents = [held("a", "2026-03-02", accused), held("b", "2026-03-03", DENIED)];
        let documents: Vec<(&Document, &Held)> =
            documents.iter().map(|(document, held)| (document, held)).collect();
        let claims = Claims::of(&documents);
        let of = |document: usize, denies: bool| {
            let is_one = |known: &&Known<'_>| matches!(known.claim.value, Value::Stance(one) if one.denies() == denies);
            claims.of_document(document).iter().find(is_one).expect("one in each")
        };
        let shared_core = vec!["sludge".to_owned()];
        let likeness =
            Likeness { context: 0.5, evidence: 30.0, names: Some(1.0), shared_core, ..Likeness::default() };
        denials::confidence(of(0, false), of(1, true), &likeness)
    };
    assert!(sure(ACCUSED).is_some());
    let tells_both = format!(
        "{ACCUSED} while/IN/13/mark it/PRP/13/nsubj denies/VBZ/1/advcl dumping/VBG/13/xcomp poisonous/JJ/16/amod \
         sludge/NN/14/dobj near/IN/14/prep any/DT/20/det oyster/NN/20/compound beds/NNS/17/pobj"
    );
    assert_eq!(sure(&tells_both), None);
}

#[test]
fn who_denies_it_denies_what_was_just_said() {
    let in_one = |sentences: [&str; 3]| found(&[held("a", "2026-03-02", &sentences.join(" | "))]).len();
    assert_eq!(in_one([ACCUSED, DENIED_IT, PRAISED]), 1);
    assert_eq!(in_one([ACCUSED, PRAISED, DENIED_IT]), 1);
    assert_eq!(in_one([DENIED_IT, ACCUSED, PRAISED]), 0, "it points back, not ahead");
    // What else it does is not denied.
    let and_praised = format!(
        "{DENIED_IT} and/CC/2/cc praised/VBD/2/conj the/DT/8/det oyster/NN/8/compound harvest/NN/5/dobj of/IN/8/prep \
         Callow/NNP/11/compound Bay/NNP/9/pobj"
    );
    assert_eq!(in_one([ACCUSED, &and_praised, PRAISED]), 1);
}

#[test]
fn what_somebody_asked_for_and_did_not_get_is_no_claim() {
    // "Skerry Shipping was denied dumping poisonous sludge": leave to do so.
    let refused = DENIED
        .replace("Shipping/NNP/2/nsubj denies/VBZ", "Shipping/NNP/2/nsubjpass denied/VBN")
        .replace("near/IN/3/prep any/DT/9/det", "was/VBD/2/auxpass any/DT/9/det")
        + " | "
        + PRAISED;
    let between =
        |other: &str| found(&[held("a", "2026-03-02", ACCUSED), held("b", "2026-03-03", other)]).len();
    assert_eq!(between(&refused), 0);
    let by = refused.replace("any/DT/9/det", "by/IN/2/agent");
    assert_eq!(between(&by), 1, "somebody denied it");
    assert_eq!(between(&by.replace("sludge/NN/3/dobj", "permit/NN/2/dobj")), 0, "somebody refused it");
}

#[test]
fn findings_have_the_shape_of_the_contract() {
    let documents =
        [held("a", "2026-03-02", &call("90", "minutes")), held("b", "2026-03-02", &call("two", "hours"))];
    let documents: Vec<_> = documents.iter().map(|(document, held)| (document, held)).collect();
    let finding = serde_json::to_value(&find(&documents, &Period::ALL)[0]).unwrap();
    assert_eq!((&finding["class"], &finding["fact"]), (&"conflict".into(), &"duration".into()));
    assert!(finding["story"].is_null());
    let left = &finding["left"];
    assert_eq!(left["document"], "url:https://example.org/a");
    assert_eq!(left["chars"], serde_json::json!([0, 60]));
    assert_eq!((&left["value"], &left["unit"]), (&5400.0.into(), &"seconds".into()));
    assert!(left["text"].as_str().unwrap().contains("90 minutes"));
}

#[test]
fn what_is_held_survives_on_disk() {
    let (_, held) = held("a", "2026-03-02", &fire("21"));
    assert!(!held.claims.is_empty());
    let bytes = postcard::to_allocvec(&held).unwrap();
    assert_eq!(postcard::from_bytes::<Held>(&bytes).unwrap(), held);
}

proptest! {
    #[test]
    fn any_parse_is_read(
        words in prop::collection::vec(prop::sample::select(vec![
            "21", "people", "killed", "and", "two", "hours", "$", "million", "on", "Wednesday", "of", "the", "é", "-",
        ]), 1..24),
        heads in prop::collection::vec(0_u32..24, 24),
        tags in prop::collection::vec(prop::sample::select(Tag::ALL.to_vec()), 24),
        relations in prop::collection::vec(prop::sample::select(Relation::ALL.to_vec()), 24),
        cut in 1_usize..24,
    ) {
        let plain: Vec<String> = words.iter().map(|word| format!("{word}/NN/0/dep")).collect();
        let (text, mut parsed) = parsed(&plain.join(" "));
        let count = parsed.tokens.len() as u32;
        for (at, token) in parsed.tokens.iter_mut().enumerate() {
            (token.head, token.tag, token.relation) = (heads[at] % count, tags[at], relations[at]);
        }
        let cut = (cut as u32).min(count - 1);
        parsed.sentences = [0..cut, cut..count].into_iter().filter(|sentence| !sentence.is_empty()).collect();
        let material = Material { document: document("a", "2026-03-02"), text, front: Text::default(), keywords: Vec::new() };
        let held = extract(&material, &Analysis { text: parsed, front: Parsed::default() });
        let other = document("b", "2026-03-03");
        find(&[(&material.document, &held), (&other, &held)], &Period::ALL);
    }
}

#[test]
fn a_fact_of_several_periods_is_told_by_the_first_that_has_it() {
    let days = ["2026-03-02", "2026-03-03", "2026-03-04", "2026-03-10"];
    let documents: Vec<(Document, Held)> = ["40", "70", "40", "90"]
        .iter()
        .zip(days)
        .map(|(count, day)| held(&format!("of-{day}"), day, &fire(count)))
        .chain([{
            let (document, held) = held("undated", days[3], &fire("120"));
            (Document { date: None, ..document }, held)
        }])
        .collect();
    let all: Vec<(&Document, &Held)> = documents.iter().map(|(document, held)| (document, held)).collect();
    let places = |found: &[Discrepancy]| {
        let mut pairs: Vec<_> =
            found.iter().map(|one| (one.left.citation.clone(), one.right.citation.clone())).collect();
        pairs.sort_by_key(|pair| format!("{pair:?}"));
        pairs
    };
    let at_once = find(&all, &Period::ALL);
    assert!(at_once.len() > 5, "pairs of all, and with who has no date");
    let periods = Period::of(documents.iter().map(|(document, _)| document), 1);
    assert_eq!(periods.len(), 4);
    let found: Vec<Vec<Discrepancy>> = periods
        .iter()
        .map(|period| {
            let seen: Vec<_> = all.iter().copied().filter(|(document, _)| period.sees(document)).collect();
            find(&seen, period)
        })
        .collect();
    assert_eq!(found[1], [], "the first period has told it");
    let found = surest_first(found);
    assert_eq!(places(&found), places(&at_once));
    assert!(found.is_sorted_by_key(|one| one.group) && found[0].group == 0);
}
