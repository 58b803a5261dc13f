//! `at_least` and `at_most`.

use titer_core::{Decision, Undefined};
use titer_spec::gate::By;

use super::Ruling;
/// Which side of the limit is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// `at_least`: the limit and above.
    AtLeast,
    /// `at_most`: the limit and below.
    AtMost,
}

/// Holds a value with its interval (lower and upper end) against a limit. By the interval: pass where
/// the whole of it is on the good side (the limit belongs to it), fail where nothing of it is,
/// inconclusive otherwise and where there is none. By the value: never inconclusive where there is one.
/// `show` writes a number in the reader's units.
#[must_use]
pub fn at_limit(
    side: Side,
    limit: f64,
    by: By,
    value: &Result<f64, Undefined>,
    interval: &Result<(f64, f64), Undefined>,
    show: &dyn Fn(f64) -> String,
) -> Ruling {
    let good = |value: f64| match side {
        Side::AtLeast => value >= limit,
        Side::AtMost => value <= limit,
    };
    let ruling = |decision, because| Ruling {
        decision,
        value: value.as_ref().ok().copied(),
        lower: interval.as_ref().ok().map(|ends| ends.0),
        upper: interval.as_ref().ok().map(|ends| ends.1),
        because,
    };
    let value = match value {
        Ok(value) => *value,
        Err(reason) => {
            let because = format!("there is no value: {reason}");
            return ruling(Decision::Inconclusive, because);
        }
    };
    let held = |ok: bool| match (side, ok) {
        (Side::AtLeast, true) => "at or above",
        (Side::AtLeast, false) => "below",
        (Side::AtMost, true) => "at or below",
        (Side::AtMost, false) => "above",
    };
    match (by, interval) {
        (By::Value, _) => {
            let ok = good(value);
            let decision = if ok { Decision::Pass } else { Decision::Fail };
            let because = format!(
                "by the value alone, {} is {} the limit",
                show(value),
                held(ok)
            );
            ruling(decision, because)
        }
        (By::Interval, Err(reason)) => {
            let because = format!("there is no interval to decide by: {reason}");
            ruling(Decision::Inconclusive, because)
        }
        (By::Interval, Ok((lower, upper))) => {
            let ends = format!("[{}, {}]", show(*lower), show(*upper));
            match (good(*lower), good(*upper)) {
                (true, true) => ruling(
                    Decision::Pass,
                    format!("the whole interval {ends} is {} the limit", held(true)),
                ),
                (false, false) => ruling(
                    Decision::Fail,
                    format!("the whole interval {ends} is {} the limit", held(false)),
                ),
                _ => ruling(
                    Decision::Inconclusive,
                    format!("the interval {ends} holds the limit: the data cannot tell"),
                ),
            }
        }
    }
}
