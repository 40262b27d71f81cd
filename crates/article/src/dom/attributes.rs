//! Tags with absurdly many attributes, cut short.
//!
//! The tokenizer compares each attribute of a tag with all before it, so a tag of a megabyte takes hours. Which
//! `<` begins a tag only the tokenizer knows; here every `<` with a letter behind it is taken for one. Where that is
//! wrong, in a script or a comment, a `>` too many does no harm.

use std::borrow::Cow;

/// More attributes than any tag has.
const MOST_ATTRIBUTES: usize = 128;

/// All tags together may take this many steps for each byte of the page before it is cut: on a page that nests
/// tags in the attributes of others a byte is looked at for each of them.
const STEPS_PER_BYTE: usize = 64;

/// The page, with a `>` in tags of more than [`MOST_ATTRIBUTES`].
pub(super) fn limited(page: &str) -> Cow<'_, str> {
    let bytes = page.as_bytes();
    let mut cuts = Vec::new();
    let mut steps_left = bytes.len().saturating_mul(STEPS_PER_BYTE);
    let mut at = 0;
    let mut end = bytes.len();
    while let Some(found) = next_tag(bytes, at) {
        let tag = Tag::read(bytes, found, steps_left);
        let Some(left) = steps_left.checked_sub(tag.steps) else {
            end = found;
            break;
        };
        steps_left = left;
        // Tags may begin in what only looks like another's attributes.
        at = found + 1;
        cuts.extend(tag.cut);
    }
    cuts.sort_unstable();
    cuts.dedup();
    cuts.retain(|cut| *cut <= end);
    match cuts.is_empty() && end == bytes.len() {
        true => Cow::Borrowed(page),
        false => Cow::Owned(with_cuts(&page[..end], &cuts)),
    }
}

fn next_tag(bytes: &[u8], from: usize) -> Option<usize> {
    let tag = bytes.get(from..)?.windows(2).position(|pair| pair[0] == b'<' && pair[1].is_ascii_alphabetic());
    tag.map(|at| from + at)
}

fn with_cuts(page: &str, cuts: &[usize]) -> String {
    let mut limited = String::with_capacity(page.len() + cuts.len());
    let mut from = 0;
    for cut in cuts {
        limited.push_str(&page[from..*cut]);
        limited.push('>');
        from = *cut;
    }
    limited.push_str(&page[from..]);
    limited
}

/// What was found of a tag.
struct Tag {
    steps: usize,
    /// Where it has to end because it has too many attributes: between characters.
    cut: Option<usize>,
}

/// Where in a tag one is, as the HTML standard has it (13.2.5, from the tag name state to the after attribute
/// value state); quotes mean something only behind `=`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    TagName,
    BeforeName,
    Name,
    AfterName,
    BeforeValue,
    Quoted(u8),
    Unquoted,
}

impl Tag {
    /// Follows a tag from its `<` to its end or until it has too many attributes, `most_steps` at most and one.
    fn read(bytes: &[u8], from: usize, most_steps: usize) -> Self {
        let (mut attributes, mut state) = (0, State::TagName);
        for (steps, byte) in bytes[from..].iter().enumerate().skip(1) {
            let next = state.after(*byte);
            if next == State::Name && state != State::Name {
                attributes += 1;
            }
            let is_end = *byte == b'>' && !matches!(state, State::Quoted(_));
            let cut = (attributes > MOST_ATTRIBUTES).then_some(from + steps);
            if is_end || cut.is_some() || steps > most_steps {
                return Self { steps, cut };
            }
            state = next;
        }
        Self { steps: bytes.len() - from, cut: None }
    }
}

impl State {
    fn after(self, byte: u8) -> Self {
        let is_space = byte.is_ascii_whitespace();
        match self {
            Self::Quoted(quote) if byte == quote => Self::BeforeName,
            Self::Quoted(_) => self,
            Self::Unquoted if is_space => Self::BeforeName,
            Self::Unquoted => Self::Unquoted,
            Self::BeforeValue if is_space => Self::BeforeValue,
            Self::BeforeValue if matches!(byte, b'"' | b'\'') => Self::Quoted(byte),
            Self::BeforeValue => Self::Unquoted,
            Self::Name | Self::AfterName if byte == b'=' => Self::BeforeValue,
            Self::TagName | Self::BeforeName if is_space || byte == b'/' => Self::BeforeName,
            Self::TagName => Self::TagName,
            Self::Name | Self::AfterName if byte == b'/' => Self::BeforeName,
            Self::Name | Self::AfterName if is_space => Self::AfterName,
            // Also `=`, with which a name may begin.
            Self::BeforeName | Self::Name | Self::AfterName => Self::Name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_pages_are_left_alone() {
        for page in
            ["", "<", "a < b", "<p class=\"a b\">x</p>", "<a href='x>y' b>", "<a b='", "<a b= c", "é<é>"]
        {
            assert!(matches!(limited(page), Cow::Borrowed(same) if same == page), "for {page}");
        }
        let script = format!("<script>{}</script>", "if (a<b && c) { d } ".repeat(1000));
        assert!(limited(&script).contains("</script>"));
    }

    #[test]
    fn a_tag_has_an_end_to_its_attributes() {
        #[track_caller]
        fn check(attribute: &str) {
            let page = format!("<p{}>text", attribute.repeat(100_000));
            let limited = limited(&page);
            assert_eq!(limited.matches('>').count(), page.matches('>').count() + 1, "for {attribute}");
        }
        check(" a");
        check(" a=b");
        check("/a");
        check(" a='b'");
        check(" a='b'c=\"d\"");
        check(" =\"");
        check(" a=b=\"");
    }

    #[test]
    fn tags_in_attributes_of_tags_do_not_take_for_ever() {
        for piece in ["<a x=\"", "<a x='\"<b y=\"'", "<a ", "<a/"] {
            let page = piece.repeat(200_000);
            assert!(limited(&page).len() <= page.len() * 2, "for {piece}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_page_keeps_its_text(page in "(<a( b)?|[>'\"= /é]|x){0,200}") {
            // So few attributes are never cut.
            proptest::prop_assert!(limited(&page) == page);
        }
    }
}
