//! Token numbers are the ones that others' tokenizers make, and graphs that are fed by several names give
//! what they give elsewhere (`fixtures/tokens/make.py`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use titer_adaptors::{Adaptor, Encoded, Values};
use titer_backends::{LoadOptions, load};
use titer_core::{Model, Query, Sequence};
use titer_spec::{Document, ModelSpec};

use crate::fixtures::{self, fixture, library};

#[derive(Deserialize)]
struct Fixture {
    length: usize,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    sequence: String,
    overlapping: Vec<i64>,
    overlapping_fit: Fit,
    rest: Vec<i64>,
    rest_fit: Fit,
    bpe: Vec<i64>,
    bpe_fit: Fit,
}

#[derive(Deserialize)]
struct Fit {
    input_ids: Vec<i64>,
    attention_mask: Vec<i64>,
    token_type_ids: Option<Vec<i64>>,
}

fn cases() -> Fixture {
    let text = std::fs::read_to_string(fixture("tokens/tokens.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// All k-mers in the order of the published vocabularies.
fn kmers(k: usize) -> Vec<String> {
    (0..4_usize.pow(k as u32))
        .map(|number| {
            let base = |place: usize| b"ATCG"[number / 4_usize.pow(place as u32) % 4];
            (0..k).rev().map(|place| char::from(base(place))).collect()
        })
        .collect()
}

struct Kind {
    unit: &'static str,
    named: &'static str,
    pad: &'static str,
    vocabulary: Vec<String>,
}

fn dnabert(k: usize) -> Kind {
    let special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"].map(str::to_owned);
    Kind {
        unit: if k == 6 {
            "{overlapping_kmer: {k: 6}}"
        } else {
            "{overlapping_kmer: {k: 3}}"
        },
        named: "begin: \"[CLS]\", end: \"[SEP]\", unknown: \"[UNK]\",",
        pad: "[PAD]",
        vocabulary: special.into_iter().chain(kmers(k)).collect(),
    }
}

fn nucleotide_transformer() -> Kind {
    let special = ["<unk>", "<pad>", "<mask>", "<cls>"].map(str::to_owned);
    let bases = ["A", "T", "C", "G", "N"].map(str::to_owned);
    let vocabulary: Vec<String> = special.into_iter().chain(kmers(6)).chain(bases).collect();
    assert_eq!(vocabulary.len(), 4105);
    Kind {
        unit: "{kmer_and_rest: {k: 6}}",
        named: "begin: <cls>, unknown: <unk>,",
        pad: "<pad>",
        vocabulary,
    }
}

fn bpe() -> Kind {
    Kind {
        unit: "bpe",
        named: "",
        pad: "[PAD]",
        vocabulary: Vec::new(),
    }
}

fn document(input: &str, output: &str) -> ModelSpec {
    let text = format!(
        "model: fixture
summary: A fixture.
tasks: [test]
input: {input}
output: {output}
variants:
  - {{variant: onnx, backend: onnx, precision: fp32, files: {{model: {{path: a, digest: b, bytes: 0}}}}}}
reference: onnx
"
    );
    Document::<ModelSpec>::parse(Path::new("fixture.yaml"), text)
        .unwrap()
        .value
}

const ALSO: &str =
    "also: [{tensor: attention_mask, holds: mask}, {tensor: token_type_ids, holds: zeros}]";

impl Kind {
    fn files(&self, folder: &Path) -> BTreeMap<String, PathBuf> {
        if self.vocabulary.is_empty() {
            return [("tokenizer".to_owned(), fixture("tokens/tokenizer.json"))].into();
        }
        let path = folder.join("vocab.txt");
        std::fs::write(&path, self.vocabulary.join("\n") + "\n").unwrap();
        [("vocabulary".to_owned(), path)].into()
    }

    fn adaptor(&self, length: &str) -> Adaptor {
        let folder = tempfile::tempdir().unwrap();
        let input = format!(
            "{{tensor: input_ids, tokens: {{unit: {}, {} pad: {:?}, length: {length}}}, {ALSO}}}",
            self.unit, self.named, self.pad
        );
        let spec = document(&input, "{kind: binary, activation: sigmoid}");
        Adaptor::new(&spec.input, &spec.output, &self.files(folder.path())).unwrap()
    }
}

fn encode(adaptor: &Adaptor, texts: &[&str]) -> Encoded {
    let sequences: Vec<Sequence> = texts
        .iter()
        .map(|text| Sequence::new(text).unwrap())
        .collect();
    let queries: Vec<Query<'_>> = sequences.iter().map(Query::from).collect();
    adaptor.encode(&queries).unwrap()
}

fn numbers(encoded: &Encoded, feed: usize) -> &[i64] {
    match &encoded.feeds[feed].values {
        Values::I64(numbers) => numbers,
        other => panic!("{other:?}"),
    }
}

/// Whole, one at a time; then filled up and cropped to the length, all in a batch.
fn held(kind: &Kind, whole: impl Fn(&Case) -> &[i64], fit: impl Fn(&Case) -> &Fit) {
    let fixture = cases();
    let longest = kind.adaptor("{tokens: 100000, shorter: pad_right, pad_to: longest}");
    for case in &fixture.cases {
        let encoded = encode(&longest, &[&case.sequence]);
        assert_eq!(numbers(&encoded, 0), whole(case), "{}", case.sequence);
        assert_eq!(encoded.truncated, [false]);
    }
    let length = fixture.length;
    let fixed = kind.adaptor(&format!(
        "{{tokens: {length}, shorter: pad_right, longer: crop_right}}"
    ));
    let texts: Vec<&str> = fixture
        .cases
        .iter()
        .map(|case| case.sequence.as_str())
        .collect();
    let encoded = encode(&fixed, &texts);
    let rows = (0..3).map(|feed| numbers(&encoded, feed).chunks(length));
    let [ids, masks, types] = <[_; 3]>::try_from(rows.collect::<Vec<_>>()).unwrap();
    let mut truncated = 0;
    for (index, (((case, ids), mask), types)) in fixture
        .cases
        .iter()
        .zip(ids)
        .zip(masks)
        .zip(types)
        .enumerate()
    {
        let expected = fit(case);
        assert_eq!(ids, expected.input_ids, "{}", case.sequence);
        assert_eq!(mask, expected.attention_mask, "{}", case.sequence);
        if let Some(expected) = &expected.token_type_ids {
            assert_eq!(types, expected);
        }
        let lost = whole(case).len() > length;
        assert_eq!(encoded.truncated[index], lost, "{}", case.sequence);
        truncated += usize::from(lost);
    }
    assert!((1..fixture.cases.len()).contains(&truncated), "{truncated}");
}

#[test]
fn overlapping_kmers_are_dnaberts() {
    held(
        &dnabert(6),
        |case| &case.overlapping,
        |case| &case.overlapping_fit,
    );
}

#[test]
fn kmers_and_the_rest_are_the_nucleotide_transformers() {
    held(
        &nucleotide_transformer(),
        |case| &case.rest,
        |case| &case.rest_fit,
    );
}

#[test]
fn byte_pairs_are_what_the_tokenizers_package_makes() {
    held(&bpe(), |case| &case.bpe, |case| &case.bpe_fit);
}

#[derive(Deserialize)]
struct Answers {
    bert_like: Vec<OfBert>,
    recurrent: Vec<OfRecurrent>,
}

#[derive(Deserialize)]
struct OfBert {
    sequence: String,
    truncated: bool,
    probabilities: Vec<f64>,
    pooled: BTreeMap<String, Vec<f64>>,
}

#[derive(Deserialize)]
struct OfRecurrent {
    sequence: String,
    probability: f64,
}

fn answers() -> Answers {
    let text = std::fs::read_to_string(fixture("tokens/answers.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn model(input: &str, output: &str, files: &BTreeMap<String, PathBuf>) -> Box<dyn Model> {
    let spec = document(input, output);
    let library = library();
    let options = LoadOptions {
        runtime: Some(&library),
        ..LoadOptions::default()
    };
    load(&spec, &spec.variants[0], files, &options).unwrap()
}

/// What a model gives for these sequences in batches of 7, and how many it says lost something.
fn given<'a>(model: &mut dyn Model, texts: impl Iterator<Item = &'a str>) -> (Vec<Vec<f64>>, u64) {
    let sequences: Vec<Sequence> = texts.map(|text| Sequence::new(text).unwrap()).collect();
    let outputs = fixtures::predict(&mut *model, &sequences[..0]);
    assert!(outputs.is_empty());
    let outputs = sequences
        .chunks(7)
        .flat_map(|batch| fixtures::predict(&mut *model, batch))
        .map(|output| output.numbers().to_vec())
        .collect();
    (outputs, model.truncated())
}

fn assert_close(found: &[f64], expected: &[f64], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (found, expected) in found.iter().zip(expected) {
        let distance = (found - expected).abs();
        assert!(distance < 1e-6, "{what}: {found} is not {expected}");
    }
}

fn bert(output: &str, also: &str) -> Box<dyn Model> {
    let folder = tempfile::tempdir().unwrap();
    let kind = dnabert(3);
    let mut files = kind.files(folder.path());
    files.insert("model".to_owned(), fixture("tokens/bert-like.onnx"));
    files.insert("head".to_owned(), fixture("tokens/head.safetensors"));
    let input = format!(
        "{{tensor: input_ids, tokens: {{unit: {}, {} pad: \"[PAD]\", length: {{tokens: 64, shorter: pad_right, longer: crop_right}}}}, {also}}}",
        kind.unit, kind.named
    );
    model(&input, output, &files)
}

#[test]
fn a_graph_of_tokens_mask_and_types_gives_what_it_gives_in_python() {
    let answers = answers().bert_like;
    let texts = || answers.iter().map(|answer| answer.sequence.as_str());
    let lost = answers.iter().filter(|answer| answer.truncated).count() as u64;
    let classes = "{kind: classes, classes: [no, yes], activation: softmax, tensor: logits}";
    let mut model = bert(classes, ALSO);
    let (found, truncated) = given(&mut *model, texts());
    assert_eq!(truncated, lost);
    // The next cell counts its own.
    model.begin();
    assert_eq!(model.truncated(), 0);
    assert!(lost > 0 && lost < answers.len() as u64);
    for (found, answer) in found.iter().zip(&answers) {
        assert_close(found, &answer.probabilities, &answer.sequence);
    }
    for (index, name) in ["no", "yes"].into_iter().enumerate() {
        let binary = format!(
            "{{kind: binary, classes: [no, yes], positive: {name}, activation: softmax, tensor: logits}}"
        );
        let (found, _) = given(&mut *bert(&binary, ALSO), texts());
        for (found, answer) in found.iter().zip(&answers) {
            assert_close(found, &answer.probabilities[index..=index], name);
        }
    }
    // Without a token that counts the graph divides by zero: it was the mask that it read.
    let no_mask = ALSO.replace("holds: mask", "holds: zeros");
    let (found, _) = given(&mut *bert(classes, &no_mask), texts());
    assert!(found.iter().flatten().all(|value| !value.is_finite()));
}

#[test]
fn pooled_vectors_and_a_head_are_what_numpy_makes_of_them() {
    let answers = answers().bert_like;
    for how in ["mean", "max", "first", "last"] {
        let output = format!(
            "{{kind: classes, classes: [no, yes], activation: softmax, tensor: hidden, pooling: {how}, head: {{weight: weight, bias: bias}}}}"
        );
        let texts = answers.iter().map(|answer| answer.sequence.as_str());
        let (found, _) = given(&mut *bert(&output, ALSO), texts);
        for (found, answer) in found.iter().zip(&answers) {
            assert_close(found, &answer.pooled[how], how);
        }
    }
}

/// What packs its sequences is told their lengths; what is cut away counts.
#[test]
fn a_recurrent_graph_is_told_lengths() {
    let answers = answers().recurrent;
    let files = [("model".to_owned(), fixture("tokens/lengths.onnx"))].into();
    let input = "{tensor: sequence, one_hot: {alphabet: ACGU, layout: length_channels, other: zeros}, length: {bases: 40, shorter: pad_right, longer: crop_right}, also: [{tensor: lengths, holds: lengths}]}";
    let mut model = model(input, "{kind: binary, activation: sigmoid}", &files);
    let texts = answers.iter().map(|answer| answer.sequence.as_str());
    let (found, truncated) = given(&mut *model, texts);
    for (found, answer) in found.iter().zip(&answers) {
        assert_close(found, &[answer.probability], &answer.sequence);
    }
    let lost = answers.iter().filter(|answer| answer.sequence.len() > 40);
    assert_eq!(truncated, lost.count() as u64);
}

/// What a graph says of both strands, apart and together.
#[test]
fn both_strands_are_the_mean_of_each() {
    const INPUT: &str = "window: {start: 1, end: 6}, one_hot: {alphabet: ACGT, layout: length_channels, other: zeros}";
    for (graph, output) in [
        ("dense", "{kind: binary, activation: none}"),
        (
            "per-position",
            "{kind: per_position, classes: [a, b, c], activation: none}",
        ),
    ] {
        let files = [("model".to_owned(), fixture(&format!("{graph}.onnx")))].into();
        let mut one = model(&format!("{{{INPUT}}}"), output, &files);
        let both = format!("{{{INPUT}, reverse_complement: average}}");
        let mut both = model(&both, output, &files);
        // The window is not in the middle: the other strand of the same bases starts elsewhere.
        let sequences = fixtures::sequences(9, 11);
        let turned: Vec<Sequence> = sequences
            .iter()
            .map(|sequence| {
                let bases = std::str::from_utf8(&sequence.letters()[1..6]).unwrap();
                let other = Sequence::new(bases).unwrap().reverse_complement();
                Sequence::new(&format!("A{other}")).unwrap()
            })
            .collect();
        let given = fixtures::predict(&mut *one, &sequences);
        let other = fixtures::predict(&mut *one, &turned);
        let mean = fixtures::predict(&mut *both, &sequences);
        let mut differs = 0.0_f64;
        for ((given, other), mean) in given.iter().zip(&other).zip(&mean) {
            let classes = given.classes();
            let rows = other.numbers().chunks(classes).rev().flatten();
            for ((given, other), mean) in given.numbers().iter().zip(rows).zip(mean.numbers()) {
                assert!(((given + other) / 2.0 - mean).abs() < 1e-6, "{graph}");
                differs = differs.max((given - other).abs());
            }
        }
        assert!(differs > 1e-3, "{graph}: {differs}");
    }
}
