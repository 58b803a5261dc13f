//! Audits of planted and published data. One executable: linking takes longer than most tests.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod attack;
mod genomic_benchmarks;
mod near;
mod planted;
