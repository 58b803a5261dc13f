//! Insertions and deletions of single bases.

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::{Effect, Example, Perturbation, Stream};

use crate::anchored::{Rates, percent};
use crate::levels::Levels;

/// Inserts and deletes single bases, as often the one as the other, around the suite's `spare` positions, which stay where they
/// are. What comes in pushes bases out at the window's ends; what goes leaves N there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"rate": 0.01}]))]
pub struct Indels {
    /// The probability of an insertion before a base or of its deletion, together, from 0.000001 to 1.
    #[schemars(range(min = 1e-6, max = 1))]
    pub rate: f64,
}

impl Levels for Indels {
    const LEVELS: [Self; 5] = [
        Self { rate: 0.0001 },
        Self { rate: 0.001 },
        Self { rate: 0.005 },
        Self { rate: 0.02 },
        Self { rate: 0.05 },
    ];
    const BASIS: &'static str =
        "assumed, from the order of magnitude between two people to that of noisy long reads";
}

impl Perturbation for Indels {
    fn effect(&self) -> Effect {
        Effect::Kept
    }

    fn severity(&self) -> Option<f64> {
        Some(self.rate)
    }

    fn title(&self) -> String {
        format!("{} insertions and deletions", percent(self.rate))
    }

    fn keeps_places(&self) -> bool {
        false
    }

    fn apply(&self, example: &Example, spare: &[Range<usize>], stream: &mut Stream) -> Example {
        let rates = Rates {
            substitution: 0.0,
            insertion: self.rate / 2.0,
            deletion: self.rate / 2.0,
        };
        rates.misread(example, spare, stream)
    }
}
