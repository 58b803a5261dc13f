//! Why a command ends early, and the exit code that says so.

use titer_core::ModelError;
use titer_data::DataError;
use titer_data::fetch::FetchError;
use titer_init::{InitError, Trouble};
use titer_judge::JudgeError;
use titer_report::ReportError;
use titer_run::RunError;
use titer_spec::SpecError;
use titer_store::StoreError;

/// Exit code: something went wrong that the user did not write.
const INTERNAL: u8 = 1;
/// Exit code: bad input.
const BAD_INPUT: u8 = 2;
/// Exit code: nothing was selected.
const NOTHING: u8 = 4;

/// Why a command ends early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    /// A YAML file.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// A dataset.
    #[error(transparent)]
    Data(#[from] DataError),
    /// Fetching.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// A runtime or a model.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// Planning or running.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The run folder.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Judging.
    #[error(transparent)]
    Judge(#[from] JudgeError),
    /// Rendering.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// What an evaluation is to be made of.
    #[error(transparent)]
    Init(#[from] InitError),
    /// The same, or what nobody has answered.
    #[error(transparent)]
    Trouble(#[from] Trouble),
    /// An argument.
    #[error("{0}")]
    Argument(String),
    /// The program itself.
    #[error("{0}")]
    Internal(String),
}

impl CommandError {
    /// The exit code.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Run(RunError::Nothing(_)) => NOTHING,
            Self::Run(error) if !error.is_input() => INTERNAL,
            Self::Fetch(error) if !error.is_input => INTERNAL,
            Self::Report(_) | Self::Internal(_) => INTERNAL,
            _ => BAD_INPUT,
        }
    }
}
