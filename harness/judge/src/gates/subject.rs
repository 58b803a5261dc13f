//! What a gate is applied to.

use titer_spec::gate::{Covers, Rule};
use titer_spec::plan::{PlannedCell, PlannedMeasurement};
use titer_spec::{Gate, MeasurementName, Plan, Where};

use crate::measures::{Measure, measures};

/// One thing that a gate is applied to.
#[derive(Clone, Debug, PartialEq)]
pub enum Subject<'a> {
    /// A metric of a cell, or its comparison with the reference.
    Cell {
        /// The cell.
        cell: &'a PlannedCell,
        /// The metric.
        measure: Measure,
        /// The class; per-position suites only.
        class: Option<String>,
        /// The model and variant that the cell is held against.
        base: (&'a str, &'a str),
    },
    /// A measurement.
    Measurement {
        /// What was planned.
        planned: &'a PlannedMeasurement,
        /// What is judged.
        name: MeasurementName,
        /// Latency and throughput only.
        batch_size: Option<u32>,
    },
}

/// Everything in a plan that a gate is about, in the plan's order: every variant but the reference of
/// every model that has the metric or the measurement, on clean cells, unless the gate names others. A
/// reference is never held against itself.
#[must_use]
pub fn subjects<'a>(plan: &'a Plan, gate: &Gate) -> Vec<Subject<'a>> {
    if let Some(metric) = gate.metric() {
        return plan
            .cells
            .iter()
            .flat_map(|cell| of_cell(plan, gate, metric, cell))
            .collect();
    }
    let (Some(name), Rule::Limit(_, limit)) = (gate.measurement(), gate.rule()) else {
        return Vec::new();
    };
    plan.measurements
        .iter()
        .filter(|planned| covered(plan, gate.covers(), &planned.model, &planned.variant))
        .flat_map(|planned| of_measurement(planned, name, limit.batch_size))
        .collect()
}

fn of_cell<'a>(
    plan: &'a Plan,
    gate: &Gate,
    metric: &str,
    cell: &'a PlannedCell,
) -> Vec<Subject<'a>> {
    let covers = gate.covers();
    let Some(suite) = plan
        .suites
        .iter()
        .find(|suite| suite.name == cell.case.suite)
    else {
        return Vec::new();
    };
    if cell.case.split != suite.split {
        return Vec::new();
    }
    let Some(base) = base(plan, &cell.case.model) else {
        return Vec::new();
    };
    let data = match gate.data() {
        Where::EveryDataset => true,
        Where::Dataset(name) => *name == cell.case.dataset,
        Where::InDistribution => in_distribution(suite.dataset(&cell.case.dataset)) == Some(true),
        Where::OutOfDistribution => {
            in_distribution(suite.dataset(&cell.case.dataset)) == Some(false)
        }
    };
    let itself =
        gate.against_reference().is_some() && is(base, &cell.case.model, &cell.case.variant);
    let measure = measures(suite, cell.effect)
        .into_iter()
        .find(|measure| measure.name == metric);
    let Some(measure) = measure.filter(|_| {
        data && !itself
            && cell.case.perturbation == covers.perturbation
            && covered(plan, covers, &cell.case.model, &cell.case.variant)
    }) else {
        return Vec::new();
    };
    let classes: Vec<Option<String>> = suite
        .classes_of(metric)
        .into_iter()
        .map(|class| class.map(str::to_owned))
        .collect();
    let wanted = |class: &Option<String>| {
        covers.classes.is_empty() || class.as_ref().is_some_and(|c| covers.classes.contains(c))
    };
    classes
        .into_iter()
        .filter(wanted)
        .map(|class| Subject::Cell {
            cell,
            measure,
            class,
            base,
        })
        .collect()
}

fn of_measurement(
    planned: &PlannedMeasurement,
    name: MeasurementName,
    batch_size: Option<u32>,
) -> Vec<Subject<'_>> {
    let by_batch = matches!(
        name,
        MeasurementName::LatencyP50
            | MeasurementName::LatencyP90
            | MeasurementName::LatencyP99
            | MeasurementName::Throughput
    );
    let sizes: Vec<Option<u32>> = if by_batch {
        let sizes = planned.batch_sizes.iter().copied();
        let wanted = |size: &u32| batch_size.is_none_or(|wanted| wanted == *size);
        sizes.filter(wanted).map(Some).collect()
    } else {
        vec![None]
    };
    let subject = |batch_size| Subject::Measurement {
        planned,
        name,
        batch_size,
    };
    sizes.into_iter().map(subject).collect()
}

fn in_distribution(dataset: Option<&titer_spec::plan::PlannedDataset>) -> Option<bool> {
    dataset.map(|dataset| dataset.in_distribution)
}

/// The model and variant that a model's variants are held against; none for what comes from an earlier run, which
/// is there to be held against.
fn base<'a>(plan: &'a Plan, model: &str) -> Option<(&'a str, &'a str)> {
    let mut models = plan.models.iter();
    let found = models.find(|known| known.name == model)?;
    found.earlier.is_none().then(|| found.base())
}

fn is(base: (&str, &str), model: &str, variant: &str) -> bool {
    base == (model, variant)
}

/// Whether a gate covers a variant.
fn covered(plan: &Plan, covers: &Covers, model: &str, variant: &str) -> bool {
    let named = |list: &[String], name: &str| list.iter().any(|known| known == name);
    let model_covered = covers.models.is_empty() || named(&covers.models, model);
    let variant_covered = if covers.variants.is_empty() {
        base(plan, model).is_some_and(|base| !is(base, model, variant))
    } else {
        named(&covers.variants, variant)
    };
    model_covered && variant_covered
}
