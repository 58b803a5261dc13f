//! One file per command.

mod audit;
mod data;
mod examples;
mod info;
mod init;
mod judged;
mod ls;
mod models;
mod plan;
mod report;
mod run;
mod runtime;
mod schema;
mod score;
mod worker;

use crate::arguments::{Arguments, Command};
use crate::error::CommandError;

/// Runs a command; its exit code.
pub(crate) fn run(arguments: &Arguments) -> Result<u8, CommandError> {
    let places = &arguments.places;
    if let Some(missing) = places.path.iter().find(|path| !path.is_dir()) {
        let missing = missing.display();
        return Err(CommandError::Argument(format!(
            "--path {missing}: there is no such folder"
        )));
    }
    match &arguments.command {
        Command::Init(init) => init::run(init, places),
        Command::Plan {
            evaluation,
            overrides,
            earlier,
        } => plan::run(evaluation, overrides, earlier.as_deref(), places),
        Command::Run {
            evaluation,
            overrides,
            output,
            ci,
        } => run::run(evaluation, overrides, output.as_deref(), *ci, places),
        Command::Score { folder, ci } => score::run(folder, *ci),
        Command::Report { folder, ci } => report::run(folder, *ci),
        Command::Examples { folder, filter } => examples::run(folder, filter),
        Command::Models { command } => models::run(command, places),
        Command::Audit { command } => audit::run(command, places),
        Command::Data { command } => data::run(command, places),
        Command::Ls { what } => ls::run(what),
        Command::Info => info::run(places),
        Command::Runtime { command } => runtime::run(command, places),
        Command::Schema { kind } => schema::run(kind),
        Command::Worker { session, jobs } => worker::run(*session, jobs),
    }
}
