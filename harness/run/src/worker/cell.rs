//! One cell: every example predicted, the cell's folder written.

use std::time::Instant;

use titer_core::prediction::digest_of_predictions;
use titer_core::{
    AskedTwice, CellRecord, CellStatus, Example, Model, Outcome, Prediction, Squashed,
};
use titer_spec::model::Meaning;
use titer_spec::{Determinism, PerturbationSpec};
use titer_store::RunFolder;

use super::positions::misfit;
use super::session::Session;
use super::{again, batches, queries, unchanged, variant};
use crate::error::RunError;
use crate::job::Job;

pub fn predict(
    session: &mut Session,
    job: &Job,
    perturbation: Option<&PerturbationSpec>,
) -> Result<Option<CellRecord>, RunError> {
    let start = Instant::now();
    let data = session.data(&job.data)?;
    let about = data.dataset.about();
    let changed = perturbation.map(|perturbation| {
        let spare = |example: &Example| job.data.spared(example, about);
        titer_perturb::perturb(perturbation, &data.examples, &spare, job.data.seed)
    });
    let examples = changed.as_ref().unwrap_or(&data.examples);
    unchanged(job)?;
    let loaded = session.model(job, examples)?;
    let model = loaded.model.as_mut();
    let predictions = predict_all(model, examples, job.batch_size)?;
    let mut record = record(job, &predictions);
    record.truncated = model.truncated();
    hold_positions(examples, &predictions, about.context, &mut record);
    hold_activation(job, model, &mut record)?;
    if perturbation.is_none() {
        hold_batches(job, model, examples, &predictions, &mut record)?;
    }
    if !loaded.is_as_before()? {
        return Ok(None);
    }
    loaded.is_used = true;
    unchanged(job)?;
    record.wall_ns = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
    RunFolder::at(&job.folder).write_cell(&predictions, &record)?;
    Ok(Some(record))
}

/// A cell of a model whose weights are in random order.
pub fn with_random_weights(
    session: &mut Session,
    job: &Job,
) -> Result<Option<CellRecord>, RunError> {
    let start = Instant::now();
    let data = session.data(&job.data)?;
    let loaded = session.model(job, &data.examples)?;
    let predictions = predict_all(loaded.model.as_mut(), &data.examples, job.batch_size)?;
    let mut record = record(job, &predictions);
    record.truncated = loaded.model.truncated();
    if !loaded.is_as_before()? {
        return Ok(None);
    }
    loaded.is_used = true;
    record.wall_ns = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
    RunFolder::at(&job.folder).write_cell(&predictions, &record)?;
    Ok(Some(record))
}

/// Fails a cell whose answers are not those of the stretches that are asked about.
fn hold_positions(
    examples: &[Example],
    predictions: &[Prediction],
    context: usize,
    record: &mut CellRecord,
) {
    let mut pairs = examples.iter().zip(predictions);
    let misfit = pairs.find_map(|(example, one)| misfit(example, &one.outcome, context));
    fail(record, misfit);
}

/// Fails a cell for a reason, where it has none yet.
fn fail(record: &mut CellRecord, reason: Option<String>) {
    if let (Some(reason), CellStatus::Finished) = (reason, &record.status) {
        record.status = CellStatus::Failed(reason);
    }
}

/// Says that an activation seems to be applied to probabilities, and fails the cell where it is beyond doubt and the
/// descriptor does not insist.
fn hold_activation(job: &Job, model: &dyn Model, record: &mut CellRecord) -> Result<(), RunError> {
    let output = &super::model(job).map_err(RunError::from)?.output;
    // A ranking stays one, however often it is pressed together.
    if output.meaning == Meaning::Ranking {
        return Ok(());
    }
    let is_right = output.activation_is_right;
    record.squashed = model.squashed().filter(Squashed::is_likely);
    let squashed = record.squashed.as_ref();
    let certain = squashed.filter(|it| it.is_certain() && !is_right);
    fail(record, certain.map(Squashed::words));
    Ok(())
}

/// Says how far predictions depend on their batch and on chance, and fails the cell where they depend on
/// chance, or on their batch and its variant does not say so.
fn hold_batches(
    job: &Job,
    model: &mut dyn Model,
    examples: &[Example],
    predictions: &[Prediction],
    record: &mut CellRecord,
) -> Result<(), RunError> {
    let variant = variant(job).map_err(RunError::from)?;
    if !variant.backend.runs() {
        return Ok(());
    }
    let together: Vec<Outcome> = predictions.iter().map(|one| one.outcome.clone()).collect();
    let (precision, range) = (&variant.precision, batches::range(&together));
    record.repeat = batches::repeatability(model, examples, &together, job.batch_size);
    record.batch = batches::invariance(model, examples, &together, job.batch_size);
    if job.determinism == Determinism::Full {
        let tolerance = range * batches::tolerance(precision);
        let asked = match variant.batch_dependent {
            true => batches::ask(model, &queries(examples), job.batch_size)?,
            false => again::reordered(model, examples, job.batch_size, job.data.seed)?,
        };
        record.asked_twice = Some(again::compared(
            &together,
            &asked,
            !variant.batch_dependent,
            tolerance,
        ));
    }
    let twice = record.asked_twice.as_ref().and_then(AskedTwice::trouble);
    let by_chance = record
        .repeat
        .as_ref()
        .and_then(|found| batches::by_chance(found, precision, range));
    let undeclared = record
        .batch
        .as_ref()
        .filter(|_| !variant.batch_dependent)
        .and_then(|found| batches::undeclared(found, precision, range));
    // What chance changes differs between batches too.
    fail(record, by_chance.or(undeclared).or(twice));
    Ok(())
}

fn predict_all(
    model: &mut dyn Model,
    examples: &[Example],
    batch_size: usize,
) -> Result<Vec<Prediction>, RunError> {
    let predictions = batches::ask(model, &queries(examples), batch_size)?;
    let named = |(example, outcome): (&Example, Outcome)| Prediction {
        id: example.id.clone(),
        outcome,
    };
    Ok(examples.iter().zip(predictions).map(named).collect())
}

pub(super) fn record(job: &Job, predictions: &[Prediction]) -> CellRecord {
    let count = |wanted: fn(&Outcome) -> bool| {
        predictions
            .iter()
            .filter(|prediction| wanted(&prediction.outcome))
            .count() as u64
    };
    let non_finite = count(|outcome| matches!(outcome, Outcome::NonFinite(_)));
    let examples = predictions.len() as u64;
    let failed = count(|outcome| matches!(outcome, Outcome::Failed(_)));
    let status = match (failed, non_finite) {
        (0, 0) => CellStatus::Finished,
        (0, some) => CellStatus::Failed(format!(
            "{some} of {examples} examples have an answer that is NaN or infinite"
        )),
        (some, _) => CellStatus::Failed(format!(
            "{some} of {examples} examples have no answer{}",
            first_reason(predictions)
        )),
    };
    CellRecord {
        key: job.key,
        status,
        examples,
        predicted: count(|outcome| matches!(outcome, Outcome::Predicted(_))),
        non_finite,
        failed,
        truncated: 0,
        squashed: None,
        asked_twice: None,
        predictions: Some(digest_of_predictions(predictions)),
        batch: None,
        repeat: None,
        fit: None,
        instruction_set: Some(titer_measure::machine::instruction_set()),
        processor: titer_measure::machine::processor(),
        wall_ns: 0,
    }
}

fn first_reason(predictions: &[Prediction]) -> String {
    predictions
        .iter()
        .find_map(|prediction| match &prediction.outcome {
            Outcome::Failed(reason) => Some(format!("; the first, {}: {reason}", prediction.id)),
            _ => None,
        })
        .unwrap_or_default()
}
