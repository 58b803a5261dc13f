//! Quantiles of Student's t distribution.

use super::beta;
use super::normal::upper_quantile;

/// Beyond so many degrees of freedom it is normal to ten digits.
const NORMAL_BEYOND: f64 = 1e10;

/// The number that a variable of Student's t distribution exceeds with this probability (0 to 0.5,
/// exclusive). `freedom` is above 0.
pub(super) fn upper(probability: f64, freedom: f64) -> f64 {
    if freedom > NORMAL_BEYOND {
        return upper_quantile(probability);
    }
    // The square of t is freedom * x / (1 - x), where x is a beta variable.
    let x = beta::quantile(1.0 - 2.0 * probability, 0.5, 0.5 * freedom);
    (freedom * x / (1.0 - x)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_quantiles() {
        // One degree of freedom is Cauchy's distribution, two have a closed form.
        let cauchy = libm::tan(std::f64::consts::PI * 0.475);
        assert!((upper(0.025, 1.0) - cauchy).abs() < 1e-9);
        let two = 0.95 / (2.0 * 0.975 * 0.025f64).sqrt();
        assert!((upper(0.025, 2.0) - two).abs() < 1e-10);
        assert!((upper(0.025, 49.0) - 2.009_575_237_129_24).abs() < 1e-10);
        assert!((upper(0.025, 1e9) - upper_quantile(0.025)).abs() < 1e-6);
    }
}
