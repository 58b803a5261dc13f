//! Graphs as other people's exporters leave them, held to what ONNX Runtime's own Python said of them
//! (`fixtures/foreign/make.py`).

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;
use titer_adaptors::{Adaptor, Places, Values, Width};
use titer_core::Sequence;
use titer_spec::Document;
use titer_spec::model::OnnxOptions;

use super::*;

#[derive(Deserialize)]
struct Expected {
    reads: Vec<String>,
    outputs: BTreeMap<String, serde_json::Value>,
}

impl Expected {
    /// What Python said, flat.
    fn numbers(&self, output: &str) -> Vec<f64> {
        fn flat(value: &serde_json::Value, numbers: &mut Vec<f64>) {
            match value {
                serde_json::Value::Array(values) => {
                    values.iter().for_each(|value| flat(value, numbers));
                }
                value => numbers.push(value.as_f64().unwrap()),
            }
        }
        let mut numbers = Vec::new();
        flat(&self.outputs[output], &mut numbers);
        numbers
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/foreign")
}

fn expected(name: &str) -> Expected {
    let text = std::fs::read_to_string(folder().join("expected.json")).unwrap();
    let mut all: BTreeMap<String, Expected> = serde_json::from_str(&text).unwrap();
    all.remove(name).unwrap()
}

fn library() -> &'static Path {
    static FOUND: OnceLock<PathBuf> = OnceLock::new();
    FOUND.get_or_init(|| {
        crate::runtime::ensure(None, false, &mut |_| {})
            .unwrap()
            .path
    })
}

fn spec(length: usize, input: &str, output: &str) -> ModelSpec {
    let text = format!(
        "model: foreign
summary: A graph of somebody else.
tasks: [test]
input:
  window: {{start: 0, end: {length}}}
  one_hot: {{alphabet: ACGT, layout: length_channels, other: zeros}}
  {input}
output: {{kind: binary, activation: none{output}}}
variants: [{{variant: v, backend: onnx, precision: fp32}}]
reference: v
"
    );
    Document::<ModelSpec>::parse(Path::new("foreign.yaml"), text)
        .unwrap()
        .value
}

fn open_as(spec: &ModelSpec, name: &str, told: &OnnxOptions) -> Result<Onnx, ModelError> {
    let mut variant = spec.variants[0].clone();
    variant.onnx = Some(told.clone());
    let options = LoadOptions {
        runtime: Some(library()),
        ..LoadOptions::default()
    };
    let made = adaptor(spec).made();
    open(
        spec,
        &made,
        &variant,
        &folder().join(format!("{name}.onnx")),
        &options,
    )
}

fn main_feed(spec: &ModelSpec, reads: &[String]) -> Vec<Feed> {
    let sequences: Vec<Sequence> = reads
        .iter()
        .map(|read| Sequence::new(read).unwrap())
        .collect();
    let queries: Vec<_> = sequences.iter().map(titer_core::Query::from).collect();
    adaptor(spec).encode(&queries).unwrap().feeds
}

fn adaptor(spec: &ModelSpec) -> Adaptor {
    Adaptor::new(&spec.input, &spec.output, &BTreeMap::new()).unwrap()
}

fn far(found: &Tensor, expected: &[f64]) -> f64 {
    assert_eq!(found.values.len(), expected.len(), "{:?}", found.shape);
    let far = |(found, expected): (&f64, &f64)| (found - expected).abs();
    found
        .values
        .iter()
        .zip(expected)
        .map(far)
        .fold(0.0, f64::max)
}

fn told(error: Result<Onnx, ModelError>) -> String {
    error.err().unwrap().to_string()
}

/// Free axes, half and double precision, eight bits, an LSTM of opset 10, the newest opset, weights in a
/// file beside the graph.
#[test]
fn foreign_graphs_answer_as_in_python() {
    // Eight bits saturate on some processors and not on others; halves are added in other orders.
    for (name, length, output, bound) in [
        ("lstm-opset10", 11, "logits", 1e-6),
        ("free-axes", 11, "score", 1e-6),
        ("int8-qdq", 11, "score", 0.02),
        ("fp16", 5, "score", 2e-3),
        ("fp64", 5, "score", 1e-14),
        ("four-at-a-time", 5, "score", 1e-6),
        ("newest-opset", 5, "score", 1e-6),
        ("external", 5, "score", 1e-6),
    ] {
        let version = crate::runtime::version(library()).unwrap();
        if name == "newest-opset" && version != crate::runtime::VERSION {
            // Which opset is the newest is the library's matter.
            continue;
        }
        let expected = expected(name);
        let spec = spec(length, "", "");
        let mut graph = open_as(&spec, name, &OnnxOptions::default()).unwrap();
        let found = graph.run(main_feed(&spec, &expected.reads)).unwrap();
        let numbers = expected.numbers(output);
        let far = far(&found, &numbers);
        assert!(far < bound, "{name}: {far}");
        assert!(
            numbers
                .iter()
                .any(|number| (number - numbers[0]).abs() > 0.01),
            "{name}"
        );
    }
}

#[test]
fn every_optimization_and_parallel_operators_agree() {
    let expected = expected("lstm-opset10");
    let spec = spec(11, "", "");
    for optimization in [
        OnnxOptimization::Disabled,
        OnnxOptimization::Basic,
        OnnxOptimization::Extended,
        OnnxOptimization::All,
    ] {
        for threads_between_operators in [None, Some(2)] {
            let options = OnnxOptions {
                optimization,
                threads_between_operators,
                ..OnnxOptions::default()
            };
            let mut graph = open_as(&spec, "lstm-opset10", &options).unwrap();
            let found = graph.run(main_feed(&spec, &expected.reads)).unwrap();
            let far = far(&found, &expected.numbers("logits"));
            assert!(far < 1e-6, "{options:?}: {far}");
        }
    }
}

/// Numbers that 32 bits would make equal, or others.
#[test]
fn numbers_of_64_bits_stay_what_they_are() {
    let expected = expected("wide");
    let ask = |output: &str| {
        let spec = spec(5, "", &format!(", tensor: {output}"));
        let mut graph = open_as(&spec, "wide", &OnnxOptions::default()).unwrap();
        let answer = graph.run(main_feed(&spec, &expected.reads))?;
        Ok::<_, ModelError>((adaptor(&spec), answer))
    };
    for output in ["close", "count"] {
        let (_, found) = ask(output).unwrap();
        assert_eq!(found.width, Width::Double, "{output}");
        assert_eq!(found.values, expected.numbers(output));
        // A, T, G and C in the first place.
        assert!(found.values[0] < found.values[4] && found.values[4] < found.values[2]);
        assert_eq!(found.values[0] as f32, found.values[4] as f32);
    }
    // Through the adaptor, too.
    let (adaptor, found) = ask("close").unwrap();
    let places = Places {
        length: 5,
        real: vec![0..5; expected.reads.len()],
        own: vec![0..5; expected.reads.len()],
    };
    let outputs = adaptor.decode(&places, found).unwrap();
    let answers: Vec<f64> = outputs.iter().map(|one| one.numbers()[0]).collect();
    assert_eq!(answers, expected.numbers("close"));
    let error = ask("beyond").unwrap_err().to_string();
    assert!(
        error.contains("output `beyond`")
            && error.contains("9007199254740995, a whole number beyond 2^53"),
        "{error}"
    );
}

/// Any number of bases where the axis is free.
#[test]
fn free_axes_take_any_length() {
    let spec = spec(4, "", "");
    let mut graph = open_as(&spec, "free-axes", &OnnxOptions::default()).unwrap();
    let reads = expected("free-axes").reads;
    assert_eq!(graph.run(main_feed(&spec, &reads)).unwrap().shape, [7, 1]);
}

fn two_inputs(output: &str) -> (ModelSpec, Expected) {
    (
        spec(5, "tensor: dna", &format!(", tensor: {output}")),
        expected("two-inputs"),
    )
}

fn mask(spec: &ModelSpec, reads: &[String], name: &str, one: i64) -> Vec<Feed> {
    let mut feeds = main_feed(spec, reads);
    feeds.push(Feed {
        name: Some(name.to_owned()),
        shape: vec![reads.len(), 5],
        values: Values::I64([1, 1, 0, one, 0].repeat(reads.len())),
    });
    feeds
}

#[test]
fn inputs_are_fed_and_outputs_read_by_name() {
    for output in ["score", "embedding", "largest"] {
        let (spec, expected) = two_inputs(output);
        let mut graph = open_as(&spec, "two-inputs", &OnnxOptions::default()).unwrap();
        let found = graph.run(mask(&spec, &expected.reads, "mask", 1)).unwrap();
        let far = far(&found, &expected.numbers(output));
        assert!(far < 1e-6, "{output}: {far}");
    }
}

#[test]
fn feeds_that_do_not_fit_are_told_with_names_types_and_sizes() {
    let (spec, expected) = two_inputs("score");
    let mut graph = open_as(&spec, "two-inputs", &OnnxOptions::default()).unwrap();
    let mut said = |feeds| graph.run(feeds).unwrap_err().to_string();
    let alone = said(main_feed(&spec, &expected.reads));
    assert!(
        alone.contains("needs the input `mask` i32 [free, 5]"),
        "{alone}"
    );
    let wrong = said(mask(&spec, &expected.reads, "attention", 1));
    assert!(
        wrong.contains("no input `attention`") && wrong.contains("`dna` f32 [free, 5, 4]"),
        "{wrong}"
    );
    let large = said(mask(&spec, &expected.reads, "mask", 1 << 40));
    assert!(
        large.contains("`mask` is of i32 and was given 1099511627776"),
        "{large}"
    );
    let mut short = mask(&spec, &expected.reads, "mask", 1);
    short[1].shape = vec![7, 4];
    let short = said(short);
    assert!(
        short.contains("`mask` i32 [free, 5] and was given i64 [7, 4]"),
        "{short}"
    );
    let mut text = mask(&spec, &expected.reads, "mask", 1);
    text[1].values = Values::Text(vec!["A".to_owned(); 35]);
    let text = said(text);
    assert!(text.contains("was given String [7, 5]"), "{text}");
}

#[test]
fn what_a_graph_needs_is_told_before_it_runs() {
    let options = OnnxOptions::default();
    let unnamed = told(open_as(&spec(5, "", ""), "two-inputs", &options));
    assert!(
        unnamed.contains("2 inputs (`dna` f32 [free, 5, 4], `mask` i32 [free, 5])")
            && unnamed.contains("`input.tensor`"),
        "{unnamed}"
    );
    let (spec_of_two, _) = two_inputs("score");
    let graph = open_as(&spec_of_two, "two-inputs", &options).unwrap();
    let unfed = graph
        .signature
        .all_fed(&adaptor(&spec_of_two).made())
        .unwrap_err()
        .to_string();
    assert!(unfed.contains("also needs `mask` i32 [free, 5]"), "{unfed}");
    let longer = told(open_as(&spec(6, "", ""), "fp16", &options));
    assert!(
        longer.contains("`dna` f16 [free, 5, 4]") && longer.contains("[batch, 6, 4]"),
        "{longer}"
    );
    let maps = told(open_as(&spec(5, "", ""), "maps", &options));
    assert!(
        maps.contains("`maps` Sequence<Map<i64, f32>>") && maps.contains("zipmap"),
        "{maps}"
    );
    let label = spec(5, "", ", tensor: label");
    let mut graph = open_as(&label, "maps", &options).unwrap();
    let expected = expected("maps");
    let found = graph.run(main_feed(&label, &expected.reads)).unwrap();
    assert_eq!(far(&found, &expected.numbers("label")), 0.0);
}

/// What the installed library was built with says which answer is right: for one without a provider that is
/// the reason; for one with it, that the machine has no GPU, or an answer.
#[test]
fn a_provider_that_is_not_there_is_an_error_of_the_device() {
    let spec = spec(11, "", "");
    let expected = expected("free-axes");
    for execution_provider in [OnnxProvider::Cuda, OnnxProvider::Tensorrt] {
        let options = OnnxOptions {
            execution_provider,
            ..OnnxOptions::default()
        };
        match open_as(&spec, "free-axes", &options) {
            Err(ModelError::Device(reason)) => {
                assert!(reason.contains(execution_provider.name()), "{reason}");
                assert!(reason.contains("`execution_provider: cpu`"), "{reason}");
            }
            Err(other) => panic!("{other}"),
            Ok(mut graph) => {
                let found = graph.run(main_feed(&spec, &expected.reads)).unwrap();
                assert!(far(&found, &expected.numbers("score")) < 1e-3);
            }
        }
    }
}

#[test]
fn what_a_variant_asks_is_said() {
    let mut variant = spec(5, "", "").variants[0].clone();
    assert_eq!(super::told(&variant), "");
    variant.onnx = Some(OnnxOptions {
        optimization: OnnxOptimization::Basic,
        execution_provider: OnnxProvider::Cuda,
        threads_between_operators: Some(3),
        ..OnnxOptions::default()
    });
    assert_eq!(
        super::told(&variant),
        ", cuda, optimization basic, 3 operators at once"
    );
}

#[cfg(feature = "candle")]
#[test]
fn the_versions_that_are_named_are_the_locked_ones() {
    let lock = include_str!("../../../../Cargo.lock");
    for (name, version) in [
        ("ort", ORT_VERSION),
        #[cfg(feature = "candle")]
        ("candle-core", crate::candle::VERSION),
    ] {
        let entry = format!("name = \"{name}\"\nversion = \"{version}\"\n");
        assert!(
            lock.contains(&entry),
            "{name} is not {version} in Cargo.lock"
        );
    }
}
