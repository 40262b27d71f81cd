//! What is known of a recording beside its sound: title, show, date, address.
//!
//! ```text
//! flags > NAME.info.json of yt-dlp > tags in the file > its name, folder and time
//! ```
//!
//! The first that knows a value gives it. All of it comes from outside and is only ever text here; what a
//! name may not hold in a path or in the archive's grammar is the business of `record`.

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};
use media::Tags;
use record::MediaTime;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The largest `.info.json` that is read; real ones have up to 2 MB.
const MOST_INFO_BYTES: u64 = 32 << 20;

/// Keywords that are kept; publishers of spam write thousands.
const MOST_KEYWORDS: usize = 500;

/// What people said on the command line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Given {
    /// `--title`.
    pub title: Option<String>,
    /// `--show`.
    pub show: Option<String>,
    /// `--date`.
    pub date: Option<Date>,
    /// `--url`.
    pub url: Option<String>,
}

/// What is known of a recording.
#[derive(Clone, Debug, PartialEq)]
pub struct Metadata {
    /// Its title; never empty.
    pub title: String,
    /// The show it belongs to; never empty.
    pub show: String,
    /// When it was published, or failing that, made.
    pub date: Date,
    /// Where it was published; empty if that is not known.
    pub url: String,
    /// The publisher's text about it.
    pub description: Option<String>,
    /// The publisher's keywords.
    pub keywords: Vec<String>,
    /// How often it had been seen.
    pub views: u64,
    /// How long it is, where somebody beside the file says so.
    pub length: Option<MediaTime>,
}

/// What a `.info.json` says, as far as it is of use.
#[derive(Clone, Debug, Default, PartialEq)]
struct Published {
    title: Option<String>,
    show: Option<String>,
    date: Option<Date>,
    url: Option<String>,
    description: Option<String>,
    keywords: Vec<String>,
    views: u64,
    length: Option<MediaTime>,
}

/// Metadata of the recording at `path`, and a remark for people if what stands beside it can't be read.
///
/// `path` is `None` for standard input; `today` is the date of last resort.
pub fn gather(path: Option<&Path>, given: &Given, tags: &Tags, today: Date) -> (Metadata, Option<String>) {
    gather_from(path, path, given, tags, today)
}

/// Metadata of the recording that the file at `path` is about, and that is called `named`: the captions `talk.en.vtt` are
/// about `talk`, and beside them stands `talk.info.json`.
pub fn gather_named(
    path: &Path,
    named: &Path,
    given: &Given,
    tags: &Tags,
    today: Date,
) -> (Metadata, Option<String>) {
    gather_from(Some(path), Some(named), given, tags, today)
}

fn gather_from(
    file: Option<&Path>,
    path: Option<&Path>,
    given: &Given,
    tags: &Tags,
    today: Date,
) -> (Metadata, Option<String>) {
    let (published, remark) = path.map_or((Published::default(), None), beside);
    let stem = path.and_then(Path::file_stem).map(|stem| stem.to_string_lossy().into_owned());
    let folder = path.and_then(folder_name);
    let tag_date = tags.date.as_deref().and_then(date_in);
    let name_date = stem.as_deref().and_then(leading_date);
    let metadata = Metadata {
        title: first_of([&given.title, &published.title, &tags.title, &stem], "Untitled recording"),
        show: first_of(
            [&given.show, &published.show, &tags.album, &tags.artist, &tags.publisher, &folder],
            "Recordings",
        ),
        date: [given.date, published.date, tag_date, name_date, file.and_then(modified)]
            .into_iter()
            .flatten()
            .next()
            .unwrap_or(today),
        url: first_of([&given.url, &published.url, &tags.url], ""),
        description: published.description.or_else(|| tags.description.clone()),
        keywords: published.keywords,
        views: published.views,
        length: published.length,
    };
    (metadata, remark)
}

/// The first that holds more than white space.
fn first_of<const N: usize>(candidates: [&Option<String>; N], otherwise: &str) -> String {
    let known = candidates.into_iter().flatten().find(|text| !text.trim().is_empty());
    known.map_or(otherwise, |text| text.trim()).to_string()
}

/// Reads the `.info.json` that yt-dlp writes beside a recording, if there is one.
fn beside(path: &Path) -> (Published, Option<String>) {
    let info = path.with_extension("info.json");
    match read_info(&info) {
        Ok(Some(value)) => (published(&value), None),
        Ok(None) => (Published::default(), None),
        Err(why) => (Published::default(), Some(format!("`{}` is not used: {why}", info.display()))),
    }
}

fn read_info(path: &PathBuf) -> Result<Option<Value>, String> {
    let file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    let bytes = file.metadata().map_err(|error| error.to_string())?.len();
    if bytes > MOST_INFO_BYTES {
        return Err(format!("expected at most {MOST_INFO_BYTES} bytes, found {bytes}"));
    }
    serde_json::from_reader(std::io::BufReader::new(file)).map(Some).map_err(|error| error.to_string())
}

fn published(info: &Value) -> Published {
    let text = |name: &str| info[name].as_str().map(str::to_string);
    let keywords = info["tags"].as_array().into_iter().flatten().filter_map(Value::as_str);
    Published {
        title: text("title"),
        show: text("series").or_else(|| text("channel")).or_else(|| text("uploader")),
        date: info_date(info),
        url: text("webpage_url").filter(|url| record::address::openable(url).is_some()),
        description: text("description"),
        keywords: keywords.take(MOST_KEYWORDS).map(str::to_string).collect(),
        views: info["view_count"].as_u64().unwrap_or(0),
        length: info["duration"].as_f64().filter(|seconds| *seconds > 0.0).map(MediaTime::from_seconds_f64),
    }
}

/// `release_timestamp` and `timestamp` are seconds since 1970, the dates are `YYYYMMDD`; all are UTC.
fn info_date(info: &Value) -> Option<Date> {
    let day = |name: &str| info[name].as_str().and_then(date_in);
    let second = |name: &str| {
        let time = Timestamp::from_second(info[name].as_i64()?).ok()?;
        Some(time.to_zoned(TimeZone::UTC).date())
    };
    day("release_date")
        .or_else(|| second("release_timestamp"))
        .or_else(|| day("upload_date"))
        .or_else(|| second("timestamp"))
}

/// A date at the start of a text: `20250212`, `2025-02-12`, `2025-02-12T09:00:00Z`, or a year alone.
fn date_in(text: &str) -> Option<Date> {
    leading_date(text).or_else(|| {
        let year = text.trim();
        let is_year = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
        Date::new(year.parse().ok().filter(|_| is_year)?, 1, 1).ok()
    })
}

/// A whole date at the start of a text, with or without hyphens.
fn leading_date(text: &str) -> Option<Date> {
    let text = text.trim_start();
    let parse = |format: &str, length: usize| Date::strptime(format, text.get(..length)?).ok();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    match digits {
        8 => parse("%Y%m%d", 8),
        4 => parse("%Y-%m-%d", 10),
        _ => None,
    }
}

fn folder_name(path: &Path) -> Option<String> {
    let folder = std::path::absolute(path).ok()?;
    Some(folder.parent()?.file_name()?.to_string_lossy().into_owned())
}

/// The day on which a file was last changed.
pub(crate) fn modified(path: &Path) -> Option<Date> {
    let time = std::fs::metadata(path).ok()?.modified().ok()?;
    Some(Timestamp::try_from(time).ok()?.to_zoned(TimeZone::UTC).date())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 22);

    #[test]
    fn dates_at_the_start_of_a_text() {
        #[track_caller]
        fn check(text: &str, expected: Option<Date>) {
            assert_eq!(date_in(text), expected, "for {text:?}");
        }
        check("20250212", Some(date(2025, 2, 12)));
        check("2025-02-12 evening news", Some(date(2025, 2, 12)));
        check("2025-02-12T23:30:00Z", Some(date(2025, 2, 12)));
        check("2025", Some(date(2025, 1, 1)));
        check("20251345", None); // No such month.
        check("202502123", None); // Some other number.
        check("episode 20250212", None);
        check("2025-€€-12", None); // A cut inside a character is no date either.
    }

    fn info(json: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("20250101 council.mp3");
        std::fs::write(&path, "").unwrap();
        std::fs::write(path.with_extension("info.json"), json).unwrap();
        (folder, path)
    }

    #[test]
    fn flags_come_before_info_before_tags_before_names() {
        let (_folder, path) = info(
            r#"{"title": "Harbour talks", "channel": "Calder Bay News", "upload_date": "20250614",
                "webpage_url": "https://example.org/watch?v=1", "description": "Day one.\nLive.",
                "tags": ["harbour", 7, "talks"], "view_count": 12, "duration": 95.5}"#,
        );
        let tags = Tags { title: Some("track 1".into()), artist: Some("somebody".into()), ..Tags::default() };
        let given = Given { show: Some("Evening".into()), ..Given::default() };
        let (metadata, remark) = gather(Some(&path), &given, &tags, TODAY);
        let expected = Metadata {
            title: "Harbour talks".into(),
            show: "Evening".into(),
            date: date(2025, 6, 14),
            url: "https://example.org/watch?v=1".into(),
            description: Some("Day one.\nLive.".into()),
            keywords: vec!["harbour".into(), "talks".into()],
            views: 12,
            length: Some(MediaTime::from_millis(95_500)),
        };
        assert_eq!((metadata, remark), (expected, None));
    }

    #[test]
    fn a_bare_file_has_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("20250101 council.mp3");
        std::fs::write(&path, "").unwrap();
        let (metadata, _) = gather(Some(&path), &Given::default(), &Tags::default(), TODAY);
        assert_eq!(metadata.title, "20250101 council");
        assert_eq!(metadata.date, date(2025, 1, 1));
        assert_eq!(metadata.show, folder.path().file_name().unwrap().to_string_lossy());
        let (metadata, _) = gather(None, &Given::default(), &Tags::default(), TODAY);
        assert_eq!((metadata.title.as_str(), metadata.date), ("Untitled recording", TODAY));
    }

    #[test]
    fn what_stands_beside_and_is_no_json_is_told_and_not_used() {
        let (_folder, path) = info("{ not json");
        let (metadata, remark) = gather(Some(&path), &Given::default(), &Tags::default(), TODAY);
        assert_eq!(metadata.title, "20250101 council");
        assert!(remark.unwrap().contains("is not used: key must be a string"));
        let (_folder, path) = info(r#"{"title": 7, "webpage_url": "javascript:alert(1)", "tags": "x"}"#);
        let (metadata, _) = gather(Some(&path), &Given::default(), &Tags::default(), TODAY);
        assert_eq!((metadata.title.as_str(), metadata.url.as_str()), ("20250101 council", ""));
    }
}
