//! The real models against frozen values of their references.
//!
//! `potion-base-8m`: model2vec 0.10.0, `StaticModel.encode`. `minilm-l6-v2`: onnxruntime 1.32.0 with the same file, tokenizers of
//! `all-MiniLM-L6-v2` cut at 256, mean of `last_hidden_state`, length 1. The models are looked for in the folder that
//! `ONRECORD_TEST_MODELS` names; without them these tests say that they are skipped.

use std::path::PathBuf;

use super::{Embedder, ModelPaths, StaticModel, WordPiece};

/// Six numbers of each vector are compared.
type Beginning = [f32; 6];

const TEXTS: [&str; 4] = [
    "The harbour stays shut until the end of the month, the mayor said.",
    "Ferries to Skerry Island are cancelled because of the storm.",
    "Who will row us home? Nobody knows.",
    "港は今 closed, says Café Ünïted — 50% of $5.30!",
];

/// Said forty times, it is longer than any model reads.
const LONG: &str = "The captain of the ferry told Harbour Radio that a rope had caught in the screw.";

const POTION: [Beginning; 5] = [
    [-0.1023453, 0.05501542, 0.1600201, 0.03819693, 0.002128661, 0.02526698],
    [0.03019535, -0.0266383, 0.2203003, 0.03849237, -0.008009334, 0.07129256],
    [-0.1512272, -0.08999967, 0.08400889, 0.08683226, 0.2812271, 0.09788074],
    [-0.159338, 0.2010669, 0.08056441, 0.02744876, 0.04563539, 0.2389009],
    [-0.1245072, 0.1035749, 0.2586659, -0.02009648, -0.08859624, 0.09386946],
];

#[cfg(feature = "sentence-model")]
const MINILM: [Beginning; 5] = [
    [0.06390468, 0.02402524, 0.05922526, 0.008328662, 0.05831343, -0.01624919],
    [0.02449595, 0.009033678, 0.125924, -0.003480168, 0.03115677, -0.03721359],
    [-0.0142203, -0.02258318, -0.05097423, 0.0001097185, -0.02606978, -0.0002903844],
    [0.0652589, 0.04323482, 0.05840268, 0.03258997, 0.04628278, 0.03080292],
    [-0.0973133, 0.08120845, 0.04891982, -0.01350826, 0.02452088, 0.02016638],
];

/// The folder of a real model, or a line about its absence.
fn real_model(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("ONRECORD_TEST_MODELS").map(|models| PathBuf::from(models).join(name));
    let found = folder.filter(|folder| folder.exists());
    if found.is_none() {
        eprintln!("skipped: no model `{name}` in the folder that `ONRECORD_TEST_MODELS` names");
    }
    found
}

#[track_caller]
fn check(model: &dyn Embedder, dimensions: usize, expected: &[Beginning; 5], tolerance: f32) {
    assert_eq!(model.dimensions(), dimensions);
    let long = [LONG; 40].join(" ");
    let texts: Vec<&str> = TEXTS.into_iter().chain([long.as_str()]).collect();
    let batch = model.embed_batch(&texts).unwrap();
    assert_eq!(batch, model.embed_batch(&texts).unwrap(), "the same twice");
    for ((text, expected), vector) in texts.iter().zip(expected).zip(batch.chunks(dimensions)) {
        for (found, expected) in vector.iter().zip(expected) {
            assert!(
                (found - expected).abs() < tolerance,
                "{text:.30}: {:?}, expected {expected:?}",
                &vector[..6]
            );
        }
        let alone = model.embed_batch(&[text]).unwrap();
        let apart = vector.iter().zip(&alone).map(|(batched, alone)| (batched - alone).abs());
        assert!(apart.fold(0.0, f32::max) < 1e-5, "alone and in a batch {text:.30} is the same");
    }
}

#[test]
fn potion_gives_the_vectors_of_model2vec() {
    let Some(folder) = real_model("potion-base-8m") else { return };
    let paths =
        ModelPaths { weights: &folder.join("model.safetensors"), pieces: &folder.join("tokenizer.json") };
    let model = StaticModel::load("potion-base-8m", &paths).unwrap_or_else(|error| panic!("{error}"));
    check(&model, 256, &POTION, 1e-6);
    assert_eq!(model.embed_batch(&[""]).unwrap(), [0.0; 256]);
}

#[cfg(feature = "sentence-model")]
#[test]
fn minilm_gives_the_vectors_of_onnxruntime() {
    let Some(folder) = real_model("minilm-l6-v2") else { return };
    let paths = ModelPaths { weights: &folder.join("model.onnx"), pieces: &folder.join("vocab.txt") };
    let model = super::SentenceModel::load("minilm-l6-v2", &paths).unwrap_or_else(|error| panic!("{error}"));
    check(&model, 384, &MINILM, 1e-5);
}

#[test]
fn pieces_are_those_of_the_reference() {
    let Some(folder) = real_model("minilm-l6-v2") else { return };
    let pieces = WordPiece::load(&folder.join("vocab.txt")).unwrap_or_else(|error| panic!("{error}"));
    #[track_caller]
    fn check(pieces: &WordPiece, text: &str, expected: &[u32]) {
        let mut found = Vec::new();
        pieces.encode(text, 100, &mut found);
        assert_eq!(found, expected, "for {text:?}");
    }
    check(
        &pieces,
        TEXTS[0],
        &[1996, 7440, 12237, 3844, 2127, 1996, 2203, 1997, 1996, 3204, 1010, 1996, 3664, 2056, 1012],
    );
    check(&pieces, TEXTS[1], &[20157, 2000, 15315, 19826, 2479, 2024, 8014, 2138, 1997, 1996, 4040, 1012]);
    check(
        &pieces,
        TEXTS[3],
        &[100, 1672, 100, 2701, 1010, 2758, 7668, 2142, 1517, 2753, 1003, 1997, 1002, 1019, 1012, 2382, 999],
    );
}
