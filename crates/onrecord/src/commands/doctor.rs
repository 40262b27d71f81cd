//! `onrecord doctor`: what is installed, what is missing and how to get it.

use crate::Global;
use crate::console::{Console, Outcome};
use archive::Archive;
use models::{Cache, Kind, State};
use serde_json::json;
use speech::InstructionSet;

/// Say what is installed, what is missing, and how to get it
///
/// Looks at the processor, what computes besides, the models, `ffmpeg`, the folders this program writes to and the archive. Exit status 1 if
/// something needed is missing.
#[derive(clap::Args)]
pub(crate) struct Doctor {}

/// One thing that was looked at.
struct Finding {
    subject: &'static str,
    state: FindingState,
    text: String,
    hint: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum FindingState {
    Good,
    /// Something works less well without it.
    Missing,
    /// Something does not work.
    Bad,
}

impl FindingState {
    fn name(self) -> &'static str {
        match self {
            FindingState::Good => "good",
            FindingState::Missing => "missing",
            FindingState::Bad => "bad",
        }
    }
}

impl Doctor {
    /// Looks at each thing and prints what was found.
    pub(crate) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
        let mut findings =
            vec![program(), processor(), graphics(), ffmpeg(), temporary_folder(), archive(global)];
        findings.extend(models());
        for finding in &findings {
            let state = finding.state.name();
            if console.is_json() {
                console.object(&json!({
                    "subject": finding.subject, "state": state, "text": finding.text, "hint": finding.hint,
                }))?;
            } else {
                console.line(format!("{state:<8} {:<16} {}", finding.subject, finding.text))?;
                if let Some(hint) = &finding.hint {
                    console.line(format!("{:<8} {:<16} hint: {hint}", "", ""))?;
                }
            }
        }
        let bad = findings.iter().any(|finding| finding.state == FindingState::Bad);
        Ok(if bad { Outcome::NothingFound } else { Outcome::Done })
    }
}

fn good(subject: &'static str, text: impl Into<String>) -> Finding {
    Finding { subject, state: FindingState::Good, text: text.into(), hint: None }
}

fn program() -> Finding {
    good(
        "program",
        format!(
            "onrecord {} on {} {}",
            env!("CARGO_PKG_VERSION"),
            std::env::consts::OS,
            std::env::consts::ARCH
        ),
    )
}

fn processor() -> Finding {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let set = InstructionSet::detect();
    let text = format!("{cores} cores, {}", set.description());
    match set {
        InstructionSet::Portable if cfg!(target_arch = "x86_64") => Finding {
            subject: "processor",
            state: FindingState::Missing,
            text,
            hint: Some(
                "without AVX2 and FMA recognition is several times slower; a virtual machine may hide them"
                    .into(),
            ),
        },
        _ => good("processor", text),
    }
}

fn graphics() -> Finding {
    match crate::listener::graphics() {
        Some(text) => good("graphics", text),
        None => Finding {
            subject: "graphics",
            state: FindingState::Missing,
            text: "this build computes on the processor only; nothing needs more".into(),
            hint: Some("docs/gpu.md says how to build `--device gpu` in".into()),
        },
    }
}

fn ffmpeg() -> Finding {
    match media::ffmpeg_version() {
        Some(version) => good("ffmpeg", format!("version {version}")),
        None => Finding {
            subject: "ffmpeg",
            state: FindingState::Missing,
            text: "not installed; needed only for rare formats (HE-AAC, AC-3, WMA, AVI, MPEG-TS)".into(),
            hint: Some("for example `apt-get install ffmpeg`".into()),
        },
    }
}

fn temporary_folder() -> Finding {
    let folder = std::env::temp_dir();
    match tempfile::tempfile_in(&folder) {
        Ok(_) => good("temporary files", folder.display().to_string()),
        Err(error) => Finding {
            subject: "temporary files",
            state: FindingState::Bad,
            text: format!("can't write to `{}`: {error}", folder.display()),
            hint: Some("decoded sound is kept there, 115 MB an hour; `TMPDIR` names another folder".into()),
        },
    }
}

fn archive(global: &Global) -> Finding {
    let here = std::env::current_dir().unwrap_or_default();
    match Archive::find(global.archive.as_deref(), &here) {
        Ok(archive) => good("archive", archive.root().display().to_string()),
        Err(_) => Finding {
            subject: "archive",
            state: FindingState::Missing,
            text: "this folder is in no archive".into(),
            hint: Some("`onrecord init` makes one; `onrecord transcribe` needs none".into()),
        },
    }
}

fn models() -> Vec<Finding> {
    let cache = match Cache::of_user() {
        Ok(cache) => cache,
        Err(error) => {
            let text = error.to_string();
            return vec![Finding { subject: "models", state: FindingState::Bad, text, hint: None }];
        }
    };
    let mut findings = Vec::new();
    let (mut has_speech, mut has_meaning) = (false, false);
    for listed in cache.list() {
        let name = listed.model.name.as_str();
        match listed.state {
            State::Present { folder, .. } => {
                has_speech |= listed.model.kind == Kind::Whisper;
                has_meaning |= listed.model.kind == Kind::StaticEmbedding;
                findings.push(good(
                    "model",
                    format!("{name}, for {}, in {}", listed.model.kind, folder.display()),
                ))
            }
            State::Damaged { path, .. } => findings.push(Finding {
                subject: "model",
                state: FindingState::Bad,
                text: format!("{name} is damaged: `{}`", path.display()),
                hint: Some(format!("`onrecord models fetch {name}` replaces what is damaged")),
            }),
            State::Partial { received_bytes, total_bytes } => findings.push(Finding {
                subject: "model",
                state: FindingState::Missing,
                text: format!("{name}: {received_bytes} of {total_bytes} bytes are here"),
                hint: Some(format!("`onrecord models fetch {name}` goes on from there")),
            }),
            State::Absent => {}
        }
    }
    if !has_speech {
        findings.push(Finding {
            subject: "models",
            state: FindingState::Bad,
            text: format!("no model of speech recognition is in {}", cache.folder().display()),
            hint: Some("`onrecord models fetch base` (145 MB); larger ones make fewer errors".into()),
        });
    }
    if !has_meaning {
        findings.push(Finding {
            subject: "models",
            state: FindingState::Missing,
            text: "no model of meaning: questions are answered by their words".into(),
            hint: Some("`onrecord models fetch meaning` (30 MB), then `onrecord index`".into()),
        });
    }
    findings
}
