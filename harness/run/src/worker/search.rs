//! A search's cell: the drawn examples are predicted as they are, then what is asked follows from the answers.
//!
//! The variant is a black box here: it is given sequences, in batches, and gives probabilities.

mod adversarial;
mod asking;
mod mutagenesis;

use std::time::Instant;

use titer_core::{CellRecord, CellStatus, Example, FoundRecord, Outcome, Prediction, Target};
use titer_spec::plan::SearchSpec;
use titer_spec::{Dataset, Question};
use titer_store::RunFolder;

use super::cell::{end, record};
use super::session::Session;
use super::watch::Tally;
use super::{batches, queries, unchanged};
use crate::error::RunError;
use crate::examples::Examples;
use crate::job::{Job, SearchWork};
use crate::search::Aim;
use crate::selection::Drawn;
use asking::{Asked, Asking, Stopped};

/// An example that was drawn, with the answer to it as it is.
struct Known<'a> {
    example: &'a Example,
    before: f64,
    is_positive: bool,
}

impl Known<'_> {
    /// How answers to it are read; `None` where it is called wrong as it is.
    fn aim(&self, threshold: f64) -> Option<Aim> {
        let is_right = (self.before >= threshold) == self.is_positive;
        is_right.then_some(Aim {
            is_positive: self.is_positive,
            threshold,
        })
    }
}

/// Searches, and writes what was found. `None`, and nothing is written, where the session has changed.
pub(super) fn search(
    session: &mut Session,
    job: &Job,
    work: &SearchWork,
) -> Result<Option<CellRecord>, RunError> {
    let start = Instant::now();
    let data = session.data(&job.data)?;
    let drawn = drawn(&data, job, &work.search)?;
    unchanged(job)?;
    let loaded = session.model(job, data.first())?;
    let model = loaded.model.as_mut();
    let outcomes = batches::ask(model, &queries(&drawn), job.batch_size)?;
    let folder = RunFolder::at(&job.folder);
    let (mut cell, mut tally) = (folder.begin_cell(&job.key)?, Tally::default());
    let named = |(example, outcome): (&Example, &Outcome)| Prediction {
        id: example.id.clone(),
        outcome: outcome.clone(),
    };
    let predictions: Vec<Prediction> = drawn.iter().zip(&outcomes).map(named).collect();
    tally.add(&predictions);
    cell.add(predictions)?;
    let mut record = record(job, &tally, cell.digest());
    if record.status == CellStatus::Finished {
        let known = known(job, data.dataset.about(), &drawn, &outcomes);
        let mut asking = Asking::new(model, job.batch_size, drawn.len() as u64);
        let about = data.dataset.about();
        let found = match &work.search {
            SearchSpec::Adversarial(asked) => {
                let base = work.base.as_ref();
                adversarial::search(job, about, asked, base, &known, &mut asking)
                    .and_then(|rows| Ok(folder.write_found(&job.key, &rows)?))
            }
            SearchSpec::Mutagenesis { window, .. } => {
                mutagenesis::search((*window).into(), &known, &mut asking)
                    .and_then(|rows| Ok(folder.write_found(&job.key, &rows)?))
            }
        };
        let queries = asking.queries;
        match found {
            Ok(digest) => record.found = Some(FoundRecord { digest, queries }),
            Err(Stopped::Unanswered(reason)) => record.status = CellStatus::Failed(reason),
            Err(Stopped::Failed(error)) => return Err(error),
        }
    }
    end(job, loaded, start, (cell, record))
}

/// The examples that are searched, in the order of the data: those that a limit would choose; of mutagenesis positive ones.
fn drawn(data: &Examples, job: &Job, search: &SearchSpec) -> Result<Vec<Example>, RunError> {
    let about = data.dataset.about();
    let wanted = |example: &Example| match search {
        SearchSpec::Adversarial(_) => true,
        SearchSpec::Mutagenesis { .. } => is_positive(job, about, example),
    };
    let mut drawn = Drawn::new(Some(search.examples()), job.data.seed);
    data.each(1, &mut |examples| {
        for example in examples.iter().filter(|example| wanted(example)) {
            drawn.pass(example.clone());
        }
        Ok(())
    })?;
    Ok(drawn.finish())
}

fn is_positive(job: &Job, about: &Dataset, example: &Example) -> bool {
    match (&job.data.question, &example.target) {
        (Question::Binary(asked), Target::Class(class)) => {
            about.classes.get(*class) == Some(&asked.positive)
        }
        _ => false,
    }
}

fn known<'a>(
    job: &Job,
    about: &Dataset,
    drawn: &'a [Example],
    outcomes: &[Outcome],
) -> Vec<Known<'a>> {
    let one = |(example, outcome): (&'a Example, &Outcome)| {
        Some(Known {
            example,
            before: asking::probability(outcome)?,
            is_positive: is_positive(job, about, example),
        })
    };
    drawn.iter().zip(outcomes).filter_map(one).collect()
}
