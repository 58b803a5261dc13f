//! Descriptors that are damaged, and keys that hold. One executable: linking takes longer than most tests.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout
)]

mod damaged_descriptors;
mod executor;
mod jobs;
mod keys;
