//! The examples of a dataset, kept in little room: a dataset has millions of them.

use std::collections::BTreeSet;

use titer_core::Target;
use titer_spec::MetricSpec;
use titer_spec::plan::{PlannedDataset, PlannedLadder, PlannedSuite};

use crate::facts::Facts;
use crate::falls::Clusters;
use crate::similarities;
use crate::stratum::{CLASS, Groups};
use crate::texts::{Texts, Words};

/// What is known of examples beside what is true of them, in order.
#[derive(Clone, Debug, Default)]
pub struct Examples {
    ids: Texts,
    /// Positions of each one's stretch, where the question is of positions; else none.
    stretches: Vec<u32>,
}

/// What is known of examples until the last one is read: then it is said of units.
#[derive(Clone, Debug, Default)]
pub struct Grouping {
    /// The cluster of each, by name.
    clusters: Words,
    /// The groups of each stratum that follows from examples.
    pub strata: Vec<(String, Groups)>,
}

impl Examples {
    /// Takes the next one in.
    pub fn add(&mut self, fact: &Facts) {
        self.ids.push(&fact.id);
        if let Target::Positions { truth, .. } = &fact.target {
            self.stretches.push(truth.len() as u32);
        }
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// An example's id; empty where there is no such example.
    #[must_use]
    pub fn id(&self, example: usize) -> &str {
        self.ids.get(example)
    }

    /// How many positions its stretch has; 0 where the question is of none.
    #[must_use]
    pub fn stretch(&self, example: usize) -> usize {
        self.stretches.get(example).map_or(0, |&of| of as usize)
    }
}

impl Grouping {
    /// None yet, of which the strata that a suite asks for will be known.
    #[must_use]
    pub fn new(suite: &PlannedSuite) -> Self {
        let grouped = suite.metrics.iter().filter_map(|metric| match metric {
            MetricSpec::Grouped(grouped) => Some(grouped.by.text()),
            _ => None,
        });
        let strata = suite.strata.iter().map(String::as_str).chain(grouped);
        let ladders = suite.ladders.iter().filter_map(PlannedLadder::groups);
        let strata = strata.chain(ladders.map(|(_, stratum)| stratum));
        let similarity = suite.similarity.as_ref().map(similarities::stratum);
        let strata = strata.chain(similarity.as_deref());
        let strata: BTreeSet<&str> = strata.filter(|name| *name != CLASS).collect();
        let strata = strata
            .into_iter()
            .map(|name| (name.to_owned(), Groups::of(name)));
        Self {
            strata: strata.collect(),
            clusters: Words::default(),
        }
    }

    /// Takes the next example in.
    pub fn add(&mut self, dataset: &PlannedDataset, fact: &Facts) {
        self.clusters.push(fact.cluster.as_deref());
        for (name, groups) in &mut self.strata {
            groups.add(dataset, fact, name);
        }
    }

    /// The number of each example's cluster, by the order of names, and how many there are. An example
    /// without a cluster is one of its own, and comes after all that have one, by its id.
    #[must_use]
    pub fn number_clusters(&self, examples: &Examples) -> (Vec<u32>, usize) {
        let named = &self.clusters.known;
        let mut order: Vec<usize> = (0..named.len()).collect();
        order.sort_unstable_by_key(|of| named.get(*of));
        let mut number_of = vec![0; named.len()];
        for (number, of) in (0u32..).zip(order) {
            number_of[of] = number;
        }
        let mut alone: Vec<usize> = self.alone().collect();
        alone.sort_unstable_by_key(|example| examples.id(*example));
        let clusters = named.len() + alone.len();
        let numbers = self.clusters.numbers.iter();
        let mut numbers: Vec<u32> = numbers
            .map(|of| of.map_or(u32::MAX, |of| number_of[of as usize]))
            .collect();
        for (number, example) in (named.len() as u32..).zip(alone) {
            numbers[example] = number;
        }
        (numbers, clusters)
    }

    /// The examples that have no cluster.
    fn alone(&self) -> impl Iterator<Item = usize> {
        let numbers = self.clusters.numbers.iter().enumerate();
        numbers
            .filter(|(_, of)| of.is_none())
            .map(|(example, _)| example)
    }

    /// The clusters by name, to be held against those of another dataset.
    #[must_use]
    pub fn clusters(&self, examples: &Examples, dataset: &PlannedDataset) -> Clusters {
        let named = self.clusters.known.iter().map(|name| (true, name));
        let alone = self.alone().map(|example| (false, examples.id(example)));
        Clusters::new(dataset, named.chain(alone))
    }
}
