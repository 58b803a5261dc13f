//! Before a run: what difference each comparison could show, and which gates cannot be decided.
//!
//! An earlier run knows how much two variants' difference varies: its interval's width. Without one there
//! are assumptions only, and they are labelled so.

use titer_core::{Comparison, Contrast};
use titer_spec::gate::Allowed;
use titer_spec::{Gate, Plan};
use titer_statistics::power::{
    PlannedFlips, ScoreShape, USUAL_POWER, cannot_decide, detectable_difference, difference_error,
    error_by_interval, expected_auroc_error,
};

use crate::cells::score_key;
use crate::gates::{Subject, subjects};
use crate::words::{number, percent};

/// Flip rates that are assumed where no earlier run tells one.
pub const FLIP_RATES: [f64; 3] = [0.005, 0.02, 0.05];

/// Correlations of two variants' AUROCs that are assumed where no earlier run tells one.
pub const CORRELATIONS: [f64; 2] = [0.9, 0.99];

/// The AUROC that is assumed where no earlier run tells one.
pub const AUROC: f64 = 0.9;

/// What a comparison could show, by an earlier run.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// The suite.
    pub suite: String,
    /// The model.
    pub model: String,
    /// The variant.
    pub variant: String,
    /// The dataset.
    pub dataset: String,
    /// The metric.
    pub metric: String,
    /// The class; per-position suites only.
    pub class: Option<String>,
    /// The standard error of the paired difference.
    pub standard_error: f64,
    /// The smallest true difference that is seen with 80 % power.
    pub detectable: f64,
}

/// What every comparison of a plan could show, where an earlier run has an interval for it.
#[must_use]
pub fn known(plan: &Plan, earlier: &[Comparison]) -> Vec<Known> {
    let planned = |one: &&Comparison| {
        one.contrast == Contrast::Reference
            && one.key.case.is_clean()
            && plan
                .cells
                .iter()
                .any(|cell| score_key(cell, &one.key.metric, one.key.class.clone()) == one.key)
    };
    earlier
        .iter()
        .filter(planned)
        .filter_map(|one| {
            let standard_error = standard_error(one)?;
            let detectable = match of_flips(one) {
                Some(flips) => flips.detectable_difference(USUAL_POWER).ok().flatten(),
                None => detectable_difference(standard_error, USUAL_POWER).ok(),
            };
            Some(Known {
                suite: one.key.case.suite.clone(),
                model: one.key.case.model.clone(),
                variant: one.key.case.variant.clone(),
                dataset: one.key.case.dataset.clone(),
                metric: one.key.metric.clone(),
                class: one.key.class.clone(),
                standard_error,
                detectable: detectable?,
            })
        })
        .collect()
}

/// Of independent examples the earlier flips say what a difference of accuracy takes, which its interval, careful where
/// they are few, does not.
fn of_flips(comparison: &Comparison) -> Option<PlannedFlips> {
    let independent = comparison.clusters == comparison.examples;
    let known = comparison.key.metric == "accuracy" && independent && comparison.discordant > 0;
    known.then(|| PlannedFlips {
        units: comparison.examples as f64,
        design_effect: 1.0,
        flip_rate: comparison.discordant as f64 / comparison.examples as f64,
    })
}

/// With fewer flips than so many the next run may have too few for the interval that this one had.
const FEW_FLIPS: u64 = 20;

/// By the wider interval where flips are few and two stand beside each other.
fn standard_error(comparison: &Comparison) -> Option<f64> {
    let decides = error_by_interval(comparison.interval.as_ref().ok()?).ok()?;
    let few = comparison.discordant < FEW_FLIPS;
    let other = comparison.otherwise.as_ref().filter(|_| few);
    let other = other.and_then(|other| error_by_interval(other).ok());
    Some(other.map_or(decides, |other| decides.max(other)))
}

/// How many examples of each class a dataset has, for assumptions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Size {
    /// The suite.
    pub suite: String,
    /// The dataset.
    pub dataset: String,
    /// Positive examples.
    pub positives: u64,
    /// Negative ones.
    pub negatives: u64,
}

/// What a comparison on a dataset could show under assumptions; `None` where not even the assumed
/// difference is seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Assumed {
    /// The dataset.
    pub size: Size,
    /// Accuracy, for each of [`FLIP_RATES`].
    pub accuracy: [Option<f64>; 3],
    /// AUROC, for each of [`CORRELATIONS`], at an AUROC of [`AUROC`].
    pub auroc: [Option<f64>; 2],
}

/// What comparisons on a dataset could show, examples taken as independent: clusters make it more.
#[must_use]
pub fn assumed(size: &Size) -> Assumed {
    let (positives, negatives) = (size.positives as f64, size.negatives as f64);
    let flips = |flip_rate: f64| {
        PlannedFlips {
            units: positives + negatives,
            design_effect: 1.0,
            flip_rate,
        }
        .detectable_difference(USUAL_POWER)
        .ok()
        .flatten()
    };
    let auroc = |correlation: f64| {
        let error = expected_auroc_error(AUROC, positives, negatives, ScoreShape::Normal).ok()?;
        let error = difference_error(error, correlation, 1.0).ok()?;
        detectable_difference(error, USUAL_POWER).ok()
    };
    Assumed {
        size: size.clone(),
        accuracy: FLIP_RATES.map(flips),
        auroc: CORRELATIONS.map(auroc),
    }
}

/// Why a gate is unlikely to be decided on this data: its margin is smaller than what can be shown with
/// 80 % power even if both variants are equal. One line for each check, or for each dataset where only
/// assumptions tell.
#[must_use]
pub fn undecidable(
    plan: &Plan,
    gate: &Gate,
    earlier: &[Comparison],
    sizes: &[Size],
) -> Vec<String> {
    if gate.is_at_prevalence() {
        return Vec::new();
    }
    let Gate::NoWorseThanReference(margin) = gate else {
        return Vec::new();
    };
    let Allowed::Absolute(most) = margin.allowed() else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    for subject in subjects(plan, gate) {
        let Subject::Cell {
            cell,
            measure,
            class,
            ..
        } = subject
        else {
            continue;
        };
        let key = score_key(cell, measure.name, class.clone());
        let found = earlier
            .iter()
            .find(|one| one.contrast == Contrast::Reference && one.key == key);
        let line = match found {
            Some(one) => by_earlier(one, most).map(|why| {
                let class = class.map_or(String::new(), |class| format!(", {class}"));
                let (model, variant) = (&cell.case.model, &cell.case.variant);
                format!("{model} {variant} on {}{class}: {why}", cell.case.dataset)
            }),
            None => by_assumption(
                measure.name,
                &cell.case.suite,
                &cell.case.dataset,
                most,
                sizes,
            )
            .map(|why| format!("on {} of {}: {why}", cell.case.dataset, cell.case.suite)),
        };
        lines.extend(
            line.filter(|line| !lines.contains(line))
                .into_iter()
                .collect::<Vec<String>>(),
        );
    }
    lines
}

fn by_earlier(comparison: &Comparison, margin: f64) -> Option<String> {
    let error = standard_error(comparison)?;
    let smallest = cannot_decide(margin, error, USUAL_POWER).ok()??;
    Some(format!(
        "the margin {} is below {}, the smallest that the earlier run's spread lets be shown with {} power",
        number(margin),
        number(smallest),
        percent(USUAL_POWER)
    ))
}

fn by_assumption(
    metric: &str,
    suite: &str,
    dataset: &str,
    margin: f64,
    sizes: &[Size],
) -> Option<String> {
    let size = sizes
        .iter()
        .find(|size| size.suite == suite && size.dataset == dataset)?;
    let assumed = assumed(size);
    // The kindest assumption: what fails under it fails under the others.
    let (needed, under) = match metric {
        "accuracy" => (
            assumed.accuracy[0],
            format!("a flip rate of {}", percent(FLIP_RATES[0])),
        ),
        "auroc" => (
            assumed.auroc[1],
            format!("a correlation of {}", CORRELATIONS[1]),
        ),
        _ => return None,
    };
    let too_small = match needed {
        Some(needed) => needed > margin,
        None => true,
    };
    let least = needed.map_or("any that could be shown".to_owned(), number);
    too_small.then(|| {
        format!(
            "the margin {} is below {least} (assumed: {under}, independent examples)",
            number(margin)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(examples: u64) -> Size {
        Size {
            suite: "windows".to_owned(),
            dataset: "near".to_owned(),
            positives: examples / 2,
            negatives: examples / 2,
        }
    }

    #[test]
    fn more_examples_show_smaller_differences() {
        let (few, many) = (assumed(&size(400)), assumed(&size(40_000)));
        for (few, many) in few.auroc.iter().zip(&many.auroc) {
            let ratio = few.unwrap() / many.unwrap();
            assert!((9.0..11.0).contains(&ratio), "{ratio}");
        }
        assert!(many.auroc[1].unwrap() < many.auroc[0].unwrap());
        assert!(many.accuracy[0].unwrap() < many.accuracy[2].unwrap());
        // 400 examples at a flip rate of 0.5 % are two flips: nothing can be seen.
        assert_eq!(few.accuracy[0], None);
    }

    #[test]
    fn a_margin_below_what_can_be_shown_is_said() {
        let why = by_assumption("auroc", "windows", "near", 0.001, &[size(400)]).unwrap();
        assert!(why.contains("assumed: a correlation of 0.99"), "{why}");
        assert_eq!(
            by_assumption("auroc", "windows", "near", 0.05, &[size(4000)]),
            None
        );
        assert_eq!(
            by_assumption("brier", "windows", "near", 0.0, &[size(400)]),
            None
        );
    }
}
