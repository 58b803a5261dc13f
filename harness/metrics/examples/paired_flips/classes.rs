//! Metrics of both classes on units whose flips are known.

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use titer_core::{Labelled, Multiplicity, Stream};
use titer_metrics::MetricName;
use titer_metrics::stats::call_flips;
use titer_statistics::flip_intervals;

/// Fixed before any result was seen.
const SEED: u64 = 20_261_130;

/// Units of a cluster.
const UNITS: usize = 10;

/// How often a unit is positive, and how often the base is right.
const POSITIVE: f64 = 0.25;
const RIGHT: f64 = 0.9;

pub(crate) const METRICS: [MetricName; 6] = [
    MetricName::BalancedAccuracy,
    MetricName::Mcc,
    MetricName::F1,
    MetricName::Precision,
    MetricName::Recall,
    MetricName::Specificity,
];

#[derive(Clone, Copy, Debug)]
pub(super) struct World {
    pub clusters: usize,
    /// Expected clusters of which a unit flips.
    pub flipping: f64,
    /// Whether only units that the base calls right flip.
    pub to_wrong: bool,
}

pub(super) const WORLDS: [World; 8] = [
    world(200, 2.0, false),
    world(200, 10.0, false),
    world(200, 10.0, true),
    world(200, 25.0, false),
    world(200, 25.0, true),
    world(1000, 10.0, true),
    world(1000, 60.0, false),
    world(1000, 60.0, true),
];

const fn world(clusters: usize, flipping: f64, to_wrong: bool) -> World {
    World {
        clusters,
        flipping,
        to_wrong,
    }
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    pub made: f64,
    pub below: f64,
    pub above: f64,
    pub width: f64,
    sum: f64,
    squares: f64,
}

impl Tally {
    fn and(self, other: Self) -> Self {
        Self {
            made: self.made + other.made,
            below: self.below + other.below,
            above: self.above + other.above,
            width: self.width + other.width,
            sum: self.sum + other.sum,
            squares: self.squares + other.squares,
        }
    }

    pub(super) fn coverage(&self) -> f64 {
        100.0 * (1.0 - (self.below + self.above) / self.made)
    }

    /// Over 3.92 standard deviations of the estimate.
    pub(super) fn width(&self) -> f64 {
        let mean = self.sum / self.made;
        let deviation = (self.squares / self.made - mean * mean).sqrt();
        self.width / self.made / (3.92 * deviation)
    }
}

impl World {
    /// What a metric comes to where so many units of either class are right.
    fn value(name: MetricName, right: f64) -> f64 {
        let (tp, fn_) = (POSITIVE * right, POSITIVE * (1.0 - right));
        let (tn, fp) = ((1.0 - POSITIVE) * right, (1.0 - POSITIVE) * (1.0 - right));
        match name {
            MetricName::Mcc => {
                let calls = (tp + fp) * (tn + fn_);
                (tp * tn - fp * fn_) / (POSITIVE * (1.0 - POSITIVE) * calls).sqrt()
            }
            MetricName::F1 => 2.0 * tp / (2.0 * tp + fp + fn_),
            MetricName::Precision => tp / (tp + fp),
            // Either class is right as often.
            _ => right,
        }
    }

    fn truth(&self, name: MetricName) -> f64 {
        let rate = self.flipping / (self.clusters * UNITS) as f64;
        let lost = if self.to_wrong {
            rate * RIGHT
        } else {
            rate * (2.0 * RIGHT - 1.0)
        };
        Self::value(name, RIGHT - lost) - Self::value(name, RIGHT)
    }

    pub(super) fn run(&self, repetitions: u64) -> Vec<Tally> {
        let none = || vec![Tally::default(); METRICS.len()];
        let and = |one: Vec<Tally>, other: Vec<Tally>| {
            let pairs = one.into_iter().zip(other);
            pairs.map(|(one, other)| one.and(other)).collect()
        };
        let id = |number| format!("{self:?} {number}");
        (0..repetitions)
            .into_par_iter()
            .map(|number| {
                self.one(&mut Stream::new(
                    SEED,
                    "paired flips of classes",
                    &id(number),
                ))
            })
            .reduce(none, and)
    }

    fn one(&self, stream: &mut Stream) -> Vec<Tally> {
        let mut truth = Vec::new();
        let mut calls = [Vec::new(), Vec::new()];
        let mut cluster_of = Vec::new();
        for cluster in 0..self.clusters {
            let flips = stream.uniform() < self.flipping / self.clusters as f64;
            let place = stream.below(UNITS as u64) as usize;
            for unit in 0..UNITS {
                let positive = stream.uniform() < POSITIVE;
                let right = stream.uniform() < RIGHT;
                let flip = flips && unit == place && (right || !self.to_wrong);
                truth.push(positive);
                for (calls, right) in calls.iter_mut().zip([right, right != flip]) {
                    calls.push(if positive == right { 1.0 } else { 0.0 });
                }
                cluster_of.push(cluster as u32);
            }
        }
        let of = |probability| Labelled {
            truth: &truth,
            probability,
            threshold: 0.5,
        };
        let (base, candidate) = (of(&calls[0]), of(&calls[1]));
        let tally = |&name: &MetricName| {
            let value = |data| name.metric().prepare(data).value(Multiplicity::Once).ok();
            let (now, then) = (value(candidate)?, value(base)?);
            let kinds = call_flips(name, candidate, base, &cluster_of)?.ok()?;
            let (interval, _) = flip_intervals(now - then, &kinds, 0.95).ok()?.chosen(false);
            let truth = self.truth(name);
            Some(Tally {
                made: 1.0,
                below: f64::from(u8::from(truth < interval.lower)),
                above: f64::from(u8::from(truth > interval.upper)),
                width: interval.upper - interval.lower,
                sum: now - then,
                squares: (now - then) * (now - then),
            })
        };
        let of = |name| tally(name).unwrap_or_default();
        METRICS.iter().map(of).collect()
    }
}
