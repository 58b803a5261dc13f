//! A check's numbers for the reader.

use titer_core::{Direction, GateVerdict};
use titer_spec::Gate;
use titer_spec::gate::{Allowed, Limit, Rule};

use super::terms::Ends;
use super::{Terms, limits};
use titer_metrics::registry::about;

/// A check's value and its interval in the metric's own units and sign, at the rounding of its sentence. A
/// [`GateVerdict`] itself keeps differences in the metric's good direction. `None` where there is no value.
#[must_use]
pub fn shown(gate: &Gate, check: &GateVerdict) -> Option<(String, Option<String>)> {
    let value = check.value?;
    let ends = (check.lower, check.upper);
    let limits = limits(gate);
    let margin = match gate.rule() {
        Rule::Invariant(invariant) => {
            return Some(Terms::invariant(invariant).shown(value, ends, &limits));
        }
        Rule::Limit(_, limit) => return Some(of_limit(limit)?.shown(value, ends, &limits)),
        Rule::Margin(_, margin) => margin,
        Rule::Further(further) => {
            return Some(Terms::further(further).shown(value, ends, &limits));
        }
    };
    if let Allowed::Share(_) = margin.allowed() {
        return Some(Terms::share(&margin.metric).shown(value, ends, &limits));
    }
    let direction = about(&margin.metric).map_or(Direction::HigherIsBetter, |it| it.direction);
    // Adding 0 makes one zero of the two.
    let own = |gain: f64| direction.sign() * gain + 0.0;
    let ends: Ends = match direction {
        Direction::HigherIsBetter => ends,
        Direction::LowerIsBetter => (ends.1.map(own), ends.0.map(own)),
    };
    let limits: Vec<f64> = limits.into_iter().map(own).collect();
    Some(Terms::difference(&margin.metric).shown(own(value), ends, &limits))
}

fn of_limit(limit: &Limit) -> Option<Terms> {
    let metric = limit.metric.as_deref().map(Terms::metric);
    let measured = |name: titer_spec::MeasurementName| match limit.relative_to {
        Some(_) => Terms::ratio(name.name()),
        None => Terms::measured(name.name(), limit.value.dimension),
    };
    metric.or_else(|| limit.measurement.map(measured))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{margin, measurement};
    use titer_core::Decision;
    use titer_spec::MeasurementName;

    fn check(value: f64, lower: Option<f64>, upper: Option<f64>) -> GateVerdict {
        GateVerdict {
            gate: String::new(),
            index: 0,
            model: String::new(),
            variant: String::new(),
            ladder: None,
            dataset: None,
            class: None,
            decision: Decision::Fail,
            value: Some(value),
            lower,
            upper,
            limit: 0.0,
            because: String::new(),
            reason: None,
        }
    }

    #[test]
    fn a_rise_of_an_error_is_shown_as_one() {
        let gate = |metric: &str| Gate::NoWorseThanReference(margin(metric, 0.005));
        let fall = check(-0.028_41, Some(-0.035_58), Some(-0.021_24));
        let text = |gate: &Gate, check| {
            let (value, range) = shown(gate, check).unwrap();
            format!("{value} ({})", range.unwrap_or_default())
        };
        assert_eq!(text(&gate("auroc"), &fall), "−0.028 (−0.036 to −0.021)");
        assert_eq!(text(&gate("ece"), &fall), "+0.028 (+0.021 to +0.036)");
        let bounded = check(-0.001, Some(-0.02), None);
        assert_eq!(
            text(&gate("accuracy"), &bounded),
            "−0.001 (at least −0.020)"
        );
        assert_eq!(text(&gate("brier"), &bounded), "+0.001 (at most +0.020)");
        let memory = Gate::AtMost(measurement(MeasurementName::Throughput, 5.0));
        assert_eq!(text(&memory, &check(55_012.3, None, None)), "55012 ()");
    }
}
