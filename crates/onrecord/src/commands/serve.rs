//! `onrecord serve`: the reading room, the API and the tools of assistants, on this machine or in a network.

use crate::Global;
use crate::console::{Console, Outcome};
use crate::opened;
use anyhow::{Context, bail};
use server::{Access, Password, Server, Settings};
use std::fs;
use std::io::{BufRead, IsTerminal, Read, Write, stdin, stdout};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

/// A longer file is no password.
const MOST_PASSWORD_BYTES: u64 = 4096;

/// Open the archive in a browser: search, read along, compare, cite
///
/// Pages for people, a JSON API for programs (`/api`) and the Model Context Protocol for assistants (`/mcp`). It listens on this
/// machine only. To open it to a network, give `--address` and a password, and put a program before it that speaks TLS: HTTP
/// carries passwords and reading habits in the clear.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Serve {
    /// The port; 0 takes a free one
    #[arg(long, short, default_value_t = 4747)]
    port: u16,
    /// The address to listen on; all but this machine's own need a password
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    address: IpAddr,
    /// A name by which browsers call this server, such as `archive.example.org`; may be given several times
    #[arg(long, value_name = "NAME")]
    host: Vec<String>,
    /// A file with the password that readers need, or with its hash
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// A file with the password of those who may save and forget searches, or with its hash; nobody may without one
    #[arg(long, value_name = "FILE")]
    write_password_file: Option<PathBuf>,
    /// Read a password from stdin, print its hash for `--password-file`, and end
    #[arg(long, conflicts_with_all = ["port", "address", "host", "password_file", "write_password_file"])]
    hash_password: bool,
}

const EXAMPLES: &str = "\
Examples:
  onrecord serve                                  http://127.0.0.1:4747/
  onrecord serve --hash-password > password       asks for a password, keeps its hash
  onrecord serve --address 0.0.0.0 --host archive.example.org --password-file password";

impl Serve {
    /// Answers until it is stopped.
    pub(crate) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
        if self.hash_password {
            return hash_password(console);
        }
        let archive = opened::archive(global)?;
        // Made first if there is none, with progress.
        drop(opened::open_index(&archive, console)?);
        let read = self.password_file.as_deref().map(password).transpose()?;
        let write = self.write_password_file.as_deref().map(password).transpose()?;
        let has_password = read.is_some();
        let address = SocketAddr::new(self.address, self.port);
        let settings = Settings { address, hosts: self.host, access: Access::new(read, write) };
        let server = Server::bind(archive, settings)?;
        let address = server.address();
        if !address.ip().is_loopback() {
            console.warning("passwords and pages go through the network in the clear\nhint: put a program before this one that speaks TLS, such as Caddy (docs/reading-room.md)");
        }
        if console.is_json() {
            console.object(
                &serde_json::json!({"url": format!("http://{address}/"), "password": has_password}),
            )?;
        } else {
            console.line(format!("http://{address}/"))?;
        }
        stdout().flush()?;
        console.remark("Ctrl-C ends it");
        server.run(server::until_told())?;
        Ok(Outcome::Done)
    }
}

fn password(file: &Path) -> anyhow::Result<Password> {
    let shown = file.display();
    let mut text = String::new();
    let opened = fs::File::open(file).with_context(|| format!("cannot read the password in `{shown}`"))?;
    opened
        .take(MOST_PASSWORD_BYTES)
        .read_to_string(&mut text)
        .with_context(|| format!("cannot read the password in `{shown}`"))?;
    Password::new(text.trim_end_matches(['\n', '\r'])).with_context(|| format!("the file `{shown}`"))
}

fn hash_password(console: &Console) -> anyhow::Result<Outcome> {
    if stdin().is_terminal() {
        console.remark("type the password, then Enter; it is shown as you type");
    }
    let mut text = String::new();
    stdin().lock().take(MOST_PASSWORD_BYTES).read_line(&mut text).context("cannot read the password")?;
    let text = text.trim_end_matches(['\n', '\r']);
    if text.starts_with("$argon2") {
        bail!("this is a hash already");
    }
    console.line(Password::new(text)?.hash())?;
    Ok(Outcome::Done)
}
