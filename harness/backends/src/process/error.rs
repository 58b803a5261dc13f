//! What goes wrong with a process.

use titer_core::ModelError;

use super::stream::Broken;
use crate::open_inference::BodyError;

/// Why a process gave no answer. The words fit behind the variant's name; its last words are added.
#[derive(Debug, thiserror::Error)]
pub(super) enum ProcessError {
    #[error("`{program}` cannot be started: {reason}")]
    NotStarted { program: String, reason: String },
    #[error(
        "the process was not ready after {limit_s} s: its first line must say what it is; `process.start_up_s` gives it longer"
    )]
    NeverReady { limit_s: u32 },
    #[error("the process did not start: {0}")]
    Unfit(String),
    #[error(
        "the process did not answer within {limit_s} s and was ended; `process.request_s` gives it longer"
    )]
    Late { limit_s: u32 },
    #[error("the process {fate} {when}")]
    Ended { fate: String, when: &'static str },
    #[error("the process wrote a line of more than {most} bytes: it is no answer")]
    TooLong { most: usize },
    #[error(
        "the process printed to its standard output, which carries the protocol, and not an answer: `{line}`; print to standard error"
    )]
    Stray { line: String },
    #[error("the process {0}")]
    Body(#[from] BodyError),
    #[error("the system failed: {0}")]
    System(#[from] std::io::Error),
}

impl ProcessError {
    /// Whether the process can be asked again: it keeps to the protocol.
    pub(super) fn leaves_it_sound(&self) -> bool {
        use BodyError::{Input, Refused, Shape};
        matches!(self, Self::Body(Refused(_) | Input(_) | Shape(_)))
    }

    /// The error with the last words of the process.
    pub(super) fn told(self, last_words: &str) -> ModelError {
        match self {
            Self::Body(BodyError::Shape(error)) => error,
            Self::Body(BodyError::Input(text)) => ModelError::Input(text),
            Self::NotStarted { .. } => ModelError::Input(self.to_string()),
            Self::Unfit(_) => ModelError::Input(format!("{self}; {last_words}")),
            Self::NeverReady { .. } => ModelError::Runtime(format!("{self}; {last_words}")),
            _ => ModelError::Run(format!("{self}; {last_words}")),
        }
    }
}

pub(super) fn no_stream() -> ProcessError {
    ProcessError::System(std::io::Error::other("the process has no streams"))
}

pub(super) fn broken_by(broken: Broken, most: usize, limit_s: u32) -> ProcessError {
    match broken {
        Broken::Late => ProcessError::Late { limit_s },
        Broken::Closed => ProcessError::Ended {
            fate: String::new(),
            when: "",
        },
        Broken::TooLong => ProcessError::TooLong { most },
        Broken::System(error) => ProcessError::System(error),
    }
}
