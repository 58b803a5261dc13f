//! How well what a model outputs tells in- from out-of-distribution examples.
//!
//! A model that knows what it does not know is less sure on foreign data. In-distribution examples are
//! the positive class. Of two classes maximum probability, margin and entropy rank examples in the same
//! order, so that the first alone is asked; of several classes all three are.

use std::sync::Arc;

use titer_core::{Detection, Estimate};
use titer_metrics::MetricName;
use titer_metrics::Share;
use titer_metrics::operating_points::FprAtTpr;
use titer_metrics::sureness::{self, by_rank};
use titer_spec::plan::{PlannedCell, PlannedSuite};
use titer_statistics::ClusterDraws;

use crate::answers::Answers;
use crate::ground::Ground;
use crate::intervals::estimate;
use crate::sample::Sample;

/// How sure a clean cell is of its answers.
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
    /// By each kind, how sure of each example.
    pub by: Vec<(sureness::Sureness, Vec<f64>)>,
    /// The cluster of each example.
    pub cluster_of: Arc<[u32]>,
    /// How many clusters there are.
    pub clusters: usize,
}

impl Sureness {
    /// Of the answers of a cell whose units are examples.
    #[must_use]
    pub fn new(
        cell: &PlannedCell,
        in_distribution: bool,
        ground: &Ground,
        answers: &Answers,
    ) -> Self {
        let (rows, classes, kinds) = if ground.several {
            let classes = ground.classes.len();
            let row = |unit| (0..classes).map(move |class| answers.probability[class][unit]);
            let rows: Vec<f64> = (0..ground.units.len()).flat_map(row).collect();
            (rows, classes, &sureness::Sureness::ALL[..])
        } else {
            let rows = answers.probability[0].iter().flat_map(|&p| [p, 1.0 - p]);
            (rows.collect(), 2, &sureness::Sureness::ALL[..1])
        };
        let by = kinds
            .iter()
            .filter_map(|&kind| Some((kind, kind.of(&rows, classes).ok()?)));
        Self {
            model: cell.case.model.clone(),
            variant: cell.case.variant.clone(),
            dataset: cell.case.dataset.clone(),
            in_distribution,
            by: by.collect(),
            cluster_of: Arc::clone(&ground.cluster_of),
            clusters: ground.clusters,
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
        (
            "fpr_at_tpr",
            MetricName::FprAtTpr(FprAtTpr {
                tpr: Share::from_thousandths(950),
            }),
        ),
    ];
    let mut rows = Vec::new();
    for ((kind, known), (_, foreign)) in inside.by.iter().zip(&outside.by) {
        let sample = sample(inside, outside, known, foreign);
        for (name, metric) in metrics {
            let estimated = estimate(metric, &sample, &draws, clusters);
            rows.push(Detection {
                suite: suite.name.clone(),
                model: inside.model.clone(),
                variant: inside.variant.clone(),
                in_distribution: inside.dataset.clone(),
                out_of_distribution: outside.dataset.clone(),
                by: kind.name().to_owned(),
                metric: name.to_owned(),
                estimate: Estimate::new(&estimated.value, &estimated.interval),
                inside: known.len() as u64,
                outside: foreign.len() as u64,
                clusters: clusters as u64,
            });
        }
    }
    rows
}

/// Which examples are in distribution, and how sure the model is of each, by rank.
fn sample(inside: &Sureness, outside: &Sureness, known: &[f64], foreign: &[f64]) -> Sample {
    let shifted = |cluster: &u32| cluster + inside.clusters as u32;
    let outside = outside.cluster_of.iter().map(shifted);
    Sample {
        truth: (0..known.len() + foreign.len())
            .map(|unit| unit < known.len())
            .collect(),
        // What is not a number was refused when answers were joined.
        probability: by_rank(&[known, foreign].concat())
            .unwrap_or_default()
            .into(),
        cluster_of: inside.cluster_of.iter().copied().chain(outside).collect(),
        threshold: 0.5,
        units: None,
    }
}
