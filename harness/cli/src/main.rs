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
mod opening;
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
        Ok(done) => {
            // Not before the processes of this run are ended: the browser is to stay.
            if let Some(page) = &done.page
                && let Err(problem) = opening::open(page)
            {
                console::complain(&format!("note: the report was not opened: {problem}"));
            }
            ExitCode::from(done.code)
        }
        Err(error) => {
            console::complain(&format!("error: {error}"));
            ExitCode::from(error.exit_code())
        }
    }
}
