//! A judged run as a page, a table for machines, a summary and test results.
//!
//! In scope: words, tables, charts and templates; data in, text out. Nothing is computed that a
//! verdict could depend on: scores, intervals, curves and decisions come in ready.
//! Not aware of: model runtimes, data rows, the network, the clock, where the text goes.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod audit;
pub mod ending;
pub mod error;
pub mod estimate;
pub mod input;
pub mod read;
pub mod render;
pub mod schema;
pub mod sheet;

mod chart;
mod context;
mod csv;
mod fold;
mod index;
mod json;
mod junit;
mod markdown;
mod number;
mod rows;
mod summary;
mod template;
mod words;

#[cfg(test)]
mod accessibility;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod page;

pub use ending::{Ending, ending, would_decide};
pub use error::ReportError;
pub use fold::{MAX_BYTES, Pages};
pub use input::ReportInput;
pub use junit::{Ci, Inconclusive, junit};
pub use read::read;
pub use render::{Rendered, render};
pub use sheet::sheet;
pub use summary::summary;
