//! Every number of every YAML type has bounds, and what is out of them is refused at its place; names are names.

use std::path::Path;

use serde_json::Value;
use titer_spec::document::Written;
use titer_spec::{Dataset, Document, Evaluation, ModelSpec, Suite, schema};

/// The paths of numbers without both bounds, and how many numbers there are.
fn unbounded(schema: &Value, path: &str, found: &mut Vec<String>) -> usize {
    let own = match schema.get("type") {
        Some(Value::Array(several)) => several.iter().any(is_number),
        Some(one) => is_number(one),
        None => false,
    };
    let has = |names: [&str; 2]| names.iter().any(|name| schema.get(name).is_some());
    let bounded = has(["minimum", "exclusiveMinimum"]) && has(["maximum", "exclusiveMaximum"]);
    if own && !bounded {
        found.push(path.to_owned());
    }
    let inner: usize = match schema {
        Value::Object(fields) => fields
            .iter()
            .map(|(key, value)| unbounded(value, &format!("{path}/{key}"), found))
            .sum(),
        Value::Array(items) => items
            .iter()
            .map(|value| unbounded(value, &format!("{path}/[]"), found))
            .sum(),
        _ => 0,
    };
    inner + usize::from(own)
}

fn is_number(kind: &Value) -> bool {
    kind == "integer" || kind == "number"
}

#[test]
fn every_number_has_bounds() {
    let mut found = Vec::new();
    let mut numbers = 0;
    for kind in schema::KINDS {
        let schema: Value = serde_json::from_str(&schema::of(kind).unwrap()).unwrap();
        numbers += unbounded(&schema, kind, &mut found);
    }
    assert!(
        found.is_empty(),
        "give these a minimum and a maximum: {found:#?}"
    );
    assert!(numbers > 50, "{numbers}");
}

const EVALUATION: &str = "\
evaluation: own
suites: [own]
models:
  - model: own
    variants: [fp32]
    batch_sizes: [1]
threads: 2
seed: 3
replicates: 2000
time_limit_s: 60
limit: 100
batch_size: 4
measure:
  latency: {scenario: single_stream, batch_sizes: [1, 32], rounds: 3, queries: 200, seconds: 2, warm_up: 5, max_warm_up: 50, lengths: [1000]}
controls:
  - kmers: {k: 4}
  - nearest: {k: 12}
gates:
  - at_least: {metric: auroc, value: 0.9, covers: {classes: [site]}}
  - no_worse_than_reference: {metric: auroc, where: {dataset: near}, margin: 0.005}
  - at_most: {measurement: latency_p50, value: 5 ms, batch_size: 1}
";

const SUITE: &str = "\
suite: own
summary: Is it a site?
task: own-site
question:
  binary: {positive: site, negative: decoy}
in_distribution:
  - {dataset: near, distance: near}
strata: [gc]
spare: [{start: 0, end: 1}]
perturbations:
  - substitutions: {rate: 0.1}
metrics:
  - ece: {bins: 15}
  - ndcg_at_k: {k: 10}
  - grouped: {metric: mae, by: gene}
";

const MODEL: &str = "\
model: own
summary: Five bases.
tasks: [own-site]
input:
  length: {bases: 5}
  tokens: {unit: {overlapping_kmer: {k: 6}}, vocabulary: {A: 1}, length: {tokens: 9}}
  also: [{tensor: t, holds: {each: [1.5]}}]
output: {kind: binary, activation: none, classes: [site, decoy], scale: {multiply: 2, add: 1}}
threshold: 0.5
variants:
  - variant: fp32
    backend: http
    precision: fp32
    batch_size: 4
    http: {url: 'http://localhost', model: m, connect_s: 1, request_s: 1, retries: 1, requests_at_once: 1}
    files: {model: {path: fp32.onnx, digest: x, bytes: 1}}
reference: fp32
";

const DATASET: &str = "\
dataset: near
summary: Windows.
kind: windows
file: {path: windows.tsv, digest: x, bytes: 1}
columns:
  sequence: sequence
  strata: [gene]
  clusters: [locus]
  place: {counted_from: 1}
divide: {shares: {test: 0.2, tuning: 0.1, seed: 1}}
window: 100
context: 0
classes: [site, decoy]
splits: {test: 2}
organism: Homo sapiens
assembly: GRCh37
licence: {sequence: public}
";

fn parse<T: Written>(text: String) -> Result<(), String> {
    let parsed = Document::<T>::parse(Path::new("own.yaml"), text);
    parsed.map(drop).map_err(|error| error.to_string())
}

/// What is said of each change of a sound text.
fn said<T: Written>(sound: &str, changes: &[(&str, &str)]) -> String {
    parse::<T>(sound.to_owned()).unwrap();
    let mut said = String::new();
    for (old, new) in changes {
        assert!(sound.contains(old), "{old}");
        let answer = parse::<T>(sound.replacen(old, new, 1)).err();
        let answer = answer.unwrap_or_else(|| "TAKEN".to_owned());
        said.push_str(&format!("# {old} -> {}\n{answer}\n\n", new.escape_debug()));
    }
    said
}

#[test]
fn numbers_of_evaluations() {
    let changes = [
        ("rounds: 3", "rounds: 0"),
        ("rounds: 3", "rounds: 1001"),
        ("queries: 200", "queries: 0"),
        ("queries: 200", "queries: 1000001"),
        ("seconds: 2,", "seconds: 0,"),
        ("seconds: 2,", "seconds: 86401,"),
        ("warm_up: 5", "warm_up: 100001"),
        ("batch_sizes: [1, 32]", "batch_sizes: [1, 4294967295]"),
        ("batch_sizes: [1, 32]", "batch_sizes: [1, 4294967296]"),
        ("batch_sizes: [1, 32]", "batch_sizes: [0]"),
        ("batch_sizes: [1]", "batch_sizes: [65537]"),
        ("batch_size: 4", "batch_size: 65537"),
        ("batch_size: 4", "batch_size: 0"),
        ("time_limit_s: 60", "time_limit_s: 0"),
        ("time_limit_s: 60", "time_limit_s: 2592001"),
        ("time_limit_s: 60", "time_limit_s: \"0\""),
        ("time_limit_s: 60", "time_limit_s: \"60\""),
        ("threads: 2", "threads: 0"),
        ("threads: 2", "threads: 1025"),
        ("threads: 2", "threads: -1"),
        ("threads: 2", "threads: 0x1000"),
        ("threads: 2", "threads: '0x1000'"),
        ("limit: 100", "limit: 0"),
        ("limit: 100", "limit: 1000000001"),
        ("replicates: 2000", "replicates: 2"),
        ("replicates: 2000", "replicates: 199"),
        ("replicates: 2000", "replicates: 200"),
        ("replicates: 2000", "replicates: 100001"),
        ("seed: 3", "seed: 9007199254740991"),
        ("seed: 3", "seed: 9007199254740992"),
        ("seed: 3", "seed: 18446744073709551616"),
        ("{k: 4}", "{k: 9}"),
        ("{k: 12}", "{k: 7}"),
        ("value: 0.9", "value: 1e16"),
        ("value: 0.9", "value: \"1e16\""),
        ("value: 0.9", "value: .nan"),
        ("margin: 0.005", "margin: -0.005"),
        ("margin: 0.005", "margin: .inf"),
        ("margin: 0.005", "margin: .nan"),
        ("margin: 0.005", "margin: \".nan\""),
        ("evaluation: own", "evaluation: own\nsummary: .inf"),
        ("margin: 0.005", "keeps: 0"),
        ("margin: 0.005", "keeps: 1"),
        ("margin: 0.005", "keeps: 0.999"),
        ("5 ms, batch_size: 1", "5 ms, batch_size: 0"),
    ];
    insta::assert_snapshot!(said::<Evaluation>(EVALUATION, &changes));
}

#[test]
fn numbers_of_suites() {
    let changes = [
        ("rate: 0.1", "rate: 0"),
        ("rate: 0.1", "rate: 1.5"),
        ("rate: 0.1", "rate: 1e-300"),
        ("bins: 15", "bins: 1"),
        ("bins: 15", "bins: 1001"),
        ("k: 10", "k: 0"),
        ("end: 1", "end: 18446744073709551615"),
    ];
    insta::assert_snapshot!(said::<Suite>(SUITE, &changes));
}

#[test]
fn numbers_of_models() {
    let changes = [
        ("bases: 5", "bases: 0"),
        ("k: 6", "k: 0"),
        ("A: 1", "A: -1"),
        ("tokens: 9", "tokens: 0"),
        ("each: [1.5]", "each: [1.5, 1e300]"),
        ("multiply: 2", "multiply: 1e16"),
        ("threshold: 0.5", "threshold: 1.5"),
        ("precision: fp32", "precision: fp23"),
        ("precision: fp32", "precision: half"),
        ("precision: fp32", "precision: \"\\e[31m\""),
        ("precision: fp32", "precision: 32"),
        ("precision: fp32", "precision: mixed"),
        ("batch_size: 4", "batch_size: 65537"),
        ("connect_s: 1", "connect_s: 0"),
        ("retries: 1", "retries: 21"),
        ("requests_at_once: 1", "requests_at_once: 65"),
        (
            "'http://localhost', model: m, connect_s: 1",
            "'http://me:sesame@localhost', model: m, connect_s: 0",
        ),
        ("bytes: 1", "bytes: 9007199254740992"),
    ];
    let said = said::<ModelSpec>(MODEL, &changes);
    assert_eq!(said.matches("sesame").count(), 1, "{said}");
    insta::assert_snapshot!(said);
}

#[test]
fn numbers_of_datasets() {
    let changes = [
        ("counted_from: 1", "counted_from: 2"),
        ("test: 0.2", "test: 1.2"),
        ("window: 100", "window: 0"),
        ("window: 100", "window: 10000001"),
        ("test: 2}", "test: 9007199254740992}"),
    ];
    insta::assert_snapshot!(said::<Dataset>(DATASET, &changes));
}

/// Every place that takes a name refuses what is none, and every one that takes a line takes a path.
#[test]
fn names_are_names_wherever_they_stand() {
    const NAMES: [(&str, [&str; 2], &str); 28] = [
        ("e", ["evaluation: own", "evaluation: NAME"], "evaluation"),
        ("e", ["variants: [fp32]", "variants: [NAME]"], "variants"),
        (
            "e",
            ["metric: auroc, value", "metric: NAME, value"],
            "metric",
        ),
        ("e", ["classes: [site]", "classes: [NAME]"], "classes"),
        ("e", ["classes: [site]", "models: [NAME]"], "models"),
        ("e", ["classes: [site]", "variants: [NAME]"], "variants"),
        (
            "e",
            ["classes: [site]", "perturbation: NAME"],
            "perturbation",
        ),
        ("e", ["dataset: near", "dataset: NAME"], "dataset"),
        ("s", ["suite: own", "suite: NAME"], "suite"),
        ("s", ["task: own-site", "task: NAME"], "task"),
        ("s", ["positive: site", "positive: NAME"], "positive"),
        ("s", ["negative: decoy", "negative: NAME"], "negative"),
        (
            "s",
            [
                "binary: {positive: site, negative: decoy}",
                "classes: {classes: [a, NAME]}",
            ],
            "classes",
        ),
        (
            "s",
            [
                "binary: {positive: site, negative: decoy}",
                "positions: {background: none, sites: [NAME]}",
            ],
            "sites",
        ),
        ("s", ["strata: [gc]", "strata: [NAME]"], "strata"),
        ("s", ["by: gene", "by: NAME"], "by"),
        ("m", ["model: own", "model: NAME"], "model"),
        ("m", ["tasks: [own-site]", "tasks: [NAME]"], "tasks"),
        (
            "m",
            ["classes: [site, decoy]", "classes: [site, NAME]"],
            "classes",
        ),
        ("m", ["variant: fp32", "variant: NAME"], "variant"),
        ("m", ["reference: fp32", "reference: NAME"], "reference"),
        ("d", ["dataset: near", "dataset: NAME"], "dataset"),
        (
            "d",
            ["classes: [site, decoy]", "classes: [site, NAME]"],
            "classes",
        ),
        ("d", ["strata: [gene]", "strata: [NAME]"], "strata"),
        ("d", ["clusters: [locus]", "clusters: [NAME]"], "clusters"),
        ("d", ["strata: [gene]", "background: NAME"], "background"),
        ("d", ["strata: [gene]", "sites: {NAME: column}"], "sites"),
        (
            "d",
            [
                "file: {path: windows.tsv, digest: x, bytes: 1}",
                "files: [{path: a, digest: x, bytes: 1, label: NAME}]",
            ],
            "label",
        ),
    ];
    const LINES: [(&str, [&str; 2], &str); 4] = [
        ("e", ["suites: [own]", "suites: [NAME]"], "suites"),
        ("e", ["- model: own", "- model: NAME"], "model"),
        ("s", ["dataset: near", "dataset: NAME"], "dataset"),
        (
            "d",
            ["organism: Homo sapiens", "organism: NAME"],
            "organism",
        ),
    ];
    let parse = |(of, [old, new], _): (&str, [&str; 2], &str), name: &str| {
        let with = |sound: &str| {
            assert!(sound.contains(old), "{old}");
            sound.replacen(old, &new.replace("NAME", name), 1)
        };
        match of {
            "e" => parse::<Evaluation>(with(EVALUATION)),
            "s" => parse::<Suite>(with(SUITE)),
            "m" => parse::<ModelSpec>(with(MODEL)),
            _ => parse::<Dataset>(with(DATASET)),
        }
    };
    for place in NAMES.into_iter().chain(LINES) {
        // A key of 1,024 characters is none to YAML.
        let length = if LINES.contains(&place) { 5000 } else { 201 };
        let long = format!("\"{}\"", "n".repeat(length));
        for good in ["\"α é 中\"", "'8'", "a.b-c_d"] {
            parse(place, good).unwrap_or_else(|error| panic!("{place:?} {good}: {error}"));
        }
        for bad in [
            "\"\"",
            "\"  \"",
            "\"a\\e[31m\"",
            "\"a\\nb\"",
            "\"\\uFFFE\"",
            "\"\\uFFFF\"",
            "\"a\\u202Eb\"",
            "\" a\"",
            "\"a \"",
            &long,
        ] {
            let said = parse(place, bad).unwrap_err();
            assert!(said.starts_with("own.yaml:"), "{said}");
            assert!(
                said.contains(&format!("in `{}`: it ", place.2)),
                "{place:?} {bad}: {said}"
            );
            assert!(said.contains("help: "), "{said}");
            let shown =
                |c: char| c == '\n' || !(c.is_control() || "\u{fffe}\u{ffff}\u{202e}".contains(c));
            assert!(said.chars().all(shown), "{said:?}");
        }
        for path in ["\"../own\"", "\"a/b\"", "\"a\\\\b\""] {
            let taken = parse(place, path);
            match LINES.contains(&place) {
                true => taken.unwrap(),
                false => assert!(taken.unwrap_err().contains("it is a path"), "{place:?}"),
            }
        }
    }
}
