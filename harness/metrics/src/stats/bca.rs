//! The bootstrap interval that is corrected for bias and for skewness.

use titer_core::{Interval, IntervalMethod, Undefined};

use super::bootstrap::usable;
use super::normal::{below, upper_quantile};
use super::{quantile, student};

/// What the replicates say of the estimate's bias: the normal quantile of the share of them below
/// the point, those equal to it counted half. Infinite where all lie on one side.
#[must_use]
pub fn bias_correction(point: f64, replicates: &[f64]) -> f64 {
    let under = replicates.iter().filter(|&&value| value < point).count();
    let equal = replicates.iter().filter(|&&value| value == point).count();
    let share = (under as f64 + 0.5 * equal as f64) / replicates.len() as f64;
    if share <= 0.0 {
        f64::NEG_INFINITY
    } else if share >= 1.0 {
        f64::INFINITY
    } else {
        -upper_quantile(share)
    }
}

/// How fast the standard error changes with the value: a sixth of the skewness of the jackknife. 0
/// where the jackknife does not vary.
#[must_use]
pub fn acceleration(jackknife: &[f64]) -> f64 {
    let mean = jackknife.iter().sum::<f64>() / jackknife.len() as f64;
    let (mut squares, mut cubes) = (0.0, 0.0);
    for value in jackknife {
        let lost = mean - value;
        squares += lost * lost;
        cubes += lost * lost * lost;
    }
    if squares > 0.0 {
        cubes / (6.0 * squares * squares.sqrt())
    } else {
        0.0
    }
}

/// The places among the replicates where the ends of an interval lie: those of the normal quantiles
/// `-reach` and `reach`, moved by bias correction and acceleration.
fn places(bias: f64, acceleration: f64, reach: f64) -> (f64, f64) {
    let place = |z: f64| {
        let moved = bias + z;
        let shrink = 1.0 - acceleration * moved;
        // Beyond its pole the correction turns round; the end is the outermost replicate then.
        if shrink <= 0.0 {
            return if moved > 0.0 { 1.0 } else { 0.0 };
        }
        below(bias + moved / shrink)
    };
    (place(-reach), place(reach))
}

/// The normal quantile of an interval's end, wider for few clusters: the replicates vary less than
/// the estimate does by the root of (n - 1) / n, and how much it varies is estimated from n clusters,
/// as in Student's interval (Hesterberg 2015, section 5.3).
pub(super) fn reach(clusters: usize, confidence: f64) -> f64 {
    let (tail, n) = (0.5 * (1.0 - confidence), clusters as f64);
    student::upper_quantile(tail, n - 1.0) * (n / (n - 1.0)).sqrt()
}

/// The interval of a metric from its replicates and its jackknife over `clusters` clusters: the
/// percentile interval with its ends moved for bias and skewness (Efron 1987,
/// doi:10.1080/01621459.1987.10478410) and widened for few clusters (Hesterberg 2015,
/// doi:10.1080/00031305.2015.1089789).
///
/// # Errors
/// As [`super::percentile_interval`]; further where the jackknife is empty or not finite, or all
/// replicates lie on one side of the point, which no correction can mend.
pub fn bca_interval(
    point: f64,
    replicates: &[Option<f64>],
    jackknife: &[f64],
    clusters: usize,
    confidence: f64,
) -> Result<Interval, Undefined> {
    let sorted = usable(point, replicates, clusters, confidence)?;
    if jackknife.is_empty() || !jackknife.iter().all(|value| value.is_finite()) {
        return Err(Undefined::because("no value of the jackknife"));
    }
    let bias = bias_correction(point, &sorted);
    if bias.is_infinite() {
        return Err(Undefined::because(
            "all replicates lie on one side of the value",
        ));
    }
    let (low, high) = places(bias, acceleration(jackknife), reach(clusters, confidence));
    Ok(Interval {
        lower: quantile(&sorted, low),
        upper: quantile(&sorted, high),
        confidence,
        method: IntervalMethod::ClusteredBca,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replicates(count: u32) -> Vec<Option<f64>> {
        (0..count).map(|i| Some(f64::from(i))).collect()
    }

    #[test]
    fn ties_count_half() {
        assert!(bias_correction(1.0, &[0.0, 1.0, 1.0, 2.0]).abs() < 1e-15);
        assert!((bias_correction(1.0, &[0.0, 1.0]) - 0.674_489_750_196_08).abs() < 1e-9);
        assert_eq!(bias_correction(-1.0, &[0.0, 1.0]), f64::NEG_INFINITY);
    }

    #[test]
    fn without_bias_and_skewness_it_is_the_widened_percentile_interval() {
        let even: Vec<f64> = (0..50).map(|i| f64::from(i % 2)).collect();
        let interval = bca_interval(500.0, &replicates(1001), &even, 50, 0.95).unwrap();
        let place = below(-2.009_575_237_129_24 * (50.0 / 49.0f64).sqrt());
        assert!((interval.lower - 1000.0 * place).abs() < 1e-6);
        assert!((interval.upper - 1000.0 * (1.0 - place)).abs() < 1e-6);
    }

    #[test]
    fn skewness_moves_the_ends_towards_the_long_tail() {
        let mut long = vec![0.0; 50];
        long[0] = -1.0;
        assert!(acceleration(&long) > 0.1);
        let interval = bca_interval(500.0, &replicates(1001), &long, 50, 0.95).unwrap();
        assert!(
            interval.lower > 30.0 && interval.upper > 990.0,
            "{interval:?}"
        );
        assert_eq!(acceleration(&[1.0; 9]), 0.0);
    }

    #[test]
    fn what_gives_no_interval_is_said() {
        let fine = replicates(100);
        let reason = |point: f64, jackknife: &[f64], clusters: usize| {
            bca_interval(point, &fine, jackknife, clusters, 0.95)
                .unwrap_err()
                .0
        };
        assert!(reason(50.0, &[0.0, 1.0], 9).starts_with("9 clusters"));
        assert!(reason(50.0, &[], 10).contains("jackknife"));
        assert!(reason(-1.0, &[0.0, 1.0], 10).contains("one side"));
    }
}
