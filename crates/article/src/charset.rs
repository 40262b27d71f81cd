//! Bytes to text: by byte order mark, by what the server says, by what the page says, else UTF-8 or Windows-1252.

use encoding_rs::{Encoding, UTF_8, UTF_16LE, WINDOWS_1252};

/// A page names its encoding in its first bytes, if it does; browsers look at as many.
const DECLARED_WITHIN_BYTES: usize = 1024;

/// Of a page of which only a part is valid UTF-8, an encoding that it names is believed; what names none is taken
/// for Windows-1252, which any bytes are.
pub(crate) fn decode_page(bytes: &[u8], content_type: Option<&str>) -> String {
    let declared = || content_type.and_then(charset_of).or_else(|| declared_by(bytes));
    decode(bytes, declared)
}

/// The content of a text file: UTF-8, UTF-16 with a byte order mark, else Windows-1252. Line ends stay as they are.
pub fn decode_text(bytes: &[u8]) -> String {
    decode(bytes, || None)
}

fn decode(bytes: &[u8], declared: impl Fn() -> Option<&'static Encoding>) -> String {
    let (text, _) = match Encoding::for_bom(bytes) {
        Some((encoding, bom_bytes)) => encoding.decode_without_bom_handling(&bytes[bom_bytes..]),
        // What is valid UTF-8 is UTF-8, whatever it says: other encodings are nearly never valid by chance.
        None if std::str::from_utf8(bytes).is_ok() => UTF_8.decode_without_bom_handling(bytes),
        None => match declared() {
            // A page that can be searched for its own encoding can't be UTF-16; the standard says so, too.
            Some(encoding) if encoding == UTF_8 || encoding.name().starts_with("UTF-16") => {
                nearly_utf8(bytes)
            }
            Some(encoding) => encoding.decode_without_bom_handling(bytes),
            None => nearly_utf8(bytes),
        },
    };
    text.into_owned()
}

/// UTF-8 in which some bytes are damaged, or Windows-1252: whichever gives fewer wrong characters.
fn nearly_utf8(bytes: &[u8]) -> (std::borrow::Cow<'_, str>, bool) {
    let (text, had_errors) = UTF_8.decode_without_bom_handling(bytes);
    let wrong = text.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
    let right = text.chars().filter(|c| !c.is_ascii() && *c != char::REPLACEMENT_CHARACTER).count();
    if wrong > right { WINDOWS_1252.decode_without_bom_handling(bytes) } else { (text, had_errors) }
}

/// The `charset` of a content type such as `text/html; charset=utf-8`.
fn charset_of(content_type: &str) -> Option<&'static Encoding> {
    let (_, behind) = split_at_ignoring_case(content_type, "charset")?;
    let label = behind.trim_start().strip_prefix('=')?.trim_start();
    let label = label.trim_start_matches(['"', '\'']);
    let end = label.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';' | '>' | '/'));
    Encoding::for_label(&label.as_bytes()[..end.unwrap_or(label.len())])
}

/// What `<meta charset=...>` or `<meta http-equiv=... content="...; charset=...">` in the first bytes says.
fn declared_by(bytes: &[u8]) -> Option<&'static Encoding> {
    let beginning = &bytes[..bytes.len().min(DECLARED_WITHIN_BYTES)];
    if is_wide(beginning) {
        return Some(UTF_16LE);
    }
    let text: String = beginning.iter().map(|byte| char::from(*byte)).collect();
    let mut rest = text.as_str();
    while let Some((_, behind)) = split_at_ignoring_case(rest, "<meta") {
        let tag = &behind[..behind.find('>').unwrap_or(behind.len())];
        if let Some(encoding) = charset_of(tag) {
            return Some(encoding);
        }
        rest = behind;
    }
    None
}

/// Every other byte zero: nobody writes so but in UTF-16.
fn is_wide(bytes: &[u8]) -> bool {
    bytes.len() >= 16 && bytes[..16].chunks_exact(2).all(|pair| pair[0] != 0 && pair[1] == 0)
}

fn split_at_ignoring_case<'a>(text: &'a str, mark: &str) -> Option<(&'a str, &'a str)> {
    let at =
        text.as_bytes().windows(mark.len()).position(|part| part.eq_ignore_ascii_case(mark.as_bytes()))?;
    // An ASCII mark begins and ends between characters.
    Some((&text[..at], &text[at + mark.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_is_found() {
        #[track_caller]
        fn check(bytes: &[u8], content_type: Option<&str>, text: &str) {
            assert_eq!(decode_page(bytes, content_type), text);
        }
        check("Fähre".as_bytes(), None, "Fähre");
        check("Fähre".as_bytes(), Some("text/html; charset=windows-1252"), "Fähre"); // Servers are set up once.
        check("\u{feff}Fähre".as_bytes(), None, "Fähre");
        check(b"\xff\xfeF\0\xe4\0", None, "Fä");
        check(b"F\xe4hre \x96 late", None, "Fähre – late");
        check(b"F\xe4hre", Some("text/html; Charset=\"ISO-8859-15\""), "Fähre");
        check(b"\xa4 F\xe4hre", Some("text/html;charset=iso-8859-15"), "€ Fähre");
        check(b"<META Charset=windows-1251>\xcf\xe0\xf0\xee\xec", None, "<META Charset=windows-1251>Паром");
        check(
            b"<meta name=x><meta http-equiv='Content-Type' content='text/html; charset=Shift_JIS'>\x83t\x83F",
            None,
            "<meta name=x><meta http-equiv='Content-Type' content='text/html; charset=Shift_JIS'>フェ",
        );
        check(b"<meta charset=no-such>F\xe4hre", None, "<meta charset=no-such>Fähre");
        check(b"<meta charset=utf-16>F\xe4hre", None, "<meta charset=utf-16>Fähre");
        check("Fähre über Nacht\u{0}".as_bytes(), None, "Fähre über Nacht\u{0}");
        // Damage in one place of a page in UTF-8.
        check(b"F\xc3\xa4hre \xc3\xbcber \xff", Some("text/html"), "Fähre über \u{fffd}");
        check(b"", None, "");
        check(b"charset", Some("charset"), "charset");
    }

    #[test]
    fn a_text_file_is_utf8_or_windows_1252() {
        assert_eq!(decode_text(b"\x93No boat\x94"), "“No boat”");
        assert_eq!(decode_text("\u{feff}a\r\nb".as_bytes()), "a\r\nb");
    }
}
