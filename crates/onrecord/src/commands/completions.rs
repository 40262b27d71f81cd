//! `onrecord completions`: completions for a shell.

use crate::Arguments;
use crate::console::{Console, Outcome};
use clap::CommandFactory;
use clap_complete::Shell;

/// Print completions for a shell
///
/// For bash: `onrecord completions bash > ~/.local/share/bash-completion/completions/onrecord`.
#[derive(clap::Args)]
pub(crate) struct Completions {
    /// The shell to complete in
    shell: Shell,
}

impl Completions {
    /// Prints the completions.
    pub(crate) fn run(self, console: &Console) -> anyhow::Result<Outcome> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Arguments::command(), "onrecord", &mut script);
        console.raw(&script)?;
        Ok(Outcome::Done)
    }
}
