//! Clopper and Pearson's exact bound on a share of independent units (1934, doi:10.1093/biomet/26.4.404).

use super::beta;

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
