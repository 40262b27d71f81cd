//! Prints the timeline of a story, or of all: `--archive DIR timeline [STORY]`.

mod support;

use findings::{stories, timeline};
use rayon::prelude::*;

fn main() {
    let (folder, arguments) = support::arguments();
    let library = support::Library::open(&folder);
    let held: Vec<_> = library
        .documents
        .par_iter()
        .map(|(material, analysis)| stories::extract(material, analysis))
        .collect();
    let all: Vec<_> =
        library.documents.iter().zip(&held).map(|((material, _), held)| (&material.document, held)).collect();
    let found = stories::together(&all);
    let steps = timeline::together(&all, &found, arguments.get(1).map(String::as_str));
    steps.unwrap_or_default().iter().for_each(|step| library.print(step));
}
