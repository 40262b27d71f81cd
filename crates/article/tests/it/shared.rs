//! Real articles as plain text, where they are at hand; `ONRECORD_SHARED` names the folder.

use std::fs;
use std::path::{Path, PathBuf};

use article::{decode_text, read_text};
use record::{Article, Role};

/// The seed whose name begins so.
fn seed(number: &str) -> Option<Article> {
    let shared = std::env::var_os("ONRECORD_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let folder = shared.join("data/seeds");
    let Ok(files) = fs::read_dir(&folder) else {
        eprintln!("skipped: there is no folder `{}`; ONRECORD_SHARED names another", folder.display());
        return None;
    };
    let mut paths = files.map(|found| found.expect("readable").path());
    let path =
        paths.find(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(number)))?;
    Some(read_text(&decode_text(&fs::read(path).expect("readable"))))
}

/// The body's paragraphs, each by its first word and its number of words.
fn body(article: &Article) -> Vec<(String, usize)> {
    let shape = |text: &str| {
        (text.split_whitespace().next().unwrap_or_default().to_owned(), text.split_whitespace().count())
    };
    article.texts_of(Role::Body).map(shape).collect()
}

#[test]
fn wire_copy_with_its_date_before_the_headline() {
    let Some(article) = seed("003") else { return };
    assert_eq!(article.published.map(|published| published.to_string()).as_deref(), Some("2025-02-13"));
    let headline = article.headline.as_deref().unwrap_or_default();
    assert!(headline.starts_with("Ukraine war talks") && headline.ends_with("Putin call"), "{headline}");
    assert_eq!((article.byline.len(), article.outlet.as_deref()), (0, Some("BBC")));
    let body = body(&article);
    assert_eq!((body.len(), body[0].0.as_str(), body[11].0.as_str()), (12, "(BBC)", "“I"));
    assert_eq!(article.paragraphs.len(), 14);
}

#[test]
fn a_pasted_page_with_names_and_captions() {
    let Some(article) = seed("004") else { return };
    assert_eq!(article.published, None);
    let headline = article.headline.as_deref().unwrap_or_default();
    assert!(headline.starts_with("Trump says") && headline.ends_with("Ukraine"), "{headline}");
    assert_eq!(article.byline, ["Mike Wendling", "Bernd Debusmann Jr"]);
    assert_eq!(article.outlet.as_deref(), Some("BBC News"));
    assert_eq!(article.texts_of(Role::Caption).count(), 3, "one below the names, twice, and a map");
    assert_eq!(article.texts_of(Role::Furniture).count(), 1, "the headline of another article");
    let body = body(&article);
    assert_eq!(
        (body.len(), body[0].0.as_str(), body.last().map(|(word, _)| word.as_str())),
        (23, "US", Some("Accurate"))
    );
}
