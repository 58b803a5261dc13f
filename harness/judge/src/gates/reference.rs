//! `no_worse_than_reference`.

use titer_core::{Agreement, Comparison, Decision, Direction, Score};
use titer_spec::gate::By;

use super::{Ruling, bound};
use crate::measures::Measure;
use crate::words::number;

/// A comparison with what else is known of its two cells.
#[derive(Clone, Copy, Debug)]
pub struct Paired<'a> {
    /// The paired difference.
    pub comparison: &'a Comparison,
    /// How far the two agree.
    pub agreement: Option<&'a Agreement>,
    /// The candidate's score.
    pub score: Option<&'a Score>,
}

/// Holds a paired difference against a margin, in the metric's good direction: with d the candidate's
/// gain, pass if lower(d) >= -margin, fail if upper(d) < -margin, else inconclusive. Without an
/// interval, pass where a bound is within the margin ([`bound`]), else inconclusive. By the value:
/// pass if d >= -margin, else fail.
#[must_use]
pub fn no_worse(measure: Measure, margin: f64, by: By, paired: Paired<'_>) -> Ruling {
    let sign = match measure.direction() {
        Direction::HigherIsBetter => 1.0,
        Direction::LowerIsBetter => -1.0,
    };
    let difference = match &paired.comparison.difference {
        // Adding 0 makes one zero of the two.
        Ok(difference) => sign * difference + 0.0,
        Err(reason) => {
            return Ruling {
                decision: Decision::Inconclusive,
                value: None,
                lower: None,
                upper: None,
                because: format!("there is no difference: {reason}"),
            };
        }
    };
    let interval = paired.comparison.interval.as_ref().map(|interval| {
        let (a, b) = (sign * interval.lower + 0.0, sign * interval.upper + 0.0);
        (a.min(b), a.max(b))
    });
    let ruling = |decision, ends: Option<(f64, f64)>, because| Ruling {
        decision,
        value: Some(difference),
        lower: ends.map(|ends| ends.0),
        upper: ends.map(|ends| ends.1),
        because,
    };
    let ends = interval.as_ref().ok().copied();
    match (by, interval) {
        (By::Value, _) if difference >= -margin => {
            let because = format!(
                "by the value alone, {} is within the margin",
                gain(difference)
            );
            ruling(Decision::Pass, ends, because)
        }
        (By::Value, _) => {
            let because = format!(
                "by the value alone, {} is beyond the margin",
                gain(difference)
            );
            ruling(Decision::Fail, ends, because)
        }
        (By::Interval, Ok((lower, upper))) => {
            let (decision, words) = if lower >= -margin {
                (
                    Decision::Pass,
                    "at most the margin worse, by the whole interval",
                )
            } else if upper < -margin {
                (
                    Decision::Fail,
                    "worse by more than the margin, by the whole interval",
                )
            } else {
                (
                    Decision::Inconclusive,
                    "the interval holds the margin: the data cannot tell",
                )
            };
            let because = format!(
                "{}, interval [{}, {}]: {words}",
                gain(difference),
                number(lower),
                number(upper)
            );
            ruling(decision, ends, because)
        }
        (By::Interval, Err(reason)) => {
            let (decision, lower, because) = without_interval(measure, margin, difference, paired);
            Ruling {
                lower,
                ..ruling(
                    decision,
                    None,
                    format!("{}, no interval ({reason}); {because}", gain(difference)),
                )
            }
        }
    }
}

fn without_interval(
    measure: Measure,
    margin: f64,
    difference: f64,
    paired: Paired<'_>,
) -> (Decision, Option<f64>, String) {
    let known = paired.agreement.zip(paired.score);
    let bound = known.and_then(|(agreement, score)| {
        bound(measure, paired.comparison, difference, agreement, score)
    });
    match bound {
        None => {
            let because = "nothing bounds the difference: the data cannot tell".to_owned();
            (Decision::Inconclusive, None, because)
        }
        Some(bound) => {
            let (decision, words) = if bound.worse <= margin {
                (Decision::Pass, "within the margin")
            } else {
                (
                    Decision::Inconclusive,
                    "more than the margin: the data cannot tell",
                )
            };
            let because = format!(
                "{}, so at most {} worse, {words}",
                bound.because,
                number(bound.worse.max(0.0))
            );
            (decision, Some(-bound.worse + 0.0), because)
        }
    }
}

fn gain(difference: f64) -> String {
    if difference > 0.0 {
        format!("better by {}", number(difference))
    } else if difference < 0.0 {
        format!("worse by {}", number(-difference))
    } else {
        "no difference".to_owned()
    }
}
