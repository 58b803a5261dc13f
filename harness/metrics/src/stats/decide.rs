//! Decisions from an interval of a paired difference, candidate minus base: pass, fail or cannot say.
//!
//! Superiority and non-inferiority are decided by a two-sided 95 % interval, which makes each a
//! one-sided test at 2.5 %; equivalence by the 90 % interval, which is the two one-sided tests at
//! 5 % (Schuirmann 1987, doi:10.1007/BF01068419).

use titer_core::{Decision, Direction, Interval, Undefined};

use super::estimate::Estimate;

/// How much worse than its reference a candidate may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Margin {
    /// So much, in the metric's own units.
    Absolute(f64),
    /// It keeps this share of the reference's value. A score (higher is better) must be at least
    /// share x reference; an error (lower is better) may grow by as large a part: it must be at most
    /// (2 - share) x reference. That is stricter than to take 1 - error for the score, as `MLPerf` does
    /// for word error rates; who means that states an absolute margin.
    KeepsShare(f64),
}

impl Margin {
    /// `MLPerf` Inference's usual target: 99 % of full precision.
    pub const MLPERF_99: Self = Self::KeepsShare(0.99);

    /// `MLPerf` Inference's high-accuracy target: 99.9 % of full precision.
    pub const MLPERF_99_9: Self = Self::KeepsShare(0.999);

    /// The margin in the metric's own units, above 0, given the reference's value. A relative margin
    /// takes that value as if it were known exactly; its own error matters little, as it enters only
    /// times (1 - share).
    ///
    /// # Errors
    /// The margin is not above 0 or not finite, the share is not between 0 and 1, or a relative
    /// margin is asked of a reference that is not above 0.
    pub fn in_units(self, reference: f64) -> Result<f64, Undefined> {
        let margin = match self {
            Self::Absolute(margin) => margin,
            Self::KeepsShare(share) => {
                if !(share > 0.0 && share < 1.0) {
                    return Err(Undefined::because(format!(
                        "a share to keep of {share} is not between 0 and 1"
                    )));
                }
                if !(reference > 0.0 && reference.is_finite()) {
                    return Err(Undefined::because(format!(
                        "a reference of {reference} has no share to keep: state an absolute margin"
                    )));
                }
                (1.0 - share) * reference
            }
        };
        if margin > 0.0 && margin.is_finite() {
            return Ok(margin);
        }
        Err(Undefined::because(format!(
            "a margin of {margin} is not above 0"
        )))
    }
}

/// Lower and upper end of the difference in the metric's good direction.
fn ends(difference: &Interval, direction: Direction) -> (f64, f64) {
    match direction {
        Direction::HigherIsBetter => (difference.lower, difference.upper),
        Direction::LowerIsBetter => (-difference.upper, -difference.lower),
    }
}

fn three_valued(pass: bool, fail: bool) -> Decision {
    match (pass, fail) {
        (true, _) => Decision::Pass,
        (_, true) => Decision::Fail,
        _ => Decision::Inconclusive,
    }
}

/// Is the candidate better? Pass where the whole interval is better than 0, fail where none of it
/// is.
#[must_use]
pub fn superiority(difference: &Interval, direction: Direction) -> Decision {
    let (lower, upper) = ends(difference, direction);
    three_valued(lower > 0.0, upper <= 0.0)
}

/// Is the candidate no worse than the reference by more than the margin (in the metric's units)?
/// Pass where the worse end is within the margin, fail where the better end is beyond it.
#[must_use]
pub fn non_inferiority(difference: &Interval, direction: Direction, margin: f64) -> Decision {
    let (lower, upper) = ends(difference, direction);
    three_valued(lower >= -margin, upper < -margin)
}

/// Do the two differ by less than the margin either way? Takes the 90 % interval. Pass where it lies
/// within the margins, fail where it lies beyond one of them.
///
/// # Errors
/// The interval is not a 90 % interval.
pub fn equivalence(difference: &Interval, margin: f64) -> Result<Decision, Undefined> {
    if (difference.confidence - 0.9).abs() > 1e-9 {
        return Err(Undefined::because(format!(
            "equivalence takes a 90 % interval, not one of {} %",
            100.0 * difference.confidence
        )));
    }
    let (lower, upper) = (difference.lower, difference.upper);
    Ok(three_valued(
        -margin <= lower && upper <= margin,
        upper < -margin || margin < lower,
    ))
}

/// The one-sided p-value of "the candidate is not better".
#[must_use]
pub fn superiority_p_value(difference: &Estimate, direction: Direction) -> f64 {
    good(difference, direction).p_value_above(0.0)
}

/// The one-sided p-value of "the candidate is worse by the margin or more".
#[must_use]
pub fn non_inferiority_p_value(difference: &Estimate, direction: Direction, margin: f64) -> f64 {
    good(difference, direction).p_value_above(-margin)
}

/// The p-value of "the two differ by the margin or more": the larger of the two one-sided ones.
#[must_use]
pub fn equivalence_p_value(difference: &Estimate, margin: f64) -> f64 {
    let one = |direction| good(difference, direction).p_value_above(-margin);
    one(Direction::HigherIsBetter).max(one(Direction::LowerIsBetter))
}

fn good(difference: &Estimate, direction: Direction) -> Estimate {
    let value = match direction {
        Direction::HigherIsBetter => difference.value,
        Direction::LowerIsBetter => -difference.value,
    };
    Estimate {
        value,
        ..*difference
    }
}

#[cfg(test)]
mod tests {
    use Decision::{Fail, Inconclusive, Pass};
    use Direction::{HigherIsBetter, LowerIsBetter};
    use titer_core::IntervalMethod;

    use super::*;
    use crate::stats::estimate::around;

    fn interval(lower: f64, upper: f64, confidence: f64) -> Interval {
        Interval {
            lower,
            upper,
            confidence,
            method: IntervalMethod::Delong,
        }
    }

    #[test]
    fn decisions_follow_the_ends() {
        let cases = [
            (0.01, 0.03, Pass, Pass),
            (-0.01, 0.03, Inconclusive, Pass),
            (-0.02, -0.001, Fail, Pass),
            (-0.03, -0.01, Fail, Inconclusive),
            (-0.05, -0.03, Fail, Fail),
        ];
        for (lower, upper, better, no_worse) in cases {
            let higher = interval(lower, upper, 0.95);
            let mirrored = interval(-upper, -lower, 0.95);
            assert_eq!(superiority(&higher, HigherIsBetter), better);
            assert_eq!(superiority(&mirrored, LowerIsBetter), better);
            assert_eq!(non_inferiority(&higher, HigherIsBetter, 0.02), no_worse);
            assert_eq!(non_inferiority(&mirrored, LowerIsBetter, 0.02), no_worse);
        }
        assert_eq!(equivalence(&interval(-0.01, 0.02, 0.9), 0.02), Ok(Pass));
        assert_eq!(
            equivalence(&interval(-0.03, 0.0, 0.9), 0.02),
            Ok(Inconclusive)
        );
        assert_eq!(equivalence(&interval(0.03, 0.04, 0.9), 0.02), Ok(Fail));
        assert_eq!(equivalence(&interval(-0.04, -0.03, 0.9), 0.02), Ok(Fail));
        assert!(equivalence(&interval(0.0, 0.0, 0.95), 0.02).is_err());
    }

    #[test]
    fn p_values_and_intervals_decide_alike() {
        for value in [-0.03, -0.012, -0.004, 0.0, 0.011] {
            let estimate = |confidence| Estimate {
                value,
                standard_error: 0.005,
                degrees: 24.0,
                interval: around(value, 0.005, 24.0, confidence, IntervalMethod::Obuchowski),
                examples: 100,
                clusters: 25,
            };
            for direction in [HigherIsBetter, LowerIsBetter] {
                let of = estimate(0.95);
                let pass = superiority(&of.interval, direction) == Pass;
                assert_eq!(superiority_p_value(&of, direction) < 0.025, pass);
                let pass = non_inferiority(&of.interval, direction, 0.01) == Pass;
                assert_eq!(non_inferiority_p_value(&of, direction, 0.01) <= 0.025, pass);
            }
            let of = estimate(0.9);
            let pass = equivalence(&of.interval, 0.01) == Ok(Pass);
            assert_eq!(equivalence_p_value(&of, 0.01) <= 0.05, pass);
        }
    }

    #[test]
    fn margins_in_units() {
        assert_eq!(Margin::Absolute(0.01).in_units(f64::NAN), Ok(0.01));
        assert!((Margin::MLPERF_99.in_units(0.9).unwrap() - 0.009).abs() < 1e-15);
        assert!((Margin::MLPERF_99_9.in_units(0.5).unwrap() - 0.0005).abs() < 1e-15);
        for bad in [
            Margin::Absolute(0.0),
            Margin::Absolute(f64::NAN),
            Margin::KeepsShare(1.0),
        ] {
            assert!(bad.in_units(0.9).is_err(), "{bad:?}");
        }
        assert!(Margin::MLPERF_99.in_units(0.0).is_err());
        assert!(Margin::MLPERF_99.in_units(-0.1).is_err());
    }
}
