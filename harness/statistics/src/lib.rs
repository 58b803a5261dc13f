//! How sure a number is: clustered bootstrap, intervals of shares, bounds on flip rates; paired
//! comparisons of two variants (shares of right calls, means by swaps), families of tests, and
//! what a comparison could show before it is made.
//!
//! In scope: distributions, draws, intervals, tests, corrections, power, whatever the number is of. Not aware of: metrics
//! by name (a statistic that is drawn again is core's `Prepared`), files, models, gates.
//!
//! Every number is the same to the bit for any number of threads: sums have a fixed order, transcendental functions come
//! from `libm`.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod bootstrap;
mod clopper_pearson;
mod contenders;
pub mod flip_rate;

pub mod bands;
pub mod jackknife;
pub mod noise;
pub mod norm;
pub mod resampled;
mod scale;
pub mod score_interval;
pub mod share_mean;
mod stratified;

mod beta;
pub mod normal;

pub mod agreement;
pub mod design_effect;
pub mod distances;
pub mod draws;
pub mod early_stopping;
pub mod estimate;
pub mod family;
pub mod independence;
pub mod mcnemar;
pub mod mover;
pub mod paired_calls;
pub mod paired_flips;
pub mod paired_ratio;
pub mod permutation;
pub mod power;
pub mod slope;
mod stringer;
pub mod student;
mod sum;
mod swaps;
pub mod tango;
pub mod warm_up;

#[cfg(test)]
mod oracle;

pub mod korn_graubard;

pub use bootstrap::{ClusterDraws, replicates};
pub use contenders::contenders;
pub use flip_rate::{ClusterFlips, flip_rate_upper};

pub use agreement::{TiesCreated, distinct, saturated, spearman, ties_created};
pub use bands::{Extreme, Group, band_interval};
pub use design_effect::{DesignEffect, kish_effective, wilson_clustered};
pub use estimate::{Estimate, Test, TestMethod};
pub use family::{benjamini_hochberg, holm};
pub use independence::Independence;
pub use jackknife::{MOST_GROUPS, jackknife};
pub use mcnemar::{mcnemar, mcnemar_mid_p, mcnemar_obuchowski, swaps_mid_p};
pub use mover::{Bounded, Together, difference_of_two};
pub use norm::Norm;
pub use paired_calls::{ClusterPairs, PairedCalls};
pub use paired_flips::{FlipIntervals, FlipKind, flip_intervals};
pub use permutation::permutation_test_of_sums;
pub use power::{
    PlannedFlips, ScoreShape, cannot_decide, detectable_difference, difference_error,
    error_by_interval, expected_auroc_error,
};
pub use resampled::Resampled;
pub use score_interval::{difference_interval, score_interval, student_interval};
pub use share_mean::{ClusterSum, mean_bounds};
pub use slope::{slope_weights, weighted_sum};
pub use sum::pairwise;
pub use tango::tango;

pub use korn_graubard::korn_graubard;

use titer_core::Undefined;

/// The quantile of sorted numbers, linear between neighbours (type 7 of Hyndman and Fan 1996, the
/// default of NumPy and R). `q` is in [0, 1]; 0 of no numbers.
#[must_use]
pub fn quantile(sorted: &[f64], q: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return 0.0;
    };
    let place = last as f64 * q.clamp(0.0, 1.0);
    let below = (place.floor() as usize).min(last);
    let (low, high) = (sorted[below], sorted[(below + 1).min(last)]);
    let part = place - below as f64;
    // The nearer neighbour is the start, so that both ends are met exactly.
    if part < 0.5 {
        low + (high - low) * part
    } else {
        high - (high - low) * (1.0 - part)
    }
}

/// The median of numbers in any order; 0 of none.
#[must_use]
pub fn median(numbers: &[f64]) -> f64 {
    quantile(&sorted(numbers), 0.5)
}

/// The numbers, the smallest first.
#[must_use]
pub fn sorted(numbers: &[f64]) -> Vec<f64> {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
}

/// A count of units, and a confidence strictly between 0 and 1.
fn check_share(k: u64, n: u64, confidence: f64) -> Result<(), Undefined> {
    if n == 0 {
        return Err(Undefined::because("no units"));
    }
    if k > n {
        return Err(Undefined::because(format!("{k} of {n} is not a share")));
    }
    check_confidence(confidence)
}

/// Refuses a confidence that is none.
///
/// # Errors
/// It is not strictly between 0 and 1.
pub fn check_confidence(confidence: f64) -> Result<(), Undefined> {
    if confidence > 0.0 && confidence < 1.0 {
        return Ok(());
    }
    Err(Undefined::because(format!(
        "a confidence of {confidence} is not between 0 and 1"
    )))
}

/// The reason where nothing is left to compute from.
fn no_examples() -> Undefined {
    Undefined::because("no examples")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantile_meets_its_ends() {
        let numbers = [1.0, 2.0, 4.0];
        assert_eq!(quantile(&numbers, 0.0), 1.0);
        assert_eq!(quantile(&numbers, 0.25), 1.5);
        assert_eq!(quantile(&numbers, 0.5), 2.0);
        assert_eq!(quantile(&numbers, 1.0), 4.0);
        assert_eq!(quantile(&[], 0.5), 0.0);
    }
}
