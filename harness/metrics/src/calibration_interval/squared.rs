//! Ends of a sum of squares.
//!
//! Below, the data's sum is that of the truth t, plus twice the deviation along the truth times the root
//! of t, plus the deviation's own square; the smallest t is sought for which the data's sum is not too
//! large by what the replicates show. Above, the root of the truth's sum is at most that of the data's
//! plus what chance took away along the truth; what the deviation's own square adds is not counted on,
//! because noise that is added to the replicates would lower the end. Of directions of the truth the one
//! along which deviations are spread most is taken, and the data's own.

use titer_statistics::norm::{Known, widening};
use titer_statistics::quantile;

/// Steps of the search for the direction of the largest spread.
const STEPS: usize = 200;

/// Steps of bisection: far below what replicates can tell.
const HALVINGS: usize = 24;

/// Lower and upper end of the truth's sum of squares.
pub(super) fn ends(known: &Known, clusters: usize, confidence: f64) -> (f64, f64) {
    let deviations: Vec<&[f64]> = known
        .deviations
        .iter()
        .flatten()
        .map(Vec::as_slice)
        .collect();
    let widen = widening(clusters, confidence);
    let tail = 0.5 * (1.0 - confidence);
    let sum = square(&known.process);
    let paths: Vec<Vec<(f64, f64)>> = directions(&known.process, &deviations)
        .iter()
        .map(|direction| {
            let pair = |z: &&[f64]| (widen * dot(z, direction), widen * widen * square(z));
            deviations.iter().map(pair).collect()
        })
        .collect();
    let furthest = |of: &dyn Fn(f64, f64) -> f64| {
        let ends = paths.iter().flat_map(|path| {
            [1.0, -1.0].map(|way| {
                let mut sums: Vec<f64> = path.iter().map(|&(z, zz)| of(way * z, zz)).collect();
                sums.sort_unstable_by(f64::total_cmp);
                quantile(&sums, 1.0 - tail)
            })
        });
        ends.fold(0.0, f64::max)
    };
    let too_small = |truth: f64| {
        let root = 2.0 * truth.sqrt();
        sum > truth + furthest(&|z, zz| root * z + zz)
    };
    let root = sum.sqrt() + furthest(&|z, _| z);
    (boundary(0.0, sum, too_small), (root * root).min(1.0))
}

/// Where a statement that is true from `low` on stops being so; `low` where it is never true.
fn boundary(low: f64, high: f64, holds: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (low, high);
    if !holds(low) {
        return low;
    }
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        if holds(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

/// Directions of length 1: that of the largest spread, and the data's own.
fn directions(process: &[f64], deviations: &[&[f64]]) -> Vec<Vec<f64>> {
    let mut spread = unit(vec![1.0; process.len()]);
    let covariance = covariance(process.len(), deviations);
    for _ in 0..STEPS {
        let turned = covariance.iter().map(|row| dot(row, &spread)).collect();
        spread = unit(turned);
    }
    vec![spread, unit(process.to_vec())]
}

fn covariance(coordinates: usize, deviations: &[&[f64]]) -> Vec<Vec<f64>> {
    let mut rows = vec![vec![0.0; coordinates]; coordinates];
    for z in deviations {
        for (row, a) in rows.iter_mut().zip(*z) {
            for (sum, b) in row.iter_mut().zip(*z) {
                *sum += a * b;
            }
        }
    }
    rows
}

fn unit(vector: Vec<f64>) -> Vec<f64> {
    let length = square(&vector).sqrt();
    match length > 0.0 {
        true => vector.iter().map(|x| x / length).collect(),
        false => vector,
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn square(vector: &[f64]) -> f64 {
    dot(vector, vector)
}
