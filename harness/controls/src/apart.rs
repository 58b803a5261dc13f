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

/// For each row how much it looks like one of the second set, 0 to 1, by a logistic regression fitted to the other folds.
/// `rows` are `(feature, value)`, ascending by feature.
///
/// No group is parted by a fold, so that no row is judged by a fit that saw its group. What is given is a row's place within its
/// fold, the mean of the shares of either set that lie below it. Scores themselves could not be held against each other across
/// folds: a fold that holds more of one set leaves fewer of it to fit on, which pulls the AUROC below 0.5 where there is no
/// difference. Nor could plain ranks: where the sets are told apart for certain, the lowest rank of the second set is the share
/// of the first in that fold, which differs from fold to fold.
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

/// The places of a fold's rows by a fit to the others.
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
    let mut scored: Vec<Scored> = left
        .into_iter()
        .map(|row| Scored {
            score: fitted.probabilities(rows.row(row))[1],
            row,
            is_second: is_second[row],
        })
        .collect();
    scored.sort_unstable_by(|a, b| a.score.total_cmp(&b.score).then(a.row.cmp(&b.row)));
    Ok(places(&scored))
}

/// A row that was judged.
struct Scored {
    score: f64,
    row: usize,
    is_second: bool,
}

/// For each of sorted scores the mean of the shares of either set that lie below it, half of what is tied with it among them; of
/// a set that is not there nothing is said.
fn places(scored: &[Scored]) -> Vec<(usize, f64)> {
    let second = scored.iter().filter(|one| one.is_second).count();
    let sizes = [scored.len() - second, second];
    let there = sizes.iter().filter(|size| **size > 0).count() as f64;
    let (mut places, mut below) = (Vec::with_capacity(scored.len()), [0, 0]);
    for tied in scored.chunk_by(|a, b| a.score.total_cmp(&b.score).is_eq()) {
        let second = tied.iter().filter(|one| one.is_second).count();
        let tie = [tied.len() - second, second];
        let share = |set: usize| match sizes[set] {
            0 => 0.0,
            size => (below[set] as f64 + 0.5 * tie[set] as f64) / size as f64,
        };
        let place = (share(0) + share(1)) / there;
        places.extend(tied.iter().map(|one| (one.row, place)));
        below = [below[0] + tie[0], below[1] + tie[1]];
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Fixture {
        rows: Vec<Vec<f64>>,
        second: Vec<bool>,
        fold_of: Vec<usize>,
        places: Vec<f64>,
    }

    /// `fixtures/apart.py` says how its values were made.
    #[test]
    fn out_of_fold_places_are_those_of_scikit_learn() {
        let fixture: Fixture =
            serde_json::from_str(include_str!("../fixtures/apart.json")).unwrap();
        let row = |row: Vec<f64>| (0..).zip(row).collect::<Vec<(u32, f64)>>();
        let rows = Rows::new(fixture.rows.into_iter().map(row));
        let found = out_of_fold(&rows, &fixture.second, &fixture.fold_of).unwrap();
        let wrong = found.iter().zip(&fixture.places);
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
    fn sets_that_are_told_for_certain_do_not_overlap_however_folds_are_filled() {
        let of = |sets: &[bool]| {
            let one = |(row, is_second): (usize, &bool)| Scored {
                score: row as f64,
                row,
                is_second: *is_second,
            };
            places(&sets.iter().enumerate().map(one).collect::<Vec<Scored>>())
        };
        for sets in [&[false, true, true, true][..], &[false, false, true]] {
            for (row, place) in of(sets) {
                assert_eq!(place > 0.5, sets[row], "{place}");
            }
        }
        assert_eq!(of(&[true, true]), [(0, 0.25), (1, 0.75)]);
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
