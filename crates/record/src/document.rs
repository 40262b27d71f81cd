//! What the record consists of: documents, and which of them are the same.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::address;
use crate::article::Article;
use crate::digest::Sha256Digest;
use crate::format::archive::ArchiveFile;
use crate::outlet::outlet_of;

/// How places in a document are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Spoken: places are times on its clock.
    Broadcast,
    /// Written: places are characters of its text.
    Article,
}

/// Which document it is, wherever its file lies and whatever it is called: the site and its media id.
///
/// ```text
/// yt:_BL0f0rIa2s                    a YouTube video, by whichever of its addresses
/// url:https://example.org/a?id=7    anything else with an address, normalised
/// sha256:9f86d081884c7d65           a file without an address, by the first 16 digits of its hash
/// ```
///
/// A file's name is no identity: two recordings of one show, day and length have the same name, and one
/// recording may stand under two shows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentId(String);

/// Digits of the hash in an id: 64 bits, enough to tell apart more files than anybody keeps.
const DIGEST_DIGITS: usize = 16;

impl DocumentId {
    /// The identity that an address gives; `None` unless it is a web address.
    pub fn from_address(address: &str) -> Option<Self> {
        match address::youtube_id(address) {
            Some(id) => Some(Self(format!("yt:{id}"))),
            None => address::normalize(address).map(|address| Self(format!("url:{address}"))),
        }
    }

    /// The identity of a recording (or of an opaque file) without an address, by the hash of its bytes.
    pub fn from_digest(digest: &Sha256Digest) -> Self {
        let digits = digest.to_string();
        Self(format!("sha256:{}", &digits[..DIGEST_DIGITS]))
    }

    /// By address if it has a usable one, else by hash.
    pub fn of(address: Option<&str>, digest: &Sha256Digest) -> Self {
        address.and_then(Self::from_address).unwrap_or_else(|| Self::from_digest(digest))
    }

    /// The id as JSON and the command line print it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is no document id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected a document id such as `yt:_BL0f0rIa2s`, `url:https://example.org/a` or `sha256:9f86d081884c7d65`, found `{found}`"
)]
pub struct DocumentIdError {
    found: String,
}

impl FromStr for DocumentId {
    type Err = DocumentIdError;

    /// Accepts exactly what the constructors make, and longer hashes.
    fn from_str(text: &str) -> Result<Self, DocumentIdError> {
        let is_id = match text.split_once(':') {
            Some(("yt", id)) => address::is_youtube_id(id),
            Some(("url", address)) => address::normalize(address).is_some_and(|normal| normal == address),
            Some(("sha256", digits)) => is_digest_beginning(digits),
            _ => false,
        };
        if is_id { Ok(Self(text.to_owned())) } else { Err(DocumentIdError { found: shortened(text) }) }
    }
}

fn is_digest_beginning(digits: &str) -> bool {
    (DIGEST_DIGITS..=64).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// The first characters of a text that may be hostile and long.
fn shortened(text: &str) -> String {
    const SHOWN_CHARACTERS: usize = 80;
    match text.char_indices().nth(SHOWN_CHARACTERS) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

impl Serialize for DocumentId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for DocumentId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// A document as every command prints it. Absent knowledge is `null` in JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Which document it is.
    pub id: DocumentId,
    /// Its file, relative to the archive's root, with `/` on every system.
    pub path: String,
    /// How places in it are given.
    pub kind: Kind,
    /// As its publisher wrote it; `None` in files that name none.
    pub title: Option<String>,
    /// Who publishes it, such as `BBC`.
    pub outlet: Option<String>,
    /// The series, such as `BBC - World News`; `None` for most articles.
    pub show: Option<String>,
    /// The day on which it was published.
    pub date: Option<Date>,
    /// Where it was published.
    pub url: Option<String>,
}

impl Document {
    /// The document of an archive file: `path` as in [`Document::path`]; the outlet by the name of its show.
    pub fn of_file(id: DocumentId, path: String, file: &ArchiveFile) -> Self {
        let owned = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
        Self {
            id,
            path,
            kind: Kind::Broadcast,
            title: owned(file.title()),
            outlet: owned(file.show().map(outlet_of)),
            show: owned(file.show()),
            date: file.date(),
            url: owned(file.url()),
        }
    }

    /// The document of an article: `path` as in [`Document::path`].
    pub fn of_article(id: DocumentId, path: String, article: &Article) -> Self {
        let owned = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        Self {
            id,
            path,
            kind: Kind::Article,
            title: owned(&article.headline),
            outlet: owned(&article.outlet),
            show: None,
            date: article.published.map(|published| published.date()),
            url: owned(&article.url),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_is_site_and_media_id() {
        #[track_caller]
        fn check(address: Option<&str>, id: &str) {
            let digest = Sha256Digest::from_bytes([0x9f; 32]);
            let document = DocumentId::of(address, &digest);
            assert_eq!(document.as_str(), id, "for {address:?}");
            assert_eq!(id.parse(), Ok(document), "an id reads back");
        }
        check(Some("https://www.youtube.com/watch?v=a1B2c3D4-_5&t=9s"), "yt:a1B2c3D4-_5");
        check(Some("https://youtu.be/a1B2c3D4-_5"), "yt:a1B2c3D4-_5");
        check(Some("https://Radio.example.org/a?utm_source=b#t=3"), "url:https://radio.example.org/a");
        check(Some("recordings/monday.wav"), "sha256:9f9f9f9f9f9f9f9f");
        check(Some(""), "sha256:9f9f9f9f9f9f9f9f");
        check(None, "sha256:9f9f9f9f9f9f9f9f");
    }

    #[test]
    fn other_texts_are_no_ids() {
        for text in [
            "",
            "yt:",
            "yt:short",
            "url:javascript:alert(1)",
            "url:https://Example.org/",
            "sha256:9F9f",
            "x:y",
        ] {
            assert!(text.parse::<DocumentId>().is_err(), "for {text}");
        }
        let error = "monday.md".parse::<DocumentId>().unwrap_err();
        insta::assert_snapshot!(error, @"expected a document id such as `yt:_BL0f0rIa2s`, `url:https://example.org/a` or `sha256:9f86d081884c7d65`, found `monday.md`");
    }

    #[test]
    fn json_has_the_shape_that_every_command_prints() {
        let file = crate::format::archive::parse(include_bytes!("../tests/fixtures/follows/timed.md")).file;
        let id = DocumentId::from_address(file.url().unwrap()).unwrap();
        let document = Document::of_file(id, "Harbour Radio - Morning Desk/a.md".to_owned(), &file);
        let json = serde_json::to_string_pretty(&document).unwrap();
        insta::assert_snapshot!(json, @r#"
        {
          "id": "url:https://video.example.org/watch?v=harbour-017",
          "path": "Harbour Radio - Morning Desk/a.md",
          "kind": "broadcast",
          "title": "Ferry to Skerry Island stops for a week",
          "outlet": "Harbour Radio",
          "show": "Harbour Radio - Morning Desk",
          "date": "2026-03-02",
          "url": "https://video.example.org/watch?v=harbour-017"
        }
        "#);
        assert_eq!(serde_json::from_str::<Document>(&json).unwrap(), document);
    }

    #[test]
    fn an_article_has_an_outlet_and_no_show() {
        let article = Article {
            headline: Some("Ferry stops".to_owned()),
            outlet: Some("Harbour Post".to_owned()),
            published: Some("2026-03-02T18:02:00Z".parse().unwrap()),
            ..Article::default()
        };
        let id = "sha256:9f86d081884c7d65".parse().unwrap();
        let json = serde_json::to_string(&Document::of_article(id, "a.txt".to_owned(), &article)).unwrap();
        insta::assert_snapshot!(json, @r#"{"id":"sha256:9f86d081884c7d65","path":"a.txt","kind":"article","title":"Ferry stops","outlet":"Harbour Post","show":null,"date":"2026-03-02","url":null}"#);
    }

    #[test]
    fn what_is_not_known_is_null() {
        let file = crate::format::archive::parse(b"").file;
        let id = "sha256:9f86d081884c7d65".parse().unwrap();
        let json = serde_json::to_string(&Document::of_file(id, "a.md".to_owned(), &file)).unwrap();
        insta::assert_snapshot!(json, @r#"{"id":"sha256:9f86d081884c7d65","path":"a.md","kind":"broadcast","title":null,"outlet":null,"show":null,"date":null,"url":null}"#);
    }
}
