//! Bootstrap over whole clusters.
//!
//! Examples of a cluster (a locus) are not independent, so clusters are drawn, with replacement, as
//! many as there are, and every example counts as often as its cluster was drawn (Davison and
//! Hinkley 1997, section 3.8; Field and Welsh 2007, doi:10.1111/j.1467-9868.2007.00593.x).

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use titer_core::{Multiplicity, Prepared, Undefined};

use super::check_confidence;
pub use super::draws::ClusterDraws;

/// With fewer clusters a bootstrap interval is far too narrow.
pub const FEWEST_CLUSTERS: usize = 10;

/// With fewer examples called differently an interval of the difference says nothing.
pub const FEWEST_DISCORDANT: u64 = 10;

/// With more undefined replicates than this share the rest is no fair sample.
pub const LARGEST_UNDEFINED_SHARE: f64 = 0.05;

/// Replicates that differ by less (relative to 1, or to the largest if that is larger) are equal but
/// for rounding.
const RESOLUTION: f64 = 1e-12;

/// The metric in each replicate, in order; `None` where it is undefined. Clusters are numbered from
/// 0 to one less than the clusters drawn; `cluster_of` gives that of each example. Where it does
/// not fit the examples or the draws every replicate is undefined.
#[must_use]
pub fn replicates(
    prepared: &dyn Prepared,
    cluster_of: &[u32],
    draws: &ClusterDraws,
) -> Vec<Option<f64>> {
    let fits = cluster_of.iter().all(|&c| (c as usize) < draws.clusters());
    let value = |counts: &[u32]| {
        let drawn = Multiplicity::PerCluster { counts, cluster_of };
        let value = prepared.value(drawn).ok()?;
        value.is_finite().then_some(value)
    };
    (0..draws.replicates())
        .into_par_iter()
        .map(|replicate| fits.then(|| draws.read(replicate, value)).flatten())
        .collect()
}

/// The defined replicates, sorted, if an interval may be made of them.
///
/// # Errors
/// The point is not finite; there are fewer than [`FEWEST_CLUSTERS`] clusters; more than
/// [`LARGEST_UNDEFINED_SHARE`] of the replicates are undefined; or the replicates are all equal,
/// which says that the bootstrap cannot see the variance, not that there is none.
pub(super) fn usable(
    point: f64,
    replicates: &[Option<f64>],
    clusters: usize,
    confidence: f64,
) -> Result<Vec<f64>, Undefined> {
    check_confidence(confidence)?;
    if !point.is_finite() {
        return Err(Undefined::because("the value itself is not a number"));
    }
    check_clusters(clusters)?;
    let sorted = defined(replicates)?;
    let (smallest, largest) = (sorted[0], sorted[sorted.len() - 1]);
    let scale = largest.abs().max(smallest.abs()).max(1.0);
    if largest - smallest <= RESOLUTION * scale {
        return Err(Undefined::because(format!(
            "zero variance: all {} replicates are equal",
            sorted.len()
        )));
    }
    Ok(sorted)
}

/// Whether so many of all replicates are enough.
pub(super) fn enough(defined: usize, all: usize) -> Result<(), Undefined> {
    let missing = all - defined;
    if defined == 0 && missing == 0 {
        return Err(Undefined::because("no replicates"));
    }
    if missing as f64 > LARGEST_UNDEFINED_SHARE * all as f64 {
        return Err(Undefined::because(format!(
            "undefined in {missing} of {all} replicates"
        )));
    }
    Ok(())
}

pub(super) fn check_clusters(clusters: usize) -> Result<(), Undefined> {
    if clusters < FEWEST_CLUSTERS {
        return Err(Undefined::because(format!(
            "{clusters} clusters are too few for a bootstrap ({FEWEST_CLUSTERS} needed)"
        )));
    }
    Ok(())
}

/// The defined replicates, sorted, if they are enough.
fn defined(replicates: &[Option<f64>]) -> Result<Vec<f64>, Undefined> {
    let finite = replicates.iter().flatten().copied();
    let mut sorted: Vec<f64> = finite.filter(|value| value.is_finite()).collect();
    enough(sorted.len(), replicates.len())?;
    sorted.sort_unstable_by(f64::total_cmp);
    Ok(sorted)
}

#[cfg(test)]
mod tests;
