//! What a gate is applied to.

use titer_spec::gate::{Covers, Further, Rule};
use titer_spec::plan::{PlannedCell, PlannedMeasurement, PlannedSuite};
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
    /// How much further a variant falls than its reference.
    Further(Steps<'a>),
    /// How far answers change on a perturbed cell.
    Invariant(&'a PlannedCell),
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

/// The cells of one variant from home outwards.
#[derive(Clone, Debug, PartialEq)]
pub struct Steps<'a> {
    /// Home first; of a ladder by the groups of one dataset that one alone.
    pub cells: Vec<&'a PlannedCell>,
    /// The ladder; `None`: the fall from the first cell to the last.
    pub ladder: Option<&'a str>,
    /// The metric.
    pub measure: Measure,
    /// The class; per-position suites only.
    pub class: Option<String>,
    /// The model and variant that the cells are held against.
    pub base: (&'a str, &'a str),
}

impl<'a> Steps<'a> {
    /// The cell that is furthest from home.
    #[must_use]
    pub fn last(&self) -> &'a PlannedCell {
        // There is one at least.
        self.cells[self.cells.len() - 1]
    }
}

/// Everything in a plan that a gate is about, in the plan's order: every variant but the reference of
/// every model that has the metric or the measurement, on clean cells, unless the gate names others. A
/// reference is never held against itself.
#[must_use]
pub fn subjects<'a>(plan: &'a Plan, gate: &Gate) -> Vec<Subject<'a>> {
    if let Rule::Further(further) = gate.rule() {
        return further_subjects(plan, gate, further);
    }
    if let Rule::Invariant(invariant) = gate.rule() {
        let cells = plan.cells.iter();
        let about = cells.filter(|cell| super::invariant::is_about(plan, gate, invariant, cell));
        return about.map(Subject::Invariant).collect();
    }
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
        .filter(|planned| {
            let itself = base(plan, &planned.model)
                .is_some_and(|base| is(base, &planned.model, &planned.variant));
            !(gate.is_relative() && itself)
        })
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
    let data = is_where(gate, suite, &cell.case.dataset);
    let is_known = !gate.is_at_prevalence() || suite.prevalence.is_some() && cell.case.is_clean();
    let itself = gate.is_relative() && is(base, &cell.case.model, &cell.case.variant);
    let measure = measures(suite, cell.effect)
        .into_iter()
        .find(|measure| measure.name == metric);
    let Some(measure) = measure.filter(|_| {
        data && is_known
            && !itself
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

/// Whether a gate is about a dataset of a suite.
pub(super) fn is_where(gate: &Gate, suite: &PlannedSuite, dataset: &str) -> bool {
    match gate.data() {
        Where::EveryDataset => true,
        Where::Dataset(name) => name == dataset,
        Where::InDistribution => in_distribution(suite.dataset(dataset)) == Some(true),
        Where::OutOfDistribution => in_distribution(suite.dataset(dataset)) == Some(false),
    }
}

/// The cells that lie furthest from home, each with those on the way to it.
fn further_subjects<'a>(plan: &'a Plan, gate: &Gate, further: &Further) -> Vec<Subject<'a>> {
    let mut subjects = Vec::new();
    let suite_of = |cell: &PlannedCell| {
        let mut suites = plan.suites.iter();
        suites.find(|suite| suite.name == cell.case.suite)
    };
    for cell in plan.cells.iter().filter(|cell| cell.case.is_clean()) {
        let Some(suite) = suite_of(cell) else {
            continue;
        };
        let ways = match &further.along {
            Some(ladder) => along(suite, ladder, &cell.case.dataset)
                .into_iter()
                .collect(),
            None => falls(suite, &cell.case.dataset),
        };
        for subject in of_cell(plan, gate, &further.metric, cell) {
            let Subject::Cell {
                measure,
                class,
                base,
                ..
            } = subject
            else {
                continue;
            };
            for (ladder, datasets) in &ways {
                let on = |dataset: &&str| {
                    plan.cells.iter().find(|other| {
                        let case = titer_core::Case {
                            dataset: (*dataset).to_owned(),
                            ..cell.case.clone()
                        };
                        other.case == case
                    })
                };
                let Some(cells) = datasets.iter().map(on).collect::<Option<Vec<_>>>() else {
                    continue;
                };
                subjects.push(Subject::Further(Steps {
                    cells,
                    ladder: *ladder,
                    measure,
                    class: class.clone(),
                    base,
                }));
            }
        }
    }
    subjects
}

/// The ladder that a step belongs to, and its datasets in order.
type Way<'a> = (Option<&'a str>, Vec<&'a str>);

/// The ladder of a suite that ends at a dataset, with all of its steps.
fn along<'a>(suite: &'a PlannedSuite, ladder: &str, dataset: &str) -> Option<Way<'a>> {
    let ladder = suite.ladder(ladder)?;
    let datasets: Vec<&str> = ladder.datasets().collect();
    (datasets.last() == Some(&dataset)).then_some((Some(ladder.name.as_str()), datasets))
}

/// From each dataset in distribution to one out of it.
fn falls<'a>(suite: &'a PlannedSuite, dataset: &str) -> Vec<Way<'a>> {
    let Some(to) = suite.dataset(dataset).filter(|to| !to.in_distribution) else {
        return Vec::new();
    };
    let homes = suite.datasets.iter().filter(|home| home.in_distribution);
    homes
        .map(|home| (None, vec![home.name.as_str(), to.name.as_str()]))
        .collect()
}

fn of_measurement(
    planned: &PlannedMeasurement,
    name: MeasurementName,
    batch_size: Option<u32>,
) -> Vec<Subject<'_>> {
    let sizes: Vec<Option<u32>> = if name.is_of_queries() {
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
