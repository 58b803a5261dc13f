//! What a dataset holds, counted.

use std::collections::{BTreeMap, BTreeSet};

use titer_core::{Example, Target};

use crate::LoadedDataset;
use crate::error::DataError;
use crate::read::{Counts, other_assembly};
use crate::rows::{Met, Rows};

/// What a dataset holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// Every split by name.
    pub splits: BTreeMap<String, SplitSummary>,
    /// What was met that is no error.
    pub met: Met,
}

/// What a split holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SplitSummary {
    /// Examples.
    pub examples: u64,
    /// Examples (windows) or scored positions (per-position) of each class, in the order of the
    /// dataset's classes.
    pub classes: Vec<(String, u64)>,
    /// The smallest and the largest true number, where targets are numbers.
    pub values: Option<(f64, f64)>,
    /// The shortest sequence, bases (context included).
    pub shortest: usize,
    /// The longest sequence, bases (context included).
    pub longest: usize,
    /// How many clusters of each cluster column.
    pub clusters: BTreeMap<String, u64>,
}

/// Reads the whole table, checks every row and counts.
///
/// # Errors
/// As [`read`](crate::read()): a flawed row, a repeated id, a split of another size, another assembly.
pub fn check(loaded: &LoadedDataset) -> Result<Summary, DataError> {
    let classes = &loaded.document.value.classes;
    let mut splits: BTreeMap<String, Tally> = BTreeMap::new();
    let mut counts = Counts::default();
    let mut rows = Rows::open(loaded)?;
    while let Some(row) = rows.next()? {
        counts.add(&row.split);
        let tally = splits.entry(row.split);
        tally
            .or_insert_with(|| Tally::new(classes))
            .add(row.example);
    }
    counts.check(loaded)?;
    other_assembly(loaded, rows.met)?;
    let splits = splits
        .into_iter()
        .map(|(name, tally)| (name, tally.finish()));
    Ok(Summary {
        splits: splits.collect(),
        met: rows.met,
    })
}

struct Tally {
    summary: SplitSummary,
    clusters: BTreeMap<String, BTreeSet<String>>,
}

impl Tally {
    fn new(classes: &[String]) -> Self {
        let summary = SplitSummary {
            classes: classes.iter().map(|class| (class.clone(), 0)).collect(),
            shortest: usize::MAX,
            ..SplitSummary::default()
        };
        Self {
            summary,
            clusters: BTreeMap::new(),
        }
    }

    fn add(&mut self, example: Example) {
        let length = example.sequence.len();
        self.summary.examples += 1;
        self.summary.shortest = self.summary.shortest.min(length);
        self.summary.longest = self.summary.longest.max(length);
        match &example.target {
            Target::Class(class) => self.count(*class),
            Target::Value(value) => {
                let (lowest, highest) = self.summary.values.unwrap_or((*value, *value));
                self.summary.values = Some((lowest.min(*value), highest.max(*value)));
            }
            Target::Positions { truth, scored } => {
                for class in scored.iter().flat_map(|range| &truth[range.clone()]) {
                    self.count(usize::from(*class));
                }
            }
        }
        for (name, cluster) in example.clusters {
            self.clusters.entry(name).or_default().insert(cluster);
        }
    }

    fn count(&mut self, class: usize) {
        if let Some((_, count)) = self.summary.classes.get_mut(class) {
            *count += 1;
        }
    }

    fn finish(mut self) -> SplitSummary {
        let clusters = self.clusters.into_iter();
        self.summary.clusters = clusters
            .map(|(name, values)| (name, values.len() as u64))
            .collect();
        self.summary
    }
}
