//! Articles that exist as files -> text, page and sidecar, ready to be stored.
//!
//! ```text
//! X.html --read_page--> text + page + what the page says ---+
//! X.txt (X.html and X.json beside it) --read_text--> text ---+--> Existing
//! flags ------------------------------------------------------+
//! ```

use jiff::civil::Date;
use record::format::article::{self as format, ArticleSidecar};
use record::{Article, Published, Role, address};
use std::path::{Path, PathBuf};

/// The largest file that is taken in: that of the largest page that is read.
pub const MOST_BYTES: u64 = article::MAX_PAGE_BYTES as u64;

/// What people said on the command line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Given {
    /// `--title`.
    pub headline: Option<String>,
    /// `--outlet`.
    pub outlet: Option<String>,
    /// `--date`.
    pub date: Option<Date>,
    /// `--url`.
    pub url: Option<String>,
}

/// An article on its way into the archive.
#[derive(Debug)]
pub struct Existing {
    /// The citable text: of a text file, its bytes as they are.
    pub text: Vec<u8>,
    /// The page as it was fetched.
    pub page: Option<Vec<u8>>,
    /// What is known of it.
    pub sidecar: ArticleSidecar,
}

/// Why an article can't be taken in.
#[derive(Debug, thiserror::Error)]
pub enum ExistingError {
    /// It can't be read.
    #[error("can't read `{}`: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is no article of a size that anybody writes.
    #[error("`{}` is too large for an article: expected at most {MOST_BYTES} bytes, found {found}", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        found: u64,
    },
    /// It holds none.
    #[error("found no article in `{}`: no paragraph of it is text\nhint: save the article's text as a `.txt` file and add that", path.display())]
    Nothing {
        /// The file.
        path: PathBuf,
    },
}

/// Whether a file is taken for an article, by its ending.
pub fn is_article(path: &Path) -> bool {
    is_text(path) || is_page(path)
}

fn is_text(path: &Path) -> bool {
    has_ending(path, &["txt"])
}

fn is_page(path: &Path) -> bool {
    has_ending(path, &["html", "htm"])
}

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    path.extension().is_some_and(|found| endings.iter().any(|ending| found.eq_ignore_ascii_case(ending)))
}

/// Reads an article and what is known of it.
///
/// # Errors
///
/// If the file can't be read, is far too large, or holds no text.
pub fn read(path: &Path, given: &Given) -> Result<Existing, ExistingError> {
    let bytes = read_bytes(path)?;
    let known = sidecar_beside(path);
    let existing =
        if is_page(path) { of_page(bytes, known, given) } else { of_text(path, bytes, known, given) };
    if existing.text.iter().all(u8::is_ascii_whitespace) {
        return Err(ExistingError::Nothing { path: path.to_owned() });
    }
    Ok(existing)
}

fn of_page(page: Vec<u8>, known: Option<ArticleSidecar>, given: &Given) -> Existing {
    let address = given.url.as_deref().or_else(|| known.as_ref().and_then(|known| known.url.as_deref()));
    let mut article = article::read_page(&page, article::PageContext { address, content_type: None });
    if article.texts_of(Role::Body).next().is_none() {
        article.text.clear();
    }
    let mut sidecar = completed(known, &mut article, given);
    sidecar.paragraphs = article.paragraphs;
    Existing { text: article.text.into_bytes(), page: Some(page), sidecar }
}

fn of_text(path: &Path, text: Vec<u8>, known: Option<ArticleSidecar>, given: &Given) -> Existing {
    let mut article = article::read_text(&article::decode_text(&text));
    let paragraphs = known.as_ref().map(|known| known.paragraphs.clone()).unwrap_or_default();
    let mut sidecar = completed(known, &mut article, given);
    sidecar.paragraphs = paragraphs;
    // A page of the same name is the one from which the text was read.
    let page = ["html", "htm"].iter().find_map(|ending| read_bytes(&path.with_extension(ending)).ok());
    Existing { text, page, sidecar }
}

/// What is known: from the command line, else from the sidecar, else from text or page. It is a first revision here,
/// whatever it was where it comes from.
fn completed(known: Option<ArticleSidecar>, article: &mut Article, given: &Given) -> ArticleSidecar {
    if let Some(known) = &known {
        known.complete(article, false);
    }
    article.headline = given.headline.clone().or(article.headline.take());
    article.outlet = given.outlet.clone().or(article.outlet.take());
    article.url = given.url.as_deref().and_then(address::openable).or(article.url.take());
    // A day that is given does not take the time from a page that says the same day.
    let is_same_day = |date: &Date| article.published.is_some_and(|published| published.date() == *date);
    article.published = given.date.filter(|date| !is_same_day(date)).map(Published::on).or(article.published);
    let of_article = ArticleSidecar::of(article);
    match known {
        Some(known) => ArticleSidecar { fetched: known.fetched, unknown: known.unknown, ..of_article },
        None => of_article,
    }
}

/// The sidecar beside a file, if it is an article's.
fn sidecar_beside(path: &Path) -> Option<ArticleSidecar> {
    let bytes = read_bytes(&path.with_extension("json")).ok()?;
    format::read(&bytes).ok()
}

fn read_bytes(path: &Path) -> Result<Vec<u8>, ExistingError> {
    let unreadable = |source| ExistingError::Unreadable { path: path.to_owned(), source };
    let found = std::fs::metadata(path).map_err(unreadable)?.len();
    if found > MOST_BYTES {
        return Err(ExistingError::TooLarge { path: path.to_owned(), found });
    }
    std::fs::read(path).map_err(unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<html><head><meta property='article:published_time' content='2026-03-01T21:30:00Z'></head><body><h1>Ferry stops</h1>\
        <p>The ferry to Skerry Island will not sail until Monday, the harbour master said.</p></body></html>";

    fn folder_with(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            std::fs::write(folder.path().join(name), content).unwrap();
        }
        folder
    }

    #[test]
    fn a_page_gives_text_and_metadata() {
        let folder = folder_with(&[("a.html", PAGE)]);
        let given = Given {
            url: Some("https://post.example.org/ferry".to_owned()),
            outlet: Some("Harbour Post".to_owned()),
            date: "2026-03-01".parse().ok(),
            headline: None,
        };
        let Existing { text, page, sidecar } = read(&folder.path().join("a.html"), &given).unwrap();
        assert!(String::from_utf8(text).unwrap().starts_with("Ferry stops\n\nThe ferry"));
        assert_eq!(page.as_deref(), Some(PAGE.as_bytes()));
        assert_eq!(sidecar.published.map(|date| date.to_string()).as_deref(), Some("2026-03-01T21:30:00Z"));
        assert_eq!((sidecar.outlet.as_deref(), sidecar.paragraphs.len()), (Some("Harbour Post"), 2));
        let given = Given { date: "2026-03-05".parse().ok(), ..given };
        let sidecar = read(&folder.path().join("a.html"), &given).unwrap().sidecar;
        assert_eq!(sidecar.published.map(|date| date.to_string()).as_deref(), Some("2026-03-05"));
    }

    #[test]
    fn a_text_brings_what_stands_beside_it() {
        let json = r#"{"version":1,"kind":"article","outlet":"Harbour Post","revision":7,"revises":"x.txt","stars":4,"fetched":"2026-03-02T00:00:00Z"}"#;
        let folder =
            folder_with(&[("a.txt", "Ferry stops\n\nNo boat sails."), ("a.html", PAGE), ("a.json", json)]);
        let Existing { text, page, sidecar } = read(&folder.path().join("a.txt"), &Given::default()).unwrap();
        assert_eq!(text, b"Ferry stops\n\nNo boat sails.");
        assert_eq!(page.as_deref(), Some(PAGE.as_bytes()));
        assert_eq!(
            (sidecar.headline.as_deref(), sidecar.outlet.as_deref()),
            (Some("Ferry stops"), Some("Harbour Post"))
        );
        assert_eq!((sidecar.revision, sidecar.revises, sidecar.fetched.is_some()), (1, None, true));
        assert_eq!(sidecar.unknown["stars"], 4);
    }

    #[test]
    fn what_holds_no_article_is_refused() {
        let folder = folder_with(&[("a.html", "<script>x</script>"), ("b.txt", " \n")]);
        let error = |name: &str| {
            let error = read(&folder.path().join(name), &Given::default()).unwrap_err();
            error.to_string().replace(&folder.path().display().to_string(), "FOLDER")
        };
        insta::assert_snapshot!(error("a.html"), @r"
        found no article in `FOLDER/a.html`: no paragraph of it is text
        hint: save the article's text as a `.txt` file and add that
        ");
        insta::assert_snapshot!(error("b.txt"), @r"
        found no article in `FOLDER/b.txt`: no paragraph of it is text
        hint: save the article's text as a `.txt` file and add that
        ");
        assert!(error("c.txt").starts_with("can't read `FOLDER/c.txt`: "));
    }
}
