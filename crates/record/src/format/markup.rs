//! Marks in captions: tags, escapes and the codes of other formats.

/// The longest name of an escape, in bytes: `#x10ffff`.
const LONGEST_ENTITY: usize = 8;

/// The tags of SRT that are taken off. Anything else in angle brackets is text: models write `<unk>`.
const SRT_TAGS: [&str; 6] = ["i", "b", "u", "s", "font", "c"];

/// The character that an escape stands for, by its name without `&` and `;`.
pub(crate) fn entity(name: &str) -> Option<char> {
    let number = |digits: &str, radix| {
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let value = u32::from_str_radix(digits, radix).ok().filter(|_| is_number)?;
        Some(char::from_u32(value).filter(|c| *c != '\0').unwrap_or(char::REPLACEMENT_CHARACTER))
    };
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "lrm" => '\u{200e}',
        "rlm" => '\u{200f}',
        name => match name.strip_prefix('#')? {
            hex if hex.starts_with(['x', 'X']) => number(&hex[1..], 16)?,
            decimal => number(decimal, 10)?,
        },
    })
}

/// The escape at the beginning of a text that begins with `&`, and its length in bytes.
pub(crate) fn leading_entity(text: &str) -> Option<(char, usize)> {
    let bytes = text.as_bytes();
    let end = bytes.iter().take(LONGEST_ENTITY + 2).position(|byte| *byte == b';')?;
    Some((entity(text.get(1..end)?)?, end + 1))
}

/// A text with its escapes read, once.
pub(crate) fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let (character, bytes) = leading_entity(rest).unwrap_or(('&', 1));
        plain.push(character);
        rest = &rest[bytes..];
    }
    plain + rest
}

/// The text of an SRT caption without its tags (`<i>`), escapes (`&amp;`) and the codes of other programs (`{\an8}`).
///
/// SRT has no escape for what looks like a mark, so nothing that does is left, not even where the removal of one mark
/// makes another: written and read again, the text is the same.
pub(crate) fn without_srt_marks(text: &str) -> String {
    let mut plain = Plain { text: String::with_capacity(text.len()), opened: Vec::new() };
    text.chars().for_each(|character| plain.push(character));
    plain.text
}

/// Text that was read so far, and where in it something was opened: a tag, an escape, a code.
struct Plain {
    text: String,
    opened: Vec<usize>,
}

impl Plain {
    fn push(&mut self, character: char) {
        let mut next = Some(character);
        // A character that closes an escape may be a closing character itself.
        while let Some(character) = next.take() {
            match character {
                '<' | '&' | '{' => self.opened.push(self.text.len()),
                '>' | ';' | '}' => {
                    if let Some(made) = self.close(character) {
                        next = made;
                        continue;
                    }
                }
                _ => {}
            }
            self.text.push(character);
        }
    }

    /// Takes off the mark that `closing` completes, if it does; what is to be put in its place, if anything.
    fn close(&mut self, closing: char) -> Option<Option<char>> {
        let at = self.opened.pop()?;
        let inside = &self.text[at + 1..];
        let made = match (self.text.as_bytes()[at], closing) {
            (b'<', '>') if is_srt_tag(inside) => None,
            (b'{', '}') if inside.starts_with('\\') => None,
            (b'&', ';') => Some(one_line(entity(inside)?)),
            _ => return None,
        };
        self.text.truncate(at);
        Some(made)
    }
}

/// No escape makes a second line.
fn one_line(character: char) -> char {
    if matches!(character, '\n' | '\r') { ' ' } else { character }
}

fn is_srt_tag(inside: &str) -> bool {
    let inside = inside.strip_prefix('/').unwrap_or(inside);
    let name = inside.split([' ', '\t', '.', '=']).next().unwrap_or_default();
    SRT_TAGS.iter().any(|tag| name.eq_ignore_ascii_case(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn srt_marks_are_taken_off_and_text_stays() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(without_srt_marks(text), expected, "for {text:?}");
            assert_eq!(without_srt_marks(expected), expected, "nothing is left to take off");
        }
        check("<i>Good</i> <font color=\"#fff\">day</FONT>", "Good day");
        check("{\\an8}Good", "Good");
        check("5 < 6 and 7 > 6 {aside} <unk> a;b", "5 < 6 and 7 > 6 {aside} <unk> a;b");
        check("Tide &amp; Tow &gt;&gt; &#233;&nbsp;&bogus;", "Tide & Tow >> é\u{a0}&bogus;");
        check("<<i>i>twice", "twice");
        check("&amp;lt;i&gt;thrice", "thrice");
        check("&#38&#59amp;", "&#38&#59amp;");
        check("a&#10;b", "a b");
        check("&#0;&#x110000;&#xd800;", "\u{fffd}\u{fffd}\u{fffd}");
    }

    #[test]
    fn a_chain_of_escapes_is_no_recursion() {
        let chain = "&#59".repeat(200_000);
        assert_eq!(without_srt_marks(&format!("{chain};")), ";");
    }

    #[test]
    fn escapes_are_read_once() {
        assert_eq!(unescaped("&amp;lt; &lt;b&gt; & &; &copy; &#x41;"), "&lt; <b> & &; &copy; A");
        assert_eq!(unescaped("&é;"), "&é;");
    }
}
