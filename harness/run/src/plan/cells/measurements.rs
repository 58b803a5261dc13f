//! What is measured: every variant that runs, on the first dataset of the first suite that its model does.

use titer_spec::Located;
use titer_spec::evaluation::Latency;
use titer_spec::plan::{PlannedMeasurement, PlannedModel, PlannedSuite};

use super::{does, keyed, loaded};
use crate::error::RunError;
use crate::key::{self, Execution, MeasurementIdentity};
use crate::plan::Planned;

/// The measurements of a plan, models in the order of suites.
pub(super) fn planned(planned: &Planned) -> Result<Vec<PlannedMeasurement>, RunError> {
    let mut measurements: Vec<PlannedMeasurement> = Vec::new();
    for suite in &planned.plan.suites {
        for model in &planned.plan.models {
            let measured = measurements.iter().any(|it| it.model == model.name);
            if does(planned, model, suite) && !measured {
                measurements.extend(of_model(planned, suite, model)?);
            }
        }
    }
    Ok(measurements)
}

fn of_model(
    planned: &Planned,
    suite: &PlannedSuite,
    model: &PlannedModel,
) -> Result<Vec<PlannedMeasurement>, RunError> {
    let (Some(latency), Some(loaded), Some(dataset)) = (
        &planned.plan.latency,
        loaded(planned, model),
        suite.datasets.first(),
    ) else {
        return Ok(Vec::new());
    };
    let data = (
        suite.name.clone(),
        dataset.name.clone(),
        suite.split.clone(),
    );
    let Some(data) = planned.data.get(&data) else {
        return Ok(Vec::new());
    };
    let entry = planned.entries.get(&model.name);
    let own = entry.and_then(|entry| entry.batch_sizes.as_ref());
    let mut batch_sizes = own.unwrap_or(&latency.batch_sizes).value.clone();
    batch_sizes.sort_unstable();
    batch_sizes.dedup();
    let latency = Latency {
        batch_sizes: Located::nowhere(batch_sizes.clone()),
        ..latency.clone()
    };
    let runs = model.variants.iter().filter(|it| it.backend.runs());
    runs.map(|variant| {
        let execution = Execution::new(
            model,
            loaded.spec_of(&variant.name),
            variant,
            planned.plan.threads,
        );
        let identity = MeasurementIdentity {
            latency: &latency,
            machine: &planned.machine,
            inputs: &data.survey.inputs().digest,
            seed: latency.draws().then_some(planned.plan.seed),
        };
        Ok(PlannedMeasurement {
            key: keyed(loaded, key::measurement(&execution, &identity))?,
            suite: suite.name.clone(),
            dataset: dataset.name.clone(),
            model: model.name.clone(),
            variant: variant.name.clone(),
            batch_sizes: batch_sizes.clone(),
        })
    })
    .collect()
}
