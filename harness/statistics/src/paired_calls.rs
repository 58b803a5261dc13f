//! Which units two variants call differently, by cluster.

use titer_core::Undefined;

use super::independence::Independence;
use super::{check_share, independence};

/// A cluster's units and its flips in both directions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClusterPairs {
    /// Wrong in the base, right in the candidate.
    pub to_right: u64,
    /// Right in the base, wrong in the candidate.
    pub to_wrong: u64,
    /// Units.
    pub units: u64,
}

impl ClusterPairs {
    /// Flips to right less flips to wrong.
    #[must_use]
    pub fn net(&self) -> i64 {
        self.to_right as i64 - self.to_wrong as i64
    }

    /// All flips.
    #[must_use]
    pub fn discordant(&self) -> u64 {
        self.to_right + self.to_wrong
    }
}

/// The paired calls of two variants: right or wrong, on the same units.
#[derive(Clone, Debug, PartialEq)]
pub struct PairedCalls {
    total: ClusterPairs,
    /// Every cluster that holds units; nothing where units were declared independent.
    clusters: Option<Vec<ClusterPairs>>,
}

impl PairedCalls {
    /// From what each variant got right, unit by unit.
    ///
    /// # Errors
    /// There are no units, or not as many on both sides and in the clusters.
    pub fn new(
        candidate_right: &[bool],
        base_right: &[bool],
        independence: Independence<'_>,
    ) -> Result<Self, Undefined> {
        let units = candidate_right.len();
        if units != base_right.len() {
            return Err(Undefined::because(format!(
                "{units} calls of the candidate but {} of the base",
                base_right.len()
            )));
        }
        let of = independence.clusters(units)?;
        let count = of.map_or(1, |of| independence::sizes(of).len());
        let mut clusters = vec![ClusterPairs::default(); count];
        for (index, (&candidate, &base)) in candidate_right.iter().zip(base_right).enumerate() {
            let own = &mut clusters[of.map_or(0, |of| of[index] as usize)];
            own.units += 1;
            own.to_right += u64::from(candidate && !base);
            own.to_wrong += u64::from(base && !candidate);
        }
        if of.is_some() {
            Self::clustered(&clusters)
        } else {
            let all = clusters.first().copied().unwrap_or_default();
            Self::independent(all.to_right, all.to_wrong, all.units)
        }
    }

    /// From the flips of units that were declared independent (`clusters: none`).
    ///
    /// # Errors
    /// There are no units, or more flips than units.
    pub fn independent(to_right: u64, to_wrong: u64, units: u64) -> Result<Self, Undefined> {
        check_share(to_right.saturating_add(to_wrong), units, 0.95)?;
        let total = ClusterPairs {
            to_right,
            to_wrong,
            units,
        };
        Ok(Self {
            total,
            clusters: None,
        })
    }

    /// From the flips of each cluster; clusters without units are left out.
    ///
    /// # Errors
    /// There are no units, or more flips than units in a cluster.
    pub fn clustered(clusters: &[ClusterPairs]) -> Result<Self, Undefined> {
        let held: Vec<ClusterPairs> = clusters.iter().filter(|c| c.units > 0).copied().collect();
        for own in clusters.iter().filter(|c| c.discordant() > 0) {
            check_share(own.discordant(), own.units, 0.95)?;
        }
        let sum = |of: fn(&ClusterPairs) -> u64| held.iter().map(of).sum();
        let total = ClusterPairs {
            to_right: sum(|c| c.to_right),
            to_wrong: sum(|c| c.to_wrong),
            units: sum(|c| c.units),
        };
        check_share(0, total.units, 0.95)?;
        Ok(Self {
            total,
            clusters: Some(held),
        })
    }

    /// Flips and units of all clusters.
    #[must_use]
    pub fn total(&self) -> ClusterPairs {
        self.total
    }

    /// Candidate's share of right calls less the base's.
    #[must_use]
    pub fn difference(&self) -> f64 {
        self.total.net() as f64 / self.total.units as f64
    }

    /// How many independent clusters: as many as units where these are independent.
    #[must_use]
    pub fn cluster_count(&self) -> u64 {
        let count = |clusters: &Vec<ClusterPairs>| clusters.len() as u64;
        self.clusters.as_ref().map_or(self.total.units, count)
    }

    /// In how many clusters a unit is called differently.
    #[must_use]
    pub fn discordant_clusters(&self) -> u64 {
        let Some(clusters) = &self.clusters else {
            return self.total.discordant();
        };
        clusters.iter().filter(|c| c.discordant() > 0).count() as u64
    }

    /// Whether units share clusters.
    #[must_use]
    pub fn shares_clusters(&self) -> bool {
        self.cluster_count() < self.total.units
    }

    /// The net flips (to right less to wrong) of every cluster where they are not 0: what a paired
    /// permutation swaps.
    #[must_use]
    pub fn net_flips(&self) -> Vec<i64> {
        match &self.clusters {
            Some(clusters) => clusters
                .iter()
                .map(ClusterPairs::net)
                .filter(|&net| net != 0)
                .collect(),
            None => {
                let mut nets = vec![1; self.total.to_right as usize];
                nets.resize(self.total.discordant() as usize, -1);
                nets
            }
        }
    }

    /// Refuses a method for independent units where units share clusters.
    pub(super) fn require_independent(
        &self,
        method: &str,
        clustered: &str,
    ) -> Result<(), Undefined> {
        independence::refuse(self.total.units, self.cluster_count(), method, clustered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_both_directions_by_cluster() {
        let candidate = [true, true, false, false, true];
        let base = [false, true, true, false, false];
        let of = [0, 0, 3, 3, 3];
        let calls = PairedCalls::new(&candidate, &base, Independence::Clusters(&of)).unwrap();
        let total = calls.total();
        assert_eq!((total.to_right, total.to_wrong, total.units), (2, 1, 5));
        assert_eq!((calls.cluster_count(), calls.discordant_clusters()), (2, 2));
        assert_eq!(calls.net_flips(), [1]);
        let free = PairedCalls::new(&candidate, &base, Independence::Declared).unwrap();
        assert_eq!((free.cluster_count(), free.discordant_clusters()), (5, 3));
        assert_eq!(free.net_flips(), [1, 1, -1]);
        assert_eq!(free.difference(), 0.2);
    }

    #[test]
    fn nonsense_is_said() {
        assert!(PairedCalls::new(&[], &[], Independence::Declared).is_err());
        assert!(PairedCalls::new(&[], &[], Independence::Clusters(&[])).is_err());
        assert!(PairedCalls::new(&[true], &[], Independence::Declared).is_err());
        assert!(PairedCalls::independent(3, 3, 5).is_err());
        let more = ClusterPairs {
            to_right: 2,
            to_wrong: 0,
            units: 1,
        };
        assert!(PairedCalls::clustered(&[more]).is_err());
    }
}
