//! `titer info`: this program, this machine, its runtimes.

use titer_backends::runtime as onnxruntime;
use titer_spec::cache;

use crate::arguments::Places;
use crate::commands::runtime::words;
use crate::console::say;
use crate::error::CommandError;

pub(super) fn run(places: &Places) -> Result<u8, CommandError> {
    say(&format!("titer {}", env!("CARGO_PKG_VERSION")));
    say(&format!("cache: {}", cache::folder().display()));
    match onnxruntime::find(places.onnxruntime.as_deref()) {
        Ok(Some(runtime)) => say(&words(&runtime)),
        Ok(None) => say(
            "ONNX Runtime: not found; installed when a run needs it, or by `titer runtime install`",
        ),
        Err(error) => say(&format!("ONNX Runtime: {error}")),
    }
    for library in titer_backends::libraries() {
        say(&library);
    }
    say("devices: cpu");
    for (name, value) in titer_measure::machine::facts() {
        say(&format!("{name}: {value}"));
    }
    Ok(0)
}
