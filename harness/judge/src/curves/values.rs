//! Predicted against true numbers: single examples, and means of bins.

use titer_core::{Curve, CurveKind, CurvePoint};
use titer_spec::plan::PlannedCell;

use super::MOST_POINTS;
use crate::answers::Answers;
use crate::ground::Ground;

/// Bins of equal mass, at most.
const BINS: usize = 20;

/// Examples of a bin, at least, where there are several bins.
const FEWEST_OF_A_BIN: usize = 10;

/// The curves of a cell whose answers are numbers.
#[must_use]
pub(super) fn curves(cell: &PlannedCell, ground: &Ground, answers: &Answers) -> Vec<Curve> {
    let predicted = answers.probability.first().map_or(&[][..], |of| of);
    let mut points: Vec<(f64, f64)> = ground
        .values
        .iter()
        .copied()
        .zip(predicted.iter().copied())
        .collect();
    points.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let curve = |kind, points| Curve {
        suite: cell.case.suite.clone(),
        model: cell.case.model.clone(),
        variant: cell.case.variant.clone(),
        dataset: cell.case.dataset.clone(),
        class: None,
        kind,
        points,
    };
    vec![
        curve(CurveKind::PredictedTrue, single(&points)),
        curve(CurveKind::PredictedByTrue, bins(&points)),
    ]
}

/// At most [`MOST_POINTS`] examples, evenly from the smallest to the largest true number.
fn single(sorted: &[(f64, f64)]) -> Vec<CurvePoint> {
    let shown = sorted.len().min(MOST_POINTS);
    let place = |index: usize| index * (sorted.len() - 1) / (shown - 1).max(1);
    let point = |index: usize| CurvePoint {
        x: sorted[place(index)].0,
        y: sorted[place(index)].1,
        weight: 1.0,
    };
    (0..shown).map(point).collect()
}

/// Means of bins of as many examples each, by the true number.
fn bins(sorted: &[(f64, f64)]) -> Vec<CurvePoint> {
    let bins = (sorted.len() / FEWEST_OF_A_BIN).clamp(1, BINS);
    let start = |bin: usize| bin * sorted.len() / bins;
    let mean = |bin: usize| {
        let bin = &sorted[start(bin)..start(bin + 1)];
        let count = bin.len() as f64;
        let sums = bin
            .iter()
            .fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        (count > 0.0).then(|| CurvePoint {
            x: sums.0 / count,
            y: sums.1 / count,
            weight: count,
        })
    };
    (0..bins).filter_map(mean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_are_shown_and_bins_hold_everyone() {
        let points: Vec<(f64, f64)> = (0..1003).map(|i| (f64::from(i), -f64::from(i))).collect();
        let few = single(&points);
        assert_eq!(few.len(), MOST_POINTS);
        assert_eq!((few[0].x, few[MOST_POINTS - 1].x), (0.0, 1002.0));
        let means = bins(&points);
        assert_eq!(means.len(), BINS);
        let held: f64 = means.iter().map(|point| point.weight).sum();
        assert_eq!(held, 1003.0);
        let of_all = means
            .iter()
            .map(|point| point.weight * point.y)
            .sum::<f64>()
            / held;
        assert!((of_all + 501.0).abs() < 1e-9, "{of_all}");
        assert!(single(&[]).is_empty() && bins(&[]).is_empty());
        assert_eq!(single(&points[..1]).len(), 1);
        assert_eq!(bins(&points[..7]).len(), 1);
    }
}
