//! Speed, size and memory of an index beside SQLite FTS5 on the same passages, in one run.
//!
//! ```sh
//! cargo build --release -p onrecord-index --example against_fts5
//! target/release/examples/against_fts5 [--keep] [--build] [--words] [--questions] ARCHIVE FTS5_FILE [MODEL_FOLDER]
//! ```
//!
//! `ARCHIVE` must be an archive; its index is made anew, first without vectors, as FTS5 has none. `FTS5_FILE` is made with
//! the same passages: without copies and doubted ones. Both get the same queries on exact words. With the folder of the
//! model of meaning, vectors are added and questions are asked, too. `--keep` asks what an earlier run made: the memory it
//! then tells is that of answering alone. `--build` asks nothing. `--words` only makes the words of both, of an index that
//! is there. `--questions` asks questions only. `eval/search/README.md` says what is counted.

use std::collections::{BTreeMap, HashSet};
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{env, fs, io};

use archive::{Archive, DocumentPath};
use index::{
    CutDocument, Index, Mode, Period, Query, SearchOptions, TrendsBy, UpdateOptions, document_doubts,
    document_passages, update, write_words_alone,
};
use language::embed::{Embedder, ModelPaths, StaticModel};
use record::Document;
use rusqlite::Connection;

type Failure = Box<dyn Error>;

/// How often each query is asked; the fastest counts, because other programs only ever slow it down.
const ROUNDS: usize = 3;

const QUERIES: usize = 100;

const MODEL: &str = "potion-base-8m";

fn main() -> Result<(), Failure> {
    let (options, arguments): (Vec<String>, Vec<String>) =
        env::args().skip(1).partition(|argument| argument.starts_with("--"));
    let is_asked_for = |option: &str| options.iter().any(|asked| asked == option);
    let is_kept = is_asked_for("--keep");
    let [folder, file, model @ ..] = arguments.as_slice() else {
        return Err(
            "expected [--keep] [--build] [--words] [--questions] ARCHIVE FTS5_FILE [MODEL_FOLDER]".into()
        );
    };
    let archive = Archive::init(Path::new(folder))?.archive;
    if is_asked_for("--words") {
        return build_words_of_both(&archive, Path::new(file)).map(drop);
    }
    if !is_kept {
        build_all(&archive, Path::new(file))?;
    }
    if is_asked_for("--build") {
        return Ok(());
    }
    let index = Index::open(&archive)?;
    let peer = Connection::open(file)?;
    if !is_asked_for("--questions") {
        let queries = queries(&peer)?;
        compare(&index, &peer, &queries)?;
        println!("memory: {}", memory()?);
    }
    if let Some(model) = model.first() {
        ask_questions(&archive, Path::new(model), &peer, is_kept)?;
        println!("memory: {}", memory()?);
    }
    Ok(())
}

fn build_all(archive: &Archive, file: &Path) -> Result<(), Failure> {
    let whole = Cost::of(|| {
        Ok(update(archive, UpdateOptions { rebuild: true, ..UpdateOptions::all("a benchmark") }, |_| {})?)
    })?;
    let fts5 = build_words_of_both(archive, file)?;
    println!("onrecord, all but vectors, from files:   {whole}, ratio {:.2}", whole.over(&fts5));
    let (ours, theirs) = (folder_bytes(&archive.state().join("index"))?, fs::metadata(file)?.len());
    println!("index: {}", sizes(ours, theirs));
    Ok(())
}

/// Makes our words and the peer's of the same passages, and tells what the peer's cost.
fn build_words_of_both(archive: &Archive, file: &Path) -> Result<Cost, Failure> {
    let documents = not_copies(&Index::open(archive)?)?;
    let folder = file.with_extension("words");
    let words = build_words(archive, &documents, &folder)?;
    let our_bytes = folder_bytes(&folder)?;
    fs::remove_dir_all(&folder)?;
    let (fts5, passages) = build_fts5(archive, &documents, file)?;
    println!("FTS5, from passages in memory:           {fts5}");
    println!("onrecord, words from the same passages:  {words}, ratio {:.2}", words.over(&fts5));
    println!("{passages} passages; words alone: {}", sizes(our_bytes, fs::metadata(file)?.len()));
    Ok(fts5)
}

fn sizes(ours: u64, theirs: u64) -> String {
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    let ratio = ours as f64 / theirs as f64;
    format!("{:.1} MB, FTS5 {:.1} MB, ratio {ratio:.2}", megabytes(ours), megabytes(theirs))
}

/// The documents of which both get the passages.
fn not_copies(index: &Index) -> Result<Vec<Document>, Failure> {
    let mut documents = Vec::new();
    index.catalogue().each_document(|known| {
        documents.extend(known.copy_of.is_none().then_some(known.document));
        true
    })?;
    Ok(documents)
}

/// So many documents are cut, and then written.
const BATCH: usize = 2_000;

/// Reads and cuts documents; without doubted passages.
fn cut(archive: &Archive, documents: &[Document]) -> Result<Vec<CutDocument>, Failure> {
    let mut cut = Vec::new();
    for document in documents {
        let Some(path) = DocumentPath::new(document.path.as_str()) else { continue };
        let raw = archive.read_raw(&path)?;
        let stored = raw.parse();
        let mut passages = document_passages(&stored, &document_doubts(&stored));
        passages.retain(|passage| !passage.is_suspect());
        cut.push(CutDocument { document: document.clone(), passages, bytes: raw.bytes });
    }
    Ok(cut)
}

/// Makes our words of the same passages as the peer's. What this thread spends on cutting them is taken off.
fn build_words(archive: &Archive, documents: &[Document], folder: &Path) -> Result<Cost, Failure> {
    let _ = fs::remove_dir_all(folder);
    let (mut cpu, mut wall) = (Duration::ZERO, Duration::ZERO);
    let mut failure = None;
    let batches = documents.chunks(BATCH).map(|documents| {
        let (before, begun) = (thread_cpu().unwrap_or_default(), Instant::now());
        let batch = cut(archive, documents).unwrap_or_else(|error| {
            failure = Some(error);
            Vec::new()
        });
        cpu += thread_cpu().unwrap_or_default() - before;
        wall += begun.elapsed();
        batch
    });
    let cost = Cost::of(|| Ok(write_words_alone(folder, batches)?))?;
    if let Some(failure) = failure {
        return Err(failure);
    }
    Ok(Cost { cpu: cost.cpu - cpu, wall: cost.wall - wall })
}

/// What something took.
struct Cost {
    cpu: Duration,
    wall: Duration,
}

impl std::fmt::Display for Cost {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { cpu, wall } = self;
        write!(formatter, "{:>8.1} s of processors, {:>8.1} s", cpu.as_secs_f64(), wall.as_secs_f64())
    }
}

impl Cost {
    fn of<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<Self, Failure> {
        let (cpu, wall) = (process_cpu()?, Instant::now());
        work()?;
        Ok(Self { cpu: process_cpu()? - cpu, wall: wall.elapsed() })
    }

    /// How many times as much time of processors.
    fn over(&self, peer: &Self) -> f64 {
        self.cpu.as_secs_f64() / peer.cpu.as_secs_f64()
    }
}

/// User and system time of all threads, ended ones included.
fn process_cpu() -> Result<Duration, Failure> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks: u64 = fields[11].parse::<u64>()? + fields[12].parse::<u64>()?;
    // Linux counts a hundred ticks a second whatever the machine.
    Ok(Duration::from_millis(ticks * 10))
}

/// Time of this thread on a processor.
fn thread_cpu() -> Result<Duration, Failure> {
    // Some systems count what a thread used only when it is taken off its processor.
    std::thread::sleep(Duration::from_micros(1));
    let stat = fs::read_to_string("/proc/thread-self/schedstat")?;
    Ok(Duration::from_nanos(stat.split_whitespace().next().unwrap_or_default().parse()?))
}

/// Of its own, and of mapped files, which the system takes back when others need the room.
fn memory() -> Result<String, Failure> {
    let status = fs::read_to_string("/proc/self/status")?;
    let of = |name: &str| status.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
    Ok([of("RssAnon"), of("RssFile"), of("VmHWM")].join(", ").replace('\t', " "))
}

/// Makes the peer's table. Passages are cut before the clock starts: it pays for words alone.
fn build_fts5(archive: &Archive, documents: &[Document], file: &Path) -> Result<(Cost, u64), Failure> {
    let _ = fs::remove_file(file);
    let mut connection = Connection::open(file)?;
    connection.execute_batch(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000;
         CREATE VIRTUAL TABLE passage USING fts5(text, path UNINDEXED, day UNINDEXED, tokenize = 'unicode61 remove_diacritics 2');
         CREATE VIRTUAL TABLE vocabulary USING fts5vocab(passage, row);",
    )?;
    let (mut cost, mut passages) = (Cost { cpu: Duration::ZERO, wall: Duration::ZERO }, 0);
    for documents in documents.chunks(BATCH) {
        let cut = cut(archive, documents)?;
        let mut rows = Vec::new();
        for CutDocument { document, passages, .. } in &cut {
            let day = document.date.map(|date| date.to_string());
            rows.extend(passages.iter().map(|passage| (passage.text(), &document.path, day.clone())));
        }
        passages += rows.len() as u64;
        let of_chunk = Cost::of(|| {
            let transaction = connection.transaction()?;
            let mut insert = transaction.prepare("INSERT INTO passage VALUES (?1, ?2, ?3)")?;
            for (text, path, day) in &rows {
                insert.execute((text, path, day))?;
            }
            drop(insert);
            Ok(transaction.commit()?)
        })?;
        cost = Cost { cpu: cost.cpu + of_chunk.cpu, wall: cost.wall + of_chunk.wall };
    }
    let merging =
        Cost::of(|| Ok(connection.execute("INSERT INTO passage(passage) VALUES ('optimize')", [])?))?;
    Ok((Cost { cpu: cost.cpu + merging.cpu, wall: cost.wall + merging.wall }, passages))
}

/// A query as both understand it: exact words that all have to be there, or one phrase.
struct Asked {
    words: Vec<String>,
    is_phrase: bool,
}

impl Asked {
    fn text(&self) -> String {
        if self.is_phrase {
            return format!("\"{}\"", self.words.join(" "));
        }
        self.words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" ")
    }
}

/// Words of all degrees of rarity, pairs and triples that occur together, and phrases; the same for the same passages.
fn queries(peer: &Connection) -> Result<Vec<Asked>, Failure> {
    let mut rows = peer.prepare(
        "SELECT term, doc FROM vocabulary WHERE doc BETWEEN 20 AND 200000 ORDER BY doc DESC, term",
    )?;
    let words: Vec<String> = rows
        .query_map([], |row| row.get::<_, String>(0))?
        .filter_map(Result::ok)
        .filter(|word| word.len() > 3 && word.bytes().all(|byte| byte.is_ascii_lowercase()))
        .collect();
    let texts: u64 = peer.query_one("SELECT max(rowid) FROM passage", [], |row| row.get(0))?;
    let common: HashSet<&String> = words.iter().collect();
    let mut queries = Vec::with_capacity(QUERIES);
    for number in 0..QUERIES as u64 {
        // From common to rare, the logarithm of the rank in even steps.
        let rank = (words.len() as f64).powf(number as f64 / QUERIES as f64) as usize;
        if number % 5 < 2 {
            queries.push(Asked { words: vec![words[rank.min(words.len() - 1)].clone()], is_phrase: false });
            continue;
        }
        let row = 1 + number * (texts / QUERIES as u64);
        let text: String =
            peer.query_one("SELECT text FROM passage WHERE rowid = ?1", [row], |row| row.get(0))?;
        let all: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
        let is_phrase = number % 5 == 4;
        let mut chosen: Vec<String> = if is_phrase {
            let is_word = |word: &String| word.bytes().all(|byte| byte.is_ascii_lowercase());
            all.windows(3).find(|words| words.iter().all(is_word)).unwrap_or_default().to_vec()
        } else {
            all.into_iter().filter(|word| common.contains(word)).take(2 + number as usize % 2).collect()
        };
        if chosen.is_empty() {
            chosen = vec![words[rank.min(words.len() - 1)].clone()];
        }
        queries.push(Asked { words: chosen, is_phrase });
    }
    Ok(queries)
}

/// Asks both, task by task.
fn compare(index: &Index, peer: &Connection, queries: &[Asked]) -> Result<(), Failure> {
    let options = SearchOptions { limit: 20, mode: Mode::Words, all_words: true, ..SearchOptions::default() };
    let first = |text: &str| -> Result<usize, Failure> {
        Ok(index.search(&Query::parse(text)?, &options)?.hits.len())
    };
    let first_of_peer = |text: &str| -> Result<usize, Failure> {
        let mut rows = peer
            .prepare_cached("SELECT text, path FROM passage WHERE passage MATCH ?1 ORDER BY rank LIMIT 20")?;
        let texts = rows.query_map([text], |row| row.get::<_, String>(0))?;
        Ok(texts.filter_map(Result::ok).count())
    };
    let count =
        |text: &str| -> Result<u64, Failure> { Ok(index.count_passages(&Query::parse(text)?, &options)?) };
    let count_of_peer = |text: &str| -> Result<u64, Failure> {
        let mut rows = peer.prepare_cached("SELECT count(*) FROM passage WHERE passage MATCH ?1")?;
        Ok(rows.query_one([text], |row| row.get(0))?)
    };
    report("first 20 with text", queries, &first, &first_of_peer)?;
    let both = |text: &str| Ok((first(text)?, count(text)?));
    let both_of_peer = |text: &str| Ok((first_of_peer(text)?, count_of_peer(text)?));
    report("first 20 and exact count", queries, &both, &both_of_peer)?;
    let months = |text: &str| {
        Ok(index.trends(&Query::parse(text)?, &options, Period::Month, TrendsBy::Nothing)?.len())
    };
    let months_of_peer = |text: &str| {
        let mut rows = peer.prepare_cached(
            "SELECT substr(day, 1, 7), count(*) FROM passage WHERE passage MATCH ?1 GROUP BY 1",
        )?;
        let rows = rows.query_map([text], |row| row.get::<_, u64>(1))?;
        Ok(rows.filter_map(Result::ok).count())
    };
    report("counts per month", queries, &months, &months_of_peer)?;
    let mistyped: Vec<Asked> = queries
        .iter()
        .filter(|asked| asked.words.len() == 1 && asked.words[0].len() > 4)
        .map(|asked| Asked { words: vec![mistyped(&asked.words[0])], is_phrase: false })
        .collect();
    let similar = |text: &str| first(&format!("{}~1", text.trim_matches('"')));
    let similar_of_peer = |text: &str| {
        let forms = similar_words(peer, text.trim_matches('"'))?;
        let forms: Vec<String> = forms.iter().map(|form| format!("\"{form}\"")).collect();
        if forms.is_empty() { Ok(0) } else { first_of_peer(&forms.join(" OR ")) }
    };
    report("first 20, mistyped", &mistyped, &similar, &similar_of_peer)?;
    let (mut same, mut differing) = (0, Vec::new());
    for asked in queries {
        let text = asked.text();
        let (ours, theirs) = (count(&text)?, count_of_peer(&text)?);
        // Phrases that cross two passages are found by us alone.
        if ours == theirs || asked.is_phrase && ours > theirs {
            same += 1;
        } else {
            differing.push(format!("{text}: {ours} and {theirs}"));
        }
    }
    println!("same counts: {same} of {} {differing:?}", queries.len());
    Ok(())
}

/// One letter is another.
fn mistyped(word: &str) -> String {
    let middle = word.len() / 2;
    let other = if &word[middle..=middle] == "e" { "a" } else { "e" };
    format!("{}{other}{}", &word[..middle], &word[middle + 1..])
}

/// The words that differ in one letter at most, as a program above FTS5 has to look for them: in the list of all.
fn similar_words(peer: &Connection, word: &str) -> Result<Vec<String>, Failure> {
    let mut rows = peer.prepare_cached("SELECT term FROM vocabulary")?;
    let words = rows.query_map([], |row| row.get::<_, String>(0))?.filter_map(Result::ok);
    Ok(words.filter(|other| is_similar(word.as_bytes(), other.as_bytes())).collect())
}

fn is_similar(a: &[u8], b: &[u8]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let same = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    match long.len() - short.len() {
        0 => same == short.len() || short[same + 1..] == long[same + 1..],
        1 => short[same..] == long[same + 1..],
        _ => false,
    }
}

fn report<A, B>(
    task: &str,
    queries: &[Asked],
    ours: &dyn Fn(&str) -> Result<A, Failure>,
    theirs: &dyn Fn(&str) -> Result<B, Failure>,
) -> Result<(), Failure> {
    let (mut our_times, mut their_times) = (Vec::new(), Vec::new());
    for asked in queries {
        let text = asked.text();
        our_times.push(fastest(|| ours(&text).map(drop))?);
        their_times.push(fastest(|| theirs(&text).map(drop))?);
    }
    let (our_times, their_times) = (sorted(our_times), sorted(their_times));
    let row = |share| {
        let (ours, theirs) = (at(&our_times, share), at(&their_times, share));
        format!("{ours:>8.2} and {theirs:>8.2} ms, {:>6.1} times", theirs / ours)
    };
    println!("{task:<26} median {}   95th percentile {}", row(0.5), row(0.95));
    Ok(())
}

fn fastest(mut work: impl FnMut() -> Result<(), Failure>) -> Result<Duration, Failure> {
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        let before = thread_cpu()?;
        work()?;
        best = best.min(thread_cpu()? - before);
    }
    Ok(best)
}

fn sorted(mut times: Vec<Duration>) -> Vec<Duration> {
    times.sort();
    times
}

/// In milliseconds.
fn at(sorted: &[Duration], share: f64) -> f64 {
    sorted[((sorted.len() - 1) as f64 * share).round() as usize].as_secs_f64() * 1e3
}

/// Asks sentences of the record itself.
fn ask_questions(archive: &Archive, folder: &Path, peer: &Connection, is_kept: bool) -> Result<(), Failure> {
    let (weights, pieces) = (folder.join("model.safetensors"), folder.join("tokenizer.json"));
    let model: Arc<dyn Embedder> =
        Arc::new(StaticModel::load(MODEL, &ModelPaths { weights: &weights, pieces: &pieces })?);
    if !is_kept {
        add_vectors(archive, &*model)?;
    }
    let index = Index::open(archive)?.with_embedder(model);
    let texts: u64 = peer.query_one("SELECT max(rowid) FROM passage", [], |row| row.get(0))?;
    let mut times = BTreeMap::<&str, Vec<Duration>>::new();
    for number in 0..QUERIES as u64 {
        let row = 1 + number * (texts / QUERIES as u64);
        let text: String =
            peer.query_one("SELECT text FROM passage WHERE rowid = ?1", [row], |row| row.get(0))?;
        let is_letter = |letter: char| letter.is_alphanumeric() || letter == ' ';
        let words: String = text.replace(|letter| !is_letter(letter), " ").to_lowercase();
        let question = words.split_whitespace().skip(2).take(8).collect::<Vec<_>>().join(" ");
        for (name, before, limit, mode) in [
            ("words", "", 10, Mode::Words),
            ("hybrid", "", 10, Mode::Hybrid),
            ("hybrid, 50 hits", "", 50, Mode::Hybrid),
            // Of these more passages are read.
            ("hybrid, how many", "how many ", 10, Mode::Hybrid),
            ("meaning", "", 10, Mode::Meaning),
        ] {
            let Ok(query) = Query::parse(&format!("{before}{question}")) else { continue };
            let options = SearchOptions { limit, mode, ..SearchOptions::default() };
            let time = fastest(|| {
                index.search(&query, &options)?;
                Ok(())
            })?;
            times.entry(name).or_default().push(time);
        }
    }
    for (name, times) in times {
        let times = sorted(times);
        println!(
            "questions, {name:<16} median {:>7.1} ms, 95th percentile {:>7.1} ms, slowest {:>7.1} ms",
            at(&times, 0.5),
            at(&times, 0.95),
            at(&times, 1.0)
        );
    }
    Ok(())
}

fn add_vectors(archive: &Archive, model: &dyn Embedder) -> Result<(), Failure> {
    let vectors = Cost::of(|| {
        let options = UpdateOptions { embedder: Some(model), ..UpdateOptions::all("a benchmark") };
        Ok(update(archive, options, |_| {})?)
    })?;
    println!("vectors added:                {vectors}");
    let whole = Cost::of(|| {
        let options =
            UpdateOptions { rebuild: true, embedder: Some(model), ..UpdateOptions::all("a benchmark") };
        Ok(update(archive, options, |_| {})?)
    })?;
    println!("from nothing, with vectors:   {whole}");
    println!("index with vectors: {:.1} MB", folder_bytes(&archive.state().join("index"))? as f64 / 1e6);
    Ok(())
}

fn folder_bytes(folder: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for child in fs::read_dir(folder)? {
        let child = child?;
        let metadata = child.metadata()?;
        bytes += if metadata.is_dir() { folder_bytes(&child.path())? } else { metadata.len() };
    }
    Ok(bytes)
}
