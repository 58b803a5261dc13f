//! Codes that stand for two bases, one of which is the true one.

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::{Effect, Example, Perturbation, Stream};

use crate::anchored::{BASES, is_spared, percent};
use crate::levels::Levels;

/// Replaces bases by the IUPAC code of that base and another one, as where a person carries two alleles. Spares the suite's `spare`
/// positions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"rate": 0.01}]))]
pub struct AmbiguousBases {
    /// The probability that a base is replaced, from 0.000001 to 1.
    #[schemars(range(min = 1e-6, max = 1))]
    pub rate: f64,
}

/// The code of a base, by row, and the other base, in the order A, C, G, T.
const CODES: [[u8; 4]; 4] = [*b"AMRW", *b"MCSY", *b"RSGK", *b"WYKT"];

impl Levels for AmbiguousBases {
    const LEVELS: [Self; 5] = [
        Self { rate: 0.001 },
        Self { rate: 0.005 },
        Self { rate: 0.01 },
        Self { rate: 0.05 },
        Self { rate: 0.1 },
    ];
    const BASIS: &'static str = "the first is about how often a person carries two alleles at a base (1000 Genomes Project 2015, Nature 526:68); the others are assumed";
}

impl Perturbation for AmbiguousBases {
    fn effect(&self) -> Effect {
        Effect::Kept
    }

    fn severity(&self) -> Option<f64> {
        Some(self.rate)
    }

    fn title(&self) -> String {
        format!("{} bases of two kinds", percent(self.rate))
    }

    fn keeps_places(&self) -> bool {
        true
    }

    fn apply(&self, example: &Example, spare: &[Range<usize>], stream: &mut Stream) -> Example {
        let mut changed = example.clone();
        for (position, letter) in example.sequence.letters().iter().enumerate() {
            // Both numbers are drawn at every position, so that a higher rate changes a superset.
            let (chance, choice) = (stream.uniform(), stream.below(3) as usize);
            let known = BASES.iter().position(|base| base == letter);
            if let Some(one) = known.filter(|_| chance < self.rate && !is_spared(spare, position)) {
                let code = CODES[one][(one + 1 + choice) % 4];
                changed.sequence.substitute(position, code);
            }
        }
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use titer_core::Sequence;

    #[test]
    fn the_code_of_the_other_strand_is_the_other_strands_code() {
        for one in 0..4 {
            for other in 0..4 {
                assert_eq!(CODES[one][other], CODES[other][one]);
                let code = Sequence::new(&char::from(CODES[one][other]).to_string()).unwrap();
                let turned = code.reverse_complement();
                assert_eq!(turned.letters(), [CODES[3 - one][3 - other]]);
            }
        }
    }
}
