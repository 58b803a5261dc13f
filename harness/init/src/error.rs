//! Why nothing can be written yet.

use std::path::Path;

use crate::Question;
use crate::relative::shown;

/// What is wrong, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}\n  help: {cure}")]
pub struct InitError {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub cure: String,
}

/// Why nothing can be written yet.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Trouble {
    /// The model, the table or a flag is wrong.
    #[error(transparent)]
    Wrong(#[from] InitError),
    /// These cannot be told, and are to be answered.
    #[error("{}", listed(.0))]
    Asks(Vec<Question>),
}

impl InitError {
    /// An error and its cure.
    pub(crate) fn new(message: impl Into<String>, cure: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            cure: cure.into(),
        }
    }

    /// An error of a file.
    pub(crate) fn of_file(path: &Path, message: &str, cure: impl Into<String>) -> Self {
        Self::new(format!("{}: {message}", shown(path)), cure)
    }
}

/// Every question with the flags that answer it.
fn listed(questions: &[Question]) -> String {
    let mut text = String::from("this cannot be told; nothing was written:");
    for question in questions {
        text.push_str(&format!("\n  {}", question.words));
        for choice in &question.choices {
            text.push_str(&format!("\n      {choice}"));
        }
        text.push_str(&format!("\n    give {}", question.flags));
    }
    text
}
