//! `trends`.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::harbour::weeks;
use crate::program::{Run, run_without_models as run};

fn begun() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = weeks(folder.path());
    (folder, root)
}

fn trends(arguments: &[&str], status: i32) -> Run {
    let (_folder, root) = begun();
    run(&root, [&["trends"], arguments].concat()).expect(status)
}

/// Period, outlet, show, hits and passages of each row.
fn counts(rows: &[Value]) -> Vec<Value> {
    let short =
        |row: &Value| json!([row["period"], row["outlet"], row["show"], row["hits"], row["passages"]]);
    rows.iter().map(short).collect()
}

#[test]
fn a_row_has_the_shape_of_the_contract() {
    let mut rows = trends(&["boats", "--by", "month", "--json"], 0).objects();
    assert_eq!(rows.len(), 1);
    // How long the last line of a transcript takes is a guess.
    assert!(rows[0]["airtime_seconds"].take().as_f64().unwrap() > 3.0);
    assert!(rows[0]["airtime_share"].take().as_f64().unwrap() < 1.0);
    let expected = json!({
        "period": "2026-03", "outlet": null, "show": null, "term": "boats", "hits": 1, "passages": 5, "share": 0.2,
        "airtime_seconds": null, "airtime_share": null,
    });
    assert_eq!(rows[0], expected);
    let silent = trends(&["walrus", "--json"], 1).objects();
    assert_eq!(
        counts(&silent),
        [json!(["2026-03-02", null, null, 0, 2]), json!(["2026-03-09", null, null, 0, 3])]
    );
}

#[test]
fn weeks_are_counted_by_outlet() {
    let rows = trends(&["storm", "--outlet", "Harbour Radio", "--outlet", "skerry", "--json"], 0).objects();
    let expected = [
        json!(["2026-03-02", "Harbour Radio", null, 1, 1]),
        json!(["2026-03-09", "Harbour Radio", null, 0, 1]),
        json!(["2026-03-02", "Skerry TV", null, 1, 1]),
        json!(["2026-03-09", "Skerry TV", null, 0, 2]),
    ];
    assert_eq!(counts(&rows), expected);
    let narrowed =
        trends(&["storm", "--after", "2026-03-03", "--before", "2026-03-09", "--json"], 0).objects();
    assert_eq!(counts(&narrowed), [json!(["2026-03-02", null, null, 1, 1])]);
    let unknown = trends(&["storm", "--outlet", "Nobody"], 2);
    assert!(
        unknown.stderr.contains("no outlet has a name with `Nobody`\nhint: there are "),
        "{}",
        unknown.stderr
    );
}

#[test]
fn a_recording_under_two_shows_counts_once() {
    let rows = trends(&["\"harbour master\"", "--json"], 0).objects();
    assert_eq!(
        counts(&rows),
        [json!(["2026-03-02", null, null, 1, 2]), json!(["2026-03-09", null, null, 0, 3])]
    );
}

#[test]
fn a_show_has_rows_of_its_own_alone() {
    for show in ["Harbour Radio - Morning Desk", "Harbour Radio - Night"] {
        let rows = trends(&["\"harbour master\"", "--show", show, "--by", "day", "--json"], 0).objects();
        assert_eq!(counts(&rows)[0], json!(["2026-03-02", null, show, 1, 1]));
        assert!(rows.iter().all(|row| row["show"] == show), "{rows:?}");
    }
}

#[test]
fn behind_each_number_are_its_passages() {
    // The last of them begins in one passage and ends in the next.
    for term in
        ["ferry", "storm OR heron", "\"night long the heron\"", "ferry near/6 storm", "-ferry kind:broadcast"]
    {
        let rows = trends(&["--list", "--json", "--", term], 0).objects();
        for (row, (first, last)) in
            rows.iter().zip([("2026-03-02", "2026-03-08"), ("2026-03-09", "2026-03-15")])
        {
            assert_eq!(row["period"], first);
            let list = row["list"].as_array().unwrap();
            assert_eq!(json!(list.len()), row["hits"], "for {term}: {row}");
            for hit in list {
                let day = hit["document"]["date"].as_str().unwrap();
                assert!((first..=last).contains(&day), "for {term}: {hit}");
                assert!(hit["text"].is_string() && hit["start_seconds"].is_number(), "{hit}");
            }
        }
    }
    let printed = trends(&["boats", "--list"], 0).stdout;
    let passage = "            2026-03-03  00:00:00  Skerry TV: No boats today.  https://tv.example.org/watch?id=boats#t=0\n";
    assert!(printed.contains(passage), "{printed}");
}

#[test]
fn a_table_has_a_row_for_each_number_or_each_passage() {
    let printed = trends(&["boats", "--csv"], 0).stdout;
    let rows: Vec<&str> = printed.split_terminator("\r\n").collect();
    assert_eq!(rows[0], "period,outlet,show,term,hits,passages,share,airtime_seconds,airtime_share");
    assert!(rows[1].starts_with("2026-03-02,,,boats,1,2,0.5,"), "{printed}");
    assert_eq!(rows[2..], ["2026-03-09,,,boats,0,3,0,0,0"]);
    let listed = trends(&["\"=1+1\"", "--csv", "--list"], 0).stdout;
    assert!(listed.contains("Night/sail.md,"), "{listed}");
    assert!(
        listed.contains(",'=1+1 boats,") && listed.contains(",'=1+1 is what the ferry costs.,"),
        "{listed}"
    );
}

/// Whether each element ends in which it began, and no text has a bare `<` or `&`.
fn is_well_formed(xml: &str) -> bool {
    let mut open = Vec::new();
    for piece in xml.split('<').skip(1) {
        let Some((tag, text)) = piece.split_once('>') else { return false };
        let is_reference = |rest: &str| rest.split_once(';').is_some_and(|(name, _)| name.len() < 8);
        if !text.split('&').skip(1).all(is_reference) {
            return false;
        }
        let name = tag.split([' ', '\n', '/']).find(|name| !name.is_empty());
        match name {
            None => return false,
            Some(name) if tag.starts_with('/') && open.pop() != Some(name) => return false,
            Some(name) if !tag.starts_with(['/', '?', '!']) && !tag.ends_with('/') => open.push(name),
            Some(_) => {}
        }
    }
    open.is_empty() && xml.trim_start().starts_with('<')
}

#[test]
fn a_picture_is_drawn() {
    assert!(is_well_formed("<a><b c=\"d\"/>&lt;e</a>") && !is_well_formed("<a><b></a>"));
    assert!(!is_well_formed("<a>one & two</a>"));
    let (_folder, root) = begun();
    let draw = |file: &str, status| {
        run(&root, ["trends", "ferry", "storm OR \"<gale> & rain\"", "--plot", file]).expect(status)
    };
    draw("week.svg", 0);
    let svg = fs::read_to_string(root.join("week.svg")).unwrap();
    assert!(is_well_formed(&svg), "{svg}");
    for name in ["ferry", "storm OR &quot;&lt;gale&gt; &amp; rain&quot;"] {
        assert!(svg.contains(name), "{name} in {svg}");
    }
    draw("week.PNG", 0);
    let png = fs::read(root.join("week.PNG")).unwrap();
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"), "{:?}", &png[..8]);
    let refused = draw("a.txt", 2);
    assert_eq!(
        (refused.stdout.as_str(), refused.stderr.as_str()),
        ("", "error: cannot draw into `a.txt`: expected a name that ends with `.svg` or `.png`\n")
    );
    assert!(!root.join("a.txt").exists());
    run(&root, ["verify"]).expect(0);
}

#[test]
fn pairs_are_held_against_chance() {
    let mut pairs = trends(&["ferry", "storm", "heron", "--pairs", "--json"], 0).objects();
    assert_eq!(pairs.len(), 3);
    let numbers = |pair: &Value| {
        json!([
            pair["first"],
            pair["second"],
            pair["hits"],
            pair["first_hits"],
            pair["second_hits"],
            pair["passages"]
        ])
    };
    assert_eq!(
        pairs.iter().map(numbers).collect::<Vec<_>>(),
        [
            json!(["ferry", "storm", 1, 2, 2, 5]),
            json!(["ferry", "heron", 0, 2, 1, 5]),
            json!(["storm", "heron", 0, 2, 1, 5])
        ]
    );
    // Two of five passages have the one, two the other: four fifths of one have both by chance.
    assert_eq!((pairs[0]["by_chance"].take(), pairs[0]["lift"].take()), (json!(0.8), json!(1.25)));
    assert_eq!(pairs[0]["documents"], 1);
    let near = |words: &str, status| {
        trends(&["\"ferry is\"", "storm", "--pairs", "--near", words, "--json"], status).objects()[0]["hits"]
            .take()
    };
    assert_eq!((near("3", 0), near("2", 1)), (json!(1), json!(0)));
    let alone = trends(&["ferry", "--pairs"], 2);
    assert_eq!(
        alone.stderr,
        "error: cannot compare: expected two terms at least, found one\nhint: `onrecord trends ferry storm --pairs`\n"
    );
}

#[test]
fn near_pairs_do_not_depend_on_the_order_of_alternatives() {
    for term in ["costs OR ferry", "ferry OR costs"] {
        let pairs = trends(&[term, "storm", "--pairs", "--near", "5", "--json"], 0).objects();
        assert_eq!(pairs[0]["hits"], 1, "for {term}");
    }
}

#[test]
fn a_show_that_said_it_in_a_copy_is_not_missing() {
    let missing = trends(&["storm", "--missing", "--per", "show", "--json"], 1);
    assert_eq!(missing.stdout, "");
}

#[test]
fn behind_a_number_is_what_meets_a_condition_alone() {
    let rows = trends(&["storm OR title:heron", "--list", "--json"], 0).objects();
    for row in rows {
        assert_eq!(json!(row["list"].as_array().unwrap().len()), row["hits"], "{row}");
    }
}

#[test]
fn who_published_and_did_not_say_it_is_told() {
    let missing = trends(&["ferry", "storm", "--missing", "--json"], 0).objects();
    // Two of five passages say it, and three of the five are Skerry TV's.
    let expected = json!({
        "term": "ferry", "outlet": "Skerry TV", "show": null, "passages": 3, "expected_hits": 0.4 * 3.0,
    });
    assert_eq!(missing, [expected], "storm is said by both");
    let everyone = trends(&["storm", "--missing", "--json"], 1);
    assert_eq!(everyone.stderr, "nobody is missing: everyone who published said it\n");
    let by_show = trends(&["boats", "--missing", "--per", "show", "--json"], 0).objects();
    let shows: Vec<&Value> = by_show.iter().map(|row| &row["show"]).collect();
    assert_eq!(shows, ["Harbour Radio - Morning Desk", "Harbour Radio - Night"]);
    let printed = trends(&["ferry", "--missing"], 0).stdout;
    assert_eq!(printed, "ferry: not said by Skerry TV in 3 passages, where 1.2 would be usual\n");
}
