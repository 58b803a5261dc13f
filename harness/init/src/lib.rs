//! From a model and a table to the files of an evaluation.
//!
//! In scope: which column is what, how classes and outputs belong together, how a sequence becomes the model's input; the texts of
//! evaluation, suite, dataset and model that follow. What cannot be told is a [`Question`], never a silent guess. Not aware of: the
//! terminal, backends, who answers questions.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod error;
mod relative;
mod understand;
mod wishes;
mod write;

pub use error::{InitError, Trouble};
pub use understand::{
    Classes, Columns, Facts, Line, Names, Question, Rows, Scores, Source, Split, Understood, bases,
    understand,
};
pub use wishes::{Field, Wishes};
pub use write::{Written, remove, texts, write};
