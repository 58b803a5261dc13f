//! Rows of features, most of which are zero.

use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

/// Rows that one thread sums at a time. Part of the result: sums are taken in this order whatever the
/// number of threads.
const TOGETHER: usize = 2_048;

/// Rows of `(feature, value)`, ascending by feature.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    spans: Vec<Range<usize>>,
    /// Of all rows, also where these are some of them.
    entries: Arc<Vec<(u32, f64)>>,
    features: usize,
}

impl Rows {
    pub(crate) fn new(rows: impl IntoIterator<Item = Vec<(u32, f64)>>) -> Self {
        let (mut spans, mut entries) = (Vec::new(), Vec::new());
        for row in rows {
            let start = entries.len();
            entries.extend(row);
            spans.push(start..entries.len());
        }
        let features = entries
            .iter()
            .map(|(feature, _): &(u32, f64)| *feature as usize + 1)
            .max();
        Self {
            spans,
            entries: Arc::new(entries),
            features: features.unwrap_or(0),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.spans.len()
    }

    pub(crate) fn features(&self) -> usize {
        self.features
    }

    /// A row; none of it where there is no such row.
    pub(crate) fn row(&self, row: usize) -> &[(u32, f64)] {
        match self.spans.get(row) {
            Some(span) => &self.entries[span.clone()],
            None => &[],
        }
    }

    /// Some of the rows, with all features.
    pub(crate) fn some(&self, which: &[usize]) -> Self {
        let spans = which.iter().filter_map(|row| self.spans.get(*row).cloned());
        Self {
            spans: spans.collect(),
            entries: Arc::clone(&self.entries),
            features: self.features,
        }
    }

    /// One over each feature's standard deviation over all rows, zeros included; 0 where it does not
    /// vary.
    pub(crate) fn scales(&self) -> Vec<f64> {
        let mut sums = vec![(0.0, 0.0); self.features];
        for (feature, value) in (0..self.len()).flat_map(|row| self.row(row)) {
            let (sum, squares) = &mut sums[*feature as usize];
            *sum += value;
            *squares += value * value;
        }
        let count = self.len().max(1) as f64;
        sums.into_iter()
            .map(|(sum, squares)| {
                let mean: f64 = sum / count;
                let variance: f64 = squares / count - mean * mean;
                // Below this it is rounding.
                if variance > 1e-12 * (squares / count) {
                    1.0 / libm::sqrt(variance)
                } else {
                    0.0
                }
            })
            .collect()
    }

    /// The sum over rows of what `each` returns and adds to a vector of `size`; the second vector is room to work in.
    pub(crate) fn sum(
        &self,
        size: usize,
        each: impl Fn(usize, &mut [f64], &mut Vec<f64>) -> f64 + Sync,
    ) -> (f64, Vec<f64>) {
        let rows: Vec<usize> = (0..self.len()).collect();
        let parts: Vec<(f64, Vec<f64>)> = rows
            .par_chunks(TOGETHER)
            .map(|rows| {
                let mut vector = vec![0.0; size];
                let (mut sum, mut room) = (0.0, Vec::new());
                for row in rows {
                    sum += each(*row, &mut vector, &mut room);
                }
                (sum, vector)
            })
            .collect();
        let mut total = (0.0, vec![0.0; size]);
        for (sum, vector) in parts {
            total.0 += sum;
            for (total, part) in total.1.iter_mut().zip(vector) {
                *total += part;
            }
        }
        total
    }
}
