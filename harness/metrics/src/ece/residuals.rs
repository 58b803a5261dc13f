//! The residuals that the expected calibration error is a norm of.

use titer_core::{Interval, Labelled, Multiplicity, Undefined};

use super::bins::Sorted;
use super::debiased;
use crate::checked::{check, no_examples};
use crate::clustering::PerClustering;
use crate::stats::{ClusterDraws, Norm, ResidualNorm, norm_difference_interval, norm_interval};

/// Probability minus truth, summed over each bin of equal mass and divided by the number of examples:
/// the plug-in expected calibration error is the sum of their absolute values.
pub struct Residuals {
    sorted: Sorted,
    /// Index of each example and 1 for a positive, from low to high probability.
    members: Vec<(u32, u64)>,
    ties: Vec<Tie>,
    bins: usize,
    /// The cluster of each member.
    clustered: PerClustering<Vec<u32>>,
}

/// Examples of equal probability.
struct Tie {
    probability: f64,
    /// One past its last member.
    end: u32,
    /// The sum of their residuals.
    residual: f64,
}

impl Tie {
    fn residual(&self, examples: u64, positives: u64) -> f64 {
        self.probability * examples as f64 - positives as f64
    }
}

/// Gathers sorted examples of equal probability.
fn ties(sorted: &Sorted) -> Vec<Tie> {
    let mut ties: Vec<(Tie, u64, u64)> = Vec::new();
    for (place, (_, probability, truth)) in (1u32..).zip(sorted.examples()) {
        if ties
            .last()
            .is_none_or(|last| last.0.probability != probability)
        {
            let tie = Tie {
                probability,
                end: 0,
                residual: 0.0,
            };
            ties.push((tie, 0, 0));
        }
        if let Some((tie, examples, positives)) = ties.last_mut() {
            tie.end = place;
            *examples += 1;
            *positives += u64::from(truth);
        }
    }
    let whole = |(mut tie, examples, positives): (Tie, u64, u64)| {
        tie.residual = tie.residual(examples, positives);
        tie
    };
    ties.into_iter().map(whole).collect()
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
        Ok(Self {
            ties: ties(&sorted),
            members: sorted
                .examples()
                .map(|(index, _, truth)| (index, u64::from(truth)))
                .collect(),
            sorted,
            bins,
            clustered: PerClustering::new(),
        })
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

    /// Residuals of the replicate and of the data in each of the replicate's bins, each divided by
    /// its number of examples.
    fn binned(&self, multiplicity: Multiplicity<'_>) -> Result<Vec<(f64, f64)>, Undefined> {
        let Multiplicity::PerCluster { counts, cluster_of } = multiplicity else {
            return self.cut(|_| 1);
        };
        let of_members = |of: &[u32], _| {
            let members = self.members.iter();
            members.map(|&(index, _)| of[index as usize]).collect()
        };
        self.clustered.read(
            cluster_of,
            self.members.len(),
            counts.len(),
            of_members,
            |clusters: &Vec<u32>| self.cut(|member| u64::from(counts[clusters[member] as usize])),
        )?
    }

    /// The same where `times` says how often each member counts.
    fn cut(&self, times: impl Fn(usize) -> u64) -> Result<Vec<(f64, f64)>, Undefined> {
        let drawn: u64 = (0..self.members.len()).map(&times).sum();
        if drawn == 0 {
            return Err(no_examples());
        }
        let mut sums = vec![(0.0, 0.0); self.bins];
        let (mut before, mut start, mut bin) = (0u64, 0, 0);
        for tie in &self.ties {
            let (mut examples, mut positives) = (0, 0);
            for member in start..tie.end as usize {
                let times = times(member);
                examples += times;
                positives += times * self.members[member].1;
            }
            start = tie.end as usize;
            // The bin of the middle of the group, as `bins` cuts; one that was not drawn lies where
            // it would, and the last place belongs to the last bin.
            let place = u128::from(2 * before + examples) * self.bins as u128;
            while bin + 1 < self.bins && place >= (bin as u128 + 1) * u128::from(2 * drawn) {
                bin += 1;
            }
            before += examples;
            let sum = &mut sums[bin];
            sum.0 += tie.residual(examples, positives);
            sum.1 += tie.residual;
        }
        let (drawn, examples) = (drawn as f64, self.members.len() as f64);
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
