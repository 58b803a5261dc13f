//! Limits and margins that every value meets, or none: such a gate decides nothing.

use titer_spec::gate::{Allowed, Further, Limit, Margin, Rule, Side};
use titer_spec::quantity::MAX_PLAIN;
use titer_spec::{Gate, MeasurementName, OutputKind, Plan, Quantity};

use super::Mistake;
use titer_metrics::registry::about;

/// 1 PiB.
const MAX_BYTES: f64 = 1_125_899_906_842_624.0;
/// 30 days in nanoseconds.
const MAX_TIME: f64 = 30.0 * 86_400.0 * 1e9;
/// Times what the reference takes.
const MAX_RATIO: f64 = 1e6;
/// Examples per second.
const MAX_THROUGHPUT: f64 = 1e12;

/// Why a gate can only pass, or only fail, and the cure.
pub(super) fn decides_nothing(plan: &Plan, gate: &Gate) -> Option<Mistake> {
    match gate.rule() {
        Rule::Limit(side, limit) => of_limit(plan, limit, side),
        Rule::Margin(asked, margin) if asked.allows_a_loss() => of_margin(margin, "fail"),
        Rule::Margin(_, margin) => of_margin(margin, "pass"),
        Rule::Further(further) => of_further(further),
        Rule::Invariant(invariant) => super::invariant::decides_nothing(plan, invariant),
    }
}

fn of_limit(plan: &Plan, limit: &Limit, side: Side) -> Option<Mistake> {
    match (limit.metric.as_deref(), limit.measurement) {
        (Some(metric), _) => of_metric(metric, limit.value.base, side),
        (None, Some(name)) => {
            of_measurement(plan, name, limit.value, side, limit.relative_to.is_some())
        }
        (None, None) => None,
    }
}

fn of_metric(metric: &str, value: f64, side: Side) -> Option<Mistake> {
    let (low, high) = about(metric)?.range;
    let (never, only, cure) = match side {
        Side::AtLeast if value <= low => (format!("below {low}"), "fail", above(low, high)),
        Side::AtLeast if value > high => (format!("above {high}"), "pass", above(low, high)),
        Side::AtMost if value >= high => (format!("above {high}"), "fail", below(low, high)),
        Side::AtMost if value < low => (format!("below {low}"), "pass", below(low, high)),
        _ => return None,
    };
    Some(Mistake {
        field: "value",
        message: format!("value: {metric} is never {never}, so that the gate cannot {only}"),
        cure,
    })
}

/// What `at_least` may say.
fn above(low: f64, high: f64) -> String {
    match (low.is_finite(), high.is_finite()) {
        (true, true) => format!("write a number above {low}, {high} at most"),
        (true, false) => format!("write a number above {low}"),
        (false, _) => format!("write {high} or less"),
    }
}

/// What `at_most` may say.
fn below(low: f64, high: f64) -> String {
    match (low.is_finite(), high.is_finite()) {
        (true, true) => format!("write a number below {high}, {low} at least"),
        (true, false) => format!("write {low} or more"),
        (false, _) => format!("write a number below {high}"),
    }
}

fn of_margin(margin: &Margin, only: &str) -> Option<Mistake> {
    let Allowed::Absolute(given) = margin.allowed() else {
        return None;
    };
    let metric = &margin.metric;
    let (low, high) = about(metric)?.range;
    let width = high - low;
    if given < width {
        return None;
    }
    let message = format!(
        "margin: two values of {metric}, which lies from {low} to {high}, differ by {width} at most, so that the gate cannot {only}"
    );
    let cure = "write the largest difference that does not matter, as in `margin: 0.005`; 0.001 to 0.05 is usual";
    Some(Mistake {
        field: "margin",
        message,
        cure: cure.to_owned(),
    })
}

/// Two falls differ by twice the range at most.
fn of_further(further: &Further) -> Option<Mistake> {
    let metric = &further.metric;
    let (low, high) = about(metric)?.range;
    let most = 2.0 * (high - low);
    (further.margin >= most).then(|| Mistake {
        field: "margin",
        message: format!(
            "margin: two falls of {metric}, which lies from {low} to {high}, differ by {most} at most, so that the gate cannot fail"
        ),
        cure: "write the largest difference that does not matter, as in `margin: 0.01`".to_owned(),
    })
}

fn of_measurement(
    plan: &Plan,
    name: MeasurementName,
    limit: Quantity,
    side: Side,
    is_ratio: bool,
) -> Option<Mistake> {
    let (most, example) = match name {
        _ if is_ratio => (MAX_RATIO, "0.8"),
        MeasurementName::PeakMemory
        | MeasurementName::MemoryOverIdle
        | MeasurementName::DiskSize => (MAX_BYTES, "200 MiB"),
        MeasurementName::LoadTime
        | MeasurementName::FirstInference
        | MeasurementName::ColdStart
        | MeasurementName::LatencyP50
        | MeasurementName::LatencyP90
        | MeasurementName::LatencyP99 => (MAX_TIME, "5 ms"),
        MeasurementName::Throughput | MeasurementName::Goodput => (MAX_THROUGHPUT, "100"),
        MeasurementName::BatchChange => (largest_change(plan), "0.001"),
    };
    let (value, word) = (limit.base, name.name());
    // Answers may be the same to the bit.
    let may_be_none = name == MeasurementName::BatchChange && side == Side::AtMost;
    let is_low = value < 0.0 || (value == 0.0 && !may_be_none);
    let (is_only, what) = match side {
        _ if !is_low && value < most => return None,
        Side::AtLeast if is_low => ("fail", "is always"),
        Side::AtMost if is_low => ("pass", "is never"),
        Side::AtLeast => ("pass", "never comes to"),
        Side::AtMost => ("fail", "is always below"),
    };
    let bound = match (is_low, side) {
        (true, Side::AtLeast) => "at least 0".to_owned(),
        (true, Side::AtMost) => "0 or below".to_owned(),
        (false, _) => limit.to_string(),
    };
    Some(Mistake {
        field: "value",
        message: format!("value: {word} {what} {bound}, so that the gate cannot {is_only}"),
        cure: format!("write what you need, as in `value: {example}`"),
    })
}

/// A probability changes by less than 1; a number by whatever it is.
fn largest_change(plan: &Plan) -> f64 {
    let mut models = plan.models.iter();
    match models.any(|model| model.output == OutputKind::Value) {
        true => MAX_PLAIN,
        false => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use titer_spec::MetricSpec;
    use titer_spec::gate::Keeps;

    use super::*;
    use crate::fixture::{binary_plan, limit, margin, measurement};

    fn said(gate: &Gate) -> Option<String> {
        let said = decides_nothing(&binary_plan(&["fp32", "int8"]), gate);
        said.map(|it| format!("{}; {}", it.message, it.cure))
    }

    #[track_caller]
    fn refused(gate: &Gate, parts: &[&str]) {
        let said = said(gate).unwrap_or_else(|| panic!("{gate} is taken"));
        for part in parts {
            assert!(said.contains(part), "{part}: {said}");
        }
    }

    #[test]
    fn a_limit_lies_within_the_metric_s_range() {
        let least = |metric, value| Gate::AtLeast(limit(metric, value));
        let most = |metric, value| Gate::AtMost(limit(metric, value));
        refused(
            &least("auroc", 1.2),
            &["never above 1", "cannot pass", "1 at most"],
        );
        refused(
            &least("accuracy", 0.0),
            &["never below 0", "cannot fail", "above 0"],
        );
        refused(&least("mcc", -1.0), &["never below -1", "cannot fail"]);
        refused(
            &most("accuracy", 1.0),
            &["never above 1", "cannot fail", "below 1"],
        );
        refused(&most("brier", -0.1), &["never below 0", "cannot pass"]);
        refused(&most("rmse", -1.0), &["never below 0", "cannot pass"]);
        refused(&least("r2", 1.5), &["never above 1", "1 or less"]);
        refused(
            &least("spearman_by_gene", 1.1),
            &["spearman_by_gene is never above 1"],
        );
        refused(&most("called_positive_share", 1.0), &["cannot fail"]);
        for taken in [
            least("auroc", 1.0),
            least("auroc", 0.9),
            least("r2", -100.0),
            most("brier", 0.0),
            most("accuracy", 0.999),
            most("rmse", 1e9),
            least("rmse", 0.1),
        ] {
            assert_eq!(said(&taken), None);
        }
    }

    #[test]
    fn a_margin_is_less_than_the_range() {
        let wide = margin("auroc", 1.0);
        refused(
            &Gate::NoWorseThanReference(wide.clone()),
            &[
                "from 0 to 1",
                "cannot fail",
                "`margin: 0.005`; 0.001 to 0.05 is usual",
            ],
        );
        refused(&Gate::EquivalentToReference(wide.clone()), &["cannot fail"]);
        refused(&Gate::BetterThanReference(wide), &["cannot pass"]);
        refused(
            &Gate::NoWorseThanReference(margin("spearman", 2.0)),
            &["differ by 2 at most"],
        );
        let mut share = margin("auroc", 0.0);
        (share.margin, share.keeps) = (None, Some(Keeps(0.99)));
        for taken in [margin("spearman", 1.5), margin("rmse", 1e9), share] {
            assert_eq!(said(&Gate::NoWorseThanReference(taken)), None);
        }
    }

    #[test]
    fn a_measurement_is_above_0_and_below_what_any_machine_has() {
        use MeasurementName::{BatchChange, LatencyP50, PeakMemory, Throughput};
        let with = |name, base, dimension| {
            let mut limit = measurement(name, base);
            limit.value.dimension = dimension;
            limit
        };
        use titer_spec::quantity::Dimension::{Bytes, Plain, Time};
        let exbibyte = with(PeakMemory, 1024.0 * MAX_BYTES, Bytes);
        refused(
            &Gate::AtMost(exbibyte.clone()),
            &["peak_memory is always below", "cannot fail", "200 MiB"],
        );
        refused(&Gate::AtLeast(exbibyte), &["never comes to", "cannot pass"]);
        refused(
            &Gate::AtMost(with(PeakMemory, 0.0, Bytes)),
            &["is never 0 or below", "cannot pass"],
        );
        refused(
            &Gate::AtLeast(with(Throughput, 0.0, Plain)),
            &["is always at least 0", "cannot fail"],
        );
        refused(
            &Gate::AtMost(with(LatencyP50, MAX_TIME, Time)),
            &["cannot fail", "5 ms"],
        );
        refused(
            &Gate::AtMost(with(BatchChange, 1.0, Plain)),
            &["cannot fail"],
        );
        refused(
            &Gate::AtMost(with(BatchChange, -0.1, Plain)),
            &["cannot pass"],
        );
        for taken in [
            with(PeakMemory, MAX_BYTES / 2.0, Bytes),
            with(LatencyP50, 1.0, Time),
            with(BatchChange, 0.0, Plain),
        ] {
            assert_eq!(said(&Gate::AtMost(taken)), None);
        }
    }

    #[test]
    fn every_metric_has_a_range() {
        for &metric in MetricSpec::ALL {
            let (low, high) = about(metric.name()).unwrap().range;
            assert!(low < high, "{}", metric.name());
        }
    }
}
