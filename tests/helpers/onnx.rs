//! ONNX graphs written without ONNX: Protocol Buffers by hand, as much of them as small networks need.

#[path = "../../harness/inspection/src/files/wire/encode.rs"]
mod encode;

use encode::{bytes, whole};

/// A graph that is being written.
#[derive(Default)]
pub(crate) struct Graph {
    nodes: Vec<u8>,
    tensors: Vec<u8>,
    inputs: Vec<u8>,
    outputs: Vec<u8>,
}

/// What an operator is told.
pub(crate) enum Attribute<'a> {
    Whole(&'a str, i64),
    Wholes(&'a str, &'a [i64]),
}

const F32: i64 = 1;
const I64: i64 = 7;

impl Graph {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// An input of f32; `None` is an axis of any size.
    pub(crate) fn input(mut self, name: &str, sizes: &[Option<i64>]) -> Self {
        self.inputs.extend(bytes(11, &port(name, F32, sizes)));
        self
    }

    /// An input of whole numbers.
    pub(crate) fn whole_input(mut self, name: &str, sizes: &[Option<i64>]) -> Self {
        self.inputs.extend(bytes(11, &port(name, I64, sizes)));
        self
    }

    pub(crate) fn output(mut self, name: &str, sizes: &[Option<i64>]) -> Self {
        self.outputs.extend(bytes(12, &port(name, F32, sizes)));
        self
    }

    pub(crate) fn tensor(mut self, name: &str, sizes: &[i64], values: &[f32]) -> Self {
        assert_eq!(
            sizes.iter().product::<i64>() as usize,
            values.len(),
            "{name}"
        );
        let raw: Vec<u8> = values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        self.tensors
            .extend(bytes(5, &tensor(name, F32, sizes, &raw)));
        self
    }

    pub(crate) fn node(
        mut self,
        operator: &str,
        inputs: &[&str],
        output: &str,
        attributes: &[Attribute<'_>],
    ) -> Self {
        let mut node: Vec<u8> = inputs
            .iter()
            .flat_map(|input| bytes(1, input.as_bytes()))
            .collect();
        node.extend(bytes(2, output.as_bytes()));
        node.extend(bytes(4, operator.as_bytes()));
        for attribute in attributes {
            let one = match attribute {
                Attribute::Whole(name, value) => {
                    [bytes(1, name.as_bytes()), whole(3, *value), whole(20, 2)].concat()
                }
                Attribute::Wholes(name, values) => {
                    let values = values.iter().flat_map(|value| whole(8, *value)).collect();
                    [bytes(1, name.as_bytes()), values, whole(20, 7)].concat()
                }
            };
            node.extend(bytes(5, &one));
        }
        self.nodes.extend(bytes(1, &node));
        self
    }

    /// The file.
    pub(crate) fn file(&self) -> Vec<u8> {
        let name = bytes(2, b"graph");
        let graph = [
            &self.nodes[..],
            &name,
            &self.tensors,
            &self.inputs,
            &self.outputs,
        ]
        .concat();
        let opset = [bytes(1, b""), whole(2, 17)].concat();
        [
            whole(1, 8),
            bytes(2, b"by hand"),
            bytes(7, &graph),
            bytes(8, &opset),
        ]
        .concat()
    }
}

fn tensor(name: &str, kind: i64, sizes: &[i64], raw: &[u8]) -> Vec<u8> {
    let mut out: Vec<u8> = sizes.iter().flat_map(|size| whole(1, *size)).collect();
    out.extend(whole(2, kind));
    out.extend(bytes(8, name.as_bytes()));
    out.extend(bytes(9, raw));
    out
}

fn port(name: &str, kind: i64, sizes: &[Option<i64>]) -> Vec<u8> {
    // Each free axis has a symbol of its own: those of one symbol would have to be equally long.
    let axis = |(place, size): (usize, &Option<i64>)| match size {
        None => bytes(1, &bytes(2, format!("any{place}").as_bytes())),
        Some(size) => bytes(1, &whole(1, *size)),
    };
    let axes: Vec<u8> = sizes.iter().enumerate().flat_map(axis).collect();
    let of_tensor = [whole(1, kind), bytes(2, &axes)].concat();
    [bytes(1, name.as_bytes()), bytes(2, &bytes(1, &of_tensor))].concat()
}
