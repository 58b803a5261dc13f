//! Bins of residuals.

use super::{Residual, total};

/// How probabilities are put into bins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binning {
    /// So many bins of equal width. Bin i of B holds the probabilities from i/B to below (i+1)/B,
    /// and 1 is in the last one: an edge belongs to the bin above it, as in netcal and NumPy.
    /// (Guo et al. 2017 and uncertainty-calibration give an edge to the bin below.)
    EqualWidth(usize),
    /// At most so many bins of about equal numbers of examples: a group of equal probabilities goes
    /// to the bin that its middle falls in ([`crate::ece::reliability`]).
    EqualMass(usize),
}

/// The residuals of a bin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BinResidual {
    /// Examples.
    pub weight: f64,
    /// Their mean probability.
    pub mean_probability: f64,
    /// The sum of truth minus probability over them.
    pub residual: f64,
}

impl BinResidual {
    /// The distance between the share of positives and the mean probability.
    #[must_use]
    pub fn gap(&self) -> f64 {
        (self.residual / self.weight).abs()
    }

    /// The share of positives; kept in [0, 1], which rounding or centred residuals may leave.
    #[must_use]
    pub fn share(&self) -> f64 {
        (self.mean_probability + self.residual / self.weight).clamp(0.0, 1.0)
    }
}

impl Binning {
    /// The bins that hold something, from low to high probability. With 0 bins asked for, one.
    #[must_use]
    pub fn bins(self, residuals: &[Residual]) -> Vec<BinResidual> {
        self.members(residuals)
            .iter()
            .map(|group| bin(group))
            .collect()
    }

    /// The residuals of each bin that holds something.
    pub(crate) fn members(self, residuals: &[Residual]) -> Vec<&[Residual]> {
        match self {
            Self::EqualWidth(bins) => {
                let of = |one: &Residual| equal_width(one.probability, bins.max(1));
                members(residuals, of)
            }
            Self::EqualMass(bins) => members(residuals, equal_mass(residuals, bins.max(1))),
        }
    }
}

/// The residuals of each bin that holds something; `number` gives the bin of each and never falls.
fn members(residuals: &[Residual], number: impl FnMut(&Residual) -> usize) -> Vec<&[Residual]> {
    let mut numbers = residuals.iter().map(number).enumerate();
    let Some((_, mut bin)) = numbers.next() else {
        return Vec::new();
    };
    let (mut members, mut start) = (Vec::new(), 0);
    for (place, number) in numbers {
        if number != bin {
            members.push(&residuals[start..place]);
            (bin, start) = (number, place);
        }
    }
    members.push(&residuals[start..]);
    members
}

/// The last bin whose lower edge, i/B as a 64-bit number, is at most the probability.
pub(crate) fn equal_width(probability: f64, bins: usize) -> usize {
    let edge = |bin: usize| bin as f64 / bins as f64;
    // The product may be rounded across an edge.
    let mut bin = ((probability * bins as f64) as usize).min(bins - 1);
    while bin > 0 && probability < edge(bin) {
        bin -= 1;
    }
    while bin + 1 < bins && probability >= edge(bin + 1) {
        bin += 1;
    }
    bin
}

/// Counts are whole and their products far below 2^53, so that nothing here is rounded across an
/// edge. Residuals are asked for in their order.
fn equal_mass(residuals: &[Residual], bins: usize) -> impl FnMut(&Residual) -> usize {
    let twice_total = 2.0 * total(residuals);
    let mut before = 0.0;
    move |one| {
        let twice_middle = 2.0 * before + one.weight;
        before += one.weight;
        (twice_middle * bins as f64 / twice_total) as usize
    }
}

fn bin(members: &[Residual]) -> BinResidual {
    let (lowest, highest) = (
        members[0].probability,
        members[members.len() - 1].probability,
    );
    let weight = total(members);
    let sum: f64 = members.iter().map(|one| one.weight * one.probability).sum();
    BinResidual {
        weight,
        // Rounding may move the mean of equal numbers by the last bit.
        mean_probability: (sum / weight).clamp(lowest, highest),
        residual: members.iter().map(|one| one.residual).sum(),
    }
}

#[cfg(test)]
mod tests {
    use titer_core::{Labelled, Multiplicity};

    use super::*;
    use crate::ece::reliability;
    use crate::residuals::Tied;
    use crate::trial::Trial;

    #[test]
    fn an_edge_belongs_to_the_bin_above_it() {
        for bins in 1..=100 {
            for bin in 0..bins {
                let edge = bin as f64 / bins as f64;
                assert_eq!(equal_width(edge, bins), bin, "{bin} of {bins}");
                if bin > 0 {
                    assert_eq!(equal_width(edge.next_down(), bins), bin - 1);
                }
            }
            assert_eq!(equal_width(1.0, bins), bins - 1);
        }
    }

    #[test]
    fn equal_mass_is_that_of_the_reliability_diagram() {
        for (levels, bins) in [(7, 15), (40, 15), (1000, 15), (1000, 4), (1, 3)] {
            let trial = Trial::new(333, 5, 0.4, levels, levels);
            let diagram = reliability(trial.data(), bins).unwrap();
            let residuals = Tied::new(trial.data())
                .residuals(Multiplicity::Once)
                .unwrap();
            let made = Binning::EqualMass(bins).bins(&residuals);
            assert_eq!(made.len(), diagram.len());
            for (a, b) in made.iter().zip(&diagram) {
                assert_eq!(a.weight, b.examples as f64);
                assert_eq!(a.mean_probability, b.mean_probability);
                assert!((a.gap() - b.gap().abs()).abs() < 1e-14);
                assert!((a.share() - b.share()).abs() < 1e-14);
            }
        }
    }

    #[test]
    fn empty_bins_are_left_out() {
        let data = Labelled {
            truth: &[true, false, true],
            probability: &[0.05, 0.95, 1.0],
            threshold: 0.5,
        };
        let residuals = Tied::new(data).residuals(Multiplicity::Once).unwrap();
        let bins = Binning::EqualWidth(10).bins(&residuals);
        let weights: Vec<f64> = bins.iter().map(|bin| bin.weight).collect();
        assert_eq!(weights, [1.0, 2.0]);
    }
}
