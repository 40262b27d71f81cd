//! Any bytes as an article: as a page, and as a plain text.

use article::{PageContext, decode_text, read_page, read_text};
use record::Article;
use record::format::article::{ArticleSidecar, read, write};

/// Reads `bytes` as a page and as a text, and writes and reads what was understood of the page.
///
/// # Panics
/// If a paragraph does not lie in its text, the text of a file comes back changed, or what was found is read
/// differently after it was written.
pub fn article(bytes: &[u8]) {
    let context = PageContext { address: Some("https://post.example.org/a"), content_type: None };
    let page = read_page(bytes, context);
    check(&page);
    let sidecar = ArticleSidecar { paragraphs: page.paragraphs.clone(), ..ArticleSidecar::of(&page) };
    let again = read(&write(&sidecar)).expect("what we write, we read");
    assert_eq!(again, sidecar);
    let mut completed = Article { text: page.text.clone(), ..Article::default() };
    again.complete(&mut completed, true);
    assert_eq!(completed, page);

    let text = decode_text(bytes);
    let of_text = read_text(&text);
    assert_eq!(of_text.text, text);
    check(&of_text);
}

fn check(article: &Article) {
    assert!(
        Article::are_sound(&article.paragraphs, article.text.chars().count()),
        "paragraphs overlap or lie outside"
    );
    assert_eq!(article.texts().count(), article.paragraphs.len());
    for (_, text) in article.texts() {
        assert!(!text.is_empty() && text == text.trim(), "white space around a paragraph");
    }
}
