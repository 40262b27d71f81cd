//! Lists, fetches, checks and finds models from the command line.
//!
//! ```text
//! cargo run -p onrecord-models --example models -- list | fetch NAME | verify NAME | where NAME-or-PATH
//! ```

use std::error::Error;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use models::{Cache, Step};

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn run(words: &[&str]) -> Result<(), Box<dyn Error>> {
    let cache = Cache::of_user()?;
    let mut progress = printer();
    match words {
        ["list"] => {
            for listed in cache.list() {
                println!("{:<18} {:?}", listed.model.name.as_str(), listed.state);
            }
        }
        ["fetch", name] => println!("{:#?}", cache.fetch(name, &mut progress)?),
        ["verify", name] => {
            for report in cache.verify(name, &mut progress)?.files {
                println!("{report}");
            }
        }
        ["where", name_or_path] => println!("{:#?}", cache.locate(name_or_path)?),
        _ => return Err("usage: models list | fetch NAME | verify NAME | where NAME-or-PATH".into()),
    }
    Ok(())
}

/// Prints what happens, and how far it is twice a second.
fn printer() -> impl FnMut(&Step<'_>) {
    let mut printed = Instant::now();
    move |step| match step {
        Step::Receiving { file, received_bytes: done, total_bytes: all }
        | Step::Hashing { file, hashed_bytes: done, total_bytes: all }
            if printed.elapsed() > Duration::from_millis(500) || done == all =>
        {
            printed = Instant::now();
            eprintln!("{file}: {done} of {all} bytes");
        }
        Step::Asking { source } => eprintln!("asking {source}"),
        Step::Retrying { pause, reason } => eprintln!("{reason}; again in {pause:?}"),
        Step::SourceFailed { origin, reason } => eprintln!("{origin}: {reason}"),
        _ => {}
    }
}
