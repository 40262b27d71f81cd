//! `Name: ` before what is said: how captions without marks for speakers name them.
//!
//! A colon alone makes no speaker ("Breaking: the ferry"). A name is taken for one where it looks like a name and the
//! file uses it more than once, or where it is the label of a program (`SPEAKER_00`). A line without a name has
//! no speaker: whether the one before goes on is not known.

use std::collections::HashMap;

use super::ImportedSegment;

/// The longest name, in bytes.
const LONGEST_BYTES: usize = 60;

/// The most words of a name.
const MOST_WORDS: usize = 5;

/// What stands between the parts of names without a capital.
const PARTICLES: [&str; 12] = ["de", "da", "del", "der", "di", "du", "la", "of", "the", "van", "von", "and"];

/// A name and what is said behind it.
struct Labelled<'a> {
    name: &'a str,
    said: &'a str,
    /// Whether no person would be called so.
    is_machine: bool,
}

/// Takes the names of speakers off the segments that have none.
pub(crate) fn take_labels(segments: &mut [ImportedSegment]) {
    let mut uses: HashMap<&str, usize> = HashMap::new();
    for labelled in segments.iter().filter(|segment| segment.speaker.is_none()).filter_map(labelled) {
        *uses.entry(labelled.name).or_default() += if labelled.is_machine { 2 } else { 1 };
    }
    let found: Vec<Option<(String, usize)>> = segments
        .iter()
        .map(|segment| {
            let labelled =
                labelled(segment).filter(|labelled| uses.get(labelled.name).is_some_and(|n| *n > 1))?;
            segment
                .speaker
                .is_none()
                .then(|| (labelled.name.to_owned(), segment.text.len() - labelled.said.len()))
        })
        .collect();
    for (segment, found) in segments.iter_mut().zip(found) {
        if let Some((name, bytes)) = found {
            segment.speaker = Some(name);
            cut_beginning(segment, bytes);
        }
    }
}

/// Takes the first bytes off the text, and off the words that spell it.
fn cut_beginning(segment: &mut ImportedSegment, bytes: usize) {
    segment.text.drain(..bytes);
    let mut left = bytes;
    segment.words.retain_mut(|word| {
        let cut = left.min(word.text.len());
        left -= cut;
        // The words spell the text, whose cut lies between characters.
        word.text.drain(..cut);
        !word.text.is_empty()
    });
}

fn labelled(segment: &ImportedSegment) -> Option<Labelled<'_>> {
    let labelled = split(&segment.text)?;
    // `Ann: Ben: hello` is no use of either name that could be told from a quotation.
    split(labelled.said).is_none().then_some(labelled)
}

fn split(text: &str) -> Option<Labelled<'_>> {
    let text = text.trim_start();
    let text = text.strip_prefix(">>").map_or(text, |rest| rest.trim_start_matches('>').trim_start());
    let (name, said) = match text.strip_prefix('[') {
        Some(rest) => rest.split_once("]: ").or_else(|| rest.split_once("] "))?,
        None => text.split_once(": ").or_else(|| text.split_once('：'))?,
    };
    let (name, said) = (name.trim(), said.trim_start());
    let is_machine = is_machine_label(name);
    let is_label = is_machine || (is_name(name) && !text.starts_with('['));
    (is_label && !said.trim().is_empty()).then_some(Labelled { name, said, is_machine })
}

/// Whether a text alone reads like the name or the label of a speaker.
pub(crate) fn is_speaker(name: &str) -> bool {
    is_machine_label(name) || is_name(name)
}

/// `SPEAKER_00`, `Speaker 1`, `speaker A`: the labels of programs.
fn is_machine_label(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let Some(rest) = lower.strip_prefix("speaker") else { return false };
    let number = rest.trim_start_matches([' ', '_', '-', '#']);
    let is_short = (1..=3).contains(&number.len());
    let is_letter = number.len() == 1 && number.bytes().all(|byte| byte.is_ascii_lowercase());
    is_short && number.len() < rest.len() && (is_letter || number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether each word begins as names do: with a letter that is no small one, or as a particle inside.
fn is_name(name: &str) -> bool {
    if name.is_empty() || name.len() > LONGEST_BYTES {
        return false;
    }
    let begins_a_name =
        |word: &str| word.chars().next().is_some_and(|c| c.is_alphabetic() && !c.is_lowercase());
    let is_plain = |c: char| c.is_alphanumeric() || " .'’-&".contains(c);
    let words: Vec<&str> = name.split_whitespace().collect();
    words.len() <= MOST_WORDS
        && begins_a_name(words[0])
        && words.iter().all(|word| begins_a_name(word) || PARTICLES.contains(word) || is_numeral(word))
        && name.chars().all(is_plain)
}

fn is_numeral(word: &str) -> bool {
    word.len() <= 2 && word.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::MediaTime;

    fn taken(texts: &[&str]) -> Vec<String> {
        let segment = |text: &&str| ImportedSegment::new(MediaTime::ZERO, None, *text);
        let mut segments: Vec<_> = texts.iter().map(segment).collect();
        take_labels(&mut segments);
        let shown = |segment: &ImportedSegment| {
            format!("{}|{}", segment.speaker.as_deref().unwrap_or("-"), segment.text)
        };
        segments.iter().map(shown).collect()
    }

    #[test]
    fn names_that_come_again_are_speakers() {
        let texts = [
            "Ada Morrow: Good morning.",
            "Breaking: the ferry stops.",
            "Ada Morrow: It is late.",
            "And wet.",
        ];
        let expected = [
            "Ada Morrow|Good morning.",
            "-|Breaking: the ferry stops.",
            "Ada Morrow|It is late.",
            "-|And wet.",
        ];
        assert_eq!(taken(&texts), expected);
    }

    #[test]
    fn labels_of_programs_need_no_second_use() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(taken(&[text]), [expected]);
        }
        check("[SPEAKER_00]: Good morning.", "SPEAKER_00|Good morning.");
        check("Speaker 1: Good morning.", "Speaker 1|Good morning.");
        check("speaker A: Good morning.", "speaker A|Good morning.");
        check("Speakers: bring a coat.", "-|Speakers: bring a coat.");
        check("[MUSIC] Good morning.", "-|[MUSIC] Good morning.");
        check("Ada: Good morning.", "-|Ada: Good morning.");
    }

    #[test]
    fn what_is_no_name_is_text() {
        #[track_caller]
        fn check(text: &str) {
            assert_eq!(taken(&[text, text]), [format!("-|{text}"), format!("-|{text}")]);
        }
        check("he said: no.");
        check("At 10:30 the ferry sails.");
        check("See https://example.org/a: it is there.");
        check("Ada: Ben: Good morning."); // Whoever reads it out.
        check("Ada:");
        check(": nobody");
        check("The Harbour Master Of All The Islands: no.");
    }

    #[test]
    fn names_as_people_write_them() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(taken(&[text, text])[0], expected);
        }
        check("Dr. Orla Venn-O'Hara: no.", "Dr. Orla Venn-O'Hara|no.");
        check(">> ADA: no.", "ADA|no.");
        check("Ludwig van Calder: no.", "Ludwig van Calder|no.");
        check("主持人：早上好", "主持人|早上好");
        check("Caller 2: no.", "Caller 2|no.");
    }
}
