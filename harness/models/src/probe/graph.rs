//! What an ONNX graph says of itself, in its file and to ONNX Runtime.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use titer_core::ModelError;
use titer_spec::Backend;

use super::{Found, Said};
use crate::files::wire::{Fields, Value};
use crate::{LoadOptions, files};

/// Operators that hand on what they are given: the one before them says what the numbers are.
const HANDED_ON: [&str; 8] = [
    "Identity",
    "Cast",
    "Squeeze",
    "Unsqueeze",
    "Reshape",
    "Flatten",
    "Transpose",
    "Concat",
];
/// How far the way back from an output is followed.
const MOST_STEPS: usize = 16;

/// Files beside a graph that say what its tokens are.
const BESIDE: [(&str, &str); 3] = [
    ("tokenizer", "tokenizer.json"),
    ("vocabulary", "vocab.txt"),
    ("vocabulary", "vocabulary.txt"),
];

pub(super) fn find(
    path: &Path,
    folder: PathBuf,
    options: &LoadOptions,
) -> Result<Found, ModelError> {
    let mut files = BTreeMap::from([("model".to_owned(), path.to_owned())]);
    // What is no graph is refused in the words of every other refusal before it is read whole.
    let external = files::onnx::locations(path).unwrap_or_default();
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
    let (inputs, outputs) = crate::onnx::describe(path, options)?;
    let mut said = Said {
        outputs,
        ..Said::default()
    };
    let read = super::answer::port(&said);
    of_file(&bytes, &read.unwrap_or_default(), &mut said);
    let whole = |port: &super::Port| port.holds == super::Numbers::Whole && port.sizes.len() == 2;
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
        backend: Backend::Onnx,
        folder,
        files,
        command: Vec::new(),
        served: None,
        said,
    })
}

/// A node: what it does and what it reads.
struct Node<'a> {
    operator: &'a [u8],
    inputs: Vec<&'a [u8]>,
}

/// Opset, who made it, and what its operators tell. A file that was checked is whole; whatever cannot be
/// read is left out.
fn of_file(bytes: &[u8], output: &str, said: &mut Said) {
    let (mut producer, mut version, mut opset) = (String::new(), String::new(), 0);
    let mut by_output: BTreeMap<&[u8], Node> = BTreeMap::new();
    let (mut operators, mut kinds) = (BTreeSet::new(), BTreeSet::new());
    for field in Fields::of(bytes).map_while(Result::ok) {
        match field {
            (2, Value::Bytes(name)) => producer = words(name),
            (3, Value::Bytes(name)) => version = words(name),
            (8, Value::Bytes(import)) => opset = opset.max(the_opset(import)),
            (7, Value::Bytes(graph)) => {
                for field in Fields::of(graph).map_while(Result::ok) {
                    match field {
                        (1, Value::Bytes(node)) => {
                            let (outputs, node) = read_node(node);
                            operators.insert(node.operator);
                            let inputs = node.inputs;
                            for output in outputs {
                                let inputs = inputs.clone();
                                let operator = node.operator;
                                by_output.insert(output, Node { operator, inputs });
                            }
                        }
                        (5, Value::Bytes(tensor)) => kinds.extend(the_kind(tensor)),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    let by = match (producer.is_empty(), version.is_empty()) {
        (true, _) => String::new(),
        (false, true) => format!(", made by {producer}"),
        (false, false) => format!(", made by {producer} {version}"),
    };
    said.facts.push(format!("ONNX, opset {opset}{by}"));
    said.ends_in = origin(&by_output, output.as_bytes());
    let has = |name: &str| operators.contains(name.as_bytes());
    said.batch_dependent = has("DynamicQuantizeLinear");
    let eight_bits = has("DynamicQuantizeLinear") || has("DequantizeLinear");
    said.precision = if eight_bits {
        Some("int8".to_owned())
    } else if kinds.contains(&10) && !kinds.contains(&1) {
        Some("fp16".to_owned())
    } else if kinds.contains(&1) {
        Some("fp32".to_owned())
    } else {
        None
    };
}

/// The operator that an output's numbers come from.
fn origin(by_output: &BTreeMap<&[u8], Node>, output: &[u8]) -> Option<String> {
    let mut at = output;
    for _ in 0..MOST_STEPS {
        let node = by_output.get(at)?;
        let operator = words(node.operator);
        match node.inputs.first() {
            Some(before) if HANDED_ON.contains(&operator.as_str()) => at = *before,
            _ => return Some(operator),
        }
    }
    None
}

fn read_node(bytes: &[u8]) -> (Vec<&[u8]>, Node<'_>) {
    let mut outputs = Vec::new();
    let mut node = Node {
        operator: b"",
        inputs: Vec::new(),
    };
    for field in Fields::of(bytes).map_while(Result::ok) {
        match field {
            (1, Value::Bytes(input)) => node.inputs.push(input),
            (2, Value::Bytes(output)) => outputs.push(output),
            (4, Value::Bytes(operator)) => node.operator = operator,
            _ => {}
        }
    }
    (outputs, node)
}

/// The version of the default operators; 0 of any other set.
fn the_opset(import: &[u8]) -> u64 {
    let mut version = 0;
    for field in Fields::of(import).map_while(Result::ok) {
        match field {
            (1, Value::Bytes(domain)) if !domain.is_empty() && domain != b"ai.onnx" => return 0,
            (2, Value::Number(number)) => version = number,
            _ => {}
        }
    }
    version
}

/// The type of a tensor's numbers.
fn the_kind(tensor: &[u8]) -> Option<u64> {
    Fields::of(tensor)
        .map_while(Result::ok)
        .find_map(|field| match field {
            (2, Value::Number(kind)) => Some(kind),
            _ => None,
        })
}

fn words(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).chars().take(80).collect()
}
