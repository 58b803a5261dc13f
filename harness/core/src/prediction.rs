//! Predictions: what came out for an example.

use crate::digest::{Digest, RowDigest};

/// What a model returns for one example, after its adaptor.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Probabilities (or, of a model that ranks, numbers in their place). What a runtime gave in 32 bits is the same number
    /// in 64.
    Probabilities {
        /// Row-major `[positions, classes]`. A binary model has one position and one class: the probability of the suite's
        /// positive class.
        numbers: Vec<f64>,
        /// Classes per position, at least 1.
        classes: usize,
    },
    /// The answer to a question of values.
    Value(f64),
}

impl Answer {
    /// One probability: that of the positive class.
    #[must_use]
    pub fn probability(probability: f64) -> Self {
        Self::Probabilities {
            numbers: vec![probability],
            classes: 1,
        }
    }

    /// The number that it is; `None` where it holds probabilities.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        match self {
            Self::Value(value) => Some(*value),
            Self::Probabilities { .. } => None,
        }
    }

    /// Its numbers, whatever they are.
    #[must_use]
    pub fn numbers(&self) -> &[f64] {
        match self {
            Self::Probabilities { numbers, .. } => numbers,
            Self::Value(value) => std::slice::from_ref(value),
        }
    }

    /// The same, to be changed.
    pub fn numbers_mut(&mut self) -> &mut [f64] {
        match self {
            Self::Probabilities { numbers, .. } => numbers,
            Self::Value(value) => std::slice::from_mut(value),
        }
    }

    /// Classes per position; 0 where the answer is a number.
    #[must_use]
    pub fn classes(&self) -> usize {
        match self {
            Self::Probabilities { classes, .. } => *classes,
            Self::Value(_) => 0,
        }
    }

    /// How many positions it holds; 0 where the answer is a number.
    #[must_use]
    pub fn positions(&self) -> usize {
        self.numbers()
            .len()
            .checked_div(self.classes())
            .unwrap_or(0)
    }

    /// How many numbers are NaN or infinite.
    #[must_use]
    pub fn non_finite(&self) -> usize {
        let odd = |value: &&f64| !value.is_finite();
        self.numbers().iter().filter(odd).count()
    }
}

/// What became of an example.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The model answered.
    Predicted(Answer),
    /// The model answered, and something in the answer was NaN or infinite.
    NonFinite(Answer),
    /// The model did not answer; the reason.
    Failed(String),
}

impl Outcome {
    /// What an answer is: predicted where all of it is finite.
    #[must_use]
    pub fn of(answer: Answer) -> Self {
        match answer.non_finite() {
            0 => Self::Predicted(answer),
            _ => Self::NonFinite(answer),
        }
    }

    /// The answer, finite or not.
    #[must_use]
    pub fn answer(&self) -> Option<&Answer> {
        match self {
            Self::Predicted(answer) | Self::NonFinite(answer) => Some(answer),
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
    let mut digest = PredictionsDigest::default();
    predictions
        .iter()
        .for_each(|prediction| digest.add(prediction));
    digest.finish()
}

/// [`digest_of_predictions`] in the making.
pub struct PredictionsDigest(RowDigest);

impl Default for PredictionsDigest {
    fn default() -> Self {
        Self(RowDigest::new("predictions"))
    }
}

impl PredictionsDigest {
    /// Adds the next prediction.
    pub fn add(&mut self, prediction: &Prediction) {
        self.0.text(&prediction.id);
        match &prediction.outcome {
            Outcome::Predicted(answer) | Outcome::NonFinite(answer) => {
                self.0.whole(answer.classes() as u64);
                for number in answer.numbers() {
                    self.0.number(*number);
                }
            }
            Outcome::Failed(reason) => {
                self.0.text(reason);
            }
        }
    }

    /// The digest of all predictions added.
    #[must_use]
    pub fn finish(&self) -> Digest {
        self.0.finish()
    }
}
