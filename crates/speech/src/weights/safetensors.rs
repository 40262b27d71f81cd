//! Safetensors in the naming of the public model hub, in one file or several.
//!
//! ```text
//! u64 bytes, JSON { name: { dtype, shape, data_offsets: [from, to] } }, data             offsets: from the data's start
//! ```
//!
//! Sizes come from `config.json`, the vocabulary from `tokenizer.json` or `vocab.json`, the heads for word times from
//! `generation_config.json`. The form is described at <https://github.com/huggingface/safetensors>; it is small enough
//! to be read here without holding the file in memory.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::Path;

use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::companions;
use super::error::{WeightsError, WeightsErrorKind, shown};
use super::reader::{ModelFile, Walk};
use super::stored::{Encoding, Stored};
use super::{Contents, Dimensions, Format};

/// A large Whisper's header has 200 kB.
const MAX_HEADER_BYTES: u64 = 16 * 1024 * 1024;

/// The list of a model's files that ends so names the file of each tensor.
pub(super) const SHARD_INDEX: &str = ".safetensors.index.json";

/// Reads the directory of one file, and what stands beside it.
pub(super) fn open(file: ModelFile) -> Result<Contents, WeightsError> {
    let path = file.path.clone();
    assemble(&path, vec![file])
}

/// Reads the directories of all files that a list names, and what stands beside them.
pub(super) fn open_shards(index: &Path) -> Result<Contents, WeightsError> {
    #[derive(Deserialize)]
    struct Index {
        weight_map: HashMap<String, String>,
    }
    let folder = companions::folder_of(index);
    let name = index.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let Some((path, list)) = companions::read_json::<Index>(folder, name)? else {
        return Err(WeightsError::unreadable(index, &std::io::ErrorKind::NotFound.into()));
    };
    let mut names: Vec<String> = list.weight_map.into_values().collect();
    names.sort();
    names.dedup();
    let mut files = Vec::new();
    for name in names {
        // A name that leads elsewhere must not: the list comes from strangers.
        if Path::new(&name).file_name() != Some(name.as_ref()) {
            return Err(WeightsError::malformed(
                &path,
                "`weight_map`",
                "names of files in the same folder",
                format!("`{}`", shown(&name)),
            ));
        }
        files.push(ModelFile::open(&folder.join(name))?);
    }
    assemble(&path, files)
}

fn assemble(path: &Path, files: Vec<ModelFile>) -> Result<Contents, WeightsError> {
    let mut tensors = BTreeMap::new();
    let mut read = Vec::new();
    for (index, file) in files.into_iter().enumerate() {
        read.push(read_directory(file, index, &mut tensors)?);
    }
    let folder = companions::folder_of(path);
    let dimensions = dimensions(path, folder)?;
    dimensions.check(&folder.join("config.json"))?;
    Ok(Contents {
        format: Format::Safetensors,
        vocabulary: companions::beside_safetensors(path, dimensions.vocabulary_size)?,
        alignment_heads: companions::alignment_heads(folder, "generation_config.json")?,
        dimensions,
        tensors,
        files: read,
    })
}

fn dimensions(weights: &Path, folder: &Path) -> Result<Dimensions, WeightsError> {
    #[derive(Deserialize)]
    struct Configuration {
        num_mel_bins: usize,
        max_source_positions: usize,
        d_model: usize,
        encoder_attention_heads: usize,
        encoder_layers: usize,
        max_target_positions: usize,
        decoder_attention_heads: usize,
        decoder_layers: usize,
        vocab_size: usize,
    }
    let Some((_, found)) = companions::read_json::<Configuration>(folder, "config.json")? else {
        return Err(WeightsError::new(
            weights,
            WeightsErrorKind::MissingCompanion { expected: "`config.json`" },
        ));
    };
    Ok(Dimensions {
        mel_channels: found.num_mel_bins,
        audio_positions: found.max_source_positions,
        audio_state: found.d_model,
        audio_heads: found.encoder_attention_heads,
        audio_layers: found.encoder_layers,
        text_positions: found.max_target_positions,
        text_state: found.d_model,
        text_heads: found.decoder_attention_heads,
        text_layers: found.decoder_layers,
        vocabulary_size: found.vocab_size,
    })
}

/// One line of the header.
#[derive(Deserialize)]
struct Line {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: (u64, u64),
}

/// The lines of a header that name a tensor of Whisper's, by the hub's name; all others are passed over unread.
struct Lines(BTreeMap<String, Line>);

impl<'de> Deserialize<'de> for Lines {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Lines, D::Error> {
        deserializer.deserialize_map(LinesVisitor)
    }
}

struct LinesVisitor;

impl<'de> Visitor<'de> for LinesVisitor {
    type Value = Lines;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of tensors")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Lines, M::Error> {
        let mut lines = BTreeMap::new();
        while let Some(name) = map.next_key::<String>()? {
            if canonical_name(&name).is_some() {
                lines.insert(name, map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Lines(lines))
    }
}

/// Adds the tensors of one file that Whisper has, under openai's names.
fn read_directory(
    file: ModelFile,
    index: usize,
    tensors: &mut BTreeMap<String, Stored>,
) -> Result<ModelFile, WeightsError> {
    let mut walk = Walk::over(file)?;
    let header_bytes = walk.u64("the length of the header")?;
    if header_bytes > MAX_HEADER_BYTES {
        let expected = format!("at most {MAX_HEADER_BYTES} bytes");
        return Err(WeightsError::malformed(walk.path(), "length of the header", expected, header_bytes));
    }
    let json = walk.bytes(header_bytes, "the header")?;
    let Lines(lines) = serde_json::from_slice(&json).map_err(|error| {
        let found = shown(&error.to_string());
        WeightsError::malformed(walk.path(), "header", "JSON of types, shapes and offsets", found)
    })?;
    for (name, line) in lines {
        if let Some(canonical) = canonical_name(&name) {
            tensors.insert(canonical, locate(&walk, index, &name, line)?);
        }
    }
    Ok(walk.finish())
}

/// Where a tensor lies, from its line of the header; the walk stands at the start of the data.
fn locate(walk: &Walk, file: usize, name: &str, line: Line) -> Result<Stored, WeightsError> {
    let place = format!("tensor `{}`", shown(name));
    let Line { dtype, shape, data_offsets: (from, to) } = line;
    let encoding = encoding(walk, name, &dtype)?;
    let needed = encoding.bytes_for_shape(&shape);
    if needed.is_none() || needed != to.checked_sub(from) {
        let expected =
            needed.map_or_else(|| "a size that fits".to_owned(), |needed| format!("{needed} bytes"));
        return Err(WeightsError::malformed(walk.path(), place, expected, format!("offsets {from} to {to}")));
    }
    if to > walk.left_bytes() {
        let kind = WeightsErrorKind::Truncated {
            reading: place,
            needed_bytes: to - from,
            position_bytes: walk.position_bytes().saturating_add(from),
            total_bytes: walk.position_bytes() + walk.left_bytes(),
        };
        return Err(WeightsError::new(walk.path(), kind));
    }
    Ok(Stored { file, position_bytes: walk.position_bytes() + from, shape, encoding })
}

fn encoding(walk: &Walk, name: &str, dtype: &str) -> Result<Encoding, WeightsError> {
    Ok(match dtype {
        "F32" => Encoding::F32,
        "F16" => Encoding::F16,
        "BF16" => Encoding::Bf16,
        other => {
            let (name, found) = (shown(name), format!("`{}`", shown(other)));
            let kind = WeightsErrorKind::UnsupportedType { name, expected: "F32, F16 or BF16", found };
            return Err(WeightsError::new(walk.path(), kind));
        }
    })
}

/// openai's name for a tensor of the hub's, with or without `model.` before it; `None` for one that is not Whisper's.
fn canonical_name(hub: &str) -> Option<String> {
    let (side, rest) = hub.strip_prefix("model.").unwrap_or(hub).split_once('.')?;
    if side != "encoder" && side != "decoder" {
        return None; // `proj_out.weight` is the embedding once more.
    }
    let (path, leaf) = rest.rsplit_once('.')?;
    let name = match (side, path) {
        (_, "conv1" | "conv2") => format!("{path}.{leaf}"),
        (_, "embed_positions") => "positional_embedding".to_owned(),
        (_, "embed_tokens") => format!("token_embedding.{leaf}"),
        ("encoder", "layer_norm") => format!("ln_post.{leaf}"),
        ("decoder", "layer_norm") => format!("ln.{leaf}"),
        _ => {
            let (layer, part) = path.strip_prefix("layers.")?.split_once('.')?;
            format!("blocks.{layer}.{}.{leaf}", block_part(part)?)
        }
    };
    Some(format!("{side}.{name}"))
}

fn block_part(hub: &str) -> Option<&'static str> {
    Some(match hub {
        "self_attn_layer_norm" => "attn_ln",
        "self_attn.q_proj" => "attn.query",
        "self_attn.k_proj" => "attn.key",
        "self_attn.v_proj" => "attn.value",
        "self_attn.out_proj" => "attn.out",
        "encoder_attn_layer_norm" => "cross_attn_ln",
        "encoder_attn.q_proj" => "cross_attn.query",
        "encoder_attn.k_proj" => "cross_attn.key",
        "encoder_attn.v_proj" => "cross_attn.value",
        "encoder_attn.out_proj" => "cross_attn.out",
        "final_layer_norm" => "mlp_ln",
        "fc1" => "mlp.0",
        "fc2" => "mlp.2",
        _ => return None,
    })
}
