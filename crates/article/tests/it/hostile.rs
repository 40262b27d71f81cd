//! Pages that were made to cost time, memory or the stack. Each takes seconds at most, in a debug build too.

use std::time::{Duration, Instant};

use article::{PageContext, read_page, read_text};

/// No page takes longer, with much room for a busy machine.
const LONGEST: Duration = Duration::from_secs(60);

#[track_caller]
fn survive(page: &str) {
    let begun = Instant::now();
    let article = read_page(page.as_bytes(), PageContext::default());
    assert!(begun.elapsed() < LONGEST, "it took {:?}", begun.elapsed());
    eprintln!("{:?} for {} bytes, {} paragraphs", begun.elapsed(), page.len(), article.paragraphs.len());
}

#[test]
fn a_million_nested_elements() {
    survive(&"<div>".repeat(1_000_000));
    survive(&format!("<p>The ferry.{}", "<b><div>".repeat(300_000)));
    survive(&"<table><tr><td>".repeat(200_000));
    survive(&"<svg><g>".repeat(300_000));
    survive(&"<ul><li>ferry".repeat(200_000));
}

#[test]
fn a_million_elements_side_by_side() {
    survive(&"<p>The ferry to the island is late.</p>".repeat(200_000));
    survive(&"<br>".repeat(1_000_000));
    survive(&"<a href=x>The ferry</a> ".repeat(200_000));
    survive(&"<div class='share caption byline'>The ferry".repeat(100_000));
}

#[test]
fn attributes_and_entities_without_end() {
    let attributes: String = (0..500_000).map(|n| format!(" a{n}=b")).collect();
    survive(&format!("<p{attributes}>The ferry.</p>"));
    survive(&format!("<p>{}</p>", "&amp;&#x10ffff;&nosuch;&".repeat(300_000)));
    survive(&format!("<script type='application/ld+json'>{}</script>", "{\"@graph\":[".repeat(200_000)));
    survive(&format!("<meta property='article:published_time' content='{}'>", "2026-03-02 ".repeat(300_000)));
    survive(&"<meta name=author content='Ada Morrow, Ben Quill'>".repeat(100_000));
}

#[test]
fn formatting_that_is_opened_again_in_each_paragraph() {
    let formatting: String = (0..5_000).map(|n| format!("<p><b c={n}></p>")).collect();
    survive(&format!("{formatting}{}", "<p>x</p>".repeat(200_000)));
}

#[test]
fn texts_without_end() {
    for text in [
        "By Ada Morrow\n".repeat(200_000),
        "a".repeat(10_000_000),
        "2026-03-02 18:02 ".repeat(300_000),
        "x\n\n".repeat(500_000),
    ] {
        let begun = Instant::now();
        read_text(&text);
        assert!(begun.elapsed() < LONGEST, "it took {:?}", begun.elapsed());
    }
}
