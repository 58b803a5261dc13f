//! Before a run: what a comparison could show.
//!
//! All by the normal approximation, for the two-sided 95 % intervals that decide (2.5 % a side).

use titer_core::{Interval, Undefined};

mod flips;

pub use flips::PlannedFlips;

use super::normal::{above, upper_quantile};

/// What decides: each end of a 95 % interval leaves so much outside.
const TAIL: f64 = 0.025;

/// The power asked for where nothing else is said.
pub const USUAL_POWER: f64 = 0.8;

/// The smallest true difference that a two-sided test at 5 % sees with this power. It is the
/// smallest margin, too, within which non-inferiority is shown with this power if the two are equal.
///
/// # Errors
/// The standard error is not above 0, or the power is not above 5 % and below 1.
pub fn detectable_difference(standard_error: f64, power: f64) -> Result<f64, Undefined> {
    check_error(standard_error)?;
    check_power(power)?;
    Ok((upper_quantile(TAIL) + upper_quantile(1.0 - power)) * standard_error)
}

/// The standard error that a 95 % interval of an earlier run stands for: a quarter of its width, nearly.
///
/// # Errors
/// The interval has no width.
pub fn error_by_interval(earlier: &Interval) -> Result<f64, Undefined> {
    let error = (earlier.upper - earlier.lower) / (2.0 * upper_quantile(TAIL));
    check_error(error)?;
    Ok(error)
}

/// Where a non-inferiority gate cannot be decided: the smallest margin that could be shown with this
/// power even if the two are equal, if the gate's is smaller.
///
/// # Errors
/// As [`detectable_difference`].
pub fn cannot_decide(
    margin: f64,
    standard_error: f64,
    power: f64,
) -> Result<Option<f64>, Undefined> {
    let smallest = detectable_difference(standard_error, power)?;
    finite(margin)?;
    Ok((margin < smallest).then_some(smallest))
}

/// How scores are thought to be distributed within a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScoreShape {
    /// Exponential, as Hanley and McNeil assume (1982, doi:10.1148/radiology.143.1.7063747). Where
    /// negatives are the more numerous it tends to overstate the error, so that less is promised.
    Exponential,
    /// Normal with the same spread in both classes.
    Normal,
}

/// The standard error of one AUROC expected from its value and the numbers of positives and
/// negatives (Hanley and McNeil 1982 for the variance given the chance that two of one class beat one
/// of the other, which the shape of the scores says).
///
/// # Errors
/// The AUROC is not between 0 and 1, or a class has fewer than two examples.
pub fn expected_auroc_error(
    auroc: f64,
    positives: f64,
    negatives: f64,
    shape: ScoreShape,
) -> Result<f64, Undefined> {
    if !(auroc > 0.0 && auroc < 1.0 && positives >= 2.0 && negatives >= 2.0) {
        return Err(Undefined::because(format!(
            "an AUROC of {auroc} (between 0 and 1) of {positives} positives and {negatives} \
             negatives (at least 2) cannot be planned with"
        )));
    }
    let square = auroc * auroc;
    let (two_positives, two_negatives) = match shape {
        ScoreShape::Exponential => (auroc / (2.0 - auroc), 2.0 * square / (1.0 + auroc)),
        ScoreShape::Normal => {
            let both = both_above(upper_quantile(1.0 - auroc));
            (both, both)
        }
    };
    let sum = auroc * (1.0 - auroc)
        + (positives - 1.0) * (two_positives - square)
        + (negatives - 1.0) * (two_negatives - square);
    Ok((sum / (positives * negatives)).sqrt())
}

/// The chance that two standard normal numbers with a correlation of one half are both below h, by
/// Owen's function (1956, doi:10.1214/aoms/1177728074) and Simpson's rule.
fn both_above(h: f64) -> f64 {
    const STEPS: u32 = 200;
    let width = (1.0f64 / 3.0).sqrt() / f64::from(STEPS);
    let height = |step: u32| {
        let x = width * f64::from(step);
        libm::exp(-0.5 * h * h * (1.0 + x * x)) / (1.0 + x * x)
    };
    let weight = |step: u32| match step {
        0 | STEPS => 1.0,
        _ if step % 2 == 1 => 4.0,
        _ => 2.0,
    };
    let sum: f64 = (0..=STEPS).map(|step| weight(step) * height(step)).sum();
    above(-h) - sum * width / 3.0 / std::f64::consts::PI
}

/// The standard error of the difference of two like estimates from that of one, their correlation
/// (0.9, 0.99: of the estimates, not of the predictions) and the design effect of clusters.
///
/// # Errors
/// The standard error is not above 0, the correlation is not at least -1 and below 1, or the design
/// effect is below 1.
pub fn difference_error(
    standard_error: f64,
    correlation: f64,
    design_effect: f64,
) -> Result<f64, Undefined> {
    check_error(standard_error)?;
    if !((-1.0..1.0).contains(&correlation) && design_effect >= 1.0) {
        return Err(Undefined::because(format!(
            "a correlation of {correlation} (at least -1, below 1) and a design effect of \
             {design_effect} (at least 1) cannot be planned with"
        )));
    }
    Ok(standard_error * (2.0 * (1.0 - correlation) * design_effect).sqrt())
}

fn check_error(standard_error: f64) -> Result<(), Undefined> {
    if standard_error > 0.0 && standard_error.is_finite() {
        return Ok(());
    }
    Err(Undefined::because(format!(
        "a standard error of {standard_error} is not above 0"
    )))
}

fn check_power(power: f64) -> Result<(), Undefined> {
    if power > 2.0 * TAIL && power < 1.0 {
        return Ok(());
    }
    Err(Undefined::because(format!(
        "a power of {power} is not above 5 % and below 1"
    )))
}

fn finite(number: f64) -> Result<(), Undefined> {
    if number.is_finite() {
        return Ok(());
    }
    Err(Undefined::because(format!("{number} is not finite")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_detectable_is_detected() {
        let error = 0.004;
        let smallest = detectable_difference(error, 0.8).unwrap();
        assert!((smallest / error - 2.801_585).abs() < 1e-6);
        // Seen where the estimate lies beyond the quantile that decides.
        let seen = above(upper_quantile(TAIL) - smallest / error);
        assert!((seen - 0.8).abs() < 1e-12);
        assert_eq!(cannot_decide(0.02, error, 0.8), Ok(None));
        assert_eq!(cannot_decide(0.01, error, 0.8), Ok(Some(smallest)));
    }

    #[test]
    fn auroc_planned() {
        let error = expected_auroc_error(0.9, 100.0, 1000.0, ScoreShape::Exponential).unwrap();
        let larger = expected_auroc_error(0.9, 400.0, 4000.0, ScoreShape::Exponential).unwrap();
        assert!((error / larger - 2.0).abs() < 0.01);
        let half = difference_error(error, 0.5, 1.0).unwrap();
        assert!((half - error).abs() < 1e-15);
        let clustered = difference_error(error, 0.99, 4.0).unwrap();
        assert!((clustered / difference_error(error, 0.99, 1.0).unwrap() - 2.0).abs() < 1e-12);
    }

    /// At an AUROC of one half two of one class beat one of the other with a chance of one third.
    #[test]
    fn normal_scores() {
        assert!((both_above(0.0) - 1.0 / 3.0).abs() < 1e-12);
        for shape in [ScoreShape::Normal, ScoreShape::Exponential] {
            let error = expected_auroc_error(0.5, 30.0, 50.0, shape).unwrap();
            // The variance of the rank sum statistic without ties.
            let exact = (30.0 + 50.0 + 1.0) / (12.0 * 30.0 * 50.0);
            assert!((error * error - exact).abs() < 1e-12, "{shape:?}");
        }
    }

    #[test]
    fn nonsense_is_said() {
        assert!(detectable_difference(0.0, 0.8).is_err());
        assert!(detectable_difference(0.1, 1.0).is_err());
        assert!(cannot_decide(f64::NAN, 0.1, 0.8).is_err());
        assert!(expected_auroc_error(1.0, 9.0, 9.0, ScoreShape::Normal).is_err());
        assert!(difference_error(0.1, 1.0, 1.0).is_err());
    }
}
