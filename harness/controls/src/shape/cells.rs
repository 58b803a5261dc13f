//! Rows of few numbers, equal ones counted together.

use std::collections::BTreeMap;

use super::bits;

/// Folds that groups are dealt to.
pub(super) const FOLDS: usize = 5;

/// All rows, fold by fold.
#[derive(Clone, Debug)]
pub(super) struct Cells {
    numbers: Vec<Vec<f64>>,
    /// Of each cell the rows of each class, one fold behind the other.
    counts: Vec<Vec<f64>>,
    classes: usize,
}

/// Rows that have the same numbers.
#[derive(Clone, Debug)]
pub(super) struct Cell<'a> {
    pub numbers: &'a [f64],
    /// Rows of each class.
    pub counts: Vec<f64>,
}

impl Cells {
    pub(super) fn new(
        rows: &[Vec<f64>],
        class_of: &[usize],
        classes: usize,
        fold_of: &[usize],
    ) -> Self {
        let mut places: BTreeMap<Vec<u64>, usize> = BTreeMap::new();
        let mut cells = Self {
            numbers: Vec::new(),
            counts: Vec::new(),
            classes,
        };
        for ((row, class), fold) in rows.iter().zip(class_of).zip(fold_of) {
            let next = cells.numbers.len();
            let place = *places.entry(bits(row)).or_insert(next);
            if place == next {
                cells.numbers.push(row.clone());
                cells.counts.push(vec![0.0; FOLDS * classes]);
            }
            cells.counts[place][fold * classes + class] += 1.0;
        }
        cells
    }

    pub(super) fn classes(&self) -> usize {
        self.classes
    }

    /// Every cell, all folds together.
    pub(super) fn all(&self) -> impl Iterator<Item = Cell<'_>> {
        self.without(FOLDS)
    }

    /// The cells that have rows in other folds, and how many.
    pub(super) fn without(&self, fold: usize) -> impl Iterator<Item = Cell<'_>> {
        let cells = self.numbers.iter().zip(&self.counts);
        cells
            .map(move |(numbers, counts)| Cell {
                numbers,
                counts: self.kept(counts, fold),
            })
            .filter(|cell| cell.counts.iter().any(|count| *count > 0.0))
    }

    /// The cells that have rows in a fold; beside each, how many the others have.
    pub(super) fn of(&self, fold: usize) -> impl Iterator<Item = (Cell<'_>, Vec<f64>)> {
        let own = fold * self.classes..(fold + 1) * self.classes;
        let cells = self.numbers.iter().zip(&self.counts);
        cells
            .filter(move |(_, counts)| counts[own.clone()].iter().any(|count| *count > 0.0))
            .map(move |(numbers, counts)| {
                let own = fold * self.classes..(fold + 1) * self.classes;
                let cell = Cell {
                    numbers,
                    counts: counts[own].to_vec(),
                };
                (cell, self.kept(counts, fold))
            })
    }

    /// Rows of each class in all folds but one.
    fn kept(&self, counts: &[f64], fold: usize) -> Vec<f64> {
        let mut kept = vec![0.0; self.classes];
        for (other, of_fold) in counts.chunks(self.classes).enumerate() {
            if other != fold {
                for (sum, count) in kept.iter_mut().zip(of_fold) {
                    *sum += count;
                }
            }
        }
        kept
    }
}
