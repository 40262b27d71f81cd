//! Every instruction set of this processor against the portable one, on numbers nobody chose.

use super::*;
use proptest::prelude::*;

fn numbers(count: usize) -> impl Strategy<Value = Vec<f32>> {
    prop::collection::vec(-2.0f32..2.0, count)
}

fn tile_of(set: InstructionSet, a: &[f32], stride: usize, rows: usize, panel: Panel<'_>) -> Tile {
    let mut tile = [0.0; TILE_ROWS * PANEL];
    set.tile(Rows { values: a, stride }, rows, panel, &mut tile, PANEL);
    tile
}

#[track_caller]
fn assert_close(found: &[f32], expected: &[f32], tolerance: f32) {
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= tolerance * (1.0 + expected.abs()), "{found} is not {expected}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn tiles_agree_with_the_portable_ones(
        rows in 1..=TILE_ROWS,
        (steps, a, columns) in (1..90usize)
            .prop_flat_map(|steps| (Just(steps), numbers(TILE_ROWS * (steps + 3)), numbers(steps * PANEL))),
    ) {
        let halves: Vec<f16> = columns.iter().map(|value| f16::from_f32(*value)).collect();
        for panel in [Panel::F32(&columns), Panel::F16(&halves)] {
            let expected = tile_of(InstructionSet::Portable, &a, steps + 3, rows, panel);
            for set in InstructionSet::available() {
                let found = tile_of(set, &a, steps + 3, rows, panel);
                assert_close(&found[..rows * PANEL], &expected[..rows * PANEL], 2e-5);
            }
        }
    }

    /// What makes a batch give the words of its windows decoded one by one.
    #[test]
    fn a_row_has_the_same_bits_alone_and_among_others(
        (steps, a, columns) in (1..90usize)
            .prop_flat_map(|steps| (Just(steps), numbers(TILE_ROWS * steps), numbers(steps * PANEL))),
    ) {
        for set in InstructionSet::available() {
            let together = tile_of(set, &a, steps, TILE_ROWS, Panel::F32(&columns));
            for row in 0..TILE_ROWS {
                let alone = tile_of(set, &a[row * steps..], steps, 1, Panel::F32(&columns));
                prop_assert_eq!(&alone[..PANEL], &together[row * PANEL..][..PANEL]);
            }
        }
    }

    #[test]
    fn elementwise_functions_agree(row in (1..200usize).prop_flat_map(numbers)) {
        let width = row.len();
        let norm = |set: InstructionSet| {
            let mut out = vec![0.0; width];
            set.layer_norm(&row, &row, &row, &mut out);
            out
        };
        let weights = |set: InstructionSet| {
            let mut out = row.clone();
            set.softmax(&mut out);
            out
        };
        for set in InstructionSet::available() {
            assert_close(&norm(set), &norm(InstructionSet::Portable), 1e-4);
            assert_close(&weights(set), &weights(InstructionSet::Portable), 1e-5);
            prop_assert!((weights(set).iter().sum::<f32>() - 1.0).abs() < 1e-5);
        }
    }

    #[test]
    fn halves_are_widened_exactly(values in prop::collection::vec(-60_000.0f32..60_000.0, 0..70)) {
        let halves: Vec<f16> = values.iter().map(|value| f16::from_f32(*value)).collect();
        let expected: Vec<f32> = halves.iter().map(|half| half.to_f32()).collect();
        for set in InstructionSet::available() {
            let mut found = vec![0.0; halves.len()];
            set.widen(&halves, &mut found);
            prop_assert_eq!(&found, &expected);
        }
    }
}
