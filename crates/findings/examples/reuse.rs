//! Finds shared passages in an archive: `reuse --archive DIR reuse [--json]`.
//!
//! With `ONRECORD_TIMES` set, says on standard error what each step took and how large what is kept is.

mod materials;

use std::io::Write;
use std::time::Instant;

use findings::reuse::{Held, Wording, extract, pairs, passages};
use rayon::prelude::*;
use record::Document;

fn main() {
    let (folder, _) = materials::arguments();
    let materials = materials::read(&folder);
    let printer = materials::Printer::new(&materials);
    let started = Instant::now();
    let held: Vec<Held> = materials.iter().map(extract).collect();
    let extracted = started.elapsed();
    let started = Instant::now();
    let documents: Vec<(&Document, &Held)> =
        materials.iter().zip(&held).map(|(material, held)| (&material.document, held)).collect();
    let pairs = pairs(&documents);
    let paired = started.elapsed();
    let started = Instant::now();
    let copies: Vec<Wording<'_>> = materials.par_iter().map(Wording::of).collect();
    let found: Vec<_> =
        pairs.par_iter().map(|pair| passages(pair, &copies[pair.left], &copies[pair.right])).collect();
    let compared = started.elapsed();
    let mut out = std::io::stdout().lock();
    for reuse in found.iter().flatten() {
        writeln!(out, "{}", printer.line(reuse)).expect("stdout");
    }
    if std::env::var_os("ONRECORD_TIMES").is_some() {
        let bytes: usize = held.iter().map(|held| postcard::to_allocvec(held).expect("kept").len()).sum();
        eprintln!(
            "{} documents, {} bytes kept, extracted in {extracted:.2?}; {} pairs in {paired:.2?}; {} passages in {compared:.2?}",
            materials.len(),
            bytes,
            pairs.len(),
            found.iter().map(Vec::len).sum::<usize>(),
        );
    }
}
