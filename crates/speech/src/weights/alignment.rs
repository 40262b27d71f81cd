//! The heads of cross-attention that follow the sound, from which word times are read.
//!
//! A network's files name them, or they are known by its sizes, or all heads of the upper half of the layers are taken.

use super::Dimensions;

/// Layer and head, both counted from 0.
pub type Head = (usize, usize);

/// Text layers, text heads, whether English only, languages beyond 99, and the heads.
type Known = (usize, usize, bool, bool, &'static [Head]);

/// The heads of the released networks.
///
/// From `_ALIGNMENT_HEADS` of openai/whisper, `__init__.py`, at c0d2f62: base85, gzip, then a bit for each layer and
/// head; they equal `g_aheads_*` of whisper.cpp. large-v1 has the sizes of large-v2 and is rare: it gets the latter's.
#[rustfmt::skip]
static KNOWN: [Known; 11] = [
    // tiny.en, tiny
    (4, 6, true, false, &[(1, 0), (2, 0), (2, 5), (3, 0), (3, 1), (3, 2), (3, 3), (3, 4)]),
    (4, 6, false, false, &[(2, 2), (3, 0), (3, 2), (3, 3), (3, 4), (3, 5)]),
    // base.en, base
    (6, 8, true, false, &[(3, 3), (4, 7), (5, 1), (5, 5), (5, 7)]),
    (6, 8, false, false, &[(3, 1), (4, 2), (4, 3), (4, 7), (5, 1), (5, 2), (5, 4), (5, 6)]),
    // small.en, small
    (12, 12, true, false, &[(6, 6), (7, 0), (7, 3), (7, 8), (8, 2), (8, 5), (8, 7), (9, 0), (9, 4), (9, 8), (9, 10), (10, 0), (10, 1), (10, 2), (10, 3), (10, 6), (10, 11), (11, 2), (11, 4)]),
    (12, 12, false, false, &[(5, 3), (5, 9), (8, 0), (8, 4), (8, 7), (8, 8), (9, 0), (9, 7), (9, 9), (10, 5)]),
    // medium.en, medium
    (24, 16, true, false, &[(11, 4), (14, 1), (14, 12), (14, 14), (15, 4), (16, 0), (16, 4), (16, 9), (17, 12), (17, 14), (18, 7), (18, 10), (18, 15), (20, 0), (20, 3), (20, 9), (20, 14), (21, 12)]),
    (24, 16, false, false, &[(13, 15), (15, 4), (15, 15), (16, 1), (20, 0), (23, 4)]),
    // large-v2, large-v3, large-v3-turbo
    (32, 20, false, false, &[(10, 12), (13, 17), (16, 11), (16, 12), (16, 13), (17, 15), (17, 16), (18, 4), (18, 11), (18, 19), (19, 11), (21, 2), (21, 3), (22, 3), (22, 9), (22, 12), (23, 5), (23, 7), (23, 13), (25, 5), (26, 1), (26, 12), (27, 15)]),
    (32, 20, false, true, &[(7, 0), (10, 17), (12, 18), (13, 12), (16, 1), (17, 14), (19, 11), (21, 4), (24, 1), (25, 6)]),
    (4, 20, false, true, &[(2, 4), (2, 11), (3, 3), (3, 6), (3, 11), (3, 14)]),
];

/// Rows of the embedding of English-only networks.
const ENGLISH_ROWS: usize = 51_864;

/// Rows of the embedding of networks with 99 languages.
const MULTILINGUAL_ROWS: usize = 51_865;

/// The heads of a network whose files name none.
pub(super) fn heads_by_size(dimensions: &Dimensions) -> Vec<Head> {
    known(dimensions).map_or_else(|| upper_half(dimensions), <[Head]>::to_vec)
}

fn known(dimensions: &Dimensions) -> Option<&'static [Head]> {
    // A distilled network has the encoder of its teacher and fewer text layers, so its encoder must fit too.
    let is_turbo = dimensions.text_layers == 4 && dimensions.audio_layers == 32;
    if dimensions.vocabulary_size < ENGLISH_ROWS
        || (dimensions.audio_layers != dimensions.text_layers && !is_turbo)
    {
        return None;
    }
    let (english, more_languages) =
        (dimensions.vocabulary_size == ENGLISH_ROWS, dimensions.vocabulary_size > MULTILINGUAL_ROWS);
    let wanted = (dimensions.text_layers, dimensions.text_heads, english, more_languages);
    KNOWN
        .iter()
        .find(|(layers, heads, en, more, _)| (*layers, *heads, *en, *more) == wanted)
        .map(|known| known.4)
}

/// What openai/whisper takes for networks it does not know (`Whisper.__init__` in `model.py`).
fn upper_half(dimensions: &Dimensions) -> Vec<Head> {
    let layers = dimensions.text_layers / 2..dimensions.text_layers;
    layers.flat_map(|layer| (0..dimensions.text_heads).map(move |head| (layer, head))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(audio_layers: usize, text_layers: usize, heads: usize, vocabulary_size: usize) -> Dimensions {
        Dimensions {
            mel_channels: 80,
            audio_positions: 1500,
            audio_state: 64 * heads,
            audio_heads: heads,
            audio_layers,
            text_positions: 448,
            text_state: 64 * heads,
            text_heads: heads,
            text_layers,
            vocabulary_size,
        }
    }

    #[test]
    fn released_networks_are_known_by_their_sizes() {
        #[track_caller]
        fn check(dimensions: Dimensions, count: usize, first: Head) {
            let heads = heads_by_size(&dimensions);
            assert_eq!((heads.len(), heads[0]), (count, first));
            let in_range =
                |(layer, head): &Head| *layer < dimensions.text_layers && *head < dimensions.text_heads;
            assert!(heads.iter().all(in_range));
        }
        check(sizes(4, 4, 6, 51_864), 8, (1, 0));
        check(sizes(4, 4, 6, 51_865), 6, (2, 2));
        check(sizes(6, 6, 8, 51_865), 8, (3, 1));
        check(sizes(12, 12, 12, 51_864), 19, (6, 6));
        check(sizes(24, 24, 16, 51_865), 6, (13, 15));
        check(sizes(32, 32, 20, 51_865), 23, (10, 12));
        check(sizes(32, 32, 20, 51_866), 10, (7, 0));
        check(sizes(32, 4, 20, 51_866), 6, (2, 4));
    }

    #[test]
    fn others_take_the_upper_half_of_the_layers() {
        assert_eq!(heads_by_size(&sizes(2, 2, 2, 1_900)), [(1, 0), (1, 1)]);
        assert_eq!(heads_by_size(&sizes(32, 2, 20, 51_866)).len(), 20); // distil-large-v3
        assert_eq!(heads_by_size(&sizes(6, 6, 8, 2_000)).len(), 24); // The sizes of base, another vocabulary.
        assert_eq!(heads_by_size(&sizes(1, 1, 1, 2_000)), [(0, 0)]);
    }
}
