//! A model that a server has, asked what it is.

use std::collections::BTreeMap;
use std::path::PathBuf;

use titer_core::ModelError;
use titer_inspection::Said;
use titer_inspection::probe::Found;
use titer_spec::Backend;
use titer_spec::yaml::quoted;

use crate::Probing;

/// Where a server has a model.
#[derive(Debug, PartialEq, Eq)]
struct Served<'a> {
    /// The server's address, without `/v2`.
    url: &'a str,
    /// The model's name there.
    model: &'a str,
    /// Its version, where one is named.
    version: Option<&'a str>,
}

impl<'a> Served<'a> {
    fn parse(address: &'a str) -> Option<Self> {
        let (url, rest) = address.split_once("/v2/models/")?;
        let mut parts = rest.trim_end_matches('/').split('/');
        let model = parts.next().filter(|model| !model.is_empty())?;
        let version = match (parts.next(), parts.next(), parts.next()) {
            (None, None, None) => None,
            (Some("versions"), Some(version), None) => Some(version),
            _ => return None,
        };
        Some(Self {
            url,
            model,
            version,
        })
    }

    /// What a variant says of it.
    fn options(&self) -> String {
        let version = self.version.map_or(String::new(), |version| {
            format!(", version: {}", quoted(version))
        });
        let (url, model) = (quoted(self.url), quoted(self.model));
        format!("{{url: {url}, model: {model}{version}}}")
    }
}

/// The address is that of the model, as in `http://127.0.0.1:8080/v2/models/name`.
pub(super) fn find(address: &str, probing: &Probing<'_>) -> Result<Found, ModelError> {
    let served = Served::parse(address).ok_or_else(|| {
        ModelError::Input(format!(
            "{address} names no model: write http://host:port/v2/models/name, or .../versions/1 behind it"
        ))
    })?;
    let mut found = Found {
        backend: Backend::Http,
        name: served.model.to_owned(),
        file: None,
        folder: PathBuf::from("."),
        files: BTreeMap::new(),
        options: Some(served.options()),
        said: Said::default(),
    };
    let (_, variant) = found.undescribed()?;
    let variant = probing.limited(variant);
    found.said = super::describe(super::told(&variant)?, &probing.options)?;
    Ok(found)
}
