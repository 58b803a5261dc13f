//! One file per command.

mod audit;
mod bench;
mod data;
mod examples;
mod gate;
mod info;
mod init;
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

use std::path::PathBuf;

use crate::arguments::{Arguments, Command};
use crate::error::CommandError;

/// What a command came to.
pub(crate) struct Done {
    /// The exit code.
    pub code: u8,
    /// The page that it wrote and that is to be opened.
    pub page: Option<PathBuf>,
}

impl From<u8> for Done {
    fn from(code: u8) -> Self {
        Self { code, page: None }
    }
}

impl Done {
    /// The page only where somebody wants it opened.
    fn opened(self, wanted: bool) -> Self {
        Self {
            page: self.page.filter(|_| wanted),
            ..self
        }
    }
}

/// Runs a command.
pub(crate) fn run(arguments: &Arguments) -> Result<Done, CommandError> {
    let (places, talk) = (&arguments.places, arguments.talk);
    if let Some(missing) = places.path.iter().find(|path| !path.is_dir()) {
        let missing = missing.display();
        return Err(CommandError::Argument(format!(
            "--path {missing}: there is no such folder"
        )));
    }
    let code = match &arguments.command {
        Command::Init(init) => init::run(init, places, talk),
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
            ci,
            open,
        } => {
            let done = run::run(evaluation, overrides, output.as_deref(), *ci, places, talk);
            return Ok(done?.opened(*open));
        }
        Command::Bench(asked) => bench::run(asked, places, talk),
        Command::Score { folder, ci, open } => {
            return Ok(score::run(folder, *ci, talk)?.opened(*open));
        }
        Command::Gate { asked, form } => gate::run(asked, *form, places, talk),
        Command::Report {
            folder,
            ci,
            sheet,
            open,
        } => {
            return Ok(report::run(folder, *ci, *sheet, talk)?.opened(*open));
        }
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
    };
    code.map(Done::from)
}
