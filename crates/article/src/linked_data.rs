//! What a page says of its article in JSON-LD (`<script type="application/ld+json">`, the terms of schema.org).
//!
//! Read leniently: `@graph`, lists, `@type` lists, several blocks, character references, and JSON that is broken in
//! the ways in which templates break it. Of the types only their names count.

use serde_json::{Map, Value};

/// A longer block is no description of an article.
const LONGEST_BLOCK_BYTES: usize = 2 << 20;

/// More blocks are not read.
const MOST_BLOCKS: usize = 64;

/// More objects of a block are not looked at.
const MOST_OBJECTS: usize = 10_000;

/// The types of schema.org that are articles, or end in one of these.
const ARTICLE_TYPES: [&str; 7] = [
    "Article",
    "BlogPosting",
    "Report",
    "Review",
    "LiveBlogPosting",
    "SocialMediaPosting",
    "AnalysisNewsArticle",
];

/// Types of whole pages: what they say counts where no article says it.
const PAGE_TYPES: [&str; 2] = ["WebPage", "ItemPage"];

/// What is said of an article; empty where nothing is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LinkedData {
    pub(crate) headline: Option<String>,
    pub(crate) authors: Vec<String>,
    pub(crate) publisher: Option<String>,
    pub(crate) published: Option<String>,
    pub(crate) modified: Option<String>,
    pub(crate) url: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) body: Option<String>,
}

/// What the blocks of a page say; the first that says a thing is believed, articles before pages.
pub(crate) fn read<'a>(blocks: impl Iterator<Item = &'a str>) -> LinkedData {
    let (mut of_articles, mut of_pages) = (LinkedData::default(), LinkedData::default());
    for block in blocks.filter(|block| block.len() <= LONGEST_BLOCK_BYTES).take(MOST_BLOCKS) {
        let values = parse(block);
        if values.is_empty() {
            of_pages.fill(scan(block));
        }
        for value in &values {
            let objects = objects(value);
            for object in &objects {
                if has_type(object, &ARTICLE_TYPES) {
                    of_articles.fill(described(object, &objects));
                } else if has_type(object, &PAGE_TYPES) {
                    of_pages.fill(described(object, &objects));
                }
            }
        }
    }
    // A page has a headline, a body and people of its own, which are not the article's.
    of_articles.fill(LinkedData { headline: None, body: None, authors: Vec::new(), ..of_pages.clone() });
    if of_articles.headline.is_none() {
        of_articles.headline = of_pages.headline;
    }
    of_articles
}

impl LinkedData {
    /// Takes what is said by `other` where nothing was said before.
    fn fill(&mut self, other: Self) {
        let fill = |field: &mut Option<String>, other: Option<String>| {
            if field.is_none() {
                *field = other;
            }
        };
        fill(&mut self.headline, other.headline);
        fill(&mut self.publisher, other.publisher);
        fill(&mut self.published, other.published);
        fill(&mut self.modified, other.modified);
        fill(&mut self.url, other.url);
        fill(&mut self.language, other.language);
        fill(&mut self.body, other.body);
        if self.authors.is_empty() {
            self.authors = other.authors;
        }
    }
}

/// The values of a block: one, or several behind each other. Empty if it can't be read as JSON.
fn parse(block: &str) -> Vec<Value> {
    let block = without_wrapping(block);
    strict(block).or_else(|| strict(&mended(block))).unwrap_or_default()
}

fn strict(block: &str) -> Option<Vec<Value>> {
    serde_json::Deserializer::from_str(block).into_iter().collect::<Result<Vec<Value>, _>>().ok()
}

/// Without comments of HTML and marks of CDATA around it.
fn without_wrapping(block: &str) -> &str {
    let marks_before = ["<!--", "//<![CDATA[", "/*<![CDATA[*/", "<![CDATA[", "// <![CDATA[", "\u{feff}"];
    let marks_behind = ["-->", "//]]>", "/*]]>*/", "]]>", "// ]]>", ";", "//"];
    let mut block = block.trim();
    while let Some(rest) = marks_before.iter().find_map(|mark| block.strip_prefix(mark)) {
        block = rest.trim_start();
    }
    while let Some(rest) = marks_behind.iter().find_map(|mark| block.strip_suffix(mark)) {
        block = rest.trim_end();
    }
    block
}

/// The block with what templates commonly leave wrong put right: line breaks and tabs in texts, commas before
/// closing brackets, backslashes that escape nothing.
fn mended(block: &str) -> String {
    let mut mended = String::with_capacity(block.len());
    let mut characters = block.chars().peekable();
    let mut in_text = false;
    while let Some(c) = characters.next() {
        match c {
            '"' => {
                in_text = !in_text;
                mended.push(c);
            }
            '\\' if in_text => match characters.next() {
                Some(next @ ('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' | 'u')) => {
                    mended.extend(['\\', next])
                }
                Some(next) => mended.push(next),
                None => {}
            },
            c if in_text && c.is_control() => mended.push(' '),
            ',' if !in_text => {
                while characters.next_if(|next| next.is_whitespace() || *next == ',').is_some() {}
                if !matches!(characters.peek(), Some('}' | ']') | None) {
                    mended.push(c);
                }
            }
            c => mended.push(c),
        }
    }
    mended
}

/// What can be seen of a block that is no JSON at all, by the names of its fields.
fn scan(block: &str) -> LinkedData {
    let text_behind = |name: &str| -> Option<String> {
        let behind = block.split_once(&format!("\"{name}\""))?.1.trim_start().strip_prefix(':')?.trim_start();
        let text = behind.strip_prefix('"')?;
        let (value, behind) = text.split_once(['"', '\n'])?;
        // A quote in the text ends it for us, too.
        behind.trim_start().starts_with([',', '}']).then_some(())?;
        clean(value)
    };
    LinkedData {
        headline: text_behind("headline"),
        published: text_behind("datePublished"),
        modified: text_behind("dateModified"),
        ..LinkedData::default()
    }
}

/// All objects in a value, the outer before the inner, in order.
fn objects(value: &Value) -> Vec<&Map<String, Value>> {
    let mut objects = Vec::new();
    let mut waiting = vec![value];
    while let Some(value) = waiting.pop() {
        match value {
            Value::Object(object) => {
                objects.push(object);
                let inner = object.iter().filter(|(name, _)| !PARTS_OF_OTHERS.contains(&name.as_str()));
                waiting.extend(inner.map(|(_, value)| value).rev());
            }
            Value::Array(values) => waiting.extend(values.iter().rev()),
            _ => {}
        }
        if objects.len() >= MOST_OBJECTS {
            break;
        }
    }
    objects
}

/// Fields in which other articles stand.
const PARTS_OF_OTHERS: [&str; 8] = [
    "itemListElement",
    "citation",
    "isBasedOn",
    "mentions",
    "relatedLink",
    "hasPart",
    "liveBlogUpdate",
    "comment",
];

fn has_type(object: &Map<String, Value>, types: &[&str]) -> bool {
    let is_one =
        |name: &Value| name.as_str().is_some_and(|name| types.iter().any(|known| name.ends_with(known)));
    match object.get("@type") {
        Some(Value::Array(names)) => names.iter().any(is_one),
        Some(name) => is_one(name),
        None => false,
    }
}

fn described(object: &Map<String, Value>, all: &[&Map<String, Value>]) -> LinkedData {
    let text = |name: &str| object.get(name).and_then(first_text);
    LinkedData {
        headline: text("headline").or_else(|| text("name")),
        authors: ["author", "creator"]
            .iter()
            .map(|name| names(object.get(*name), all))
            .find(|names| !names.is_empty())
            .unwrap_or_default(),
        publisher: names(object.get("publisher"), all).into_iter().next(),
        published: text("datePublished").or_else(|| text("dateCreated")),
        modified: text("dateModified"),
        url: text("url").or_else(|| match object.get("mainEntityOfPage") {
            Some(Value::Object(page)) => page.get("@id").and_then(first_text),
            Some(other) => first_text(other),
            None => None,
        }),
        language: text("inLanguage"),
        body: object.get("articleBody").and_then(Value::as_str).map(str::to_owned),
    }
}

/// A text, or the first of a list.
fn first_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => clean(text),
        Value::Array(values) => first_text(values.first().filter(|value| !value.is_array())?),
        Value::Object(object) => object.get("@value").and_then(Value::as_str).and_then(clean),
        _ => None,
    }
}

/// The names of people or organisations: texts, objects with a name, references to such objects, lists of these.
fn names(value: Option<&Value>, all: &[&Map<String, Value>]) -> Vec<String> {
    let of_object = |object: &Map<String, Value>| match object.get("name") {
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).filter_map(clean).collect(),
        Some(name) => first_text(name).into_iter().collect(),
        None => Vec::new(),
    };
    let referred = |object: &Map<String, Value>| {
        let id = object.get("@id").and_then(Value::as_str)?;
        let is_it = |other: &&&Map<String, Value>| {
            other.contains_key("name") && other.get("@id").and_then(Value::as_str) == Some(id)
        };
        all.iter().take(MOST_REFERRED).find(is_it).map(|object| of_object(object))
    };
    match value {
        Some(Value::Object(object)) if object.contains_key("name") => of_object(object),
        Some(Value::Object(object)) => referred(object).unwrap_or_default(),
        Some(Value::Array(values)) => values
            .iter()
            .filter(|value| !value.is_array())
            .take(MOST_NAMES)
            .flat_map(|value| names(Some(value), all))
            .collect(),
        Some(Value::String(text)) => clean(text).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// More authors are not read, and references are looked up among so many objects.
const MOST_NAMES: usize = 50;
const MOST_REFERRED: usize = 500;

/// With character references decoded, on one line, not empty.
fn clean(text: &str) -> Option<String> {
    let decoded = html_escape::decode_html_entities(text);
    let words: Vec<&str> = decoded.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(block: &str) -> LinkedData {
        read([block].into_iter())
    }

    #[test]
    fn an_article_is_found_wherever_it_stands() {
        let article = r#"{"@type":"NewsArticle","headline":"Ferry stops","datePublished":"2026-03-02"}"#;
        for block in [
            article.to_owned(),
            format!("[{{\"@type\":\"Organization\"}},{article}]"),
            format!(
                r#"{{"@context":"https://schema.org","@graph":[{{"@type":"WebPage","name":"Page"}},{article}]}}"#
            ),
            format!(r#"{{"@type":"WebPage","headline":"Page","mainEntity":{article}}}"#),
            format!("{{\"@type\":\"Person\"}}\n{article}"),
            format!("<!-- {article} -->"),
            format!("//<![CDATA[\n{article};\n//]]>"),
            article.replace("\"NewsArticle\"", "[\"Thing\",\"http://schema.org/ReportageNewsArticle\"]"),
            article.replace("Ferry", "\nFerry\t"),
            article.replace('}', ",}"),
            article.replace("stops", r"st\ops"),
        ] {
            let found = of(&block);
            assert_eq!(found.headline.as_deref(), Some("Ferry stops"), "for {block}");
            assert_eq!(found.published.as_deref(), Some("2026-03-02"), "for {block}");
        }
    }

    #[test]
    fn people_are_found_in_every_form() {
        #[track_caller]
        fn check(author: &str, expected: &[&str]) {
            let block = format!(
                r##"{{"@graph":[{{"@type":"Article","author":{author}}},{{"@id":"#ada","@type":"Person","name":"Ada Morrow"}}]}}"##
            );
            assert_eq!(of(&block).authors, expected, "for {author}");
        }
        check(r#""Ada Morrow""#, &["Ada Morrow"]);
        check(r#"{"name":"Ada Morrow"}"#, &["Ada Morrow"]);
        check(r#"{"name":["Ada Morrow","Ben Quill"]}"#, &["Ada Morrow", "Ben Quill"]);
        check(r#"[{"name":"Ada Morrow"},"Ben O&#39;Quill"]"#, &["Ada Morrow", "Ben O'Quill"]);
        check(r##"{"@id":"#ada"}"##, &["Ada Morrow"]);
        check(r##"{"@id":"#ben"}"##, &[]);
        check("null", &[]);
        check("7", &[]);
        check("[[\"x\"]]", &[]);
    }

    #[test]
    fn other_articles_of_the_page_are_left_alone() {
        let block = r#"{"@type":"ItemList","itemListElement":[{"@type":"NewsArticle","headline":"Other"}]}"#;
        assert_eq!(of(block), LinkedData::default());
        let blocks = [
            r#"{"@type":"NewsArticle","headline":"First"}"#,
            r#"{"@type":"NewsArticle","headline":"Second","inLanguage":"en"}"#,
        ];
        let found = read(blocks.into_iter());
        assert_eq!((found.headline.as_deref(), found.language.as_deref()), (Some("First"), Some("en")));
    }

    #[test]
    fn what_is_broken_beyond_mending_still_tells_its_dates() {
        let found =
            of(r#"{"@type":"NewsArticle","headline":"The "big" storm","datePublished": "2026-03-02", oops"#);
        assert_eq!(found.published.as_deref(), Some("2026-03-02"));
        assert_eq!(of("{\"datePublished\""), LinkedData::default());
    }

    #[test]
    fn hostile_blocks_cost_nothing_but_themselves() {
        for block in [
            "[".repeat(1_000_000),
            "{\"@graph\":".repeat(100_000),
            format!("[{}1]", "1,".repeat(900_000)),
            "{},".repeat(10),
        ] {
            of(&block);
        }
    }

    proptest::proptest! {
        #[test]
        fn any_block_is_survived(block in r#"(\PC|[{}\[\]",:\\]|"@type"|"Article"|"author"|"name"|\n){0,80}"#) {
            of(&block);
        }
    }
}
