//! The command line, driven as a user drives it: files in, exit status, stdout and stderr out.

mod add;
mod articles;
mod bad_input;
mod batch;
mod export;
mod findings;
mod foreign;
mod harbour;
mod init;
mod kills;
mod program;
mod queries;
mod saved;
mod search;
mod serve;
mod show;
mod skerry;
mod status;
mod tools;
mod transcribe;
mod trends;
mod verify;
