//! Which part of a page is the article, and what each block of it is.

use std::panic::{AssertUnwindSafe, catch_unwind};

use dom_query::Document;
use dom_smoothie::{Config, Readability};
use record::Role;

use crate::blocks::{Block, blocks};
use crate::names;
use crate::roles;

/// Where the extraction puts what it found.
const FOUND: &str = "#readability-page-1";

/// A block of so many words that ends like a sentence begins the article; what stands before it is its head.
const OPENING_WORDS: usize = 8;

/// A block of so many words begins it however it ends.
const LONG_OPENING_WORDS: usize = 25;

/// A line that only links has at most so many words.
const MOST_LINK_WORDS: usize = 25;

/// A byline or the name of a place has at most so many words.
const MOST_BYLINE_WORDS: usize = 16;

/// The blocks of the article of a page; none if it seems to have none.
pub(crate) fn extract(page: Document) -> Vec<Block> {
    // It works on trees that nobody chose, and a panic in it is to cost this page's layout, not the program.
    catch_unwind(AssertUnwindSafe(|| found(page))).unwrap_or_default()
}

fn found(page: Document) -> Vec<Block> {
    // Classes tell captions and furniture; JSON-LD is read by us.
    let config = Config { keep_classes: true, disable_json_ld: true, ..Config::default() };
    let Ok(mut readability) = Readability::with_document(page, None, Some(config)) else { return Vec::new() };
    if readability.parse().is_err() {
        return Vec::new();
    }
    let found = readability.doc.select(FOUND);
    found.nodes().first().map(blocks).unwrap_or_default()
}

/// What each block is.
pub(crate) fn roles(blocks: &[Block], headline: Option<&str>, people: &[String]) -> Vec<Role> {
    let opening = blocks.iter().position(opens).unwrap_or(0);
    let headline = headline.map(comparable);
    let mut roles: Vec<Role> = Vec::with_capacity(blocks.len());
    for (at, block) in blocks.iter().enumerate() {
        let is_headline = headline.as_ref().is_some_and(|headline| *headline == comparable(&block.text));
        let role = match is_headline {
            true if roles.contains(&Role::Headline) => Role::Furniture,
            true => Role::Headline,
            false => role(block, at < opening, people),
        };
        roles.push(role);
    }
    for at in repeated_captions(blocks, &roles) {
        roles[at] = Role::Caption;
    }
    for at in headings_of_nothing(blocks, &roles) {
        roles[at] = Role::Furniture;
    }
    roles
}

fn opens(block: &Block) -> bool {
    let words = size_words(block);
    let hints = block.hints;
    let is_text = !hints.is_caption
        && !hints.is_furniture
        && !hints.is_byline
        && !block.is_linked()
        && !roles::is_caption(&block.text);
    is_text && ((words >= OPENING_WORDS && roles::ends_sentence(&block.text)) || words >= LONG_OPENING_WORDS)
}

/// Words, where there are spaces between them; else about as many as the characters would make.
fn size_words(block: &Block) -> usize {
    const BYTES_OF_A_WORD: usize = 12;
    block.words().max(if block.text.is_ascii() { 0 } else { block.text.len() / BYTES_OF_A_WORD })
}

fn role(block: &Block, is_before_opening: bool, people: &[String]) -> Role {
    let Block { text, hints, .. } = block;
    let is_sentence = roles::ends_sentence(text);
    let words = block.words();
    if roles::is_dateline(text) {
        Role::Dateline
    } else if is_byline(block, people) {
        Role::Byline
    } else if hints.is_caption || roles::is_caption(text) {
        Role::Caption
    } else if hints.is_furniture
        || roles::is_furniture(text)
        || (block.is_linked() && !is_sentence && words <= MOST_LINK_WORDS)
    {
        Role::Furniture
    } else if is_before_opening && hints.is_date && !is_sentence && words <= MOST_BYLINE_WORDS {
        Role::Dateline
    } else if is_before_opening && !is_sentence && !hints.is_heading && words <= OPENING_WORDS {
        Role::Furniture
    } else {
        Role::Body
    }
}

fn is_byline(block: &Block, people: &[String]) -> bool {
    let Block { text, hints, .. } = block;
    if block.words() > MOST_BYLINE_WORDS || roles::ends_sentence(text) {
        return false;
    }
    let names_author = || people.iter().any(|person| text.starts_with(person.as_str()));
    names::is_byline(text) || hints.is_byline || names_author()
}

/// Captions stand twice on some pages: beside the picture and below it, where nothing tells what they are.
fn repeated_captions(blocks: &[Block], roles: &[Role]) -> Vec<usize> {
    let captions: std::collections::HashSet<String> = (0..blocks.len())
        .filter(|at| roles[*at] == Role::Caption)
        .map(|at| comparable(&blocks[at].text))
        .collect();
    let is_caption =
        |at: &usize| roles[*at] == Role::Body && captions.contains(&comparable(&blocks[*at].text));
    (0..blocks.len()).filter(is_caption).collect()
}

/// Headings below which only furniture stands: "Most read".
fn headings_of_nothing(blocks: &[Block], roles: &[Role]) -> Vec<usize> {
    let mut headings = Vec::new();
    let mut has_text = false;
    let mut has_furniture = true;
    for at in (0..blocks.len()).rev() {
        if roles[at] == Role::Body && blocks[at].hints.is_heading {
            if !has_text && has_furniture {
                headings.push(at);
            } else {
                (has_text, has_furniture) = (false, false);
            }
        } else {
            has_text |= roles[at] == Role::Body;
            has_furniture |= roles[at] == Role::Furniture;
        }
    }
    headings
}

/// A text without what differs between two prints of it: case, white space, quotes and other signs.
pub(crate) fn comparable(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
