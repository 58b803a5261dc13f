//! A window that lies elsewhere.

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::{Effect, Example, Perturbation, Stream};

use crate::anchored::with_letters;
use crate::reverse_complement::StatedEffect;

/// Moves the window along the sequence, so that what it holds lies so many bases further left (below 0: right). The bases that come
/// into view are N. Nothing is spared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"bases": 3, "target": "kept"}]))]
pub struct Shift {
    /// By how many bases, not 0.
    #[schemars(range(min = -100_000, max = 100_000))]
    pub bases: i32,
    /// What it does to the target: `kept` where a window is of a class wherever it lies, `destroyed` where the class is of one place
    /// in it.
    pub target: StatedEffect,
}

impl Perturbation for Shift {
    fn effect(&self) -> Effect {
        self.target.effect()
    }

    fn severity(&self) -> Option<f64> {
        Some(f64::from(self.bases))
    }

    fn title(&self) -> String {
        let way = if self.bases < 0 { "right" } else { "left" };
        format!("{} bases to the {way}", self.bases.unsigned_abs())
    }

    fn keeps_places(&self) -> bool {
        false
    }

    fn needs_bases(&self) -> usize {
        self.bases.unsigned_abs() as usize + 1
    }

    fn fault(&self) -> Option<&'static str> {
        (self.bases == 0).then_some("a shift by no base changes nothing")
    }

    fn apply(&self, example: &Example, _: &[Range<usize>], _: &mut Stream) -> Example {
        let letters = example.sequence.letters();
        let by = (self.bases.unsigned_abs() as usize).min(letters.len());
        let unknown = vec![b'N'; by];
        let moved = match self.bases < 0 {
            true => [&unknown, &letters[..letters.len() - by]].concat(),
            false => [&letters[by..], &unknown[..]].concat(),
        };
        with_letters(example, &moved)
    }
}
