//! The two distances with what chance adds to them and their intervals, by draws of whole clusters.

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use titer_core::{Interval, IntervalMethod, Undefined};

use super::{jensen_shannon, wasserstein};
use crate::bootstrap::{ClusterDraws, check_clusters};
use crate::norm::{Known, Norm, interval_of, widening};
use crate::normal::upper_quantile;
use crate::{check_confidence, quantile};

/// Intervals that the range of numbers is cut into, of about as many numbers each, for the process that is drawn again.
const PIECES: usize = 64;

/// A distance of two samples.
#[derive(Clone, Debug)]
pub struct Apart {
    /// The distance.
    pub value: f64,
    /// Without any correction for what chance adds.
    pub plain: f64,
    /// What chance alone would show on average between two samples like these of one distribution; `None` where there are too
    /// few clusters to say.
    pub floor: Option<f64>,
    /// Its interval, or why there is none.
    pub interval: Result<Interval, Undefined>,
}

/// Rows of numbers, summed by cluster: one side of a distance.
#[derive(Clone, Debug)]
pub struct SideSums {
    width: usize,
    sums: Vec<f64>,
}

impl SideSums {
    /// The sums of so many clusters, of rows of `width` numbers each with the number of its cluster. Whole numbers are summed
    /// exactly, others in the order of the rows.
    #[must_use]
    pub fn new(clusters: usize, width: usize, rows: impl Iterator<Item = (u32, Vec<f64>)>) -> Self {
        let mut sums = vec![0.0; clusters * width];
        for (cluster, row) in rows {
            let start = cluster as usize * width;
            let of_cluster = sums.get_mut(start..start + width).unwrap_or_default();
            for (sum, number) in of_cluster.iter_mut().zip(row) {
                *sum += number;
            }
        }
        Self { width, sums }
    }

    fn clusters(&self) -> usize {
        self.sums.len() / self.width.max(1)
    }

    /// The sum over all clusters, each as often as it was drawn.
    fn total(&self, counts: &[u32]) -> Vec<f64> {
        let mut total = vec![0.0; self.width];
        for (row, count) in self.sums.chunks(self.width.max(1)).zip(counts) {
            if *count > 0 {
                let count = f64::from(*count);
                for (total, number) in total.iter_mut().zip(row) {
                    *total += count * number;
                }
            }
        }
        total
    }

    fn once(&self) -> Vec<f64> {
        self.total(&vec![1; self.clusters()])
    }
}

/// What each replicate makes of the sums of both sides. The clusters of the first side are drawn first, and each side by itself.
fn replicates<T: Send>(
    sides: (&SideSums, &SideSums),
    draws: &ClusterDraws,
    of: impl Fn(&[f64], &[f64]) -> T + Sync,
) -> Vec<T> {
    let (one, other) = sides;
    (0..draws.replicates())
        .into_par_iter()
        .map(|replicate| {
            draws.read(replicate, |counts| {
                let (first, second) = counts.split_at(one.clusters().min(counts.len()));
                of(&one.total(first), &other.total(second))
            })
        })
        .collect()
}

/// Both sides have enough clusters; gives those of the smaller one, by whose number intervals are widened.
fn check(sides: (&SideSums, &SideSums), confidence: f64) -> Result<usize, Undefined> {
    check_confidence(confidence)?;
    let fewest = sides.0.clusters().min(sides.1.clusters());
    check_clusters(fewest).map(|()| fewest)
}

/// The Jensen-Shannon divergence (base 2) of two spectra of counts by cluster.
///
/// The plain divergence of two samples is too large: near equality it is a squared length, to which chance adds its variance,
/// whatever the length. The replicates lie above the plain value by as much, and that is taken off. The interval is Student's on
/// the standard error of the replicates, which where nothing lies apart is too large by a root of 3 and so errs to the wide side;
/// it ends at 0.
///
/// # Errors
/// A side counts nothing.
pub fn divergence(
    one: &SideSums,
    other: &SideSums,
    draws: &ClusterDraws,
    confidence: f64,
) -> Result<Apart, Undefined> {
    let plain = jensen_shannon(&one.once(), &other.once())
        .ok_or_else(|| Undefined::because("a side has no 4-mer"))?;
    let clusters = match check((one, other), confidence) {
        Ok(clusters) => clusters,
        Err(reason) => return Ok(alone(plain, reason)),
    };
    let drawn = replicates((one, other), draws, jensen_shannon);
    let drawn: Vec<f64> = drawn.into_iter().flatten().collect();
    let count = drawn.len().max(1) as f64;
    let mean = drawn.iter().sum::<f64>() / count;
    let variance = drawn
        .iter()
        .map(|it| (it - mean) * (it - mean))
        .sum::<f64>()
        / count;
    let added = (mean - plain).max(0.0);
    let reach = upper_quantile(0.5 * (1.0 - confidence)) * widening(clusters, confidence);
    let (value, reach) = (plain - added, reach * variance.sqrt());
    let interval = match drawn.len() > 1 && variance > 0.0 {
        true => Ok(Interval {
            lower: (value - reach).clamp(0.0, 1.0),
            upper: (value + reach).clamp(0.0, 1.0),
            confidence,
            method: IntervalMethod::ClusteredBootstrapT,
        }),
        false => Err(Undefined::because(
            "zero variance: all replicates are equal",
        )),
    };
    Ok(Apart {
        value: value.max(0.0),
        plain,
        floor: Some(added),
        interval,
    })
}

fn alone(plain: f64, reason: Undefined) -> Apart {
    Apart {
        value: plain,
        plain,
        floor: None,
        interval: Err(reason),
    }
}

/// The Wasserstein-1 distance of two samples of numbers, each with the number of its cluster; `clusters` says how many each side
/// has. The distance is the sum of the absolute areas between the two distribution functions: the interval is that of a norm
/// ([`crate::norm`]), of areas over pieces of the range.
///
/// # Errors
/// A side is empty.
pub fn transport(
    one: &[(u32, f64)],
    other: &[(u32, f64)],
    clusters: (usize, usize),
    draws: &ClusterDraws,
    confidence: f64,
) -> Result<Apart, Undefined> {
    let numbers = |side: &[(u32, f64)]| side.iter().map(|it| it.1).collect::<Vec<f64>>();
    let plain = wasserstein(&numbers(one), &numbers(other))
        .ok_or_else(|| Undefined::because("a side has no number"))?;
    let mut all = [numbers(one), numbers(other)].concat();
    all.sort_unstable_by(f64::total_cmp);
    let edges = edges(&all);
    let [Some(lowest), Some(highest)] = [all.first(), all.last()] else {
        return Err(Undefined::because("a side has no number"));
    };
    if lowest == highest {
        let reason = format!("every number of both sides is {lowest}");
        return Ok(alone(plain, Undefined::because(reason)));
    }
    let sums = |side: &[(u32, f64)], clusters| {
        let rows = side
            .iter()
            .map(|(cluster, number)| (*cluster, areas(&edges, *number)));
        SideSums::new(clusters, edges.len(), rows)
    };
    let (one, other) = (sums(one, clusters.0), sums(other, clusters.1));
    let fewest = match check((&one, &other), confidence) {
        Ok(fewest) => fewest,
        Err(reason) => return Ok(alone(plain, reason)),
    };
    let process = between(&one.once(), &other.once()).unwrap_or_default();
    let minus = |drawn: Vec<f64>| drawn.iter().zip(&process).map(|(a, b)| a - b).collect();
    let deviations = replicates((&one, &other), draws, |one, other| {
        between(one, other).map(minus)
    });
    let known = Known {
        norm: Norm::Sum,
        process: process.clone(),
        deviations,
    };
    let chance: Vec<f64> = known
        .deviations
        .iter()
        .flatten()
        .map(|it| Norm::Sum.of(it))
        .collect();
    Ok(Apart {
        value: plain,
        plain,
        floor: Some(chance.iter().sum::<f64>() / chance.len().max(1) as f64),
        interval: interval_of(plain, &known, fewest, highest - lowest, confidence),
    })
}

/// Where pieces of about as many numbers each begin and end, ascending, without repeats.
fn edges(sorted: &[f64]) -> Vec<f64> {
    let at = |piece: usize| quantile(sorted, piece as f64 / PIECES as f64);
    let mut edges: Vec<f64> = (0..=PIECES).map(at).collect();
    edges.dedup();
    edges
}

/// The area below a number's own distribution function over each piece, and 1 at last: the count.
fn areas(edges: &[f64], number: f64) -> Vec<f64> {
    let area = |piece: &[f64]| (piece[1] - number.max(piece[0])).max(0.0);
    edges.windows(2).map(area).chain([1.0]).collect()
}

/// The areas between two distribution functions; `None` where a side holds nothing.
fn between(one: &[f64], other: &[f64]) -> Option<Vec<f64>> {
    let ([one @ .., count], [other @ .., others]) = (one, other) else {
        return None;
    };
    let area = |(a, b): (&f64, &f64)| a / count - b / others;
    (*count > 0.0 && *others > 0.0).then(|| one.iter().zip(other).map(area).collect())
}
