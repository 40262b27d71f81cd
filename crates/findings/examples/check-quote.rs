//! Looks for printed or remembered words in an archive.
//!
//! ```text
//! check-quote --archive DIR check-quote TEXT [--json]     the words
//! check-quote --archive DIR serve                         a line of words after the other, from standard input;
//!                                                         an empty line ends each answer
//! check-quote --archive DIR article PATH                  every quotation of an article
//! ```

mod materials;

use std::collections::HashMap;
use std::io::{BufRead, Write};
use std::process::ExitCode;

use findings::Material;
use findings::align::words;
use findings::check::{Match, Quote, quotations, rank};
use rayon::prelude::*;

/// Most documents that are compared word by word.
const MOST_CANDIDATES: usize = 200;

fn main() -> ExitCode {
    let (folder, arguments) = materials::arguments();
    let materials = materials::read(&folder);
    let printer = materials::Printer::new(&materials);
    let index = Index::of(&materials);
    let mut out = std::io::stdout().lock();
    match arguments.first().map(String::as_str) {
        Some("serve") => {
            for line in std::io::stdin().lock().lines().map_while(Result::ok) {
                for found in index.check(&line) {
                    writeln!(out, "{}", printer.line(&found)).expect("stdout");
                }
                writeln!(out).expect("stdout");
                out.flush().expect("stdout");
            }
        }
        Some("article") => {
            let path = arguments.get(1).expect("PATH");
            let article =
                materials.iter().find(|material| material.document.path == *path).expect("an article");
            for quotation in quotations(article) {
                let matches = quotation.quote().map(|quote| index.matches(&quote)).unwrap_or_default();
                writeln!(out, "{}", printer.line(&quotation.checked(&article.document, matches)))
                    .expect("stdout");
            }
        }
        _ => {
            let found = index.check(arguments.get(1).expect("TEXT"));
            for found in &found {
                writeln!(out, "{}", printer.line(found)).expect("stdout");
            }
            if found.is_empty() {
                return ExitCode::from(1);
            }
        }
    }
    ExitCode::SUCCESS
}

/// Which share of the words a document must have, rare ones counting more. One that was never said may be the rarest.
const LEAST_SHARE: f64 = 0.3;

/// Where which words are: document and place in it, counted in words.
struct Index<'a> {
    materials: &'a [Material],
    places: HashMap<String, Vec<(u32, u32)>>,
}

impl<'a> Index<'a> {
    fn of(materials: &'a [Material]) -> Self {
        let mut places: HashMap<String, Vec<(u32, u32)>> = HashMap::new();
        for (document, material) in materials.iter().enumerate() {
            let all = words(&material.text.text).into_iter().chain(words(&material.front.text));
            for (at, word) in all.enumerate() {
                let word = word.folded.split('\'').next().unwrap_or_default();
                match places.get_mut(word) {
                    Some(found) => found.push((document as u32, at as u32)),
                    None => drop(places.insert(word.to_owned(), vec![(document as u32, at as u32)])),
                }
            }
        }
        Self { materials, places }
    }

    fn check(&self, text: &str) -> Vec<Match> {
        match Quote::of(text) {
            Ok(quote) => self.matches(&quote),
            Err(error) => {
                eprintln!("{error}");
                Vec::new()
            }
        }
    }

    /// The documents that have most of the rarer words near to each other are compared.
    fn matches(&self, quote: &Quote) -> Vec<Match> {
        let wanted = quote.wanted();
        let near = (2 * quote.words() + 20) as u32;
        let mut places: Vec<(u32, u32, usize)> = Vec::new();
        let mut weights = Vec::new();
        for (kind, word) in wanted.iter().enumerate() {
            let found = self.places.get(*word).map_or(&[] as &[(u32, u32)], Vec::as_slice);
            weights.push((1.0 + self.materials.len() as f64 / (1.0 + found.len() as f64)).ln());
            places.extend(found.iter().map(|(document, at)| (*document, *at, kind)));
        }
        places.sort_unstable();
        let total: f64 = weights.iter().sum();
        let mut candidates: Vec<(u32, f64)> = Vec::new();
        for own in places.chunk_by(|a, b| a.0 == b.0) {
            let mut held = vec![0; wanted.len()];
            let (mut first, mut score, mut best) = (0, 0.0, 0.0_f64);
            for (_, at, kind) in own {
                held[*kind] += 1;
                score += if held[*kind] == 1 { weights[*kind] } else { 0.0 };
                while own[first].1 + near < *at {
                    held[own[first].2] -= 1;
                    score -= if held[own[first].2] == 0 { weights[own[first].2] } else { 0.0 };
                    first += 1;
                }
                best = best.max(score);
            }
            if best >= LEAST_SHARE * total {
                candidates.push((own[0].0, best));
            }
        }
        candidates.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        candidates.truncate(MOST_CANDIDATES);
        let matches = candidates
            .par_iter()
            .flat_map_iter(|(at, _)| quote.matches_in(&self.materials[*at as usize]))
            .collect();
        rank(matches)
    }
}
