//! Examples grouped by equal probability, sorted once.

use titer_core::{Labelled, Multiplicity, Undefined};

use super::{Residual, some};
use crate::clustering::PerClustering;

/// Examples by probability. Equal ones are one group, so that the order of ties changes nothing.
pub(crate) struct Tied {
    /// From low to high probability.
    items: Vec<Item>,
    clustered: PerClustering<Cells>,
}

#[derive(Clone, Copy)]
struct Item {
    probability: f64,
    index: u32,
    truth: bool,
}

/// Of each group, how many examples and positives each cluster has in it.
struct Cells {
    cells: Vec<Cell>,
    /// Each group's probability and where its cells end.
    groups: Vec<(f64, u32)>,
}

struct Cell {
    cluster: u32,
    examples: u32,
    positives: u32,
}

/// How many examples have a probability, and how many of them are positive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Count {
    pub(crate) probability: f64,
    pub(crate) examples: u64,
    pub(crate) positives: u64,
}

impl Count {
    fn residual(self) -> Residual {
        let weight = self.examples as f64;
        Residual {
            probability: self.probability,
            weight,
            residual: self.positives as f64 - weight * self.probability,
        }
    }
}

impl Tied {
    /// Sorts data that were checked.
    pub(crate) fn new(data: Labelled<'_>) -> Self {
        let pairs = data.probability.iter().copied().zip(data.truth.iter());
        Self::sorted(pairs.map(|(probability, &truth)| (probability, truth)))
    }

    /// Sorts pairs of probability and truth.
    pub(crate) fn sorted(pairs: impl Iterator<Item = (f64, bool)>) -> Self {
        let mut items: Vec<Item> = pairs
            .zip(0u32..)
            .map(|((probability, truth), index)| Item {
                // Adding 0 makes one zero of the two.
                probability: probability + 0.0,
                index,
                truth,
            })
            .collect();
        items.sort_unstable_by(|a, b| a.probability.total_cmp(&b.probability));
        Self {
            items,
            clustered: PerClustering::new(),
        }
    }

    /// The residuals where each example counts as often as said.
    pub(crate) fn residuals(
        &self,
        multiplicity: Multiplicity<'_>,
    ) -> Result<Vec<Residual>, Undefined> {
        some(self.counts(multiplicity, Count::residual)?)
    }

    /// What `of` makes of each group that counts at all.
    pub(crate) fn counts<T>(
        &self,
        multiplicity: Multiplicity<'_>,
        of: impl Fn(Count) -> T,
    ) -> Result<Vec<T>, Undefined> {
        let Multiplicity::PerCluster { counts, cluster_of } = multiplicity else {
            // How many there are is counted first: a list that grows takes twice its room for a while.
            let mut made = Vec::with_capacity(self.groups().count());
            made.extend(self.once().map(of));
            return Ok(made);
        };
        self.clustered.read(
            cluster_of,
            self.items.len(),
            counts.len(),
            |of, _| self.cells(of),
            |cells| {
                // How many groups are drawn is not known beforehand, only how many there are.
                let mut made = Vec::with_capacity(cells.groups.len());
                made.extend(cells.counts(counts).map(of));
                made
            },
        )
    }

    fn groups(&self) -> impl Iterator<Item = &[Item]> {
        self.items.chunk_by(|a, b| a.probability == b.probability)
    }

    fn once(&self) -> impl Iterator<Item = Count> {
        self.groups().map(|group| Count {
            probability: group[0].probability,
            examples: group.len() as u64,
            positives: group.iter().filter(|item| item.truth).count() as u64,
        })
    }

    fn cells(&self, cluster_of: &[u32]) -> Cells {
        let mut made = Cells {
            cells: Vec::with_capacity(self.items.len()),
            groups: Vec::new(),
        };
        for group in self.groups() {
            let cluster = |item: &Item| (cluster_of[item.index as usize], item.truth);
            let mut members: Vec<(u32, bool)> = group.iter().map(cluster).collect();
            members.sort_unstable();
            for run in members.chunk_by(|a, b| a.0 == b.0) {
                made.cells.push(Cell {
                    cluster: run[0].0,
                    examples: run.len() as u32,
                    positives: run.iter().filter(|(_, truth)| *truth).count() as u32,
                });
            }
            let end = made.cells.len() as u32;
            made.groups.push((group[0].probability, end));
        }
        made
    }
}

impl Cells {
    fn counts(&self, drawn: &[u32]) -> impl Iterator<Item = Count> {
        let mut start = 0;
        let groups = self.groups.iter().map(move |&(probability, end)| {
            let mut count = Count {
                probability,
                examples: 0,
                positives: 0,
            };
            for cell in &self.cells[start..end as usize] {
                let times = u64::from(drawn[cell.cluster as usize]);
                count.examples += times * u64::from(cell.examples);
                count.positives += times * u64::from(cell.positives);
            }
            start = end as usize;
            count
        });
        groups.filter(|count| count.examples > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_probabilities_are_one() {
        let data = Labelled {
            truth: &[true, false, true, false],
            probability: &[0.5, -0.0, 0.5, 0.0],
            threshold: 0.5,
        };
        let tied = Tied::new(data);
        let once = tied.residuals(Multiplicity::Once).unwrap();
        let (zero, half) = (once[0], once[1]);
        assert_eq!(once.len(), 2);
        assert_eq!((zero.weight, zero.residual), (2.0, 0.0));
        assert!(zero.probability.is_sign_positive());
        assert_eq!((half.weight, half.residual), (2.0, 1.0));
        let drawn = Multiplicity::PerCluster {
            counts: &[3, 0],
            cluster_of: &[0, 1, 1, 1],
        };
        let expected = Residual {
            probability: 0.5,
            weight: 3.0,
            residual: 1.5,
        };
        assert_eq!(tied.residuals(drawn).unwrap(), [expected]);
    }
}
