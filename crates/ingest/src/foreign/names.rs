//! What the names of files say: `talk.en.vtt` is the captions of `talk.mp4`, in English, described by `talk.info.json`.

use crate::recording::MEDIA_ENDINGS;
use speech::languages;
use std::path::{Path, PathBuf};

/// Endings of captions and nothing else.
const CERTAIN: [&str; 4] = ["srt", "vtt", "ttml", "dfxp"];

/// Endings that transcripts share with other things.
const SHARED: [&str; 5] = ["json", "tsv", "txt", "text", "xml"];

/// Endings of transcripts, from the one that says most of what was said: of several files of one recording the
/// first is taken.
const PREFERRED: [&str; 8] = ["json", "vtt", "ttml", "dfxp", "srt", "tsv", "txt", "text"];

/// What the name of a file says of its being a transcript.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MayBe {
    /// It is one, or a broken one.
    Certainly,
    /// Its content tells.
    Perhaps,
    /// It is something else.
    Never,
}

/// Whether a file may be a transcript of another program, by its name.
pub fn may_be(path: &Path) -> MayBe {
    let ending = ending(path);
    if CERTAIN.contains(&ending.as_str()) {
        MayBe::Certainly
    } else if SHARED.contains(&ending.as_str()) && !is_about_another(path) {
        MayBe::Perhaps
    } else {
        MayBe::Never
    }
}

/// `talk.info.json` and `talk.live_chat.json`, which yt-dlp writes beside a recording.
fn is_about_another(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    name.ends_with(".info.json") || name.ends_with(".live_chat.json")
}

fn ending(path: &Path) -> String {
    path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase()).unwrap_or_default()
}

/// Whether, in a folder that is looked through, a transcript is left to another file of the same recording: to the
/// recording itself, to its transcript in the archive's format, or to a form that says more.
pub fn is_left_to_another(path: &Path) -> bool {
    let base = base(path);
    let own = ending(path);
    let rank = PREFERRED.iter().position(|ending| *ending == own).unwrap_or(PREFERRED.len());
    let beside =
        |ending: &str| Some(base.with_extension(ending)).filter(|other| other != path && other.is_file());
    let is_known_otherwise = MEDIA_ENDINGS.into_iter().chain(["md"]).any(|ending| beside(ending).is_some());
    is_known_otherwise
        || PREFERRED[..rank].iter().filter_map(|ending| beside(ending)).any(|other| super::is_foreign(&other))
}

/// The path without the language that stands before its ending: `talk.vtt` for `talk.en.vtt`, as `talk.mp4` and
/// `talk.info.json` are called.
pub(super) fn base(path: &Path) -> PathBuf {
    let Some(stem) = path.file_stem().and_then(|stem| stem.to_str()) else { return path.to_owned() };
    match stem.rsplit_once('.') {
        Some((before, tag)) if is_tag(tag) => path
            .with_file_name(format!("{before}.{}", path.extension().unwrap_or_default().to_string_lossy())),
        _ => path.to_owned(),
    }
}

/// The language before the ending, if one stands there.
pub(super) fn language(path: &Path) -> Option<String> {
    let stem = path.file_stem()?.to_str()?;
    let (_, tag) = stem.rsplit_once('.')?;
    language_tag(tag).map(str::to_owned)
}

/// A language, or what our own `transcribe` puts before the ending where two forms would have one name.
fn is_tag(tag: &str) -> bool {
    matches!(tag, "whisper" | "podcast") || language_tag(tag).is_some()
}

/// `en`, `en-GB`, `en-orig`: the code of a language that is known, and what follows it.
fn language_tag(tag: &str) -> Option<&str> {
    let code = tag.split(['-', '_']).next().unwrap_or_default();
    let is_code = (2..=3).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_lowercase());
    (is_code && tag.len() <= 12 && languages::find(code).is_some()).then_some(code)
}

/// The address of the recording that stands beside a transcript.
pub(super) fn recording_beside(base: &Path) -> Option<String> {
    let recording =
        MEDIA_ENDINGS.iter().map(|ending| base.with_extension(ending)).find(|path| path.is_file())?;
    record::address::of_file(&std::path::absolute(recording).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_stand_before_the_ending() {
        #[track_caller]
        fn check(name: &str, base_name: &str, code: Option<&str>) {
            assert_eq!(base(Path::new(name)), Path::new(base_name), "for {name}");
            assert_eq!(language(Path::new(name)).as_deref(), code, "for {name}");
        }
        check("a/talk.en.vtt", "a/talk.vtt", Some("en"));
        check("talk.en-GB.srt", "talk.srt", Some("en"));
        check("talk.en-orig.srt", "talk.srt", Some("en"));
        check("talk.whisper.json", "talk.json", None);
        check("talk.vtt", "talk.vtt", None);
        check("Part.One.srt", "Part.One.srt", None);
        check("harbour vs. skerry.srt", "harbour vs. skerry.srt", None);
        check("talk.xx.srt", "talk.xx.srt", None);
    }

    #[test]
    fn names_tell_what_may_be_a_transcript() {
        #[track_caller]
        fn check(name: &str, expected: MayBe) {
            assert_eq!(may_be(Path::new(name)), expected, "for {name}");
        }
        check("a.SRT", MayBe::Certainly);
        check("a.json", MayBe::Perhaps);
        check("a.info.json", MayBe::Never);
        check("a.live_chat.json", MayBe::Never);
        check("a.txt", MayBe::Perhaps);
        check("a.mp3", MayBe::Never);
        check("a", MayBe::Never);
    }

    #[test]
    fn of_several_files_of_a_recording_one_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        let is_left = |name: &str| is_left_to_another(&folder.path().join(name));
        put("a.en.vtt", "WEBVTT\n");
        put("a.srt", "");
        assert!(!is_left("a.en.vtt"), "its other form says less");
        put("b.vtt", "WEBVTT\n");
        put("b.en.srt", "");
        assert!(is_left("b.en.srt") && !is_left("b.vtt"));
        put("b.json", "{}");
        assert!(!is_left("b.vtt"), "this is no transcript");
        put("c.srt", "");
        put("c.mp3", "");
        put("d.srt", "");
        put("d.md", "");
        assert!(is_left("c.srt") && is_left("d.srt"));
    }
}
