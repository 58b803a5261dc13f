//! Rare events by cluster: flips of calls, false alarms of a negative control.

use titer_statistics::{ClusterFlips, flip_rate_upper};

/// What an upper bound leaves above it: one side of a two-sided 95 % interval, as everywhere.
const TAIL: f64 = 0.025;

/// How many units of how many show an event, and in how many clusters.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rare {
    /// Units that show it.
    pub events: u64,
    /// Units.
    pub units: u64,
    /// Clusters with a unit.
    pub clusters: u64,
    /// Clusters with an event.
    pub eventful_clusters: u64,
    /// The upper end of the rate's 95 % interval.
    pub upper: Option<f64>,
}

impl Rare {
    /// Counts units given as cluster and whether they show the event.
    pub fn of(units: impl Iterator<Item = (u32, bool)>) -> Self {
        let mut clusters: Vec<ClusterFlips> = Vec::new();
        for (cluster, event) in units {
            let cluster = cluster as usize;
            if clusters.len() <= cluster {
                clusters.resize(cluster + 1, ClusterFlips::default());
            }
            clusters[cluster].units += 1;
            clusters[cluster].flips += u64::from(event);
        }
        let count = |of: fn(&ClusterFlips) -> bool| {
            clusters.iter().filter(|cluster| of(cluster)).count() as u64
        };
        Self {
            events: clusters.iter().map(|cluster| cluster.flips).sum(),
            units: clusters.iter().map(|cluster| cluster.units).sum(),
            clusters: count(|cluster| cluster.units > 0),
            eventful_clusters: count(|cluster| cluster.flips > 0),
            upper: flip_rate_upper(&clusters, TAIL).ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_counted_by_cluster() {
        let units = [(0, true), (0, true), (3, true), (3, false), (5, false)];
        let rare = Rare::of(units.into_iter());
        assert_eq!((rare.events, rare.units), (3, 5));
        assert_eq!((rare.clusters, rare.eventful_clusters), (3, 2));
        assert!(rare.upper.unwrap() > 0.6);
        assert_eq!(Rare::of(std::iter::empty()).upper, None);
    }
}
