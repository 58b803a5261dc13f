//! Which values are equal and which are larger.

use titer_core::{Multiplicity, Undefined, Valued};

use crate::checked::no_examples;
use crate::clustering;

/// Groups of equal values of each side, numbered from the smallest value.
pub(crate) struct Ranks {
    /// The group of each example among true values and among predicted ones.
    pub(crate) group_of: [Vec<u32>; 2],
    /// How many groups each side has.
    pub(crate) groups: [usize; 2],
}

/// How many examples there are in all and in each group, where each counts as often as said.
pub(crate) struct Sizes {
    pub(crate) all: u64,
    pub(crate) group: [Vec<u64>; 2],
}

impl Ranks {
    /// Groups values that were checked.
    pub(crate) fn new(data: Valued<'_>) -> Self {
        let (truth, true_groups) = group(data.truth);
        let (predicted, predicted_groups) = group(data.predicted);
        Self {
            group_of: [truth, predicted],
            groups: [true_groups, predicted_groups],
        }
    }

    /// Counts: at least one example counts.
    pub(crate) fn sizes(&self, multiplicity: Multiplicity<'_>) -> Result<Sizes, Undefined> {
        let examples = self.group_of[0].len();
        clustering::check(multiplicity, examples)?;
        let mut sizes = Sizes {
            all: 0,
            group: self.groups.map(|groups| vec![0; groups]),
        };
        let [truth, predicted] = &mut sizes.group;
        for index in 0..examples {
            let times = u64::from(multiplicity.of(index));
            sizes.all += times;
            truth[self.group_of[0][index] as usize] += times;
            predicted[self.group_of[1][index] as usize] += times;
        }
        if sizes.all == 0 {
            return Err(no_examples());
        }
        Ok(sizes)
    }
}

fn group(values: &[f64]) -> (Vec<u32>, usize) {
    // Adding 0 makes one zero of the two.
    let numbered = values.iter().zip(0u32..);
    let mut sorted: Vec<(f64, u32)> = numbered.map(|(&v, index)| (v + 0.0, index)).collect();
    sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let mut group_of = vec![0; values.len()];
    let mut groups = 0;
    for (equal, number) in sorted.chunk_by(|a, b| a.0 == b.0).zip(0u32..) {
        for &(_, index) in equal {
            group_of[index as usize] = number;
        }
        groups += 1;
    }
    (group_of, groups)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_share_a_group() {
        let (group_of, groups) = group(&[2.0, -1.0, 0.0, -0.0, 2.0]);
        assert_eq!((group_of, groups), (vec![2, 0, 1, 1, 2], 3));
    }
}
