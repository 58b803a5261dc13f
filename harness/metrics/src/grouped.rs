//! The average of a metric of numbers over groups of examples: chromosomes, match groups.
//!
//! The metric is taken within each group, so that examples of different groups are never ranked
//! against each other, and averaged by the number of examples in each, as TraitGym (Benegas, Eraslan and
//! Song 2025, doi:10.1101/2025.02.11.637758) averages by chromosome. Direction and range are those of the metric.
//!
//! Undefined where the metric is undefined in any group that has an example: leaving that group out
//! would be a mean over other data. In a bootstrap a group of which nothing is drawn has no weight.

use titer_core::{Multiplicity, Prepared, Undefined, Valued, ValuesMetric};

use crate::checked::no_examples;
use crate::clustering::PerClustering;

/// Answers to a question of numbers, group after group.
#[derive(Clone, Debug)]
pub struct GroupedValued {
    groups: Groups,
    truth: Vec<f64>,
    predicted: Vec<f64>,
}

/// Which examples are in which group.
#[derive(Clone, Debug)]
struct Groups {
    names: Vec<String>,
    /// Example numbers, group after group.
    order: Vec<u32>,
    /// Where each group ends.
    ends: Vec<usize>,
}

impl Groups {
    fn new(examples: usize, group_of: &[u32], names: &[String]) -> Result<Self, Undefined> {
        if group_of.len() != examples {
            return Err(Undefined::because(format!(
                "{examples} examples but {} group numbers",
                group_of.len()
            )));
        }
        let Ok(all) = u32::try_from(examples) else {
            return Err(Undefined::because(format!(
                "{examples} examples are more than a metric takes (2^32)"
            )));
        };
        if let Some(group) = group_of.iter().find(|&&one| one as usize >= names.len()) {
            return Err(Undefined::because(format!(
                "group {group} of {} groups",
                names.len()
            )));
        }
        let mut order: Vec<u32> = (0..all).collect();
        order.sort_by_key(|&index| group_of[index as usize]);
        let end = |group: u32| order.partition_point(|&index| group_of[index as usize] <= group);
        Ok(Self {
            ends: (0..names.len() as u32).map(end).collect(),
            names: names.to_vec(),
            order,
        })
    }

    /// Values in the order of the groups.
    fn sorted<T: Copy>(&self, values: &[T]) -> Vec<T> {
        let value = |&index: &u32| values[index as usize];
        self.order.iter().map(value).collect()
    }

    fn range(&self, group: usize) -> std::ops::Range<usize> {
        let start = group.checked_sub(1).map_or(0, |before| self.ends[before]);
        start..self.ends[group]
    }

    fn average<'a>(
        &'a self,
        prepare: impl Fn(std::ops::Range<usize>) -> Box<dyn Prepared + 'a>,
    ) -> GroupedAverage<'a> {
        let numbers = 0..self.names.len();
        GroupedAverage {
            groups: self,
            parts: numbers.map(|group| prepare(self.range(group))).collect(),
            placed: PerClustering::new(),
        }
    }
}

impl GroupedValued {
    /// Sorts answers by group; `group_of` numbers the group of each example in `names`.
    ///
    /// # Errors
    /// True values, predicted ones and groups are not as many, or a group has no name.
    pub fn new(data: Valued<'_>, group_of: &[u32], names: &[String]) -> Result<Self, Undefined> {
        let (truth, predicted) = (data.truth.len(), data.predicted.len());
        if truth != predicted {
            return Err(Undefined::because(format!(
                "{truth} true values but {predicted} predicted"
            )));
        }
        let groups = Groups::new(truth, group_of, names)?;
        Ok(Self {
            truth: groups.sorted(data.truth),
            predicted: groups.sorted(data.predicted),
            groups,
        })
    }

    /// A metric's average over the groups.
    #[must_use]
    pub fn prepare(&self, metric: &dyn ValuesMetric) -> GroupedAverage<'_> {
        self.groups.average(|range| {
            metric.prepare(Valued {
                truth: &self.truth[range.clone()],
                predicted: &self.predicted[range],
            })
        })
    }
}

/// A metric within each group, averaged by the number of examples.
pub struct GroupedAverage<'a> {
    groups: &'a Groups,
    parts: Vec<Box<dyn Prepared + 'a>>,
    placed: PerClustering<Vec<Placed>>,
}

/// Where the examples of a group lie.
struct Placed {
    cluster_of: Vec<u32>,
    /// Clusters and how many of the group's examples each holds.
    held: Vec<(u32, u32)>,
}

/// What a group of some examples has to say.
struct Answer {
    examples: u64,
    value: Result<f64, Undefined>,
}

impl GroupedAverage<'_> {
    fn place(&self, cluster_of: &[u32]) -> Vec<Placed> {
        let place = |group: usize| {
            let examples = &self.groups.order[self.groups.range(group)];
            let own = examples.iter().map(|&index| cluster_of[index as usize]);
            let own: Vec<u32> = own.collect();
            let mut sorted = own.clone();
            sorted.sort_unstable();
            let runs = sorted.chunk_by(|a, b| a == b);
            Placed {
                held: runs.map(|run| (run[0], run.len() as u32)).collect(),
                cluster_of: own,
            }
        };
        (0..self.parts.len()).map(place).collect()
    }

    fn answers(&self, multiplicity: Multiplicity<'_>) -> Result<Vec<Answer>, Undefined> {
        let Multiplicity::PerCluster { counts, cluster_of } = multiplicity else {
            let parts = self.parts.iter().enumerate();
            let answers = parts.map(|(group, part)| Answer {
                examples: self.groups.range(group).len() as u64,
                value: part.value(multiplicity),
            });
            return Ok(answers.collect());
        };
        self.placed.read(
            cluster_of,
            self.groups.order.len(),
            counts.len(),
            |of, _| self.place(of),
            |placed| {
                let parts = self.parts.iter().zip(placed);
                let answers = parts.map(|(part, placed)| Answer {
                    examples: placed.drawn(counts),
                    value: part.value(Multiplicity::PerCluster {
                        counts,
                        cluster_of: &placed.cluster_of,
                    }),
                });
                answers.collect()
            },
        )
    }

    fn nowhere_undefined(&self, answers: &[Answer]) -> Result<(), Undefined> {
        let named = answers.iter().zip(&self.groups.names);
        let mut missing = named.filter_map(|(answer, name)| {
            let reason = answer.value.as_ref().err()?;
            (answer.examples > 0).then_some((name, reason))
        });
        let Some((name, reason)) = missing.next() else {
            return Ok(());
        };
        Err(Undefined::because(format!(
            "undefined in {} of {} groups, first in {name}: {reason}",
            1 + missing.count(),
            answers.iter().filter(|answer| answer.examples > 0).count()
        )))
    }
}

impl Placed {
    fn drawn(&self, counts: &[u32]) -> u64 {
        let held = self.held.iter();
        held.map(|&(cluster, examples)| u64::from(counts[cluster as usize]) * u64::from(examples))
            .sum()
    }
}

impl Prepared for GroupedAverage<'_> {
    fn value(&self, multiplicity: Multiplicity<'_>) -> Result<f64, Undefined> {
        let answers = self.answers(multiplicity)?;
        let all: u64 = answers.iter().map(|answer| answer.examples).sum();
        if all == 0 {
            return Err(no_examples());
        }
        self.nowhere_undefined(&answers)?;
        let weighed = answers.iter().filter(|answer| answer.examples > 0);
        let values = weighed.filter_map(|answer| {
            let value = answer.value.as_ref().ok()?;
            Some((answer.examples as f64, *value))
        });
        // The mean of equal values is that value but for rounding, which must not take it beyond the
        // metric's range.
        let (mut sum, mut lowest, mut highest) = (0.0, f64::INFINITY, f64::NEG_INFINITY);
        for (examples, value) in values {
            sum += examples * value;
            lowest = value.min(lowest);
            highest = value.max(highest);
        }
        Ok((sum / all as f64).clamp(lowest, highest))
    }
}

#[cfg(test)]
mod tests;
