//! Intervals of smooth metrics and of paired differences, against the truth of a world.

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use titer_core::{Interval, Multiplicity, Stream, Undefined};
use titer_metrics::MetricName;
use titer_metrics::binary_interval::binary_interval;
use titer_statistics::{ClusterDraws, Resampled, difference_interval};

use super::tally::{Outcome, Tally};
use super::world::{Sample, World};

pub(crate) const METRICS: [MetricName; 9] = [
    MetricName::Auroc,
    MetricName::AveragePrecision,
    MetricName::Accuracy,
    MetricName::BalancedAccuracy,
    MetricName::Mcc,
    MetricName::F1,
    MetricName::LogLoss,
    MetricName::Brier,
    MetricName::TopK,
];

/// What is measured of each metric, in this order.
pub(super) const METHODS: [&str; 3] = ["default", "default, plain", "difference: default"];

const CONFIDENCE: f64 = 0.95;

/// A metric's true value and true difference (second variant minus first).
pub(super) struct Truth {
    pub value: f64,
    pub difference: f64,
}

pub(super) struct Row {
    pub metric: &'static str,
    pub truth: Truth,
    /// One for each of [`METHODS`].
    pub tallies: Vec<Tally>,
}

/// The values of a population so large that its own error does not matter.
pub(super) fn truths(world: &World, examples: usize) -> Vec<Truth> {
    let population = world.population(examples, &mut Stream::new(1, "population", world.name));
    let value = |name: MetricName, variant: usize| {
        let prepared = name.metric().prepare(population.data(variant));
        prepared.value(Multiplicity::Once).unwrap_or(f64::NAN)
    };
    METRICS
        .into_par_iter()
        .map(|name| {
            let values = [value(name, 0), value(name, 1)];
            Truth {
                value: values[0],
                difference: values[1] - values[0],
            }
        })
        .collect()
}

/// Each metric's row. `plain` says whether the bootstrap that does not know of clusters is measured
/// too.
pub(super) fn rows(
    world: &World,
    truths: Vec<Truth>,
    repetitions: u64,
    replicates: usize,
    plain: bool,
) -> Vec<Row> {
    let outcomes: Vec<Vec<Vec<Outcome>>> = (0..repetitions)
        .into_par_iter()
        .map(|number| repetition(world, &truths, number, replicates, plain))
        .collect();
    let row = |(at, truth): (usize, Truth)| Row {
        metric: METRICS[at].metric().about().name,
        truth,
        tallies: (0..METHODS.len())
            .map(|method| Tally::of(outcomes.iter().map(|one| one[at][method])))
            .collect(),
    };
    truths.into_iter().enumerate().map(row).collect()
}

fn repetition(
    world: &World,
    truths: &[Truth],
    number: u64,
    replicates: usize,
    plain: bool,
) -> Vec<Vec<Outcome>> {
    let id = format!("{} {number}", world.name);
    let sample = world.sample(&mut Stream::new(20_260_101, "coverage", &id));
    let examples = sample.truth.len();
    let draws = ClusterDraws::new(world.clusters, replicates, 20_260_102, &id);
    let plain = plain.then(|| Plain {
        draws: ClusterDraws::new(examples, replicates, 20_260_103, &id),
        cluster_of: (0..examples as u32).collect(),
    });
    let discordant = discordant(&sample);
    let one = |(&name, truth): (&MetricName, &Truth)| {
        intervals(&sample, name, truth, &draws, plain.as_ref(), discordant)
    };
    METRICS.iter().zip(truths).map(one).collect()
}

struct Plain {
    draws: ClusterDraws,
    cluster_of: Vec<u32>,
}

fn discordant(sample: &Sample) -> u64 {
    let [first, second] = &sample.probability;
    let pairs = first.iter().zip(second);
    pairs.filter(|(a, b)| (**a >= 0.5) != (**b >= 0.5)).count() as u64
}

fn intervals(
    sample: &Sample,
    name: MetricName,
    truth: &Truth,
    draws: &ClusterDraws,
    plain: Option<&Plain>,
    discordant: u64,
) -> Vec<Outcome> {
    let metric = name.metric();
    let resampled = |variant: usize| {
        let prepared = metric.prepare(sample.data(variant));
        Resampled::new(&*prepared, &sample.cluster_of, draws)
    };
    let (Ok(first), Ok(second)) = (resampled(0), resampled(1)) else {
        return vec![Outcome::Refused; METHODS.len()];
    };
    let unclustered = || {
        let plain = plain.ok_or(Undefined::because("not measured"))?;
        let prepared = metric.prepare(sample.data(0));
        let of = Resampled::new(&*prepared, &plain.cluster_of, &plain.draws)?;
        binary_interval(name, &of, sample.data(0), &plain.cluster_of, CONFIDENCE)
    };
    let value =
        |interval: Result<Interval, Undefined>| Outcome::of(&interval, truth.value, first.point);
    let apart = second.point - first.point;
    let difference =
        |interval: Result<Interval, Undefined>| Outcome::of(&interval, truth.difference, apart);
    vec![
        value(binary_interval(
            name,
            &first,
            sample.data(0),
            &sample.cluster_of,
            CONFIDENCE,
        )),
        value(unclustered()),
        difference(difference_interval(&second, &first, discordant, CONFIDENCE)),
    ]
}
