//! CTranslate2's `model.bin`, the form of faster-whisper.
//!
//! ```text
//! u32 version, name of the kind, u32 revision, u32 count,
//! count x { name, u8 rank, rank x u32 size, u8 type, u32 bytes, data },
//! u32 count, count x { alias, name }                      a name is u16 bytes, letters, a zero
//! ```
//!
//! Self-attention keeps query, key and value as one `linear_0`, cross-attention key and value as one `linear_1`.
//! Follows `python/ctranslate2/specs/model_spec.py` and `src/models/model.cc` of OpenNMT/CTranslate2 at 0d8bcd36.

use std::collections::{BTreeMap, HashMap};

use super::companions;
use super::error::{WeightsError, WeightsErrorKind, shown};
use super::reader::{ModelFile, Walk};
use super::stored::{Encoding, Stored, values_in};
use super::{Contents, Dimensions, Format, canonical};

/// The version of the form; it has not changed since Whisper was added in 2022.
const VERSION: u32 = 6;

/// The newest layout of Whisper's tensors.
const REVISION: u32 = 3;

/// A large Whisper has 1,000 tensors; an entry that says more is damaged.
const MAX_TENSORS: u32 = 100_000;

/// The sizes a tensor can have; convolutions have three.
const MAX_RANK: u8 = 8;

/// A tensor as the file has it.
struct Raw {
    position_bytes: u64,
    bytes: u64,
    shape: Vec<usize>,
    type_id: u8,
}

/// Everything the file names.
struct Directory {
    file: ModelFile,
    raw: HashMap<String, Raw>,
    aliases: HashMap<String, String>,
}

/// Reads the directory of a `model.bin`, and the vocabulary and configuration beside it.
pub(super) fn open(file: ModelFile) -> Result<Contents, WeightsError> {
    let mut directory = read_directory(Walk::over(file)?)?;
    let dimensions = directory.dimensions()?;
    dimensions.check(&directory.file.path)?;
    let mut tensors = BTreeMap::new();
    for expected in canonical::tensors(&dimensions) {
        if let Some(stored) = directory.locate(&expected.name)?
            && !(expected.optional && directory.is_zero(&stored)?)
        {
            tensors.insert(expected.name, stored);
        }
    }
    let path = &directory.file.path;
    Ok(Contents {
        format: Format::CTranslate2,
        vocabulary: companions::beside_ctranslate2(path, dimensions.vocabulary_size)?,
        alignment_heads: companions::alignment_heads(companions::folder_of(path), "config.json")?,
        dimensions,
        tensors,
        files: vec![directory.file],
    })
}

fn read_directory(mut walk: Walk) -> Result<Directory, WeightsError> {
    check_version(&mut walk)?;
    let count = walk.u32("the number of tensors")?;
    if count > MAX_TENSORS {
        return Err(WeightsError::malformed(
            walk.path(),
            "number of tensors",
            format!("at most {MAX_TENSORS}"),
            count,
        ));
    }
    let mut raw = HashMap::new();
    for index in 0..count {
        let (name, tensor) = read_tensor(&mut walk, index)?;
        raw.insert(name, tensor);
    }
    let aliases = read_aliases(&mut walk)?;
    Ok(Directory { file: walk.finish(), raw, aliases })
}

fn check_version(walk: &mut Walk) -> Result<(), WeightsError> {
    let version = walk.u32("the version")?;
    if version != VERSION {
        return Err(WeightsError::malformed(walk.path(), "version of the form", VERSION, version));
    }
    read_name(walk, "the kind of network")?; // `detect` has seen that it is Whisper's
    let revision = walk.u32("the revision")?;
    if revision > REVISION {
        return Err(WeightsError::malformed(
            walk.path(),
            "revision of the layout",
            format!("at most {REVISION}"),
            revision,
        ));
    }
    Ok(())
}

fn read_name(walk: &mut Walk, reading: &str) -> Result<String, WeightsError> {
    let start_bytes = walk.position_bytes();
    let count = walk.u16(reading)?;
    let bytes = walk.bytes(u64::from(count), reading)?;
    let name = bytes.strip_suffix(&[0]).and_then(|name| std::str::from_utf8(name).ok());
    name.map(str::to_owned).ok_or_else(|| {
        let place = format!("{reading} at byte {start_bytes}");
        WeightsError::malformed(walk.path(), place, "UTF-8 that ends with a zero byte", "other bytes")
    })
}

fn read_tensor(walk: &mut Walk, index: u32) -> Result<(String, Raw), WeightsError> {
    let name = read_name(walk, &format!("the name of tensor {index}"))?;
    let reading = format!("tensor `{}`", shown(&name));
    let rank = walk.u8(&reading)?;
    if rank > MAX_RANK {
        return Err(WeightsError::malformed(walk.path(), reading, format!("at most {MAX_RANK} sizes"), rank));
    }
    let mut shape = Vec::new();
    for _ in 0..rank {
        shape.push(walk.u32(&reading)? as usize);
    }
    let type_id = walk.u8(&reading)?;
    let bytes = u64::from(walk.u32(&reading)?);
    let position_bytes = walk.skip(bytes, &reading)?;
    Ok((name, Raw { position_bytes, bytes, shape, type_id }))
}

fn read_aliases(walk: &mut Walk) -> Result<HashMap<String, String>, WeightsError> {
    let count = walk.u32("the number of aliases")?;
    if count > MAX_TENSORS {
        return Err(WeightsError::malformed(
            walk.path(),
            "number of aliases",
            format!("at most {MAX_TENSORS}"),
            count,
        ));
    }
    (0..count)
        .map(|index| {
            let reading = format!("alias {index}");
            Ok((read_name(walk, &reading)?, read_name(walk, &reading)?))
        })
        .collect()
}

impl Directory {
    /// The sizes of the network: shapes tell them all but the numbers of heads.
    fn dimensions(&mut self) -> Result<Dimensions, WeightsError> {
        let [audio_state, mel_channels, _] = self.shape("encoder/conv1/weight")?;
        let [audio_positions, _] = self.shape("encoder/position_encodings/encodings")?;
        let [vocabulary_size, text_state] = self.shape("decoder/embeddings/weight")?;
        let [text_positions, _] = self.shape("decoder/position_encodings/encodings")?;
        Ok(Dimensions {
            mel_channels,
            audio_positions,
            audio_state,
            audio_heads: self.count("encoder/num_heads")?,
            audio_layers: self.layers("encoder"),
            text_positions,
            text_state,
            text_heads: self.count("decoder/num_heads")?,
            text_layers: self.layers("decoder"),
            vocabulary_size,
        })
    }

    /// Layers that follow each other from 0.
    fn layers(&self, side: &str) -> usize {
        let has_layer =
            |layer: &usize| self.find(&format!("{side}/layer_{layer}/ffn/linear_0/weight")).is_some();
        (0..self.raw.len()).take_while(has_layer).count()
    }

    /// The tensor of this name or that it is an alias of, with its own name.
    fn find(&self, name: &str) -> Option<(&str, &Raw)> {
        let own = self.raw.get_key_value(name);
        let found = own.or_else(|| self.raw.get_key_value(self.aliases.get(name)?));
        found.map(|(name, raw)| (name.as_str(), raw))
    }

    fn require(&self, name: &str) -> Result<&Raw, WeightsError> {
        self.find(name).map(|(_, raw)| raw).ok_or_else(|| {
            WeightsError::new(&self.file.path, WeightsErrorKind::MissingTensor { name: name.to_owned() })
        })
    }

    fn shape<const N: usize>(&self, name: &str) -> Result<[usize; N], WeightsError> {
        let raw = self.require(name)?;
        <[usize; N]>::try_from(raw.shape.as_slice()).map_err(|_| {
            WeightsError::malformed(
                &self.file.path,
                format!("tensor `{name}`"),
                format!("{N} sizes"),
                raw.shape.len(),
            )
        })
    }

    /// A whole number, kept as a tensor without sizes.
    fn count(&mut self, name: &str) -> Result<usize, WeightsError> {
        let raw = self.require(name)?;
        let (position_bytes, width_bytes) = (raw.position_bytes, raw.bytes.min(8));
        let is_whole = matches!((raw.type_id, raw.bytes), (1, 1) | (2, 2) | (3, 4));
        let mut value = [0_u8; 4];
        if is_whole {
            self.file.for_each_run(position_bytes, width_bytes, 1, |run| {
                value[..run.len()].copy_from_slice(run)
            })?;
        }
        match u32::from_le_bytes(value) {
            0 => Err(WeightsError::malformed(
                &self.file.path,
                format!("tensor `{name}`"),
                "a whole number above 0",
                "another value",
            )),
            count => Ok(count as usize),
        }
    }

    /// Where a tensor of openai's name lies; `None` if the file has none.
    fn locate(&mut self, canonical_name: &str) -> Result<Option<Stored>, WeightsError> {
        let Some((name, index, of)) = own_name(canonical_name) else { return Ok(None) };
        let Some(whole) = self.stored(&name)? else { return Ok(None) };
        let part = whole.part(index, of);
        part.map(Some).ok_or_else(|| {
            let expected = format!("rows that {of} projections can share");
            WeightsError::malformed(
                &self.file.path,
                format!("tensor `{name}`"),
                expected,
                super::error::shape_text(&whole.shape),
            )
        })
    }

    /// A tensor by the file's own name, checked: its bytes are what its shape and type ask for.
    fn stored(&mut self, name: &str) -> Result<Option<Stored>, WeightsError> {
        let Some((own, raw)) = self.find(name) else { return Ok(None) };
        let (own, position_bytes, bytes) = (own.to_owned(), raw.position_bytes, raw.bytes);
        let (shape, type_id) = (raw.shape.clone(), raw.type_id);
        let encoding = match type_id {
            0 => Encoding::F32,
            1 => Encoding::Int8 { scales: self.scales(&own, shape.first().copied().unwrap_or(1))? },
            2 => Encoding::Int16 { scale: self.scales(&own, 1)?[0] },
            4 => Encoding::F16,
            5 => Encoding::Bf16,
            other => return Err(self.unsupported(name, other)),
        };
        let needed = encoding.bytes_for_shape(&shape);
        if needed != Some(bytes) {
            let expected =
                needed.map_or_else(|| "a size that fits".to_owned(), |needed| format!("{needed} bytes"));
            let place = format!("tensor `{name}`");
            return Err(WeightsError::malformed(&self.file.path, place, expected, format!("{bytes} bytes")));
        }
        Ok(Some(Stored { file: 0, position_bytes, shape, encoding }))
    }

    /// What integers were multiplied by: `count` numbers in the tensor whose name has `_scale` added.
    fn scales(&mut self, name: &str, count: usize) -> Result<Vec<f32>, WeightsError> {
        let scale_name = format!("{name}_scale");
        let raw = self.require(&scale_name)?;
        let encoding = match raw.type_id {
            0 => Encoding::F32,
            4 => Encoding::F16,
            5 => Encoding::Bf16,
            other => return Err(self.unsupported(&scale_name, other)),
        };
        let found = values_in(&raw.shape);
        if found != Some(count as u64) || encoding.bytes_for_shape(&[count]) != Some(raw.bytes) {
            let found = super::error::shape_text(&raw.shape);
            let place = format!("tensor `{scale_name}`");
            return Err(WeightsError::malformed(&self.file.path, place, format!("{count} numbers"), found));
        }
        let stored = Stored { file: 0, position_bytes: raw.position_bytes, shape: vec![count], encoding };
        let scales = stored.read(&scale_name, &mut self.file)?.into_f32();
        match scales.iter().find(|scale| !(1.0 / **scale).is_finite()) {
            Some(scale) => {
                let place = format!("tensor `{scale_name}`");
                Err(WeightsError::malformed(&self.file.path, place, "scales to divide by", scale))
            }
            None => Ok(scales),
        }
    }

    /// Whether all values are zero, as the bias of a key projection is: the fused form has room for one.
    fn is_zero(&mut self, stored: &Stored) -> Result<bool, WeightsError> {
        let values = stored.read("bias", &mut self.file)?.into_f32();
        Ok(values.iter().all(|value| *value == 0.0))
    }

    fn unsupported(&self, name: &str, type_id: u8) -> WeightsError {
        let kind = WeightsErrorKind::UnsupportedType {
            name: name.to_owned(),
            expected: "f32, f16, bf16, int8 or int16",
            found: if type_id == 3 { "int32".to_owned() } else { format!("{type_id}") },
        };
        WeightsError::new(&self.file.path, kind)
    }
}

/// CTranslate2's name for a tensor of openai's, and which of how many stacked parts of it that is.
fn own_name(canonical: &str) -> Option<(String, usize, usize)> {
    let (side, rest) = canonical.split_once('.')?;
    let (path, leaf) = rest.rsplit_once('.').unwrap_or(("", rest));
    let norm_leaf = if leaf == "weight" { "gamma" } else { "beta" };
    let whole = |name: String| Some((name, 0, 1));
    match path {
        "conv1" | "conv2" => return whole(format!("{side}/{path}/{leaf}")),
        "" => return whole(format!("{side}/position_encodings/encodings")),
        "token_embedding" => return whole(format!("{side}/embeddings/weight")),
        "ln_post" | "ln" => return whole(format!("{side}/layer_norm/{norm_leaf}")),
        _ => {}
    }
    let (layer, part) = path.strip_prefix("blocks.")?.split_once('.')?;
    let layer = format!("{side}/layer_{layer}");
    match part {
        "attn_ln" => whole(format!("{layer}/self_attention/layer_norm/{norm_leaf}")),
        "cross_attn_ln" => whole(format!("{layer}/attention/layer_norm/{norm_leaf}")),
        "mlp_ln" => whole(format!("{layer}/ffn/layer_norm/{norm_leaf}")),
        "mlp.0" => whole(format!("{layer}/ffn/linear_0/{leaf}")),
        "mlp.2" => whole(format!("{layer}/ffn/linear_1/{leaf}")),
        _ => {
            let (attention, projection) = part.split_once('.')?;
            let (attention, linear, index, of) = projection_place(attention, projection)?;
            Some((format!("{layer}/{attention}/linear_{linear}/{leaf}"), index, of))
        }
    }
}

/// Where a projection lies: the attention's name, its linear layer, and the part of it.
fn projection_place(attention: &str, projection: &str) -> Option<(&'static str, usize, usize, usize)> {
    Some(match (attention, projection) {
        ("attn", "query") => ("self_attention", 0, 0, 3),
        ("attn", "key") => ("self_attention", 0, 1, 3),
        ("attn", "value") => ("self_attention", 0, 2, 3),
        ("attn", "out") => ("self_attention", 1, 0, 1),
        ("cross_attn", "query") => ("attention", 0, 0, 1),
        ("cross_attn", "key") => ("attention", 1, 0, 2),
        ("cross_attn", "value") => ("attention", 1, 1, 2),
        ("cross_attn", "out") => ("attention", 2, 0, 1),
        _ => return None,
    })
}
