//! The normal distribution.

/// The number that a standard normal variable exceeds with this probability (0 to 1, exclusive).
/// By bisection on `erfc`, to the last bits.
#[must_use]
pub fn upper_quantile(probability: f64) -> f64 {
    // Beyond 39 the tail is 0 in 64 bits.
    let (mut low, mut high) = (-39.0, 39.0);
    loop {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            return middle;
        }
        let tail = 0.5 * libm::erfc(middle * std::f64::consts::FRAC_1_SQRT_2);
        if tail > probability {
            low = middle;
        } else {
            high = middle;
        }
    }
}

/// The probability that a standard normal variable is above x.
#[must_use]
pub fn above(x: f64) -> f64 {
    0.5 * libm::erfc(x * std::f64::consts::FRAC_1_SQRT_2)
}

/// A standard normal number (Box and Muller 1958; the second of each pair is not used).
pub fn drawn(stream: &mut titer_core::Stream) -> f64 {
    let radius = (-2.0 * libm::log(1.0 - stream.uniform())).sqrt();
    radius * libm::cos(std::f64::consts::TAU * stream.uniform())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_undo_quantiles() {
        for tail in [1e-12, 0.025, 0.5, 0.999] {
            assert!((above(upper_quantile(tail)) / tail - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn known_quantiles() {
        assert!((upper_quantile(0.025) - 1.959_963_984_540_054).abs() < 1e-14);
        assert!((upper_quantile(0.05) - 1.644_853_626_951_472_2).abs() < 1e-14);
        assert!(upper_quantile(0.5).abs() < 1e-15);
    }
}
