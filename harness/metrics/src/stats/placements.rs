//! Placements: where each example stands among those of the other class.
//!
//! Every variance of an AUROC is one of placements. They are kept doubled and whole, so that ties
//! (one half) are exact and sums are the same in any order.

use rayon::slice::ParallelSliceMut;
use titer_core::{Labelled, Undefined};

use crate::checked::{check, one_class};

/// Doubled placements of one variant, or their differences between two.
pub(super) struct Placements<'a> {
    pub(super) truth: &'a [bool],
    /// For a positive, twice the negatives below it; for a negative, twice the positives above it;
    /// a tie counts one.
    pub(super) doubled: Vec<i64>,
    pub(super) positives: u64,
    pub(super) negatives: u64,
}

impl<'a> Placements<'a> {
    /// By midranks (Sun and Xu 2014): one sort.
    pub(super) fn new(data: Labelled<'a>) -> Result<Self, Undefined> {
        check(data)?;
        let positives = data.truth.iter().filter(|&&truth| truth).count() as u64;
        let negatives = data.truth.len() as u64 - positives;
        if positives == 0 || negatives == 0 {
            return Err(one_class(positives, negatives));
        }
        // Adding 0 makes one zero of the two.
        let mut sorted: Vec<(f64, u32)> = data
            .probability
            .iter()
            .zip(0u32..)
            .map(|(&p, index)| (p + 0.0, index))
            .collect();
        sorted.par_sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let mut doubled = vec![0; data.truth.len()];
        let (mut negatives_below, mut positives_above) = (0i64, positives as i64);
        for group in sorted.chunk_by(|a, b| a.0 == b.0) {
            let truth = |index: u32| data.truth[index as usize];
            let own = group.iter().filter(|(_, index)| truth(*index)).count() as i64;
            let others = group.len() as i64 - own;
            positives_above -= own;
            for &(_, index) in group {
                doubled[index as usize] = if truth(index) {
                    2 * negatives_below + others
                } else {
                    2 * positives_above + own
                };
            }
            negatives_below += others;
        }
        Ok(Self {
            truth: data.truth,
            doubled,
            positives,
            negatives,
        })
    }

    /// Candidate minus base, on the same examples.
    pub(super) fn difference(
        candidate: Labelled<'a>,
        base: Labelled<'a>,
    ) -> Result<Self, Undefined> {
        if candidate.truth != base.truth {
            return Err(Undefined::because(
                "the two variants do not have the same labels in the same order",
            ));
        }
        let mut placements = Self::new(candidate)?;
        let base = Self::new(base)?;
        for (own, base) in placements.doubled.iter_mut().zip(base.doubled) {
            *own -= base;
        }
        Ok(placements)
    }

    /// The AUROC, or the difference of two.
    pub(super) fn area(&self) -> f64 {
        let sum: i128 = self.of(true).map(i128::from).sum();
        0.5 * sum as f64 / (self.positives as f64 * self.negatives as f64)
    }

    /// The doubled placements of one class.
    pub(super) fn of(&self, class: bool) -> impl Iterator<Item = i64> + '_ {
        let both = self.doubled.iter().zip(self.truth);
        both.filter(move |(_, truth)| **truth == class)
            .map(|(doubled, _)| *doubled)
    }
}

/// A difference that leaves no variance to estimate.
pub(super) fn alike() -> Undefined {
    Undefined::because(
        "the two variants rank positives against negatives alike: the difference has zero \
         estimated variance",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_pairs_with_ties_as_halves() {
        let data = Labelled {
            truth: &[true, false, true, false],
            probability: &[0.5, 0.5, 0.9, 0.1],
            threshold: 0.5,
        };
        let placements = Placements::new(data).unwrap();
        assert_eq!(placements.doubled, [3, 3, 4, 4]);
        assert_eq!(placements.area(), 0.875);
    }
}
