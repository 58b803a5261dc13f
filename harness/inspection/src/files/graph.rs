//! What an ONNX graph says of its operators: which one an output's numbers come from, and over which axis.
//!
//! A file that was checked before is whole; whatever cannot be read is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::wire::{Fields, Value};

/// Operators that hand on what they are given: the one before them says what the numbers are.
const HANDED_ON: [&str; 13] = [
    "Identity",
    "Cast",
    "Squeeze",
    "Unsqueeze",
    "Reshape",
    "Flatten",
    "Transpose",
    "Concat",
    "DequantizeLinear",
    "QuantizeLinear",
    "Slice",
    "Gather",
    "Dropout",
];
/// How far the way back from an output is followed.
const MAX_STEPS: usize = 32;
/// Operators of a linear layer, quantized or not.
const LINEAR: [&str; 6] = [
    "Gemm",
    "MatMul",
    "Conv",
    "QGemm",
    "QLinearMatMul",
    "QLinearConv",
];

/// Operators that make probabilities, quantized or not.
const SQUASHES: [&str; 5] = [
    "Sigmoid",
    "HardSigmoid",
    "Softmax",
    "QLinearSigmoid",
    "QLinearSoftmax",
];

/// A graph's operators, by the tensors that they make.
#[derive(Debug, Default)]
pub struct GraphFile<'a> {
    /// The program that wrote it.
    pub producer: String,
    /// That program's version.
    pub version: String,
    /// The version of the default operators.
    pub opset: u64,
    /// The types of its weights, as ONNX numbers them.
    pub kinds: BTreeSet<u64>,
    /// The first of its outputs.
    output: String,
    by_output: BTreeMap<&'a [u8], Node<'a>>,
    operators: BTreeSet<&'a [u8]>,
}

/// The operator that an output's numbers come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Its name, as in `Sigmoid`.
    pub operator: String,
    /// The axis of the *output* that a softmax runs over; `None`: another operator, or it cannot be told.
    pub axis: Option<usize>,
}

#[derive(Clone, Debug, Default)]
struct Node<'a> {
    operator: &'a [u8],
    inputs: Vec<&'a [u8]>,
    axis: Option<i64>,
    permutation: Vec<i64>,
}

/// The operator that an output of the graph at `path` comes from; of its first one where none is named.
///
/// # Errors
/// The file cannot be read.
pub fn ending_of(path: &Path, output: Option<&str>) -> std::io::Result<Option<Ending>> {
    let bytes = std::fs::read(path)?;
    let graph = GraphFile::read(&bytes);
    Ok(graph.ending(output.unwrap_or(&graph.output)))
}

impl<'a> GraphFile<'a> {
    /// Reads a model file.
    #[must_use]
    pub fn read(bytes: &'a [u8]) -> Self {
        let mut graph = Self::default();
        for field in Fields::of(bytes).map_while(Result::ok) {
            match field {
                (2, Value::Bytes(name)) => graph.producer = words(name),
                (3, Value::Bytes(name)) => graph.version = words(name),
                (8, Value::Bytes(import)) => graph.opset = graph.opset.max(the_opset(import)),
                (7, Value::Bytes(body)) => graph.body(body),
                _ => {}
            }
        }
        graph
    }

    fn body(&mut self, body: &'a [u8]) {
        for field in Fields::of(body).map_while(Result::ok) {
            match field {
                (1, Value::Bytes(node)) => {
                    let (outputs, node) = read_node(node);
                    self.operators.insert(node.operator);
                    for output in outputs {
                        self.by_output.insert(output, node.clone());
                    }
                }
                (5, Value::Bytes(tensor)) => self.kinds.extend(the_kind(tensor)),
                (12, Value::Bytes(output)) if self.output.is_empty() => {
                    self.output = the_name(output);
                }
                _ => {}
            }
        }
    }

    /// Whether an operator stands in it.
    #[must_use]
    pub fn has(&self, operator: &str) -> bool {
        self.operators.contains(operator.as_bytes())
    }

    /// The operator that an output's numbers come from, behind all that only hand on; `None` where the way is too long or
    /// leads to an input.
    #[must_use]
    pub fn ending(&self, output: &str) -> Option<Ending> {
        let mut at = output.as_bytes();
        // For each axis of the output the axis that it was before the transpositions on the way.
        let mut axes: Option<Vec<i64>> = Some(Vec::new());
        for _ in 0..MAX_STEPS {
            let node = self.by_output.get(at)?;
            let operator = words(node.operator);
            match operator.as_str() {
                "Transpose" => axes = axes.and_then(|axes| before(&axes, &node.permutation)),
                "Squeeze" | "Unsqueeze" | "Reshape" | "Flatten" => axes = None,
                _ => {}
            }
            if HANDED_ON.contains(&operator.as_str()) {
                at = node.inputs.first()?;
            } else if let Some(layer) = self.layer_under_bias(node) {
                at = layer;
            } else {
                let axis = axes.and_then(|axes| self.axis_of_output(node, &operator, &axes));
                return Some(Ending { operator, axis });
            }
        }
        None
    }

    /// What a bias is added to: of the two inputs of an `Add`, the one that another operator makes.
    fn layer_under_bias(&self, node: &Node<'a>) -> Option<&'a [u8]> {
        let [one, other] = node.inputs[..] else {
            return None;
        };
        if node.operator != b"Add" {
            return None;
        }
        match (self.is_computed(one), self.is_computed(other)) {
            (true, false) => Some(one),
            (false, true) => Some(other),
            _ => None,
        }
    }

    /// Whether a tensor is neither a weight nor a constant, nor a weight that is unpacked or turned.
    fn is_computed(&self, tensor: &[u8]) -> bool {
        let mut at = tensor;
        for _ in 0..MAX_STEPS {
            let Some(node) = self.by_output.get(at) else {
                return false;
            };
            match (
                node.inputs.first(),
                HANDED_ON.contains(&words(node.operator).as_str()),
            ) {
                (None, _) => return false,
                (Some(_), false) => return true,
                (Some(before), true) => at = before,
            }
        }
        true
    }

    fn axis_of_output(&self, node: &Node<'a>, operator: &str, axes: &[i64]) -> Option<usize> {
        if !operator.ends_with("Softmax") {
            return None;
        }
        // Below opset 13 all axes from this one on are one.
        let axis = match (node.axis, self.opset) {
            (Some(axis), 13..) => axis,
            (None, 13..) => -1,
            _ => return None,
        };
        match (axes.len(), axis) {
            (0, 0..) => usize::try_from(axis).ok(),
            (0, _) => None,
            (rank, _) => {
                let axis = if axis < 0 { axis + rank as i64 } else { axis };
                axes.iter().position(|before| *before == axis)
            }
        }
    }
}

impl Ending {
    /// Whether it makes probabilities of one number or of several.
    #[must_use]
    pub fn squashes(&self) -> bool {
        SQUASHES.contains(&self.operator.as_str())
    }

    /// Whether it is a linear layer, whose numbers are logits.
    #[must_use]
    pub fn is_linear(&self) -> bool {
        LINEAR.contains(&self.operator.as_str())
    }

    /// Whether it makes logarithms of probabilities.
    #[must_use]
    pub fn is_log_softmax(&self) -> bool {
        self.operator == "LogSoftmax"
    }
}

/// The axes before one more transposition; an empty list is the order as it is.
fn before(axes: &[i64], permutation: &[i64]) -> Option<Vec<i64>> {
    if permutation.is_empty() {
        return None;
    }
    if axes.is_empty() {
        return Some(permutation.to_vec());
    }
    let of = |axis: &i64| permutation.get(usize::try_from(*axis).ok()?).copied();
    axes.iter().map(of).collect()
}

fn read_node(bytes: &[u8]) -> (Vec<&[u8]>, Node<'_>) {
    let mut outputs = Vec::new();
    let mut node = Node::default();
    for field in Fields::of(bytes).map_while(Result::ok) {
        match field {
            (1, Value::Bytes(input)) => node.inputs.push(input),
            (2, Value::Bytes(output)) => outputs.push(output),
            (4, Value::Bytes(operator)) => node.operator = operator,
            (5, Value::Bytes(attribute)) => read_attribute(attribute, &mut node),
            _ => {}
        }
    }
    (outputs, node)
}

fn read_attribute(bytes: &[u8], node: &mut Node<'_>) {
    let (mut name, mut number, mut numbers) = (&b""[..], None, Vec::new());
    for field in Fields::of(bytes).map_while(Result::ok) {
        match field {
            (1, Value::Bytes(text)) => name = text,
            (3, Value::Number(value)) => number = Some(value.cast_signed()),
            (8, Value::Number(value)) => numbers.push(value.cast_signed()),
            (8, Value::Bytes(packed)) => numbers.extend(unpacked(packed)),
            _ => {}
        }
    }
    match name {
        b"axis" => node.axis = number,
        b"perm" => node.permutation = numbers,
        _ => {}
    }
}

/// Numbers of variable length, one behind the other.
fn unpacked(mut bytes: &[u8]) -> Vec<i64> {
    let mut numbers = Vec::new();
    while !bytes.is_empty() {
        let Ok(number) = super::wire::number(&mut bytes) else {
            break;
        };
        numbers.push(number.cast_signed());
    }
    numbers
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

/// The name of an input or output.
fn the_name(port: &[u8]) -> String {
    let mut fields = Fields::of(port).map_while(Result::ok);
    let name = fields.find_map(|field| match field {
        (1, Value::Bytes(name)) => Some(String::from_utf8_lossy(name).into_owned()),
        _ => None,
    });
    name.unwrap_or_default()
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

#[cfg(test)]
mod tests;
