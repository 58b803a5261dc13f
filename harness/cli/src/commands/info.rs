//! `titer info`: this program, this machine, its runtimes.

use std::collections::BTreeMap;

use serde::Serialize;
use titer_backends::runtime as onnxruntime;
use titer_spec::cache;

use crate::arguments::{Form, Format, Places};
use crate::commands::runtime::words;
use crate::console::{say, say_json};
use crate::error::CommandError;

#[derive(Serialize)]
struct Info {
    titer: &'static str,
    cache: String,
    onnxruntime: Found,
    /// What other backends say of their libraries, a line each.
    libraries: Vec<String>,
    devices: [&'static str; 1],
    machine: BTreeMap<String, String>,
}

/// ONNX Runtime, as far as it was found.
#[derive(Serialize)]
struct Found {
    path: Option<String>,
    version: Option<String>,
    /// Where the path came from.
    origin: Option<&'static str>,
    /// Why there is none.
    problem: Option<String>,
    #[serde(skip)]
    words: String,
}

pub(super) fn run(form: Form, places: &Places) -> Result<u8, CommandError> {
    let info = Info {
        titer: env!("CARGO_PKG_VERSION"),
        cache: cache::folder().display().to_string(),
        onnxruntime: find(places),
        libraries: titer_backends::libraries(),
        devices: ["cpu"],
        machine: titer_measure::machine::facts(),
    };
    match form.format {
        Format::Json => say_json(&info)?,
        Format::Text => tell(&info),
    }
    Ok(0)
}

fn find(places: &Places) -> Found {
    let none = |problem: String| Found {
        path: None,
        version: None,
        origin: None,
        words: format!("ONNX Runtime: {problem}"),
        problem: Some(problem),
    };
    match onnxruntime::find(places.onnxruntime.as_deref()) {
        Ok(Some(runtime)) => Found {
            path: Some(runtime.path.display().to_string()),
            origin: Some(runtime.origin.name()),
            problem: None,
            words: words(&runtime),
            version: runtime.version,
        },
        Ok(None) => none(
            "not found; installed when a run needs it, or by `titer runtime install`".to_owned(),
        ),
        Err(error) => none(error.to_string()),
    }
}

fn tell(info: &Info) {
    say(&format!("titer {}", info.titer));
    say(&format!("cache: {}", info.cache));
    say(&info.onnxruntime.words);
    for library in &info.libraries {
        say(library);
    }
    say(&format!("devices: {}", info.devices.join(", ")));
    for (name, value) in &info.machine {
        say(&format!("{name}: {value}"));
    }
}
