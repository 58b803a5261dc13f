//! Errors of planning and running.

use std::path::PathBuf;

use titer_core::ModelError;
use titer_core::canonical::CanonicalError;
use titer_data::DataError;
use titer_spec::SpecError;
use titer_store::StoreError;

/// Why an evaluation cannot be planned or run. A failing cell is no such error: it is a result.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A YAML file.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// A dataset.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The run folder.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A runtime.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A key that cannot be made.
    #[error(transparent)]
    Key(#[from] CanonicalError),
    /// The command line asks for a part that the evaluation does not have.
    #[error("--{kind} {name}: no such {kind} would run\n  help: {cure}")]
    NoSuchPart {
        /// suite, dataset, model or variant.
        kind: &'static str,
        /// What was asked for.
        name: String,
        /// The names that there are.
        cure: String,
    },
    /// Nothing would run.
    #[error("nothing to run: {0}")]
    Nothing(String),
    /// The folder holds something else.
    #[error(
        "{0}: the folder is not empty and holds no run\n  help: choose another folder with --output"
    )]
    NotARun(PathBuf),
    /// The folder is a file.
    #[error("{0}: this is a file\n  help: choose another folder with --output")]
    NotAFolder(PathBuf),
    /// The folder is the earlier run that a model is held against.
    #[error(
        "{0}: this run is to be held against the run that lies there\n  help: choose another folder with --output"
    )]
    OwnReference(PathBuf),
    /// The folder holds a run of another evaluation.
    #[error(
        "{path} holds the run `{found}`, not `{wanted}`\n  help: choose another folder with --output, or remove this one"
    )]
    OtherRun {
        /// The folder.
        path: PathBuf,
        /// The evaluation that it holds.
        found: String,
        /// The evaluation that was asked for.
        wanted: String,
    },
    /// A worker and its parent do not understand each other.
    #[error("{0}")]
    Worker(String),
    /// A worker could not be started, or the system failed otherwise.
    #[error("{what}: {error}")]
    System {
        /// What was tried.
        what: String,
        /// What the system said.
        error: std::io::Error,
    },
}

impl RunError {
    /// Whether the user's input is at fault.
    #[must_use]
    pub fn is_input(&self) -> bool {
        !matches!(self, Self::System { .. } | Self::Worker(_))
    }
}
