//! The paired permutation test: if two variants are alike, swapping their predictions in any cluster
//! changes nothing.
//!
//! Whole clusters are swapped (Good 2005, "Permutation, Parametric and Bootstrap Tests of
//! Hypotheses"; for two systems on the same examples Yeh 2000, doi:10.3115/992730.992783). With few
//! clusters every swap is counted; otherwise swaps are drawn and p = (1 + hits) / (1 + draws)
//! (Phipson and Smyth 2010, doi:10.2202/1544-6115.1585), which holds its level for any number of
//! draws.
//!
//! The places of the clusters key the draws: they must not depend on the order in which the examples came.

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use titer_core::{Stream, Undefined};

use super::estimate::{Test, TestMethod};

/// With at most so many clusters every swap is counted.
pub const MOST_CLUSTERS_COUNTED: usize = 16;

/// Differences that differ by less (relative to 1, or to the observed one if that is larger) are
/// equal but for rounding.
const RESOLUTION: f64 = 1e-12;

/// Tests the difference of a metric that is a mean over examples, from each cluster's sum of
/// candidate minus base; `examples` is what the mean divides by.
///
/// # Errors
/// There are no examples or no draws, or a sum is not finite.
pub fn permutation_test_of_sums(
    differences: &[f64],
    examples: u64,
    draws: u32,
    seed: u64,
) -> Result<Test, Undefined> {
    if examples == 0 {
        return Err(crate::no_examples());
    }
    if differences.iter().any(|d| !d.is_finite()) {
        return Err(Undefined::because("a cluster's sum is not finite"));
    }
    let mean = |swap: &[bool]| {
        let signed = differences.iter().zip(swap);
        let signed: Vec<f64> = signed
            .map(|(&d, &swap)| if swap { -d } else { d })
            .collect();
        crate::sum::pairwise(&signed) / examples as f64
    };
    let clusters = differences.len();
    let observed = mean(&vec![false; clusters]);
    let swaps = Swaps {
        clusters,
        draws,
        seed,
    };
    let (p_value, method) = swaps.p_value(observed, mean)?;
    Ok(Test {
        estimate: observed,
        p_value,
        method,
        examples,
        clusters: clusters as u64,
    })
}

struct Swaps {
    clusters: usize,
    draws: u32,
    seed: u64,
}

impl Swaps {
    fn p_value(
        &self,
        observed: f64,
        difference: impl Fn(&[bool]) -> f64 + Sync,
    ) -> Result<(f64, TestMethod), Undefined> {
        let slack = RESOLUTION * observed.abs().max(1.0);
        let hit = |swap: &[bool]| difference(swap).abs() >= observed.abs() - slack;
        if self.clusters <= MOST_CLUSTERS_COUNTED {
            let all = 1u64 << self.clusters;
            let hits = (0..all)
                .into_par_iter()
                .filter(|&signs| hit(&self.counted(signs)))
                .count();
            return Ok((hits as f64 / all as f64, TestMethod::SwapsExact));
        }
        if self.draws == 0 {
            return Err(Undefined::because("no swaps are drawn"));
        }
        let hits = (0..self.draws)
            .into_par_iter()
            .filter(|&number| hit(&self.drawn(number)))
            .count();
        let p_value = (1.0 + hits as f64) / (1.0 + f64::from(self.draws));
        Ok((p_value, TestMethod::Swaps))
    }

    fn counted(&self, signs: u64) -> Vec<bool> {
        (0..self.clusters)
            .map(|place| signs >> place & 1 == 1)
            .collect()
    }

    /// A draw's stream is keyed by its number, so that threads change nothing.
    fn drawn(&self, number: u32) -> Vec<bool> {
        let mut stream = Stream::new(self.seed, "swaps", &number.to_string());
        let mut swap = Vec::with_capacity(self.clusters + 64);
        while swap.len() < self.clusters {
            let coins = stream.whole();
            swap.extend((0..64).map(|place| coins >> place & 1 == 1));
        }
        swap
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::swaps;

    fn nets(clusters: i64) -> Vec<i64> {
        (0..clusters).map(|cluster| 2 * (cluster % 5) - 3).collect()
    }

    fn test(nets: &[i64], draws: u32) -> Test {
        let sums: Vec<f64> = nets.iter().map(|&net| net as f64).collect();
        permutation_test_of_sums(&sums, 200, draws, 7).unwrap()
    }

    #[test]
    fn few_clusters_are_counted() {
        let counted = test(&nets(12), 0);
        assert_eq!(counted.method, TestMethod::SwapsExact);
        let known = swaps::exact(&nets(12)).unwrap().at_least;
        assert!((counted.p_value - known).abs() < 1e-12);
    }

    #[test]
    fn many_are_drawn_and_threads_change_nothing() {
        let drawn = test(&nets(17), 4000);
        assert_eq!(drawn.method, TestMethod::Swaps);
        let known = swaps::exact(&nets(17)).unwrap().at_least;
        let noise = (known * (1.0 - known) / 4000.0).sqrt();
        assert!(
            (drawn.p_value - known).abs() < 4.0 * noise,
            "{drawn:?} {known}"
        );
        let one = rayon::ThreadPoolBuilder::new().num_threads(1).build();
        assert_eq!(one.unwrap().install(|| test(&nets(17), 4000)), drawn);
    }

    #[test]
    fn a_real_difference_is_seen_and_none_is_not() {
        let seen = test(&[1; 40], 199);
        assert_eq!(seen.p_value, 1.0 / 200.0);
        assert_eq!((seen.examples, seen.clusters), (200, 40));
        assert_eq!(test(&[0; 40], 99).p_value, 1.0);
    }

    #[test]
    fn what_cannot_be_swapped_is_said() {
        assert!(permutation_test_of_sums(&[1.0; 17], 17, 0, 1).is_err());
        assert!(permutation_test_of_sums(&[f64::NAN], 1, 9, 1).is_err());
        assert!(permutation_test_of_sums(&[], 0, 9, 1).is_err());
    }
}
