//! The block-wise quantised numbers of GGML: 32 values share a scale, and in the `_1` types a least value.
//!
//! Follows `dequantize_row_*` in `ggml-quants.c` and the structures in `ggml-common.h` of ggml-org/whisper.cpp at
//! 233fe1fc9. All numbers are little-endian; `d` (the scale) and `m` (the least value) are 16-bit floats.

use half::f16;

/// Values in one block, of every type.
pub(super) const BLOCK_VALUES: usize = 32;

/// How the 32 values of a block are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BlockType {
    /// `d`, 16 bytes of nibbles: `d * (q - 8)`.
    Q4_0,
    /// `d`, `m`, 16 bytes of nibbles: `d * q + m`.
    Q4_1,
    /// `d`, 32 fifth bits, 16 bytes of nibbles: `d * (q - 16)`.
    Q5_0,
    /// `d`, `m`, 32 fifth bits, 16 bytes of nibbles: `d * q + m`.
    Q5_1,
    /// `d`, 32 signed bytes: `d * q`.
    Q8_0,
}

impl BlockType {
    pub(super) fn block_bytes(self) -> usize {
        match self {
            BlockType::Q4_0 => 2 + 16,
            BlockType::Q4_1 => 2 + 2 + 16,
            BlockType::Q5_0 => 2 + 4 + 16,
            BlockType::Q5_1 => 2 + 2 + 4 + 16,
            BlockType::Q8_0 => 2 + 32,
        }
    }

    /// Appends the values of one block of [`BlockType::block_bytes`] bytes.
    pub(super) fn decode(self, block: &[u8], values: &mut Vec<f32>) {
        let scale = half_at(block, 0);
        match self {
            BlockType::Q4_0 => values.extend(nibbles(&block[2..]).map(|q| (f32::from(q) - 8.0) * scale)),
            BlockType::Q4_1 => {
                let least = half_at(block, 2);
                values.extend(nibbles(&block[4..]).map(|q| f32::from(q) * scale + least));
            }
            BlockType::Q5_0 => {
                let five_bits = with_fifth_bits(&block[2..6], nibbles(&block[6..]));
                values.extend(five_bits.map(|q| (f32::from(q) - 16.0) * scale));
            }
            BlockType::Q5_1 => {
                let least = half_at(block, 2);
                let five_bits = with_fifth_bits(&block[4..8], nibbles(&block[8..]));
                values.extend(five_bits.map(|q| f32::from(q) * scale + least));
            }
            BlockType::Q8_0 => values.extend(block[2..].iter().map(|q| f32::from(q.cast_signed()) * scale)),
        }
    }
}

fn half_at(block: &[u8], index: usize) -> f32 {
    f16::from_le_bytes([block[index], block[index + 1]]).to_f32()
}

/// The low halves of 16 bytes, then their high halves.
fn nibbles(bytes: &[u8]) -> impl Iterator<Item = u8> {
    bytes.iter().map(|byte| byte & 0x0f).chain(bytes.iter().map(|byte| byte >> 4))
}

/// Adds 16 to each value whose bit is set, the lowest bit of the first byte first.
fn with_fifth_bits(bits: &[u8], low: impl Iterator<Item = u8>) -> impl Iterator<Item = u8> {
    low.enumerate().map(|(index, q)| q | ((bits[index / 8] >> (index % 8)) & 1) << 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A block whose bytes after the head are `tail`, each part little-endian.
    fn block(head: &[f32], tail: impl IntoIterator<Item = u8>) -> Vec<u8> {
        let halves = head.iter().flat_map(|value| f16::from_f32(*value).to_le_bytes());
        halves.chain(tail).collect()
    }

    /// The nibbles 0..16 in the low halves, 15..=0 in the high ones.
    fn rising_and_falling() -> impl Iterator<Item = u8> {
        (0..16_u8).map(|index| index | (15 - index) << 4)
    }

    #[track_caller]
    fn check(kind: BlockType, block: &[u8], expected: &[f32; BLOCK_VALUES]) {
        assert_eq!(block.len(), kind.block_bytes());
        let mut values = Vec::new();
        kind.decode(block, &mut values);
        assert_eq!(values, expected);
    }

    #[test]
    fn four_bits() {
        #[rustfmt::skip]
        check(BlockType::Q4_0, &block(&[0.5], rising_and_falling()), &[
            -4.0, -3.5, -3.0, -2.5, -2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5,
            3.5, 3.0, 2.5, 2.0, 1.5, 1.0, 0.5, 0.0, -0.5, -1.0, -1.5, -2.0, -2.5, -3.0, -3.5, -4.0,
        ]);
        #[rustfmt::skip]
        check(BlockType::Q4_1, &block(&[2.0, -0.25], rising_and_falling()), &[
            -0.25, 1.75, 3.75, 5.75, 7.75, 9.75, 11.75, 13.75, 15.75, 17.75, 19.75, 21.75, 23.75, 25.75, 27.75, 29.75,
            29.75, 27.75, 25.75, 23.75, 21.75, 19.75, 17.75, 15.75, 13.75, 11.75, 9.75, 7.75, 5.75, 3.75, 1.75, -0.25,
        ]);
    }

    #[test]
    fn five_bits() {
        // Fifth bits of values 0, 9, 16 and 31.
        let bits = [0b0000_0001, 0b0000_0010, 0b0000_0001, 0b1000_0000];
        #[rustfmt::skip]
        check(BlockType::Q5_0, &block(&[1.0], bits.into_iter().chain(rising_and_falling())), &[
            0.0, -15.0, -14.0, -13.0, -12.0, -11.0, -10.0, -9.0, -8.0, 9.0, -6.0, -5.0, -4.0, -3.0, -2.0, -1.0,
            15.0, -2.0, -3.0, -4.0, -5.0, -6.0, -7.0, -8.0, -9.0, -10.0, -11.0, -12.0, -13.0, -14.0, -15.0, 0.0,
        ]);
        #[rustfmt::skip]
        check(BlockType::Q5_1, &block(&[-0.5, 4.0], bits.into_iter().chain(rising_and_falling())), &[
            -4.0, 3.5, 3.0, 2.5, 2.0, 1.5, 1.0, 0.5, 0.0, -8.5, -1.0, -1.5, -2.0, -2.5, -3.0, -3.5,
            -11.5, -3.0, -2.5, -2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, -4.0,
        ]);
    }

    #[test]
    fn eight_bits() {
        let mut expected = [0.0; BLOCK_VALUES];
        let mut quants = [0_u8; BLOCK_VALUES];
        quants[..4].copy_from_slice(&[0x7f, 0x80, 0xff, 0x01]);
        expected[..4].copy_from_slice(&[31.75, -32.0, -0.25, 0.25]);
        check(BlockType::Q8_0, &block(&[0.25], quants), &expected);
    }
}
