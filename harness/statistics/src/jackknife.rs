//! A metric without one part of the clusters after the other.

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use titer_core::{Multiplicity, Prepared, Undefined};

/// With more clusters than this, groups of clusters are left out, so many groups.
pub const MOST_GROUPS: usize = 200;

/// The metric without cluster 0, without cluster 1, and so on; with more than [`MOST_GROUPS`]
/// clusters without one of as many groups, each of every [`MOST_GROUPS`]-th cluster.
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
