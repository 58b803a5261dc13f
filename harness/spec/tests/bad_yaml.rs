//! What is said about YAML files with one mistake each: file, line, the line itself, field and cure.

use std::path::Path;

use titer_spec::document::Written;
use titer_spec::{Dataset, Document, Evaluation, ModelSpec, Suite};

const EVALUATION: &str = "\
evaluation: own
summary: A model of my own.
suites: [own]
models:
  - model: own
    variants: [fp32, int8]
    reference: fp32
threads: 2
measure:
  latency: {scenario: single_stream, batch_sizes: [1, 32]}
gates:
  - at_least: {metric: auroc, where: in_distribution, value: 0.9}
  - no_worse_than_reference: {metric: auroc, where: every_dataset, margin: 0.005}
  - at_most: {measurement: peak_memory, value: 200 MiB}
";

const SUITE: &str = "\
suite: own
summary: Is it a site?
task: own-site
question:
  binary: {positive: site, negative: decoy}
in_distribution:
  - dataset: near
split: test
perturbations:
  - substitutions: {rate: 0.1}
metrics:
  - auroc
  - ece: {bins: 15}
";

const MODEL: &str = "\
model: own
summary: Five bases.
tasks: [own-site]
input:
  window: {start: 0, end: 5}
  one_hot: {alphabet: ACGT, layout: length_channels, other: zeros}
output: {kind: binary, activation: none}
threshold: 0.5
training: {seen: [{organism: Homo sapiens, chromosomes: all}], complete: true, description: human}
licence: {weights: MIT}
variants:
  - variant: fp32
    backend: onnx
    precision: fp32
    files: {model: {path: fp32.onnx, digest: \"sha256:0000000000000000000000000000000000000000000000000000000000000000\", bytes: 1}}
reference: fp32
";

const DATASET: &str = "\
dataset: near
summary: Windows.
kind: windows
file: {path: windows.tsv, digest: \"sha256:0000000000000000000000000000000000000000000000000000000000000000\", bytes: 1}
columns:
  id: id
  sequence: sequence
  label: label
  split: split
classes: [site, decoy]
splits: {test: 2}
organism: Homo sapiens
assembly: GRCh37
licence: {sequence: public}
";

/// What is said of each change of a sound text; a change that is taken is said, too.
fn said<T: Written>(file: &str, sound: &str, changes: &[(&str, &str)]) -> String {
    let parse = |text: String| Document::<T>::parse(Path::new(file), text);
    if let Err(error) = parse(sound.to_owned()) {
        panic!("{error}");
    }
    let mut said = String::new();
    for (old, new) in changes {
        assert!(sound.contains(old), "{old}");
        let change = format!("{} -> {}", old.escape_debug(), new.escape_debug());
        let answer = match parse(sound.replacen(old, new, 1)) {
            Ok(_) => "TAKEN".to_owned(),
            Err(error) => error.to_string(),
        };
        said.push_str(&format!("# {change}\n{answer}\n\n"));
    }
    said
}

#[test]
fn evaluations() {
    insta::assert_snapshot!(said::<Evaluation>(
        "own.yaml",
        EVALUATION,
        &[
            ("threads: 2", "thread: 2"),
            ("threads: 2", "threads: 2\nthreads: 3"),
            ("threads: 2", "threads: many"),
            ("threads: 2", "threads: -1"),
            ("threads: 2", "threads: 1.5"),
            ("suites: [own]", "suites: own"),
            ("suites: [own]\n", ""),
            ("  - at_least:", "  - at_leats:"),
            ("where: every_dataset", "where: everywhere"),
            ("margin: 0.005", "margin: small"),
            ("margin: 0.005", "marign: 0.005"),
            ("margin: 0.005", "keeps: 1.5"),
            ("margin: 0.005", "keeps: mlperf_98"),
            ("margin: 0.005", "keeps: mlperf_99_9"),
            ("value: 200 MiB", "value: 200 MB2"),
            ("measurement: peak_memory", "measurement: peak_memroy"),
            ("scenario: single_stream", "scenario: server"),
            ("batch_sizes: [1, 32]", "batch_sizes: [1, big]"),
            ("  - model: own", "  - model: {model: own}"),
            ("variants: [fp32, int8]", "variants: [fp32, int8"),
            ("summary: A model", "summary: \"A model"),
            ("models:\n", "models:\n\t"),
        ]
    ));
}

/// What is said of fields on lines of their own, where the place that the parser gives is not that of
/// the field that lacks something.
#[test]
fn blocks() {
    const HEAD: &str = "evaluation: own\nsuites: [own]\nmodels:\n  - model: own\n";
    const ONE: &str = "gates:\n  - at_least:\n      metric: auroc\n      value: 0.9\n";
    let sound = format!("{HEAD}{ONE}");
    insta::assert_snapshot!(said::<Evaluation>(
        "own.yaml",
        &sound,
        &[
            ("      value: 0.9\n", ""),
            ("value: 0.9", "value:"),
            ("value: 0.9", "value: [0.9]"),
            ("value: 0.9", "value: .inf"),
            ("value: 0.9", "value: many"),
            ("value: 0.9", "value: -5 MiB"),
            ("value: 0.9", "value: 1e308 GiB"),
            ("value: 0.9", "value: 0.9\n      where: dataset"),
            ("value: 0.9", "value: 0.9\n      where: []"),
            ("value: 0.9", "value: 0.9\n      batch_size: 4294967296"),
            (
                "value: 0.9",
                "value: 0.9\n    at_most: {metric: auroc, value: 1}"
            ),
            ("value: 0.9", "value: *other"),
            ("value: 0.9", "value: @home"),
            ("value: 0.9", "value: 0.9\n        by: value"),
            ("  - at_least:\n", "  - at_least\n  -\n"),
            (ONE, "gates:\n"),
            (ONE, "gates:\n  -\n"),
            (ONE, "gates:\n  - {}\n"),
            (ONE, "gates:\n  - 3\n"),
            (
                ONE,
                "gates:\n  - no_worse_than_reference: {metric: auroc}\n"
            ),
            (
                ONE,
                "gates:\n  - no_worse_than_reference:\n      metric: auroc\n"
            ),
            (ONE, "gates:\n  at_least: {metric: auroc, value: 1}\n"),
            ("evaluation: own", "evaluation:"),
            ("suites: [own]", "suites: [own, [two]]"),
            (ONE, "...\nmore: 1\n"),
            ("evaluation: own", "%YAML 3.0\n---\nevaluation: own"),
        ]
    ));
}

#[test]
fn suites() {
    insta::assert_snapshot!(said::<Suite>(
        "suite.yaml",
        SUITE,
        &[
            ("  - auroc", "  - aurok"),
            ("  - ece: {bins: 15}", "  - ece: {bin: 15}"),
            ("  - ece: {bins: 15}", "  - ece"),
            (
                "  - substitutions: {rate: 0.1}",
                "  - substitution: {rate: 0.1}"
            ),
            (
                "  - substitutions: {rate: 0.1}",
                "  - substitutions: {rate: often}"
            ),
            (
                "  binary: {positive: site, negative: decoy}",
                "  binary: {positive: site}"
            ),
            (
                "  binary: {positive: site, negative: decoy}",
                "  ternary: {positive: site}"
            ),
            ("  binary: {positive: site, negative: decoy}", "  binary"),
            (
                "  binary: {positive: site, negative: decoy}",
                "  labels: [ctcf, dnase]"
            ),
            (
                "  binary: {positive: site, negative: decoy}",
                "  labels: {labels: ctcf}"
            ),
            (
                "negative: decoy}",
                "negative: decoy}\n  positions: {background: none, sites: [site]}"
            ),
            ("  - auroc", "  - auroc: {bins: 3}"),
            ("  - dataset: near", "  - near"),
            ("  - dataset: near", "  - distance: near"),
            ("{rate: 0.1}", "{rate: 10%}"),
            ("{rate: 0.1}", "{rate: 0.1, rate: 0.2}"),
            ("  - substitutions: {rate: 0.1}", "  - reverse_complement"),
            (
                "  - substitutions: {rate: 0.1}",
                "  - reverse_complement: {target: gone}"
            ),
            ("task: own-site\n", ""),
            ("split: test", "split: [test]"),
            ("split: test", "split:\n  test: 1"),
            ("  - auroc", "  - tpr_at_fpr: {fpr: 2}"),
            ("  - auroc", "  - tpr_at_fpr: {fpr: 0.0001}"),
            ("  - auroc", "  - coverage_at_risk"),
            ("split: test", "split: test\nstrata: gc"),
            ("split: test", "split: test\nrecalibrate: [platts]"),
            (
                "split: test",
                "split: test\ndetect_out_of_distribution: always"
            ),
            (
                "split: test",
                "out_of_distribution:\n  - {dataset: far, shift: another lab}\nsplit: test"
            ),
            (
                "split: test",
                "split: test\nladders:\n  - {ladder: l, shift: species, steps: near}"
            ),
            (
                "split: test",
                "split: test\nladders:\n  - {ladder: l, shift: species, steps: [near, {dataset: far}]}"
            ),
            (
                "split: test",
                "split: test\nladders:\n  - {ladder: l, steps: [near, {dataset: far, distance: -1}]}"
            ),
            (
                "split: test",
                "split: test\nladders:\n  - {ladder: l, dataset: near, by: gc, strata: 2}"
            ),
        ]
    ));
}

#[test]
fn models() {
    insta::assert_snapshot!(said::<ModelSpec>(
        "model.yaml",
        MODEL,
        &[
            ("window: {start: 0, end: 5}", "window: {start: 0, stop: 5}"),
            ("window: {start: 0, end: 5}", "window: {start: -1, end: 5}"),
            ("layout: length_channels", "layout: channels_last"),
            ("kind: binary", "kind: ternary"),
            ("backend: onnx", "backend: pickle"),
            (
                "backend: onnx",
                "backend: onnx\n    onnx: {optimisation: all}"
            ),
            (
                "backend: onnx",
                "backend: onnx\n    onnx: {execution_provider: gpu}"
            ),
            (
                "backend: onnx",
                "backend: process\n    process: {command: [sh], files_complete: mostly}"
            ),
            (
                "backend: onnx",
                "backend: process\n    process: {command: [sh], ignore: logs}"
            ),
            (
                "backend: onnx",
                "backend: process\n    process: {command: [sh], ignores: [logs]}"
            ),
            ("bytes: 1", "bytes: few"),
            ("chromosomes: all", "chromosomes: 7"),
            ("complete: true", "complete: perhaps"),
            ("reference: fp32\n", ""),
            ("threshold: 0.5", "treshold: 0.5"),
            ("threshold: 0.5", "thresholds: {ctcf: 1.5}"),
            ("threshold: 0.5", "thresholds: [0.5]"),
        ]
    ));
}

/// What may be a secret is not repeated.
#[test]
fn servers() {
    let http = |options: &str| {
        let server = "http: {url: 'https://models.example.org', model: own";
        format!("backend: http\n    {server}{options}}}")
    };
    let mistakes = [
        http(", modle: own"),
        http(", request_s: soon"),
        http(", headers: {Authorization: Bearer sesame}"),
        http(", headers: {Authorization: {env: TOKEN, value: sesame}}"),
        http(", headers: {Authorization: [sesame]}"),
        http(", headers: {Authorization: 5371}"),
        http(", headers: {Authorization: {prefix: sesame}}"),
        http(", headers: 'Authorization: sesame'"),
        http(", headers: [sesame]"),
        http(", modle: own").replace("models.", "me:sesame@models."),
    ];
    let changes: Vec<(&str, &str)> = mistakes
        .iter()
        .map(|mistake| ("backend: onnx", mistake.as_str()))
        .collect();
    let said = said::<ModelSpec>("model.yaml", MODEL, &changes);
    let mut answers = said.lines().filter(|line| !line.starts_with('#'));
    assert!(
        answers.all(|line| !line.contains("sesame") && !line.contains("5371")),
        "{said}"
    );
    insta::assert_snapshot!(said);
}

#[test]
fn inputs_and_outputs() {
    const WINDOW: &str = "window: {start: 0, end: 5}";
    const ONE_HOT: &str = "one_hot: {alphabet: ACGT, layout: length_channels, other: zeros}";
    const OUTPUT: &str = "{kind: binary, activation: none}";
    insta::assert_snapshot!(said::<ModelSpec>(
        "model.yaml",
        MODEL,
        &[
            (WINDOW, "length: {bases: 5, shorter: pad}"),
            (WINDOW, "length: {bases: 5, long: crop_left}"),
            (WINDOW, "length: 5"),
            ("other: zeros", "other: none"),
            (WINDOW, "iupac: to_x"),
            (WINDOW, "reverse_complement: true"),
            (WINDOW, "also: [{tensor: mask, holds: masks}]"),
            (WINDOW, "also: [{tensor: mask, holds: each}]"),
            (WINDOW, "also: [{tensor: mask, holds: mask, type: f16}]"),
            (ONE_HOT, "letters: as_they_are"),
            (ONE_HOT, "tokens: {unit: overlapping_kmer}"),
            (ONE_HOT, "tokens: {unit: {overlapping_kmer: {k: six}}}"),
            (ONE_HOT, "tokens: {unit: {bpe: {}}}"),
            (ONE_HOT, "tokens: {kmers: 6}"),
            (
                ONE_HOT,
                "tokens: {unit: bpe, length: {tokens: 512, pad_to: batch}}"
            ),
            (OUTPUT, "{kind: binary, activation: none, pooling: median}"),
            (
                OUTPUT,
                "{kind: binary, activation: none, scale: {factor: 2}}"
            ),
            (OUTPUT, "{kind: binary, activation: none, head: linear}"),
            (OUTPUT, "{kind: binary, activation: none, positions: 5}"),
        ]
    ));
}

#[test]
fn datasets() {
    insta::assert_snapshot!(said::<Dataset>(
        "dataset.yaml",
        DATASET,
        &[
            ("kind: windows", "kind: window"),
            ("  label: label", "  lable: label"),
            ("  label: label", "  labels: ctcf"),
            ("  label: label", "  labels: {ctcf: [a, b]}"),
            ("  label: label", "  label_list: [ctcf]"),
            ("classes: [site, decoy]", "classes: {site: 1}"),
            ("splits: {test: 2}", "splits: {test: two}"),
            ("file: {path: windows.tsv, ", "file: {"),
            ("organism: Homo sapiens\n", ""),
            ("  label: label", "  label: label\n  clusters: locus"),
            ("  label: label", "  label: label\n  clusters: none"),
        ]
    ));
}

#[test]
fn files_that_are_no_documents() {
    let of =
        |text: &str| match Document::<Evaluation>::parse(Path::new("own.yaml"), text.to_owned()) {
            Ok(_) => "TAKEN".to_owned(),
            Err(error) => error.to_string(),
        };
    let deep = format!("evaluation: {}1{}", "[".repeat(5000), "]".repeat(5000));
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let before = level - 1;
        let list = vec![format!("*a{before}"); 9].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{list}]\n"));
    }
    bomb.push_str("evaluation: *a8\n");
    let said: Vec<String> = [
        "",
        "\n",
        "# nothing\n",
        "just words",
        "- a\n- b\n",
        "{}",
        "a: 1\n---\nb: 2\n",
        "%PDF-1.7\u{0}\u{1}",
    ]
    .map(|text| format!("# {}\n{}", text.escape_debug(), of(text)))
    .into_iter()
    .collect();
    insta::assert_snapshot!(said.join("\n\n"));
    // Texts are where aliases may repeat: a thousand million letters from a short file.
    let repeated = format!(
        "evaluation: &a {}\nsuites: [{}]\n",
        "x".repeat(10_000),
        vec!["*a"; 100_000].join(", ")
    );
    let maps = format!("evaluation: {}1{}", "{a: ".repeat(5000), "}".repeat(5000));
    for text in [deep, bomb, repeated, maps] {
        let said = of(&text);
        assert!(said.starts_with("own.yaml:"), "{said}");
        assert!(said.contains("help: "), "{said}");
        assert!(said.len() < 1500, "{}", said.len());
    }
}

#[test]
fn files_that_are_no_text() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.yaml");
    std::fs::write(&path, b"evaluation: \xff\xfe\n").unwrap();
    let said = Document::<Evaluation>::read(&path).unwrap_err().to_string();
    assert!(
        said.contains("own.yaml")
            && said.contains("help: check the path, and that it is a YAML file"),
        "{said}"
    );
    let said = Document::<Evaluation>::read(folder.path())
        .unwrap_err()
        .to_string();
    assert!(said.contains("cannot be read"), "{said}");
}

const TABLE: &str = "model: m
summary: s
tasks: [t]
output: {kind: binary, activation: none, meaning: ranking}
variants:
  - variant: table
    backend: predictions
    precision: unknown
    predictions:
      place: {chromosome: chrom, position: pos, one_based: true}
      score: score
      direction: -1
    files: {scores: {path: scores.csv, digest: \"sha256:0\", bytes: 1}}
reference: table
";

#[test]
fn tables_of_predictions() {
    insta::assert_snapshot!(said::<ModelSpec>(
        "model.yaml",
        TABLE,
        &[
            ("direction: -1", "direction: 2"),
            ("direction: -1", "direction: down"),
            ("score: score", "score: [a, b]"),
            ("score: score", "scores: score"),
            (", one_based: true", ""),
            ("chromosome: chrom", "chrom: chrom"),
            ("meaning: ranking", "meaning: logits"),
        ]
    ));
}

/// The parser's own limits, in plain words.
#[test]
fn limits_of_yaml() {
    let list = |item: &dyn Fn(usize) -> String, number: usize| {
        let items: Vec<String> = (0..number).map(item).collect();
        EVALUATION.replace("suites: [own]", &format!("suites: [{}]", items.join(",")))
    };
    let cases = [
        (
            list(&|number| format!("s{number}"), 260_000),
            "more than 250000 values",
        ),
        (
            list(&|number| format!("&a{number} s"), 60_000),
            "more than 50000 anchors",
        ),
        (
            list(
                &|number| if number == 0 { "&a s" } else { "*a" }.to_owned(),
                60_000,
            ),
            "aliases, as in `*name`, repeat too much",
        ),
        (
            format!("{EVALUATION}controls: {}\n", "[".repeat(3000)),
            "nested too deeply",
        ),
    ];
    for (text, expected) in cases {
        let said = Document::<Evaluation>::parse(Path::new("own.yaml"), text).unwrap_err();
        assert!(said.message.contains(expected), "{}", said.message);
        assert!(!said.cure.is_empty() && said.to_string().len() < 1000);
    }
}

#[test]
fn a_file_that_does_not_end_is_no_description() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.yaml");
    std::fs::write(&path, format!("{EVALUATION}#{}\n", "c".repeat(16_000_000))).unwrap();
    let said = Document::<Evaluation>::read(&path).unwrap_err();
    assert_eq!(said.message, "has more than 16 MB");
}

#[test]
fn all_fields_that_are_missing_are_said_at_once() {
    let text = "dataset: near\nkind: windows\n".to_owned();
    let said = Document::<Dataset>::parse(Path::new("dataset.yaml"), text).unwrap_err();
    assert_eq!(
        said.message,
        "the fields `summary`, `organism`, `assembly`, `licence` are missing"
    );
    let one = DATASET.replace("organism: Homo sapiens\n", "");
    let said = Document::<Dataset>::parse(Path::new("dataset.yaml"), one).unwrap_err();
    assert_eq!(said.message, "the field `organism` is missing");
}
