//! Kendall's rank correlation.

use titer_core::{
    About, Chance, Direction, IntervalKind, Multiplicity, Prepared, Sees, Undefined, Valued,
    ValuesMetric,
};

use super::checked::{self, Side, constant};
use super::ranks::{Ranks, Sizes};

/// Kendall's rank correlation, tau-b.
///
/// # What it measures
/// How many more pairs of examples the prediction puts in the right order than in the wrong one, over
/// the geometric mean of the pairs that differ in truth and those that differ in prediction.
///
/// # Range and direction
/// -1 to 1, higher is better; 0 is chance.
///
/// # Undefined when
/// Every true or every predicted value is the same.
///
/// # Source
/// Kendall 1945, doi:10.1093/biomet/33.3.239; counted as by Knight 1966, doi:10.2307/2282833, with a
/// tree of sums (Fenwick 1994) in place of a sort, so that a replicate sorts nothing
#[derive(Clone, Copy, Debug)]
pub struct Kendall;

impl ValuesMetric for Kendall {
    fn about(&self) -> About {
        About {
            name: "kendall",
            title: "Kendall's rank correlation (tau-b)",
            measures: "How many more pairs are put in the right order than in the wrong one, over the pairs that differ.",
            direction: Direction::HigherIsBetter,
            range: (-1.0, 1.0),
            undefined_when: "every true or every predicted value is the same",
            source: "Kendall 1945, doi:10.1093/biomet/33.3.239",
            interval: IntervalKind::Bootstrap,
            sees: Sees::Number,
            mixes_classes: false,
            chance: Chance::Always(0.0),
        }
    }

    fn prepare<'a>(&self, data: Valued<'a>) -> Box<dyn Prepared + 'a> {
        checked::prepare(data, |data| Ok(Ready::new(data)))
    }
}

struct Ready {
    ranks: Ranks,
    /// Examples from the smallest to the largest true value.
    by_truth: Vec<u32>,
}

impl Ready {
    fn new(data: Valued<'_>) -> Self {
        let ranks = Ranks::new(data);
        let mut by_truth: Vec<u32> = (0..data.truth.len() as u32).collect();
        by_truth.sort_unstable_by_key(|&index| ranks.group_of[0][index as usize]);
        Self { ranks, by_truth }
    }

    /// Pairs in the right order minus pairs in the wrong one.
    fn surplus(&self, sizes: &Sizes, multiplicity: Multiplicity<'_>) -> i128 {
        let [truth, predicted] = &self.ranks.group_of;
        let mut seen = Tree::new(self.ranks.groups[1]);
        let mut surplus = 0;
        let same = |a: &u32, b: &u32| truth[*a as usize] == truth[*b as usize];
        for group in self.by_truth.chunk_by(same) {
            if sizes.group[0][truth[group[0] as usize] as usize] == 0 {
                continue;
            }
            let drawn = || {
                let each = group.iter().map(|&index| {
                    let times = u64::from(multiplicity.of(index as usize));
                    (predicted[index as usize] as usize, times)
                });
                each.filter(|&(_, times)| times > 0)
            };
            for (place, times) in drawn() {
                let (below, above) = seen.around(place);
                surplus += i128::from(times) * (i128::from(below) - i128::from(above));
            }
            for (place, times) in drawn() {
                seen.add(place, times);
            }
        }
        surplus
    }
}

impl Prepared for Ready {
    fn value(&self, multiplicity: Multiplicity<'_>) -> Result<f64, Undefined> {
        let sizes = self.ranks.sizes(multiplicity)?;
        let all = pairs(sizes.all);
        let differing =
            |side: usize| all - sizes.group[side].iter().map(|&n| pairs(n)).sum::<u128>();
        let (truth, predicted) = (differing(0), differing(1));
        for (differing, side) in [(truth, Side::Truth), (predicted, Side::Predicted)] {
            if differing == 0 {
                return Err(constant(side));
            }
        }
        let surplus = self.surplus(&sizes, multiplicity) as f64;
        let scale = (truth as f64).sqrt() * (predicted as f64).sqrt();
        Ok((surplus / scale).clamp(-1.0, 1.0))
    }
}

/// Pairs among so many.
fn pairs(examples: u64) -> u128 {
    u128::from(examples) * u128::from(examples.saturating_sub(1)) / 2
}

/// Counts by place, whose running sums take logarithmic time.
struct Tree {
    sums: Vec<u64>,
    all: u64,
}

impl Tree {
    fn new(places: usize) -> Self {
        Self {
            sums: vec![0; places + 1],
            all: 0,
        }
    }

    fn add(&mut self, place: usize, times: u64) {
        self.all += times;
        let mut node = place + 1;
        while node < self.sums.len() {
            self.sums[node] += times;
            node += node & node.wrapping_neg();
        }
    }

    /// What is at the first `places` places.
    fn first(&self, places: usize) -> u64 {
        let (mut node, mut sum) = (places, 0);
        while node > 0 {
            sum += self.sums[node];
            node &= node - 1;
        }
        sum
    }

    /// What is below a place and what is above it.
    fn around(&self, place: usize) -> (u64, u64) {
        (self.first(place), self.all - self.first(place + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_knows_what_lies_around() {
        let mut tree = Tree::new(5);
        for (place, times) in [(0, 2), (4, 1), (2, 3), (2, 1)] {
            tree.add(place, times);
        }
        let around: Vec<(u64, u64)> = (0..5).map(|place| tree.around(place)).collect();
        assert_eq!(around, [(0, 5), (2, 5), (2, 1), (6, 1), (6, 0)]);
    }

    #[test]
    fn every_pair_is_counted() {
        let truth = [3.0, 1.0, 2.0, 2.0, 5.0, 1.0];
        let predicted = [0.3, 0.2, 0.2, 0.4, 0.1, 0.0];
        let data = Valued {
            truth: &truth,
            predicted: &predicted,
        };
        let ready = Ready::new(data);
        let sizes = ready.ranks.sizes(Multiplicity::Once).unwrap();
        let mut naive = 0;
        for i in 0..6 {
            for j in 0..i {
                let sign = |a: f64, b: f64| i128::from(a > b) - i128::from(a < b);
                naive += sign(truth[i], truth[j]) * sign(predicted[i], predicted[j]);
            }
        }
        assert_eq!(ready.surplus(&sizes, Multiplicity::Once), naive);
    }
}
