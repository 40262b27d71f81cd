//! `onrecord models`: which models there are, and getting them.

use crate::console::{Console, Outcome};
use clap::Subcommand;
use models::{Cache, Finding, Kind, Languages, Listed, State, Step};
use serde_json::json;

/// List, fetch and check the models of speech recognition and of meaning
///
/// Without a subcommand, lists them. `onrecord models fetch base` is the only command of this program that goes to
/// the network by itself; what it gets is checked against a pinned SHA-256 before it is used.
#[derive(clap::Args)]
pub(crate) struct Models {
    #[command(subcommand)]
    command: Option<ModelsCommand>,
}

#[derive(Subcommand)]
enum ModelsCommand {
    /// List all models and what of them is on this machine
    List,
    /// Fetch models; an interrupted download goes on where it stopped
    Fetch {
        /// Names from the list
        #[arg(required = true)]
        names: Vec<String>,
    },
    /// Hash the files of models again; all that are here, unless some are named
    Verify {
        /// Names from the list
        names: Vec<String>,
    },
    /// Print the folder where the models are kept
    Where,
}

impl Models {
    /// Runs the subcommand.
    pub(crate) fn run(self, console: &Console) -> anyhow::Result<Outcome> {
        let cache = Cache::of_user()?;
        match self.command.unwrap_or(ModelsCommand::List) {
            ModelsCommand::List => list(&cache, console),
            ModelsCommand::Fetch { names } => fetch(&cache, &names, console),
            ModelsCommand::Verify { names } => verify(&cache, names, console),
            ModelsCommand::Where => {
                let folder = cache.folder().display().to_string();
                if console.is_json() {
                    console.object(&json!({ "folder": folder }))?;
                } else {
                    console.line(folder)?;
                }
                Ok(Outcome::Done)
            }
        }
    }
}

fn list(cache: &Cache, console: &Console) -> anyhow::Result<Outcome> {
    for Listed { model, state } in cache.list() {
        let bytes = model.variants.first().map_or(0, |variant| variant.size_bytes());
        let (word, folder) = match &state {
            State::Absent => ("absent", None),
            State::Partial { .. } => ("partial", None),
            State::Present { folder, .. } => ("present", Some(folder.display().to_string())),
            State::Damaged { .. } => ("damaged", None),
        };
        if console.is_json() {
            console.object(&json!({
                "name": model.name.as_str(), "aliases": model.aliases, "kind": model.kind.name(), "state": word, "bytes": bytes, "memory_bytes": model.memory_bytes,
                "licence": model.licence, "languages": languages(model.languages), "folder": folder,
            }))?;
        } else {
            console.line(format!(
                "{:<18} {:<8} {:<8} {:>6} MB  {:>13}  {}",
                model.name.as_str(),
                word,
                purpose(model.kind),
                bytes / 1_000_000,
                match model.languages {
                    Languages::English => "English".to_string(),
                    Languages::Several(count) => format!("{count} languages"),
                },
                model.licence
            ))?;
        }
    }
    if !console.is_json() {
        console.remark(format_args!(
            "fetch one with `onrecord models fetch NAME`; kept in {}",
            cache.folder().display()
        ));
    }
    Ok(Outcome::Done)
}

/// What a model is for, in one word.
fn purpose(kind: Kind) -> &'static str {
    match kind {
        Kind::Whisper => "speech",
        Kind::StaticEmbedding | Kind::SentenceEmbedding => "meaning",
        Kind::Parser => "parsing",
    }
}

fn languages(languages: Languages) -> u16 {
    match languages {
        Languages::English => 1,
        Languages::Several(count) => count,
    }
}

fn fetch(cache: &Cache, names: &[String], console: &Console) -> anyhow::Result<Outcome> {
    for name in names {
        let bar = console.progress(0, name, "bytes");
        let files = cache.fetch(name, &mut |step: &Step<'_>| match step {
            Step::Receiving { file, received_bytes, total_bytes } => {
                bar.set_message(format!("{name} {file}"));
                bar.set_length(*total_bytes);
                bar.set_position(*received_bytes);
            }
            Step::Hashing { file, hashed_bytes, total_bytes } => {
                bar.set_message(format!("{name} checking {file}"));
                bar.set_length(*total_bytes);
                bar.set_position(*hashed_bytes);
            }
            Step::Asking { source } => bar.set_message(format!("{name} asking {source}")),
            Step::Waiting { .. } => {
                bar.set_message(format!("{name} waiting for another process that fetches it"))
            }
            Step::SourceFailed { origin, reason } => {
                bar.suspend(|| console.warning(format_args!("{origin} can't give `{name}`: {reason}")));
            }
            Step::Retrying { reason, .. } => bar.set_message(format!("{name} trying again: {reason}")),
            _ => {}
        });
        bar.finish_and_clear();
        let files = files?;
        if console.is_json() {
            console.object(&json!({
                "name": name, "folder": files.folder.display().to_string(), "sha256": files.weights_sha256,
            }))?;
        } else {
            console.remark(format_args!("{name}: here and checked, in {}", files.folder.display()));
        }
    }
    Ok(Outcome::Done)
}

fn verify(cache: &Cache, names: Vec<String>, console: &Console) -> anyhow::Result<Outcome> {
    let here = |listed: &Listed<'_>| !matches!(listed.state, State::Absent);
    let names = match names.is_empty() {
        true => cache.list().into_iter().filter(here).map(|listed| listed.model.name.to_string()).collect(),
        false => names,
    };
    if names.is_empty() {
        console.remark("no model is here\nhint: `onrecord models fetch base`");
        return Ok(Outcome::NothingFound);
    }
    let mut outcome = Outcome::Done;
    for name in names {
        let verification = cache.verify(&name, &mut models::Silent)?;
        for file in &verification.files {
            let sound = matches!(file.finding, Finding::Sound);
            if !sound {
                outcome = Outcome::Failed;
            }
            if console.is_json() {
                console.object(&json!({
                    "name": name, "path": file.path.display().to_string(), "bytes": file.size_bytes,
                    "sha256": file.expected, "sound": sound,
                }))?;
            } else {
                let word = if sound { "sound" } else { "DAMAGED" };
                console.line(format!("{word:<8} {}", file.path.display()))?;
            }
        }
        if !verification.is_sound() {
            console.remark(format_args!("hint: `onrecord models fetch {name}` replaces what is damaged"));
        }
    }
    Ok(outcome)
}
