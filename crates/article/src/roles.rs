//! What a line of text is by its words alone.

use crate::dates;

/// How lines begin that a page puts between the paragraphs of an article, in lower case.
const FURNITURE_BEGINNINGS: [&str; 74] = [
    "read more",
    "read also",
    "also read",
    "read next",
    "read:",
    "more:",
    "see more",
    "see also",
    "related:",
    "related stories",
    "related articles",
    "related topics",
    "related news",
    "related content",
    "related coverage",
    "recommended",
    "you may also like",
    "you might also like",
    "more on this",
    "more from",
    "more stories",
    "most read",
    "most popular",
    "trending",
    "top stories",
    "don't miss",
    "advertisement",
    "advert",
    "sponsored",
    "share this",
    "share on",
    "sharing is caring",
    "follow us",
    "follow @",
    "sign up",
    "subscribe",
    "get the latest",
    "get our",
    "get access to",
    "join our",
    "join the conversation",
    "download our",
    "click here",
    "click to",
    "continue reading",
    "story continues",
    "article continues",
    "scroll down",
    "skip to",
    "jump to",
    "newsletter",
    "already a subscriber",
    "log in",
    "register now",
    "copyright ©",
    "© ",
    "all rights reserved",
    "copyright @",
    "(c) 20",
    "this material may not be",
    "have a tip?",
    "got a tip",
    "send us your",
    "tell us what you think",
    "leave a comment",
    "view comments",
    "comments are",
    "show comments",
    "watch:",
    "listen:",
    "photos:",
    "video:",
    "view author",
    "email the author",
];

/// Lines that are nothing else, in lower case.
const FURNITURE_LINES: [&str; 46] = [
    "share",
    "tweet",
    "email",
    "print",
    "save",
    "comment",
    "comments",
    "facebook",
    "twitter",
    "whatsapp",
    "linkedin",
    "pinterest",
    "reddit",
    "copy link",
    "close",
    "caption",
    "advertisement",
    "advert",
    "ad",
    "menu",
    "home",
    "search",
    "news",
    "related",
    "tags",
    "topics",
    "more",
    "next",
    "previous",
    "play",
    "pause",
    "video",
    "loading",
    "loading...",
    "top",
    "back to top",
    "follow",
    "subscribe",
    "highlights",
    "latest",
    "latest news",
    "share this",
    "print this",
    "warning",
    "sponsored content",
    "view gallery",
];

/// How a caption begins, in lower case.
const CAPTION_BEGINNINGS: [&str; 24] = [
    "image copyright",
    "image caption",
    "image source",
    "image:",
    "(image:",
    "(image credit",
    "image credit",
    "photo:",
    "photo by",
    "photos by",
    "photo credit",
    "photograph:",
    "picture:",
    "pictures:",
    "credit:",
    "media caption",
    "file photo",
    "file image",
    "a map showing",
    "a graphic showing",
    "a chart showing",
    "image 1 of",
    "enlarge image",
    "(photo",
];

/// Whose pictures newspapers print.
const AGENCIES: [&str; 14] = [
    "getty",
    "reuters",
    "afp",
    "ap",
    "epa",
    "pa media",
    "shutterstock",
    "ap photo",
    "pa wire",
    "getty images",
    "alamy",
    "bloomberg",
    "rex",
    "istock",
];

/// Longer lines are no furniture and no captions by their words alone.
const LONGEST_CHARACTERS: usize = 400;

/// Whether a page put this between the paragraphs.
pub(crate) fn is_furniture(line: &str) -> bool {
    let Some(line) = normal(line) else { return false };
    let bare = line.trim_end_matches([':', '.', '!', '>', '»', '…', ' ']);
    FURNITURE_LINES.contains(&bare)
        || FURNITURE_BEGINNINGS.iter().any(|beginning| begins_with(&line, beginning))
        || !line.contains(char::is_alphanumeric)
}

/// Whether this says what a picture shows, or whose it is.
pub(crate) fn is_caption(line: &str) -> bool {
    let Some(line) = normal(line) else { return false };
    CAPTION_BEGINNINGS.iter().any(|beginning| line.starts_with(beginning))
        || ends_with_credit(&line)
        || is_credit(&line)
}

/// "(AP Photo/Ada Morrow)", "Credit: Harbour Post", "| Getty Images" at the end.
fn ends_with_credit(line: &str) -> bool {
    if line.ends_with(')')
        && let Some(at) = line.rfind('(')
    {
        let inside = &line[at + 1..line.len() - 1];
        let words = inside.split_whitespace().count();
        let names_agency = AGENCIES
            .iter()
            .any(|agency| begins_with(inside, agency) || inside.ends_with(&format!("/{agency}")));
        // "(AP)" alone ends a caption, and the first sentence of a wire story begins with it.
        return words <= 8
            && (names_agency
                || ["image", "photo", "picture", "file", "credit", "courtesy"]
                    .iter()
                    .any(|mark| inside.starts_with(mark)));
    }
    let credited = ["credit: ", "photo: ", "picture: ", "photograph: ", "image: "]
        .iter()
        .any(|mark| line.rfind(mark).is_some_and(|at| at > 0 && line[at..].split_whitespace().count() <= 8));
    credited || line.ends_with("getty images")
}

/// "Ada Morrow/AP", "Ada Morrow | Getty Images", "© Harbour Post" alone on a line.
fn is_credit(line: &str) -> bool {
    let is_short = line.split_whitespace().count() <= 8;
    let names_agency = || {
        AGENCIES.iter().any(|agency| {
            ["/", "| ", "via "].iter().any(|sign| line.contains(&format!("{sign}{agency}")))
                || line == *agency
        })
    };
    is_short && !line.ends_with(['.', '?', '!']) && (names_agency() || line.starts_with('©'))
}

/// Whether this is about a date and nothing else.
pub(crate) fn is_dateline(line: &str) -> bool {
    normal(line).is_some() && dates::is_only_date(line)
}

/// Whether it ends as sentences do, also before a closing quote or bracket.
pub(crate) fn ends_sentence(line: &str) -> bool {
    let closing = ['"', '\'', '\u{201d}', '\u{2019}', ')', ']', '»'];
    line.trim_end().trim_end_matches(closing).ends_with(['.', '?', '!', '…', '。', '؟', '।'])
}

/// In lower case, with straight apostrophes; `None` for what is too long to be looked at.
fn normal(line: &str) -> Option<String> {
    let line = line.trim();
    let is_short = line.chars().nth(LONGEST_CHARACTERS).is_none();
    is_short.then(|| line.to_lowercase().replace('\u{2019}', "'"))
}

/// Whether it begins so, and no word is cut: "advertisements" does not begin with "advert".
fn begins_with(line: &str, beginning: &str) -> bool {
    let behind = line.strip_prefix(beginning);
    behind.is_some_and(|behind| {
        !beginning.ends_with(char::is_alphanumeric) || !behind.starts_with(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_known_by_their_words() {
        #[track_caller]
        fn check(line: &str, expected: &str) {
            let found = match line {
                line if is_dateline(line) => "dateline",
                line if is_furniture(line) => "furniture",
                line if is_caption(line) => "caption",
                _ => "text",
            };
            assert_eq!(found, expected, "for {line}");
        }
        check("The ferry to Skerry Island will not sail until Monday.", "text");
        check("Advertisements lined the quay.", "text");
        check("Shares in the ferry company fell.", "text");
        check("“Who can say?” she asked (the mayor was away).", "text");
        check("Storm damage", "text");
        check("PORT CALLOW (AP) — The ferry is late.", "text");
        check("Share", "furniture");
        check("READ MORE: Ferry stops", "furniture");
        check("Advertisement", "furniture");
        check("* * *", "furniture");
        check("You may also like...", "furniture");
        check("Sign up for our newsletter", "furniture");
        check("Photo: Ada Morrow", "caption");
        check("The quay at night. (Image credit: Ada Morrow/Harbour Post)", "caption");
        check("The quay at night (AP Photo/Ada Morrow)", "caption");
        check("The quay at nightCredit: Ada Morrow", "caption");
        check("Ada Morrow | Getty Images", "caption");
        check("A map showing the ferry's way", "caption");
        check("Published 2 March 2026", "dateline");
        check("3 hours ago", "dateline");
    }
}
