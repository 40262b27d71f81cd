//! Prints the doubts about every transcript of a folder, one a line, for `eval/suspects/run.py`.
//!
//! ```sh
//! cargo run --release -p onrecord-language --example suspects -- FOLDER > doubts.tsv
//! ```
//!
//! Columns: file, line of the transcript (from 0), start in seconds, reason, detail, text. Lines of a file and in all are
//! counted at the end, on lines that begin with `#`.

use std::error::Error;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use language::{FileHint, SegmentView, identify, suspects};
use record::format::archive::{self, ArchiveFile};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("expected a folder of transcripts")?);
    let mut output = BufWriter::new(std::io::stdout().lock());
    let (mut lines, mut bytes, mut time) = (0, 0, Duration::ZERO);
    for path in files_below(&folder)? {
        let ArchiveFile::Transcript(transcript) = archive::parse(&fs::read(&path)?).file else { continue };
        let about = format!("{}. {}", transcript.title(), transcript.description().unwrap_or_default());
        let hint = FileHint { language: identify(&about), length: transcript.length() };
        let views: Vec<SegmentView<'_>> = transcript
            .segments()
            .iter()
            .map(|segment| SegmentView { text: &segment.text, start: segment.start_time(), end: None })
            .collect();
        let begun = Instant::now();
        let found = suspects(&views, &hint);
        time += begun.elapsed();
        lines += views.len();
        bytes += views.iter().map(|view| view.text.len()).sum::<usize>();
        let name = path.strip_prefix(&folder)?.display().to_string();
        writeln!(output, "# {name}\t{}\t{}", views.len(), hint.language.unwrap_or("?"))?;
        for (at, marks) in found.iter().enumerate() {
            for mark in marks {
                let start = views[at].start.map_or(-1.0, |start| start.as_seconds_f64());
                let text = views[at].text.replace(['\t', '\r', '\n'], " ");
                writeln!(output, "{name}\t{at}\t{start:.2}\t{}\t{}\t{text}", mark.reason, mark.detail)?;
            }
        }
    }
    output.flush()?;
    let megabytes_per_second = bytes as f64 / 1e6 / time.as_secs_f64();
    eprintln!("{lines} lines, {:.1} s, {megabytes_per_second:.1} MB of text a second", time.as_secs_f64());
    Ok(())
}

fn files_below(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for found in fs::read_dir(&folder)? {
            let path = found?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "md") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}
