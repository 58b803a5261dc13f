//! Wilson's score interval of a share of independent units.

use titer_core::{Interval, IntervalMethod, Undefined};

use super::check_share;
use super::normal::upper_quantile;

/// The interval of k out of n independent units (Wilson 1927,
/// doi:10.1080/01621459.1927.10502953).
///
/// # Errors
/// There are no units, more hits than units, or the confidence is not between 0 and 1.
pub fn wilson(k: u64, n: u64, confidence: f64) -> Result<Interval, Undefined> {
    check_share(k, n, confidence)?;
    let units = n as f64;
    let share = k as f64 / units;
    let z = upper_quantile(0.5 * (1.0 - confidence));
    let square = z * z;
    let middle = (share + square / (2.0 * units)) / (1.0 + square / units);
    let spread = share * (1.0 - share) / units + square / (4.0 * units * units);
    let half = z * spread.sqrt() / (1.0 + square / units);
    Ok(Interval {
        // Exact at the ends, where rounding would leave 1e-17.
        lower: if k == 0 {
            0.0
        } else {
            (middle - half).max(0.0)
        },
        upper: if k == n {
            1.0
        } else {
            (middle + half).min(1.0)
        },
        confidence,
        method: IntervalMethod::Wilson,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_exact_and_nonsense_is_said() {
        assert_eq!(wilson(0, 7, 0.95).unwrap().lower, 0.0);
        assert_eq!(wilson(7, 7, 0.95).unwrap().upper, 1.0);
        assert!(wilson(0, 0, 0.95).is_err());
        assert!(wilson(8, 7, 0.95).is_err());
        assert!(wilson(1, 7, 1.0).is_err());
        assert!(wilson(1, 7, f64::NAN).is_err());
    }
}
