//! The interval of a metric of a binary question, whatever its value.

use titer_core::{Interval, Labelled, Undefined};
use titer_statistics::{Resampled, score_interval, wilson_clustered};

use crate::MetricName;
use crate::end_interval::end_interval;

/// The interval of a metric from its replicates: [`score_interval()`], and what it cannot see beside it. A value
/// at the end of its range has `end_interval`'s; balanced accuracy, whose replicates know
/// nothing of a class without an error, reaches at least as far down as Wilson's intervals of both
/// classes put together by their squares (Zou and Donner 2008, doi:10.1002/sim.3095).
///
/// # Errors
/// As [`score_interval()`]; where clusters and examples do not fit.
pub fn binary_interval(
    name: MetricName,
    of: &Resampled,
    data: Labelled<'_>,
    cluster_of: &[u32],
    confidence: f64,
) -> Result<Interval, Undefined> {
    // A pass over the examples, which the others do without.
    let held = match tells_classes_apart(name) {
        true => Some(Held::new(data, cluster_of, of.clusters)?),
        false => None,
    };
    let told_by = held.as_ref().map_or(of.clusters, Held::rarer);
    match (
        score_interval(of, &name.metric().about(), told_by, confidence),
        held,
    ) {
        (Ok(made), Some(held)) if name == MetricName::BalancedAccuracy => {
            let down = held.balanced_down(confidence)?;
            Ok(Interval {
                lower: made.lower.min(of.point - down),
                ..made
            })
        }
        (Ok(made), _) => Ok(made),
        (Err(reason), _) => {
            let at_end = end_interval(name, of.point, data, cluster_of, confidence);
            at_end.unwrap_or(Err(reason))
        }
    }
}

/// Whether a metric holds the classes against each other, so that the rarer one says how much is known.
#[must_use]
pub fn tells_classes_apart(name: MetricName) -> bool {
    matches!(
        name,
        MetricName::Auroc
            | MetricName::AveragePrecision
            | MetricName::BalancedAccuracy
            | MetricName::Mcc
            | MetricName::F1
            | MetricName::TopK
            | MetricName::Precision
            | MetricName::Recall
            | MetricName::Specificity
    )
}

/// How many clusters hold the class that fewer clusters hold; of one class alone none.
///
/// # Errors
/// Clusters and examples do not fit.
pub fn rarer_clusters(data: Labelled<'_>, cluster_of: &[u32]) -> Result<usize, Undefined> {
    let clusters = cluster_of.iter().max().map_or(0, |&last| last as usize + 1);
    Held::new(data, cluster_of, clusters).map(|held| held.rarer())
}

/// Of each cluster: negatives, positives; how many are called right and how many there are.
struct Held([Vec<(u64, u64)>; 2]);

impl Held {
    fn new(data: Labelled<'_>, cluster_of: &[u32], clusters: usize) -> Result<Self, Undefined> {
        let fits = |&cluster: &u32| (cluster as usize) < clusters;
        if cluster_of.len() != data.truth.len() || !cluster_of.iter().all(fits) {
            return Err(Undefined::because("clusters and examples do not fit"));
        }
        let mut held = [vec![(0, 0); clusters], vec![(0, 0); clusters]];
        let pairs = data.truth.iter().zip(data.probability);
        for ((&truth, &probability), &cluster) in pairs.zip(cluster_of) {
            let right = (probability >= data.threshold) == truth;
            let (hits, units) = &mut held[usize::from(truth)][cluster as usize];
            *hits += u64::from(right);
            *units += 1;
        }
        Ok(Self(held))
    }

    fn rarer(&self) -> usize {
        let holding = |class: &Vec<(u64, u64)>| class.iter().filter(|own| own.1 > 0).count();
        self.0.iter().map(holding).min().unwrap_or(0)
    }

    /// How far the mean of both classes' shares of right calls reaches down.
    fn balanced_down(&self, confidence: f64) -> Result<f64, Undefined> {
        let mut squares = 0.0;
        for class in &self.0 {
            let (hits, units) = class
                .iter()
                .fold((0, 0), |sum, own| (sum.0 + own.0, sum.1 + own.1));
            let (interval, _) = wilson_clustered(class, confidence)?;
            let down = hits as f64 / units as f64 - interval.lower;
            squares += down * down;
        }
        Ok(0.5 * squares.sqrt())
    }
}

#[cfg(test)]
mod tests {
    use titer_statistics::ClusterDraws;

    use super::*;

    #[test]
    fn a_class_without_an_error_is_not_taken_for_sure() {
        // 20 positives all right, 200 negatives of which 20 are wrong.
        let truth: Vec<bool> = (0..220).map(|at| at < 20).collect();
        let probability: Vec<f64> = (0..220).map(|at| f64::from(u8::from(at < 40))).collect();
        let cluster_of: Vec<u32> = (0..220).collect();
        let data = Labelled {
            truth: &truth,
            probability: &probability,
            threshold: 0.5,
        };
        let name = MetricName::BalancedAccuracy;
        let prepared = name.metric().prepare(data);
        let draws = ClusterDraws::new(220, 500, 1, "bootstrap");
        let of = Resampled::new(&*prepared, &cluster_of, &draws).unwrap();
        let made = binary_interval(name, &of, data, &cluster_of, 0.95).unwrap();
        // Wilson: 1 of 20 down to 0.8389, 0.9 of 200 down to 0.8507 (statsmodels).
        let down = 0.5 * (0.1611f64.powi(2) + 0.0493f64.powi(2)).sqrt();
        assert!((made.lower - (0.95 - down)).abs() < 2e-4, "{made:?}");
        let bootstrap = score_interval(&of, &name.metric().about(), 20, 0.95).unwrap();
        assert!(made.lower < bootstrap.lower && made.upper == bootstrap.upper);
        assert_eq!(rarer_clusters(data, &cluster_of), Ok(20));
    }
}
