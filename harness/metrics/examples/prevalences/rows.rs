//! Metrics at a prevalence, and paired differences at it, against the truth.

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use titer_core::Stream;
use titer_metrics::at_prevalence::{Rarer, at_prevalence, difference};
use titer_statistics::ClusterDraws;

use super::tally::{Outcome, Tally};
use super::world::{Sample, World};
use super::worlds::SCORES;

/// The metrics that are compared at a prevalence.
const METRICS: [&str; 5] = [
    "accuracy",
    "precision",
    "average_precision",
    "log_loss",
    "brier",
];

/// Worlds of `examples/coverage.rs` at prevalences that are not theirs: chosen before results were seen.
pub(crate) fn cases() -> [(World, f64); 4] {
    let world = |at: usize| SCORES[at].0;
    [
        (world(0), 0.05),
        (world(1), 0.05),
        (world(3), 0.01),
        (world(3), 0.001),
    ]
}

/// What is measured of a metric.
pub(crate) struct Row {
    pub metric: &'static str,
    /// The true value of the second variant, and its difference to the first.
    pub truth: [f64; 2],
    /// Of each.
    pub tallies: [Tally; 2],
}

/// Each metric's row.
pub(crate) fn rows(
    world: &World,
    prevalence: f64,
    population: usize,
    repetitions: u64,
    replicates: usize,
) -> Vec<Row> {
    let all = world.population(population, &mut Stream::new(1, "population", world.name));
    // Of a population only the values are wanted: one cluster in ten thousand says enough of the rest.
    let values = |variant: usize| values(&all, variant, prevalence);
    let (first, second) = (values(0), values(1));
    let truths: Vec<[f64; 2]> = (0..METRICS.len())
        .map(|at| [second[at], second[at] - first[at]])
        .collect();
    let outcomes: Vec<Vec<[Outcome; 2]>> = (0..repetitions)
        .into_par_iter()
        .map(|number| repetition(world, prevalence, &truths, number, replicates))
        .collect();
    let row = |(at, truth): (usize, [f64; 2])| Row {
        metric: METRICS[at],
        truth,
        tallies: [0, 1].map(|of| Tally::of(outcomes.iter().map(|one| one[at][of]))),
    };
    truths.into_iter().enumerate().map(row).collect()
}

fn rarer<'a>(
    sample: &'a Sample,
    variant: usize,
    prevalence: f64,
    cluster_of: &'a [u32],
    draws: &'a ClusterDraws,
) -> Rarer<'a> {
    Rarer {
        data: sample.data(variant),
        cluster_of,
        draws,
        prevalence,
        confidence: 0.95,
    }
}

fn values(all: &Sample, variant: usize, prevalence: f64) -> Vec<f64> {
    let cluster_of: Vec<u32> = (0..all.truth.len()).map(|at| at as u32 % 20).collect();
    let draws = ClusterDraws::new(20, 1, 1, "population");
    let found = at_prevalence(rarer(all, variant, prevalence, &cluster_of, &draws));
    let value = |name: &&str| {
        let one = found.iter().find(|one| one.metric == *name);
        one.and_then(|one| one.value.clone().ok())
            .unwrap_or(f64::NAN)
    };
    METRICS.iter().map(value).collect()
}

fn repetition(
    world: &World,
    prevalence: f64,
    truths: &[[f64; 2]],
    number: u64,
    replicates: usize,
) -> Vec<[Outcome; 2]> {
    let id = format!("{} {prevalence} {number}", world.name);
    let sample = world.sample(&mut Stream::new(20_261_201, "prevalences", &id));
    let draws = ClusterDraws::new(world.clusters, replicates, 20_261_202, &id);
    let side = |variant| rarer(&sample, variant, prevalence, &sample.cluster_of, &draws);
    let scores = at_prevalence(side(1));
    let one = |(at, name): (usize, &&str)| {
        let score = scores.iter().find(|one| one.metric == *name);
        let score = match score {
            Some(score) => Outcome::of(
                &score.interval,
                truths[at][0],
                score.value.clone().unwrap_or(f64::NAN),
            ),
            None => Outcome::Refused,
        };
        let (value, interval) = difference(name, side(1), side(0));
        let apart = Outcome::of(&interval, truths[at][1], value.unwrap_or(f64::NAN));
        [score, apart]
    };
    METRICS.iter().enumerate().map(one).collect()
}
