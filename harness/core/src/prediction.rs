//! Predictions: what came out for an example.

use crate::digest::{Digest, RowDigest};

/// What a model returns for one example, after its adaptor: probabilities, or a number.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// Probabilities, row-major `[positions, classes]`. A binary model has one position and one
    /// class: the probability of the suite's positive class. Of a model of values its one number.
    /// What a runtime gave in 32 bits is the same number in 64.
    pub probabilities: Vec<f64>,
    /// Classes per position; 0 where the answer is a number.
    pub classes: usize,
}

impl Output {
    /// The answer to a question of values.
    #[must_use]
    pub fn of_value(value: f64) -> Self {
        Self {
            probabilities: vec![value],
            classes: 0,
        }
    }

    /// The number that it is; `None` where it holds probabilities.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        match (self.classes, &self.probabilities[..]) {
            (0, [value]) => Some(*value),
            _ => None,
        }
    }

    /// How many positions it holds.
    #[must_use]
    pub fn positions(&self) -> usize {
        self.probabilities
            .len()
            .checked_div(self.classes)
            .unwrap_or(0)
    }

    /// How many values are NaN or infinite.
    #[must_use]
    pub fn non_finite(&self) -> usize {
        self.probabilities
            .iter()
            .filter(|value| !value.is_finite())
            .count()
    }
}

/// What became of an example.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The model answered.
    Predicted(Output),
    /// The model answered, and something in the answer was NaN or infinite.
    NonFinite(Output),
    /// The model did not answer; the reason.
    Failed(String),
}

impl Outcome {
    /// What an answer is: predicted where all of it is finite.
    #[must_use]
    pub fn of(output: Output) -> Self {
        match output.non_finite() {
            0 => Self::Predicted(output),
            _ => Self::NonFinite(output),
        }
    }

    /// The answer, finite or not.
    #[must_use]
    pub fn output(&self) -> Option<&Output> {
        match self {
            Self::Predicted(output) | Self::NonFinite(output) => Some(output),
            Self::Failed(_) => None,
        }
    }
}

/// An example's id and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// The example's id.
    pub id: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// The digest of predictions in order, over bits.
#[must_use]
pub fn digest_of_predictions(predictions: &[Prediction]) -> Digest {
    let mut digest = RowDigest::new("predictions");
    for prediction in predictions {
        digest.text(&prediction.id);
        match &prediction.outcome {
            Outcome::Predicted(output) | Outcome::NonFinite(output) => {
                digest.whole(output.classes as u64);
                for value in &output.probabilities {
                    digest.number(*value);
                }
            }
            Outcome::Failed(reason) => {
                digest.text(reason);
            }
        }
    }
    digest.finish()
}
