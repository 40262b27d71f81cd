//! Tests of the pins themselves, and of what a manifest refuses.

use super::*;

/// Width, layers of the encoder and of the decoder, tokens, mel bands: as OpenAI's and the
/// distil-whisper team's configurations give them.
type Dimensions = (u64, u64, u64, u64, u64);

/// The bytes that whisper.cpp's `convert-pt-to-ggml.py` writes for its vocabulary: the tokens of GPT-2
/// (English models) and of the multilingual tokeniser, each with a length of 4 bytes.
const ENGLISH_VOCABULARY_BYTES: u64 = 521_859;
const VOCABULARY_BYTES: u64 = 508_089;

#[test]
fn sizes_of_ggml_files_follow_from_the_models_dimensions() {
    #[track_caller]
    fn check(name: &str, dimensions: Dimensions, vocabulary_bytes: u64) {
        let manifest = Manifest::load();
        let ggml = &manifest.find(name).unwrap().variants[0];
        assert_eq!(ggml.size_bytes(), ggml_bytes(dimensions, vocabulary_bytes), "for `{name}`");
    }
    check("tiny", (384, 4, 4, 51_865, 80), VOCABULARY_BYTES);
    check("tiny.en", (384, 4, 4, 51_864, 80), ENGLISH_VOCABULARY_BYTES);
    check("base", (512, 6, 6, 51_865, 80), VOCABULARY_BYTES);
    check("base.en", (512, 6, 6, 51_864, 80), ENGLISH_VOCABULARY_BYTES);
    check("small", (768, 12, 12, 51_865, 80), VOCABULARY_BYTES);
    check("small.en", (768, 12, 12, 51_864, 80), ENGLISH_VOCABULARY_BYTES);
    check("medium", (1024, 24, 24, 51_865, 80), VOCABULARY_BYTES);
    check("medium.en", (1024, 24, 24, 51_864, 80), ENGLISH_VOCABULARY_BYTES);
    check("large-v3", (1280, 32, 32, 51_866, 128), VOCABULARY_BYTES);
    check("large-v3-turbo", (1280, 32, 4, 51_866, 128), VOCABULARY_BYTES);
    check("distil-small.en", (768, 12, 4, 51_864, 80), ENGLISH_VOCABULARY_BYTES);
    // Converted from a tokeniser without `<|endoftext|>`: 13 characters and their length are missing.
    check("distil-medium.en", (1024, 24, 2, 51_864, 80), ENGLISH_VOCABULARY_BYTES - 17);
    check("distil-large-v3", (1280, 32, 2, 51_866, 128), VOCABULARY_BYTES);
    check("distil-large-v3.5", (1280, 32, 2, 51_866, 128), VOCABULARY_BYTES);
}

/// The size of a GGML file: magic, 11 numbers, mel filters, vocabulary, then tensors, of which
/// matrices are 16-bit and biases, norms and position embeddings 32-bit floats.
fn ggml_bytes((width, encoder, decoder, tokens, bands): Dimensions, vocabulary_bytes: u64) -> u64 {
    let tensor = |name: &str, shape: &[u64], bytes_each: u64| {
        12 + 4 * shape.len() as u64 + name.len() as u64 + bytes_each * shape.iter().product::<u64>()
    };
    let linear = |name: &str, outputs: u64, inputs: u64| {
        tensor(&format!("{name}.weight"), &[outputs, inputs], 2)
            + tensor(&format!("{name}.bias"), &[outputs], 4)
    };
    let norm = |name: &str| {
        tensor(&format!("{name}.weight"), &[width], 4) + tensor(&format!("{name}.bias"), &[width], 4)
    };
    let attention = |name: &str| {
        let products: u64 = ["query", "value", "out"]
            .map(|part| linear(&format!("{name}.{part}"), width, width))
            .iter()
            .sum();
        products + tensor(&format!("{name}.key.weight"), &[width, width], 2) // Keys have no bias.
    };
    let block = |name: &str, attentions: &[&str]| {
        let attended: u64 = attentions
            .iter()
            .map(|part| attention(&format!("{name}.{part}")) + norm(&format!("{name}.{part}_ln")))
            .sum();
        attended
            + linear(&format!("{name}.mlp.0"), 4 * width, width)
            + linear(&format!("{name}.mlp.2"), width, 4 * width)
            + norm(&format!("{name}.mlp_ln"))
    };
    let convolution = |name: &str, inputs: u64| {
        tensor(&format!("{name}.weight"), &[width, inputs, 3], 2)
            + tensor(&format!("{name}.bias"), &[width, 1], 4)
    };
    let header = 4 + 11 * 4 + 8 + 4 * 201 * bands + vocabulary_bytes;
    let ears = tensor("encoder.positional_embedding", &[1500, width], 4)
        + convolution("encoder.conv1", bands)
        + convolution("encoder.conv2", width)
        + (0..encoder).map(|layer| block(&format!("encoder.blocks.{layer}"), &["attn"])).sum::<u64>()
        + norm("encoder.ln_post");
    let mouth = tensor("decoder.positional_embedding", &[448, width], 4)
        + tensor("decoder.token_embedding.weight", &[tokens, width], 2)
        + (0..decoder)
            .map(|layer| block(&format!("decoder.blocks.{layer}"), &["attn", "cross_attn"]))
            .sum::<u64>()
        + norm("decoder.ln");
    header + ears + mouth
}

#[test]
fn the_compiled_in_manifest_keeps_its_own_rules() {
    let manifest = Manifest::load();
    assert_eq!(Manifest::new(manifest.models().to_vec()), Ok(manifest.clone()));
    let mut digests = Vec::new();
    for file in manifest.models().iter().flat_map(|model| &model.variants).flat_map(|variant| &variant.files)
    {
        for address in file.addresses() {
            let folder = address.strip_suffix(file.name.as_str()).expect(address);
            let revision = folder.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
            assert!(address.starts_with("https://"), "{address}");
            assert!(revision.len() == 40, "`{address}` is not at a fixed revision");
        }
        digests.push((file.sha256, file.size_bytes));
    }
    digests.sort_unstable();
    digests.dedup(); // `config.json` of the two `base` packages is the same file.
    let digests_alone: Vec<_> = digests.iter().map(|(digest, _)| digest).collect();
    assert!(digests_alone.windows(2).all(|pair| pair[0] != pair[1]), "one digest, two sizes");
}

#[test]
fn the_names_of_the_reference_find_their_models() {
    #[track_caller]
    fn check(name: &str, expected: &str) {
        assert_eq!(Manifest::load().find(name).unwrap().name.as_str(), expected);
    }
    check("base.en", "base.en");
    check("large", "large-v3");
    check("turbo", "large-v3-turbo");
    check("meaning", "potion-base-8m");
    check("meaning-best", "minilm-l6-v2");
}

#[test]
fn an_unknown_name_is_answered_with_the_known_ones() {
    let error = Manifest::load().find("bse").unwrap_err();
    insta::assert_snapshot!(error, @r"
    no model is called `bse`
    hint: the models are `tiny`, `tiny.en`, `base`, `base.en`, `small`, `small.en`, `distil-small.en`, `medium`, `medium.en`, `distil-medium.en`, `large-v3`, `large-v3-turbo`, `distil-large-v3`, `distil-large-v3.5`, `potion-base-8m`, `minilm-l6-v2`, `en-core-web-sm`
    ");
}

#[test]
fn faulty_manifests_are_refused() {
    #[track_caller]
    fn check(change: impl FnOnce(&mut Vec<Model>), expected: &str) {
        let mut models = Manifest::load().models;
        change(&mut models);
        assert_eq!(Manifest::new(models).unwrap_err().to_string(), expected);
    }
    check(|models| models[0].aliases.push("base".to_owned()), "two models are called `base`");
    check(
        |models| models[0].variants[0].files.clear(),
        "a ggml variant of `tiny` has 0 files of weights, expected 1",
    );
    let hostile = Package {
        name: "--index-url=x".to_owned(),
        version: "1".to_owned(),
        wheel_bytes: 1,
        built_for: None,
    };
    check(
        |models| {
            let part = Part { package: hostile, path: "x".to_owned() };
            models[0].variants[0].files[0].sources.push(Source::Packages(vec![part]));
        },
        "`--index-url=x` cannot be the name or version of a package",
    );
}
