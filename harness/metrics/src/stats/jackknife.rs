//! A metric without one part of the clusters after the other.

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use titer_core::{Multiplicity, Prepared, Undefined};

/// With more clusters than this, groups of clusters are left out, so many groups.
pub const MOST_GROUPS: usize = 200;

/// The metric without cluster 0, without cluster 1, and so on; with more than [`MOST_GROUPS`]
/// clusters without one of as many groups, each of every [`MOST_GROUPS`]-th cluster. Groups keep
/// what [`super::bca::acceleration`] reads of the jackknife: the third moment and the second grow
/// with a group's size alike.
///
/// # Errors
/// The metric is undefined without one of them, or the clusters do not fit the examples.
pub fn jackknife(
    prepared: &dyn Prepared,
    cluster_of: &[u32],
    clusters: usize,
) -> Result<Vec<f64>, Undefined> {
    if let Some(beyond) = cluster_of.iter().find(|&&c| c as usize >= clusters) {
        return Err(Undefined::because(format!(
            "cluster {beyond} is not one of {clusters}"
        )));
    }
    let groups = clusters.min(MOST_GROUPS);
    let without = |group: usize| {
        let mut counts = vec![1; clusters];
        counts[group..]
            .iter_mut()
            .step_by(groups)
            .for_each(|count| *count = 0);
        let counts = &counts;
        prepared.value(Multiplicity::PerCluster { counts, cluster_of })
    };
    (0..groups)
        .into_par_iter()
        .map(|group| {
            without(group).map_err(|reason| {
                let what = if groups < clusters {
                    "clusters"
                } else {
                    "cluster"
                };
                Undefined::because(format!("without {what} {group}: {reason}"))
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::Trial;
    use crate::{MetricName, metric};

    fn accuracy(trial: &Trial, clusters: usize) -> Result<Vec<f64>, Undefined> {
        let prepared = metric(MetricName::Accuracy).prepare(trial.data());
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
        let prepared = metric(MetricName::Accuracy).prepare(copies.data());
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
        let prepared = metric(MetricName::Accuracy).prepare(copies.data());
        assert_eq!(Ok(left[7]), prepared.value(Multiplicity::Once));
    }

    #[test]
    fn what_cannot_be_left_out_is_said() {
        let trial = Trial {
            truth: vec![true, false, false],
            probability: vec![0.9, 0.1, 0.2],
            cluster_of: vec![0, 1, 2],
        };
        let prepared = metric(MetricName::Auroc).prepare(trial.data());
        let reason = jackknife(&*prepared, &trial.cluster_of, 3).unwrap_err().0;
        assert_eq!(reason, "without cluster 0: no positive example");
        assert!(jackknife(&*prepared, &trial.cluster_of, 2).is_err());
    }
}
