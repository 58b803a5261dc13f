//! The slope along steps, with its interval.

use std::borrow::Cow;

use titer_core::{Comparison, Estimate, Interval, IntervalMethod, Score, Undefined};
use titer_statistics::{
    Bounded, Resampled, Together, slope_weights, student_interval, weighted_sum,
};

use crate::sample::CONFIDENCE;

/// A step's value with its interval, each or the reason why not.
#[derive(Clone)]
pub(super) struct Known<'a> {
    value: Cow<'a, Result<f64, Undefined>>,
    interval: Cow<'a, Result<Interval, Undefined>>,
    /// Of steps that share their draws: what the value is in each.
    resampled: Option<&'a Resampled>,
}

impl Known<'static> {
    pub(super) fn owned(
        value: Result<f64, Undefined>,
        interval: Result<Interval, Undefined>,
    ) -> Self {
        Self {
            value: Cow::Owned(value),
            interval: Cow::Owned(interval),
            resampled: None,
        }
    }
}

impl<'a> Known<'a> {
    /// The value as it is in each of the draws that the steps share.
    pub(super) fn on_draws(self, resampled: Option<&'a Resampled>) -> Self {
        Self { resampled, ..self }
    }
}

impl<'a> From<&'a Score> for Known<'a> {
    fn from(score: &'a Score) -> Self {
        Self {
            value: Cow::Borrowed(&score.value),
            interval: Cow::Borrowed(&score.interval),
            resampled: None,
        }
    }
}

impl<'a> From<&'a Comparison> for Known<'a> {
    fn from(one: &'a Comparison) -> Self {
        Self {
            value: Cow::Borrowed(&one.difference),
            interval: Cow::Borrowed(&one.interval),
            resampled: None,
        }
    }
}

/// The steps of a ladder, as a slope is taken along them.
pub(super) struct Along<'a> {
    /// +1 where higher is better.
    pub(super) sign: f64,
    /// Where each step lies.
    pub(super) places: &'a [f64],
    /// What each step is called.
    pub(super) names: Vec<&'a str>,
    /// Whether clusters lie at more than one step.
    pub(super) is_shared: bool,
}

impl Along<'_> {
    /// What is lost with each unit of the places: positive where it gets worse.
    pub(super) fn slope<'b>(&self, steps: impl Iterator<Item = Known<'b>>) -> Estimate {
        let steps: Vec<Known<'b>> = steps.collect();
        let weights = match slope_weights(self.places) {
            // What is lost: turned where higher is better.
            Ok(weights) => weights.into_iter().map(|weight| -self.sign * weight),
            Err(reason) => return Estimate::undefined(&reason),
        };
        let weights: Vec<f64> = weights.collect();
        if steps.len() != weights.len() {
            let reason = format!("{} of {} steps have a score", steps.len(), weights.len());
            return Estimate::undefined(&Undefined::because(reason));
        }
        let value = self.value(&weights, &steps);
        let interval = match &value {
            Ok(_) => self.interval(&weights, &steps),
            Err(reason) => Err(reason.clone()),
        };
        Estimate::new(&value, &interval)
    }

    fn value(&self, weights: &[f64], steps: &[Known<'_>]) -> Result<f64, Undefined> {
        let mut sum = 0.0;
        for (number, (weight, step)) in weights.iter().zip(steps).enumerate() {
            sum += weight * self.at(number, &step.value)?;
        }
        // Adding 0 makes one zero of the two.
        Ok(sum + 0.0)
    }

    fn interval(&self, weights: &[f64], steps: &[Known<'_>]) -> Result<Interval, Undefined> {
        let mut terms = Vec::new();
        for (number, (weight, step)) in weights.iter().zip(steps).enumerate() {
            let bounded = Bounded {
                value: self.at(number, &step.value)?,
                interval: self.at(number, &step.interval)?,
            };
            terms.push((*weight, bounded));
        }
        let is = |wanted: fn(IntervalMethod) -> bool| {
            move |(_, one): &(f64, Bounded)| wanted(one.interval.method)
        };
        // Where each step's interval comes from its replicates, and those of all from the same draws, so does the slope's.
        let drawn: Option<Vec<(f64, &Resampled)>> = weights
            .iter()
            .zip(steps)
            .map(|(weight, step)| Some((*weight, step.resampled?)))
            .collect();
        if let Some(drawn) = drawn.filter(|_| terms.iter().all(is(comes_from_replicates))) {
            return student_interval(&Resampled::weighted_sum(&drawn)?, CONFIDENCE);
        }
        let together = match self.is_shared || terms.iter().any(is(is_bound)) {
            true => Together::Unknown,
            false => Together::Independent,
        };
        weighted_sum(&terms, together)
    }

    /// What is undefined says at which step.
    fn at<T: Copy>(&self, number: usize, of: &Result<T, Undefined>) -> Result<T, Undefined> {
        let step = self.names.get(number).copied().unwrap_or_default();
        of.as_ref()
            .copied()
            .map_err(|reason| Undefined::because(format!("at {step}: {reason}")))
    }
}

fn comes_from_replicates(method: IntervalMethod) -> bool {
    matches!(
        method,
        IntervalMethod::ClusteredBootstrapLogitT
            | IntervalMethod::ClusteredBootstrapLogT
            | IntervalMethod::ClusteredBootstrapT
    )
}

/// Whether the distance to an end is no multiple of a standard error.
fn is_bound(method: IntervalMethod) -> bool {
    matches!(
        method,
        IntervalMethod::ClusteredNormBound | IntervalMethod::ClusteredBands
    )
}
