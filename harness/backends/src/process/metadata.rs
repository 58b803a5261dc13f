//! The first line of a process: what it is.

use std::collections::BTreeMap;

use serde::Deserialize;
use titer_inspection::Said;

use super::error::ProcessError;
use crate::open_inference::{Described, shown};

/// The metadata of the Open Inference Protocol's model, and what Titer asks beside it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Metadata {
    /// The model's name.
    pub name: String,
    /// Its versions.
    pub versions: Vec<String>,
    /// Framework or language, in a word.
    pub platform: String,
    /// What it takes.
    pub inputs: Vec<Described>,
    /// What it gives.
    pub outputs: Vec<Described>,
    /// Whether requests may come.
    pub ready: bool,
    /// `binary_tensor_data`, where it reads and writes tensors as bytes.
    pub extensions: Vec<String>,
    /// Versions of what runs, by name: python, numpy, torch.
    pub runtime: BTreeMap<String, String>,
    /// The files of its own code that it has loaded.
    pub modules: Vec<String>,
    /// Why it cannot start.
    pub error: Option<String>,
}

/// The name of the extension by which tensors travel as bytes.
const BINARY: &str = "binary_tensor_data";
/// Characters of the words that go into records.
const MOST_CHARACTERS: usize = 400;

impl Metadata {
    pub(super) fn parse(line: &[u8]) -> Result<Self, ProcessError> {
        let it: Self = serde_json::from_slice(line).map_err(|error| {
            ProcessError::Unfit(format!("its first line is no metadata ({error})"))
        })?;
        if let Some(error) = it.error {
            return Err(ProcessError::Unfit(format!("it says: {}", shown(&error))));
        }
        if !it.ready {
            return Err(ProcessError::Unfit(
                "its first line does not say `\"ready\": true`".to_owned(),
            ));
        }
        Ok(it)
    }

    pub(super) fn offers_binary(&self) -> bool {
        self.extensions.iter().any(|name| name == BINARY)
    }

    /// What runs, with its versions, in one line.
    pub(super) fn words(&self) -> String {
        let mut name = format!("process {}", shown(&self.name));
        for version in &self.versions {
            name = format!("{name} {}", shown(version));
        }
        let mut parts: Vec<String> = self
            .runtime
            .iter()
            .map(|(name, version)| format!("{} {}", shown(name), shown(version)))
            .collect();
        if parts.is_empty() {
            parts.push(shown(&self.platform));
        }
        parts.retain(|part| !part.trim().is_empty());
        let words = match parts.is_empty() {
            true => format!("{name}, which names no versions"),
            false => format!("{name} ({})", parts.join(", ")),
        };
        words.chars().take(MOST_CHARACTERS).collect()
    }

    /// Inputs and outputs, for whoever writes a descriptor.
    pub(super) fn said(&self) -> Said {
        Said {
            facts: vec![self.words()],
            inputs: self.inputs.iter().map(Described::port).collect(),
            outputs: self.outputs.iter().map(Described::port).collect(),
            ..Said::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_name_versions_and_nothing_else() {
        let line =
            br#"{"name": "m\u001b[31m", "versions": ["2"], "platform": "python", "ready": true,
            "runtime": {"torch": "2.9.1", "python": "3.11.7"}, "more": [1, {"x": 2}]}"#;
        let words = Metadata::parse(line).unwrap().words();
        assert_eq!(words, "process m [31m 2 (python 3.11.7, torch 2.9.1)");
        let plain = Metadata::parse(br#"{"name": "m", "platform": "go", "ready": true}"#).unwrap();
        assert_eq!(plain.words(), "process m (go)");
        let bare = Metadata::parse(br#"{"ready": true}"#).unwrap();
        assert!(bare.words().contains("names no versions"));
    }

    #[test]
    fn what_is_not_ready_is_told() {
        for (line, said) in [
            (r#"{"name": "m"}"#, "ready"),
            (r#"{"error": "no weights"}"#, "no weights"),
            (r#"{"ready": true, "name": 3}"#, "no metadata"),
        ] {
            let error = Metadata::parse(line.as_bytes()).unwrap_err();
            assert!(
                matches!(&error, ProcessError::Unfit(words) if words.contains(said)),
                "{error}"
            );
        }
    }
}
