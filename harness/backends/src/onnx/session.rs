//! Sessions: options as the variant states them, and what executes them.

use std::path::Path;

use ort::environment::Environment;
use ort::ep::{CUDA, ExecutionProvider, ExecutionProviderDispatch, TensorRT};
use ort::logging::LogLevel;
use ort::session::Session;
use ort::session::builder::{GraphOptimizationLevel, SessionBuilder};
use titer_core::ModelError;
use titer_spec::model::{OnnxOptimization, OnnxOptions, OnnxProvider};

use super::{damaged, one_line};

/// A session on the graph at `path`. A provider that the library or the machine lacks is a
/// [`ModelError::Device`]: nothing runs elsewhere in its place.
pub(super) fn open(
    environment: &Environment,
    library: &Path,
    path: &Path,
    threads: usize,
    options: &OnnxOptions,
) -> Result<Session, ModelError> {
    let provider = options.execution_provider;
    let on = |provider| -> ort::Result<Session> {
        builder(environment, threads, provider, options)?.commit_from_file(path)
    };
    let on_cpu = |error: &ort::Error| of_file(path, &one_line(error.message()));
    if provider == OnnxProvider::Cpu {
        return on(provider).map_err(|error| on_cpu(&error));
    }
    available(library, provider)?;
    on(provider).map_err(|error| match on(OnnxProvider::Cpu) {
        // What no provider loads is the file's fault.
        Err(of_file) => on_cpu(&of_file),
        Ok(_) => ModelError::Device(format!(
            "{}: ONNX Runtime cannot run it by the execution provider {} ({}): {}",
            path.display(),
            provider.name(),
            one_line(error.message()),
            cure(options)
        )),
    })
}

/// The file's fault, or that of a library older than the file.
fn of_file(path: &Path, reason: &str) -> ModelError {
    let cure = if reason.contains("is under development") || reason.contains("Unsupported model IR")
    {
        "export it for an older opset, or use a newer ONNX Runtime (`titer runtime install`)"
    } else {
        "fetch or export it anew"
    };
    damaged(
        path,
        format!("ONNX Runtime cannot load it as a model ({reason}): {cure}"),
    )
}

fn cure(options: &OnnxOptions) -> &'static str {
    if options.rest_on_cpu {
        "install what it needs on this machine, or use `execution_provider: cpu`"
    } else {
        "install what it needs on this machine, allow operators that it lacks by `rest_on_cpu: true`, or use `execution_provider: cpu`"
    }
}

/// Whether the library was built with a provider.
fn available(library: &Path, provider: OnnxProvider) -> Result<(), ModelError> {
    let built_in = match provider {
        OnnxProvider::Cpu => Ok(true),
        OnnxProvider::Cuda => CUDA::is_available(),
        OnnxProvider::Tensorrt => TensorRT::is_available(),
    };
    match built_in {
        Ok(true) => Ok(()),
        Ok(false) => Err(ModelError::Device(format!(
            "ONNX Runtime at {} was built without the execution provider {}: set ORT_DYLIB_PATH to the library of the package onnxruntime-gpu, or use `execution_provider: cpu`",
            library.display(),
            provider.name()
        ))),
        Err(error) => Err(ModelError::Device(format!(
            "ONNX Runtime at {} does not tell its execution providers: {}",
            library.display(),
            one_line(error.message())
        ))),
    }
}

fn builder(
    environment: &Environment,
    threads: usize,
    provider: OnnxProvider,
    options: &OnnxOptions,
) -> ort::Result<SessionBuilder> {
    let at_once = options.threads_between_operators.unwrap_or(1).max(1);
    let builder = Session::builder(environment)?
        .with_log_level(LogLevel::Fatal)?
        .with_intra_threads(threads.max(1))?
        .with_inter_threads(at_once)?
        .with_parallel_execution(at_once > 1)?
        .with_optimization_level(level(options.optimization))?
        .with_deterministic_compute(true)?;
    let providers = providers(provider, options.tf32);
    if providers.is_empty() {
        return Ok(builder);
    }
    let builder = builder.with_execution_providers(providers)?;
    Ok(if options.rest_on_cpu {
        builder
    } else {
        builder.with_disable_cpu_fallback()?
    })
}

fn providers(provider: OnnxProvider, tf32: bool) -> Vec<ExecutionProviderDispatch> {
    let cuda = || CUDA::default().with_tf32(tf32).build().error_on_failure();
    match provider {
        OnnxProvider::Cpu => Vec::new(),
        OnnxProvider::Cuda => vec![cuda()],
        OnnxProvider::Tensorrt => vec![TensorRT::default().build().error_on_failure(), cuda()],
    }
}

fn level(optimization: OnnxOptimization) -> GraphOptimizationLevel {
    match optimization {
        OnnxOptimization::Disabled => GraphOptimizationLevel::Disable,
        OnnxOptimization::Basic => GraphOptimizationLevel::Level1,
        OnnxOptimization::Extended => GraphOptimizationLevel::Level2,
        OnnxOptimization::All => GraphOptimizationLevel::All,
    }
}
