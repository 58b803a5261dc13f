//! Strata: which group of a stratum each unit is in.

use crate::numbers::Numbers;
use crate::stratum::Groups;
use crate::units::Units;

/// Stands for the dataset where a stratum is broken down over all of a suite's.
pub const EVERY_DATASET: &str = "every dataset";

/// Stands for the stratum where the labels of a question are held against each other.
pub const LABEL: &str = "label";

/// The groups of a stratum in order, and the group of each unit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Strata {
    /// The groups' names, in order.
    pub groups: Vec<String>,
    /// For each unit, the index of its group; none where its example has none.
    pub of: Numbers,
}

impl Strata {
    /// The groups that examples are in, said of units.
    #[must_use]
    pub fn of_examples(groups: &Groups, units: &Units) -> Self {
        let (names, places) = groups.in_order();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let numbers = || units.iter().map(|unit| places(unit.example as usize));
        Self::new(&names, numbers)
    }

    /// The true classes of units, by their numbers, as groups.
    #[must_use]
    pub fn of_classes(class_of: &[Option<u8>], names: &[String]) -> Self {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        Self::new(&names, || class_of.iter().map(|class| class.map(u64::from)))
    }

    /// Those groups that hold a unit; a number beyond the names is of none.
    fn new<I: Iterator<Item = Option<u64>>>(names: &[&str], numbers: impl Fn() -> I) -> Self {
        let mut there = vec![false; names.len()];
        for number in numbers().flatten() {
            if let Some(there) = there.get_mut(number as usize) {
                *there = true;
            }
        }
        let mut index = vec![None; names.len()];
        let mut groups = Vec::new();
        for (number, name) in names
            .iter()
            .enumerate()
            .filter(|(number, _)| there[*number])
        {
            index[number] = Some(groups.len() as u64);
            groups.push((*name).to_owned());
        }
        let of = |number: Option<u64>| index.get(number? as usize).copied().flatten();
        Self {
            groups,
            of: numbers().map(of).collect(),
        }
    }

    /// Those of some units.
    #[must_use]
    pub fn part(&self, units: &[usize]) -> Self {
        Self {
            groups: self.groups.clone(),
            of: units.iter().map(|&unit| self.of.get(unit)).collect(),
        }
    }
}
