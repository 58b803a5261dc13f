//! `titer models`: what ships, what a descriptor says, whether variants give what the original gave.

use titer_run::models::LoadedModel;
use titer_spec::model::Meaning;
use titer_spec::{Kind, Resolver, VariantSpec};

use crate::arguments::{Look, ModelsCommand, Places, Talk};
use crate::commands::data::say_map;
use crate::console::{bytes, say, say_table};
use crate::error::CommandError;
use crate::finding;

mod check;
mod pin;
mod predictions;
mod probe;
mod python;
mod quantize;

pub(super) fn run(
    command: &ModelsCommand,
    places: &Places,
    talk: Talk,
) -> Result<u8, CommandError> {
    match command {
        ModelsCommand::Look(Look::Ls) => list(places),
        ModelsCommand::Look(Look::Show { name }) => show(&open(name, places)?),
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

fn open(name: &str, places: &Places) -> Result<LoadedModel, CommandError> {
    Ok(LoadedModel::open(&finding::find(
        Kind::Model,
        name,
        places,
    )?)?)
}

fn list(places: &Places) -> Result<u8, CommandError> {
    let mut rows = Vec::new();
    for name in Resolver::new(&places.path).names(Kind::Model) {
        let model = open(&name, places)?;
        rows.push(vec![
            name,
            model.spec().tasks.join(", "),
            model.names().join(", "),
            model.spec().summary.clone(),
        ]);
    }
    say_table(&["model", "tasks", "variants", "summary"], &rows);
    Ok(0)
}

fn show(model: &LoadedModel) -> Result<u8, CommandError> {
    let spec = model.spec();
    say(&format!("{}: {}", spec.model.value, spec.summary));
    say(&format!("descriptor: {}", model.document.path.display()));
    say(&format!("tasks: {}", spec.tasks.join(", ")));
    if spec.runs() {
        say(&format!("input: {}", spec.input.in_words()));
    }
    match spec.output.meaning {
        Meaning::Probability => say(&format!("threshold: {}", spec.threshold)),
        Meaning::Ranking => say("output: a ranking, no probabilities"),
    }
    say(&format!("training: {}", spec.training.description));
    say_map("licence", &spec.licence);
    for source in &spec.sources {
        say(&format!("source: {}", titer_run::plan::source_line(source)));
    }
    if let Some(changes) = &spec.changes {
        say(&format!("changes: {changes}"));
    }
    say("");
    let mut rows = Vec::new();
    for name in model.names() {
        let variant = model.variant(name)?;
        let reference = if *name == spec.reference.value {
            "reference"
        } else {
            ""
        };
        rows.push(vec![
            name.to_owned(),
            reference.to_owned(),
            backend(model, &variant.spec),
            variant.spec.precision.clone(),
            bytes(variant.disk_bytes),
            variant.spec.made.clone().unwrap_or_default(),
        ]);
    }
    say_table(
        &["variant", "", "backend", "precision", "size", "made"],
        &rows,
    );
    Ok(0)
}

/// The backend's name, and whether this build can run the variant.
fn backend(model: &LoadedModel, variant: &VariantSpec) -> String {
    let name = variant.backend.name();
    match titer_backends::can_run(model.spec(), variant) {
        Ok(()) => name.to_owned(),
        Err(lacking) => format!("{name} (needs a build with {})", lacking.feature),
    }
}
