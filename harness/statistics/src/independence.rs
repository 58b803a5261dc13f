//! Whether examples are independent, and of what.

use titer_core::Undefined;

/// What is known of the independence of examples. A comparison is given this, not a choice of
/// method: where clusters exist only clustered methods answer.
#[derive(Clone, Copy, Debug)]
pub enum Independence<'a> {
    /// The cluster of each example, numbered from 0 without large gaps.
    Clusters(&'a [u32]),
    /// Every example was declared independent of the others: `clusters: none`.
    Declared,
}

impl<'a> Independence<'a> {
    /// The cluster of each of `examples`, or nothing where they were declared independent.
    ///
    /// # Errors
    /// There is not one cluster number per example, or one is larger than 2^31.
    pub fn clusters(self, examples: usize) -> Result<Option<&'a [u32]>, Undefined> {
        let Self::Clusters(of) = self else {
            return Ok(None);
        };
        if of.len() != examples {
            return Err(Undefined::because(format!(
                "{examples} examples but {} cluster numbers",
                of.len()
            )));
        }
        match of.iter().find(|&&cluster| cluster > 1 << 31) {
            Some(cluster) => Err(Undefined::because(format!(
                "cluster number {cluster} is too large: number clusters from 0"
            ))),
            None => Ok(Some(of)),
        }
    }

    /// Refuses a method for independent examples where two of them share a cluster.
    ///
    /// # Errors
    /// Two examples share a cluster; or as [`Self::clusters`] has it.
    pub fn require(self, examples: usize, method: &str, clustered: &str) -> Result<(), Undefined> {
        let Some(of) = self.clusters(examples)? else {
            return Ok(());
        };
        let clusters = sizes(of).iter().filter(|&&size| size > 0).count();
        refuse(examples as u64, clusters as u64, method, clustered)
    }
}

/// Refuses a method for independent units where there are fewer clusters than units.
pub(super) fn refuse(
    units: u64,
    clusters: u64,
    method: &str,
    clustered: &str,
) -> Result<(), Undefined> {
    if clusters >= units {
        return Ok(());
    }
    Err(Undefined::because(format!(
        "{method} takes examples as independent, but {units} examples are in {clusters} clusters: \
         use {clustered}, or write `clusters: none` if they are independent"
    )))
}

/// How many examples each cluster holds.
pub(super) fn sizes(of: &[u32]) -> Vec<u64> {
    let clusters = of.iter().max().map_or(0, |&last| last as usize + 1);
    let mut sizes = vec![0; clusters];
    for &cluster in of {
        sizes[cluster as usize] += 1;
    }
    sizes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_clusters_are_refused_with_the_cure() {
        let shared = Independence::Clusters(&[0, 1, 1]);
        let reason = shared.require(3, "DeLong", "Obuchowski").unwrap_err().0;
        assert!(reason.contains("3 examples are in 2 clusters"), "{reason}");
        assert!(reason.contains("`clusters: none`"), "{reason}");
        assert!(Independence::Declared.require(3, "a", "b").is_ok());
        assert!(
            Independence::Clusters(&[2, 0, 4])
                .require(3, "a", "b")
                .is_ok()
        );
    }

    #[test]
    fn clusters_must_fit() {
        assert!(Independence::Clusters(&[0]).clusters(2).is_err());
        assert!(Independence::Clusters(&[u32::MAX]).clusters(1).is_err());
    }
}
