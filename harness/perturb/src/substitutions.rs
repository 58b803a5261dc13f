//! Substitutions: each base is replaced by another one with a given probability.

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::{Effect, Example, Perturbation, Stream};

use crate::anchored::{BASES, is_spared};
use crate::levels::Levels;

/// Replaces bases by another base, sparing the suite's `spare` positions. N and other ambiguous letters stay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"rate": 0.05}]))]
pub struct Substitutions {
    /// The probability that a base is replaced, from 0.000001 to 1.
    #[schemars(range(min = 1e-6, max = 1))]
    pub rate: f64,
    /// The share of transitions (A with G, C with T) among them, from 0 to 1; left out, a third, as each other base is as likely. Of
    /// differences between genomes about two thirds are transitions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 1))]
    pub transitions: Option<f64>,
}

impl Substitutions {
    /// Replaces bases by any other one with a probability.
    #[must_use]
    pub const fn at_rate(rate: f64) -> Self {
        Self {
            rate,
            transitions: None,
        }
    }

    /// By how many places of A, C, G, T a base goes on, from 1 to 3: 2 is a transition. One number is drawn either way.
    fn step(&self, stream: &mut Stream) -> usize {
        let Some(transitions) = self.transitions else {
            return 1 + stream.below(3) as usize;
        };
        let drawn = stream.uniform();
        match drawn < transitions {
            true => 2,
            false if drawn - transitions < (1.0 - transitions) / 2.0 => 1,
            false => 3,
        }
    }
}

impl Levels for Substitutions {
    const LEVELS: [Self; 5] = [
        Self::at_rate(0.001),
        Self::at_rate(0.005),
        Self::at_rate(0.0123),
        Self::at_rate(0.05),
        Self::at_rate(0.1),
    ];
    const BASIS: &'static str = "0.1 % is about what two people differ by (1000 Genomes Project 2015, Nature 526:68), 1.23 % what human and chimpanzee do (2005, Nature 437:69); the others are assumed";
}

impl Perturbation for Substitutions {
    fn effect(&self) -> Effect {
        Effect::Kept
    }

    fn detail(&self) -> Option<String> {
        self.transitions.map(|share| format!("transitions{share}"))
    }

    fn severity(&self) -> Option<f64> {
        Some(self.rate)
    }

    fn title(&self) -> String {
        let percent = (self.rate * 1e4).round() / 100.0;
        match self.transitions {
            None => format!("{percent} % substitutions"),
            Some(share) => {
                let share = crate::anchored::percent(share);
                format!("{percent} % substitutions, {share} of them transitions")
            }
        }
    }

    fn keeps_places(&self) -> bool {
        true
    }

    fn apply(&self, example: &Example, spare: &[Range<usize>], stream: &mut Stream) -> Example {
        let mut changed = example.clone();
        for (position, base) in example.sequence.letters().iter().enumerate() {
            // Both numbers are drawn at every position, so that a higher rate changes a superset.
            let (chance, step) = (stream.uniform(), self.step(stream));
            let spared = is_spared(spare, position);
            let known = BASES.iter().position(|letter| letter == base);
            if let Some(index) = known.filter(|_| chance < self.rate && !spared) {
                changed
                    .sequence
                    .substitute(position, BASES[(index + step) % 4]);
            }
        }
        changed
    }
}
