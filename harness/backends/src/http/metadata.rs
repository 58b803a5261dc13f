//! What a server says of itself and of a model.

use serde::Deserialize;
use titer_inspection::Said;
use titer_spec::model::HttpOptions;

use super::client::Client;
use super::error::HttpError;
use super::place::place;
use crate::open_inference::answer::version_in;
use crate::open_inference::{BodyError, Described, shown};

/// A server and a model.
#[derive(Clone, Debug, Default)]
pub(super) struct Metadata {
    server: Server,
    pub versions: Vec<String>,
    platform: String,
    pub inputs: Vec<Described>,
    outputs: Vec<Described>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Server {
    name: Option<String>,
    version: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Model {
    versions: Option<Vec<serde_json::Value>>,
    platform: Option<String>,
    inputs: Option<Vec<Described>>,
    outputs: Option<Vec<Described>>,
}

/// The body of a health request: empty with most servers.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Health {
    ready: Option<bool>,
}

/// Asks whether the server and the model are ready, and what they are.
pub(super) fn ask(client: &Client, options: &HttpOptions) -> Result<Metadata, HttpError> {
    ready(client, "/v2/health/ready", "")?;
    let place = place(options);
    let found = client.get(&place);
    let body = found.map_err(|error| match error {
        HttpError::Status {
            status: 404 | 400,
            words,
        } => HttpError::NoModel {
            model: shown(&options.model),
            words,
        },
        other => other,
    })?;
    ready(client, &format!("{place}/ready"), " with this model")?;
    let model: Model = serde_json::from_slice(&body).map_err(|error| {
        let begins = String::from_utf8_lossy(&body[..body.len().min(200)]).into_owned();
        BodyError::NotTheProtocol(format!("{error}, in `{}`", shown(&begins)))
    })?;
    // A server that does not say what it is, is met too; one that cannot say it now is not taken for another.
    let server = match client.get("/v2") {
        Ok(body) => serde_json::from_slice(&body).ok(),
        Err(
            HttpError::Status {
                status: 400..=499, ..
            }
            | HttpError::NotAllowed { .. },
        ) => None,
        Err(error) => return Err(error),
    };
    let versions = model.versions.unwrap_or_default();
    Ok(Metadata {
        server: server.unwrap_or_default(),
        versions: versions.iter().filter_map(version_in).collect(),
        platform: model.platform.unwrap_or_default(),
        inputs: model.inputs.unwrap_or_default(),
        outputs: model.outputs.unwrap_or_default(),
    })
}

fn ready(client: &Client, place: &str, what: &str) -> Result<(), HttpError> {
    let body = client.get(place).map_err(|error| match error {
        // A server without this place is asked for the model all the same.
        HttpError::Status { status: 404, .. } => HttpError::NotReady(String::new()),
        HttpError::Status { status, words } => {
            HttpError::NotReady(format!("{what} ({status}{words})"))
        }
        other => other,
    });
    match body {
        Err(HttpError::NotReady(words)) if words.is_empty() => Ok(()),
        Err(error) => Err(error),
        Ok(body) => {
            let health: Health = serde_json::from_slice(&body).unwrap_or_default();
            match health.ready {
                Some(false) => Err(HttpError::NotReady(what.to_owned())),
                _ => Ok(()),
            }
        }
    }
}

impl Metadata {
    /// What answers, in one line: with the version of the model, or that it is not known.
    pub(super) fn words(&self, options: &HttpOptions, version: Option<&str>) -> String {
        let listed = shown(&self.versions.join(" "));
        self.line(
            options,
            &match (version, listed.is_empty()) {
                (Some(version), _) => format!(" {}", shown(version)),
                (None, true) => ", version unknown".to_owned(),
                (None, false) => format!(", version unknown, one of {listed}"),
            },
        )
    }

    fn line(&self, options: &HttpOptions, version: &str) -> String {
        let known = |text: &Option<String>| text.as_deref().map(shown).unwrap_or_default();
        let (name, release) = (known(&self.server.name), known(&self.server.version));
        let mut words = match (name.is_empty(), release.is_empty()) {
            (true, _) => "http, a server that does not say what it is".to_owned(),
            (false, true) => format!("http {name}"),
            (false, false) => format!("http {name} {release}"),
        };
        words += &format!(", model {}{version}", shown(&options.model));
        if !self.platform.is_empty() {
            words += &format!(" ({})", shown(&self.platform));
        }
        words
    }

    /// Inputs and outputs, for whoever writes a descriptor.
    pub(super) fn said(&self, options: &HttpOptions) -> Said {
        let versions = match &options.version {
            Some(version) => version.clone(),
            None => self.versions.join(" "),
        };
        let version = match versions.is_empty() {
            true => String::new(),
            false => format!(" {}", shown(&versions)),
        };
        Said {
            facts: vec![self.line(options, &version)],
            inputs: self.inputs.iter().map(Described::port).collect(),
            outputs: self.outputs.iter().map(Described::port).collect(),
            ..Said::default()
        }
    }
}
