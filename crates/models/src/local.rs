//! Models that a person names by path: taken as they are, told apart by their first bytes.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use record::Sha256Digest;

use crate::digest::{sha256_of, sha256_of_bytes};
use crate::manifest::Format;
use crate::model_files::{ModelFiles, Origin};
use crate::stamp::Stamp;

/// Enough of a file to tell what it is.
const HEAD_BYTES: u64 = 64;

/// A folder with more names than this is not a model's.
const MOST_NAMES: usize = 10_000;

/// Why what is at a path cannot be used as a model.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// Nothing is there, or it cannot be read.
    #[error("cannot read the model `{}`: {source}", path.display())]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file is something else.
    #[error(
        "`{}` is not a model this program can read: expected GGML, CTranslate2, safetensors or ONNX, found {found}\n\
         hint: `onrecord models list` names the models that can be fetched", path.display()
    )]
    OtherKind {
        /// The file.
        path: PathBuf,
        /// What it seems to be.
        found: &'static str,
    },
    /// The folder has no weights.
    #[error(
        "no model in the folder `{}`: expected one `.bin`, `.safetensors` or `.onnx` file with weights", folder.display()
    )]
    NoWeights {
        /// The folder.
        folder: PathBuf,
    },
    /// The folder has several models.
    #[error(
        "several models in the folder `{}`: {}\nhint: name the file instead of the folder",
        folder.display(), found.join(", ")
    )]
    SeveralWeights {
        /// The folder.
        folder: PathBuf,
        /// The files' names.
        found: Vec<String>,
    },
}

/// Finds the files of the model at `path`; digests are remembered in the folder `stamps`.
pub(crate) fn locate(path: &Path, stamps: &Path) -> Result<ModelFiles, LocalError> {
    let unreadable = |source| LocalError::Unreadable { path: path.to_owned(), source };
    let is_folder = fs::metadata(path).map_err(unreadable)?.is_dir();
    let weights = if is_folder { weights_in(path)? } else { path.to_owned() };
    let format = match recognise(&weights).map_err(unreadable)? {
        Ok(format) => format,
        Err(found) => return Err(LocalError::OtherKind { path: weights, found }),
    };
    let folder = weights.parent().map(Path::to_owned).unwrap_or_default();
    let beside = |names: &[&str]| {
        let paths = names.iter().map(|name| folder.join(name));
        paths.into_iter().find(|path| path.is_file())
    };
    let (config, tokenizer, vocabulary) = match format {
        Format::Ggml | Format::Spacy => (None, None, None),
        Format::Ct2 => (
            beside(&["config.json"]),
            beside(&["tokenizer.json"]),
            beside(&["vocabulary.json", "vocabulary.txt"]),
        ),
        Format::Safetensors => {
            (beside(&["config.json"]), beside(&["tokenizer.json"]), beside(&["vocab.json", "vocab.txt"]))
        }
        Format::Onnx => (beside(&["config.json"]), beside(&["tokenizer.json"]), beside(&["vocab.txt"])),
    };
    Ok(ModelFiles {
        name: path.display().to_string(),
        format,
        weights_sha256: remembered_digest(&weights, stamps).map_err(unreadable)?,
        folder,
        weights,
        config,
        tokenizer,
        vocabulary,
        licence: None,
        origin: Origin::Local,
    })
}

/// The one file in `folder` that holds weights.
fn weights_in(folder: &Path) -> Result<PathBuf, LocalError> {
    let unreadable = |source| LocalError::Unreadable { path: folder.to_owned(), source };
    let mut found = Vec::new();
    for name in fs::read_dir(folder).map_err(unreadable)?.take(MOST_NAMES) {
        let path = name.map_err(unreadable)?.path();
        let may_be = path.extension().is_some_and(|end| end == "bin" || end == "safetensors" || end == "onnx")
            // A parser has several files of weights; this one stands for all.
            || path.ends_with("tok2vec.msgpack");
        if may_be && path.is_file() && matches!(recognise(&path), Ok(Ok(_))) {
            found.push(path);
        }
    }
    found.sort();
    match found.as_slice() {
        [] => Err(LocalError::NoWeights { folder: folder.to_owned() }),
        [weights] => Ok(weights.clone()),
        several => {
            let names = several.iter().filter_map(|path| path.file_name());
            let found = names.map(|name| format!("`{}`", name.display())).collect();
            Err(LocalError::SeveralWeights { folder: folder.to_owned(), found })
        }
    }
}

/// The format of the file at `path`, or what else it seems to be.
fn recognise(path: &Path) -> io::Result<Result<Format, &'static str>> {
    let file = File::open(path)?;
    let size_bytes = file.metadata()?.len();
    let mut head = Vec::new();
    file.take(HEAD_BYTES).read_to_end(&mut head)?;
    Ok(format_of(&head, size_bytes))
}

/// Reads a file's format from its first bytes; an error says what else the file seems to be.
fn format_of(head: &[u8], size_bytes: u64) -> Result<Format, &'static str> {
    if head.is_empty() {
        return Err("an empty file");
    }
    // whisper.cpp writes the number 0x67676d6c, little end first.
    if head.starts_with(b"lmgg") {
        return Ok(Format::Ggml);
    }
    if let Some(spec) = ct2_spec(head) {
        return if spec == b"WhisperSpec" {
            Ok(Format::Ct2)
        } else {
            Err("a CTranslate2 model that is not Whisper")
        };
    }
    if let Some(header_bytes) = safetensors_header(head) {
        let whole = header_bytes.checked_add(8).is_some_and(|needed_bytes| needed_bytes <= size_bytes);
        return if whole { Ok(Format::Safetensors) } else { Err("a safetensors file cut short") };
    }
    // MessagePack: a map of four lists, of which `nodes` is the first (thinc's `Model.to_bytes`).
    if head.starts_with(b"\x84\xa5nodes") {
        return Ok(Format::Spacy);
    }
    // A protocol buffer: the version of ONNX, then who wrote it (`ModelProto`, onnx.proto).
    if let [0x08, 3..=20, 0x12, ..] = head {
        return Ok(Format::Onnx);
    }
    Err(match head {
        [b'G', b'G', b'U', b'F', ..] => "a GGUF file",
        [b'P', b'K', 3, 4, ..] => "a ZIP archive (PyTorch checkpoints are such)",
        [0x80, 2..=5, ..] => "a Python pickle (older PyTorch checkpoints are such)",
        [b'R', b'I', b'F', b'F', ..] => "a recording",
        _ if head.starts_with(b"version https://git-lfs") => {
            "a Git LFS pointer instead of the file it stands for"
        }
        _ if head.trim_ascii_start().starts_with(b"<") => "a web page",
        _ => "unknown bytes",
    })
}

/// The name of the specification at the head of a CTranslate2 model: a version of 4 bytes, then a
/// length of 2 bytes, then the name and a zero (`Model::load`, CTranslate2 4).
fn ct2_spec(head: &[u8]) -> Option<&[u8]> {
    let (version, rest) = head.split_first_chunk::<4>()?;
    let (length_bytes, rest) = rest.split_first_chunk::<2>()?;
    let (name, _) = rest.split_at_checked(usize::from(u16::from_le_bytes(*length_bytes)))?;
    let name = name.strip_suffix(&[0])?;
    let plausible = (2..=16).contains(&u32::from_le_bytes(*version)) && name.ends_with(b"Spec");
    plausible.then_some(name)
}

/// The length of a safetensors header, in bytes: 8 bytes of length, then JSON.
fn safetensors_header(head: &[u8]) -> Option<u64> {
    let (length_bytes, json) = head.split_first_chunk::<8>()?;
    json.starts_with(b"{\"").then_some(u64::from_le_bytes(*length_bytes))
}

/// The digest of the file at `path`, from a stamp in `stamps` if one still fits.
///
/// The stamp is never beside the file: the folder is the user's.
fn remembered_digest(path: &Path, stamps: &Path) -> io::Result<Sha256Digest> {
    let whole_path = path.canonicalize()?;
    let key = sha256_of_bytes(whole_path.as_os_str().as_encoded_bytes());
    let stamp_path = stamps.join(format!("{key}.verified"));
    let before = fs::metadata(path)?;
    if let Some(digest) = Stamp::read(&stamp_path).and_then(|stamp| stamp.valid_for(&before)) {
        return Ok(digest);
    }
    let digest = sha256_of::<io::Error>(&mut File::open(path)?, |_| Ok(()))?;
    if let Some(stamp) = Stamp::new(&before, digest).filter(|_| fs::create_dir_all(stamps).is_ok()) {
        // Without a stamp the next start hashes again; that is all.
        let _ = stamp.write(&stamp_path);
    }
    Ok(digest)
}

#[cfg(test)]
mod tests;
