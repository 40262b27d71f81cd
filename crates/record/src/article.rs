//! Newspaper articles: one text, and what each part of it is.
//!
//! A place in an article is a half-open range of Unicode scalar values of its text, so that anybody can check it
//! in an editor. [`Positions`] turns such ranges into bytes and back without counting from the beginning each time.

mod positions;
mod published;

use std::ops::Range;

use serde::{Deserialize, Serialize};

pub use positions::Positions;
pub use published::{Published, PublishedError};

/// An article: its text, the paragraphs in it, and what is known of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Article {
    /// The citable text. Places are counted in it, and it never changes under a citation.
    pub text: String,
    /// Its paragraphs in order: disjoint, never empty, white space around them left out.
    pub paragraphs: Vec<Paragraph>,
    /// As its publisher wrote it.
    pub headline: Option<String>,
    /// Who wrote it, a person each, without "By".
    pub byline: Vec<String>,
    /// Who published it, such as `Harbour Post`; the name of the host where nothing else tells.
    pub outlet: Option<String>,
    /// When it was first published.
    pub published: Option<Published>,
    /// When it was last changed, as its publisher says.
    pub modified: Option<Published>,
    /// Its canonical address.
    pub url: Option<String>,
    /// Its language as its publisher names it, such as `en` or `pt-BR`.
    pub language: Option<String>,
}

/// A stretch of an article's text that is one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paragraph {
    /// Half-open range of Unicode scalar values of the text; `[0, 44]` in JSON.
    #[serde(with = "as_pair")]
    pub chars: Range<usize>,
    /// What it is.
    pub role: Role,
}

/// What a paragraph is to its article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The headline.
    Headline,
    /// Who wrote it, with their papers and places.
    Byline,
    /// When, and from where: "Published 2 March 2026", "PORT CALLOW".
    Dateline,
    /// What a picture shows, and whose picture it is.
    Caption,
    /// The article itself.
    Body,
    /// What the page put between: buttons to share, related headlines, requests to subscribe. Kept because it was
    /// there; neither searched nor counted.
    Furniture,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Headline, Self::Byline, Self::Dateline, Self::Caption, Self::Body, Self::Furniture];

    /// The name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Headline => "headline",
            Self::Byline => "byline",
            Self::Dateline => "dateline",
            Self::Caption => "caption",
            Self::Body => "body",
            Self::Furniture => "furniture",
        }
    }
}

impl Article {
    /// The paragraphs with their texts, in time proportional to the article. A paragraph that does not lie in the
    /// text is left out.
    pub fn texts(&self) -> impl Iterator<Item = (&Paragraph, &str)> {
        let positions = Positions::new(&self.text);
        self.paragraphs.iter().filter_map(move |paragraph| {
            let bytes = positions.bytes_of(&paragraph.chars)?;
            Some((paragraph, &self.text[bytes]))
        })
    }

    /// The texts of the paragraphs that have this role.
    pub fn texts_of(&self, role: Role) -> impl Iterator<Item = &str> {
        self.texts().filter(move |(paragraph, _)| paragraph.role == role).map(|(_, text)| text)
    }

    /// Whether these paragraphs are such as [`Article::paragraphs`] promises, in a text of `characters`.
    pub fn are_sound(paragraphs: &[Paragraph], characters: usize) -> bool {
        let mut free_from = 0;
        paragraphs.iter().all(|Paragraph { chars, .. }| {
            let is_sound = free_from <= chars.start && chars.start < chars.end && chars.end <= characters;
            free_from = chars.end;
            is_sound
        })
    }
}

/// Ranges as pairs in JSON.
mod as_pair {
    use std::ops::Range;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(range: &Range<usize>, serializer: S) -> Result<S::Ok, S::Error> {
        (range.start, range.end).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Range<usize>, D::Error> {
        let (start, end) = Deserialize::deserialize(deserializer)?;
        Ok(start..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paragraph(chars: Range<usize>, role: Role) -> Paragraph {
        Paragraph { chars, role }
    }

    #[test]
    fn paragraphs_have_texts() {
        let article = Article {
            text: "Fähre fällt aus\n\nBen Quill\n\nDie Fähre fährt nicht. ⛴".to_owned(),
            paragraphs: vec![
                paragraph(0..15, Role::Headline),
                paragraph(17..26, Role::Byline),
                paragraph(28..52, Role::Body),
                paragraph(28..53, Role::Body),
            ],
            ..Article::default()
        };
        let texts: Vec<&str> = article.texts().map(|(_, text)| text).collect();
        assert_eq!(texts, ["Fähre fällt aus", "Ben Quill", "Die Fähre fährt nicht. ⛴"]);
        assert_eq!(article.texts_of(Role::Byline).collect::<Vec<_>>(), ["Ben Quill"]);
    }

    #[test]
    fn paragraphs_are_in_order_and_in_the_text() {
        #[track_caller]
        fn check(ranges: &[Range<usize>], is_sound: bool) {
            let paragraphs: Vec<Paragraph> =
                ranges.iter().map(|range| paragraph(range.clone(), Role::Body)).collect();
            assert_eq!(Article::are_sound(&paragraphs, 10), is_sound, "for {ranges:?}");
        }
        check(&[], true);
        check(&[0..4, 4..10], true);
        check(&[0..4, 3..10], false);
        check(&[4..6, 0..2], false);
        check(&[0..4, 4..4], false);
        check(&[0..4, Range { start: 9, end: 8 }], false);
        check(&[0..4, 4..11], false);
        check(&[0..4, usize::MAX - 1..usize::MAX], false);
    }

    #[test]
    fn json_names_range_and_role() {
        let json = serde_json::to_string(&paragraph(3..7, Role::Furniture)).unwrap();
        assert_eq!(json, r#"{"chars":[3,7],"role":"furniture"}"#);
        assert_eq!(serde_json::from_str::<Paragraph>(&json).unwrap(), paragraph(3..7, Role::Furniture));
        for role in Role::ALL {
            assert_eq!(serde_json::to_value(role).unwrap(), role.name());
        }
    }
}
