//! What a plan needs to know of a selection's examples, found in one pass over them.

use std::collections::{BTreeMap, BTreeSet};

use titer_core::example::{ExamplesDigest, InputsDigest};
use titer_core::{Digest, Example, Target};
use titer_store::GroupNames;

use crate::selection::Inputs;

/// What examples are like.
#[derive(Clone, Debug)]
pub struct Survey {
    /// Their digest, as the run folder keeps them.
    pub digest: Digest,
    /// What a model may see of them.
    pub inputs: Inputs,
    /// How many there are.
    pub count: usize,
    /// How many there would be without a limit.
    pub available: u64,
    /// The names of their strata and clusters.
    pub groups: GroupNames,
    /// The chromosomes that they lie on.
    pub chromosomes: BTreeSet<String>,
    /// Whether one lies on none that is known.
    pub is_partly_unplaced: bool,
    /// Whether chromosome and position of one are known.
    pub has_positions: bool,
    /// Whether one has two sequences.
    pub has_second: bool,
    /// Of each class how many there are, and the first one's id.
    pub classes: BTreeMap<usize, (usize, String)>,
    /// Of each label of the dataset, the examples that it is not true of and those that it is true of; else none.
    pub labels: Vec<[usize; 2]>,
    /// The first.
    pub first: Option<Example>,
    /// The first of the shortest.
    pub shortest: Option<Example>,
    /// The first of the longest.
    pub longest: Option<Example>,
}

impl Survey {
    /// That of these examples.
    #[must_use]
    pub fn of(examples: &[Example]) -> Self {
        let mut surveyed = Surveyed::default();
        examples.iter().for_each(|example| surveyed.add(example));
        surveyed.finish(examples.len() as u64)
    }
}

/// A survey in the making.
#[derive(Default)]
pub struct Surveyed {
    digest: ExamplesDigest,
    inputs: InputsDigest,
    count: usize,
    bases: u64,
    groups: GroupNames,
    chromosomes: BTreeSet<String>,
    is_partly_unplaced: bool,
    has_positions: bool,
    has_second: bool,
    classes: BTreeMap<usize, (usize, String)>,
    labels: Vec<[usize; 2]>,
    first: Option<Example>,
    shortest: Option<Example>,
    longest: Option<Example>,
}

impl Surveyed {
    /// Looks at the next example.
    pub fn add(&mut self, example: &Example) {
        self.digest.add(example);
        self.inputs.add(example);
        self.groups.add(example);
        self.count += 1;
        self.bases += example.sequence.len() as u64;
        self.has_second |= example.second.is_some();
        let place = &example.place;
        match &place.chromosome {
            None => self.is_partly_unplaced = true,
            Some(name) => {
                self.has_positions |= place.position.is_some();
                if !self.chromosomes.contains(name) {
                    self.chromosomes.insert(name.clone());
                }
            }
        }
        if let Target::Class(class) = example.target {
            let seen = self.classes.entry(class);
            seen.or_insert_with(|| (0, example.id.clone())).0 += 1;
        }
        if let Target::Labels(labels) = &example.target {
            let more = self.labels.len().max(labels.len());
            self.labels.resize(more, [0; 2]);
            for (counts, truth) in self.labels.iter_mut().zip(labels) {
                if let Some(count) = truth.and_then(|truth| counts.get_mut(usize::from(truth))) {
                    *count += 1;
                }
            }
        }
        let bases = example.sequence.len();
        let of = |held: &Option<Example>| held.as_ref().map(|held| held.sequence.len());
        if self.first.is_none() {
            self.first = Some(example.clone());
        }
        if of(&self.shortest).is_none_or(|shortest| bases < shortest) {
            self.shortest = Some(example.clone());
        }
        if of(&self.longest).is_none_or(|longest| bases > longest) {
            self.longest = Some(example.clone());
        }
    }

    /// The survey; of so many examples these are, where a limit chose among them.
    #[must_use]
    pub fn finish(self, available: u64) -> Survey {
        Survey {
            digest: self.digest.finish(),
            inputs: Inputs {
                digest: self.inputs.finish(),
                count: self.count as u64,
                bases: self.bases,
            },
            count: self.count,
            available,
            groups: self.groups,
            chromosomes: self.chromosomes,
            is_partly_unplaced: self.is_partly_unplaced,
            has_positions: self.has_positions,
            has_second: self.has_second,
            classes: self.classes,
            labels: self.labels,
            first: self.first,
            shortest: self.shortest,
            longest: self.longest,
        }
    }
}
