//! Curves of a clean cell: ROC, precision and recall, reliability, risk and coverage; of numbers
//! predicted against true ones.
//!
//! Equal probabilities are one point, so the order of ties changes nothing. Positions get the first
//! two only: almost all of them are background, and bins of equal mass would show little else.

use titer_core::{Curve, CurveKind, CurvePoint, Labelled};
use titer_metrics::ece::Ece;
use titer_metrics::ece::reliability;
use titer_spec::MetricSpec;
use titer_spec::model::Meaning;
use titer_spec::plan::{PlannedCell, PlannedSuite};

use crate::answers::Answers;
use crate::ground::Ground;
use crate::scores::sample;

mod values;

/// The most points of a curve.
pub const MOST_POINTS: usize = 200;

/// The curves of a cell.
#[must_use]
pub fn curves(
    suite: &PlannedSuite,
    cell: &PlannedCell,
    ground: &Ground,
    answers: &Answers,
) -> Vec<Curve> {
    if ground.numbers {
        return values::curves(cell, ground, answers);
    }
    let mut curves = Vec::new();
    let ranks = answers.meaning == Meaning::Ranking;
    for (class, known) in ground.classes.iter().enumerate() {
        let part = known
            .known
            .as_ref()
            .map(|_| sample(ground, answers, class, false));
        let data = match &part {
            Some(part) => part.labelled(),
            None => Labelled {
                truth: &known.truth,
                probability: &answers.probability[class],
                threshold: answers.threshold,
            },
        };
        let mut kinds = ranked(data);
        if !(ground.positions || ranks) {
            kinds.push((CurveKind::Reliability, bins(suite, data)));
        }
        // Of several classes a call is no matter of one class's threshold, and of labels a call is one of several.
        if !(ground.positions || ground.several || ground.labels || ranks) {
            kinds.push((CurveKind::RiskCoverage, risk_coverage(data)));
        }
        for (kind, points) in kinds {
            if !points.is_empty() {
                curves.push(Curve {
                    suite: cell.case.suite.clone(),
                    model: cell.case.model.clone(),
                    variant: cell.case.variant.clone(),
                    dataset: cell.case.dataset.clone(),
                    class: ground.class_name(class),
                    kind,
                    points,
                });
            }
        }
    }
    curves
}

/// ROC and precision-recall; nothing where a class is missing.
fn ranked(data: Labelled<'_>) -> Vec<(CurveKind, Vec<CurvePoint>)> {
    let positives = data.truth.iter().filter(|&&truth| truth).count();
    let negatives = data.truth.len() - positives;
    if positives == 0 || negatives == 0 {
        return Vec::new();
    }
    let origin = CurvePoint {
        x: 0.0,
        y: 0.0,
        weight: 0.0,
    };
    let (mut roc, mut precision_recall) = (vec![origin], Vec::new());
    for (seen, hits) in cumulative(data.probability, |index| data.truth[index]) {
        let weight = seen as f64;
        let recall = hits as f64 / positives as f64;
        roc.push(CurvePoint {
            x: (seen - hits) as f64 / negatives as f64,
            y: recall,
            weight,
        });
        precision_recall.push(CurvePoint {
            x: recall,
            y: hits as f64 / weight,
            weight,
        });
    }
    vec![
        (
            CurveKind::Roc,
            thin(&roc, |point| 0.5 * (point.x + point.y)),
        ),
        (
            CurveKind::PrecisionRecall,
            thin(&precision_recall, |point| point.x),
        ),
    ]
}

fn bins(suite: &PlannedSuite, data: Labelled<'_>) -> Vec<CurvePoint> {
    let asked = suite.metrics.iter().find_map(|metric| match metric {
        MetricSpec::Ece(ece) => Some(ece.bins),
        _ => None,
    });
    let bins = reliability(data, asked.unwrap_or(Ece::USUAL.bins)).unwrap_or_default();
    let points: Vec<CurvePoint> = bins
        .iter()
        .map(|bin| CurvePoint {
            x: bin.mean_probability,
            y: bin.share(),
            weight: bin.examples as f64,
        })
        .collect();
    thin(&points, |point| point.x)
}

/// The error rate among the most confident share; confidence is the probability of the likelier
/// class, a call is made at the threshold.
fn risk_coverage(data: Labelled<'_>) -> Vec<CurvePoint> {
    let confidence: Vec<f64> = data.probability.iter().map(|&p| p.max(1.0 - p)).collect();
    let wrong = |index: usize| (data.probability[index] >= data.threshold) != data.truth[index];
    let points: Vec<CurvePoint> = cumulative(&confidence, wrong)
        .into_iter()
        .map(|(seen, errors)| CurvePoint {
            x: seen as f64 / confidence.len() as f64,
            y: errors as f64 / seen as f64,
            weight: seen as f64,
        })
        .collect();
    thin(&points, |point| point.x)
}

/// From the highest value down, after each group of equal values: how many were seen, and how many
/// of them are hits.
fn cumulative(values: &[f64], hit: impl Fn(usize) -> bool) -> Vec<(u64, u64)> {
    // Whole numbers in the order of the values, each with its hit: what is compared lies side by side. Adding 0 makes one zero
    // of the two.
    let key = |value: f64| {
        let bits = (value + 0.0).to_bits();
        bits ^ (((bits.cast_signed() >> 63).cast_unsigned()) | (1 << 63))
    };
    let mut order: Vec<(u64, bool)> = values
        .iter()
        .enumerate()
        .map(|(index, value)| (key(*value), hit(index)))
        .collect();
    order.sort_unstable_by_key(|one| std::cmp::Reverse(one.0));
    let (mut seen, mut hits) = (0, 0);
    let mut points = Vec::new();
    for group in order.chunk_by(|one, other| one.0 == other.0) {
        seen += group.len() as u64;
        hits += group.iter().filter(|(_, hit)| *hit).count() as u64;
        points.push((seen, hits));
    }
    points
}

/// At most [`MOST_POINTS`] points, the first and the last among them: one for each equal step of a
/// measure that runs from 0 to 1 along the curve.
fn thin(points: &[CurvePoint], along: impl Fn(&CurvePoint) -> f64) -> Vec<CurvePoint> {
    if points.len() <= MOST_POINTS {
        return points.to_vec();
    }
    let steps = MOST_POINTS - 3;
    let step = |point: &CurvePoint| (along(point) * steps as f64) as usize;
    let last = points.len() - 1;
    let mut kept: Vec<CurvePoint> = vec![points[0]];
    let mut reached = step(&points[0]);
    for point in &points[1..last] {
        if step(point) > reached {
            reached = step(point);
            kept.push(*point);
        }
    }
    kept.push(points[last]);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data<'a>(truth: &'a [bool], probability: &'a [f64]) -> Labelled<'a> {
        Labelled {
            truth,
            probability,
            threshold: 0.5,
        }
    }

    fn xy(points: &[CurvePoint]) -> Vec<(f64, f64)> {
        points.iter().map(|point| (point.x, point.y)).collect()
    }

    #[test]
    fn roc_and_precision_recall_by_hand() {
        let curves = ranked(data(&[true, false, true, false], &[0.9, 0.7, 0.7, 0.1]));
        assert_eq!(
            xy(&curves[0].1),
            [(0.0, 0.0), (0.0, 0.5), (0.5, 1.0), (1.0, 1.0)]
        );
        assert_eq!(xy(&curves[1].1), [(0.5, 1.0), (1.0, 2.0 / 3.0), (1.0, 0.5)]);
        assert!(ranked(data(&[true], &[0.9])).is_empty());
    }

    /// Zeros of either sign are one value, and numbers below 0 come last.
    #[test]
    fn values_go_down_from_the_highest() {
        let values = [-0.0, 0.5, 0.0, -2.0, -1.0, 1e-300];
        let found = cumulative(&values, |index| index % 2 == 0);
        assert_eq!(found, [(1, 0), (2, 0), (4, 2), (5, 3), (6, 3)]);
    }

    #[test]
    fn risk_grows_from_the_most_confident() {
        let points = risk_coverage(data(&[true, true, false, true], &[0.9, 0.1, 0.3, 0.7]));
        // 0.9 right and 0.1 wrong are equally confident; then 0.3 right, 0.7 right.
        assert_eq!(points[0].weight, 2.0);
        assert_eq!(xy(&points), [(0.5, 0.5), (1.0, 0.25)]);
    }

    #[test]
    fn a_long_curve_keeps_its_ends_and_no_more_than_its_points() {
        let truth: Vec<bool> = (0..5000).map(|i| i % 3 == 0).collect();
        let probability: Vec<f64> = (0..5000).map(|i| f64::from(i) / 5000.0).collect();
        for (_, points) in ranked(data(&truth, &probability)) {
            assert!(
                (100..=MOST_POINTS).contains(&points.len()),
                "{}",
                points.len()
            );
            assert_eq!(points[points.len() - 1].x, 1.0);
        }
        assert_eq!(ranked(data(&truth, &probability))[0].1[0].x, 0.0);
        assert!(risk_coverage(data(&truth, &probability)).len() <= MOST_POINTS);
    }
}
