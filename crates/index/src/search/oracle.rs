//! The index against a slow scan that shares nothing with it but what a passage is.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use archive::Archive;

use super::MAX_HITS;
use crate::testing::{Made, TestArchive};
use crate::tokens::Stems;
use crate::{Index, Query, SearchOptions, UpdateOptions, document_doubts, document_passages, update};

/// The words of all passages, in runs through which a phrase may reach.
struct Scan {
    runs: Vec<Vec<Word>>,
}

struct Word {
    text: String,
    /// Which passage: path and number.
    passage: (String, usize),
}

impl Scan {
    /// All that is neither doubted nor a copy.
    fn of(archive: &Archive, index: &Index) -> Self {
        let mut runs = Vec::new();
        for path in archive.documents().unwrap().filter_map(Result::ok) {
            let known = index.catalogue().by_path(path.as_str()).unwrap().unwrap();
            if known.copy_of.is_some() {
                continue;
            }
            let stored = archive.read(&path).unwrap();
            let mut run = Vec::new();
            for (number, passage) in document_passages(&stored, &document_doubts(&stored)).iter().enumerate()
            {
                if !passage.is_suspect() {
                    let key = (path.to_string(), number);
                    let word = |text: String| Word { text, passage: key.clone() };
                    run.extend(words(&passage.text()).into_iter().map(word));
                }
                if !passage.continues {
                    runs.push(std::mem::take(&mut run));
                }
            }
        }
        Self { runs }
    }

    /// In how many passages a phrase begins.
    fn count(&self, phrase: &str) -> usize {
        let wanted = words(phrase);
        let mut found = BTreeSet::new();
        for run in &self.runs {
            let windows = run.windows(wanted.len());
            let same = windows.filter(|window| window.iter().map(|word| &word.text).eq(&wanted));
            found.extend(same.map(|window| &window[0].passage));
        }
        found.len()
    }

    /// In how many passages a word stands with any ending. The stemmer is the index's own.
    fn count_stem(&self, word: &str) -> usize {
        let mut stems = Stems::default();
        let wanted = stems.of_word(word);
        let first = wanted.chars().next();
        let begins_alike = self.runs.iter().flatten().filter(|word| word.text.chars().next() == first);
        let same = begins_alike.filter(|word| stems.of_word(&word.text) == wanted);
        same.map(|word| &word.passage).collect::<BTreeSet<_>>().len()
    }

    /// Words that occur, from the rarest to the commonest, with how often.
    fn vocabulary(&self) -> Vec<(usize, String)> {
        let mut counts = BTreeMap::<&str, usize>::new();
        for word in self.runs.iter().flatten() {
            *counts.entry(&word.text).or_default() += 1;
        }
        let mut vocabulary: Vec<(usize, String)> =
            counts.into_iter().map(|(word, count)| (count, word.to_owned())).collect();
        vocabulary.sort();
        vocabulary
    }
}

/// Written down anew, for ASCII text and what accents there are in the corpus.
fn words(text: &str) -> Vec<String> {
    let letter = |c: char| match c.to_lowercase().next().unwrap_or(c) {
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        'ğ' => 'g',
        c => c,
    };
    let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    parts.map(|part| part.chars().map(letter).collect()).collect()
}

/// Words of every frequency, and phrases of two to seven words from everywhere, also across passages.
fn questions(scan: &Scan, most: usize) -> Vec<String> {
    let is_plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric());
    let vocabulary: Vec<(usize, String)> = scan
        .vocabulary()
        .into_iter()
        .filter(|(count, word)| *count < MAX_HITS / 2 && is_plain(word))
        .collect();
    let step = (vocabulary.len() / most).max(1);
    let mut questions: Vec<String> =
        vocabulary.into_iter().rev().step_by(step).take(most).map(|(_, word)| word).collect();
    let starts: usize = scan.runs.iter().map(Vec::len).sum();
    let mut flat = scan.runs.iter().flat_map(|run| (0..run.len()).map(move |at| &run[at..]));
    for number in 0..most {
        let length = 2 + number % 6;
        let Some(rest) = flat.nth((starts / most / 2).max(1)) else { break };
        let phrase: Vec<&str> = rest.iter().take(length).map(|word| word.text.as_str()).collect();
        if phrase.len() == length && phrase.iter().all(|word| is_plain(word)) {
            questions.push(phrase.join(" "));
        }
    }
    // Phrases that the end of a passage cuts in two, at each of their words.
    let cuts = scan.runs.iter().flat_map(|run| {
        (1..run.len()).filter(|at| run[at - 1].passage != run[*at].passage).map(move |at| (run, at))
    });
    for (number, (run, at)) in cuts.step_by(7).take(most).enumerate() {
        let before = 1 + number % 6;
        let words =
            run.get(at.saturating_sub(before)..(at + 1 + number % 5).min(run.len())).unwrap_or_default();
        let phrase: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        if phrase.iter().all(|word| is_plain(word)) {
            questions.push(phrase.join(" "));
        }
    }
    questions
}

/// Compares the counts of hits, and says how many questions were asked and how many hits there were.
#[track_caller]
fn compare(archive: &Archive, most: usize) -> (usize, usize) {
    let report = update(archive, UpdateOptions::all("a test"), |_| {}).unwrap();
    assert_eq!(report.failed, []);
    let index = Index::open(archive).unwrap();
    let scan = Scan::of(archive, &index);
    let questions = questions(&scan, most);
    let options = SearchOptions { limit: MAX_HITS, ..SearchOptions::default() };
    let mut hits = 0;
    for question in &questions {
        let found = index.search(&Query::parse(&format!("\"{question}\"")).unwrap(), &options).unwrap().hits;
        assert_eq!(found.len(), scan.count(question), "for \"{question}\"");
        assert!(found.iter().all(|hit| contains(&words(&hit.text), &words(question))), "for \"{question}\"");
        hits += found.len();
        if !question.contains(' ') {
            let found = index.search(&Query::parse(question).unwrap(), &options).unwrap().hits;
            assert_eq!(found.len(), scan.count_stem(question), "for {question}");
        }
    }
    (questions.len(), hits)
}

fn contains(text: &[String], phrase: &[String]) -> bool {
    text.windows(phrase.len()).any(|window| window == phrase)
}

#[test]
fn invented_speech_is_found_as_often_as_it_was_said() {
    let archive = TestArchive::new();
    let vocabulary = ["the", "ferry", "harbour", "master", "storm", "is", "late", "again", "and", "so"];
    // The generator of Numerical Recipes: nobody has chosen the texts.
    let mut state = 7_u32;
    let mut draw = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) as usize % below
    };
    for number in 0..40 {
        let mut segments = Vec::new();
        let mut second = 0.0;
        for _ in 0..60 {
            let mut text = (0..draw(14)).map(|_| vocabulary[draw(10)]).collect::<Vec<_>>().join(" ");
            text += ["", ".", ",", "?"][draw(4)];
            second += [2.0, 5.0, 20.0, 60.0][draw(4).min(draw(4))];
            segments.push((Some(second), text));
        }
        let made = Made { segments, ..Made::saying(number, &[]) };
        archive.put(&format!("{number}.md"), made.text());
        if number % 3 == 0 {
            archive.put(&format!("{number}.json"), made.sidecar(&[draw(60), draw(60), 30, 31], 1));
        }
    }
    let (questions, hits) = compare(&archive.archive, 100);
    assert!(questions > 100 && hits > 5_000, "{questions} questions, {hits} hits");
}

/// The folder of the developers' data, which is not in the repository.
fn shared() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    std::env::var_os("ONRECORD_SHARED").map_or_else(beside, PathBuf::from)
}

#[test]
fn real_speech_is_found_as_often_as_it_was_said() {
    let corpus = shared().join("data/corpus-dev.tar.zst");
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::init(&folder.path().join("news")).unwrap().archive;
    let unpacked = corpus.is_file()
        && Command::new("tar")
            .arg("--zstd")
            .arg("-xf")
            .arg(&corpus)
            .arg("-C")
            .arg(archive.root())
            .status()
            .is_ok_and(|status| status.success());
    if !unpacked {
        eprintln!("skipped: `{}` is not there, or `tar` can't unpack it", corpus.display());
        return;
    }
    let (questions, hits) = compare(&archive, 50);
    assert!(questions > 100 && hits > 1_000, "{questions} questions, {hits} hits");
}
