//! The interval of a score and of a paired difference of scores: what Titer reports by default.
//!
//! Student's interval with the bootstrap's standard error, on the scale of a score's range: logistic
//! where it has two ends, logarithmic where it has one. Among percentile, BCa, bootstrap-t and Student's intervals on several scales it is the one whose
//! coverage stays near 95 % where values are near the end of their range and where few clusters make
//! most of the variance; `examples/coverage.rs` measures it.

use titer_core::{Interval, IntervalMethod, Undefined};

use super::bootstrap::{FEWEST_DISCORDANT, usable};
use super::resampled::Resampled;
use super::scale::Scale;
use super::student;
use crate::sum::pairwise;

/// The interval of a metric that can take values in `range` ([`titer_core::About::range`]).
///
/// The value and its standard error, the standard deviation of the replicates times the root of
/// n / (n - 1) for n clusters, are taken to the scale of the range: logistic where it has two ends, the
/// logarithm of the distance to its end where it has one (an error above 0, R2 below 1), as it is where
/// it has none. There an estimate near an end is nearer to symmetric (Brown, Cai and DasGupta 2001,
/// doi:10.1214/ss/1009213286, for a share; Pepe 2003, section 5.2, for an AUROC). The quantile is
/// Student's with [`Resampled::freedom`].
///
/// # Errors
/// As [`super::percentile_interval`]; further where the value is at an end of its range or beyond.
pub fn score_interval(
    of: &Resampled,
    range: (f64, f64),
    confidence: f64,
) -> Result<Interval, Undefined> {
    let half = half_width(of, confidence)?;
    let scale = Scale::of(range);
    scale.check(of.point)?;
    Ok(Interval {
        // Rounding must not move an end beyond the value.
        lower: scale.moved(of.point, -half).min(of.point),
        upper: scale.moved(of.point, half).max(of.point),
        confidence,
        method: scale.method(),
    })
}

/// The interval of candidate minus base, both resampled with the same draws: Student's, with the
/// standard error of the replicates' differences. `discordant` is the number of examples that the
/// two call differently.
///
/// # Errors
/// As [`super::paired_interval`].
pub fn difference_interval(
    candidate: &Resampled,
    base: &Resampled,
    discordant: u64,
    confidence: f64,
) -> Result<Interval, Undefined> {
    if discordant < FEWEST_DISCORDANT {
        return Err(Undefined::because(format!(
            "{discordant} discordant examples are too few ({FEWEST_DISCORDANT} needed)"
        )));
    }
    let difference = candidate.minus(base)?;
    let half = half_width(&difference, confidence)?;
    Ok(Interval {
        lower: difference.point - half,
        upper: difference.point + half,
        confidence,
        method: IntervalMethod::ClusteredBootstrapT,
    })
}

/// Student's quantile times the standard error.
fn half_width(of: &Resampled, confidence: f64) -> Result<f64, Undefined> {
    let sorted = usable(of.point, &of.replicates, of.clusters, confidence)?;
    if of.jackknife.is_empty() || !of.jackknife.iter().all(|value| value.is_finite()) {
        return Err(Undefined::because("no value of the jackknife"));
    }
    let reach = student::upper_quantile(0.5 * (1.0 - confidence), of.freedom());
    Ok(reach * standard_error(&sorted, of.clusters))
}

/// The standard deviation of the replicates, which are spread too little by the root of (n - 1) / n.
pub(super) fn standard_error(replicates: &[f64], clusters: usize) -> f64 {
    let (count, n) = (replicates.len() as f64, clusters as f64);
    let mean = pairwise(replicates) / count;
    let square = |value: &f64| (value - mean) * (value - mean);
    let squares: Vec<f64> = replicates.iter().map(square).collect();
    (pairwise(&squares) / (count - 1.0) * n / (n - 1.0)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Replicates with a standard deviation of 0.05 about 0.8, over 50 clusters alike.
    fn resampled(point: f64) -> Resampled {
        let replicate = |i: u32| Some(0.8 + if i.is_multiple_of(2) { 0.05 } else { -0.05 });
        Resampled {
            point,
            replicates: (0..1000).map(replicate).collect(),
            jackknife: (0..50).map(|i| f64::from(i % 2)).collect(),
            clusters: 50,
        }
    }

    #[test]
    fn is_students_on_the_logistic_scale() {
        let interval = score_interval(&resampled(0.8), (0.0, 1.0), 0.95).unwrap();
        let error = 0.05 * (1000.0 / 999.0 * 50.0 / 49.0f64).sqrt();
        let half = 2.009_575_237_129_24 * error / 0.16;
        let odds = |p: f64| libm::log(p / (1.0 - p));
        assert!((odds(interval.upper) - odds(0.8) - half).abs() < 1e-9);
        assert!((odds(0.8) - odds(interval.lower) - half).abs() < 1e-9);
        assert!(interval.upper - 0.8 < 0.8 - interval.lower);
    }

    #[test]
    fn a_wider_range_moves_the_scale() {
        let share = score_interval(&resampled(0.8), (0.0, 1.0), 0.95).unwrap();
        let twice = score_interval(&resampled(0.8), (-1.0, 1.0), 0.95).unwrap();
        assert!(twice.lower < share.lower - 0.005 && twice.upper < share.upper);
    }

    #[test]
    fn a_range_with_one_end_has_a_logarithmic_scale() {
        let of = resampled(0.8);
        let error = score_interval(&of, (0.0, f64::INFINITY), 0.95).unwrap();
        assert_eq!(error.method, IntervalMethod::ClusteredBootstrapLogT);
        assert!((error.lower * error.upper - 0.64).abs() < 1e-12);
        let r2 = score_interval(&of, (f64::NEG_INFINITY, 1.0), 0.95).unwrap();
        assert_eq!(r2.method, IntervalMethod::ClusteredBootstrapLogT);
        assert!(((1.0 - r2.lower) * (1.0 - r2.upper) - 0.04).abs() < 1e-12);
        let free = (f64::NEG_INFINITY, f64::INFINITY);
        let plain = score_interval(&of, free, 0.95).unwrap();
        assert_eq!(plain.method, IntervalMethod::ClusteredBootstrapT);
        assert!((plain.lower + plain.upper - 1.6).abs() < 1e-12);
    }

    #[test]
    fn a_difference_is_symmetric() {
        let still = Resampled {
            point: 0.5,
            replicates: vec![Some(0.5); 1000],
            jackknife: vec![0.0; 50],
            clusters: 50,
        };
        let interval = difference_interval(&resampled(0.8), &still, 10, 0.95).unwrap();
        assert!((interval.upper + interval.lower - 0.6).abs() < 1e-12);
        let half = interval.upper - 0.3;
        assert!((half - 0.1016).abs() < 1e-4, "{half}");
    }

    #[test]
    fn what_gives_no_interval_is_said() {
        let reason = |of: &Resampled| score_interval(of, (0.0, 1.0), 0.95).unwrap_err().0;
        assert!(reason(&resampled(1.0)).contains("not inside"));
        let mut few = resampled(0.8);
        few.clusters = 9;
        assert!(reason(&few).starts_with("9 clusters"));
        let mut still = resampled(0.8);
        still.replicates = vec![Some(0.8); 1000];
        assert!(reason(&still).starts_with("zero variance"));
        let mut holes = resampled(0.8);
        holes.replicates[..51].fill(None);
        assert_eq!(reason(&holes), "undefined in 51 of 1000 replicates");
        let (a, b) = (resampled(0.8), resampled(0.8));
        let same = difference_interval(&a, &b, 99, 0.95).unwrap_err().0;
        assert!(same.starts_with("zero variance"));
        let few = difference_interval(&a, &b, 9, 0.95).unwrap_err().0;
        assert!(few.starts_with("9 discordant"));
    }
}
