//! Which kind of file this is, by its first bytes; for every kind we were ever likely to be given, its name.

use std::path::Path;

use super::Format;
use super::error::{WeightsError, WeightsErrorKind, shown};

/// How many of a file's first bytes are looked at.
pub(super) const HEAD_BYTES: u64 = 512;

/// `ggml` as a little-endian number, so `lmgg` in the file.
pub(super) const GGML_MAGIC: [u8; 4] = 0x6767_6d6c_u32.to_le_bytes();

/// The form of the weights in a file that begins with `head`, or what it is instead.
pub(super) fn format_of(path: &Path, head: &[u8]) -> Result<Format, WeightsError> {
    if head.is_empty() {
        return Err(WeightsError::new(path, WeightsErrorKind::Empty));
    }
    if head.starts_with(&GGML_MAGIC) {
        return Ok(Format::Ggml);
    }
    if let Some(spec) = ctranslate2_spec(head) {
        return if spec == "WhisperSpec" { Ok(Format::CTranslate2) } else { Err(other_network(path, spec)) };
    }
    if is_safetensors(head) {
        return Ok(Format::Safetensors);
    }
    let (found, hint) = foreign(path, head);
    Err(WeightsError::new(path, WeightsErrorKind::Foreign { found: found.to_owned(), hint }))
}

fn other_network(path: &Path, spec: &str) -> WeightsError {
    let found = format!("a CTranslate2 model of kind `{}`", shown(spec));
    let hint = "only Whisper networks can transcribe; choose another model";
    WeightsError::new(path, WeightsErrorKind::Foreign { found, hint })
}

/// The kind of network a CTranslate2 file names after its version: a count, then letters and a zero.
fn ctranslate2_spec(head: &[u8]) -> Option<&str> {
    let version = u32::from_le_bytes(*head.first_chunk()?);
    let name_bytes = usize::from(u16::from_le_bytes(*head.get(4..)?.first_chunk()?));
    let name = head.get(6..)?.get(..name_bytes)?.strip_suffix(&[0])?;
    let name = std::str::from_utf8(name).ok()?;
    (version < 1_000 && name.ends_with("Spec")).then_some(name)
}

/// A length below a terabyte, then JSON.
fn is_safetensors(head: &[u8]) -> bool {
    head.first_chunk().is_some_and(|length| u64::from_le_bytes(*length) < 1 << 40)
        && head.get(8) == Some(&b'{')
}

const CONVERT: &str = "it can't be read as it is; get the same model in the GGML, CTranslate2 or safetensors form, or convert it with \
                       `ct2-transformers-converter` or whisper.cpp's `convert-pt-to-ggml.py`";
const RECORDING: &str = "name the weights as the model and the recording as the file to transcribe";
const UNPACK: &str = "unpack it first, then name the folder or the file inside";
const FETCH: &str = "fetch the model again and look at what the address gives";
const FOLDER: &str = "name the file of the weights or its folder";

/// First bytes, from an offset, of files that are not weights, or not in a form we read.
#[rustfmt::skip]
static FOREIGN: [(usize, &[u8], &str, &str); 23] = [
    (0, &[0x80, 0x02], "a PyTorch checkpoint (a Python pickle)", CONVERT),
    (0, b"GGUF", "a GGUF file, the form of language models", "take the GGML file of whisper.cpp, such as `ggml-base.bin`"),
    (4, b"TFL3", "a TensorFlow Lite model", CONVERT),
    (0, b"\x89HDF", "an HDF5 file, such as a Keras model", CONVERT),
    (0, b"\x93NUMPY", "a NumPy array", CONVERT),
    (0, b"RIFF", "a RIFF file, such as a WAV recording", RECORDING),
    (0, b"RF64", "a WAV recording", RECORDING),
    (0, b"ID3", "an MP3 recording", RECORDING),
    (0, &[0xff, 0xfb], "an MP3 recording", RECORDING),
    (0, b"fLaC", "a FLAC recording", RECORDING),
    (0, b"OggS", "an Ogg recording", RECORDING),
    (4, b"ftyp", "an MP4 or MOV recording", RECORDING),
    (0, &[0x1a, 0x45, 0xdf, 0xa3], "a Matroska or WebM recording", RECORDING),
    (0, &[0x1f, 0x8b], "a gzip file", UNPACK),
    (0, b"BZh", "a bzip2 file", UNPACK),
    (0, b"\xfd7zXZ", "an xz file", UNPACK),
    (0, &[0x28, 0xb5, 0x2f, 0xfd], "a Zstandard file", UNPACK),
    (257, b"ustar", "a tar archive", UNPACK),
    (0, b"version https://git-lfs", "a Git LFS pointer, not the file it stands for", "fetch the file itself, with `git lfs pull`"),
    (0, b"<!DOCTYPE", "a web page", FETCH),
    (0, b"<!doctype", "a web page", FETCH),
    (0, b"<html", "a web page", FETCH),
    (0, b"\x7fELF", "a program", FOLDER),
];

fn foreign(path: &Path, head: &[u8]) -> (&'static str, &'static str) {
    if head.starts_with(b"PK\x03\x04") {
        return zip(path, head);
    }
    let known = FOREIGN
        .iter()
        .find(|(offset, magic, ..)| head.get(*offset..).is_some_and(|at| at.starts_with(magic)));
    if let Some((_, _, found, hint)) = known {
        return (found, hint);
    }
    if is_onnx(head) {
        return ("an ONNX model", CONVERT);
    }
    match head.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{' | b'[') => ("a JSON file", FOLDER),
        _ if is_text(head) => ("a text file", FOLDER),
        _ => ("a file of an unknown kind", FOLDER),
    }
}

/// A zip archive; PyTorch's begin with `NAME/data.pkl`, and go by a few extensions.
fn zip(path: &Path, head: &[u8]) -> (&'static str, &'static str) {
    let is_checkpoint = head.windows(8).any(|window| window == b"data.pkl")
        || path
            .extension()
            .is_some_and(|extension| ["pt", "pth", "bin", "ckpt"].iter().any(|known| extension == *known));
    if is_checkpoint { ("a PyTorch checkpoint", CONVERT) } else { ("a zip archive", UNPACK) }
}

/// A protocol buffer that begins with a small IR version (field 1) and a producer's name (field 2).
fn is_onnx(head: &[u8]) -> bool {
    matches!(head, [0x08, version, 0x12, ..] if *version < 32)
}

/// Nothing but UTF-8 without control characters; the last character may be cut in two.
fn is_text(head: &[u8]) -> bool {
    let whole = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !whole.is_empty() && !whole.chars().any(|character| character.is_control() && !character.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_first_bytes() {
        #[track_caller]
        fn check(name: &str, head: &[u8], expected: &str) {
            let found = match format_of(Path::new(name), head) {
                Ok(format) => format.to_string(),
                Err(error) => match *error.kind {
                    WeightsErrorKind::Foreign { found, .. } => found,
                    other => other.to_string().lines().next().unwrap_or_default().to_owned(),
                },
            };
            assert_eq!(found, expected);
        }
        check("a.bin", b"lmgg\x99\xca\0\0", "GGML");
        check("a.bin", b"\x06\0\0\0\x0c\0WhisperSpec\0\x03\0\0\0", "CTranslate2");
        check("a.bin", b"\x06\0\0\0\x10\0TransformerSpec\0", "a CTranslate2 model of kind `TransformerSpec`");
        check("a.safetensors", b"\x10\0\0\0\0\0\0\0{\"__metadata__\"", "safetensors");
        check("a", b"", "the file is empty");
        check("a.pt", b"PK\x03\x04\0\0\x08\x08\0\0archive/data.pkl", "a PyTorch checkpoint");
        check("pytorch_model.bin", b"PK\x03\x04\0\0\x08\x08\0\0version", "a PyTorch checkpoint");
        check("model.zip", b"PK\x03\x04\0\0\x08\x08\0\0model.bin", "a zip archive");
        check("a.pt", b"\x80\x02\x8a\x0al\xfc\x9c", "a PyTorch checkpoint (a Python pickle)");
        check("a.gguf", b"GGUF\x03\0\0\0", "a GGUF file, the form of language models");
        check("a.onnx", b"\x08\x08\x12\x07pytorch\x1a", "an ONNX model");
        check("a.wav", b"RIFF\x24\0\0\0WAVEfmt ", "a RIFF file, such as a WAV recording");
        check("a.mp4", b"\0\0\0\x20ftypisom", "an MP4 or MOV recording");
        check(
            "a.bin",
            b"version https://git-lfs.example/spec",
            "a Git LFS pointer, not the file it stands for",
        );
        check("a.bin", b"<!doctype html>\n", "a web page");
        check("config.json", b"\n {\"d_model\": 512}", "a JSON file");
        check("a.txt", "Guten Abend, \u{fc}".as_bytes(), "a text file");
        check("a.txt", b"Gute\xc3", "a text file"); // `ü` cut in two
        check("a.bin", b"\0\0\0\0\0\0\0\0\0", "a file of an unknown kind");
        check("a.bin", b"\xff", "a file of an unknown kind");
        check("a.bin", b"lmg", "a text file"); // too short for the magic, but these are letters
    }

    proptest::proptest! {
        #[test]
        fn any_head_is_something(head: Vec<u8>) {
            let _ = format_of(Path::new("x"), &head);
        }
    }
}
