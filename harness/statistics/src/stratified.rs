//! Draws that keep how many clusters hold a rare class.

use std::collections::BTreeMap;

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use titer_core::Stream;

use super::bootstrap::ClusterDraws;
use super::draws::Counts;

impl ClusterDraws {
    /// Draws clusters of each stratum by themselves, as many as it has, so that every replicate holds
    /// as many clusters of each: `stratum_of` gives that of each cluster.
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
            let mut counts = vec![0u32; clusters];
            let mut stream = Stream::new(seed, purpose, &format!("stratified {number}"));
            for members in strata.values() {
                for _ in members {
                    counts[members[stream.below(members.len() as u64) as usize]] += 1;
                }
            }
            Counts::new(&counts)
        };
        Self::given(
            clusters,
            (0..replicates).into_par_iter().map(draw).collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strata_keep_their_sizes() {
        let strata = [1, 0, 0, 1, 0];
        let draws = ClusterDraws::stratified(&strata, 60, 4, "bootstrap");
        let mut seen = [false; 5];
        for replicate in 0..60 {
            let counts = draws.drawn(replicate);
            assert_eq!((counts[0] + counts[3], counts.iter().sum::<u32>()), (2, 5));
            seen.iter_mut()
                .zip(&counts)
                .for_each(|(seen, &n)| *seen |= n > 1);
        }
        assert_eq!(seen, [true; 5]);
        let fewer = ClusterDraws::stratified(&strata, 10, 4, "bootstrap");
        assert_eq!(draws.drawn(9), fewer.drawn(9));
    }
}
