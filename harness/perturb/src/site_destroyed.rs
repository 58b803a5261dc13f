//! The site itself, replaced.

use std::ops::Range;

use titer_core::{Effect, Example, Perturbation, Stream};

use crate::anchored::BASES;

/// Replaces each base of the suite's `spare` positions, which define the label, by another one: the target is destroyed. What is
/// still called shows that a model does not look at the site.
#[derive(Clone, Copy, Debug)]
pub struct SiteDestroyed;

impl Perturbation for SiteDestroyed {
    fn effect(&self) -> Effect {
        Effect::Destroyed
    }

    fn title(&self) -> String {
        "site destroyed".to_owned()
    }

    fn keeps_places(&self) -> bool {
        true
    }

    fn needs_spare(&self) -> bool {
        true
    }

    fn apply(&self, example: &Example, spare: &[Range<usize>], stream: &mut Stream) -> Example {
        let mut changed = example.clone();
        for position in spare.iter().cloned().flatten() {
            let letter = example.sequence.letters().get(position);
            let other = match BASES.iter().position(|base| Some(base) == letter) {
                Some(index) => BASES[(index + 1 + stream.below(3) as usize) % 4],
                None => BASES[stream.below(4) as usize],
            };
            changed.sequence.substitute(position, other);
        }
        changed
    }
}
