//! `titer runtime`: ONNX Runtime found or installed.

use titer_backends::runtime::{self, Runtime};

use crate::arguments::{Places, RuntimeCommand};
use crate::console::{complain, say};
use crate::error::CommandError;

pub(super) fn run(command: &RuntimeCommand, places: &Places) -> Result<u8, CommandError> {
    match command {
        RuntimeCommand::Show => match runtime::find(places.onnxruntime.as_deref())? {
            Some(runtime) => say(&words(&runtime)),
            None => {
                say("ONNX Runtime: not found; `titer runtime install` installs it");
                return Ok(4);
            }
        },
        RuntimeCommand::Install { .. } if places.offline => {
            return Err(CommandError::Argument(
                "--offline forbids installing".to_owned(),
            ));
        }
        RuntimeCommand::Install { version } => {
            let path = runtime::install(version.as_deref(), &mut |line| complain(line))?;
            say(&format!(
                "ONNX Runtime {}: {}",
                runtime::version(&path)?,
                path.display()
            ));
        }
    }
    Ok(0)
}

/// A runtime in a line.
pub(super) fn words(runtime: &Runtime) -> String {
    let version = runtime.version.as_deref().unwrap_or("of unknown version");
    format!(
        "ONNX Runtime {version}: {} ({})",
        runtime.path.display(),
        runtime.origin.name()
    )
}
