//! How well what a model outputs tells in- from out-of-distribution examples.
//!
//! A model that knows what it does not know is less sure on foreign data. In-distribution examples are
//! the positive class and the maximum probability is what tells them; of two classes margin and entropy
//! rank examples in the same order, so they would say the same.

use titer_core::{Detection, Estimate};
use titer_metrics::MetricName;
use titer_metrics::stats::ClusterDraws;
use titer_spec::plan::{PlannedCell, PlannedSuite};

use crate::intervals::estimate;
use crate::scores::Sample;

/// What tells examples apart.
const BY: &str = "maximum_probability";

/// A clean cell's answers that detection needs.
#[derive(Clone, Debug)]
pub struct Sureness {
    /// The model.
    pub model: String,
    /// The variant.
    pub variant: String,
    /// The dataset.
    pub dataset: String,
    /// Whether it is in distribution.
    pub in_distribution: bool,
    /// The maximum probability of each example.
    pub maximum: Vec<f64>,
    /// The cluster of each example.
    pub cluster_of: Vec<u32>,
    /// How many clusters there are.
    pub clusters: usize,
}

impl Sureness {
    /// Of a binary cell's probabilities.
    #[must_use]
    pub fn new(
        cell: &PlannedCell,
        in_distribution: bool,
        sample: &Sample,
        clusters: usize,
    ) -> Self {
        Self {
            model: cell.model.clone(),
            variant: cell.variant.clone(),
            dataset: cell.dataset.clone(),
            in_distribution,
            maximum: sample.probability.iter().map(|p| p.max(1.0 - p)).collect(),
            cluster_of: sample.cluster_of.clone(),
            clusters,
        }
    }
}

/// Each in-distribution dataset against each one out of distribution, for every model and variant.
#[must_use]
pub fn detections(
    suite: &PlannedSuite,
    all: &[Sureness],
    replicates: usize,
    seed: u64,
) -> Vec<Detection> {
    let mut rows = Vec::new();
    for inside in all.iter().filter(|one| one.in_distribution) {
        let outside = all.iter().filter(|one| {
            !one.in_distribution && one.model == inside.model && one.variant == inside.variant
        });
        for outside in outside {
            rows.extend(detect(suite, inside, outside, replicates, seed));
        }
    }
    rows
}

fn detect(
    suite: &PlannedSuite,
    inside: &Sureness,
    outside: &Sureness,
    replicates: usize,
    seed: u64,
) -> Vec<Detection> {
    let (known, foreign) = (inside.maximum.len(), outside.maximum.len());
    let shifted = |cluster: &u32| cluster + inside.clusters as u32;
    let sample = Sample {
        truth: (0..known + foreign).map(|unit| unit < known).collect(),
        probability: [&inside.maximum[..], &outside.maximum].concat(),
        cluster_of: inside
            .cluster_of
            .iter()
            .copied()
            .chain(outside.cluster_of.iter().map(shifted))
            .collect(),
        threshold: 0.5,
    };
    let clusters = inside.clusters + outside.clusters;
    // The same draws for every variant, so that they can be compared.
    let purpose = format!(
        "detection {} {} {}",
        suite.name, inside.dataset, outside.dataset
    );
    // Two samples, each drawn by itself.
    let side = |cluster: usize| u32::from(cluster >= inside.clusters);
    let sides: Vec<u32> = (0..clusters).map(side).collect();
    let draws = ClusterDraws::stratified(&sides, replicates, seed, &purpose);
    let metrics = [
        ("auroc", MetricName::Auroc),
        ("average_precision", MetricName::AveragePrecision),
        ("fpr_at_tpr", MetricName::FprAtTpr { thousandths: 950 }),
    ];
    let row = |(name, metric): (&str, MetricName)| {
        let estimated = estimate(metric, &sample, &draws, clusters);
        Detection {
            suite: suite.name.clone(),
            model: inside.model.clone(),
            variant: inside.variant.clone(),
            in_distribution: inside.dataset.clone(),
            out_of_distribution: outside.dataset.clone(),
            by: BY.to_owned(),
            metric: name.to_owned(),
            estimate: Estimate::new(&estimated.value, &estimated.interval),
            inside: known as u64,
            outside: foreign as u64,
            clusters: clusters as u64,
        }
    };
    metrics.into_iter().map(row).collect()
}
