//! One round of one measurement: cold start, load time, memory, latency by batch size.
//!
//! A query goes from sequences to probabilities: the adaptor's encoding is part of it, reading data is
//! not.

mod checks;
mod timed;

use std::collections::BTreeMap;

use titer_core::{
    BatchInvariance, Example, Model, ModelError, Place, Query, Sequence, Target, TimingChecks,
};
use titer_measure::clock::{Clock, Monotonic};
use titer_measure::surroundings::Watch;
use titer_measure::{machine, memory};

use super::batches::change;
use super::{Round, load, queries, unchanged};
use crate::error::RunError;
use crate::examples::Examples;
use crate::job::{Job, MeasurementWork};
use crate::started;

/// The most examples that a round keeps in memory: queries go around them.
const MOST_EXAMPLES: usize = 512;
/// Bases of sequence that the batch-invariance check goes over, at most.
const BASES_CHECKED: usize = 262_144;

pub(super) fn measure(job: &Job, work: &MeasurementWork) -> Result<Round, RunError> {
    let clock = Monotonic::default();
    let before_ns = started::since_ns();
    hold_machine(work)?;
    let examples = match work.drawn {
        Some(bases) => drawn(work.seed, bases)?,
        None => examples(job)?,
    };
    unchanged(job)?;
    memory::reset_peak();
    let idle_bytes = memory::resident_bytes();
    let watch = Watch::begin();
    let start = clock.now_ns();
    let mut model = load(job)?;
    let loaded = clock.now_ns();
    first_answer(model.as_mut(), &examples)?;
    let answered = clock.now_ns();
    // Before all others have been asked: a model that keeps answers knows them then.
    let repeated = checks::repeated(model.as_mut(), &examples, &clock)?;
    let timed = timed::time(model.as_mut(), &examples, work, &clock)?;
    let mut surroundings = watch.end();
    if !model.processes().is_empty() {
        // Theirs would be taken for others'.
        surroundings.others_share = None;
    }
    let peak_bytes = peak_bytes(model.as_ref());
    let checks = TimingChecks {
        answers: checks::answers(job, work.scored.as_ref(), &examples, &timed.answers)?,
        repeated,
    };
    let batch_invariance = match work.round {
        0 => batch_invariance(model.as_mut(), &examples, job.batch_size)?,
        _ => None,
    };
    unchanged(job)?;
    if let Some(trouble) = checks.answers.and_then(|it| it.trouble()) {
        return Err(RunError::Worker(trouble));
    }
    let load_ns = loaded.saturating_sub(start);
    let first_ns = answered.saturating_sub(loaded);
    Ok(Round {
        timings: timed.timings,
        peak_bytes,
        idle_bytes,
        load_ns,
        first_ns,
        cold_start_ns: before_ns.map(|before| before + load_ns + first_ns),
        surroundings,
        checks,
        batch_invariance,
    })
}

/// The first answer of a model that has just been loaded, to one example.
fn first_answer(model: &mut dyn Model, examples: &[Example]) -> Result<(), ModelError> {
    let Some(first) = examples.first() else {
        return Ok(());
    };
    model.predict(&[Query::from(first)]).map(drop)
}

/// The first of the data, which are looked at as a whole: they may have changed.
fn examples(job: &Job) -> Result<Vec<Example>, RunError> {
    let data = Examples::open(&job.data)?;
    data.each(1, &mut |_| Ok(()))?;
    Ok(data.first().iter().take(MOST_EXAMPLES).cloned().collect())
}

/// Drawn sequences in place of data.
fn drawn(seed: u64, bases: u32) -> Result<Vec<Example>, RunError> {
    let example = |(number, sequence): (usize, Sequence)| Example {
        id: format!("drawn {number}"),
        sequence,
        second: None,
        target: Target::Class(0),
        strata: BTreeMap::new(),
        clusters: BTreeMap::new(),
        place: Place::default(),
    };
    let sequences = timed::drawn(seed, bases)?;
    Ok(sequences.into_iter().enumerate().map(example).collect())
}

/// Times are of one machine, and all rounds of a measurement of the same.
fn hold_machine(work: &MeasurementWork) -> Result<(), RunError> {
    match machine::differences(&work.machine) {
        differences if differences.is_empty() => Ok(()),
        differences => Err(RunError::Worker(format!(
            "this is another machine than the one that the measurement was planned for ({}): run titer on the machine that is to be measured",
            differences.join("; ")
        ))),
    }
}

/// The peak of this process and of those that do the model's work; `None` where one cannot be read, for
/// this process's alone would be no peak of the model.
fn peak_bytes(model: &dyn Model) -> Option<u64> {
    let processes = model.processes();
    let theirs: Option<u64> = processes.into_iter().map(memory::peak_bytes_of).sum();
    Some(memory::peak_bytes()? + theirs?)
}

/// The largest change of a probability between predicting alone and in batches of `batch_size`.
fn batch_invariance(
    model: &mut dyn Model,
    examples: &[Example],
    batch_size: usize,
) -> Result<Option<BatchInvariance>, ModelError> {
    let longest = examples
        .iter()
        .map(|example| example.sequence.len())
        .max()
        .unwrap_or(1)
        .max(1);
    let sample = &examples[..examples
        .len()
        .min((BASES_CHECKED / longest).max(batch_size))];
    if batch_size < 2 || sample.len() < 2 {
        return Ok(None);
    }
    let mut largest_change = 0.0_f64;
    for batch in sample.chunks(batch_size) {
        let batch = queries(batch);
        let together = model.predict(&batch)?;
        for (query, together) in batch.into_iter().zip(together) {
            for alone in model.predict(&[query])? {
                let change = change(&alone, &together).ok_or_else(|| {
                    ModelError::Run(
                        "an example has no finite answer, so that batch 1 cannot be held against batch N"
                            .to_owned(),
                    )
                })?;
                largest_change = largest_change.max(change);
            }
        }
    }
    Ok(Some(BatchInvariance {
        batch_size: u32::try_from(batch_size.min(sample.len())).unwrap_or(u32::MAX),
        examples: u32::try_from(sample.len()).unwrap_or(u32::MAX),
        largest_change,
    }))
}
