//! A model in "what ran".

use serde::Serialize;
use titer_spec::OutputKind;
use titer_spec::model::{Chromosomes, Training};
use titer_spec::plan::{PlannedModel, PlannedVariant};

use crate::context::dataset::licences;
use crate::index::Index;
use crate::number::{bytes, fixed, small};

/// A model.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ModelCard {
    /// Its name.
    pub name: String,
    /// Its summary.
    pub summary: String,
    /// Facts by name.
    pub facts: Vec<(&'static str, String)>,
    /// Its variants.
    pub variants: Vec<VariantRow>,
}

/// A variant.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct VariantRow {
    /// Its name.
    pub name: String,
    /// Whether the others are compared with it.
    pub reference: bool,
    /// Its backend with version.
    pub runtime: String,
    /// Its precision.
    pub precision: String,
    /// Its size.
    pub size: String,
    /// How it was made.
    pub made: String,
    /// Its files with digests.
    pub files: Vec<String>,
}

/// Every model.
pub(crate) fn cards(index: &Index<'_>) -> Vec<ModelCard> {
    let models = index.plan().models.iter();
    models.map(|model| card(index, model)).collect()
}

/// The labels that a model gives, with the thresholds from which on they are called.
fn labels(model: &PlannedModel) -> String {
    let own = |label: &String| match model.thresholds.get(label) {
        Some(threshold) => format!("{label} (from {})", fixed(*threshold, 2)),
        None => label.clone(),
    };
    let labels: Vec<String> = model.output_classes.iter().map(own).collect();
    format!(
        "a probability of each label, called from {}: {}",
        fixed(model.threshold, 2),
        labels.join(", ")
    )
}

fn card(index: &Index<'_>, model: &PlannedModel) -> ModelCard {
    let mut facts = vec![
        ("Trained on", training(&model.training)),
        (
            "Answers",
            match model.output {
                OutputKind::Binary => format!(
                    "one probability per example, called positive from {}",
                    fixed(model.threshold, 2)
                ),
                OutputKind::Value => "a number per example".to_owned(),
                OutputKind::Labels => labels(model),
                OutputKind::Classes => format!(
                    "a probability of each class: {}",
                    model.output_classes.join(", ")
                ),
                OutputKind::PerPosition => {
                    format!(
                        "a probability per base and class: {}",
                        model.output_classes.join(", ")
                    )
                }
            },
        ),
        ("Licence", licences(&model.licence)),
        ("Source", model.sources.join("; ")),
    ];
    facts.extend(model.changes.clone().map(|changes| ("Changed", changes)));
    facts.push(("Digest of the descriptor", model.digest.to_string()));
    facts.retain(|(_, text)| !text.is_empty());
    ModelCard {
        name: model.name.clone(),
        summary: model.summary.clone(),
        facts,
        variants: model
            .variants
            .iter()
            .map(|variant| row(index, model, variant))
            .collect(),
    }
}

/// The largest change between alone and in a batch that any cell of a variant saw.
fn batch_change(index: &Index<'_>, model: &str, variant: &str) -> Option<f64> {
    let cells = index.plan().cells.iter();
    cells
        .filter(|cell| cell.case.model == model && cell.case.variant == variant)
        .filter_map(|cell| Some(index.cell(&cell.key)?.batch.as_ref()?.largest_change))
        .max_by(f64::total_cmp)
}

fn row(index: &Index<'_>, model: &PlannedModel, variant: &PlannedVariant) -> VariantRow {
    let mut made = variant
        .made
        .clone()
        .unwrap_or_else(|| "not stated".to_owned());
    if variant.batch_dependent {
        made.push_str(". A prediction depends on the rest of its batch");
    }
    match batch_change(index, &model.name, &variant.name) {
        Some(0.0) => made.push_str(". Alone and in a batch: the same bits"),
        Some(change) => {
            let change = small(change);
            made.push_str(&format!(". Alone and in a batch: within {change}"));
        }
        None => {}
    }
    VariantRow {
        name: variant.name.clone(),
        reference: variant.name == model.reference,
        runtime: variant.runtime.clone(),
        precision: variant.precision.clone(),
        size: bytes(variant.disk_bytes as f64),
        made,
        files: variant
            .files
            .iter()
            .map(|(role, digest)| format!("{role} {}…", digest.short()))
            .collect(),
    }
}

fn training(training: &Training) -> String {
    let seen: Vec<String> = training
        .seen
        .iter()
        .map(|seen| match &seen.chromosomes {
            Chromosomes::All => format!("{}, all chromosomes", seen.organism),
            Chromosomes::These(names) => {
                format!("{}, chromosomes {}", seen.organism, names.join(", "))
            }
        })
        .collect();
    let mut text = if seen.is_empty() {
        "not stated".to_owned()
    } else {
        seen.join("; ")
    };
    text.push_str(if training.complete {
        ". That is all of it: other data counts as held out."
    } else {
        ". There may be more: for other data it is unknown whether it was trained on."
    });
    if !training.description.is_empty() {
        text.push(' ');
        text.push_str(training.description.trim());
    }
    text
}
