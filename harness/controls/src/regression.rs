//! A regression on features in units of their standard deviation.

use crate::logistic::choose;
use crate::logistic::{Logistic, Rows};
use crate::number::Chosen;

/// A fitted regression.
#[derive(Clone, Debug)]
pub(crate) struct Regression {
    fitted: Logistic,
    means: Vec<f64>,
    scales: Vec<f64>,
}

impl Regression {
    /// Fits to rows less `means`; the penalty is chosen over folds of groups.
    pub(crate) fn fit(
        raw: Rows,
        means: Vec<f64>,
        class_of: &[usize],
        classes: usize,
        groups: &[&str],
        seed: u64,
    ) -> (Self, Chosen) {
        let scales = raw.scales();
        let rows = Rows::new((0..raw.len()).map(|row| standard(raw.row(row), &means, &scales)));
        drop(raw);
        let (fitted, penalty) = choose::fit(&rows, class_of, classes, groups, seed);
        let chosen = Chosen {
            log_loss: penalty.log_loss,
            penalty: Some(penalty),
        };
        let regression = Self {
            fitted,
            means,
            scales,
        };
        (regression, chosen)
    }

    /// Fits to rows as they are, with a penalty that is given.
    pub(crate) fn with_penalty(raw: &Rows, class_of: &[usize], l2: f64) -> Self {
        let (means, scales) = (vec![0.0; raw.features()], raw.scales());
        let rows = Rows::new((0..raw.len()).map(|row| standard(raw.row(row), &means, &scales)));
        Self {
            fitted: Logistic::fit(&rows, class_of, 2, l2, None),
            means,
            scales,
        }
    }

    pub(crate) fn probabilities(&self, row: &[(u32, f64)]) -> Vec<f64> {
        let row = standard(row, &self.means, &self.scales);
        self.fitted.probabilities(&row)
    }
}

/// A row in units of standard deviations; a feature that did not vary, or was not seen, is left out.
fn standard(row: &[(u32, f64)], means: &[f64], scales: &[f64]) -> Vec<(u32, f64)> {
    row.iter()
        .filter_map(|(feature, value)| {
            let mean = means.get(*feature as usize)?;
            let scale = scales.get(*feature as usize)?;
            (*scale > 0.0).then_some((*feature, (value - mean) * scale))
        })
        .collect()
}
