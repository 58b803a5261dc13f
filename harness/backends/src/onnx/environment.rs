//! The library in this process: loaded once, never let go.

use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ort::environment::Environment;
use ort::logging::LogLevel;
use titer_core::ModelError;

use crate::runtime::{broken, inspect, new_enough};

/// The process's one environment. It is never dropped: ONNX Runtime does not come back after that.
static ENVIRONMENT: Mutex<Option<(PathBuf, Environment)>> = Mutex::new(None);

pub(super) fn environment(path: &Path) -> Result<Environment, ModelError> {
    let version = inspect(path)?;
    if let Some(version) = version {
        new_enough(path, &version)?;
    }
    // A bare name would be looked up in the system's folders rather than here.
    let path = path
        .canonicalize()
        .map_err(|error| broken(path, &error.to_string()))?;
    let mut loaded = ENVIRONMENT.lock().unwrap_or_else(PoisonError::into_inner);
    match &*loaded {
        Some((first, environment)) if *first == path => Ok(environment.clone()),
        Some((first, _)) => Err(broken(
            &path,
            &format!(
                "this process has already loaded {}: one process, one library",
                first.display()
            ),
        )),
        None => {
            let environment = start(&path)?;
            *loaded = Some((path, environment.clone()));
            Ok(environment)
        }
    }
}

fn start(path: &Path) -> Result<Environment, ModelError> {
    // The binding asserts what a library promises; a library that breaks that is an error here.
    let started = catch_unwind(AssertUnwindSafe(|| {
        let builder = ort::init_from(path).map_err(|error| load_error(path, &error))?;
        builder
            .with_name("titer")
            .with_telemetry(false)
            .build()
            .map_err(|error| broken(path, error.message()))
    }));
    let environment = started.unwrap_or_else(|_| {
        Err(broken(
            path,
            "does not behave as ONNX Runtime: run `titer runtime install`, or set ORT_DYLIB_PATH to a released build",
        ))
    })?;
    // What goes wrong comes back as an error; the library need not write to the terminal as well.
    environment.set_log_level(LogLevel::Fatal);
    Ok(environment)
}

fn load_error(path: &Path, error: &ort::LoadDynamicError) -> ModelError {
    use ort::LoadDynamicError as Load;
    let reason = match error {
        Load::Dlopen { error, .. } => format!("cannot be loaded: {}", with_causes(error)),
        Load::MissingApi { .. } => {
            "is a library but not ONNX Runtime (it does not export OrtGetApiBase)".to_owned()
        }
        Load::InvalidVersionString => "tells no version".to_owned(),
        Load::BadVersion { version_str, .. } => {
            format!(
                "is version {version_str}, Titer needs 1.{} or newer",
                ort::MINOR_VERSION
            )
        }
    };
    broken(
        path,
        &format!("{reason}; run `titer runtime install`, or set ORT_DYLIB_PATH to another one"),
    )
}

/// An error and what it was caused by: loading errors say the matter only in their cause.
fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
