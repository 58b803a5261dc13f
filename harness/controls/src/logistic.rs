//! Logistic regression with an L2 penalty: two classes by one logit, more by softmax.
//!
//! Minimized is the mean log loss plus `l2 / 2` times the squared weights, intercepts left out; in
//! scikit-learn's terms `C = 1 / (n * l2)`.

mod centred;
pub(crate) mod choose;
mod lanes;
mod minimize;
mod rows;

use centred::Centred;
use lanes::LANES;
pub(crate) use rows::Rows;

/// A fitted regression.
#[derive(Clone, Debug)]
pub(crate) struct Logistic {
    /// `[logits, features + 1]`, the intercept last.
    weights: Vec<f64>,
    features: usize,
    classes: usize,
    /// Whether the gradient vanished before the iterations ran out.
    pub(crate) converged: bool,
    /// Iterations taken.
    pub(crate) iterations: usize,
}

/// Two classes need one logit, more need one each.
fn logits(classes: usize) -> usize {
    if classes == 2 { 1 } else { classes }
}

impl Logistic {
    /// Fits to rows with their class, starting from `start` where it is of the same shape.
    pub(crate) fn fit(
        rows: &Rows,
        classes: &[usize],
        number: usize,
        l2: f64,
        start: Option<&Self>,
    ) -> Self {
        Self::fit_to(rows, classes, number, l2, start, minimize::FLAT)
    }

    /// The same, until no slope is larger than `flat`.
    pub(crate) fn fit_to(
        rows: &Rows,
        classes: &[usize],
        number: usize,
        l2: f64,
        start: Option<&Self>,
        flat: f64,
    ) -> Self {
        let width = rows.features() + 1;
        let size = logits(number) * width;
        let start = start
            .filter(|start| start.weights.len() == size)
            .map_or_else(|| vec![0.0; size], |start| start.weights.clone());
        let centred = Centred::new(rows);
        let problem = |weights: &[f64]| {
            let (loss, slope) = loss(rows, classes, number, l2, &centred.undone(weights));
            (loss, centred.slope(slope))
        };
        let found = minimize::minimize(&problem, centred.done(&start), flat);
        Self {
            weights: centred.undone(&found.at),
            features: rows.features(),
            classes: number,
            converged: found.converged,
            iterations: found.iterations,
        }
    }

    /// The probability of each class for a row of `(feature, value)`; features that were not there
    /// when it was fitted count nothing.
    pub(crate) fn probabilities(&self, row: &[(u32, f64)]) -> Vec<f64> {
        let mut all = Vec::with_capacity(self.classes);
        self.fill(row, &mut all);
        all
    }

    fn fill(&self, row: &[(u32, f64)], all: &mut Vec<f64>) {
        probabilities(&self.weights, self.features, self.classes, row, all);
    }

    /// The mean log loss on rows, probabilities clipped at 1e-15.
    pub(crate) fn log_loss(&self, rows: &Rows, classes: &[usize]) -> f64 {
        let mut all = Vec::with_capacity(self.classes);
        let sum: f64 = classes
            .iter()
            .enumerate()
            .map(|(row, class)| {
                self.fill(rows.row(row), &mut all);
                -libm::log(all.get(*class).copied().unwrap_or(0.0).max(1e-15))
            })
            .sum();
        sum / classes.len().max(1) as f64
    }
}

/// The probability of each class, into `all`: a fit asks for those of every row many times.
fn probabilities(
    weights: &[f64],
    features: usize,
    classes: usize,
    row: &[(u32, f64)],
    all: &mut Vec<f64>,
) {
    all.clear();
    if classes == 2 {
        all.push(0.0);
    }
    all.extend(weights.chunks(features + 1).map(|weights| {
        let known = row
            .iter()
            .filter(|(feature, _)| (*feature as usize) < features);
        weights[features]
            + known
                .map(|(feature, value)| weights[*feature as usize] * value)
                .sum::<f64>()
    }));
    softmax(all);
}

/// Logits to probabilities.
fn softmax(all: &mut [f64]) {
    let largest = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    for logit in all.iter_mut() {
        *logit = libm::exp(*logit - largest);
    }
    let sum: f64 = all.iter().sum();
    for power in all.iter_mut() {
        *power /= sum;
    }
}

/// The penalized mean log loss and its gradient.
fn loss(
    rows: &Rows,
    classes: &[usize],
    number: usize,
    l2: f64,
    weights: &[f64],
) -> (f64, Vec<f64>) {
    let features = rows.features();
    let width = features + 1;
    let share = 1.0 / classes.len().max(1) as f64;
    let blocks = lanes::of_weights(weights, width);
    let (sum, gradient) = rows.sum(blocks.len(), |row, gradient, all| {
        let of = rows.row(row);
        all.clear();
        if number == 2 {
            all.push(0.0);
        }
        for block in blocks.chunks(width * LANES) {
            all.extend(lanes::logits(block, of));
        }
        all.truncate(number);
        softmax(all);
        let class = classes[row];
        for (block, part) in gradient.chunks_mut(width * LANES).enumerate() {
            let error = std::array::from_fn(|lane| {
                // With one logit it is the second class's.
                let of_class = block * LANES + lane + usize::from(number == 2);
                let probability = all.get(of_class).copied().unwrap_or_default();
                probability - f64::from(u8::from(class == of_class))
            });
            lanes::add(part, of, &error);
        }
        -libm::log(all[class].max(f64::MIN_POSITIVE))
    });
    let mut gradient = lanes::to_weights(&gradient, width, weights.len());
    let mut penalty = 0.0;
    for (place, (weight, slope)) in weights.iter().zip(&mut gradient).enumerate() {
        *slope *= share;
        if place % width != features {
            *slope += l2 * weight;
            penalty += weight * weight;
        }
    }
    (sum * share + 0.5 * l2 * penalty, gradient)
}

#[cfg(test)]
mod tests;
