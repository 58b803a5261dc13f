//! Intervals of metrics of numbers, and of their paired differences, against the truth of a world.

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use titer_core::{About, Multiplicity, Stream};
use titer_metrics::ValuesMetricName;
use titer_statistics::{ClusterDraws, Resampled, difference_interval, score_interval};

use super::tally::{Outcome, Tally};
use super::worlds::{Sample, World};

pub(crate) const METRICS: [ValuesMetricName; 6] = [
    ValuesMetricName::Pearson,
    ValuesMetricName::Spearman,
    ValuesMetricName::Kendall,
    ValuesMetricName::R2,
    ValuesMetricName::Rmse,
    ValuesMetricName::Mae,
];

/// What is measured of each metric, in this order.
pub(super) const METHODS: [&str; 3] = ["default", "plain scale", "difference"];

const CONFIDENCE: f64 = 0.95;

const FREE: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

pub(super) struct Row {
    pub metric: &'static str,
    pub truth: f64,
    /// One for each of [`METHODS`].
    pub tallies: Vec<Tally>,
}

/// The values of both variants in a population so large that its own error does not matter.
fn truths(world: &World, examples: usize) -> Vec<[f64; 2]> {
    let population = world.population(examples, &mut Stream::new(1, "population", world.name));
    let value = |name: ValuesMetricName, variant: usize| {
        let prepared = name.metric().prepare(population.data(variant));
        prepared.value(Multiplicity::Once).unwrap_or(f64::NAN)
    };
    METRICS
        .into_par_iter()
        .map(|name| [value(name, 0), value(name, 1)])
        .collect()
}

/// Each metric's row.
pub(super) fn rows(
    world: &World,
    population: usize,
    repetitions: u64,
    replicates: usize,
) -> Vec<Row> {
    let truths = truths(world, population);
    let outcomes: Vec<Vec<Vec<Outcome>>> = (0..repetitions)
        .into_par_iter()
        .map(|number| repetition(world, &truths, number, replicates))
        .collect();
    let row = |at: usize| Row {
        metric: METRICS[at].metric().about().name,
        truth: truths[at][0],
        tallies: (0..METHODS.len())
            .map(|method| Tally::of(outcomes.iter().map(|one| one[at][method])))
            .collect(),
    };
    (0..METRICS.len()).map(row).collect()
}

fn repetition(
    world: &World,
    truths: &[[f64; 2]],
    number: u64,
    replicates: usize,
) -> Vec<Vec<Outcome>> {
    let id = format!("{} {number}", world.name);
    let sample = world.sample(&mut Stream::new(20_260_201, "values coverage", &id));
    let draws = ClusterDraws::new(world.clusters, replicates, 20_260_202, &id);
    let one =
        |(&name, truth): (&ValuesMetricName, &[f64; 2])| outcomes(&sample, name, truth, &draws);
    METRICS.iter().zip(truths).map(one).collect()
}

fn outcomes(
    sample: &Sample,
    name: ValuesMetricName,
    truth: &[f64; 2],
    draws: &ClusterDraws,
) -> Vec<Outcome> {
    let metric = name.metric();
    let resampled = |variant: usize| {
        let prepared = metric.prepare(sample.data(variant));
        Resampled::new(&*prepared, &sample.cluster_of, draws)
    };
    let (Ok(first), Ok(second)) = (resampled(0), resampled(1)) else {
        return vec![Outcome::Refused; METHODS.len()];
    };
    let value = |range| {
        let about = About {
            range,
            ..metric.about()
        };
        let interval = score_interval(&first, &about, first.clusters, CONFIDENCE);
        Outcome::of(&interval, truth[0], first.point)
    };
    let difference = difference_interval(&second, &first, u64::MAX, CONFIDENCE);
    vec![
        value(metric.about().range),
        value(FREE),
        Outcome::of(&difference, truth[1] - truth[0], second.point - first.point),
    ]
}
