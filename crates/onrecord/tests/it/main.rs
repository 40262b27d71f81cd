//! The command line, driven as a user drives it: files in, exit status, stdout and stderr out.

mod add;
mod articles;
mod export;
mod foreign;
mod harbour;
mod init;
mod program;
mod search;
mod show;
mod status;
mod tools;
mod transcribe;
