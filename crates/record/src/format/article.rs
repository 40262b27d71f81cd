//! An article's sidecar: what is known of it beside its text, as JSON beside the text.
//!
//! ```text
//! Articles/2026-03-02 post.example.org Ferry stops.txt      the text that is cited
//! Articles/2026-03-02 post.example.org Ferry stops.html     the page as it was fetched
//! Articles/2026-03-02 post.example.org Ferry stops.json     address, byline, dates, hashes, what each paragraph is
//! ```
//!
//! As with a transcript's sidecar, fields that this version does not know survive, and a newer major version is
//! refused whole.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Paragraph, Published};
use crate::digest::Sha256Digest;
use crate::format::sidecar::{self, SidecarError, UnknownFields};

/// The major version that this program writes, and the newest that it reads.
pub const ARTICLE_SIDECAR_VERSION: u32 = sidecar::SIDECAR_VERSION;

/// Everything beside an article's text: one JSON object. What is not known is left out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(expecting = "an object with `version` and `kind`")]
pub struct ArticleSidecar {
    /// The major version of the format, [`ARTICLE_SIDECAR_VERSION`].
    pub version: u32,
    /// Always `article`: a transcript's sidecar has no such field.
    pub kind: ArticleKind,
    /// Where it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// As its publisher wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headline: Option<String>,
    /// Who wrote it, a person each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub byline: Vec<String>,
    /// Who published it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outlet: Option<String>,
    /// When it was first published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Published>,
    /// When it was last changed, as its publisher says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<Published>,
    /// Its language, such as `en`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// When it was fetched; RFC 3339 in UTC. `None` where a file was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fetched: Option<Timestamp>,
    /// Of the page as it was fetched, if it is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_sha256: Option<Sha256Digest>,
    /// Of the text's file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_sha256: Option<Sha256Digest>,
    /// Which version of the article this is, from 1.
    #[serde(default = "first_revision")]
    pub revision: u32,
    /// The document that this one is a newer version of, by its path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revises: Option<String>,
    /// What each paragraph of the text is, where the page told; only for the text whose hash is `text_sha256`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paragraphs: Vec<Paragraph>,
    /// Of a later minor version.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// The one value of the field `kind`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ArticleKind {
    /// An article.
    #[default]
    Article,
}

fn first_revision() -> u32 {
    1
}

impl ArticleSidecar {
    /// What an article says of itself, without its paragraphs, as its first revision.
    pub fn of(article: &Article) -> Self {
        Self {
            version: ARTICLE_SIDECAR_VERSION,
            kind: ArticleKind::Article,
            url: article.url.clone(),
            headline: article.headline.clone(),
            byline: article.byline.clone(),
            outlet: article.outlet.clone(),
            published: article.published,
            modified: article.modified,
            language: article.language.clone(),
            fetched: None,
            page_sha256: None,
            text_sha256: None,
            revision: first_revision(),
            revises: None,
            paragraphs: Vec::new(),
            unknown: UnknownFields::new(),
        }
    }

    /// Puts what is known into an article that was read from its text: each field that is there takes the place
    /// of what the text says; the paragraphs only if `is_its_text`, and if they lie in it.
    pub fn complete(&self, article: &mut Article, is_its_text: bool) {
        let fill = |field: &mut Option<String>, known: &Option<String>| {
            if known.is_some() {
                field.clone_from(known);
            }
        };
        fill(&mut article.url, &self.url);
        fill(&mut article.headline, &self.headline);
        fill(&mut article.outlet, &self.outlet);
        fill(&mut article.language, &self.language);
        article.published = self.published.or(article.published);
        article.modified = self.modified.or(article.modified);
        if !self.byline.is_empty() {
            article.byline.clone_from(&self.byline);
        }
        if is_its_text && !self.paragraphs.is_empty() {
            let characters = article.text.chars().count();
            if Article::are_sound(&self.paragraphs, characters) {
                article.paragraphs.clone_from(&self.paragraphs);
            }
        }
    }
}

/// Reads an article's sidecar.
///
/// # Errors
/// If it is too large, holds too many values, is of a newer major version, or not of the shape of
/// [`ArticleSidecar`].
pub fn read(bytes: &[u8]) -> Result<ArticleSidecar, SidecarError> {
    sidecar::read_versioned(bytes)
}

/// The sidecar as JSON, a line for each field and for each paragraph, and a line break at its end.
pub fn write(sidecar: &ArticleSidecar) -> Vec<u8> {
    sidecar::write_lines(sidecar)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Role;

    fn article() -> Article {
        Article {
            text: "Ferry stops\n\nNo boat sails.".to_owned(),
            paragraphs: vec![
                Paragraph { chars: 0..11, role: Role::Body },
                Paragraph { chars: 13..27, role: Role::Body },
            ],
            headline: Some("Ferry stops".to_owned()),
            ..Article::default()
        }
    }

    #[test]
    fn fields_that_are_not_known_survive() {
        let json = r#"{"version":1,"kind":"article","headline":"Ferry stops","stars":4}"#;
        let sidecar = read(json.as_bytes()).unwrap();
        assert_eq!((sidecar.revision, sidecar.unknown["stars"].as_u64()), (1, Some(4)));
        assert_eq!(read(&write(&sidecar)).unwrap(), sidecar);
        insta::assert_snapshot!(String::from_utf8(write(&sidecar)).unwrap(), @r#"
        {
          "version": 1,
          "kind": "article",
          "headline": "Ferry stops",
          "revision": 1,
          "stars": 4
        }
        "#);
    }

    #[test]
    fn other_files_are_refused() {
        let error = |json: &str| read(json.as_bytes()).unwrap_err();
        insta::assert_snapshot!(error("[]"), @"line 1, column 2: invalid length 0, expected an object with `version`");
        insta::assert_snapshot!(error(r#"{"version":1,"kind":"recipe"}"#), @"kind (line 1, column 28): unknown variant `recipe`, expected `article`");
        insta::assert_snapshot!(error(r#"{"version":2,"kind":"article"}"#), @"
        the sidecar has version 2, this program reads version 1
        hint: install a newer version of this program
        ");
        insta::assert_snapshot!(error(r#"{"version":1,"kind":"article","published":"2026-02-31"}"#), @"published (line 1, column 55): expected a day such as `2026-03-02`, or with its time, such as `2026-03-02T18:02:00-05:00`, found `2026-02-31`");
    }

    #[test]
    fn what_is_known_takes_the_place_of_what_the_text_says() {
        let mut sidecar = ArticleSidecar::of(&Article::default());
        sidecar.outlet = Some("Harbour Post".to_owned());
        sidecar.byline = vec!["Ada Morrow".to_owned()];
        sidecar.paragraphs = vec![Paragraph { chars: 0..11, role: Role::Headline }];
        let mut completed = article();
        sidecar.complete(&mut completed, false);
        assert_eq!(
            (completed.headline.as_deref(), completed.outlet.as_deref()),
            (Some("Ferry stops"), Some("Harbour Post"))
        );
        assert_eq!((completed.byline.len(), completed.paragraphs.len()), (1, 2));
        sidecar.complete(&mut completed, true);
        assert_eq!(completed.paragraphs[0].role, Role::Headline);
        sidecar.paragraphs[0].chars = 0..100;
        let mut other = article();
        sidecar.complete(&mut other, true);
        assert_eq!(other.paragraphs, article().paragraphs);
    }
}
