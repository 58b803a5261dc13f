//! The paired permutation test: if two variants are alike, swapping their predictions in any cluster
//! changes nothing.
//!
//! Whole clusters are swapped (Good 2005, "Permutation, Parametric and Bootstrap Tests of
//! Hypotheses"; for two systems on the same examples Yeh 2000, doi:10.3115/992730.992783). With few
//! clusters every swap is counted; otherwise swaps are drawn and p = (1 + hits) / (1 + draws)
//! (Phipson and Smyth 2010, doi:10.2202/1544-6115.1585), which holds its level for any number of
//! draws.
//!
//! The numbers of the clusters (of the examples, where these are independent) key the draws: they
//! must not depend on the order in which the examples came.

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use titer_core::{Labelled, Multiplicity, Stream, Undefined};

use super::estimate::{Test, TestMethod};
use super::independence::{Independence, sizes};
use crate::{MetricName, metric};

/// With at most so many clusters every swap is counted.
pub const MOST_CLUSTERS_COUNTED: usize = 16;

/// Differences that differ by less (relative to 1, or to the observed one if that is larger) are
/// equal but for rounding.
const RESOLUTION: f64 = 1e-12;

/// Tests the difference of any metric of a binary question, candidate minus base. A swap that
/// leaves the metric undefined counts as a hit.
///
/// # Errors
/// The two do not have the same labels or threshold; the metric is undefined of one of them; there
/// are no draws; or the clusters do not fit.
pub fn permutation_test(
    candidate: Labelled<'_>,
    base: Labelled<'_>,
    name: MetricName,
    independence: Independence<'_>,
    draws: u32,
    seed: u64,
) -> Result<Test, Undefined> {
    let examples = candidate.truth.len();
    if candidate.truth != base.truth || base.probability.len() != examples {
        return Err(Undefined::because(
            "the two variants do not have the same labels in the same order",
        ));
    }
    if candidate.threshold.to_bits() != base.threshold.to_bits() {
        return Err(Undefined::because(
            "the two variants have different thresholds: their predictions cannot be swapped",
        ));
    }
    let own: Vec<u32>;
    let cluster_of = match independence.clusters(examples)? {
        Some(of) => of,
        None => {
            own = (0u32..).take(examples).collect();
            &own
        }
    };
    let metric = metric(name);
    let value = |data: Labelled<'_>| metric.prepare(data).value(Multiplicity::Once);
    let observed = value(candidate)? - value(base)?;
    let sizes = sizes(cluster_of);
    let swapped = |swap: &[bool]| {
        let side = |one: &[f64], other: &[f64]| -> Vec<f64> {
            let both = one.iter().zip(other).zip(cluster_of);
            both.map(|((&one, &other), &c)| if swap[c as usize] { other } else { one })
                .collect()
        };
        let side = |one: Labelled<'_>, other: Labelled<'_>| {
            let probability = side(one.probability, other.probability);
            let data = Labelled {
                probability: &probability,
                ..one
            };
            value(data).ok()
        };
        Some(side(candidate, base)? - side(base, candidate)?)
    };
    let held: Vec<usize> = (0..sizes.len()).filter(|&c| sizes[c] > 0).collect();
    let swaps = Swaps {
        clusters: sizes.len(),
        held: &held,
        draws,
        seed,
    };
    let (p_value, method) = swaps.p_value(observed, swapped)?;
    Ok(Test {
        estimate: observed,
        p_value,
        method,
        examples: examples as u64,
        clusters: held.len() as u64,
    })
}

/// Tests the difference of a metric that is a mean over examples, from each cluster's sum of
/// candidate minus base; `examples` is what the mean divides by. Far faster than
/// [`permutation_test`].
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
        return Err(crate::checked::no_examples());
    }
    if differences.iter().any(|d| !d.is_finite()) {
        return Err(Undefined::because("a cluster's sum is not finite"));
    }
    let mean = |swap: &[bool]| {
        let signed = differences.iter().zip(swap);
        let signed: Vec<f64> = signed
            .map(|(&d, &swap)| if swap { -d } else { d })
            .collect();
        Some(crate::sum::pairwise(&signed) / examples as f64)
    };
    let held: Vec<usize> = (0..differences.len()).collect();
    let observed = mean(&vec![false; held.len()]).unwrap_or_default();
    let swaps = Swaps {
        clusters: held.len(),
        held: &held,
        draws,
        seed,
    };
    let (p_value, method) = swaps.p_value(observed, mean)?;
    Ok(Test {
        estimate: observed,
        p_value,
        method,
        examples,
        clusters: differences.len() as u64,
    })
}

struct Swaps<'a> {
    /// One more than the largest cluster number.
    clusters: usize,
    /// Clusters that hold examples.
    held: &'a [usize],
    draws: u32,
    seed: u64,
}

impl Swaps<'_> {
    fn p_value(
        &self,
        observed: f64,
        difference: impl Fn(&[bool]) -> Option<f64> + Sync,
    ) -> Result<(f64, TestMethod), Undefined> {
        let slack = RESOLUTION * observed.abs().max(1.0);
        let hit = |swap: &[bool]| {
            difference(swap).is_none_or(|value| value.abs() >= observed.abs() - slack)
        };
        if self.held.len() <= MOST_CLUSTERS_COUNTED {
            let all = 1u64 << self.held.len();
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
        let mut swap = vec![false; self.clusters];
        for (place, &cluster) in self.held.iter().enumerate() {
            swap[cluster] = signs >> place & 1 == 1;
        }
        swap
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
    use crate::stats::{PairedCalls, mcnemar_exact};
    use crate::trial::Trial;

    fn worse(trial: &Trial, by: f64) -> Vec<f64> {
        let shift = |(index, p): (usize, &f64)| if index % 3 == 0 { p * by } else { *p };
        trial.probability.iter().enumerate().map(shift).collect()
    }

    fn test(trial: &Trial, other: &[f64], name: MetricName, draws: u32) -> Test {
        let candidate = Labelled {
            probability: other,
            ..trial.data()
        };
        let clusters = Independence::Clusters(&trial.cluster_of);
        permutation_test(candidate, trial.data(), name, clusters, draws, 7).unwrap()
    }

    #[test]
    fn counting_and_drawing_agree_and_threads_change_nothing() {
        let trial = Trial::new(200, 12, 0.5, 40, 3);
        let other = worse(&trial, 0.8);
        let counted = test(&trial, &other, MetricName::Brier, 0);
        assert_eq!(counted.method, TestMethod::SwapsExact);
        // A cluster without examples makes no swap of its own, but 17 that hold some are drawn.
        let wide = Trial::new(200, 17, 0.5, 40, 3);
        let other = worse(&wide, 0.8);
        let drawn = test(&wide, &other, MetricName::Brier, 4000);
        assert_eq!(drawn.method, TestMethod::Swaps);
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .build()
            .unwrap();
        let alone = pool.install(|| test(&wide, &other, MetricName::Brier, 4000));
        assert_eq!(alone, drawn);
        let mut sums = vec![0.0; 17];
        for (index, &cluster) in wide.cluster_of.iter().enumerate() {
            let truth = f64::from(u8::from(wide.truth[index]));
            let loss = |p: f64| (p - truth) * (p - truth);
            sums[cluster as usize] += loss(other[index]) - loss(wide.probability[index]);
        }
        let fast = permutation_test_of_sums(&sums, 200, 4000, 7).unwrap();
        assert!((fast.estimate - drawn.estimate).abs() < 1e-12);
        assert_eq!(fast.p_value, drawn.p_value);
    }

    #[test]
    fn single_flips_give_the_binomial_test() {
        let sums = [1.0, 1.0, 1.0, 1.0, 1.0, -1.0, 0.0, 1.0];
        let exact = permutation_test_of_sums(&sums, 30, 0, 1).unwrap();
        let calls = PairedCalls::independent(6, 1, 30).unwrap();
        let binomial = mcnemar_exact(&calls).unwrap().p_value;
        assert!((exact.p_value - binomial).abs() < 1e-12);
    }

    #[test]
    fn identical_predictions_have_a_p_value_of_1() {
        let trial = Trial::new(100, 30, 0.5, 40, 3);
        for name in [MetricName::Auroc, MetricName::Accuracy] {
            assert_eq!(test(&trial, &trial.probability, name, 99).p_value, 1.0);
        }
    }

    #[test]
    fn a_real_difference_is_seen() {
        let trial = Trial::new(2000, 400, 0.5, 1000, 3);
        let mut other = trial.probability.clone();
        for (p, truth) in other.iter_mut().zip(&trial.truth) {
            *p = if *truth { 0.5 * *p } else { *p };
        }
        let seen = test(&trial, &other, MetricName::Auroc, 199);
        assert_eq!(seen.p_value, 1.0 / 200.0);
        assert_eq!(
            (seen.examples, seen.clusters),
            (2000, trial_clusters(&trial))
        );
    }

    fn trial_clusters(trial: &Trial) -> u64 {
        sizes(&trial.cluster_of).iter().filter(|&&n| n > 0).count() as u64
    }

    #[test]
    fn what_cannot_be_swapped_is_said() {
        let trial = Trial::new(100, 30, 0.5, 40, 3);
        let other = Labelled {
            threshold: 0.4,
            ..trial.data()
        };
        let free = Independence::Declared;
        let brier = MetricName::Brier;
        assert!(permutation_test(other, trial.data(), brier, free, 9, 1).is_err());
        assert!(permutation_test(trial.data(), trial.data(), brier, free, 0, 1).is_err());
        assert!(permutation_test_of_sums(&[f64::NAN], 1, 9, 1).is_err());
        assert!(permutation_test_of_sums(&[], 0, 9, 1).is_err());
    }
}
