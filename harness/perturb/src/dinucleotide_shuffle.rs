//! A shuffle that keeps how often each pair of neighbours occurs.
//!
//! The first and the last base, every count of single bases and every count of dinucleotides stay; the
//! order, and with it whatever a model should look for, is gone. Drawn uniformly among all sequences
//! that keep them.

use std::ops::Range;

use titer_core::{Effect, Example, Perturbation, Stream};

use crate::anchored::with_letters;
use crate::euler;

/// Shuffles the whole sequence; nothing is spared.
#[derive(Clone, Copy, Debug)]
pub struct DinucleotideShuffle;

impl Perturbation for DinucleotideShuffle {
    fn effect(&self) -> Effect {
        Effect::Destroyed
    }

    fn title(&self) -> String {
        "dinucleotide shuffle".to_owned()
    }

    fn keeps_places(&self) -> bool {
        false
    }

    fn apply(&self, example: &Example, _: &[Range<usize>], stream: &mut Stream) -> Example {
        with_letters(example, &shuffle(example.sequence.letters(), stream))
    }
}

/// The letters in another order with the same pairs of neighbours.
#[must_use]
pub fn shuffle(letters: &[u8], stream: &mut Stream) -> Vec<u8> {
    euler::shuffle(letters, stream)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn pairs(letters: &[u8]) -> BTreeMap<(u8, u8), usize> {
        let mut counts = BTreeMap::new();
        for pair in letters.windows(2) {
            *counts.entry((pair[0], pair[1])).or_default() += 1;
        }
        counts
    }

    #[test]
    fn pairs_and_ends_stay() {
        let mut random = Stream::new(1, "test", "shuffle");
        for length in [0, 1, 2, 3, 7, 50, 400] {
            for alphabet in [&b"ACGT"[..], b"AC", b"ACGTN", b"G"] {
                let letters: Vec<u8> = (0..length)
                    .map(|_| alphabet[random.below(alphabet.len() as u64) as usize])
                    .collect();
                let shuffled = shuffle(&letters, &mut random);
                assert_eq!(shuffled.len(), letters.len());
                assert_eq!(pairs(&shuffled), pairs(&letters));
                assert_eq!(shuffled.first(), letters.first());
                assert_eq!(shuffled.last(), letters.last());
            }
        }
    }

    /// Every order that keeps the pairs is drawn equally often: counted for all of a small case.
    #[test]
    fn draws_are_uniform() {
        let letters = b"ACGATACTAGA";
        let mut counts: BTreeMap<Vec<u8>, f64> = BTreeMap::new();
        let draws = 60_000;
        for draw in 0..draws {
            let mut stream = Stream::new(3, "uniform", &draw.to_string());
            *counts.entry(shuffle(letters, &mut stream)).or_default() += 1.0;
        }
        let expected = f64::from(draws) / counts.len() as f64;
        assert!(counts.len() > 20, "{}", counts.len());
        let chi: f64 = counts
            .values()
            .map(|count| (count - expected) * (count - expected) / expected)
            .sum();
        let freedom = (counts.len() - 1) as f64;
        // Four standard deviations of chi-squared.
        assert!(
            chi < freedom + 4.0 * (2.0 * freedom).sqrt(),
            "{chi} of {freedom}"
        );
    }
}
