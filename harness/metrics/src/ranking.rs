//! Examples from the most to the least probable, cut into steps that each end at a positive.
//!
//! Metrics of the order need to know, for each group of equal probabilities that holds a positive,
//! how many positives and negatives it holds and how many negatives lie between it and the group
//! above. The order among those negatives changes nothing, so that per cluster they shrink to one
//! count each: where positives are rare a replicate touches a small part of the examples.

use titer_core::{Labelled, Multiplicity, Undefined};

use crate::clustering::PerClustering;

/// A group of equal probabilities that holds at least one positive example (before weighing).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Step {
    /// Negatives between the step above and this group.
    pub(crate) above: u64,
    /// Negatives in the group.
    pub(crate) negatives: u64,
    /// Positives in the group.
    pub(crate) positives: u64,
}

/// Steps, most probable first, and the number of all positives and negatives.
pub(crate) struct Ranking {
    /// Example numbers: for each step what is above, its negatives, its positives; then the
    /// negatives below the last step.
    items: Vec<u32>,
    /// Where in `items` each step's three parts end.
    ends: Vec<[u32; 3]>,
    clustered: PerClustering<Clustered>,
}

struct Clustered {
    cells: Vec<Cell>,
    ends: Vec<[u32; 3]>,
    /// Positives and negatives of each cluster.
    totals: Vec<[u64; 2]>,
}

/// So many examples of one cluster in one part of one step.
struct Cell {
    cluster: u32,
    examples: u32,
}

/// Reads the steps of a ranking.
pub(crate) trait Reader {
    /// Gets the number of positives and negatives and the steps, most probable first.
    fn read(
        self,
        positives: u64,
        negatives: u64,
        steps: impl Iterator<Item = Step>,
    ) -> Result<f64, Undefined>;
}

impl Ranking {
    /// Ranks data that were checked.
    pub(crate) fn new(data: Labelled<'_>) -> Self {
        // Adding 0 makes one zero of the two.
        let mut sorted: Vec<(f64, u32)> = data
            .probability
            .iter()
            .zip(0u32..)
            .map(|(&p, index)| (p + 0.0, index))
            .collect();
        sorted.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        let mut items = Vec::with_capacity(sorted.len());
        let mut ends = Vec::new();
        for group in sorted.chunk_by(|a, b| a.0 == b.0) {
            let of = |wanted: bool| {
                let index = group.iter().map(|&(_, index)| index);
                index.filter(move |&index| data.truth[index as usize] == wanted)
            };
            let above = items.len() as u32;
            items.extend(of(false));
            let negatives = items.len() as u32;
            items.extend(of(true));
            let positives = items.len() as u32;
            if positives > negatives {
                ends.push([above, negatives, positives]);
            }
        }
        Self {
            items,
            ends,
            clustered: PerClustering::new(),
        }
    }

    /// Reads the steps where each example counts as often as said.
    pub(crate) fn read(
        &self,
        multiplicity: Multiplicity<'_>,
        reader: impl Reader,
    ) -> Result<f64, Undefined> {
        let Multiplicity::PerCluster { counts, cluster_of } = multiplicity else {
            let positives: u64 = self.once().map(|step| step.positives).sum();
            let negatives = self.items.len() as u64 - positives;
            return reader.read(positives, negatives, self.once());
        };
        self.clustered.read(
            cluster_of,
            self.items.len(),
            counts.len(),
            |of, clusters| self.cluster(of, clusters),
            |clustered| {
                let [positives, negatives] = clustered.totals(counts);
                reader.read(positives, negatives, clustered.steps(counts))
            },
        )?
    }

    fn once(&self) -> impl Iterator<Item = Step> {
        let mut start = 0;
        self.ends.iter().map(move |&[above, negatives, positives]| {
            let step = Step {
                above: u64::from(above - start),
                negatives: u64::from(negatives - above),
                positives: u64::from(positives - negatives),
            };
            start = positives;
            step
        })
    }

    fn cluster(&self, cluster_of: &[u32], clusters: usize) -> Clustered {
        let mut made = Clustered {
            cells: Vec::new(),
            ends: Vec::with_capacity(self.ends.len()),
            totals: vec![[0; 2]; clusters],
        };
        let mut start = 0;
        for ends in &self.ends {
            let cells = [0, 1, 2].map(|part| {
                let items = &self.items[start as usize..ends[part] as usize];
                start = ends[part];
                made.push(items, cluster_of, part == 2)
            });
            made.ends.push(cells);
        }
        // The negatives below the last step matter to the totals alone.
        let kept = made.cells.len();
        made.push(&self.items[start as usize..], cluster_of, false);
        made.cells.truncate(kept);
        made
    }
}

impl Clustered {
    /// Adds examples as cells and says how many cells there are then.
    fn push(&mut self, items: &[u32], cluster_of: &[u32], positive: bool) -> u32 {
        let mut clusters: Vec<u32> = items.iter().map(|&i| cluster_of[i as usize]).collect();
        clusters.sort_unstable();
        for run in clusters.chunk_by(|a, b| a == b) {
            self.totals[run[0] as usize][usize::from(!positive)] += run.len() as u64;
            self.cells.push(Cell {
                cluster: run[0],
                examples: run.len() as u32,
            });
        }
        self.cells.len() as u32
    }

    fn totals(&self, counts: &[u32]) -> [u64; 2] {
        let mut sum = [0; 2];
        for (&[positives, negatives], &times) in self.totals.iter().zip(counts) {
            sum[0] += u64::from(times) * positives;
            sum[1] += u64::from(times) * negatives;
        }
        sum
    }

    fn steps(&self, counts: &[u32]) -> impl Iterator<Item = Step> {
        // Running sums first, differences after: parts are short and of unforeseeable length, and
        // a loop for each would cost more in mispredicted branches than in sums.
        let mut sums = Vec::with_capacity(self.cells.len() + 1);
        let mut sum = 0;
        sums.push(sum);
        sums.extend(self.cells.iter().map(|cell| {
            sum += u64::from(counts[cell.cluster as usize]) * u64::from(cell.examples);
            sum
        }));
        let mut start = 0;
        self.ends.iter().map(move |ends| {
            let [above, negatives, positives] = ends.map(|end| sums[end as usize]);
            let step = Step {
                above: above - start,
                negatives: negatives - above,
                positives: positives - negatives,
            };
            start = positives;
            step
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Collect<'a>(&'a mut Vec<Step>, &'a mut (u64, u64));

    impl Reader for Collect<'_> {
        fn read(
            self,
            positives: u64,
            negatives: u64,
            steps: impl Iterator<Item = Step>,
        ) -> Result<f64, Undefined> {
            *self.1 = (positives, negatives);
            self.0.extend(steps);
            Ok(0.0)
        }
    }

    fn steps(ranking: &Ranking, multiplicity: Multiplicity<'_>) -> (Vec<Step>, (u64, u64)) {
        let (mut steps, mut totals) = (Vec::new(), (0, 0));
        let reader = Collect(&mut steps, &mut totals);
        ranking.read(multiplicity, reader).unwrap();
        (steps, totals)
    }

    fn step(above: u64, negatives: u64, positives: u64) -> Step {
        Step {
            above,
            negatives,
            positives,
        }
    }

    #[test]
    fn steps_end_at_positives() {
        let data = Labelled {
            truth: &[true, true, false, false, true, false, false],
            probability: &[1.0, 0.5, 0.5, 0.7, 0.0, -0.0, 0.0],
            threshold: 0.5,
        };
        let ranking = Ranking::new(data);
        let (once, totals) = steps(&ranking, Multiplicity::Once);
        assert_eq!(once, [step(0, 0, 1), step(1, 1, 1), step(0, 2, 1)]);
        assert_eq!(totals, (3, 4));
        let drawn = Multiplicity::PerCluster {
            counts: &[0, 2],
            cluster_of: &[1, 0, 1, 1, 0, 0, 1],
        };
        let (drawn, totals) = steps(&ranking, drawn);
        assert_eq!(drawn, [step(0, 0, 2), step(2, 2, 0), step(0, 2, 0)]);
        assert_eq!(totals, (2, 6));
    }
}
