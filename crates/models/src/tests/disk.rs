//! What is on disk: found, damaged, checked, refused.

use std::fs::{self, File, FileTimes};
use std::path::Path;

use super::server::{Server, serve};
use super::toys::{Impatient, Sandbox, names_in, public_toy, weights};
use crate::{FetchError, Finding, Manifest, Silent, SourceChoice, State};

const SIZE_BYTES: usize = 5_000;

fn fetched() -> (Sandbox, Server) {
    let bytes = weights(SIZE_BYTES);
    let served = bytes.clone();
    let server = Server::start(move |request, _, stream| serve(stream, &served, request));
    let sandbox = Sandbox::public(&server.url("/toy.bin"), &bytes);
    sandbox.cache.fetch("toy", &mut Silent).unwrap();
    (sandbox, server)
}

/// Changes one bit of a file; `keep_time` makes it look untouched.
fn damage(path: &Path, keep_time: bool) {
    let modified = path.metadata().unwrap().modified().unwrap();
    let mut bytes = fs::read(path).unwrap();
    bytes[1234] ^= 1;
    fs::write(path, bytes).unwrap();
    if keep_time {
        let times = FileTimes::new().set_modified(modified);
        File::options().write(true).open(path).unwrap().set_times(times).unwrap();
    }
}

#[test]
fn states_follow_what_is_on_disk() {
    let (sandbox, _server) = fetched();
    let folder = sandbox.folder(0);
    let state = || sandbox.cache.list()[0].state.clone();
    assert_eq!(state(), State::Present { format: crate::Format::Ggml, folder: folder.clone() });
    damage(&folder.join("toy.bin"), false);
    assert!(matches!(state(), State::Damaged { finding: Finding::WrongHash { .. }, .. }), "{:?}", state());
    fs::write(folder.join("toy.bin"), "short").unwrap();
    let finding = Finding::WrongSize { expected_bytes: 5000, found_bytes: 5 };
    assert!(matches!(state(), State::Damaged { finding: found, .. } if found == finding));
    fs::rename(folder.join("toy.bin"), folder.join("toy.bin.partial")).unwrap();
    assert_eq!(state(), State::Partial { received_bytes: 5, total_bytes: 5000 });
    fs::remove_dir_all(&folder).unwrap();
    assert_eq!(state(), State::Absent);
}

#[test]
fn a_damaged_file_is_refused_and_replaced() {
    let (sandbox, server) = fetched();
    let path = sandbox.folder(0).join("toy.bin");
    damage(&path, false);
    let error = sandbox.cache.locate("toy").unwrap_err().to_string();
    insta::assert_snapshot!(sandbox.steady(&error), @r"
    the model `toy` is damaged: `FOLDER/cache/toy-ggml-b2ee423f/toy.bin`: expected SHA-256 b2ee423f7a803067c0f2edaaa3080da38aa96a99b3c826bc9259d910ab9c2100, found c9d9f91bdf88fb28c4c4cc2dbc9cdfaa869410eb179a9e20b1dcb63311f33e14
    hint: fetch it again with `onrecord models fetch toy`
    ");
    sandbox.cache.fetch("toy", &mut Impatient { left: 1 }).unwrap_err();
    assert!(!path.exists(), "the damaged file makes room before the new one comes");
    sandbox.cache.fetch("toy", &mut Silent).unwrap();
    assert_eq!(fs::read(&path).unwrap(), weights(SIZE_BYTES));
    assert_eq!(server.offsets(), [None, None]);
}

#[test]
fn verifying_finds_what_a_stamp_hides() {
    let (sandbox, _server) = fetched();
    assert!(sandbox.cache.verify("toy", &mut Silent).unwrap().is_sound());
    damage(&sandbox.folder(0).join("toy.bin"), true);
    sandbox.cache.locate("toy").expect("size and time are those of the stamp");

    let verification = sandbox.cache.verify("toy", &mut Silent).unwrap();
    assert!(!verification.is_sound());
    insta::assert_snapshot!(sandbox.steady(&verification.files[0].to_string()).replace(&folder_name(&sandbox), "TOY"), @"`FOLDER/cache/TOY/toy.bin`: expected SHA-256 b2ee423f7a803067c0f2edaaa3080da38aa96a99b3c826bc9259d910ab9c2100, found c9d9f91bdf88fb28c4c4cc2dbc9cdfaa869410eb179a9e20b1dcb63311f33e14");
    sandbox.cache.locate("toy").expect_err("from now on it is refused");
}

fn folder_name(sandbox: &Sandbox) -> String {
    sandbox.folder(0).file_name().unwrap().to_str().unwrap().to_owned()
}

#[test]
fn a_file_put_there_by_hand_is_hashed_before_it_is_used() {
    let bytes = weights(SIZE_BYTES);
    let sandbox = Sandbox::public("https://models.invalid/toy.bin", &bytes);
    fs::create_dir_all(sandbox.folder(0)).unwrap();
    fs::write(sandbox.folder(0).join("toy.bin"), &bytes).unwrap();
    sandbox.cache.fetch("toy", &mut Silent).expect("no network is needed");
    assert_eq!(sandbox.names(), ["toy.bin", "toy.bin.verified"]);
}

#[test]
fn a_stamp_for_other_bytes_is_not_believed() {
    let (sandbox, _server) = fetched();
    let stamp = sandbox.folder(0).join("toy.bin.verified");
    let text = fs::read_to_string(&stamp).unwrap();
    damage(&sandbox.folder(0).join("toy.bin"), false);
    fs::write(&stamp, text.replacen(|c| c == text.chars().next().unwrap(), "", 1)).unwrap();
    sandbox.cache.locate("toy").unwrap_err();
}

#[test]
fn what_is_absent_is_said_so() {
    let sandbox = Sandbox::public("https://models.invalid/toy.bin", b"bytes");
    insta::assert_snapshot!(sandbox.cache.verify("toy", &mut Silent).unwrap_err(), @r"
    the model `toy` is not on this machine
    hint: fetch it with `onrecord models fetch toy`
    ");
    insta::assert_snapshot!(sandbox.cache.locate("toy").unwrap_err(), @r"
    the model `toy` is not on this machine
    hint: fetch it with `onrecord models fetch toy`
    ");
    insta::assert_snapshot!(sandbox.cache.locate("tony").unwrap_err(), @r"
    there is no file `tony`, and no model is called `tony`
    hint: the models are `toy`
    ");
    insta::assert_snapshot!(sandbox.cache.fetch("tony", &mut Silent).unwrap_err(), @r"
    no model is called `tony`
    hint: the models are `toy`
    ");
    insta::assert_snapshot!(sandbox.steady(&sandbox.cache.locate("absent.bin").unwrap_err().to_string()), @"cannot read the model `absent.bin`: No such file or directory");
    assert_eq!(names_in(sandbox.outside.path()), Vec::<String>::new(), "looking makes nothing");
}

#[test]
fn a_name_comes_before_a_file_of_that_name() {
    let (sandbox, _server) = fetched();
    let path = sandbox.outside.path().join("toy");
    fs::write(&path, weights(100)).unwrap();
    assert_eq!(sandbox.cache.locate("toy").unwrap().weights, sandbox.folder(0).join("toy.bin"));
    assert_eq!(sandbox.cache.locate(&path).unwrap().weights, path);
    assert_eq!(names_in(&sandbox.cache.folder().join("local")).len(), 1);
}

#[test]
fn a_source_that_the_model_lacks_is_said_so() {
    let sandbox = Sandbox::public("https://models.invalid/toy.bin", b"bytes");
    let sandbox = sandbox.with_options(|options| options.sources = SourceChoice::Packages);
    insta::assert_snapshot!(sandbox.error(), @r"
    the model `toy` cannot be had from the chosen source (`packages`)
    hint: unset `ONRECORD_MODEL_SOURCE`, or choose another model: `onrecord models list` says which there are
    ");
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let sandbox = Sandbox::public("https://models.invalid/toy.bin", b"bytes");
    fs::write(sandbox.cache.folder(), "a file where the cache should be").unwrap();
    insta::assert_snapshot!(sandbox.error(), @r"
    cannot write `FOLDER/cache/locks/toy.lock`: Not a directory
    hint: make the folder writable, or set `ONRECORD_MODELS` to another one
    ");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_so() {
    let bytes = weights(SIZE_BYTES);
    let served = bytes.clone();
    let server = Server::start(move |request, _, stream| serve(stream, &served, request));
    let sandbox = Sandbox::public(&server.url("/toy.bin"), &bytes);
    fs::create_dir_all(sandbox.folder(0)).unwrap();
    std::os::unix::fs::symlink("/dev/full", sandbox.folder(0).join("toy.bin.partial")).unwrap();
    let message = sandbox.error().replace(&folder_name(&sandbox), "TOY");
    insta::assert_snapshot!(message, @r"
    no space left for the model `toy` at `FOLDER/cache/TOY/toy.bin.partial`; 5000 bytes are needed in all
    hint: make room, or set `ONRECORD_MODELS` to a folder on another disk; what has arrived is kept
    ");
}

#[test]
fn another_pin_is_another_folder() {
    let (sandbox, _server) = fetched();
    let manifest = Manifest::new(vec![public_toy("https://models.invalid/toy.bin", b"new")]).unwrap();
    let newer = crate::Cache::new(sandbox.cache.folder(), manifest);
    assert_eq!(newer.list()[0].state, State::Absent);
    assert!(matches!(newer.locate("toy"), Err(crate::LocateError::Absent { .. })));
    assert!(matches!(newer.fetch("nothing", &mut Silent), Err(FetchError::Unknown(_))));
}
