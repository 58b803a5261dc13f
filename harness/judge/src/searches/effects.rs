//! Means and correlations of effects, with intervals by a bootstrap over whole clusters.

use std::collections::BTreeMap;

use titer_core::{Estimate, Interval, Multiplicity, Prepared, Undefined};
use titer_metrics::log_loss::EPSILON;
use titer_statistics::{ClusterDraws, Resampled, student_interval};

use crate::sample::CONFIDENCE;

/// The logit of a probability that is clipped to 1e-7 from its ends.
pub(super) fn logit(probability: f64) -> f64 {
    let clipped = probability.clamp(EPSILON, 1.0 - EPSILON);
    libm::log(clipped) - libm::log1p(-clipped)
}

/// Draws for each number of clusters that was met.
pub(super) struct Draws {
    replicates: usize,
    seed: u64,
    known: BTreeMap<usize, ClusterDraws>,
}

impl Draws {
    pub(super) fn new(replicates: usize, seed: u64) -> Self {
        Self {
            replicates,
            seed,
            known: BTreeMap::new(),
        }
    }

    fn of(&mut self, clusters: usize) -> &ClusterDraws {
        let (replicates, seed) = (self.replicates, self.seed);
        self.known
            .entry(clusters)
            .or_insert_with(|| ClusterDraws::new(clusters, replicates, seed, "mutagenesis"))
    }

    /// The mean of numbers that lie in these clusters.
    pub(super) fn mean(&mut self, clusters: &[&str], numbers: Vec<f64>) -> Estimate {
        if numbers.is_empty() {
            return Estimate::undefined(&Undefined::because("every example has this base there"));
        }
        let (cluster_of, count) = numbered(clusters);
        let mean = Mean(numbers);
        let value = mean.value(Multiplicity::Once);
        let resampled = Resampled::new(&mean, &cluster_of, self.of(count));
        let interval = resampled.and_then(|of| student_interval(&of, CONFIDENCE));
        Estimate::new(&value, &interval)
    }

    /// Pearson's correlation of pairs, its interval Student's on Fisher's scale.
    pub(super) fn pearson(&mut self, clusters: &[&str], pairs: Vec<(f64, f64)>) -> Estimate {
        let (cluster_of, count) = numbered(clusters);
        let correlation = Correlation(pairs);
        let value = correlation.of(Multiplicity::Once);
        let resampled = Resampled::new(&correlation, &cluster_of, self.of(count));
        let interval = resampled.and_then(|of| student_interval(&of, CONFIDENCE));
        let back = |of: Interval| Interval {
            lower: libm::tanh(of.lower),
            upper: libm::tanh(of.upper),
            ..of
        };
        Estimate::new(&value, &interval.map(back))
    }
}

/// Clusters by number, and how many there are.
fn numbered(clusters: &[&str]) -> (Vec<u32>, usize) {
    let mut numbers: BTreeMap<&str, u32> = clusters.iter().map(|name| (*name, 0)).collect();
    for (number, of) in (0..).zip(numbers.values_mut()) {
        *of = number;
    }
    let of = |name: &&str| numbers.get(name).copied().unwrap_or(0);
    (clusters.iter().map(of).collect(), numbers.len())
}

/// The mean of numbers.
struct Mean(Vec<f64>);

impl Prepared for Mean {
    fn value(&self, of: Multiplicity<'_>) -> Result<f64, Undefined> {
        let (mut sum, mut all) = (0.0, 0.0);
        for (index, number) in self.0.iter().enumerate() {
            let count = f64::from(of.of(index));
            sum += count * number;
            all += count;
        }
        match all > 0.0 {
            true => Ok(sum / all),
            false => Err(Undefined::because("no example")),
        }
    }
}

/// Fisher's z of the correlation of pairs.
struct Correlation(Vec<(f64, f64)>);

impl Correlation {
    fn of(&self, of: Multiplicity<'_>) -> Result<f64, Undefined> {
        let weighted = |number: &dyn Fn(&(f64, f64)) -> f64| -> f64 {
            let pairs = self.0.iter().enumerate();
            pairs
                .map(|(index, pair)| f64::from(of.of(index)) * number(pair))
                .sum()
        };
        let all = weighted(&|_| 1.0);
        if all <= 0.0 {
            return Err(Undefined::because("no change was asked of both"));
        }
        let (x, y) = (
            weighted(&|pair| pair.0) / all,
            weighted(&|pair| pair.1) / all,
        );
        let xx = weighted(&|pair| (pair.0 - x) * (pair.0 - x));
        let yy = weighted(&|pair| (pair.1 - y) * (pair.1 - y));
        let xy = weighted(&|pair| (pair.0 - x) * (pair.1 - y));
        match xx > 0.0 && yy > 0.0 {
            true => Ok((xy / libm::sqrt(xx * yy)).clamp(-1.0, 1.0)),
            false => Err(Undefined::because(
                "the effects of one of the two are all alike",
            )),
        }
    }
}

impl Prepared for Correlation {
    fn value(&self, of: Multiplicity<'_>) -> Result<f64, Undefined> {
        self.of(of).map(libm::atanh)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Python 3.11: `statistics.correlation([1, 2, 3, 4, 6], [2, 1, 4, 3, 7])`, `math.log(0.2 / 0.8)`.
    #[test]
    fn correlation_and_logit_are_those_of_python() {
        let pairs = vec![(1.0, 2.0), (2.0, 1.0), (3.0, 4.0), (4.0, 3.0), (6.0, 7.0)];
        let clusters = ["a", "b", "c", "d", "e"];
        let found = Draws::new(200, 1).pearson(&clusters, pairs);
        assert!(
            (found.value.unwrap() - 0.880_695_566_745_432_5).abs() < 1e-12,
            "{found:?}"
        );
        assert!(found.interval_undefined.unwrap().contains("too few"));
        assert!((logit(0.2) + 1.386_294_361_119_890_6).abs() < 1e-15);
        assert!((logit(0.0) - logit(1e-7)).abs() < 1e-12);
    }

    #[test]
    fn the_interval_of_a_mean_is_by_cluster() {
        let numbers: Vec<f64> = (0..60).map(|number| f64::from(number / 3 % 7)).collect();
        let names: Vec<String> = (0..60).map(|number| format!("c{}", number / 3)).collect();
        let alone: Vec<String> = (0..60).map(|number| format!("c{number}")).collect();
        let width = |names: &[String]| {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let found = Draws::new(1000, 1).mean(&names, numbers.clone());
            found.upper.unwrap() - found.lower.unwrap()
        };
        // Three alike in each cluster: as wide as a third of the examples are.
        let ratio = width(&names) / width(&alone);
        assert!((1.5..2.1).contains(&ratio), "{ratio}");
    }
}
