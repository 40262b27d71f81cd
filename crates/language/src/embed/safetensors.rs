//! One matrix of 32-bit floats out of a safetensors file.
//!
//! ```text
//! 8 bytes: length of the header | header: JSON, name -> type, shape, place | numbers, little end first
//! ```

use std::collections::BTreeMap;

use serde::Deserialize;

use super::error::ModelErrorKind;

/// The most bytes of a header; a model of one matrix has a hundred.
const HEADER_LIMIT_BYTES: usize = 1 << 20;

/// The most tensors whose names an error lists.
const LISTED_NAMES: usize = 5;

/// Rows of numbers, one after the other.
#[derive(Debug)]
pub(super) struct Matrix {
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) numbers: Vec<f32>,
}

#[derive(Deserialize)]
struct Entry {
    dtype: String,
    shape: Vec<u64>,
    data_offsets: [u64; 2],
}

/// Reads the matrix called `name`.
pub(super) fn matrix(bytes: &[u8], name: &'static str) -> Result<Matrix, ModelErrorKind> {
    let (header, data) = split(bytes).ok_or_else(|| {
        let found = format!("{} bytes that are none", bytes.len());
        ModelErrorKind::NotSafetensors(found)
    })?;
    let mut entries: BTreeMap<String, serde_json::Value> = serde_json::from_slice(header)
        .map_err(|error| ModelErrorKind::NotSafetensors(format!("JSON with a fault: {error}")))?;
    let Some(entry) = entries.remove(name) else {
        let names = entries.keys().filter(|name| *name != "__metadata__").take(LISTED_NAMES);
        let found = names.map(|name| format!("`{}`", name.escape_debug())).collect::<Vec<_>>().join(", ");
        let found = if found.is_empty() { "none".to_owned() } else { found };
        return Err(ModelErrorKind::NoTensor { expected: name, found });
    };
    let wrong = |expected: String, found: String| ModelErrorKind::Tensor { name, expected, found };
    let entry: Entry = serde_json::from_value(entry)
        .map_err(|error| wrong("described by type, shape and place".into(), format!("not: {error}")))?;
    let (rows, columns) = match entry.shape.as_slice() {
        [rows, columns] if entry.dtype == "F32" && *rows > 0 && *columns > 0 => (*rows, *columns),
        shape => {
            let found = format!("{} of shape {shape:?}", entry.dtype.escape_debug());
            return Err(wrong("a matrix of F32".into(), found));
        }
    };
    let [start, end] = entry.data_offsets;
    // A shape of any size is only words until as many bytes are there.
    let size_bytes = rows.checked_mul(columns).and_then(|count| count.checked_mul(4));
    let place = usize::try_from(start).ok().zip(usize::try_from(end).ok());
    let numbers = place.and_then(|(start, end)| data.get(start..end));
    let numbers = numbers.filter(|numbers| Some(numbers.len() as u64) == size_bytes).ok_or_else(|| {
        let expected = format!("{rows} x {columns} numbers within the file");
        wrong(expected, format!("at bytes {start} to {end} of {}", data.len()))
    })?;
    let numbers: Vec<f32> =
        numbers.as_chunks::<4>().0.iter().map(|number| f32::from_le_bytes(*number)).collect();
    match numbers.iter().position(|number| !number.is_finite()) {
        Some(at) => Err(ModelErrorKind::NotFinite { name, at }),
        None => Ok(Matrix { rows: rows as usize, columns: columns as usize, numbers }),
    }
}

fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length_bytes, rest) = bytes.split_first_chunk::<8>()?;
    let length_bytes = usize::try_from(u64::from_le_bytes(*length_bytes)).ok()?;
    if length_bytes > HEADER_LIMIT_BYTES {
        return None;
    }
    rest.split_at_checked(length_bytes)
}

/// Writes a matrix as safetensors do; for tests.
#[cfg(test)]
pub(super) fn write(name: &str, rows: usize, columns: usize, numbers: &[f32]) -> Vec<u8> {
    let header = format!(
        r#"{{"{name}":{{"dtype":"F32","shape":[{rows},{columns}],"data_offsets":[0,{}]}}}}"#,
        4 * numbers.len()
    );
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.as_bytes());
    bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_matrix_is_read_as_it_was_written() {
        let found =
            matrix(&write("embeddings", 2, 3, &[1.0, 2.0, 3.0, -4.0, 0.5, 0.0]), "embeddings").unwrap();
        assert_eq!((found.rows, found.columns), (2, 3));
        assert_eq!(found.numbers, [1.0, 2.0, 3.0, -4.0, 0.5, 0.0]);
    }

    fn file(header: &str, data: &[u8]) -> Vec<u8> {
        [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), data].concat()
    }

    fn error(bytes: &[u8]) -> String {
        matrix(bytes, "embeddings").unwrap_err().to_string()
    }

    #[test]
    fn faults_are_told() {
        insta::assert_snapshot!(error(b"lmgg"), @"expected safetensors: a length of 8 bytes and as much JSON, found 4 bytes that are none");
        insta::assert_snapshot!(error(&file("{]", b"")), @"expected safetensors: a length of 8 bytes and as much JSON, found JSON with a fault: key must be a string at line 1 column 2");
        insta::assert_snapshot!(error(&file(r#"{"__metadata__":{},"weights":{}}"#, b"")), @"expected a tensor `embeddings`, found `weights`");
        insta::assert_snapshot!(error(&file("{}", b"")), @"expected a tensor `embeddings`, found none");
        let half = r#"{"embeddings":{"dtype":"F16","shape":[1,2],"data_offsets":[0,4]}}"#;
        insta::assert_snapshot!(error(&file(half, &[0; 4])), @"the tensor `embeddings` is F16 of shape [1, 2], expected a matrix of F32");
        let huge = r#"{"embeddings":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}"#;
        insta::assert_snapshot!(error(&file(huge, &[0; 4])), @"the tensor `embeddings` is at bytes 0 to 4 of 4, expected 4294967296 x 4294967296 numbers within the file");
        insta::assert_snapshot!(error(&write("embeddings", 1, 2, &[0.0, f32::NAN])), @"number 1 of the tensor `embeddings` is not finite");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            let _ = matrix(&bytes, "embeddings");
        }

        #[test]
        fn any_header_is_read_or_refused(dtype in "F32|F16|.*", shape: Vec<u64>, start: u64, end: u64, data: Vec<u8>) {
            let shape = format!("{shape:?}");
            let header = format!(r#"{{"embeddings":{{"dtype":{dtype:?},"shape":{shape},"data_offsets":[{start},{end}]}}}}"#);
            let _ = matrix(&file(&header, &data), "embeddings");
        }

        #[test]
        fn a_damaged_file_is_read_or_refused(at in 0_usize..120, byte: u8) {
            let mut bytes = write("embeddings", 2, 3, &[1.0; 6]);
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
            let _ = matrix(&bytes, "embeddings");
        }
    }
}
