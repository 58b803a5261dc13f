//! Gates are checked against the plan before anything runs.

use titer_spec::gate::{Covers, Limit, Margin};
use titer_spec::quantity::Dimension;
use titer_spec::{Gate, Located, MeasurementName, MetricSpec, SpecError, Where, suggest};

use crate::error::RunError;
use crate::plan::Planned;

/// Checks every gate.
pub fn check(planned: &Planned) -> Result<(), RunError> {
    for gate in &planned.evaluation.value.gates {
        names(planned, gate)?;
        match &gate.value {
            Gate::AtLeast(limit) | Gate::AtMost(limit) => check_limit(planned, gate, limit)?,
            Gate::NoWorseThanReference(margin)
            | Gate::BetterThanReference(margin)
            | Gate::EquivalentToReference(margin) => check_margin(planned, gate, margin)?,
        }
    }
    Ok(())
}

fn check_margin(planned: &Planned, gate: &Located<Gate>, given: &Margin) -> Result<(), SpecError> {
    let wrong = |message: &str, cure: &str| Err(planned.evaluation.error(gate, message, cure));
    let better = matches!(gate.value, Gate::BetterThanReference(_));
    match (given.margin, given.keeps) {
        (Some(_), Some(_)) => wrong("the gate has a `margin` and a `keeps`", "give one of them"),
        (None, Some(_)) if better => wrong(
            "keeps: what keeps a share of the reference need not be better",
            "give a `margin`, or use `no_worse_than_reference`",
        ),
        (None, None) if !better => wrong(
            "the gate has no margin",
            "add `margin: 0.005`, in the metric's units, or `keeps: 0.99`, a share of the reference",
        ),
        (Some(margin), None) if !(margin >= 0.0 && margin.is_finite()) => {
            let message = format!("margin: {margin} is not a margin");
            wrong(&message, "write 0 or a positive number")
        }
        (Some(0.0), None) if matches!(gate.value, Gate::EquivalentToReference(_)) => wrong(
            "margin: nothing is shown to be equivalent within 0",
            "write the largest difference that does not matter",
        ),
        _ => Ok(()),
    }
}

fn check_limit(planned: &Planned, gate: &Located<Gate>, limit: &Limit) -> Result<(), SpecError> {
    let wrong = |message: &str, cure: &str| Err(planned.evaluation.error(gate, message, cure));
    match (&limit.metric, limit.measurement) {
        (Some(_), Some(_)) => {
            return wrong(
                "the gate names a metric and a measurement",
                "name one of them",
            );
        }
        (None, None) => {
            return wrong(
                "the gate names no metric and no measurement",
                "name one of them",
            );
        }
        (None, Some(_)) if planned.plan.latency.is_none() => {
            return wrong(
                "the gate is about a measurement, and nothing is measured",
                "add `measure:` to the evaluation",
            );
        }
        _ => {}
    }
    let wanted = limit.measurement.map_or(Dimension::Plain, dimension);
    if limit.value.dimension != wanted {
        let cure = match wanted {
            Dimension::Plain => "write a plain number",
            Dimension::Bytes => "write bytes with a unit, as in `200 MiB`",
            Dimension::Time => "write a time with a unit, as in `5 ms`",
        };
        return wrong("value: the unit does not fit what the gate is about", cure);
    }
    Ok(())
}

fn dimension(name: MeasurementName) -> Dimension {
    match name {
        MeasurementName::PeakMemory
        | MeasurementName::MemoryOverIdle
        | MeasurementName::DiskSize => Dimension::Bytes,
        MeasurementName::LoadTime
        | MeasurementName::LatencyP50
        | MeasurementName::LatencyP90
        | MeasurementName::LatencyP99 => Dimension::Time,
        MeasurementName::Throughput | MeasurementName::BatchChange => Dimension::Plain,
    }
}

/// Every name that a gate uses stands for something in the plan.
fn names(planned: &Planned, gate: &Located<Gate>) -> Result<(), SpecError> {
    let plan = &planned.plan;
    let known = |kind: &str, name: &str, known: &[&str]| {
        if known.contains(&name) {
            return Ok(());
        }
        Err(planned.evaluation.error(
            gate,
            format!("{kind} `{name}` is not known"),
            suggest::cure(name, known),
        ))
    };
    if let Some(metric) = gate.value.metric() {
        let mut all: Vec<&str> = MetricSpec::ALL.iter().map(|metric| metric.name()).collect();
        all.push("called_positive_share");
        let named = plan.suites.iter().flat_map(|suite| &suite.metrics);
        all.extend(named.map(|metric| metric.name()));
        known("metric", metric, &all)?;
    }
    if let Where::Dataset(name) = gate.value.data() {
        let all: Vec<&str> = plan
            .suites
            .iter()
            .flat_map(|suite| &suite.datasets)
            .map(|dataset| dataset.name.as_str())
            .collect();
        known("dataset", name, &all)?;
    }
    let Covers {
        models,
        variants,
        classes,
        perturbation,
    } = gate.value.covers();
    let all: Vec<&str> = plan
        .models
        .iter()
        .map(|model| model.name.as_str())
        .collect();
    models
        .iter()
        .try_for_each(|name| known("model", name, &all))?;
    let all: Vec<&str> = plan
        .models
        .iter()
        .flat_map(|model| &model.variants)
        .map(|variant| variant.name.as_str())
        .collect();
    variants
        .iter()
        .try_for_each(|name| known("variant", name, &all))?;
    let all: Vec<&str> = plan
        .suites
        .iter()
        .filter_map(titer_spec::plan::PlannedSuite::positions)
        .flat_map(|positions| positions.sites.iter().map(String::as_str))
        .collect();
    classes
        .iter()
        .try_for_each(|name| known("class", name, &all))?;
    let all: Vec<&str> = plan
        .suites
        .iter()
        .flat_map(|suite| &suite.perturbations)
        .map(|(name, _)| name.as_str())
        .collect();
    perturbation
        .iter()
        .try_for_each(|name| known("perturbation", name, &all))
}
