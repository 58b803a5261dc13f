//! How far two datasets lie apart, by four measures.

use std::sync::Arc;

use titer_controls::cross_fitted;
use titer_core::{Distance, Estimate, Undefined};
use titer_metrics::MetricName;
use titer_spec::Plan;
use titer_spec::plan::PlannedSuite;
use titer_statistics::ClusterDraws;
use titer_statistics::distances::{Apart, divergence, transport};

use super::side::Side;
use crate::intervals::estimate;
use crate::sample::{CONFIDENCE, Sample};

/// A distance as a row has it: with its interval, plain, and what chance alone would show.
type Found = (Estimate, Option<f64>, Option<f64>);

/// How far a dataset out of distribution lies from one in distribution.
pub(super) fn distances(
    plan: &Plan,
    suite: &PlannedSuite,
    inside: &Side<'_>,
    outside: &Side<'_>,
) -> Vec<Distance> {
    let pair = Pair { inside, outside };
    let names = [&suite.name, &inside.dataset.name, &outside.dataset.name];
    let draws = pair.draws(plan, &format!("distances {names:?}"));
    let found = [
        ("kmer_divergence", pair.kmers(&draws)),
        ("gc", pair.moved(&draws, |side| side.gc_shares().collect())),
        (
            "length",
            pair.moved(&draws, |side| side.lengths().collect()),
        ),
        ("classifier", pair.told_apart(plan.seed, &draws)),
    ];
    let row = |(by, (distance, plain, floor)): (&str, Found)| Distance {
        suite: suite.name.clone(),
        in_distribution: inside.dataset.name.clone(),
        out_of_distribution: outside.dataset.name.clone(),
        by: by.to_owned(),
        distance,
        plain,
        floor,
        inside: inside.inputs.len() as u64,
        outside: outside.inputs.len() as u64,
        in_clusters: inside.clusters as u64,
        out_clusters: outside.clusters as u64,
    };
    found.into_iter().map(row).collect()
}

#[derive(Clone, Copy)]
struct Pair<'a> {
    inside: &'a Side<'a>,
    outside: &'a Side<'a>,
}

impl Pair<'_> {
    /// Draws of the clusters of each side by themselves, those in distribution first.
    fn draws(self, plan: &Plan, purpose: &str) -> ClusterDraws {
        let clusters = self.inside.clusters + self.outside.clusters;
        let sides: Vec<u32> = (0..clusters)
            .map(|cluster| u32::from(cluster >= self.inside.clusters))
            .collect();
        ClusterDraws::stratified(&sides, plan.replicates, plan.seed, purpose)
    }

    fn kmers(self, draws: &ClusterDraws) -> Found {
        let [inside, outside] = [self.inside, self.outside].map(Side::spectra);
        found(divergence(&inside, &outside, draws, CONFIDENCE))
    }

    fn moved(self, draws: &ClusterDraws, of: impl Fn(&Side<'_>) -> Vec<(u32, f64)>) -> Found {
        let clusters = (self.inside.clusters, self.outside.clusters);
        let (inside, outside) = (of(self.inside), of(self.outside));
        found(transport(&inside, &outside, clusters, draws, CONFIDENCE))
    }

    /// The AUROC of a classifier of the two; those out of distribution are its positive class.
    fn told_apart(self, seed: u64, draws: &ClusterDraws) -> Found {
        let both = || self.inside.inputs.iter().chain(&self.outside.inputs);
        let first = self.inside.inputs.len();
        let rows = both().map(|input| {
            let all: f64 = input.kmers.iter().copied().map(f64::from).sum();
            let shares = (0..).zip(&input.kmers).filter(|(_, count)| **count > 0);
            shares
                .map(|(word, count)| (word, f64::from(*count) / all))
                .collect()
        });
        let truth: Vec<bool> = (0..both().count()).map(|row| row >= first).collect();
        let groups: Vec<&str> = both().map(|input| input.cluster.as_str()).collect();
        let places = match cross_fitted(rows.collect(), &truth, &groups, seed) {
            Ok(places) => places,
            Err(error) => {
                let reason = Undefined::because(format!("too few clusters to fit on: {error}"));
                return (Estimate::undefined(&reason), None, None);
            }
        };
        let after = self.inside.clusters as u32;
        let outside = self
            .outside
            .cluster_of
            .iter()
            .map(|cluster| cluster + after);
        let cluster_of: Arc<[u32]> = self
            .inside
            .cluster_of
            .iter()
            .copied()
            .chain(outside)
            .collect();
        let sample = Sample {
            truth: truth.into(),
            probability: places.into(),
            cluster_of,
            threshold: 0.5,
            units: None,
        };
        let known = estimate(MetricName::Auroc, &sample, draws, draws.clusters());
        let plain = known.value.as_ref().ok().copied();
        (Estimate::new(&known.value, &known.interval), plain, None)
    }
}

fn found(apart: Result<Apart, Undefined>) -> Found {
    match apart {
        Ok(apart) => (
            Estimate::new(&Ok(apart.value), &apart.interval),
            Some(apart.plain),
            apart.floor,
        ),
        Err(reason) => (Estimate::undefined(&reason), None, None),
    }
}
