//! The strength of the penalty, chosen by cross-validation over groups.

use rayon::prelude::*;
use titer_core::Stream;

use super::{Logistic, Rows};

/// Folds that groups are dealt to.
const FOLDS: u64 = 5;
/// The penalties that are tried, strong to weak.
const PENALTIES: [f64; 6] = [1.0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5];

/// What was chosen, and whether it can be trusted.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
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
) -> (Logistic, Chosen) {
    let fold_of: Vec<u64> = groups
        .iter()
        .map(|group| Stream::new(seed, "control folds", group).below(FOLDS))
        .collect();
    let losses: Vec<Vec<f64>> = (0..FOLDS)
        .into_par_iter()
        .map(|fold| path(rows, classes, number, &fold_of, fold))
        .collect();
    let total = |penalty: usize| losses.iter().map(|fold| fold[penalty]).sum::<f64>();
    let mut best = 0;
    for penalty in 1..PENALTIES.len() {
        if total(penalty) < total(best) {
            best = penalty;
        }
    }
    let fitted = Logistic::fit(rows, classes, number, PENALTIES[best], None);
    let chosen = Chosen {
        l2: PENALTIES[best],
        log_loss: total(best) / classes.len().max(1) as f64,
        converged: fitted.converged,
        iterations: fitted.iterations,
        at_bound: rows.features() > 0 && (best == 0 || best == PENALTIES.len() - 1),
    };
    (fitted, chosen)
}

/// The summed log loss on one fold, left out, by penalty. Each fit starts from the stronger penalty's.
fn path(rows: &Rows, classes: &[usize], number: usize, fold_of: &[u64], fold: u64) -> Vec<f64> {
    let side = |left_out: bool| -> Vec<usize> {
        (0..rows.len())
            .filter(|row| (fold_of[*row] == fold) == left_out)
            .collect()
    };
    let (kept, left) = (side(false), side(true));
    let of = |which: &[usize]| -> Vec<usize> { which.iter().map(|row| classes[*row]).collect() };
    let (kept_rows, left_rows) = (rows.some(&kept), rows.some(&left));
    let (kept_classes, left_classes) = (of(&kept), of(&left));
    let mut before: Option<Logistic> = None;
    PENALTIES
        .iter()
        .map(|l2| {
            let fitted = Logistic::fit(&kept_rows, &kept_classes, number, *l2, before.as_ref());
            let loss = fitted.log_loss(&left_rows, &left_classes) * left.len() as f64;
            before = Some(fitted);
            loss
        })
        .collect()
}
