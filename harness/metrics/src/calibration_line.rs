//! Calibration slope, calibration intercept, and calibration in the large.

use titer_core::{Labelled, Undefined};

use crate::checked::check;
use crate::logistic::{Fit, Overlap, expit, intercept, line, logit, overlap, points};
use crate::stats::bootstrap::FEWEST_CLUSTERS;

/// A number that was fitted, and how unsure it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The number.
    pub value: f64,
    /// Its standard error.
    pub standard_error: f64,
}

/// The line that the logit of a calibrated probability follows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CalibrationLine {
    /// 1 for a calibrated model; below 1 where probabilities are too extreme, above 1 where they are
    /// too timid.
    pub slope: Estimate,
    /// The intercept beside this slope, 0 for a calibrated model.
    pub intercept: Estimate,
}

/// Calibration slope and intercept.
///
/// # What it measures
/// The most likely line a + b logit(p) for the logit of the probability that is true, fitted to the
/// labels. Probabilities are clipped to [1e-7, 1 - 1e-7]. With clusters the standard errors are
/// those of Liang and Zeger 1986 (the sandwich over whole clusters, times G/(G - 1) for G clusters);
/// without, those of the inverse information, for independent examples.
///
/// # Range and direction
/// Any number; best at slope 1 and intercept 0.
///
/// # Source
/// Cox 1958, doi:10.1093/biomet/45.3-4.562; Miller, Hui and Tierney 1991, doi:10.1002/sim.4780100805
///
/// # Errors
/// A class is missing, all probabilities are equal, the probabilities separate positive from negative
/// examples (the best slope is infinite), a probability is not in [0, 1], or the clusters do not fit
/// the examples or are fewer than 10.
pub fn calibration_line(
    data: Labelled<'_>,
    cluster_of: Option<&[u32]>,
) -> Result<CalibrationLine, Undefined> {
    let points = points(data)?;
    match overlap(&points) {
        Overlap::Mixed => {}
        Overlap::OneLogit => return Err(Undefined::because("all probabilities are equal")),
        Overlap::PositivesAbove | Overlap::PositivesBelow => {
            return Err(Undefined::because(
                "the probabilities separate positive from negative examples: the best slope is \
                 infinite",
            ));
        }
    }
    let fit = line(&points)?;
    let [slope, intercept] = match cluster_of {
        None => [
            1.0 / fit.squares,
            1.0 / fit.weight + fit.mean * fit.mean / fit.squares,
        ],
        Some(cluster_of) => sandwich(data, cluster_of, &fit, |off, residual| {
            let turn = off * residual / fit.squares;
            [turn, residual / fit.weight - fit.mean * turn]
        })?,
    };
    Ok(CalibrationLine {
        slope: estimate(fit.slope, slope),
        intercept: estimate(fit.intercept, intercept),
    })
}

/// Calibration in the large.
///
/// # What it measures
/// The most likely intercept beside a slope of 1: by how much the logit of every probability would
/// have to move for the mean probability to be the share of positives. Otherwise as
/// [`calibration_line`].
///
/// # Range and direction
/// Any number; best at 0, above 0 where probabilities are too low.
///
/// # Source
/// Cox 1958, doi:10.1093/biomet/45.3-4.562; Steyerberg et al. 2010, doi:10.1097/EDE.0b013e3181c30fb2
///
/// # Errors
/// A class is missing, a probability is not in [0, 1], or the clusters do not fit the examples or are
/// fewer than 10.
pub fn calibration_in_the_large(
    data: Labelled<'_>,
    cluster_of: Option<&[u32]>,
) -> Result<Estimate, Undefined> {
    let fit = intercept(&points(data)?, 1.0);
    let variance = match cluster_of {
        None => 1.0 / fit.weight,
        Some(cluster_of) => {
            let [variance] =
                sandwich(
                    data,
                    cluster_of,
                    &fit,
                    |_, residual| [residual / fit.weight],
                )?;
            variance
        }
    };
    Ok(estimate(fit.intercept, variance))
}

fn estimate(value: f64, variance: f64) -> Estimate {
    Estimate {
        value,
        standard_error: variance.sqrt(),
    }
}

/// The variance of what was fitted: the sum of squares, over clusters, of what each cluster pulls.
/// `pull` takes an example's logit less the mean, and its residual.
fn sandwich<const N: usize>(
    data: Labelled<'_>,
    cluster_of: &[u32],
    fit: &Fit,
    pull: impl Fn(f64, f64) -> [f64; N],
) -> Result<[f64; N], Undefined> {
    let pulls = per_cluster(data, cluster_of, |truth, probability| {
        let logit = logit(probability);
        let expected = expit(fit.intercept + fit.slope * logit);
        pull(logit - fit.mean, f64::from(u8::from(truth)) - expected)
    })?;
    let clusters = pulls.len() as f64;
    let mut variance = [0.0; N];
    for cluster in &pulls {
        for (sum, one) in variance.iter_mut().zip(cluster) {
            *sum += one * one * clusters / (clusters - 1.0);
        }
    }
    Ok(variance)
}

/// Sums over the examples of each cluster that holds any, in an order that does not depend on that of
/// the examples.
pub(crate) fn per_cluster<const N: usize>(
    data: Labelled<'_>,
    cluster_of: &[u32],
    of: impl Fn(bool, f64) -> [f64; N],
) -> Result<Vec<[f64; N]>, Undefined> {
    check(data)?;
    let (examples, numbers) = (data.truth.len(), cluster_of.len());
    if numbers != examples {
        return Err(Undefined::because(format!(
            "{examples} examples but {numbers} cluster numbers"
        )));
    }
    let mut rows: Vec<(u32, f64, bool)> = cluster_of
        .iter()
        .zip(data.probability)
        .zip(data.truth)
        .map(|((&cluster, &probability), &truth)| (cluster, probability + 0.0, truth))
        .collect();
    rows.sort_unstable_by(|a, b| {
        (a.0.cmp(&b.0))
            .then(a.1.total_cmp(&b.1))
            .then(a.2.cmp(&b.2))
    });
    let sum = |rows: &[(u32, f64, bool)]| {
        let mut sum = [0.0; N];
        for &(_, probability, truth) in rows {
            for (sum, one) in sum.iter_mut().zip(of(truth, probability)) {
                *sum += one;
            }
        }
        sum
    };
    let sums: Vec<[f64; N]> = rows.chunk_by(|a, b| a.0 == b.0).map(sum).collect();
    if sums.len() < FEWEST_CLUSTERS {
        return Err(Undefined::because(format!(
            "{} clusters are too few ({FEWEST_CLUSTERS} needed)",
            sums.len()
        )));
    }
    Ok(sums)
}

#[cfg(test)]
mod tests {
    use titer_core::Stream;

    use super::*;
    use crate::trial::Trial;

    fn data<'a>(truth: &'a [bool], probability: &'a [f64]) -> Labelled<'a> {
        Labelled {
            truth,
            probability,
            threshold: 0.5,
        }
    }

    #[test]
    fn says_why_there_is_no_line() {
        let reason = |truth: &[bool], probability: &[f64]| {
            calibration_line(data(truth, probability), None)
                .unwrap_err()
                .0
        };
        assert_eq!(reason(&[], &[]), "no examples");
        assert_eq!(reason(&[true; 2], &[0.1, 0.9]), "no negative example");
        assert_eq!(
            reason(&[true, false], &[0.5; 2]),
            "all probabilities are equal"
        );
        let separated = reason(&[true, false], &[0.6, 0.5]);
        assert!(separated.starts_with("the probabilities separate"));
        let trial = Trial::new(50, 3, 0.5, 100, 1);
        let few = calibration_line(trial.data(), Some(&trial.cluster_of));
        assert_eq!(few.unwrap_err().0, "3 clusters are too few (10 needed)");
        let short = calibration_line(trial.data(), Some(&trial.cluster_of[1..]));
        assert_eq!(short.unwrap_err().0, "50 examples but 49 cluster numbers");
    }

    /// Labels drawn from a known line: the line is found within its standard error.
    #[test]
    fn finds_a_planted_line() {
        let mut stream = Stream::new(3, "test", "");
        let probability: Vec<f64> = (0..40_000).map(|_| stream.uniform()).collect();
        let planted = |p: f64| expit(0.4 + 0.6 * logit(p));
        let truth: Vec<bool> = probability
            .iter()
            .map(|&p| stream.uniform() < planted(p))
            .collect();
        let line = calibration_line(data(&truth, &probability), None).unwrap();
        for (found, planted) in [(line.intercept, 0.4), (line.slope, 0.6)] {
            assert!((found.value - planted).abs() < 3.5 * found.standard_error);
            assert!(found.standard_error < 0.02);
        }
    }

    #[test]
    fn order_changes_nothing() {
        let trial = Trial::new(500, 30, 0.4, 70, 5);
        let other = trial.shuffled(1);
        let line = |trial: &Trial| calibration_line(trial.data(), Some(&trial.cluster_of)).unwrap();
        assert_eq!(line(&trial), line(&other));
        let large = |trial: &Trial| {
            calibration_in_the_large(trial.data(), Some(&trial.cluster_of)).unwrap()
        };
        assert_eq!(large(&trial), large(&other));
    }
}
