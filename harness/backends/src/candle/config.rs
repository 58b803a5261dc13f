//! `config.json`: a network as a list of layers, applied in order to `[batch, length, channels]`, or a Performer in
//! numbers.

use std::path::Path;

use serde::Deserialize;
use titer_core::ModelError;

use super::damaged;

mod performer;
mod wrong;

pub use performer::{LocalRotary, Performer};

/// A network of one of the families that candle runs.
#[derive(Clone, Debug, PartialEq)]
pub enum Described {
    /// `convolutional` or `residual`.
    Layers(Config),
    /// `performer`.
    Performer(Performer),
}

/// What every `config.json` says first.
#[derive(Deserialize)]
struct Named {
    family: Option<String>,
}

/// A network of layers. Unknown keys are errors.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Which kind of network.
    pub family: Family,
    /// What it takes.
    pub input: InputShape,
    /// Its layers in order.
    pub layers: Vec<Layer>,
}

/// A kind of network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// A sequence of convolutions, pools and dense layers.
    Convolutional,
    /// The same with flows that are kept and added again: SpliceAI and its like.
    Residual,
}

/// The input without its batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputShape {
    /// Bases.
    pub length: usize,
    /// Letters.
    pub channels: usize,
}

/// A layer; names are those of tensors in the safetensors file.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Layer {
    /// Convolution over length.
    Conv1d {
        /// `[out, in, width]`.
        weight: String,
        /// `[out]`.
        #[serde(default)]
        bias: Option<String>,
        /// What is beyond the ends.
        padding: Padding,
        /// Step between outputs.
        #[serde(default = "one")]
        stride: usize,
        /// Step between the kernel's bases.
        #[serde(default = "one")]
        dilation: usize,
    },
    /// Batch normalization with fixed statistics, each `[channels]`.
    BatchNorm {
        /// Gamma.
        scale: String,
        /// Beta.
        shift: String,
        /// Moving mean.
        mean: String,
        /// Moving variance.
        variance: String,
        /// Added to the variance.
        epsilon: f64,
    },
    /// Element by element; softmax over channels.
    Activation(Activation),
    /// To one axis, row-major over `[length, channels]` as Keras does.
    Flatten,
    /// The largest of each stretch; a rest shorter than `size` is dropped.
    #[serde(rename = "max_pool1d")]
    MaxPool1d {
        /// Width of a stretch.
        size: usize,
        /// Step between stretches.
        stride: usize,
    },
    /// Fully connected.
    Dense {
        /// `[out, in]`.
        weight: String,
        /// `[out]`.
        #[serde(default)]
        bias: Option<String>,
    },
    /// y = scale * x + shift, each `[channels]`: batch normalization that was folded.
    Affine {
        /// Factor.
        scale: String,
        /// Offset.
        shift: String,
    },
    /// Keeps what flows here under a name. `residual` only, as are the next two.
    Keep(String),
    /// Adds what was kept, of the same shape.
    Add(String),
    /// Goes on with what was kept.
    Take(String),
    /// Cuts positions off both ends.
    Crop {
        /// From the left.
        left: usize,
        /// From the right.
        right: usize,
    },
    /// The mean over length.
    GlobalAveragePool,
    /// The largest over length.
    GlobalMaxPool,
}

/// What lies beyond the ends of a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Padding {
    /// Nothing: the output is shorter.
    Valid,
    /// Zeros, as many as keep the length at stride 1; an odd one goes to the right, as in Keras.
    Same,
}

/// An activation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// max(x, 0)
    Relu,
    /// Logistic function.
    Sigmoid,
    /// Over channels.
    Softmax,
    /// Hyperbolic tangent.
    Tanh,
    /// x above 0, else exp(x) - 1.
    Elu,
}

fn one() -> usize {
    1
}

pub(crate) fn read(path: &Path) -> Result<Described, ModelError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| damaged(path, format!("cannot be read: {error}")))?;
    described(&text).map_err(|reason| {
        damaged(
            path,
            format!("is no description of a network that candle can run: {reason}"),
        )
    })
}

fn described(text: &str) -> Result<Described, String> {
    let named = serde_json::from_str::<Named>(text).ok();
    if named.and_then(|named| named.family).as_deref() == Some(performer::FAMILY) {
        return Performer::parse(text).map(Described::Performer);
    }
    serde_json::from_str(text)
        .map(Described::Layers)
        .map_err(|error| wrong::layer(text).unwrap_or_else(|| error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layer_is_read_and_unknown_keys_are_not() {
        let text = r#"{"family": "convolutional", "input": {"length": 9, "channels": 4}, "layers": [
            {"conv1d": {"weight": "w", "bias": "b", "padding": "same", "stride": 1, "dilation": 2}},
            {"batch_norm": {"scale": "s", "shift": "h", "mean": "m", "variance": "v", "epsilon": 0.001}},
            {"activation": "elu"}, {"max_pool1d": {"size": 2, "stride": 2}}, "flatten",
            {"keep": "x"}, {"take": "x"}, {"add": "x"}, {"crop": {"left": 1, "right": 0}},
            {"affine": {"scale": "s", "shift": "h"}},
            {"dense": {"weight": "w", "bias": "b"}}, "global_average_pool", "global_max_pool"]}"#;
        let config: Config = serde_json::from_str(text).unwrap();
        assert_eq!(config.layers.len(), 13);
        for (from, to) in [
            ("\"stride\": 1", "\"strides\": 1"),
            ("\"flatten\"", "\"flat\""),
            ("\"input\"", "\"note\": 1, \"input\""),
            ("\"length\": 9", "\"length\": 9, \"batch\": 1"),
            ("elu", "gelu"),
            ("convolutional", "recurrent"),
        ] {
            assert!(text.contains(from));
            assert!(
                serde_json::from_str::<Config>(&text.replace(from, to)).is_err(),
                "{to}"
            );
        }
    }

    /// PyTorch's padding is a number: which layer, which field, and what that takes.
    #[test]
    fn a_wrong_value_names_its_layer_and_field() {
        let layer = |layer: &str| {
            let text = format!(
                "{{\"family\": \"convolutional\", \"input\": {{\"length\": 9, \"channels\": 4}}, \"layers\": [\"flatten\", {layer}]}}"
            );
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("config.json");
            std::fs::write(&path, text).unwrap();
            read(&path).unwrap_err().to_string()
        };
        for (given, says) in [
            (
                r#"{"conv1d": {"weight": "w", "padding": 4}}"#,
                "layer 2 (conv1d), `padding` is 4: it takes \"same\" or \"valid\"",
            ),
            (
                r#"{"conv1d": {"weight": "w"}}"#,
                "layer 2 (conv1d), lacks `padding`: it takes \"same\" or \"valid\"",
            ),
            (
                r#"{"conv1d": {"weight": "w", "padding": "same", "stride": [2]}}"#,
                "layer 2 (conv1d), `stride` is [2]: it takes a whole number",
            ),
            (
                r#"{"dense": {"weight": 7}}"#,
                "layer 2 (dense), `weight` is 7: it takes the name of a tensor",
            ),
            (
                r#"{"batch_norm": {"scale": "s", "shift": "h", "mean": "m", "variance": "v", "epsilon": "small"}}"#,
                "layer 2 (batch_norm), `epsilon` is \"small\": it takes a number",
            ),
            (
                r#"{"max_pool1d": {"size": 2}}"#,
                "(max_pool1d), lacks `stride`",
            ),
            (
                r#"{"activation": "gelu"}"#,
                "layer 2, `activation`, is \"gelu\": it takes \"relu\" or \"elu\"",
            ),
            (r#"{"keep": 1}"#, "layer 2, `keep`, is 1: it takes a name"),
            (
                r#"{"dense": {"weight": "w", "units": 7}}"#,
                "layer 2: unknown field `units`, expected `weight` or `bias`",
            ),
            (r#""flat""#, "layer 2: unknown variant `flat`"),
            (r#"{"lstm": {}}"#, "layer 2: unknown variant `lstm`"),
        ] {
            let said = layer(given);
            assert!(said.contains(says), "{said} does not say {says}");
        }
    }
}
