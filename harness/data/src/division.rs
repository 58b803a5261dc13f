//! Which split an example is of, where a rule says so.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use titer_core::Stream;
use titer_spec::{Dataset, Divide, suggest};

use crate::error::TableError;
use crate::genome::plain;
use crate::records;

/// So many values of a column are remembered, to be named where one is missed.
const REMEMBERED: usize = 32;

/// The split of a record by a rule. `held` is what its column holds, `fold` the value that is left out, of folds; `id` is the
/// example's group where no column names one.
///
/// Of shares the split follows from the seed and the group alone: rows come and go without moving others.
#[must_use]
pub(crate) fn split<'a>(
    rule: &Divide,
    held: Option<&str>,
    id: &str,
    fold: Option<&str>,
) -> &'a str {
    match rule {
        Divide::HeldOut(rule) => {
            let is_in = |values: &[String]| {
                values
                    .iter()
                    .any(|value| held.is_some_and(|held| held == value))
            };
            if is_in(&rule.test) {
                "test"
            } else if is_in(&rule.tuning) {
                "tuning"
            } else {
                "train"
            }
        }
        Divide::Folds(_) => match fold {
            Some(fold) if held != Some(fold) => "train",
            _ => "test",
        },
        Divide::Shares(rule) => {
            let drawn = Stream::new(rule.seed, "divide", held.unwrap_or(id)).uniform();
            if drawn < rule.test {
                "test"
            } else if drawn < rule.test + rule.tuning {
                "tuning"
            } else {
                "train"
            }
        }
    }
}

/// The column that a rule looks at.
#[must_use]
pub(crate) fn column(rule: &Divide) -> Option<&String> {
    match rule {
        Divide::HeldOut(rule) => Some(&rule.column.value),
        Divide::Folds(rule) => Some(&rule.column.value),
        Divide::Shares(rule) => rule.group.as_ref().map(|group| &group.value),
    }
}

/// The values that a rule holds out, and whether rows have them.
pub(crate) struct Held {
    column: String,
    /// Each value as it is compared, and as the rule writes it.
    named: BTreeMap<String, String>,
    missed: BTreeSet<String>,
    /// Whether names of chromosomes are compared.
    are_chromosomes: bool,
    /// Some of the column's values.
    some: BTreeSet<String>,
}

impl Held {
    /// Those of a dataset's rule; none where it holds nothing out.
    #[must_use]
    pub(crate) fn of(dataset: &Dataset) -> Option<Self> {
        let Some(Divide::HeldOut(rule)) = &dataset.divide else {
            return None;
        };
        let column = &rule.column.value;
        let place = records::place(dataset);
        let own = records::own_names(&dataset.layout);
        let is_own = column == "chromosome" && own.contains(&"chromosome");
        let mut held = Self {
            column: column.clone(),
            named: BTreeMap::new(),
            missed: BTreeSet::new(),
            are_chromosomes: is_own || place.chromosome.as_ref() == Some(column),
            some: BTreeSet::new(),
        };
        for value in rule.test.iter().chain(&rule.tuning) {
            let compared = held.compared(value).into_owned();
            held.missed.insert(compared.clone());
            held.named.entry(compared).or_insert_with(|| value.clone());
        }
        Some(held)
    }

    /// A value as the rule writes it, where it is one of the rule's: `chr8` and `8` are one chromosome.
    #[must_use]
    pub(crate) fn name<'a>(&'a self, value: &'a str) -> &'a str {
        let named = self.named.get(&*self.compared(value));
        named.map_or(value, String::as_str)
    }

    /// Takes note of a row's value.
    pub(crate) fn meet(&mut self, value: &str) {
        if !self.missed.is_empty() {
            let compared = self.compared(value).into_owned();
            self.missed.remove(&compared);
        }
        if self.some.len() < REMEMBERED && !self.some.contains(value) {
            self.some.insert(value.to_owned());
        }
    }

    /// Every value that is held out was met.
    ///
    /// # Errors
    /// No row has one of them: a split would be smaller than it seems, or vanish.
    pub(crate) fn check(&self, path: &Path) -> Result<(), TableError> {
        let missed = self.missed.iter().find_map(|it| self.named.get(it));
        // That a table has no row at all is another error.
        let Some(missed) = missed.filter(|_| !self.some.is_empty()) else {
            return Ok(());
        };
        let some: Vec<&str> = self.some.iter().map(String::as_str).collect();
        let same = some.iter().find(|value| plain(value) == plain(missed));
        let cure = match same {
            Some(same) => format!("did you mean `{same}`? Known: {}", some.join(", ")),
            None => suggest::cure(missed, &some),
        };
        let more = if some.len() < REMEMBERED { "" } else { ", ..." };
        Err(TableError {
            path: path.to_owned(),
            line: 0,
            column: Some(self.column.clone()),
            message: format!("no row has `{missed}`, which `divide` holds out"),
            cure: cure + more,
        })
    }

    fn compared<'a>(&self, value: &'a str) -> Cow<'a, str> {
        match self.are_chromosomes {
            true => plain(value),
            false => Cow::Borrowed(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use titer_spec::Located;
    use titer_spec::layout::{Folds, HeldOut, Shares};

    fn of(rule: &Divide, value: &str, fold: Option<&str>) -> &'static str {
        split(rule, Some(value), "id", fold)
    }

    #[test]
    fn chromosomes_are_held_out_or_left_out_one_by_one() {
        let column = Located::nowhere("group".to_owned());
        let rule = Divide::HeldOut(HeldOut {
            column: column.clone(),
            test: vec!["chr8".to_owned()],
            tuning: vec!["chr9".to_owned()],
        });
        assert_eq!(
            ["chr8", "chr9", "chr1"].map(|value| of(&rule, value, None)),
            ["test", "tuning", "train"]
        );
        let rule = Divide::Folds(Folds { column });
        assert_eq!(of(&rule, "chr8", None), "test");
        assert_eq!(of(&rule, "chr8", Some("chr8")), "test");
        assert_eq!(of(&rule, "chr9", Some("chr8")), "train");
    }

    #[test]
    fn shares_keep_groups_together_and_are_as_large_as_asked() {
        let rule = Divide::Shares(Shares {
            group: Some(Located::nowhere("group".to_owned())),
            test: 0.2,
            tuning: 0.1,
            seed: 7,
        });
        let mut counts = [0; 3];
        for gene in 0..10_000 {
            let gene = format!("gene {gene}");
            let split = of(&rule, &gene, None);
            assert_eq!(split, of(&rule, &gene, None));
            counts[["test", "tuning", "train"]
                .iter()
                .position(|it| *it == split)
                .unwrap()] += 1;
        }
        // Four standard deviations of a binomial are 160 and 120.
        assert!((1_840..2_160).contains(&counts[0]), "{counts:?}");
        assert!((880..1_120).contains(&counts[1]), "{counts:?}");
    }
}
