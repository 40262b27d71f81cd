//! Stretches in another language or script than the file's, where that is implausible.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use record::suspect::SuspectReason;

use super::{FileHint, Found, SegmentView, doubt};
use crate::identify::{are_alike, identify, is_rather};
use crate::languages::{self, Script, expected_scripts, script_of};
use crate::scripts::{main_script, mixed_word};
use crate::words::SpokenLines;

/// Letters of a stretch whose language is looked for: two or three lines.
const BLOCK_LETTERS: usize = 200;

/// Letters below which the language of a stretch is not looked for.
const IDENTIFIED_LETTERS: usize = 60;

/// Words of a piece whose variety is measured.
const PIECE_WORDS: usize = 200;

/// Words below which variety says nothing.
const JUDGED_WORDS: usize = 60;

/// The share of different runs of three words below which a stretch is not speech.
///
/// Of 200 words of speech 0.90 to 0.99 are different, English, dubbed Spanish or Hindi alike; of English that was
/// taken for Arabic 0.30, for Welsh 0.57 and 0.71 (medians of three files).
const LEAST_VARIETY: f64 = 0.8;

/// The same for languages that Whisper falls into without cause.
const LEAST_VARIETY_OF_SINKS: f64 = 0.93;

/// Languages that Whisper falls into over noise and accents, and that few broadcasts hold.
const SINKS: [&str; 4] = ["cy", "la", "sn", "jw"];

/// Words up to which a stretch of another script between lines of the file's own is not believed.
const STRAY_WORDS: usize = 25;

/// Letters from which on a stray line is judged: names and interjections are foreign everywhere.
const STRAY_LETTERS: usize = 6;

/// The most lines that a stretch is widened by on each side: about a block's.
const WIDENED_LINES: usize = 8;

/// Neighbouring lines of one script that are judged together.
struct Block {
    lines: Range<usize>,
    script: Script,
    letters: usize,
    language: Option<&'static str>,
}

/// Neighbouring blocks that are not in the file's language.
struct Stretch {
    lines: Range<usize>,
    /// The script, if the file's language is not written in it.
    script: Option<Script>,
    language: Option<&'static str>,
    letters: usize,
}

pub(super) fn foreign(segments: &[SegmentView<'_>], spoken: &SpokenLines, hint: &FileHint<'_>) -> Found {
    let mut blocks = blocks(segments);
    identify_blocks(&mut blocks, segments, spoken, hint.language);
    let mut found = Found::new();
    if let Some(home) = hint.language.or_else(|| most_letters(&blocks)) {
        let stretches = stretches(&blocks, home);
        let has_home =
            stretches.iter().map(|stretch| stretch.lines.len()).sum::<usize>() < segments.len() / 2;
        for stretch in &stretches {
            if let Some(evidence) = implausible(stretch, spoken, has_home) {
                mark(segments, stretch, home, &evidence, &mut found);
            }
        }
        if expected_scripts(home) == [Script::Latin] {
            found.extend(mixed(segments));
        }
    }
    found
}

/// Lines in blocks of one script, each with its language. Lines without letters belong to the block before them.
fn blocks(segments: &[SegmentView<'_>]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for (at, segment) in segments.iter().enumerate() {
        let Some(script) = main_script(segment.text) else { continue };
        let letters = letters_of(segment.text);
        match blocks.last_mut() {
            Some(block) if block.script == script && block.letters < BLOCK_LETTERS => {
                block.lines.end = at + 1;
                block.letters += letters;
            }
            _ => blocks.push(Block { lines: at..at + 1, script, letters, language: None }),
        }
    }
    blocks
}

fn letters_of(text: &str) -> usize {
    if text.is_ascii() {
        return text.bytes().filter(u8::is_ascii_alphabetic).count();
    }
    text.chars().filter(|character| script_of(*character).is_some()).count()
}

/// Finds the language of each block.
///
/// A block most of whose words stood in blocks of the usual language before is in that language, too: words are
/// compared a hundred times faster than a language is identified.
fn identify_blocks(
    blocks: &mut [Block],
    segments: &[SegmentView<'_>],
    spoken: &SpokenLines,
    usual: Option<&str>,
) {
    let mut usual = usual.and_then(languages::find).map(|language| language.code);
    let mut is_usual_word = vec![false; spoken.different_words()];
    for block in blocks.iter_mut().filter(|block| block.letters >= IDENTIFIED_LETTERS) {
        let words = spoken.lines(block.lines.clone());
        let usual_words = words.iter().filter(|word| is_usual_word[**word as usize]).count();
        if 2 * usual_words > words.len() {
            block.language = usual;
            continue;
        }
        let texts: Vec<&str> = segments[block.lines.clone()].iter().map(|segment| segment.text).collect();
        block.language = identify(&texts.join(" "));
        usual = usual.or(block.language);
        if block.language.is_some() && block.language == usual {
            words.iter().for_each(|word| is_usual_word[*word as usize] = true);
        }
    }
}

/// The language of most letters; of equals the first of the alphabet.
fn most_letters(blocks: &[Block]) -> Option<&'static str> {
    let mut letters: BTreeMap<&str, usize> = BTreeMap::new();
    for block in blocks {
        *block.language.map(|language| letters.entry(language).or_default()).unwrap_or(&mut 0) +=
            block.letters;
    }
    letters.into_iter().rev().max_by_key(|(_, letters)| *letters).map(|(language, _)| language)
}

/// Neighbouring blocks that are foreign in the same way. A block whose language can't be told joins the one before it.
fn stretches(blocks: &[Block], home: &str) -> Vec<Stretch> {
    let expected = expected_scripts(home);
    let mut stretches: Vec<Stretch> = Vec::new();
    let mut is_open = false;
    for block in blocks {
        let script = (!expected.is_empty() && !expected.contains(&block.script)).then_some(block.script);
        let language = block.language.filter(|language| !are_alike(language, home));
        let is_unknown = script.is_none() && block.language.is_none();
        match stretches.last_mut().filter(|_| is_open) {
            Some(open)
                if is_unknown
                    || (script == open.script && (script.is_some() || language == open.language)) =>
            {
                open.lines.end = block.lines.end;
                open.letters += block.letters;
                open.language = open.language.or(language);
            }
            _ if script.is_some() || language.is_some() => {
                stretches.push(Stretch {
                    lines: block.lines.clone(),
                    script,
                    language,
                    letters: block.letters,
                });
                is_open = true;
            }
            _ => is_open = false,
        }
    }
    stretches
}

/// Why nobody said this stretch; `None` if somebody may have.
fn implausible(stretch: &Stretch, spoken: &SpokenLines, has_home: bool) -> Option<String> {
    let words = spoken.lines(stretch.lines.clone());
    let is_sink = stretch.language.is_some_and(|language| SINKS.contains(&language));
    let least = if is_sink { LEAST_VARIETY_OF_SINKS } else { LEAST_VARIETY };
    match variety(words) {
        Some(variety) if variety < least => {
            Some(format!("of its runs of three words only {:.0} % are different", variety * 100.0))
        }
        Some(_) => None,
        None if stretch.script.is_some() => {
            (has_home && words.len() <= STRAY_WORDS && stretch.letters >= STRAY_LETTERS)
                .then(|| "a few words between lines of the file's own script".to_owned())
        }
        None => (has_home && is_sink).then(|| "a few lines between others".to_owned()),
    }
}

/// The median over pieces of 200 words of the share of their runs of three words that are different; `None` for
/// stretches that are too short for that.
fn variety(words: &[u32]) -> Option<f64> {
    if words.len() < JUDGED_WORDS {
        return None;
    }
    let pieces = words.chunks(PIECE_WORDS).filter(|piece| piece.len() >= JUDGED_WORDS);
    let mut shares: Vec<f64> = pieces
        .map(|piece| {
            let different: HashSet<&[u32]> = piece.windows(3).collect();
            different.len() as f64 / (piece.len() - 2) as f64
        })
        .collect();
    shares.sort_by(f64::total_cmp);
    shares.get(shares.len() / 2).copied()
}

fn mark(segments: &[SegmentView<'_>], stretch: &Stretch, home: &str, evidence: &str, found: &mut Found) {
    for at in widened(segments, stretch, home) {
        let text = segments[at].text;
        let suspect = match (stretch.script, stretch.language) {
            (Some(_), _) if main_script(text).is_some() => {
                doubt(at, SuspectReason::WrongScript, format!("not the script of `{home}`; {evidence}"))
            }
            // At the borders of a stretch lines of the file's own language have come in.
            (None, Some(language)) if is_rather(text, language, home) != Some(false) => doubt(
                at,
                SuspectReason::WrongLanguage,
                format!("`{language}` in a file in `{home}`; {evidence}"),
            ),
            _ => continue,
        };
        found.push(suspect);
    }
}

/// The lines of a stretch and those beside it that read like its language: blocks are cut by letters, not by languages.
fn widened(segments: &[SegmentView<'_>], stretch: &Stretch, home: &str) -> Range<usize> {
    let Range { mut start, mut end } = stretch.lines.clone();
    let Some(language) = stretch.language.filter(|_| stretch.script.is_none()) else { return start..end };
    let belongs = |segment: &SegmentView<'_>| is_rather(segment.text, language, home) == Some(true);
    while start > 0 && stretch.lines.start - start < WIDENED_LINES && belongs(&segments[start - 1]) {
        start -= 1;
    }
    while end < segments.len() && end - stretch.lines.end < WIDENED_LINES && belongs(&segments[end]) {
        end += 1;
    }
    start..end
}

fn mixed<'a>(
    segments: &'a [SegmentView<'_>],
) -> impl Iterator<Item = (usize, record::suspect::Suspect)> + 'a {
    segments.iter().enumerate().filter_map(|(at, segment)| {
        let word = mixed_word(segment.text)?;
        let short: String = word.chars().take(20).collect();
        Some(doubt(at, SuspectReason::WrongScript, format!("`{short}` is of two scripts")))
    })
}
