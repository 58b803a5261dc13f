//! Several metrics without one part of the clusters after the other.

use titer_core::{Labelled, Undefined};
use titer_statistics::{ClusterDraws, MOST_GROUPS, jackknife};

use super::resample::resample;
use crate::MetricName;

/// The same of several metrics of one sample, read side by side ([`resample()`]), which agrees to
/// 1e-12 with the metrics one by one.
///
/// # Errors
/// As [`jackknife()`], for each metric by itself.
#[must_use]
pub fn jackknives(
    data: Labelled<'_>,
    names: &[MetricName],
    cluster_of: &[u32],
    clusters: usize,
) -> Vec<Result<Vec<f64>, Undefined>> {
    let left_out = ClusterDraws::leaving_out(clusters, clusters.min(MOST_GROUPS));
    let mut of_samples = resample(&[data], names, cluster_of, &left_out);
    let values = of_samples.pop().unwrap_or_default();
    let one = |(values, &name): (Vec<Option<f64>>, &MetricName)| {
        let known: Option<Vec<f64>> = values.into_iter().collect();
        match known {
            Some(known) => Ok(known),
            // One by one says why.
            None => jackknife(name.metric().prepare(data).as_ref(), cluster_of, clusters),
        }
    };
    values.into_iter().zip(names).map(one).collect()
}

#[cfg(test)]
mod tests {
    use titer_core::Multiplicity;

    use super::*;
    use crate::trial::Trial;

    fn accuracy(trial: &Trial, clusters: usize) -> Result<Vec<f64>, Undefined> {
        let prepared = MetricName::Accuracy.metric().prepare(trial.data());
        jackknife(&*prepared, &trial.cluster_of, clusters)
    }

    #[test]
    fn each_cluster_is_left_out_once() {
        let trial = Trial::new(300, 12, 0.4, 50, 3);
        let left = accuracy(&trial, 12).unwrap();
        assert_eq!(left.len(), 12);
        let mut counts = [1; 12];
        counts[4] = 0;
        let copies = trial.replicated(&counts);
        let prepared = MetricName::Accuracy.metric().prepare(copies.data());
        assert_eq!(Ok(left[4]), prepared.value(Multiplicity::Once));
    }

    #[test]
    fn many_clusters_are_left_out_in_groups() {
        let mut trial = Trial::new(1000, 1, 0.4, 50, 3);
        trial.cluster_of = (0..1000).collect();
        let left = accuracy(&trial, 1000).unwrap();
        assert_eq!(left.len(), MOST_GROUPS);
        let counts: Vec<u32> = (0..1000).map(|c| u32::from(c % 200 != 7)).collect();
        let copies = trial.replicated(&counts);
        let prepared = MetricName::Accuracy.metric().prepare(copies.data());
        assert_eq!(Ok(left[7]), prepared.value(Multiplicity::Once));
    }

    #[test]
    fn what_cannot_be_left_out_is_said() {
        let trial = Trial {
            truth: vec![true, false, false],
            probability: vec![0.9, 0.1, 0.2],
            cluster_of: vec![0, 1, 2],
        };
        let prepared = MetricName::Auroc.metric().prepare(trial.data());
        let reason = jackknife(&*prepared, &trial.cluster_of, 3).unwrap_err().0;
        assert_eq!(reason, "without cluster 0: no positive example");
        assert!(jackknife(&*prepared, &trial.cluster_of, 2).is_err());
    }

    #[test]
    fn side_by_side_is_one_by_one() {
        let names = [
            MetricName::Auroc,
            MetricName::AveragePrecision,
            MetricName::Accuracy,
            MetricName::Brier,
            MetricName::LogLoss,
        ];
        for clusters in [12, 700] {
            let trial = Trial::new(3000, clusters, 0.3, 1 << 40, 3);
            let all = jackknives(trial.data(), &names, &trial.cluster_of, clusters as usize);
            for (name, found) in names.into_iter().zip(all) {
                let prepared = name.metric().prepare(trial.data());
                let known = jackknife(&*prepared, &trial.cluster_of, clusters as usize).unwrap();
                let found = found.unwrap();
                assert_eq!(found.len(), known.len());
                let apart = found.iter().zip(&known).map(|(a, b)| (a - b).abs());
                assert!(apart.fold(0.0, f64::max) < 1e-12, "{name:?}");
            }
        }
        let lost = Trial {
            truth: vec![true, false, false],
            probability: vec![0.9, 0.1, 0.2],
            cluster_of: vec![0, 1, 2],
        };
        let mut found = jackknives(lost.data(), &names, &lost.cluster_of, 3).into_iter();
        let reason = found.next().unwrap().unwrap_err().0;
        assert_eq!(reason, "without cluster 0: no positive example");
    }
}
