//! `onrecord man`: the manual pages, made from the same words as `--help`.

use crate::Arguments;
use crate::console::{Console, Outcome};
use anyhow::Context;
use clap::CommandFactory;
use std::path::PathBuf;

/// Write the manual pages, or print the first
///
/// For a user: `onrecord man ~/.local/share/man/man1`, then `man onrecord`.
#[derive(clap::Args)]
pub(crate) struct Man {
    /// The folder to write one page a command into; without it the page of `onrecord` is printed
    folder: Option<PathBuf>,
}

impl Man {
    /// Prints or writes the pages.
    pub(crate) fn run(self, console: &Console) -> anyhow::Result<Outcome> {
        let command = Arguments::command();
        match self.folder {
            Some(folder) => {
                std::fs::create_dir_all(&folder)
                    .and_then(|()| clap_mangen::generate_to(command, &folder))
                    .with_context(|| format!("can't write manual pages into `{}`", folder.display()))?;
            }
            None => {
                let mut page = Vec::new();
                clap_mangen::Man::new(command).render(&mut page)?;
                console.raw(&page)?;
            }
        }
        Ok(Outcome::Done)
    }
}
