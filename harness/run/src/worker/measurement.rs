//! One round of one measurement: load time, memory, latency by batch size.
//!
//! A query goes from sequences to probabilities: the adaptor's encoding is part of it, reading data is
//! not.

use titer_core::{BatchInvariance, Example, Model, ModelError, Timing};
use titer_measure::clock::{Clock, Monotonic};
use titer_measure::scenarios::{self, Extent, Timer};
use titer_measure::{machine, memory};

use super::batches::change;
use super::{Round, load, queries, unchanged};
use crate::error::RunError;
use crate::examples::Examples;
use crate::job::{Job, MeasurementWork};

/// The most examples that a round keeps in memory: queries go around them.
const MOST_EXAMPLES: usize = 512;
/// Bases of sequence that the batch-invariance check goes over, at most.
const BASES_CHECKED: usize = 262_144;

pub(super) fn measure(job: &Job, work: &MeasurementWork) -> Result<Round, RunError> {
    hold_machine(work)?;
    let examples = examples(job)?;
    unchanged(job)?;
    memory::reset_peak();
    let idle_bytes = memory::resident_bytes();
    let clock = Monotonic::default();
    let start = clock.now_ns();
    let mut model = load(job)?;
    let load_ns = clock.now_ns().saturating_sub(start);
    let timings = time(model.as_mut(), &examples, work, &clock)?;
    let peak_bytes = peak_bytes(model.as_ref());
    let batch_invariance = match work.round {
        0 => batch_invariance(model.as_mut(), &examples, job.batch_size)?,
        _ => None,
    };
    unchanged(job)?;
    Ok(Round {
        timings,
        peak_bytes,
        idle_bytes,
        load_ns,
        batch_invariance,
    })
}

/// The first of the data, which are looked at as a whole: they may have changed.
fn examples(job: &Job) -> Result<Vec<Example>, RunError> {
    let data = Examples::open(&job.data)?;
    data.each(1, &mut |_| Ok(()))?;
    Ok(data.first().iter().take(MOST_EXAMPLES).cloned().collect())
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

fn time(
    model: &mut dyn Model,
    examples: &[Example],
    work: &MeasurementWork,
    clock: &dyn Clock,
) -> Result<Vec<Timing>, ModelError> {
    let latency = &work.latency;
    let extent = Extent {
        warm_up: latency.warm_up,
        queries: latency.queries,
        limit_ns: u64::from(latency.seconds) * 1_000_000_000,
    };
    let all = queries(examples);
    let mut timings = Vec::new();
    for &batch_size in &work.batch_sizes {
        let mut next = all.iter().copied().cycle();
        let timer = Timer {
            clock,
            round: work.round,
            batch_size,
        };
        let timed = scenarios::measure(&latency.scenario, timer, extent, || {
            let batch: Vec<_> = next.by_ref().take(batch_size as usize).collect();
            model.predict(&batch).map(drop)
        })?;
        timings.extend(timed);
    }
    Ok(timings)
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
