//! Strata: which group of a stratum each unit is in.

use crate::ground::Ground;
use crate::stratum::CLASS;

/// Stands for the dataset where a stratum is broken down over all of a suite's.
pub const EVERY_DATASET: &str = "every dataset";

/// Stands for the stratum where the labels of a question are held against each other.
pub const LABEL: &str = "label";

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
    let (names, places) = of_examples.in_order();
    let units = ground.units.iter();
    let of = units.map(|unit| places(unit.example as usize));
    let of: Vec<Option<u32>> = of.collect();
    in_order(&of, |place| names[place as usize].to_owned())
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
