//! Clock, latency scenarios, memory, and what machine this is.
//!
//! In scope: measuring this process, this machine, and the time of what it is handed. Not aware of: models, datasets, run folders.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod clock;
pub mod machine;
pub mod memory;
pub mod scenarios;
pub mod surroundings;

pub use clock::{Clock, Monotonic};
