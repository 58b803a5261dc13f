//! The interval of a score: which method fits which metric.

use titer_core::{Interval, Multiplicity, Undefined};
use titer_metrics::calibration_floor::calibration_error;
use titer_metrics::ece::Residuals;
use titer_metrics::stats::bootstrap::FEWEST_CLUSTERS;
use titer_metrics::stats::{ClusterDraws, Resampled, score_interval};
use titer_metrics::{MetricName, metric};

use crate::scores::{BIASED, CONFIDENCE, Sample};

/// A metric on a sample, with its interval and what comparisons make theirs of.
#[derive(Clone, Debug)]
pub struct Estimated {
    /// The value.
    pub value: Result<f64, Undefined>,
    /// Its interval.
    pub interval: Result<Interval, Undefined>,
    /// The metric resampled by whole clusters, or why it cannot be.
    pub resampled: Result<Resampled, Undefined>,
}

impl Estimated {
    /// Neither value nor interval.
    #[must_use]
    pub fn undefined(reason: &Undefined) -> Self {
        Self {
            value: Err(reason.clone()),
            interval: Err(reason.clone()),
            resampled: Err(reason.clone()),
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
    let metric = metric(name);
    let prepared = metric.prepare(sample.labelled());
    let about = metric.about();
    let value = prepared.value(Multiplicity::Once);
    let resampled = match &value {
        Err(reason) => Err(reason.clone()),
        Ok(_) if !about.smooth => Err(Undefined::because(BIASED)),
        Ok(_) if clusters < FEWEST_CLUSTERS => Err(too_few(clusters)),
        Ok(_) => Resampled::new(prepared.as_ref(), &sample.cluster_of, draws),
    };
    let interval = match (&value, &resampled) {
        (Err(reason), _) => Err(reason.clone()),
        (Ok(_), Ok(resampled)) => score_interval(resampled, about.range, CONFIDENCE),
        (Ok(_), Err(_)) if clusters >= FEWEST_CLUSTERS && is_calibration_error(name) => {
            of_calibration(name, sample, draws)
        }
        (Ok(_), Err(reason)) => Err(reason.clone()),
    };
    Estimated {
        value,
        interval,
        resampled,
    }
}

/// Whether a metric is a calibration error.
#[must_use]
pub fn is_calibration_error(name: MetricName) -> bool {
    calibration_error(name).is_ok()
}

/// A calibration error is a norm: its interval comes from the residuals that it is a norm of.
fn of_calibration(
    name: MetricName,
    sample: &Sample,
    draws: &ClusterDraws,
) -> Result<Interval, Undefined> {
    let MetricName::Ece { bins } = name else {
        return Err(Undefined::because(BIASED));
    };
    Residuals::new(sample.labelled(), bins)?.interval(&sample.cluster_of, draws, CONFIDENCE)
}

/// The interval of the difference of two calibration errors on the same units.
///
/// # Errors
/// The metric is no calibration error, or its residuals give no interval.
pub fn of_calibration_difference(
    name: MetricName,
    candidate: &Sample,
    base: &Sample,
    draws: &ClusterDraws,
    confidence: f64,
) -> Result<Interval, Undefined> {
    let MetricName::Ece { bins } = name else {
        return Err(Undefined::because(BIASED));
    };
    let base = Residuals::new(base.labelled(), bins)?;
    Residuals::new(candidate.labelled(), bins)?.difference_interval(
        &base,
        &candidate.cluster_of,
        draws,
        confidence,
    )
}

fn too_few(clusters: usize) -> Undefined {
    Undefined::because(format!(
        "{clusters} clusters are too few for a bootstrap ({FEWEST_CLUSTERS} needed)"
    ))
}
