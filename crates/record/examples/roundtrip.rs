//! Reads every archive file below a folder, writes each again and compares the bytes.
//!
//! ```text
//! cargo run --release -p onrecord-record --example roundtrip -- FOLDER
//! ```
//!
//! Prints how many files follow the grammar, how many are kept as opaque documents and where those leave
//! it, and how fast reading and writing were. The exit status is 1 if a file came back with other bytes.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use record::format::archive::{ArchiveFile, parse, write};

#[derive(Default)]
struct Tally {
    files: usize,
    bytes: usize,
    opaque: Vec<String>,
    changed: Vec<PathBuf>,
    reading: Duration,
    writing: Duration,
}

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1) else {
        eprintln!("expected a folder, found no argument");
        return ExitCode::from(2);
    };
    let mut tally = Tally::default();
    for path in archive_files(Path::new(&folder)) {
        match std::fs::read(&path) {
            Ok(bytes) => tally.check(&path, &bytes),
            Err(error) => eprintln!("cannot read `{}`: {error}", path.display()),
        }
    }
    tally.print();
    if tally.changed.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

impl Tally {
    fn check(&mut self, path: &Path, bytes: &[u8]) {
        let before_reading = Instant::now();
        let parsed = parse(bytes);
        self.reading += before_reading.elapsed();
        let before_writing = Instant::now();
        let written = write(&parsed.file);
        self.writing += before_writing.elapsed();
        self.files += 1;
        self.bytes += bytes.len();
        if written != bytes {
            self.changed.push(path.to_owned());
        }
        if let ArchiveFile::Opaque(_) = parsed.file {
            let first = parsed.issues.first().map(ToString::to_string).unwrap_or_default();
            self.opaque.push(format!("{}:{first} ({} issues)", path.display(), parsed.issues.len()));
        }
    }

    fn print(&self) {
        let rate = |time: Duration| self.bytes as f64 / 1e6 / time.as_secs_f64();
        let transcripts = self.files - self.opaque.len();
        println!("{} files, {} bytes", self.files, self.bytes);
        println!(
            "{transcripts} follow the grammar, {} are opaque, {} changed",
            self.opaque.len(),
            self.changed.len()
        );
        println!("read at {:.0} MB/s, written at {:.0} MB/s", rate(self.reading), rate(self.writing));
        for line in &self.opaque {
            println!("opaque: {line}");
        }
        for path in &self.changed {
            println!("changed: {}", path.display());
        }
    }
}

/// Every `.md` and `.txt` file below `folder`, in the order of their paths.
fn archive_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(listing) = std::fs::read_dir(&folder) else { continue };
        for path in listing.flatten().map(|found| found.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "md" || ending == "txt") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}
