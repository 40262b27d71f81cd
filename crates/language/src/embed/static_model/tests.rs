//! A table of a few numbers, and the real one where it is at hand.

use super::*;
use crate::embed::word_piece::TOY;
use proptest::prelude::*;

/// One row of three numbers for each of the 16 pieces.
fn table() -> Vec<u8> {
    let numbers: Vec<f32> = (0..16).flat_map(|row| [row as f32, 1.0, -0.5 * row as f32]).collect();
    safetensors::write(TABLE, 16, 3, &numbers)
}

fn toy() -> StaticModel {
    StaticModel::parse("toy", &table(), TOY.as_bytes()).unwrap()
}

#[test]
fn a_vector_is_the_mean_of_its_pieces_made_one_long() {
    let mut vector = [9.0; 3];
    toy().embed("The harbour", &mut vector);
    let mean = [4.5, 1.0, -2.25_f32];
    let length = mean.iter().map(|value| value * value).sum::<f32>().sqrt();
    assert_eq!(vector, mean.map(|value| value / length));
    toy().embed("the unheard harbour", &mut vector);
    assert_eq!(vector, mean.map(|value| value / length), "unknown words are left out");
    toy().embed("unheard", &mut vector);
    assert_eq!(vector, [0.0; 3]);
}

#[test]
fn batches_and_single_texts_have_the_same_vectors() {
    let texts = ["the harbour", "", "is shut.", "ferry"];
    let model = toy();
    let batch = model.embed_batch(&texts).unwrap();
    for (text, vector) in texts.iter().zip(batch.chunks(model.dimensions())) {
        let mut alone = vec![0.0; 3];
        model.embed(text, &mut alone);
        assert_eq!(alone, vector);
    }
    assert_eq!(model.embed_batch(&[]).unwrap(), [0.0; 0]);
    assert_eq!(model.name(), "toy");
}

#[test]
fn a_piece_needs_a_vector() {
    let small = safetensors::write(TABLE, 2, 3, &[0.0; 6]);
    let error = StaticModel::parse("toy", &small, TOY.as_bytes()).unwrap_err();
    insta::assert_snapshot!(error, @"the piece `##` has number 15, but there are only 2 vectors");
}

#[test]
fn a_file_that_is_missing_is_named() {
    let paths =
        ModelPaths { weights: "nowhere/model.safetensors".as_ref(), pieces: "nowhere/vocab.txt".as_ref() };
    let error = StaticModel::load("toy", &paths).unwrap_err().to_string();
    assert!(error.starts_with("`nowhere/model.safetensors`: cannot be read: "), "{error}");
}

proptest! {
    #[test]
    fn any_text_has_a_vector_of_length_one_or_none(text in ".{0,200}|[the harbous.]{0,200}") {
        let mut vector = [0.0; 3];
        toy().embed(&text, &mut vector);
        let length: f32 = vector.iter().map(|value| value * value).sum();
        prop_assert!(vector == [0.0; 3] || (length - 1.0).abs() < 1e-5, "{:?}", vector);
    }

    #[test]
    fn any_bytes_are_a_model_or_refused(weights: Vec<u8>, pieces: Vec<u8>) {
        let _ = StaticModel::parse("toy", &weights, &pieces);
        let _ = StaticModel::parse("toy", &weights, TOY.as_bytes());
        let _ = StaticModel::parse("toy", &table(), &pieces);
    }
}
