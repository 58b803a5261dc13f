//! `titer models probe`: what a model says of itself, as the descriptor that follows from it.

use std::path::Path;

use titer_backends::{LoadOptions, Probing};
use titer_inspection::probe::{self, Hints};

use crate::arguments::{Places, Talk};
use crate::console::say_exactly;
use crate::error::CommandError;
use crate::finding;

/// The proposal goes to standard output, whole: `titer models probe FILE > model.yaml`. What did not run
/// exits with 5.
pub(super) fn propose(
    models: &[String],
    limit_s: u32,
    places: &Places,
    talk: Talk,
) -> Result<u8, CommandError> {
    let proposals = proposals(models, &Hints::default(), limit_s, (places, talk))?;
    let text = probe::described(&proposals, None)?;
    say_exactly(text.trim_end());
    let all_ran = proposals.iter().all(|proposal| proposal.trial.is_ok());
    Ok(if all_ran { 0 } else { 5 })
}

/// Asks each build what it is.
pub(crate) fn proposals(
    models: &[String],
    hints: &Hints,
    limit_s: u32,
    (places, talk): (&Places, Talk),
) -> Result<Vec<probe::Proposal>, CommandError> {
    // What needs no runtime is asked without one; what does says so.
    let library = finding::onnxruntime(places, talk)
        .ok()
        .map(|found| found.path);
    let options = LoadOptions {
        runtime: library.as_deref(),
        threads: titer_backends::candle_threads(),
        ..LoadOptions::default()
    };
    let backends = Probing { options, limit_s };
    let mut proposals = Vec::new();
    for model in models {
        let found = match is_address(model) {
            true => probe::find_served(model, &backends, limit_s)?,
            false => probe::find(Path::new(model), &backends, limit_s)?,
        };
        proposals.push(probe::propose(found, hints, &backends, limit_s));
    }
    Ok(proposals)
}

/// Whether a model is the address of a server.
pub(crate) fn is_address(model: &str) -> bool {
    let schemes = ["http://", "https://"];
    schemes.iter().any(|scheme| model.starts_with(scheme))
}
