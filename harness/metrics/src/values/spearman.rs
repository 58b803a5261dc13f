//! Spearman's rank correlation.

use titer_core::{
    About, Chance, Direction, IntervalKind, Multiplicity, Prepared, Sees, Undefined, Valued,
    ValuesMetric,
};

use super::checked::{self, Side, constant};
use super::ranks::Ranks;

/// Spearman's rank correlation.
///
/// # What it measures
/// Pearson's correlation of the ranks of true and predicted values; equal values share the middle of
/// their ranks.
///
/// # Range and direction
/// -1 to 1, higher is better; 0 is chance.
///
/// # Undefined when
/// Every true or every predicted value is the same.
///
/// # Source
/// Spearman 1904, doi:10.2307/1412159
#[derive(Clone, Copy, Debug)]
pub struct Spearman;

impl ValuesMetric for Spearman {
    fn about(&self) -> About {
        About {
            name: "spearman",
            title: "Spearman's rank correlation",
            measures: "The correlation of the ranks of true and predicted values; equal values share the middle of their ranks.",
            direction: Direction::HigherIsBetter,
            range: (-1.0, 1.0),
            undefined_when: "every true or every predicted value is the same",
            source: "Spearman 1904, doi:10.2307/1412159",
            interval: IntervalKind::Bootstrap,
            sees: Sees::Number,
            mixes_classes: false,
            chance: Chance::Always(0.0),
        }
    }

    fn prepare<'a>(&self, data: Valued<'a>) -> Box<dyn Prepared + 'a> {
        checked::prepare(data, |data| Ok(Ready(Ranks::new(data))))
    }
}

struct Ready(Ranks);

impl Prepared for Ready {
    fn value(&self, multiplicity: Multiplicity<'_>) -> Result<f64, Undefined> {
        let sizes = self.0.sizes(multiplicity)?;
        let [truth, predicted] = sizes.group.map(|sizes| Centred::new(&sizes));
        for (ranks, side) in [(&truth, Side::Truth), (&predicted, Side::Predicted)] {
            if ranks.squares == 0 {
                return Err(constant(side));
            }
        }
        let [true_groups, predicted_groups] = &self.0.group_of;
        let pairs = true_groups.iter().zip(predicted_groups).enumerate();
        // Whole numbers of 128 bits: exact in any order.
        let product: i128 = pairs
            .map(|(index, (&a, &b))| {
                let times = i128::from(multiplicity.of(index));
                times * truth.rank[a as usize] * predicted.rank[b as usize]
            })
            .sum();
        let scale = (truth.squares as f64).sqrt() * (predicted.squares as f64).sqrt();
        Ok((product as f64 / scale).clamp(-1.0, 1.0))
    }
}

/// Twice the distance of each group's middle rank from the mean rank: a whole number.
struct Centred {
    rank: Vec<i128>,
    squares: i128,
}

impl Centred {
    fn new(sizes: &[u64]) -> Self {
        let all: u64 = sizes.iter().sum();
        let (mut below, mut squares) = (0, 0);
        let rank = sizes.iter().map(|&size| {
            let rank = i128::from(2 * below + size) - i128::from(all);
            below += size;
            squares += i128::from(size) * rank * rank;
            rank
        });
        let rank = rank.collect();
        Self { rank, squares }
    }
}
