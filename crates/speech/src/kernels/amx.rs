//! Tiles of dot products by AMX's matrix units: 16 rows by 16 columns, 64 bytes of each, in 16 cycles.
//!
//! Up to two tiles of rows meet the two tiles of columns that a panel of 32 is. Stable Rust has no functions for these
//! instructions, so each product is one block of assembly; between blocks nothing is kept in the registers but their shapes.

use super::PANEL;
use super::dots::{ByteRows, MATRIX_ROWS, PairRows, STEP_BYTES, Start};
use std::arch::asm;
use std::arch::x86_64::__cpuid_count;
use std::cell::Cell;
use std::marker::PhantomData;
use std::ptr;
use std::sync::OnceLock;

/// Groups of a column that one tile holds, a row each.
const STEP_GROUPS: usize = 16;

/// What `ldtilecfg` reads: every register is a whole tile.
#[repr(C, align(64))]
struct Shapes {
    palette: u8,
    start_row: u8,
    reserved: [u8; 14],
    row_bytes: [u16; 16],
    rows: [u8; 16],
}

static SHAPES: Shapes = {
    let (mut row_bytes, mut rows) = ([0; 16], [0; 16]);
    let mut register = 0;
    while register < 8 {
        row_bytes[register] = STEP_BYTES as u16;
        rows[register] = MATRIX_ROWS as u8;
        register += 1;
    }
    Shapes { palette: 1, start_row: 0, reserved: [0; 14], row_bytes, rows }
};

/// Whether the processor multiplies tiles of bytes and of bfloat16, and the system lets this process do it.
pub(super) fn is_available() -> bool {
    static AVAILABLE: OnceLock<bool> = OnceLock::new();
    *AVAILABLE.get_or_init(|| {
        const BF16_TILES_INT8: u32 = 1 << 22 | 1 << 24 | 1 << 25;
        let features = __cpuid_count(7, 0).edx;
        features & BF16_TILES_INT8 == BF16_TILES_INT8 && is_permitted()
    })
}

/// Asks for the registers: eight kilobytes more a thread, which Linux saves only for processes that want them.
#[cfg(target_os = "linux")]
fn is_permitted() -> bool {
    const ASK_FOR_STATE: libc::c_long = 0x1023;
    const TILE_DATA: libc::c_long = 18;
    // SAFETY: the call takes two numbers and touches no memory of ours; a system that doesn't know it says so.
    unsafe { libc::syscall(libc::SYS_arch_prctl, ASK_FOR_STATE, TILE_DATA) == 0 }
}

#[cfg(not(target_os = "linux"))]
fn is_permitted() -> bool {
    false
}

thread_local! {
    /// How many [`Tiles`] this thread holds.
    static HELD: Cell<usize> = const { Cell::new(0) };
}

/// The tile registers of this thread, with their shapes; left empty when the last of these is gone, so that the system has
/// nothing to save.
pub(super) struct Tiles {
    of_this_thread: PhantomData<*const ()>,
}

impl Tiles {
    /// Gives the registers their shapes.
    ///
    /// # Panics
    ///
    /// If [there are none](is_available).
    pub(super) fn new() -> Tiles {
        assert!(is_available(), "the set of matrix units is for processors that have them");
        HELD.set(HELD.get() + 1);
        // SAFETY: the processor has tiles and the process may use them; the shapes are 64 readable bytes. What other
        // code keeps in the registers it can't keep over a call.
        unsafe { asm!("ldtilecfg [{}]", in(reg) &raw const SHAPES, options(nostack, preserves_flags)) };
        Tiles { of_this_thread: PhantomData }
    }

    /// See [`super::Products::byte_tile`].
    ///
    /// # Safety
    ///
    /// `rows <= 32`, the panel holds `groups * 128` bytes, `groups` is a multiple of 16, `a` holds `groups * 4` bytes of `rows`
    /// rows and those that fill them up to a multiple of 16, and `sums` has room for 32 numbers of each.
    pub(super) unsafe fn multiply_bytes(
        &self,
        a: ByteRows<'_>,
        rows: usize,
        panel: &[u8],
        starts: &[i32; PANEL],
        groups: usize,
        sums: &mut [i32],
    ) {
        let (columns, out) = (panel.as_ptr(), sums.as_mut_ptr().cast());
        let (starts, steps) = (starts.as_ptr().cast(), groups / STEP_GROUPS);
        // SAFETY: passed on from the caller.
        unsafe { bytes(a.values.as_ptr(), a.stride, rows, columns, starts, 0, steps, out, PANEL * 4) }
    }

    /// See [`super::Products::pair_tile`].
    ///
    /// # Safety
    ///
    /// As [`Self::multiply_bytes`], but the panel holds `groups * 64` values, `a` `groups * 2` a row, and `out` has room for
    /// the rows that fill `rows` up, too.
    #[allow(clippy::too_many_arguments)] // the parts of one formula
    pub(super) unsafe fn multiply_pairs(
        &self,
        a: PairRows<'_>,
        rows: usize,
        panel: &[u16],
        groups: usize,
        start: Start,
        out: &mut [f32],
        out_stride: usize,
    ) {
        let (a, a_stride, columns) = (a.values.as_ptr().cast(), a.stride * 2, panel.as_ptr().cast());
        let (out, out_stride): (*mut u8, usize) = (out.as_mut_ptr().cast(), out_stride * 4);
        let (starts, start_stride) = match start {
            Start::Zero => (ptr::null(), 0),
            Start::There => (out.cast_const(), out_stride),
        };
        let steps = groups / STEP_GROUPS;
        // SAFETY: passed on from the caller.
        unsafe { pairs(a, a_stride, rows, columns, starts, start_stride, steps, out, out_stride) }
    }
}

impl Drop for Tiles {
    fn drop(&mut self) {
        HELD.set(HELD.get() - 1);
        if HELD.get() == 0 {
            // SAFETY: the processor has tiles, and nobody in this thread relies on them any more.
            unsafe { asm!("tilerelease", options(nomem, nostack, preserves_flags)) };
        }
    }
}

/// Asks for a quarter of the columns of the next step: eight cache lines from a byte on.
///
/// A load of a tile waits for one line after the other, so that columns from the third-level cache or from memory come half as
/// fast without being asked for.
macro_rules! ahead {
    ($from:literal) => {
        ahead!($from: 2048 2112 2176 2240 2304 2368 2432 2496)
    };
    ($from:literal: $($line:literal)*) => {
        concat!($("prefetcht0 [{columns} + ", $line, " + ", $from, "]\n"),*)
    };
}

/// Defines a function that multiplies tiles by one instruction. Its strides are in bytes; one of 0 starts all rows with the
/// same sums, and sums start at zero where `starts` is null: to load zeros takes as long as to load anything.
macro_rules! tiles {
    ($name:ident, $dot:literal) => {
        /// # Safety
        ///
        /// The registers have their shapes, `steps` is more than 0, and at each pointer but a null in `starts` there is what the
        /// tiles of up to 16 or, of more than 16 `rows`, 32 rows take.
        #[allow(clippy::too_many_arguments)] // the parts of one formula
        unsafe fn $name(
            a: *const u8,
            a_stride: usize,
            rows: usize,
            columns: *const u8,
            starts: *const u8,
            start_stride: usize,
            steps: usize,
            out: *mut u8,
            out_stride: usize,
        ) {
            let second_a = a.wrapping_add(MATRIX_ROWS * a_stride);
            let second_starts = starts.wrapping_add(MATRIX_ROWS * start_stride);
            let second_out = out.wrapping_add(MATRIX_ROWS * out_stride);
            if rows <= MATRIX_ROWS {
                // SAFETY: passed on from the caller.
                unsafe {
                    asm!(
                        "test {starts}, {starts}",
                        "jnz 3f",
                        "tilezero tmm0",
                        "tilezero tmm1",
                        "jmp 2f",
                        "3:",
                        "tileloadd tmm0, [{starts} + {start_stride}*1]",
                        "tileloadd tmm1, [{starts} + {start_stride}*1 + 64]",
                        "2:",
                        "tileloadd tmm4, [{a} + {a_stride}*1]",
                        ahead!(0),
                        "tileloadd tmm6, [{columns} + {panel}*1]",
                        ahead!(512),
                        concat!($dot, " tmm0, tmm4, tmm6"),
                        ahead!(1024),
                        "tileloadd tmm7, [{columns} + {panel}*1 + 64]",
                        ahead!(1536),
                        concat!($dot, " tmm1, tmm4, tmm7"),
                        "add {a}, 64",
                        "add {columns}, 2048",
                        "dec {steps}",
                        "jnz 2b",
                        "tilestored [{out} + {out_stride}*1], tmm0",
                        "tilestored [{out} + {out_stride}*1 + 64], tmm1",
                        a = inout(reg) a => _,
                        a_stride = in(reg) a_stride,
                        columns = inout(reg) columns => _,
                        panel = in(reg) PANEL * 4,
                        starts = in(reg) starts,
                        start_stride = in(reg) start_stride,
                        steps = inout(reg) steps => _,
                        out = in(reg) out,
                        out_stride = in(reg) out_stride,
                        out("tmm0") _, out("tmm1") _, out("tmm4") _, out("tmm6") _, out("tmm7") _,
                        options(nostack),
                    );
                }
            } else {
                // SAFETY: passed on from the caller.
                unsafe {
                    asm!(
                        "test {starts}, {starts}",
                        "jnz 3f",
                        "tilezero tmm0",
                        "tilezero tmm1",
                        "tilezero tmm2",
                        "tilezero tmm3",
                        "jmp 2f",
                        "3:",
                        "tileloadd tmm0, [{starts} + {start_stride}*1]",
                        "tileloadd tmm1, [{starts} + {start_stride}*1 + 64]",
                        "tileloadd tmm2, [{second_starts} + {start_stride}*1]",
                        "tileloadd tmm3, [{second_starts} + {start_stride}*1 + 64]",
                        "2:",
                        "tileloadd tmm4, [{a} + {a_stride}*1]",
                        "tileloadd tmm6, [{columns} + {panel}*1]",
                        ahead!(0),
                        concat!($dot, " tmm0, tmm4, tmm6"),
                        "tileloadd tmm7, [{columns} + {panel}*1 + 64]",
                        ahead!(512),
                        concat!($dot, " tmm1, tmm4, tmm7"),
                        "tileloadd tmm5, [{second_a} + {a_stride}*1]",
                        ahead!(1024),
                        concat!($dot, " tmm2, tmm5, tmm6"),
                        ahead!(1536),
                        concat!($dot, " tmm3, tmm5, tmm7"),
                        "add {a}, 64",
                        "add {second_a}, 64",
                        "add {columns}, 2048",
                        "dec {steps}",
                        "jnz 2b",
                        "tilestored [{out} + {out_stride}*1], tmm0",
                        "tilestored [{out} + {out_stride}*1 + 64], tmm1",
                        "tilestored [{second_out} + {out_stride}*1], tmm2",
                        "tilestored [{second_out} + {out_stride}*1 + 64], tmm3",
                        a = inout(reg) a => _,
                        second_a = inout(reg) second_a => _,
                        a_stride = in(reg) a_stride,
                        columns = inout(reg) columns => _,
                        panel = in(reg) PANEL * 4,
                        starts = in(reg) starts,
                        second_starts = in(reg) second_starts,
                        start_stride = in(reg) start_stride,
                        steps = inout(reg) steps => _,
                        out = in(reg) out,
                        second_out = in(reg) second_out,
                        out_stride = in(reg) out_stride,
                        out("tmm0") _, out("tmm1") _, out("tmm2") _, out("tmm3") _,
                        out("tmm4") _, out("tmm5") _, out("tmm6") _, out("tmm7") _,
                        options(nostack),
                    );
                }
            }
        }
    };
}

tiles!(bytes, "tdpbusd");
tiles!(pairs, "tdpbf16ps");
