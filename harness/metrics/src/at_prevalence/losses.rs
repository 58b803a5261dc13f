//! Losses and the calibration error at a prevalence.

use titer_core::{Labelled, Multiplicity, Prepared, Undefined};
use titer_statistics::Norm;
use titer_statistics::norm::{self, Known};

use super::{AtPrevalence, Make, Rarer, weights};
use crate::MetricName;
use crate::log_loss::EPSILON;

pub(super) const METRICS: [(MetricName, Make); 2] = [
    (MetricName::LogLoss, |data, prevalence| {
        make(data, prevalence, log_loss)
    }),
    (MetricName::Brier, |data, prevalence| {
        make(data, prevalence, squared)
    }),
];

/// The name of the calibration error.
pub(super) const ECE: &str = "ece_equal_width";

/// Its bins.
const BINS: usize = 15;

/// The loss of a probability where the class is true or not.
type Loss = fn(bool, f64) -> f64;

fn log_loss(truth: bool, probability: f64) -> f64 {
    let clipped = probability.clamp(EPSILON, 1.0 - EPSILON);
    -libm::log(if truth { clipped } else { 1.0 - clipped })
}

fn squared(truth: bool, probability: f64) -> f64 {
    let distance = probability - f64::from(u8::from(truth));
    distance * distance
}

fn make(data: Labelled<'_>, prevalence: f64, loss: Loss) -> Box<dyn Prepared + '_> {
    let units = data.truth.iter().zip(data.probability);
    Box::new(Losses {
        truth: data.truth,
        losses: units
            .map(|(truth, probability)| loss(*truth, *probability))
            .collect(),
        prevalence,
    })
}

struct Losses<'a> {
    truth: &'a [bool],
    losses: Vec<f64>,
    prevalence: f64,
}

impl Prepared for Losses<'_> {
    fn value(&self, multiplicity: Multiplicity<'_>) -> Result<f64, Undefined> {
        let (mut sums, mut counts) = ([0.0; 2], [0_u64; 2]);
        for (unit, (truth, loss)) in self.truth.iter().zip(&self.losses).enumerate() {
            let count = multiplicity.of(unit);
            sums[usize::from(*truth)] += f64::from(count) * loss;
            counts[usize::from(*truth)] += u64::from(count);
        }
        let (positive, negative) = weights(self.prevalence, counts[1], counts[0])?;
        Ok(positive * sums[1] + negative * sums[0])
    }
}

/// The plain expected calibration error over bins of equal width: the interval is that of a norm, as of any calibration error.
pub(super) fn calibration(asked: Rarer<'_>, measured: f64) -> AtPrevalence {
    let at = |prevalence| residuals(asked.data, prevalence, Multiplicity::Once);
    let process = at(asked.prevalence);
    let value = process.as_ref().map(|process| Norm::Sum.of(process));
    AtPrevalence {
        metric: ECE,
        measured: at(measured).ok().map(|process| Norm::Sum.of(&process)),
        value: value.map_err(Clone::clone),
        interval: process.and_then(|process| interval(asked, process)),
    }
}

fn interval(asked: Rarer<'_>, process: Vec<f64>) -> Result<titer_core::Interval, Undefined> {
    let Rarer {
        draws, cluster_of, ..
    } = asked;
    let value = Norm::Sum.of(&process);
    norm::check(&[value], draws, asked.confidence)?;
    let deviations = (0..draws.replicates()).map(|replicate| {
        draws.read(replicate, |counts| {
            let drawn = Multiplicity::PerCluster { counts, cluster_of };
            let drawn = residuals(asked.data, asked.prevalence, drawn).ok()?;
            Some(drawn.iter().zip(&process).map(|(a, b)| a - b).collect())
        })
    });
    let known = Known {
        norm: Norm::Sum,
        deviations: deviations.collect(),
        process,
    };
    norm::interval_of(value, &known, draws.clusters(), 1.0, asked.confidence)
}

/// Of each bin, probability less truth, weighted and summed.
fn residuals(
    data: Labelled<'_>,
    prevalence: f64,
    multiplicity: Multiplicity<'_>,
) -> Result<Vec<f64>, Undefined> {
    let (mut sums, mut counts) = (vec![[0.0; 2]; BINS], [0_u64; 2]);
    for (unit, (truth, probability)) in data.truth.iter().zip(data.probability).enumerate() {
        let (count, class) = (multiplicity.of(unit), usize::from(*truth));
        let bin = ((probability * BINS as f64) as usize).min(BINS - 1);
        sums[bin][class] += f64::from(count) * (probability - f64::from(u8::from(*truth)));
        counts[class] += u64::from(count);
    }
    let (positive, negative) = weights(prevalence, counts[1], counts[0])?;
    let bin = |sums: [f64; 2]| positive * sums[1] + negative * sums[0];
    Ok(sums.into_iter().map(bin).collect())
}
