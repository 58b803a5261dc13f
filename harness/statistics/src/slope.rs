//! The slope of scores along steps: least squares, as a fixed sum of the scores.
//!
//! Every step counts alike. Weights by the inverse variance would make the slope of a curve that bends a slope of those steps
//! with most examples, and another one for each variant, so that the difference of two slopes would no longer be one number's.
//! With equal weights it is the same sum of scores for all, whatever their errors, and paired differences give the difference
//! of slopes. Unequal errors widen its interval; they do not bias it.

use titer_core::{Interval, Undefined};

use super::mover::{Bounded, Together};
use super::resampled::Resampled;

/// By how much each step's value counts in the least-squares slope over steps at these places: the centred places over
/// their squares' sum. They add up to 0.
///
/// # Errors
/// There are fewer than three steps, or all lie at one place.
pub fn slope_weights(places: &[f64]) -> Result<Vec<f64>, Undefined> {
    if places.len() < 3 {
        return Err(Undefined::because(format!(
            "{} steps, and a slope needs 3",
            places.len()
        )));
    }
    let mean = places.iter().sum::<f64>() / places.len() as f64;
    let squares: f64 = places.iter().map(|at| (at - mean) * (at - mean)).sum();
    if squares.is_finite() && squares > 0.0 {
        return Ok(places.iter().map(|at| (at - mean) / squares).collect());
    }
    Err(Undefined::because("all steps lie at the same place"))
}

/// The interval of a weighted sum of estimates, of the confidence that all intervals have, from those intervals alone: as
/// [`super::difference_of_two`], which it is for weights of 1 and -1.
///
/// # Errors
/// There is no estimate, intervals are of different confidence, an end or a value is not finite, or an interval does not hold
/// its value.
pub fn weighted_sum(terms: &[(f64, Bounded)], together: Together) -> Result<Interval, Undefined> {
    let Some((_, first)) = terms.first() else {
        return Err(Undefined::because("there is nothing to add up"));
    };
    let confidence = first.interval.confidence;
    let (mut sum, mut down, mut up) = (0.0, Vec::new(), Vec::new());
    for (weight, one) in terms {
        if one.interval.confidence != confidence {
            return Err(Undefined::because(format!(
                "intervals are of different confidence, {confidence} and {}",
                one.interval.confidence
            )));
        }
        let [below, above] = one.distances()?;
        sum += weight * one.value;
        let (lower, upper) = match *weight >= 0.0 {
            true => (below, above),
            false => (above, below),
        };
        down.push(weight.abs() * lower);
        up.push(weight.abs() * upper);
    }
    Ok(Interval {
        lower: sum - together.reach(&down),
        upper: sum + together.reach(&up),
        confidence,
        method: together.method(),
    })
}

impl Resampled {
    /// A weighted sum of metrics that were resampled with the same draws: the sum is taken anew in each replicate.
    ///
    /// # Errors
    /// There is none, or they were not resampled together.
    pub fn weighted_sum(terms: &[(f64, &Self)]) -> Result<Self, Undefined> {
        let Some((_, first)) = terms.first() else {
            return Err(Undefined::because("there is nothing to add up"));
        };
        let sizes = |of: &Self| (of.replicates.len(), of.jackknife.len());
        if terms.iter().any(|(_, of)| sizes(of) != sizes(first)) {
            return Err(Undefined::because("the steps were not resampled together"));
        }
        let replicate = |at: usize| {
            let mut values = terms
                .iter()
                .map(|(weight, of)| Some(weight * of.replicates[at]?));
            values.try_fold(0.0, |sum, value| Some(sum + value?))
        };
        let left_out = |at: usize| {
            terms
                .iter()
                .map(|(weight, of)| weight * of.jackknife[at])
                .sum()
        };
        Ok(Self {
            point: terms.iter().map(|(weight, of)| weight * of.point).sum(),
            replicates: (0..first.replicates.len()).map(replicate).collect(),
            jackknife: (0..first.jackknife.len()).map(left_out).collect(),
            // The step with the fewest: its spread is understated most.
            clusters: terms.iter().map(|(_, of)| of.clusters).min().unwrap_or(0),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::difference_of_two;
    use titer_core::IntervalMethod;

    fn bounded(value: f64, lower: f64, upper: f64) -> Bounded {
        let interval = Interval {
            lower,
            upper,
            confidence: 0.95,
            method: IntervalMethod::Wilson,
        };
        Bounded { value, interval }
    }

    #[test]
    fn two_terms_are_the_difference_of_two() {
        let (one, other) = (bounded(0.9, 0.6, 0.94), bounded(0.5, 0.47, 0.9));
        for together in [Together::Independent, Together::Unknown] {
            let sum = weighted_sum(&[(1.0, one), (-1.0, other)], together).unwrap();
            let difference = difference_of_two(one, other, together).unwrap();
            assert!((sum.lower - difference.lower).abs() < 1e-12);
            assert!((sum.upper - difference.upper).abs() < 1e-12);
            assert_eq!(sum.method, difference.method);
        }
    }

    #[test]
    fn what_has_no_slope_says_why() {
        let reason = |places: &[f64]| slope_weights(places).unwrap_err().0;
        assert_eq!(reason(&[0.0, 1.0]), "2 steps, and a slope needs 3");
        assert!(reason(&[1.0, 1.0, 1.0]).contains("same place"));
        assert!(weighted_sum(&[], Together::Independent).is_err());
        let mut narrower = bounded(0.5, 0.4, 0.6);
        narrower.interval.confidence = 0.9;
        let terms = [(1.0, bounded(0.5, 0.4, 0.6)), (1.0, narrower)];
        assert!(weighted_sum(&terms, Together::Unknown).is_err());
    }

    #[test]
    fn a_sum_is_taken_anew_in_each_replicate() {
        let of = |point: f64, clusters| Resampled {
            point,
            replicates: vec![Some(point + 0.1), None, Some(point - 0.1)],
            jackknife: vec![point, point + 0.2],
            clusters,
        };
        let (a, b) = (of(0.5, 20), of(0.25, 12));
        let sum = Resampled::weighted_sum(&[(2.0, &a), (-1.0, &b)]).unwrap();
        assert_eq!(sum.point, 0.75);
        assert!((sum.replicates[0].unwrap() - 0.85).abs() < 1e-12);
        assert_eq!(sum.replicates[1], None);
        assert!((sum.jackknife[1] - 0.95).abs() < 1e-12);
        assert_eq!(sum.clusters, 12);
        let mut other = of(0.25, 12);
        other.replicates.pop();
        assert!(Resampled::weighted_sum(&[(1.0, &a), (1.0, &other)]).is_err());
    }
}
