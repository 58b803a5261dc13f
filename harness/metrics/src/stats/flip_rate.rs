//! Upper bounds on how often two variants call the same example differently.

use titer_core::Undefined;

use super::{check_share, clopper_pearson, stringer};

/// With flips in fewer clusters than this, how alike a cluster's units are cannot be estimated.
pub const FEWEST_FLIPPED_CLUSTERS: usize = 10;

const TAIL: f64 = 0.05;

/// A one-sided 95 % upper bound on a rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UpperBound {
    /// The bound.
    pub value: f64,
    /// How it was made.
    pub method: UpperBoundMethod,
    /// How many independent units the data are worth.
    pub effective_units: f64,
}

/// How an upper bound was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpperBoundMethod {
    /// Clopper and Pearson's one-sided bound, units taken as independent.
    ClopperPearson,
    /// The same after Korn and Graubard: on effective units, by a design effect from the estimated
    /// correlation within clusters.
    DesignEffect,
    /// The same where flips are in too few clusters to estimate that correlation: it is taken as 1,
    /// the worst there is.
    ClustersAsUnits,
    /// Stringer's: clusters are the units, each flipped cluster counts by its share of flips.
    Stringer,
}

/// A cluster's flips and units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClusterFlips {
    /// Units that are called differently.
    pub flips: u64,
    /// Units.
    pub units: u64,
}

/// The bound for `flips` out of `units` independent units; at 0 flips 1 - 0.05^(1/n), the "rule of
/// three".
///
/// # Errors
/// There are no units, or more flips than units.
pub fn flip_rate_upper(flips: u64, units: u64) -> Result<UpperBound, Undefined> {
    flip_rate_upper_at(flips, units, TAIL)
}

/// The same with a tail of choice: the bound is exceeded with at most this probability. The end of a
/// two-sided 95 % interval has a tail of 2.5 %.
///
/// # Errors
/// As [`flip_rate_upper`]; further where the tail is not between 0 and 1.
pub fn flip_rate_upper_at(flips: u64, units: u64, tail: f64) -> Result<UpperBound, Undefined> {
    check_share(flips, units, 1.0 - tail)?;
    let effective_units = units as f64;
    Ok(UpperBound {
        value: clopper_pearson::upper(flips as f64, effective_units, tail),
        method: UpperBoundMethod::ClopperPearson,
        effective_units,
    })
}

/// The bound where units come in clusters: Clopper and Pearson's on effective units (Korn and
/// Graubard 1998, Survey Methodology 24:193), n divided by the design effect
/// 1 + (sum of n_i^2 / n - 1) r, at least 1, where r is the correlation of two units of a cluster
/// (the analysis of variance estimate, between 0 and 1).
///
/// With flips in fewer than [`FEWEST_FLIPPED_CLUSTERS`] clusters, none above all, that correlation
/// cannot be estimated and is taken as 1, so that the effective units are n^2 / sum of n_i^2: the
/// number of clusters where they are of one size, fewer where they are not. At 0 flips in m clusters
/// of one size that is the bound 1 - 0.05^(1/m) on the share of clusters that flip. It is wide, and
/// holds even if a cluster's units flip all together. Clusters without units are left out.
///
/// # Errors
/// There are no units, or more flips than units in a cluster.
pub fn flip_rate_upper_clustered(clusters: &[ClusterFlips]) -> Result<UpperBound, Undefined> {
    let clusters: Vec<ClusterFlips> = clusters.iter().filter(|c| c.units > 0).copied().collect();
    let sum = |of: fn(&ClusterFlips) -> u64| clusters.iter().map(of).sum::<u64>();
    for cluster in &clusters {
        check_share(cluster.flips, cluster.units, 1.0 - TAIL)?;
    }
    let (flips, units) = (sum(|c| c.flips), sum(|c| c.units));
    check_share(flips, units, 1.0 - TAIL)?;
    let flipped = clusters.iter().filter(|c| c.flips > 0).count();
    let (correlation, method) = if flipped < FEWEST_FLIPPED_CLUSTERS {
        (1.0, UpperBoundMethod::ClustersAsUnits)
    } else {
        (correlation(&clusters), UpperBoundMethod::DesignEffect)
    };
    let units = units as f64;
    let design_effect = 1.0 + (squares(&clusters) / units - 1.0) * correlation;
    let effective_units = units / design_effect.max(1.0);
    let effective_flips = flips as f64 / units * effective_units;
    Ok(UpperBound {
        value: clopper_pearson::upper(effective_flips, effective_units, TAIL),
        method,
        effective_units,
    })
}

/// A bound with a tail of choice where units come in clusters, which holds whatever happens within
/// them and has no jump at any number of flipped clusters: Stringer's bound (1963; Bickel 1992,
/// doi:10.2307/1403650) on the clusters' shares of flips.
///
/// The clusters are the units. Each flipped cluster, the largest share first, raises Clopper and
/// Pearson's bound by as much as one more hit would, times its share. So at no flips it is that of
/// [`flip_rate_upper_clustered`], where clusters flip all together it is Clopper and Pearson's on
/// clusters, and where they flip one unit at a time it is little more than their rate above the
/// bound at no flips, which says what m clusters that never flipped whole can say of whole flips.
/// Clusters of different size count by their size, as n^2 / sum of n_i^2 clusters (Kish).
///
/// # Errors
/// As [`flip_rate_upper_clustered`]; further where the tail is not between 0 and 1.
pub fn flip_rate_upper_clustered_at(
    clusters: &[ClusterFlips],
    tail: f64,
) -> Result<UpperBound, Undefined> {
    for cluster in clusters.iter().filter(|c| c.flips > 0) {
        check_share(cluster.flips, cluster.units, 1.0 - tail)?;
    }
    let units: u64 = clusters.iter().map(|c| c.units).sum();
    check_share(0, units, 1.0 - tail)?;
    let shares = shares(clusters);
    Ok(UpperBound {
        value: stringer::upper(&shares, tail),
        method: UpperBoundMethod::Stringer,
        effective_units: stringer::effective(&shares),
    })
}

/// The share of flips of every cluster that holds units, by its size.
pub(super) fn shares(clusters: &[ClusterFlips]) -> Vec<stringer::Share> {
    let held = clusters.iter().filter(|c| c.units > 0);
    held.map(|own| stringer::Share {
        share: own.flips as f64 / own.units as f64,
        weight: own.units as f64,
    })
    .collect()
}

/// The squares of the clusters' sizes, added.
pub(super) fn squares(clusters: &[ClusterFlips]) -> f64 {
    let square = |c: &ClusterFlips| c.units as f64 * c.units as f64;
    clusters.iter().map(square).sum()
}

/// The analysis of variance estimate of the correlation of two units of a cluster (Ridout, Demétrio
/// and Firth 1999, doi:10.1111/j.0006-341X.1999.00137.x), kept between 0 and 1. Takes at least two
/// clusters.
fn correlation(clusters: &[ClusterFlips]) -> f64 {
    let count = clusters.len() as f64;
    let units = clusters.iter().map(|c| c.units as f64).sum::<f64>();
    let rate = clusters.iter().map(|c| c.flips as f64).sum::<f64>() / units;
    if units <= count {
        return 0.0; // One unit each: nothing to correlate.
    }
    let (mut between, mut within) = (0.0, 0.0);
    for cluster in clusters {
        let (flips, size) = (cluster.flips as f64, cluster.units as f64);
        let own = flips / size;
        between += size * (own - rate) * (own - rate);
        within += flips * (1.0 - own);
    }
    let between = between / (count - 1.0);
    let within = within / (units - count);
    let size = (units - squares(clusters) / units) / (count - 1.0);
    let all = between + (size - 1.0) * within;
    if all <= 0.0 {
        return 1.0; // Every unit flips: no variance to learn from.
    }
    ((between - within) / all).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clusters(number: usize, flips: u64, units: u64) -> Vec<ClusterFlips> {
        vec![ClusterFlips { flips, units }; number]
    }

    #[test]
    fn rule_of_three() {
        let bound = flip_rate_upper(0, 3000).unwrap();
        assert!((bound.value - 0.001).abs() < 1e-5, "{bound:?}");
        assert_eq!(flip_rate_upper(5, 5).unwrap().value, 1.0);
        assert!(flip_rate_upper(0, 0).is_err());
        assert!(flip_rate_upper(2, 1).is_err());
    }

    #[test]
    fn without_flips_clusters_are_the_units() {
        let bound = flip_rate_upper_clustered(&clusters(60, 0, 100)).unwrap();
        assert_eq!(bound.method, UpperBoundMethod::ClustersAsUnits);
        assert!((bound.value - (1.0 - 0.05f64.powf(1.0 / 60.0))).abs() < 1e-12);
        let mut uneven = clusters(60, 0, 1);
        uneven[0].units = 1000;
        uneven.push(ClusterFlips::default());
        let bound = flip_rate_upper_clustered(&uneven).unwrap();
        assert!(bound.effective_units < 1.2, "{bound:?}");
    }

    #[test]
    fn one_flip_does_not_tighten_the_bound() {
        let none = flip_rate_upper_clustered(&clusters(60, 0, 100)).unwrap();
        let mut one = clusters(60, 0, 100);
        one[3].flips = 1;
        let one = flip_rate_upper_clustered(&one).unwrap();
        assert!(one.value > none.value, "{one:?} {none:?}");
    }

    #[test]
    fn flips_that_come_together_widen_the_bound() {
        let spread = clusters(200, 1, 10);
        let mut together = clusters(180, 0, 10);
        together.extend(clusters(20, 10, 10));
        let spread = flip_rate_upper_clustered(&spread).unwrap();
        let together = flip_rate_upper_clustered(&together).unwrap();
        let plain = flip_rate_upper(200, 2000).unwrap();
        assert_eq!(together.method, UpperBoundMethod::DesignEffect);
        assert!((together.effective_units - 200.0).abs() < 1e-9);
        assert!((spread.value - plain.value).abs() < 1e-12);
        assert!(together.value > plain.value + 0.02, "{together:?}");
    }

    #[test]
    fn the_bound_of_choice_has_no_jump() {
        let bound = |flipped: usize, flips: u64| {
            let mut all = clusters(200, 0, 10);
            all[..flipped].fill(ClusterFlips { flips, units: 10 });
            flip_rate_upper_clustered_at(&all, 0.05).unwrap().value
        };
        let none = flip_rate_upper_clustered(&clusters(200, 0, 10)).unwrap();
        assert!((bound(0, 0) - none.value).abs() < 1e-12);
        for flipped in 1..60 {
            let step = bound(flipped, 1) - bound(flipped - 1, 1);
            assert!(step > 0.0 && step < 0.001, "{flipped}: {step}");
        }
        let whole = flip_rate_upper(20, 200).unwrap().value;
        assert!((bound(20, 10) - whole).abs() < 1e-12);
        let single = flip_rate_upper_clustered_at(&clusters(5, 0, 1), 0.025).unwrap();
        assert_eq!(single.value, flip_rate_upper_at(0, 5, 0.025).unwrap().value);
        assert!(flip_rate_upper_clustered_at(&[], 0.05).is_err());
        assert!(flip_rate_upper_clustered_at(&clusters(1, 2, 1), 0.05).is_err());
        assert!(flip_rate_upper_clustered_at(&clusters(9, 1, 2), 1.0).is_err());
    }

    #[test]
    fn single_units_need_no_design_effect() {
        let mut single = clusters(500, 0, 1);
        single[..20].fill(ClusterFlips { flips: 1, units: 1 });
        let bound = flip_rate_upper_clustered(&single).unwrap();
        let plain = flip_rate_upper(20, 500).unwrap();
        assert!((bound.value - plain.value).abs() < 1e-12);
    }
}
