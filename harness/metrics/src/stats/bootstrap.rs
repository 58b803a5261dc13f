//! Bootstrap over whole clusters.
//!
//! Examples of a cluster (a locus) are not independent, so clusters are drawn, with replacement, as
//! many as there are, and every example counts as often as its cluster was drawn (Davison and
//! Hinkley 1997, section 3.8; Field and Welsh 2007, doi:10.1111/j.1467-9868.2007.00593.x).

use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;
use titer_core::{Interval, IntervalMethod, Multiplicity, Prepared, Stream, Undefined};

use super::{check_confidence, quantile};

/// With fewer clusters a percentile interval is far too narrow.
pub const FEWEST_CLUSTERS: usize = 10;

/// With fewer examples called differently an interval of the difference says nothing.
pub const FEWEST_DISCORDANT: u64 = 10;

/// With more undefined replicates than this share the rest is no fair sample.
pub const LARGEST_UNDEFINED_SHARE: f64 = 0.05;

/// Replicates that differ by less (relative to 1, or to the largest if that is larger) are equal but
/// for rounding.
const RESOLUTION: f64 = 1e-12;

/// How often each cluster is drawn in each replicate. One set serves every metric and both sides
/// of a comparison.
#[derive(Clone, Debug)]
pub struct ClusterDraws {
    clusters: usize,
    replicates: usize,
    /// Replicate after replicate, a count per cluster.
    counts: Vec<u32>,
}

impl ClusterDraws {
    /// Draws `cluster_count` of as many clusters, `replicates` times. A replicate's stream is keyed
    /// by its number, so that more replicates leave the first ones as they are.
    #[must_use]
    pub fn new(cluster_count: usize, replicates: usize, seed: u64, purpose: &str) -> Self {
        let mut counts = vec![0; cluster_count * replicates];
        if cluster_count > 0 {
            counts
                .par_chunks_mut(cluster_count)
                .enumerate()
                .for_each(|(number, counts)| {
                    let mut stream = Stream::new(seed, purpose, &number.to_string());
                    for _ in 0..cluster_count {
                        counts[stream.below(cluster_count as u64) as usize] += 1;
                    }
                });
        }
        Self {
            clusters: cluster_count,
            replicates,
            counts,
        }
    }

    /// How many clusters there are.
    #[must_use]
    pub fn clusters(&self) -> usize {
        self.clusters
    }

    /// How many replicates there are.
    #[must_use]
    pub fn replicates(&self) -> usize {
        self.replicates
    }

    /// How often each cluster is drawn in a replicate, or nothing beyond the last one.
    #[must_use]
    pub fn counts(&self, replicate: usize) -> &[u32] {
        let start = replicate * self.clusters;
        self.counts
            .get(start..start + self.clusters)
            .unwrap_or_default()
    }
}

/// The metric in each replicate, in order; `None` where it is undefined. Clusters are numbered from
/// 0 to one less than the clusters drawn; `cluster_of` gives that of each example. Where it does
/// not fit the examples or the draws every replicate is undefined.
#[must_use]
pub fn replicates(
    prepared: &dyn Prepared,
    cluster_of: &[u32],
    draws: &ClusterDraws,
) -> Vec<Option<f64>> {
    let fits = cluster_of.iter().all(|&c| (c as usize) < draws.clusters);
    let value = |replicate: usize| {
        let counts = draws.counts(replicate);
        let drawn = Multiplicity::PerCluster { counts, cluster_of };
        let value = prepared.value(drawn).ok()?;
        value.is_finite().then_some(value)
    };
    (0..draws.replicates)
        .into_par_iter()
        .map(|replicate| fits.then(|| value(replicate)).flatten())
        .collect()
}

/// The percentile interval of a metric from its replicates over `clusters` clusters.
///
/// # Errors
/// The point is not finite; there are fewer than [`FEWEST_CLUSTERS`] clusters; more than
/// [`LARGEST_UNDEFINED_SHARE`] of the replicates are undefined; or the replicates are all equal,
/// which says that the bootstrap cannot see the variance, not that there is none.
pub fn percentile_interval(
    point: f64,
    replicates: &[Option<f64>],
    clusters: usize,
    confidence: f64,
) -> Result<Interval, Undefined> {
    let sorted = usable(point, replicates, clusters, confidence)?;
    let tail = 0.5 * (1.0 - confidence);
    Ok(Interval {
        lower: quantile(&sorted, tail),
        upper: quantile(&sorted, 1.0 - tail),
        confidence,
        method: IntervalMethod::ClusteredPercentileBootstrap,
    })
}

/// The percentile interval of candidate minus base, replicate by replicate, both from the same
/// draws. `discordant` is the number of examples that the two call differently.
///
/// # Errors
/// As [`percentile_interval`]; further where the replicates are not as many on both sides, or fewer
/// than [`FEWEST_DISCORDANT`] examples are discordant: the upper bound on the flip rate
/// ([`super::flip_rate_upper`]) says more then.
pub fn paired_interval(
    candidate: &[Option<f64>],
    base: &[Option<f64>],
    discordant: u64,
    clusters: usize,
    confidence: f64,
) -> Result<Interval, Undefined> {
    if candidate.len() != base.len() {
        return Err(Undefined::because(format!(
            "{} replicates of the candidate but {} of the base",
            candidate.len(),
            base.len()
        )));
    }
    if discordant < FEWEST_DISCORDANT {
        return Err(Undefined::because(format!(
            "{discordant} discordant examples are too few ({FEWEST_DISCORDANT} needed)"
        )));
    }
    let differences: Vec<Option<f64>> = candidate
        .iter()
        .zip(base)
        .map(|(&candidate, &base)| Some(candidate? - base?))
        .collect();
    percentile_interval(0.0, &differences, clusters, confidence)
}

/// The defined replicates, sorted, if an interval may be made of them.
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

impl ClusterDraws {
    /// Draws made otherwise: replicate after replicate, a count per cluster.
    pub(super) fn from_counts(clusters: usize, replicates: usize, counts: Vec<u32>) -> Self {
        Self {
            clusters,
            replicates,
            counts,
        }
    }
}

#[cfg(test)]
mod tests;
