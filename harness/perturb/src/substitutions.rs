//! Substitutions: each base is replaced by another one with a given probability.

use std::ops::Range;

use titer_core::{Effect, Example, Perturbation, Stream};

/// Replaces bases. N and other ambiguous letters stay.
#[derive(Clone, Copy, Debug)]
pub struct Substitutions {
    /// The probability that a base is replaced, in [0, 1].
    pub rate: f64,
}

const BASES: [u8; 4] = *b"ACGT";

impl Perturbation for Substitutions {
    fn effect(&self) -> Effect {
        Effect::Kept
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
