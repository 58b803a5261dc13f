//! The examples of a selection, gone through some at a time.

use std::borrow::Cow;

use titer_core::{Example, Sequence, Target};
use titer_data::{DataError, LoadedDataset};

use crate::error::RunError;
use crate::input_sampler::InputSampler;
use crate::selection::DataSelection;
use crate::similarities::Similarities;
use crate::survey::Survey;

/// Memory that the examples of one selection may take, in bytes: more of them are read from the dataset each time.
const HELD: usize = 16 << 20;
/// What an example takes beside its bases and what is true of each of its positions or labels, in bytes, about.
const EACH: usize = 512;
/// Examples and bases that are handed over at a time, about.
const AT_ONCE: (usize, usize) = (4_096, 1 << 21);

/// The examples of a selection: in memory where they are few, else read anew each time.
#[derive(Debug)]
pub struct Examples {
    /// The dataset.
    pub dataset: LoadedDataset,
    /// How they are chosen.
    pub selection: DataSelection,
    held: Held,
}

#[derive(Debug)]
enum Held {
    All(Vec<Example>),
    /// The first, of too many.
    First(Vec<Example>),
}

impl Examples {
    /// The examples of a selection whose inputs a plan has stated, read as far as they may be held.
    ///
    /// # Errors
    /// The dataset cannot be read, or is another one by now, which of too many to be held shows in [`each`](Self::each).
    pub fn open(selection: &DataSelection) -> Result<Self, RunError> {
        let mut dataset = titer_data::open(&selection.descriptor)?;
        dataset.was_read = selection.inputs.is_some();
        let mut few = Few::default();
        let read = selection.each(&dataset, |example| match few.add(example) {
            true => Ok(()),
            false => Err(Ended::TooMany),
        });
        match read {
            Ok(_) | Err(Ended::TooMany) => Ok(Self {
                dataset,
                selection: selection.clone(),
                held: few.finish(),
            }),
            Err(Ended::Failed(error)) => Err(error),
        }
    }

    /// Goes through all examples of a selection, and states in it what was found; `similarity` measures each of them.
    ///
    /// # Errors
    /// The dataset cannot be read.
    pub fn survey(
        mut selection: DataSelection,
        mut dataset: LoadedDataset,
        similarity: Option<Similarities>,
    ) -> Result<(Self, Survey), RunError> {
        let (mut few, mut survey) = (Few::default(), Survey::default());
        survey.similarity = similarity;
        let clusters = &dataset.about().columns.clusters.columns;
        survey.measured = InputSampler::by(clusters.first().cloned());
        survey.available = selection.each(&dataset, |example| {
            survey.add(&example);
            few.add(example);
            Ok::<(), RunError>(())
        })?;
        selection.inputs = Some(survey.inputs());
        dataset.was_read = true;
        let examples = Self {
            dataset,
            selection,
            held: few.finish(),
        };
        Ok((examples, survey))
    }

    /// How many examples there are, and how many bases they have; zeros where no plan has stated it.
    #[must_use]
    pub fn size(&self) -> (u64, u64) {
        let inputs = self.selection.inputs;
        inputs.map_or((0, 0), |inputs| (inputs.count, inputs.bases))
    }

    /// Some of the first, one at least where there is any.
    #[must_use]
    pub fn first(&self) -> &[Example] {
        match &self.held {
            Held::All(examples) | Held::First(examples) => examples,
        }
    }

    /// Hands the examples over in order, some at a time: whole batches of this size but for the last ones.
    ///
    /// # Errors
    /// The dataset cannot be read any more, or is another one by now, which shows when all were handed over; what `take`
    /// gives.
    pub fn each(
        &self,
        batch: usize,
        take: &mut dyn FnMut(&[Example]) -> Result<(), RunError>,
    ) -> Result<(), RunError> {
        if let Held::All(examples) = &self.held {
            return cuts(examples, batch).try_for_each(take);
        }
        let (mut waiting, mut bases) = (Vec::new(), 0);
        self.selection.each(&self.dataset, |example| {
            bases += example.sequence.len();
            waiting.push(example);
            if !is_enough(waiting.len(), bases, batch) {
                return Ok::<(), RunError>(());
            }
            take(&waiting)?;
            waiting.clear();
            bases = 0;
            Ok(())
        })?;
        match waiting.is_empty() {
            true => Ok(()),
            false => take(&waiting),
        }
    }

    /// All of them, whatever memory they take.
    ///
    /// # Errors
    /// The dataset cannot be read any more, or is another one by now.
    pub fn all(&self) -> Result<Cow<'_, [Example]>, RunError> {
        Ok(match &self.held {
            Held::All(examples) => Cow::Borrowed(examples),
            Held::First(_) => Cow::Owned(self.selection.read(&self.dataset)?),
        })
    }
}

/// Whether so many examples are handed over: whole batches, and no longer few.
fn is_enough(examples: usize, bases: usize, batch: usize) -> bool {
    let (many, long) = AT_ONCE;
    examples.is_multiple_of(batch.max(1)) && (examples >= many || bases >= long)
}

/// Examples in the pieces that are handed over.
fn cuts(mut examples: &[Example], batch: usize) -> impl Iterator<Item = &[Example]> {
    std::iter::from_fn(move || {
        let mut bases = 0;
        let ends = examples.iter().enumerate().position(|(index, example)| {
            bases += example.sequence.len();
            is_enough(index + 1, bases, batch)
        });
        let (piece, rest) = examples.split_at(ends.map_or(examples.len(), |last| last + 1));
        examples = rest;
        (!piece.is_empty()).then_some(piece)
    })
}

/// Examples as long as they are few.
#[derive(Default)]
struct Few {
    examples: Vec<Example>,
    bytes: usize,
    are_too_many: bool,
}

impl Few {
    /// Takes an example in; `false` where there are too many by now.
    fn add(&mut self, example: Example) -> bool {
        let second = example.second.as_ref().map_or(0, Sequence::len);
        let target = match &example.target {
            Target::Positions { truth, .. } => truth.len(),
            Target::Labels(labels) => labels.len(),
            Target::Class(_) | Target::Value(_) => 0,
        };
        self.bytes += EACH + example.sequence.len() + second + target;
        if self.bytes > HELD && !self.examples.is_empty() && !self.are_too_many {
            self.are_too_many = true;
            self.examples.truncate(AT_ONCE.0);
            self.examples.shrink_to_fit();
        }
        if !self.are_too_many {
            self.examples.push(example);
        }
        !self.are_too_many
    }

    fn finish(self) -> Held {
        match self.are_too_many {
            true => Held::First(self.examples),
            false => Held::All(self.examples),
        }
    }
}

/// Why a pass over examples ended early.
enum Ended {
    TooMany,
    Failed(RunError),
}

impl From<RunError> for Ended {
    fn from(error: RunError) -> Self {
        Self::Failed(error)
    }
}

impl From<DataError> for Ended {
    fn from(error: DataError) -> Self {
        Self::Failed(error.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn examples(count: usize, bases: usize) -> Vec<Example> {
        let example = |index: usize| crate::job::tests::example(&format!("e{index}"), bases);
        (0..count).map(example).collect()
    }

    #[test]
    fn pieces_are_whole_batches_and_all_of_the_examples() {
        for (count, bases, batch) in [
            (0, 4, 8),
            (1, 4, 8),
            (9_000, 4, 32),
            (9_001, 4, 7),
            (40, 1 << 20, 3),
        ] {
            let all = examples(count, bases);
            let pieces: Vec<&[Example]> = cuts(&all, batch).collect();
            assert_eq!(pieces.concat(), all);
            let whole = pieces.iter().rev().skip(1);
            assert!(whole.clone().all(|piece| piece.len() % batch == 0));
            assert!(whole.clone().all(|piece| piece.len() < AT_ONCE.0 + batch));
            let long = whole.map(|piece| piece.iter().map(|it| it.sequence.len()).sum::<usize>());
            assert!(long.max().unwrap_or(0) <= AT_ONCE.1 + batch * bases);
        }
    }

    #[test]
    fn what_is_held_is_bounded() {
        let mut few = Few::default();
        let many = examples(40_000, 200);
        let taken = many
            .iter()
            .filter(|example| few.add((*example).clone()))
            .count();
        assert!((20_000..24_000).contains(&taken), "{taken}");
        let Held::First(first) = few.finish() else {
            panic!("all are held");
        };
        assert_eq!(first, many[..AT_ONCE.0]);
        // One that is too long alone is held all the same.
        let mut one = Few::default();
        assert!(one.add(examples(1, 2 * HELD).remove(0)));
        assert!(matches!(one.finish(), Held::All(_)));
    }
}
