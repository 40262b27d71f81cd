//! A look over an ONNX file before the runtime reads it: every field lies within its message.
//!
//! The runtime's reader believes lengths: one beyond the end makes it go back, for ever, or reserve what no memory
//! holds. Here they are compared with what is there; what they mean is left to the runtime.
//!
//! ```text
//! message = { key, value }    key: number of the field << 3 | kind of value
//! value   = varint | 8 bytes | length, so many bytes | 4 bytes
//! ```

/// Messages within messages; attributes of loops hold graphs again.
const DEEPEST: usize = 32;

/// The messages of `onnx.proto` whose fields are messages again.
#[derive(Clone, Copy)]
enum Message {
    Model,
    Graph,
    Node,
    Attribute,
    Tensor,
    ValueInfo,
    Type,
    TensorType,
    Shape,
    /// One whose fields are numbers and strings.
    Flat,
}

impl Message {
    /// What the field with this number holds, if that is a message.
    fn within(self, field: u64) -> Option<Self> {
        Some(match (self, field) {
            (Self::Model, 7) => Self::Graph,
            (Self::Model, 8 | 14) => Self::Flat,
            (Self::Graph, 1) => Self::Node,
            (Self::Graph, 5) => Self::Tensor,
            (Self::Graph, 11..=13) => Self::ValueInfo,
            (Self::Node, 5) => Self::Attribute,
            (Self::Attribute, 5 | 10) => Self::Tensor,
            (Self::Attribute, 6 | 11) => Self::Graph,
            (Self::Tensor, 13) => Self::Flat,
            (Self::ValueInfo, 2) => Self::Type,
            (Self::Type, 1) => Self::TensorType,
            (Self::TensorType, 2) => Self::Shape,
            (Self::Shape, 1) => Self::Flat,
            _ => return None,
        })
    }
}

/// Whether the fields of a model, and of the messages in it, lie within it.
pub(super) fn is_whole(bytes: &[u8]) -> bool {
    !bytes.is_empty() && fields_fit(bytes, Message::Model, DEEPEST).is_some()
}

fn fields_fit(mut rest: &[u8], message: Message, deeper: usize) -> Option<()> {
    while !rest.is_empty() {
        let key = varint(&mut rest)?;
        match key & 7 {
            0 => {
                varint(&mut rest)?;
            }
            1 => rest = rest.get(8..)?,
            2 => {
                let length_bytes = usize::try_from(varint(&mut rest)?).ok()?;
                let (value, after) = rest.split_at_checked(length_bytes)?;
                if let Some(inner) = message.within(key >> 3) {
                    fields_fit(value, inner, deeper.checked_sub(1)?)?;
                }
                rest = after;
            }
            5 => rest = rest.get(4..)?,
            _ => return None,
        }
    }
    Some(())
}

/// Seven bits a byte, the lowest first; all but the last have the eighth bit set.
fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn fields_end_where_their_message_does() {
        #[track_caller]
        fn check(bytes: &[u8], expected: bool) {
            assert_eq!(is_whole(bytes), expected, "for {bytes:?}");
        }
        check(b"", false);
        check(b"\x08\x08", true);
        check(b"\x08", false);
        check(b"\x3a\x02\x12\x00", true); // an empty name in a graph
        check(b"\x3a\x02\x12\x01", false);
        check(b"\x3a\x03\x12\x00", false);
        check(b"\x12\x01\x12", true); // a producer's name, no message
        check(b"\x0b", false); // groups are of another time
        check(b"\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", false); // once round the world
    }

    #[test]
    fn graphs_in_graphs_have_an_end() {
        let mut bytes = Vec::new();
        for _ in 0..40 {
            for key in [0x32, 0x2a, 0x0a] {
                let length = bytes.len();
                let mut outer = vec![key, length as u8 | 0x80, (length >> 7) as u8];
                outer.append(&mut bytes);
                bytes = outer;
            }
        }
        assert!(fields_fit(&bytes, Message::Graph, DEEPEST).is_none());
        assert!(fields_fit(&bytes, Message::Graph, 1000).is_some());
    }

    proptest! {
        #[test]
        fn any_bytes_are_looked_over(bytes: Vec<u8>) {
            let _ = is_whole(&bytes);
        }
    }
}
