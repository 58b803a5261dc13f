//! Reverse complement: the other strand, read in its own direction.

use std::ops::Range;

use titer_core::{Effect, Example, Perturbation, Stream};

/// Reads the other strand. The target is left as it was: the effect says whether it still holds.
#[derive(Clone, Copy, Debug)]
pub struct ReverseComplement {
    /// What the suite states: kept where the task has no strand, destroyed where it has one.
    pub effect: Effect,
}

impl Perturbation for ReverseComplement {
    fn effect(&self) -> Effect {
        self.effect
    }

    fn apply(&self, example: &Example, _: &[Range<usize>], _: &mut Stream) -> Example {
        Example {
            sequence: example.sequence.reverse_complement(),
            ..example.clone()
        }
    }
}
