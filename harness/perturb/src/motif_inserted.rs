//! A motif where there was none.

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::{Effect, Example, Perturbation, Sequence, Stream};

use crate::anchored::is_spared;
use crate::reverse_complement::StatedEffect;

/// Writes a motif over the bases from a position on, sparing the suite's `spare` positions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"motif": "GTAAGT", "at": 250, "target": "kept"}]))]
pub struct MotifInserted {
    /// Its letters, IUPAC code.
    #[schemars(length(min = 1, max = 1000))]
    pub motif: String,
    /// Where its first letter goes, counted from 0.
    #[schemars(range(min = 0, max = 1_000_000_000))]
    pub at: u32,
    /// What it does to the target.
    pub target: StatedEffect,
}

impl Perturbation for MotifInserted {
    fn effect(&self) -> Effect {
        self.target.effect()
    }

    fn detail(&self) -> Option<String> {
        let letters = self.motif.chars().filter(char::is_ascii_alphanumeric);
        Some(format!("{}_at{}", letters.collect::<String>(), self.at))
    }

    fn title(&self) -> String {
        format!("{} at {}", self.motif, self.at)
    }

    fn keeps_places(&self) -> bool {
        true
    }

    fn needs_bases(&self) -> usize {
        self.at as usize + self.motif.len()
    }

    fn fault(&self) -> Option<&'static str> {
        match Sequence::new(&self.motif) {
            Ok(motif) if !motif.is_empty() => None,
            _ => Some("the motif holds a letter that is no nucleotide (IUPAC code)"),
        }
    }

    fn apply(&self, example: &Example, spare: &[Range<usize>], _: &mut Stream) -> Example {
        let mut changed = example.clone();
        let motif = Sequence::new(&self.motif).unwrap_or_default();
        for (position, letter) in (self.at as usize..).zip(motif.letters()) {
            if !is_spared(spare, position) {
                changed.sequence.substitute(position, *letter);
            }
        }
        changed
    }
}
