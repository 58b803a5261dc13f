//! Tests that start the built program, as one executable: each links all of Titer, which takes longer than most run.
//!
//! Tests run beside each other in one process: none changes its environment or its folder.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod adaptors;
mod arrows;
mod attack;
mod audit;
mod bad_input;
mod batches;
mod controls;
mod declared;
mod describing;
mod docs;
#[cfg(unix)]
mod ending;
mod every_backend;
mod extensions;
mod fetch;
mod first_verdict;
mod foreign_layouts;
mod foreign_models;
mod formats;
mod help;
mod helpers;
mod http;
mod init;
mod jobs;
mod json;
mod labels;
mod ladders;
mod latency;
mod listing;
mod manuals;
mod matrix;
#[cfg(target_os = "linux")]
mod memory;
mod models_check;
#[cfg(not(all(
    feature = "onnx",
    feature = "candle",
    feature = "http",
    feature = "process",
    feature = "tokenizers"
)))]
mod not_built;
mod own_files;
mod packaging;
mod parts;
mod perturbations;
mod policies;
mod predictions;
mod prevalence;
mod probe;
mod process;
mod process_files;
mod recipes;
#[cfg(target_os = "linux")]
mod resume;
mod runs;
mod searches;
mod sessions;
mod several_classes;
mod shipped;
mod shown_sequences;
mod similarity;
mod suggestions;
#[cfg(target_os = "linux")]
mod terminal;
mod values;
