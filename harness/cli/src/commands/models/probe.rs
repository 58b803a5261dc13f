//! `titer models probe`: what a model says of itself, as the descriptor that follows from it.

use std::path::Path;

use titer_models::{LoadOptions, probe};

use crate::arguments::Places;
use crate::console::say;
use crate::error::CommandError;
use crate::finding;

/// The proposal goes to standard output, whole: `titer models probe FILE > model.yaml`. What did not run
/// exits with 5.
pub fn propose(model: &str, limit_s: u32, places: &Places) -> Result<u8, CommandError> {
    // What needs no runtime is probed without one; what does says so.
    let library = finding::onnxruntime(places).ok().map(|found| found.path);
    let options = LoadOptions {
        runtime: library.as_deref(),
        threads: titer_models::candle_threads(),
        ..LoadOptions::default()
    };
    let is_address = ["http://", "https://"]
        .iter()
        .any(|scheme| model.starts_with(scheme));
    let found = match is_address {
        true => probe::find_served(model, &options, limit_s)?,
        false => probe::find(Path::new(model), &options, limit_s)?,
    };
    let proposal = probe::propose(found, &options, limit_s);
    let text = probe::described(&proposal)?;
    say(text.trim_end());
    Ok(if proposal.trial.is_ok() { 0 } else { 5 })
}
