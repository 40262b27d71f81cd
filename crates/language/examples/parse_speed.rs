//! How fast the parser is: `parse_speed MODEL_FOLDER TEXT_FILE...`, on one thread.
//!
//! Prints tokens per second of processor time where the system tells it (Linux), of the clock elsewhere. A first round
//! warms up what is kept of words.

use std::path::Path;
use std::time::{Duration, Instant};

use language::parse::Parser;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().expect("a folder with a parser");
    let texts: Vec<String> = arguments.map(|path| std::fs::read_to_string(path).expect("a text")).collect();
    let start = Instant::now();
    let parser = Parser::load(Path::new(&folder)).expect("a parser");
    println!("loaded in {} ms", start.elapsed().as_millis());
    for round in ["first", "second"] {
        let start = spent();
        let tokens: usize = texts.iter().map(|text| parser.parse(text).tokens.len()).sum();
        let seconds = (spent() - start).as_secs_f64();
        println!("{round} round: {tokens} tokens in {seconds:.2} s, {:.0} tokens/s", tokens as f64 / seconds);
    }
}

/// Processor time of this thread, or the clock.
fn spent() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = stat.and_then(|stat| stat.split(' ').next()?.parse().ok());
    static START: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    nanoseconds.map_or_else(|| START.elapsed(), Duration::from_nanos)
}
