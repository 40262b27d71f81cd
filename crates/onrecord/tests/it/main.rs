//! The command line, driven as a user drives it: files in, exit status, stdout and stderr out.

mod add;
mod program;
mod tools;
mod transcribe;
