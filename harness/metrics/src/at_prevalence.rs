//! Metrics as they would be where the positive class is as rare as it is in a genome.
//!
//! Test data hold far more positives than a genome does, and metrics that mix the classes flatter by as much. Here every example
//! counts by its class: positives together as much as the prevalence says, negatives the rest (prior shift: what examples of
//! a class look like stays the same). Probabilities are taken as they are: a model that is calibrated for the data is not for
//! the genome, and log loss, Brier score and calibration error say by how much. Values are those of scikit-learn with
//! `sample_weight`.
//!
//! Shares of right and false calls come with Wilson's clustered intervals, and accuracy and precision are functions of the two,
//! so that no false call seen is not taken for none: at a prevalence of 0.1 % precision is decided by false calls that few
//! examples show. The others are drawn again by whole clusters, weights anew in each replicate; the interval of average precision
//! reaches as far down as false calls that were not seen may take it. Its value has no such correction: with few negatives it lies
//! above what many would show. How often intervals hold the truth, those of paired differences too, stands in
//! `examples/prevalences.txt`: 93.9 to 100 %.

mod calls;
mod differences;
mod losses;
mod ranked;

use titer_core::{Interval, Labelled, Multiplicity, Prepared, Undefined};
use titer_statistics::{ClusterDraws, Resampled, score_interval};

pub use differences::{PairedDifference, difference};

use crate::MetricName;
use crate::checked::check;

/// What is asked: data with their clusters, and the prevalence.
#[derive(Clone, Copy)]
pub struct Rarer<'a> {
    /// Truth and probability.
    pub data: Labelled<'a>,
    /// The cluster of each unit.
    pub cluster_of: &'a [u32],
    /// Draws of the clusters.
    pub draws: &'a ClusterDraws,
    /// The share of positives that units are to count for, above 0 and below 1.
    pub prevalence: f64,
    /// Two-sided confidence of the intervals.
    pub confidence: f64,
}

/// A metric at a prevalence.
#[derive(Clone, Debug)]
pub struct AtPrevalence {
    /// The metric's name.
    pub metric: &'static str,
    /// Its value on the data as they are, by the same formula; `None` where it is undefined.
    pub measured: Option<f64>,
    /// Its value at the prevalence.
    pub value: Result<f64, Undefined>,
    /// The interval of that.
    pub interval: Result<Interval, Undefined>,
}

/// Accuracy, precision, average precision, log loss, Brier score and expected calibration error (equal width, 15 bins, plain) at
/// a prevalence.
#[must_use]
pub fn at_prevalence(asked: Rarer<'_>) -> Vec<AtPrevalence> {
    let checked = check(asked.data).and_then(|()| shares(asked.data));
    let measured = match checked {
        Ok(measured) => measured,
        Err(reason) => return undefined(&reason),
    };
    let mut all = calls::of_calls(asked, measured);
    for (name, make) in ranked::METRICS.iter().chain(&losses::METRICS) {
        let at = |prevalence: f64| make(asked.data, prevalence);
        let prepared = at(asked.prevalence);
        let value = prepared.value(Multiplicity::Once);
        let interval = value.as_ref().map_err(Clone::clone).and_then(|_| {
            let resampled = Resampled::new(prepared.as_ref(), asked.cluster_of, asked.draws)?;
            let told_by = crate::binary_interval::rarer_clusters(asked.data, asked.cluster_of)?;
            let about = name.metric().about();
            let drawn = score_interval(&resampled, &about, told_by, asked.confidence);
            match name {
                MetricName::AveragePrecision => {
                    ranked::reaching_down(asked, resampled.point, drawn)
                }
                _ => drawn,
            }
        });
        all.push(AtPrevalence {
            metric: name.metric().about().name,
            measured: at(measured).value(Multiplicity::Once).ok(),
            value,
            interval,
        });
    }
    all.push(losses::calibration(asked, measured));
    all
}

/// Makes a metric of some data at a prevalence.
type Make = for<'a> fn(Labelled<'a>, f64) -> Box<dyn Prepared + 'a>;

/// The share of positives as it is.
fn shares(data: Labelled<'_>) -> Result<f64, Undefined> {
    let positives = data.truth.iter().filter(|truth| **truth).count() as u64;
    let negatives = data.truth.len() as u64 - positives;
    match positives == 0 || negatives == 0 {
        true => Err(crate::checked::one_class(positives, negatives)),
        false => Ok(positives as f64 / data.truth.len() as f64),
    }
}

fn undefined(reason: &Undefined) -> Vec<AtPrevalence> {
    let names = [
        MetricName::Accuracy.metric().about().name,
        MetricName::Precision.metric().about().name,
        MetricName::AveragePrecision.metric().about().name,
        MetricName::LogLoss.metric().about().name,
        MetricName::Brier.metric().about().name,
        losses::ECE,
    ];
    let one = |metric| AtPrevalence {
        metric,
        measured: None,
        value: Err(reason.clone()),
        interval: Err(reason.clone()),
    };
    names.map(one).to_vec()
}

/// What a positive and a negative count for, where so many of each were drawn.
fn weights(prevalence: f64, positives: u64, negatives: u64) -> Result<(f64, f64), Undefined> {
    match positives == 0 || negatives == 0 {
        true => Err(crate::checked::one_class(positives, negatives)),
        false => Ok((
            prevalence / positives as f64,
            (1.0 - prevalence) / negatives as f64,
        )),
    }
}
