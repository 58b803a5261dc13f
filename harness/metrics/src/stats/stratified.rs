//! Draws that keep how many clusters hold a rare class.

use std::collections::BTreeMap;

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use titer_core::Stream;

use super::bootstrap::ClusterDraws;

impl ClusterDraws {
    /// Draws clusters of each stratum by themselves, as many as it has, so that every replicate holds
    /// as many clusters of each: `stratum_of` gives that of each cluster. Where a class is rare, the
    /// clusters that hold it are one stratum and the others another ([`strata_of_rare_class`]).
    ///
    /// This is the bootstrap of a sample whose strata have sizes fixed by design, such as cases and
    /// controls. Where their sizes are chance too, it leaves that part of the variance out: little for
    /// a metric that does not depend on the share of positives (AUROC, balanced accuracy), and too
    /// much for one that does (average precision, F1, log loss).
    #[must_use]
    pub fn stratified(stratum_of: &[u32], replicates: usize, seed: u64, purpose: &str) -> Self {
        let clusters = stratum_of.len();
        let mut strata: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (cluster, &stratum) in stratum_of.iter().enumerate() {
            strata.entry(stratum).or_default().push(cluster);
        }
        let draw = |number: usize| {
            let mut counts = vec![0; clusters];
            let mut stream = Stream::new(seed, purpose, &format!("stratified {number}"));
            for members in strata.values() {
                for _ in members {
                    counts[members[stream.below(members.len() as u64) as usize]] += 1;
                }
            }
            counts
        };
        Self::from_counts(
            clusters,
            (0..replicates).into_par_iter().map(draw).collect(),
        )
    }
}

/// For each cluster 1 if it holds an example of the rarer class, else 0.
#[must_use]
pub fn strata_of_rare_class(truth: &[bool], cluster_of: &[u32], clusters: usize) -> Vec<u32> {
    let positives = truth.iter().filter(|&&positive| positive).count();
    let rare = 2 * positives <= truth.len();
    let mut strata = vec![0; clusters];
    for (_, &cluster) in truth.iter().zip(cluster_of).filter(|(t, _)| **t == rare) {
        if let Some(stratum) = strata.get_mut(cluster as usize) {
            *stratum = 1;
        }
    }
    strata
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strata_keep_their_sizes() {
        let truth = [true, false, false, false, true, false];
        let strata = strata_of_rare_class(&truth, &[0, 0, 1, 2, 3, 3], 5);
        assert_eq!(strata, [1, 0, 0, 1, 0]);
        let all = [false; 6];
        assert_eq!(strata_of_rare_class(&all, &[0; 6], 2), [0, 0]);
        let draws = ClusterDraws::stratified(&strata, 60, 4, "bootstrap");
        let mut seen = [false; 5];
        for replicate in 0..60 {
            let counts = draws.counts(replicate);
            assert_eq!((counts[0] + counts[3], counts.iter().sum::<u32>()), (2, 5));
            seen.iter_mut()
                .zip(counts)
                .for_each(|(seen, &n)| *seen |= n > 1);
        }
        assert_eq!(seen, [true; 5]);
        let fewer = ClusterDraws::stratified(&strata, 10, 4, "bootstrap");
        assert_eq!(draws.counts(9), fewer.counts(9));
    }
}
