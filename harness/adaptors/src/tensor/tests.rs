//! From 32-bit numbers comes what 32-bit steps make of them, to the bit; from 64-bit ones nothing is rounded.

use std::collections::BTreeMap;
use std::path::Path;

use safetensors::tensor::{Dtype, TensorView};
use titer_core::Answer;

use super::*;
use crate::{Adaptor, Places};

#[test]
fn whole_numbers_are_exact_or_refused() {
    let largest = 1_i64 << 53;
    assert_eq!(whole(16_777_217_i64), Some(16_777_217.0));
    assert_eq!(whole(largest), Some(9_007_199_254_740_992.0));
    assert_eq!(whole(-largest), Some(-9_007_199_254_740_992.0));
    assert_eq!(whole(largest + 1), None);
    assert_eq!(whole(-largest - 1), None);
    assert_eq!(whole(u64::MAX), None);
}

#[test]
fn results_are_as_wide_as_their_numbers() {
    assert_eq!(Width::Single.round(0.1), f64::from(0.1_f32));
    assert_eq!(Width::Double.round(0.1), 0.1);
    assert_eq!(Width::Single.shown(f64::from(0.1_f32)), "0.1");
    assert_eq!(Width::Double.shown(0.100_000_000_001), "0.100000000001");
}

const EXAMPLES: usize = 300;
const POSITIONS: usize = 4;
const CLASSES: usize = 3;

/// Numbers from -9 to 9, the same ones every time.
fn numbers() -> Vec<f32> {
    let mut state = 7_u64;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 40) as f32 / 932_067.5 - 9.0
    };
    (0..EXAMPLES * POSITIONS * CLASSES)
        .map(|_| next())
        .collect()
}

/// A head of two rows and its file.
fn head(
    folder: &Path,
) -> (
    [[f32; CLASSES]; 2],
    [f32; 2],
    BTreeMap<String, std::path::PathBuf>,
) {
    let (weight, bias) = ([[0.7, -0.3, 0.11], [-0.2, 0.4, 0.9]], [0.05, -0.6]);
    let bytes = |values: &[f32]| -> Vec<u8> {
        let each = values.iter().flat_map(|value| value.to_le_bytes());
        each.collect()
    };
    let (w, b) = (bytes(weight.as_flattened()), bytes(&bias));
    let tensors = [
        (
            "w",
            TensorView::new(Dtype::F32, vec![2, CLASSES], &w).unwrap(),
        ),
        ("b", TensorView::new(Dtype::F32, vec![2], &b).unwrap()),
    ];
    let path = folder.join("head.safetensors");
    std::fs::write(&path, safetensors::serialize(tensors, None).unwrap()).unwrap();
    (weight, bias, [("head".to_owned(), path)].into())
}

/// What an output makes of a tensor.
fn decoded(
    output: &str,
    files: &BTreeMap<String, std::path::PathBuf>,
    shape: &[usize],
    numbers: &[f64],
    width: Width,
) -> Vec<f64> {
    let text = format!(
        "model: m\nsummary: s\ntasks: []\ninput: {{one_hot: {{alphabet: ACGT, layout: length_channels, other: zeros}}}}\noutput: {output}\nvariants: []\nreference: r\n"
    );
    let spec = titer_spec::Document::<titer_spec::ModelSpec>::parse(Path::new("model.yaml"), text)
        .unwrap()
        .value;
    let adaptor = Adaptor::new(&spec.input, &spec.output, files).unwrap();
    let places = Places {
        length: POSITIONS,
        real: vec![0..POSITIONS; shape[0]],
        own: vec![0..POSITIONS; shape[0]],
    };
    let tensor = Tensor {
        shape: shape.to_vec(),
        values: numbers[..shape.iter().product()].to_vec(),
        width,
    };
    let outputs = adaptor.decode(&places, tensor).unwrap();
    outputs.iter().flat_map(Answer::numbers).copied().collect()
}

fn sigmoid(value: f32) -> f32 {
    (1.0 / (1.0 + libm::exp(-f64::from(value)))) as f32
}

fn softmax(row: &[f32]) -> Vec<f32> {
    let largest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f64> = row
        .iter()
        .map(|value| libm::exp(f64::from(*value) - f64::from(largest)))
        .collect();
    let sum: f64 = powers.iter().sum();
    powers.iter().map(|power| (power / sum) as f32).collect()
}

fn scaled(value: f32) -> f32 {
    (f64::from(value) * 0.3 + 0.1) as f32
}

/// The mean of each class over the positions.
fn mean(vectors: &[f32]) -> Vec<f32> {
    (0..CLASSES)
        .map(|class| {
            let column = vectors.iter().skip(class).step_by(CLASSES);
            (column.copied().map(f64::from).sum::<f64>() / POSITIONS as f64) as f32
        })
        .collect()
}

fn largest(vectors: &[f32]) -> Vec<f32> {
    (0..CLASSES)
        .map(|class| {
            let column = vectors.iter().skip(class).step_by(CLASSES).copied();
            column.fold(f32::NEG_INFINITY, f32::max)
        })
        .collect()
}

fn linear(vector: &[f32], weight: &[[f32; CLASSES]; 2], bias: &[f32; 2]) -> Vec<f32> {
    let row = |(row, bias): (&[f32; CLASSES], &f32)| {
        let products = row.iter().zip(vector);
        let sum: f64 = products
            .map(|(weight, value)| f64::from(*weight) * f64::from(*value))
            .sum();
        (sum + f64::from(*bias)) as f32
    };
    weight.iter().zip(bias).map(row).collect()
}

/// Each step with its formula in 32 bits.
#[test]
fn steps_on_32_bit_numbers_have_32_bit_results() {
    let folder = tempfile::tempdir().unwrap();
    let (weight, bias, files) = head(folder.path());
    let single = numbers();
    let wide: Vec<f64> = single.iter().copied().map(f64::from).collect();
    let vectors = single.chunks(POSITIONS * CLASSES);
    let classes = "classes: [a, b, c]";
    let cases: [(&str, &[usize], Vec<f32>); 6] = [
        (
            "{kind: binary, activation: sigmoid, scale: {multiply: 0.3, add: 0.1}}",
            &[EXAMPLES],
            single[..EXAMPLES]
                .iter()
                .map(|one| sigmoid(scaled(*one)))
                .collect(),
        ),
        (
            "{kind: classes, CLASSES, activation: softmax}",
            &[EXAMPLES, CLASSES],
            single[..EXAMPLES * CLASSES]
                .chunks(CLASSES)
                .flat_map(softmax)
                .collect(),
        ),
        (
            "{kind: classes, CLASSES, activation: softmax, pooling: mean}",
            &[EXAMPLES, POSITIONS, CLASSES],
            vectors
                .clone()
                .flat_map(|one| softmax(&mean(one)))
                .collect(),
        ),
        (
            "{kind: classes, CLASSES, activation: softmax, pooling: max}",
            &[EXAMPLES, POSITIONS, CLASSES],
            vectors
                .clone()
                .flat_map(|one| softmax(&largest(one)))
                .collect(),
        ),
        (
            "{kind: binary, classes: [a, b], positive: b, activation: softmax, pooling: mean, head: {weight: w, bias: b}, scale: {multiply: 0.3, add: 0.1}}",
            &[EXAMPLES, POSITIONS, CLASSES],
            vectors
                .map(|one| {
                    let logits = linear(&mean(one), &weight, &bias);
                    softmax(&logits.into_iter().map(scaled).collect::<Vec<f32>>())[1]
                })
                .collect(),
        ),
        (
            "{kind: value, activation: none, direction: -1}",
            &[EXAMPLES],
            single[..EXAMPLES].iter().map(|one| -one).collect(),
        ),
    ];
    for (output, shape, expected) in cases {
        let output = output.replace("CLASSES", classes);
        let expected: Vec<f64> = expected.into_iter().map(f64::from).collect();
        let found = decoded(&output, &files, shape, &wide, Width::Single);
        assert_eq!(found, expected, "{output}");
        // The same numbers as doubles come close, and no step has rounded them.
        let found = decoded(&output, &files, shape, &wide, Width::Double);
        let far = found
            .iter()
            .zip(&expected)
            .map(|(one, other)| (one - other).abs());
        assert!(far.fold(0.0, f64::max) < 1e-5, "{output}");
        let rounds = |one: &f64| f64::from(*one as f32) == *one;
        assert_eq!(
            found.iter().all(rounds),
            output.contains("value"),
            "{output}"
        );
    }
}

/// Logits 1e-12 apart.
#[test]
fn steps_keep_64_bit_numbers_apart() {
    let folder = tempfile::tempdir().unwrap();
    let (_, _, files) = head(folder.path());
    let close: Vec<f64> = (0..4 * POSITIONS * CLASSES)
        .map(|at| 0.1 + 1e-12 * (at / CLASSES) as f64 * [1.0, 2.0, 4.0][at % CLASSES])
        .collect();
    for (output, shape) in [
        (
            "{kind: binary, activation: sigmoid, scale: {multiply: 0.3, add: 0.1}}",
            &[4][..],
        ),
        (
            "{kind: binary, activation: none, pooling: max}",
            &[4, POSITIONS],
        ),
        (
            "{kind: binary, classes: [a, b], positive: b, activation: softmax, pooling: mean, head: {weight: w, bias: b}}",
            &[4, POSITIONS, CLASSES],
        ),
    ] {
        // One number after the other where there is one class.
        let numbers: Vec<f64> = match shape.len() {
            3 => close.clone(),
            _ => close.iter().step_by(CLASSES).copied().collect(),
        };
        let found = decoded(output, &files, shape, &numbers, Width::Double);
        assert!(
            found.windows(2).all(|pair| pair[0] < pair[1]),
            "{output}: {found:?}"
        );
        assert!(
            found
                .windows(2)
                .all(|pair| pair[0] as f32 == pair[1] as f32),
            "{output}"
        );
        let rounded: Vec<f64> = numbers
            .iter()
            .map(|one| Width::Single.round(*one))
            .collect();
        let found = decoded(output, &files, shape, &rounded, Width::Single);
        assert!(found.windows(2).all(|pair| pair[0] == pair[1]), "{output}");
    }
}

#[test]
fn the_mean_of_both_strands_is_as_wide_as_they_are() {
    let single = numbers();
    let (given, other) = single.split_at(EXAMPLES);
    let output = |value: &f32| Answer::probability(f64::from(*value));
    let means = |width| -> Vec<f64> {
        let given = given.iter().map(output).collect();
        let other = other[..EXAMPLES].iter().map(output).collect();
        let means = crate::strands::mean(given, other, false, width);
        means.into_iter().map(|one| one.numbers()[0]).collect()
    };
    let pairs = given.iter().zip(other);
    let double: Vec<f64> = pairs
        .map(|(one, other)| (f64::from(*one) + f64::from(*other)) / 2.0)
        .collect();
    assert_eq!(means(Width::Double), double);
    let rounded: Vec<f64> = double.iter().map(|one| f64::from(*one as f32)).collect();
    assert_eq!(means(Width::Single), rounded);
    assert_ne!(double, rounded);
}
