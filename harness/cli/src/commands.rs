//! One file per command.

mod audit;
mod data;
mod examples;
mod info;
mod judged;
mod ls;
mod manuals;
mod models;
mod plan;
mod report;
mod run;
mod runs;
mod runtime;
mod schema;
mod score;
mod worker;

use crate::arguments::{Arguments, Command};
use crate::error::CommandError;

/// Runs a command; its exit code.
pub(crate) fn run(arguments: &Arguments) -> Result<u8, CommandError> {
    let (places, talk) = (&arguments.places, arguments.talk);
    if let Some(missing) = places.path.iter().find(|path| !path.is_dir()) {
        let missing = missing.display();
        return Err(CommandError::Argument(format!(
            "--path {missing}: there is no such folder"
        )));
    }
    match &arguments.command {
        Command::Plan {
            evaluation,
            overrides,
            earlier,
            form,
        } => plan::run(
            evaluation,
            overrides,
            earlier.as_deref(),
            *form,
            places,
            talk,
        ),
        Command::Run {
            evaluation,
            overrides,
            output,
        } => run::run(evaluation, overrides, output.as_deref(), places, talk),
        Command::Score { folder } => score::run(folder, talk),
        Command::Report { folder } => report::run(folder, talk),
        Command::Examples { folder, filter } => examples::run(folder, filter),
        Command::Models { command } => models::run(command, places, talk),
        Command::Audit { command } => audit::run(command, places, talk),
        Command::Data { command } => data::run(command, places, talk),
        Command::Ls { what, form } => ls::run(what, *form, places, talk),
        Command::Info { form } => info::run(*form, places),
        Command::Runtime { command } => runtime::run(command, places),
        Command::Runs { command, folder } => runs::run(command, folder, talk),
        Command::Completions { shell } => Ok(manuals::completions(*shell)),
        Command::Man { output } => manuals::man(output.as_deref()),
        Command::Schema { kind } => schema::run(kind),
        Command::Worker { session, jobs } => worker::run(*session, jobs),
    }
}
