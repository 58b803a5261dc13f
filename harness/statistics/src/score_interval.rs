//! The interval of a score and of a paired difference of scores: what Titer reports by default.
//!
//! Student's interval with the bootstrap's standard error, on the scale of a score's range: logistic
//! where it has two ends, logarithmic where it has one. Among percentile, BCa, bootstrap-t and Student's intervals on several scales it is the one whose
//! coverage stays near 95 % where values are near the end of their range and where few clusters make
//! most of the variance; `examples/coverage.rs` measures it.

use titer_core::{About, Direction, Interval, IntervalMethod, Undefined};

use super::bootstrap::{FEWEST_DISCORDANT, usable};
use super::resampled::Resampled;
use super::scale::Scale;
use super::student;
use crate::sum::pairwise;

/// By how much further than Student's quantile intervals of few clusters reach on the bad side, for one
/// cluster; it falls with the root of their number. Measured: `examples/lower_ends.txt`.
const LEAN: f64 = 1.0;

/// With fewer clusters than so many Student's quantile does the rest.
const LEANS_FROM: usize = 50;

/// By how much less far the other values reach.
const SPARED: f64 = 0.4;

/// The interval of a metric.
///
/// The value and its standard error, the standard deviation of the replicates times the root of
/// n / (n - 1) for n clusters, are taken to the scale of the metric's range: logistic where it has two ends,
/// the logarithm of the distance to its end where it has one (an error above 0, R2 below 1), as it is where
/// it has none. There an estimate near an end is nearer to symmetric (Brown, Cai and DasGupta 2001,
/// doi:10.1214/ss/1009213286, for a share; Pepe 2003, section 5.2, for an AUROC). The quantile is
/// Student's with [`Resampled::freedom`].
///
/// Few clusters flatter: what is too good has a standard error that is too small, so that the end on
/// the bad side, which decides whether a limit is kept, would be too good more often than it should. So
/// that end lies further out, the other nearer by about as much, both by a share that falls with the root of
/// the number of clusters that tell (`told_by`: of a metric of classes apart, those that hold the rarer one);
/// and where the replicates are better than the value on average, as of average
/// precision, the value was better than the truth by as much, and the interval moves.
///
/// # Errors
/// The value is not finite; there are fewer than [`super::bootstrap::FEWEST_CLUSTERS`] clusters; too many of the
/// replicates are undefined, or all are equal; or the value is at an end of its range or beyond.
pub fn score_interval(
    of: &Resampled,
    about: &About,
    told_by: usize,
    confidence: f64,
) -> Result<Interval, Undefined> {
    let (half, mean) = half_width(of, confidence)?;
    let scale = Scale::of(about.range);
    scale.check(of.point)?;
    let root = (told_by.max(LEANS_FROM) as f64).sqrt();
    let (bad, good) = (half * (1.0 + LEAN / root), half * (1.0 - SPARED / root));
    let flattered = mean - of.point;
    let (down, up) = match about.direction {
        Direction::HigherIsBetter => (bad + flattered.max(0.0), good - flattered.max(0.0)),
        Direction::LowerIsBetter => (good + flattered.min(0.0), bad - flattered.min(0.0)),
    };
    Ok(Interval {
        // Rounding, or a value that flatters by more than the interval is wide, must not move an end
        // beyond the value.
        lower: scale.moved(of.point, -down).min(of.point),
        upper: scale.moved(of.point, up).max(of.point),
        confidence,
        method: scale.method(),
    })
}

/// The interval of candidate minus base, both resampled with the same draws: Student's, with the
/// standard error of the replicates' differences. `discordant` is the number of examples that the
/// two call differently.
///
/// # Errors
/// As [`score_interval`] but for the ends of a range; further where the two were not resampled together, or fewer
/// than [`FEWEST_DISCORDANT`] examples are discordant: the upper bound on the flip rate
/// ([`super::flip_rate_upper()`]) says more then.
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
    student_interval(&candidate.minus(base)?, confidence)
}

/// Student's interval of what has no range of its own, a difference or a slope, with the standard error of the replicates.
///
/// # Errors
/// As [`score_interval`] but for the ends of a range.
pub fn student_interval(of: &Resampled, confidence: f64) -> Result<Interval, Undefined> {
    let (half, _) = half_width(of, confidence)?;
    Ok(Interval {
        lower: of.point - half,
        upper: of.point + half,
        confidence,
        method: IntervalMethod::ClusteredBootstrapT,
    })
}

/// Student's quantile times the standard error, and the mean of the replicates.
fn half_width(of: &Resampled, confidence: f64) -> Result<(f64, f64), Undefined> {
    let sorted = usable(of.point, &of.replicates, of.clusters, confidence)?;
    if of.jackknife.is_empty() || !of.jackknife.iter().all(|value| value.is_finite()) {
        return Err(Undefined::because("no value of the jackknife"));
    }
    let reach = student::upper_quantile(0.5 * (1.0 - confidence), of.freedom());
    let mean = pairwise(&sorted) / sorted.len() as f64;
    Ok((reach * standard_error(&sorted, of.clusters), mean))
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

    fn about(range: (f64, f64), direction: Direction) -> About {
        About {
            name: "share",
            title: "Share",
            measures: "",
            direction,
            range,
            undefined_when: "",
            source: "",
            interval: titer_core::IntervalKind::Bootstrap,
            sees: titer_core::Sees::Number,
            mixes_classes: false,
            chance: titer_core::Chance::Unknown,
        }
    }

    fn of_range(of: &Resampled, range: (f64, f64)) -> Interval {
        score_interval(of, &about(range, Direction::HigherIsBetter), 50, 0.95).unwrap()
    }

    /// What few clusters add to the bad side's reach, and take from the good one's.
    fn leans() -> (f64, f64) {
        let root = 50.0f64.sqrt();
        (1.0 + LEAN / root, 1.0 - SPARED / root)
    }

    #[test]
    fn is_students_on_the_logistic_scale_and_leans_to_the_bad_side() {
        let interval = of_range(&resampled(0.8), (0.0, 1.0));
        let error = 0.05 * (1000.0 / 999.0 * 50.0 / 49.0f64).sqrt();
        let half = 2.009_575_237_129_24 * error / 0.16;
        let odds = |p: f64| libm::log(p / (1.0 - p));
        let (bad, good) = leans();
        // As simulated (`examples/lower_ends.txt`): what is less passes limits too often.
        assert!((bad - 1.1414).abs() < 1e-4 && (good - 0.9434).abs() < 1e-4);
        assert!((odds(interval.upper) - odds(0.8) - good * half).abs() < 1e-9);
        assert!((odds(0.8) - odds(interval.lower) - bad * half).abs() < 1e-9);
        let lower = about((0.0, 1.0), Direction::LowerIsBetter);
        let turned = score_interval(&resampled(0.8), &lower, 50, 0.95).unwrap();
        assert!((odds(turned.upper) - odds(0.8) - bad * half).abs() < 1e-9);
    }

    #[test]
    fn a_value_that_its_replicates_beat_was_flattered() {
        let plain = of_range(&resampled(0.8), (0.0, 1.0));
        // Replicates about 0.8, so the value is 0.01 below them; the scale's slope is its own.
        let flattered = of_range(&resampled(0.79), (0.0, 1.0));
        assert!(flattered.lower < plain.lower - 0.01 && flattered.upper < plain.upper - 0.01);
        // What is worse than its replicates on the other side is left as it is.
        let beaten = of_range(&resampled(0.81), (0.0, 1.0));
        assert!(beaten.lower > plain.lower);
        let far = of_range(&resampled(0.5), (0.0, 1.0));
        assert_eq!(far.upper, 0.5);
    }

    #[test]
    fn a_wider_range_moves_the_scale() {
        let share = of_range(&resampled(0.8), (0.0, 1.0));
        let twice = of_range(&resampled(0.8), (-1.0, 1.0));
        assert!(twice.lower < share.lower - 0.005 && twice.upper < share.upper);
    }

    #[test]
    fn a_range_with_one_end_has_a_logarithmic_scale() {
        let of = resampled(0.8);
        let (bad, good) = leans();
        let error = about((0.0, f64::INFINITY), Direction::LowerIsBetter);
        let error = score_interval(&of, &error, 50, 0.95).unwrap();
        assert_eq!(error.method, IntervalMethod::ClusteredBootstrapLogT);
        let parts = (libm::log(0.8 / error.lower), libm::log(error.upper / 0.8));
        assert!((parts.0 / good - parts.1 / bad).abs() < 1e-12);
        let r2 = of_range(&of, (f64::NEG_INFINITY, 1.0));
        assert_eq!(r2.method, IntervalMethod::ClusteredBootstrapLogT);
        let parts = (
            libm::log((1.0 - r2.lower) / 0.2),
            libm::log(0.2 / (1.0 - r2.upper)),
        );
        assert!((parts.0 / bad - parts.1 / good).abs() < 1e-12);
        let plain = of_range(&of, (f64::NEG_INFINITY, f64::INFINITY));
        assert_eq!(plain.method, IntervalMethod::ClusteredBootstrapT);
        assert!(((0.8 - plain.lower) / bad - (plain.upper - 0.8) / good).abs() < 1e-12);
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
        let share = about((0.0, 1.0), Direction::HigherIsBetter);
        let reason = |of: &Resampled| score_interval(of, &share, 50, 0.95).unwrap_err().0;
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
