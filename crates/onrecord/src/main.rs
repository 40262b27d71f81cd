//! `onrecord`: the searchable, citable record of what the news said.
//!
//! ```text
//! arguments --commands--> one library call --console--> stdout: results; stderr: all else; exit status
//! ```
//!
//! Exit status: 0 done, 1 ran and found nothing, 2 error.

mod commands;
mod console;
mod hearing;
mod inputs;
mod listener;
mod listening;
mod opened;

use clap::Parser;
use commands::Command;
use console::{Console, Outcome};
use std::path::PathBuf;
use std::process::ExitCode;

/// The searchable, citable record of what the news said: recordings in, time-linked transcripts out.
#[derive(Parser)]
#[command(name = "onrecord", version, arg_required_else_help = true, after_help = EXAMPLES)]
struct Arguments {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// What every command understands.
#[derive(clap::Args)]
pub(crate) struct Global {
    /// Print JSON Lines on stdout, one object a line, for scripts
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// The archive's folder; else the nearest parent folder that holds `.onrecord`
    #[arg(long, global = true, value_name = "FOLDER", env = "ONRECORD_ARCHIVE")]
    pub(crate) archive: Option<PathBuf>,
    /// No progress and no remarks on stderr, only errors
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Compute with no more than these instructions, to measure (`docs/recognition.md`)
    #[arg(long, global = true, hide = true, value_name = "SET", env = "ONRECORD_INSTRUCTIONS")]
    instructions: Option<String>,
}

const EXAMPLES: &str = "\
Examples:
  onrecord transcribe talk.mp3                    a transcript beside the recording, no archive needed
  onrecord init news && cd news                   a folder becomes an archive
  onrecord add ../recordings/*.mp4                transcribe into the archive, or take in transcripts
  onrecord search '\"flood barrier\" -drill'        every place where it was said, with its second
  onrecord doctor                                 what is installed, what is missing and how to get it

Results go to stdout, all else to stderr. Exit status: 0 done, 1 nothing found, 2 error.";

/// Where work that was stopped waits to be taken up again: beside the models, in the user's cache.
fn unfinished_work() -> anyhow::Result<PathBuf> {
    let cache = models::Cache::of_user()?;
    Ok(cache.folder().with_file_name("unfinished"))
}

fn run(arguments: Arguments, console: &Console) -> anyhow::Result<Outcome> {
    if let Some(set) = arguments.global.instructions.as_deref() {
        speech::InstructionSet::choose(set)?;
    }
    commands::run(arguments.command, &arguments.global, console)
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let console = Console::new(arguments.global.json, arguments.global.quiet);
    match run(arguments, &console) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::NothingFound) => ExitCode::from(1),
        Ok(Outcome::Failed) => ExitCode::from(2),
        // The reader of our output has gone, as `onrecord search x | head` does: not our error to report.
        Err(error) if console::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            console.error(&error);
            ExitCode::from(2)
        }
    }
}
