//! The interval of a value at an end of its range: no error was seen, or nothing but errors.
//!
//! No replicate differs from such a value, and no scale holds it, so that a bootstrap has nothing to say.
//! That no error was seen among the positives of so many clusters and the negatives of so many says this:
//! were the share of positives that err p and of negatives q, it would be seen with a probability of
//! (1 - p)^positives (1 - q)^negatives, clusters counted as those of equal size that they are worth
//! (Kish 1965). The end is the worst value that any p and q can make of which that is no less than the
//! tail: the "rule of three" for a share (Hanley and Lippman-Hand 1983,
//! doi:10.1001/jama.1983.03330370053031), the same for a ranking. It is conservative: a cluster that errs is
//! taken to err whole, and a ranking to put what errs last.

use titer_core::{Confusion, Interval, IntervalMethod, Labelled, Undefined};
use titer_statistics::kish_effective;

use crate::MetricName;
use crate::checked::check;
use crate::confusion::formula_of;
use crate::log_loss::{EPSILON, LARGEST};

/// Pairs of rates of error that are tried, from all among the positives to all among the negatives.
const STEPS: u32 = 200;

/// Counts that stand for rates.
const MANY: f64 = 1e12;

/// The interval of a metric whose value is the best or the worst there is; `None` where it is neither or
/// of a metric of which nothing can be said so (top-k and calibration among them).
///
/// # Errors
/// A class is missing, or clusters and examples do not fit.
pub(crate) fn end_interval(
    name: MetricName,
    value: f64,
    data: Labelled<'_>,
    cluster_of: &[u32],
    confidence: f64,
) -> Option<Result<Interval, Undefined>> {
    let (best, worst) = ends(name)?;
    // A log loss is never quite 0: probabilities are clipped.
    let no_errors = value == best || (name == MetricName::LogLoss && value <= 2.0 * EPSILON);
    if !no_errors && value != worst {
        return None;
    }
    let seen = match Seen::new(data, cluster_of) {
        Ok(seen) => seen,
        Err(reason) => return Some(Err(reason)),
    };
    let tail = 0.5 * (1.0 - confidence);
    let other = seen
        .rates(tail)
        .map(|(p, q)| match no_errors {
            true => seen.with_errors(name, p, q),
            false => seen.with_hits(name, p, q),
        })
        .fold(value, |far, one| {
            match (one - value).abs() > (far - value).abs() {
                true => one,
                false => far,
            }
        });
    Some(Ok(Interval {
        lower: other.min(value),
        upper: other.max(value),
        confidence,
        method: IntervalMethod::NoErrorSeen,
    }))
}

/// A metric's best and worst value.
fn ends(name: MetricName) -> Option<(f64, f64)> {
    match name {
        MetricName::Accuracy
        | MetricName::BalancedAccuracy
        | MetricName::Auroc
        | MetricName::AveragePrecision
        | MetricName::F1
        | MetricName::Precision
        | MetricName::Recall
        | MetricName::Specificity => Some((1.0, 0.0)),
        MetricName::Mcc => Some((1.0, -1.0)),
        MetricName::Brier => Some((0.0, 1.0)),
        MetricName::LogLoss => Some((0.0, LARGEST)),
        _ => None,
    }
}

/// What was seen of both classes.
struct Seen {
    /// The share of positives.
    share: f64,
    /// What the clusters that hold a class are worth.
    positives: f64,
    negatives: f64,
    /// The shares of each class that are called positive.
    called: (f64, f64),
}

impl Seen {
    fn new(data: Labelled<'_>, cluster_of: &[u32]) -> Result<Self, Undefined> {
        check(data)?;
        if cluster_of.len() != data.truth.len() {
            return Err(Undefined::because("clusters and examples do not fit"));
        }
        let clusters = cluster_of.iter().max().map_or(0, |&last| last as usize + 1);
        let mut held = [vec![0.0; clusters], vec![0.0; clusters]];
        let mut called = [0.0, 0.0];
        for ((&truth, &probability), &cluster) in
            data.truth.iter().zip(data.probability).zip(cluster_of)
        {
            held[usize::from(truth)][cluster as usize] += 1.0;
            called[usize::from(truth)] += f64::from(u8::from(probability >= data.threshold));
        }
        let [negatives, positives] = held.map(|weights| {
            let count: f64 = weights.iter().sum();
            (kish_effective(&weights).unwrap_or(0.0), count)
        });
        let of = |called: f64, count: f64| if count > 0.0 { called / count } else { 0.0 };
        Ok(Self {
            share: positives.1 / (positives.1 + negatives.1),
            positives: positives.0,
            negatives: negatives.0,
            called: (of(called[1], positives.1), of(called[0], negatives.1)),
        })
    }

    /// Rates of both classes under which nothing of either would be seen with this probability.
    fn rates(&self, tail: f64) -> impl Iterator<Item = (f64, f64)> {
        let log = libm::log(tail);
        let rate = move |part: f64, clusters: f64| match clusters > 0.0 {
            true => 1.0 - libm::exp(part * log / clusters),
            false => 1.0,
        };
        (0..=STEPS).map(move |step| {
            let part = f64::from(step) / f64::from(STEPS);
            (rate(part, self.positives), rate(1.0 - part, self.negatives))
        })
    }

    /// The metric where shares p of the positives and q of the negatives err.
    fn with_errors(&self, name: MetricName, p: f64, q: f64) -> f64 {
        let wrong = self.share * p + (1.0 - self.share) * q;
        match name {
            MetricName::Accuracy => 1.0 - wrong,
            MetricName::Brier => wrong,
            MetricName::LogLoss => wrong * LARGEST,
            MetricName::Auroc => (1.0 - p) * (1.0 - q),
            MetricName::AveragePrecision => precision_below(1.0 - p, q * self.odds()),
            // What is called is as it was, but for the negatives.
            MetricName::Precision => self.formula(name, self.called.0, q),
            _ => self.formula(name, 1.0 - p, q),
        }
    }

    /// The metric where shares p of the positives and q of the negatives are right after all.
    fn with_hits(&self, name: MetricName, p: f64, q: f64) -> f64 {
        let right = self.share * p + (1.0 - self.share) * q;
        match name {
            MetricName::Accuracy => right,
            MetricName::Brier => 1.0 - right,
            MetricName::LogLoss => (1.0 - right) * LARGEST,
            MetricName::Auroc => 1.0 - (1.0 - p) * (1.0 - q),
            MetricName::AveragePrecision => 1.0,
            // No positive was called; of the negatives nothing follows.
            MetricName::F1 | MetricName::Precision | MetricName::Recall => {
                self.formula(name, p, self.called.1)
            }
            _ => self.formula(name, p, 1.0 - q),
        }
    }

    /// Negatives for each positive.
    fn odds(&self) -> f64 {
        (1.0 - self.share) / self.share
    }

    /// A metric of calls where these shares of positives and negatives are called.
    fn formula(&self, name: MetricName, positives: f64, negatives: f64) -> f64 {
        let count = |share: f64, called: f64| {
            let all = (MANY * share).round();
            let called = (MANY * share * called).round().clamp(0.0, all);
            (called as u64, (all - called) as u64)
        };
        let (true_positives, false_negatives) = count(self.share, positives);
        let (false_positives, true_negatives) = count(1.0 - self.share, negatives);
        let confusion = Confusion {
            true_positives,
            false_positives,
            true_negatives,
            false_negatives,
        };
        let value = formula_of(name).and_then(|formula| formula(&confusion).ok());
        value.unwrap_or(0.0)
    }
}

/// The average precision where so many negatives for each positive stand before all, and of the positives
/// this share comes next; the rest is last and counts nothing.
fn precision_below(found: f64, before: f64) -> f64 {
    if before <= 0.0 {
        return found;
    }
    found - before * libm::log((found + before) / before)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many positives and negatives, each a cluster, all told apart by a probability.
    fn separated(positives: usize, negatives: usize) -> (Vec<bool>, Vec<f64>, Vec<u32>) {
        let truth: Vec<bool> = (0..positives + negatives)
            .map(|at| at < positives)
            .collect();
        let probability = truth.iter().map(|&is| if is { 0.9 } else { 0.1 }).collect();
        (
            truth,
            probability,
            (0..(positives + negatives) as u32).collect(),
        )
    }

    fn of(name: MetricName, positives: usize, negatives: usize) -> Interval {
        let (truth, probability, cluster_of) = separated(positives, negatives);
        let data = Labelled {
            truth: &truth,
            probability: &probability,
            threshold: 0.5,
        };
        end_interval(name, 1.0, data, &cluster_of, 0.95)
            .unwrap()
            .unwrap()
    }

    #[test]
    fn a_share_has_clopper_and_pearsons_end() {
        // 1 - 0.025^(1/n): statsmodels, proportion_confint(0, 30, method="beta").
        let recall = of(MetricName::Recall, 30, 500);
        assert!((1.0 - recall.lower - 0.115_703).abs() < 1e-5, "{recall:?}");
        assert_eq!(recall.upper, 1.0);
        let specificity = of(MetricName::Specificity, 500, 30);
        assert!((specificity.lower - recall.lower).abs() < 1e-9);
    }

    #[test]
    fn the_rarer_class_decides_a_ranking() {
        let end = libm::pow(0.025, 1.0 / 20.0);
        assert!((of(MetricName::Auroc, 20, 500).lower - end).abs() < 1e-9);
        assert!((of(MetricName::Auroc, 500, 20).lower - end).abs() < 1e-9);
        let precision = of(MetricName::AveragePrecision, 20, 500).lower;
        assert!(precision < end && precision > 0.5, "{precision}");
    }

    #[test]
    fn clusters_that_err_whole_leave_less() {
        let (truth, probability, _) = separated(60, 60);
        let cluster_of: Vec<u32> = (0..120).map(|at| at / 3).collect();
        let data = Labelled {
            truth: &truth,
            probability: &probability,
            threshold: 0.5,
        };
        let auroc = end_interval(MetricName::Auroc, 1.0, data, &cluster_of, 0.95);
        let end = libm::pow(0.025, 1.0 / 20.0);
        assert!((auroc.unwrap().unwrap().lower - end).abs() < 1e-9);
    }

    #[test]
    fn nothing_but_errors_is_the_mirror() {
        let (truth, mut probability, cluster_of) = separated(20, 500);
        probability.iter_mut().for_each(|p| *p = 1.0 - *p);
        let data = Labelled {
            truth: &truth,
            probability: &probability,
            threshold: 0.5,
        };
        let auroc = end_interval(MetricName::Auroc, 0.0, data, &cluster_of, 0.95);
        let auroc = auroc.unwrap().unwrap();
        assert!((auroc.upper - 1.0 + libm::pow(0.025, 1.0 / 20.0)).abs() < 1e-9);
        assert_eq!(auroc.lower, 0.0);
        let mcc = end_interval(MetricName::Mcc, -1.0, data, &cluster_of, 0.95);
        let mcc = mcc.unwrap().unwrap();
        assert!(
            mcc.lower == -1.0 && mcc.upper > -1.0 && mcc.upper < 0.0,
            "{mcc:?}"
        );
    }

    #[test]
    fn what_lies_inside_has_none() {
        let (truth, probability, cluster_of) = separated(20, 20);
        let data = Labelled {
            truth: &truth,
            probability: &probability,
            threshold: 0.5,
        };
        assert!(end_interval(MetricName::Auroc, 0.99, data, &cluster_of, 0.95).is_none());
        assert!(end_interval(MetricName::TopK, 1.0, data, &cluster_of, 0.95).is_none());
        let few = end_interval(MetricName::Auroc, 1.0, data, &[], 0.95);
        assert!(few.unwrap().is_err());
    }
}
