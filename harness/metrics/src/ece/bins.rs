//! Bins of equal mass whose edges do not depend on the order of ties.

use titer_core::{Labelled, Multiplicity, Undefined};

use crate::checked::{check, no_examples};
use crate::clustering;

/// Examples of similar probability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bin {
    /// Examples, each as often as it counts.
    pub examples: u64,
    /// Positives among them.
    pub positives: u64,
    /// Their mean probability.
    pub mean_probability: f64,
    /// The smallest probability.
    pub lowest: f64,
    /// The largest probability.
    pub highest: f64,
}

impl Bin {
    /// The share of positives.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.positives as f64 / self.examples as f64
    }

    /// Mean probability minus share of positives: above 0 is overconfident.
    #[must_use]
    pub fn gap(&self) -> f64 {
        self.mean_probability - self.share()
    }

    /// The standard error of the share.
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        let share = self.share();
        (share * (1.0 - share) / self.examples as f64).sqrt()
    }
}

/// The points of a reliability diagram: at most `bins` bins of about equal numbers of examples, from
/// low to high probability.
///
/// Equal probabilities always share a bin: a group of them goes to the bin that its middle falls
/// in, so that ties may leave fewer bins, and the order of the examples changes nothing.
///
/// # Errors
/// There are no examples, a probability is not in [0, 1], or no bins are asked for.
pub fn reliability(data: Labelled<'_>, bins: usize) -> Result<Vec<Bin>, Undefined> {
    check(data)?;
    Sorted::new(data).bins(Multiplicity::Once, bins)
}

/// Examples by probability.
pub(super) struct Sorted(Vec<Item>);

#[derive(Clone, Copy)]
struct Item {
    probability: f64,
    index: u32,
    truth: bool,
}

/// Equal probabilities.
#[derive(Clone, Copy)]
struct Group {
    probability: f64,
    examples: u64,
    positives: u64,
}

impl Sorted {
    /// Sorts data that were checked.
    pub(super) fn new(data: Labelled<'_>) -> Self {
        let pairs = data.truth.iter().zip(data.probability).zip(0u32..);
        let mut items: Vec<Item> = pairs
            .map(|((&truth, &p), index)| Item {
                // Adding 0 makes one zero of the two.
                probability: p + 0.0,
                index,
                truth,
            })
            .collect();
        items.sort_unstable_by(|a, b| a.probability.total_cmp(&b.probability));
        Self(items)
    }

    /// Bins of the labels that are true.
    pub(super) fn bins(
        &self,
        multiplicity: Multiplicity<'_>,
        bins: usize,
    ) -> Result<Vec<Bin>, Undefined> {
        clustering::check(multiplicity, self.0.len())?;
        let weighed = || {
            self.0.iter().map(|item| {
                let times = u64::from(multiplicity.of(item.index as usize));
                (item.probability, times, times * u64::from(item.truth))
            })
        };
        let total = weighed().map(|(_, times, _)| times).sum();
        cut(weighed(), total, bins)
    }
}

/// Cuts (probability, examples, positives), sorted by probability, into bins; `total` are all examples.
fn cut(
    sorted: impl Iterator<Item = (f64, u64, u64)>,
    total: u64,
    bins: usize,
) -> Result<Vec<Bin>, Undefined> {
    if bins == 0 {
        return Err(Undefined::because("0 bins were asked for"));
    }
    if total == 0 {
        return Err(no_examples());
    }
    let (mut cut, mut open) = (Vec::new(), None);
    let mut before = 0;
    for group in groups(sorted) {
        let twice_middle = u128::from(2 * before + group.examples);
        before += group.examples;
        let number = twice_middle * bins as u128 / u128::from(2 * total);
        match &mut open {
            Some((of, sums)) if *of == number => Sums::add(sums, group),
            _ => cut.extend(open.replace((number, Sums::of(group))).map(Sums::bin)),
        }
    }
    cut.extend(open.map(Sums::bin));
    Ok(cut)
}

/// What is drawn, equal probabilities together.
fn groups(sorted: impl Iterator<Item = (f64, u64, u64)>) -> impl Iterator<Item = Group> {
    let drawn = sorted.filter(|&(_, examples, _)| examples > 0);
    let mut drawn = drawn
        .map(|(probability, examples, positives)| Group {
            probability,
            examples,
            positives,
        })
        .peekable();
    std::iter::from_fn(move || {
        let mut group = drawn.next()?;
        while let Some(same) = drawn.next_if(|next| next.probability == group.probability) {
            group.examples += same.examples;
            group.positives += same.positives;
        }
        Some(group)
    })
}

/// The groups of a bin so far.
struct Sums {
    lowest: f64,
    highest: f64,
    probability: f64,
    examples: u64,
    positives: u64,
}

impl Sums {
    fn of(group: Group) -> Self {
        Self {
            lowest: group.probability,
            highest: group.probability,
            probability: group.probability * group.examples as f64,
            examples: group.examples,
            positives: group.positives,
        }
    }

    fn add(&mut self, group: Group) {
        self.highest = group.probability;
        self.probability += group.probability * group.examples as f64;
        self.examples += group.examples;
        self.positives += group.positives;
    }

    fn bin((_, sums): (u128, Self)) -> Bin {
        Bin {
            examples: sums.examples,
            positives: sums.positives,
            // Rounding may move the mean of equal numbers by the last bit.
            mean_probability: (sums.probability / sums.examples as f64)
                .clamp(sums.lowest, sums.highest),
            lowest: sums.lowest,
            highest: sums.highest,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(probability: &[f64], bins: usize) -> Vec<u64> {
        let data = Labelled {
            truth: &vec![true; probability.len()],
            probability,
            threshold: 0.5,
        };
        let bins = reliability(data, bins).unwrap();
        bins.iter().map(|bin| bin.examples).collect()
    }

    #[test]
    fn bins_are_of_equal_mass_where_nothing_ties() {
        let probability: Vec<f64> = (0..12).map(|i| f64::from(i) / 12.0).collect();
        assert_eq!(sizes(&probability, 4), [3, 3, 3, 3]);
        assert_eq!(sizes(&probability, 100), [1; 12]);
    }

    #[test]
    fn equal_values_share_a_bin() {
        assert_eq!(sizes(&[0.5; 7], 4), [7]);
        assert_eq!(sizes(&[0.0, -0.0, 0.0, 0.1], 2), [3, 1]);
        assert_eq!(sizes(&[0.1, 0.2, 0.2, 0.2, 0.2, 0.9], 3), [1, 4, 1]);
    }

    #[test]
    fn no_bins_is_said() {
        let data = Labelled {
            truth: &[true],
            probability: &[0.5],
            threshold: 0.5,
        };
        assert!(reliability(data, 0).is_err());
    }
}
