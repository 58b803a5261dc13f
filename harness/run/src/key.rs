//! Keys: the digest of everything that can change a cell's predictions.

use titer_core::{Digest, RowDigest};
use titer_spec::plan::{PlannedModel, PlannedVariant};
use titer_spec::{ControlSpec, ModelSpec, PerturbationSpec, Question};

/// What a cell's key is made of, beside the variant.
#[derive(Clone, Copy, Debug)]
pub struct CellIdentity<'a> {
    /// The dataset file's digest.
    pub dataset: &'a Digest,
    /// The split.
    pub split: &'a str,
    /// The digest of the examples in order.
    pub examples: &'a Digest,
    /// The perturbation, with what it spares in words.
    pub perturbation: Option<(&'a PerturbationSpec, &'a str)>,
    /// Keys the random streams.
    pub seed: u64,
}

/// The key of a variant on data.
#[must_use]
pub fn cell(
    model: &PlannedModel,
    spec: &ModelSpec,
    variant: &PlannedVariant,
    threads: usize,
    instruction_set: &str,
    identity: CellIdentity<'_>,
) -> Digest {
    let mut key = RowDigest::new("cell");
    execution(&mut key, model, spec, variant, threads, instruction_set);
    key.digest(identity.dataset)
        .text(identity.split)
        .digest(identity.examples);
    match identity.perturbation {
        Some((perturbation, spared)) => key.text(&json(perturbation)).text(spared),
        None => key.absent(),
    };
    key.whole(identity.seed).finish()
}

/// What a control's cell is made of.
#[derive(Clone, Copy, Debug)]
pub struct ControlIdentity<'a> {
    /// The control.
    pub control: &'a ControlSpec,
    /// What is asked.
    pub question: &'a Question,
    /// The digest of the examples that it is fitted on.
    pub fitted_on: &'a Digest,
    /// The digest of the file that they come from.
    pub fitted_from: Option<&'a Digest>,
    /// The dataset file's digest.
    pub dataset: &'a Digest,
    /// The digest of the examples in order.
    pub examples: &'a Digest,
    /// Their split.
    pub split: &'a str,
    /// Deals folds.
    pub seed: u64,
}

/// The key of a control on data. Nothing of the machine counts: controls give the same bits anywhere.
#[must_use]
pub fn control(of: ControlIdentity<'_>) -> Digest {
    let mut key = RowDigest::new("control");
    key.text(env!("CARGO_PKG_VERSION"))
        .text(&json(of.control))
        .text(&json(of.question))
        .digest(of.fitted_on);
    match of.fitted_from {
        Some(file) => key.digest(file),
        None => key.absent(),
    };
    key.digest(of.dataset)
        .digest(of.examples)
        .text(of.split)
        .whole(of.seed)
        .finish()
}

/// The key of a model's cell whose weights are put in another order.
#[must_use]
pub fn random_weights(cell: &Digest, seed: u64) -> Digest {
    RowDigest::new("random weights")
        .digest(cell)
        .whole(seed)
        .finish()
}

/// The key of a measurement: what runs, on which examples, under which scenario, on which machine.
#[must_use]
pub fn measurement(
    model: &PlannedModel,
    spec: &ModelSpec,
    variant: &PlannedVariant,
    threads: usize,
    machine: &str,
    scenario: &str,
    examples: &Digest,
) -> Digest {
    let mut key = RowDigest::new("measurement");
    execution(&mut key, model, spec, variant, threads, machine);
    key.text(scenario).digest(examples).finish()
}

fn execution(
    key: &mut RowDigest,
    model: &PlannedModel,
    spec: &ModelSpec,
    variant: &PlannedVariant,
    threads: usize,
    machine: &str,
) {
    for (role, digest) in &variant.files {
        key.text(role).digest(digest);
    }
    if let Some(folder) = &variant.folder {
        // No text: a role may have any name.
        key.absent().digest(folder);
    }
    key.text(&json(&spec.input)).text(&json(&spec.output));
    // What a backend is told beside its files: a session's options, a command, an address.
    let told = spec
        .variants
        .iter()
        .find(|told| told.variant.value == variant.name);
    key.text(&told.map_or(String::new(), |told| json(&told.execution())));
    key.text(variant.backend.name())
        .text(&variant.runtime)
        .text(&variant.precision);
    key.text("cpu")
        .text(machine)
        .whole(threads as u64)
        .whole(model.batch_size as u64);
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests;
