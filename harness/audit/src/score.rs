//! A control's scores on a test set: every metric with its interval, over clusters that are independent.

use rayon::prelude::*;
use serde::Serialize;
use titer_core::{Labelled, Multiplicity, Undefined};
use titer_metrics::MetricName;
use titer_metrics::binary_interval::binary_interval;
use titer_metrics::stats::resample;
use titer_statistics::{ClusterDraws, Resampled, jackknife, kish_effective, wilson_clustered};

/// Two-sided confidence of every interval.
pub const CONFIDENCE: f64 = 0.95;
/// Draws behind an interval, at most and at least; a standard error from the fewest is within 5 % of that from many.
const REPLICATES: (usize, usize) = (2_000, 200);
/// Clusters that are drawn in all: with many of them, fewer draws do.
const DRAWN: usize = 20_000_000;

/// The metrics of a binary question beside accuracy.
const BINARY: [MetricName; 5] = [
    MetricName::BalancedAccuracy,
    MetricName::Mcc,
    MetricName::F1,
    MetricName::Auroc,
    MetricName::AveragePrecision,
];

/// What examples are worth: those of a cluster are not independent.
#[derive(Clone, Debug)]
pub struct Clusters {
    /// The cluster of each test row, from 0.
    pub of: Vec<u32>,
    draws: ClusterDraws,
}

/// A metric's value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Score {
    /// The metric.
    pub metric: &'static str,
    /// Its value, or why there is none.
    pub value: Result<f64, String>,
    /// The ends of its 95 % interval, or why there is none.
    pub interval: Result<(f64, f64), String>,
}

impl Clusters {
    /// Clusters by any numbers; `seed` keys the draws.
    #[must_use]
    pub fn new(numbers: &[u32], seed: u64) -> Self {
        let mut known: Vec<u32> = numbers.to_vec();
        known.sort_unstable();
        known.dedup();
        let place = |number: &u32| known.binary_search(number).unwrap_or_default() as u32;
        Self {
            of: numbers.iter().map(place).collect(),
            draws: ClusterDraws::new(known.len(), replicates(known.len()), seed, "audit"),
        }
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.draws.clusters()
    }

    /// How many independent examples a test set of these clusters is worth where those of a cluster are alike
    /// (Kish 1965).
    #[must_use]
    pub fn effective(&self) -> f64 {
        let mut sizes = vec![0.0; self.count()];
        for cluster in &self.of {
            sizes[*cluster as usize] += 1.0;
        }
        kish_effective(&sizes).unwrap_or_default()
    }

    /// The largest cluster's examples.
    #[must_use]
    pub fn largest(&self) -> usize {
        let mut sizes = vec![0; self.count()];
        for cluster in &self.of {
            sizes[*cluster as usize] += 1;
        }
        sizes.into_iter().max().unwrap_or_default()
    }

    /// The share of rows that hold, by whole clusters.
    #[must_use]
    pub fn share(&self, name: &'static str, holds: &[bool]) -> Score {
        let mut tallies = vec![(0_u64, 0_u64); self.count()];
        for (cluster, holds) in self.of.iter().zip(holds) {
            let tally = &mut tallies[*cluster as usize];
            tally.0 += u64::from(*holds);
            tally.1 += 1;
        }
        let hits: u64 = tallies.iter().map(|tally| tally.0).sum();
        let interval = wilson_clustered(&tallies, CONFIDENCE);
        Score {
            metric: name,
            value: match holds.len() {
                0 => Err("no examples".to_owned()),
                rows => Ok(hits as f64 / rows as f64),
            },
            interval: interval
                .map(|(interval, _)| (interval.lower, interval.upper))
                .map_err(|reason| words(&reason)),
        }
    }

    /// The metrics of a binary question for each of several models' probabilities of the positive class; from the
    /// threshold on it is called. All are resampled together.
    #[must_use]
    pub fn binary_at<'a>(
        &self,
        truth: &'a [bool],
        answers: &[&'a [f64]],
        threshold: f64,
    ) -> Vec<Vec<Score>> {
        let labelled = |probability: &&'a [f64]| Labelled {
            truth,
            probability,
            threshold,
        };
        let samples: Vec<Labelled<'_>> = answers.iter().map(labelled).collect();
        let replicates = resample(&samples, &BINARY, &self.of, &self.draws);
        let of_sample = |(data, replicates): (Labelled<'_>, Vec<Vec<Option<f64>>>)| {
            let metrics = BINARY.into_par_iter().zip(replicates);
            metrics
                .map(|(name, replicates)| self.one(name, data, replicates))
                .collect()
        };
        let samples = samples.into_par_iter().zip(replicates);
        samples.map(of_sample).collect()
    }

    fn one(&self, name: MetricName, data: Labelled<'_>, replicates: Vec<Option<f64>>) -> Score {
        let metric = name.metric();
        let about = metric.about();
        let prepared = metric.prepare(data);
        let value = prepared.value(Multiplicity::Once);
        let resampled = value.clone().and_then(|point| {
            Ok(Resampled {
                point,
                jackknife: jackknife(prepared.as_ref(), &self.of, self.count())?,
                replicates,
                clusters: self.count(),
            })
        });
        Score {
            metric: about.name,
            value: value.map_err(|reason| words(&reason)),
            interval: resampled
                .and_then(|of| binary_interval(name, &of, data, &self.of, CONFIDENCE))
                .map(|interval| (interval.lower, interval.upper))
                .map_err(|reason| words(&reason)),
        }
    }
}

/// Draws behind an interval over so many clusters.
fn replicates(clusters: usize) -> usize {
    let (most, fewest) = REPLICATES;
    (DRAWN / clusters.max(1)).clamp(fewest, most)
}

fn words(reason: &Undefined) -> String {
    reason.to_string()
}
