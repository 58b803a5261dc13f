//! Recalibration: fitted on the tuning split, applied unchanged to what is scored.

use titer_core::Sees;
use titer_core::{Estimate, Recalibration, Undefined};
use titer_metrics::recalibration;
use titer_spec::RecalibrationMethod;
use titer_spec::plan::{PlannedSuite, PlannedTuning};
use titer_statistics::ClusterDraws;

use crate::cells::JudgedCell;
use crate::intervals::estimate;
use crate::sample::Sample;
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

/// The metrics of a clean cell that read the probability's size, once for each map. Metrics of ranks stay
/// as they are, those of calls are about the threshold.
#[must_use]
pub fn recalibrate(
    cell: &JudgedCell<'_>,
    tuning: &PlannedTuning,
    fitted: &[Fitted],
    draws: &ClusterDraws,
) -> Vec<Recalibration> {
    let mut rows = Vec::new();
    for fitted in fitted {
        let wanted = cell.scored.iter().filter(|one| {
            one.measure.metric.binary().is_some() && one.measure.sees() == Sees::Probability
        });
        rows.extend(wanted.map(|scored| row(scored, tuning, fitted, draws)));
    }
    rows
}

fn row(
    scored: &Scored,
    tuning: &PlannedTuning,
    fitted: &Fitted,
    draws: &ClusterDraws,
) -> Recalibration {
    let sample = scored.sample.as_ref().and_then(|sample| sample.binary());
    let after = match (&fitted.map, sample.zip(scored.measure.metric.binary())) {
        (Err(reason), _) => Estimate::undefined(reason),
        (Ok(_), None) => Estimate::undefined(&Undefined::because("the cell failed")),
        (Ok(map), Some((sample, metric))) => {
            let mapped = Sample {
                probability: map.apply_all(&sample.probability).into(),
                ..sample.clone()
            };
            let clusters = scored.score.clusters as usize;
            let estimated = estimate(metric, &mapped, draws, clusters);
            Estimate::new(&estimated.value, &estimated.interval)
        }
    };
    Recalibration {
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
        estimate: after,
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
