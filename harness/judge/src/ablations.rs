//! What each field of a model's matrix is worth: the paired difference of variants that differ in it alone.
//!
//! One at a time that is one pair, the variant and the reference, and the row is their comparison. In full it is the mean over
//! the combinations of the other fields. Those pairs share their examples: the distances of their intervals' ends are averaged
//! as they are ([`Together::Unknown`]), which is the width that one pair would have had where all err alike, and too wide where
//! they do not.

use std::collections::BTreeSet;

use titer_core::{Ablation, Estimate, Interval, Undefined};
use titer_spec::plan::PlannedMatrix;
use titer_statistics::{Bounded, Together, holm, weighted_sum};

use crate::cells::JudgedCell;
use crate::comparisons::{How, paired_difference};
use crate::losses::p_of_loss;
use crate::scored::Scored;

/// The rows of one model on one dataset: for each field and value, in the matrix's order, one for each score. Values whose
/// variants were not asked have none.
#[must_use]
pub fn ablations(matrix: &PlannedMatrix, cells: &[JudgedCell<'_>], how: How<'_>) -> Vec<Ablation> {
    let find = |variant: &str| {
        let mut clean = cells.iter().filter(|cell| cell.cell.case.is_clean());
        clean.find(|cell| cell.cell.case.variant == variant)
    };
    let mut rows = Vec::new();
    for (number, axis) in matrix.axes.iter().enumerate() {
        let Some((own, others)) = axis.values.split_first() else {
            continue;
        };
        for (level, set) in (1..).zip(others) {
            let pairs = matrix.pairs(number, level).into_iter();
            let pairs: Option<Vec<Pair<'_, '_>>> = pairs
                .map(|(with, without)| Some((find(with)?, find(without)?)))
                .collect();
            let Some(pairs) = pairs.filter(|pairs| !pairs.is_empty()) else {
                continue;
            };
            let words = [&axis.field, own, set];
            let scores = 0..pairs[0].0.scored.len();
            rows.extend(scores.filter_map(|at| row(&pairs, at, words, how)));
        }
    }
    rows
}

/// A variant with a field set, and the one that has it as the reference does.
type Pair<'a, 'b> = (&'a JudgedCell<'b>, &'a JudgedCell<'b>);

/// The mean difference of the pairs' scores at a place in their lists.
fn row(pairs: &[Pair<'_, '_>], at: usize, words: [&String; 3], how: How<'_>) -> Option<Ablation> {
    let scored = |(with, without): &Pair<'_, '_>| -> Option<_> {
        let (with, without) = (with.scored.get(at)?, without.scored.get(at)?);
        Some(paired_difference(with, without, how))
    };
    let differences: Vec<_> = pairs.iter().map(scored).collect::<Option<_>>()?;
    let first: &Scored = pairs.first()?.0.scored.get(at)?;
    let (value, interval) = mean(&differences);
    let clusters = first.score.clusters;
    let p_value = match (&value, &interval) {
        (Ok(value), Ok(interval)) => Some(p_of_difference(*value, interval, clusters)),
        _ => None,
    };
    let (key, [field, own, set]) = (&first.score.key, words);
    Some(Ablation {
        suite: key.case.suite.clone(),
        model: key.case.model.clone(),
        dataset: key.case.dataset.clone(),
        split: key.case.split.clone(),
        metric: key.metric.clone(),
        class: key.class.clone(),
        field: field.clone(),
        own: own.clone(),
        set: set.clone(),
        pairs: pairs.len() as u64,
        difference: Estimate::new(&value, &interval),
        p_value,
        holm: None,
        clusters,
    })
}

/// A difference and its interval, or why there is none.
type Difference = (Result<f64, Undefined>, Result<Interval, Undefined>);

fn mean(differences: &[Difference]) -> Difference {
    if let [only] = differences {
        return only.clone();
    }
    let number = differences.len() as f64;
    let values: Result<Vec<f64>, Undefined> =
        differences.iter().map(|(value, _)| value.clone()).collect();
    let value = values.map(|values| values.iter().sum::<f64>() / number);
    let terms = differences.iter().map(|(value, interval)| {
        let (value, interval) = (value.clone()?, interval.clone()?);
        Ok((1.0 / number, Bounded { value, interval }))
    });
    let interval = terms
        .collect::<Result<Vec<_>, Undefined>>()
        .and_then(|terms| weighted_sum(&terms, Together::Unknown));
    (value, interval)
}

/// The two-sided p-value of no difference that an interval says.
fn p_of_difference(value: f64, interval: &Interval, clusters: u64) -> f64 {
    let one_sided = match value > 0.0 {
        true => p_of_loss(value, interval.lower, clusters),
        false => p_of_loss(-value, -interval.upper, clusters),
    };
    (2.0 * one_sided).min(1.0)
}

/// Adjusts p-values by Holm, all rows of a model being a family.
pub fn adjust(rows: &mut [Ablation]) {
    let models: BTreeSet<String> = rows.iter().map(|row| row.model.clone()).collect();
    for model in models {
        let in_family = |row: &&mut Ablation| row.model == model && row.p_value.is_some();
        let mut family: Vec<&mut Ablation> = rows.iter_mut().filter(in_family).collect();
        let p_values: Vec<f64> = family.iter().filter_map(|row| row.p_value).collect();
        let Ok(adjusted) = holm(&p_values) else {
            continue;
        };
        for (row, adjusted) in family.iter_mut().zip(adjusted) {
            row.holm = Some(adjusted);
        }
    }
}
