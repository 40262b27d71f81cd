//! How long each reader takes for the worst inputs we know, a line for each that takes long. Run under `time -v` it also
//! says how much memory.
//!
//!     cargo run -p onrecord-record --example hostile [MEGABYTES] [SECONDS]

use std::time::{Duration, Instant};

use record::format::{ImportFormat, detect, import};

/// What is repeated.
const PATTERNS: [&str; 24] = [
    "1\n00:00:01,000 --> 00:00:02,000\na\n\n",
    "0:1-->0:2\na\n",
    "<",
    "<i",
    "&#59",
    "{\\",
    "WEBVTT\n\n0:01.0 --> 0:02.0\n<v A>a<0:01.5>b\n\n",
    "<v a>a",
    "a<0:01>",
    "<p begin=\"1s\">a",
    "<div>",
    "<p a=\"1\" a=\"1\" a=\"1\">",
    "a<br/>",
    "&amp;",
    "[0:01] a: b\n",
    "A: b: c\n",
    "{\"start\":1,\"text\":\"a\"},",
    "{\"start\":1,\"text\":\"a\",\"words\":[{\"word\":\"a\"}]},",
    "[",
    "\"a\",",
    "a\n",
    "\n",
    "0\t1\ta\n",
    "\0",
];

/// What stands before and behind.
const AROUND: [(&str, &str); 6] = [
    ("", ""),
    ("WEBVTT\n\n0:01.0 --> 0:02.0\n", ""),
    ("<tt><body><p begin=\"1s\">", ""),
    ("{\"segments\":[", "{}]}"),
    ("{\"segments\":[{\"start\":1,\"text\":\"a\",\"words\":[", "{}]}]}"),
    ("1\n0:01.0 --> 0:02.0\n", ""),
];

fn main() {
    let mut arguments = std::env::args().skip(1).map(|number| number.parse::<usize>().unwrap_or(4));
    let bytes = arguments.next().unwrap_or(4) << 20;
    let slow = Duration::from_secs(arguments.next().unwrap_or(1) as u64);
    for pattern in PATTERNS {
        for (before, behind) in AROUND {
            let count = bytes.saturating_sub(before.len() + behind.len()) / pattern.len();
            time_all(&format!("{before}{}{behind}", pattern.repeat(count)), (before, pattern), slow);
        }
    }
}

fn time_all(text: &str, name: (&str, &str), slow: Duration) {
    let begun = Instant::now();
    let _ = detect(text.as_bytes(), "a.txt");
    report("detect", begun.elapsed(), name, slow);
    for format in ImportFormat::ALL {
        let begun = Instant::now();
        let _ = import(text.as_bytes(), format);
        report(format.name(), begun.elapsed(), name, slow);
    }
}

fn report(reader: &str, elapsed: Duration, name: (&str, &str), slow: Duration) {
    if elapsed >= slow {
        println!("{reader}: {elapsed:.1?} for {name:?}");
    }
}
