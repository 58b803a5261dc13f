//! `titer models`: what ships, what a descriptor says, whether variants give what the original gave.

use std::path::Path;

use titer_run::models::LoadedModel;
use titer_spec::Kind;

use crate::arguments::{Form, Look, ModelsCommand, Places, Talk};
use crate::commands::ls;
use crate::error::CommandError;
use crate::finding;

mod check;
mod pin;
mod predictions;
pub(crate) mod probe;
mod python;
mod quantize;
mod showing;

pub(super) fn run(
    command: &ModelsCommand,
    places: &Places,
    talk: Talk,
) -> Result<u8, CommandError> {
    match command {
        ModelsCommand::Look(Look::Ls) => ls::models(Form::default(), places, talk),
        ModelsCommand::Look(Look::Show { name, form }) => {
            showing::show(&open(name, places)?, *form)
        }
        ModelsCommand::Look(Look::Check { name }) => check::run(&open(name, places)?, places, talk),
        ModelsCommand::Quantize {
            name,
            variant,
            precision,
            to,
        } => quantize::write(&open(name, places)?, variant, precision, to),
        ModelsCommand::Probe { models, time_limit } => {
            probe::propose(models, *time_limit, places, talk)
        }
        ModelsCommand::Pin { name } => pin::write(name, places),
        ModelsCommand::Python { folder } => python::write(folder),
    }
}

/// Loads every variant of the model that a descriptor describes, and asks it.
pub(super) fn check(descriptor: &Path, places: &Places, talk: Talk) -> Result<u8, CommandError> {
    check::run(&LoadedModel::open(descriptor)?, places, talk)
}

fn open(name: &str, places: &Places) -> Result<LoadedModel, CommandError> {
    Ok(LoadedModel::open(&finding::find(
        Kind::Model,
        name,
        places,
    )?)?)
}
