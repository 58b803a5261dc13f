//! The share of each class by one number: a regression on it and its square, or any shape, whichever tells more of rows
//! that it was not fitted on.

use crate::logistic::Rows;
use crate::logistic::choose::Penalty;
use crate::regression::Regression;
use crate::shape::Shape;

/// What cross-validation chose.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    /// The mean log loss on left-out folds.
    pub log_loss: f64,
    /// Of a regression, its penalty; `None` where it is no regression.
    pub penalty: Option<Penalty>,
}

/// A fitted number.
#[derive(Clone, Debug)]
pub struct Number {
    rule: Rule,
    chosen: Chosen,
}

#[derive(Clone, Debug)]
enum Rule {
    Smooth(Regression),
    Shape(Shape),
}

impl Number {
    /// Fits to a finite number of each row, 0 or more, with the class of each, below `classes`. Rows of a group are in one
    /// fold; `seed` deals them.
    #[must_use]
    pub fn fit(
        values: &[f64],
        class_of: &[usize],
        classes: usize,
        groups: &[&str],
        seed: u64,
    ) -> Self {
        let rows: Vec<Vec<f64>> = values.iter().map(|value| vec![*value]).collect();
        let shape = Shape::fit(&rows, class_of, classes, groups, seed);
        let raw = Rows::new(values.iter().map(|value| squared(*value)));
        let means = means(&raw);
        let (smooth, chosen) = Regression::fit(raw, means, class_of, classes, groups, seed);
        if chosen.log_loss <= shape.log_loss() {
            return Self {
                rule: Rule::Smooth(smooth),
                chosen,
            };
        }
        let chosen = Chosen {
            log_loss: shape.log_loss(),
            penalty: None,
        };
        Self {
            rule: Rule::Shape(shape),
            chosen,
        }
    }

    /// The probability of each class; they add up to 1.
    #[must_use]
    pub fn probabilities(&self, value: f64) -> Vec<f64> {
        match &self.rule {
            Rule::Smooth(smooth) => smooth.probabilities(&squared(value)),
            Rule::Shape(shape) => shape.probabilities(&[value]),
        }
    }

    /// What cross-validation chose.
    #[must_use]
    pub fn chosen(&self) -> Chosen {
        self.chosen.clone()
    }
}

/// The logarithm, for lengths are of all sizes, and its square, for the middle may matter.
fn squared(value: f64) -> Vec<(u32, f64)> {
    let value = libm::log1p(value);
    vec![(0, value), (1, value * value)]
}

fn means(rows: &Rows) -> Vec<f64> {
    let mut means = vec![0.0; rows.features()];
    for row in 0..rows.len() {
        for (feature, value) in rows.row(row) {
            means[*feature as usize] += value / rows.len() as f64;
        }
    }
    means
}
