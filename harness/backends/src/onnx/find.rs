//! What an ONNX graph says of itself, in its file and to ONNX Runtime.

use std::collections::BTreeMap;

use titer_core::ModelError;
use titer_spec::Backend;

use titer_inspection::files::graph::GraphFile;
use titer_inspection::files::onnx;
use titer_inspection::probe::{Found, ModelFile, port};
use titer_inspection::{Numbers, Port, Said};

use crate::{LoadOptions, files};

/// Files beside a graph that say what its tokens are.
const BESIDE: [(&str, &str); 3] = [
    ("tokenizer", "tokenizer.json"),
    ("vocabulary", "vocab.txt"),
    ("vocabulary", "vocabulary.txt"),
];

pub(super) fn find(model: &ModelFile, options: &LoadOptions) -> Result<Found, ModelError> {
    let ModelFile { path, folder, .. } = model;
    let mut files = BTreeMap::from([("model".to_owned(), path.clone())]);
    // What is no graph is refused in the words of every other refusal before it is read whole.
    let external = onnx::locations(path).unwrap_or_default();
    for (index, location) in external.iter().enumerate() {
        let role = match index {
            0 => "data".to_owned(),
            further => format!("data-{}", further + 1),
        };
        let file = folder.join(location);
        if file.is_file() {
            files.insert(role, file.canonicalize().unwrap_or(file));
        }
    }
    files::check(Backend::Onnx, &files)?;
    let bytes = std::fs::read(path).map_err(|error| ModelError::File {
        path: path.display().to_string(),
        reason: format!("cannot be read: {error}"),
    })?;
    let (inputs, outputs) = super::describe(path, options)?;
    let mut said = Said {
        outputs,
        ..Said::default()
    };
    let read = port(&said);
    of_file(&bytes, &read.unwrap_or_default(), &mut said);
    let whole = |port: &Port| port.holds == Numbers::Whole && port.sizes.len() == 2;
    if inputs.iter().any(whole) {
        for (role, name) in BESIDE {
            let file = folder.join(name);
            if file.is_file() && !files.contains_key(role) {
                files.insert(role.to_owned(), file);
            }
        }
    }
    said.inputs = inputs;
    Ok(Found {
        files,
        said,
        ..Found::of_file(Backend::Onnx, model)
    })
}

/// Opset, who made it, and what its operators tell. A file that was checked is whole; whatever cannot be
/// read is left out.
fn of_file(bytes: &[u8], output: &str, said: &mut Said) {
    let graph = GraphFile::read(bytes);
    let by = match (graph.producer.is_empty(), graph.version.is_empty()) {
        (true, _) => String::new(),
        (false, true) => format!(", made by {}", graph.producer),
        (false, false) => format!(", made by {} {}", graph.producer, graph.version),
    };
    said.facts.push(format!("ONNX, opset {}{by}", graph.opset));
    said.ends_in = graph.ending(output);
    said.batch_dependent = graph.has("DynamicQuantizeLinear");
    let eight_bits = graph.has("DynamicQuantizeLinear") || graph.has("DequantizeLinear");
    said.precision = if eight_bits {
        Some("int8".to_owned())
    } else if graph.kinds.contains(&10) && !graph.kinds.contains(&1) {
        Some("fp16".to_owned())
    } else if graph.kinds.contains(&1) {
        Some("fp32".to_owned())
    } else {
        None
    };
}
