//! N in place of bases, scattered or in blocks.

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::{Effect, Example, Perturbation, Stream};

use crate::anchored::{is_spared, percent};
use crate::levels::Levels;

/// Replaces bases by N, scattered or in blocks, sparing the suite's `spare` positions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"rate": 0.1}]))]
pub struct UnknownBases {
    /// The share of bases that is expected to become N, from 0.000001 to 1.
    #[schemars(range(min = 1e-6, max = 1))]
    pub rate: f64,
    /// Bases of a block; left out, single bases.
    #[serde(default = "single", skip_serializing_if = "is_single")]
    #[schemars(range(min = 1, max = 100_000))]
    pub block: u32,
}

fn single() -> u32 {
    1
}

fn is_single(block: &u32) -> bool {
    *block == single()
}

impl UnknownBases {
    const fn scattered(rate: f64) -> Self {
        Self { rate, block: 1 }
    }

    /// The probability that a block begins at a base, so that a base is expected to lie in one with the probability `rate`.
    fn begins(&self) -> f64 {
        1.0 - (1.0 - self.rate).powf(1.0 / f64::from(self.block.max(1)))
    }
}

impl Levels for UnknownBases {
    const LEVELS: [Self; 5] = [
        Self::scattered(0.01),
        Self::scattered(0.05),
        Self::scattered(0.1),
        Self::scattered(0.25),
        Self::scattered(0.5),
    ];
    const BASIS: &'static str = "assumed";
}

impl Perturbation for UnknownBases {
    fn effect(&self) -> Effect {
        Effect::Kept
    }

    fn detail(&self) -> Option<String> {
        (self.block > 1).then(|| format!("block{}", self.block))
    }

    fn severity(&self) -> Option<f64> {
        Some(self.rate)
    }

    fn title(&self) -> String {
        match self.block {
            ..=1 => format!("{} unknown bases", percent(self.rate)),
            block => format!("{} unknown bases in blocks of {block}", percent(self.rate)),
        }
    }

    fn keeps_places(&self) -> bool {
        true
    }

    fn apply(&self, example: &Example, spare: &[Range<usize>], stream: &mut Stream) -> Example {
        let (mut changed, begins) = (example.clone(), self.begins());
        let block = self.block.max(1) as usize;
        // A block may begin before the first base: the ends are hidden as often as the middle.
        let mut left = 0;
        for at in 0..example.sequence.len() + block - 1 {
            if stream.uniform() < begins {
                left = block;
            }
            let position = (at + 1).checked_sub(block);
            if let Some(position) = position.filter(|at| left > 0 && !is_spared(spare, *at)) {
                changed.sequence.substitute(position, b'N');
            }
            left = left.saturating_sub(1);
        }
        changed
    }
}
