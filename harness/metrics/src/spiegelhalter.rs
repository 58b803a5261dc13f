//! Spiegelhalter's test of calibration.

use titer_core::{Labelled, Multiplicity, Undefined};

use crate::calibration_line::per_cluster;
use crate::residuals::{Residual, residuals};

/// Spiegelhalter's z and how likely a calibrated model is to show one as large.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spiegelhalter {
    /// Above 0 where the Brier score is larger than a calibrated model's would be on average.
    pub z: f64,
    /// Two-sided, from the normal distribution.
    pub p_value: f64,
}

/// Spiegelhalter's test.
///
/// # What it measures
/// The Brier score less its expectation under a calibrated model with these probabilities, in
/// standard deviations: the sum of (y - p)(1 - 2p) over the root of that of (1 - 2p)^2 p (1 - p).
/// It takes the examples as independent; where they come in clusters,
/// [`spiegelhalter_clustered`] is the one to use.
///
/// A z near 0 does not say that the model is calibrated: errors of both signs cancel.
///
/// # Range and direction
/// z any number, best at 0; p value 0 to 1.
///
/// # Source
/// Spiegelhalter 1986, doi:10.1002/sim.4780050506
///
/// # Errors
/// There are no examples, a probability is not in [0, 1], or every probability is 0, 0.5 or 1, where
/// the expectation leaves nothing to chance.
pub fn spiegelhalter(data: Labelled<'_>) -> Result<Spiegelhalter, Undefined> {
    let residuals = residuals(data, Multiplicity::Once)?;
    let excess = |one: &Residual| one.residual * (1.0 - 2.0 * one.probability);
    let variance = |one: &Residual| {
        let (p, slope) = (one.probability, 1.0 - 2.0 * one.probability);
        one.weight * slope * slope * p * (1.0 - p)
    };
    tested(
        residuals.iter().map(excess).sum(),
        residuals.iter().map(variance).sum(),
        "zero variance: every probability is 0, 0.5 or 1",
    )
}

/// Spiegelhalter's test where the examples of a cluster are not independent: the variance is the sum
/// of squares of what each cluster adds, which are independent and 0 on average under a calibrated
/// model. `cluster_of` gives the cluster of each example. It is a test for many clusters: with G of
/// them |z| is at most the root of G.
///
/// # Errors
/// There are no examples, a probability is not in [0, 1], no cluster adds anything (every probability
/// is 0.5, or 0 or 1 and right), or the clusters do not fit the examples or are fewer than 10.
pub fn spiegelhalter_clustered(
    data: Labelled<'_>,
    cluster_of: &[u32],
) -> Result<Spiegelhalter, Undefined> {
    let excess = per_cluster(data, cluster_of, |truth, p| {
        [(f64::from(u8::from(truth)) - p) * (1.0 - 2.0 * p)]
    })?;
    tested(
        excess.iter().map(|[one]| one).sum(),
        excess.iter().map(|[one]| one * one).sum(),
        "zero variance: no cluster adds anything",
    )
}

fn tested(excess: f64, variance: f64, otherwise: &str) -> Result<Spiegelhalter, Undefined> {
    if variance <= 0.0 {
        return Err(Undefined::because(otherwise));
    }
    let z = excess / variance.sqrt();
    Ok(Spiegelhalter {
        z,
        p_value: libm::erfc(z.abs() * std::f64::consts::FRAC_1_SQRT_2),
    })
}

#[cfg(test)]
mod tests {
    use titer_core::Stream;

    use super::*;

    fn data<'a>(truth: &'a [bool], probability: &'a [f64]) -> Labelled<'a> {
        Labelled {
            truth,
            probability,
            threshold: 0.5,
        }
    }

    #[test]
    fn nothing_to_chance_is_undefined() {
        let test = spiegelhalter(data(&[true, false, true], &[1.0, 0.5, 0.0]));
        assert!(test.unwrap_err().0.starts_with("zero variance"));
        let half = spiegelhalter_clustered(
            data(&[true; 10], &[0.5; 10]),
            &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        );
        assert_eq!(
            half.unwrap_err().0,
            "zero variance: no cluster adds anything"
        );
        assert_eq!(spiegelhalter(data(&[], &[])).unwrap_err().0, "no examples");
    }

    /// Clusters of 10 copies: the plain test rejects a calibrated model far too often, the clustered
    /// one about as often as it says.
    #[test]
    fn copies_of_an_example_fool_the_plain_test_only() {
        let (clusters, repetitions) = (200u32, 400u32);
        let cluster_of: Vec<u32> = (0..clusters * 10).map(|i| i / 10).collect();
        let (mut plain, mut clustered) = (0, 0);
        for repetition in 0..repetitions {
            let mut stream = Stream::new(11, "test", &repetition.to_string());
            let (mut truth, mut probability) = (Vec::new(), Vec::new());
            for _ in 0..clusters {
                let p = stream.uniform();
                let y = stream.uniform() < p;
                truth.extend([y; 10]);
                probability.extend([p; 10]);
            }
            let data = data(&truth, &probability);
            let rejects = |test: Result<Spiegelhalter, Undefined>| test.unwrap().p_value < 0.05;
            plain += u32::from(rejects(spiegelhalter(data)));
            clustered += u32::from(rejects(spiegelhalter_clustered(data, &cluster_of)));
        }
        assert!(plain > repetitions / 3, "{plain}");
        // 20 of 400 within 3.5 standard errors (4.4 each).
        assert!((5..=35).contains(&clustered), "{clustered}");
    }
}
