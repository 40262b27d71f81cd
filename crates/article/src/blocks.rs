//! A part of a page as blocks of text: what a browser would put under each other.

use std::collections::HashMap;

use dom_query::{NodeData, NodeId, NodeRef, TreeNode};

/// Elements that begin and end a block.
const BLOCKS: [&str; 39] = [
    "p",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "table",
    "tr",
    "caption",
    "thead",
    "tbody",
    "section",
    "article",
    "header",
    "footer",
    "aside",
    "nav",
    "main",
    "figure",
    "figcaption",
    "blockquote",
    "pre",
    "address",
    "form",
    "fieldset",
    "hr",
    "details",
    "summary",
    "body",
    "center",
    "amp-img",
];

/// Elements whose text nobody reads.
const UNREAD: [&str; 17] = [
    "script", "style", "noscript", "template", "svg", "iframe", "object", "video", "audio", "canvas",
    "select", "button", "input", "textarea", "head", "title", "math",
];

/// Words in classes and ids of pictures' captions.
const CAPTION_WORDS: [&str; 13] = [
    "caption",
    "captions",
    "figcaption",
    "credit",
    "credits",
    "photocredit",
    "imagecaption",
    "imgcaption",
    "photocaption",
    "cutline",
    "copyright",
    "attribution",
    "photographer",
];

/// Words in classes and ids of what is not the article.
const FURNITURE_WORDS: [&str; 66] = [
    "share",
    "sharing",
    "sharebar",
    "sharetools",
    "social",
    "related",
    "relatedlinks",
    "newsletter",
    "newsletters",
    "promo",
    "promoted",
    "advert",
    "advertisement",
    "ad",
    "ads",
    "adslot",
    "sponsor",
    "sponsored",
    "recommended",
    "recommendation",
    "recommendations",
    "outbrain",
    "taboola",
    "trending",
    "popular",
    "mostread",
    "subscribe",
    "subscription",
    "signup",
    "comments",
    "commentlist",
    "disqus",
    "nav",
    "navigation",
    "breadcrumb",
    "breadcrumbs",
    "menu",
    "footer",
    "sidebar",
    "tags",
    "taglist",
    "toolbar",
    "readmore",
    "teaser",
    "teasers",
    "bio",
    "biography",
    "authorbox",
    "disclaimer",
    "slideshow",
    "carousel",
    "widget",
    "hidden",
    "visuallyhidden",
    "offscreen",
    "sronly",
    "infobox",
    "cookie",
    "cookies",
    "banner",
    "pagination",
    "pager",
    "morefrom",
    "alsolike",
    "readnext",
    "upnext",
];

/// Pairs of words of the same meaning, for names written with hyphens.
const FURNITURE_PAIRS: [(&str, &str); 12] = [
    ("read", "more"),
    ("read", "next"),
    ("most", "read"),
    ("see", "also"),
    ("sign", "up"),
    ("screen", "reader"),
    ("sr", "only"),
    ("visually", "hidden"),
    ("more", "from"),
    ("up", "next"),
    ("author", "box"),
    ("also", "like"),
];

/// Words in classes of bylines and of times.
const BYLINE_WORDS: [&str; 8] =
    ["byline", "bylines", "author", "authors", "writer", "contributor", "contributors", "reporter"];
const DATE_WORDS: [&str; 9] =
    ["date", "dateline", "time", "timestamp", "datetime", "published", "pubdate", "updated", "dates"];

/// An element is what its name says only if it holds less than this share of all text, in percent: some pages give
/// such names to the element that holds everything.
const MOST_PERCENT: usize = 35;

/// A caption is no longer than this many bytes.
const LONGEST_CAPTION_BYTES: usize = 1200;

/// What a block of text is by the elements that hold it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hints {
    pub(crate) is_caption: bool,
    pub(crate) is_furniture: bool,
    pub(crate) is_byline: bool,
    pub(crate) is_date: bool,
    pub(crate) is_heading: bool,
    pub(crate) is_listed: bool,
    pub(crate) is_quoted: bool,
}

/// A block of text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Block {
    /// Never empty; white space is a single space, a line break where the page breaks the line.
    pub(crate) text: String,
    pub(crate) hints: Hints,
    /// How many bytes of the text are in links.
    pub(crate) link_bytes: usize,
}

impl Block {
    /// Whether most of it is links.
    pub(crate) fn is_linked(&self) -> bool {
        self.link_bytes * 5 >= self.text.len() * 4
    }

    pub(crate) fn words(&self) -> usize {
        self.text.split_whitespace().count()
    }
}

/// The blocks below a node, in order.
pub(crate) fn blocks(root: &NodeRef<'_>) -> Vec<Block> {
    let bytes = text_bytes(root);
    let total_bytes = bytes.get(&root.id).copied().unwrap_or(0);
    let mut collector = Collector { bytes, total_bytes, ..Collector::default() };
    let mut node = Some(*root);
    let mut depth: Vec<Hints> = Vec::new();
    // First child, next sibling, back to the parent: no stack of the depth of the page, no list of children.
    while let Some(current) = node {
        let is_read = collector.enter(&current);
        if is_read && let Some(child) = current.first_child() {
            depth.push(collector.hints);
            collector.hints = collector.hints_of(&current);
            collector.links += usize::from(current.has_name("a"));
            node = Some(child);
            continue;
        }
        collector.leave(&current, is_read);
        let mut back = current;
        node = loop {
            if back.id == root.id {
                break None;
            }
            if let Some(sibling) = back.next_sibling() {
                break Some(sibling);
            }
            let Some(parent) = back.parent() else { break None };
            collector.leave(&parent, true);
            collector.links -= usize::from(parent.has_name("a"));
            collector.hints = depth.pop().unwrap_or_default();
            back = parent;
        };
    }
    collector.flush();
    collector.blocks
}

/// How many bytes of text each element below a node holds.
fn text_bytes(root: &NodeRef<'_>) -> HashMap<NodeId, usize> {
    let nodes: Vec<NodeRef<'_>> = root.descendants_it().collect();
    let mut bytes: HashMap<NodeId, usize> = HashMap::with_capacity(nodes.len());
    // In reverse, what an element holds is known when it is its turn.
    for node in nodes.iter().rev() {
        let Some(parent) = node.parent() else { continue };
        let own = match &node.query_or(None, own_bytes) {
            Some(_) if parent.has_name("script") || parent.has_name("style") => 0,
            Some(own) => *own,
            None => bytes.get(&node.id).copied().unwrap_or(0),
        };
        if own > 0 {
            *bytes.entry(parent.id).or_default() += own;
        }
    }
    bytes
}

/// Of a text, how long it is.
fn own_bytes(node: &TreeNode) -> Option<usize> {
    match &node.data {
        NodeData::Text { contents } => Some(contents.trim_ascii().len()),
        _ => None,
    }
}

#[derive(Default)]
struct Collector {
    /// Of text in each element.
    bytes: HashMap<NodeId, usize>,
    total_bytes: usize,
    blocks: Vec<Block>,
    /// What holds the current place.
    hints: Hints,
    links: usize,
    /// The block that is being filled.
    block: Block,
    /// Whether white space is before the next word.
    has_space: bool,
}

impl Collector {
    /// Begins an element, or takes a text. Whether what is in it is read.
    fn enter(&mut self, node: &NodeRef<'_>) -> bool {
        if node.is_text() {
            node.query(|node| {
                if let NodeData::Text { contents } = &node.data {
                    self.push(contents);
                }
            });
            return false;
        }
        let Some(name) = node.node_name() else { return !node.is_comment() };
        match name.as_ref() {
            "br" => self.break_line(),
            "td" | "th" => self.has_space = true,
            "sup" if is_note(node) => return false,
            name if UNREAD.contains(&name) => return false,
            name if BLOCKS.contains(&name) => self.flush(),
            _ => {}
        }
        true
    }

    fn leave(&mut self, node: &NodeRef<'_>, is_read: bool) {
        if !is_read {
            return;
        }
        match node.node_name() {
            Some(name) if BLOCKS.contains(&name.as_ref()) => self.flush(),
            Some(name) if matches!(name.as_ref(), "td" | "th") => self.has_space = true,
            _ => {}
        }
    }

    /// What the element adds to what is known of the place.
    fn hints_of(&self, node: &NodeRef<'_>) -> Hints {
        let mut hints = self.hints;
        let name = node.node_name().unwrap_or_default();
        match name.as_ref() {
            "figcaption" => hints.is_caption = true,
            "nav" | "aside" | "form" => hints.is_furniture |= self.is_part(node),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => hints.is_heading = true,
            "li" => hints.is_listed = true,
            "blockquote" => hints.is_quoted = true,
            "time" => hints.is_date = true,
            "a" if node.attr("rel").is_some_and(|rel| rel.as_ref() == "author") => hints.is_byline = true,
            _ => {}
        }
        let names = Names::of(node);
        if names.are_empty() || name.as_ref() == "body" {
            return hints;
        }
        let is_short = || self.bytes_in(node) <= LONGEST_CAPTION_BYTES;
        hints.is_caption |= names.have(&CAPTION_WORDS) && self.is_part(node) && is_short();
        hints.is_furniture |=
            (names.have(&FURNITURE_WORDS) || names.have_pair(&FURNITURE_PAIRS)) && self.is_part(node);
        hints.is_byline |= names.have(&BYLINE_WORDS) && is_short();
        hints.is_date |= names.have(&DATE_WORDS) && is_short();
        hints
    }

    fn is_part(&self, node: &NodeRef<'_>) -> bool {
        self.bytes_in(node) * 100 <= self.total_bytes * MOST_PERCENT
    }

    fn bytes_in(&self, node: &NodeRef<'_>) -> usize {
        self.bytes.get(&node.id).copied().unwrap_or(0)
    }

    fn push(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' => {}
                c if c.is_whitespace() || c.is_control() => self.has_space = true,
                c => self.push_visible(c),
            }
        }
    }

    fn push_visible(&mut self, c: char) {
        let block = &mut self.block;
        if block.text.is_empty() {
            block.hints = self.hints;
        } else {
            if self.has_space && !block.text.ends_with('\n') {
                block.text.push(' ');
            }
            // A block is what all of it is.
            block.hints = block.hints.and(self.hints);
        }
        self.has_space = false;
        block.text.push(c);
        block.link_bytes += if self.links > 0 { c.len_utf8() } else { 0 };
    }

    fn break_line(&mut self) {
        if !self.block.text.is_empty() {
            self.block.text.push('\n');
        }
        self.has_space = false;
    }

    fn flush(&mut self) {
        let mut block = std::mem::take(&mut self.block);
        block.text.truncate(block.text.trim_end().len());
        self.has_space = false;
        if !block.text.is_empty() {
            self.blocks.push(block);
        }
    }
}

impl Hints {
    fn and(self, other: Self) -> Self {
        Self {
            is_caption: self.is_caption && other.is_caption,
            is_furniture: self.is_furniture && other.is_furniture,
            is_byline: self.is_byline && other.is_byline,
            is_date: self.is_date && other.is_date,
            is_heading: self.is_heading && other.is_heading,
            is_listed: self.is_listed && other.is_listed,
            is_quoted: self.is_quoted && other.is_quoted,
        }
    }
}

/// Numbers of footnotes: `<sup><a href="#note-1">1</a></sup>`.
fn is_note(node: &NodeRef<'_>) -> bool {
    let link = node.children_it(false).find(|child| child.has_name("a"));
    link.is_some_and(|link| link.attr("href").is_some_and(|address| address.starts_with('#')))
}

/// The words of an element's class and id: `article__share-tools` has three.
struct Names(Vec<String>);

/// More words in classes are decoration.
const MOST_WORDS: usize = 40;

impl Names {
    fn of(node: &NodeRef<'_>) -> Self {
        let mut words = Vec::new();
        for attribute in ["class", "id", "itemprop", "data-component", "role"] {
            let Some(value) = node.attr(attribute) else { continue };
            for name in value.split_whitespace().take(MOST_WORDS) {
                words.extend(words_of(name).take(MOST_WORDS));
                // Between two names, so that a pair does not reach from one to the next.
                words.push(String::new());
            }
        }
        Self(words)
    }

    fn are_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn have(&self, known: &[&str]) -> bool {
        self.0.iter().any(|word| known.contains(&word.as_str()))
    }

    fn have_pair(&self, known: &[(&str, &str)]) -> bool {
        self.0.windows(2).any(|pair| known.contains(&(pair[0].as_str(), pair[1].as_str())))
    }
}

/// `imageCaption`, `image-caption` and `image_caption` are two words each.
fn words_of(name: &str) -> impl Iterator<Item = String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars().take(200) {
        if !c.is_alphanumeric() || (c.is_uppercase() && was_lower) {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(last) = words.last_mut()
        {
            last.extend(c.to_lowercase());
        }
        was_lower = c.is_lowercase();
    }
    words.into_iter().filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dom::parse;

    fn texts(page: &str) -> Vec<String> {
        blocks(&parse(page).root()).into_iter().map(|block| block.text).collect()
    }

    #[test]
    fn blocks_are_what_a_browser_puts_under_each_other() {
        let page = "<p>The <b>ferry</b>\n is&nbsp;late.<p>No<br> boat <br><br>sails<div>to <span>Skerry</span><ul><li>one<li>two</ul>Island</div>\
            <table><tr><td>a<td>b<tr><td>c</table><script>x</script><style>y</style>tail";
        assert_eq!(
            texts(page),
            [
                "The ferry is late.",
                "No\nboat\n\nsails",
                "to Skerry",
                "one",
                "two",
                "Island",
                "a b",
                "c",
                "tail"
            ]
        );
    }

    #[test]
    fn blocks_know_what_holds_them() {
        let page = "<h2>Head</h2><figure><figcaption>A quay</figcaption></figure><div class='article__share-tools'><a href=x>Share</a> now</div>\
            <blockquote class=relatedness><p>Said</p></blockquote><p>By <a rel=author>Ada</a></p><ul id=read-more><li><a>Other</a></ul>\
            <p>and a text so long that the parts above are parts of it, and not the whole of it, as they are of some pages.</p>";
        let blocks = blocks(&parse(page).root());
        let hints: Vec<String> = blocks
            .iter()
            .map(|block| {
                let Hints { is_caption, is_furniture, is_heading, is_quoted, is_listed, is_byline, .. } =
                    block.hints;
                let names = [
                    (is_caption, "c"),
                    (is_furniture, "f"),
                    (is_heading, "h"),
                    (is_quoted, "q"),
                    (is_listed, "l"),
                    (is_byline, "b"),
                    (block.is_linked(), "a"),
                ];
                names.iter().filter(|(is, _)| *is).map(|(_, name)| *name).collect::<String>()
            })
            .collect();
        assert_eq!(hints, ["h", "c", "f", "q", "", "fla", ""]);
    }

    #[test]
    fn names_fall_into_words() {
        assert_eq!(words_of("imageCaption--wide_2").collect::<Vec<_>>(), ["image", "caption", "wide", "2"]);
        assert_eq!(words_of("ALLCAPS").collect::<Vec<_>>(), ["allcaps"]);
    }
}
