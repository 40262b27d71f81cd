//! Pages to trees, as browsers do it, but within limits.
//!
//! The parser of pages takes time and memory that grow with the square of some things a page may hold: nested
//! elements, attributes of one tag, formatting that is opened again in each paragraph. So what reaches it is
//! limited before it does ([`attributes`]), while it does ([`Shallow`]) and by looking at what has come of it.

mod attributes;

use std::cell::{Cell, RefCell};

use dom_query::{Document, NodeData, NodeId, NodeRef};
use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts, TreeSink};
use html5ever::{LocalName, TokenizerResult, local_name};

/// How deep elements are nested. The deepest of the pages that extraction was measured on has 52 levels.
const MOST_DEPTH: usize = 200;

/// How many tags reach the builder; none of those pages has 4,000.
const MOST_TAGS: usize = 200_000;

/// How many nodes a tree may have when no more is read; the largest of those pages has 4,018.
const MOST_NODES: usize = 100_000;

/// Texts are cut into nodes of this size, and attributes with longer values left out: the tree's library takes time that
/// grows with the square of what has to be escaped in one of them.
const LONGEST_TEXT_BYTES: usize = 4096;

/// The page is handed to the parser in portions of this size, between which the tree is measured.
const PORTION_BYTES: usize = 4096;

/// The tree of a page; of one beyond the limits, what was read until then.
pub(crate) fn parse(page: &str) -> Document {
    let page = attributes::limited(page);
    let options = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
    let builder = TreeBuilder::new(Document::default(), options);
    let sink = Shallow {
        builder,
        open: RefCell::new(Vec::new()),
        dropped: RefCell::new(Vec::new()),
        tags: Cell::new(0),
    };
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let input = BufferQueue::default();
    for portion in portions(&page, PORTION_BYTES) {
        input.push_back(StrTendril::from_slice(portion));
        // The tokenizer stops at each script and wherever the page names its encoding; neither concerns us.
        while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
        let sink = &tokenizer.sink;
        if sink.builder.sink.tree.len() > MOST_NODES || sink.tags.get() > MOST_TAGS {
            break;
        }
    }
    tokenizer.end();
    let page = tokenizer.sink.builder.sink.finish();
    cut_texts(&page);
    page
}

/// Cuts long texts into several nodes, which read the same. Scripts are texts, too, but nobody prints them.
fn cut_texts(page: &Document) {
    let is_script = |node: &NodeRef<'_>| {
        node.parent().is_some_and(|parent| parent.has_name("script") || parent.has_name("style"))
    };
    let long: Vec<(NodeRef<'_>, StrTendril)> =
        page.root().descendants_it().filter_map(|node| Some((node, long_text(&node)?))).collect();
    for (node, text) in long.iter().filter(|(node, _)| !is_script(node)) {
        for portion in portions(text, LONGEST_TEXT_BYTES) {
            node.insert_before(&page.tree.new_text(portion));
        }
        node.remove_from_parent();
    }
}

fn long_text(node: &NodeRef<'_>) -> Option<StrTendril> {
    node.query_or(None, |node| match &node.data {
        NodeData::Text { contents } if contents.len() > LONGEST_TEXT_BYTES => Some(contents.clone()),
        _ => None,
    })
}

/// The text in portions of about so many bytes.
fn portions(text: &str, bytes: usize) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = (bytes.min(rest.len())..=rest.len()).find(|end| rest.is_char_boundary(*end))?;
        let (portion, behind) = rest.split_at(end);
        rest = behind;
        (!portion.is_empty()).then_some(portion)
    })
}

/// Hands tokens to the tree's builder, without those elements that would lie too deep: what is in them stays.
struct Shallow {
    builder: TreeBuilder<NodeId, Document>,
    /// Names of the elements that are open, about as the builder sees it.
    open: RefCell<Vec<LocalName>>,
    /// Names of those that were left out, whose end tags are left out, too.
    dropped: RefCell<Vec<LocalName>>,
    tags: Cell<usize>,
}

impl Shallow {
    /// Whether the tag reaches the builder.
    fn takes(&self, tag: &Tag) -> bool {
        let is_taken = match tag.kind {
            TagKind::StartTag => self.takes_start(tag),
            TagKind::EndTag => self.takes_end(&tag.name),
        };
        self.tags.set(self.tags.get() + usize::from(is_taken));
        is_taken
    }

    fn takes_start(&self, tag: &Tag) -> bool {
        if tag.self_closing || has_no_end(&tag.name) {
            return true;
        }
        let mut open = self.open.borrow_mut();
        while open.last().is_some_and(|last| is_ended_by(last, &tag.name)) {
            open.pop();
        }
        if open.len() < MOST_DEPTH {
            open.push(tag.name.clone());
            return true;
        }
        // The text of these is no text of the page, and the tokenizer has to be told so.
        if matches!(
            tag.name,
            local_name!("script") | local_name!("style") | local_name!("title") | local_name!("textarea")
        ) {
            return true;
        }
        let mut dropped = self.dropped.borrow_mut();
        if dropped.len() < MOST_DEPTH {
            dropped.push(tag.name.clone());
        }
        false
    }

    fn takes_end(&self, name: &LocalName) -> bool {
        let mut dropped = self.dropped.borrow_mut();
        if dropped.last() == Some(name) {
            dropped.pop();
            return false;
        }
        let mut open = self.open.borrow_mut();
        if let Some(at) = open.iter().rposition(|open| open == name) {
            open.truncate(at);
            dropped.clear();
        }
        true
    }
}

impl TokenSink for Shallow {
    type Handle = NodeId;

    fn process_token(&self, token: Token, line_number: u64) -> TokenSinkResult<NodeId> {
        match token {
            // There are as many as a hostile page wants, and nobody reads them.
            Token::ParseError(_) => TokenSinkResult::Continue,
            Token::TagToken(tag) if !self.takes(&tag) => TokenSinkResult::Continue,
            Token::TagToken(mut tag) => {
                tag.attrs.retain(|attribute| attribute.value.len() <= LONGEST_TEXT_BYTES);
                self.builder.process_token(Token::TagToken(tag), line_number)
            }
            other => self.builder.process_token(other, line_number),
        }
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// Elements that hold nothing and are never closed.
fn has_no_end(name: &LocalName) -> bool {
    matches!(
        name.as_ref(),
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Whether an open element ends where another begins, without an end tag.
fn is_ended_by(open: &LocalName, next: &LocalName) -> bool {
    match open.as_ref() {
        "p" => matches!(
            next.as_ref(),
            "p" | "div"
                | "ul"
                | "ol"
                | "table"
                | "h1"
                | "h2"
                | "h3"
                | "h4"
                | "section"
                | "article"
                | "figure"
                | "blockquote"
                | "aside"
                | "header"
                | "footer"
                | "nav"
                | "form"
                | "pre"
                | "li"
        ),
        "li" => next == "li",
        "dt" | "dd" => next == "dt" || next == "dd",
        "td" | "th" => matches!(next.as_ref(), "td" | "th" | "tr" | "tbody"),
        "tr" => matches!(next.as_ref(), "tr" | "tbody" | "tfoot"),
        "option" => next == "option" || next == "optgroup",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn depth(document: &Document) -> usize {
        let root = document.root();
        root.descendants_it().map(|node| node.ancestors_it(None).count()).max().unwrap_or(0)
    }

    #[test]
    fn a_page_within_the_limits_is_read_as_browsers_read_it() {
        let page = "<!doctype html><title>A &amp; B</title><p>One<p>Two<script>if (a<b) '</p>'</script><li>x<li>y<b>z";
        let limited = parse(page).html();
        assert_eq!(limited, Document::from(page).html());
        let list = format!("<ul>{}</ul>", "<li>one".repeat(1000));
        assert_eq!(parse(&list).html(), Document::from(list).html());
    }

    #[test]
    fn elements_that_lie_too_deep_are_left_out_and_their_text_is_not() {
        let page = format!("{}deep{}", "<div>".repeat(1_000_000), "</div>".repeat(1_000_000));
        let document = parse(&page);
        assert!(depth(&document) <= MOST_DEPTH + 4, "{}", depth(&document));
        assert!(document.text().contains("deep"));
        let balanced = format!("{}<i>deep</i>{}<p>behind</p>", "<div>".repeat(300), "</div>".repeat(300));
        let document = parse(&balanced);
        assert_eq!(document.select("body > p").text().as_ref(), "behind");
    }

    #[test]
    fn a_page_that_grows_is_cut() {
        // Each paragraph opens all formatting of those before it again.
        let formatting: String = (0..2000).map(|n| format!("<p><i n={n}></p>")).collect();
        let page = format!("{formatting}{}", "<p>x</p>".repeat(100_000));
        let document = parse(&page);
        assert!(document.tree.len() < 4 * MOST_NODES, "{}", document.tree.len());
        let many = "<br>".repeat(MOST_TAGS * 2);
        assert!(parse(&many).tree.len() < MOST_NODES + PORTION_BYTES);
    }

    #[test]
    fn portions_are_cut_between_characters() {
        let text = "é海".repeat(5000);
        let portions: Vec<&str> = portions(&text, PORTION_BYTES).collect();
        assert!(portions.iter().all(|portion| portion.len() <= PORTION_BYTES + 3));
        assert_eq!(portions.concat(), text);
    }
}
