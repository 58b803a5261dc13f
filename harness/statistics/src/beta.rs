//! The beta distribution.

/// The number below which a beta variable lies with this probability (0 to 1, exclusive); `a` and
/// `b` are above 0. By bisection, to the last bits.
pub(super) fn quantile(probability: f64, a: f64, b: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    loop {
        let middle = 0.5 * (low + high);
        // Below 1e-300 nothing is told apart any more.
        if middle <= low || middle >= high || high < 1e-300 {
            return middle;
        }
        if below(middle, a, b) < probability {
            low = middle;
        } else {
            high = middle;
        }
    }
}

/// The probability that a beta variable is below x: the regularized incomplete beta function.
pub(super) fn below(x: f64, a: f64, b: f64) -> f64 {
    let log_gammas = libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b);
    let front = libm::exp(log_gammas + a * libm::log(x) + b * libm::log1p(-x));
    // The fraction converges fast on one side of the mean only.
    if x < (a + 1.0) / (a + b + 2.0) {
        front * fraction(x, a, b) / a
    } else {
        1.0 - front * fraction(1.0 - x, b, a) / b
    }
}

/// The continued fraction (Abramowitz and Stegun 26.5.8) by Lentz's method; the number of steps
/// grows with the root of the larger parameter.
fn fraction(x: f64, a: f64, b: f64) -> f64 {
    const STEPS: u32 = 100_000;
    let away_from_zero = |number: f64| {
        if number.abs() < 1e-300 {
            1e-300
        } else {
            number
        }
    };
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    for step in 1..STEPS {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for term in [even, odd] {
            d = 1.0 / away_from_zero(1.0 + term * d);
            c = away_from_zero(1.0 + term / c);
            change = c * d;
            value *= change;
        }
        if (change - 1.0).abs() < 1e-16 {
            break;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_forms() {
        for x in [1e-6, 0.1, 0.5, 0.9] {
            assert!((below(x, 1.0, 1.0) - x).abs() < 1e-14);
            assert!((below(x, 3.0, 1.0) - x * x * x).abs() < 1e-14);
            assert!((below(x, 7.5, 7.5) + below(1.0 - x, 7.5, 7.5) - 1.0).abs() < 1e-13);
        }
        assert!((quantile(0.3, 2.0, 1.0) - 0.3f64.sqrt()).abs() < 1e-14);
    }
}
