//! One file a command: arguments, one library call, and how its result is printed.

mod add;
mod analyse;
mod check_quote;
mod completions;
mod diff;
mod discrepancies;
mod doctor;
mod export;
mod findings;
mod index;
mod init;
mod layout;
mod man;
mod mcp;
mod models;
mod names;
mod quotes;
mod reuse;
mod saved;
mod search;
mod serve;
mod show;
mod status;
mod stories;
mod summarise;
mod timeline;
mod transcribe;
mod trends;
mod verify;

use crate::Global;
use crate::console::{Console, Outcome};
use clap::Subcommand;

/// The commands, in the order in which `--help` lists them.
#[derive(Subcommand)]
pub(crate) enum Command {
    Transcribe(transcribe::Transcribe),
    Init(init::Init),
    Add(add::Add),
    Search(search::Search),
    Saved(saved::Saved),
    Trends(trends::Trends),
    Names(names::Names),
    Quotes(quotes::Quotes),
    CheckQuote(check_quote::CheckQuote),
    Stories(stories::Stories),
    Timeline(timeline::Timeline),
    Discrepancies(discrepancies::Discrepancies),
    Reuse(reuse::Reuse),
    Summarise(summarise::Summarise),
    Analyse(analyse::Analyse),
    Serve(serve::Serve),
    Mcp(mcp::Mcp),
    Show(show::Show),
    Diff(diff::Diff),
    Export(export::Export),
    Status(status::Status),
    #[command(alias = "reindex")]
    Index(index::Index),
    Verify(verify::Verify),
    Models(models::Models),
    Doctor(doctor::Doctor),
    Completions(completions::Completions),
    Man(man::Man),
}

/// Runs a command.
pub(crate) fn run(command: Command, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
    match command {
        Command::Transcribe(command) => command.run(console),
        Command::Init(command) => command.run(global, console),
        Command::Add(command) => command.run(global, console),
        Command::Search(command) => command.run(global, console),
        Command::Saved(command) => command.run(global, console),
        Command::Trends(command) => command.run(global, console),
        Command::Names(command) => command.run(global, console),
        Command::Quotes(command) => command.run(global, console),
        Command::CheckQuote(command) => command.run(global, console),
        Command::Stories(command) => command.run(global, console),
        Command::Timeline(command) => command.run(global, console),
        Command::Discrepancies(command) => command.run(global, console),
        Command::Reuse(command) => command.run(global, console),
        Command::Summarise(command) => command.run(global, console),
        Command::Analyse(command) => command.run(global, console),
        Command::Serve(command) => command.run(global, console),
        Command::Mcp(command) => command.run(global, console),
        Command::Show(command) => command.run(global, console),
        Command::Diff(command) => command.run(global, console),
        Command::Export(command) => command.run(global, console),
        Command::Status(command) => command.run(global, console),
        Command::Index(command) => command.run(global, console),
        Command::Verify(command) => command.run(global, console),
        Command::Models(command) => command.run(console),
        Command::Doctor(command) => command.run(global, console),
        Command::Completions(command) => command.run(console),
        Command::Man(command) => command.run(console),
    }
}
