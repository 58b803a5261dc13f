//! Metrics and intervals held to other programs and to simulated truth. One executable: linking takes longer than most tests.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod aurocs;
mod calibration;
mod calibration_coverage;
mod classification;
#[allow(dead_code)] // What the long simulation alone reads.
mod coverage;
mod error_rates;
#[allow(dead_code)] // What the long simulation alone reads.
mod falls;
mod fixtures;
mod labels;
mod labels_coverage;
#[allow(dead_code)] // The same.
mod ladders;
#[allow(dead_code)] // The same.
mod lower_ends;
#[allow(dead_code)] // The same.
mod paired_flips;
mod prevalence;
mod prevalences;
mod values;
#[allow(dead_code)] // The same.
mod values_coverage;
