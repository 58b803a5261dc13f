//! Ends of the largest gap of any bin.
//!
//! A bin of few examples has a gap of no use, and a bootstrap of it sees little: so each bin's share of
//! positives gets exact limits for as many examples as its clusters are worth, together at the wanted
//! confidence for the lower end, one by one for the upper, because the largest of the truth is one
//! fixed bin. A nearly empty bin lifts the upper end to nearly 1, because its gap may be anything.
//! Nothing is said of bins that hold no example of the data.

use titer_statistics::korn_graubard;
use titer_statistics::norm::widening;

use super::sheet::{Cell, Held, Sheet};

/// A bin's share of positives, what it should be, and how many independent examples it is worth.
#[derive(Clone, Debug)]
pub(super) struct Bin {
    share: f64,
    expected: f64,
    examples: f64,
    /// As many as if the examples of a cluster were one.
    fewest: f64,
    clusters: usize,
    /// The variance of the gap, from clusters.
    variance: f64,
}

/// The bins that hold a cell; `bins` gives that of each cell and never falls.
pub(super) fn bins(sheet: &Sheet, bins: &[usize]) -> Vec<Bin> {
    let mut rest = sheet.cells.as_slice();
    let made = bins.chunk_by(|a, b| a == b).map(|run| {
        let (these, others) = rest.split_at(run.len());
        rest = others;
        Bin::new(these)
    });
    made.collect()
}

/// Lower and upper end.
pub(super) fn ends(made: &[Bin], confidence: f64) -> (f64, f64) {
    let tail = 0.5 * (1.0 - confidence);
    // A gap goes either way.
    let together = 0.5 * tail / made.len() as f64;
    let lower = made.iter().map(|bin| bin.nearest(together));
    let upper = made.iter().map(|bin| bin.furthest(tail));
    (lower.fold(0.0, f64::max), upper.fold(0.0, f64::max))
}

impl Bin {
    fn new(cells: &[Cell]) -> Self {
        let mut parts: Vec<(u32, Held)> = Vec::with_capacity(cells.len());
        let mut whole = Held::default();
        for &cell in cells {
            let mut held = Held::default();
            held.add_cell(cell, 1.0);
            whole.add_cell(cell, 1.0);
            parts.push((cell.cluster, held));
        }
        // Stable, so that the residuals of a cluster are added by their probability.
        parts.sort_by_key(|part| part.0);
        let gap = whole.residual / whole.examples;
        let (mut clusters, mut weights, mut squares) = (0u32, 0.0, 0.0);
        for run in parts.chunk_by(|a, b| a.0 == b.0) {
            let weight: f64 = run.iter().map(|part| part.1.examples).sum();
            let residual: f64 = run.iter().map(|part| part.1.residual).sum();
            let away = residual - gap * weight;
            clusters += 1;
            weights += weight * weight;
            squares += away * away;
        }
        let examples = whole.examples;
        let correction = f64::from(clusters) / (f64::from(clusters) - 1.0).max(1.0);
        Self {
            share: whole.positives / examples,
            expected: whole.mean_probability(),
            examples,
            fewest: examples * examples / weights,
            clusters: clusters as usize,
            variance: correction * squares / (examples * examples),
        }
    }

    fn units(&self, tail: f64) -> f64 {
        let alone = self.share * (1.0 - self.share);
        if alone <= 0.0 || self.variance <= 0.0 || self.clusters < 3 {
            return self.fewest;
        }
        let widen = widening(self.clusters, 1.0 - 2.0 * tail);
        let units = alone / self.variance / (widen * widen);
        units.clamp(self.fewest, self.examples)
    }

    fn limits(&self, tail: f64) -> (f64, f64) {
        korn_graubard(self.share, self.units(tail), tail)
    }

    fn nearest(&self, tail: f64) -> f64 {
        let (lower, upper) = self.limits(tail);
        (lower - self.expected).max(self.expected - upper).max(0.0)
    }

    fn furthest(&self, tail: f64) -> f64 {
        let (lower, upper) = self.limits(tail);
        (upper - self.expected).max(self.expected - lower)
    }
}
