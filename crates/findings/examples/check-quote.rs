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
            let article = materials.iter().find(|material| material.document.path == *path).expect("an article");
            for quotation in quotations(article) {
                let matches = quotation.quote().map(|quote| index.matches(&quote)).unwrap_or_default();
                writeln!(out, "{}", printer.line(&quotation.checked(matches))).expect("stdout");
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

/// Which documents have which words.
struct Index<'a> {
    materials: &'a [Material],
    documents: HashMap<String, Vec<usize>>,
}

impl<'a> Index<'a> {
    fn of(materials: &'a [Material]) -> Self {
        let mut documents: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, material) in materials.iter().enumerate() {
            for word in words(&material.text.text).into_iter().chain(words(&material.front.text)) {
                let word = word.folded.split('\'').next().unwrap_or_default().to_owned();
                let found = documents.entry(word).or_default();
                if found.last() != Some(&at) {
                    found.push(at);
                }
            }
        }
        Self { materials, documents }
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

    /// The documents that have most of the rarer words are compared.
    fn matches(&self, quote: &Quote) -> Vec<Match> {
        let wanted = quote.wanted();
        let mut scores: HashMap<usize, f64> = HashMap::new();
        let mut total = 0.0;
        for word in wanted {
            let found = self.documents.get(word).map_or(&[] as &[usize], Vec::as_slice);
            let weight = (1.0 + self.materials.len() as f64 / (1.0 + found.len() as f64)).ln();
            total += weight;
            found.iter().for_each(|document| *scores.entry(*document).or_default() += weight);
        }
        let mut candidates: Vec<(usize, f64)> =
            scores.into_iter().filter(|(_, score)| *score >= 0.5 * total).collect();
        candidates.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        candidates.truncate(MOST_CANDIDATES);
        let mut matches: Vec<Match> =
            candidates.iter().flat_map(|(at, _)| quote.matches_in(&self.materials[*at])).collect();
        rank(&mut matches);
        matches
    }
}
