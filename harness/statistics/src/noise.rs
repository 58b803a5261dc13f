//! What disturbs a series of latencies: outliers, drift, dependence of neighbours.
//!
//! Nothing is taken out: what is found is said beside the numbers that it bears on.

use crate::{normal, quantile, sorted};

/// What was found in a series, in the order in which it was taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Noise {
    /// Numbers whose modified z-score is beyond 3.5 (Iglewicz and Hoaglin 1993); `None` where half of the numbers are equal, and there is
    /// no scale.
    pub outliers_z: Option<u64>,
    /// Numbers beyond 1.5 interquartile ranges from the quartiles (Tukey 1977).
    pub outliers_tukey: u64,
    /// Whether they rise or fall with time; `None` of fewer than [`FEWEST`], or all equal.
    pub drift: Option<Drift>,
    /// Correlation of neighbours (lag 1), -1 to 1; `None` as of drift.
    pub autocorrelation: Option<f64>,
    /// How many of them there are.
    pub count: u64,
}

/// Fewer numbers show neither drift nor dependence.
pub const FEWEST: usize = 8;

/// More are thinned out evenly before every pair is looked at.
const MOST_PAIRED: usize = 500;

/// A trend along a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drift {
    /// The change from the first to the last, as a share of the median: Theil and Sen's slope over the series.
    pub share: f64,
    /// Two-sided, of Kendall's rank correlation with time (Mann 1945), ties corrected for, by the normal approximation.
    pub p_value: f64,
}

impl Noise {
    /// What disturbs a series, in the order in which it was taken.
    #[must_use]
    pub fn of(series: &[f64]) -> Self {
        let sorted = sorted(series);
        Self {
            outliers_z: by_z(&sorted),
            outliers_tukey: by_tukey(&sorted),
            drift: drift(series, &sorted),
            autocorrelation: autocorrelation(series),
            count: series.len() as u64,
        }
    }

    /// Whether neighbours depend on each other: beyond 1.96 standard errors of independent ones (Bartlett 1946).
    #[must_use]
    pub fn neighbours_depend(&self) -> bool {
        let error = 1.0 / (self.count as f64).sqrt();
        self.autocorrelation.is_some_and(|r| r > 1.96 * error)
    }
}

fn by_z(sorted: &[f64]) -> Option<u64> {
    let median = quantile(sorted, 0.5);
    let distances: Vec<f64> = sorted.iter().map(|one| (one - median).abs()).collect();
    let scale = crate::median(&distances);
    let beyond = |distance: &&f64| 0.6745 * **distance / scale > 3.5;
    (scale > 0.0).then(|| distances.iter().filter(beyond).count() as u64)
}

fn by_tukey(sorted: &[f64]) -> u64 {
    let (low, high) = (quantile(sorted, 0.25), quantile(sorted, 0.75));
    let reach = 1.5 * (high - low);
    let beyond = |one: &&f64| **one < low - reach || **one > high + reach;
    sorted.iter().filter(beyond).count() as u64
}

fn drift(series: &[f64], sorted: &[f64]) -> Option<Drift> {
    let median = quantile(sorted, 0.5);
    if series.len() < FEWEST || median <= 0.0 {
        return None;
    }
    let step = series.len().div_ceil(MOST_PAIRED);
    let points: Vec<f64> = series.iter().copied().step_by(step).collect();
    let n = points.len();
    let mut slopes = Vec::with_capacity(n * (n - 1) / 2);
    let mut rising = 0_i64;
    for (at, one) in points.iter().enumerate() {
        for (further, other) in points[at + 1..].iter().enumerate() {
            slopes.push((other - one) / (further + 1) as f64);
            rising += i64::from(other > one) - i64::from(other < one);
        }
    }
    let variance = rank_variance(points);
    if variance <= 0.0 {
        return None;
    }
    slopes.sort_unstable_by(f64::total_cmp);
    let slope = quantile(&slopes, 0.5);
    Some(Drift {
        share: slope * (n - 1) as f64 / median,
        p_value: 2.0 * normal::above((rising as f64).abs() / variance.sqrt()),
    })
}

/// The variance of Kendall's count of rising less falling pairs, of a series without a trend.
fn rank_variance(mut points: Vec<f64>) -> f64 {
    let term = |n: f64| n * (n - 1.0) * (2.0 * n + 5.0);
    points.sort_unstable_by(f64::total_cmp);
    let ties = points.chunk_by(|one, other| one == other);
    let tied: f64 = ties.map(|tie| term(tie.len() as f64)).sum();
    (term(points.len() as f64) - tied) / 18.0
}

fn autocorrelation(series: &[f64]) -> Option<f64> {
    let mean = series.iter().sum::<f64>() / series.len() as f64;
    let spread: f64 = series.iter().map(|one| (one - mean) * (one - mean)).sum();
    if series.len() < FEWEST || spread <= 0.0 {
        return None;
    }
    let pairs = series
        .windows(2)
        .map(|two| (two[0] - mean) * (two[1] - mean));
    Some(pairs.sum::<f64>() / spread)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slow_query_is_an_outlier_and_no_drift() {
        let mut series: Vec<f64> = (0..40).map(|at| 100.0 + f64::from(at * 7 % 5)).collect();
        series[20] = 1000.0;
        let noise = Noise::of(&series);
        assert_eq!((noise.outliers_z, noise.outliers_tukey), (Some(1), 1));
        assert!(noise.drift.unwrap().p_value > 0.1, "{noise:?}");
    }

    #[test]
    fn a_machine_that_slows_down_drifts() {
        let series: Vec<f64> = (0..2000)
            .map(|at| 100.0 + f64::from(at) / 100.0 + f64::from(at * 7 % 5))
            .collect();
        let drift = Noise::of(&series).drift.unwrap();
        assert!(
            drift.p_value < 1e-6 && (drift.share - 0.18).abs() < 0.02,
            "{drift:?}"
        );
    }

    #[test]
    fn too_few_or_equal_numbers_say_nothing() {
        let few = Noise::of(&[1.0, 2.0, 3.0]);
        assert_eq!((few.drift, few.autocorrelation), (None, None));
        let equal = Noise::of(&[5.0; 30]);
        assert_eq!(
            (equal.outliers_z, equal.drift, equal.autocorrelation),
            (None, None, None)
        );
        assert!(!equal.neighbours_depend());
        assert_eq!(Noise::of(&[]).outliers_tukey, 0);
    }
}
