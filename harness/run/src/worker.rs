//! The work of a worker process: cells, or one round of one measurement.
//!
//! A worker reads its data itself and leaves its cells in the run folder; what it reports goes back to
//! whoever started it, in a line each. It never decides anything about the run.

mod again;
pub mod batches;
mod cell;
mod control;
mod measurement;
pub mod positions;
mod search;
mod session;
mod watch;

use serde::{Deserialize, Serialize};
use titer_backends::LoadOptions;
use titer_core::{
    BatchInvariance, CellRecord, Example, Model, ModelError, Query, Surroundings, Timing,
    TimingChecks,
};
use titer_spec::{ModelSpec, VariantSpec};
use titer_store::RunFolder;

use crate::error::RunError;
use crate::job::{Job, Work};
use crate::model_folder::ModelFolder;
use crate::predictions;

pub use session::Session;

/// What a worker reports.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Report {
    /// The cell has been written.
    Cell(Box<CellRecord>),
    /// The round has been measured.
    Round(Box<Round>),
    /// Nothing has been written; the reason.
    Failed(String),
    /// Nothing has been written: what the session answered first it answers otherwise after this cell.
    Drifted,
}

/// One process's part of a measurement.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Round {
    /// Every query.
    pub timings: Vec<Timing>,
    /// Peak resident memory after the model was loaded, bytes.
    pub peak_bytes: Option<u64>,
    /// Resident memory before the model was loaded, bytes.
    pub idle_bytes: Option<u64>,
    /// From opening the first file to a model that is ready, nanoseconds.
    pub load_ns: u64,
    /// The loaded model's first answer, nanoseconds.
    pub first_ns: u64,
    /// From the process's start to that answer, less what Titer read and checked meanwhile, nanoseconds; `None` where it cannot be told.
    pub cold_start_ns: Option<u64>,
    /// What else the machine did.
    pub surroundings: Surroundings,
    /// Whether what was timed is what was scored.
    pub checks: TimingChecks,
    /// Batch 1 against batch N; the first round alone looks.
    pub batch_invariance: Option<BatchInvariance>,
}

/// Begins the line that holds a worker's report: runtimes print to the same stream.
pub(crate) const MARK: &str = "titer-report ";

impl Report {
    /// That of a cell that has been written, or has not because the session has changed.
    fn of(record: Option<CellRecord>) -> Self {
        record.map_or(Self::Drifted, |record| Self::Cell(Box::new(record)))
    }

    /// The line that a worker writes to its standard output.
    ///
    /// # Errors
    /// It cannot be put into JSON.
    pub fn line(&self) -> Result<String, RunError> {
        let json = serde_json::to_string(self);
        let json = json.map_err(|error| RunError::Worker(format!("a report: {error}")))?;
        Ok(format!("\n{MARK}{json}\n"))
    }

    /// Why nothing has come of it that a run could use; `None`: something has.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        match self {
            Self::Cell(record) => record.status.failure(),
            Self::Round(_) => None,
            Self::Failed(reason) => Some(reason),
            Self::Drifted => Some(
                "nothing is written: what was asked first has another answer now, so that answers depend on the jobs before; do each without `--session`",
            ),
        }
    }

    /// What became of the job, in a line.
    #[must_use]
    pub fn words(&self) -> String {
        match (self.failure(), self) {
            (Some(reason), _) => format!("failed: {reason}"),
            (None, Self::Cell(record)) => format!("finished: {} examples", record.examples),
            (None, _) => "finished: a round, whose times are reported and not kept".to_owned(),
        }
    }
}

/// Does the job.
#[must_use]
pub fn work(session: &mut Session, job: &Job) -> Report {
    let done = match &job.work {
        Work::Cell { perturbation } => {
            cell::predict(session, job, perturbation.as_ref()).map(Report::of)
        }
        Work::RandomWeights(_) => cell::predict(session, job, None).map(Report::of),
        Work::Control(work) => control::predict(session, job, work)
            .map(Some)
            .map(Report::of),
        Work::Search(work) => search::search(session, job, work).map(Report::of),
        Work::Measurement(work) => measurement::measure(job, work)
            .map(Box::new)
            .map(Report::Round),
    };
    done.unwrap_or_else(|error| Report::Failed(error.to_string()))
}

/// The files that a command may read are those that the plan knew; looked at before it starts and after it has
/// answered.
fn unchanged(job: &Job) -> Result<(), RunError> {
    let Some(change) = job.model_folder.as_ref().and_then(ModelFolder::change) else {
        return Ok(());
    };
    Err(RunError::Worker(format!(
        "the model's files changed after the run was planned: {change}; run again, or name under `ignore` in `process` what the command writes there itself"
    )))
}

fn load(job: &Job) -> Result<Box<dyn Model>, RunError> {
    match job.work {
        Work::RandomWeights(seed) => load_random(job, seed),
        Work::Cell { .. } | Work::Control(_) | Work::Search(_) | Work::Measurement(_) => {
            load_as_it_is(job)
        }
    }
}

fn load_as_it_is(job: &Job) -> Result<Box<dyn Model>, RunError> {
    let (spec, asked) = (model(job)?, variant(job)?);
    if !asked.backend.runs() {
        let dataset = titer_data::open(&job.data.descriptor)?;
        let table = predictions::read(spec, asked, &job.files, &dataset, &job.data.split)?;
        return Ok(Box::new(table));
    }
    let folder = RunFolder::at(&job.folder);
    let errors = match job.work {
        Work::Measurement(_) => folder.measurement_errors(&job.key),
        _ => folder.cell_errors(&job.key),
    };
    let options = LoadOptions {
        runtime: job.runtime.as_deref(),
        threads: job.threads,
        folder: job.descriptor_folder.as_deref(),
        errors: Some(&errors),
        version: job.version.as_deref(),
    };
    Ok(titer_backends::load(spec, asked, &job.files, &options)?)
}

/// The model with its weights in random order. Their copy is gone once they are loaded.
fn load_random(job: &Job, seed: u64) -> Result<Box<dyn Model>, RunError> {
    let folder = tempfile::tempdir().map_err(|error| RunError::System {
        what: "a folder for random weights cannot be made".to_owned(),
        error,
    })?;
    let mut job = job.clone();
    job.files =
        titer_backends::random_weights::write(variant(&job)?, &job.files, folder.path(), seed)?;
    load_as_it_is(&job)
}

fn model(job: &Job) -> Result<&ModelSpec, ModelError> {
    let model = job.model.as_ref();
    model.ok_or_else(|| ModelError::Input("the job names no model".to_owned()))
}

fn variant(job: &Job) -> Result<&VariantSpec, ModelError> {
    let mut variants = model(job)?.variants.iter();
    variants
        .find(|variant| variant.variant.value == job.variant)
        .ok_or_else(|| ModelError::Input(format!("there is no variant `{}`", job.variant)))
}

fn queries(examples: &[Example]) -> Vec<Query<'_>> {
    examples.iter().map(Query::from).collect()
}
