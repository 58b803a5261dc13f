//! Intervals of statistics that are a norm of residuals: calibration errors of every kind.
//!
//! Such a statistic T(g) is never below 0, and chance adds to it: a calibrated model's value lies
//! outside its own percentile interval. What can be bootstrapped is the process inside of the norm,
//! g (for a calibration error the residuals summed over each bin), because it is a mean. From how far
//! replicates of it lie from the data's own, g* - g, bounds on T follow:
//!
//! - downwards, T(estimate) - T(truth) is at most the norm of what chance added to coordinates that
//!   may be 0, plus what it added along the sign of those that are clearly not (chosen as in Andrews
//!   and Soares 2010, doi:10.3982/ECTA7502);
//! - upwards, T(truth) - T(estimate) is at most what chance took away along the signs of the truth,
//!   one fixed direction, and the worst of all directions is searched for.
//!
//! Both ends hold for any truth, also on the boundary where the bootstrap of T itself fails (Andrews
//! 2000, doi:10.1111/1468-0262.00114). They are conservative, most so upwards for a calibrated model.

use titer_core::{Interval, IntervalMethod, Undefined};

use super::bootstrap::{ClusterDraws, check_clusters, enough};
use super::normal::upper_quantile;
use super::{check_confidence, student};

mod difference;
mod direction;

use direction::{largest, sum};

/// How coordinates become one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Norm {
    /// The sum of their absolute values (expected calibration error).
    Sum,
    /// The largest absolute value (maximum calibration error, Kolmogorov and Smirnov's).
    Largest,
}

impl Norm {
    /// The norm of a vector.
    #[must_use]
    pub fn of(self, coordinates: &[f64]) -> f64 {
        let absolute = coordinates.iter().map(|x| x.abs());
        match self {
            Self::Sum => absolute.sum(),
            Self::Largest => absolute.fold(0.0, f64::max),
        }
    }
}

/// What was worked out of one statistic.
#[derive(Clone, Debug)]
pub struct Known {
    /// What is taken of the process.
    pub norm: Norm,
    /// Its coordinates, a mean of residuals each.
    pub process: Vec<f64>,
    /// Replicate after replicate; `None` where it is undefined.
    pub deviations: Vec<Option<Vec<f64>>>,
}

/// The interval of a statistic with this process. `point` is the value that is reported; where it is
/// corrected for chance it lies below the norm, and the interval is made to hold it. `highest` is
/// the largest value that the statistic can take.
///
/// # Errors
/// The statistic is undefined in more than [`super::bootstrap::LARGEST_UNDEFINED_SHARE`] of the replicates,
/// or no replicate differs from the data.
pub fn interval_of(
    point: f64,
    known: &Known,
    clusters: usize,
    highest: f64,
    confidence: f64,
) -> Result<Interval, Undefined> {
    let deviations: Vec<&[f64]> = known
        .deviations
        .iter()
        .flatten()
        .map(Vec::as_slice)
        .collect();
    enough(deviations.len(), known.deviations.len())?;
    varies(&deviations)?;
    let tail = 0.5 * (1.0 - confidence);
    let widen = widening(clusters, confidence);
    let value = known.norm.of(&known.process);
    let (lower, upper) = match known.norm {
        Norm::Sum => sum(&known.process, &deviations, tail, widen, clusters),
        Norm::Largest => largest(&known.process, &deviations, tail, widen),
    };
    Ok(Interval {
        lower: lower.max(0.0).min(point),
        upper: upper.max(value).min(highest).max(point),
        confidence,
        method: IntervalMethod::ClusteredNormBound,
    })
}

/// The interval of the difference of two such statistics, candidate minus base, on the same
/// examples; `norm/difference.rs` says how it is made. It holds the difference of the values that are reported.
///
/// # Errors
/// As [`interval_of`]; further where the two have different norms or numbers of coordinates, or are
/// the same in every replicate.
pub fn difference_of(
    points: (f64, f64),
    a: &Known,
    b: &Known,
    clusters: usize,
    confidence: f64,
) -> Result<Interval, Undefined> {
    if a.norm != b.norm || a.process.len() != b.process.len() {
        return Err(Undefined::because("the two statistics are not of one kind"));
    }
    let pairs = a.deviations.iter().zip(&b.deviations);
    let pairs: Vec<(&[f64], &[f64])> = pairs
        .filter_map(|(a, b)| Some((a.as_deref()?, b.as_deref()?)))
        .collect();
    enough(pairs.len(), a.deviations.len())?;
    let apart: Vec<Vec<f64>> = pairs.iter().map(|(a, b)| minus(a, b)).collect();
    varies(&apart.iter().map(Vec::as_slice).collect::<Vec<&[f64]>>())?;
    let (lower, upper) = difference::ends(a, b, &pairs, clusters, confidence);
    let reported = points.0 - points.1;
    Ok(Interval {
        lower: lower.min(reported),
        upper: upper.max(reported),
        confidence,
        method: IntervalMethod::ClusteredNormBound,
    })
}

fn minus(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

/// What every interval of a norm needs.
///
/// # Errors
/// The confidence is none, a point is not finite, or there are fewer than [`super::bootstrap::FEWEST_CLUSTERS`] clusters.
pub fn check(points: &[f64], draws: &ClusterDraws, confidence: f64) -> Result<(), Undefined> {
    check_confidence(confidence)?;
    if !points.iter().all(|point| point.is_finite()) {
        return Err(Undefined::because("the value itself is not a number"));
    }
    check_clusters(draws.clusters())
}

fn varies(deviations: &[&[f64]]) -> Result<(), Undefined> {
    if deviations.iter().any(|z| z.iter().any(|x| x.abs() > 1e-12)) {
        return Ok(());
    }
    Err(Undefined::because(format!(
        "zero variance: all {} replicates are equal",
        deviations.len()
    )))
}

/// How much wider than a normal interval one over so many clusters is: the replicates vary less than
/// the estimate does by the root of (n - 1) / n, and how much it varies is estimated from n clusters,
/// as in Student's interval (Hesterberg 2015, section 5.3, doi:10.1080/00031305.2015.1089789).
pub fn widening(clusters: usize, confidence: f64) -> f64 {
    let (tail, n) = (0.5 * (1.0 - confidence), clusters as f64);
    let reach = student::upper_quantile(tail, n - 1.0) * (n / (n - 1.0)).sqrt();
    reach / upper_quantile(tail)
}
