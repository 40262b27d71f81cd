//! Models named by path.

use std::fs;

use super::*;

/// The heads of real files, shortened.
const GGML: &[u8] = b"lmgg\x99\xca\0\0\xdc\x05\0\0";
const CT2: &[u8] = b"\x06\0\0\0\x0c\0WhisperSpec\0\x03\0\0\0\xd6\0\0\0";
const SAFETENSORS: &[u8] = b"\x0a\0\0\0\0\0\0\0{\"a\": 1}  ";

#[test]
fn formats_are_told_by_the_first_bytes() {
    #[track_caller]
    fn check(head: &[u8], expected: Result<Format, &str>) {
        assert_eq!(format_of(head, 1000), expected, "for {}", head.escape_ascii());
    }
    check(GGML, Ok(Format::Ggml));
    check(CT2, Ok(Format::Ct2));
    check(SAFETENSORS, Ok(Format::Safetensors));
    check(b"", Err("an empty file"));
    check(b"\x06\0\0\0\x10\0TransformerSpec\0", Err("a CTranslate2 model that is not Whisper"));
    check(b"\xff\xff\0\0\0\0\0\0{\"", Err("a safetensors file cut short"));
    check(b"\xff\xff\xff\xff\xff\xff\xff\xff{\"", Err("a safetensors file cut short"));
    check(b"GGUF\x03\0\0\0", Err("a GGUF file"));
    check(b"PK\x03\x04", Err("a ZIP archive (PyTorch checkpoints are such)"));
    check(
        b"version https://git-lfs.github.com/spec/v1",
        Err("a Git LFS pointer instead of the file it stands for"),
    );
    check(b"\n<!doctype html>", Err("a web page"));
    check(b"\x06\0\0\0\xff\xffWhisperSpec", Err("unknown bytes")); // The length says more than there is.
    check(b"lmg", Err("unknown bytes"));
}

proptest::proptest! {
    #[test]
    fn no_head_makes_the_reader_panic(head: Vec<u8>, size_bytes: u64) {
        let _ = format_of(&head, size_bytes);
    }
}

#[test]
fn a_folder_gives_its_weights_and_what_lies_beside_them() {
    let folder = tempfile::tempdir().unwrap();
    let stamps = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("model.bin"), CT2).unwrap();
    fs::write(path("config.json"), "{}").unwrap();
    fs::write(path("vocabulary.txt"), "a\n").unwrap();
    fs::write(path("training_args.bin"), b"PK\x03\x04").unwrap();

    let files = locate(folder.path(), stamps.path()).unwrap();
    assert_eq!(files.format, Format::Ct2);
    assert_eq!(files.weights, path("model.bin"));
    assert_eq!(files.config, Some(path("config.json")));
    assert_eq!(files.tokenizer, None);
    assert_eq!(files.vocabulary, Some(path("vocabulary.txt")));
    assert_eq!(files.weights_sha256, sha256_of_bytes(CT2));
    assert_eq!((files.licence, files.origin), (None, Origin::Local));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4, "the user's folder is left alone");
}

#[test]
fn a_digest_is_remembered_until_the_file_changes() {
    let folder = tempfile::tempdir().unwrap();
    let (path, stamps) = (folder.path().join("my model.bin"), folder.path().join("stamps"));
    fs::write(&path, GGML).unwrap();
    let digest = locate(&path, &stamps).unwrap().weights_sha256;
    assert_eq!(digest, sha256_of_bytes(GGML));

    // A stamp that vouches for another digest shows that the second call reads it.
    let stamp = fs::read_dir(&stamps).unwrap().next().unwrap().unwrap().path();
    let other = sha256_of_bytes(b"other");
    Stamp::new(&path.metadata().unwrap(), other).unwrap().write(&stamp).unwrap();
    assert_eq!(locate(&path, &stamps).unwrap().weights_sha256, other);

    fs::write(&path, [GGML, b"more"].concat()).unwrap();
    assert_eq!(locate(&path, &stamps).unwrap().weights_sha256, sha256_of_bytes(&[GGML, b"more"].concat()));
}

#[test]
fn an_unwritable_place_for_stamps_does_not_matter() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.bin");
    fs::write(&path, GGML).unwrap();
    let stamps = path.join("below a file");
    assert_eq!(locate(&path, &stamps).unwrap().weights_sha256, sha256_of_bytes(GGML));
}

#[test]
fn errors_name_the_path_and_what_was_found() {
    let folder = tempfile::tempdir().unwrap();
    let stamps = tempfile::tempdir().unwrap();
    let message = |path: &Path| {
        let error = locate(path, stamps.path()).unwrap_err().to_string();
        error.replace(&folder.path().display().to_string(), "FOLDER")
    };
    insta::assert_snapshot!(message(&folder.path().join("absent.bin")), @"cannot read the model `FOLDER/absent.bin`: No such file or directory (os error 2)");
    insta::assert_snapshot!(message(folder.path()), @"no model in the folder `FOLDER`: expected one `.bin`, `.safetensors` or `.onnx` file with weights");
    let page = folder.path().join("page.bin");
    fs::write(&page, "<html>").unwrap();
    insta::assert_snapshot!(message(&page), @r"
    `FOLDER/page.bin` is not a model this program can read: expected GGML, CTranslate2, safetensors or ONNX, found a web page
    hint: `onrecord models list` names the models that can be fetched
    ");
    fs::write(folder.path().join("ggml-a.bin"), GGML).unwrap();
    fs::write(folder.path().join("ggml-b.bin"), GGML).unwrap();
    insta::assert_snapshot!(message(folder.path()), @r"
    several models in the folder `FOLDER`: `ggml-a.bin`, `ggml-b.bin`
    hint: name the file instead of the folder
    ");
}
