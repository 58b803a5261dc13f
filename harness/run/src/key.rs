//! Keys: the digest of everything that can change a cell's predictions, by name, in its canonical form.
//!
//! What counts is what a model is given and what runs it, not the words and places of the files that say so. The machine is
//! no part of a cell's key: it stands in the cell's record, where judging sees it.

use std::collections::BTreeMap;

use serde::Serialize;
use titer_core::Digest;
use titer_core::canonical::{self, CanonicalError};
use titer_spec::evaluation::Latency;
use titer_spec::model::{Input, OutputSpec};
use titer_spec::plan::{PlannedModel, PlannedVariant, SearchSpec};
use titer_spec::suite::Span;
use titer_spec::{
    Backend, ControlSpec, Determinism, ModelSpec, PerturbationSpec, Question, VariantSpec,
};

use crate::examples::Examples;

/// What runs, and how.
#[derive(Clone, Debug, Serialize)]
pub struct Execution<'a> {
    /// Its files' digests by role.
    files: &'a BTreeMap<String, Digest>,
    /// The digest of all files of a command's folder.
    folder: Option<&'a Digest>,
    input: &'a Input,
    output: &'a OutputSpec,
    /// What a backend is told beside its files: a session's options, a command, an address.
    options: Option<VariantSpec>,
    backend: Backend,
    /// The backend's version, with its library's.
    runtime: &'a str,
    precision: &'a str,
    threads: usize,
    batch_size: usize,
}

impl<'a> Execution<'a> {
    /// A variant as it is run.
    #[must_use]
    pub fn new(
        model: &'a PlannedModel,
        spec: &'a ModelSpec,
        variant: &'a PlannedVariant,
        threads: usize,
    ) -> Self {
        let mut described = spec.variants.iter();
        let described = described.find(|described| described.variant.value == variant.name);
        Self {
            files: &variant.files,
            folder: variant.folder.as_ref(),
            input: &spec.input,
            output: &spec.output,
            options: described.map(VariantSpec::execution),
            backend: variant.backend,
            runtime: &variant.runtime,
            precision: &variant.precision,
            threads,
            batch_size: model.batch_size_of(variant),
        }
    }
}

/// What a cell's key is made of, beside the variant.
#[derive(Clone, Debug, Serialize)]
pub struct CellIdentity<'a> {
    /// The digest of what the model is given, in order: ids, sequences, targets, places.
    pub inputs: &'a Digest,
    /// Where a table is asked in place of a model: which rows.
    pub rows: Option<Rows<'a>>,
    /// What is done to the examples first.
    pub perturbation: Option<Perturbed<'a>>,
    /// How much of it is asked twice: what was found so stands in its record.
    #[serde(skip_serializing_if = "Determinism::is_sample")]
    pub determinism: Determinism,
}

/// What rows of a table are chosen by.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Rows<'a> {
    /// The dataset's name.
    pub dataset: &'a str,
    /// The split.
    pub split: &'a str,
}

/// A perturbation, with what its effect on a sequence depends on.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Perturbed<'a> {
    /// What is done.
    pub perturbation: &'a PerturbationSpec,
    /// Keys its random streams.
    pub seed: u64,
    /// Ranges that are spared.
    pub spare: &'a [Span],
    /// What is asked: around sites that it asks about nothing is changed.
    pub question: &'a Question,
    /// The names of the classes that targets index.
    pub classes: &'a [String],
    /// Bases before the first position of a target.
    pub context: usize,
}

impl<'a> Perturbed<'a> {
    /// Of these examples, which are of one dataset and asked one question.
    #[must_use]
    pub fn new(perturbation: &'a PerturbationSpec, examples: &'a Examples) -> Self {
        let (selection, about) = (&examples.selection, examples.dataset.about());
        Self {
            perturbation,
            seed: selection.seed,
            spare: &selection.spare,
            question: &selection.question,
            classes: &about.classes,
            context: about.context,
        }
    }
}

/// The key of a variant on data.
///
/// # Errors
/// A number of its description is not finite.
pub fn cell(
    execution: &Execution<'_>,
    identity: &CellIdentity<'_>,
) -> Result<Digest, CanonicalError> {
    canonical::digest("cell", &(execution, identity))
}

/// What a search's cell is made of, beside the variant.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct SearchIdentity<'a> {
    /// What is searched for.
    pub search: &'a SearchSpec,
    /// A probability at or above it is called positive.
    pub threshold: f64,
    /// The search whose finds are asked of this variant.
    pub base: Option<&'a Digest>,
    /// The digest of the inputs that the examples are drawn of.
    pub inputs: &'a Digest,
    /// Keys its random streams.
    pub seed: u64,
    /// Ranges that are spared.
    pub spare: &'a [Span],
    /// What is asked.
    pub question: &'a Question,
    /// The names of the classes that targets index.
    pub classes: &'a [String],
}

/// The key of a search.
///
/// # Errors
/// A number of its description is not finite.
pub fn search(
    execution: &Execution<'_>,
    identity: &SearchIdentity<'_>,
) -> Result<Digest, CanonicalError> {
    canonical::digest("search", &(execution, identity))
}

/// What a control's cell is made of.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ControlIdentity<'a> {
    /// The control.
    pub control: &'a ControlSpec,
    /// What is asked.
    pub question: &'a Question,
    /// The names of the classes that targets index.
    pub classes: &'a [String],
    /// The digest of the inputs that it is fitted on.
    pub fitted_on: &'a Digest,
    /// The digest of the inputs that it answers.
    pub inputs: &'a Digest,
    /// What is done to those first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub perturbation: Option<Perturbed<'a>>,
    /// Deals folds.
    pub seed: u64,
}

/// The key of a control on data. Nothing of the machine counts: controls give the same bits anywhere. What they answer follows
/// from their revision.
///
/// # Errors
/// A number of its description is not finite.
pub fn control(of: ControlIdentity<'_>) -> Result<Digest, CanonicalError> {
    canonical::digest("control", &(titer_controls::REVISION, of))
}

/// The key of a model's cell whose weights are put in another order.
///
/// # Errors
/// None that is known.
pub fn random_weights(cell: &Digest, seed: u64) -> Result<Digest, CanonicalError> {
    canonical::digest("random weights", &(cell, seed))
}

/// How a variant is measured, and where.
#[derive(Clone, Debug, Serialize)]
pub struct MeasurementIdentity<'a> {
    /// The scenario with its parameters; its batch sizes are those of the model.
    pub latency: &'a Latency,
    /// Facts about the machine by name.
    pub machine: &'a BTreeMap<String, String>,
    /// The digest of the inputs that queries are made of.
    pub inputs: &'a Digest,
    /// The seed of what is drawn: arrivals, sequences. Of no measurement that draws nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
}

/// The key of a measurement: what runs, on which examples, under which scenario, on which machine.
///
/// # Errors
/// A number of its description is not finite.
pub fn measurement(
    execution: &Execution<'_>,
    identity: &MeasurementIdentity<'_>,
) -> Result<Digest, CanonicalError> {
    canonical::digest("measurement", &(execution, identity))
}

#[cfg(test)]
mod tests;
