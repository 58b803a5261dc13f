//! Newcombe's method 10 for the difference of two paired shares, a check of Tango's interval
//! (1998, doi:10.1002/(SICI)1097-0258(19981130)17:22<2635::AID-SIM954>3.0.CO;2-C).

use titer_core::{Interval, IntervalMethod, Undefined};

use super::design_effect::wilson_ends;
use super::paired_calls::PairedCalls;
use super::tango::check;

/// Newcombe's method 10 (square-and-add of Wilson's intervals with the correlation of the two).
/// `both_right` are the units that both get right.
///
/// # Errors
/// As [`super::tango()`]; further where `both_right` is more than the concordant units.
pub fn newcombe(
    calls: &PairedCalls,
    both_right: u64,
    confidence: f64,
) -> Result<Interval, Undefined> {
    check(calls, "Newcombe's interval", confidence)?;
    let total = calls.total();
    let concordant = total.units - total.discordant();
    if both_right > concordant {
        return Err(Undefined::because(format!(
            "{both_right} units that both get right are more than the {concordant} called alike"
        )));
    }
    let [both, right, wrong, units] =
        [both_right, total.to_right, total.to_wrong, total.units].map(|count| count as f64);
    let (lower, upper) = newcombe_ends(both, right, wrong, units, confidence);
    Ok(Interval {
        lower,
        upper,
        confidence,
        method: IntervalMethod::Newcombe,
    })
}

fn newcombe_ends(
    both_right: f64,
    to_right: f64,
    to_wrong: f64,
    units: f64,
    confidence: f64,
) -> (f64, f64) {
    let both_wrong = (units - both_right - to_right - to_wrong).max(0.0);
    let candidate = (both_right + to_right) / units;
    let base = (both_right + to_wrong) / units;
    let margins = candidate * (1.0 - candidate) * base * (1.0 - base) * units.powi(4);
    let product = both_right * both_wrong - to_right * to_wrong;
    // Method 10 shrinks a positive association by half a unit.
    let product = if product > 0.5 * units {
        product - 0.5 * units
    } else {
        product.min(0.0)
    };
    let correlation = if margins > 0.0 {
        product / margins.sqrt()
    } else {
        0.0
    };
    let (low, high) = wilson_ends(candidate, units, confidence);
    let (base_low, base_high) = wilson_ends(base, units, confidence);
    let half = |one: f64, other: f64| {
        (one * one - 2.0 * correlation * one * other + other * other)
            .max(0.0)
            .sqrt()
    };
    let seen = candidate - base;
    (
        seen - half(candidate - low, base_high - base),
        seen + half(high - candidate, base - base_low),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Airway hyper-responsiveness of 21 children: 1 both, 1 and 7 flips, 12 neither; Fagerland,
    /// Lydersen and Laake 2014 (doi:10.1002/sim.6148) print -0.507 to -0.026.
    #[test]
    fn published_example() {
        let ends = newcombe_ends(1.0, 1.0, 7.0, 21.0, 0.95);
        assert!((ends.0 + 0.507).abs() < 5e-4, "{ends:?}");
        assert!((ends.1 + 0.026).abs() < 5e-4, "{ends:?}");
    }

    #[test]
    fn more_right_than_alike_is_refused() {
        let calls = PairedCalls::independent(10, 10, 50).unwrap();
        assert!(newcombe(&calls, 30, 0.95).is_ok());
        assert!(newcombe(&calls, 31, 0.95).is_err());
    }
}
