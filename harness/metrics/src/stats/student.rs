//! Student's t distribution.

use super::beta;
use super::normal;

/// Beyond this many degrees of freedom t and normal agree to rounding in what is read from them.
const NORMAL_BEYOND: f64 = 1e10;

/// The probability that a t variable is above `t`.
pub(super) fn above(t: f64, degrees: f64) -> f64 {
    if degrees > NORMAL_BEYOND {
        return normal::above(t);
    }
    let square = t * t;
    // Each side by the incomplete beta function of the smaller argument, which keeps its digits.
    let tail = if square == 0.0 {
        0.5
    } else if square < degrees {
        0.5 - 0.5 * beta::below(square / (degrees + square), 0.5, 0.5 * degrees)
    } else {
        0.5 * beta::below(degrees / (degrees + square), 0.5 * degrees, 0.5)
    };
    if t < 0.0 { 1.0 - tail } else { tail }
}

/// The number that a t variable exceeds with this probability (0 to 1, exclusive). By bisection.
pub(super) fn upper_quantile(probability: f64, degrees: f64) -> f64 {
    if degrees > NORMAL_BEYOND {
        return normal::upper_quantile(probability);
    }
    if probability > 0.5 {
        return -upper_quantile(1.0 - probability, degrees);
    }
    let (mut low, mut high) = (0.0, 1.0);
    while above(high, degrees) > probability && high < 1e300 {
        (low, high) = (high, 2.0 * high);
    }
    loop {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            return middle;
        }
        if above(middle, degrees) > probability {
            low = middle;
        } else {
            high = middle;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_degree_is_cauchy() {
        for t in [-3.0f64, -0.1, 0.0, 0.5, 12.0] {
            let cauchy = 0.5 - t.atan() / std::f64::consts::PI;
            assert!((above(t, 1.0) - cauchy).abs() < 1e-14, "{t}");
        }
    }

    #[test]
    fn known_quantiles() {
        assert!((upper_quantile(0.025, 9.0) - 2.262_157_162_798_205).abs() < 1e-12);
        assert!((upper_quantile(0.975, 9.0) + 2.262_157_162_798_205).abs() < 1e-12);
        let normal = normal::upper_quantile(0.025);
        assert!((upper_quantile(0.025, 1e9) - normal).abs() < 1e-8);
        assert!((upper_quantile(0.025, f64::INFINITY) - normal).abs() < 1e-15);
    }
}
