//! Fetching by a pip of our own: a script that copies wheels out of a folder.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use zip::write::SimpleFileOptions;

use super::server::{Server, head};
use super::toys::{Impatient, Sandbox, file, model, names_in, weights};
use crate::fetch::Pip;
use crate::manifest::{BuiltFor, Format, Package, Part, Role, Source, Variant};
use crate::{FetchError, Silent, SourceChoice, State, Step};

const SIZE_BYTES: usize = 400_000;

/// The folder from which the pip of a test takes its wheels, and where it notes what it was asked.
struct Index {
    folder: tempfile::TempDir,
}

impl Index {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A wheel of `package`, with these files in it; its size.
    fn wheel(&self, package: &str, files: &[(&str, &[u8])]) -> u64 {
        let path = self.path(&format!("{package}.whl"));
        let mut archive = zip::ZipWriter::new(File::create(&path).unwrap());
        for (name, bytes) in files {
            let method = zip::CompressionMethod::Deflated;
            archive.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
            archive.write_all(bytes).unwrap();
        }
        archive.finish().unwrap();
        path.metadata().unwrap().len()
    }

    /// A pip that runs `script` with `$dest`, `$package` and `$index` set.
    fn pip(&self, script: &str) -> Pip {
        let path = self.path("pip.sh");
        let text = format!(
            "#!/bin/sh\nindex='{}'\necho \"$*\" >> \"$index/asked\"\nprevious=\n\
             for word; do [ \"$previous\" = --dest ] && dest=$word; previous=$word; done\n\
             package=${{previous%%==*}}\n{script}\n",
            self.folder.path().display()
        );
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        // Through `sh`: another thread may just be forking with the script still open for writing.
        Pip { program: "sh".into(), arguments: vec![path.into()] }
    }

    /// A pip that finds its wheels.
    fn good_pip(&self) -> Pip {
        self.pip("cp \"$index/$package.whl\" \"$dest/$package-1.0-py3-none-any.whl\"")
    }

    /// How often pip was run.
    fn runs(&self) -> usize {
        fs::read_to_string(self.path("asked")).unwrap_or_default().lines().count()
    }
}

fn package(name: &str, wheel_bytes: u64) -> Package {
    Package { name: name.to_owned(), version: "1.0".to_owned(), wheel_bytes, built_for: None }
}

fn packed(package: &Package, path: &str) -> Part {
    Part { package: package.clone(), path: path.to_owned() }
}

/// The model `toy` as CTranslate2 from two wheels: weights in two parts, a vocabulary.
fn toy(first_bytes: u64, second_bytes: u64) -> crate::Model {
    let (first, second) = (package("toy-1", first_bytes), package("toy-2", second_bytes));
    let parts = vec![packed(&first, "toy/model.part1"), packed(&second, "toy/model.part2")];
    let vocabulary = vec![packed(&second, "toy/vocabulary.txt")];
    let files = vec![
        file("model.bin", Role::Weights, &weights(SIZE_BYTES), vec![Source::Packages(parts)]),
        file("vocabulary.txt", Role::Vocabulary, b"a\nb\n", vec![Source::Packages(vocabulary)]),
    ];
    model(vec![Variant { format: Format::Ct2, files }])
}

/// The good wheels of [`toy`], and a cache with a pip that has them.
fn good() -> (Index, Sandbox) {
    let index = Index::new();
    let bytes = weights(SIZE_BYTES);
    let (first, second) = bytes.split_at(150_000);
    let first_bytes = index.wheel("toy-1", &[("toy/model.part1", first)]);
    let second_bytes =
        index.wheel("toy-2", &[("toy/model.part2", second), ("toy/vocabulary.txt", b"a\nb\n")]);
    let pip = index.good_pip();
    let sandbox =
        Sandbox::new(toy(first_bytes, second_bytes)).with_options(|options| options.pips = vec![pip]);
    (index, sandbox)
}

#[test]
fn a_model_is_put_together_from_wheels() {
    let (index, sandbox) = good();
    let files = sandbox.cache.fetch("toy", &mut Silent).unwrap();
    assert_eq!(fs::read(&files.weights).unwrap(), weights(SIZE_BYTES));
    assert_eq!(fs::read(files.vocabulary.as_ref().unwrap()).unwrap(), b"a\nb\n");
    assert_eq!(files.format, Format::Ct2);
    assert_eq!(
        sandbox.names(),
        ["model.bin", "model.bin.verified", "vocabulary.txt", "vocabulary.txt.verified"]
    );
    assert_eq!(index.runs(), 2);
    let asked = fs::read_to_string(index.path("asked")).unwrap();
    assert!(asked.lines().all(|line| line.starts_with("download --no-deps --only-binary :all: ")), "{asked}");
    assert!(asked.contains(" toy-1==1.0\n") && asked.ends_with(" toy-2==1.0\n"), "{asked}");
}

#[test]
fn pip_is_told_what_a_wheel_was_built_for() {
    let (index, sandbox) = good();
    let mut model = sandbox.cache.manifest().models()[0].clone();
    let built =
        BuiltFor { python: "3.13".into(), abi: "abi3".into(), platform: "manylinux_2_28_x86_64".into() };
    for source in model.variants[0].files.iter_mut().flat_map(|file| &mut file.sources) {
        let Source::Packages(parts) = source else { continue };
        parts.iter_mut().for_each(|part| part.package.built_for = Some(built.clone()));
    }
    let pip = index.good_pip();
    let sandbox = Sandbox::new(model).with_options(|options| options.pips = vec![pip]);
    sandbox.cache.fetch("toy", &mut Silent).unwrap();
    let asked = fs::read_to_string(index.path("asked")).unwrap();
    let expected =
        " --implementation cp --python-version 3.13 --abi abi3 --platform manylinux_2_28_x86_64 toy-1==1.0\n";
    assert!(asked.contains(expected), "{asked}");
}

#[test]
fn hostile_names_in_a_wheel_do_nothing() {
    let (index, sandbox) = good();
    let bytes = weights(SIZE_BYTES);
    let hostile: &[(&str, &[u8])] = &[
        ("../../escaped", b"x"),
        ("/tmp/onrecord-escaped", b"x"),
        ("toy/../../escaped", b"x"),
        ("C:\\escaped", b"x"),
        ("model.bin", b"x"),
        ("packages/escaped", b"x"),
        ("toy/model.part1", &bytes[..150_000]),
    ];
    let wheel_bytes = index.wheel("toy-1", hostile);
    let mut model = sandbox.cache.manifest.models()[0].clone();
    let part = |source: &mut Source| match source {
        Source::Packages(parts) => parts[0].package.wheel_bytes = wheel_bytes,
        Source::Public(_) => {}
    };
    model.variants[0].files[0].sources.iter_mut().for_each(part);
    let pip = sandbox.cache.options.pips.clone();
    let sandbox = Sandbox::new(model).with_options(|options| options.pips = pip);
    sandbox.cache.fetch("toy", &mut Silent).unwrap();
    assert_eq!(names_in(sandbox.outside.path()), ["cache"]);
    assert_eq!(
        sandbox.names(),
        ["model.bin", "model.bin.verified", "vocabulary.txt", "vocabulary.txt.verified"]
    );
    assert!(!Path::new("/tmp/onrecord-escaped").exists());
}

/// The message of a fetch with another first wheel; nothing of it may stay.
#[track_caller]
fn refused(files: &[(&str, &[u8])]) -> String {
    let (index, sandbox) = good();
    index.wheel("toy-1", files);
    let message = reason(&sandbox);
    assert_eq!(names_in(&sandbox.folder(0).join("packages")), Vec::<String>::new());
    assert!(sandbox.cache.locate("toy").is_err());
    assert_eq!(index.runs(), 2, "bad wheels are not asked for again in the same run");
    message
}

#[track_caller]
fn reason(sandbox: &Sandbox) -> String {
    match sandbox.cache.fetch("toy", &mut Silent).unwrap_err() {
        FetchError::AllFailed { failed, .. } => sandbox.steady(&failed[0].reason.to_string()),
        other => panic!("{other}"),
    }
}

#[test]
fn wheels_with_other_contents_are_refused() {
    let bytes = weights(SIZE_BYTES);
    let part = &bytes[..150_000];
    insta::assert_snapshot!(refused(&[("toy/other", b"x")]), @"the wheel of `toy-1==1.0` cannot be used: `toy/model.part1`: specified file not found in archive");
    insta::assert_snapshot!(refused(&[("toy/model.part1", &part[1..])]), @"`toy-1==1.0` offers 399999 bytes, expected 400000");
    insta::assert_snapshot!(refused(&[("toy/model.part1", &[&part[1..], b"x"].concat())]), @"`model.bin` from `toy-1==1.0` is not the file it should be and was removed: expected SHA-256 f35ed8f6db4bb9b40a948b2eb438681081279e897e15ef7c19df7fdf72185806, found dcaf05ecaf02fd8d5154980a92b2928a1390fa4c43bd26c1f6c6b80b4cd98da0");
    // A bomb: 10 MB of zeros in a wheel of 10 kB.
    insta::assert_snapshot!(refused(&[("toy/model.part1", &vec![0; 10_000_000])]), @"the wheel of `toy-1==1.0` cannot be used: `toy/model.part1` is longer than the 400000 bytes expected of it");
}

#[test]
fn a_larger_wheel_is_refused_unopened() {
    let (index, sandbox) = good();
    let size_bytes = index.wheel("toy-1", &[("toy/model.part1", &weights(200_000))]);
    let message = reason(&sandbox).replace(&size_bytes.to_string(), "LARGER");
    assert!(
        message.starts_with("the wheel of `toy-1==1.0` cannot be used: it has LARGER bytes, expected "),
        "{message}"
    );
}

#[test]
fn a_wheel_cut_short_by_an_earlier_run_is_fetched_again() {
    let (index, sandbox) = good();
    let wheels = sandbox.folder(0).join("packages");
    fs::create_dir_all(wheels.join(".tmpAb12Cd/pip-unpack-1")).unwrap();
    fs::write(wheels.join("toy-1-1.0.whl"), b"PK\x03\x04 cut").unwrap();
    assert!(matches!(sandbox.cache.list()[0].state, State::Partial { received_bytes: 8, .. }));
    sandbox.cache.fetch("toy", &mut Silent).unwrap();
    assert_eq!(index.runs(), 3, "the second wheel, then both");
}

#[test]
fn wheels_that_arrived_are_kept_over_a_broken_run() {
    let (index, sandbox) = good();
    let broken = index.pip("[ $package = toy-2 ] && { echo 'ERROR: no network' >&2; exit 1; }; cp \"$index/$package.whl\" \"$dest/\"");
    let sandbox = sandbox.with_options(|options| options.pips = vec![broken]);
    let message = reason(&sandbox).replace(&index.path("pip.sh").display().to_string(), "PIP");
    insta::assert_snapshot!(message, @"`sh PIP download toy-2==1.0` failed: no network");
    assert_eq!(names_in(&sandbox.folder(0).join("packages")), ["toy-1-1.0.whl"]);

    index.good_pip(); // In the place of the broken one.
    sandbox.cache.fetch("toy", &mut Silent).unwrap();
    assert_eq!(index.runs(), 3);
}

#[test]
fn without_pip_the_error_says_how_to_get_it() {
    let (index, sandbox) = good();
    let absent =
        Pip { program: "onrecord-has-no-such-program".into(), arguments: vec!["-m".into(), "pip".into()] };
    let bare = index.pip("echo '/usr/bin/python3: No module named pip' >&2; exit 1");
    let sandbox = sandbox.with_options(|options| options.pips = vec![absent, bare]);
    let message = sandbox.error().replace(&index.path("pip.sh").display().to_string(), "PIP");
    insta::assert_snapshot!(message, @r"
    cannot fetch the model `toy`
      from packages: there is no pip to fetch packages with; tried `onrecord-has-no-such-program -m pip`, `sh PIP`
    hint: install pip (on Debian: `apt install python3-pip`), which fetches packages
    hint: or fetch the file on another machine and name it with `--model PATH`
    ");
}

#[test]
fn the_first_pip_that_is_there_is_used() {
    let (_index, sandbox) = good();
    let absent = Pip { program: "onrecord-has-no-such-program".into(), arguments: Vec::new() };
    let sandbox = sandbox.with_options(|options| options.pips.insert(0, absent));
    sandbox.cache.fetch("toy", &mut Silent).unwrap();
}

#[test]
fn a_pip_without_room_is_a_full_disk() {
    let (index, sandbox) = good();
    let cramped =
        index.pip("echo 'ERROR: Exception:\nOSError: [Errno 28] No space left on device' >&2; exit 2");
    let sandbox = sandbox.with_options(|options| options.pips = vec![cramped]);
    let error = sandbox.cache.fetch("toy", &mut Silent).unwrap_err();
    assert!(matches!(error, FetchError::NoSpace { needed_bytes, .. } if needed_bytes > 800_000), "{error}");
}

#[test]
fn a_pip_that_leaves_nothing_has_failed() {
    let (index, sandbox) = good();
    let idle = index.pip("exit 0");
    let sandbox = sandbox.with_options(|options| options.pips = vec![idle]);
    let message = reason(&sandbox).replace(&index.path("pip.sh").display().to_string(), "PIP");
    insta::assert_snapshot!(message, @"`sh PIP download toy-1==1.0` failed: it left no wheel");
}

#[test]
fn a_cancelled_fetch_ends_pip() {
    let (index, sandbox) = good();
    let slow = index.pip("exec sleep 60");
    let sandbox = sandbox.with_options(|options| options.pips = vec![slow]);
    let start = std::time::Instant::now();
    let error = sandbox.cache.fetch("toy", &mut Impatient { left: 2 }).unwrap_err();
    assert!(matches!(error, FetchError::Cancelled { .. }), "{error}");
    assert!(start.elapsed().as_secs() < 30);
}

#[test]
fn a_pip_that_fills_the_disk_is_stopped() {
    let (index, sandbox) = good();
    let greedy = index.pip("head -c 20000000 /dev/zero > \"$dest/flood\"; exec sleep 20");
    let sandbox = sandbox.with_options(|options| options.pips = vec![greedy]);
    let message = reason(&sandbox);
    assert!(
        message.starts_with("the wheel of `toy-1==1.0` cannot be used: it is larger than the "),
        "{message}"
    );
    assert_eq!(names_in(&sandbox.folder(0).join("packages")), Vec::<String>::new());
}

/// `toy` as GGML at an address, and as CTranslate2 in the wheels of [`good`].
fn two_ways(address: &str, wheels: &Sandbox) -> Sandbox {
    let public = file("toy.bin", Role::Weights, &weights(1000), vec![Source::Public(address.to_owned())]);
    let mut model = wheels.cache.manifest.models()[0].clone();
    model.variants.insert(0, Variant { format: Format::Ggml, files: vec![public] });
    let pips = wheels.cache.options.pips.clone();
    Sandbox::new(model).with_options(|options| options.pips = pips)
}

#[test]
fn packages_are_tried_when_the_public_host_fails() {
    let (_index, wheels) = good();
    let server = Server::start(|_, _, stream| head(stream, "403 Forbidden", &["Content-Length: 0"]));
    let sandbox = two_ways(&server.url("/toy.bin"), &wheels);
    let mut failed = Vec::new();
    let files = sandbox.cache.fetch("toy", &mut |step: &Step<'_>| {
        if let Step::SourceFailed { origin, reason } = step {
            failed.push(format!("{origin}: {reason}"));
        }
    });
    assert_eq!(files.unwrap().format, Format::Ct2);
    assert_eq!(failed.len(), 1);
    insta::assert_snapshot!(sandbox.steady(&failed[0]), @"the public model host: `http://127.0.0.1:PORT/toy.bin` answered 403 Forbidden");
    assert!(matches!(sandbox.cache.list()[0].state, State::Present { format: Format::Ct2, .. }));
}

#[test]
fn the_choice_of_sources_is_kept_to() {
    let (index, wheels) = good();
    let server = Server::start(|_, _, stream| head(stream, "403 Forbidden", &["Content-Length: 0"]));
    let sandbox = two_ways(&server.url("/toy.bin"), &wheels);
    let public = sandbox.with_options(|options| options.sources = SourceChoice::Public);
    insta::assert_snapshot!(public.error(), @r"
    cannot fetch the model `toy`
      from the public model host: `http://127.0.0.1:PORT/toy.bin` answered 403 Forbidden
    hint: try again later, or look for a newer version of this program
    hint: or fetch the file on another machine and name it with `--model PATH`
    ");
    assert_eq!((server.requests().len(), index.runs()), (1, 0));

    let sandbox = two_ways(&server.url("/toy.bin"), &wheels);
    let packages = sandbox.with_options(|options| options.sources = SourceChoice::Packages);
    packages.cache.fetch("toy", &mut Silent).unwrap();
    assert_eq!((server.requests().len(), index.runs()), (1, 2));
}

#[test]
fn when_all_fail_each_reason_is_given() {
    let (index, wheels) = good();
    let failing = index.pip("echo 'ERROR: No matching distribution found for toy-1==1.0' >&2; exit 1");
    let wheels = wheels.with_options(|options| options.pips = vec![failing]);
    let server = Server::start(|_, _, stream| head(stream, "404 Not Found", &["Content-Length: 0"]));
    let sandbox = two_ways(&server.url("/toy.bin"), &wheels);
    let message = sandbox.error().replace(&index.path("pip.sh").display().to_string(), "PIP");
    insta::assert_snapshot!(message, @r"
    cannot fetch the model `toy`
      from the public model host: `http://127.0.0.1:PORT/toy.bin` answered 404 Not Found
      from packages: `sh PIP download toy-1==1.0` failed: No matching distribution found for toy-1==1.0
    hint: try again later, or look for a newer version of this program
    hint: check that pip reaches its index (`PIP_INDEX_URL`, `PIP_CERT`)
    hint: or fetch the file on another machine and name it with `--model PATH`
    ");
}
