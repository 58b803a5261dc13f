//! `McNemar`'s test: are as many units flipped to right as to wrong?
//!
//! By the binomial distribution of the flips to wrong among all flips, with half of the
//! probability of what was observed taken off (mid-p), which comes closer to the nominal level than the exact
//! test and seldom exceeds it (Fagerland, Lydersen and Laake 2013, doi:10.1186/1471-2288-13-91). Where units
//! share clusters whole clusters are swapped instead, or the normal form of Obuchowski
//! (1998, doi:10.1002/(SICI)1097-0258(19980715)17:13<1495::AID-SIM863>3.0.CO;2-I) is taken.

use titer_core::Undefined;

use super::estimate::{Test, TestMethod};
use super::paired_calls::PairedCalls;
use super::{beta, normal, swaps};

/// With fewer discordant clusters the normal form for clusters is refused.
pub const FEWEST_DISCORDANT_CLUSTERS: u64 = 10;

const CURE: &str = "the clustered form (swaps of whole clusters, Obuchowski)";

/// The test that fits: mid-p, of units where they are independent, of whole clusters where they
/// share them; Obuchowski's where counting every swap would take too long.
///
/// # Errors
/// As [`mcnemar_obuchowski`].
pub fn mcnemar(calls: &PairedCalls) -> Result<Test, Undefined> {
    if !calls.shares_clusters() {
        return mcnemar_mid_p(calls);
    }
    swaps_mid_p(calls).or_else(|_| mcnemar_obuchowski(calls))
}

/// The mid-p test; 1 where no unit is called differently.
///
/// # Errors
/// Units share clusters.
pub fn mcnemar_mid_p(calls: &PairedCalls) -> Result<Test, Undefined> {
    calls.require_independent("McNemar's test", CURE)?;
    let total = calls.total();
    let (at_most, exactly) = fewer(calls);
    let p_value = if total.discordant() == 0 {
        1.0
    } else if total.net() == 0 {
        1.0 - 0.5 * exactly
    } else {
        2.0 * at_most - exactly
    };
    Ok(test(calls, p_value.min(1.0), TestMethod::McnemarMidP))
}

/// The test by swaps of whole clusters, mid-p: how often are the net flips as far from 0 where each
/// cluster's net may have either sign? It holds for whatever happens within clusters. With one unit
/// per cluster it is [`mcnemar_mid_p`].
///
/// # Errors
/// There are too many flips to count every swap.
pub fn swaps_mid_p(calls: &PairedCalls) -> Result<Test, Undefined> {
    let tail = counted(calls)?;
    let p_value = if calls.total().discordant() == 0 {
        1.0
    } else {
        tail.at_least - 0.5 * tail.exactly
    };
    Ok(test(calls, p_value, TestMethod::SwapsMidP))
}

/// Obuchowski's test for clusters: the squared sum of the clusters' net flips over the sum of their
/// squares, less the share of one cluster.
///
/// # Errors
/// Fewer than [`FEWEST_DISCORDANT_CLUSTERS`] clusters have discordant units, or no cluster has more
/// flips one way than the other.
pub fn mcnemar_obuchowski(calls: &PairedCalls) -> Result<Test, Undefined> {
    let nets = nets(calls)?;
    let clusters = calls.cluster_count() as f64;
    let z = ratio(&nets)? * ((clusters - 1.0) / clusters).sqrt();
    Ok(test(calls, two_sided(z), TestMethod::McnemarObuchowski))
}

fn test(calls: &PairedCalls, p_value: f64, method: TestMethod) -> Test {
    Test {
        estimate: calls.difference(),
        p_value,
        method,
        examples: calls.total().units,
        clusters: calls.cluster_count(),
    }
}

fn two_sided(z: f64) -> f64 {
    (2.0 * normal::above(z.abs())).min(1.0)
}

/// The probability of at most, and of exactly, as few flips as go the rarer way, at even odds.
fn fewer(calls: &PairedCalls) -> (f64, f64) {
    let total = calls.total();
    let few = total.to_right.min(total.to_wrong) as f64;
    let all = total.discordant() as f64;
    let log_ways =
        libm::lgamma(all + 1.0) - libm::lgamma(few + 1.0) - libm::lgamma(all - few + 1.0);
    let exactly = libm::exp(log_ways - all * std::f64::consts::LN_2);
    let at_most = if few >= all {
        1.0
    } else {
        beta::below(0.5, all - few, few + 1.0)
    };
    (at_most, exactly)
}

fn counted(calls: &PairedCalls) -> Result<swaps::Tail, Undefined> {
    swaps::exact(&calls.net_flips())
        .ok_or_else(|| Undefined::because("too many flips to count every swap of whole clusters"))
}

/// The net flips of every cluster where they are not 0.
fn nets(calls: &PairedCalls) -> Result<Vec<f64>, Undefined> {
    if calls.total().discordant() == 0 {
        return Err(Undefined::because("no unit is called differently"));
    }
    let discordant = calls.discordant_clusters();
    if discordant < FEWEST_DISCORDANT_CLUSTERS {
        return Err(Undefined::because(format!(
            "{discordant} clusters with discordant units are too few \
             ({FEWEST_DISCORDANT_CLUSTERS} needed)"
        )));
    }
    Ok(calls.net_flips().iter().map(|&net| net as f64).collect())
}

fn ratio(nets: &[f64]) -> Result<f64, Undefined> {
    let squares = crate::sum::pairwise(&nets.iter().map(|net| net * net).collect::<Vec<f64>>());
    if squares == 0.0 {
        return Err(Undefined::because(
            "as many flips to right as to wrong in every cluster: zero variance",
        ));
    }
    Ok(crate::sum::pairwise(nets) / squares.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ClusterPairs;

    fn calls(to_right: u64, to_wrong: u64, units: u64) -> PairedCalls {
        PairedCalls::independent(to_right, to_wrong, units).unwrap()
    }

    /// Airway hyper-responsiveness of 21 children before and after stem cell transplantation:
    /// 1 against 7 flips (Bentur and others 2009, as treated by Fagerland and others 2013: mid-p 0.039).
    #[test]
    fn published_example() {
        let mid_p = mcnemar_mid_p(&calls(1, 7, 21)).unwrap().p_value;
        assert!((mid_p - 10.0 / 256.0).abs() < 1e-14, "{mid_p}");
    }

    #[test]
    fn swaps_of_single_units_are_the_binomial_test() {
        for (to_right, to_wrong) in [(0, 0), (1, 0), (1, 7), (12, 12), (40, 77)] {
            let calls = calls(to_right, to_wrong, 200);
            let (one, two) = (mcnemar_mid_p(&calls), swaps_mid_p(&calls));
            assert!((one.unwrap().p_value - two.unwrap().p_value).abs() < 1e-12);
        }
    }

    #[test]
    fn nothing_discordant_is_said_or_1() {
        let none = calls(0, 0, 9);
        assert_eq!(mcnemar(&none).unwrap().p_value, 1.0);
        assert!(mcnemar_obuchowski(&none).is_err());
    }

    #[test]
    fn clusters_are_swapped_whole() {
        let right = ClusterPairs {
            to_right: 5,
            to_wrong: 0,
            units: 10,
        };
        let calls = PairedCalls::clustered(&[right; 12]).unwrap();
        let refused = mcnemar_mid_p(&calls).unwrap_err();
        assert!(refused.0.contains("clusters: none"));
        let swapped = swaps_mid_p(&calls).unwrap().p_value;
        assert_eq!(swapped, 1.0 / 4096.0);
        let z = mcnemar_obuchowski(&calls).unwrap().p_value;
        assert!((z - two_sided(11f64.sqrt())).abs() < 1e-15);
        assert_eq!(mcnemar(&calls).unwrap().method, TestMethod::SwapsMidP);
        let few = PairedCalls::clustered(&[right; 9]).unwrap();
        assert!(mcnemar_obuchowski(&few).unwrap_err().0.contains("too few"));
    }
}
