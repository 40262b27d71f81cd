//! A tiny random network, and writers of it in every form, for tests.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use half::{bf16, f16};
use serde_json::json;

use super::error::shape_text;
use super::{Dimensions, Head, Weights, canonical};
use crate::languages::LANGUAGES;
use crate::vocabulary::byte_characters::character_of;
use crate::vocabulary::{SPECIAL_TOKENS, testing::mini_tokens};

const NUMBER_OF_LANGUAGES: usize = 99;

/// A network, all of whose values are exact in f16 and bf16.
pub(crate) struct TinyNetwork {
    pub(crate) dimensions: Dimensions,
    pub(crate) alignment_heads: Vec<Head>,
    /// By openai's names.
    pub(crate) tensors: BTreeMap<String, Plain>,
}

/// A tensor's shape and values.
pub(crate) type Plain = (Vec<usize>, Vec<f32>);

/// How a writer writes the large tensors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Numbers {
    F32,
    F16,
    Bf16,
    /// 8-bit integers: a scale a row in CTranslate2, a scale 32 values in GGML. Values change by up to a 250th.
    Int8,
}

/// Two blocks a side with two heads, all else in size as it is released.
pub(crate) fn tiny(seed: u64) -> TinyNetwork {
    sized(seed, 1500, 448, 2)
}

/// A network whose file is small enough to be damaged in every place.
pub(crate) fn least(seed: u64) -> TinyNetwork {
    sized(seed, 4, 4, 1)
}

fn sized(seed: u64, audio_positions: usize, text_positions: usize, layers: usize) -> TinyNetwork {
    let dimensions = Dimensions {
        mel_channels: 80,
        audio_positions,
        audio_state: 32,
        audio_heads: 2,
        audio_layers: layers,
        text_positions,
        text_state: 32,
        text_heads: 2,
        text_layers: layers,
        vocabulary_size: mini_tokens().len() + NUMBER_OF_LANGUAGES + SPECIAL_TOKENS,
    };
    let mut state = seed;
    let mut tensors = BTreeMap::new();
    for expected in canonical::tensors(&dimensions).into_iter().filter(|expected| !expected.optional) {
        // The scale of a norm is near one.
        let middle =
            if expected.name.contains("ln") && expected.name.ends_with("weight") { 1.0 } else { 0.0 };
        let count = expected.shape.iter().product();
        let values =
            (0..count).map(|_| middle + (next_random(&mut state) % 33) as f32 / 128.0 - 0.125).collect();
        tensors.insert(expected.name, (expected.shape, values));
    }
    TinyNetwork { dimensions, alignment_heads: vec![(layers - 1, 1)], tensors }
}

/// SplitMix64, the generator of Steele, Lea and Flood (2014).
fn next_random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// All tokens as vocabulary files spell them, special ones included.
fn spelled_tokens() -> Vec<String> {
    let text = mini_tokens().into_iter().map(|token| token.into_iter().map(character_of).collect());
    let tasks_before = ["<|endoftext|>", "<|startoftranscript|>"].map(str::to_owned);
    let languages = LANGUAGES[..NUMBER_OF_LANGUAGES].iter().map(|language| format!("<|{}|>", language.code));
    let tasks_after = ["translate", "transcribe", "startoflm", "startofprev", "nospeech", "notimestamps"];
    let times = (0..1501).map(|step| format!("<|{:.2}|>", f64::from(step) * 0.02));
    let after = tasks_after.map(|task| format!("<|{task}|>"));
    text.chain(tasks_before).chain(languages).chain(after).chain(times).collect()
}

fn write_json(folder: &Path, name: &str, value: &serde_json::Value) {
    std::fs::write(folder.join(name), serde_json::to_vec(value).unwrap()).unwrap();
}

fn floats(values: &[f32], numbers: Numbers) -> Vec<u8> {
    match numbers {
        Numbers::F32 | Numbers::Int8 => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
        Numbers::F16 => values.iter().flat_map(|value| f16::from_f32(*value).to_le_bytes()).collect(),
        Numbers::Bf16 => values.iter().flat_map(|value| bf16::from_f32(*value).to_le_bytes()).collect(),
    }
}

impl TinyNetwork {
    /// Opens the network as any reader would, by way of a GGML file in a temporary folder.
    pub(crate) fn open(&self) -> Weights {
        let folder = tempfile::tempdir().unwrap();
        Weights::open(&self.write_ggml(folder.path(), Numbers::F32)).unwrap()
    }

    /// Writes a GGML file and gives its path.
    pub(crate) fn write_ggml(&self, folder: &Path, numbers: Numbers) -> PathBuf {
        let sizes = &self.dimensions;
        let mut file = super::detect::GGML_MAGIC.to_vec();
        let mut put = |numbers: &[usize]| numbers.iter().for_each(|n| file.extend((*n as u32).to_le_bytes()));
        put(&[
            sizes.vocabulary_size,
            sizes.audio_positions,
            sizes.audio_state,
            sizes.audio_heads,
            sizes.audio_layers,
        ]);
        put(&[
            sizes.text_positions,
            sizes.text_state,
            sizes.text_heads,
            sizes.text_layers,
            sizes.mel_channels,
            1,
        ]);
        put(&[2, 3, 0, 0, 0, 0, 0, 0]); // mel filters, of another size than is usual
        put(&[mini_tokens().len()]);
        for token in mini_tokens() {
            file.extend((token.len() as u32).to_le_bytes());
            file.extend(token);
        }
        for (name, (shape, values)) in &self.tensors {
            put_ggml_tensor(&mut file, name, shape, values, numbers);
        }
        let path = folder.join("ggml-tiny.bin");
        std::fs::write(&path, file).unwrap();
        path
    }

    /// Writes `model.bin`, `config.json` and `vocabulary.json`, and gives the path of the first.
    pub(crate) fn write_ctranslate2(&self, folder: &Path, numbers: Numbers) -> PathBuf {
        let mut own = self.fused();
        let aliases = take_aliases(&mut own);
        let count: usize = own.keys().map(|name| if is_quantised(name, numbers) { 2 } else { 1 }).sum();
        let mut file = 6_u32.to_le_bytes().to_vec();
        put_name(&mut file, "WhisperSpec");
        file.extend(3_u32.to_le_bytes());
        file.extend((count as u32 + 2).to_le_bytes());
        for side in ["decoder", "encoder"] {
            put_tensor(&mut file, &format!("{side}/num_heads"), &[], 2, &[2, 0]);
        }
        for (name, (shape, values)) in &own {
            put_ctranslate2_tensor(&mut file, name, shape, values, numbers);
        }
        file.extend((aliases.len() as u32).to_le_bytes());
        for (alias, name) in &aliases {
            put_name(&mut file, alias);
            put_name(&mut file, name);
        }
        let path = folder.join("model.bin");
        std::fs::write(&path, file).unwrap();
        write_json(
            folder,
            "config.json",
            &json!({ "alignment_heads": self.alignment_heads, "lang_ids": [] }),
        );
        write_json(folder, "vocabulary.json", &json!(spelled_tokens()));
        path
    }

    /// Writes `model.safetensors` and the hub's JSON files, and gives the path of the first.
    pub(crate) fn write_safetensors(&self, folder: &Path, numbers: Numbers) -> PathBuf {
        let path = folder.join("model.safetensors");
        std::fs::write(&path, self.safetensors(numbers, |_| true)).unwrap();
        self.write_hub_files(folder);
        path
    }

    /// Writes the same in two files and their list, and gives the path of the list.
    pub(crate) fn write_shards(&self, folder: &Path, numbers: Numbers) -> PathBuf {
        let is_audio = |hub: &str| hub.contains("encoder.");
        let names = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
        std::fs::write(folder.join(names[0]), self.safetensors(numbers, is_audio)).unwrap();
        std::fs::write(folder.join(names[1]), self.safetensors(numbers, |hub| !is_audio(hub))).unwrap();
        let file_of = |hub: &str| names[usize::from(!is_audio(hub))];
        let map: BTreeMap<String, &str> =
            self.tensors.keys().map(|name| hub_name(name)).map(|hub| (hub.clone(), file_of(&hub))).collect();
        write_json(folder, "model.safetensors.index.json", &json!({ "metadata": {}, "weight_map": map }));
        self.write_hub_files(folder);
        folder.join("model.safetensors.index.json")
    }

    fn safetensors(&self, numbers: Numbers, is_wanted: impl Fn(&str) -> bool) -> Vec<u8> {
        let dtype = match numbers {
            Numbers::F32 | Numbers::Int8 => "F32",
            Numbers::F16 => "F16",
            Numbers::Bf16 => "BF16",
        };
        // Written by hand: the order of the keys, which errors point into, must not hang on a feature of `serde_json`.
        let mut lines = vec!["\"__metadata__\":{\"format\":\"pt\"}".to_owned()];
        let mut bytes = Vec::new();
        for (name, (shape, values)) in &self.tensors {
            let hub = hub_name(name);
            if is_wanted(&hub) {
                let start = bytes.len();
                bytes.extend(floats(values, numbers));
                let (shape, end) = (shape_text(shape), bytes.len());
                lines.push(format!(
                    "\"{hub}\":{{\"data_offsets\":[{start},{end}],\"dtype\":\"{dtype}\",\"shape\":{shape}}}"
                ));
            }
        }
        let json = format!("{{{}}}", lines.join(","));
        [(json.len() as u64).to_le_bytes().as_slice(), json.as_bytes(), &bytes].concat()
    }

    fn write_hub_files(&self, folder: &Path) {
        let sizes = &self.dimensions;
        let configuration = json!({
            "model_type": "whisper",
            "num_mel_bins": sizes.mel_channels,
            "max_source_positions": sizes.audio_positions,
            "d_model": sizes.audio_state,
            "encoder_attention_heads": sizes.audio_heads,
            "encoder_layers": sizes.audio_layers,
            "max_target_positions": sizes.text_positions,
            "decoder_attention_heads": sizes.text_heads,
            "decoder_layers": sizes.text_layers,
            "vocab_size": sizes.vocabulary_size,
        });
        write_json(folder, "config.json", &configuration);
        write_json(folder, "generation_config.json", &json!({ "alignment_heads": self.alignment_heads }));
        let ids: BTreeMap<String, usize> = spelled_tokens().into_iter().zip(0..).collect();
        let (text, special): (BTreeMap<_, _>, BTreeMap<_, _>) =
            ids.into_iter().partition(|(_, id)| *id < mini_tokens().len());
        let added: Vec<_> =
            special.iter().map(|(content, id)| json!({ "id": id, "content": content })).collect();
        let tokenizer =
            json!({ "model": { "type": "BPE", "vocab": text, "merges": [] }, "added_tokens": added });
        write_json(folder, "tokenizer.json", &tokenizer);
        write_json(folder, "vocab.json", &json!(text));
        write_json(folder, "added_tokens.json", &json!(special));
    }

    /// The tensors under CTranslate2's names, projections stacked, zeros for the bias of keys.
    fn fused(&self) -> BTreeMap<String, Plain> {
        let get = |name: &str| self.tensors[name].clone();
        let zeros = || (vec![32], vec![0.0; 32]);
        let mut own = BTreeMap::new();
        own.insert("decoder/embeddings/weight".to_owned(), get("decoder.token_embedding.weight"));
        for (side, last, layers) in [
            ("encoder", "ln_post", self.dimensions.audio_layers),
            ("decoder", "ln", self.dimensions.text_layers),
        ] {
            own.insert(
                format!("{side}/position_encodings/encodings"),
                get(&format!("{side}.positional_embedding")),
            );
            for (leaf, own_leaf) in [("weight", "gamma"), ("bias", "beta")] {
                own.insert(format!("{side}/layer_norm/{own_leaf}"), get(&format!("{side}.{last}.{leaf}")));
                for norm in [("attn_ln", "self_attention"), ("mlp_ln", "ffn"), ("cross_attn_ln", "attention")]
                {
                    for layer in (0..layers).filter(|_| norm.0 != "cross_attn_ln" || side == "decoder") {
                        let name = format!("{side}/layer_{layer}/{}/layer_norm/{own_leaf}", norm.1);
                        own.insert(name, get(&format!("{side}.blocks.{layer}.{}.{leaf}", norm.0)));
                    }
                }
            }
            for layer in 0..layers {
                for leaf in ["weight", "bias"] {
                    let of = |name: &str| get(&format!("{side}.blocks.{layer}.{name}.{leaf}"));
                    let key = |name: &str| if leaf == "bias" { zeros() } else { of(name) };
                    let mut put = |name: &str, tensor| {
                        own.insert(format!("{side}/layer_{layer}/{name}/{leaf}"), tensor)
                    };
                    put("ffn/linear_0", of("mlp.0"));
                    put("ffn/linear_1", of("mlp.2"));
                    put(
                        "self_attention/linear_0",
                        stack(&[of("attn.query"), key("attn.key"), of("attn.value")]),
                    );
                    put("self_attention/linear_1", of("attn.out"));
                    if side == "decoder" {
                        put("attention/linear_0", of("cross_attn.query"));
                        put("attention/linear_1", stack(&[key("cross_attn.key"), of("cross_attn.value")]));
                        put("attention/linear_2", of("cross_attn.out"));
                    }
                }
            }
        }
        for conv in ["conv1", "conv2"] {
            for leaf in ["weight", "bias"] {
                own.insert(format!("encoder/{conv}/{leaf}"), get(&format!("encoder.{conv}.{leaf}")));
            }
        }
        own
    }
}

/// Takes out tensors equal to one before them in the alphabet, and names both, as CTranslate2's converter does.
fn take_aliases(own: &mut BTreeMap<String, Plain>) -> Vec<(String, String)> {
    let mut aliases = vec![("decoder/projection/weight".to_owned(), "decoder/embeddings/weight".to_owned())];
    let names: Vec<String> = own.keys().cloned().collect();
    for (index, name) in names.iter().enumerate() {
        let same = names[..index].iter().find(|other| own.get(*other) == own.get(name));
        if let Some(other) = same.cloned() {
            own.remove(name);
            aliases.push((name.clone(), other));
        }
    }
    aliases
}

/// Tensors one above the other.
fn stack(parts: &[Plain]) -> Plain {
    let mut shape = parts[0].0.clone();
    shape[0] = parts.iter().map(|(shape, _)| shape[0]).sum();
    (shape, parts.iter().flat_map(|(_, values)| values.clone()).collect())
}

fn is_quantised(own_name: &str, numbers: Numbers) -> bool {
    numbers == Numbers::Int8 && own_name.ends_with("/weight")
}

fn put_name(file: &mut Vec<u8>, name: &str) {
    file.extend((name.len() as u16 + 1).to_le_bytes());
    file.extend(name.bytes().chain([0]));
}

fn put_tensor(file: &mut Vec<u8>, name: &str, shape: &[usize], type_id: u8, bytes: &[u8]) {
    put_name(file, name);
    file.push(shape.len() as u8);
    shape.iter().for_each(|size| file.extend((*size as u32).to_le_bytes()));
    file.push(type_id);
    file.extend((bytes.len() as u32).to_le_bytes());
    file.extend(bytes);
}

fn put_ctranslate2_tensor(file: &mut Vec<u8>, name: &str, shape: &[usize], values: &[f32], numbers: Numbers) {
    if is_quantised(name, numbers) {
        let rows = values.chunks_exact(values.len() / shape[0]);
        let (scales, quants): (Vec<f32>, Vec<Vec<u8>>) = rows.map(quantised_row).unzip();
        put_tensor(file, name, shape, 1, &quants.concat());
        put_tensor(file, &format!("{name}_scale"), &shape[..1], 0, &floats(&scales, Numbers::F32));
        return;
    }
    let type_id = match numbers {
        Numbers::F32 | Numbers::Int8 => 0,
        Numbers::F16 => 4,
        Numbers::Bf16 => 5,
    };
    put_tensor(file, name, shape, type_id, &floats(values, numbers));
}

/// The scale of a row and its 8-bit integers, as CTranslate2's converter makes them.
fn quantised_row(row: &[f32]) -> (f32, Vec<u8>) {
    let greatest = row.iter().fold(0.0_f32, |greatest, value| greatest.max(value.abs()));
    let scale = if greatest == 0.0 { 1.0 } else { 127.0 / greatest };
    (scale, row.iter().map(|value| ((value * scale).round() as i8).cast_unsigned()).collect())
}

fn put_ggml_tensor(file: &mut Vec<u8>, name: &str, shape: &[usize], values: &[f32], numbers: Numbers) {
    let is_conv_bias = name.contains("conv") && name.ends_with("bias");
    let shape: Vec<usize> = if is_conv_bias { vec![shape[0], 1] } else { shape.to_vec() };
    let is_large = shape.len() > 1 && !is_conv_bias && !name.contains("positional");
    let (type_id, bytes): (u32, Vec<u8>) = match numbers {
        Numbers::Int8 if is_large && shape.len() == 2 => {
            (8, values.chunks_exact(32).flat_map(q8_0_block).collect())
        }
        Numbers::F16 if is_large => (1, floats(values, numbers)),
        Numbers::Bf16 if is_large => (30, floats(values, numbers)),
        _ => (0, floats(values, Numbers::F32)),
    };
    for number in [shape.len() as u32, name.len() as u32, type_id] {
        file.extend(number.to_le_bytes());
    }
    shape.iter().rev().for_each(|size| file.extend((*size as u32).to_le_bytes()));
    file.extend(name.bytes());
    file.extend(bytes);
}

fn q8_0_block(values: &[f32]) -> Vec<u8> {
    let greatest = values.iter().fold(0.0_f32, |greatest, value| greatest.max(value.abs()));
    let scale = f16::from_f32(greatest / 127.0);
    let quants = values.iter().map(|value| ((value / scale.to_f32()).round() as i8).cast_unsigned());
    scale.to_le_bytes().into_iter().chain(quants).collect()
}

/// The hub's name for a tensor of openai's.
fn hub_name(canonical: &str) -> String {
    const PARTS: [(&str, &str); 16] = [
        ("blocks.", "layers."),
        (".cross_attn_ln.", ".encoder_attn_layer_norm."),
        (".cross_attn.", ".encoder_attn."),
        (".attn_ln.", ".self_attn_layer_norm."),
        (".attn.", ".self_attn."),
        (".query.", ".q_proj."),
        (".key.", ".k_proj."),
        (".value.", ".v_proj."),
        (".out.", ".out_proj."),
        (".mlp_ln.", ".final_layer_norm."),
        (".mlp.0.", ".fc1."),
        (".mlp.2.", ".fc2."),
        ("encoder.ln_post.", "encoder.layer_norm."),
        ("decoder.ln.", "decoder.layer_norm."),
        ("positional_embedding", "embed_positions.weight"),
        ("token_embedding", "embed_tokens"),
    ];
    let name = PARTS.iter().fold(canonical.to_owned(), |name, (own, hub)| name.replace(own, hub));
    format!("model.{name}")
}
