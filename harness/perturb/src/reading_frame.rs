//! A reading frame that is lost.

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::{Effect, Example, Perturbation, Stream};

use crate::anchored::{BASES, with_letters};
use crate::reverse_complement::StatedEffect;

/// Inserts or deletes one or two bases, so that all codons behind are read in another frame. The sequence keeps its length: what comes
/// in pushes bases out at the end, what goes leaves N there. Nothing is spared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"bases": 1, "at": 30, "target": "destroyed"}]))]
pub struct ReadingFrame {
    /// How many bases come in, 1 or 2, drawn anew for each example; below 0, how many go.
    #[schemars(range(min = -2, max = 2))]
    pub bases: i32,
    /// The position before which they come in, or of the first that goes, from 0.
    #[schemars(range(min = 0, max = 10_000_000))]
    pub at: u32,
    /// What it does to the target: `destroyed` where what is asked about is coded behind it, `kept` where the answer must not
    /// depend on a frame.
    pub target: StatedEffect,
}

impl Perturbation for ReadingFrame {
    fn effect(&self) -> Effect {
        self.target.effect()
    }

    fn detail(&self) -> Option<String> {
        Some(format!("at{}", self.at))
    }

    fn severity(&self) -> Option<f64> {
        Some(f64::from(self.bases))
    }

    fn title(&self) -> String {
        let number = self.bases.unsigned_abs();
        let bases = if number == 1 { "base" } else { "bases" };
        let done = if self.bases < 0 {
            "deleted"
        } else {
            "inserted"
        };
        format!(
            "{number} {bases} {done} at {}, another reading frame",
            self.at
        )
    }

    fn keeps_places(&self) -> bool {
        false
    }

    fn needs_bases(&self) -> usize {
        self.at as usize + self.bases.unsigned_abs() as usize + 1
    }

    fn fault(&self) -> Option<&'static str> {
        (self.bases == 0).then_some("no base inserted or deleted changes no reading frame")
    }

    fn apply(&self, example: &Example, _: &[Range<usize>], stream: &mut Stream) -> Example {
        let letters = example.sequence.letters();
        let at = (self.at as usize).min(letters.len());
        let number = self.bases.unsigned_abs() as usize;
        let mut all = letters[..at].to_vec();
        let behind = match self.bases < 0 {
            true => (at + number).min(letters.len()),
            false => {
                all.extend((0..number).map(|_| BASES[stream.below(4) as usize]));
                at
            }
        };
        all.extend(&letters[behind..]);
        all.resize(letters.len(), b'N');
        with_letters(example, &all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn done(bases: i32, at: u32) -> Vec<u8> {
        let example = Example {
            id: "a".to_owned(),
            sequence: titer_core::Sequence::new("ACGTACGTAC").unwrap(),
            second: None,
            target: titer_core::Target::Class(0),
            strata: BTreeMap::new(),
            clusters: BTreeMap::new(),
            place: titer_core::Place::default(),
        };
        let spec = ReadingFrame {
            bases,
            at,
            target: StatedEffect::Destroyed,
        };
        let mut stream = Stream::new(1, "frame", "a");
        spec.apply(&example, &[], &mut stream)
            .sequence
            .letters()
            .to_vec()
    }

    #[test]
    fn what_lies_behind_moves_and_the_length_stays() {
        assert_eq!(done(-1, 2), b"ACTACGTACN");
        assert_eq!(done(-2, 0), b"GTACGTACNN");
        let more = done(2, 4);
        assert_eq!((&more[..4], &more[6..]), (&b"ACGT"[..], &b"ACGT"[..]));
        assert_eq!(more.len(), 10);
    }
}
