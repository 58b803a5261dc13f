//! A metric with everything that its intervals are made of.

use titer_core::{Multiplicity, Prepared, Undefined};

use super::bootstrap::{ClusterDraws, replicates};
use super::jackknife::jackknife;
use crate::sum::pairwise;

/// A metric's value, its bootstrap replicates and its jackknife, all over the same clusters.
#[derive(Clone, Debug, PartialEq)]
pub struct Resampled {
    /// The value.
    pub point: f64,
    /// The value in each replicate; `None` where it is undefined.
    pub replicates: Vec<Option<f64>>,
    /// The value without each cluster or group of clusters ([`jackknife`]).
    pub jackknife: Vec<f64>,
    /// How many clusters there are.
    pub clusters: usize,
}

impl Resampled {
    /// Resamples a metric; the draws say how many clusters there are.
    ///
    /// # Errors
    /// The metric is undefined, or undefined without some cluster.
    pub fn new(
        prepared: &dyn Prepared,
        cluster_of: &[u32],
        draws: &ClusterDraws,
    ) -> Result<Self, Undefined> {
        let clusters = draws.clusters();
        Ok(Self {
            point: prepared.value(Multiplicity::Once)?,
            jackknife: jackknife(prepared, cluster_of, clusters)?,
            replicates: replicates(prepared, cluster_of, draws),
            clusters,
        })
    }

    /// This minus another of the same draws.
    ///
    /// # Errors
    /// The two are not of the same clusters and draws.
    pub fn minus(&self, other: &Self) -> Result<Self, Undefined> {
        let sizes = |of: &Self| (of.clusters, of.replicates.len(), of.jackknife.len());
        if sizes(self) != sizes(other) {
            return Err(Undefined::because(
                "the two sides were not resampled together",
            ));
        }
        let replicates = self.replicates.iter().zip(&other.replicates);
        let jackknife = self.jackknife.iter().zip(&other.jackknife);
        Ok(Self {
            point: self.point - other.point,
            replicates: replicates.map(|(&a, &b)| Some(a? - b?)).collect(),
            jackknife: jackknife.map(|(a, b)| a - b).collect(),
            clusters: self.clusters,
        })
    }

    /// How many degrees of freedom the standard error has: twice its squared square over the
    /// variance of that square (Satterthwaite 1946, doi:10.2307/3002019), which the kurtosis of the
    /// clusters' influences gives; at most one less than the clusters, at least [`FEWEST_FREEDOM`].
    /// Where a few clusters make most of the variance it is far less than their number.
    #[must_use]
    pub fn freedom(&self) -> f64 {
        let groups = self.jackknife.len() as f64;
        let mean = pairwise(&self.jackknife) / groups;
        let power = |power: i32| {
            let lost = self
                .jackknife
                .iter()
                .map(|value| (value - mean).powi(power));
            pairwise(&lost.collect::<Vec<f64>>())
        };
        let (squares, fourths) = (power(2), power(4));
        let most = self.clusters as f64 - 1.0;
        if squares <= 0.0 {
            return most;
        }
        // A group of clusters is nearer to normal than one cluster, by as much as it holds.
        let size = self.clusters as f64 / groups;
        let excess = (groups * fourths / (squares * squares) - 3.0) * size;
        let freedom = 2.0 * self.clusters as f64 / (2.0 + excess);
        if excess <= -2.0 || freedom > most {
            most
        } else {
            freedom.max(FEWEST_FREEDOM)
        }
    }
}

/// Below so many degrees of freedom Student's distribution has no kurtosis of its own, and an
/// estimate of them from one is noise.
pub const FEWEST_FREEDOM: f64 = 4.0;

#[cfg(test)]
mod tests {
    use titer_core::Stream;

    use super::*;

    /// The mean of numbers.
    struct Mean(Vec<f64>);

    impl Prepared for Mean {
        fn value(&self, of: Multiplicity<'_>) -> Result<f64, Undefined> {
            let count = |index: usize| match of {
                Multiplicity::Once => 1.0,
                Multiplicity::PerCluster { counts, cluster_of } => {
                    f64::from(counts[cluster_of[index] as usize])
                }
            };
            let (mut sum, mut all) = (0.0, 0.0);
            for (index, number) in self.0.iter().enumerate() {
                sum += count(index) * number;
                all += count(index);
            }
            Ok(sum / all)
        }
    }

    fn mean(seed: u64, clusters: usize) -> Resampled {
        let mut stream = Stream::new(seed, "synthetic numbers", "");
        let numbers = (0..300).map(|_| stream.uniform()).collect();
        let cluster_of: Vec<u32> = (0..300).map(|index| index % clusters as u32).collect();
        let draws = ClusterDraws::new(clusters, 50, 1, "bootstrap");
        Resampled::new(&Mean(numbers), &cluster_of, &draws).unwrap()
    }

    fn with(jackknife: Vec<f64>, clusters: usize) -> Resampled {
        Resampled {
            point: 0.0,
            replicates: Vec::new(),
            jackknife,
            clusters,
        }
    }

    #[test]
    fn a_difference_is_taken_throughout() {
        let (a, b) = (mean(1, 20), mean(2, 20));
        let less = a.minus(&b).unwrap();
        assert_eq!(less.point, a.point - b.point);
        assert_eq!(
            less.replicates[7],
            Some(a.replicates[7].unwrap() - b.replicates[7].unwrap())
        );
        assert_eq!(less.jackknife[7], a.jackknife[7] - b.jackknife[7]);
        let fewer = mean(1, 19);
        assert!(a.minus(&fewer).is_err());
    }

    #[test]
    fn few_clusters_that_matter_are_few_degrees_of_freedom() {
        let even: Vec<f64> = (0..100).map(|i| f64::from(i % 2)).collect();
        assert_eq!(with(even, 100).freedom(), 99.0);
        let mut rare = vec![0.0; 100];
        rare[3] = 1.0;
        assert_eq!(with(rare, 100).freedom(), FEWEST_FREEDOM);
        // Kurtosis 9, that of an exponential: a quarter of the clusters.
        // Of a share s of ones it is 1 / (s (1 - s)) - 3.
        let share = 0.5 - (0.25 - 1.0 / 12.0f64).sqrt();
        let hits = (share * 10_000.0).round() as usize;
        let mut skewed = vec![0.0; 10_000];
        skewed[..hits].fill(1.0);
        let freedom = with(skewed, 10_000).freedom();
        assert!((freedom / 2500.0 - 1.0).abs() < 0.01, "{freedom}");
    }
}
