//! What a hypothesis has been fed: keys and values of each token, shared with its siblings in a search.

use super::Precision;
use crate::kernels::InstructionSet;
use std::sync::Arc;

/// What a hypothesis has been fed; cheap to clone.
#[derive(Clone, Default)]
pub struct History {
    pub(super) tokens: Vec<Arc<TokenMemory>>,
}

/// Keys and values of one token in every block: `[blocks][keys, values][width]`.
#[derive(Clone)]
pub(super) enum TokenMemory {
    Exact(Vec<f32>),
    /// As bfloat16: a long history is read again for each token.
    Short(Vec<u16>),
}

impl TokenMemory {
    pub(super) fn new(precision: Precision, values: usize) -> TokenMemory {
        match precision {
            Precision::Float32 => TokenMemory::Exact(vec![0.0; values]),
            Precision::Int8 => TokenMemory::Short(vec![0; values]),
        }
    }

    fn exact(&self) -> &[f32] {
        match self {
            TokenMemory::Exact(values) => values,
            TokenMemory::Short(_) => &[],
        }
    }

    fn short(&self) -> &[u16] {
        match self {
            TokenMemory::Short(values) => values,
            TokenMemory::Exact(_) => &[],
        }
    }

    /// Stores keys and values of one block, side by side.
    pub(super) fn store(&mut self, set: InstructionSet, block: usize, both: &[f32]) {
        let place = block * both.len()..(block + 1) * both.len();
        match self {
            TokenMemory::Exact(values) => values[place].copy_from_slice(both),
            TokenMemory::Short(values) => set.shorten(both, &mut values[place]),
        }
    }
}

/// One token after another as one block sees them, and a query of the last of them.
pub(super) struct Past<'a> {
    pub(super) block: usize,
    pub(super) width: usize,
    pub(super) tokens: Vec<&'a TokenMemory>,
}

impl Past<'_> {
    /// Attends from `query` to all tokens, `size` values a head.
    pub(super) fn attend(&self, set: InstructionSet, query: &[f32], size: usize, out: &mut [f32]) {
        let mut scores = vec![0.0; self.width / size * self.tokens.len()];
        match self.tokens.first() {
            None => out.fill(0.0),
            Some(TokenMemory::Exact(_)) => {
                let (keys, values) = self.halves(TokenMemory::exact);
                set.attend(query, &keys, &values, size, &mut scores, out);
            }
            Some(TokenMemory::Short(_)) => {
                let (keys, values) = self.halves(TokenMemory::short);
                set.attend_short(query, &keys, &values, size, &mut scores, out);
            }
        }
    }

    /// Keys and values of each token; all memories of one network are of one kind.
    fn halves<'b, T>(&'b self, values: impl Fn(&'b TokenMemory) -> &'b [T]) -> (Vec<&'b [T]>, Vec<&'b [T]>) {
        let both = 2 * self.width;
        let parts =
            self.tokens.iter().map(|memory| values(memory)[self.block * both..][..both].split_at(self.width));
        parts.unzip()
    }
}
