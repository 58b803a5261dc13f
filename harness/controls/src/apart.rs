//! Whether two sets of sequences can be told apart by what they are made of.

use std::collections::BTreeMap;

use rayon::prelude::*;
use titer_core::Stream;

use crate::logistic::Rows;
use crate::regression::Regression;
use crate::training::TrainingError;

/// Folds that groups are dealt to.
const FOLDS: usize = 5;

/// The penalty of a fit; features are in units of their standard deviation. It is not tuned: a search would cost as much again
/// for each penalty, and what is asked is whether the sets differ, not how well the best model would do.
const L2: f64 = 1e-2;

/// For each row how much it looks like one of the second set: its rank within its fold, 0 to 1, by a logistic regression fitted
/// to the other folds. `rows` are `(feature, value)`, ascending by feature.
///
/// No group is parted by a fold, so that no row is judged by a fit that saw its group. Ranks are taken within folds, since
/// each fit has an intercept of its own: a fold that holds more of one set leaves fewer of it to fit on, and scores that are
/// held against each other across folds would fall below an AUROC of 0.5 where there is no difference.
///
/// # Errors
/// A fold leaves only one set to fit on: there are too few groups.
pub fn cross_fitted(
    rows: Vec<Vec<(u32, f64)>>,
    is_second: &[bool],
    groups: &[&str],
    seed: u64,
) -> Result<Vec<f64>, TrainingError> {
    out_of_fold(&Rows::new(rows), is_second, &deal(groups, seed))
}

/// The fold of each row: groups in an order drawn by their names, one to each fold in turn.
fn deal(groups: &[&str], seed: u64) -> Vec<usize> {
    let mut drawn: BTreeMap<&str, u64> = BTreeMap::new();
    for group in groups {
        let draw = || Stream::new(seed, "folds of two sets", group).whole();
        drawn.entry(group).or_insert_with(draw);
    }
    let mut order: Vec<(u64, &str)> = drawn.iter().map(|(name, draw)| (*draw, *name)).collect();
    order.sort_unstable();
    let fold = |(place, (_, group)): (usize, (u64, &'_ str))| (group.to_owned(), place % FOLDS);
    let fold_of: BTreeMap<String, usize> = order.into_iter().enumerate().map(fold).collect();
    groups.iter().map(|group| fold_of[*group]).collect()
}

fn out_of_fold(
    rows: &Rows,
    is_second: &[bool],
    fold_of: &[usize],
) -> Result<Vec<f64>, TrainingError> {
    let folds: Vec<Vec<(usize, f64)>> = (0..FOLDS)
        .into_par_iter()
        .map(|fold| judge(rows, is_second, fold_of, fold))
        .collect::<Result<_, TrainingError>>()?;
    let mut scores = vec![0.5; rows.len()];
    for (row, score) in folds.into_iter().flatten() {
        scores[row] = score;
    }
    Ok(scores)
}

/// The ranks of a fold's rows by a fit to the others.
fn judge(
    rows: &Rows,
    is_second: &[bool],
    fold_of: &[usize],
    fold: usize,
) -> Result<Vec<(usize, f64)>, TrainingError> {
    let (left, kept): (Vec<usize>, Vec<usize>) =
        (0..rows.len()).partition(|row| fold_of[*row] == fold);
    if left.is_empty() {
        return Ok(Vec::new());
    }
    let classes: Vec<usize> = kept
        .iter()
        .map(|row| usize::from(is_second[*row]))
        .collect();
    let second = classes.iter().sum::<usize>();
    if second == 0 || second == classes.len() {
        return Err(TrainingError::OneClass);
    }
    let fitted = Regression::with_penalty(&rows.some(&kept), &classes, L2);
    let mut scored: Vec<(f64, usize)> = left
        .into_iter()
        .map(|row| (fitted.probabilities(rows.row(row))[1], row))
        .collect();
    scored.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    Ok(ranks(&scored))
}

/// The mid-rank of each of sorted scores, less a half, over their number.
fn ranks(scored: &[(f64, usize)]) -> Vec<(usize, f64)> {
    let (mut ranks, mut before) = (Vec::with_capacity(scored.len()), 0);
    for tied in scored.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let rank = (before as f64 + 0.5 * tied.len() as f64) / scored.len() as f64;
        ranks.extend(tied.iter().map(|(_, row)| (*row, rank)));
        before += tied.len();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Fixture {
        rows: Vec<Vec<f64>>,
        second: Vec<bool>,
        fold_of: Vec<usize>,
        ranks: Vec<f64>,
    }

    /// `fixtures/apart.py` says how its values were made.
    #[test]
    fn out_of_fold_ranks_are_those_of_scikit_learn() {
        let fixture: Fixture =
            serde_json::from_str(include_str!("../fixtures/apart.json")).unwrap();
        let row = |row: Vec<f64>| (0..).zip(row).collect::<Vec<(u32, f64)>>();
        let rows = Rows::new(fixture.rows.into_iter().map(row));
        let found = out_of_fold(&rows, &fixture.second, &fixture.fold_of).unwrap();
        let wrong = found.iter().zip(&fixture.ranks);
        let wrong = wrong.filter(|(a, b)| (*a - *b).abs() > 1e-9).count();
        assert_eq!(wrong, 0, "{found:?}");
    }

    #[test]
    fn no_group_is_parted_and_folds_are_of_one_size() {
        let names: Vec<String> = (0..50).map(|row| format!("g{}", row / 2)).collect();
        let groups: Vec<&str> = names.iter().map(String::as_str).collect();
        let folds = deal(&groups, 3);
        assert!(folds.chunks(2).all(|pair| pair[0] == pair[1]));
        let size = |fold| folds.iter().filter(|it| **it == fold).count();
        assert!((0..FOLDS).all(|fold| size(fold) == 10));
        // By names, not by order.
        let turned: Vec<&str> = groups.iter().rev().copied().collect();
        let mut of_turned = deal(&turned, 3);
        of_turned.reverse();
        assert_eq!(of_turned, folds);
    }

    #[test]
    fn one_set_alone_cannot_be_told_from_another() {
        let rows = || (0..10).map(|row| vec![(0, f64::from(row))]).collect();
        let names: Vec<String> = (0..10).map(|row| format!("g{row}")).collect();
        let groups: Vec<&str> = names.iter().map(String::as_str).collect();
        let second: Vec<bool> = (0..10).map(|row| row == 0).collect();
        assert!(cross_fitted(rows(), &second, &groups, 1).is_err());
        let second: Vec<bool> = (0..10).map(|row| row > 4).collect();
        assert!(cross_fitted(rows(), &second, &groups, 1).is_ok());
    }
}
