//! `titer models`: what ships, what a descriptor says, whether variants give what the original gave.

use titer_core::{Model, Outcome, Query, Sequence};
use titer_models::LoadOptions;
use titer_run::golden;
use titer_run::models::{LoadedModel, LoadedVariant};
use titer_spec::model::Meaning;
use titer_spec::{Backend, Kind, Resolver};

use crate::arguments::{Look, ModelsCommand, Places};
use crate::commands::data::say_map;
use crate::console::{bytes, say, say_table};
use crate::error::CommandError;
use crate::finding;

mod predictions;
mod probe;
mod python;
mod quantize;

pub fn run(command: &ModelsCommand, places: &Places) -> Result<u8, CommandError> {
    match command {
        ModelsCommand::Look(Look::Ls) => list(places),
        ModelsCommand::Look(Look::Show { name }) => show(&open(name, places)?),
        ModelsCommand::Look(Look::Check { name }) => check(&open(name, places)?, places),
        ModelsCommand::Quantize {
            name,
            variant,
            precision,
            to,
        } => quantize::write(&open(name, places)?, variant, precision, to),
        ModelsCommand::Probe { model } => probe::propose(model, places),
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
            variant.spec.backend.name().to_owned(),
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

/// Every file's digest, then every variant loaded, then golden outputs.
fn check(model: &LoadedModel, places: &Places) -> Result<u8, CommandError> {
    let resolver = Resolver::new(&places.path);
    let threads = titer_models::candle_threads();
    let mut sound = true;
    for name in model.names() {
        let variant = model.variant(name)?;
        let library = match variant.spec.backend {
            Backend::Onnx => Some(finding::onnxruntime(places)?.path),
            Backend::Candle | Backend::Process | Backend::Http | Backend::Predictions => None,
        };
        let options = LoadOptions {
            runtime: library.as_deref(),
            threads,
            folder: Some(model.document.folder()),
            ..LoadOptions::default()
        };
        sound &= check_variant(model, name, &variant, &resolver, &options)?;
    }
    say(if sound { "sound" } else { "not sound" });
    Ok(if sound { 0 } else { 100 })
}

fn check_variant(
    model: &LoadedModel,
    name: &str,
    variant: &LoadedVariant,
    resolver: &Resolver,
    options: &LoadOptions<'_>,
) -> Result<bool, CommandError> {
    let files = format!(
        "{}, {}, digests as described",
        if variant.files.len() == 1 {
            "1 file".to_owned()
        } else {
            format!("{} files", variant.files.len())
        },
        bytes(variant.disk_bytes)
    );
    if !variant.spec.backend.runs() {
        return predictions::check(model, name, variant, &files);
    }
    let spec = model.spec();
    let held = spec
        .golden
        .as_ref()
        .filter(|golden| golden.variants.iter().any(|held| held.value == name));
    let adaptor = titer_run::models::adaptor::adaptor(model, variant)?;
    let trial = adaptor.trial(&spec.input);
    for line in adaptor.shown(&trial)? {
        say(&format!("{name}: {} bases become {line}", trial.len()));
    }
    let Some(golden) = held else {
        let mut loaded = titer_models::load(spec, &variant.spec, &variant.files, options)?;
        if !answers(loaded.as_mut(), &trial)? {
            say(&format!(
                "{name}: {files}; loads; its answer to a made-up sequence is NaN or infinite"
            ));
            return Ok(false);
        }
        say(&format!(
            "{name}: {files}; loads and answers; not held to golden outputs"
        ));
        return Ok(true);
    };
    let agreement = golden::check(model, golden, variant, resolver, options)?;
    say(&format!(
        "{name}: {files}; {} golden values, largest difference {:.2e}, tolerance {:.0e}: {}",
        agreement.values,
        agreement.largest_difference,
        agreement.tolerance,
        if agreement.holds() {
            "holds"
        } else {
            "DOES NOT HOLD"
        }
    ));
    Ok(agreement.holds())
}

/// Whether a made-up sequence gets a finite answer.
fn answers(model: &mut dyn Model, sequence: &Sequence) -> Result<bool, CommandError> {
    Ok(model
        .predict(&[Query::from(sequence)])?
        .iter()
        .all(|outcome| matches!(outcome, Outcome::Predicted(_))))
}
