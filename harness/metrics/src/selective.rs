//! Risk and coverage: how often calls are wrong among those that the model is surest of.
//!
//! Confidence is the probability of the likelier class, max(p, 1 - p); a call is made at the
//! threshold and is wrong where it is not the truth; risk is the share of wrong calls, and coverage
//! the share of examples that are kept, the surest first.

mod harmonic;

use titer_core::{Labelled, Multiplicity, Undefined};

use crate::checked::no_examples;
use crate::residuals::Tied;

pub(crate) use harmonic::harmonic_gap;

/// A point of the risk-coverage curve: everything at least as sure as some confidence is kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Kept {
    /// The lowest confidence that is kept.
    pub(crate) confidence: f64,
    /// Examples kept.
    pub(crate) examples: u64,
    /// How many of them are called wrongly.
    pub(crate) wrong: u64,
}

/// Examples by how sure the model is.
pub(crate) struct Ranked(Tied);

impl Ranked {
    /// Ranks data that were checked.
    pub(crate) fn new(data: Labelled<'_>) -> Self {
        let calls = data.truth.iter().zip(data.probability);
        Self(Tied::sorted(calls.map(|(&truth, &p)| {
            // Sorted from low to high: the surest come first.
            (-p.max(1.0 - p), (p >= data.threshold) != truth)
        })))
    }

    pub(crate) fn curve(&self, multiplicity: Multiplicity<'_>) -> Result<Vec<Kept>, Undefined> {
        let (mut examples, mut wrong) = (0, 0);
        let mut curve = self.0.counts(multiplicity, |count| Kept {
            confidence: -count.probability,
            examples: count.examples,
            wrong: count.positives,
        })?;
        for point in &mut curve {
            examples += point.examples;
            wrong += point.wrong;
            (point.examples, point.wrong) = (examples, wrong);
        }
        if curve.is_empty() {
            return Err(no_examples());
        }
        Ok(curve)
    }
}

/// The mean risk over all numbers of kept examples, from one to all; among equal confidences the
/// expectation over their orders.
pub(crate) fn mean_risk(curve: &[Kept]) -> f64 {
    let (mut examples, mut wrong) = (0, 0);
    let mut sum = 0.0;
    for point in curve {
        sum += summed(
            examples,
            wrong,
            point.examples - examples,
            point.wrong - wrong,
        );
        (examples, wrong) = (point.examples, point.wrong);
    }
    (sum / examples as f64).clamp(0.0, 1.0)
}

/// The mean risk where every right call is surer than every wrong one: what as many wrong calls
/// leave at least.
pub(crate) fn least_mean_risk(examples: u64, wrong: u64) -> f64 {
    let right = examples - wrong;
    (summed(right, 0, wrong, wrong) / examples as f64).clamp(0.0, 1.0)
}

/// The expected risks after 1, 2, ... `more` further examples of which `more_wrong` are wrong, in
/// random order, added together. After j of them the risk is (wrong + j q) / (seen + j) with q the
/// share of wrong ones among them, which is q + (wrong - seen q) / (seen + j).
fn summed(seen: u64, wrong: u64, more: u64, more_wrong: u64) -> f64 {
    if more == 0 {
        return 0.0;
    }
    let share = more_wrong as f64 / more as f64;
    more_wrong as f64 + (wrong as f64 - seen as f64 * share) * harmonic_gap(seen, more)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(truth: &[bool], probability: &[f64]) -> Vec<Kept> {
        let data = Labelled {
            truth,
            probability,
            threshold: 0.5,
        };
        Ranked::new(data).curve(Multiplicity::Once).unwrap()
    }

    /// As the risk-coverage curve of a report has it.
    #[test]
    fn equal_confidences_are_one_point() {
        let points = curve(&[true, true, false, true], &[0.9, 0.1, 0.3, 0.7]);
        let seen: Vec<(u64, u64)> = points.iter().map(|p| (p.examples, p.wrong)).collect();
        assert_eq!(seen, [(2, 1), (4, 1)]);
        assert_eq!(points[0].confidence, 0.9);
    }

    #[test]
    fn mean_risk_by_hand() {
        // Wrong is the second of three: (0 + 1/2 + 1/3) / 3.
        let points = curve(&[true, false, true], &[0.9, 0.8, 0.7]);
        assert!((mean_risk(&points) - (0.5 + 1.0 / 3.0) / 3.0).abs() < 1e-15);
        // At best it is the last: (0 + 0 + 1/3) / 3.
        assert!((least_mean_risk(3, 1) - 1.0 / 9.0).abs() < 1e-15);
        assert_eq!(least_mean_risk(3, 0), 0.0);
        assert!((least_mean_risk(3, 3) - 1.0).abs() < 1e-15);
    }

    #[test]
    fn ties_are_the_mean_over_their_orders() {
        // Of four equal ones after a sure one, one is wrong: its place is 2, 3, 4 or 5.
        let points = curve(&[true, false, true, true, true], &[0.9, 0.7, 0.7, 0.7, 0.7]);
        let mut sum = 0.0;
        for place in 2..=5 {
            let risks = (place..=5).map(|kept| 1.0 / f64::from(kept));
            sum += risks.sum::<f64>() / 5.0 / 4.0;
        }
        assert!((mean_risk(&points) - sum).abs() < 1e-15);
    }
}
