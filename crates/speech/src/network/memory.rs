//! Where the bytes of matrices lie: in large pages, since a decoder reads all of them for each token.
//!
//! With pages of 4 KiB a processor looks up an address for every 64 cache lines, and its prefetcher stops there.
//! In pages of 2 MiB one core reads twice as many bytes a second (`cargo bench` shows it in the
//! decoder's step).

use memmap2::MmapMut;
use std::ops::Range;
use std::sync::Arc;

/// Each matrix begins with a cache line of its own.
const ALIGNMENT: usize = 64;

/// The bytes of one matrix.
pub(crate) enum Memory {
    Own(Vec<u8>),
    /// Among those of other matrices.
    Shared(Arc<MmapMut>, Range<usize>),
}

/// Matrices of so many bytes have pages of their own while a model is read: small things between them would keep the heap from
/// giving back what they leave.
const LARGE: usize = 1 << 20;

impl Memory {
    /// The bytes of a matrix by itself.
    pub(crate) fn of(bytes: Vec<u8>) -> Self {
        let is_large = bytes.len() >= LARGE;
        let mut own = Self::Own(bytes);
        if is_large {
            move_together(vec![&mut own]);
        }
        own
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Memory::Own(bytes) => bytes,
            Memory::Shared(all, place) => &all[place.clone()],
        }
    }
}

/// Moves memories into large pages, side by side. Where the system gives none, they stay.
pub(crate) fn move_together(memories: Vec<&mut Memory>) {
    let size = |memory: &Memory| memory.bytes().len().next_multiple_of(ALIGNMENT);
    let all: usize = memories.iter().map(|memory| size(memory)).sum();
    let Ok(mut pages) = MmapMut::map_anon(all.max(ALIGNMENT)) else { return };
    // What is advised is a matter of speed: a system that refuses gives small pages.
    #[cfg(target_os = "linux")]
    let _ = pages.advise(memmap2::Advice::HugePage);
    let mut places = Vec::with_capacity(memories.len());
    let mut first = 0;
    for memory in &memories {
        let place = first..first + memory.bytes().len();
        pages[place.clone()].copy_from_slice(memory.bytes());
        places.push(place);
        first += size(memory);
    }
    let pages = Arc::new(pages);
    for (memory, place) in memories.into_iter().zip(places) {
        *memory = Memory::Shared(Arc::clone(&pages), place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_moved_stays_the_same() {
        let mut memories: Vec<Memory> = [0, 1, 63, 64, 65, 5000]
            .iter()
            .map(|size| Memory::Own((0..*size).map(|at| at as u8).collect()))
            .collect();
        move_together(memories.iter_mut().collect());
        for (memory, size) in memories.iter().zip([0, 1, 63, 64, 65, 5000]) {
            assert!(memory.bytes().iter().copied().eq((0..size).map(|at| at as u8)));
            assert!(matches!(memory, Memory::Shared(..)), "this system has anonymous memory");
        }
        move_together(Vec::new());
        let large = Memory::of((0..=LARGE).map(|at| at as u8).collect());
        assert!(large.bytes().iter().copied().eq((0..=LARGE).map(|at| at as u8)));
    }
}
