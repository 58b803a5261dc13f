//! Backends and adaptors. One executable: linking takes longer than most tests.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "helpers/fixtures.rs"]
mod fixtures;

mod adaptors;
mod backends;
mod http_odd;
mod performer;
mod precision;
mod ribodetector;
mod shipped;
