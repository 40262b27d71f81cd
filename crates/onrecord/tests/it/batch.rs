//! `search --batch`.

use serde_json::{Value, json};

use crate::harbour::{put, weeks};
use crate::program::{Run, run_without_models as run};

/// The query in its third line ends too early, that of the fourth finds nothing.
const TABLE: &str = "name,query\nferries,ferry\nbroken,ferry (storm OR\nquiet,walrus\nstorms,storm -near\n";

fn batch(table: &str, options: &[&str]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let root = weeks(folder.path());
    put(folder.path(), "queries.csv", table);
    run(&root, [&["search", "--batch", "../queries.csv"], options].concat())
}

/// A table of a CSV file in which no cell has a comma or a line break.
fn rows(csv: &str) -> Vec<Vec<&str>> {
    csv.split_terminator("\r\n").map(|row| row.split(',').collect()).collect()
}

#[test]
fn each_hit_says_which_query_it_answers() {
    let answered = batch("name,query\nferries,ferry\n,\"\"\"storm is\"\"\"\n", &["--json"]).expect(0);
    let told = |hit: &Value| json!([hit["name"], hit["query"], hit["rank"], hit["document"]["path"]]);
    let hits: Vec<Value> = answered.objects().iter().map(told).collect();
    let mut paths: Vec<String> = hits.iter().map(|hit| hit[3].to_string()).collect();
    assert_eq!(hits.iter().map(|hit| hit[2].clone()).collect::<Vec<_>>(), [1, 2, 1, 2], "{hits:?}");
    assert!(hits[..2].iter().all(|hit| hit[0] == "ferries" && hit[1] == "ferry"), "{hits:?}");
    // Without a name the line stands for it.
    assert!(hits[2..].iter().all(|hit| hit[0] == "3" && hit[1] == "\"storm is\""), "{hits:?}");
    paths.sort();
    assert_eq!(paths, ["\"Desk/ferry.md\"", "\"Desk/ferry.md\"", "\"Night/sail.md\"", "\"Skerry/boats.md\""]);
}

#[test]
fn no_cell_is_a_formula() {
    let printed = batch("name,query\n=2+2,=1+1\n", &["--csv"]).expect(0).stdout;
    let rows = rows(&printed);
    assert_eq!(rows.len(), 2, "{printed}");
    let cell = |column: &str| {
        let at = rows[0].iter().position(|name| *name == column).unwrap_or_else(|| panic!("{column}"));
        rows[1][at]
    };
    assert_eq!((cell("name"), cell("query")), ("'=2+2", "'=1+1"));
    assert_eq!((cell("title"), cell("text")), ("'=1+1 boats", "'=1+1 is what the ferry costs."));
    assert_eq!((cell("start_seconds"), cell("end_seconds"), cell("rank")), ("0", "4", "1"));
}

#[test]
fn passages_are_counted() {
    let counted =
        batch("name,query\nferries,ferry\nquiet,walrus\n", &["--count", "--json"]).expect(0).objects();
    let short: Vec<Value> =
        counted.iter().map(|row| json!([row["name"], row["query"], row["hits"], row["documents"]])).collect();
    assert_eq!(short, [json!(["ferries", "ferry", 2, 2]), json!(["quiet", "walrus", 0, 0])]);
    assert!(counted[0]["airtime_seconds"].as_f64().unwrap() > 0.0, "{}", counted[0]);
    let printed = batch("query\nwalrus\n", &["--count", "--csv"]).expect(1).stdout;
    assert_eq!(printed, "name,query,hits,documents,airtime_seconds\r\n2,walrus,0,0,0\r\n");
}

#[test]
fn a_query_that_is_none_stops_none_of_the_others() {
    let answered = batch(TABLE, &["--json"]).expect(2);
    let names: Vec<Value> = answered.objects().iter().map(|hit| hit["name"].clone()).collect();
    assert_eq!(names, ["ferries", "ferries", "storms"]);
    let told = "\
quiet: nothing like this is in this record
1 failed:
  `broken` in line 3: character 16 of the query: expected a word, a phrase or `(` after `OR`, found the end of the query
ferry (storm OR
               ^
";
    assert_eq!(answered.stderr, told);
    let counted = batch(TABLE, &["--count", "--csv"]).expect(2);
    assert_eq!(rows(&counted.stdout).len(), 4, "{}", counted.stdout);
}

#[test]
fn what_is_no_table_of_queries_is_told() {
    let refused = batch("ferry\nboats\n", &[]).expect(2);
    assert_eq!(
        refused.stderr,
        "error: cannot read `../queries.csv`: line 1: expected the names of columns, one of them `query`, found `ferry`\n"
    );
    assert_eq!(refused.stdout, "");
    let folder = tempfile::tempdir().unwrap();
    let missing = run(&weeks(folder.path()), ["search", "--batch", "no.csv"]).expect(2);
    assert!(missing.stderr.starts_with("error: cannot read `no.csv`: "), "{}", missing.stderr);
}
