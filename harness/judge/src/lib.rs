//! Everything after the models have run: scores, comparisons, gates, the verdict.
//!
//! In scope: joining predictions with what is true, scores with their intervals, paired comparisons,
//! agreements, curves, notable examples, the summary of measurements, gates and the verdict.
//! Not aware of: model runtimes, sequences, how a run folder is laid out, how a report looks.
//!
//! Every step takes data and gives data; `run` alone touches a run folder. The same run folder
//! gives the same bits, whatever the number of threads.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

// The simulation of `examples/` is a test, too.
#[cfg(test)]
extern crate self as titer_judge;

pub mod ablations;
pub mod agreements;
pub mod answers;
pub mod cells;
pub mod comparisons;
pub mod controls;
pub mod curves;
pub mod detections;
pub mod error;
pub mod examples;
pub mod facts;
pub mod falls;
pub mod flips;
pub mod gates;
pub mod ground;
pub mod group_differences;
pub mod group_flips;
pub mod groups;
pub mod inputs;
pub mod intervals;
pub mod labels;
pub mod ladders;
pub mod losses;
mod machine_words;
pub mod measured;
pub mod measures;
pub mod must_fall;
pub mod notables;
pub mod numbers;
pub mod outlook;
pub mod paired_tests;
pub mod predictions;
pub mod prevalences;
pub mod recalibrations;
pub mod responses;
pub mod run;
pub mod sample;
pub mod sampled;
pub mod scored;
pub mod scores;
pub mod scoring;
pub mod searches;
pub mod several;
pub mod severities;
pub mod similarities;
pub mod speed;
pub mod stored;
pub mod strata;
pub mod stratum;
pub mod texts;
pub mod units;
pub mod values;
pub mod verdict;
pub mod words;
pub mod worst_groups;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;

pub use error::JudgeError;
pub use gates::{Mistake, matches, mistake};
pub use losses::{Coverage, ungated};
pub use machine_words::machine_words;
pub use measured::{
    Goodput, LatencyDetails, LatencySummary, MeasurementDetails, MeasurementSummary, NoiseSummary,
    Percentile, RoundNumbers, Trial, WarmUp, summarize,
};
pub use scoring::{Found, Source, score_plan};
pub use titer_metrics::log_loss::EPSILON;
pub use titer_metrics::registry::about;
pub use titer_metrics::registry::grouped::parts as groups;
pub use verdict::{Evidence, exit_code, judge};
