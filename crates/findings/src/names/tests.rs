//! Names on invented news.

use language::parse::{Entity, EntityKind, Parsed, Relation, Tag, Token};
use record::{DocumentId, Kind, MediaTime, Place};

use super::*;
use crate::{Analysis, Material, Piece, Text};

/// A document of an invented archive: what was said, a line each, and what its publisher typed.
struct Story {
    number: u32,
    title: &'static str,
    description: &'static str,
    keywords: &'static [&'static str],
    said: &'static [&'static str],
}

fn text(lines: &[&str], place: impl Fn(usize, usize) -> Place) -> Text {
    let mut text = Text::default();
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            text.text.push('\n');
        }
        let start = text.text.len();
        text.text.push_str(line);
        let place = place(index, line.chars().count());
        text.pieces.push(Piece {
            bytes: start..text.text.len(),
            place,
            speaker: None,
            role: None,
            after_break: true,
        });
    }
    text
}

fn material(story: &Story) -> Material {
    let id: DocumentId = format!("yt:a1B2c3D4{:03}", story.number).parse().unwrap();
    let document = Document {
        id,
        path: format!("Harbour Radio/{}.md", story.number),
        kind: Kind::Broadcast,
        title: Some(story.title.to_owned()),
        outlet: Some("Harbour Radio".to_owned()),
        show: Some("Harbour Radio".to_owned()),
        date: "2026-03-02".parse().ok(),
        url: None,
    };
    let spoken = |segment, _| Place::Spoken {
        segment,
        start: Some(MediaTime::from_millis(segment as u64 * 5000)),
        end: None,
    };
    let front = |index, length| Place::Front {
        part: if index == 0 { FrontPart::Title } else { FrontPart::Description },
        chars: 0..length,
    };
    Material {
        document,
        text: text(story.said, spoken),
        front: text(&[story.title, story.description], front),
        keywords: story.keywords.iter().map(|keyword| (*keyword).to_owned()).collect(),
    }
}

/// A parse that has found these names and nothing else.
fn parsed(text: &str, names: &[(&str, EntityKind)]) -> Parsed {
    let mut found: Vec<(usize, usize, EntityKind)> = names
        .iter()
        .flat_map(|(name, kind)| text.match_indices(name).map(move |(at, name)| (at, at + name.len(), *kind)))
        .collect();
    found.sort_unstable();
    let mut parsed = Parsed::default();
    for (start, end, kind) in found {
        let token = u32::try_from(parsed.tokens.len()).unwrap();
        let (start, end) = (u32::try_from(start).unwrap(), u32::try_from(end).unwrap());
        parsed.tokens.push(Token { start, end, head: token, relation: Relation::Root, tag: Tag::Nnp });
        parsed.entities.push(Entity { tokens: token..token + 1, kind });
    }
    parsed
}

fn found(stories: &[Story], known: &[(&str, EntityKind)]) -> Names {
    let held: Vec<(Document, Held)> = stories
        .iter()
        .map(|story| {
            let material = material(story);
            let analysis = Analysis {
                text: parsed(&material.text.text, known),
                front: parsed(&material.front.text, known),
            };
            let held = extract(&material, &analysis);
            let bytes = postcard::to_allocvec(&held).unwrap();
            let held: Held = postcard::from_bytes(&bytes).unwrap();
            (material.document, held)
        })
        .collect();
    let documents: Vec<(&Document, &Held)> = held.iter().map(|(document, held)| (document, held)).collect();
    let reversed: Vec<_> = documents.iter().rev().copied().collect();
    let found = names(&documents);
    assert_eq!(found, names(&reversed), "the order of documents does not matter");
    found
}

fn repaired(found: &Names) -> Vec<String> {
    found.repairs.iter().map(|repair| format!("{} -> {}", repair.heard, repair.canonical)).collect()
}

const HARBOUR: Story = Story {
    number: 1,
    title: "Governor closes the harbour",
    description: "Governor Mara Lindqvist said the harbour of Port Callow stays closed after the storm.",
    keywords: &["mara lindqvist", "storm", "harbour"],
    said: &[
        "The harbour of Port Callow stays closed after the storm.",
        "That is what governor Mara Lintwist said this morning in the harbour.",
        "For Lintwist the ferries come first, and the storm is not over.",
    ],
};

const CONCERT: Story = Story {
    number: 2,
    title: "A violinist comes home",
    description: "The violinist Mara Lundgren plays three sonatas at the festival.",
    keywords: &["violin"],
    said: &[
        "Sonatas at the festival this week, and a violinist comes home.",
        "We spoke with Mara Lundgren about sonatas, teachers and stage fright.",
    ],
};

#[test]
fn a_misheard_name_is_repaired_from_the_title_lines() {
    let found = found(&[HARBOUR, CONCERT], &[("Mara Lindqvist", EntityKind::Person)]);
    assert_eq!(repaired(&found), ["Mara Lintwist -> Mara Lindqvist", "Lintwist -> Mara Lindqvist"]);
    let repair = &found.repairs[0];
    assert!(repair.why.typed_here && repair.why.same_first && repair.why.same_title, "{:?}", repair.why);
    assert_eq!(
        repair.evidence[0].text,
        "Governor Mara Lindqvist said the harbour of Port Callow stays closed after the storm."
    );
    let json = serde_json::to_value(repair).unwrap();
    assert_eq!(json["document"], "yt:a1B2c3D4001");
    assert_eq!(json["segment"], 1);
    assert_eq!(json["evidence"][0]["part"], "description");
}

#[test]
fn spellings_are_found_under_their_name() {
    let found = found(&[HARBOUR, CONCERT], &[("Mara Lindqvist", EntityKind::Person)]);
    let [spellings] = &found.spellings[..] else { panic!("{:?}", found.spellings) };
    assert_eq!(
        (spellings.canonical.as_str(), spellings.short.as_deref()),
        ("Mara Lindqvist", Some("Lindqvist"))
    );
    let heard: Vec<&str> = spellings.heard.iter().map(|heard| heard.text.as_str()).collect();
    assert_eq!(heard, ["Lintwist", "Mara Lintwist"]);
}

#[test]
fn who_is_known_by_another_name_is_left_alone() {
    #[track_caller]
    fn check(said: &'static [&'static str]) {
        let story =
            Story { number: 3, title: "The festival", description: "Music all week.", keywords: &[], said };
        assert_eq!(
            repaired(&found(&[HARBOUR, CONCERT, story], &[])),
            repaired(&found(&[HARBOUR, CONCERT], &[])),
            "{said:?}"
        );
    }
    // A real name that people typed, of somebody else.
    check(&["And then Mara Lundgren plays her sonatas."]);
    // The same person by a shorter form, or in the plural.
    check(&["We know the Mara Lindqvists of this world."]);
    // Nobody whose name is like it.
    check(&["Jonas Lindqvist is a fisherman."]);
    check(&["Our own Tom Bright has the forecast."]);
    // Ordinary words.
    check(&["The more links with the storm we find, the better for the harbour."]);
}

#[test]
fn a_first_name_alone_is_who_it_was_with_its_surname() {
    let said = &[
        "Governor Marra Lintwist said the harbour stays closed.",
        "And then Marra spoke of the storm.",
        "Nobody but Marra was there.",
    ];
    let story = Story { said, ..HARBOUR };
    let found = found(&[story, CONCERT], &[("Mara Lindqvist", EntityKind::Person)]);
    let repaired = repaired(&found);
    assert!(repaired.contains(&"Marra -> Mara Lindqvist".to_owned()), "{repaired:?}");
}

#[test]
fn a_word_that_the_title_has_is_spelt_as_it_is_meant() {
    let of = |title| Story {
        number: 1,
        title,
        description: "The bridge at Skarvik is closed while engineers look at its pillars.",
        keywords: &[],
        said: &["The bridge at Scarwick is closed and engineers look at its pillars."],
    };
    let repaired = |title| {
        let said: &[&str] = &["Engineers look at pillars today."];
        let again = Story { number: 2, title: "The bridge again", said, ..of("") };
        repaired(&found(&[of(title), again], &[("Skarvik", EntityKind::Country)]))
    };
    assert_eq!(repaired("The bridge"), ["Scarwick -> Skarvik"]);
    assert_eq!(repaired("The bridge, and not that of Scarwick"), [""; 0]);
}

#[test]
fn a_place_is_repaired_by_its_sound() {
    let of = |number, title, said| Story {
        number,
        title,
        description: "The bridge at Skarvik is closed while engineers look at its pillars.",
        keywords: &[],
        said,
    };
    let stories = [
        of(1, "The bridge", &["The bridge at Scarwick is closed and engineers look at its pillars."]),
        of(2, "The bridge again", &["Engineers look at pillars today."]),
    ];
    let found = found(&stories, &[("Skarvik", EntityKind::Country)]);
    assert_eq!(repaired(&found), ["Scarwick -> Skarvik"]);
    assert_eq!(found.repairs[0].kind, NameKind::Place);
}

#[test]
fn two_hearings_of_an_untyped_name_are_variants_and_no_repairs() {
    let story = Story {
        number: 1,
        title: "A report",
        description: "From the coast.",
        keywords: &[],
        said: &[
            "This is Merrin Okafor on the coast.",
            "Thank you, said the baker, and Mellin Okafor went on.",
        ],
    };
    let found = found(&[story], &[]);
    assert_eq!(repaired(&found), [""; 0]);
    let [variants] = &found.variants[..] else { panic!("{:?}", found.variants) };
    let mut heard = [variants.left.heard.as_str(), variants.right.heard.as_str()];
    heard.sort_unstable();
    assert_eq!(heard, ["Mellin Okafor", "Merrin Okafor"]);
}

#[test]
fn nothing_comes_of_nothing() {
    assert_eq!(names(&[]), Names::default());
}

proptest::proptest! {
    #[test]
    fn any_words_are_read(said in "[A-Za-z'\u{2019}. -]{0,200}", typed in "\\PC{0,80}", keyword: String) {
        let mut material = material(&HARBOUR);
        material.text = text(&[&said], |segment, _| Place::Spoken { segment, start: None, end: None });
        material.front = text(&[&typed], |_, length| Place::Front { part: FrontPart::Title, chars: 0..length });
        material.keywords = vec![keyword];
        let held = extract(&material, &Analysis::default());
        for repair in names_of_score(&[(&material.document, &held)], f32::MIN).repairs {
            proptest::prop_assert!(!repair.evidence.is_empty());
            proptest::prop_assert!(said.contains(repair.heard.split(' ').next().unwrap_or_default()));
            proptest::prop_assert!((0.0..=1.0).contains(&repair.confidence));
        }
    }
}
