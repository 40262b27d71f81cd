//! The body of the fuzz target, run by the stable compiler.

use proptest::prelude::*;

// `pub` for the fuzz target, which is another crate.
#[allow(unreachable_pub)]
#[path = "../../../../fuzz/src/article.rs"]
mod article_body;

use crate::pages::PAGES;

#[test]
fn pages_pass_the_body() {
    for page in PAGES {
        article_body::article(page.as_bytes());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_pass_the_body(bytes: Vec<u8>) {
        article_body::article(&bytes);
    }

    #[test]
    fn tags_in_any_order_pass_the_body(
        page in "(<(p|div|b|i|a|li|ul|table|tr|td|h1|figure|figcaption|script|style|template|svg|math|select|noscript|br|title)[ />]|</(p|div|b|a|table|script|template|svg)>|[a-z .]{1,20}|<!--|-->|&amp;|\")\
                {0,60}",
    ) {
        article_body::article(page.as_bytes());
    }

    #[test]
    fn damaged_pages_pass_the_body(page in proptest::sample::select(PAGES.to_vec()), cut: usize, place: usize, byte: u8) {
        let mut damaged = page.as_bytes()[..cut % (page.len() + 1)].to_vec();
        if let Some(last) = damaged.len().checked_sub(1) {
            damaged[place % (last + 1)] = byte;
        }
        article_body::article(&damaged);
    }
}
