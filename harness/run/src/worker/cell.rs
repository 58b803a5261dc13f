//! One cell: every example predicted, the cell's folder written.

use std::borrow::Cow;
use std::time::Instant;

use titer_core::{
    AskedTwice, CellRecord, CellStatus, Digest, Example, Model, Outcome, Prediction, Squashed,
};
use titer_spec::model::Meaning;
use titer_spec::{Dataset, Determinism, PerturbationSpec};
use titer_store::{CellWriter, RunFolder};

use super::session::{Loaded, Session};
use super::watch::{Spacing, Tally, Watch};
use super::{again, batches, queries, unchanged, variant};
use crate::error::RunError;
use crate::examples::Examples;
use crate::job::{Job, Work};

/// Predicts a cell, chunk by chunk, and writes it. `None`, and nothing is written, where the session has changed. What a model
/// with random weights answers is not held to anything.
pub(super) fn predict(
    session: &mut Session,
    job: &Job,
    perturbation: Option<&PerturbationSpec>,
) -> Result<Option<CellRecord>, RunError> {
    let start = Instant::now();
    let data = session.data(&job.data)?;
    let changed = Changed {
        job,
        about: data.dataset.about(),
        perturbation,
    };
    unchanged(job)?;
    let loaded = session.model(job, &changed.of(data.first()))?;
    let model = loaded.model.as_mut();
    let folder = RunFolder::at(&job.folder);
    let mut cell = folder.begin_cell(&job.key)?;
    let is_as_trained = !matches!(job.work, Work::RandomWeights(_));
    let is_clean = is_as_trained && perturbation.is_none();
    let mut watch = watch(job, &data, is_clean)?;
    let tally = predict_all(model, &data, &changed, &mut cell, &mut watch)?;
    let mut record = record(job, &tally, cell.digest());
    record.truncated = model.truncated();
    if is_as_trained {
        fail(&mut record, watch.misfit.take());
        hold_activation(job, model, &mut record)?;
    }
    if is_clean {
        hold_batches(job, model, &data, &watch, tally.range.width(), &mut record)?;
    }
    end(job, loaded, start, (cell, record))
}

/// Writes a cell whose questions are answered. `None`, and nothing is written, where the session has changed.
pub(super) fn end(
    job: &Job,
    loaded: &mut Loaded,
    start: Instant,
    (cell, mut record): (CellWriter, CellRecord),
) -> Result<Option<CellRecord>, RunError> {
    if !loaded.is_as_before()? {
        return Ok(None);
    }
    loaded.is_used = true;
    unchanged(job)?;
    record.wall_ns = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
    cell.finish(&record)?;
    Ok(Some(record))
}

/// How a cell changes its examples.
pub(super) struct Changed<'a> {
    pub job: &'a Job,
    pub about: &'a Dataset,
    pub perturbation: Option<&'a PerturbationSpec>,
}

impl Changed<'_> {
    pub(super) fn of<'e>(&self, examples: &'e [Example]) -> Cow<'e, [Example]> {
        let data = &self.job.data;
        let Some(perturbation) = self.perturbation else {
            return Cow::Borrowed(examples);
        };
        let spare = |example: &Example| data.spared(example, self.about);
        Cow::Owned(titer_perturb::perturb(
            perturbation,
            examples,
            &spare,
            data.seed,
        ))
    }
}

/// What is watched of a cell; of a clean one some answers are asked for again.
fn watch(job: &Job, data: &Examples, is_clean: bool) -> Result<Watch, RunError> {
    let runs = variant(job).map_err(RunError::from)?.backend.runs();
    let asks_again = is_clean && runs;
    let (examples, bases) = data.size();
    let spacing = match asks_again {
        true => batches::spacing(examples, bases),
        false => Spacing { step: 1, most: 0 },
    };
    let batch_size = match asks_again {
        true => job.batch_size,
        false => 0,
    };
    let keeps_all = asks_again && job.determinism == Determinism::Full;
    let context = data.dataset.about().context;
    Ok(Watch::new(context, batch_size, spacing, keeps_all))
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
/// chance, or on their batch and its variant does not say so. Answers have this range.
fn hold_batches(
    job: &Job,
    model: &mut dyn Model,
    data: &Examples,
    watch: &Watch,
    range: f64,
    record: &mut CellRecord,
) -> Result<(), RunError> {
    let variant = variant(job).map_err(RunError::from)?;
    if !variant.backend.runs() {
        return Ok(());
    }
    let precision = &variant.precision;
    let examples = usize::try_from(record.examples).unwrap_or(usize::MAX);
    record.repeat = batches::repeatability(model, &watch.batch);
    record.batch = batches::invariance(model, &watch.some, examples, job.batch_size);
    if let Some(first) = &watch.all {
        let mut then = Vec::with_capacity(first.len());
        data.each(job.batch_size * model.batches_at_once(), &mut |examples| {
            then.extend(match variant.batch_dependent {
                true => batches::ask(model, &queries(examples), job.batch_size)?,
                false => again::reordered(model, examples, job.batch_size, job.data.seed)?,
            });
            Ok(())
        })?;
        let tolerance = range * batches::tolerance(precision);
        let reordered = !variant.batch_dependent;
        record.asked_twice = Some(again::compared(first, &then, reordered, tolerance));
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

/// Predicts every example, as it is changed, into a cell.
fn predict_all(
    model: &mut dyn Model,
    data: &Examples,
    changed: &Changed<'_>,
    cell: &mut CellWriter<'_>,
    watch: &mut Watch,
) -> Result<Tally, RunError> {
    let batch_size = changed.job.batch_size;
    let mut tally = Tally::default();
    data.each(batch_size * model.batches_at_once(), &mut |examples| {
        let examples = changed.of(examples);
        let outcomes = batches::ask(model, &queries(&examples), batch_size)?;
        watch.look(&examples, &outcomes);
        let named = |(example, outcome): (&Example, Outcome)| Prediction {
            id: example.id.clone(),
            outcome,
        };
        let predictions: Vec<Prediction> = examples.iter().zip(outcomes).map(named).collect();
        tally.add(&predictions);
        Ok(cell.add(predictions)?)
    })?;
    Ok(tally)
}

pub(super) fn record(job: &Job, tally: &Tally, predictions: Digest) -> CellRecord {
    let Tally {
        examples,
        non_finite,
        failed,
        ..
    } = *tally;
    let status = match (failed, non_finite) {
        (0, 0) => CellStatus::Finished,
        (0, some) => CellStatus::Failed(format!(
            "{some} of {examples} examples have an answer that is NaN or infinite"
        )),
        (some, _) => CellStatus::Failed(format!(
            "{some} of {examples} examples have no answer{}",
            tally.first.as_deref().unwrap_or_default()
        )),
    };
    CellRecord {
        key: job.key,
        status,
        examples,
        predicted: tally.predicted,
        non_finite,
        failed,
        truncated: 0,
        squashed: None,
        asked_twice: None,
        predictions: Some(predictions),
        batch: None,
        repeat: None,
        fit: None,
        found: None,
        instruction_set: Some(titer_measure::machine::instruction_set()),
        processor: titer_measure::machine::processor(),
        wall_ns: 0,
    }
}
