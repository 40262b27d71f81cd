//! The GGML files of whisper.cpp, such as `ggml-base.en.bin` and `ggml-base-q5_1.bin`.
//!
//! ```text
//! u32 magic, 11 x i32 sizes, i32 mels, i32 bins, mels x bins x f32,
//! i32 count, count x { u32 bytes, token },
//! to the end: { i32 rank, i32 name bytes, i32 type, rank x i32 size, name, data }      sizes: the innermost first
//! ```
//!
//! Follows `whisper_model_load` in `src/whisper.cpp` of ggml-org/whisper.cpp at 233fe1fc9. The mel filters are passed
//! over: we make our own. Names are openai's. Special tokens are not stored; their number follows from the sizes.

use std::collections::BTreeMap;

use super::blocks::BlockType;
use super::companions::Spelled;
use super::error::{WeightsError, WeightsErrorKind, shown};
use super::reader::{ModelFile, Walk};
use super::stored::{Encoding, Stored};
use super::{Contents, Dimensions, Format};
use crate::vocabulary::Vocabulary;

/// Above every vocabulary; a count beyond is damage.
const MAX_TOKENS: u32 = 1_000_000;

/// The longest token of Whisper has 128 bytes.
const MAX_TOKEN_BYTES: u32 = 64 * 1024;

/// A large Whisper has 1,300 tensors.
const MAX_TENSORS: usize = 100_000;

const MAX_RANK: u32 = 4;

const MAX_NAME_BYTES: u32 = 1024;

/// Reads the directory of a GGML file, which holds all there is to know.
pub(super) fn open(file: ModelFile) -> Result<Contents, WeightsError> {
    let mut walk = Walk::over(file)?;
    walk.u32("the magic number")?;
    let dimensions = read_dimensions(&mut walk)?;
    dimensions.check(walk.path())?;
    pass_mel_filters(&mut walk)?;
    let vocabulary = read_vocabulary(&mut walk, dimensions.vocabulary_size)?;
    let mut tensors = BTreeMap::new();
    while walk.left_bytes() > 0 {
        if tensors.len() >= MAX_TENSORS {
            return Err(WeightsError::malformed(
                walk.path(),
                "tensors",
                format!("at most {MAX_TENSORS}"),
                "more",
            ));
        }
        let (name, stored) = read_tensor(&mut walk)?;
        tensors.insert(name, stored);
    }
    Ok(Contents {
        format: Format::Ggml,
        dimensions,
        vocabulary,
        alignment_heads: None,
        tensors,
        files: vec![walk.finish()],
    })
}

fn read_dimensions(walk: &mut Walk) -> Result<Dimensions, WeightsError> {
    let mut next = || walk.u32("the sizes of the network").map(|size| size as usize);
    let dimensions = Dimensions {
        vocabulary_size: next()?,
        audio_positions: next()?,
        audio_state: next()?,
        audio_heads: next()?,
        audio_layers: next()?,
        text_positions: next()?,
        text_state: next()?,
        text_heads: next()?,
        text_layers: next()?,
        mel_channels: next()?,
    };
    next()?; // The type most tensors have; each says its own.
    Ok(dimensions)
}

fn pass_mel_filters(walk: &mut Walk) -> Result<(), WeightsError> {
    let (mels, bins) = (walk.u32("the mel filters")?, walk.u32("the mel filters")?);
    let bytes = u64::from(mels) * u64::from(bins);
    walk.skip(bytes.saturating_mul(4), "the mel filters").map(|_| ())
}

fn read_vocabulary(walk: &mut Walk, rows: usize) -> Result<Vocabulary, WeightsError> {
    let count = walk.u32("the number of tokens")?;
    if count > MAX_TOKENS {
        return Err(WeightsError::malformed(
            walk.path(),
            "number of tokens",
            format!("at most {MAX_TOKENS}"),
            count,
        ));
    }
    let mut text_tokens = Vec::new();
    for index in 0..count {
        let reading = format_args!("token {index}");
        let bytes = walk.u32(reading)?;
        if bytes > MAX_TOKEN_BYTES {
            let expected = format!("at most {MAX_TOKEN_BYTES} bytes");
            return Err(WeightsError::malformed(walk.path(), reading, expected, bytes));
        }
        text_tokens.push(walk.bytes(u64::from(bytes), reading)?);
    }
    // English-only files converted before April 2023 keep this special token, and so do those made from the hub's.
    if let Some(end) = text_tokens.iter().position(|token| token == b"<|endoftext|>") {
        text_tokens.truncate(end);
    }
    Spelled { path: walk.path().to_owned(), text_tokens, special: BTreeMap::new() }.vocabulary(rows)
}

fn read_tensor(walk: &mut Walk) -> Result<(String, Stored), WeightsError> {
    let place = format!("tensor at byte {}", walk.position_bytes());
    let (rank, name_bytes, type_id) = (walk.u32(&place)?, walk.u32(&place)?, walk.u32(&place)?);
    if rank > MAX_RANK {
        return Err(WeightsError::malformed(walk.path(), place, format!("at most {MAX_RANK} sizes"), rank));
    }
    if name_bytes > MAX_NAME_BYTES {
        let expected = format!("a name of at most {MAX_NAME_BYTES} bytes");
        return Err(WeightsError::malformed(walk.path(), place, expected, name_bytes));
    }
    let mut shape = Vec::new();
    for _ in 0..rank {
        shape.insert(0, walk.u32(&place)? as usize);
    }
    let name = String::from_utf8(walk.bytes(u64::from(name_bytes), &place)?)
        .map_err(|_| WeightsError::malformed(walk.path(), &place, "a name in UTF-8", "other bytes"))?;
    // A bias of a convolution has sizes [n, 1] in these files.
    if name.ends_with(".bias") && shape.len() == 2 && shape[1] == 1 {
        shape.pop();
    }
    let encoding = encoding(walk, &name, type_id)?;
    let reading = format!("tensor `{}`", shown(&name));
    let Some(bytes) = encoding.bytes_for_shape(&shape) else {
        let found = super::error::shape_text(&shape);
        return Err(WeightsError::malformed(
            walk.path(),
            reading,
            "rows of whole blocks and a size that fits",
            found,
        ));
    };
    let position_bytes = walk.skip(bytes, reading)?;
    Ok((name, Stored { file: 0, position_bytes, shape, encoding }))
}

/// The types of `enum ggml_type` that whisper.cpp writes.
fn encoding(walk: &Walk, name: &str, type_id: u32) -> Result<Encoding, WeightsError> {
    Ok(match type_id {
        0 => Encoding::F32,
        1 => Encoding::F16,
        2 => Encoding::Blocks(BlockType::Q4_0),
        3 => Encoding::Blocks(BlockType::Q4_1),
        6 => Encoding::Blocks(BlockType::Q5_0),
        7 => Encoding::Blocks(BlockType::Q5_1),
        8 => Encoding::Blocks(BlockType::Q8_0),
        30 => Encoding::Bf16,
        other => {
            let kind = WeightsErrorKind::UnsupportedType {
                name: shown(name),
                expected: "f32, f16, bf16, q4_0, q4_1, q5_0, q5_1 or q8_0",
                found: type_name(other),
            };
            return Err(WeightsError::new(walk.path(), kind));
        }
    })
}

fn type_name(type_id: u32) -> String {
    match type_id {
        10..=14 => format!("q{}_K", type_id - 8),
        other => other.to_string(),
    }
}
