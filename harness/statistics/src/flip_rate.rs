//! Upper bounds on how often two variants call the same example differently.

use titer_core::Undefined;

use super::{check_share, stringer};

/// A cluster's flips and units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClusterFlips {
    /// Units that are called differently.
    pub flips: u64,
    /// Units.
    pub units: u64,
}

/// An upper bound on a rate where units come in clusters, exceeded with at most the probability `tail`: the
/// end of a two-sided 95 % interval has a tail of 2.5 %. It holds whatever happens within clusters and has no
/// jump at any number of flipped clusters: Stringer's bound (1963; Bickel 1992, doi:10.2307/1403650) on the
/// clusters' shares of flips.
///
/// The clusters are the units. Each flipped cluster, the largest share first, raises Clopper and
/// Pearson's bound by as much as one more hit would, times its share. So at no flips in m clusters it is
/// 1 - tail^(1/m), where clusters flip all together it is Clopper and Pearson's on
/// clusters, and where they flip one unit at a time it is little more than their rate above the
/// bound at no flips, which says what m clusters that never flipped whole can say of whole flips.
/// Clusters of different size count by their size, as n^2 / sum of n_i^2 clusters (Kish). Clusters without
/// units are left out.
///
/// # Errors
/// There are no units, more flips than units in a cluster, or the tail is not between 0 and 1.
pub fn flip_rate_upper(clusters: &[ClusterFlips], tail: f64) -> Result<f64, Undefined> {
    for cluster in clusters.iter().filter(|c| c.flips > 0) {
        check_share(cluster.flips, cluster.units, 1.0 - tail)?;
    }
    let units: u64 = clusters.iter().map(|c| c.units).sum();
    check_share(0, units, 1.0 - tail)?;
    Ok(stringer::upper(&shares(clusters), tail))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clopper_pearson::upper;

    fn clusters(number: usize, flips: u64, units: u64) -> Vec<ClusterFlips> {
        vec![ClusterFlips { flips, units }; number]
    }

    #[test]
    fn rule_of_three() {
        let bound = flip_rate_upper(&clusters(3000, 0, 1), 0.05).unwrap();
        assert!((bound - 0.001).abs() < 1e-5, "{bound}");
        assert_eq!(flip_rate_upper(&clusters(5, 1, 1), 0.05), Ok(1.0));
    }

    #[test]
    fn without_flips_clusters_are_the_units() {
        let bound = flip_rate_upper(&clusters(60, 0, 100), 0.05).unwrap();
        assert!((bound - (1.0 - 0.05f64.powf(1.0 / 60.0))).abs() < 1e-12);
        let mut uneven = clusters(60, 0, 1);
        uneven[0].units = 1000;
        uneven.push(ClusterFlips::default());
        let bound = flip_rate_upper(&uneven, 0.05).unwrap();
        assert!(bound > 1.0 - 0.05f64.powf(1.0 / 1.2), "{bound}");
    }

    #[test]
    fn flips_that_come_together_widen_the_bound() {
        let spread = flip_rate_upper(&clusters(200, 1, 10), 0.05).unwrap();
        let mut together = clusters(180, 0, 10);
        together.extend(clusters(20, 10, 10));
        let together = flip_rate_upper(&together, 0.05).unwrap();
        assert!(together > spread + 0.01, "{together} {spread}");
    }

    #[test]
    fn the_bound_has_no_jump() {
        let bound = |flipped: usize, flips: u64| {
            let mut all = clusters(200, 0, 10);
            all[..flipped].fill(ClusterFlips { flips, units: 10 });
            flip_rate_upper(&all, 0.05).unwrap()
        };
        for flipped in 1..60 {
            let step = bound(flipped, 1) - bound(flipped - 1, 1);
            assert!(step > 0.0 && step < 0.001, "{flipped}: {step}");
        }
        assert!((bound(20, 10) - upper(20.0, 200.0, 0.05)).abs() < 1e-12);
        let single = flip_rate_upper(&clusters(5, 0, 1), 0.025);
        assert_eq!(single, Ok(upper(0.0, 5.0, 0.025)));
        assert!(flip_rate_upper(&[], 0.05).is_err());
        assert!(flip_rate_upper(&clusters(1, 2, 1), 0.05).is_err());
        assert!(flip_rate_upper(&clusters(9, 1, 2), 1.0).is_err());
    }
}
