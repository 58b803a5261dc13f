//! Substitutions: each base is replaced by another one with a given probability.

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::{Effect, Example, Perturbation, Stream};

/// Replaces bases by another base, sparing the suite's `spare` positions. N and other ambiguous letters stay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"rate": 0.05}]))]
pub struct Substitutions {
    /// The probability that a base is replaced, from 0.000001 to 1.
    #[schemars(range(min = 1e-6, max = 1))]
    pub rate: f64,
}

const BASES: [u8; 4] = *b"ACGT";

impl Perturbation for Substitutions {
    fn effect(&self) -> Effect {
        Effect::Kept
    }

    fn severity(&self) -> Option<f64> {
        Some(self.rate)
    }

    fn title(&self) -> String {
        let percent = (self.rate * 1e4).round() / 100.0;
        format!("{percent} % substitutions")
    }

    fn keeps_places(&self) -> bool {
        true
    }

    fn apply(&self, example: &Example, spare: &[Range<usize>], stream: &mut Stream) -> Example {
        let mut changed = example.clone();
        for (position, base) in example.sequence.letters().iter().enumerate() {
            // Both numbers are drawn at every position, so that a higher rate changes a superset.
            let (chance, choice) = (stream.uniform(), stream.below(3) as usize);
            let spared = spare.iter().any(|range| range.contains(&position));
            let known = BASES.iter().position(|letter| letter == base);
            if let Some(index) = known.filter(|_| chance < self.rate && !spared) {
                changed
                    .sequence
                    .substitute(position, BASES[(index + 1 + choice) % 4]);
            }
        }
        changed
    }
}
