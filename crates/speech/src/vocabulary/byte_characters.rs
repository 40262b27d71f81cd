//! The printable stand-ins of GPT-2 for bytes, in which vocabulary files write tokens.
//!
//! Printable Latin-1 characters stand for themselves; the other 68 bytes, in rising order, are U+0100 and up: a space
//! is `Ġ`, a line feed `Ċ`. Follows `bytes_to_unicode` of openai/gpt-2, `encoder.py`.

/// First of the characters that stand for bytes without a printable one.
const SHIFTED: u32 = 0x100;

/// Whether the byte's own Latin-1 character stands for it.
const fn is_itself(byte: u8) -> bool {
    matches!(byte, b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff)
}

/// The bytes that are not themselves, in the order of their characters.
const fn shifted_bytes() -> [u8; 68] {
    let mut bytes = [0; 68];
    let (mut byte, mut count) = (0_u8, 0);
    while count < bytes.len() {
        if !is_itself(byte) {
            bytes[count] = byte;
            count += 1;
        }
        byte = byte.wrapping_add(1);
    }
    bytes
}

static SHIFTED_BYTES: [u8; 68] = shifted_bytes();

/// The byte a character stands for; `None` for one that stands for none.
pub(crate) fn byte_of(character: char) -> Option<u8> {
    let code = u32::from(character);
    match u8::try_from(code) {
        Ok(byte) => is_itself(byte).then_some(byte),
        Err(_) => SHIFTED_BYTES.get((code - SHIFTED) as usize).copied(),
    }
}

/// The bytes a token of a vocabulary file stands for; the first character that stands for none is the error.
pub(crate) fn bytes_of(token: &str) -> Result<Vec<u8>, char> {
    token.chars().map(|character| byte_of(character).ok_or(character)).collect()
}

/// The character that stands for a byte.
#[cfg(test)]
pub(crate) fn character_of(byte: u8) -> char {
    if is_itself(byte) {
        return char::from(byte);
    }
    let index = SHIFTED_BYTES.iter().position(|shifted| *shifted == byte).unwrap();
    char::from_u32(SHIFTED + index as u32).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_have_the_characters_of_gpt2() {
        #[track_caller]
        fn check(bytes: &[u8], text: &str) {
            assert_eq!(bytes_of(text).as_deref(), Ok(bytes));
            assert_eq!(bytes.iter().map(|byte| character_of(*byte)).collect::<String>(), text);
        }
        check(b" the", "Ġthe");
        check(b"\n\r\t\0", "ĊčĉĀ");
        check("場".as_bytes(), "åł´");
        check(&[0x7f, 0xa0, 0xad, 0xff], "ġłŃÿ");
        check(b"", "");
    }

    #[test]
    fn every_byte_has_one_character() {
        for byte in 0..=u8::MAX {
            assert_eq!(byte_of(character_of(byte)), Some(byte));
        }
    }

    #[test]
    fn other_characters_stand_for_nothing() {
        assert_eq!(bytes_of("a b"), Err(' '));
        assert_eq!(bytes_of("\u{144}"), Err('\u{144}'));
        assert_eq!(bytes_of("\u{ad}"), Err('\u{ad}'));
        assert_eq!(bytes_of("😀"), Err('😀'));
    }
}
