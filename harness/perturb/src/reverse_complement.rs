//! Reverse complement: the other strand, read in its own direction.

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::{Effect, Example, Perturbation, Stream};

/// Reads the other strand. The target is left as it was: the effect says whether it still holds.
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

impl StatedEffect {
    /// The effect.
    pub(crate) fn effect(self) -> Effect {
        match self {
            Self::Kept => Effect::Kept,
            Self::Destroyed => Effect::Destroyed,
        }
    }
}

impl Perturbation for ReverseComplement {
    fn effect(&self) -> Effect {
        self.target.effect()
    }

    fn title(&self) -> String {
        "reverse complement".to_owned()
    }

    fn keeps_places(&self) -> bool {
        false
    }

    fn apply(&self, example: &Example, _: &[Range<usize>], _: &mut Stream) -> Example {
        Example {
            sequence: example.sequence.reverse_complement(),
            ..example.clone()
        }
    }
}
