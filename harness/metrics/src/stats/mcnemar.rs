//! `McNemar`'s test: are as many units flipped to right as to wrong?
//!
//! Exact: the binomial distribution of the flips to wrong among all flips. Mid-p: half of the
//! probability of what was observed is taken off, which comes closer to the nominal level and seldom
//! exceeds it (Fagerland, Lydersen and Laake 2013, doi:10.1186/1471-2288-13-91). Where units share
//! clusters whole clusters are swapped instead (exact, mid-p), or the normal forms of Obuchowski
//! (1998, doi:10.1002/(SICI)1097-0258(19980715)17:13<1495::AID-SIM863>3.0.CO;2-I) and Durkalski and
//! others (2003, doi:10.1002/sim.1438) are taken.

use titer_core::Undefined;

use super::estimate::{Test, TestMethod};
use super::paired_calls::{ClusterPairs, PairedCalls};
use super::{beta, normal, swaps};

/// With fewer discordant clusters the normal forms for clusters are refused.
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

/// The exact test; 1 where no unit is called differently.
///
/// # Errors
/// Units share clusters.
pub fn mcnemar_exact(calls: &PairedCalls) -> Result<Test, Undefined> {
    calls.require_independent("McNemar's test", CURE)?;
    let (at_most, _) = fewer(calls);
    let p_value = (2.0 * at_most).min(1.0);
    Ok(test(calls, p_value, TestMethod::McnemarExact))
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

/// The normal test without continuity correction (`McNemar` 1947, doi:10.1007/BF02295996).
///
/// # Errors
/// Units share clusters, or none is called differently.
pub fn mcnemar_normal(calls: &PairedCalls) -> Result<Test, Undefined> {
    calls.require_independent("McNemar's test", CURE)?;
    let total = calls.total();
    let discordant = some_discordant(total.discordant())?;
    let z = total.net().unsigned_abs() as f64 / discordant.sqrt();
    Ok(test(calls, two_sided(z), TestMethod::Mcnemar))
}

/// The exact test by swaps of whole clusters: how often are the net flips as far from 0 where each
/// cluster's net may have either sign? It holds for whatever happens within clusters. With one unit
/// per cluster it is [`mcnemar_exact`].
///
/// # Errors
/// There are too many flips to count every swap.
pub fn swaps_exact(calls: &PairedCalls) -> Result<Test, Undefined> {
    let tail = counted(calls)?;
    Ok(test(calls, tail.at_least, TestMethod::SwapsExact))
}

/// The mid-p form of [`swaps_exact`].
///
/// # Errors
/// As [`swaps_exact`].
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
    let nets = nets(calls, |own| own.net() as f64)?;
    let clusters = calls.cluster_count() as f64;
    let z = ratio(&nets)? * ((clusters - 1.0) / clusters).sqrt();
    Ok(test(calls, two_sided(z), TestMethod::McnemarObuchowski))
}

/// Durkalski's test for clusters: every cluster's net flips as a share of its units.
///
/// # Errors
/// As [`mcnemar_obuchowski`].
pub fn mcnemar_durkalski(calls: &PairedCalls) -> Result<Test, Undefined> {
    let nets = nets(calls, |own| own.net() as f64 / own.units as f64)?;
    let z = ratio(&nets)?;
    Ok(test(calls, two_sided(z), TestMethod::McnemarDurkalski))
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

fn some_discordant(discordant: u64) -> Result<f64, Undefined> {
    if discordant == 0 {
        return Err(Undefined::because("no unit is called differently"));
    }
    Ok(discordant as f64)
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

fn nets(calls: &PairedCalls, net: fn(&ClusterPairs) -> f64) -> Result<Vec<f64>, Undefined> {
    some_discordant(calls.total().discordant())?;
    let discordant = calls.discordant_clusters();
    if discordant < FEWEST_DISCORDANT_CLUSTERS {
        return Err(Undefined::because(format!(
            "{discordant} clusters with discordant units are too few \
             ({FEWEST_DISCORDANT_CLUSTERS} needed)"
        )));
    }
    Ok(match calls.clusters() {
        Some(clusters) => clusters.iter().map(net).collect(),
        None => calls.net_flips().iter().map(|&net| net as f64).collect(),
    })
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

    fn calls(to_right: u64, to_wrong: u64, units: u64) -> PairedCalls {
        PairedCalls::independent(to_right, to_wrong, units).unwrap()
    }

    /// Airway hyper-responsiveness of 21 children before and after stem cell transplantation:
    /// 1 against 7 flips (Bentur and others 2009, as treated by Fagerland and others 2013: exact
    /// 0.070, mid-p 0.039, normal 0.034).
    #[test]
    fn published_example() {
        let children = calls(1, 7, 21);
        let exact = mcnemar_exact(&children).unwrap().p_value;
        assert!((exact - 18.0 / 256.0).abs() < 1e-14, "{exact}");
        let mid_p = mcnemar_mid_p(&children).unwrap().p_value;
        assert!((mid_p - 10.0 / 256.0).abs() < 1e-14, "{mid_p}");
        let normal = mcnemar_normal(&children).unwrap().p_value;
        assert!((normal - 0.034).abs() < 5e-4, "{normal}");
    }

    #[test]
    fn swaps_of_single_units_are_the_binomial_test() {
        for (to_right, to_wrong) in [(0, 0), (1, 0), (1, 7), (12, 12), (40, 77)] {
            let calls = calls(to_right, to_wrong, 200);
            let (one, two) = (mcnemar_exact(&calls), swaps_exact(&calls));
            assert!((one.unwrap().p_value - two.unwrap().p_value).abs() < 1e-12);
            let (one, two) = (mcnemar_mid_p(&calls), swaps_mid_p(&calls));
            assert!((one.unwrap().p_value - two.unwrap().p_value).abs() < 1e-12);
        }
    }

    #[test]
    fn nothing_discordant_is_said_or_1() {
        let none = calls(0, 0, 9);
        assert_eq!(mcnemar_exact(&none).unwrap().p_value, 1.0);
        assert_eq!(mcnemar(&none).unwrap().p_value, 1.0);
        assert!(mcnemar_normal(&none).is_err());
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
        assert!(
            mcnemar_exact(&calls)
                .unwrap_err()
                .0
                .contains("clusters: none")
        );
        let exact = swaps_exact(&calls).unwrap().p_value;
        assert_eq!(exact, 2.0 / 4096.0);
        let z = mcnemar_obuchowski(&calls).unwrap().p_value;
        assert!((z - two_sided(11f64.sqrt())).abs() < 1e-15);
        assert_eq!(mcnemar(&calls).unwrap().method, TestMethod::SwapsMidP);
        let few = PairedCalls::clustered(&[right; 9]).unwrap();
        assert!(mcnemar_obuchowski(&few).unwrap_err().0.contains("too few"));
    }
}
