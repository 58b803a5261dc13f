//! Which of a run's checks a reader should see first.

use titer_core::{Decision, GateVerdict};
use titer_spec::gate::{Rule, Side};
use titer_spec::{Gate, Plan};

use super::limits;

/// How much a decision weighs: 0 of a failure, then incomplete, inconclusive, pass.
#[must_use]
pub fn severity(decision: Decision) -> u8 {
    match decision {
        Decision::Fail => 0,
        Decision::Incomplete => 1,
        Decision::Inconclusive => 2,
        Decision::Pass => 3,
    }
}

/// Sorts checks, the worst first: by decision, then by how far the value lies beyond the limit in half
/// widths of its interval, so that checks of different units can be ranked. A value without an interval
/// (memory, size) has no chance in it: beyond the limit it comes first, by its share of the limit. What has
/// no value comes last, and equal ones keep their order.
pub fn worst_first(plan: &Plan, checks: &mut [&GateVerdict]) {
    checks.sort_by(|one, other| {
        let (a, b) = (beyond(plan, one), beyond(plan, other));
        severity(one.decision)
            .cmp(&severity(other.decision))
            .then(b.0.total_cmp(&a.0))
            .then(b.1.total_cmp(&a.1))
    });
}

/// How far beyond the limit, in half widths and relative to the limit; negative on the good side.
fn beyond(plan: &Plan, check: &GateVerdict) -> (f64, f64) {
    const LAST: (f64, f64) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
    let (Some(gate), Some(value)) = (plan.gates.get(check.index), check.value) else {
        return LAST;
    };
    let Some(excess) = excess(gate, value) else {
        return LAST;
    };
    let half = match (check.lower, check.upper) {
        (Some(lower), Some(upper)) => 0.5 * (upper - lower),
        // A bound on one side.
        (Some(lower), None) => value - lower,
        (None, Some(upper)) => upper - value,
        (None, None) => 0.0,
    };
    let share = excess / check.limit.abs().max(f64::MIN_POSITIVE);
    let widths = if half > 0.0 {
        excess / half
    } else if excess > 0.0 {
        f64::INFINITY
    } else {
        f64::NEG_INFINITY
    };
    (widths, share)
}

/// How far a value lies beyond a gate's limit, on the gate's own scale; negative on the good side.
pub(super) fn excess(gate: &Gate, value: f64) -> Option<f64> {
    match (gate.rule(), limits(gate).as_slice()) {
        (Rule::Limit(Side::AtMost, _) | Rule::Further(_) | Rule::Invariant(_), [most]) => {
            Some(value - most)
        }
        (_, [least, most]) => Some((least - value).max(value - most)),
        (_, [least, ..]) => Some(least - value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{binary_plan, limit, margin, measurement};
    use titer_spec::MeasurementName;

    fn check(index: usize, decision: Decision, value: Option<f64>, half: f64) -> GateVerdict {
        GateVerdict {
            gate: String::new(),
            index,
            model: "m".to_owned(),
            variant: format!("{value:?}"),
            ladder: None,
            dataset: None,
            class: None,
            decision,
            value,
            lower: value.filter(|_| half > 0.0).map(|value| value - half),
            upper: value.filter(|_| half > 0.0).map(|value| value + half),
            limit: 1.0,
            because: String::new(),
            reason: None,
        }
    }

    #[test]
    fn the_worst_comes_first_whatever_its_unit() {
        let mut plan = binary_plan(&["fp32", "int8"]);
        plan.gates = vec![
            Gate::AtLeast(limit("auroc", 0.9)),
            Gate::NoWorseThanReference(margin("log_loss", 0.01)),
            Gate::EquivalentToReference(margin("auroc", 0.01)),
            Gate::AtMost(measurement(MeasurementName::PeakMemory, 100.0)),
        ];
        let (fail, open) = (Decision::Fail, Decision::Inconclusive);
        let checks = [
            check(0, open, Some(0.89), 0.05),
            // Larger in its own units, but only two half widths beyond.
            check(0, fail, Some(0.6), 0.15),
            check(1, fail, Some(-0.04), 0.003),
            // Beyond the upper end of the range.
            check(2, fail, Some(0.04), 0.006),
            check(3, fail, Some(150.0), 0.0),
            check(3, fail, Some(300.0), 0.0),
            check(0, Decision::Incomplete, None, 0.0),
            check(0, open, Some(0.85), 0.06),
            check(0, open, None, 0.0),
        ];
        let mut sorted: Vec<&GateVerdict> = checks.iter().collect();
        worst_first(&plan, &mut sorted);
        let values: Vec<Option<f64>> = sorted.iter().map(|check| check.value).collect();
        let expected = [300.0, 150.0, -0.04, 0.04, 0.6].map(Some);
        assert_eq!(values[..5], expected);
        assert_eq!(values[5..], [None, Some(0.85), Some(0.89), None]);
    }
}
