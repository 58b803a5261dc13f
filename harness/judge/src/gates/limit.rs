//! `at_least` and `at_most`.

use titer_core::{Decision, Undefined};
use titer_spec::gate::{By, Side};

use super::{Ruling, Terms};

/// Holds a value with its interval (lower and upper end) against a limit. By the interval: pass where
/// the whole of it is on the good side (the limit belongs to it), fail where nothing of it is,
/// inconclusive otherwise and where there is none. By the value: never inconclusive where there is one.
/// `terms` put the numbers into words.
#[must_use]
pub fn at_limit(
    side: Side,
    limit: f64,
    by: By,
    value: &Result<f64, Undefined>,
    interval: &Result<(f64, f64), Undefined>,
    terms: &Terms,
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
    let asked = match side {
        Side::AtLeast => format!("at least {} is required", terms.limit(limit)),
        Side::AtMost => format!("at most {} is allowed", terms.limit(limit)),
    };
    let told = |lower, upper| terms.told(value, (lower, upper), "95", &[limit]);
    match (by, interval) {
        (By::Value, _) => {
            let ok = good(value);
            let decision = if ok { Decision::Pass } else { Decision::Fail };
            ruling(
                decision,
                format!("{}, by the value alone; {asked}", told(None, None)),
            )
        }
        (By::Interval, Err(reason)) => {
            let because = format!(
                "{}, no interval to decide by ({reason}); {asked}",
                told(None, None)
            );
            ruling(Decision::Inconclusive, because)
        }
        (By::Interval, Ok((lower, upper))) => {
            let because = format!("{}; {asked}", told(Some(*lower), Some(*upper)));
            match (good(*lower), good(*upper)) {
                (true, true) => ruling(Decision::Pass, because),
                (false, false) => ruling(Decision::Fail, because),
                _ => ruling(
                    Decision::Inconclusive,
                    format!("{because}: the interval holds that limit, the data cannot tell"),
                ),
            }
        }
    }
}
