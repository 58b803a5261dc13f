//! Intervals of the expected calibration error, of the worst group and of the gap between groups, and
//! the null floor.

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use titer_core::{Labelled, Multiplicity, Stream};
use titer_metrics::MetricName;
use titer_metrics::calibration_floor::null_floor;
use titer_metrics::calibration_interval::Calibration;
use titer_metrics::ece::Ece;
use titer_statistics::{ClusterDraws, Extreme, Group, Resampled, band_interval};

use super::calibration::{CalibrationSample, CalibrationWorld};
use super::tally::{Outcome, Tally};

const BINS: usize = 15;
const ECE: MetricName = MetricName::Ece(Ece { bins: BINS });
const CONFIDENCE: f64 = 0.95;

/// What is measured of a calibration error: the interval, and the difference from a variant whose logits are too
/// large by a fifth.
pub(crate) struct ErrorRow {
    pub truth: f64,
    pub difference: f64,
    pub mean_point: f64,
    pub bound: Tally,
    pub paired: Tally,
}

/// By how much the second variant's logits are too large.
const STRETCH: f64 = 1.2;

pub(crate) fn error_row(world: &CalibrationWorld, repetitions: u64, replicates: usize) -> ErrorRow {
    let truths = (world.error(BINS, 1.0), world.error(BINS, STRETCH));
    let outcomes: Vec<([Outcome; 2], f64)> = (0..repetitions)
        .into_par_iter()
        .map(|number| error_repetition(world, truths, number, replicates))
        .collect();
    let tally = |at: usize| Tally::of(outcomes.iter().map(|(one, _)| one[at]));
    ErrorRow {
        truth: truths.0,
        difference: truths.1 - truths.0,
        mean_point: outcomes.iter().map(|(_, point)| point).sum::<f64>() / repetitions as f64,
        bound: tally(0),
        paired: tally(1),
    }
}

fn error_repetition(
    world: &CalibrationWorld,
    truths: (f64, f64),
    number: u64,
    replicates: usize,
) -> ([Outcome; 2], f64) {
    let id = format!("{} {number}", world.name);
    let sample = world.sample(&mut Stream::new(20_260_201, "coverage", &id));
    let draws = ClusterDraws::new(world.clusters, replicates, 20_260_202, &id);
    let stretched = sample.stretched(STRETCH);
    let of = |sample: &CalibrationSample| {
        Calibration::new(ECE, sample.data(), &sample.cluster_of, &draws, CONFIDENCE)
    };
    let point = ECE
        .metric()
        .prepare(sample.data())
        .value(Multiplicity::Once);
    let (Ok(first), Ok(second), Ok(point)) = (of(&sample), of(&stretched), point) else {
        return ([Outcome::Refused; 2], f64::NAN);
    };
    let apart = truths.1 - truths.0;
    (
        [
            Outcome::of(&first.interval(), truths.0, point),
            Outcome::of(&second.minus(&first), apart, apart),
        ],
        point,
    )
}

/// How often the error of a calibrated model lies above the 95 % quantile of its null floor.
pub(crate) fn above_floor(world: &CalibrationWorld, repetitions: u64) -> f64 {
    let above = |number: u64| {
        let id = format!("{} {number}", world.name);
        let sample = world.sample(&mut Stream::new(20_260_301, "coverage", &id));
        let floor = null_floor(ECE, sample.data(), number);
        let point = ECE
            .metric()
            .prepare(sample.data())
            .value(Multiplicity::Once);
        matches!((point, floor), (Ok(point), Ok(floor)) if point > floor.upper)
    };
    let hits = (0..repetitions).into_par_iter().filter(|&n| above(n));
    hits.count() as f64 / repetitions as f64
}

/// Groups whose examples are right with a probability of their cluster's own, about the group's.
pub(crate) struct GroupWorld {
    pub name: &'static str,
    /// The accuracy of each group.
    pub accuracy: &'static [f64],
    /// Clusters of each group, which hold 1 to 19 examples.
    pub clusters: usize,
}

/// The worst group's interval and the gap's.
pub(crate) fn group_row(world: &GroupWorld, repetitions: u64, replicates: usize) -> [Tally; 2] {
    let outcomes: Vec<[Outcome; 2]> = (0..repetitions)
        .into_par_iter()
        .map(|number| group_repetition(world, number, replicates))
        .collect();
    [0, 1].map(|at| Tally::of(outcomes.iter().map(|one| one[at])))
}

fn group_repetition(world: &GroupWorld, number: u64, replicates: usize) -> [Outcome; 2] {
    let id = format!("{} {number}", world.name);
    let mut stream = Stream::new(20_260_401, "coverage", &id);
    let all = world.accuracy.len() * world.clusters;
    let draws = ClusterDraws::new(all, replicates, 20_260_402, &id);
    let mut groups = Vec::new();
    for (at, &accuracy) in world.accuracy.iter().enumerate() {
        let (mut right, mut cluster_of) = (Vec::new(), Vec::new());
        for cluster in 0..world.clusters {
            let own = accuracy + 0.1 * (2.0 * stream.uniform() - 1.0);
            for _ in 0..=stream.below(19) {
                right.push(f64::from(u8::from(stream.uniform() < own)));
                cluster_of.push((at * world.clusters + cluster) as u32);
            }
        }
        let truth = vec![true; right.len()];
        let data = Labelled {
            truth: &truth,
            probability: &right,
            threshold: 0.5,
        };
        let prepared = MetricName::Accuracy.metric().prepare(data);
        let Ok(of) = Resampled::new(&*prepared, &cluster_of, &draws) else {
            return [Outcome::Refused; 2];
        };
        groups.push(Group {
            name: at.to_string(),
            of,
            clusters: world.clusters,
        });
    }
    let extreme = |numbers: &mut dyn Iterator<Item = f64>| {
        numbers.fold((1.0f64, 0.0f64), |(low, high), x| (low.min(x), high.max(x)))
    };
    let truth = extreme(&mut world.accuracy.iter().copied());
    let point = extreme(&mut groups.iter().map(|group| group.of.point));
    let made = |extreme| band_interval(&groups, extreme, (0.0, 1.0), CONFIDENCE);
    [
        Outcome::of(&made(Extreme::Smallest), truth.0, point.0),
        Outcome::of(&made(Extreme::Gap), truth.1 - truth.0, point.1 - point.0),
    ]
}
