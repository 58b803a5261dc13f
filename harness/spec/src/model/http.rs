//! What a variant may tell the http backend.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::backend::{Computes, Facts};
use super::process::ProcessTensors;
use crate::located::Located;

/// What is known of the backend.
pub(super) const FACTS: Facts = Facts {
    computes: Computes::Elsewhere,
    roles: &[],
    takes_further_files: false,
    weights: None,
    precisions: None,
    needs_runtime: false,
    names_tensors: true,
    // Servers often have a limit of their own.
    batch_limit: Some(32),
    has_options: |variant| variant.http.is_some(),
    options_missing: Some([
        "the http backend needs a server",
        "add `http: {url: https://models.example.org, model: name}` to the variant",
    ]),
};

/// A server that answers by the Open Inference Protocol, version 2, over HTTP.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HttpOptions {
    /// The server, as in `https://models.example.org`; what stands before `/v2`.
    pub url: Located<String>,
    /// The model's name there.
    pub model: String,
    /// Its version there; the server's choice where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Headers of every request; their values come from the environment and are written nowhere.
    #[serde(default, deserialize_with = "headers")]
    pub headers: BTreeMap<String, Located<Secret>>,
    /// Certificates in PEM, beside the descriptor, that are trusted in place of the system's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<Located<String>>,
    /// Seconds until there is a connection.
    #[serde(default = "connect_s")]
    #[schemars(range(min = 1, max = 86_400))]
    pub connect_s: u32,
    /// Seconds for one try of a request.
    #[serde(default = "request_s")]
    #[schemars(range(min = 1, max = 2_592_000))]
    pub request_s: u32,
    /// How often a request is made once more that the server was too busy for (429, 503), or whose connection
    /// was lost; 20 with half a minute between them are some ten minutes.
    #[serde(default = "retries")]
    #[schemars(range(min = 0, max = 20))]
    pub retries: u32,
    /// How many requests may be on their way at once; a latency is measured with one.
    #[serde(default = "requests_at_once")]
    #[schemars(range(min = 1, max = 64))]
    pub requests_at_once: u32,
    /// How tensors travel; JSON if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tensors: Option<ProcessTensors>,
    /// The name of the input; that of `input.tensor`, else the only one that the server says, if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
    /// The name of the output; that of `output.tensor`, else the first that the server answers with, if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
}

/// A value that stands in the environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Secret {
    /// The variable.
    pub env: String,
    /// What stands before its value, as in `"Bearer "`.
    #[serde(default)]
    pub prefix: String,
}

impl HttpOptions {
    /// The part that can change a prediction: time limits, retries and secrets cannot.
    #[must_use]
    pub fn execution(&self) -> Self {
        Self {
            headers: BTreeMap::new(),
            ca_file: None,
            connect_s: connect_s(),
            request_s: request_s(),
            retries: retries(),
            requests_at_once: requests_at_once(),
            ..self.clone()
        }
    }
}

fn connect_s() -> u32 {
    10
}

fn request_s() -> u32 {
    60
}

fn retries() -> u32 {
    4
}

fn requests_at_once() -> u32 {
    4
}

/// Said of what stands where only the name of a variable may: it may be the secret itself, so that it is not
/// repeated, and neither is its line.
pub(crate) const LITERAL: &str = "a header takes `env` and `prefix`, and no value of its own; write the name of the environment's variable that holds it, as in `Authorization: {env: MODELS_TOKEN, prefix: \"Bearer \"}`";

fn literal<E: de::Error>() -> E {
    E::custom(LITERAL)
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SecretVisitor)
    }
}

struct SecretVisitor;

impl<'de> Visitor<'de> for SecretVisitor {
    type Value = Secret;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("`{env: NAME}`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Secret, A::Error> {
        let (mut env, mut prefix) = (None, None);
        while let Some(key) = map.next_key::<String>()? {
            let place = match key.as_str() {
                "env" if env.is_none() => &mut env,
                "prefix" if prefix.is_none() => &mut prefix,
                _ => return Err(literal()),
            };
            *place = Some(map.next_value::<String>().map_err(|_| literal())?);
        }
        Ok(Secret {
            env: env.ok_or_else(literal)?,
            prefix: prefix.unwrap_or_default(),
        })
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<Secret, E> {
        Err(literal())
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Secret, E> {
        Err(literal())
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Secret, E> {
        Err(literal())
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Secret, E> {
        Err(literal())
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Secret, E> {
        Err(literal())
    }

    fn visit_unit<E: de::Error>(self) -> Result<Secret, E> {
        Err(literal())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Secret, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Err(literal())
    }
}

/// Headers by name: a list or a text in their place may hold a secret too.
fn headers<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, Located<Secret>>, D::Error> {
    BTreeMap::deserialize(deserializer).map_err(|_| literal())
}
