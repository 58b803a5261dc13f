use super::*;
use crate::files::wire::encode::{bytes, whole};

/// A node, as in `("Softmax", "x", "y", attributes)`; several inputs are parted by spaces.
fn node(operator: &str, inputs: &str, output: &str, attribute: &[u8]) -> Vec<u8> {
    let inputs = inputs
        .split(' ')
        .flat_map(|input| bytes(1, input.as_bytes()));
    let mut all: Vec<u8> = inputs.collect();
    all.extend(bytes(2, output.as_bytes()));
    all.extend(bytes(4, operator.as_bytes()));
    if !attribute.is_empty() {
        all.extend(bytes(5, attribute));
    }
    bytes(1, &all)
}

fn axis(axis: i64) -> Vec<u8> {
    [bytes(1, b"axis"), whole(3, axis)].concat()
}

fn permutation(axes: &[i64]) -> Vec<u8> {
    let axes = axes.iter().flat_map(|axis| whole(8, *axis));
    [bytes(1, b"perm"), axes.collect()].concat()
}

fn ending(opset: i64, nodes: &[Vec<u8>]) -> Option<(String, Option<usize>)> {
    let model = [bytes(7, &nodes.concat()), bytes(8, &whole(2, opset))].concat();
    let ending = GraphFile::read(&model).ending("y")?;
    Some((ending.operator, ending.axis))
}

fn softmax(axis: Option<usize>) -> Option<(String, Option<usize>)> {
    Some(("Softmax".to_owned(), axis))
}

#[test]
fn the_operator_behind_what_hands_on_is_found() {
    let found = ending(
        17,
        &[
            node("Conv", "x w b", "c", &[]),
            node("Sigmoid", "c", "s", &[]),
            node("QuantizeLinear", "s scale", "q", &[]),
            node("DequantizeLinear", "q scale", "d", &[]),
            node("Cast", "d", "f", &[]),
            node("Reshape", "f shape", "y", &[]),
        ],
    );
    assert_eq!(found, Some(("Sigmoid".to_owned(), None)));
    assert_eq!(ending(17, &[node("Identity", "x", "y", &[])]), None);
}

#[test]
fn the_axis_of_a_softmax_is_one_of_the_output() {
    let first = |attribute: &[u8]| node("Softmax", "x", "s", attribute);
    let as_it_is = |attribute: &[u8]| [first(attribute), node("Identity", "s", "y", &[])];
    assert_eq!(ending(13, &as_it_is(&axis(1))), softmax(Some(1)));
    // Without the rank, the last axis has no number; below opset 13 it is several axes.
    assert_eq!(ending(13, &as_it_is(&axis(-1))), softmax(None));
    assert_eq!(ending(12, &as_it_is(&axis(1))), softmax(None));
    let turned = |attribute: &[u8], axes: &[i64]| {
        let turn = node("Transpose", "s", "y", &permutation(axes));
        ending(17, &[first(attribute), turn])
    };
    assert_eq!(turned(&axis(1), &[0, 2, 1]), softmax(Some(2)));
    assert_eq!(turned(&axis(-1), &[0, 2, 1]), softmax(Some(1)));
    assert_eq!(turned(&[], &[0, 2, 1]), softmax(Some(1)));
    assert_eq!(turned(&axis(1), &[1, 2, 0]), softmax(Some(0)));
    let twice = [
        first(&axis(1)),
        node("Transpose", "s", "t", &permutation(&[0, 2, 1])),
        node("Transpose", "t", "y", &permutation(&[0, 2, 1])),
    ];
    assert_eq!(ending(17, &twice), softmax(Some(1)));
}

#[test]
fn a_bias_hides_no_linear_layer() {
    let linear = |nodes: &[Vec<u8>]| {
        let model = [bytes(7, &nodes.concat()), bytes(8, &whole(2, 17))].concat();
        GraphFile::read(&model).ending("y").unwrap().is_linear()
    };
    let layer = || node("MatMul", "x w", "m", &[]);
    assert!(linear(&[layer(), node("Add", "m b", "y", &[])]));
    assert!(linear(&[layer(), node("Add", "b m", "y", &[])]));
    let unpacked = node("DequantizeLinear", "b8 scale", "b", &[]);
    assert!(linear(&[layer(), unpacked, node("Add", "m b", "y", &[])]));
    // The sum of two branches is anything.
    let branch = node("Sigmoid", "x", "b", &[]);
    assert!(!linear(&[layer(), branch, node("Add", "m b", "y", &[])]));
}

#[test]
fn a_graph_that_runs_in_circles_ends() {
    let circle = [node("Cast", "y", "a", &[]), node("Cast", "a", "y", &[])];
    assert_eq!(ending(17, &circle), None);
}
