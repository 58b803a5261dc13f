//! Clopper and Pearson's exact interval of a share of independent units.

use titer_core::{Interval, IntervalMethod, Undefined};

use super::{beta, check_share};

/// The interval of k out of n independent units (Clopper and Pearson 1934,
/// doi:10.1093/biomet/26.4.404).
///
/// # Errors
/// There are no units, more hits than units, or the confidence is not between 0 and 1.
pub fn clopper_pearson(k: u64, n: u64, confidence: f64) -> Result<Interval, Undefined> {
    check_share(k, n, confidence)?;
    let tail = 0.5 * (1.0 - confidence);
    let (hits, units) = (k as f64, n as f64);
    Ok(Interval {
        // By symmetry the lower end is what the upper end of the misses leaves.
        lower: if k == 0 {
            0.0
        } else {
            beta::quantile(tail, hits, units - hits + 1.0)
        },
        upper: upper(hits, units, tail),
        confidence,
        method: IntervalMethod::ClopperPearson,
    })
}

/// The upper end that leaves `tail` above it, of `hits` out of `units`; neither need be whole.
pub(super) fn upper(hits: f64, units: f64, tail: f64) -> f64 {
    if hits >= units {
        return 1.0;
    }
    if hits == 0.0 {
        // 1 - tail^(1/n), about -ln(tail)/n: with 5 % the rule of three.
        return -libm::expm1(libm::log(tail) / units);
    }
    beta::quantile(1.0 - tail, hits + 1.0, units - hits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mirrored_hits_mirror_the_interval() {
        for (k, n) in [(0, 5), (1, 9), (3, 1000)] {
            let hits = clopper_pearson(k, n, 0.95).unwrap();
            let misses = clopper_pearson(n - k, n, 0.95).unwrap();
            assert!((hits.upper - (1.0 - misses.lower)).abs() < 1e-13);
            assert!((hits.lower - (1.0 - misses.upper)).abs() < 1e-13);
        }
    }
}
