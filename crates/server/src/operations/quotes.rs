//! Who said what, and whether it was said like that.

use std::time::{Duration, Instant};

use analysis::{Area, Key, material};
use findings::check::{METHOD, Quote, quotations};
use library::documents::{find_document, read_document};
use library::quotation::Read;
use record::{Document, DocumentId, Kind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Ask, Listed, Method, Object, Window, nothing_analysed, shown};
use crate::refusal::{Code, Refusal};
use crate::shelf::{Effort, Opened};

/// Statements.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Quotes {
    /// Only what this person said, by the full name.
    pub(crate) speaker: Option<String>,
    /// Only statements in this document: a path, an id or a part of a title.
    pub(crate) document: Option<String>,
    /// Only statements with these words in them.
    pub(crate) words: Option<String>,
    /// Only those whose speaker is at least so sure, 0 to 1.
    pub(crate) sure: Option<f64>,
    /// Most statements.
    #[schemars(range(min = 1, max = 200))]
    pub(crate) limit: Option<usize>,
    /// Where to go on: `next` of the answer before.
    pub(crate) cursor: Option<String>,
}

impl Ask for Quotes {
    type Answer = Listed;
    const NAME: &'static str = "quotes";
    const PATH: &'static str = "/quotes";
    const SUMMARY: &'static str = "Who said what: statements of a person, of a document or with some words, each with its place and where else it stands";

    fn answer(self, opened: &Opened) -> Result<Listed, Refusal> {
        let window = Window::of(self.cursor.as_deref(), self.limit, 50, 200)?;
        let store = opened.findings()?.ok_or_else(nothing_analysed)?;
        let document = self.document.as_deref().map(|named| id_of(opened, named)).transpose()?;
        let key = match (&self.speaker, &document) {
            (Some(name), _) => Some(Key::Speaker(name)),
            (None, Some(id)) => Some(Key::Document(id.as_str())),
            (None, None) => None,
        };
        let words = self.words.as_deref().map(str::to_lowercase);
        let mut collected = window.collect();
        opened.cited().each(store, Area::Quotes, key, |statement| {
            let is_of = document.as_ref().is_none_or(|id| statement["document"]["id"] == id.as_str());
            let has = words.as_ref().is_none_or(|words| {
                statement["words"].as_str().is_some_and(|own| own.to_lowercase().contains(words))
            });
            let is_sure = self.sure.is_none_or(|sure| {
                statement["confidence"].as_f64().is_some_and(|confidence| confidence >= sure)
            });
            Ok::<_, Refusal>(!(is_of && has && is_sure) || collected.take(statement))
        })?;
        Ok(collected.finish())
    }
}

/// The id under which findings of a document are kept.
pub(super) fn id_of(opened: &Opened, named: &str) -> Result<DocumentId, Refusal> {
    Ok(find_document(&opened.archive, &opened.index, named)?.document.id)
}

/// Words that somebody is said to have said.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckQuote {
    /// The words, as they were printed or are remembered.
    #[schemars(length(min = 1, max = 2000))]
    pub(crate) words: String,
    /// Most places.
    #[schemars(range(min = 1, max = 50))]
    pub(crate) limit: Option<usize>,
}

/// Where words are on record.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Checked {
    /// Places, best first, each with `verdict` (`verbatim`, `trimmed`, `altered`) and `difference`. Empty if the words are not in
    /// this record, which does not say that nobody said them.
    pub(crate) matches: Vec<Object>,
}

/// A longer text is no quotation.
const MOST_CHARACTERS: usize = 2_000;

impl Ask for CheckQuote {
    type Answer = Checked;
    const NAME: &'static str = "check_quote";
    const PATH: &'static str = "/check-quote";
    const SUMMARY: &'static str = "Find printed or remembered words in the record, compared word by word: verbatim, trimmed or altered, and what differs";

    fn answer(self, opened: &Opened) -> Result<Checked, Refusal> {
        let window = Window::of(None, self.limit, 5, 50)?;
        let found = self.words.chars().count();
        if found > MOST_CHARACTERS {
            return Err(Refusal::new(
                Code::BadRequest,
                format!(
                    "`words`: expected at most {MOST_CHARACTERS} characters, found {found}\nhint: a whole article goes to `/api/v1/check-article`"
                ),
            ));
        }
        let quote = Quote::of(&self.words).map_err(|error| Refusal::new(Code::BadRequest, error))?;
        let cited = opened.cited();
        let mut matches = Vec::new();
        let found = Read::default().matches(&opened.archive, &opened.index, &quote, &self.words)?;
        for found in found.iter().take(window.limit) {
            let mut value = cited.value(found)?;
            value["method"] = METHOD.into();
            matches.extend(super::object(value));
        }
        Ok(Checked { matches })
    }
}

/// An article whose quotations are checked.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("anyOf" = [{"required": ["text"]}, {"required": ["document"]}]))]
pub(crate) struct CheckArticle {
    /// Its text; paragraphs stand between empty lines.
    #[schemars(length(max = 200_000))]
    pub(crate) text: Option<String>,
    /// Instead of a text, an article of the archive: a path, an id or a part of a title.
    pub(crate) document: Option<String>,
}

/// The quotations of an article.
#[derive(Serialize, JsonSchema)]
pub(crate) struct CheckedArticle {
    /// In the order of the article: `words`, `verdict` (`null` if they are not in this record) and `best`, the best place.
    pub(crate) quotations: Vec<Object>,
    /// How many more there are that were not looked up, as that would take too long: send the rest of the article by itself.
    pub(crate) unchecked: usize,
}

const MOST_ARTICLE_CHARACTERS: usize = 200_000;
/// Quotations of one article that are checked.
const MOST_QUOTATIONS: usize = 100;
/// After so long no further one is looked up.
const LONGEST_CHECK: Duration = Duration::from_secs(20);

impl CheckArticle {
    fn article(&self, opened: &Opened) -> Result<findings::Material, Refusal> {
        if let Some(named) = &self.document {
            let known = find_document(&opened.archive, &opened.index, named)?;
            let stored = read_document(&opened.archive, &known)?;
            if known.document.kind != Kind::Article {
                return Err(Refusal::new(
                    Code::BadRequest,
                    format!(
                        "`{}` is a transcript\nhint: quotations are looked for in articles",
                        known.document.path
                    ),
                ));
            }
            return Ok(material(known.document, &stored));
        }
        let text = self.text.as_deref().unwrap_or_default();
        let found = text.chars().count();
        if text.trim().is_empty() || found > MOST_ARTICLE_CHARACTERS {
            return Err(Refusal::new(
                Code::BadRequest,
                format!("`text`: expected 1 to {MOST_ARTICLE_CHARACTERS} characters, found {found}"),
            ));
        }
        let article = ::article::read_text(text);
        let id = DocumentId::from_digest(&archive::sha256(text.as_bytes()));
        let document = Document::of_article(id, "(pasted)".to_owned(), &article);
        Ok(findings::Material::of_article(document, &article))
    }
}

/// Whether a document is a version of an article: that its outlet printed the words twice proves nothing.
fn is_own(opened: &Opened, article: &Document, other: &DocumentId) -> bool {
    let known = opened.index.catalogue().by_id(other).unwrap_or_default();
    known.iter().any(|known| {
        let other = &known.document;
        other.kind == Kind::Article && other.outlet.is_some() && other.outlet == article.outlet
    })
}

impl Ask for CheckArticle {
    type Answer = CheckedArticle;
    const NAME: &'static str = "check_article";
    const PATH: &'static str = "/check-article";
    const SUMMARY: &'static str =
        "Check every quotation of an article, pasted or of the archive, against the record";
    const METHOD: Method = Method::Post;
    const EFFORT: Effort = Effort::Long;

    fn answer(self, opened: &Opened) -> Result<CheckedArticle, Refusal> {
        let article = self.article(opened)?;
        let cited = opened.cited();
        let mut read = Read::default();
        let mut checked = Vec::new();
        let begun = Instant::now();
        let all = quotations(&article);
        let total = all.len();
        for quotation in all.into_iter().take(MOST_QUOTATIONS) {
            if begun.elapsed() > LONGEST_CHECK {
                break;
            }
            let matches = match quotation.quote() {
                Some(quote) => {
                    let mut matches =
                        read.matches(&opened.archive, &opened.index, &quote, &quotation.words)?;
                    matches.retain(|found| !is_own(opened, &article.document, &found.citation.document));
                    matches
                }
                None => Vec::new(),
            };
            let mut value = cited.value(&quotation.checked(&article.document, matches))?;
            value["method"] = METHOD.into();
            checked.push(shown(&value)?);
        }
        Ok(CheckedArticle { unchecked: total - checked.len(), quotations: checked })
    }
}
