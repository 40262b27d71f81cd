//! Shared passages of invented programmes and articles, and what holds for any.

use proptest::prelude::*;
use record::Place;

use super::*;
use crate::check::tests::{article, broadcast};
use crate::material::Material;

/// Sixty different words, so that no run comes twice by itself.
fn words(of: &str, count: usize) -> String {
    const SYLLABLES: [&str; 10] = ["ka", "lo", "mi", "ne", "pu", "ra", "so", "ti", "vu", "ze"];
    let word = |at: usize| format!("{of}{}{}", SYLLABLES[at / 10 % 10], SYLLABLES[at % 10]);
    (0..count).map(word).collect::<Vec<_>>().join(" ")
}

fn found(materials: &[&Material]) -> Vec<Reuse> {
    let held: Vec<Held> = materials.iter().map(|material| extract(material)).collect();
    let documents: Vec<_> = materials.iter().map(|material| &material.document).zip(&held).collect();
    pairs(&documents)
        .iter()
        .flat_map(|pair| {
            passages(pair, &Wording::of(materials[pair.left]), &Wording::of(materials[pair.right]))
        })
        .collect()
}

/// `left text | right text (common words, overlap, relation)`
fn shown(materials: &[&Material]) -> Vec<String> {
    let ends = |text: &str| {
        let words: Vec<&str> = text.split(' ').collect();
        format!("{}..{}", words[0], words[words.len() - 1])
    };
    found(materials)
        .iter()
        .map(|reuse| {
            let (left, right) = (ends(&reuse.left.text), ends(&reuse.right.text));
            format!("{left} | {right} ({}, {:.2}, {:?})", reuse.common_words, reuse.overlap, reuse.relation)
        })
        .collect()
}

#[test]
fn shared_passages_are_found_whole() {
    #[track_caller]
    fn check(left: &str, right: &str, expected: &[&str]) {
        let one = broadcast("yt:aaaaaaaaaaa", "2026-03-01", &[left]);
        let other = broadcast("yt:bbbbbbbbbbb", "2026-03-02", &[right]);
        assert_eq!(shown(&[&one, &other]), expected);
        // Documents come in any order.
        assert_eq!(shown(&[&other, &one]), expected);
    }
    let clip = words("a", 40);
    check(&clip, &words("b", 40), &[]);
    check(
        &format!("{} {clip}", words("b", 90)),
        &format!("{clip} {}", words("c", 90)),
        &["akaka..aneze | akaka..aneze (40, 1.00, Passage)"],
    );
    check(&clip, &clip, &["akaka..aneze | akaka..aneze (40, 1.00, Version)"]);
    check(
        &clip,
        &format!("{clip} {}", words("c", 90)),
        &["akaka..aneze | akaka..aneze (40, 1.00, Contained)"],
    );
    // Nineteen words are a phrase.
    let short = words("a", 19);
    check(&format!("{short} {}", words("b", 60)), &format!("{short} {}", words("c", 60)), &[]);
    // Recognisers hear words in different ways, and editors cut a few.
    let heard = clip.replace("aloso", "something else").replace("anemi ", "");
    check(
        &format!("{} {clip} {}", words("b", 60), words("d", 60)),
        &format!("{} {heard} {}", words("c", 60), words("e", 60)),
        &["akaka..aneze | akaka..aneze (38, 0.95, Passage)"],
    );
    // A clip that comes twice is in one passage.
    check(
        &format!("{clip} {} {clip}", words("b", 90)),
        &format!("{clip} {}", words("c", 90)),
        &["akaka..aneze | akaka..aneze (40, 1.00, Passage)"],
    );
}

#[test]
fn what_an_outlet_says_every_day_is_no_reuse() {
    let opening = words("a", 40);
    let days = |count: usize, step: usize| -> Vec<Material> {
        let programme = |at: usize| {
            let own = words(&char::from(b'b' + at as u8).to_string(), 60);
            let date = format!("2026-03-{:02}", 1 + at * step);
            broadcast(&format!("yt:aaaaaaaaaa{at}"), &date, &[&format!("{opening} {own}")])
        };
        (0..count).map(programme).collect()
    };
    assert_eq!(found(&days(2, 1).iter().collect::<Vec<_>>()).len(), 1);
    assert_eq!(found(&days(3, 1).iter().collect::<Vec<_>>()).len(), 3, "a clip of three days");
    assert_eq!(found(&days(3, 7).iter().collect::<Vec<_>>()).len(), 0, "an advertisement of three weeks");
    assert_eq!(found(&days(4, 1).iter().collect::<Vec<_>>()).len(), 0);
}

#[test]
fn a_quotation_of_an_article_may_be_shorter() {
    let clip = words("a", 15);
    let said = broadcast(
        "yt:aaaaaaaaaaa",
        "2026-03-01",
        &[&format!("{} {clip} {}", words("b", 60), words("c", 60))],
    );
    let quoting = format!("{} “{clip},” she said. {}", words("d", 60), words("e", 60));
    let quoting = article("url:https://post.example.org/ferry", "2026-03-02", &[&quoting]);
    let copying = quoting.text.text.replace(['“', '”'], "");
    let copying = article("url:https://post.example.org/boat", "2026-03-02", &[&copying]);
    assert_eq!(shown(&[&said, &quoting]), ["akaka..alopu | akaka..alopu (15, 1.00, Passage)"]);
    assert!(found(&[&said, &copying]).is_empty());
}

#[test]
fn findings_are_as_the_contracts_have_them() {
    let clip = words("a", 24);
    let one = broadcast("yt:aaaaaaaaaaa", "2026-03-02", &[&clip]);
    let other = article("url:https://post.example.org/ferry", "2026-03-01", &[&clip]);
    let reuse = found(&[&one, &other]).remove(0);
    assert_eq!(reuse.first.as_ref().map(DocumentId::as_str), Some("url:https://post.example.org/ferry"));
    assert_eq!(reuse.left.citation.document, other.document.id, "the first is left");
    assert_eq!(reuse.left.citation.place, Place::Written { chars: 0..clip.len() });
    let json = serde_json::to_value(&reuse).unwrap();
    assert_eq!(json["left"]["document"], "url:https://post.example.org/ferry");
    assert_eq!(json["right"]["segment"], 0);
    assert_eq!(json["overlap"], 1.0);
    assert_eq!(json["relation"], "version");
    let same_day = article("url:https://post.example.org/boat", "2026-03-01", &[&clip]);
    assert_eq!(found(&[&same_day, &other])[0].first, None);
}

#[test]
fn what_is_kept_reads_back() {
    let held = extract(&broadcast("yt:aaaaaaaaaaa", "2026-03-02", &[&words("a", 90)]));
    let bytes = postcard::to_allocvec(&held).unwrap();
    assert_eq!(postcard::from_bytes::<Held>(&bytes).unwrap(), held);
    assert_eq!(held.words, 90);
}

proptest! {
    #[test]
    fn passages_have_the_words_they_say(left in "([a-f]{1,2} ){0,80}", right in "([a-f]{1,2} ){0,80}", clip in "([a-z]{2,6} ){20,40}") {
        let one = broadcast("yt:aaaaaaaaaaa", "2026-03-01", &[&format!("{left}{clip}{right}")]);
        let other = broadcast("yt:bbbbbbbbbbb", "2026-03-02", &[&format!("{right}{clip}{left}")]);
        for reuse in found(&[&one, &other]) {
            prop_assert!((0.0..=1.0).contains(&reuse.overlap));
            prop_assert!(one.text.text.contains(&reuse.left.text));
            prop_assert!(other.text.text.contains(&reuse.right.text));
            let count = |text: &str| text.split(' ').count();
            prop_assert!(reuse.common_words <= count(&reuse.left.text).min(count(&reuse.right.text)));
        }
    }

    #[test]
    fn no_pair_is_too_much(hits in proptest::collection::vec((0_u32..200, 0_u32..200), 0..50), left in "([ab] ){0,80}", right in "([ab] ){0,80}") {
        let one = broadcast("yt:aaaaaaaaaaa", "2026-03-01", &[&left]);
        let other = broadcast("yt:bbbbbbbbbbb", "", &[&right]);
        let _ = passages(&Pair { left: 0, right: 1, hits }, &Wording::of(&one), &Wording::of(&other));
    }
}
