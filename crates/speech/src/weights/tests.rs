//! Every form read back, every damage reported.

use std::path::{Path, PathBuf};

use super::testing::{Numbers, TinyNetwork, least, tiny};
use super::*;

#[track_caller]
fn check_equals(weights: &mut Weights, network: &TinyNetwork, tolerance: f32) {
    assert_eq!(weights.dimensions, network.dimensions);
    for (name, (shape, values)) in &network.tensors {
        let tensor = weights.take(name, shape).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(&tensor.shape, shape);
        let found = tensor.into_f32();
        assert_eq!(found.len(), values.len());
        let far = found.iter().zip(values).position(|(found, value)| (found - value).abs() > tolerance);
        assert_eq!(far, None, "a value of `{name}` is off");
    }
    assert_eq!(weights.remaining().count(), 0);
}

type Write = fn(&TinyNetwork, &Path, Numbers) -> PathBuf;

#[test]
fn all_forms_give_the_same_tensors() {
    #[track_caller]
    fn check(write: Write, numbers: Numbers, format: Format, tolerance: f32) {
        let network = tiny(7);
        let folder = tempfile::tempdir().unwrap();
        let file = write(&network, folder.path(), numbers);
        for path in [file.as_path(), folder.path()] {
            let mut weights = Weights::open(path).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(weights.format, format);
            assert_eq!(weights.vocabulary.size(), network.dimensions.vocabulary_size);
            assert_eq!(weights.vocabulary.encode(" there"), [256 + 21]);
            check_equals(&mut weights, &network, tolerance);
        }
    }
    let exact = 0.0;
    check(TinyNetwork::write_ggml, Numbers::F32, Format::Ggml, exact);
    check(TinyNetwork::write_ggml, Numbers::F16, Format::Ggml, exact);
    check(TinyNetwork::write_ggml, Numbers::Bf16, Format::Ggml, exact);
    check(TinyNetwork::write_ctranslate2, Numbers::F32, Format::CTranslate2, exact);
    check(TinyNetwork::write_ctranslate2, Numbers::F16, Format::CTranslate2, exact);
    check(TinyNetwork::write_ctranslate2, Numbers::Bf16, Format::CTranslate2, exact);
    check(TinyNetwork::write_safetensors, Numbers::F32, Format::Safetensors, exact);
    check(TinyNetwork::write_safetensors, Numbers::F16, Format::Safetensors, exact);
    check(TinyNetwork::write_safetensors, Numbers::Bf16, Format::Safetensors, exact);
    check(TinyNetwork::write_shards, Numbers::F16, Format::Safetensors, exact);
    // Half a step of 1/127 of the greatest value, 0.125.
    check(TinyNetwork::write_ctranslate2, Numbers::Int8, Format::CTranslate2, 0.000_51);
    check(TinyNetwork::write_ggml, Numbers::Int8, Format::Ggml, 0.000_51);
}

#[test]
fn half_floats_stay_half_and_all_others_are_wide() {
    #[track_caller]
    fn check(write: Write, numbers: Numbers, is_half: bool) {
        let folder = tempfile::tempdir().unwrap();
        let mut weights = Weights::open(&write(&least(1), folder.path(), numbers)).unwrap();
        let tensor = weights.take("encoder.blocks.0.attn.key.weight", &[32, 32]).unwrap();
        assert_eq!(matches!(tensor.values, Values::F16(_)), is_half);
    }
    check(TinyNetwork::write_ctranslate2, Numbers::F16, true);
    check(TinyNetwork::write_ctranslate2, Numbers::Int8, false);
    check(TinyNetwork::write_ggml, Numbers::F16, true);
    check(TinyNetwork::write_safetensors, Numbers::Bf16, false);
}

#[test]
fn eight_bit_rows_are_divided_by_their_scales() {
    let mut network = least(1);
    let name = "decoder.blocks.0.cross_attn.value.weight";
    let (_, values) = network.tensors.get_mut(name).unwrap();
    values.fill(0.0);
    values[33] = 0.5; // Row 1: the scale is 254.
    values[34] = -0.25; // -63.5 rounds to -64.
    let folder = tempfile::tempdir().unwrap();
    let mut weights = Weights::open(&network.write_ctranslate2(folder.path(), Numbers::Int8)).unwrap();
    let found = weights.take(name, &[32, 32]).unwrap().into_f32();
    assert_eq!((found[32], found[33], found[34]), (0.0, 0.5, -64.0 / 254.0));
    assert_eq!(found.iter().filter(|value| **value != 0.0).count(), 2);
}

#[test]
fn a_tensor_stored_once_for_several_is_given_to_each() {
    let mut network = tiny(1);
    for name in ["decoder.blocks.0.mlp.2.bias", "decoder.blocks.1.mlp.2.bias", "encoder.ln_post.bias"] {
        network.tensors.get_mut(name).unwrap().1.fill(0.0);
    }
    let query = network.tensors["decoder.blocks.0.cross_attn.query.weight"].clone();
    network.tensors.insert("decoder.blocks.1.cross_attn.query.weight".to_owned(), query);
    for (numbers, tolerance) in [(Numbers::F16, 0.0), (Numbers::Int8, 0.000_51)] {
        let folder = tempfile::tempdir().unwrap();
        let path = network.write_ctranslate2(folder.path(), numbers);
        check_equals(&mut Weights::open(&path).unwrap(), &network, tolerance);
    }
}

#[test]
fn heads_for_word_times_come_from_the_configuration_or_the_sizes() {
    #[track_caller]
    fn check(write: Write, expected: &[Head]) {
        let folder = tempfile::tempdir().unwrap();
        let weights = Weights::open(&write(&tiny(1), folder.path(), Numbers::F16)).unwrap();
        assert_eq!(weights.alignment_heads, expected);
    }
    check(TinyNetwork::write_ctranslate2, &[(1, 1)]);
    check(TinyNetwork::write_safetensors, &[(1, 1)]);
    check(TinyNetwork::write_ggml, &[(1, 0), (1, 1)]);
}

#[test]
fn a_tensor_is_taken_once_and_in_its_shape() {
    let mut weights = least(1).open();
    let norm = "encoder.ln_post.weight";
    let wrong = weights.take(norm, &[64]).unwrap_err().to_string();
    assert!(wrong.ends_with(
        "tensor `encoder.ln_post.weight`: expected shape [64], found [32]\n\
         hint: the sizes in the file contradict each other; fetch it again"
    ));
    assert!(weights.remaining().any(|name| name == norm));
    weights.take(norm, &[32]).unwrap();
    let gone = weights.take(norm, &[32]).unwrap_err().to_string();
    assert!(gone.contains("expected a tensor `encoder.ln_post.weight`, found none"));
    assert_eq!(weights.take_optional("encoder.blocks.0.attn.key.bias", &[32]).unwrap(), None);
    assert_eq!(weights.take_optional(norm, &[32]).unwrap(), None);
}

#[test]
fn the_hub_vocabulary_is_read_in_both_its_spellings() {
    let folder = tempfile::tempdir().unwrap();
    let path = least(1).write_safetensors(folder.path(), Numbers::F16);
    let from_tokenizer = Weights::open(&path).unwrap().vocabulary;
    std::fs::remove_file(folder.path().join("tokenizer.json")).unwrap();
    let from_lists = Weights::open(&path).unwrap().vocabulary;
    assert_eq!(from_tokenizer.encode(" the rain"), from_lists.encode(" the rain"));
    assert_eq!(from_tokenizer.end_of_text(), from_lists.end_of_text());
}

#[test]
fn a_vocabulary_of_lines_is_read_with_any_line_ends() {
    for end in ["\n", "\r\n"] {
        let folder = tempfile::tempdir().unwrap();
        let path = least(1).write_ctranslate2(folder.path(), Numbers::F16);
        let json = folder.path().join("vocabulary.json");
        let tokens: Vec<String> = serde_json::from_slice(&std::fs::read(&json).unwrap()).unwrap();
        std::fs::remove_file(json).unwrap();
        std::fs::write(folder.path().join("vocabulary.txt"), tokens.join(end) + end).unwrap();
        assert_eq!(Weights::open(&path).unwrap().vocabulary.encode(" there"), [256 + 21]);
    }
}

#[test]
fn a_key_bias_is_given_where_there_is_one() {
    let mut network = least(1);
    network.tensors.insert("decoder.blocks.0.attn.key.bias".to_owned(), (vec![32], vec![0.5; 32]));
    let folder = tempfile::tempdir().unwrap();
    let mut weights = Weights::open(&network.write_safetensors(folder.path(), Numbers::F32)).unwrap();
    let bias = weights.take_optional("decoder.blocks.0.attn.key.bias", &[32]).unwrap().unwrap();
    assert_eq!(bias.into_f32(), [0.5; 32]);
    assert_eq!(weights.take_optional("decoder.blocks.0.cross_attn.key.bias", &[32]).unwrap(), None);
}

/// Writes a network, does something to its folder, and compares the error, with the folder's name as `DIR`.
#[track_caller]
fn check_error(write: Write, damage: impl Fn(&Path), expected: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = write(&least(3), folder.path(), Numbers::F16);
    damage(folder.path());
    let text = match Weights::open(&file) {
        Ok(mut weights) => read_all(&mut weights).expect_err("an error").to_string(),
        Err(error) => error.to_string(),
    };
    let text = text.replace(&folder.path().display().to_string(), "DIR");
    assert_eq!(text, expected);
}

fn read_all(weights: &mut Weights) -> Result<(), WeightsError> {
    let dimensions = weights.dimensions;
    for expected in canonical::tensors(&dimensions) {
        weights.take_optional(&expected.name, &expected.shape)?;
    }
    Ok(())
}

fn edit(path: &Path, change: impl Fn(&mut Vec<u8>)) {
    let mut bytes = std::fs::read(path).unwrap();
    change(&mut bytes);
    std::fs::write(path, bytes).unwrap();
}

/// Where a name stands in a file.
#[track_caller]
fn position_of(bytes: &[u8], name: &str) -> usize {
    bytes.windows(name.len()).position(|window| window == name.as_bytes()).unwrap()
}

#[test]
fn a_damaged_ctranslate2_model_is_refused_with_its_place() {
    #[track_caller]
    fn check(change: impl Fn(&mut Vec<u8>), expected: &str) {
        check_error(
            TinyNetwork::write_ctranslate2,
            |folder| edit(&folder.join("model.bin"), &change),
            expected,
        );
    }
    let damaged = "hint: the file is damaged or not of a kind this build knows; fetch it again or use another form of the model";
    check(
        |bytes| bytes[0] = 7,
        &format!("cannot read model `DIR/model.bin`: version of the form: expected 6, found 7\n{damaged}"),
    );
    check(
        |bytes| bytes[18] = 4,
        &format!(
            "cannot read model `DIR/model.bin`: revision of the layout: expected at most 3, found 4\n{damaged}"
        ),
    );
    check(
        |bytes| bytes[22..26].fill(0xff),
        &format!(
            "cannot read model `DIR/model.bin`: number of tensors: expected at most 100000, found 4294967295\n{damaged}"
        ),
    );
    check(
        |bytes| bytes.truncate(100),
        "cannot read model `DIR/model.bin`: expected 26 bytes of the name of tensor 2 from byte 84, but the file ends at byte 100\n\
         hint: it was probably cut short; fetch it again",
    );
    check(
        |bytes| bytes[28] = 0xff,
        &format!(
            "cannot read model `DIR/model.bin`: the name of tensor 0 at byte 26: expected UTF-8 that ends with a zero byte, found other bytes\n{damaged}"
        ),
    );
    check(
        |bytes| {
            let at = position_of(bytes, "decoder/num_heads\0") + 18;
            bytes[at] = 200;
        },
        &format!(
            "cannot read model `DIR/model.bin`: tensor `decoder/num_heads`: expected at most 8 sizes, found 200\n{damaged}"
        ),
    );
    check(
        |bytes| {
            let at = position_of(bytes, "decoder/num_heads\0") + 18;
            bytes[at + 6] = 3; // after rank, type and byte count: 3 heads for a state of 32
        },
        &format!(
            "cannot read model `DIR/model.bin`: text state: expected a multiple of its 3 heads, found 32\n{damaged}"
        ),
    );
    check(
        |bytes| {
            let at = position_of(bytes, "encoder/conv1/weight\0") + 21;
            bytes[at + 1 + 4..at + 1 + 8].fill(0xff); // the mel channels
        },
        &format!(
            "cannot read model `DIR/model.bin`: mel channels: expected 1 to 1024, found 4294967295\n{damaged}"
        ),
    );
    check(
        |bytes| {
            let at = position_of(bytes, "encoder/layer_norm/beta\0") + 24;
            bytes[at + 1 + 4] = 3; // the type: int32
        },
        "cannot read model `DIR/model.bin`: tensor `encoder/layer_norm/beta`: expected numbers of type f32, f16, bf16, int8 or int16, found int32\n\
         hint: use another form of the model",
    );
    check(
        |bytes| {
            let at = position_of(bytes, "encoder/layer_norm/beta\0") + 24;
            bytes[at + 1..at + 5].copy_from_slice(&31_u32.to_le_bytes());
        },
        &format!(
            "cannot read model `DIR/model.bin`: tensor `encoder/layer_norm/beta`: expected 62 bytes, found 64 bytes\n{damaged}"
        ),
    );
    check(
        |bytes| {
            let at = position_of(bytes, "encoder/layer_norm/beta\0");
            bytes[at] = b'E';
        },
        "cannot read model `DIR/model.bin`: expected a tensor `encoder.ln_post.bias`, found none\n\
         hint: the file holds another kind of network, a part of one, or the tensor was taken before",
    );
    check(
        |bytes| {
            let at = position_of(bytes, "encoder/layer_norm/beta\0") + 24 + 1 + 4 + 1 + 4;
            bytes[at + 2..at + 4].copy_from_slice(&f16::INFINITY.to_le_bytes());
        },
        "cannot read model `DIR/model.bin`: tensor `encoder.ln_post.bias`: expected finite numbers, found inf at position 1\n\
         hint: the file is damaged; fetch it again",
    );
}

#[test]
fn scales_that_cannot_divide_are_refused() {
    #[track_caller]
    fn check(scale: f32, expected: &str) {
        let folder = tempfile::tempdir().unwrap();
        let file = least(3).write_ctranslate2(folder.path(), Numbers::Int8);
        edit(&file, |bytes| {
            let at = position_of(bytes, "encoder/conv2/weight_scale\0") + 27 + 1 + 4 + 1 + 4;
            bytes[at..at + 4].copy_from_slice(&scale.to_le_bytes());
        });
        let text = Weights::open(&file).unwrap_err().to_string();
        assert!(text.contains(expected), "{text}");
    }
    check(f32::NAN, "tensor `encoder/conv2/weight_scale`: expected finite numbers, found NaN at position 0");
    check(0.0, "tensor `encoder/conv2/weight_scale`: expected scales to divide by, found 0");
    check(1e-45, "tensor `encoder/conv2/weight_scale`: expected scales to divide by, found 0.0000");
}

#[test]
fn a_damaged_ggml_file_is_refused_with_its_place() {
    #[track_caller]
    fn check(change: impl Fn(&mut Vec<u8>), expected: &str) {
        check_error(TinyNetwork::write_ggml, |folder| edit(&folder.join("ggml-tiny.bin"), &change), expected);
    }
    let damaged = "hint: the file is damaged or not of a kind this build knows; fetch it again or use another form of the model";
    let put =
        |bytes: &mut Vec<u8>, at: usize, value: u32| bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
    check(
        |bytes| bytes.truncate(30),
        "cannot read model `DIR/ggml-tiny.bin`: expected 4 bytes of the sizes of the network from byte 28, but the file ends at byte 30\n\
         hint: it was probably cut short; fetch it again",
    );
    check(
        |bytes| put(bytes, 20, 1_000_000),
        &format!(
            "cannot read model `DIR/ggml-tiny.bin`: audio layers: expected 1 to 256, found 1000000\n{damaged}"
        ),
    );
    check(
        |bytes| put(bytes, 28, 64),
        &format!(
            "cannot read model `DIR/ggml-tiny.bin`: text state: expected that of the encoder, 32, found 64\n{damaged}"
        ),
    );
    check(
        |bytes| put(bytes, 48, u32::MAX),
        "cannot read model `DIR/ggml-tiny.bin`: expected 51539607540 bytes of the mel filters from byte 56, but the file ends at byte 210220\n\
         hint: it was probably cut short; fetch it again",
    );
    check(
        |bytes| put(bytes, 80, u32::MAX),
        &format!(
            "cannot read model `DIR/ggml-tiny.bin`: number of tokens: expected at most 1000000, found 4294967295\n{damaged}"
        ),
    );
    check(
        |bytes| put(bytes, 84, u32::MAX),
        &format!(
            "cannot read model `DIR/ggml-tiny.bin`: token 0: expected at most 65536 bytes, found 4294967295\n{damaged}"
        ),
    );
    check(
        |bytes| put(bytes, 4, 51_865),
        "cannot read model `DIR/ggml-tiny.bin`: text tokens: expected 51865 rows of the embedding to be text, 1509 special tokens and 1 to 100 languages, found 296 text tokens\n\
         hint: use the vocabulary that came with the weights",
    );
    check(
        |bytes| bytes[88] = 1, // the token of byte 0 is now that of byte 1
        "cannot read model `DIR/ggml-tiny.bin`: expected a text token for each of the 256 bytes, found none for byte 0x00\n\
         hint: the vocabulary is not Whisper's, or lost bytes in an old conversion; fetch the model again",
    );
    check(
        |bytes| {
            let at = position_of(bytes, "decoder.ln.bias") - 4 * 4;
            put(bytes, at, 9);
        },
        &format!(
            "cannot read model `DIR/ggml-tiny.bin`: tensor at byte 37788: expected at most 4 sizes, found 9\n{damaged}"
        ),
    );
    check(
        |bytes| {
            let at = position_of(bytes, "decoder.ln.bias") - 3 * 4;
            put(bytes, at, 1 << 30);
        },
        &format!(
            "cannot read model `DIR/ggml-tiny.bin`: tensor at byte 37788: expected a name of at most 1024 bytes, found 1073741824\n{damaged}"
        ),
    );
    check(
        |bytes| {
            let at = position_of(bytes, "decoder.ln.bias") - 2 * 4;
            put(bytes, at, 14);
        },
        "cannot read model `DIR/ggml-tiny.bin`: tensor `decoder.ln.bias`: expected numbers of type f32, f16, bf16, q4_0, q4_1, q5_0, q5_1 or q8_0, found q6_K\n\
         hint: use another form of the model",
    );
    check(
        |bytes| {
            let at = position_of(bytes, "decoder.ln.bias") - 2 * 4;
            put(bytes, at, 8);
            put(bytes, at + 4, 33);
        },
        &format!(
            "cannot read model `DIR/ggml-tiny.bin`: tensor `decoder.ln.bias`: expected rows of whole blocks and a size that fits, found [33]\n{damaged}"
        ),
    );
    check(
        |bytes| {
            let at = position_of(bytes, "decoder.ln.bias");
            bytes[at] = 0xff;
        },
        &format!(
            "cannot read model `DIR/ggml-tiny.bin`: tensor at byte 37788: expected a name in UTF-8, found other bytes\n{damaged}"
        ),
    );
    check(
        |bytes| {
            let at = bytes.len() - 4;
            bytes[at..].copy_from_slice(&f32::NAN.to_le_bytes());
        },
        "cannot read model `DIR/ggml-tiny.bin`: tensor `encoder.positional_embedding`: expected finite numbers, found NaN at position 127\n\
         hint: the file is damaged; fetch it again",
    );
}

#[test]
fn damaged_safetensors_are_refused_with_their_place() {
    #[track_caller]
    fn check(change: impl Fn(&mut Vec<u8>), expected: &str) {
        check_error(
            TinyNetwork::write_safetensors,
            |folder| edit(&folder.join("model.safetensors"), &change),
            expected,
        );
    }
    /// Replaces text in the header by text of the same length.
    fn put(bytes: &mut [u8], from: &str, to: &str) {
        assert_eq!(from.len(), to.len());
        let at = position_of(bytes, from);
        bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
    }
    let damaged = "hint: the file is damaged or not of a kind this build knows; fetch it again or use another form of the model";
    check(
        |bytes| bytes[..8].copy_from_slice(&(1_u64 << 35).to_le_bytes()),
        &format!(
            "cannot read model `DIR/model.safetensors`: length of the header: expected at most 16777216 bytes, found 34359738368\n{damaged}"
        ),
    );
    check(
        |bytes| bytes.truncate(1000),
        "cannot read model `DIR/model.safetensors`: expected 5243 bytes of the header from byte 8, but the file ends at byte 1000\n\
         hint: it was probably cut short; fetch it again",
    );
    check(
        |bytes| bytes[9] = b'!',
        &format!(
            "cannot read model `DIR/model.safetensors`: header: expected JSON of types, shapes and offsets, found key must be a string at line 1 column 2\n{damaged}"
        ),
    );
    check(
        |bytes| {
            let all = bytes.len();
            bytes.truncate(all - 1);
        },
        "cannot read model `DIR/model.safetensors`: expected 256 bytes of tensor `model.encoder.embed_positions.weight` from byte 208451, but the file ends at byte 208706\n\
         hint: it was probably cut short; fetch it again",
    );
    check(
        |bytes| {
            put(
                bytes,
                "{\"data_offsets\":[0,2048],\"dtype\":\"F16\"",
                "{\"data_offsets\":[0,2048],\"dtype\":\"I16\"",
            )
        },
        "cannot read model `DIR/model.safetensors`: tensor `model.decoder.layers.0.self_attn.k_proj.weight`: expected numbers of type F32, F16 or BF16, found `I16`\n\
         hint: use another form of the model",
    );
    check(
        |bytes| put(bytes, "{\"data_offsets\":[0,2048]", "{\"data_offsets\":[9,2048]"),
        &format!(
            "cannot read model `DIR/model.safetensors`: tensor `model.decoder.layers.0.self_attn.k_proj.weight`: expected 2048 bytes, found offsets 9 to 2048\n{damaged}"
        ),
    );
    check(
        |bytes| put(bytes, "{\"data_offsets\":[0,2048]", "{\"data-offsets\":[0,2048]"),
        &format!(
            "cannot read model `DIR/model.safetensors`: header: expected JSON of types, shapes and offsets, found missing field `data_offsets` at line 1 column 137\n{damaged}"
        ),
    );
    check(
        |bytes| put(bytes, "\"model.decoder.layer_norm.bias\"", "\"other.decoder.layer_norm.bias\""),
        "cannot read model `DIR/model.safetensors`: expected a tensor `decoder.ln.bias`, found none\n\
         hint: the file holds another kind of network, a part of one, or the tensor was taken before",
    );
}

#[test]
fn a_missing_or_wrong_companion_is_named() {
    let remove = |name: &'static str| move |folder: &Path| std::fs::remove_file(folder.join(name)).unwrap();
    let write = |name: &'static str, text: &'static str| {
        move |folder: &Path| std::fs::write(folder.join(name), text).unwrap()
    };
    let damaged = "hint: the file is damaged or not of a kind this build knows; fetch it again or use another form of the model";
    let together = "hint: keep all files of the model together in one folder";
    check_error(
        TinyNetwork::write_ctranslate2,
        remove("vocabulary.json"),
        &format!(
            "cannot read model `DIR/model.bin`: expected `vocabulary.json`, `vocabulary.txt` or `tokenizer.json` beside it, found none\n{together}"
        ),
    );
    check_error(
        TinyNetwork::write_safetensors,
        remove("config.json"),
        &format!(
            "cannot read model `DIR/model.safetensors`: expected `config.json` beside it, found none\n{together}"
        ),
    );
    check_error(
        TinyNetwork::write_ctranslate2,
        write("vocabulary.json", "[\"!\", \"a b\", \"<|endoftext|>\"]"),
        &format!(
            "cannot read model `DIR/vocabulary.json`: token 1: expected GPT-2's characters for bytes, found ` ` in `a b`\n{damaged}"
        ),
    );
    check_error(
        TinyNetwork::write_ctranslate2,
        write("vocabulary.json", "[\"!\", \"a\"]"),
        &format!(
            "cannot read model `DIR/vocabulary.json`: tokens: expected `<|endoftext|>` among them, found 2 tokens without it\n{damaged}"
        ),
    );
    check_error(
        TinyNetwork::write_ctranslate2,
        write("vocabulary.json", "[\"!\", "),
        &format!(
            "cannot read model `DIR/vocabulary.json`: 1:6: expected JSON as Whisper's files have it, found EOF while parsing a value at line 1 column 6\n{damaged}"
        ),
    );
    check_error(
        TinyNetwork::write_ctranslate2,
        write("config.json", "{\"alignment_heads\": [[0, 1], [3, 0]]}"),
        &format!(
            "cannot read model `DIR/config.json`: `alignment_heads`: expected layers below 1 and heads below 2, found layer 3, head 0\n{damaged}"
        ),
    );
    check_error(
        TinyNetwork::write_ctranslate2,
        write("tokenizer.json", "{\"model\": {\"vocab\": {\"!\": 0, \"a\": 2}}}"),
        &format!(
            "cannot read model `DIR/tokenizer.json`: token 1: expected every id to have a token, found 2 next\n{damaged}"
        ),
    );
    check_error(
        TinyNetwork::write_ctranslate2,
        write("tokenizer.json", "{\"model\": {\"vocab\": {\"Ā\": 0, \"a\": 1, \"<|endoftext|>\": 2}}}"),
        "cannot read model `DIR/tokenizer.json`: token 1: expected `\\u{1}`, found `a`\n\
         hint: use the vocabulary that came with the weights",
    );
    check_error(
        TinyNetwork::write_safetensors,
        |folder| {
            edit(&folder.join("tokenizer.json"), |bytes| {
                let at = position_of(bytes, "<|notimestamps|>");
                bytes[at..at + 16].copy_from_slice(b"<|other--token|>");
                let at = position_of(bytes, "<|10.00|>");
                bytes[at..at + 9].copy_from_slice(b"<|su|>   ");
                let at = position_of(bytes, "<|5.00|>");
                bytes[at..at + 8].copy_from_slice(b"<|0.00|>");
            })
        },
        "cannot read model `DIR/tokenizer.json`: `<|0.00|>`: expected 403, found 653\n\
         hint: use the vocabulary that came with the weights",
    );
}

#[test]
fn what_is_no_model_is_named() {
    #[track_caller]
    fn check(prepare: impl Fn(&Path) -> PathBuf, expected: &str) {
        let folder = tempfile::tempdir().unwrap();
        let error = Weights::open(&prepare(folder.path())).unwrap_err().to_string();
        assert_eq!(error.replace(&folder.path().display().to_string(), "DIR"), expected);
    }
    let file = |name: &'static str, bytes: &'static [u8]| {
        move |folder: &Path| {
            std::fs::write(folder.join(name), bytes).unwrap();
            folder.join(name)
        }
    };
    check(
        |folder| folder.join("none.bin"),
        "cannot read model `DIR/none.bin`: No such file or directory (os error 2)",
    );
    check(
        file("model.bin", b""),
        "cannot read model `DIR/model.bin`: the file is empty\nhint: it was probably not downloaded; fetch it again",
    );
    check(
        file("base.pt", b"PK\x03\x04\0\0\0\0archive/data.pkl"),
        "cannot read model `DIR/base.pt`: expected Whisper weights (GGML, CTranslate2 or safetensors), found a PyTorch checkpoint\n\
         hint: it can't be read as it is; get the same model in the GGML, CTranslate2 or safetensors form, or convert it with `ct2-transformers-converter` or whisper.cpp's `convert-pt-to-ggml.py`",
    );
    check(
        file("news.wav", b"RIFF\0\0\0\0WAVEfmt "),
        "cannot read model `DIR/news.wav`: expected Whisper weights (GGML, CTranslate2 or safetensors), found a RIFF file, such as a WAV recording\n\
         hint: name the weights as the model and the recording as the file to transcribe",
    );
    check(
        Path::to_owned,
        "cannot read model `DIR`: expected one `model.bin`, `.safetensors` or GGML `.bin` file in the folder, found 0 other files\n\
         hint: name the folder or file that holds the weights",
    );
    check(
        |folder| {
            std::fs::write(folder.join("base.en.pt"), b"PK").unwrap();
            folder.to_owned()
        },
        "cannot read model `DIR`: expected one `model.bin`, `.safetensors` or GGML `.bin` file in the folder, found only a PyTorch checkpoint, `base.en.pt`\n\
         hint: get the same model in the GGML, CTranslate2 or safetensors form",
    );
    check(
        |folder| {
            for name in ["ggml-base.bin", "ggml-tiny.bin"] {
                std::fs::write(folder.join(name), b"lmgg").unwrap();
            }
            folder.to_owned()
        },
        "cannot read model `DIR`: expected one `model.bin`, `.safetensors` or GGML `.bin` file in the folder, found 2 such files\n\
         hint: name one of the files instead",
    );
    check(
        file("model.safetensors.index.json", b"{\"weight_map\": {\"a\": \"../../etc/passwd\"}}"),
        "cannot read model `DIR/model.safetensors.index.json`: `weight_map`: expected names of files in the same folder, found `../../etc/passwd`\n\
         hint: the file is damaged or not of a kind this build knows; fetch it again or use another form of the model",
    );
    check(
        file("model.safetensors.index.json", b"{\"weight_map\": {\"a\": \"one.safetensors\"}}"),
        "cannot read model `DIR/one.safetensors`: No such file or directory (os error 2)",
    );
}

#[cfg(unix)]
#[test]
fn a_device_is_refused_and_not_waited_for() {
    let error = Weights::open(Path::new("/dev/zero")).unwrap_err().to_string();
    assert_eq!(
        error,
        "cannot read model `/dev/zero`: expected a file or a folder, found something else\n\
         hint: name the model's file or its folder"
    );
}

/// The bytes of the least network in one form, and the name of the file that holds them.
fn written(write: Write) -> (tempfile::TempDir, PathBuf, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let file = write(&least(5), folder.path(), Numbers::Int8);
    let bytes = std::fs::read(&file).unwrap();
    (folder, file, bytes)
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    for write in [TinyNetwork::write_ctranslate2, TinyNetwork::write_ggml, TinyNetwork::write_safetensors] {
        let (_folder, path, bytes) = written(write);
        // From the last byte down: every 997th length, and each of the first 500.
        let lengths = (0..500).chain((500..bytes.len() - 1).step_by(997)).chain([bytes.len() - 1]);
        let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
        for length in lengths.rev() {
            file.set_len(length as u64).unwrap();
            assert!(Weights::open(&path).is_err(), "{length} of {} bytes were enough", bytes.len());
        }
    }
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(64))]

    #[test]
    fn a_file_with_any_bytes_changed_does_not_panic(
        form in 0..3_usize,
        changes in proptest::collection::vec((proptest::num::usize::ANY, proptest::num::u8::ANY, proptest::bool::ANY), 1..8),
    ) {
        let write: [Write; 3] = [TinyNetwork::write_ctranslate2, TinyNetwork::write_ggml, TinyNetwork::write_safetensors];
        let (_folder, file, mut bytes) = written(write[form]);
        for (place, value, at_start) in changes {
            let limit = if at_start { 5_000 } else { bytes.len() };
            bytes[place % limit] = value;
        }
        std::fs::write(&file, bytes).unwrap();
        if let Ok(mut weights) = Weights::open(&file) {
            let _ = read_all(&mut weights);
        }
    }
}

/// The folder of a real model for tests, or a line about its absence.
pub(crate) fn real_model(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("ONRECORD_TEST_MODELS").map(|models| PathBuf::from(models).join(name));
    let found = folder.filter(|folder| folder.join("model.bin").is_file());
    if found.is_none() {
        eprintln!("skipped: no model `{name}` in the folder that `ONRECORD_TEST_MODELS` names");
    }
    found
}

#[test]
fn released_networks_are_read() {
    #[track_caller]
    fn check(name: &str, sizes: [usize; 10], heads: usize, sample: f32) {
        let Some(folder) = real_model(name) else { return };
        let mut weights = Weights::open(&folder).unwrap_or_else(|error| panic!("{error}"));
        let found = weights.dimensions;
        let found = [
            found.mel_channels,
            found.audio_positions,
            found.audio_state,
            found.audio_heads,
            found.audio_layers,
            found.text_positions,
            found.text_state,
            found.text_heads,
            found.text_layers,
            found.vocabulary_size,
        ];
        assert_eq!(found, sizes);
        assert_eq!(weights.alignment_heads.len(), heads);
        let value = weights
            .take("decoder.blocks.1.cross_attn.value.weight", &[sizes[6], sizes[6]])
            .unwrap()
            .into_f32();
        assert_eq!(value[sizes[6] + 1], sample);
        read_all(&mut weights).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(weights.remaining().count(), 0);
    }
    check("base", [80, 1500, 512, 8, 6, 448, 512, 8, 6, 51_865], 8, -0.034_759_52);
    check("tiny.en", [80, 1500, 384, 6, 4, 448, 384, 6, 4, 51_864], 8, 0.035_400_39);
}
