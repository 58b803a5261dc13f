//! Strata: which group of a stratum each unit is in.

use std::collections::HashMap;

use titer_spec::plan::PlannedDataset;

use crate::ground::{Facts, Ground};

/// The stratum of datasets: which species. It is broken down over the datasets of a suite.
pub const SPECIES: &str = "species";

/// Stands for the dataset where a stratum is broken down over all of a suite's.
pub const EVERY_DATASET: &str = "every dataset";

/// The stratum of the true class.
pub const CLASS: &str = "class";

/// Stands for the stratum where the labels of a question are held against each other.
pub const LABEL: &str = "label";

/// Lower ends of the ranges of GC content, in percent; the last ends at 100.
const GC_FROM: [u32; 5] = [0, 30, 40, 50, 60];

/// The groups of a stratum in order, and the group of each unit (`None`: its example has none).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Strata {
    /// The groups' names, in order.
    pub groups: Vec<String>,
    /// For each unit, the index of its group.
    pub of: Vec<Option<u32>>,
}

/// The groups of a stratum on a dataset: `chromosome`, `strand`, `gc`, `length`, `class`, `species`, or
/// one that the dataset declares. There are none of one that the suite does not ask for.
#[must_use]
pub fn strata(ground: &Ground, stratum: &str) -> Strata {
    if stratum == CLASS {
        let class = |&class: &Option<u8>| class.filter(|&it| usize::from(it) < ground.names.len());
        let numbers: Vec<Option<u8>> = ground.class_of.iter().map(class).collect();
        return in_order(&numbers, |class| ground.names[usize::from(class)].clone());
    }
    let mut known = ground.examples.strata.iter();
    let Some((_, of_examples)) = known.find(|(name, _)| name == stratum) else {
        return Strata::default();
    };
    let mut groups: Vec<(&Group, u32)> =
        of_examples.known.iter().map(|(it, at)| (it, *at)).collect();
    groups.sort_unstable();
    let mut places = vec![0; groups.len()];
    for (place, (_, number)) in (0_u32..).zip(&groups) {
        places[*number as usize] = place;
    }
    let units = ground.units.iter();
    let of = units.map(|unit| {
        let group = of_examples.of.get(unit.example as usize)?;
        places.get(*group as usize).copied()
    });
    let of: Vec<Option<u32>> = of.collect();
    in_order(&of, |place| groups[place as usize].0.1.clone())
}

/// The groups of a stratum, of each example once, whatever its positions; numbered as they come.
#[derive(Clone, Debug, Default)]
pub struct Groups {
    known: HashMap<Group, u32>,
    /// Of each example the number of its group; [`NONE`] where it has none.
    of: Vec<u32>,
}

const NONE: u32 = u32::MAX;

impl Groups {
    /// Takes the next example in.
    pub fn add(&mut self, dataset: &PlannedDataset, fact: &Facts, stratum: &str) {
        let next = self.known.len() as u32;
        let group = group(dataset, fact, stratum);
        let number = group.map(|group| *self.known.entry(group).or_insert(next));
        self.of.push(number.unwrap_or(NONE));
    }
}

/// The groups that hold a unit, in the order of their numbers.
fn in_order<N: Copy + Ord>(numbers: &[Option<N>], name: impl Fn(N) -> String) -> Strata {
    let mut there: Vec<N> = numbers.iter().copied().flatten().collect();
    there.sort_unstable();
    there.dedup();
    let index = |number: N| there.binary_search(&number).ok().map(|at| at as u32);
    Strata {
        of: numbers.iter().map(|number| index((*number)?)).collect(),
        groups: there.iter().map(|&number| name(number)).collect(),
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
