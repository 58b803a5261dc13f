//! Backends: what turns a variant's files and a batch of sequences into probabilities.
//!
//! In scope: the adaptor from sequence to tensor and back, ONNX Runtime (and how it is found and
//! installed), candle, a command of the user's. Not aware of: datasets, metrics, measurement, run folders, worker processes.
//!
//! A backend is one file whose `load` returns a [`Graph`], one arm in [`load`] and one in
//! [`backend_version`]; the compiler asks for both once spec's `Backend` has the name.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use titer_core::{Answer, Model, ModelError, Outcome, Query, Squashed};
use titer_spec::{Backend, ModelSpec, VariantSpec};

pub mod adaptor;
pub mod built;
#[cfg(feature = "candle")]
pub mod candle;
pub mod files;
pub mod http;
pub mod onnx;
pub mod open_inference;
pub mod predictions;
pub mod probe;
#[cfg(unix)]
pub mod process;
#[cfg(not(unix))]
#[path = "process_elsewhere.rs"]
pub mod process;
pub mod random_weights;
pub mod runtime;

mod quantize;
mod threads;

use adaptor::{Strand, Watch};

pub use adaptor::{Adaptor, Encoded, Feed, Kind, Made, Places, Tensor, Values, Width};
pub use quantize::{Share, quantize};
pub use threads::{candle_threads, thread_environment};

/// What executes tensors: a loaded network without its adaptor.
pub trait Graph {
    /// Runs a batch of encoded sequences; the first axis of every input and of the output is the batch.
    ///
    /// # Errors
    /// The runtime's own failure, or inputs that it cannot take.
    fn run(&mut self, inputs: Vec<Feed>) -> Result<Tensor, ModelError>;

    /// Runs several batches, each as [`run`](Self::run) does; they may be on their way at once.
    fn run_several(&mut self, batches: Vec<Vec<Feed>>) -> Vec<Result<Tensor, ModelError>> {
        batches.into_iter().map(|inputs| self.run(inputs)).collect()
    }

    /// How many batches are worth handing over at once.
    fn at_once(&self) -> usize {
        1
    }

    /// Processes beside this one that do its work.
    fn processes(&self) -> Vec<u32> {
        Vec::new()
    }
}

/// How a variant is loaded.
#[derive(Clone, Copy, Debug)]
pub struct LoadOptions<'a> {
    /// ONNX Runtime's library, as [`runtime::ensure`] found it; needed by the onnx backend alone.
    pub runtime: Option<&'a Path>,
    /// Threads per prediction, at least 1. candle takes its number from the process's environment
    /// (see [`thread_environment`]): another number here is an error, for it would not be the truth.
    pub threads: usize,
    /// The descriptor's folder; needed by the process backend alone.
    pub folder: Option<&'a Path>,
    /// The file that keeps what a process writes to its standard error.
    pub errors: Option<&'a Path>,
    /// The version of a served model that a run was planned with: no other may answer.
    pub version: Option<&'a str>,
}

impl Default for LoadOptions<'_> {
    fn default() -> Self {
        Self {
            runtime: None,
            threads: 1,
            folder: None,
            errors: None,
            version: None,
        }
    }
}

/// Loads a variant. `files` holds the variant's files by role, already located and verified.
///
/// # Errors
/// A file is missing or damaged, the runtime is absent or broken, or the descriptor asks for what the
/// backend cannot do.
pub fn load(
    spec: &ModelSpec,
    variant: &VariantSpec,
    files: &BTreeMap<String, PathBuf>,
    options: &LoadOptions,
) -> Result<Box<dyn Model>, ModelError> {
    built::can_run(spec, variant)?;
    files::check(variant.backend, files)?;
    if variant.backend == Backend::Predictions {
        return Ok(Box::new(predictions::load(spec, variant, files, None)?));
    }
    let adaptor = Adaptor::new(&spec.input, &spec.output, files)?;
    let graph = graph(spec, &adaptor, variant, files, options)?;
    Ok(Box::new(Adapted {
        adaptor,
        graph,
        truncated: 0,
        watch: Watch::default(),
    }))
}

/// What executes a variant's tensors.
fn graph(
    spec: &ModelSpec,
    adaptor: &Adaptor,
    variant: &VariantSpec,
    files: &BTreeMap<String, PathBuf>,
    options: &LoadOptions,
) -> Result<Box<dyn Graph>, ModelError> {
    Ok(match variant.backend {
        Backend::Onnx => Box::new(onnx::load(spec, &adaptor.made(), variant, files, options)?),
        #[cfg(not(feature = "candle"))]
        Backend::Candle => return Err(built::NotBuilt::Candle.into()),
        #[cfg(feature = "candle")]
        Backend::Candle => Box::new(candle::load(
            role(files, "config")?,
            role(files, "weights")?,
            candle_layout(spec)?,
            options.threads,
            variant,
        )?),
        Backend::Process => Box::new(process::load(spec, variant, options)?),
        Backend::Http => Box::new(http::load(spec, variant, options)?),
        Backend::Predictions => return Err(predictions::no_graph()),
    })
}

#[cfg(feature = "candle")]
fn candle_layout(spec: &ModelSpec) -> Result<titer_spec::model::Layout, ModelError> {
    spec.input.layout().ok_or_else(|| {
        ModelError::Input(
            "the networks of candle take one-hot letters: describe `input.one_hot`".to_owned(),
        )
    })
}

/// The backend and its version in words, for records and keys. `runtime_version` is ONNX Runtime's,
/// as [`runtime::version`] says; "unknown version" stands in for it where it is `None`.
#[must_use]
pub fn backend_version(backend: Backend, runtime_version: Option<&str>) -> String {
    match backend {
        Backend::Onnx => format!(
            "ONNX Runtime {} (ort {})",
            runtime_version.unwrap_or("unknown version"),
            onnx::ORT_VERSION
        ),
        #[cfg(feature = "candle")]
        Backend::Candle => format!("candle {}", candle::VERSION),
        #[cfg(not(feature = "candle"))]
        Backend::Candle => "candle (not in this build)".to_owned(),
        Backend::Process => "process".to_owned(),
        Backend::Http => "http".to_owned(),
        Backend::Predictions => "table of predictions".to_owned(),
    }
}

/// What executes a variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// In words that tell one version from another.
    pub words: String,
    /// The version of a served model; `None` where its server names none, and of every other backend.
    pub version: Option<String>,
}

/// What executes a variant, before anything runs. A backend whose runtime is somewhere else asks it here; a
/// server that does not say which version of the model it has is given one made-up sequence, of `bases` where
/// the model takes any number.
///
/// # Errors
/// The runtime does not answer.
pub fn identify(
    spec: &ModelSpec,
    variant: &VariantSpec,
    files: &BTreeMap<String, PathBuf>,
    runtime_version: Option<&str>,
    bases: Option<usize>,
    options: &LoadOptions,
) -> Result<Identity, ModelError> {
    let words = match variant.backend {
        Backend::Http => {
            let made_up = || probe::made_up_feeds(spec, files, bases);
            return http::identify(spec, variant, made_up, options);
        }
        Backend::Process => process::identify(variant, options)?,
        Backend::Onnx => backend_version(variant.backend, runtime_version) + &onnx::told(variant),
        Backend::Candle | Backend::Predictions => backend_version(variant.backend, runtime_version),
    };
    Ok(Identity {
        words,
        version: None,
    })
}

fn role<'a>(files: &'a BTreeMap<String, PathBuf>, role: &str) -> Result<&'a Path, ModelError> {
    files
        .get(role)
        .map(PathBuf::as_path)
        .ok_or_else(|| ModelError::File {
            path: role.to_owned(),
            reason: format!("the variant has no file of the role `{role}`: add it under `files`"),
        })
}

struct Adapted {
    adaptor: Adaptor,
    graph: Box<dyn Graph>,
    truncated: u64,
    watch: Watch,
}

impl Adapted {
    /// What every strand of every batch gives, in order.
    fn read(&mut self, batches: &[&[Query<'_>]]) -> Result<Vec<Read>, ModelError> {
        let strands: &[Strand] = match self.adaptor.both_strands() {
            true => &[Strand::Given, Strand::Other],
            false => &[Strand::Given],
        };
        let (mut feeds, mut places) = (Vec::new(), Vec::new());
        for batch in batches {
            for strand in strands {
                let encoded = self.adaptor.encode_strand(batch, *strand)?;
                feeds.push(encoded.feeds);
                places.push((encoded.places, encoded.truncated, *strand));
            }
        }
        let answers = match feeds.len() {
            1 => feeds
                .into_iter()
                .map(|feeds| self.graph.run(feeds))
                .collect(),
            _ => self.graph.run_several(feeds),
        };
        let pairs = answers.into_iter().zip(places);
        pairs
            .map(|(answer, (places, truncated, strand))| {
                let answer = answer?;
                Ok(Read {
                    width: answer.width,
                    outputs: self.adaptor.decode_strand(
                        &places,
                        answer,
                        strand,
                        &mut self.watch,
                    )?,
                    truncated,
                })
            })
            .collect()
    }
}

/// One strand of one batch, read.
struct Read {
    outputs: Vec<Answer>,
    width: Width,
    truncated: Vec<bool>,
}

impl Model for Adapted {
    fn predict(&mut self, batch: &[Query<'_>]) -> Result<Vec<Outcome>, ModelError> {
        self.predict_batches(&[batch])
    }

    fn predict_batches(&mut self, batches: &[&[Query<'_>]]) -> Result<Vec<Outcome>, ModelError> {
        let batches: Vec<&[Query<'_>]> = batches
            .iter()
            .copied()
            .filter(|batch| !batch.is_empty())
            .collect();
        let mut outcomes = Vec::new();
        let mut read = self.read(&batches)?.into_iter();
        while let Some(Read {
            mut outputs,
            width,
            mut truncated,
        }) = read.next()
        {
            if self.adaptor.both_strands()
                && let Some(other) = read.next()
            {
                let width = width.max(other.width);
                outputs = adaptor::mean(outputs, other.outputs, self.adaptor.turned(), width);
                for (truncated, cropped) in truncated.iter_mut().zip(other.truncated) {
                    *truncated |= cropped;
                }
            }
            self.truncated += truncated.into_iter().filter(|lost| *lost).count() as u64;
            outcomes.extend(outputs.into_iter().map(Outcome::of));
        }
        Ok(outcomes)
    }

    fn batches_at_once(&self) -> usize {
        self.graph.at_once()
    }

    fn processes(&self) -> Vec<u32> {
        self.graph.processes()
    }

    fn begin(&mut self) {
        self.truncated = 0;
        self.watch = Watch::default();
    }

    fn truncated(&self) -> u64 {
        self.truncated
    }

    fn squashed(&self) -> Option<Squashed> {
        self.watch.squashed()
    }
}
