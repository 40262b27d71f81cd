//! Matrices of 16-bit floats for attention: exact enough for scores and weights, at twice the rate of single ones.

use crate::kernels::{InstructionSet, PANEL, Rows, STEP_BYTES};

/// Values that one lane of a dot product takes.
const GROUP: usize = 2;

/// Values of a step of a product: inputs are filled up to whole steps.
pub(crate) const STEP: usize = STEP_BYTES / 2;

/// A matrix of `outputs` by `inputs` of bfloat16 as panels of 32 outputs: `[outputs / 32][inputs / 2][32][2]`, filled up
/// to whole panels and steps of 32 inputs.
pub(crate) struct PairMatrix {
    inputs: usize,
    values: Vec<u16>,
}

impl PairMatrix {
    fn zeros(outputs: usize, inputs: usize) -> PairMatrix {
        let size = outputs.next_multiple_of(PANEL) * inputs.next_multiple_of(STEP);
        PairMatrix { inputs, values: vec![0; size] }
    }

    /// Packs activations, an output a row, `rows[output][input]`.
    pub(crate) fn from_rows(
        set: InstructionSet,
        rows: Rows<'_>,
        outputs: usize,
        inputs: usize,
    ) -> PairMatrix {
        let mut matrix = PairMatrix::zeros(outputs, inputs);
        let mut short = vec![0; inputs.next_multiple_of(GROUP)];
        let size = matrix.panel_size();
        for output in 0..outputs {
            set.shorten(&rows.starting_at(output).values[..inputs], &mut short[..inputs]);
            let panel = matrix.values[output / PANEL * size..][..size].as_chunks_mut::<GROUP>().0;
            let places = panel.iter_mut().skip(output % PANEL).step_by(PANEL);
            places.zip(short.as_chunks::<GROUP>().0).for_each(|(place, pair)| *place = *pair);
        }
        matrix
    }

    /// Packs activations, an input a row, `rows[input][output]`.
    pub(crate) fn from_columns(
        set: InstructionSet,
        rows: Rows<'_>,
        outputs: usize,
        inputs: usize,
    ) -> PairMatrix {
        let mut matrix = PairMatrix::zeros(outputs, inputs);
        let mut short = [vec![0; outputs], vec![0; outputs]];
        let size = matrix.panel_size();
        for first in (0..inputs).step_by(GROUP) {
            for (place, short) in short.iter_mut().enumerate() {
                match first + place {
                    input if input < inputs => set.shorten(&rows.starting_at(input).values[..outputs], short),
                    _ => short.fill(0),
                }
            }
            let parts = short[0].chunks(PANEL).zip(short[1].chunks(PANEL));
            for (panel, (even, odd)) in parts.enumerate() {
                let pairs = &mut matrix.values[panel * size + first * PANEL..][..GROUP * PANEL];
                for (pair, (even, odd)) in
                    pairs.as_chunks_mut::<GROUP>().0.iter_mut().zip(even.iter().zip(odd))
                {
                    *pair = [*even, *odd];
                }
            }
        }
        matrix
    }

    fn panel_size(&self) -> usize {
        self.inputs.next_multiple_of(STEP) * PANEL
    }

    /// The panels, each of 32 outputs.
    pub(crate) fn panels(&self) -> impl Iterator<Item = &[u16]> {
        self.values.chunks_exact(self.panel_size())
    }
}
