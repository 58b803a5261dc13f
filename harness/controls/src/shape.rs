//! The share of each class by few numbers, whatever the shape of what ties them: a small tree, whose leaves stand for
//! neighbours, and beside it the rows of exactly these numbers. Where train has them often they decide, else their
//! neighbours do.
//!
//! How deep the tree goes and what an exact value counts is what has the smallest log loss on left-out folds.

mod cells;
mod split;
mod tree;

use std::collections::BTreeMap;

use rayon::prelude::*;
use titer_core::Stream;

use crate::training::towards;
use cells::{Cell, Cells, FOLDS};
use tree::{DEPTH, Tree};

/// What the neighbours count, in rows, beside those of exactly the same numbers. The first: nothing else counts.
const NEIGHBOURS: [f64; 5] = [f64::INFINITY, 30.0, 10.0, 3.0, 1.0];

/// A fitted shape.
#[derive(Clone, Debug)]
pub struct Shape {
    tree: Tree,
    depth: usize,
    /// Rows of each class with exactly these numbers.
    exact: BTreeMap<Vec<u64>, Vec<f64>>,
    neighbours: f64,
    /// The mean log loss on left-out folds.
    log_loss: f64,
}

impl Shape {
    /// Fits to rows of finite numbers, all of one width, with the class of each, below `classes`. Rows of a group are in
    /// one fold; `seed` deals them.
    #[must_use]
    pub fn fit(
        rows: &[Vec<f64>],
        class_of: &[usize],
        classes: usize,
        groups: &[&str],
        seed: u64,
    ) -> Self {
        let cells = Cells::new(rows, class_of, classes, &folds(groups, seed));
        let (depth, neighbours, loss) = choose(&cells);
        let all: Vec<Cell<'_>> = cells.all().collect();
        let exact = match neighbours.is_finite() {
            true => all
                .iter()
                .map(|cell| (bits(cell.numbers), cell.counts.clone()))
                .collect(),
            false => BTreeMap::new(),
        };
        Self {
            exact,
            tree: Tree::grow(all, classes, depth),
            depth,
            neighbours,
            log_loss: loss / rows.len().max(1) as f64,
        }
    }

    /// The probability of each class; they add up to 1.
    #[must_use]
    pub fn probabilities(&self, numbers: &[f64]) -> Vec<f64> {
        let near = self.tree.shares(numbers).take(self.depth + 1).last();
        let near = near.unwrap_or_default();
        match self.exact.get(&bits(numbers)) {
            Some(counts) => beside(near, counts, self.neighbours),
            None => near.to_vec(),
        }
    }

    /// The mean log loss on left-out folds.
    #[must_use]
    pub fn log_loss(&self) -> f64 {
        self.log_loss
    }
}

/// The fold of each row, by its group.
pub(crate) fn folds(groups: &[&str], seed: u64) -> Vec<usize> {
    let fold = |group: &&str| Stream::new(seed, "control folds", group).below(FOLDS as u64);
    groups
        .par_iter()
        .map(|group| fold(group) as usize)
        .collect()
}

/// What a map knows numbers by; both zeros are one.
fn bits(numbers: &[f64]) -> Vec<u64> {
    numbers
        .iter()
        .map(|number| (number + 0.0).to_bits())
        .collect()
}

/// The shares of neighbours and of exact rows, the first counted as so many rows.
fn beside(near: &[f64], counts: &[f64], neighbours: f64) -> Vec<f64> {
    let all: f64 = counts.iter().sum();
    if all == 0.0 || neighbours.is_infinite() {
        return near.to_vec();
    }
    let own: Vec<f64> = counts.iter().map(|count| count / all).collect();
    towards(near, &own, all / (all + neighbours))
}

/// The depth and the weight of neighbours with the smallest log loss on left-out folds, and that loss; of equals the
/// simpler.
fn choose(cells: &Cells) -> (usize, f64, f64) {
    let losses: Vec<Vec<f64>> = (0..FOLDS)
        .into_par_iter()
        .map(|fold| losses(cells, fold))
        .collect();
    let mut best = (0, 0, f64::INFINITY);
    for depth in 0..=DEPTH {
        for weight in 0..NEIGHBOURS.len() {
            let at = depth * NEIGHBOURS.len() + weight;
            let loss: f64 = losses.iter().map(|of_fold| of_fold[at]).sum();
            if loss < best.2 {
                best = (depth, weight, loss);
            }
        }
    }
    (best.0, NEIGHBOURS[best.1], best.2)
}

/// The summed log loss on a fold, fitted without it: by depth, then by weight of neighbours.
fn losses(cells: &Cells, fold: usize) -> Vec<f64> {
    let mut losses = vec![0.0; (DEPTH + 1) * NEIGHBOURS.len()];
    let tree = Tree::grow(cells.without(fold).collect(), cells.classes(), DEPTH);
    for (cell, kept) in cells.of(fold) {
        let mut near: &[f64] = &[];
        let mut path = tree.shares(cell.numbers);
        for by_weight in losses.chunks_mut(NEIGHBOURS.len()) {
            near = path.next().unwrap_or(near);
            for (loss, weight) in by_weight.iter_mut().zip(NEIGHBOURS) {
                let found = beside(near, &kept, weight);
                let of_class = found.iter().zip(&cell.counts);
                *loss -= of_class
                    .filter(|(_, count)| **count > 0.0)
                    .map(|(share, count)| count * libm::log(share.max(1e-15)))
                    .sum::<f64>();
            }
        }
    }
    losses
}

#[cfg(test)]
mod tests;
