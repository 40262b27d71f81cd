//! Every instruction set of this processor against the portable one, on numbers nobody chose.

use super::dots::{BYTES, MOST_ROWS};
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

#[test]
fn a_set_is_chosen_by_a_name_that_this_processor_knows() {
    let best = InstructionSet::detect();
    assert_eq!(InstructionSet::choose(best.name()), Ok(()));
    let available: Vec<&str> = InstructionSet::available().into_iter().map(InstructionSet::name).collect();
    let refused = InstructionSet::choose("abacus").unwrap_err().to_string();
    let expected = format!("no instruction set `abacus` here; this processor has {}", available.join(", "));
    assert_eq!(refused, expected);
    for other in available.into_iter().filter(|name| *name != best.name()) {
        assert_eq!(InstructionSet::choose(other), Err(ChoiceError::Late(best)), "for {other}");
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

    /// Registers that one product has set up serve another beside it, and are set up anew behind it.
    #[test]
    fn products_may_lie_within_products(a in prop::collection::vec(any::<u8>(), 16 * STEP_BYTES)) {
        let columns: Vec<u8> = a.iter().cycle().copied().take(PANEL * STEP_BYTES).collect();
        let rows = ByteRows { values: &a, stride: STEP_BYTES };
        for set in InstructionSet::available() {
            let sums = |products: &Products| {
                let mut sums = NO_SUMS;
                products.byte_tile(rows, 12, &columns, Fit::One, &[0; PANEL], &mut sums);
                sums
            };
            let outer = set.products();
            let expected = sums(&outer);
            prop_assert_eq!(sums(&set.products()), expected);
            prop_assert_eq!(sums(&outer), expected);
            drop(outer);
            prop_assert_eq!(sums(&set.products()), expected);
        }
    }

    /// Whole numbers leave no room for a tolerance.
    #[test]
    fn byte_tiles_are_the_same_everywhere(
        rows in 1..=MOST_ROWS,
        (groups, mut a, columns) in (1..5usize).prop_flat_map(|steps| {
            let bytes = |count| prop::collection::vec(any::<i8>().prop_map(|byte| byte.max(-127)), count);
            let size = steps * STEP_BYTES;
            (Just(size / BYTES), bytes(MOST_ROWS * size), bytes(size * PANEL))
        }),
        fineness in prop_oneof![Just(Fineness::Fine), Just(Fineness::ForHalves), Just(Fineness::Coarse)],
    ) {
        let limits = fineness.limits();
        let zero = limits.map_or(128, |limits| limits.zero);
        // Halves are 64 at most.
        let divisor = if zero == 64 { 2 } else { 1 };
        a.iter_mut().for_each(|value| *value /= divisor);
        // Where weights did not fit, the greatest activations would show it.
        a[..groups * BYTES].fill(if zero == 64 { 64 } else { 127 });
        let stored: Vec<u8> = a.iter().map(|value| (i16::from(*value) + i16::from(zero)) as u8).collect();
        let (fit, columns) = match limits {
            None => (Fit::One, columns.into_iter().map(|weight| weight as u8).collect()),
            Some(limits) => (Fit::Four, fitting_columns(&columns, limits)),
        };
        let rows_of_a = ByteRows { values: &stored, stride: groups * BYTES };
        let weight = |k: usize, column: usize| {
            i32::from(columns[(k / BYTES * PANEL + column) * BYTES + k % BYTES] as i8)
        };
        let all = 0..groups * BYTES;
        let sum = |column: usize| all.clone().map(|k| weight(k, column)).sum::<i32>();
        let starts = std::array::from_fn(|column| -i32::from(zero) * sum(column));
        let mut found = Vec::new();
        for set in InstructionSet::available() {
            // Others have no such weights.
            if zero != 128 && !set.gains_by_fit() {
                continue;
            }
            let (products, mut sums) = (set.products(), NO_SUMS);
            let rows = rows.min(products.tile_rows());
            products.byte_tile(rows_of_a, rows, &columns, fit, &starts, &mut sums);
            found.push((set, rows, sums));
        }
        #[cfg(target_arch = "x86_64")]
        if InstructionSet::available().contains(&InstructionSet::Avx512Vnni) {
            let (rows, mut sums) = (rows.min(TILE_ROWS), NO_SUMS);
            // SAFETY: the processor has VNNI, and `a` and `columns` hold what the sizes say.
            unsafe { avx_vnni::byte_tile_by_avx512(rows_of_a, rows, &columns, &starts, groups, &mut sums) };
            found.push((InstructionSet::AvxVnni, rows, sums));
        }
        for (set, rows, sums) in found {
            for (row, sums) in sums.chunks(PANEL).take(rows).enumerate() {
                for (column, sum) in sums.iter().enumerate() {
                    let factor = |k: usize| i32::from(a[row * groups * BYTES + k]);
                    let expected: i32 = all.clone().map(|k| factor(k) * weight(k, column)).sum();
                    prop_assert_eq!(*sum, expected, "{:?}, row {}, column {}", set, row, column);
                }
            }
        }
    }

    #[test]
    fn pair_tiles_agree_with_the_portable_ones(
        rows in 1..=MOST_ROWS,
        (size, a, columns) in (1..5usize).prop_flat_map(|steps| {
            let size = steps * STEP_BYTES / 2;
            (Just(size), numbers(MOST_ROWS * size), numbers(size * PANEL))
        }),
    ) {
        let short = |values: &[f32]| {
            let mut short = vec![0; values.len()];
            InstructionSet::Portable.shorten(values, &mut short);
            short
        };
        let (a, columns) = (short(&a), short(&columns));
        let tile = |set: InstructionSet| {
            let (products, mut out) = (set.products(), [0.0; MOST_ROWS * PANEL]);
            let rows = rows.min(products.tile_rows());
            products.pair_tile(PairRows { values: &a, stride: size }, rows, &columns, Start::Zero, &mut out, PANEL);
            (rows, out)
        };
        let alone = |row: usize| {
            let mut out = [0.0; PANEL];
            let row = PairRows { values: &a, stride: size }.starting_at(row);
            InstructionSet::Portable.products().pair_tile(row, 1, &columns, Start::Zero, &mut out, PANEL);
            out
        };
        for set in InstructionSet::available() {
            let (rows, found) = tile(set);
            for row in 0..rows {
                assert_close(&found[row * PANEL..][..PANEL], &alone(row), 2e-5);
            }
            // A second time, on top of the first.
            let (products, rows_of_a) = (set.products(), PairRows { values: &a, stride: size });
            let mut twice = found;
            products.pair_tile(rows_of_a, rows, &columns, Start::There, &mut twice, PANEL);
            for (twice, once) in twice[..rows * PANEL].iter().zip(&found) {
                prop_assert!((twice - 2.0 * once).abs() <= 4e-5 * (1.0 + once.abs()), "{:?}", set);
            }
        }
    }

    #[test]
    fn sums_of_bytes_are_finished_alike(
        sums in prop::collection::vec(-2_000_000..2_000_000i32, 3 * PANEL),
        steps in prop::collection::vec(1e-6f32..1e-5, PANEL),
        bias in numbers(PANEL),
        old in numbers(3 * PANEL),
        width in 1..=PANEL,
    ) {
        let finished = |set: InstructionSet, finish| {
            let mut out = old.clone();
            let (row_steps, bias) = ([0.7, 1.0, 1.4], Some(&bias[..width]));
            set.finish_bytes(&sums, &row_steps, &steps[..width], bias, finish, width, &mut out, PANEL);
            out
        };
        for finish in [Finish::Store, Finish::Gelu, Finish::Add] {
            let expected = finished(InstructionSet::Portable, finish);
            for set in InstructionSet::available() {
                let found = finished(set, finish);
                assert_close(&found, &expected, 1e-5);
                for row in 0..3 {
                    let behind = row * PANEL + width..(row + 1) * PANEL;
                    prop_assert_eq!(&found[behind.clone()], &old[behind], "nothing is written behind a row");
                }
            }
        }
    }

    #[test]
    fn rounding_to_bytes_is_within_half_a_step(row in (1..200usize).prop_flat_map(numbers)) {
        for set in InstructionSet::available() {
            let (mut bytes, mut step) = (vec![0; row.len()], 0.0);
            set.round_to_bytes(&row, 127.0, 128, &mut bytes, &mut step);
            for (byte, value) in bytes.iter().zip(&row) {
                let back = (f32::from(*byte) - 128.0) * step;
                prop_assert!((back - value).abs() <= 0.501 * step, "{:?}: {} became {}", set, value, back);
            }
            let (mut upper, mut lower, mut fine) = (vec![0; row.len()], vec![0; row.len()], 0.0);
            for zero in [64, 128] {
                set.quantise_finely(&row, zero, &mut upper, &mut lower, &mut fine);
                for ((upper, lower), value) in upper.iter().zip(&lower).zip(&row) {
                    let (upper, lower) = (i32::from(*upper) - i32::from(zero), i32::from(*lower) - i32::from(zero));
                    let back = (upper * 128 + lower) as f32 * fine;
                    prop_assert!((back - value).abs() <= 0.51 * fine, "{:?}: {} became {}", set, value, back);
                    prop_assert!((-64..=64).contains(&upper) && (-64..=64).contains(&lower), "they are halves");
                }
            }
        }
    }

    /// Keys come by in two parts, each of whose weights has steps of its own.
    #[test]
    fn softened_rows_agree_with_the_softmax(
        (first, all) in (1..150usize, 1..150usize).prop_flat_map(|(first, second)| {
            let score = (prop_oneof![-500i32..500, -100_000i32..2_000], 0.0f32..0.008);
            (Just(first), prop::collection::vec(score, first + second))
        }),
        query_steps in [0.1f32..1.0, 0.1f32..1.0],
        zero in prop_oneof![Just(0u8), Just(128u8)],
    ) {
        let mut expected: Vec<f32> = all.iter().map(|(sum, step)| *sum as f32 * step * query_steps[1]).collect();
        InstructionSet::Portable.softmax(&mut expected);
        let (sums, key_steps): (Vec<i32>, Vec<f32>) = all.into_iter().unzip();
        // Sums of the second of two queries; behind the keys stands what nobody asked for.
        let panel = 2 * PANEL;
        let apart = |sums: &[i32]| {
            let mut panels = vec![1_000_000; sums.len().div_ceil(PANEL) * panel];
            for (key, sum) in sums.iter().enumerate() {
                panels[key / PANEL * panel + PANEL + key % PANEL] = *sum;
            }
            panels
        };
        let (sums_before, sums_behind) = (apart(&sums[..first]), apart(&sums[first..]));
        for set in InstructionSet::available() {
            let (mut queries, mut bytes, mut steps) = ([Softened::default(); 2], Vec::new(), [0.0; 2]);
            for (part, (sums, key_steps)) in
                [(&sums_before, &key_steps[..first]), (&sums_behind, &key_steps[first..])].into_iter().enumerate()
            {
                let stride = key_steps.len() + 3;
                let (mut weights, mut both) = (vec![0; 2 * stride], [0.0; 2]);
                let scores = ByteScores { sums, panel, key_steps, query_steps: &query_steps };
                set.soften_rows(scores, &mut queries, zero, &mut weights, stride, &mut both);
                bytes.extend_from_slice(&weights[stride..][..key_steps.len()]);
                steps[part] = both[1];
            }
            let query = queries[1];
            steps[0] *= query.factor;
            let mut sum = 0.0;
            for (place, (byte, expected)) in bytes.iter().zip(&expected).enumerate() {
                let step = steps[usize::from(place >= first)] / query.sum;
                let weight = f32::from(byte - zero) * step;
                // What they sum to is rounded, too, which shows where few weigh much; powers of `e` end at 10^-35.
                let tolerance = 0.1 * expected + 1.1 * step + 1e-30;
                prop_assert!((weight - expected).abs() <= tolerance, "{set:?}: {weight} is not {expected}");
                sum += weight;
            }
            prop_assert!((sum - 1.0).abs() < 1e-4, "{set:?}: they sum to {sum}");
        }
    }

    /// Columns of activations become those of a panel.
    #[test]
    fn columns_are_rounded_and_grouped(
        (rows, width, values) in (1..70usize, 1..=PANEL).prop_flat_map(|(rows, width)| {
            (Just(rows), Just(width), numbers(rows * width))
        }),
    ) {
        let padded = rows.next_multiple_of(STEP_BYTES);
        for set in InstructionSet::available() {
            let (mut steps, mut rounded) = (vec![0.0; width], vec![0; padded * PANEL]);
            let all = Rows { values: &values, stride: width };
            set.round_columns(all, rows, 63.0, &mut steps, &mut rounded, PANEL);
            let (mut panel, mut sums) = (vec![0; padded * PANEL], [0; PANEL]);
            set.group_columns(&rounded, &mut panel, &mut sums);
            for column in 0..width {
                let at = |row: usize| panel[(row / BYTES * PANEL + column) * BYTES + row % BYTES] as i8;
                for row in 0..rows {
                    let (value, back) = (values[row * width + column], f32::from(at(row)) * steps[column]);
                    prop_assert!((value - back).abs() <= 0.501 * steps[column], "{set:?}: {value} became {back}");
                }
                prop_assert_eq!(sums[column], (0..padded).map(|row| i32::from(at(row))).sum::<i32>());
            }
        }
    }

    /// Keys come by in two parts, the second of which may have greater scores.
    #[test]
    fn softened_scores_agree_with_the_softmax(
        (first, all) in (1..100usize, 1..100usize).prop_flat_map(|(first, second)| {
            (Just(first), prop::collection::vec(prop_oneof![-2.0f32..2.0, -400.0f32..2.0], first + second))
        }),
    ) {
        let scaled: Vec<f32> = all.iter().map(|score| score * 0.5).collect();
        let mut expected = scaled.clone();
        InstructionSet::Portable.softmax(&mut expected);
        for set in InstructionSet::available() {
            // The second of two queries; the first has other scores, and numbers that nobody asked for stand behind the keys.
            let mut queries = [Softened::default(); 2];
            let mut found = Vec::new();
            for part in [&all[..first], &all[first..]] {
                let panels = part.len().div_ceil(PANEL);
                let mut scores = vec![1e9; panels * 2 * PANEL];
                for (key, score) in part.iter().enumerate() {
                    scores[key / PANEL * 2 * PANEL + PANEL + key % PANEL] = *score;
                }
                let (stride, mut weights) = (panels * PANEL + 16, vec![7; 2 * (panels * PANEL + 16)]);
                let scores = Scores { values: &scores, panel: 2 * PANEL, keys: part.len(), scale: 0.5 };
                set.soften(scores, &mut queries, &mut weights, stride);
                let weights = &weights[stride..];
                prop_assert!(weights[part.len()..panels * PANEL].iter().all(|weight| *weight == 0), "{:?}", set);
                prop_assert!(weights[panels * PANEL..].iter().all(|weight| *weight == 7), "{:?}", set);
                let mut rows = [[1.0; PANEL]; 2].concat();
                set.scale_rows(&queries, &mut rows, PANEL);
                found.iter_mut().for_each(|weight| *weight *= rows[PANEL]);
                found.extend(weights[..part.len()].iter().map(|weight| f32::from_bits(u32::from(*weight) << 16)));
            }
            found.iter_mut().for_each(|weight| *weight /= queries[1].sum);
            assert_close(&found, &expected, 4e-3);
        }
    }

    #[test]
    fn weights_of_14_bits_agree_with_the_softmax(scores in (1..200usize).prop_flat_map(numbers)) {
        let mut expected = scores.clone();
        InstructionSet::Portable.softmax(&mut expected);
        for set in InstructionSet::available() {
            let (mut upper, mut lower, mut step) = (vec![0; scores.len()], vec![0; scores.len()], 0.0);
            set.soften_to_bytes(&mut scores.clone(), &mut upper, &mut lower, &mut step);
            for ((upper, lower), expected) in upper.iter().zip(&lower).zip(&expected) {
                let steps = (i32::from(*upper) - 128) * 128 + i32::from(*lower) - 128;
                prop_assert!((steps as f32 * step - expected).abs() <= 0.51 * step + 1e-5 * expected);
            }
        }
    }

    #[test]
    fn products_with_half_bytes_agree(
        values in numbers(2 * UNIT_INPUTS * PANEL),
        mut inputs in prop::collection::vec(-127i8..=127, MOST_HALF_BYTE_ROWS * 2 * UNIT_INPUTS),
        count in 1..=MOST_HALF_BYTE_ROWS,
        last in 1..=UNIT_INPUTS,
    ) {
        let mut panels = InstructionSet::available().into_iter().map(|set| {
            let mut panel = vec![0; 2 * UNIT];
            let tiles = values.as_chunks::<PANEL>().0.as_chunks::<UNIT_INPUTS>().0;
            for (unit, (tile, inputs)) in panel.chunks_exact_mut(UNIT).zip(tiles.iter().zip([UNIT_INPUTS, last])) {
                set.pack_half_bytes(tile, inputs, unit);
            }
            panel
        });
        let panel = panels.next().unwrap();
        assert!(panels.all(|other| other == panel), "all sets round alike");
        inputs.chunks_exact_mut(2 * UNIT_INPUTS).for_each(|row| row[UNIT_INPUTS + last..].fill(0));
        let bytes: Vec<u8> = inputs.iter().map(|value| (*value as u8).wrapping_add(128)).collect();
        let (mut signed, mut sums) = (vec![0; bytes.len()], vec![0.0; 2 * MOST_HALF_BYTE_ROWS]);
        InstructionSet::detect().sign_bytes(&bytes, &mut signed, &mut sums);
        assert_eq!(signed, inputs);
        let rows = SignedRows { values: &signed, sums: &sums, units: 2 };
        let mut expected = vec![[0.0; PANEL]; count];
        InstructionSet::Portable.multiply_half_bytes(rows, &panel, &mut expected);
        for set in InstructionSet::available() {
            let mut found = vec![[1.0; PANEL]; count];
            set.multiply_half_bytes(rows, &panel, &mut found);
            for (row, (found, expected)) in found.iter().zip(&expected).enumerate() {
                let mut alone = [[0.0; PANEL]];
                set.multiply_half_bytes(rows.starting_at(row), &panel, &mut alone);
                assert_eq!(alone[0], *found, "a row has the same bits alone and among others");
                // What is added up may be much more than what is left of it.
                let sizes: f32 = inputs[row * 2 * UNIT_INPUTS..][..2 * UNIT_INPUTS]
                    .iter()
                    .map(|value| f32::from(*value).abs())
                    .sum();
                for (found, expected) in found.iter().zip(expected) {
                    assert!((found - expected).abs() <= 2e-5 * (1.0 + sizes), "{found} is not {expected}");
                }
            }
        }
        // What is packed is the column itself, half a step off at most.
        let row = &inputs[(count - 1) * 2 * UNIT_INPUTS..][..2 * UNIT_INPUTS];
        let size: f32 = row.iter().map(|value| f32::from(*value).abs()).sum();
        for (column, found) in expected[count - 1].iter().enumerate() {
            let values = values.as_chunks::<PANEL>().0.iter().map(|values| values[column]);
            let exact: f32 = values.zip(row).map(|(value, input)| value * f32::from(*input)).sum();
            assert!((found - exact).abs() <= 0.16 * size, "{found} is not {exact}");
        }
    }

    #[test]
    fn attention_to_short_memories_is_that_to_long_ones(
        tokens in prop::collection::vec((numbers(384), numbers(384)), 1..20),
        query in numbers(384),
        size in prop::sample::select(vec![32, 64]),
    ) {
        let short = |values: &Vec<f32>| {
            let mut short = vec![0; values.len()];
            InstructionSet::Portable.shorten(values, &mut short);
            short
        };
        let long = |values: &Vec<u16>| values.iter().map(|value| f32::from_bits(u32::from(*value) << 16)).collect();
        let shorts: Vec<(Vec<u16>, Vec<u16>)> =
            tokens.iter().map(|(key, value)| (short(key), short(value))).collect();
        let longs: Vec<(Vec<f32>, Vec<f32>)> =
            shorts.iter().map(|(key, value)| (long(key), long(value))).collect();
        let (long_keys, long_values): (Vec<&[f32]>, Vec<&[f32]>) =
            longs.iter().map(|(key, value)| (&key[..], &value[..])).unzip();
        let (keys, values): (Vec<&[u16]>, Vec<&[u16]>) =
            shorts.iter().map(|(key, value)| (&key[..], &value[..])).unzip();
        let mut scores = vec![0.0; 384 / size * tokens.len()];
        let mut expected = vec![0.0; 384];
        InstructionSet::Portable.attend(&query, &long_keys, &long_values, size, &mut scores, &mut expected);
        for set in InstructionSet::available() {
            let mut found = vec![0.0; 384];
            set.attend_short(&query, &keys, &values, size, &mut scores, &mut found);
            assert_close(&found, &expected, 2e-5);
        }
    }
}

/// Of which none would be left if each were rounded to the nearest step.
#[test]
fn many_small_weights_are_not_rounded_away() {
    let mut key_steps = [-0.002f32.ln(); 192];
    key_steps[70] = 0.0;
    let scores = ByteScores { sums: &[-1; 192], panel: PANEL, key_steps: &key_steps, query_steps: &[1.0] };
    for set in InstructionSet::available() {
        let (mut query, mut weights, mut step) = ([Softened::default()], [0; 192], [0.0]);
        set.soften_rows(scores, &mut query, 0, &mut weights, 192, &mut step);
        let small = weights.iter().map(|weight| f32::from(*weight) * step[0]).sum::<f32>() - 1.0;
        assert!((small - 191.0 * 0.002).abs() < 0.1 * small, "{set:?}: together they weigh {small}");
    }
}

/// A panel of weights that fit, as near to those given as they can be.
fn fitting_columns(columns: &[i8], limits: Limits) -> Vec<u8> {
    let inputs = columns.len() / PANEL;
    let mut panel = vec![0; columns.len()];
    for (column, weights) in columns.chunks_exact(inputs).enumerate() {
        let weights: Vec<f32> = weights.iter().map(|weight| f32::from(*weight)).collect();
        let (mut rounded, mut step) = (vec![128; inputs], 0.0);
        round_to_fit(&weights, limits, &mut rounded, &mut step);
        for (k, byte) in rounded.iter().enumerate() {
            panel[(k / BYTES * PANEL + column) * BYTES + k % BYTES] = byte.wrapping_sub(128);
        }
    }
    panel
}
