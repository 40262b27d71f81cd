//! Tab-separated values as openai-whisper writes them: `start`, `end` (whole milliseconds) and `text`.
//!
//! Follows `WriteTSV` in openai/whisper, `whisper/utils.py`: a tab in the text becomes a space, and so, here,
//! does a line break. No speakers, because the reference has no column for them.

use super::print;
use crate::captions::{Cue, shown_lines};

/// The captions as a TSV file with a header, one row each, in the order given.
pub fn write(cues: &[Cue<'_>]) -> String {
    let mut tsv = String::from("start\tend\ttext\n");
    for cue in cues {
        let (start, end) = cue.span();
        let lines: Vec<&str> = shown_lines(cue.text).collect();
        let text = lines.join(" ").replace('\t', " ");
        print(&mut tsv, format_args!("{}\t{}\t{text}\n", start.as_millis(), end.as_millis()));
    }
    tsv
}
