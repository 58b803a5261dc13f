//! From an evaluation to a plan, and from a plan to finished cells and measurements.
//!
//! In scope: resolving names, keys, jobs, what does them and in which order, resuming. The only room
//! where models execute. Not aware of: scores, gates, reports, the terminal (it emits events).

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod bench;
pub mod error;
pub mod event;
pub mod examples;
pub mod execute;
pub mod executor;
pub mod exposure;
pub mod golden;
pub mod input_sampler;
pub mod job;
pub mod key;
pub mod model_folder;
pub mod models;
pub mod orphans;
pub mod plan;
mod predictions;
pub mod search;
pub mod selection;
pub mod shown;
pub mod similarities;
mod started;
pub mod survey;
mod training;
pub mod worker;

pub use error::RunError;
pub use event::Event;
pub use execute::{Counts, Executed, Request, execute};
pub use executor::{Executor, Local};
pub use plan::{Options, Planned, plan, under_policy};
pub use shown::show_sequences;
