//! What is simulated of each world.

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use titer_core::{Multiplicity, Stream};
use titer_metrics::MetricName;
use titer_metrics::binary_interval::binary_interval;
use titer_statistics::{ClusterDraws, Resampled};

use super::worlds::{Sample, World};

pub(crate) const METRICS: [MetricName; 8] = [
    MetricName::Auroc,
    MetricName::AveragePrecision,
    MetricName::Accuracy,
    MetricName::BalancedAccuracy,
    MetricName::Mcc,
    MetricName::F1,
    MetricName::LogLoss,
    MetricName::Brier,
];

const REPLICATES: usize = 300;

pub(super) struct Row {
    pub metric: &'static str,
    pub truth: f64,
    pub refused: u64,
    /// Its sign makes higher better.
    sign: f64,
    /// Value and ends, signed.
    found: Vec<[f64; 3]>,
    values: Vec<f64>,
}

impl Row {
    pub(super) fn mean(&self) -> f64 {
        self.values.iter().sum::<f64>() / self.values.len() as f64
    }

    fn deviation(&self) -> f64 {
        let mean = self.mean();
        let squares = self.values.iter().map(|value| (value - mean).powi(2));
        (squares.sum::<f64>() / self.values.len() as f64).sqrt()
    }

    /// The mean width in units of 3.92 standard deviations of the value.
    pub(super) fn of_ideal(&self) -> f64 {
        let widths = self.found.iter().map(|[_, lower, upper]| upper - lower);
        widths.sum::<f64>() / self.found.len() as f64 / (3.92 * self.deviation())
    }

    /// Passed, failed and left open: with the limit at the truth (0), met by 2 standard deviations (1), missed
    /// by as much (2).
    pub(super) fn shares(&self, at: usize) -> [f64; 3] {
        let away = [0.0, -2.0, 2.0][at] * self.deviation();
        let limit = self.sign * self.truth + away;
        let all = (self.found.len() as u64 + self.refused) as f64;
        let share = |is: &dyn Fn(&[f64; 3]) -> bool| {
            self.found.iter().filter(|one| is(one)).count() as f64 / all
        };
        let pass = share(&|one| one[1] >= limit);
        let fail = share(&|one| one[2] < limit);
        [pass, fail, 1.0 - pass - fail]
    }

    pub(super) fn passed_at_truth(&self) -> f64 {
        self.shares(0)[0]
    }
}

pub(super) fn rows(world: &World, repetitions: u64) -> Vec<Row> {
    let one = |number: u64| {
        let key = format!("{} {number}", world.name);
        let sample = world.sample(&mut Stream::new(20_260_501, "lower ends", &key));
        let draws = ClusterDraws::new(world.all_clusters(), REPLICATES, 20_260_502, &key);
        METRICS.map(|name| interval(name, &sample, &draws))
    };
    let found: Vec<_> = (0..repetitions).into_par_iter().map(one).collect();
    let examples = world
        .sample(&mut Stream::new(1, "size", world.name))
        .truth
        .len() as u64;
    let many = world.drawn(
        1_000_000 / examples,
        &mut Stream::new(1, "lower ends, population", world.name),
    );
    let row = |(at, name): (usize, MetricName)| {
        let prepared = name.metric().prepare(many.data());
        let sign = name.metric().about().direction.sign();
        let signed = |ends: &[f64; 3]| {
            let [value, lower, upper] = ends.map(|end| sign * end);
            [value, lower.min(upper), lower.max(upper)]
        };
        let of = found.iter().map(|one| &one[at]);
        let made: Vec<[f64; 3]> = of
            .clone()
            .filter_map(|one| one.1.as_ref())
            .map(signed)
            .collect();
        Row {
            metric: name.metric().about().name,
            truth: prepared.value(Multiplicity::Once).unwrap_or(f64::NAN),
            refused: repetitions - made.len() as u64,
            sign,
            found: made,
            values: of.filter_map(|one| one.0).collect(),
        }
    };
    METRICS.into_iter().enumerate().map(row).collect()
}

/// A metric's value, and with its interval where it has one.
type Found = (Option<f64>, Option<[f64; 3]>);

fn interval(name: MetricName, sample: &Sample, draws: &ClusterDraws) -> Found {
    let metric = name.metric();
    let data = sample.data();
    let prepared = metric.prepare(data);
    let Ok(value) = prepared.value(Multiplicity::Once) else {
        return (None, None);
    };
    let made = Resampled::new(&*prepared, &sample.cluster_of, draws)
        .and_then(|of| binary_interval(name, &of, data, &sample.cluster_of, 0.95));
    let ends = made.ok().map(|made| [value, made.lower, made.upper]);
    (Some(value), ends)
}
