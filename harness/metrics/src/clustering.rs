//! What is worked out once for a clustering, so that a replicate need not look at every example.

use std::sync::OnceLock;

use titer_core::{Multiplicity, Undefined};

/// The work done for the first clustering that was asked for. Another clustering is worked out
/// anew each time: the same answer, only slower.
pub(crate) struct PerClustering<T>(OnceLock<Known<T>>);

struct Known<T> {
    cluster_of: Box<[u32]>,
    clusters: usize,
    work: T,
}

impl<T> PerClustering<T> {
    pub(crate) fn new() -> Self {
        Self(OnceLock::new())
    }

    /// Reads the work done for `cluster_of`. `examples` is how many examples there are and `drawn`
    /// how many clusters have a count; `build` gets the clustering and the number of its clusters.
    pub(crate) fn read<R>(
        &self,
        cluster_of: &[u32],
        examples: usize,
        drawn: usize,
        build: impl Fn(&[u32], usize) -> T,
        read: impl FnOnce(&T) -> R,
    ) -> Result<R, Undefined> {
        check_length(cluster_of, examples)?;
        let make = || {
            let clusters = clusters(cluster_of);
            Known {
                cluster_of: cluster_of.into(),
                clusters,
                work: build(cluster_of, clusters),
            }
        };
        let kept = self.0.get_or_init(make);
        // Compared by content: an address could be that of another clustering by now.
        if *kept.cluster_of == *cluster_of {
            kept.read(drawn, read)
        } else {
            make().read(drawn, read)
        }
    }
}

impl<T> Known<T> {
    fn read<R>(&self, drawn: usize, read: impl FnOnce(&T) -> R) -> Result<R, Undefined> {
        check_counts(self.clusters, drawn)?;
        Ok(read(&self.work))
    }
}

/// Whether each of `examples` has a cluster and each cluster a count.
pub(crate) fn check(multiplicity: Multiplicity<'_>, examples: usize) -> Result<(), Undefined> {
    let Multiplicity::PerCluster { counts, cluster_of } = multiplicity else {
        return Ok(());
    };
    check_length(cluster_of, examples)?;
    check_counts(clusters(cluster_of), counts.len())
}

fn clusters(cluster_of: &[u32]) -> usize {
    cluster_of.iter().max().map_or(0, |&last| last as usize + 1)
}

fn check_length(cluster_of: &[u32], examples: usize) -> Result<(), Undefined> {
    if cluster_of.len() == examples {
        return Ok(());
    }
    Err(Undefined::because(format!(
        "{examples} examples but {} cluster numbers",
        cluster_of.len()
    )))
}

fn check_counts(clusters: usize, drawn: usize) -> Result<(), Undefined> {
    if clusters <= drawn {
        return Ok(());
    }
    Err(Undefined::because(format!(
        "{clusters} clusters but counts for {drawn}"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_clustering_is_not_mistaken_for_the_first() {
        let kept = PerClustering::new();
        let first = |of: &[u32]| kept.read(of, 2, 9, |of, _| of.to_vec(), Clone::clone);
        assert_eq!(first(&[0, 1]).unwrap(), [0, 1]);
        assert_eq!(first(&[1, 0]).unwrap(), [1, 0]);
        assert_eq!(first(&[0, 1]).unwrap(), [0, 1]);
    }

    #[test]
    fn what_does_not_fit_is_said() {
        let kept = PerClustering::new();
        let long = kept.read(&[0], 2, 9, |_, _| (), |()| ());
        assert_eq!(long.unwrap_err().0, "2 examples but 1 cluster numbers");
        let wide = kept.read(&[0, 9], 2, 9, |_, _| (), |()| ());
        assert_eq!(wide.unwrap_err().0, "10 clusters but counts for 9");
    }
}
