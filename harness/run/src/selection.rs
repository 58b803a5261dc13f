//! Which examples of a dataset are asked about.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::ops::Range;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use titer_core::example::InputsDigest;
use titer_core::{Digest, Example, Stream, Target};
use titer_data::{DataError, LoadedDataset};
use titer_spec::suite::{Binary, Span};
use titer_spec::{Dataset, Question};

use crate::error::RunError;

/// Which examples of a dataset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataSelection {
    /// The dataset's descriptor.
    pub descriptor: PathBuf,
    /// The split.
    pub split: String,
    /// What is asked; it says which classes are kept.
    pub question: Question,
    /// At most so many examples.
    pub limit: Option<usize>,
    /// Ranges that perturbations spare.
    pub spare: Vec<Span>,
    /// Keys the random streams.
    pub seed: u64,
    /// What the plan expects a model to see of them.
    pub inputs: Option<Inputs>,
}

/// What a plan expects a model to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inputs {
    /// The digest of all of it.
    pub digest: Digest,
    /// Examples.
    pub count: u64,
    /// Bases of their sequences.
    pub bases: u64,
}

impl DataSelection {
    /// No example of any dataset: of a job that draws what it asks.
    #[must_use]
    pub fn nothing(seed: u64) -> Self {
        Self {
            descriptor: PathBuf::new(),
            split: String::new(),
            question: Question::Binary(Binary {
                positive: String::new(),
                negative: String::new(),
            }),
            limit: None,
            spare: Vec::new(),
            seed,
            inputs: None,
        }
    }

    /// Hands the examples over, in order; with a limit those that its draws choose, by the seed and each example's id. Gives
    /// how many there would be without a limit.
    ///
    /// # Errors
    /// The dataset cannot be read, or is not what the plan expects any more, which shows when all were handed over; what
    /// `take` gives.
    pub fn each<E: From<DataError> + From<RunError>>(
        &self,
        dataset: &LoadedDataset,
        mut take: impl FnMut(Example) -> Result<(), E>,
    ) -> Result<u64, E> {
        let mut digest = InputsDigest::default();
        let mut take = |example: Example| {
            if self.inputs.is_some() {
                digest.add(&example);
            }
            take(example)
        };
        let mut available = 0;
        let mut drawn = Drawn::new(self.limit, self.seed);
        let keep = |label: &str| self.keeps(label);
        titer_data::each(dataset, &self.split, &keep, |example| {
            available += 1;
            drawn.pass(example).map_or(Ok(()), &mut take)
        })?;
        drawn.finish().into_iter().try_for_each(take)?;
        match self.inputs {
            Some(expected) if expected.digest != digest.finish() => {
                let what = self.descriptor.display();
                let message = format!("{what} changed while the run went on: run again");
                Err(RunError::Worker(message).into())
            }
            _ => Ok(available),
        }
    }

    /// As [`each`](Self::each), all at once.
    ///
    /// # Errors
    /// As [`each`](Self::each).
    pub fn read(&self, dataset: &LoadedDataset) -> Result<Vec<Example>, RunError> {
        let mut examples = Vec::new();
        self.each(dataset, |example| {
            examples.push(example);
            Ok::<(), RunError>(())
        })?;
        Ok(examples)
    }

    fn keeps(&self, label: &str) -> bool {
        match &self.question {
            Question::Binary(binary) => label == binary.positive || label == binary.negative,
            Question::Positions(_) | Question::Labels(_) | Question::Values(_) => true,
            Question::Classes(asked) => asked.classes.iter().any(|class| class == label),
        }
    }

    /// The ranges of an example's sequence that define its label.
    #[must_use]
    pub fn spared(&self, example: &Example, dataset: &Dataset) -> Vec<Range<usize>> {
        let mut ranges: Vec<Range<usize>> = self.spare.iter().copied().map(Into::into).collect();
        if let (Question::Positions(positions), Target::Positions { truth, .. }) =
            (&self.question, &example.target)
        {
            let around = positions.spare_around;
            let background = dataset
                .classes
                .iter()
                .position(|class| *class == positions.background);
            for (offset, class) in truth.iter().enumerate() {
                if Some(usize::from(*class)) != background {
                    let place = dataset.context + offset;
                    ranges.push(place.saturating_sub(around)..place + around + 1);
                }
            }
        }
        ranges
    }
}

/// The examples that a limit chooses: those with the smallest draws. No more than these are held.
pub(crate) struct Drawn {
    limit: Option<usize>,
    seed: u64,
    met: usize,
    held: BinaryHeap<OneDrawn>,
}

struct OneDrawn {
    draw: u64,
    index: usize,
    example: Example,
}

impl Drawn {
    /// The smallest draws of this seed, so many at most.
    pub(crate) fn new(limit: Option<usize>, seed: u64) -> Self {
        Self {
            limit,
            seed,
            met: 0,
            held: BinaryHeap::new(),
        }
    }

    /// Takes an example in, where there is a limit; else gives it back.
    pub(crate) fn pass(&mut self, example: Example) -> Option<Example> {
        let Some(limit) = self.limit else {
            return Some(example);
        };
        let draw = Stream::new(self.seed, "limit", &example.id).whole();
        self.held.push(OneDrawn {
            draw,
            index: self.met,
            example,
        });
        self.met += 1;
        if self.held.len() > limit {
            self.held.pop();
        }
        None
    }

    /// What was chosen, in the order in which it came.
    pub(crate) fn finish(self) -> Vec<Example> {
        let mut held = self.held.into_vec();
        held.sort_unstable_by_key(|one| one.index);
        held.into_iter().map(|one| one.example).collect()
    }
}

impl Ord for OneDrawn {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.draw, self.index).cmp(&(other.draw, other.index))
    }
}

impl PartialOrd for OneDrawn {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for OneDrawn {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for OneDrawn {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_chooses_the_same_examples_in_any_order() {
        let example = |index: usize| crate::job::tests::example(&format!("e{index}"), 4);
        let ids = |limit, examples: &mut dyn Iterator<Item = Example>| {
            let mut drawn = Drawn::new(limit, u64::MAX);
            let passed: Vec<Example> = examples.filter_map(|it| drawn.pass(it)).collect();
            let ids = passed.into_iter().chain(drawn.finish());
            ids.map(|example| example.id).collect::<Vec<String>>()
        };
        let forwards = ids(Some(3), &mut (0..100).map(example));
        let mut backwards = ids(Some(3), &mut (0..100).rev().map(example));
        assert_ne!(forwards, ["e0", "e1", "e2"]);
        assert_eq!(forwards.len(), 3);
        // Each time in the order of the examples.
        assert_ne!(forwards, backwards);
        backwards.reverse();
        assert_eq!(forwards, backwards);
        for limit in [None, Some(2), Some(3)] {
            assert_eq!(ids(limit, &mut (0..2).map(example)), ["e0", "e1"]);
        }
        // What is drawn of few is drawn of more, unless it gives way.
        let of_more = ids(Some(3), &mut (0..200).map(example));
        assert!(
            of_more
                .iter()
                .all(|id| forwards.contains(id) || id[1..].parse::<usize>().unwrap() >= 100)
        );
    }
}
