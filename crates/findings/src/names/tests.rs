//! Names on invented news.

use language::parse::{Entity, EntityKind, Parsed, Relation, Tag, Token};
use record::{DocumentId, Kind, MediaTime, Place};

use super::*;
use crate::{Analysis, Material, Piece, Text};

/// A document of an invented archive: what was said, a line each, and what its publisher typed.
#[derive(Clone)]
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
fn what_is_meant_is_told_by_how_it_was_heard() {
    let again = Story { number: 8, ..HARBOUR };
    let found = found(&[HARBOUR, again, CONCERT], &[("Mara Lindqvist", EntityKind::Person)]);
    // Not a surname alone: others have it.
    let documents = BTreeSet::from(["yt:a1B2c3D4001", "yt:a1B2c3D4008"]);
    assert_eq!(found.meant(), Meant::from([("Mara Lintwist", ("Mara Lindqvist", documents))]));
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

/// What is repaired where a publisher typed one name in a description, and its recording has another in its place.
fn repaired_in(typed: &'static str, said: &'static str) -> Vec<String> {
    let story = Story {
        description: typed,
        keywords: &[],
        said: Vec::leak(vec!["The harbour stays closed after the storm.", said]),
        ..HARBOUR
    };
    let known = typed.split(" said").next().unwrap();
    repaired(&found(&[story, CONCERT], &[(known, EntityKind::Person)]))
}

#[test]
fn a_first_name_in_another_spelling_is_a_slip_and_in_a_short_form_none() {
    let gregg = "Gregg Lindqvist said the harbour stays closed after the storm.";
    assert_eq!(
        repaired_in(gregg, "That is what Greg Lindqvist said."),
        ["Greg Lindqvist -> Gregg Lindqvist"]
    );
    let michael = "Michael Lindqvist said the harbour stays closed after the storm.";
    assert_eq!(repaired_in(michael, "That is what Mike Lindqvist said."), [""; 0]);
}

#[test]
fn a_name_may_be_heard_as_one_word() {
    let tavi = "Tavi Lindqvist said the harbour stays closed after the storm.";
    assert_eq!(repaired_in(tavi, "That is what Tavilintquist said."), ["Tavilintquist -> Tavi Lindqvist"]);
    // A short word is like too many names.
    let ann = "Ann Ek said the harbour stays closed after the storm.";
    assert_eq!(repaired_in(ann, "That is what Annek said."), [""; 0]);
}

#[test]
fn a_name_may_begin_before_one_that_is_known() {
    let quist = Story {
        number: 4,
        title: "The trial",
        description: "Abrell Quist is a name on the coast.",
        keywords: &[],
        said: &["Abrell Quist is a name on the coast."],
    };
    let of = |said| Story {
        description: "Tavimar Abrell Quist is in the harbour, and the storm is not over.",
        keywords: &["tavimar abrell quist"],
        said,
        ..HARBOUR
    };
    let known = [("Tavimar Abrell Quist", EntityKind::Person), ("Abrell Quist", EntityKind::Person)];
    let repaired = |said| repaired(&found(&[of(said), quist.clone()], &known));
    assert_eq!(
        repaired(&["The storm is over for Kavimar Abrell Quist in the harbour."]),
        ["Kavimar Abrell Quist -> Tavimar Abrell Quist"]
    );
    assert_eq!(repaired(&["The storm is over for Tavimar Abrell Quist in the harbour."]), [""; 0]);
}

#[test]
fn keywords_tell_names_in_lower_case_and_behind_an_office() {
    #[track_caller]
    fn check(keyword: &'static str, expected: &[&str]) {
        let story = Story {
            description: "The harbour stays closed after the storm.",
            keywords: Vec::leak(vec![keyword]),
            said: &[
                "The harbour stays closed after the storm, and Tavi Lintwist is in the harbour.",
                "Who but Harber Lintwist and the Trayd Wint tell of the storm?",
            ],
            ..HARBOUR
        };
        let others = [5, 6].map(|number| Story {
            number,
            title: "The forecast",
            description: "Wind all week.",
            keywords: &[],
            said: &["It was Tavi Brandt who told us of the wind."],
        });
        let [one, other] = others;
        let found = found(&[story, one, other], &[("Tavi Brandt", EntityKind::Person)]);
        assert_eq!(repaired(&found), expected, "for {keyword}");
    }
    check("tavi lindqvist", &["Tavi Lintwist -> Tavi Lindqvist"]);
    check("Minister of Trade Tavi Lindqvist", &["Tavi Lintwist -> Tavi Lindqvist"]);
    // Nobody is called "harbour", and these are words.
    check("harbour lindqvist", &[]);
    check("Minister of Trade and Wind", &[]);
}

#[test]
fn a_place_that_is_typed_once_is_one_if_it_is_heard_so() {
    let typed = Story {
        number: 1,
        title: "The bridge",
        description: "The bridge at Skarvik is closed while engineers look at its pillars.",
        keywords: &[],
        said: &["The bridge at Scarwick is closed and engineers look at its pillars."],
    };
    let heard = |number| Story {
        number,
        title: "The forecast",
        description: "Wind all week.",
        keywords: &[],
        said: &["There is a bridge at Skarvik."],
    };
    let known = [("Skarvik", EntityKind::Country)];
    assert_eq!(repaired(&found(&[typed.clone(), heard(2), heard(3)], &known)), [""; 0]);
    assert_eq!(repaired(&found(&[typed, heard(2), heard(3), heard(4)], &known)), ["Scarwick -> Skarvik"]);
}

#[test]
fn what_people_typed_is_no_mishearing_of_what_one_of_them_cut_short() {
    let of = |number, description| Story {
        number,
        title: "The harbour",
        description,
        keywords: &[],
        said: &["The Morning Harbour Post tells of the storm."],
    };
    let known = [
        ("Morning Harbour Post", EntityKind::Organisation),
        ("Morning Harbour Pos", EntityKind::Organisation),
    ];
    let cut = of(1, "The storm and the harbour at night. Picture by Morning Harbour Pos");
    // Words of its own, each of them.
    let words = Story {
        said: &["A post in the harbour this morning.", "Every morning a post, and a harbour."],
        ..of(2, "A harbour post this morning.")
    };
    let again = Story { number: 3, ..words.clone() };
    let typed = of(4, "The storm, as the Morning Harbour Post has it, is over.");
    assert_eq!(
        repaired(&found(&[cut.clone(), words.clone(), again.clone()], &known)).len(),
        1,
        "nobody typed it"
    );
    assert_eq!(repaired(&found(&[cut, words, again, typed], &known)), [""; 0]);
}

#[test]
fn whose_first_name_nobody_else_has_is_the_only_one() {
    let again = |number| Story { number, said: &["The ferries stay in the harbour."], ..HARBOUR };
    let known = [("Mara Lindqvist", EntityKind::Person), ("Mara Lundgren", EntityKind::Person)];
    let is_only_one = |stories: &[Story]| found(stories, &known).repairs[0].why.is_only_one;
    assert!(is_only_one(&[HARBOUR, again(8), again(9)]));
    assert!(!is_only_one(&[HARBOUR, again(8)]), "a name that is typed in few documents may have others");
    assert!(!is_only_one(&[HARBOUR, again(8), again(9), CONCERT]), "another Mara is typed");
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
