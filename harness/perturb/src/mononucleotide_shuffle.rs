//! A shuffle that keeps how often each base occurs.

use std::ops::Range;

use titer_core::{Effect, Example, Perturbation, Stream};

use crate::anchored::with_letters;

/// Shuffles the whole sequence; nothing is spared. Only the counts of single bases stay.
#[derive(Clone, Copy, Debug)]
pub struct MononucleotideShuffle;

impl Perturbation for MononucleotideShuffle {
    fn effect(&self) -> Effect {
        Effect::Destroyed
    }

    fn title(&self) -> String {
        "mononucleotide shuffle".to_owned()
    }

    fn keeps_places(&self) -> bool {
        false
    }

    fn apply(&self, example: &Example, _: &[Range<usize>], stream: &mut Stream) -> Example {
        let mut letters = example.sequence.letters().to_vec();
        stream.shuffle(&mut letters);
        with_letters(example, &letters)
    }
}
