//! What a dataset holds, counted.

use std::collections::{BTreeMap, BTreeSet};

use titer_core::{Example, Target};

use crate::LoadedDataset;
use crate::ahead::each_row;
use crate::error::DataError;
use crate::hygiene::{Letters, Repeats, Seen};
use crate::read::{Counts, other_assembly};
use crate::rows::Met;

/// What a dataset holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// Every split by name.
    pub splits: BTreeMap<String, SplitSummary>,
    /// What was met that is no error.
    pub met: Met,
    /// How often the same letters stand again.
    pub repeats: Repeats,
}

impl Summary {
    /// What is no error and still worth knowing, one line each.
    #[must_use]
    pub fn remarks(&self) -> Vec<String> {
        let letters = self.splits.iter().filter_map(|(name, split)| {
            let words = split.letters.in_words()?;
            Some(format!("letters of split {name}: {words}"))
        });
        let mut remarks: Vec<String> = letters.chain(self.repeats.in_words()).collect();
        if self.met.variants > 0 {
            remarks.push(format!(
                "the reference allele of {} of {} variants is not what the genome has there",
                self.met.other_reference, self.met.variants
            ));
        }
        remarks
    }
}

/// What a split holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SplitSummary {
    /// Examples.
    pub examples: u64,
    /// Examples (windows) or scored positions (per-position) of each class, in the order of the
    /// dataset's classes; of labels the examples that each is true of.
    pub classes: Vec<(String, u64)>,
    /// Of labels, the examples of which each is known; else none.
    pub known: Vec<u64>,
    /// The smallest and the largest true number, where targets are numbers.
    pub values: Option<(f64, f64)>,
    /// The shortest sequence, bases (context included).
    pub shortest: usize,
    /// The middle length, bases: half of the sequences are no longer.
    pub middle: usize,
    /// The longest sequence, bases (context included).
    pub longest: usize,
    /// What the letters are.
    pub letters: Letters,
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
    let mut seen = Seen::default();
    let met = each_row(loaded, |row| {
        counts.add(&row.split);
        seen.add(&row.split, &row.example);
        if !splits.contains_key(&row.split) {
            splits.insert(row.split.clone(), Tally::new(classes));
        }
        if let Some(tally) = splits.get_mut(&row.split) {
            tally.add(&row.example, row.lower_case);
        }
    })?;
    counts.check(loaded)?;
    other_assembly(loaded, met)?;
    let splits = splits
        .into_iter()
        .map(|(name, tally)| (name, tally.finish()));
    Ok(Summary {
        splits: splits.collect(),
        met,
        repeats: seen.repeats(),
    })
}

struct Tally {
    summary: SplitSummary,
    clusters: BTreeMap<String, BTreeSet<String>>,
    /// How many sequences are so long.
    lengths: BTreeMap<usize, u64>,
}

impl Tally {
    fn new(classes: &[String]) -> Self {
        let summary = SplitSummary {
            classes: classes.iter().map(|class| (class.clone(), 0)).collect(),
            ..SplitSummary::default()
        };
        Self {
            summary,
            clusters: BTreeMap::new(),
            lengths: BTreeMap::new(),
        }
    }

    fn add(&mut self, example: &Example, lower_case: u32) {
        self.summary.letters.add(example, lower_case);
        let length = example.sequence.len();
        self.summary.examples += 1;
        *self.lengths.entry(length).or_default() += 1;
        match &example.target {
            Target::Class(class) => self.count(*class),
            Target::Labels(labels) => {
                self.summary.known.resize(labels.len(), 0);
                for (label, truth) in labels.iter().enumerate() {
                    if *truth == Some(true) {
                        self.count(label);
                    }
                    if let Some(known) = self.summary.known.get_mut(label) {
                        *known += u64::from(truth.is_some());
                    }
                }
            }
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
        for (name, cluster) in &example.clusters {
            if !self.clusters.contains_key(name) {
                self.clusters.insert(name.clone(), BTreeSet::new());
            }
            if let Some(known) = self.clusters.get_mut(name)
                && !known.contains(cluster)
            {
                known.insert(cluster.clone());
            }
        }
    }

    fn count(&mut self, class: usize) {
        if let Some((_, count)) = self.summary.classes.get_mut(class) {
            *count += 1;
        }
    }

    fn finish(mut self) -> SplitSummary {
        let ends = (
            self.lengths.first_key_value(),
            self.lengths.last_key_value(),
        );
        if let (Some((shortest, _)), Some((longest, _))) = ends {
            (self.summary.shortest, self.summary.longest) = (*shortest, *longest);
        }
        self.summary.middle = self.middle();
        let clusters = self.clusters.into_iter();
        self.summary.clusters = clusters
            .map(|(name, values)| (name, values.len() as u64))
            .collect();
        self.summary
    }

    fn middle(&self) -> usize {
        let mut so_far = 0;
        let mut lengths = self.lengths.iter();
        let middle = lengths.find(|(_, count)| {
            so_far += **count;
            2 * so_far >= self.summary.examples
        });
        middle.map_or(0, |(length, _)| *length)
    }
}
