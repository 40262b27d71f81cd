//! Promises of stories, on invented weeks.

use proptest::prelude::*;
use record::Document;

use super::fixture::{recording, told, week};
use super::*;

/// A story in a line: title, outlets, members.
fn line(story: &Story) -> String {
    let members: Vec<String> = story
        .members
        .iter()
        .map(|member| match (member.start_seconds, member.end_seconds) {
            (Some(start), Some(end)) => format!("{}-{}", start.whole_seconds(), end.whole_seconds()),
            _ => "whole".to_owned(),
        })
        .collect();
    format!("{} {} [{}] {}", story.first, story.title, story.outlets.join(", "), members.join(" "))
}

#[test]
fn an_event_has_reports_and_stretches_of_roundups() {
    let (_, stories) = told(&week());
    let lines: Vec<String> = stories.iter().map(line).collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    2026-03-03 Lindqvist elected mayor of Port Ellery [Coast News, Harbour Radio] 60-120 whole
    2026-03-02 Ferry Osprey off Skerry Island [Harbour Radio, Coast News] whole whole 0-60
    ");
}

#[test]
fn members_say_what_they_share() {
    let (_, stories) = told(&week());
    let ferry = stories.iter().find(|story| story.title.contains("erry")).expect("a story of the ferry");
    for member in &ferry.members {
        assert!(member.why.similarity > 0.1, "{member:?}");
        assert!(member.why.shared.iter().any(|stem| stem == "osprey" || stem == "ferr"), "{member:?}");
    }
    assert_eq!(ferry.first_by.as_deref(), Some("Harbour Radio"));
}

#[test]
fn json_has_the_shape_of_the_contract() {
    let (_, stories) = told(&week()[..2]);
    insta::assert_snapshot!(serde_json::to_string_pretty(&stories[0]).unwrap(), @r#"
    {
      "id": "story:url:https://video.example.org/harbourradiomorningdesk2ferryrunsagroundoffskerryislandharbourradio",
      "title": "Osprey ferry: captain Orla Venn blames the storm",
      "first": "2026-03-02",
      "last": "2026-03-03",
      "outlets": [
        "Harbour Radio",
        "Coast News"
      ],
      "first_by": "Harbour Radio",
      "missing": [],
      "running": null,
      "members": [
        {
          "document": "url:https://video.example.org/harbourradiomorningdesk2ferryrunsagroundoffskerryislandharbourradio",
          "start_seconds": null,
          "end_seconds": null,
          "segment": null,
          "headline": "Ferry runs aground off Skerry Island | Harbour Radio",
          "why": {
            "similarity": 0.77,
            "shared": [
              "ferr",
              "ospr",
              "island",
              "sker",
              "orla",
              "venn",
              "captain",
              "storm"
            ]
          }
        },
        {
          "document": "url:https://video.example.org/coastnews3ospreyferrycaptainorlavennblamesthestorm",
          "start_seconds": null,
          "end_seconds": null,
          "segment": null,
          "headline": "Osprey ferry: captain Orla Venn blames the storm",
          "why": {
            "similarity": 0.77,
            "shared": [
              "ferr",
              "ospr",
              "island",
              "sker",
              "orla",
              "venn",
              "captain",
              "storm"
            ]
          }
        }
      ]
    }
    "#);
}

#[test]
fn a_story_that_gains_a_member_keeps_its_id() {
    let recordings = week();
    let (_, before) = told(&recordings[..2]);
    let (_, after) = told(&recordings);
    let id = &before[0].id;
    let found = after.iter().find(|story| story.id == *id).expect("the story");
    assert!(found.members.len() > before[0].members.len());
}

#[test]
fn outlets_of_those_days_that_did_not_carry_it_are_missing() {
    let mut recordings = week();
    recordings.push(recording(
        ("Inland Post", 3, "Wheat prices fall", ""),
        &["Wheat prices fell at Millford market."],
    ));
    recordings.push(recording(
        ("Late Post", 9, "Barley prices fall", ""),
        &["Barley prices fell at Millford market."],
    ));
    let (_, stories) = told(&recordings);
    let ferry = stories.iter().find(|story| story.title.contains("erry")).expect("a story of the ferry");
    assert_eq!(ferry.missing, ["Inland Post"]);
}

#[test]
fn equal_words_weeks_apart_are_two_events_of_one_running_story() {
    let talks = |show, day, title| {
        recording(
            (show, day, title, "Mara Lindqvist and Tomas Brandt spoke about the Skerry Island ferry."),
            &["Mara Lindqvist and Tomas Brandt spoke by telephone about the ferry to Skerry Island."],
        )
    };
    let recordings = [
        talks("Harbour Radio", 2, "Lindqvist and Brandt speak about ferry"),
        talks("Coast News", 2, "Ferry: Lindqvist telephones Brandt"),
        talks("Harbour Radio", 24, "Lindqvist and Brandt speak again about ferry"),
        talks("Coast News", 25, "Ferry: Lindqvist telephones Brandt again"),
    ];
    let (_, stories) = told(&recordings);
    assert_eq!(stories.len(), 2);
    assert!(stories[0].running.is_some());
    assert_eq!(stories[0].running, stories[1].running);
    assert!(stories[0].first > stories[1].first, "the newest first");
}

#[test]
fn what_is_in_no_story_joins_the_one_that_it_is_near_to() {
    let unit = |document, day, weights: &[(u32, f32)]| Unit {
        document,
        stretch: None,
        day,
        vector: Vector::unit(weights.to_vec(), 9),
        is_aside: false,
    };
    let units = Units {
        units: vec![
            unit(0, 0, &[(0, 1.0), (1, 0.2)]),
            unit(1, 0, &[(0, 1.0), (2, 0.2)]),
            unit(2, 1, &[(0, 0.3), (3, 1.0)]), // About something else, and about this.
            unit(3, 1, &[(0, 0.1), (4, 1.0)]), // Hardly.
            unit(4, 9, &[(0, 1.0), (1, 0.2)]), // Long after.
        ],
        terms: Vec::new(),
    };
    let groups = vec![vec![0, 1], vec![2], vec![3], vec![4]];
    let stories = with_leftovers(groups, &units, &[]);
    assert_eq!(stories.into_iter().map(|(units, _)| units).collect::<Vec<_>>(), [[0, 1, 2]]);
}

#[test]
fn a_story_stays_one_with_what_it_took_in() {
    let unit = |document, stretch, weights: &[(u32, f32)]| Unit {
        document,
        stretch,
        day: 0,
        vector: Vector::unit(weights.to_vec(), 9),
        is_aside: false,
    };
    // Three stretches of one programme, each with something of the first report and nothing of each other.
    let stretch = |at: u32| unit(2, Some(at as usize), &[(at, 0.66), (10 + at, 0.75)]);
    let units = Units {
        units: vec![
            unit(0, None, &[(0, 0.5), (1, 0.5), (2, 0.5), (3, 0.5)]),
            unit(1, None, &[(0, 0.5), (4, 0.5), (5, 0.5), (6, 0.5)]),
            stretch(1),
            stretch(2),
            stretch(3),
        ],
        terms: Vec::new(),
    };
    assert!(!Group::of(&[0, 1, 2, 3, 4], &units, &[]).is_story(), "together they are loose");
    let stories = with_leftovers(vec![vec![0, 1], vec![2], vec![3], vec![4]], &units, &[]);
    assert_eq!(stories.iter().map(|(_, group)| group.units.len()).collect::<Vec<_>>(), [5]);
}

#[test]
fn nothing_makes_no_story() {
    let events = |all: &[(&Document, &Held)]| together(all, &Period::ALL, Taken::default());
    assert_eq!(events(&[]), Default::default());
    let empty = recording(("", 1, "", ""), &[]);
    let held = extract(&empty, &crate::material::Analysis::default());
    assert_eq!(events(&[(&empty.document, &held), (&empty.document, &held)]), Default::default());
    assert_eq!(stories(Vec::new()), []);
}

#[test]
fn what_is_held_survives_the_disk() {
    for material in week() {
        let held = extract(&material, &crate::material::Analysis::default());
        let bytes = postcard::to_allocvec(&held).unwrap();
        assert_eq!(postcard::from_bytes::<Held>(&bytes).unwrap(), held);
    }
}

proptest! {
    #[test]
    fn the_order_of_documents_changes_nothing(order in Just(vec![0_usize, 1, 2, 3]).prop_shuffle()) {
        let recordings = week();
        let shuffled: Vec<_> = order.iter().map(|index| recordings[*index].clone()).collect();
        prop_assert_eq!(told(&shuffled).1, told(&recordings).1);
    }

    #[test]
    fn no_text_makes_it_panic(title in "\\PC{0,40}", lines in proptest::collection::vec("[ -~À-ž.?!\\n:0-9]{0,60}", 0..40)) {
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let recordings = [recording(("A", 1, &title, &title), &lines), recording(("B", 2, &title, "0:00 a\n0:05 b\n0:07 c"), &lines)];
        let (held, stories) = told(&recordings);
        let all: Vec<(&Document, &Held)> = recordings.iter().map(|material| &material.document).zip(&held).collect();
        let sentences = crate::timeline::Sentences::of(&all);
        for story in &stories {
            let steps = sentences.steps(story);
            prop_assert!(steps.iter().all(|step| step.story == story.id && !step.citations.is_empty()));
        }
    }
}
