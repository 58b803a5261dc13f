//! Means and sums of squares of true and predicted values.

use titer_core::{Multiplicity, Undefined, Valued};
use titer_statistics::pairwise;

use super::checked::exponent;
use crate::checked::no_examples;
use crate::clustering::PerClustering;

/// What correlations and explained variance need to know of some examples. Index 0 is the truth,
/// 1 what is predicted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moments {
    pub(crate) examples: u64,
    mean: [f64; 2],
    /// Sums of squared distances from the mean.
    pub(crate) squares: [f64; 2],
    /// Sum of the products of the distances from the means.
    pub(crate) product: f64,
    /// Sum of squared distances of truth and prediction.
    pub(crate) residual: f64,
    lowest: [f64; 2],
    highest: [f64; 2],
}

/// Moments of data, and of any draw of its clusters.
pub(crate) struct Summed {
    /// Truth, prediction and example, in an order that does not depend on that of the examples.
    pairs: Vec<([f64; 2], u32)>,
    once: Moments,
    clustered: PerClustering<Vec<Moments>>,
}

impl Moments {
    fn none() -> Self {
        Self {
            examples: 0,
            mean: [0.0; 2],
            squares: [0.0; 2],
            product: 0.0,
            residual: 0.0,
            lowest: [f64::INFINITY; 2],
            highest: [f64::NEG_INFINITY; 2],
        }
    }

    fn of(pairs: &[[f64; 2]]) -> Self {
        if pairs.is_empty() {
            return Self::none();
        }
        let sum = |of: &dyn Fn(&[f64; 2]) -> f64| {
            let numbers: Vec<f64> = pairs.iter().map(of).collect();
            pairwise(&numbers)
        };
        let mean = [0, 1].map(|side| sum(&|pair| pair[side]) / pairs.len() as f64);
        let away = |pair: &[f64; 2], side: usize| pair[side] - mean[side];
        let end = |start: f64, choose: fn(f64, f64) -> f64| {
            [0, 1].map(|side| pairs.iter().map(|pair| pair[side]).fold(start, choose))
        };
        Self {
            examples: pairs.len() as u64,
            mean,
            squares: [0, 1].map(|side| sum(&|pair| away(pair, side) * away(pair, side))),
            product: sum(&|pair| away(pair, 0) * away(pair, 1)),
            residual: sum(&|pair| (pair[0] - pair[1]) * (pair[0] - pair[1])),
            lowest: end(f64::INFINITY, f64::min),
            highest: end(f64::NEG_INFINITY, f64::max),
        }
    }

    /// The moments of parts taken together, each as often as it counts (Chan, Golub and LeVeque
    /// 1983, doi:10.1080/00031305.1983.10483115): distances are taken from the new mean, so that
    /// nothing large is taken from something large.
    fn together(parts: &[Self], counts: &[u32]) -> Self {
        let mut all = Self::none();
        let drawn = || {
            let pairs = parts.iter().zip(counts);
            pairs.filter(|(part, times)| **times > 0 && part.examples > 0)
        };
        let mut sum = [0.0; 2];
        for (part, &times) in drawn() {
            let examples = u64::from(times) * part.examples;
            all.examples += examples;
            for (side, sum) in sum.iter_mut().enumerate() {
                *sum += examples as f64 * part.mean[side];
                all.lowest[side] = all.lowest[side].min(part.lowest[side]);
                all.highest[side] = all.highest[side].max(part.highest[side]);
            }
        }
        all.mean = sum.map(|sum| sum / all.examples.max(1) as f64);
        for (part, &times) in drawn() {
            let (times, examples) = (f64::from(times), part.examples as f64);
            let away = [0, 1].map(|side| part.mean[side] - all.mean[side]);
            for (side, away) in away.iter().enumerate() {
                all.squares[side] += times * (part.squares[side] + examples * away * away);
            }
            all.product += times * (part.product + examples * away[0] * away[1]);
            all.residual += times * part.residual;
        }
        all
    }

    /// Whether a side has one value only. Sums cannot tell: rounding leaves something over.
    pub(crate) fn constant(&self, side: usize) -> bool {
        self.lowest[side] == self.highest[side]
    }
}

impl Summed {
    /// Each side on its own scale.
    pub(crate) fn apart(data: Valued<'_>) -> Self {
        Self::new(data, [exponent(data.truth), exponent(data.predicted)])
    }

    /// Both sides on the same scale.
    pub(crate) fn alike(data: Valued<'_>) -> Self {
        let both = exponent(data.truth.iter().chain(data.predicted));
        Self::new(data, [both; 2])
    }

    fn new(data: Valued<'_>, exponents: [i32; 2]) -> Self {
        // Adding 0 makes one zero of the two.
        let scaled = |value: f64, side: usize| libm::scalbn(value, -exponents[side]) + 0.0;
        let values = data.truth.iter().zip(data.predicted).zip(0u32..);
        let mut pairs: Vec<([f64; 2], u32)> = values
            .map(|((&truth, &predicted), index)| ([scaled(truth, 0), scaled(predicted, 1)], index))
            .collect();
        pairs.sort_unstable_by(|(a, _), (b, _)| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
        let all: Vec<[f64; 2]> = pairs.iter().map(|&(pair, _)| pair).collect();
        Self {
            once: Moments::of(&all),
            pairs,
            clustered: PerClustering::new(),
        }
    }

    /// The moments where each example counts as often as said: at least one does.
    pub(crate) fn moments(&self, multiplicity: Multiplicity<'_>) -> Result<Moments, Undefined> {
        let Multiplicity::PerCluster { counts, cluster_of } = multiplicity else {
            return Ok(self.once);
        };
        let moments = self.clustered.read(
            cluster_of,
            self.pairs.len(),
            counts.len(),
            |of, clusters| self.per_cluster(of, clusters),
            |parts| Moments::together(parts, counts),
        )?;
        if moments.examples == 0 {
            return Err(no_examples());
        }
        Ok(moments)
    }

    fn per_cluster(&self, cluster_of: &[u32], clusters: usize) -> Vec<Moments> {
        let mut parts = vec![Vec::new(); clusters];
        for &(pair, index) in &self.pairs {
            parts[cluster_of[index as usize] as usize].push(pair);
        }
        parts.iter().map(|pairs| Moments::of(pairs)).collect()
    }
}
