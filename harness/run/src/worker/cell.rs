//! One cell: every example predicted, the cell's folder written.

use std::time::Instant;

use titer_core::prediction::digest_of_predictions;
use titer_core::{CellRecord, CellStatus, Example, Model, Outcome, Output, Prediction};
use titer_spec::PerturbationSpec;
use titer_store::RunFolder;

use super::{load, read, sequences};
use crate::error::RunError;
use crate::job::Job;

pub fn predict(job: &Job, perturbation: Option<&PerturbationSpec>) -> Result<CellRecord, RunError> {
    let start = Instant::now();
    let (dataset, mut examples) = read(job)?;
    if let Some(perturbation) = perturbation {
        let spare = |example: &Example| job.data.spared(example, dataset.about());
        examples = titer_perturb::perturb(perturbation, &examples, &spare, job.data.seed);
    }
    let mut model = load(job)?;
    let predictions = predict_all(model.as_mut(), &examples, job.batch_size)?;
    let mut record = record(job, &predictions);
    record.wall_ns = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
    RunFolder::at(&job.folder).write_cell(&predictions, &record)?;
    Ok(record)
}

fn predict_all(
    model: &mut dyn Model,
    examples: &[Example],
    batch_size: usize,
) -> Result<Vec<Prediction>, RunError> {
    let mut predictions = Vec::with_capacity(examples.len());
    for batch in examples.chunks(batch_size.max(1)) {
        let outputs = model.predict(&sequences(batch))?;
        for (example, output) in batch.iter().zip(outputs) {
            predictions.push(Prediction {
                id: example.id.clone(),
                outcome: outcome(output),
            });
        }
    }
    Ok(predictions)
}

fn outcome(output: Output) -> Outcome {
    match output.non_finite() {
        0 => Outcome::Predicted(output),
        _ => Outcome::NonFinite(output),
    }
}

fn record(job: &Job, predictions: &[Prediction]) -> CellRecord {
    let count = |wanted: fn(&Outcome) -> bool| {
        predictions
            .iter()
            .filter(|prediction| wanted(&prediction.outcome))
            .count() as u64
    };
    let non_finite = count(|outcome| matches!(outcome, Outcome::NonFinite(_)));
    let examples = predictions.len() as u64;
    let status = match non_finite {
        0 => CellStatus::Finished,
        some => CellStatus::Failed(format!(
            "{some} of {examples} examples have an answer that is NaN or infinite"
        )),
    };
    CellRecord {
        key: job.key,
        status,
        examples,
        predicted: count(|outcome| matches!(outcome, Outcome::Predicted(_))),
        non_finite,
        failed: count(|outcome| matches!(outcome, Outcome::Failed(_))),
        predictions: Some(digest_of_predictions(predictions)),
        wall_ns: 0,
    }
}
