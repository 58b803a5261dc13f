//! The onnx backend: ONNX Runtime, loaded dynamically.
//!
//! The library is loaded into this process and stays there: one library a process. Files that are no
//! library, are cut short or are not ONNX Runtime are refused before that; against a library whose own
//! code aborts only a process of its own helps, which is where a cell runs anyway.

use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ort::environment::Environment;
use ort::logging::LogLevel;
use ort::session::{Session, builder::SessionBuilder};
use ort::value::{Outlet, TensorElementType, ValueType};
use titer_core::ModelError;
use titer_spec::ModelSpec;
use titer_spec::model::{Input, Layout};

use crate::runtime::{absent, broken, inspect, new_enough};
use crate::{Graph, LoadOptions, Tensor};

/// The version of the `ort` crate; a test holds it to Cargo.lock.
pub const ORT_VERSION: &str = "2.0.0-rc.15";

/// A session on a graph.
pub struct Onnx {
    session: Session,
    output: String,
    /// How many sequences the graph takes at once, where that is fixed.
    batch: Option<usize>,
}

/// Loads a graph: `options.threads` threads within an operator, one operator at a time, deterministic
/// kernels, the default graph optimizations.
///
/// # Errors
/// The runtime is absent or broken, the file is missing or damaged, or the graph's input is not what the
/// descriptor says.
pub fn load(spec: &ModelSpec, path: &Path, options: &LoadOptions) -> Result<Onnx, ModelError> {
    let environment = environment(options.runtime.ok_or_else(absent)?)?;
    readable(path)?;
    let session = builder(&environment, options.threads)
        .and_then(|mut builder| builder.commit_from_file(path))
        .map_err(|error| {
            damaged(
                path,
                format!(
                    "ONNX Runtime cannot load it as a model ({}): fetch or export it anew",
                    one_line(error.message())
                ),
            )
        })?;
    let input = the_input(path, &session, &spec.input)?;
    let batch = fits(path, input, &spec.input)?;
    let output = the_output(path, &session, spec.output.tensor.as_deref())?;
    Ok(Onnx {
        session,
        output,
        batch,
    })
}

/// Loads the library at `path` into this process, as [`load`] does, and nothing more.
///
/// # Errors
/// The library is absent, too old or broken, or this process has loaded another one. A library whose
/// own code aborts takes the process with it: call this in a process that may die.
pub fn probe(path: &Path) -> Result<(), ModelError> {
    environment(path).map(|_| ())
}

/// The process's one environment. It is never dropped: ONNX Runtime does not come back after that.
static ENVIRONMENT: Mutex<Option<(PathBuf, Environment)>> = Mutex::new(None);

fn environment(path: &Path) -> Result<Environment, ModelError> {
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

fn builder(environment: &Environment, threads: usize) -> ort::Result<SessionBuilder> {
    Ok(Session::builder(environment)?
        .with_log_level(LogLevel::Fatal)?
        .with_intra_threads(threads.max(1))?
        .with_inter_threads(1)?
        .with_parallel_execution(false)?
        .with_deterministic_compute(true)?)
}

fn the_input<'a>(
    path: &Path,
    session: &'a Session,
    input: &Input,
) -> Result<&'a Outlet, ModelError> {
    let inputs = session.inputs();
    let [only] = inputs else {
        return Err(damaged(
            path,
            format!(
                "the graph has {} inputs ({}), Titer feeds one",
                inputs.len(),
                names(inputs)
            ),
        ));
    };
    match &input.tensor {
        Some(name) if name != only.name() => Err(damaged(
            path,
            format!(
                "the graph has no input `{name}`, its input is `{}`: correct `input.tensor`",
                only.name()
            ),
        )),
        _ => Ok(only),
    }
}

fn the_output(path: &Path, session: &Session, name: Option<&str>) -> Result<String, ModelError> {
    let outputs = session.outputs();
    let found = match name {
        None => outputs.first(),
        Some(name) => outputs.iter().find(|output| output.name() == name),
    };
    let output = found.ok_or_else(|| {
        damaged(
            path,
            format!(
                "the graph has no output `{}`, it has {}: correct `output.tensor`",
                name.unwrap_or_default(),
                names(outputs)
            ),
        )
    })?;
    shape_of_floats(path, output)?;
    Ok(output.name().to_owned())
}

/// Compares the graph's input with what the adaptor makes; the batch size where it is fixed.
fn fits(path: &Path, outlet: &Outlet, input: &Input) -> Result<Option<usize>, ModelError> {
    let window = &input.window.value;
    let length = window.end.saturating_sub(window.start) as i64;
    let channels = input.one_hot.alphabet.len() as i64;
    let expected = match input.one_hot.layout {
        Layout::LengthChannels => [length, channels],
        Layout::ChannelsLength => [channels, length],
    };
    let shape = shape_of_floats(path, outlet)?;
    match shape {
        [batch, first, second]
            if (*first < 0 || *first == expected[0]) && (*second < 0 || *second == expected[1]) =>
        {
            Ok(usize::try_from(*batch).ok())
        }
        _ => Err(ModelError::Input(format!(
            "{}: the graph's input `{}` is {}, the descriptor's input makes [batch, {}, {}]: correct `input.window` and `input.one_hot`",
            path.display(),
            outlet.name(),
            in_words(shape),
            expected[0],
            expected[1]
        ))),
    }
}

fn shape_of_floats<'a>(path: &Path, outlet: &'a Outlet) -> Result<&'a [i64], ModelError> {
    match outlet.dtype() {
        ValueType::Tensor {
            ty: TensorElementType::Float32,
            shape,
            ..
        } => Ok(shape),
        other => Err(damaged(
            path,
            format!(
                "`{}` is {other}, Titer takes tensors of f32: export it so",
                outlet.name()
            ),
        )),
    }
}

fn in_words(shape: &[i64]) -> String {
    let sizes: Vec<String> = shape
        .iter()
        .map(|size| match size {
            size if *size < 0 => "free".to_owned(),
            size => size.to_string(),
        })
        .collect();
    format!("[{}]", sizes.join(", "))
}

fn names(outlets: &[Outlet]) -> String {
    let names: Vec<&str> = outlets.iter().map(Outlet::name).collect();
    names.join(", ")
}

impl Graph for Onnx {
    fn run(&mut self, input: Tensor) -> Result<Tensor, ModelError> {
        let examples = input.shape.first().copied().unwrap_or_default();
        if let Some(batch) = self.batch.filter(|batch| *batch != examples) {
            return Err(ModelError::Input(format!(
                "the graph takes exactly {batch} sequences at once and got {examples}: use that batch size, or export it with a free batch axis"
            )));
        }
        self.forward(input).map_err(|error| {
            ModelError::Run(format!(
                "ONNX Runtime failed: {}",
                one_line(error.message())
            ))
        })
    }
}

impl Onnx {
    fn forward(&mut self, input: Tensor) -> ort::Result<Tensor> {
        let tensor = ort::value::Tensor::from_array((input.shape, input.values))?;
        let outputs = self.session.run([tensor.into()])?;
        let output = outputs
            .get(&self.output)
            .ok_or_else(|| ort::Error::new(format!("no output `{}`", self.output)))?;
        let (shape, values) = output.try_extract_tensor::<f32>()?;
        Ok(Tensor {
            // A tensor that exists has no negative sizes.
            shape: shape
                .iter()
                .map(|size| usize::try_from(*size).unwrap_or(0))
                .collect(),
            values: values.to_vec(),
        })
    }
}

fn readable(path: &Path) -> Result<(), ModelError> {
    let file = std::fs::File::open(path).and_then(|file| file.metadata());
    match file {
        Ok(file) if file.is_file() => Ok(()),
        Ok(_) => Err(damaged(path, "is not a file")),
        Err(error) => Err(damaged(path, format!("cannot be read: {error}"))),
    }
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

fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn damaged(path: &Path, reason: impl Into<String>) -> ModelError {
    ModelError::File {
        path: path.display().to_string(),
        reason: reason.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_versions_that_are_named_are_the_locked_ones() {
        let lock = include_str!("../../../Cargo.lock");
        for (name, version) in [
            ("ort", ORT_VERSION),
            ("candle-core", crate::candle::VERSION),
        ] {
            let entry = format!("name = \"{name}\"\nversion = \"{version}\"\n");
            assert!(
                lock.contains(&entry),
                "{name} is not {version} in Cargo.lock"
            );
        }
    }
}
