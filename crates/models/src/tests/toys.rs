//! Models of a few bytes, and caches for them.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use crate::digest::sha256_of_bytes;
use crate::fetch::{FetchOptions, Scheme};
use crate::manifest::{Format, Kind, Languages, Manifest, Model, PinnedFile, Role, Source, Variant};
use crate::{Cache, FileName, Progress, Step};

/// Bytes that look like weights and do not compress or repeat within a block.
pub(super) fn weights(size_bytes: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let noise = std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    });
    b"lmgg".iter().copied().chain(noise.flatten()).take(size_bytes).collect()
}

pub(super) fn file(name: &str, role: Role, bytes: &[u8], sources: Vec<Source>) -> PinnedFile {
    PinnedFile {
        name: FileName::new(name).unwrap(),
        role,
        size_bytes: bytes.len() as u64,
        sha256: sha256_of_bytes(bytes),
        sources,
    }
}

pub(super) fn model(variants: Vec<Variant>) -> Model {
    Model {
        name: FileName::new("toy").unwrap(),
        aliases: Vec::new(),
        kind: Kind::Whisper,
        licence: "MIT".to_owned(),
        languages: Languages::English,
        memory_bytes: 1000,
        variants,
    }
}

/// The model `toy`: one GGML file, `toy.bin`, at `address`.
pub(super) fn public_toy(address: &str, bytes: &[u8]) -> Model {
    let source = Source::Public(address.to_owned());
    model(vec![Variant {
        format: Format::Ggml,
        files: vec![file("toy.bin", Role::Weights, bytes, vec![source])],
    }])
}

/// A cache of `toy` in a folder of its own, which may use this machine's unencrypted addresses and
/// has no pip.
pub(super) struct Sandbox {
    pub(super) cache: Cache,
    pub(super) outside: TempDir,
}

impl Sandbox {
    pub(super) fn new(model: Model) -> Self {
        let outside = tempfile::tempdir().unwrap();
        let options = FetchOptions {
            stall_limit: Duration::from_secs(10),
            retry_pause: Duration::from_millis(1),
            scheme: Scheme::LoopbackToo,
            pips: Vec::new(),
            ..FetchOptions::default()
        };
        let manifest = Manifest::new(vec![model]).unwrap();
        let cache = Cache::new(outside.path().join("cache"), manifest).with_options(options);
        Self { cache, outside }
    }

    pub(super) fn public(address: &str, bytes: &[u8]) -> Self {
        Self::new(public_toy(address, bytes))
    }

    pub(super) fn with_options(mut self, change: impl FnOnce(&mut FetchOptions)) -> Self {
        change(&mut self.cache.options);
        self
    }

    /// The folder of the model's variant number `index`.
    pub(super) fn folder(&self, index: usize) -> PathBuf {
        let model = &self.cache.manifest.models()[0];
        self.cache.folder_of(model, &model.variants[index])
    }

    /// The files in a folder of the first variant, by name.
    pub(super) fn names(&self) -> Vec<String> {
        names_in(&self.folder(0))
    }

    /// The error of a fetch, with everything that changes from run to run replaced.
    pub(super) fn error(&self) -> String {
        let error = self.cache.fetch("toy", &mut crate::Silent).unwrap_err();
        self.steady(&error.to_string())
    }

    pub(super) fn steady(&self, text: &str) -> String {
        let text = text.replace(&self.outside.path().display().to_string(), "FOLDER");
        without_error_numbers(&without_ports(&text))
    }
}

pub(super) fn names_in(folder: &Path) -> Vec<String> {
    let Ok(names) = fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<_> = names.map(|name| name.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn without_ports(text: &str) -> String {
    let mut parts = text.split("127.0.0.1:");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |whole, part| {
        whole + "127.0.0.1:PORT" + part.trim_start_matches(|c: char| c.is_ascii_digit())
    })
}

/// Systems number their errors differently: ` (os error 111)`.
fn without_error_numbers(text: &str) -> String {
    let mut parts = text.split(" (os error ");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |whole, part| whole + part.split_once(')').map_or("", |(_, rest)| rest))
}

/// Cancels after a number of blocks have been received.
pub(super) struct Impatient {
    pub(super) left: usize,
}

impl Progress for Impatient {
    fn report(&mut self, step: &Step<'_>) {
        if matches!(step, Step::Receiving { .. }) {
            self.left = self.left.saturating_sub(1);
        }
    }

    fn is_cancelled(&self) -> bool {
        self.left == 0
    }
}
