//! Asking a variant about changed examples: in whole batches, whatever examples they are of, and counted.

use titer_core::{Example, Model, Outcome, Query, Sequence};
use titer_store::StoreError;

use crate::error::RunError;
use crate::search::{Edits, applied};
use crate::worker::batches;

/// Why a search stopped.
pub(super) enum Stopped {
    /// An answer is missing or not finite: nothing of the search is counted then.
    Unanswered(String),
    /// Something failed as a whole.
    Failed(RunError),
}

impl From<RunError> for Stopped {
    fn from(error: RunError) -> Self {
        Self::Failed(error)
    }
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// An example with substitutions.
pub(super) struct Asked<'a> {
    pub example: &'a Example,
    pub edits: Edits,
}

/// A variant that is asked.
pub(super) struct Asking<'a> {
    model: &'a mut dyn Model,
    /// Sequences per batch.
    pub batch_size: usize,
    /// Queries so far.
    pub queries: u64,
}

impl<'a> Asking<'a> {
    /// A variant that was asked so many queries already.
    pub(super) fn new(model: &'a mut dyn Model, batch_size: usize, queries: u64) -> Self {
        Self {
            model,
            batch_size,
            queries,
        }
    }

    /// The probabilities of the positive class, in order.
    pub(super) fn ask(&mut self, asked: &[Asked<'_>]) -> Result<Vec<f64>, Stopped> {
        let changed = |one: &Asked<'_>| applied(&one.example.sequence, &one.edits);
        let sequences: Vec<Sequence> = asked.iter().map(changed).collect();
        let mut queries = Vec::with_capacity(asked.len());
        for (one, sequence) in asked.iter().zip(&sequences) {
            queries.push(Query {
                id: &one.example.id,
                sequence,
                place: Some(&one.example.place),
            });
        }
        let outcomes = batches::ask(self.model, &queries, self.batch_size)?;
        self.queries += outcomes.len() as u64;
        let answer = |(one, outcome): (&Asked<'_>, &Outcome)| {
            probability(outcome).ok_or_else(|| unanswered(one, outcome))
        };
        asked.iter().zip(&outcomes).map(answer).collect()
    }
}

fn unanswered(asked: &Asked<'_>, outcome: &Outcome) -> Stopped {
    let id = &asked.example.id;
    let edited = crate::search::words(&asked.example.sequence, &asked.edits).unwrap_or_default();
    let why = match outcome {
        Outcome::Failed(reason) => reason.as_str(),
        _ => "the answer is NaN, infinite or no probability",
    };
    Stopped::Unanswered(format!("no answer to {id} with {edited}: {why}"))
}

/// The probability of the positive class; `None` where there is none.
pub(super) fn probability(outcome: &Outcome) -> Option<f64> {
    match outcome {
        Outcome::Predicted(answer) => answer.numbers().first().copied(),
        Outcome::NonFinite(_) | Outcome::Failed(_) => None,
    }
}
