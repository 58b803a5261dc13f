//! How alike may the units of a cluster be, seen from few flipped clusters?

use super::flip_rate::ClusterFlips;
use super::normal::upper_quantile;

/// An upper limit for the correlation of two units of a cluster: the largest at which the flips of
/// the flipped clusters are still likely enough, by the likelihood ratio (half of the squared normal
/// quantile below the most likely correlation).
///
/// Rates of clusters are taken as beta distributed with a small mean. As that mean goes to 0 a
/// flipped cluster of n units with correlation r has k flips with a probability that goes with
/// C(n, k) B(k, n - k + (1 - r) / r), whatever the mean.
pub(super) fn correlation_upper(clusters: &[ClusterFlips], tail: f64) -> f64 {
    let flipped: Vec<ClusterFlips> = clusters
        .iter()
        .filter(|c| c.flips > 0 && c.units > 1)
        .copied()
        .collect();
    if flipped.is_empty() {
        return 1.0;
    }
    let z = upper_quantile(tail);
    let drop = 0.5 * z * z;
    // On a grid of odds r / (1 - r): the likelihood has one top, but is flat far from it.
    let grid: Vec<f64> = (0..=GRID).map(correlation_at).collect();
    let likelihood: Vec<f64> = grid.iter().map(|&r| log_likelihood(&flipped, r)).collect();
    let top = likelihood.iter().fold(f64::NEG_INFINITY, |a, &b| a.max(b));
    let last = likelihood.iter().rposition(|&value| value >= top - drop);
    // The next point of the grid is surely too unlikely, or 1.
    last.map_or(1.0, |place| grid.get(place + 1).copied().unwrap_or(1.0))
}

/// Steps of the grid, from odds of 10^-6 to 10^6.
const GRID: u32 = 240;

fn correlation_at(step: u32) -> f64 {
    let odds = libm::exp10(12.0 * f64::from(step) / f64::from(GRID) - 6.0);
    odds / (1.0 + odds)
}

fn log_likelihood(flipped: &[ClusterFlips], correlation: f64) -> f64 {
    let rest = (1.0 - correlation) / correlation;
    let terms: Vec<f64> = flipped.iter().map(|own| log_odds(*own, rest)).collect();
    crate::sum::pairwise(&terms)
}

/// The log probability of a flipped cluster's flips. As the mean goes to 0 the unscaled
/// probabilities C(n, k) B(k, n - k + rest) add up to digamma(n + rest) - digamma(rest), which is
/// the sum of 1 / (rest + j) over j below n.
fn log_odds(own: ClusterFlips, rest: f64) -> f64 {
    let (k, n) = (own.flips as f64, own.units as f64);
    let ways = libm::lgamma(n + 1.0) - libm::lgamma(k + 1.0) - libm::lgamma(n - k + 1.0);
    let beta = libm::lgamma(k) + libm::lgamma(n - k + rest) - libm::lgamma(n + rest);
    ways + beta - libm::log(digamma(n + rest) - digamma(rest))
}

/// The slope of the log of the gamma function, above 0 (Abramowitz and Stegun 6.3.5 and 6.3.18).
fn digamma(x: f64) -> f64 {
    let (mut x, mut less) = (x, 0.0);
    while x < 10.0 {
        less += 1.0 / x;
        x += 1.0;
    }
    let square = 1.0 / (x * x);
    let series =
        square * (1.0 / 12.0 - square * (1.0 / 120.0 - square * (1.0 / 252.0 - square / 240.0)));
    libm::log(x) - 0.5 / x - series - less
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(number: usize, flips: u64, units: u64) -> f64 {
        correlation_upper(&vec![ClusterFlips { flips, units }; number], 0.025)
    }

    #[test]
    fn probabilities_add_to_one() {
        for rest in [0.01, 1.0, 30.0] {
            let of = |flips| log_odds(ClusterFlips { flips, units: 12 }, rest).exp();
            let sum: f64 = (1..=12).map(of).sum();
            assert!((sum - 1.0).abs() < 1e-9, "{rest}: {sum}");
        }
    }

    #[test]
    fn single_flips_bring_the_limit_down_step_by_step() {
        assert_eq!(limit(0, 0, 100), 1.0);
        let limits: Vec<f64> = (1..12).map(|number| limit(number, 1, 100)).collect();
        assert!(limits.windows(2).all(|two| two[1] <= two[0]), "{limits:?}");
        assert!(limits[0] > 0.5 && limits[10] < 0.05, "{limits:?}");
    }

    #[test]
    fn whole_clusters_keep_it_at_1() {
        assert!(limit(30, 100, 100) > 0.95);
    }
}
