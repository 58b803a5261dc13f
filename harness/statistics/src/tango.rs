//! The difference of two paired shares of independent units: how much more often is the candidate right than
//! the base?
//!
//! Tango's score interval (1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<891::AID-SIM780>3.0.CO;2-B);
//! where units share clusters, and where flips are rare, [`super::flip_intervals()`] is for them.

use titer_core::{Interval, IntervalMethod, Undefined};

use super::check_confidence;
use super::mcnemar::FEWEST_DISCORDANT_CLUSTERS;
use super::normal::upper_quantile;
use super::paired_calls::PairedCalls;

/// Tango's score interval.
///
/// # Errors
/// Units share clusters, fewer than [`FEWEST_DISCORDANT_CLUSTERS`] are called differently, or the
/// confidence is not between 0 and 1.
pub fn tango(calls: &PairedCalls, confidence: f64) -> Result<Interval, Undefined> {
    check(calls, confidence)?;
    let total = calls.total();
    let (lower, upper) = tango_ends(
        total.to_right as f64,
        total.to_wrong as f64,
        total.units as f64,
        upper_quantile(0.5 * (1.0 - confidence)),
    );
    Ok(Interval {
        lower,
        upper,
        confidence,
        method: IntervalMethod::Tango,
    })
}

/// Refuses clusters, few flips, and a confidence that is none.
fn check(calls: &PairedCalls, confidence: f64) -> Result<(), Undefined> {
    check_confidence(confidence)?;
    calls.require_independent("Tango's interval", "the interval from flips by cluster")?;
    let discordant = calls.discordant_clusters();
    if discordant < FEWEST_DISCORDANT_CLUSTERS {
        return Err(Undefined::because(format!(
            "{discordant} discordant units are too few ({FEWEST_DISCORDANT_CLUSTERS} needed): bounds on \
             the flips say more"
        )));
    }
    Ok(())
}

/// The variance of the net flips per unit at a difference `delta`, the share of flips to wrong being
/// the most likely one there. `gain` and `loss` are the shares of flips seen.
fn restricted_variance(gain: f64, loss: f64, delta: f64) -> f64 {
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
    use crate::ClusterPairs;

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
    fn few_flips_and_clusters_are_refused() {
        let calls = PairedCalls::independent(2, 5, 1000).unwrap();
        let reason = tango(&calls, 0.95).unwrap_err().0;
        assert!(
            reason.starts_with("7 discordant units are too few"),
            "{reason}"
        );
        let pair = ClusterPairs {
            to_right: 1,
            to_wrong: 0,
            units: 2,
        };
        let pairs = PairedCalls::clustered(&[pair; 40]).unwrap();
        assert!(tango(&pairs, 0.95).is_err());
    }

    #[test]
    fn mirrored_flips_mirror_the_interval() {
        let one = PairedCalls::independent(9, 31, 200).unwrap();
        let two = PairedCalls::independent(31, 9, 200).unwrap();
        let (one, two) = (tango(&one, 0.9).unwrap(), tango(&two, 0.9).unwrap());
        assert!((one.lower + two.upper).abs() < 1e-12);
        assert!((one.upper + two.lower).abs() < 1e-12);
    }

    #[test]
    fn every_unit_flipped_reaches_the_limit() {
        let calls = PairedCalls::independent(0, 12, 12).unwrap();
        let all = tango(&calls, 0.95).unwrap();
        assert_eq!(all.lower, -1.0);
        assert!(all.upper < 0.0);
    }
}
