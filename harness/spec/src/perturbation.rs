//! Perturbations as a suite names them.

use crate::tagged::tagged;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::Effect;

/// A seeded change of the examples, paired with the clean ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", remote = "Self")]
pub enum PerturbationSpec {
    /// Replaces bases by another base, sparing the suite's `spare` positions. The target is kept.
    Substitutions(Substitutions),
    /// Reads the other strand.
    ReverseComplement(ReverseComplement),
    /// Another order of the bases with the same pairs of neighbours: the target is destroyed.
    DinucleotideShuffle,
}

tagged!(PerturbationSpec);

/// Parameters of substitutions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"rate": 0.05}]))]
pub struct Substitutions {
    /// The probability that a base is replaced, from 0.000001 to 1.
    #[schemars(range(min = 1e-6, max = 1))]
    pub rate: f64,
}

/// Parameters of the reverse complement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"target": "destroyed"}]))]
pub struct ReverseComplement {
    /// What it does to the target: `kept` where the task has no strand, `destroyed` where it has one
    /// (then it is a negative control).
    pub target: StatedEffect,
}

/// The effect that a suite states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StatedEffect {
    /// The target still holds.
    Kept,
    /// The target no longer holds.
    Destroyed,
}

impl PerturbationSpec {
    /// Its name in tables and folders: kind and severity.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Substitutions(Substitutions { rate }) => format!("substitutions_{rate}"),
            Self::ReverseComplement(_) => "reverse_complement".to_owned(),
            Self::DinucleotideShuffle => "dinucleotide_shuffle".to_owned(),
        }
    }

    /// What it does to the target.
    #[must_use]
    pub fn effect(&self) -> Effect {
        match self {
            Self::Substitutions(_)
            | Self::ReverseComplement(ReverseComplement {
                target: StatedEffect::Kept,
            }) => Effect::Kept,
            Self::DinucleotideShuffle
            | Self::ReverseComplement(ReverseComplement {
                target: StatedEffect::Destroyed,
            }) => Effect::Destroyed,
        }
    }
}
