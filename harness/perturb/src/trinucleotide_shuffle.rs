//! A shuffle that keeps how often each three neighbours occur.

use std::ops::Range;

use titer_core::{Effect, Example, Perturbation, Stream};

use crate::anchored::with_letters;
use crate::euler;

/// Shuffles the whole sequence; nothing is spared. Every count of three neighbours stays, and with them those of two and of one, and
/// the first and last two bases. Drawn uniformly among all sequences that keep them: of short ones there may be few.
#[derive(Clone, Copy, Debug)]
pub struct TrinucleotideShuffle;

impl Perturbation for TrinucleotideShuffle {
    fn effect(&self) -> Effect {
        Effect::Destroyed
    }

    fn title(&self) -> String {
        "trinucleotide shuffle".to_owned()
    }

    fn keeps_places(&self) -> bool {
        false
    }

    fn apply(&self, example: &Example, _: &[Range<usize>], stream: &mut Stream) -> Example {
        with_letters(example, &shuffle(example.sequence.letters(), stream))
    }
}

/// A sequence is a walk over its pairs: in another order of the same steps it keeps its threes.
fn shuffle(letters: &[u8], stream: &mut Stream) -> Vec<u8> {
    let pairs: Vec<[u8; 2]> = letters.windows(2).map(|two| [two[0], two[1]]).collect();
    let walked = euler::shuffle(&pairs, stream);
    let first = letters.first().copied();
    first
        .into_iter()
        .chain(walked.iter().map(|pair| pair[1]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn counts(letters: &[u8], of: usize) -> BTreeMap<&[u8], usize> {
        let mut counts = BTreeMap::new();
        for some in letters.windows(of) {
            *counts.entry(some).or_default() += 1;
        }
        counts
    }

    #[test]
    fn threes_and_ends_stay() {
        let mut random = Stream::new(1, "test", "shuffle");
        let mut moved = 0;
        for length in [0, 1, 2, 3, 4, 7, 50, 400] {
            for alphabet in [&b"ACGT"[..], b"AC", b"ACGTN", b"G"] {
                let letters: Vec<u8> = (0..length)
                    .map(|_| alphabet[random.below(alphabet.len() as u64) as usize])
                    .collect();
                let shuffled = shuffle(&letters, &mut random);
                assert_eq!(shuffled.len(), letters.len());
                for of in 1..=3 {
                    assert_eq!(counts(&shuffled, of), counts(&letters, of));
                }
                assert!(length < 2 || shuffled[..2] == letters[..2]);
                moved += usize::from(shuffled != letters);
            }
        }
        assert!(moved >= 5, "{moved}");
    }
}
