//! Weights with a description of their network beside them, as candle runs them.

use titer_core::ModelError;
use titer_spec::Backend;

use titer_inspection::files::graph::Ending;
use titer_inspection::files::{Kind, safetensors};
use titer_inspection::probe::{Found, ModelFile, hugging_face};
use titer_inspection::{Numbers, Port, Said};

use super::config::{self, Described};

pub(super) fn find(file: &ModelFile) -> Result<Found, ModelError> {
    let ModelFile { path, folder, kind } = file;
    let refused = |reason: String| ModelError::File {
        path: path.display().to_string(),
        reason,
    };
    let format = match *kind {
        Kind::Safetensors => {
            safetensors::check(path).map_err(refused)?;
            "safetensors"
        }
        _ => "GGUF",
    };
    let described = folder.join("config.json");
    if let Some(ways) = hugging_face::ways_in(folder) {
        return Err(refused(format!("lies in a folder that {ways}")));
    }
    let network = match described.is_file() {
        true => config::read(&described)?,
        false => {
            return Err(refused(format!(
                "is {format}: weights without a network; put a config.json beside it that lists its layers (docs/backends/candle.md), or name the model's graph or script"
            )));
        }
    };
    let (fact, input, operator) = match &network {
        Described::Layers(network) => of_layers(network),
        Described::Performer(network) => of_performer(network),
    };
    let facts = vec![format!("{format}, with {fact} in config.json")];
    let ends_in = operator.map(|operator| Ending {
        operator: operator.to_owned(),
        axis: None,
    });
    let precision = match *kind {
        Kind::Gguf => super::precision_of(path)?,
        // candle computes in what the descriptor says.
        _ => Some("fp32".to_owned()),
    };
    Ok(Found {
        files: [
            ("weights".to_owned(), path.clone()),
            ("config".to_owned(), described),
        ]
        .into(),
        said: Said {
            facts,
            inputs: vec![input],
            outputs: Vec::new(),
            ends_in,
            precision,
            batch_dependent: false,
        },
        ..Found::of_file(Backend::Candle, file)
    })
}

/// What a network is, what it takes, and what operator it ends in where that says something.
type About = (String, Port, Option<&'static str>);

fn of_layers(network: &config::Config) -> About {
    let family = match network.family {
        config::Family::Convolutional => "convolutional",
        config::Family::Residual => "residual",
    };
    let fact = format!("a {family} network of {} layers", network.layers.len());
    let softmax = config::Layer::Activation(config::Activation::Softmax);
    let sigmoid = config::Layer::Activation(config::Activation::Sigmoid);
    let last = network
        .layers
        .iter()
        .rev()
        .find(|layer| !matches!(layer, config::Layer::Crop { .. } | config::Layer::Flatten));
    let operator = match last {
        Some(last) if *last == softmax => Some("Softmax"),
        Some(last) if *last == sigmoid => Some("Sigmoid"),
        _ => None,
    };
    let input = Port {
        name: "input".to_owned(),
        holds: Numbers::Floats,
        sizes: vec![
            None,
            Some(network.input.length),
            Some(network.input.channels),
        ],
    };
    (fact, input, operator)
}

fn of_performer(network: &config::Performer) -> About {
    let fact = format!(
        "a Performer of {} layers over at most {} tokens",
        network.depth, network.longest
    );
    let input = Port {
        name: "input".to_owned(),
        holds: Numbers::Whole,
        sizes: vec![None, None],
    };
    (fact, input, Some("MatMul"))
}
