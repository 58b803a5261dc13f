//! A small tree of questions about numbers.

use super::cells::Cell;
use super::split::{Split, best, total};

/// Questions one after the other, at most.
pub(super) const DEPTH: usize = 10;
/// Rows that what stands above a node counts beside its own.
const ABOVE: f64 = 1.0;

/// A tree; the first node is its root.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    nodes: Vec<Node>,
}

#[derive(Clone, Debug)]
struct Node {
    /// The share of each class.
    shares: Vec<f64>,
    /// What is asked, and the nodes for yes and no.
    next: Option<(Split, [usize; 2])>,
}

impl Tree {
    /// Grows a tree of at most so many questions one after the other.
    pub(super) fn grow(cells: Vec<Cell<'_>>, classes: usize, depth: usize) -> Self {
        let even = vec![1.0 / classes.max(1) as f64; classes];
        let mut tree = Self { nodes: Vec::new() };
        tree.add(cells, &even, depth);
        tree
    }

    fn add(&mut self, mut cells: Vec<Cell<'_>>, above: &[f64], depth: usize) -> usize {
        let counts = total(&cells, above.len());
        let rows: f64 = counts.iter().sum();
        let drawn = counts.iter().zip(above);
        let shares: Vec<f64> = drawn
            .map(|(count, above)| (count + ABOVE * above) / (rows + ABOVE))
            .collect();
        let own = self.nodes.len();
        self.nodes.push(Node {
            shares: shares.clone(),
            next: None,
        });
        let split = match depth {
            0 => None,
            _ => best(&mut cells, above.len()),
        };
        if let Some((split, _)) = split {
            let (yes, no) = cells
                .into_iter()
                .partition(|cell| split.holds(cell.numbers));
            let next = [yes, no].map(|cells| self.add(cells, &shares, depth - 1));
            self.nodes[own].next = Some((split, next));
        }
        own
    }

    /// The shares of each class from the root to the leaf that numbers fall into.
    pub(super) fn shares<'a>(&'a self, numbers: &'a [f64]) -> impl Iterator<Item = &'a [f64]> {
        std::iter::successors(self.nodes.first(), move |node| {
            let (split, next) = node.next?;
            self.nodes.get(next[usize::from(!split.holds(numbers))])
        })
        .map(|node| &node.shares[..])
    }
}
