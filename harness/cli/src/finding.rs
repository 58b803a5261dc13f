//! Names on the command line become files; runtimes are found.

use std::path::{Path, PathBuf};

use titer_backends::runtime::{self, Runtime};
use titer_run::RunError;
use titer_spec::{Document, Evaluation, Kind, Resolver};

use crate::arguments::{Places, Talk};
use crate::console::complain;
use crate::error::CommandError;

/// The descriptor that a name given on the command line stands for.
pub(crate) fn find(kind: Kind, name: &str, places: &Places) -> Result<PathBuf, CommandError> {
    let resolver = Resolver::new(&places.path);
    let found = resolver.find(kind, name, Path::new("."));
    let path = found.map_err(|(message, cure)| {
        CommandError::Argument(if cure.is_empty() {
            message
        } else {
            format!("{message}\n  help: {cure}")
        })
    })?;
    Ok(path.strip_prefix("./").map(Path::to_owned).unwrap_or(path))
}

/// This program, for the processes that it starts.
pub(crate) fn own_program() -> Result<PathBuf, CommandError> {
    std::env::current_exe()
        .map_err(|error| CommandError::Internal(format!("titer does not find itself: {error}")))
}

/// Reads an evaluation.
pub(crate) fn evaluation(
    name: &str,
    places: &Places,
) -> Result<Document<Evaluation>, CommandError> {
    Ok(Document::read(&find(Kind::Evaluation, name, places)?)?)
}

/// Finds ONNX Runtime, or installs it and says so.
pub(crate) fn onnxruntime(places: &Places, talk: Talk) -> Result<Runtime, RunError> {
    let explicit = places.onnxruntime.as_deref();
    Ok(runtime::ensure(explicit, places.offline, &mut |line| {
        if !talk.quiet {
            complain(line);
        }
    })?)
}
