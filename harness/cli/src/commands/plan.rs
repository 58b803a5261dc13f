//! `titer plan`: what an evaluation would run.

mod cautions;
mod document;
mod outlook;
mod searches;

use std::path::Path;

use titer_backends::runtime::Runtime;
use titer_run::{Options, Planned, RunError};
use titer_spec::Resolver;

use crate::arguments::{Form, Format, Overrides, Places, Talk};
use crate::console::say_json;
use crate::error::CommandError;
use crate::finding;
use document::Document;
use outlook::outlook;

pub(super) fn run(
    name: &str,
    overrides: &Overrides,
    earlier: Option<&Path>,
    form: Form,
    places: &Places,
    talk: Talk,
) -> Result<u8, CommandError> {
    let mut find = || {
        Ok(titer_backends::runtime::find(
            places.onnxruntime.as_deref(),
        )?)
    };
    let planned = plan(name, overrides, places, &mut find)?;
    let document = Document::new(&planned, outlook(&planned, earlier)?);
    match form.format {
        Format::Json => say_json(&document)?,
        Format::Text => document.tell(talk.quiet),
    }
    Ok(0)
}

/// Plans an evaluation, gates included. `runtime` finds ONNX Runtime, or says that it is not there yet.
pub(super) fn plan(
    name: &str,
    overrides: &Overrides,
    places: &Places,
    runtime: &mut dyn FnMut() -> Result<Option<Runtime>, RunError>,
) -> Result<Planned, CommandError> {
    let evaluation = finding::evaluation(name, places)?;
    let options = Options {
        limit: overrides.limit,
        seed: overrides.seed,
        threads: overrides.threads,
        only: overrides.part.only(),
    };
    let mut resolver = Resolver::new(&places.path);
    // What a suite in a folder of its own names may lie beside the evaluation.
    resolver.folders.insert(0, evaluation.folder().to_owned());
    Ok(titer_run::plan(&evaluation, &resolver, &options, runtime)?)
}
