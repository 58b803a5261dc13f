//! Percentiles between two order statistics.

use serde::Serialize;
use titer_core::Undefined;
use titer_statistics::early_stopping::early_stopping;
use titer_statistics::quantile;

/// A percentile with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Percentile {
    /// The value, nanoseconds.
    pub value_ns: f64,
    /// Lower end, nanoseconds.
    pub lower: f64,
    /// Upper end, nanoseconds.
    pub upper: f64,
    /// What MLPerf reports: at 99 % confidence the percentile is no more than this, nanoseconds. `None` of a median.
    pub bound_ns: Option<f64>,
}

/// A tail percentile, which is given from as many queries on as MLPerf's early stopping needs, with the bound that it gives.
///
/// # Errors
/// There are fewer queries than that.
pub fn tail(sorted: &[f64], q: f64) -> Result<Percentile, Undefined> {
    let stopped = early_stopping(sorted, q)?;
    Ok(Percentile {
        bound_ns: Some(stopped.bound),
        ..percentile(sorted, q)?
    })
}

/// The quantile of sorted numbers with its 95 % interval between two order statistics, which holds
/// whatever the distribution (David and Nagaraja 2003, section 7.1).
///
/// # Errors
/// There are too few numbers: an end of the interval lies outside them.
pub fn percentile(sorted: &[f64], q: f64) -> Result<Percentile, Undefined> {
    let ranks = ranks(sorted.len(), q).ok_or_else(|| {
        Undefined::because(format!(
            "{} queries are too few for a percentile at 95 % confidence ({} needed)",
            sorted.len(),
            fewest(q)
        ))
    })?;
    Ok(Percentile {
        value_ns: quantile(sorted, q),
        lower: sorted[ranks.0],
        upper: sorted[ranks.1],
        bound_ns: None,
    })
}

const TAIL: f64 = 0.025;

/// The smallest sample that has an interval for the quantile.
pub(super) fn fewest(q: f64) -> usize {
    (1..100_000)
        .find(|&n| ranks(n, q).is_some())
        .unwrap_or(usize::MAX)
}

/// The 0-based places of the narrowest pair of order statistics of which either end misses the
/// quantile with a probability of at most 2.5 %. With B ~ Binomial(n, q) the number below it, the
/// lower one is the l-th (from 1) with P(B < l) <= 2.5 %, the upper the u-th with
/// P(B >= u) <= 2.5 %.
fn ranks(n: usize, q: f64) -> Option<(usize, usize)> {
    let pmf = binomial(n, q);
    let (mut below, mut lower) = (0.0, 0);
    for mass in &pmf {
        below += mass;
        if below > TAIL {
            break;
        }
        lower += 1;
    }
    let (mut above, mut upper) = (0.0, n + 1);
    for mass in pmf.iter().rev() {
        above += mass;
        if above > TAIL {
            break;
        }
        upper -= 1;
    }
    (lower >= 1 && upper <= n).then(|| (lower - 1, upper - 1))
}

/// Probabilities of 0 to n, by ratios from the mode outwards, so that nothing underflows where it
/// matters.
fn binomial(n: usize, q: f64) -> Vec<f64> {
    let odds = q / (1.0 - q);
    let mode = ((n + 1) as f64 * q) as usize;
    let mut pmf = vec![0.0; n + 1];
    let mode = mode.min(n);
    pmf[mode] = 1.0;
    for k in mode..n {
        pmf[k + 1] = pmf[k] * (n - k) as f64 / (k + 1) as f64 * odds;
    }
    for k in (0..mode).rev() {
        pmf[k] = pmf[k + 1] * (k + 1) as f64 / (n - k) as f64 / odds;
    }
    let total: f64 = pmf.iter().sum();
    for mass in &mut pmf {
        *mass /= total;
    }
    pmf
}
