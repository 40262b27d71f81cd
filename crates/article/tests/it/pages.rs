//! Pages of many shapes, all invented: `tests/fixtures`.

use article::{PageContext, read_page};
use record::{Article, Role};

pub(crate) const PAGES: [&str; 8] = [
    include_str!("../fixtures/graph.html"),
    include_str!("../fixtures/opengraph.html"),
    include_str!("../fixtures/time.html"),
    include_str!("../fixtures/shown.html"),
    include_str!("../fixtures/bare.html"),
    include_str!("../fixtures/broken.html"),
    include_str!("../fixtures/scripts.html"),
    include_str!("../fixtures/hidden.html"),
];

fn read(page: &str) -> Article {
    let address = "https://www.post.example.org/news/ferry-stops?id=7&utm_source=x";
    read_page(page.as_bytes(), PageContext { address: Some(address), content_type: None })
}

/// What is known of the article, then its paragraphs behind their roles, each cut after forty characters.
fn shown(page: &str) -> String {
    let article = read(page);
    assert!(Article::are_sound(&article.paragraphs, article.text.chars().count()));
    let date =
        |published: Option<record::Published>| published.map_or("-".to_owned(), |date| date.to_string());
    let text = |text: &Option<String>| text.clone().unwrap_or("-".to_owned());
    let mut lines = vec![
        format!("{} / {} / {}", text(&article.headline), article.byline.join(", "), text(&article.outlet)),
        format!(
            "{} / {} / {} / {}",
            date(article.published),
            date(article.modified),
            text(&article.language),
            text(&article.url)
        ),
    ];
    for (paragraph, text) in article.texts() {
        lines.push(format!("{}: {}", paragraph.role.name(), text.chars().take(40).collect::<String>()));
    }
    lines.join("\n")
}

#[test]
fn a_graph_of_linked_data() {
    insta::assert_snapshot!(shown(PAGES[0]), @r"
    Ferry to Skerry Island stops for a week / Ada Morrow, Ben O'Quill / Harbour Post
    2026-03-01T21:30:00Z / 2026-03-02T07:05:00Z / en-GB / https://www.post.example.org/news/ferry-stops?id=7
    headline: Ferry to Skerry Island stops for a week
    dateline: 2 March 2026
    caption: The quay at Port Callow on Sunday. Photo
    body: The ferry to Skerry Island will not sail
    body: “Nobody sails,” he told islanders who ha
    caption: The quay at Port Callow on Sunday. Photo
    body: The shop on the island has bread for a w
    body: The last time that the ferry stopped for
    furniture: READ MORE: the tides of the week
    furniture: Sign up for our newsletter and never mis
    ");
}

#[test]
fn open_graph_only() {
    insta::assert_snapshot!(shown(PAGES[1]), @r"
    Fähre zur Insel fällt aus / Ada Morrow, Ben Quill / Hafenpost
    2026-03-01T22:30:00+01:00 / - / de-DE / https://post.example.org/faehre
    headline: Fähre zur Insel fällt aus
    body: Die Fähre zur Insel fährt bis Montag nic
    body: „Niemand fährt“, sagte er den Leuten am 
    body: Der Laden auf der Insel hat Brot für ein
    ");
}

#[test]
fn a_time_element_only() {
    insta::assert_snapshot!(shown(PAGES[2]), @r"
    Storm stops the ferry to Skerry Island / Cleo Hart / post.example.org
    2026-03-01 / - / - / https://www.post.example.org/news/ferry-stops?id=7&utm_source=x
    headline: Storm stops the ferry to Skerry Island
    byline: By Cleo Hart, 1 March
    body: The ferry to Skerry Island will not sail
    body: “Nobody sails,” he told islanders who ha
    body: The shop on the island has bread for a w
    body: The last time that the ferry stopped for
    ");
}

#[test]
fn a_date_that_is_only_shown() {
    insta::assert_snapshot!(shown(PAGES[3]), @r"
    Storm stops the ferry to Skerry Island / Cleo Hart / post.example.org
    2026-03-01T21:30:00Z / - / - / https://www.post.example.org/news/ferry-stops?id=7&utm_source=x
    headline: Storm stops the ferry to Skerry Island
    byline: By Cleo Hart
    dateline: Updated 9:15 am, Monday, March 2, 2026
    dateline: Published 9:30 pm GMT, Sunday, March 1, 
    body: The ferry to Skerry Island will not sail
    body: “Nobody sails,” he told islanders who ha
    body: The shop on the island has bread for a w
    body: The last time that the ferry stopped for
    ");
}

#[test]
fn nothing_at_all() {
    insta::assert_snapshot!(shown(PAGES[4]), @r"
    - /  / post.example.org
    - / - / - / https://www.post.example.org/news/ferry-stops?id=7&utm_source=x
    body: One line and no more.
    ");
    insta::assert_snapshot!(shown(""), @r"
    - /  / post.example.org
    - / - / - / https://www.post.example.org/news/ferry-stops?id=7&utm_source=x
    ");
}

#[test]
fn a_broken_page() {
    insta::assert_snapshot!(shown(PAGES[5]), @r"
    Storm stops the ferry to Skerry Island /  / post.example.org
    2026-03-01 / - / - / https://www.post.example.org/news/ferry-stops?id=7&utm_source=x
    headline: Storm stops the ferry to Skerry Island
    body: The ferry to Skerry Island will not sail
    body: “Nobody sails,” he told islanders who ha
    body: The shop on the island has bread for a w
    ");
}

#[test]
fn scripts_are_not_read() {
    insta::assert_snapshot!(shown(PAGES[6]), @r"
    Storm stops the ferry to Skerry Island /  / post.example.org
    2026-03-01 / - / - / https://www.post.example.org/news/ferry-stops?id=7&utm_source=x
    headline: Storm stops the ferry to Skerry Island
    body: The ferry to Skerry Island will not sail
    body: “Nobody sails,” he told islanders who ha
    body: The shop on the island has bread for a w
    ");
    let all = read(PAGES[6]).text;
    for word in ["Written", "switch", "template", "Typed", "content"] {
        assert!(!all.contains(word), "{word} is in {all}");
    }
}

#[test]
fn a_text_that_only_the_data_hold() {
    insta::assert_snapshot!(shown(PAGES[7]), @r"
    Storm stops the ferry to Skerry Island /  / post.example.org
    2026-03-01 / - / - / https://www.post.example.org/news/ferry-stops?id=7&utm_source=x
    headline: Storm stops the ferry to Skerry Island
    body: The ferry to Skerry Island will not sail
    body: The shop on the island has bread for a w
    body: “Nobody sails,” he told islanders who ha
    ");
}

#[test]
fn windows_1252_is_read_by_what_the_page_says() {
    let page = PAGES[1].replace("charset=utf-8", "charset=iso-8859-1");
    let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(&page);
    let article = read_page(&bytes, PageContext::default());
    assert!(
        article
            .texts_of(Role::Body)
            .any(|text| text.contains("fährt bis Montag") || text.contains("„Niemand fährt“"))
    );
    assert_eq!(article.text, read(PAGES[1]).text);
}

#[test]
fn no_page_speaks_for_another_site() {
    let page =
        r#"<link rel=canonical href="https://other.example.net/a"><h1>Storm</h1><p>The ferry is late.</p>"#;
    let of =
        |address: Option<&str>| read_page(page.as_bytes(), PageContext { address, content_type: None }).url;
    assert_eq!(of(Some("https://post.example.org/b")).as_deref(), Some("https://post.example.org/b"));
    assert_eq!(of(Some("https://www.example.net/b")).as_deref(), Some("https://other.example.net/a"));
    assert_eq!(of(None).as_deref(), Some("https://other.example.net/a"));
    let script = r#"<link rel=canonical href="javascript:alert(1)"><p>The ferry is late.</p>"#;
    assert_eq!(read_page(script.as_bytes(), PageContext::default()).url, None);
}
