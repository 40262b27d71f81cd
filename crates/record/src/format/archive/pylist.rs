//! Python's `repr` of a list of strings, in which the archive holds keywords.
//!
//! Follows `unicode_repr` in CPython's `Objects/unicodeobject.c`: single quotes, unless the string holds one
//! and no double quote; what cannot be printed as an escape. What can be printed depends on the Unicode
//! table of the Python that wrote the file, so our print may differ and a reader keeps the line if it does.

use crate::format::print as push;

/// Prints the list as Python does.
pub(crate) fn print(strings: &[String]) -> String {
    let mut text = String::from("[");
    for (index, string) in strings.iter().enumerate() {
        text.push_str(if index == 0 { "" } else { ", " });
        print_string(&mut text, string);
    }
    text.push(']');
    text
}

fn print_string(text: &mut String, string: &str) {
    let quote = if string.contains('\'') && !string.contains('"') { '"' } else { '\'' };
    text.push(quote);
    for character in string.chars() {
        match character {
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            _ if character == quote => text.extend(['\\', quote]),
            _ if is_printable(character) => text.push(character),
            _ => print_escape(text, u32::from(character)),
        }
    }
    text.push(quote);
}

fn print_escape(text: &mut String, code: u32) {
    match code {
        0..=0xff => push(text, format_args!("\\x{code:02x}")),
        0x100..=0xffff => push(text, format_args!("\\u{code:04x}")),
        _ => push(text, format_args!("\\U{code:08x}")),
    }
}

/// What Python prints as itself: all but control and format characters, surrogates, private use, and every
/// separator but the space. Unassigned code points are not listed: they differ between versions.
pub(super) fn is_printable(character: char) -> bool {
    !matches!(character,
        '\0'..='\x1f' | '\x7f'..='\u{a0}' | '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}'
        | '\u{70f}' | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{1680}' | '\u{180e}' | '\u{2000}'..='\u{200f}'
        | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}' | '\u{3000}' | '\u{e000}'..='\u{f8ff}' | '\u{feff}'
        | '\u{fff0}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0001}' | '\u{e0020}'..='\u{e007f}'
        | '\u{f0000}'..='\u{10ffff}')
}

/// Reads such a list. The error is the byte at which the text stops being one.
pub(crate) fn parse(text: &str) -> Result<Vec<String>, usize> {
    let mut cursor = Cursor { text, at: 0 };
    let mut strings = Vec::new();
    cursor.expect("[")?;
    if cursor.take("]") {
        return cursor.end(strings);
    }
    loop {
        strings.push(cursor.string()?);
        if cursor.take("]") {
            return cursor.end(strings);
        }
        cursor.expect(", ")?;
    }
}

struct Cursor<'a> {
    text: &'a str,
    /// In bytes, always between characters.
    at: usize,
}

impl Cursor<'_> {
    fn take(&mut self, literal: &str) -> bool {
        let is_next = self.text[self.at..].starts_with(literal);
        self.at += if is_next { literal.len() } else { 0 };
        is_next
    }

    fn expect(&mut self, literal: &str) -> Result<(), usize> {
        if self.take(literal) { Ok(()) } else { Err(self.at) }
    }

    fn end<T>(&self, value: T) -> Result<T, usize> {
        if self.at == self.text.len() { Ok(value) } else { Err(self.at) }
    }

    fn string(&mut self) -> Result<String, usize> {
        let quote = if self.take("\"") { '"' } else { '\'' };
        if quote == '\'' {
            self.expect("'")?;
        }
        let mut string = String::new();
        loop {
            let rest = &self.text[self.at..];
            let plain = rest.find([quote, '\\']).ok_or(self.text.len())?;
            string.push_str(&rest[..plain]);
            self.at += plain + 1;
            if rest.as_bytes()[plain] != b'\\' {
                return Ok(string);
            }
            string.push(self.escape()?);
        }
    }

    /// Reads an escape behind its backslash.
    fn escape(&mut self) -> Result<char, usize> {
        let letter = self.text[self.at..].chars().next().ok_or(self.at)?;
        let (plain, digits) = match letter {
            '\\' | '\'' | '"' => (letter, 0),
            'n' => ('\n', 0),
            'r' => ('\r', 0),
            't' => ('\t', 0),
            'x' => ('\0', 2),
            'u' => ('\0', 4),
            'U' => ('\0', 8),
            _ => return Err(self.at),
        };
        self.at += letter.len_utf8();
        if digits == 0 { Ok(plain) } else { self.code(digits) }
    }

    fn code(&mut self, digits: usize) -> Result<char, usize> {
        let hex = self.text.get(self.at..self.at + digits).ok_or(self.at)?;
        if !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(self.at);
        }
        let code = u32::from_str_radix(hex, 16).map_err(|_| self.at)?;
        if code > u32::from(char::MAX) {
            return Err(self.at);
        }
        self.at += digits;
        // Python prints half of a surrogate pair as it is; no Rust text can hold one.
        Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_print_as_python_prints_them() {
        #[track_caller]
        fn check(strings: &[&str], line: &str) {
            let strings: Vec<String> = strings.iter().map(|string| (*string).to_owned()).collect();
            assert_eq!(print(&strings), line);
            assert_eq!(parse(line), Ok(strings));
        }
        check(&[], "[]");
        check(&[""], "['']");
        check(&["harbour", "Port Ellery"], "['harbour', 'Port Ellery']");
        check(&["Venn's"], r#"["Venn's"]"#);
        check(&[r#"the "Gull""#], r#"['the "Gull"']"#);
        check(&[r#"Venn's "Gull""#], r#"['Venn\'s "Gull"']"#);
        check(&[r"a\b", "a\nb\rc\td"], r"['a\\b', 'a\nb\rc\td']");
        check(&["\0\u{1b}\u{7f}\u{a0}\u{ad}"], r"['\x00\x1b\x7f\xa0\xad']");
        check(&["\u{200b}\u{2028}\u{feff}\u{e000}"], r"['\u200b\u2028\ufeff\ue000']");
        check(&["\u{e0067}\u{10ffff}"], r"['\U000e0067\U0010ffff']");
        check(&["café 海 🌊 ’"], "['café 海 🌊 ’']");
        check(&["[', ']"], r#"["[', ']"]"#);
    }

    #[test]
    fn half_a_surrogate_pair_reads_as_replacement() {
        assert_eq!(parse(r"['\ud83d']"), Ok(vec!["\u{fffd}".to_owned()]));
    }

    #[test]
    fn other_texts_stop_being_a_list_somewhere() {
        #[track_caller]
        fn check(line: &str, stops_at: usize) {
            assert_eq!(parse(line), Err(stops_at), "for {line}");
        }
        check("", 0);
        check("None", 0);
        check("[", 1);
        check("['a'", 4);
        check("['a", 3);
        check("['a',]", 4);
        check("['a','b']", 4);
        check("['a', 1]", 6);
        check("['a'] ", 5);
        check(r"['\", 3);
        check(r"['\q']", 3);
        check(r"['\x1']", 4);
        check(r"['\x1é']", 4);
        check(r"['\U00110000']", 4);
        check(r"['\u+123']", 4);
    }
}
