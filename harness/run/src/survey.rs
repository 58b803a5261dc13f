//! What a plan needs to know of a selection's examples, found in one pass over them.

use std::collections::{BTreeMap, BTreeSet};

use titer_core::example::{ExamplesDigest, InputsDigest};
use titer_core::{Digest, Example, Target};
use titer_store::GroupNames;

use crate::input_sampler::InputSampler;
use crate::selection::Inputs;
use crate::similarities::Similarities;

/// What examples are like.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    digest: ExamplesDigest,
    inputs: InputsDigest,
    count: u64,
    bases: u64,
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
    /// What their sequences are made of.
    pub measured: InputSampler,
    /// What each one's similarity to training data is measured with; `None`: nobody asks.
    pub similarity: Option<Similarities>,
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
        let mut survey = Self::default();
        examples.iter().for_each(|example| survey.add(example));
        survey.available = survey.count;
        survey
    }

    /// Looks at the next example.
    pub fn add(&mut self, example: &Example) {
        self.digest.add(example);
        self.inputs.add(example);
        self.groups.add(example);
        self.measured.add(example);
        if let Some(similarity) = &mut self.similarity {
            similarity.add(example);
        }
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

    /// The digest of the examples, as the run folder keeps them.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest.finish()
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// What a model may see of them.
    #[must_use]
    pub fn inputs(&self) -> Inputs {
        Inputs {
            digest: self.inputs.finish(),
            count: self.count,
            bases: self.bases,
        }
    }
}
