//! How many more examples would decide what a check leaves open.

use titer_core::{Decision, GateVerdict};
use titer_spec::Gate;

use super::severity::excess;

/// More than so many times as many examples is no advice.
const MAX_TIMES: f64 = 100.0;

/// About how many examples a check would take in all so that its interval no longer holds the limit, where it holds it now with
/// `examples` of them: the interval shrinks with the root of their number, and the value is taken to stay what it is. A
/// difference of two variants that are truly equal moves towards 0, so that fewer may do.
///
/// `None` where the check is decided, has no interval, lies too near the limit for any sensible number, or is left open by
/// the correction for the number of checks and not by its interval.
#[must_use]
pub fn needed(gate: &Gate, check: &GateVerdict, examples: u64) -> Option<u64> {
    if check.decision != Decision::Inconclusive {
        return None;
    }
    let value = check.value?;
    let beyond = excess(gate, value)?;
    let ends = [check.lower, check.upper].into_iter().flatten();
    // The end that lies on the other side of the limit than the value.
    let half = ends
        .filter(|end| excess(gate, *end).is_some_and(|end| (end > 0.0) != (beyond > 0.0)))
        .map(|end| (end - value).abs())
        .fold(0.0, f64::max);
    let times = (half / beyond.abs()).powi(2);
    (times > 1.0 && times <= MAX_TIMES).then(|| (examples as f64 * times).ceil() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{limit, margin};

    fn check(value: f64, half: f64, decision: Decision) -> GateVerdict {
        GateVerdict {
            gate: String::new(),
            index: 0,
            model: String::new(),
            variant: String::new(),
            ladder: None,
            dataset: None,
            class: None,
            decision,
            value: Some(value),
            lower: Some(value - half),
            upper: Some(value + half),
            limit: 0.0,
            because: String::new(),
            reason: None,
        }
    }

    #[test]
    fn half_the_width_takes_four_times_the_examples() {
        let open = Decision::Inconclusive;
        // The limit is -0.005: the value lies 0.005 above, the end 0.005 below it.
        let gate = Gate::NoWorseThanReference(margin("auroc", 0.005));
        let found = needed(&gate, &check(0.0, 0.01, open), 100).unwrap();
        assert!((399..=401).contains(&found), "{found}");
        // On the bad side it is the upper end that must come down.
        let found = needed(&gate, &check(-0.01, 0.01, open), 100).unwrap();
        assert!((399..=401).contains(&found), "{found}");
        let floor = Gate::AtLeast(limit("auroc", 0.9));
        let found = needed(&floor, &check(0.93, 0.06, open), 100).unwrap();
        assert!((399..=401).contains(&found), "{found}");
    }

    #[test]
    fn what_no_number_decides_has_none() {
        let gate = Gate::NoWorseThanReference(margin("auroc", 0.005));
        let of = |value, half, decision| needed(&gate, &check(value, half, decision), 100);
        assert_eq!(of(-0.005, 0.01, Decision::Inconclusive), None);
        assert_eq!(of(-0.0051, 0.01, Decision::Inconclusive), None);
        assert_eq!(of(0.0, 0.01, Decision::Pass), None);
        // The whole interval lies beyond the limit: the correction leaves it open.
        assert_eq!(of(-0.03, 0.01, Decision::Inconclusive), None);
    }

    #[test]
    fn an_equivalence_is_held_against_the_nearer_end() {
        let gate = Gate::EquivalentToReference(margin("auroc", 0.01));
        let found = needed(&gate, &check(0.005, 0.01, Decision::Inconclusive), 100).unwrap();
        assert!((399..=401).contains(&found), "{found}");
    }
}
