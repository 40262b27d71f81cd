//! A network of one table, written by hand, and the real one where it is at hand.

use super::*;
use crate::embed::word_piece::TOY;
use proptest::prelude::*;

/// A field of a protocol buffer that holds bytes.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let mut field = vec![number << 3 | 2];
    let mut length = bytes.len();
    while length >= 0x80 {
        field.push(length as u8 | 0x80);
        length >>= 7;
    }
    field.push(length as u8);
    field.extend(bytes);
    field
}

/// A field that holds a number below 128.
fn small(number: u8, value: u8) -> Vec<u8> {
    vec![number << 3, value]
}

/// An input or output: its name, its kind of number and its named dimensions.
fn described(name: &str, kind: u8, dimensions: &[&str]) -> Vec<u8> {
    let shape: Vec<u8> = dimensions.iter().flat_map(|name| field(1, &field(2, name.as_bytes()))).collect();
    let tensor = [small(1, kind), field(2, &shape)].concat();
    [field(1, name.as_bytes()), field(2, &field(1, &tensor))].concat()
}

const INT64: u8 = 7;
const FLOAT: u8 = 1;

/// A network in ONNX that looks each piece up in a table of 16 vectors of two numbers.
fn toy_network() -> Vec<u8> {
    let numbers: Vec<u8> = (0..16).flat_map(|row| [row as f32, 1.0]).flat_map(f32::to_le_bytes).collect();
    let table = [small(1, 16), small(1, 2), small(2, FLOAT), field(8, b"table"), field(9, &numbers)].concat();
    let node = [field(1, b"table"), field(1, b"input_ids"), field(2, b"said"), field(4, b"Gather")].concat();
    let inputs = ["input_ids", "attention_mask", "token_type_ids"]
        .map(|name| field(11, &described(name, INT64, &["batch", "sequence"])))
        .concat();
    let output = field(12, &described("said", FLOAT, &["batch", "sequence", "dimensions"]));
    let graph = [field(1, &node), field(2, b"toy"), field(5, &table), inputs, output].concat();
    let operators = [field(1, b""), small(2, 17)].concat();
    [small(1, 8), field(7, &graph), field(8, &operators)].concat()
}

fn toy() -> SentenceModel {
    SentenceModel::parse("toy", &toy_network(), TOY.as_bytes()).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_vector_is_the_mean_over_all_pieces_with_the_ends() {
    let model = toy();
    assert_eq!((model.dimensions(), model.name()), (2, "toy"));
    // [CLS] 2, the 4, harbour 5, [SEP] 3: their mean is 3.5.
    let length = (3.5_f32 * 3.5 + 1.0).sqrt();
    let found = model.embed_batch(&["The harbour"]).unwrap();
    assert!((found[0] - 3.5 / length).abs() < 1e-6 && (found[1] - 1.0 / length).abs() < 1e-6, "{found:?}");
}

#[test]
fn the_order_and_size_of_a_batch_change_nothing() {
    let model = toy();
    let texts: Vec<String> = (0..40).map(|at| "the harbour is shut ".repeat(at % 7)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let batch = model.embed_batch(&texts).unwrap();
    for (at, text) in texts.iter().enumerate() {
        assert_eq!(model.embed_batch(&[text]).unwrap(), batch[2 * at..2 * at + 2], "for {text:?}");
    }
    assert_eq!(model.embed_batch(&[]).unwrap(), [0.0; 0]);
}

#[test]
fn long_texts_are_cut() {
    let model = toy();
    assert_eq!(model.encode(&"harbour ".repeat(1000)).len(), MOST_PIECES);
    assert_eq!(model.encode(""), [2, 3]);
}

#[test]
fn what_is_no_such_network_is_refused() {
    fn error(network: &[u8]) -> String {
        SentenceModel::parse("toy", network, TOY.as_bytes())
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default()
    }
    insta::assert_snapshot!(error(b"lmgg"), @"expected a network in ONNX, found bytes that are none, or not all of one");
    let renamed = String::from_utf8_lossy(&toy_network()).replace("input_ids", "image_row").into_bytes();
    assert!(error(&renamed).starts_with("expected a network in ONNX, found "), "{}", error(&renamed));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_text_has_a_vector(text in ".{0,300}") {
        let found = toy().embed_batch(&[&text]).unwrap();
        prop_assert!((found.iter().map(|value| value * value).sum::<f32>() - 1.0).abs() < 1e-5);
    }

    #[test]
    fn any_bytes_are_a_network_or_refused(bytes: Vec<u8>) {
        prop_assert!(SentenceModel::parse("toy", &bytes, TOY.as_bytes()).is_err());
    }

    #[test]
    fn a_damaged_network_is_run_or_refused(at in 0_usize..400, byte: u8) {
        let mut bytes = toy_network();
        if let Some(place) = bytes.get_mut(at) {
            *place = byte;
        }
        if let Ok(model) = SentenceModel::parse("toy", &bytes, TOY.as_bytes()) {
            let _ = model.embed_batch(&["the harbour"]);
        }
    }
}
