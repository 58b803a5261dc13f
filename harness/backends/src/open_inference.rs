//! The Open Inference Protocol, version 2: what a request, an answer and a model's metadata look like, whoever
//! carries them.

use serde::Deserialize;
use titer_adaptors::{Feed, Values};
use titer_core::ModelError;
use titer_inspection::{Numbers, Port};
use titer_spec::Located;

pub mod answer;
pub mod request;

/// What is wrong with a body.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// It is not of the protocol.
    #[error("answered with what is not the protocol: {0}")]
    NotTheProtocol(String),
    /// It answers another request.
    #[error("answered request {found}, it was asked {asked}")]
    WrongId {
        /// The request that it names.
        found: String,
        /// The request that was made.
        asked: String,
    },
    /// It comes from another model.
    #[error("answered with {found}, it was asked for {asked}")]
    OtherModel {
        /// What it names.
        found: String,
        /// What was asked for.
        asked: String,
    },
    /// It comes from another version of the model than was settled.
    #[error("{does}, and {known}")]
    OtherVersion {
        /// What the server does, with the version in it.
        does: String,
        /// Who named which version before, and the cure.
        known: String,
    },
    /// It says no.
    #[error("says: {0}")]
    Refused(String),
    /// The model takes something else.
    #[error("{0}")]
    Input(String),
    /// The sizes of an answer are others.
    #[error("{0}")]
    Shape(ModelError),
}

/// Characters of a line that is shown.
const SHOWN_CHARACTERS: usize = 300;

/// A line fit for a terminal.
#[must_use]
pub fn shown(line: &str) -> String {
    let clean = line.trim().chars().take(SHOWN_CHARACTERS);
    clean
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// A tensor as a model describes it.
#[derive(Clone, Debug, Deserialize)]
pub struct Described {
    /// Its name.
    pub name: String,
    /// FP32, INT64, BYTES; empty where it does not say.
    #[serde(default)]
    pub datatype: String,
    /// Sizes of the axes, below zero where any will do; empty where it does not say.
    #[serde(default)]
    pub shape: Vec<i64>,
}

impl Described {
    /// For whoever writes a descriptor.
    #[must_use]
    pub fn port(&self) -> Port {
        let holds = match self.datatype.as_str() {
            "" => Numbers::Unsaid,
            "FP32" | "FP64" | "FP16" | "BF16" => Numbers::Floats,
            "BYTES" => Numbers::Text,
            other if other.starts_with("INT") || other.starts_with("UINT") => Numbers::Whole,
            other => Numbers::Other(shown(other)),
        };
        let sizes = self.shape.iter().map(|size| usize::try_from(*size).ok());
        Port {
            name: shown(&self.name),
            holds,
            sizes: sizes.collect(),
        }
    }
}

/// Whether a feed is what the input of that name takes, where the model says so. `who` is what answers, and
/// `options` where the backend's options stand.
///
/// # Errors
/// There is no such input, or it takes another type or other sizes.
pub fn takes(
    inputs: &[Described],
    name: &str,
    feed: &Feed,
    who: &str,
    options: &str,
) -> Result<(), BodyError> {
    let Some(input) = inputs.iter().find(|input| input.name == name) else {
        if inputs.is_empty() {
            return Ok(());
        }
        let names: Vec<String> = inputs.iter().map(|input| shown(&input.name)).collect();
        return Err(BodyError::Input(format!(
            "the {who} has no input `{name}`, it has {}: correct `{options}.input`",
            names.join(", ")
        )));
    };
    let datatype = datatype(&feed.values);
    if !input.datatype.is_empty() && input.datatype != datatype {
        return Err(BodyError::Input(format!(
            "the {who} takes {} as `{name}`, the descriptor's input makes {datatype}",
            shown(&input.datatype)
        )));
    }
    let fits = |(asked, found): (&i64, &usize)| {
        *asked < 0 || usize::try_from(*asked).is_ok_and(|asked| asked == *found)
    };
    let same =
        input.shape.len() == feed.shape.len() && input.shape.iter().zip(&feed.shape).all(fits);
    if input.shape.is_empty() || same {
        return Ok(());
    }
    Err(BodyError::Input(format!(
        "the {who} takes {:?} as `{name}`, the descriptor's input makes {:?}: correct `input`",
        input.shape, feed.shape
    )))
}

/// The name of a tensor: the variant's own goes before the one that all variants share.
#[must_use]
pub fn name(own: Option<&String>, of_all: Option<&Located<String>>) -> Option<String> {
    own.or(of_all.map(|name| &name.value)).cloned()
}

/// The feeds under the names of a model's inputs: the first one under the name that is `wanted`, where one is.
///
/// # Errors
/// As [`takes`].
pub fn named(
    inputs: &[Described],
    wanted: Option<&String>,
    feeds: Vec<Feed>,
    who: &str,
    options: &str,
) -> Result<Vec<(String, Feed)>, BodyError> {
    let only = match inputs {
        [only] => Some(&only.name),
        _ => None,
    };
    let fallback = wanted.or(only).map_or("input", String::as_str);
    let mut named = Vec::with_capacity(feeds.len());
    for (index, feed) in feeds.into_iter().enumerate() {
        let own = match index {
            0 => wanted.or(feed.name.as_ref()),
            _ => feed.name.as_ref(),
        };
        let name = own.map_or_else(|| fallback.to_owned(), String::clone);
        takes(inputs, &name, &feed, who, options)?;
        named.push((name, feed));
    }
    Ok(named)
}

/// A feed's datatype in the protocol's words.
#[must_use]
pub fn datatype(values: &Values) -> &'static str {
    match values {
        Values::F32(_) => "FP32",
        Values::I64(_) => "INT64",
        Values::Text(_) => "BYTES",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_held_to_what_the_process_says() {
        let inputs = [Described {
            name: "x".to_owned(),
            datatype: "FP32".to_owned(),
            shape: vec![-1, 2],
        }];
        let takes = |name: &str, feed: &Feed| takes(&inputs, name, feed, "server", "http");
        let feed = |shape: &[usize], values| Feed {
            name: None,
            shape: shape.to_vec(),
            values,
        };
        let numbers = || Values::F32(vec![0.0; 6]);
        takes("x", &feed(&[3, 2], numbers())).unwrap();
        for (name, feed) in [
            ("y", feed(&[3, 2], numbers())),
            ("x", feed(&[2, 3], numbers())),
            ("x", feed(&[6], numbers())),
            ("x", feed(&[3, 2], Values::I64(vec![0; 6]))),
        ] {
            let error = takes(name, &feed).unwrap_err();
            assert!(matches!(error, BodyError::Input(_)), "{error}");
        }
    }
}
