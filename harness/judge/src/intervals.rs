//! The interval of a score: which method fits which metric.

use std::collections::BTreeMap;
use std::sync::Arc;

use titer_core::{About, Interval, IntervalKind, Metric, Multiplicity, Prepared, Undefined};
use titer_metrics::binary_interval::binary_interval;
use titer_metrics::calibration_interval::Calibration;
use titer_metrics::stats::{ReplicateBins, jackknives};
use titer_metrics::{AnyMetric, MetricName};
use titer_statistics::bootstrap::FEWEST_CLUSTERS;
use titer_statistics::{ClusterDraws, Resampled, score_interval};

use crate::measures::Measure;
use crate::sample::{CONFIDENCE, Sample};

/// Why an extreme over thresholds has no interval.
pub const NOT_SMOOTH: &str = "an extreme over thresholds: a bootstrap of it is biased";

/// Why a mean of calibration errors has none.
const LIFTED: &str = "a mean of distances, which chance lifts: a bootstrap of it is biased; the `ece` of each class has an interval";

/// A metric on a sample, with its interval and what comparisons make theirs of.
#[derive(Clone, Debug)]
pub struct Estimated {
    /// The value.
    pub value: Result<f64, Undefined>,
    /// Its interval.
    pub interval: Result<Interval, Undefined>,
    /// The metric resampled by whole clusters, or why it cannot be.
    pub resampled: Result<Resampled, Undefined>,
    /// Of a calibration error, which is no metric to resample: what its intervals are made of.
    pub calibration: Option<Arc<Calibration>>,
}

impl Estimated {
    /// Neither value nor interval.
    #[must_use]
    pub fn undefined(reason: &Undefined) -> Self {
        Self {
            value: Err(reason.clone()),
            interval: Err(reason.clone()),
            resampled: Err(reason.clone()),
            calibration: None,
        }
    }
}

/// Scores a sample of so many clusters, and resamples it by whole clusters.
#[must_use]
pub fn estimate(
    name: MetricName,
    sample: &Sample,
    draws: &ClusterDraws,
    clusters: usize,
) -> Estimated {
    let mut all = estimates(&[name], sample, draws, clusters);
    all.pop()
        .unwrap_or_else(|| Estimated::undefined(&Undefined::because("not scored")))
}

/// The same for several metrics, which share the work of sorting and drawing.
#[must_use]
pub fn estimates(
    names: &[MetricName],
    sample: &Sample,
    draws: &ClusterDraws,
    clusters: usize,
) -> Vec<Estimated> {
    let data = sample.labelled();
    let metrics: Vec<Box<dyn Metric>> = names.iter().map(|&name| name.metric()).collect();
    let smooth = |index: &usize| metrics[*index].about().interval == IntervalKind::Bootstrap;
    let drawn: Vec<usize> = (0..names.len()).filter(smooth).collect();
    let asked: Vec<MetricName> = drawn.iter().map(|&index| names[index]).collect();
    let enough = clusters >= FEWEST_CLUSTERS;
    let (mut replicates, mut left_out) = (Vec::new(), Vec::new());
    let mut read = ReplicateBins::default();
    if enough {
        let of = &sample.cluster_of;
        let bins: Vec<usize> = names
            .iter()
            .copied()
            .filter_map(Calibration::bins_of)
            .collect();
        (replicates, read) =
            titer_metrics::stats::resample_with_bins(data, &asked, &bins, of, draws);
        left_out = jackknives(data, &asked, of, draws.clusters());
    }
    let mut resampled: BTreeMap<usize, _> = drawn
        .into_iter()
        .zip(replicates.into_iter().zip(left_out))
        .collect();
    let one = |(index, metric): (usize, Box<dyn Metric>)| {
        // Not bound to a name: it holds the examples in an order of its own, and others will.
        let value = metric.prepare(data).value(Multiplicity::Once);
        let resampled = match (&value, resampled.remove(&index)) {
            (Err(reason), _) => Err(reason.clone()),
            (Ok(_), _) if metric.about().interval != IntervalKind::Bootstrap => {
                Err(Undefined::because(NOT_SMOOTH))
            }
            (Ok(_), None) => Err(too_few(clusters)),
            (Ok(value), Some((replicates, left_out))) => left_out.map(|jackknife| Resampled {
                point: *value,
                replicates,
                jackknife,
                clusters: draws.clusters(),
            }),
        };
        // A calibration error is a norm: its interval comes from the residuals that it is a norm of.
        let calibration = (value.is_ok()
            && enough
            && metric.about().interval == IntervalKind::Residuals)
            .then(|| {
                let of = &sample.cluster_of;
                Calibration::with_bins(names[index], data, of, (draws, &read), CONFIDENCE)
            });
        let interval = match (&value, &resampled, &calibration) {
            (Err(reason), ..) => Err(reason.clone()),
            (_, _, Some(made)) => {
                let made = made.as_ref().map_err(Clone::clone);
                made.and_then(Calibration::interval)
            }
            (Ok(_), Ok(resampled), None) => {
                let of = &sample.cluster_of;
                binary_interval(names[index], resampled, data, of, CONFIDENCE)
            }
            (Ok(_), Err(reason), None) => Err(reason.clone()),
        };
        Estimated {
            value,
            interval,
            resampled,
            calibration: calibration.and_then(Result::ok).map(Arc::new),
        }
    };
    metrics.into_iter().enumerate().map(one).collect()
}

/// What each measure comes to where `prepare` binds its metric to the data; the others are not asked.
pub fn estimate_each<'a>(
    measures: &[Measure],
    prepare: impl Fn(AnyMetric) -> Option<(Box<dyn Prepared + 'a>, About)>,
    cluster_of: &[u32],
    draws: &ClusterDraws,
    clusters: usize,
) -> Vec<Estimated> {
    let one = |measure: &Measure| match prepare(measure.metric) {
        Some((prepared, about)) => {
            estimate_prepared(prepared.as_ref(), &about, cluster_of, draws, clusters)
        }
        None => not_asked(),
    };
    measures.iter().map(one).collect()
}

/// The same for a metric bound to its data, of any question.
#[must_use]
pub fn estimate_prepared(
    prepared: &dyn Prepared,
    about: &About,
    cluster_of: &[u32],
    draws: &ClusterDraws,
    clusters: usize,
) -> Estimated {
    let value = prepared.value(Multiplicity::Once);
    let resampled = match &value {
        Err(reason) => Err(reason.clone()),
        Ok(_) if about.interval != IntervalKind::Bootstrap => Err(Undefined::because(LIFTED)),
        Ok(_) if clusters < FEWEST_CLUSTERS => Err(too_few(clusters)),
        Ok(_) => Resampled::new(prepared, cluster_of, draws),
    };
    let interval = match &resampled {
        Ok(resampled) => score_interval(resampled, about, resampled.clusters, CONFIDENCE),
        Err(reason) => Err(reason.clone()),
    };
    Estimated {
        value,
        interval,
        resampled,
        calibration: None,
    }
}

fn too_few(clusters: usize) -> Undefined {
    Undefined::because(format!(
        "{clusters} clusters are too few for a bootstrap ({FEWEST_CLUSTERS} needed)"
    ))
}

/// A metric of another question.
pub fn not_asked() -> Estimated {
    Estimated::undefined(&Undefined::because("the metric is of another question"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A model without an error has an interval, so that a limit decides on it.
    #[test]
    fn no_error_is_no_reason_to_refuse() {
        let truth: Arc<[bool]> = (0..60).map(|at| at < 30).collect();
        let sample = Sample {
            probability: truth.iter().map(|&is| if is { 0.8 } else { 0.1 }).collect(),
            cluster_of: (0..60).collect(),
            truth,
            threshold: 0.5,
            units: None,
        };
        let draws = ClusterDraws::new(60, 200, 1, "bootstrap");
        let names = [
            MetricName::Auroc,
            MetricName::AveragePrecision,
            MetricName::Accuracy,
            MetricName::Mcc,
        ];
        for (name, found) in names.iter().zip(estimates(&names, &sample, &draws, 60)) {
            let interval = found.interval.unwrap();
            assert_eq!(found.value, Ok(1.0), "{name:?}");
            assert!(
                interval.upper == 1.0 && interval.lower > 0.6,
                "{name:?} {interval:?}"
            );
            assert!(interval.lower < 0.95, "{name:?} {interval:?}");
        }
    }
}
