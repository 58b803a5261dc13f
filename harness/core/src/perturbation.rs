//! The trait that every perturbation implements.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::example::Example;
use crate::random::Stream;

/// What a perturbation does to the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// The target still holds.
    Kept,
    /// The target holds after a known change of the target.
    Transformed,
    /// The target no longer holds: a negative control, never a drop.
    Destroyed,
}

/// A seeded change of an example.
pub trait Perturbation {
    /// What happens to the target.
    fn effect(&self) -> Effect;

    /// The changed example: same id, same place, target as `effect` states. `spare` are the
    /// half-open ranges of the sequence that define the label and must not change where the effect is
    /// `Kept`.
    fn apply(&self, example: &Example, spare: &[Range<usize>], stream: &mut Stream) -> Example;
}
