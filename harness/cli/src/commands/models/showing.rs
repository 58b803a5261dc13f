//! `titer models show`: what a descriptor says, in words or as JSON.

use std::collections::BTreeMap;

use serde::Serialize;
use titer_run::models::LoadedModel;
use titer_spec::VariantSpec;
use titer_spec::model::Meaning;

use crate::arguments::{Form, Format};
use crate::commands::data::say_map;
use crate::console::{bytes, say, say_json, say_table};
use crate::error::CommandError;

/// A model's descriptor.
#[derive(Serialize)]
struct Shown<'a> {
    model: &'a str,
    summary: &'a str,
    descriptor: String,
    tasks: &'a [String],
    /// What the model sees, in words; `None` for one that does not run.
    input: Option<String>,
    /// From which probability on it calls positive; `None`: its output is a ranking.
    threshold: Option<f64>,
    training: &'a str,
    licence: &'a BTreeMap<String, String>,
    sources: Vec<String>,
    changes: Option<&'a str>,
    variants: Vec<Variant>,
}

#[derive(Serialize)]
struct Variant {
    variant: String,
    /// Whether the others are compared with it.
    reference: bool,
    backend: &'static str,
    /// The cargo feature that this build of titer lacks for it.
    lacks: Option<String>,
    precision: String,
    bytes: u64,
    made: Option<String>,
}

pub(super) fn show(model: &LoadedModel, form: Form) -> Result<u8, CommandError> {
    let shown = shown(model)?;
    match form.format {
        Format::Json => say_json(&shown)?,
        Format::Text => tell(&shown),
    }
    Ok(0)
}

fn shown(model: &LoadedModel) -> Result<Shown<'_>, CommandError> {
    let spec = model.spec();
    let mut variants = Vec::new();
    for name in model.names() {
        let variant = model.variant(name)?;
        variants.push(Variant {
            variant: name.to_owned(),
            reference: *name == spec.reference.value,
            backend: variant.spec.backend.name(),
            lacks: lacks(model, &variant.spec),
            precision: variant.spec.precision.clone(),
            bytes: variant.disk_bytes,
            made: variant.spec.made.clone(),
        });
    }
    Ok(Shown {
        model: &spec.model.value,
        summary: &spec.summary,
        descriptor: model.document.path.display().to_string(),
        tasks: &spec.tasks,
        input: spec.runs().then(|| spec.input.in_words()),
        threshold: match spec.output.meaning {
            Meaning::Probability => Some(spec.threshold),
            Meaning::Ranking => None,
        },
        training: &spec.training.description,
        licence: &spec.licence,
        sources: spec
            .sources
            .iter()
            .map(titer_run::plan::source_line)
            .collect(),
        changes: spec.changes.as_deref(),
        variants,
    })
}

fn tell(shown: &Shown<'_>) {
    say(&format!("{}: {}", shown.model, shown.summary));
    say(&format!("descriptor: {}", shown.descriptor));
    say(&format!("tasks: {}", shown.tasks.join(", ")));
    if let Some(input) = &shown.input {
        say(&format!("input: {input}"));
    }
    match shown.threshold {
        Some(threshold) => say(&format!("threshold: {threshold}")),
        None => say("output: a ranking, no probabilities"),
    }
    say(&format!("training: {}", shown.training));
    say_map("licence", shown.licence);
    for source in &shown.sources {
        say(&format!("source: {source}"));
    }
    if let Some(changes) = shown.changes {
        say(&format!("changes: {changes}"));
    }
    say("");
    let row = |variant: &Variant| {
        vec![
            variant.variant.clone(),
            if variant.reference { "reference" } else { "" }.to_owned(),
            match &variant.lacks {
                None => variant.backend.to_owned(),
                Some(feature) => format!("{} (needs a build with {feature})", variant.backend),
            },
            variant.precision.clone(),
            bytes(variant.bytes),
            variant.made.clone().unwrap_or_default(),
        ]
    };
    let rows: Vec<Vec<String>> = shown.variants.iter().map(row).collect();
    say_table(
        &["variant", "", "backend", "precision", "size", "made"],
        &rows,
    );
}

/// What this build lacks to run a variant.
fn lacks(model: &LoadedModel, variant: &VariantSpec) -> Option<String> {
    let can = titer_backends::can_run(model.spec(), variant);
    can.err().map(|lacking| lacking.feature.to_string())
}
