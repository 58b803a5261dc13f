//! The parts of the Brier score.

use titer_core::{Labelled, Multiplicity, Undefined};

use crate::residuals::{Binning, Residual, check_bins, residuals, total};

/// The parts of the Brier score.
///
/// brier = reliability - resolution + uncertainty + within_bin_variance - within_bin_covariance,
/// whatever the bins. With a bin for each probability ([`Binning::Values`]) the last two are 0 and
/// it is Murphy's decomposition; with wider bins his three parts alone do not add up.
///
/// Like every plug-in, reliability is lifted above 0 by chance, and resolution by as much: with a bin
/// for each probability and no ties, they say nothing but how the labels fell.
///
/// Sources: Murphy 1973, `doi:10.1175/1520-0450(1973)012<0595:ANVPOT>2.0.CO;2`; Stephenson, Coelho
/// and Jolliffe 2008 (the two parts within bins), doi:10.1175/2007WAF2006116.1
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BrierParts {
    /// The Brier score itself.
    pub brier: f64,
    /// The mean squared distance between a bin's mean probability and its share of positives: lower
    /// is better.
    pub reliability: f64,
    /// The mean squared distance between a bin's share of positives and that of all: higher is
    /// better.
    pub resolution: f64,
    /// The variance of the truth: what always saying the share of positives earns.
    pub uncertainty: f64,
    /// The mean variance of the probability within bins.
    pub within_bin_variance: f64,
    /// Twice the mean covariance of probability and truth within bins.
    pub within_bin_covariance: f64,
}

/// The parts of the Brier score over some bins.
///
/// # Errors
/// There are no examples (or all of them count 0 times), a probability is not in [0, 1], the clusters
/// do not fit the examples, or no bins are asked for.
pub fn brier_parts(
    data: Labelled<'_>,
    multiplicity: Multiplicity<'_>,
    binning: Binning,
) -> Result<BrierParts, Undefined> {
    if let Binning::EqualWidth(bins) | Binning::EqualMass(bins) = binning {
        check_bins(bins)?;
    }
    Ok(parts(&residuals(data, multiplicity)?, binning))
}

fn parts(residuals: &[Residual], binning: Binning) -> BrierParts {
    let all = total(residuals);
    let share = residuals.iter().map(positives).sum::<f64>() / all;
    let mut parts = BrierParts {
        brier: residuals.iter().map(loss).sum::<f64>() / all,
        reliability: 0.0,
        resolution: 0.0,
        uncertainty: share * (1.0 - share),
        within_bin_variance: 0.0,
        within_bin_covariance: 0.0,
    };
    for (bin, members) in binning
        .bins(residuals)
        .iter()
        .zip(binning.members(residuals))
    {
        let apart = bin.share() - share;
        parts.reliability += bin.weight / all * bin.gap() * bin.gap();
        parts.resolution += bin.weight / all * apart * apart;
        for one in members {
            let off = one.probability - bin.mean_probability;
            parts.within_bin_variance += one.weight / all * off * off;
            parts.within_bin_covariance +=
                2.0 / all * (positives(one) - one.weight * bin.share()) * off;
        }
    }
    parts
}

fn positives(one: &Residual) -> f64 {
    one.residual + one.weight * one.probability
}

fn loss(one: &Residual) -> f64 {
    let (p, positives) = (one.probability, positives(one));
    positives * (1.0 - p) * (1.0 - p) + (one.weight - positives) * p * p
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::Trial;
    use crate::{MetricName, metric};

    #[test]
    fn the_parts_add_up() {
        for levels in [3, 40, 100_000] {
            let trial = Trial::new(300, 4, 0.3, levels, levels);
            let multiplicity = Multiplicity::PerCluster {
                counts: &[1, 2, 0, 1],
                cluster_of: &trial.cluster_of,
            };
            let brier = metric(MetricName::Brier)
                .prepare(trial.data())
                .value(multiplicity)
                .unwrap();
            for binning in [
                Binning::EqualWidth(10),
                Binning::EqualMass(15),
                Binning::EqualWidth(1),
                Binning::Values,
            ] {
                let parts = brier_parts(trial.data(), multiplicity, binning).unwrap();
                let sum = parts.reliability - parts.resolution
                    + parts.uncertainty
                    + parts.within_bin_variance
                    - parts.within_bin_covariance;
                assert!((sum - brier).abs() < 1e-14, "{binning:?}: {parts:?}");
                assert!((parts.brier - brier).abs() < 1e-14);
                // With three values every bin holds one value, but for the bin that holds all.
                let one_each = levels == 3 && binning != Binning::EqualWidth(1);
                let exact = binning == Binning::Values || one_each;
                assert_eq!(parts.within_bin_variance == 0.0, exact, "{binning:?}");
            }
        }
    }

    #[test]
    fn no_bins_is_said() {
        let trial = Trial::new(30, 4, 0.3, 5, 1);
        let none = brier_parts(trial.data(), Multiplicity::Once, Binning::EqualMass(0));
        assert_eq!(none.unwrap_err().0, "0 bins were asked for");
    }
}
