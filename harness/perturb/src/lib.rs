//! Perturbations: a file each, and a line in `registry`.
//!
//! In scope: seeded changes of an example, and how a suite names them. Not aware of: datasets on disk, models, scores.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod ambiguous_bases;
mod anchored;
pub mod ancient_damage;
pub mod dinucleotide_shuffle;
mod euler;
pub mod foreign_flanks;
pub mod homopolymer_errors;
pub mod indels;
pub mod levels;
pub mod mononucleotide_shuffle;
pub mod motif_inserted;
pub mod reading_frame;
mod registry;
pub mod reverse_complement;
pub mod sequencing_errors;
pub mod shift;
pub mod site_destroyed;
pub mod substitutions;
pub mod synonymous_codons;
pub mod trinucleotide_shuffle;
pub mod truncation;
pub mod unknown_bases;

use std::ops::Range;

use titer_core::{Example, Stream};

pub use registry::{PerturbationEntry, PerturbationSpec};

/// Perturbs every example, each by its own stream: order and number of examples change nothing.
/// `spare` gives the ranges of the sequence that define an example's label.
#[must_use]
pub fn perturb(
    spec: &PerturbationSpec,
    examples: &[Example],
    spare: &dyn Fn(&Example) -> Vec<Range<usize>>,
    seed: u64,
) -> Vec<Example> {
    let (kind, perturbation) = (spec.kind(), spec.perturbation());
    examples
        .iter()
        .map(|example| {
            let mut stream = Stream::new(seed, &kind, &example.id);
            perturbation.apply(example, &spare(example), &mut stream)
        })
        .collect()
}

#[cfg(test)]
mod tests;
