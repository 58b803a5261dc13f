//! Queries timed as the scenario has them come, with some of their answers.

use titer_core::{Example, Model, Outcome, Query, Sequence, Stream, Timing};
use titer_measure::Clock;
use titer_measure::scenarios::{self, Extent, Timer};

use super::super::queries;
use crate::error::RunError;
use crate::job::MeasurementWork;

/// Drawn sequences of each length: queries go around them.
const DRAWN: u32 = 32;
/// Answers of so many numbers are kept of each batch size, at most.
const NUMBERS_KEPT: usize = 262_144;

/// What was timed.
#[derive(Default)]
pub(super) struct Timed {
    /// Every query.
    pub timings: Vec<Timing>,
    /// The first answers of each batch size, by the example's place.
    pub answers: Vec<(usize, Outcome)>,
}

/// Times every batch size on the examples, and on drawn sequences of every length that is asked for.
pub(super) fn time(
    model: &mut dyn Model,
    examples: &[Example],
    work: &MeasurementWork,
    clock: &dyn Clock,
) -> Result<Timed, RunError> {
    let all = queries(examples);
    let mut timed = Timed::default();
    for &batch_size in &work.batch_sizes {
        let timer = timer(work, clock, batch_size, None);
        kind(model, &all, timer, work, &mut timed, true)?;
    }
    for &length in work.latency.lengths.iter().flat_map(|it| &it.value) {
        let drawn = drawn(work.seed, length)?;
        let all: Vec<Query<'_>> = drawn.iter().map(Query::from).collect();
        model.begin();
        for &batch_size in &work.batch_sizes {
            let timer = timer(work, clock, batch_size, Some(length));
            kind(model, &all, timer, work, &mut timed, false)?;
        }
        if model.truncated() > 0 {
            return Err(RunError::Worker(format!(
                "the model does not take {length} bases and cuts them: take {length} out of `lengths`"
            )));
        }
    }
    Ok(timed)
}

fn timer<'a>(
    work: &MeasurementWork,
    clock: &'a dyn Clock,
    batch_size: u32,
    length: Option<u32>,
) -> Timer<'a> {
    Timer {
        clock,
        round: work.round,
        batch_size,
        length,
        seed: work.seed,
    }
}

/// Times one kind of query; keeps the answers of the first way through all of them, where that is wanted.
fn kind(
    model: &mut dyn Model,
    all: &[Query<'_>],
    timer: Timer<'_>,
    work: &MeasurementWork,
    timed: &mut Timed,
    keep: bool,
) -> Result<(), RunError> {
    let latency = &work.latency;
    let extent = Extent {
        warm_up: latency.warm_up,
        max_warm_up: latency.most_warm_up(),
        queries: latency.queries.value,
        limit_ns: u64::from(latency.seconds) * 1_000_000_000,
    };
    let mut next = (0..all.len()).cycle();
    let mut kept: Vec<Vec<Outcome>> = Vec::new();
    let (mut answered, mut numbers) = (0, 0);
    let found = scenarios::measure(&latency.scenario, timer, extent, |examples| {
        let batch: Vec<_> = next
            .by_ref()
            .take(examples as usize)
            .map(|place| all[place])
            .collect();
        let outcomes = model.predict(&batch)?;
        if outcomes.len() != batch.len() {
            return Err(RunError::Worker(format!(
                "the backend answered {} of {} examples",
                outcomes.len(),
                batch.len()
            )));
        }
        // Moved, not copied: it costs the clock next to nothing.
        if keep && answered < all.len() && numbers < NUMBERS_KEPT {
            answered += outcomes.len();
            let first = outcomes.first().and_then(Outcome::answer);
            numbers += outcomes.len() * first.map_or(1, |it| it.numbers().len());
            kept.push(outcomes);
        }
        Ok(())
    })?;
    let kept = kept.into_iter().flatten().enumerate();
    timed
        .answers
        .extend(kept.map(|(at, answer)| (at % all.len().max(1), answer)));
    timed.timings.extend(found);
    Ok(())
}

/// Sequences of equally frequent letters, drawn by the seed.
pub(super) fn drawn(seed: u64, length: u32) -> Result<Vec<Sequence>, RunError> {
    let one = |number: u32| {
        let mut stream = Stream::new(seed, "drawn sequences", &format!("{length} {number}"));
        let letters = (0..length).map(|_| ['A', 'C', 'G', 'T'][stream.below(4) as usize]);
        Sequence::new(&letters.collect::<String>())
            .map_err(|error| RunError::Worker(format!("a drawn sequence: {error}")))
    };
    (0..DRAWN).map(one).collect()
}
