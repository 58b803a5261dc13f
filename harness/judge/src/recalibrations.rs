//! Recalibration: fitted on the tuning split, applied unchanged to what is scored.

use std::sync::Arc;

use titer_core::{Against, Estimate, Recalibration, Sees, Undefined};
use titer_metrics::recalibration;
use titer_metrics::registry::about;
use titer_spec::RecalibrationMethod;
use titer_spec::plan::{PlannedSuite, PlannedTuning};
use titer_statistics::ClusterDraws;

use crate::cells::JudgedCell;
use crate::comparisons::{How, paired_difference};
use crate::intervals::estimate;
use crate::sample::Sample;
use crate::sampled::Sampled;
use crate::scored::Scored;
use crate::words::number;

/// A map that was fitted for one variant, or why there is none.
#[derive(Clone, Debug)]
pub struct Fitted {
    method: RecalibrationMethod,
    map: Result<recalibration::Recalibration, Undefined>,
}

/// Fits every method that a suite asks for on a variant's tuning answers.
#[must_use]
pub fn fit(suite: &PlannedSuite, tuning: &Result<Sample, Undefined>) -> Vec<Fitted> {
    let fitted = |&method: &RecalibrationMethod| Fitted {
        method,
        map: tuning
            .as_ref()
            .map_err(Clone::clone)
            .and_then(|sample| kind(method).fit(sample.labelled())),
    };
    suite.recalibrate.iter().map(fitted).collect()
}

fn kind(method: RecalibrationMethod) -> recalibration::RecalibrationMethod {
    match method {
        RecalibrationMethod::Temperature => recalibration::RecalibrationMethod::Temperature,
        RecalibrationMethod::Platt => recalibration::RecalibrationMethod::Platt,
        RecalibrationMethod::Isotonic => recalibration::RecalibrationMethod::Isotonic,
    }
}

/// A metric of a clean cell after a recalibration.
pub struct Recalibrated {
    row: Recalibration,
    /// As a score of the mapped answers; `None` where there are none.
    scored: Option<Scored>,
}

/// Whether a recalibration changes a metric: one that reads the probability's size. Metrics of ranks stay as they are, those of
/// calls are about the threshold.
#[must_use]
pub fn is_changed(metric: &str) -> bool {
    about(metric).is_some_and(|about| about.sees == Sees::Probability)
}

/// The metrics of a clean cell that recalibration changes, once for each map.
#[must_use]
pub fn recalibrate(
    cell: &JudgedCell<'_>,
    tuning: &PlannedTuning,
    fitted: &[Fitted],
    draws: &ClusterDraws,
) -> Vec<Recalibrated> {
    let mut all = Vec::new();
    for fitted in fitted {
        let wanted = cell.scored.iter().filter(|one| {
            one.measure.metric.binary().is_some() && is_changed(&one.score.key.metric)
        });
        all.extend(wanted.map(|scored| one(scored, tuning, fitted, draws)));
    }
    all
}

/// The rows, held against the reference's where it is another one: each after its own map, paired on the same examples. Both are
/// of the same methods and metrics, in the same order.
#[must_use]
pub fn rows(
    all: &[Recalibrated],
    base: Option<(&str, &[Recalibrated])>,
    how: How<'_>,
) -> Vec<Recalibration> {
    let row = |(number, one): (usize, &Recalibrated)| {
        let against = base.and_then(|(name, base)| {
            let missing = || Undefined::because("one of the two was not recalibrated");
            let (value, interval) = match (&one.scored, &base.get(number)?.scored) {
                (Some(one), Some(other)) => paired_difference(one, other, how),
                _ => (Err(missing()), Err(missing())),
            };
            Some(Against::new(name.to_owned(), &value, &interval))
        });
        Recalibration {
            against: against.unwrap_or_default(),
            ..one.row.clone()
        }
    };
    all.iter().enumerate().map(row).collect()
}

fn one(
    scored: &Scored,
    tuning: &PlannedTuning,
    fitted: &Fitted,
    draws: &ClusterDraws,
) -> Recalibrated {
    let sample = scored.sample.as_ref().and_then(|sample| sample.binary());
    let mapped = match (&fitted.map, sample.zip(scored.measure.metric.binary())) {
        (Err(reason), _) => Err(reason.clone()),
        (Ok(_), None) => Err(Undefined::because("the cell failed")),
        (Ok(map), Some((sample, metric))) => {
            let mapped = Sample {
                probability: map.apply_all(&sample.probability).into(),
                ..sample.clone()
            };
            let clusters = scored.score.clusters as usize;
            let estimated = estimate(metric, &mapped, draws, clusters);
            let mut score = scored.score.clone();
            score.value = estimated.value;
            score.interval = estimated.interval;
            Ok(Scored {
                score,
                measure: scored.measure,
                sample: Some(Arc::new(Sampled::Binary(mapped))),
                resampled: estimated.resampled,
                calibration: estimated.calibration,
            })
        }
    };
    let row = Recalibration {
        key: scored.score.key.clone(),
        method: fitted.method.name().to_owned(),
        parameters: fitted.map.as_ref().map_or_else(ToString::to_string, words),
        at_bound: fitted
            .map
            .as_ref()
            .is_ok_and(recalibration::Recalibration::at_bound),
        fitted_on: tuning.dataset.clone(),
        fitted_examples: tuning.count,
        raw: scored.score.value.as_ref().ok().copied(),
        estimate: match &mapped {
            Ok(of) => Estimate::new(&of.score.value, &of.score.interval),
            Err(reason) => Estimate::undefined(reason),
        },
        against: Against::default(),
    };
    Recalibrated {
        row,
        scored: mapped.ok(),
    }
}

fn words(map: &recalibration::Recalibration) -> String {
    match map {
        recalibration::Recalibration::Temperature(map) => {
            format!("temperature {}", number(map.temperature))
        }
        recalibration::Recalibration::Platt(map) => format!(
            "slope {}, intercept {}",
            number(map.slope),
            number(map.intercept)
        ),
        recalibration::Recalibration::Isotonic(map) => format!("{} levels", map.levels().len()),
    }
}
