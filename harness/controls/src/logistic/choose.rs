//! The strength of the penalty, chosen by cross-validation over groups.

use rayon::prelude::*;
use titer_core::Stream;

use super::{Logistic, Rows};

/// Folds that groups are dealt to.
const FOLDS: u64 = 5;
/// The penalties that are tried, strong to weak.
const PENALTIES: [f64; 6] = [1.0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5];
/// After so many in a row that were no better than the best, weaker ones are not tried: they take longest.
const PAST: usize = 2;
/// The largest slope of a fit that a penalty is compared by.
const ROUGHLY: f64 = 1e-4;

/// A penalty that was chosen, and whether it can be trusted.
#[derive(Clone, Debug, PartialEq)]
pub struct Penalty {
    /// The penalty: the mean log loss has `l2 / 2` times the squared weights added.
    pub l2: f64,
    /// The mean log loss on left-out folds.
    pub log_loss: f64,
    /// Whether the final fit converged.
    pub converged: bool,
    /// Iterations that it took.
    pub iterations: usize,
    /// Whether the chosen penalty is the strongest or the weakest that was tried.
    pub at_bound: bool,
}

/// Fits with the penalty whose log loss on left-out folds is smallest; no group is parted by a fold.
pub(crate) fn fit(
    rows: &Rows,
    classes: &[usize],
    number: usize,
    groups: &[&str],
    seed: u64,
) -> (Logistic, Penalty) {
    let fold_of: Vec<u64> = groups
        .iter()
        .map(|group| Stream::new(seed, "control folds", group).below(FOLDS))
        .collect();
    let mut folds: Vec<Fold> = (0..FOLDS)
        .into_par_iter()
        .map(|fold| Fold::new(rows, classes, &fold_of, fold))
        .collect();
    let mut totals: Vec<f64> = Vec::with_capacity(PENALTIES.len());
    let mut best = 0;
    for (penalty, l2) in PENALTIES.into_iter().enumerate() {
        let losses: Vec<f64> = folds
            .par_iter_mut()
            .map(|fold| fold.loss(number, l2))
            .collect();
        totals.push(losses.into_iter().sum());
        if totals[penalty] < totals[best] {
            best = penalty;
        }
        if penalty >= best + PAST {
            break;
        }
    }
    let fitted = Logistic::fit(rows, classes, number, PENALTIES[best], None);
    let chosen = Penalty {
        l2: PENALTIES[best],
        log_loss: totals[best] / classes.len().max(1) as f64,
        converged: fitted.converged,
        iterations: fitted.iterations,
        at_bound: rows.features() > 0 && (best == 0 || best == PENALTIES.len() - 1),
    };
    (fitted, chosen)
}

/// The rows of all folds but one, and that one, left out.
struct Fold {
    kept: (Rows, Vec<usize>),
    left: (Rows, Vec<usize>),
    /// The fit with the penalty before, from which the next one starts.
    before: Option<Logistic>,
}

impl Fold {
    fn new(rows: &Rows, classes: &[usize], fold_of: &[u64], fold: u64) -> Self {
        let side = |left_out: bool| {
            let which: Vec<usize> = (0..rows.len())
                .filter(|row| (fold_of[*row] == fold) == left_out)
                .collect();
            let of = which.iter().map(|row| classes[*row]).collect();
            (rows.some(&which), of)
        };
        Self {
            kept: side(false),
            left: side(true),
            before: None,
        }
    }

    /// The summed log loss on what is left out.
    fn loss(&mut self, number: usize, l2: f64) -> f64 {
        let (rows, classes) = &self.kept;
        let before = self.before.as_ref();
        let fitted = Logistic::fit_to(rows, classes, number, l2, before, ROUGHLY);
        let (rows, classes) = &self.left;
        let loss = fitted.log_loss(rows, classes) * classes.len() as f64;
        self.before = Some(fitted);
        loss
    }
}
