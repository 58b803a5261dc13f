//! The `titer` program: arguments, progress, printing, exit codes.
//!
//! The only room that talks to a terminal. It decides nothing: every command is one or more steps of
//! other rooms.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod arguments;
mod commands;
mod console;
mod error;
mod finding;
mod progress;
mod table;
mod width;

use std::process::ExitCode;

use clap::Parser;
use titer_run::orphans;

fn main() -> ExitCode {
    let arguments = arguments::Arguments::parse();
    orphans::take_in();
    let done = commands::run(&arguments);
    orphans::end();
    match done {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            console::complain(&format!("error: {error}"));
            ExitCode::from(error.exit_code())
        }
    }
}
