//! A stratum: which group of it each example is in.

use std::collections::HashMap;

use titer_spec::plan::{PlannedDataset, SIMILARITY, of_quantiles};

use crate::facts::Facts;
use crate::numbers::Numbers;

/// The stratum of datasets: which species. It is broken down over the datasets of a suite.
pub const SPECIES: &str = "species";

/// The stratum of the true class.
pub const CLASS: &str = "class";

/// Lower ends of the ranges of GC content, in percent; the last ends at 100.
const GC_FROM: [u32; 5] = [0, 30, 40, 50, 60];

/// The groups of a stratum, of each example once, whatever its positions; numbered as they come.
#[derive(Clone, Debug, Default)]
pub struct Groups {
    known: HashMap<Group, u32>,
    /// Of each example the number of its group, if it has one.
    of: Numbers,
    /// Of a stratum that is cut into groups of equally many examples: which one, and into how many. Until all are known, each
    /// value is a group.
    quantiles: Option<(Quantity, u32)>,
}

impl Groups {
    /// No example yet, of a stratum by its name.
    #[must_use]
    pub fn of(stratum: &str) -> Self {
        let quantiles = of_quantiles(stratum);
        Self {
            quantiles: quantiles.and_then(|(name, groups)| Some((Quantity::of(name)?, groups))),
            ..Self::default()
        }
    }

    /// Takes the next example in.
    pub fn add(&mut self, dataset: &PlannedDataset, fact: &Facts, stratum: &str) {
        let next = self.known.len() as u32;
        let group = match &self.quantiles {
            None => group(dataset, fact, stratum),
            Some((quantity, _)) => quantity.value(fact).map(|value| (value, String::new())),
        };
        let number = group.map(|group| *self.known.entry(group).or_insert(next));
        self.of.push(number.map(u64::from));
    }

    /// The groups' names in order, and each example's place among them.
    pub fn in_order(&self) -> (Vec<String>, impl Fn(usize) -> Option<u64>) {
        let mut groups: Vec<(&Group, u32)> = self.known.iter().map(|(it, at)| (it, *at)).collect();
        groups.sort_unstable();
        let mut places = vec![0; groups.len()];
        let names = match self.quantiles {
            None => {
                for (place, (_, number)) in (0u64..).zip(&groups) {
                    places[*number as usize] = place;
                }
                groups
                    .into_iter()
                    .map(|(group, _)| group.1.clone())
                    .collect()
            }
            Some((quantity, parts)) => self.cut(&groups, (quantity, parts), &mut places),
        };
        let place = move |example: usize| {
            let group = self.of.get(example)?;
            places.get(group as usize).copied()
        };
        (names, place)
    }

    /// Cuts values, in their order, into parts of about equally many examples; equal values stay together. Their names say
    /// which values they hold.
    fn cut(
        &self,
        values: &[(&Group, u32)],
        (quantity, parts): (Quantity, u32),
        places: &mut [u64],
    ) -> Vec<String> {
        let mut counts = vec![0u64; values.len()];
        self.of
            .iter()
            .flatten()
            .for_each(|number| counts[number as usize] += 1);
        let all: u64 = counts.iter().sum();
        let (mut before, mut names, mut last) = (0, Vec::new(), None);
        let mut ends: Vec<(u64, u64)> = Vec::new();
        for (group, number) in values {
            let value = &group.0;
            let count = counts[*number as usize];
            // The part that the middle one of equal values falls into.
            let part = (u64::from(parts) * (2 * before + count)) / (2 * all).max(1);
            before += count;
            if last.replace(part) != Some(part) {
                ends.push((*value, *value));
            }
            if let Some(ends) = ends.last_mut() {
                ends.1 = *value;
            }
            places[*number as usize] = ends.len().saturating_sub(1) as u64;
        }
        names.extend(ends.into_iter().map(|(from, to)| quantity.range(from, to)));
        names
    }
}

/// A number of an example that has an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quantity {
    /// GC content, in hundredths of a percent.
    Gc,
    /// Bases.
    Length,
    /// The bits of the similarity to training data, which are in its order, for it is not below 0.
    Similarity,
}

impl Quantity {
    fn of(stratum: &str) -> Option<Self> {
        match stratum {
            "gc" => Some(Self::Gc),
            "length" => Some(Self::Length),
            SIMILARITY => Some(Self::Similarity),
            _ => None,
        }
    }

    fn value(self, fact: &Facts) -> Option<u64> {
        match self {
            Self::Gc => Some((fact.bases?.gc_share? * 10_000.0).round() as u64),
            Self::Length => Some(fact.bases?.length),
            Self::Similarity => fact.similarity.map(f64::to_bits),
        }
    }

    fn range(self, from: u64, to: u64) -> String {
        match self {
            Self::Gc => format!(
                "{:.1} to {:.1} % GC",
                from as f64 / 100.0,
                to as f64 / 100.0
            ),
            Self::Length => format!("{from} to {to} bases"),
            Self::Similarity => {
                format!("{:.4} to {:.4}", f64::from_bits(from), f64::from_bits(to))
            }
        }
    }
}

/// A group by its place in the order of groups, then its name.
type Group = (u64, String);

fn group(dataset: &PlannedDataset, fact: &Facts, stratum: &str) -> Option<Group> {
    if let Some(name) = fact.strata.get(stratum) {
        return Some((0, name.clone()));
    }
    match stratum {
        "chromosome" => Some((0, fact.place.chromosome.clone()?)),
        "strand" => Some((0, fact.place.strand.clone()?)),
        "gc" => Some(gc_range(fact.bases?.gc_share?)),
        "length" => Some(length_range(fact.bases?.length)),
        SPECIES => Some((0, dataset.organism.clone())),
        _ => None,
    }
}

fn gc_range(share: f64) -> Group {
    let percent = 100.0 * share;
    let above = GC_FROM.iter().filter(|&&from| f64::from(from) <= percent);
    let index = above.count().saturating_sub(1);
    let to = GC_FROM.get(index + 1).copied().unwrap_or(100);
    (index as u64, format!("{} to {to} % GC", GC_FROM[index]))
}

/// Ranges that double: 128 to 255 bases, 256 to 511.
fn length_range(bases: u64) -> Group {
    let from: u64 = if bases == 0 { 0 } else { 1 << bases.ilog2() };
    let to = (2 * from).saturating_sub(1);
    (from, format!("{from} to {to} bases"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_hold_their_lower_end() {
        assert_eq!(gc_range(0.0).1, "0 to 30 % GC");
        assert_eq!(gc_range(0.3).1, "30 to 40 % GC");
        assert_eq!(gc_range(0.599).1, "50 to 60 % GC");
        assert_eq!(gc_range(1.0).1, "60 to 100 % GC");
        assert_eq!(length_range(400).1, "256 to 511 bases");
        assert_eq!(length_range(256).1, "256 to 511 bases");
        assert_eq!(length_range(1).1, "1 to 1 bases");
        assert!(gc_range(0.7) > gc_range(0.35), "in order");
        assert!(length_range(1000) > length_range(400));
    }
}
