//! The http backend: a server that answers by the Open Inference Protocol, version 2, over REST.
//!
//! Strict in what is sent, lenient in what is read: an empty health body, `versions: []`, an answer without a
//! name, a refusal as `error` or as `detail` are all met in the field. What numbers depend on (sizes, types, how
//! many there are) is held to the letter.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use titer_adaptors::{Feed, Graph, Tensor};
use titer_core::ModelError;
use titer_inspection::Said;
use titer_spec::model::{HttpOptions, ProcessTensors};
use titer_spec::{ModelSpec, VariantSpec};

use crate::open_inference::answer::Answer;
use crate::open_inference::request::{self, Asked};
use crate::open_inference::{self, BodyError};
use crate::{Identity, LoadOptions};

mod client;
mod engine;
mod error;
mod find;
mod metadata;
mod place;
mod retries;
mod secrets;
mod url;
mod version;

use client::{Client, Reply};
use error::HttpError;
use metadata::Metadata;
use version::Version;

pub(crate) use engine::HttpEngine;
pub use url::{Address, Unfit};

/// A model behind a server.
pub struct Http {
    client: Client,
    metadata: Metadata,
    version: Version,
    options: HttpOptions,
    input: Option<String>,
    output: Option<String>,
    requests: AtomicU64,
}

/// Meets the server: it is there, ready, and has the model.
///
/// # Errors
/// It cannot be reached, is not ready, has no such model or another version than the plan was made for, or a
/// secret is not in the environment.
pub fn load(
    spec: &ModelSpec,
    variant: &VariantSpec,
    options: &LoadOptions,
) -> Result<Http, ModelError> {
    let http = told(variant)?;
    let client = Client::new(http, options)?;
    let metadata = metadata::ask(&client, http).map_err(|error| client.told(&error))?;
    let asked = http.version.as_deref();
    let version = Version::new(asked, options.version, &metadata.versions)
        .map_err(|error| client.told(&error.into()))?;
    Ok(Http {
        input: open_inference::name(http.input.as_ref(), spec.input.tensor.as_ref()),
        output: open_inference::name(http.output.as_ref(), spec.output.tensor.as_ref()),
        options: http.clone(),
        client,
        metadata,
        version,
        requests: AtomicU64::new(0),
    })
}

/// What a variant's server says of itself and of the model. Where neither the descriptor nor the metadata
/// names one version, the answer to `made_up` is asked for it.
///
/// # Errors
/// As [`load`], or as `made_up` or its request fails.
pub fn identify(
    spec: &ModelSpec,
    variant: &VariantSpec,
    made_up: impl FnOnce() -> Result<Vec<Feed>, ModelError>,
    options: &LoadOptions,
) -> Result<Identity, ModelError> {
    let http = load(spec, variant, options)?;
    if http.version.known().is_none() {
        http.ask(made_up()?)?;
    }
    let version = http.version.known();
    Ok(Identity {
        words: http.metadata.words(&http.options, version),
        version: version.map(str::to_owned),
    })
}

/// What a server says of a model's inputs and outputs.
///
/// # Errors
/// As [`load`].
pub fn describe(http: &HttpOptions, options: &LoadOptions) -> Result<Said, ModelError> {
    let client = Client::new(http, options)?;
    let metadata = metadata::ask(&client, http).map_err(|error| client.told(&error))?;
    Ok(metadata.said(http))
}

fn told(variant: &VariantSpec) -> Result<&HttpOptions, ModelError> {
    let absent =
        || ModelError::Input("the http backend needs `http: {url: ..., model: ...}`".to_owned());
    variant.http.as_ref().ok_or_else(absent)
}

impl Http {
    fn ask(&self, feeds: Vec<Feed>) -> Result<Tensor, ModelError> {
        self.answer(feeds).map_err(|error| self.client.told(&error))
    }

    fn answer(&self, feeds: Vec<Feed>) -> Result<Tensor, HttpError> {
        let examples = feeds.first().map_or(0, Feed::examples);
        let inputs = &self.metadata.inputs;
        let feeds = open_inference::named(inputs, self.input.as_ref(), feeds, "server", "http")?;
        let number = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
        let id = number.to_string();
        let output = self.output.as_deref();
        let binary = self.options.tensors == Some(ProcessTensors::Binary);
        let asked = Asked {
            id: &id,
            output,
            binary,
        };
        let mut body = Vec::new();
        let json = request::write(&mut body, asked, &feeds).map_err(HttpError::System)?;
        let reply = self.client.infer(&id, &body, binary.then_some(json))?;
        let error = match self.read(&reply, &id, output, examples) {
            Ok(tensor) => return Ok(tensor),
            Err(error) => error,
        };
        // Said once more of a body without secrets: words are cut, and half a secret is not found in them.
        let reply = self.client.without_secrets(reply);
        Err(self
            .read(&reply, &id, output, examples)
            .err()
            .unwrap_or(error))
    }

    /// The tensor of a reply, whose bytes follow its JSON where there are any.
    fn read(
        &self,
        reply: &Reply,
        id: &str,
        output: Option<&str>,
        examples: usize,
    ) -> Result<Tensor, HttpError> {
        let whole = reply.body.len();
        let json = reply.json_bytes.unwrap_or(whole);
        let Some((line, mut rest)) = reply.body.split_at_checked(json) else {
            return Err(HttpError::Body(BodyError::NotTheProtocol(format!(
                "its header announces {json} bytes of JSON, and it has {whole}"
            ))));
        };
        let answer =
            Answer::parse(line, id, true).map_err(|error| reply.not_the_protocol(error))?;
        answer.is_of(&self.options.model)?;
        if let Some(version) = answer.version() {
            self.version.met(&self.client.plain(&version))?;
        }
        let mut bytes = |count: usize| {
            let (head, tail) = rest.split_at_checked(count).ok_or_else(|| {
                BodyError::NotTheProtocol(format!(
                    "it announces {count} bytes and has {}",
                    rest.len()
                ))
            })?;
            rest = tail;
            Ok::<Vec<u8>, BodyError>(head.to_vec())
        };
        Ok(answer.tensor(output, examples, &mut bytes)?)
    }
}

impl Graph for Http {
    fn run(&mut self, inputs: Vec<Feed>) -> Result<Tensor, ModelError> {
        self.ask(inputs)
    }

    fn run_several(&mut self, batches: Vec<Vec<Feed>>) -> Vec<Result<Tensor, ModelError>> {
        let workers = self.at_once().min(batches.len());
        let slots: Vec<Mutex<Slot>> = batches
            .into_iter()
            .map(|feeds| Mutex::new(Slot::Asked(feeds)))
            .collect();
        let next = AtomicUsize::new(0);
        let work = || {
            while let Some(slot) = slots.get(next.fetch_add(1, Ordering::Relaxed)) {
                let mut slot = slot
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner);
                if let Slot::Asked(feeds) = &mut *slot {
                    *slot = Slot::Answered(self.ask(std::mem::take(feeds)));
                }
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(work);
            }
        });
        slots.into_iter().map(Slot::taken).collect()
    }

    fn at_once(&self) -> usize {
        self.options.requests_at_once.max(1) as usize
    }
}

/// A batch and what became of it.
enum Slot {
    Asked(Vec<Feed>),
    Answered(Result<Tensor, ModelError>),
}

impl Slot {
    fn taken(slot: Mutex<Self>) -> Result<Tensor, ModelError> {
        match slot
            .into_inner()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
        {
            Self::Answered(answer) => answer,
            Self::Asked(_) => Err(ModelError::Run("a request was never made".to_owned())),
        }
    }
}

#[cfg(test)]
mod tests;
