//! The words of a set of sequences, and how much of another sequence is made of them.
//!
//! One bit for each word of `k` bases, so that the memory follows from `k` alone, however many sequences go in, and the answer
//! is exact: no hash, no sample. A word and its reverse complement are one.

use crate::digest::{Digest, RowDigest};
use crate::sequence::Sequence;

/// Bases of a word where nothing else is said: 32 MiB, and a training set of a million bases holds fewer than 1 % of all words.
pub const DEFAULT_K: u32 = 14;

/// The shortest and the longest words: 8 KiB to 128 MiB.
pub const K: std::ops::RangeInclusive<u32> = 8..=15;

/// Which words of `k` bases stand in some sequences.
#[derive(Clone, Debug)]
pub struct KmerSet {
    k: u32,
    bits: Vec<u64>,
}

impl KmerSet {
    /// The empty set of words of `k` bases; a `k` outside of [`K`] is brought to its nearer end.
    #[must_use]
    pub fn new(k: u32) -> Self {
        let k = k.clamp(*K.start(), *K.end());
        let words = 1_usize << (2 * k);
        Self {
            k,
            bits: vec![0; words / 64],
        }
    }

    /// Takes the words of a sequence in. A word that holds another letter than A, C, G, T is none.
    pub fn add(&mut self, sequence: &Sequence) {
        for word in words(sequence, self.k) {
            if let Some(bits) = self.bits.get_mut((word / 64) as usize) {
                *bits |= 1 << (word % 64);
            }
        }
    }

    /// The share of a sequence's words that are in the set, 0 to 1, each place of a word counted; `None` where it has no word:
    /// it is shorter than `k`, or every word holds a letter that is not known.
    ///
    /// ```
    /// use titer_core::{KmerSet, Sequence};
    /// let mut set = KmerSet::new(8);
    /// set.add(&Sequence::new("ACGTTGCAAGG")?);
    /// // All of it, read from the other strand.
    /// assert_eq!(set.containment(&Sequence::new("CCTTGCAACGT")?), Some(1.0));
    /// // One word of two.
    /// assert_eq!(set.containment(&Sequence::new("ACGTTGCAT")?), Some(0.5));
    /// assert_eq!(set.containment(&Sequence::new("ACGTTGC")?), None);
    /// # Ok::<(), titer_core::SequenceError>(())
    /// ```
    #[must_use]
    pub fn containment(&self, sequence: &Sequence) -> Option<f64> {
        let (mut all, mut known) = (0_u64, 0_u64);
        for word in words(sequence, self.k) {
            let bits = self.bits.get((word / 64) as usize).copied().unwrap_or(0);
            known += (bits >> (word % 64)) & 1;
            all += 1;
        }
        (all > 0).then(|| known as f64 / all as f64)
    }

    /// The share of all canonical words that are in the set, 0 to 1: what a sequence of equally likely letters would contain by
    /// chance, on average.
    #[must_use]
    pub fn filled(&self) -> f64 {
        let held: u64 = self.bits.iter().map(|it| u64::from(it.count_ones())).sum();
        // Of an even `k`, 4^(k/2) words are their own reverse complement.
        let all = 4_u64.pow(self.k);
        let own = match self.k.is_multiple_of(2) {
            true => 4_u64.pow(self.k / 2),
            false => 0,
        };
        held as f64 / u64::midpoint(all, own) as f64
    }
}

/// The canonical words of a sequence, place by place.
fn words(sequence: &Sequence, k: u32) -> impl Iterator<Item = u64> {
    let mask = (1_u64 << (2 * k)) - 1;
    let (mut forward, mut backward, mut known) = (0_u64, 0_u64, 0_u32);
    sequence.letters().iter().filter_map(move |letter| {
        let base = match letter {
            b'A' => 0,
            b'C' => 1,
            b'G' => 2,
            b'T' => 3,
            _ => {
                known = 0;
                return None;
            }
        };
        forward = ((forward << 2) | base) & mask;
        backward = (backward >> 2) | ((3 - base) << (2 * (k - 1)));
        known += 1;
        (known >= k).then_some(forward.min(backward))
    })
}

/// The digest of similarities, in the order of their examples.
#[must_use]
pub fn digest_of_similarities(similarities: &[Option<f64>]) -> Digest {
    let mut digest = RowDigest::new("similarities");
    for one in similarities {
        digest.bytes(&one.map(f64::to_le_bytes).map_or(Vec::new(), Vec::from));
    }
    digest.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sequence(letters: &str) -> Sequence {
        Sequence::new(letters).unwrap()
    }

    #[test]
    fn unknown_letters_part_words_and_nothing_is_contained_in_nothing() {
        let mut set = KmerSet::new(8);
        let one = sequence("ACGTACGTANCCCCGGGGTTTT");
        assert_eq!(set.containment(&one), Some(0.0));
        set.add(&one);
        assert_eq!(set.containment(&one), Some(1.0));
        // Across the N there is no word.
        assert_eq!(set.containment(&sequence("CGTACCCCC")), Some(0.0));
        assert_eq!(set.containment(&sequence("NNNNNNNNNNNN")), None);
    }

    /// Against sets of letters, word by word.
    #[test]
    fn containment_is_that_of_sets_of_letters() {
        use std::collections::BTreeSet;
        let mut draws = crate::Stream::new(7, "kmer set", "test");
        let mut random = |bases: usize| -> String {
            let letter = |_| char::from(b"ACGT"[(draws.whole() % 4) as usize]);
            (0..bases).map(letter).collect()
        };
        let (home, other) = (random(6_000), random(400));
        let mixed = format!("{}{}", &home[500..700], other);
        for k in [8_usize, 9, 13] {
            let canonical = |word: &str| {
                let turned = sequence(word).reverse_complement();
                word.to_owned()
                    .min(String::from_utf8_lossy(turned.letters()).into_owned())
            };
            let of = |text: &str| -> Vec<String> {
                (0..=text.len() - k)
                    .map(|at| canonical(&text[at..at + k]))
                    .collect()
            };
            let known: BTreeSet<String> = of(&home).into_iter().collect();
            let mut set = KmerSet::new(k as u32);
            set.add(&sequence(&home));
            let words = of(&mixed);
            let inside = words.iter().filter(|word| known.contains(*word)).count();
            assert_eq!(
                set.containment(&sequence(&mixed)),
                Some(inside as f64 / words.len() as f64)
            );
            let own = if k % 2 == 0 {
                4_f64.powi(k as i32 / 2)
            } else {
                0.0
            };
            let all = (4_f64.powi(k as i32) + own) / 2.0;
            assert!((set.filled() - known.len() as f64 / all).abs() < 1e-12);
        }
    }

    #[test]
    fn every_similarity_counts_in_the_digest() {
        let digests = [
            digest_of_similarities(&[]),
            digest_of_similarities(&[None]),
            digest_of_similarities(&[Some(0.0)]),
            digest_of_similarities(&[Some(0.5), None]),
            digest_of_similarities(&[None, Some(0.5)]),
        ];
        for (number, one) in digests.iter().enumerate() {
            assert!(!digests[..number].contains(one));
        }
    }
}
