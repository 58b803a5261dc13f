//! What a control is fitted on.

use titer_core::Example;

/// Examples with their class, in order.
#[derive(Clone, Debug)]
pub struct Training<'a> {
    examples: &'a [Example],
    classes: Vec<usize>,
    prior: Vec<f64>,
}

/// Why a control cannot be fitted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrainingError {
    /// There is nothing to learn from.
    #[error("there are no examples to fit on")]
    Empty,
    /// A class number is not below the number of classes.
    #[error("example {id} has no class among the {classes} that are asked for")]
    Class {
        /// The example.
        id: String,
        /// How many classes there are.
        classes: usize,
    },
    /// One class alone teaches nothing.
    #[error("all examples to fit on are of one class")]
    OneClass,
    /// What the control looks at is not known.
    #[error("{0}")]
    Unknown(String),
}

impl<'a> Training<'a> {
    /// Examples with the class of each, from 0 to `number` - 1.
    ///
    /// # Errors
    /// There is no example, one has no class, or all are of one class.
    pub fn new(
        examples: &'a [Example],
        classes: Vec<usize>,
        number: usize,
    ) -> Result<Self, TrainingError> {
        if classes.len() != examples.len() {
            return Err(TrainingError::Empty);
        }
        let (mut counts, mut stray) = (vec![0_usize; number], None);
        for (example, class) in examples.iter().zip(&classes) {
            match counts.get_mut(*class) {
                Some(count) => *count += 1,
                None => stray = stray.or(Some(example.id.as_str())),
            }
        }
        Self::check(&counts, stray)?;
        let total = examples.len() as f64;
        let prior = counts.iter().map(|count| *count as f64 / total).collect();
        Ok(Self {
            examples,
            classes,
            prior,
        })
    }

    /// Whether something can be fitted to so many examples of each class, where `stray` is one that is of none.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn check(counts: &[usize], stray: Option<&str>) -> Result<(), TrainingError> {
        if let Some(id) = stray {
            return Err(TrainingError::Class {
                id: id.to_owned(),
                classes: counts.len(),
            });
        }
        match counts.iter().filter(|count| **count > 0).count() {
            0 => Err(TrainingError::Empty),
            1 => Err(TrainingError::OneClass),
            _ => Ok(()),
        }
    }

    /// The examples.
    #[must_use]
    pub fn examples(&self) -> &'a [Example] {
        self.examples
    }

    /// The class of each example.
    #[must_use]
    pub fn classes(&self) -> &[usize] {
        &self.classes
    }

    /// The share of each class; adds up to 1.
    #[must_use]
    pub fn prior(&self) -> &[f64] {
        &self.prior
    }

    /// What examples must not be parted by when folds are made: the first cluster, else the id.
    #[must_use]
    pub fn group(example: &Example) -> &str {
        example.clusters.values().next().unwrap_or(&example.id)
    }
}

/// The share of each class among some examples, drawn towards the prior where they say little:
/// `weight` 1 is the share itself, 0 the prior.
pub(crate) fn towards(prior: &[f64], share: &[f64], weight: f64) -> Vec<f64> {
    prior
        .iter()
        .zip(share)
        .map(|(prior, share)| prior + weight * (share - prior))
        .collect()
}

/// The share of each class among these examples; the prior where there are none.
pub(crate) fn share(prior: &[f64], classes: impl Iterator<Item = usize>) -> Vec<f64> {
    let mut counts = vec![0.0; prior.len()];
    let mut total = 0.0;
    for class in classes {
        if let Some(count) = counts.get_mut(class) {
            *count += 1.0;
            total += 1.0;
        }
    }
    if total == 0.0 {
        return prior.to_vec();
    }
    counts.iter().map(|count| count / total).collect()
}
