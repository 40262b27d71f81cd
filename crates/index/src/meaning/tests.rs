use proptest::prelude::*;

use super::*;

const DIMENSIONS: usize = 64;

/// Vectors of length 1 that a number gives.
fn vectors(count: usize, seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    let mut floats = Vec::new();
    for _ in 0..count {
        let vector: Vec<f32> = (0..DIMENSIONS).map(|_| next()).collect();
        let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
        floats.extend(vector.iter().map(|value| value / length));
    }
    floats
}

fn document(number: usize) -> DocumentNumber {
    DocumentNumber::of(&number.to_string())
}

/// A folder of files, each with the vectors of some documents.
fn folder(files: &[&[&[f32]]]) -> (tempfile::TempDir, Vec<(DocumentNumber, VectorPlace)>) {
    let folder = tempfile::tempdir().unwrap();
    let mut places = Vec::new();
    for (file, documents) in files.iter().enumerate() {
        let mut all = Vectors::default();
        for floats in *documents {
            let vectors = Vectors::of(floats, DIMENSIONS);
            places.push((
                document(places.len()),
                VectorPlace { file: file as u64, first: all.rows(), count: vectors.rows() },
            ));
            all.append(&vectors);
        }
        write(folder.path(), file as u64, &all).unwrap();
    }
    (folder, places)
}

#[test]
fn the_nearest_is_found_in_any_file() {
    let (a, b, c) = (vectors(30, 1), vectors(20, 2), vectors(50, 3));
    let (folder, places) = folder(&[&[&a, &b], &[&c]]);
    let meaning = Meaning::open(folder.path(), places).unwrap();
    for (number, floats) in [&a, &b, &c].into_iter().enumerate() {
        for (ordinal, vector) in floats.chunks(DIMENSIONS).enumerate() {
            let nearest = meaning.nearest(vector, 3, |_| true);
            assert_eq!((nearest[0].number, nearest[0].ordinal), (document(number), ordinal as u64));
            assert!((nearest[0].cosine - 1.0).abs() < 0.01, "{}", nearest[0].cosine);
            assert!(nearest.is_sorted_by(|a, b| a.cosine >= b.cosine));
            assert_eq!(meaning.cosine(document(number), ordinal as u64, vector), Some(nearest[0].cosine));
            let others = meaning.nearest(vector, 3, |other| other != document(number));
            assert!(others.iter().all(|near| near.number != document(number)) && others.len() == 3);
        }
    }
    assert_eq!(meaning.cosine(document(0), 30, &a[..DIMENSIONS]), None);
    assert_eq!(meaning.cosine(document(9), 0, &a[..DIMENSIONS]), None);
    assert_eq!(meaning.vectors(document(1)), Some(Vectors::of(&b, DIMENSIONS)));
}

#[test]
fn a_passage_without_a_vector_is_near_nothing() {
    let none = vec![0.0; DIMENSIONS];
    let (folder, places) = folder(&[&[&none]]);
    let meaning = Meaning::open(folder.path(), places).unwrap();
    assert_eq!(meaning.nearest(&vectors(1, 1), 5, |_| true), []);
}

#[test]
fn files_of_nobody_are_removed() {
    let a = vectors(2, 1);
    let (folder, _) = folder(&[&[&a], &[&a]]);
    std::fs::write(folder.path().join(".tmp123"), "half").unwrap();
    remove_unlisted(folder.path(), &[1].into()).unwrap();
    let names: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["1.vectors"]);
    remove_unlisted(&folder.path().join("none"), &[].into()).unwrap();
}

#[test]
fn a_damaged_file_is_refused() {
    let a = vectors(2, 1);
    let (folder, places) = folder(&[&[&a]]);
    let path = folder.path().join("0.vectors");
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
    let error = Meaning::open(folder.path(), places).err().unwrap().to_string();
    let error = error.replace(&folder.path().display().to_string(), "FOLDER");
    insta::assert_snapshot!(error, @r"
    cannot use the vectors in `FOLDER/0.vectors`: it is no file of vectors, or not a whole one
    hint: nothing is lost: `onrecord index --rebuild` makes them anew from the archive's files
    ");
}

proptest! {
    /// The bits are a coarse copy of the product: near and far are told apart.
    #[test]
    fn bits_score_what_they_stand_for(seed: u64) {
        let floats = vectors(2, seed);
        let (row, question) = floats.split_at(DIMENSIONS);
        let bits = QueryBits::of(question);
        let mut scores = Vec::new();
        bits.each(&Vectors::of(row, DIMENSIONS).codes, |score| scores.push(score));
        let largest = question.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
        let expected: f32 = row.iter().zip(question).filter(|(row, _)| **row > 0.0).map(|(_, number)| (number / largest * 7.0).round()).sum();
        prop_assert_eq!(scores, [expected as i16]);
    }
}
