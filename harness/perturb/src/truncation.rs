//! Less context.

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::{Effect, Example, Perturbation, Stream};

use crate::anchored::{anchor, is_spared, percent};
use crate::levels::Levels;

/// Hides the outermost bases behind N, on both sides of the suite's `spare` positions (without any, of the middle): what a model
/// knows from a shorter window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"share": 0.5}]))]
pub struct Truncation {
    /// The share of each side that is hidden, from 0.000001 to 1.
    #[schemars(range(min = 1e-6, max = 1))]
    pub share: f64,
}

impl Levels for Truncation {
    const LEVELS: [Self; 5] = [
        Self { share: 0.1 },
        Self { share: 0.25 },
        Self { share: 0.5 },
        Self { share: 0.75 },
        Self { share: 0.9 },
    ];
    const BASIS: &'static str = "assumed";
}

/// The outermost bases of each side: so many as make up a share of it.
pub(crate) fn outer(spare: &[Range<usize>], length: usize, share: f64) -> [Range<usize>; 2] {
    let site = anchor(spare, length);
    let of = |side: usize| ((side as f64 * share).round() as usize).min(side);
    [0..of(site.start), length - of(length - site.end)..length]
}

impl Perturbation for Truncation {
    fn effect(&self) -> Effect {
        Effect::Kept
    }

    fn severity(&self) -> Option<f64> {
        Some(self.share)
    }

    fn title(&self) -> String {
        format!("{} of each side hidden", percent(self.share))
    }

    fn keeps_places(&self) -> bool {
        true
    }

    fn apply(&self, example: &Example, spare: &[Range<usize>], _: &mut Stream) -> Example {
        let mut changed = example.clone();
        for position in outer(spare, example.sequence.len(), self.share)
            .into_iter()
            .flatten()
        {
            if !is_spared(spare, position) {
                changed.sequence.substitute(position, b'N');
            }
        }
        changed
    }
}
