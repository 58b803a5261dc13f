//! Logistic regression of the truth on one number, the logit of the probability.

use titer_core::{Labelled, Multiplicity, Undefined};
use titer_statistics::pairwise;

use crate::checked::{check, one_class};
use crate::log_loss::EPSILON;
use crate::residuals::Tied;

/// Newton's method needs about ten steps; one that needs more than this will not end.
const MOST_STEPS: usize = 100;

/// Examples of equal logit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Point {
    pub(crate) logit: f64,
    pub(crate) examples: f64,
    pub(crate) positives: f64,
}

/// The best line, and the information about it: the weight of all examples, their mean logit by
/// weight and the weighted sum of squares about it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fit {
    pub(crate) intercept: f64,
    pub(crate) slope: f64,
    pub(crate) weight: f64,
    pub(crate) mean: f64,
    pub(crate) squares: f64,
}

/// The logit of a probability that is clipped to [1e-7, 1 - 1e-7].
pub(crate) fn logit(probability: f64) -> f64 {
    let kept = probability.clamp(EPSILON, 1.0 - EPSILON);
    libm::log(kept) - libm::log1p(-kept)
}

/// The probability of a logit.
pub(crate) fn expit(logit: f64) -> f64 {
    if logit >= 0.0 {
        1.0 / (1.0 + libm::exp(-logit))
    } else {
        let odds = libm::exp(logit);
        odds / (1.0 + odds)
    }
}

/// Data with both classes, by logit from low to high.
pub(crate) fn points(data: Labelled<'_>) -> Result<Vec<Point>, Undefined> {
    check(data)?;
    let points = Tied::new(data).counts(Multiplicity::Once, |count| Point {
        logit: logit(count.probability),
        examples: count.examples as f64,
        positives: count.positives as f64,
    })?;
    let positives: f64 = points.iter().map(|point| point.positives).sum();
    let examples: f64 = points.iter().map(|point| point.examples).sum();
    if positives == 0.0 || positives == examples {
        return Err(one_class(positives as u64, (examples - positives) as u64));
    }
    Ok(points)
}

/// How positives and negatives lie along the logit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Overlap {
    /// There is one logit only.
    OneLogit,
    /// Positives lie nowhere below a negative: the best slope is infinite.
    PositivesAbove,
    /// Positives lie nowhere above a negative: the best slope is minus infinity.
    PositivesBelow,
    /// There is one best line.
    Mixed,
}

/// Points with both classes (Albert and Anderson 1984, doi:10.1093/biomet/71.1.1).
pub(crate) fn overlap(points: &[Point]) -> Overlap {
    let ends = |has: &dyn Fn(&&Point) -> bool| {
        let lowest = points.iter().find(has).map_or(0.0, |point| point.logit);
        let highest = points.iter().rfind(has).map_or(0.0, |point| point.logit);
        (lowest, highest)
    };
    let positive = ends(&|point| point.positives > 0.0);
    let negative = ends(&|point| point.positives < point.examples);
    if positive.0 == negative.1 && positive.1 == negative.0 {
        Overlap::OneLogit
    } else if positive.0 >= negative.1 {
        Overlap::PositivesAbove
    } else if positive.1 <= negative.0 {
        Overlap::PositivesBelow
    } else {
        Overlap::Mixed
    }
}

/// The most likely line through points that are [`Overlap::Mixed`].
pub(crate) fn line(points: &[Point]) -> Result<Fit, Undefined> {
    let mut fit = informed(points, 0.0, 0.0);
    let mut loss = total_loss(points, 0.0, 0.0);
    for _ in 0..MOST_STEPS {
        let (mut up, mut turn) = step(points, &fit);
        if !(up.is_finite() && turn.is_finite()) {
            break;
        }
        let scale = 1.0 + fit.intercept.abs() + fit.slope.abs();
        let size = |up: f64, turn: f64| up.abs().max(turn.abs()) / scale;
        let mut next = total_loss(points, fit.intercept + up, fit.slope + turn);
        // A full step may overshoot far from the best line; near it only rounding can.
        while next > loss && size(up, turn) > 1e-6 {
            (up, turn) = (0.5 * up, 0.5 * turn);
            next = total_loss(points, fit.intercept + up, fit.slope + turn);
        }
        fit = informed(points, fit.intercept + up, fit.slope + turn);
        loss = next;
        // Newton's method squares the distance: what is left after such a step is rounding.
        if size(up, turn) <= 1e-10 {
            return Ok(fit);
        }
    }
    Err(Undefined::because(
        "the logistic regression does not converge",
    ))
}

/// The most likely intercept of a line of this slope through points with both classes.
pub(crate) fn intercept(points: &[Point], slope: f64) -> Fit {
    let examples = sum(points, |point| point.examples);
    let positives = sum(points, |point| point.positives);
    let odds = libm::log(positives / (examples - positives));
    let along = points.iter().map(|point| slope * point.logit);
    let (low, high) = along.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), one| {
        (low.min(one), high.max(one))
    });
    // At the one end no probability is above the share of positives, at the other none below.
    let intercept = falling_root(odds - high, odds - low, |intercept| {
        let expected = |point: &Point| expit(intercept + slope * point.logit);
        let rest = sum(points, |point| {
            point.positives - point.examples * expected(point)
        });
        (rest, informed(points, intercept, slope).weight)
    });
    informed(points, intercept, slope)
}

/// Where a function that never rises, at least 0 at `low` and at most 0 at `high`, is 0. `of` gives
/// its value and how fast it falls. Newton's method, and halving where that would leave what is left.
pub(crate) fn falling_root(mut low: f64, mut high: f64, of: impl Fn(f64) -> (f64, f64)) -> f64 {
    let mut place = 0.5 * (low + high);
    // Halving alone needs about 60 steps to come down to neighbouring numbers.
    for _ in 0..200 {
        let (value, fall) = of(place);
        if value > 0.0 {
            low = place;
        } else {
            high = place;
        }
        let mut next = place + value / fall;
        if !(next > low && next < high) {
            next = 0.5 * (low + high);
        }
        let step = (next - place).abs();
        place = next;
        if step <= 1e-15 * place.abs() {
            break;
        }
    }
    place
}

/// What Newton's method adds to intercept and slope.
fn step(points: &[Point], fit: &Fit) -> (f64, f64) {
    let residual = |point: &Point| {
        let expected = expit(fit.intercept + fit.slope * point.logit);
        point.positives - point.examples * expected
    };
    let up = sum(points, residual) / fit.weight;
    let along = sum(points, |point| residual(point) * (point.logit - fit.mean));
    let turn = along / fit.squares;
    (up - fit.mean * turn, turn)
}

fn informed(points: &[Point], intercept: f64, slope: f64) -> Fit {
    let weight = |point: &Point| {
        let odds = intercept + slope * point.logit;
        point.examples * expit(odds) * expit(-odds)
    };
    let all = sum(points, weight);
    let mean = sum(points, |point| weight(point) * point.logit) / all;
    let squares = sum(points, |point| {
        let off = point.logit - mean;
        weight(point) * off * off
    });
    Fit {
        intercept,
        slope,
        weight: all,
        mean,
        squares,
    }
}

/// Minus the logarithm of the likelihood.
fn total_loss(points: &[Point], intercept: f64, slope: f64) -> f64 {
    sum(points, |point| {
        let odds = intercept + slope * point.logit;
        let rest = libm::log1p(libm::exp(-odds.abs()));
        let (positive, negative) = (rest + (-odds).max(0.0), rest + odds.max(0.0));
        point.positives * positive + (point.examples - point.positives) * negative
    })
}

/// The sum over points, from low to high logit.
pub(crate) fn sum(points: &[Point], of: impl Fn(&Point) -> f64) -> f64 {
    pairwise(&points.iter().map(of).collect::<Vec<f64>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(truth: &[bool], probability: &[f64]) -> Vec<Point> {
        let data = Labelled {
            truth,
            probability,
            threshold: 0.5,
        };
        points(data).unwrap()
    }

    #[test]
    fn says_where_there_is_no_best_line() {
        let place = |truth: &[bool], probability: &[f64]| overlap(&of(truth, probability));
        assert_eq!(place(&[true, false], &[0.3, 0.3]), Overlap::OneLogit);
        assert_eq!(place(&[true, false], &[0.4, 0.3]), Overlap::PositivesAbove);
        assert_eq!(place(&[true, false], &[0.2, 0.3]), Overlap::PositivesBelow);
        let touching = place(&[false, true, false, true], &[0.2, 0.3, 0.3, 0.4]);
        assert_eq!(touching, Overlap::PositivesAbove);
        let mixed = place(&[false, true, false, true], &[0.2, 0.3, 0.4, 0.5]);
        assert_eq!(mixed, Overlap::Mixed);
    }

    #[test]
    fn two_logits_have_a_line_through_their_shares() {
        let truth = [true, false, false, false, true, true, true, false, false];
        let probability = [0.1, 0.1, 0.1, 0.1, 0.7, 0.7, 0.7, 0.7, 0.7];
        let fit = line(&of(&truth, &probability)).unwrap();
        for (p, share) in [(0.1, 0.25), (0.7, 0.6)] {
            let made = expit(fit.intercept + fit.slope * logit(p));
            assert!((made - share).abs() < 1e-14, "{made}");
        }
    }
}
