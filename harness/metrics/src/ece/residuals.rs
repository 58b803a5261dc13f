//! The residuals that the expected calibration error is a norm of.

use titer_core::{Interval, Labelled, Multiplicity, Undefined};

use super::bins::Sorted;
use super::debiased;
use crate::checked::{check, no_examples};
use crate::clustering;
use crate::stats::{ClusterDraws, Norm, ResidualNorm, norm_difference_interval, norm_interval};

/// Probability minus truth, summed over each bin of equal mass and divided by the number of examples:
/// the plug-in expected calibration error is the sum of their absolute values.
pub struct Residuals {
    sorted: Sorted,
    bins: usize,
}

/// Equal probabilities: how many examples and positives there are in the data and the replicate.
#[derive(Default)]
struct Tie {
    probability: f64,
    examples: u64,
    positives: u64,
    drawn: u64,
    drawn_positives: u64,
}

impl Tie {
    /// Residuals of the replicate's and of the data's examples.
    fn residuals(&self) -> (f64, f64) {
        let sum = |n: u64, positives: u64| self.probability * n as f64 - positives as f64;
        (
            sum(self.drawn, self.drawn_positives),
            sum(self.examples, self.positives),
        )
    }
}

impl Residuals {
    /// Sorts the data.
    ///
    /// # Errors
    /// There are no examples, a probability is not in [0, 1], or no bins are asked for.
    pub fn new(data: Labelled<'_>, bins: usize) -> Result<Self, Undefined> {
        check(data)?;
        if bins == 0 {
            return Err(Undefined::because("0 bins were asked for"));
        }
        let sorted = Sorted::new(data);
        Ok(Self { sorted, bins })
    }

    /// The interval of the (debiased) expected calibration error. It holds the value, and 0 where the
    /// model may be calibrated.
    ///
    /// # Errors
    /// As [`norm_interval`].
    pub fn interval(
        &self,
        cluster_of: &[u32],
        draws: &ClusterDraws,
        confidence: f64,
    ) -> Result<Interval, Undefined> {
        norm_interval(self.point()?, self, cluster_of, draws, 1.0, confidence)
    }

    /// The interval of this error minus that of another variant on the same examples.
    ///
    /// # Errors
    /// As [`norm_difference_interval`].
    pub fn difference_interval(
        &self,
        base: &Self,
        cluster_of: &[u32],
        draws: &ClusterDraws,
        confidence: f64,
    ) -> Result<Interval, Undefined> {
        let points = (self.point()?, base.point()?);
        norm_difference_interval(points, self, base, cluster_of, draws, confidence)
    }

    fn point(&self) -> Result<f64, Undefined> {
        Ok(debiased(&self.sorted.bins(Multiplicity::Once, self.bins)?))
    }

    fn ties(&self, multiplicity: Multiplicity<'_>) -> Vec<Tie> {
        let mut ties: Vec<Tie> = Vec::new();
        for (index, probability, truth) in self.sorted.examples() {
            if ties
                .last()
                .is_none_or(|last| last.probability != probability)
            {
                ties.push(Tie {
                    probability,
                    ..Tie::default()
                });
            }
            let times = u64::from(multiplicity.of(index as usize));
            if let Some(tie) = ties.last_mut() {
                tie.examples += 1;
                tie.positives += u64::from(truth);
                tie.drawn += times;
                tie.drawn_positives += times * u64::from(truth);
            }
        }
        ties
    }

    /// Residuals of the replicate and of the data in each of the replicate's bins, each divided by
    /// its number of examples.
    fn binned(&self, multiplicity: Multiplicity<'_>) -> Result<Vec<(f64, f64)>, Undefined> {
        clustering::check(multiplicity, self.sorted.examples().count())?;
        let ties = self.ties(multiplicity);
        let drawn: u64 = ties.iter().map(|tie| tie.drawn).sum();
        let examples: u64 = ties.iter().map(|tie| tie.examples).sum();
        if drawn == 0 {
            return Err(no_examples());
        }
        let mut sums = vec![(0.0, 0.0); self.bins];
        let mut before = 0;
        for tie in &ties {
            // The bin of the middle of the group, as `bins` cuts; one that was not drawn lies where
            // it would, and the last place belongs to the last bin.
            let twice_middle = u128::from(2 * before + tie.drawn);
            let bin = twice_middle * self.bins as u128 / u128::from(2 * drawn);
            before += tie.drawn;
            let (of_replicate, of_data) = tie.residuals();
            let sum = &mut sums[(bin as usize).min(self.bins - 1)];
            sum.0 += of_replicate;
            sum.1 += of_data;
        }
        let (drawn, examples) = (drawn as f64, examples as f64);
        Ok(sums
            .iter()
            .map(|(a, b)| (a / drawn, b / examples))
            .collect())
    }
}

impl ResidualNorm for Residuals {
    fn norm(&self) -> Norm {
        Norm::Sum
    }

    fn process(&self) -> Result<Vec<f64>, Undefined> {
        let sums = self.binned(Multiplicity::Once)?;
        Ok(sums.iter().map(|sum| sum.0).collect())
    }

    fn deviation(&self, replicate: Multiplicity<'_>) -> Result<Vec<f64>, Undefined> {
        let sums = self.binned(replicate)?;
        Ok(sums.iter().map(|(drawn, own)| drawn - own).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ece::{plug_in, reliability};
    use crate::trial::Trial;

    #[test]
    fn their_norm_is_the_plug_in_error() {
        for (seed, levels) in [(1, 1000), (2, 12)] {
            let trial = Trial::new(500, 25, 0.4, levels, seed);
            let residuals = Residuals::new(trial.data(), 15).unwrap();
            let norm = Norm::Sum.of(&residuals.process().unwrap());
            let bins = reliability(trial.data(), 15).unwrap();
            assert!((norm - plug_in(&bins)).abs() < 1e-12);
        }
    }

    #[test]
    fn what_is_drawn_once_does_not_deviate() {
        let trial = Trial::new(500, 25, 0.4, 40, 1);
        let residuals = Residuals::new(trial.data(), 15).unwrap();
        let once = Multiplicity::PerCluster {
            counts: &[2; 25],
            cluster_of: &trial.cluster_of,
        };
        let deviation = residuals.deviation(once).unwrap();
        assert!(deviation.iter().all(|z| z.abs() < 1e-15), "{deviation:?}");
    }

    #[test]
    fn order_changes_nothing() {
        let trial = Trial::new(400, 20, 0.3, 30, 6);
        let other = trial.shuffled(9);
        let draws = ClusterDraws::new(20, 100, 1, "bootstrap");
        let interval = |trial: &Trial| {
            let residuals = Residuals::new(trial.data(), 15).unwrap();
            residuals.interval(&trial.cluster_of, &draws, 0.95).unwrap()
        };
        assert_eq!(interval(&trial), interval(&other));
    }

    #[test]
    fn what_cannot_be_is_said() {
        let trial = Trial::new(100, 9, 0.3, 30, 6);
        let residuals = Residuals::new(trial.data(), 15).unwrap();
        let draws = ClusterDraws::new(9, 100, 1, "bootstrap");
        let few = residuals.interval(&trial.cluster_of, &draws, 0.95);
        assert!(few.unwrap_err().0.starts_with("9 clusters"));
        assert!(Residuals::new(trial.data(), 0).is_err());
        let draws = ClusterDraws::new(10, 100, 1, "bootstrap");
        let same = residuals.difference_interval(&residuals, &trial.cluster_of, &draws, 0.95);
        assert!(same.unwrap_err().0.starts_with("zero variance"));
    }
}
