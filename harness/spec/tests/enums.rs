//! A name takes its fields from its own mapping, in YAML and in JSON, and from nowhere else.

use std::path::Path;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use titer_spec::document::{self, ParserError, Schema, Written};
use titer_spec::{Document, Gate, MetricSpec, PerturbationEntry, Question, Where};

/// A file that holds nothing but a part of one.
struct Alone<T>(T);

impl<T: DeserializeOwned + JsonSchema> Written for Alone<T> {
    fn from_yaml(text: &str) -> Result<Self, ParserError> {
        document::from_yaml(text).map(Self)
    }

    fn schema() -> &'static Schema {
        document::schema_of::<T>()
    }
}

fn read<T: DeserializeOwned + JsonSchema>(text: &str) -> Result<T, String> {
    Document::<Alone<T>>::parse(Path::new("own.yaml"), text.to_owned())
        .map(|document| document.value.0)
        .map_err(|error| error.to_string())
}

#[test]
fn a_bare_name_does_not_take_the_fields_of_its_neighbour() {
    let metrics = read::<Vec<MetricSpec>>("- ece\n- {bins: 3}\n").unwrap_err();
    assert!(metrics.contains("own.yaml:1:3"), "{metrics}");
    let changes = read::<Vec<PerturbationEntry>>("- substitutions\n- rate: 0.5\n").unwrap_err();
    assert!(changes.contains("own.yaml:1:3"), "{changes}");
    let gates = read::<Vec<Gate>>("- at_least\n- {metric: auroc, value: 1}\n").unwrap_err();
    assert!(gates.contains("own.yaml:1:3"), "{gates}");
    // The key `value` is not the dataset's name.
    let gate = "at_least: {metric: auroc, where: dataset, value: 1}\n";
    let said = read::<Gate>(gate).unwrap_err();
    assert!(
        said.contains("in `where`: `dataset` needs a value"),
        "{said}"
    );
}

#[test]
fn a_mapping_holds_one_name() {
    let two = "{binary: {positive: a, negative: b}, positions: {background: c, sites: [a]}}";
    let said = read::<Question>(two).unwrap_err();
    assert!(said.contains("a second name"), "{said}");
    assert!(read::<Question>("{}").is_err());
    assert!(read::<Where>("{dataset: a, in_distribution: }").is_err());
}

#[test]
fn names_with_and_without_fields_are_read() {
    let text = "[auroc, \"brier\", mcc: , ece: {bins: 3}, ece: {}]";
    let metrics: Vec<MetricSpec> = read(text).unwrap();
    let names: Vec<&str> = metrics.iter().map(|metric| metric.name()).collect();
    assert_eq!(names, ["auroc", "brier", "mcc", "ece", "ece"]);
    assert_eq!(
        read::<Where>("dataset: near"),
        Ok(Where::Dataset("near".to_owned()))
    );
    assert_eq!(read::<Where>("every_dataset"), Ok(Where::EveryDataset));
    assert!(read::<MetricSpec>("auroc: {bins: 3}").is_err());
}

#[test]
fn an_anchor_is_as_good_as_what_it_stands_for() {
    let text = "- at_least: &a {metric: auroc, value: 1}\n- at_most: *a\n";
    let gates: Vec<Gate> = read(text).unwrap();
    assert!(matches!(&gates[1], Gate::AtMost(limit) if limit.value.base == 1.0));
}

#[test]
fn json_comes_back_as_it_went() {
    let text = "\
- at_least: {metric: auroc, where: {dataset: near}, value: 0.9}
- at_most: {measurement: peak_memory, value: 200 MiB}
- no_worse_than_reference: {metric: ece, where: in_distribution, margin: 0.01, by: value}
";
    let gates: Vec<Gate> = read(text).unwrap();
    let json = serde_json::to_string(&gates).unwrap();
    assert_eq!(serde_json::from_str::<Vec<Gate>>(&json).unwrap(), gates);
    let json = serde_json::to_string(MetricSpec::ALL).unwrap();
    let metrics: Vec<MetricSpec> = serde_json::from_str(&json).unwrap();
    assert_eq!(metrics, MetricSpec::ALL);
    assert!(serde_json::from_str::<MetricSpec>("\"ece\"").is_err());
}
