//! How many times another one's number is, by rounds that took turns.

use crate::student;

/// Rounds that an interval needs.
pub const FEWEST_ROUNDS: usize = 3;

/// A ratio with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairedRatio {
    /// The geometric mean of the rounds' ratios.
    pub value: f64,
    /// Lower end of its 95 % interval.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
}

/// Numbers of rounds over the reference's of the same rounds, each above 0: A B A B, so that what slows the machine down slows both.
///
/// The interval is Student's of the logarithms' mean: rounds are processes of their own, whose medians are as independent as the machine
/// lets them be, where queries of a round are not. `None` of fewer than [`FEWEST_ROUNDS`], or a number that is not above 0.
#[must_use]
pub fn paired_ratio(numbers: &[f64], reference: &[f64]) -> Option<PairedRatio> {
    let rounds = numbers.len();
    let usable = |one: &f64| one.is_finite() && *one > 0.0;
    let sound = numbers.iter().chain(reference).all(usable);
    if rounds < FEWEST_ROUNDS || rounds != reference.len() || !sound {
        return None;
    }
    let logs: Vec<f64> = numbers
        .iter()
        .zip(reference)
        .map(|(one, base)| libm::log(one / base))
        .collect();
    let n = rounds as f64;
    let mean = logs.iter().sum::<f64>() / n;
    let squares: f64 = logs.iter().map(|log| (log - mean) * (log - mean)).sum();
    let error = (squares / (n - 1.0) / n).sqrt();
    let reach = student::upper_quantile(0.025, n - 1.0) * error;
    Some(PairedRatio {
        value: libm::exp(mean),
        lower: libm::exp(mean - reach),
        upper: libm::exp(mean + reach),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_slows_both_down_cancels() {
        let ratio = paired_ratio(&[50.0, 100.0, 75.0], &[100.0, 200.0, 150.0]).unwrap();
        assert!((ratio.value - 0.5).abs() < 1e-12 && (ratio.upper - 0.5).abs() < 1e-12);
    }

    #[test]
    fn fewer_rounds_or_none_above_zero_have_no_interval() {
        assert_eq!(paired_ratio(&[1.0, 2.0], &[1.0, 2.0]), None);
        assert_eq!(paired_ratio(&[1.0, 2.0, 3.0], &[1.0, 2.0]), None);
        assert_eq!(paired_ratio(&[1.0, 2.0, 3.0], &[1.0, 0.0, 3.0]), None);
    }
}
