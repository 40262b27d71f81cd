//! The title of a Matroska file, which the demuxer leaves aside.
//!
//! It stands in the element `Info` of the `Segment`, before the first `Cluster` of sound (RFC 9559, section 5.1).

/// How much of a file is searched for the title, in bytes.
pub(crate) const SEARCHED_BYTES: usize = 256 * 1024;

const EBML: u32 = 0x1A45_DFA3;
const SEGMENT: u32 = 0x1853_8067;
const INFO: u32 = 0x1549_A966;
const TITLE: u32 = 0x7BA9;
const CLUSTER: u32 = 0x1F43_B675;

/// The title in the first bytes of a file.
pub(crate) fn title(head: &[u8]) -> Option<String> {
    let segment = children(head).skip_while(|(id, _)| *id == EBML).find(|(id, _)| *id == SEGMENT)?.1;
    let information = children(segment).take_while(|(id, _)| *id != CLUSTER).find(|(id, _)| *id == INFO)?.1;
    let text = children(information).find(|(id, _)| *id == TITLE)?.1;
    Some(String::from_utf8_lossy(text).into_owned())
}

/// The elements in a row, each with its number and its body, which is cut at the end of what is there.
fn children(mut bytes: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    std::iter::from_fn(move || {
        let (id, behind) = number(bytes, false)?;
        let (length, body) = number(behind, true)?;
        let length = usize::try_from(length).unwrap_or(usize::MAX).min(body.len());
        let (body, rest) = body.split_at(length);
        bytes = rest;
        Some((u32::try_from(id).ok()?, body))
    })
}

/// A number whose leading zeros tell its length; of a length, the marking bit is taken off.
fn number(bytes: &[u8], is_length: bool) -> Option<(u64, &[u8])> {
    let first = *bytes.first()?;
    // No number is longer than eight bytes.
    let count = Some(first.leading_zeros() as usize + 1).filter(|&count| count <= 8)?;
    let (number, rest) = bytes.split_at_checked(count)?;
    let value = number.iter().fold(0, |value, &byte| value << 8 | u64::from(byte));
    let marker = 1_u64 << (7 * count);
    // All bits set: of unknown length, to the end.
    let value = if !is_length {
        value
    } else if value == 2 * marker - 1 {
        u64::MAX
    } else {
        value & !marker
    };
    Some((value, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn title_is_found_in_a_segment_of_any_length() {
        let mut file = b"\x1A\x45\xDF\xA3\x82ab".to_vec();
        file.extend(b"\x18\x53\x80\x67\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF");
        file.extend(b"\xEC\x81x\x15\x49\xA9\x66\x88\x7B\xA9\x85Tides");
        assert_eq!(title(&file).as_deref(), Some("Tides"));
        assert_eq!(title(&file[..file.len() - 1]).as_deref(), Some("Tide"));
        assert_eq!(title(&file[..20]), None);
        assert_eq!(title(&[]), None);
        // A number of nine bytes.
        assert_eq!(title(&[0; 40]), None);
        assert_eq!(title(b"\x1A\x45\xDF\xA3\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), None);
    }
}
