//! Metrics that are a mean over examples.

use titer_core::{MultiLabelled, Multiplicity, Prepared, Undefined};

use super::checked;
use crate::mean_loss::MeanLoss;

/// How the labels of one example were called.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Calls {
    pub(super) labels: usize,
    pub(super) wrong: usize,
    pub(super) hits: usize,
    pub(super) truth: usize,
    pub(super) called: usize,
}

/// Prepares the mean of a number of each example, at most 1.
pub(super) fn prepare<'a>(
    data: MultiLabelled<'a>,
    of: impl Fn(Calls) -> f64,
) -> Box<dyn Prepared + 'a> {
    checked::prepare(data, |data| Ok(mean(data, of)))
}

/// The same for a number that only examples with a true label have.
pub(super) fn prepare_where_labelled<'a>(
    data: MultiLabelled<'a>,
    of: impl Fn(Calls) -> f64,
) -> Box<dyn Prepared + 'a> {
    checked::prepare(data, |data| {
        let of = |calls: Calls| if calls.truth == 0 { 0.0 } else { of(calls) };
        Ok(WhereLabelled {
            mean: mean(data, of),
            without: mean(data, |calls| f64::from(u8::from(calls.truth == 0))),
        })
    })
}

struct WhereLabelled {
    mean: MeanLoss,
    /// The share of examples without a true label.
    without: MeanLoss,
}

impl Prepared for WhereLabelled {
    fn value(&self, multiplicity: Multiplicity<'_>) -> Result<f64, Undefined> {
        if self.without.value(multiplicity)? > 0.0 {
            return Err(Undefined::because("an example has no true label"));
        }
        self.mean.value(multiplicity)
    }
}

fn mean(data: MultiLabelled<'_>, of: impl Fn(Calls) -> f64) -> MeanLoss {
    let rows = data.truth.chunks_exact(data.labels);
    let pairs = rows.zip(data.probability.chunks_exact(data.labels));
    let calls = pairs.map(|(truth, probability)| calls(truth, probability, data.threshold));
    MeanLoss::of(calls.map(of), 1.0)
}

fn calls(truth: &[bool], probability: &[f64], threshold: f64) -> Calls {
    let mut calls = Calls {
        labels: truth.len(),
        ..Calls::default()
    };
    for (&truth, &probability) in truth.iter().zip(probability) {
        let called = probability >= threshold;
        calls.wrong += usize::from(truth != called);
        calls.hits += usize::from(truth && called);
        calls.truth += usize::from(truth);
        calls.called += usize::from(called);
    }
    calls
}
