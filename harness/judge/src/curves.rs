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
    let mut roc = Thin::new(|point: &CurvePoint| 0.5 * (point.x + point.y));
    let mut precision_recall = Thin::new(|point: &CurvePoint| point.x);
    roc.push(origin);
    cumulative(
        data.probability,
        |index| data.truth[index],
        |seen, hits| {
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
        },
    );
    vec![
        (CurveKind::Roc, roc.finish()),
        (CurveKind::PrecisionRecall, precision_recall.finish()),
    ]
}

fn bins(suite: &PlannedSuite, data: Labelled<'_>) -> Vec<CurvePoint> {
    let asked = suite.metrics.iter().find_map(|metric| match metric {
        MetricSpec::Ece(ece) => Some(ece.bins),
        _ => None,
    });
    let bins = reliability(data, asked.unwrap_or(Ece::USUAL.bins)).unwrap_or_default();
    let mut points = Thin::new(|point: &CurvePoint| point.x);
    for bin in &bins {
        points.push(CurvePoint {
            x: bin.mean_probability,
            y: bin.share(),
            weight: bin.examples as f64,
        });
    }
    points.finish()
}

/// The error rate among the most confident share; confidence is the probability of the likelier
/// class, a call is made at the threshold.
fn risk_coverage(data: Labelled<'_>) -> Vec<CurvePoint> {
    let confidence: Vec<f64> = data.probability.iter().map(|&p| p.max(1.0 - p)).collect();
    let wrong = |index: usize| (data.probability[index] >= data.threshold) != data.truth[index];
    let mut points = Thin::new(|point: &CurvePoint| point.x);
    cumulative(&confidence, wrong, |seen, errors| {
        points.push(CurvePoint {
            x: seen as f64 / confidence.len() as f64,
            y: errors as f64 / seen as f64,
            weight: seen as f64,
        });
    });
    points.finish()
}

/// From the highest value down, after each group of equal values: how many were seen, and how many
/// of them are hits.
fn cumulative(values: &[f64], hit: impl Fn(usize) -> bool, mut each: impl FnMut(u64, u64)) {
    // Whole numbers in the order of the values, hits and others by themselves: what is compared lies side by side. Adding 0
    // makes one zero of the two.
    let key = |value: f64| {
        let bits = (value + 0.0).to_bits();
        bits ^ (((bits.cast_signed() >> 63).cast_unsigned()) | (1 << 63))
    };
    let sorted = |wanted: bool| {
        let values = values.iter().enumerate();
        let wanted = values.filter(|(index, _)| hit(*index) == wanted);
        let mut keys: Vec<u64> = wanted.map(|(_, value)| key(*value)).collect();
        keys.sort_unstable();
        keys
    };
    let (hits, others) = (sorted(true), sorted(false));
    let (mut hits_left, mut others_left) = (&hits[..], &others[..]);
    while let Some(highest) = hits_left.last().max(others_left.last()) {
        for left in [&mut hits_left, &mut others_left] {
            while let Some((_, below)) = left.split_last().filter(|(last, _)| *last == highest) {
                *left = below;
            }
        }
        let hit = hits.len() - hits_left.len();
        let seen = hit + others.len() - others_left.len();
        each(seen as u64, hit as u64);
    }
}

/// At most [`MOST_POINTS`] points of those that come, the first and the last among them: one for each equal step of a
/// measure that runs from 0 to 1 along the curve. Fewer all stay.
struct Thin<F> {
    along: F,
    /// As many as may all stay, and one more that says that they do not.
    all: Vec<CurvePoint>,
    kept: Vec<CurvePoint>,
    reached: usize,
    /// The point that came last, which is kept if it stays so.
    last: Option<CurvePoint>,
}

impl<F: Fn(&CurvePoint) -> f64> Thin<F> {
    fn new(along: F) -> Self {
        Self {
            along,
            all: Vec::new(),
            kept: Vec::new(),
            reached: 0,
            last: None,
        }
    }

    fn push(&mut self, point: CurvePoint) {
        if self.all.len() <= MOST_POINTS {
            self.all.push(point);
        }
        if let Some(last) = self.last.replace(point) {
            self.pass(last);
        }
    }

    /// Keeps a point that is not the last if it is the first or the first of its step.
    fn pass(&mut self, point: CurvePoint) {
        let steps = MOST_POINTS - 3;
        let step = ((self.along)(&point) * steps as f64) as usize;
        if self.kept.is_empty() || step > self.reached {
            self.reached = step;
            self.kept.push(point);
        }
    }

    fn finish(mut self) -> Vec<CurvePoint> {
        if self.all.len() <= MOST_POINTS {
            return self.all;
        }
        self.kept.extend(self.last);
        self.kept
    }
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
        let mut found = Vec::new();
        cumulative(
            &values,
            |index| index % 2 == 0,
            |seen, hits| found.push((seen, hits)),
        );
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
