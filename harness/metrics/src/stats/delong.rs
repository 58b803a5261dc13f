//! `DeLong`'s variance of the difference of two AUROCs, examples taken as independent.
//!
//! `DeLong`, `DeLong` and Clarke-Pearson 1988, doi:10.2307/2531595, in the fast form of Sun and Xu 2014,
//! doi:10.1109/LSP.2014.2337313: one sort per variant. Placements are whole numbers, so the variance
//! has no rounding but the last and is the same for any order of the examples.

use titer_core::{IntervalMethod, Labelled, Undefined};
use titer_statistics::check_confidence;
use titer_statistics::estimate::{Estimate, around};
use titer_statistics::independence::Independence;

use super::placements::{Placements, alike};

const CURE: &str = "Obuchowski's variance";

/// The paired difference of two AUROCs, candidate minus base.
///
/// # Errors
/// The data cannot be scored; a class has fewer than two examples; the labels differ; the two rank every pair
/// alike, which says that the variance cannot be seen, not that there is none; or two examples share a cluster.
pub(super) fn delong_difference(
    candidate: Labelled<'_>,
    base: Labelled<'_>,
    independence: Independence<'_>,
    confidence: f64,
) -> Result<Estimate, Undefined> {
    check_confidence(confidence)?;
    independence.require(candidate.truth.len(), "DeLong's variance", CURE)?;
    let placements = Placements::difference(candidate, base)?;
    let variance = variance(&placements)?;
    if variance <= 0.0 {
        return Err(alike());
    }
    let (value, error) = (placements.area(), variance.sqrt());
    let examples = candidate.truth.len() as u64;
    Ok(Estimate {
        value,
        standard_error: error,
        degrees: f64::INFINITY,
        interval: around(
            value,
            error,
            f64::INFINITY,
            confidence,
            IntervalMethod::Delong,
        ),
        examples,
        clusters: examples,
    })
}

/// The variance of the area: that of the placements of each class over its size, added.
fn variance(placements: &Placements<'_>) -> Result<f64, Undefined> {
    let (positives, negatives) = (placements.positives, placements.negatives);
    if positives < 2 || negatives < 2 {
        return Err(Undefined::because(format!(
            "{positives} positive and {negatives} negative examples are too few for a variance (2 \
             of each needed)"
        )));
    }
    let part = |class: bool, own: u64, other: u64| {
        let (mut sum, mut squares) = (0i128, 0i128);
        for placement in placements.of(class) {
            sum += i128::from(placement);
            squares += i128::from(placement) * i128::from(placement);
        }
        // Whole: own * squares is at most the square of twice the number of pairs, below 2^127.
        let spread = (i128::from(own) * squares - sum * sum) as f64;
        let (own, other) = (own as f64, other as f64);
        spread / (own * (own - 1.0)) / (4.0 * other * other) / own
    };
    Ok(part(true, positives, negatives) + part(false, negatives, positives))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::Trial;

    const FREE: Independence<'_> = Independence::Declared;

    #[test]
    fn what_has_no_variance_is_refused() {
        let reason = |truth: &[bool], probability: &[f64]| {
            let data = Labelled {
                truth,
                probability,
                threshold: 0.5,
            };
            delong_difference(data, data, FREE, 0.95).unwrap_err().0
        };
        assert_eq!(reason(&[], &[]), "no examples");
        assert_eq!(reason(&[true], &[0.3]), "no negative example");
        assert!(reason(&[true, false], &[0.3, 0.1]).contains("too few"));
    }

    #[test]
    fn a_variant_differs_from_itself_by_nothing() {
        let trial = Trial::new(60, 60, 0.4, 20, 3);
        let same = delong_difference(trial.data(), trial.data(), FREE, 0.95);
        assert_eq!(same, Err(alike()));
        let other = trial.shuffled(1);
        assert!(delong_difference(trial.data(), other.data(), FREE, 0.95).is_err());
    }

    #[test]
    fn shared_clusters_are_refused() {
        let trial = Trial::new(60, 7, 0.4, 20, 3);
        let clusters = Independence::Clusters(&trial.cluster_of);
        let reason = delong_difference(trial.data(), trial.data(), clusters, 0.95).unwrap_err();
        assert!(reason.0.contains("clusters: none"), "{reason}");
    }
}
