//! Other sequence around the site.

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::{Effect, Example, Perturbation, Stream};

use crate::anchored::{percent, with_letters};
use crate::levels::Levels;
use crate::truncation::outer;

/// Puts the outermost bases of each side of the suite's `spare` positions (without any, of the middle) in another order: other
/// sequence of the same composition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"share": 0.5}]))]
pub struct ForeignFlanks {
    /// The share of each side that is replaced, from 0.000001 to 1.
    #[schemars(range(min = 1e-6, max = 1))]
    pub share: f64,
}

impl Levels for ForeignFlanks {
    const LEVELS: [Self; 5] = [
        Self { share: 0.1 },
        Self { share: 0.25 },
        Self { share: 0.5 },
        Self { share: 0.75 },
        Self { share: 0.9 },
    ];
    const BASIS: &'static str = "assumed; a milder one is no part of a stronger one";
}

impl Perturbation for ForeignFlanks {
    fn effect(&self) -> Effect {
        Effect::Kept
    }

    fn severity(&self) -> Option<f64> {
        Some(self.share)
    }

    fn title(&self) -> String {
        format!("{} of each side foreign", percent(self.share))
    }

    fn keeps_places(&self) -> bool {
        true
    }

    fn apply(&self, example: &Example, spare: &[Range<usize>], stream: &mut Stream) -> Example {
        let mut letters = example.sequence.letters().to_vec();
        for side in outer(spare, letters.len(), self.share) {
            stream.shuffle(&mut letters[side]);
        }
        with_letters(example, &letters)
    }
}
