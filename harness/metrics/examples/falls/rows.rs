//! The fall of a score from one sample to another, and how much further a second variant falls, against the truth.

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use titer_core::{Direction, Interval, Multiplicity, Stream, Undefined};
use titer_metrics::MetricName;
use titer_metrics::binary_interval::binary_interval;
use titer_metrics::calibration_interval::Calibration;
use titer_metrics::ece::Ece;
use titer_metrics::stats::call_flips;
use titer_statistics::{
    Bounded, ClusterDraws, Resampled, Together, difference_interval, difference_of_two,
    flip_intervals,
};

use super::calibration::{CalibrationSample, CalibrationWorld};
use super::tally::{Outcome, Tally};
use super::world::{Sample, World};
use super::worlds::{ERRORS, SCORES};

/// The metrics whose falls are looked at.
pub(crate) const METRICS: [MetricName; 7] = [
    MetricName::Auroc,
    MetricName::AveragePrecision,
    MetricName::Accuracy,
    MetricName::BalancedAccuracy,
    MetricName::Mcc,
    MetricName::LogLoss,
    MetricName::Brier,
];

const ECE: MetricName = MetricName::Ece(Ece { bins: BINS });
const BINS: usize = 15;
pub(crate) const CONFIDENCE: f64 = 0.95;

/// By how much the second variant's logits are too large, in distribution and out of it.
const STRETCHES: [f64; 2] = [1.2, 1.5];

/// In- and out-of-distribution worlds, by their place among those of `examples/coverage.rs`: chosen before results were seen.
pub(crate) fn pairs() -> [[World; 2]; 5] {
    let world = |at: usize| SCORES[at].0;
    let noisy = |at: usize| World {
        noise: 0.6,
        ..world(at)
    };
    [
        // Nothing falls.
        [world(1), world(1)],
        // A strong model on worse data, where the second variant loses more.
        [world(2), noisy(1)],
        // A rare class out of distribution.
        [world(0), world(3)],
        // Few clusters out of distribution: fewer than the promise.
        [world(4), noisy(5)],
        // A few clusters hold nearly all errors, which is beyond the promise.
        [world(2), world(6)],
    ]
}

/// The same for calibration errors.
pub(crate) fn error_pairs() -> [[CalibrationWorld; 2]; 5] {
    [[0, 0], [0, 3], [6, 8], [7, 9], [9, 6]].map(|pair| pair.map(|at: usize| ERRORS[at]))
}

/// What is measured of a metric.
pub(crate) struct Row {
    pub metric: &'static str,
    /// The true fall, and by how much more the second variant falls.
    pub truth: [f64; 2],
    /// Of each.
    pub tallies: [Tally; 2],
}

/// What an interval is made of: the value with its interval, or why there is none.
pub(crate) type Made = Result<Bounded, Undefined>;

/// Each metric's row. Populations are so large that their own error does not matter.
pub(crate) fn rows(
    pair: &[World; 2],
    population: usize,
    repetitions: u64,
    replicates: usize,
) -> Vec<Row> {
    let truths = truths(pair, population);
    let outcomes: Vec<Vec<[Outcome; 2]>> = (0..repetitions)
        .into_par_iter()
        .map(|number| repetition(pair, &truths, number, replicates))
        .collect();
    let row = |(at, truth): (usize, [f64; 2])| Row {
        metric: METRICS[at].metric().about().name,
        truth,
        tallies: [0, 1].map(|of| Tally::of(outcomes.iter().map(|one| one[at][of]))),
    };
    truths.into_iter().enumerate().map(row).collect()
}

fn truths(pair: &[World; 2], examples: usize) -> Vec<[f64; 2]> {
    let populations = pair.map(|world| {
        let stream = &mut Stream::new(1, "population", world.name);
        world.population(examples, stream)
    });
    let truth = |name: MetricName| {
        let fall = |variant: usize| {
            let [inside, outside] = [0, 1].map(|side: usize| {
                let prepared = name.metric().prepare(populations[side].data(variant));
                prepared.value(Multiplicity::Once).unwrap_or(f64::NAN)
            });
            sign(name) * (inside - outside)
        };
        [fall(0), fall(1) - fall(0)]
    };
    METRICS.into_par_iter().map(truth).collect()
}

/// +1 where higher is better.
pub(crate) fn sign(name: MetricName) -> f64 {
    name.metric().about().direction.sign()
}

fn repetition(
    pair: &[World; 2],
    truths: &[[f64; 2]],
    number: u64,
    replicates: usize,
) -> Vec<[Outcome; 2]> {
    let mut place = 0;
    let sides = pair.map(|world| {
        place += 1;
        let id = format!("{} {number} {place}", world.name);
        let sample = world.sample(&mut Stream::new(20_261_201, "falls", &id));
        let draws = ClusterDraws::new(world.clusters, replicates, 20_261_202, &id);
        METRICS.map(|name| side(name, &sample, &draws))
    });
    let [inside, outside] = sides;
    let one = |at: usize| {
        let of = |what: usize| {
            let (from, to) = (&inside[at][what], &outside[at][what]);
            outcome(
                METRICS[at],
                from,
                to,
                Together::Independent,
                truths[at][what],
            )
        };
        [of(0), of(1)]
    };
    (0..METRICS.len()).map(one).collect()
}

/// The score of the first variant, and the difference of the second from it, as the judge makes their intervals.
fn side(name: MetricName, sample: &Sample, draws: &ClusterDraws) -> [Made; 2] {
    match both(name, sample, draws) {
        Ok((first, second)) => made(name, sample, &first, &second),
        Err(reason) => [Err(reason.clone()), Err(reason)],
    }
}

/// Both variants on the same draws.
pub(crate) fn both(
    name: MetricName,
    sample: &Sample,
    draws: &ClusterDraws,
) -> Result<(Resampled, Resampled), Undefined> {
    let resampled = |variant: usize| {
        let prepared = name.metric().prepare(sample.data(variant));
        Resampled::new(&*prepared, &sample.cluster_of, draws)
    };
    Ok((resampled(0)?, resampled(1)?))
}

/// The score of the first variant and the difference of the second from it, each with its interval.
pub(crate) fn made(
    name: MetricName,
    sample: &Sample,
    first: &Resampled,
    second: &Resampled,
) -> [Made; 2] {
    let of = &sample.cluster_of;
    let interval = binary_interval(name, first, sample.data(0), of, CONFIDENCE);
    let value = second.point - first.point;
    let flips = || {
        let flips = call_flips(name, sample.data(1), sample.data(0), of)?;
        Some(flips.and_then(|flips| flip_intervals(value, &flips, CONFIDENCE)))
    };
    let linear = [MetricName::Accuracy, MetricName::BalancedAccuracy].contains(&name);
    let difference = match linear.then(flips).flatten() {
        Some(made) => made.map(|made| made.as_seen),
        None => difference_interval(second, first, u64::MAX, CONFIDENCE),
    };
    [bounded(first.point, interval), bounded(value, difference)]
}

fn bounded(value: f64, interval: Result<Interval, Undefined>) -> Made {
    interval.map(|interval| Bounded { value, interval })
}

fn outcome(name: MetricName, from: &Made, to: &Made, together: Together, truth: f64) -> Outcome {
    let (Ok(from), Ok(to)) = (from, to) else {
        return Outcome::Refused;
    };
    let (one, other) = match name.metric().about().direction {
        Direction::HigherIsBetter => (*from, *to),
        Direction::LowerIsBetter => (*to, *from),
    };
    let made = difference_of_two(one, other, together);
    Outcome::of(&made, truth, one.value - other.value)
}

/// The fall of the expected calibration error and how much further the second variant falls, each with distances squared and
/// added, and added as they are.
pub(crate) struct ErrorRow {
    pub truth: [f64; 2],
    pub squared: [Tally; 2],
    pub added: [Tally; 2],
}

pub(crate) fn error_row(
    pair: &[CalibrationWorld; 2],
    repetitions: u64,
    replicates: usize,
) -> ErrorRow {
    let error = |at: usize, stretch: f64| pair[at].error(BINS, stretch);
    let first = [error(0, 1.0), error(1, 1.0)];
    let second = [error(0, STRETCHES[0]), error(1, STRETCHES[1])];
    let fall = first[1] - first[0];
    let truth = [fall, second[1] - second[0] - fall];
    let outcomes: Vec<[[Outcome; 2]; 2]> = (0..repetitions)
        .into_par_iter()
        .map(|number| error_repetition(pair, truth, number, replicates))
        .collect();
    let tally = |how: usize, of: usize| Tally::of(outcomes.iter().map(|one| one[how][of]));
    ErrorRow {
        truth,
        squared: [tally(0, 0), tally(0, 1)],
        added: [tally(1, 0), tally(1, 1)],
    }
}

fn error_repetition(
    pair: &[CalibrationWorld; 2],
    truth: [f64; 2],
    number: u64,
    replicates: usize,
) -> [[Outcome; 2]; 2] {
    let side = |at: usize| -> [Made; 2] {
        let world = &pair[at];
        let id = format!("{} {number} {at}", world.name);
        let sample = world.sample(&mut Stream::new(20_261_203, "falls", &id));
        let draws = ClusterDraws::new(world.clusters, replicates, 20_261_204, &id);
        errors(&sample, &sample.stretched(STRETCHES[at]), &draws)
    };
    let (inside, outside) = (side(0), side(1));
    [Together::Independent, Together::Unknown].map(|together| {
        [0, 1].map(|of| outcome(ECE, &inside[of], &outside[of], together, truth[of]))
    })
}

fn errors(
    sample: &CalibrationSample,
    stretched: &CalibrationSample,
    draws: &ClusterDraws,
) -> [Made; 2] {
    let of = |sample: &CalibrationSample| {
        let made = Calibration::new(ECE, sample.data(), &sample.cluster_of, draws, CONFIDENCE)?;
        let point = ECE.metric().prepare(sample.data());
        Ok::<_, Undefined>((made, point.value(Multiplicity::Once)?))
    };
    match (of(sample), of(stretched)) {
        (Ok((first, point)), Ok((second, other))) => [
            bounded(point, first.interval()),
            bounded(other - point, second.minus(&first)),
        ],
        (Err(reason), _) | (_, Err(reason)) => [Err(reason.clone()), Err(reason)],
    }
}
