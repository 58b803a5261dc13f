//! Features less their means, without a change of the rows, most of which stay zero: the intercept takes it up. The optimum is
//! the same, and is found in a tenth of the steps, for features that are never negative hang together.

use super::Rows;

/// The mean of each feature.
#[derive(Debug)]
pub(super) struct Centred {
    means: Vec<f64>,
}

impl Centred {
    pub(super) fn new(rows: &Rows) -> Self {
        let mut means = vec![0.0; rows.features()];
        for row in 0..rows.len() {
            for (feature, value) in rows.row(row) {
                means[*feature as usize] += value / rows.len() as f64;
            }
        }
        Self { means }
    }

    /// Weights of features as they are, as weights of centred ones.
    pub(super) fn done(&self, weights: &[f64]) -> Vec<f64> {
        self.shifted(weights, 1.0)
    }

    /// Weights of centred features, as weights of features as they are.
    pub(super) fn undone(&self, weights: &[f64]) -> Vec<f64> {
        self.shifted(weights, -1.0)
    }

    fn shifted(&self, weights: &[f64], sign: f64) -> Vec<f64> {
        let mut shifted = weights.to_vec();
        for logit in shifted.chunks_mut(self.means.len() + 1) {
            if let [weights @ .., intercept] = logit {
                let pairs = weights.iter().zip(&self.means);
                *intercept += sign * pairs.map(|(weight, mean)| weight * mean).sum::<f64>();
            }
        }
        shifted
    }

    /// A slope along the weights of features as they are, as one along those of centred ones.
    pub(super) fn slope(&self, mut slope: Vec<f64>) -> Vec<f64> {
        for logit in slope.chunks_mut(self.means.len() + 1) {
            if let [slopes @ .., intercept] = logit {
                for (slope, mean) in slopes.iter_mut().zip(&self.means) {
                    *slope -= mean * *intercept;
                }
            }
        }
        slope
    }
}
