//! The class-wise error: one process over the bins of all classes.

use titer_core::{ClassesMetric, Classified, Interval, Multiplicity, Undefined};

use super::sheet::Sheet;
use super::unseen::fill;
use super::{floor, of_equal_width};
use crate::classwise_ece::ClasswiseEce;
use crate::stats::norm::{Known, check, difference_of, interval_of};
use crate::stats::normal::upper_quantile;
use crate::stats::{ClusterDraws, Norm};

/// More numbers than this, replicates by bins that hold something, are not kept (1 GiB).
const MOST_NUMBERS: usize = 1 << 27;

/// The interval of the class-wise error with so many bins of equal width.
///
/// # Errors
/// As [`super::calibration_interval`]; further where there are so many classes that the residuals of
/// all replicates are more than can be kept.
pub fn classwise_interval(
    bins: usize,
    data: Classified<'_>,
    cluster_of: &[u32],
    draws: &ClusterDraws,
    confidence: f64,
) -> Result<Interval, Undefined> {
    let side = side(bins, data, cluster_of, draws, confidence)?;
    interval_of(side.0, &side.1, draws.clusters(), 1.0, confidence)
}

/// The interval of candidate minus base, two variants on the same examples.
///
/// # Errors
/// As [`classwise_interval`]; further where the two differ in their number of classes, or not at all
/// in any replicate.
pub fn classwise_difference_interval(
    bins: usize,
    candidate: Classified<'_>,
    base: Classified<'_>,
    cluster_of: &[u32],
    draws: &ClusterDraws,
    confidence: f64,
) -> Result<Interval, Undefined> {
    let (a, x) = side(bins, candidate, cluster_of, draws, confidence)?;
    let (b, y) = side(bins, base, cluster_of, draws, confidence)?;
    difference_of((a, b), &x, &y, draws.clusters(), confidence)
}

/// The value of one variant and what it is a norm of.
fn side(
    bins: usize,
    data: Classified<'_>,
    cluster_of: &[u32],
    draws: &ClusterDraws,
    confidence: f64,
) -> Result<(f64, Known), Undefined> {
    let error = ClasswiseEce { bins };
    let point = error.prepare(data).value(Multiplicity::Once)?;
    check(&[point], draws, confidence)?;
    let numbers = bins
        .checked_mul(data.classes)
        .and_then(|bins| bins.checked_mul(draws.replicates()));
    if numbers.is_none_or(|numbers| numbers > MOST_NUMBERS) {
        return Err(Undefined::because(format!(
            "{} classes are too many for {} replicates of {bins} bins",
            data.classes,
            draws.replicates()
        )));
    }
    let z = upper_quantile(0.5 * (1.0 - confidence));
    let part = 1.0 / data.classes as f64;
    let mut whole = Known {
        norm: Norm::Sum,
        process: Vec::new(),
        deviations: Vec::new(),
    };
    let mut least = Vec::new();
    for class in 0..data.classes {
        let rows = data.probability.chunks_exact(data.classes);
        let pairs = rows.zip(data.truth);
        let pairs = pairs.map(|(row, &truth)| (row[class], truth as usize == class));
        let sheet = Sheet::new(pairs, cluster_of, draws)?;
        let (known, linear) = of_equal_width(&sheet, bins, draws);
        let total = sheet.examples as f64;
        least.extend(floor(&linear.held, total, z).iter().map(|one| part * one));
        add(&mut whole, known, part);
    }
    fill(&mut whole, &least);
    Ok((point, whole))
}

/// Adds the coordinates of another class; all classes are undefined in the same replicates.
fn add(whole: &mut Known, class: Known, part: f64) {
    let scaled = |all: Vec<f64>| all.into_iter().map(move |one| part * one);
    whole.process.extend(scaled(class.process));
    if whole.deviations.is_empty() {
        let each = class.deviations.into_iter();
        whole.deviations = each.map(|z| Some(scaled(z?).collect())).collect();
        return;
    }
    for (sum, z) in whole.deviations.iter_mut().zip(class.deviations) {
        match (sum.as_mut(), z) {
            (Some(sum), Some(z)) => sum.extend(scaled(z)),
            _ => *sum = None,
        }
    }
}
