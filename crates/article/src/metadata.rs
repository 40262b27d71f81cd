//! What a page says of its article outside the text: JSON-LD, meta tags, `<time>`, `<link>`, `<html lang>`.

use dom_query::{Document, NodeRef};
use record::{Published, address};
use url::Url;

use crate::blocks::Block;
use crate::body::comparable;
use crate::dates::{self, Order};
use crate::linked_data::{self, LinkedData};
use crate::names;
use crate::roles;

/// Longer values are no facts.
const LONGEST_VALUE_BYTES: usize = 4096;

/// What is longer is no headline, but an element that was never closed.
const LONGEST_HEADLINE_BYTES: usize = 400;

/// More meta tags are not read.
const MOST_FACTS: usize = 2000;

/// Blocks before and behind the headline in which a date or a byline of the article stands.
const BLOCKS_BEFORE_HEADLINE: usize = 6;
const BLOCKS_BEHIND_HEADLINE: usize = 14;

/// A line with a date or a byline in it has at most so many words.
const MOST_LINE_WORDS: usize = 30;

const HEADLINE_KEYS: [&str; 6] =
    ["og:title", "twitter:title", "headline", "dc.title", "parsely-title", "sailthru.title"];
const AUTHOR_KEYS: [&str; 9] = [
    "author",
    "article:author",
    "byl",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "og:article:author",
    "twitter:creator:name",
];
const OUTLET_KEYS: [&str; 4] = ["og:site_name", "application-name", "dc.publisher", "cre"];
const LANGUAGE_KEYS: [&str; 4] = ["content-language", "dc.language", "language", "og:locale"];
/// Those that mean the first publication, best first.
const PUBLISHED_KEYS: [&str; 26] = [
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "og:published_time",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "article:published",
    "article.published",
    "published_time",
    "publish-date",
    "publish_date",
    "publication_date",
    "pubdate",
    "dc.date.issued",
    "dcterms.date",
    "dcterms.created",
    "dc.date",
    "dc.date.created",
    "originalpublicationdate",
    "cxenseparse:publishtime",
    "rnews:datepublished",
    "date",
    "ptime",
    "article_date_original",
    "bt:pubdate",
];
const MODIFIED_KEYS: [&str; 9] = [
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "og:modified_time",
    "dc.date.modified",
    "dcterms.modified",
    "last-modified",
    "lastmod",
    "article:updated",
];

/// What the page's tags say, in the order of the page.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// Names in lower case, and values.
    meta: Vec<(String, String)>,
    canonical: Option<String>,
    title: Option<String>,
    /// Texts of `<h1>`.
    top_headings: Vec<String>,
    times: Vec<Time>,
    language: Option<String>,
    linked: LinkedData,
}

/// A `<time>` or what else carries a date in an attribute.
#[derive(Debug)]
struct Time {
    value: String,
    /// Whether it says that the date is the one of publication.
    is_marked: bool,
}

impl Facts {
    /// Those of a page.
    pub(crate) fn of(page: &Document) -> Self {
        let mut facts = Self::default();
        let mut blocks = Vec::new();
        for node in page.root().descendants_it() {
            facts.take(&node, &mut blocks);
        }
        facts.linked = linked_data::read(blocks.iter().map(String::as_str));
        facts
    }

    fn take(&mut self, node: &NodeRef<'_>, linked_data: &mut Vec<String>) {
        let Some(name) = node.node_name() else { return };
        let value = |attribute: &str| {
            node.attr(attribute)
                .map(|value| value.trim().to_owned())
                .filter(|value| !value.is_empty() && value.len() <= LONGEST_VALUE_BYTES)
        };
        match name.as_ref() {
            "meta" => self.take_meta(node, value("content")),
            "link" if node.attr("rel").is_some_and(|rel| rel.eq_ignore_ascii_case("canonical")) => {
                self.canonical = self.canonical.take().or_else(|| value("href"));
            }
            "script"
                if node.attr("type").is_some_and(|kind| {
                    kind.trim().to_ascii_lowercase().starts_with("application/ld+json")
                }) =>
            {
                linked_data.push(node.text().to_string());
            }
            "html" => self.language = value("lang").or_else(|| value("xml:lang")),
            "title" if self.title.is_none() => self.title = one_line(&node.text()),
            "h1" => self.take_heading(&node.text()),
            _ => {
                let property = node.attr("itemprop").map(|name| name.to_ascii_lowercase());
                let is_published = property.as_deref().is_some_and(|name| name.contains("datepublished"));
                if name.as_ref() == "time" || is_published {
                    let is_marked = is_published || node.has_attr("pubdate");
                    let text = || one_line(&node.text()).filter(|text| text.len() < 100);
                    let value = value("datetime").or_else(|| value("content")).or_else(text);
                    let is_modified = property.as_deref().is_some_and(|name| name.contains("modified"));
                    self.times.extend(
                        value
                            .filter(|_| !is_modified && self.times.len() < MOST_FACTS)
                            .map(|value| Time { value, is_marked }),
                    );
                }
            }
        }
    }

    fn take_heading(&mut self, text: &str) {
        const MOST_HEADINGS: usize = 10;
        let heading = one_line(text).filter(|heading| heading.len() <= LONGEST_HEADLINE_BYTES);
        self.top_headings.extend(heading.filter(|_| self.top_headings.len() < MOST_HEADINGS));
    }

    fn take_meta(&mut self, node: &NodeRef<'_>, content: Option<String>) {
        let name = ["property", "name", "itemprop", "http-equiv"]
            .into_iter()
            .find_map(|attribute| node.attr(attribute));
        if let (Some(name), Some(content)) = (name, content)
            && self.meta.len() < MOST_FACTS
        {
            let content = html_escape::decode_html_entities(&content).into_owned();
            self.meta.push((name.trim().to_ascii_lowercase(), content));
        }
    }

    fn first_of<'a>(&'a self, keys: &'a [&str]) -> impl Iterator<Item = &'a str> {
        keys.iter()
            .flat_map(|key| self.meta.iter().filter(move |(name, _)| name == key))
            .map(|(_, value)| value.as_str())
    }

    /// The headline: what is set as such on the page where the data say the same, else what the data say.
    pub(crate) fn headline(&self) -> Option<String> {
        let said = self
            .linked
            .headline
            .as_deref()
            .into_iter()
            .chain(self.first_of(&HEADLINE_KEYS))
            .find_map(one_line);
        let is_same = |heading: &&String| {
            let (heading, said) = (comparable(heading), comparable(said.as_deref().unwrap_or_default()));
            !heading.is_empty()
                && (said.starts_with(&heading) || heading.starts_with(&said))
                && heading.len() * 2 > said.len()
        };
        let shown = self.top_headings.iter().find(is_same).cloned();
        let title = || self.title.as_deref().map(|title| without_site(title).to_owned());
        let only_heading = || self.top_headings.first().filter(|_| self.top_headings.len() == 1).cloned();
        shown.or_else(|| said.map(|said| without_site(&said).to_owned())).or_else(only_heading).or_else(title)
    }

    /// Who wrote it; from the lines around the headline where nothing else tells.
    pub(crate) fn byline(&self, around_headline: &[Block]) -> Vec<String> {
        let named: Vec<String> =
            self.linked.authors.iter().flat_map(|author| names::people(author)).fold(Vec::new(), with_new);
        if !named.is_empty() {
            return named;
        }
        let of_meta: Vec<String> = self
            .first_of(&AUTHOR_KEYS)
            .map(names::people)
            .find(|people| !people.is_empty())
            .unwrap_or_default();
        if !of_meta.is_empty() {
            return of_meta;
        }
        let lines = around_headline.iter().filter(|block| block.words() <= MOST_LINE_WORDS);
        let shown = lines.filter(|block| {
            names::is_byline(&block.text) || (block.hints.is_byline && !roles::is_dateline(&block.text))
        });
        let mut shown = shown.map(|block| names::people(block.text.split('\n').next().unwrap_or_default()));
        shown.find(|people| !people.is_empty()).unwrap_or_default()
    }

    /// Who published it; the host's name where nothing else tells.
    pub(crate) fn outlet(&self, address: Option<&str>) -> Option<String> {
        let said = self.linked.publisher.as_deref().into_iter().chain(self.first_of(&OUTLET_KEYS));
        let names = said.map(|name| name.trim_start_matches('@')).filter(|name| !name.contains("://"));
        names.filter_map(one_line).next().or_else(|| {
            let url = Url::parse(address?).ok()?;
            url.host_str().map(|host| host.strip_prefix("www.").unwrap_or(host).to_owned())
        })
    }

    /// When it was published. The head of the article itself, `below_headline`, and all that is `shown` are asked last:
    /// pages put the dates of other articles there.
    pub(crate) fn published(
        &self,
        around_headline: &[Block],
        below_headline: &[Block],
        shown: &[Block],
        address: Option<&str>,
    ) -> Option<Published> {
        let order = Order::of_language(self.language().as_deref());
        let of_value = |value: &str| dates::first(value, order).map(|found| found.published);
        let day = address.and_then(date_of_address);
        let said = self.linked.published.as_deref().and_then(of_value);
        said.or_else(|| self.first_of(&PUBLISHED_KEYS).find_map(of_value))
            .or_else(|| {
                self.times.iter().filter(|time| time.is_marked).find_map(|time| of_value(&time.value))
            })
            .or_else(|| date_in(around_headline, order, day))
            .or_else(|| self.times.first().and_then(|time| of_value(&time.value)))
            .or(day)
            .or_else(|| date_in(below_headline, order, day))
            .or_else(|| timed_line_in(shown, order))
    }

    /// When it was last changed.
    pub(crate) fn modified(&self) -> Option<Published> {
        let said = self.linked.modified.as_deref().into_iter().chain(self.first_of(&MODIFIED_KEYS));
        let order = Order::of_language(self.language().as_deref());
        said.filter_map(|value| dates::first(value, order)).next().map(|found| found.published)
    }

    /// Its canonical address: what the page says, if that is of the same site as `given`, where it came from.
    pub(crate) fn address(&self, given: Option<&str>) -> Option<String> {
        let given = given.and_then(address::openable);
        let base = given.as_deref().and_then(|given| Url::parse(given).ok());
        let said = self
            .canonical
            .as_deref()
            .into_iter()
            .chain(self.first_of(&["og:url"]))
            .chain(self.linked.url.as_deref());
        let resolved = said.filter_map(|said| match &base {
            Some(base) => base.join(said).ok().filter(|url| is_same_site(url, base)),
            None => Url::parse(said).ok(),
        });
        // The front page is no article: some pages name it in each of their articles.
        let mut pages = resolved.filter(|url| url.path().len() > 1 || url.query().is_some());
        pages.find_map(|url| address::openable(url.as_str())).or(given)
    }

    /// Its language.
    pub(crate) fn language(&self) -> Option<String> {
        let said = self
            .language
            .as_deref()
            .into_iter()
            .chain(self.linked.language.as_deref())
            .chain(self.first_of(&LANGUAGE_KEYS));
        said.map(|language| language.trim().replace('_', "-")).find(|language| is_language(language))
    }

    /// What JSON-LD holds of the text.
    pub(crate) fn text(&self) -> Option<&str> {
        self.linked.body.as_deref()
    }
}

fn with_new(mut people: Vec<String>, person: String) -> Vec<String> {
    if !people.contains(&person) {
        people.push(person);
    }
    people
}

/// The blocks of a page around its headline; those at its beginning where it can't be found.
pub(crate) fn around_headline<'a>(blocks: &'a [Block], headline: Option<&str>) -> &'a [Block] {
    let headline = headline.map(comparable).filter(|headline| !headline.is_empty());
    let is_headline =
        |block: &Block| block.hints.is_heading && headline.as_ref() == Some(&comparable(&block.text));
    let at = blocks.iter().rposition(is_headline).unwrap_or(0);
    &blocks[at.saturating_sub(BLOCKS_BEFORE_HEADLINE)..blocks.len().min(at + BLOCKS_BEHIND_HEADLINE)]
}

/// The date that the address has, too, if there is one; else that of the first line that is about a date, or of a
/// byline, or has one and is short; not of a line that tells of a change.
fn date_in(blocks: &[Block], order: Order, of_address: Option<Published>) -> Option<Published> {
    let lines = || {
        blocks
            .iter()
            .filter(|block| block.words() <= MOST_LINE_WORDS)
            .flat_map(|block| block.text.split('\n'))
    };
    let is_change = |line: &&str| {
        let line = line.trim_start().to_lowercase();
        ["updated", "last updated", "modified", "last modified"]
            .iter()
            .any(|beginning| line.starts_with(beginning))
    };
    let dated = |line: &str| dates::first(line, order).map(|found| found.published);
    let marked = blocks.iter().filter(|block| block.hints.is_date && block.words() <= MOST_LINE_WORDS);
    let is_of_address = |published: &Published| of_address.is_some_and(|day| day.date() == published.date());
    lines()
        .filter_map(dated)
        .find(is_of_address)
        .or_else(|| lines().filter(|line| !is_change(line) && dates::is_only_date(line)).find_map(dated))
        .or_else(|| lines().filter(|line| names::is_byline(line)).find_map(dated))
        .or_else(|| {
            marked.filter(|block| !is_change(&block.text.as_str())).find_map(|block| dated(&block.text))
        })
        .or_else(|| lines().filter(|line| !is_change(line) && !roles::ends_sentence(line)).find_map(dated))
        .or_else(|| lines().filter(is_change).find_map(dated))
}

/// The first date with a time on a very short line of the page: what a date of publication looks like in any language.
fn timed_line_in(blocks: &[Block], order: Order) -> Option<Published> {
    const MOST_WORDS: usize = 8;
    let lines = blocks.iter().filter(|block| block.words() <= MOST_WORDS);
    let mut dates = lines.filter_map(|block| dates::first(&block.text, order)).map(|found| found.published);
    dates.find(|published| published.time().is_some())
}

/// `/2026/03/02/` or `/2026/mar/02/` in a path, `2026-03-02` at its end or beginning.
fn date_of_address(address: &str) -> Option<Published> {
    let url = Url::parse(address).ok()?;
    let path: Vec<&str> = url.path_segments()?.collect();
    let is_part =
        |part: &&str| (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    let of_parts = path
        .windows(3)
        .filter(|parts| parts.iter().all(is_part))
        .find_map(|parts| dates::first(&parts.join("/"), Order::Unknown));
    let of_name = || path.iter().find_map(|part| dates::first(part, Order::Unknown));
    of_parts.or_else(of_name).map(|found| Published::on(found.published.date()))
}

/// Whether two addresses have the last two labels of their hosts in common.
fn is_same_site(one: &Url, other: &Url) -> bool {
    let labels = |url: &Url| {
        url.host_str().map(|host| host.rsplit('.').take(2).map(str::to_owned).collect::<Vec<_>>())
    };
    labels(one).is_some_and(|labels_of_one| Some(labels_of_one) == labels(other))
}

/// The title without the site's name behind a bar or a dash.
fn without_site(title: &str) -> &str {
    let mut title = title;
    while let Some(shorter) = without_last_part(title) {
        title = shorter;
    }
    title
}

fn without_last_part(title: &str) -> Option<&str> {
    let parts = [" | ", " – ", " — ", " - ", " • ", " :: ", " « ", " » "]
        .iter()
        .filter_map(|sign| title.rsplit_once(sign));
    let kept = parts
        .filter(|(before, behind)| before.split_whitespace().count() > behind.split_whitespace().count())
        .map(|(before, _)| before.trim());
    kept.min_by_key(|before| before.len()).filter(|before| before.split_whitespace().count() >= 3)
}

/// A tag of a language as RFC 5646 writes it.
fn is_language(tag: &str) -> bool {
    const LONGEST_BYTES: usize = 35;
    let mut parts = tag.split('-');
    tag.len() <= LONGEST_BYTES
        && parts.next().is_some_and(|language| {
            (2..=3).contains(&language.len()) && language.bytes().all(|b| b.is_ascii_alphabetic())
        })
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// Text on one line, without what can't be seen; `None` if nothing is left, or too much.
fn one_line(text: &str) -> Option<String> {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect();
    let line = words.join(" ");
    (!line.is_empty() && line.len() <= LONGEST_VALUE_BYTES).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_site_is_taken_off_titles() {
        assert_eq!(without_site("Ferry stops for a week | Harbour Post"), "Ferry stops for a week");
        assert_eq!(
            without_site("Ferry stops for a week - Local News - Harbour Post"),
            "Ferry stops for a week"
        );
        assert_eq!(without_site("Ferry - stops"), "Ferry - stops");
        assert_eq!(
            without_site("Storm – how the ferry of Skerry Island was lost"),
            "Storm – how the ferry of Skerry Island was lost"
        );
    }

    #[test]
    fn addresses_tell_days() {
        let date = |address: &str| {
            date_of_address(address).map(|published| published.to_string()).unwrap_or_default()
        };
        assert_eq!(date("https://post.example.org/2026/03/02/ferry"), "2026-03-02");
        assert_eq!(date("https://post.example.org/news/2026/mar/2/ferry"), "2026-03-02");
        assert_eq!(date("https://post.example.org/ferry-2026-03-02.html"), "2026-03-02");
        assert_eq!(date("https://post.example.org/news/20260302/ferry"), "2026-03-02");
        assert_eq!(date("https://post.example.org/news/ferry-20262026.html"), "");
        assert_eq!(date("https://post.example.org/2026/03/ferry"), "");
    }

    #[test]
    fn languages_are_tags() {
        for (tag, expected) in [
            ("en", true),
            ("pt-BR", true),
            ("zh-Hans-CN", true),
            ("english", false),
            ("", false),
            ("en-", false),
            ("e", false),
        ] {
            assert_eq!(is_language(tag), expected, "for {tag}");
        }
    }
}
