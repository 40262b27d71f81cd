//! The two ways out: results on stdout, everything meant for people on stderr.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use serde::Serialize;
use std::borrow::Cow;
use std::fmt::{self, Display};
use std::io::{self, IsTerminal, Write};

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Done: status 0.
    Done,
    /// Ran and found nothing: status 1.
    NothingFound,
    /// Something failed that has been reported: status 2.
    Failed,
}

/// Where a command prints.
pub(crate) struct Console {
    json: bool,
    quiet: bool,
}

/// Warnings about one file that are shown one by one.
const MOST_WARNINGS: usize = 6;

impl Console {
    /// A console that prints JSON Lines or text, with or without remarks.
    pub(crate) fn new(json: bool, quiet: bool) -> Console {
        Console { json, quiet }
    }

    /// Whether results are JSON Lines.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// Prints one object as a line.
    pub(crate) fn object(&self, object: &impl Serialize) -> io::Result<()> {
        let mut out = io::stdout().lock();
        serde_json::to_writer(&mut out, object)?;
        out.write_all(b"\n")
    }

    /// Prints one line of a result for people; control characters in it are made harmless.
    pub(crate) fn line(&self, line: impl AsRef<str>) -> io::Result<()> {
        writeln!(io::stdout().lock(), "{}", harmless(line.as_ref()))
    }

    /// Prints bytes as they are, for exports and generated files.
    pub(crate) fn raw(&self, bytes: &[u8]) -> io::Result<()> {
        io::stdout().lock().write_all(bytes)
    }

    /// Says something that is neither result nor error; not when quiet.
    pub(crate) fn remark(&self, text: impl Display) {
        if !self.quiet {
            self.say(&text.to_string());
        }
    }

    /// Warns of something that did not stop the command.
    pub(crate) fn warning(&self, text: impl Display) {
        if !self.quiet {
            self.say(&format!("warning: {text}"));
        }
    }

    /// Warns of what was found in one file: of a ruined one only the first few defects, and how many there are.
    pub(crate) fn warnings(&self, name: &str, remarks: &[String]) {
        let shown = if remarks.len() > MOST_WARNINGS { MOST_WARNINGS - 1 } else { remarks.len() };
        for remark in &remarks[..shown] {
            self.warning(format_args!("`{name}`: {remark}"));
        }
        if shown < remarks.len() {
            self.warning(format_args!("`{name}`: {} more defects", remarks.len() - shown));
        }
    }

    /// Reports an error with its causes.
    pub(crate) fn error(&self, error: &anyhow::Error) {
        self.say(&format!("error: {}", with_causes(error)));
    }

    /// Says at the end of a batch what failed and why.
    pub(crate) fn failures(&self, failed: &[(String, anyhow::Error)]) {
        let mut text = format!("{} failed:", failed.len());
        for (_, error) in failed {
            let error = with_causes(error);
            text.push_str("\n  ");
            text.push_str(error.split("\nhint: ").next().unwrap_or(&error));
        }
        self.say(&text);
    }

    fn say(&self, text: &str) {
        // Nobody can be told that stderr is closed.
        let _ = writeln!(io::stderr().lock(), "{}", harmless(text));
    }

    /// A progress bar of `length` units on a terminal; nothing in a pipe or when quiet.
    ///
    /// `unit` says what is counted, such as `s` of sound.
    pub(crate) fn progress(&self, length: u64, title: &str, unit: &str) -> ProgressBar {
        let visible = !self.quiet && io::stderr().is_terminal();
        let target = if visible { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let template = format!("{{msg}} {{wide_bar}} {{pos}}/{{len}} {unit} {{rate}}/s {{eta}} left");
        let bar = ProgressBar::with_draw_target(Some(length), target);
        if let Ok(style) = ProgressStyle::with_template(&template) {
            let rate = |state: &ProgressState, out: &mut dyn fmt::Write| {
                let decimals = if state.per_sec() < 10.0 { 1 } else { 0 };
                // A terminal that can't be written to has nobody before it.
                let _ = write!(out, "{:.decimals$}", state.per_sec());
            };
            bar.set_style(style.with_key("rate", rate).progress_chars("━╸ "));
        }
        bar.set_message(harmless(title).into_owned());
        bar
    }
}

/// The error and its causes on one line, hints on lines of their own.
pub(crate) fn with_causes(error: &anyhow::Error) -> String {
    let mut text = String::new();
    let mut hints = String::new();
    for cause in error.chain() {
        let cause = cause.to_string();
        let (what, hint) = cause.split_once("\nhint: ").unwrap_or((&cause, ""));
        if !text.contains(what) {
            text.push_str(if text.is_empty() { "" } else { ": " });
            text.push_str(what);
        }
        if !hint.is_empty() && !hints.contains(hint) {
            hints.push_str("\nhint: ");
            hints.push_str(hint);
        }
    }
    text + &hints
}

/// Whether an error says that nobody reads our output any more.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let kind = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        kind == Some(io::ErrorKind::BrokenPipe)
    })
}

/// Text from outside with its control characters shown, so that it can't steer a terminal.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    let steers = |character: char| character.is_control() && !matches!(character, '\n' | '\t');
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let shown = |character: char| if steers(character) { '\u{fffd}' } else { character };
    Cow::Owned(text.chars().map(shown).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::{Context, anyhow};

    #[test]
    fn causes_stand_on_one_line_and_hints_below() {
        let error = anyhow!("no such file\nhint: look at the name").context("can't read `a.mp3`");
        assert_eq!(with_causes(&error), "can't read `a.mp3`: no such file\nhint: look at the name");
        let twice = Err::<(), _>(anyhow!("full")).context("full").unwrap_err();
        assert_eq!(with_causes(&twice), "full");
    }

    #[test]
    fn titles_do_not_steer_the_terminal() {
        assert_eq!(harmless("a\u{1b}[31mred\r\n"), "a\u{fffd}[31mred\u{fffd}\n");
        assert!(matches!(harmless("plain"), Cow::Borrowed(_)));
    }
}
