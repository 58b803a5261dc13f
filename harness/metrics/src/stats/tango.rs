//! The difference of two paired shares: how much more often is the candidate right than the base?
//!
//! Tango's score interval (1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<891::AID-SIM780>3.0.CO;2-B);
//! [`super::newcombe()`] is a check of it.
//!
//! Where units share clusters both take effective units: flips and units divided by the design
//! effect of the net flips (1, 0 or -1 a unit; [`super::design_effect()`]), further by the squared
//! ratio of the quantiles of Student's t and of the normal distribution, for that design effect is
//! itself estimated (Korn and Graubard 1998): from the discordant clusters, so with one degree of
//! freedom less than there are of them.
//!
//! Where flips are rare neither is offered, as their distribution is far from normal and a design
//! effect cannot be seen: that a whole cluster flips now and then does not show in a few clusters
//! with single flips. With fewer than [`FEWEST_TO_LEARN_FROM`] discordant clusters, or than
//! [`FEWEST_PER_CLUSTER_UNIT`] times the size of a cluster, bounds on both flip rates that hold
//! whatever happens within clusters (Stringer's) are put together by square-and-add (Zou and Donner
//! 2008, doi:10.1002/sim.3095). With fewer than ten, or ten units where these are independent, the
//! difference is only said to lie between minus the upper bound on flips to wrong and that on flips
//! to right.

use titer_core::{Interval, IntervalMethod, Undefined};

use super::flip_rate::{self, ClusterFlips, flip_rate_upper_at, flip_rate_upper_clustered_at};
use super::mcnemar::FEWEST_DISCORDANT_CLUSTERS;
use super::normal::upper_quantile;
use super::paired_calls::{ClusterPairs, PairedCalls};
use super::{check_confidence, stringer, student};

/// A paired difference of shares with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairedShares {
    /// Candidate's share of right calls less the base's.
    pub difference: f64,
    /// Its interval, with its method.
    pub interval: Interval,
    /// Units.
    pub units: u64,
    /// Independent clusters; as many as units where these are independent.
    pub clusters: u64,
    /// Units called differently.
    pub discordant: u64,
    /// How many independent units the interval stands on.
    pub effective_units: f64,
}

/// With fewer discordant clusters, where units share clusters, their design effect is not relied on.
pub const FEWEST_TO_LEARN_FROM: u64 = 50;

/// Nor with fewer than so many times the units of a cluster (of an average unit's cluster): a cluster
/// that flips whole would otherwise outweigh what was seen.
pub const FEWEST_PER_CLUSTER_UNIT: f64 = 5.0;

/// The interval that fits: Tango's, or where flips are rare one from bounds on the flip rates.
///
/// # Errors
/// The confidence is not between 0 and 1.
pub fn paired_shares(calls: &PairedCalls, confidence: f64) -> Result<PairedShares, Undefined> {
    let discordant = calls.discordant_clusters();
    if discordant < FEWEST_DISCORDANT_CLUSTERS {
        flip_bounds(calls, confidence)
    } else if calls.shares_clusters() && !can_learn(calls) {
        stringer_squares(calls, confidence)
    } else {
        tango(calls, confidence)
    }
}

/// Whether enough clusters are discordant for their design effect to be seen.
fn can_learn(calls: &PairedCalls) -> bool {
    let discordant = calls.discordant_clusters();
    let square = |own: &ClusterPairs| own.units as f64 * own.units as f64;
    let squares: f64 = calls
        .clusters()
        .unwrap_or_default()
        .iter()
        .map(square)
        .sum();
    let size = squares / calls.total().units as f64;
    discordant >= FEWEST_TO_LEARN_FROM && discordant as f64 >= FEWEST_PER_CLUSTER_UNIT * size
}

/// Tango's score interval, on effective units where units share clusters.
///
/// # Errors
/// Fewer than [`FEWEST_DISCORDANT_CLUSTERS`] clusters (or independent units) are discordant, or the
/// confidence is not between 0 and 1.
pub fn tango(calls: &PairedCalls, confidence: f64) -> Result<PairedShares, Undefined> {
    let methods = [IntervalMethod::Tango, IntervalMethod::TangoDesignEffect];
    on_effective_units(calls, confidence, methods, tango_ends)
}

/// The difference lies between minus the upper bound on flips to wrong and that on flips to right,
/// each with half of what the confidence leaves.
///
/// # Errors
/// The confidence is not between 0 and 1.
pub fn flip_bounds(calls: &PairedCalls, confidence: f64) -> Result<PairedShares, Undefined> {
    check_confidence(confidence)?;
    let tail = 0.5 * (1.0 - confidence);
    let total = calls.total();
    let bound = |flips: fn(&ClusterPairs) -> u64| match one_way(calls, flips) {
        Some(clusters) => flip_rate_upper_clustered_at(&clusters, tail),
        None => flip_rate_upper_at(flips(&total), total.units, tail),
    };
    let (to_right, to_wrong) = (bound(|c| c.to_right)?, bound(|c| c.to_wrong)?);
    let interval = Interval {
        lower: -to_wrong.value,
        upper: to_right.value,
        confidence,
        method: IntervalMethod::FlipBounds,
    };
    let effective_units = to_right.effective_units.min(to_wrong.effective_units);
    Ok(shares(calls, interval, effective_units))
}

/// Stringer's bounds on the rates of flips to right and to wrong, put together: each end lies as far
/// from the difference as the root of the sum of the squared distances of the bounds that move it.
///
/// # Errors
/// The confidence is not between 0 and 1, or independence was declared: Tango's interval is better.
pub fn stringer_squares(calls: &PairedCalls, confidence: f64) -> Result<PairedShares, Undefined> {
    check_confidence(confidence)?;
    let tail = 0.5 * (1.0 - confidence);
    let ends = |flips: fn(&ClusterPairs) -> u64| {
        let clusters = one_way(calls, flips)?;
        let seen = flips(&calls.total()) as f64 / calls.total().units as f64;
        let shares = flip_rate::shares(&clusters);
        let below = seen - stringer::lower(&shares, tail);
        let above = stringer::upper(&shares, tail) - seen;
        Some((below, above, stringer::effective(&shares)))
    };
    let (Some(right), Some(wrong)) = (ends(|c| c.to_right), ends(|c| c.to_wrong)) else {
        return Err(Undefined::because(
            "there are no clusters to bound flips of",
        ));
    };
    let (difference, half) = (calls.difference(), |a: f64, b: f64| (a * a + b * b).sqrt());
    let interval = Interval {
        lower: difference - half(right.0, wrong.1),
        upper: difference + half(right.1, wrong.0),
        confidence,
        method: IntervalMethod::StringerSquares,
    };
    Ok(shares(calls, interval, right.2))
}

/// The flips one way of every cluster, or nothing where independence was declared.
fn one_way(calls: &PairedCalls, flips: fn(&ClusterPairs) -> u64) -> Option<Vec<ClusterFlips>> {
    let own = |own: &ClusterPairs| ClusterFlips {
        flips: flips(own),
        units: own.units,
    };
    Some(calls.clusters()?.iter().map(own).collect())
}

fn shares(calls: &PairedCalls, interval: Interval, effective_units: f64) -> PairedShares {
    PairedShares {
        difference: calls.difference(),
        interval,
        units: calls.total().units,
        clusters: calls.cluster_count(),
        discordant: calls.total().discordant(),
        effective_units,
    }
}

/// `ends` gets flips to right, flips to wrong, units (effective ones) and the normal quantile.
pub(super) fn on_effective_units(
    calls: &PairedCalls,
    confidence: f64,
    methods: [IntervalMethod; 2],
    ends: impl Fn(f64, f64, f64, f64) -> (f64, f64),
) -> Result<PairedShares, Undefined> {
    check_confidence(confidence)?;
    let discordant = calls.discordant_clusters();
    if discordant < FEWEST_DISCORDANT_CLUSTERS {
        return Err(Undefined::because(format!(
            "{discordant} discordant units or clusters are too few \
             ({FEWEST_DISCORDANT_CLUSTERS} needed): the bounds on the flip rates say more"
        )));
    }
    let total = calls.total();
    let tail = 0.5 * (1.0 - confidence);
    let z = upper_quantile(tail);
    let mut effective_units = calls.design_effect()?.effective_units;
    if calls.shares_clusters() {
        let t = student::upper_quantile(tail, calls.discordant_clusters() as f64 - 1.0);
        effective_units *= (z / t) * (z / t);
    }
    let worth = effective_units / total.units as f64;
    let (lower, upper) = ends(
        total.to_right as f64 * worth,
        total.to_wrong as f64 * worth,
        effective_units,
        z,
    );
    let interval = Interval {
        lower,
        upper,
        confidence,
        method: methods[usize::from(calls.shares_clusters())],
    };
    Ok(shares(calls, interval, effective_units))
}

/// The variance of the net flips per unit at a difference `delta`, the share of flips to wrong being
/// the most likely one there. `gain` and `loss` are the shares of flips seen.
pub(super) fn restricted_variance(gain: f64, loss: f64, delta: f64) -> f64 {
    let b = delta * (2.0 + loss - gain) - gain - loss;
    let c = -loss * delta * (1.0 - delta);
    let root = (b * b - 8.0 * c).max(0.0).sqrt();
    // Of the two forms of the larger root the one without cancellation.
    let loss_there = if b <= 0.0 {
        0.25 * (root - b)
    } else {
        -2.0 * c / (root + b)
    };
    (2.0 * loss_there + delta * (1.0 - delta)).max(0.0)
}

/// The two differences at which the score statistic is the normal quantile.
fn tango_ends(to_right: f64, to_wrong: f64, units: f64, z: f64) -> (f64, f64) {
    let (gain, loss) = (to_right / units, to_wrong / units);
    let seen = gain - loss;
    let beyond = |delta: f64| {
        let away = (seen - delta).abs() * units.sqrt();
        away >= z * restricted_variance(gain, loss, delta).sqrt()
    };
    (edge(seen, -1.0, beyond), edge(seen, 1.0, beyond))
}

/// By bisection: the last difference, going from what was seen to the limit, that is not beyond.
fn edge(seen: f64, limit: f64, beyond: impl Fn(f64) -> bool) -> f64 {
    let (mut inside, mut outside) = (seen, limit);
    if !beyond(limit) {
        return limit;
    }
    loop {
        let middle = 0.5 * (inside + outside);
        if middle == inside || middle == outside {
            return middle;
        }
        if beyond(middle) {
            outside = middle;
        } else {
            inside = middle;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Airway hyper-responsiveness of 21 children: 1 both, 1 and 7 flips, 12 neither; Fagerland,
    /// Lydersen and Laake 2014 (doi:10.1002/sim.6148) print -0.517 to -0.026.
    #[test]
    fn published_example() {
        let ends = tango_ends(1.0, 7.0, 21.0, upper_quantile(0.025));
        assert!(
            (ends.0 + 0.517).abs() < 5e-4 && (ends.1 + 0.026).abs() < 5e-4,
            "{ends:?}"
        );
    }

    #[test]
    fn few_flips_get_bounds_that_hold_the_difference() {
        let calls = PairedCalls::independent(2, 5, 1000).unwrap();
        assert!(tango(&calls, 0.95).is_err());
        let bounds = paired_shares(&calls, 0.95).unwrap();
        assert_eq!(bounds.interval.method, IntervalMethod::FlipBounds);
        let loss = flip_rate_upper_at(5, 1000, 0.025).unwrap().value;
        assert_eq!(bounds.interval.lower, -loss);
        assert!(bounds.interval.lower < bounds.difference);
        let none = PairedCalls::independent(0, 0, 1000).unwrap();
        let none = paired_shares(&none, 0.95).unwrap();
        assert!((none.interval.upper - (1.0 - 0.025f64.powf(0.001))).abs() < 1e-15);
    }

    #[test]
    fn the_rarer_the_flips_the_more_careful() {
        let method = |flipped: usize| {
            let mut clusters = vec![
                ClusterPairs {
                    units: 4,
                    ..ClusterPairs::default()
                };
                200
            ];
            for (index, own) in clusters.iter_mut().take(flipped).enumerate() {
                own.to_right = u64::from(index % 2 == 0);
                own.to_wrong = u64::from(index % 2 == 1);
            }
            let calls = PairedCalls::clustered(&clusters).unwrap();
            let fits = paired_shares(&calls, 0.95).unwrap();
            let widest = flip_bounds(&calls, 0.95).unwrap().interval;
            assert!(widest.lower <= fits.interval.lower && fits.interval.upper <= widest.upper);
            fits.interval.method
        };
        assert_eq!(method(9), IntervalMethod::FlipBounds);
        assert_eq!(method(49), IntervalMethod::StringerSquares);
        assert_eq!(method(50), IntervalMethod::TangoDesignEffect);
        let large = ClusterPairs {
            to_right: 1,
            to_wrong: 0,
            units: 20,
        };
        let of = |clusters: usize| {
            let calls = PairedCalls::clustered(&vec![large; clusters]).unwrap();
            paired_shares(&calls, 0.95).unwrap().interval.method
        };
        assert_eq!(of(99), IntervalMethod::StringerSquares);
        assert_eq!(of(100), IntervalMethod::TangoDesignEffect);
        let free = PairedCalls::independent(20, 10, 100).unwrap();
        assert_eq!(paired_shares(&free, 0.95), tango(&free, 0.95));
        assert!(stringer_squares(&free, 0.95).is_err());
    }

    #[test]
    fn mirrored_flips_mirror_the_interval() {
        let one = PairedCalls::independent(9, 31, 200).unwrap();
        let two = PairedCalls::independent(31, 9, 200).unwrap();
        let (one, two) = (tango(&one, 0.9).unwrap(), tango(&two, 0.9).unwrap());
        assert!((one.interval.lower + two.interval.upper).abs() < 1e-12);
        assert!((one.interval.upper + two.interval.lower).abs() < 1e-12);
    }

    #[test]
    fn every_unit_flipped_reaches_the_limit() {
        let calls = PairedCalls::independent(0, 12, 12).unwrap();
        let all = tango(&calls, 0.95).unwrap();
        assert_eq!(all.interval.lower, -1.0);
        assert!(all.interval.upper < 0.0);
    }

    #[test]
    fn clusters_of_copies_count_once() {
        let cluster = |net: i64| ClusterPairs {
            to_right: if net > 0 { 5 } else { 0 },
            to_wrong: if net < 0 { 5 } else { 0 },
            units: 5,
        };
        let clusters: Vec<ClusterPairs> = (0..400)
            .map(|i| cluster([1, -1, -1, 0, 0, 0, 0, 0][i % 8]))
            .collect();
        let calls = PairedCalls::clustered(&clusters).unwrap();
        let copies = tango(&calls, 0.95).unwrap();
        let z = upper_quantile(0.025) / student::upper_quantile(0.025, 149.0);
        assert!((copies.effective_units - 400.0 * z * z).abs() < 1e-9);
        assert_eq!(copies.interval.method, IntervalMethod::TangoDesignEffect);
        let alone = tango(&PairedCalls::independent(50, 100, 400).unwrap(), 0.95).unwrap();
        assert!((copies.interval.lower - alone.interval.lower).abs() < 1e-3);
    }
}
