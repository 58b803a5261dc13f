//! Student's t distribution.

use super::beta;
use super::normal;

/// Beyond this many degrees of freedom the incomplete beta function loses digits, and the normal
/// approximation of Wallace (1959, Annals of Mathematical Statistics 30:1121) has an error below 1e-10.
const NORMAL_BEYOND: f64 = 1e5;

/// The probability that a t variable is above `t`.
#[must_use]
pub fn above(t: f64, degrees: f64) -> f64 {
    if degrees > NORMAL_BEYOND {
        return normal::above(to_normal(t, degrees));
    }
    let square = t * t;
    // Each side by the incomplete beta function of the smaller argument, which keeps its digits.
    let tail = if square == 0.0 {
        0.5
    } else if square < 1.0 {
        0.5 - 0.5 * beta::below(square / (degrees + square), 0.5, 0.5 * degrees)
    } else {
        0.5 * beta::below(degrees / (degrees + square), 0.5 * degrees, 0.5)
    };
    if t < 0.0 { 1.0 - tail } else { tail }
}

/// The normal variable that is exceeded as often.
fn to_normal(t: f64, degrees: f64) -> f64 {
    if degrees.is_infinite() {
        return t;
    }
    let size = (degrees * libm::log1p(t * t / degrees)).sqrt();
    t.signum() * size * (8.0 * degrees + 1.0) / (8.0 * degrees + 3.0)
}

/// The number that a t variable exceeds with this probability (0 to 1, exclusive). By bisection.
#[must_use]
pub fn upper_quantile(probability: f64, degrees: f64) -> f64 {
    if degrees.is_infinite() {
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
    fn both_ways_meet_where_they_change_over() {
        for t in [0.01, 1.0, 2.0, 5.0] {
            let (one, two) = (above(t, 1e5), normal::above(to_normal(t, 1e5)));
            assert!((one - two).abs() < 1e-9 * one.max(1e-2), "{t}: {one} {two}");
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
