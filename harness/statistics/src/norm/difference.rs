//! How far the difference of two norms on the same examples may lie from its estimate.
//!
//! Of sums. Where a coordinate is clearly not 0 its share of the difference moves with the residuals, and a
//! bootstrap of it says how far. Where it may be 0 it does not: of two variants of which one is calibrated
//! there, the other's error is all of the distance between them, whatever sign chance gave it. So the
//! ends are those of three truths that the data cannot tell apart: the estimate; the base without error
//! in every coordinate where it may have none (there the candidate's is largest); the candidate likewise.
//! The distance between the two, which pairing measures well, stays what it is. Under each truth the
//! replicates' deviations say where the estimated difference falls, and what is not within the middle
//! 95 % of that is left out (a bootstrap at several values of a nuisance parameter; Davison and Hinkley
//! 1997, section 5.4).
//!
//! Of largest values, where the same is too narrow, each end is the nearer of two that hold at half of what may be
//! missed: one from what chance can have added to either side, one because norms differ by no more than the
//! norm of the difference of the two processes. It is conservative.

use super::{Known, Norm, minus, widening};
use crate::quantile;

/// A truth: candidate's coordinates and base's.
type Truth = (Vec<f64>, Vec<f64>);

/// How much of what chance alone makes of so many coordinates, squared and added, is taken for chance: nine
/// tenths of repeated samples. More leaves intervals wider and covers no better
/// (`examples/calibration_coverage.txt`).
const CHANCE: f64 = 1.281_551_565_544_600_4;

/// Replicates' deviations of candidate and base, where both are there.
pub(super) type Pairs<'a> = [(&'a [f64], &'a [f64])];

/// Lower and upper end of candidate minus base over so many clusters.
pub(super) fn ends(
    a: &Known,
    b: &Known,
    pairs: &Pairs<'_>,
    clusters: usize,
    confidence: f64,
) -> (f64, f64) {
    let tail = 0.5 * (1.0 - confidence);
    match a.norm {
        Norm::Sum => of_sums(a, b, pairs, tail, widening(clusters, confidence)),
        Norm::Largest => {
            let widen = widening(clusters, 1.0 - tail);
            of_largest(a, b, pairs, 0.5 * tail, widen)
        }
    }
}

fn of_largest(a: &Known, b: &Known, pairs: &Pairs<'_>, tail: f64, widen: f64) -> (f64, f64) {
    let norm = Norm::Largest;
    let place = |mut numbers: Vec<f64>, tail: f64| {
        numbers.sort_unstable_by(f64::total_cmp);
        widen * quantile(&numbers, 1.0 - tail)
    };
    let apart = pairs.iter().map(|(z, w)| norm.of(&minus(z, w))).collect();
    let distance = norm.of(&minus(&a.process, &b.process)) + place(apart, 2.0 * tail);
    let added = pairs.iter().map(|(z, w)| norm.of(z) + norm.of(w)).collect();
    let added = place(added, tail);
    let estimate = norm.of(&a.process) - norm.of(&b.process);
    (
        (estimate - added).max(-distance),
        (estimate + added).min(distance),
    )
}

fn of_sums(a: &Known, b: &Known, pairs: &Pairs<'_>, tail: f64, widen: f64) -> (f64, f64) {
    let apart = |a: &[f64], b: &[f64]| Norm::Sum.of(a) - Norm::Sum.of(b);
    let estimate = apart(&a.process, &b.process);
    let (mut lower, mut upper) = (estimate, estimate);
    for (x, y) in truths(a, b, pairs) {
        let truth = apart(&x, &y);
        let missed = |(z, w): &(&[f64], &[f64])| apart(&plus(&x, z), &plus(&y, w)) - truth;
        let mut missed: Vec<f64> = pairs.iter().map(missed).collect();
        missed.sort_unstable_by(f64::total_cmp);
        lower = lower.min(estimate - widen * quantile(&missed, 1.0 - tail));
        upper = upper.max(estimate - widen * quantile(&missed, tail));
    }
    (lower, upper)
}

fn truths(a: &Known, b: &Known, pairs: &Pairs<'_>) -> [Truth; 3] {
    let (x, y) = (&a.process, &b.process);
    let of_a: Vec<&[f64]> = pairs.iter().map(|pair| pair.0).collect();
    let of_b: Vec<&[f64]> = pairs.iter().map(|pair| pair.1).collect();
    // Without error here, the other keeps its distance from it.
    let without = |own: &[f64], other: &[f64], maybe: &[bool]| -> (Vec<f64>, Vec<f64>) {
        let both = own.iter().zip(other).zip(maybe);
        both.map(|((own, other), maybe)| match maybe {
            true => (0.0, other - own),
            false => (*own, *other),
        })
        .unzip()
    };
    let (base, candidate) = without(y, x, &may_be_zero(y, &of_b));
    let no_base = (candidate, base);
    let no_candidate = without(x, y, &may_be_zero(x, &of_a));
    [(x.clone(), y.clone()), no_base, no_candidate]
}

/// Which coordinates may all be 0 at once: as many, from the nearest to 0, as chance explains together, by their
/// squares in units of their spread.
fn may_be_zero(process: &[f64], deviations: &[&[f64]]) -> Vec<bool> {
    let spreads = super::direction::spreads(process.len(), deviations);
    let in_spreads = |(&x, &spread): (&f64, &f64)| match (x == 0.0, spread > 0.0) {
        (true, _) => 0.0,
        (_, true) => (x / spread).abs(),
        _ => f64::INFINITY,
    };
    nearest(
        &process
            .iter()
            .zip(&spreads)
            .map(in_spreads)
            .collect::<Vec<f64>>(),
    )
}

/// The most coordinates, nearest first, whose squares add up to no more than [`CHANCE`] leaves.
fn nearest(distances: &[f64]) -> Vec<bool> {
    let mut order: Vec<usize> = (0..distances.len()).collect();
    order.sort_by(|&one, &other| distances[one].total_cmp(&distances[other]));
    let (mut sum, mut most) = (0.0, 0);
    for (count, &at) in (1u32..).zip(&order) {
        sum += distances[at] * distances[at];
        if sum <= chi_square(f64::from(count)) {
            most = count as usize;
        }
    }
    let mut zero = vec![false; distances.len()];
    order[..most].iter().for_each(|&at| zero[at] = true);
    zero
}

/// The quantile of chi-square at [`CHANCE`] standard deviations (Wilson and Hilferty 1931,
/// doi:10.1073/pnas.17.12.684).
fn chi_square(freedom: f64) -> f64 {
    let part = 2.0 / (9.0 * freedom);
    freedom * (1.0 - part + CHANCE * part.sqrt()).powi(3)
}

fn plus(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a + b).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_chance_explains_may_be_zero() {
        // 0.9 quantiles of chi-square with 1, 2 and 15 degrees: 2.706, 4.605, 22.307 (SciPy).
        assert!((chi_square(15.0) - 22.307).abs() < 0.02);
        assert_eq!(nearest(&[1.0, -0.0, 9.0]), [true, true, false]);
        assert_eq!(nearest(&[2.1, 0.0, 9.0]), [true, true, false]);
        assert_eq!(nearest(&[2.2, 0.0, 9.0]), [false, true, false]);
        assert_eq!(nearest(&[3.0, 4.0]), [false, false]);
        assert_eq!(nearest(&[]), [false; 0]);
    }

    fn known(process: &[f64], deviations: &[[f64; 2]]) -> Known {
        Known {
            norm: Norm::Sum,
            process: process.to_vec(),
            deviations: deviations.iter().map(|z| Some(z.to_vec())).collect(),
        }
    }

    fn both(a: &Known, b: &Known) -> (f64, f64) {
        let pairs = a.deviations.iter().zip(&b.deviations);
        let pairs: Vec<(&[f64], &[f64])> = pairs
            .filter_map(|(a, b)| Some((a.as_deref()?, b.as_deref()?)))
            .collect();
        of_sums(a, b, &pairs, 0.025, 1.0)
    }

    #[test]
    fn clear_coordinates_move_with_their_residuals() {
        // Spread 0.01 about 1 and 0.5, the base still: what moves is the candidate alone.
        let moves = |way: f64| [[0.01 * way, 0.0], [-0.01 * way, 0.0]];
        let (a, b) = (
            known(&[1.0, 0.5], &moves(1.0)),
            known(&[0.9, 0.5], &moves(0.0)),
        );
        let (lower, upper) = both(&a, &b);
        assert!(
            (lower - 0.09).abs() < 1e-3 && (upper - 0.11).abs() < 1e-3,
            "{lower} {upper}"
        );
    }

    #[test]
    fn unclear_coordinates_may_differ_by_all_of_their_distance() {
        // Both lie within their spread of 0.1 of 0, 0.01 apart: either may be the calibrated one.
        let moves = [[0.1, 0.0], [-0.1, 0.0]];
        let (a, b) = (known(&[0.03, 0.0], &moves), known(&[0.02, 0.0], &moves));
        let (lower, upper) = both(&a, &b);
        assert!(
            (lower + 0.01).abs() < 1e-3 && (upper - 0.03).abs() < 1e-3,
            "{lower} {upper}"
        );
    }
}
