//! Runs the built program in a folder of its own.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// What a run printed and how it ended.
pub(crate) struct Run {
    /// The exit status; -1 if a signal ended it.
    pub(crate) status: i32,
    /// What went to stdout.
    pub(crate) stdout: String,
    /// What went to stderr.
    pub(crate) stderr: String,
}

impl Run {
    /// The lines of stdout as JSON values.
    #[track_caller]
    pub(crate) fn objects(&self) -> Vec<serde_json::Value> {
        let parse = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        self.stdout.lines().map(parse).collect()
    }

    /// Fails the test, with all that was printed, unless the run ended with `status`.
    #[track_caller]
    pub(crate) fn expect(self, status: i32) -> Run {
        assert_eq!(self.status, status, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }
}

/// A command line that will run in `folder`, with no settings of the user's.
pub(crate) fn command<A: AsRef<OsStr>>(folder: &Path, arguments: impl IntoIterator<Item = A>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_onrecord"));
    command.args(arguments).current_dir(folder).env_remove("ONRECORD_ARCHIVE").stdin(Stdio::null());
    command
}

/// Runs a command line in `folder`.
#[track_caller]
pub(crate) fn run<A: AsRef<OsStr>>(folder: &Path, arguments: impl IntoIterator<Item = A>) -> Run {
    finished(command(folder, arguments).output().expect("the program runs"))
}

/// A command line as on a machine without models: searches go by words, everywhere alike.
pub(crate) fn command_without_models<A: AsRef<OsStr>>(
    folder: &Path,
    arguments: impl IntoIterator<Item = A>,
) -> Command {
    let mut command = command(folder, arguments);
    command.env("ONRECORD_MODELS", folder.join("no models"));
    command
}

/// Runs a command line as on a machine without models.
#[track_caller]
pub(crate) fn run_without_models<A: AsRef<OsStr>>(
    folder: &Path,
    arguments: impl IntoIterator<Item = A>,
) -> Run {
    finished(command_without_models(folder, arguments).output().expect("the program runs"))
}

/// Puts the bundled broadcast and what yt-dlp would write beside it into `folder`.
pub(crate) fn broadcast(folder: &Path, name: &str) {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo");
    std::fs::copy(demo.join("broadcast.flac"), folder.join(name)).expect("the broadcast is there");
    let beside = folder.join(name).with_extension("info.json");
    std::fs::copy(demo.join("broadcast.info.json"), beside).expect("its metadata is there");
}

/// Whether a model is in the user's cache; says so when it is not.
pub(crate) fn has_model(name: &str) -> bool {
    let listed = run(Path::new("."), ["models", "--json"]).expect(0).objects();
    let here = listed.iter().any(|model| model["name"] == name && model["state"] == "present");
    if !here {
        eprintln!("skipped: the model `{name}` is not in the cache; `onrecord models fetch {name}` gets it");
    }
    here
}

/// What a finished run printed.
pub(crate) fn finished(output: Output) -> Run {
    Run {
        status: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
