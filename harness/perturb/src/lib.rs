//! Perturbations: one file each.
//!
//! In scope: seeded changes of an example. Not aware of: datasets on disk, models, scores.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod dinucleotide_shuffle;
pub mod reverse_complement;
pub mod substitutions;

use std::ops::Range;

use titer_core::{Example, Perturbation, Stream};
use titer_spec::PerturbationSpec;

/// The perturbation that a suite names.
#[must_use]
pub fn perturbation(spec: &PerturbationSpec) -> Box<dyn Perturbation> {
    match spec {
        PerturbationSpec::Substitutions(given) => {
            Box::new(substitutions::Substitutions { rate: given.rate })
        }
        PerturbationSpec::ReverseComplement(_) => Box::new(reverse_complement::ReverseComplement {
            effect: spec.effect(),
        }),
        PerturbationSpec::DinucleotideShuffle => {
            Box::new(dinucleotide_shuffle::DinucleotideShuffle)
        }
    }
}

/// The name of a kind of perturbation: the purpose of its random stream. The severity is no part of
/// it, so that a milder perturbation changes a subset of what a stronger one changes.
fn purpose(spec: &PerturbationSpec) -> &'static str {
    match spec {
        PerturbationSpec::Substitutions(_) => "substitutions",
        PerturbationSpec::ReverseComplement(_) => "reverse_complement",
        PerturbationSpec::DinucleotideShuffle => "dinucleotide_shuffle",
    }
}

/// Perturbs every example, each by its own stream: order and number of examples change nothing.
/// `spare` gives the ranges of the sequence that define an example's label.
#[must_use]
pub fn perturb(
    spec: &PerturbationSpec,
    examples: &[Example],
    spare: &dyn Fn(&Example) -> Vec<Range<usize>>,
    seed: u64,
) -> Vec<Example> {
    let perturbation = perturbation(spec);
    examples
        .iter()
        .map(|example| {
            let mut stream = Stream::new(seed, purpose(spec), &example.id);
            perturbation.apply(example, &spare(example), &mut stream)
        })
        .collect()
}

#[cfg(test)]
mod tests;
