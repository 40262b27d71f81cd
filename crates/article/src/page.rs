//! A page to an article.

use record::{Article, Role};

use crate::blocks::{Block, blocks};
use crate::body;
use crate::builder::Builder;
use crate::charset;
use crate::dom;
use crate::metadata::{Facts, around_headline};

/// The largest page that is read; of a larger one, its beginning.
pub const MAX_PAGE_BYTES: usize = 16 << 20;

/// What is known of a page beside its bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct PageContext<'a> {
    /// Where it was fetched.
    pub address: Option<&'a str>,
    /// What the server said that it is, such as `text/html; charset=utf-8`.
    pub content_type: Option<&'a str>,
}

/// JSON-LD is believed where it has so much more text than was found on the page, in percent.
const MORE_TEXT_PERCENT: usize = 130;

/// A page of which so little was found may hide its text from the extraction.
const LITTLE_TEXT_BYTES: usize = 400;

/// So many blocks of what was found are its head, in which the date may stand.
const BLOCKS_OF_HEAD: usize = 4;

/// The article of a page. Nothing on the page is executed or fetched.
///
/// The text is the headline and what was found of the article below it, a blank line between paragraphs. A page without an
/// article gives an empty one.
pub fn read_page(bytes: &[u8], context: PageContext<'_>) -> Article {
    let bytes = &bytes[..bytes.len().min(MAX_PAGE_BYTES)];
    let page = dom::parse(&charset::decode_page(bytes, context.content_type));
    let facts = Facts::of(&page);
    let shown = blocks(&page.root());
    let headline = facts.headline();
    let around = around_headline(&shown, headline.as_deref());
    let byline = facts.byline(around);
    let url = facts.address(context.address);
    let found = text_of(&facts, body::extract(page), &shown);
    let head = &found[..found.len().min(BLOCKS_OF_HEAD)];
    let published = facts.published(around, head, &shown, url.as_deref());
    let roles = body::roles(&found, headline.as_deref(), &byline);
    Article {
        outlet: facts.outlet(url.as_deref()),
        published,
        modified: facts.modified(),
        language: facts.language(),
        headline: headline.clone(),
        byline,
        url,
        ..composed(&found, &roles, headline.as_deref())
    }
}

/// What was found on the page, or what JSON-LD holds of it where that is more.
fn text_of(facts: &Facts, found: Vec<Block>, shown: &[Block]) -> Vec<Block> {
    let bytes = |blocks: &[Block]| blocks.iter().map(|block| block.text.len()).sum::<usize>();
    let said = facts.text().map(blocks_of_text).unwrap_or_default();
    if bytes(&said) * 100 > bytes(&found) * MORE_TEXT_PERCENT
        && (bytes(&found) < LITTLE_TEXT_BYTES || overlap(&found, &said))
    {
        return said;
    }
    if found.is_empty() {
        // Better too much than nothing.
        return shown.to_vec();
    }
    found
}

/// Whether at least half of the text of the blocks is in the others.
fn overlap(found: &[Block], said: &[Block]) -> bool {
    let all: String = said.iter().map(|block| body::comparable(&block.text)).collect();
    let is_said = |block: &&Block| {
        let text = body::comparable(&block.text);
        // The beginning will do: entities and signs differ.
        let beginning: String = text.chars().take(60).collect();
        all.contains(&beginning)
    };
    let bytes = |block: &Block| block.text.len();
    found.iter().filter(is_said).map(bytes).sum::<usize>() * 2 >= found.iter().map(bytes).sum()
}

/// The text of JSON-LD as blocks: it may be HTML, or plain with line breaks.
fn blocks_of_text(text: &str) -> Vec<Block> {
    let text = html_escape::decode_html_entities(text);
    if ["<p", "<br", "<div"].iter().any(|tag| text.contains(tag)) {
        return blocks(&dom::parse(&text).root());
    }
    let lines = text.split('\n').map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).map(|text| Block { text, ..Block::default() }).collect()
}

fn composed(blocks: &[Block], roles: &[Role], headline: Option<&str>) -> Article {
    let mut builder = Builder::default();
    if !roles.contains(&Role::Headline) {
        builder.push(headline.unwrap_or_default(), Role::Headline);
    }
    for (block, role) in blocks.iter().zip(roles) {
        builder.push(&block.text, *role);
    }
    builder.finish()
}
