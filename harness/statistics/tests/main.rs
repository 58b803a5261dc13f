//! Statistics held to other programs. One executable: linking takes longer than most tests.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod comparisons;
mod distances;
mod early_stopping;
mod falls;
mod noise;
mod paired_flips;
mod shares;
mod slopes;
