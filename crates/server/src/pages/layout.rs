//! What surrounds every page.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use maud::{DOCTYPE, Markup, html};

use super::files::{ICON, SCRIPT, STYLE};
use super::parts;
use crate::refusal::{Code, Refusal};

/// How a page is framed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Frame {
    /// `dark` or `light`, if the reader chose.
    theme: Option<&'static str>,
    /// Whether only the results are wanted, to be put into a page that is there.
    is_fragment: bool,
}

impl Frame {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let cookies = headers.get(COOKIE).and_then(|cookies| cookies.to_str().ok()).unwrap_or_default();
        let theme = ["dark", "light"].into_iter().find(|theme| {
            cookies.split(';').any(|cookie| cookie.trim().strip_prefix("theme=") == Some(theme))
        });
        Self { theme, is_fragment: headers.contains_key("x-fragment") }
    }

    pub(crate) fn is_fragment(self) -> bool {
        self.is_fragment
    }
}

/// The pages that every page leads to.
const PAGES: [(&str, &str); 6] = [
    ("/", "Search"),
    ("/stories", "Stories"),
    ("/people", "People"),
    ("/outlets", "Outlets"),
    ("/compare", "Compare"),
    ("/check", "Check"),
];

/// The keys of the keyboard, and what they do.
const KEYS: [(&[&str], &str); 8] = [
    (&["/"], "go to the search box"),
    (&["j", "k"], "next or previous hit, or line"),
    (&["Enter", "o"], "open it; in a transcript, play from there"),
    (&["p", "space"], "play or pause"),
    (&["[", "]"], "five seconds back or forward"),
    (&["r"], "names as repaired, or as heard"),
    (&["c"], "copy the citation"),
    (&["?"], "this list"),
];

/// A whole page: `current` is the address of the one of the main pages that it belongs to.
pub(crate) fn page(frame: Frame, current: &str, title: &str, main: Markup) -> Markup {
    let title = if current == "/" { title.to_owned() } else { format!("{title}, onrecord") };
    html! {
        (DOCTYPE)
        html lang="en" data-theme=[frame.theme] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="strict-origin-when-cross-origin";
                title { (title) }
                link rel="stylesheet" href=(STYLE.address());
                link rel="search" type="application/opensearchdescription+xml" href="/opensearch.xml" title="onrecord";
                link rel="icon" type="image/svg+xml" href=(ICON.address());
                script type="module" src=(SCRIPT.address()) {}
            }
            body {
                a.skip href="#main" { "Skip to the page" }
                header.masthead {
                    a.name href="/" { "onrecord" }
                    nav aria-label="Main" {
                        ul {
                            @for (address, name) in PAGES {
                                li { a href=(address) aria-current=[(address == current).then_some("page")] { (name) } }
                            }
                        }
                    }
                    @if current != "/" {
                        form.quick action="/" method="get" role="search" {
                            label.hidden for="q" { "Search the archive" }
                            input #q name="q" type="search" placeholder="Search the archive" autocomplete="off";
                            button type="submit" { "Search" }
                        }
                    }
                }
                main #main tabindex="-1" { (main) }
                (foot())
            }
        }
    }
}

fn foot() -> Markup {
    html! {
        footer.foot {
            p { "What is not found here may have been said all the same: it is not in this record." }
            a href="/about" { "About this record" } " "
            a href="/api" { "API" } " "
            a href="#keys" data-opens="keys" { "Keyboard" } " "
            button #theme.js-only type="button" { "Colours" }
        }
        dialog #keys aria-labelledby="keys-title" {
            h2 #keys-title { "Keyboard" }
            dl.keylist {
                @for (keys, does) in KEYS {
                    dt { @for key in keys { kbd { (key) } " " } }
                    dd { (does) }
                }
            }
            form method="dialog" {
                p { label.tick { input #single-keys type="checkbox" checked; " Use these single keys" } }
                button.primary type="submit" { "Close" }
            }
        }
    }
}

/// A refusal as a page that says what to do.
pub(crate) fn refusal(frame: Frame, refusal: &Refusal) -> Markup {
    let heading = match refusal.code {
        Code::NotFound => "This is not in the record",
        Code::BadRequest => "This could not be understood",
        Code::Unauthorized => "A password is needed",
        Code::Busy => "Too much is asked at a time",
        Code::Forbidden => "Not from here",
        _ => "This did not work",
    };
    let main = html! {
        div.empty {
            h1 { (heading) }
            p.lead { (parts::with_code(&refusal.message)) }
            ul {
                @if let Some(hint) = &refusal.hint { li { (parts::with_code(hint)) } }
                li { a href="/" { "Search" } " for words from it." }
                li { a href="/outlets" { "Look through the outlets" } " and their shows." }
            }
            p.quiet { (refusal.code.status()) }
        }
    };
    page(frame, "", heading, main)
}
