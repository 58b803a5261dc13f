//! A model that reads tokens, mask and types, through the whole program: what is checked, what it predicts,
//! what is said of the examples that it could not read whole.

use std::collections::BTreeMap;

use crate::helpers::world::{SUITE, World, repository};
use titer_core::Outcome;
use titer_store::RunFolder;

const MODEL: &str = "\
model: own
summary: Like BERT, and tiny.
tasks: [own-site]
input:
  tensor: input_ids
  tokens:
    unit: {overlapping_kmer: {k: 3}}
    begin: \"[CLS]\"
    end: \"[SEP]\"
    pad: \"[PAD]\"
    unknown: \"[UNK]\"
    length: {tokens: 64, shorter: pad_right, longer: crop_right}
  also:
    - {tensor: attention_mask, holds: mask}
    - {tensor: token_type_ids, holds: zeros}
output: {kind: binary, classes: [no, yes], positive: yes, activation: softmax, tensor: logits}
training: {seen: [], complete: true, description: never trained}
licence: {weights: MIT}
variants:
  - {variant: onnx, backend: onnx, precision: fp32, files: {model: MODEL, vocabulary: VOCABULARY}}
reference: onnx
";

/// What onnxruntime said in Python: sequence, whether it was cropped, the probability of the second class.
fn answers() -> Vec<(String, bool, f64)> {
    let path = repository().join("harness/backends/fixtures/tokens/answers.json");
    let text = std::fs::read_to_string(path).unwrap();
    let all: serde_json::Value = serde_json::from_str(&text).unwrap();
    let answer = |one: &serde_json::Value| {
        (
            one["sequence"].as_str().unwrap().to_owned(),
            one["truncated"].as_bool().unwrap(),
            one["probabilities"][1].as_f64().unwrap(),
        )
    };
    all["bert_like"]
        .as_array()
        .unwrap()
        .iter()
        .map(answer)
        .collect()
}

fn vocabulary() -> String {
    let bases = || "ATCG".chars();
    let kmers = bases().flat_map(|one| {
        bases().flat_map(move |two| bases().map(move |three| format!("{one}{two}{three}")))
    });
    let special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"].map(str::to_owned);
    special
        .into_iter()
        .chain(kmers)
        .fold(String::new(), |text, token| text + &token + "\n")
}

fn world() -> World {
    let world = World::new();
    let from = repository().join("harness/backends/fixtures/tokens/bert-like.onnx");
    std::fs::copy(from, world.path("models/own/bert-like.onnx")).unwrap();
    world.write("models/own/vocab.txt", &vocabulary());
    let text = MODEL
        .replace("MODEL", &world.entry("models/own/bert-like.onnx"))
        .replace("VOCABULARY", &world.entry("models/own/vocab.txt"));
    world.write("models/own/model.yaml", &text);
    for name in ["near", "far"] {
        let mut table =
            "id\tsequence\tlabel\tchromosome\tposition\tstrand\tgene\tlocus\tsplit\n".to_owned();
        for (index, (sequence, _, _)) in answers().iter().enumerate() {
            let label = ["site", "decoy"][index % 2];
            let split = if index % 8 == 0 { "tuning" } else { "test" };
            table.push_str(&format!(
                "{name}:{index}\t{sequence}\t{label}\t1\t{index}\t+\tg{index}\tl{index}\t{split}\n"
            ));
        }
        world.table(name, &table, answers().len());
    }
    let suite = SUITE.replace("  - reverse_complement: {target: destroyed}\n", "");
    world.write("suites/own.yaml", &suite);
    world.replace(
        "own.yaml",
        "value: 0.2",
        "value: 0.01, by: value, covers: {variants: [onnx]}",
    );
    world
}

#[test]
fn tokens_from_a_descriptor_to_a_report() {
    let world = world();
    let said = world
        .titer(&["models", "check", "models/own/model.yaml"])
        .expect(0);
    for part in [
        "69 bases (dataset near) become input_ids: i64 [1, 64]: 2 [CLS], 58 GTT",
        "become attention_mask: i64 [1, 64]: 1, 1, 1",
        "become token_type_ids: i64 [1, 64]: 0, 0, 0",
    ] {
        assert!(said.out.contains(part), "{part} is not in\n{}", said.out);
    }
    world.titer(&["run", "own.yaml"]).expect(0);
    let folder = RunFolder::at(&world.path("runs/own"));
    let plan = folder.read_manifest().unwrap().plan;
    let expected: Vec<_> = answers();
    let cell = |dataset: &str| {
        let found = plan.cells.iter().find(|cell| {
            cell.case.dataset == dataset && cell.case.is_clean() && cell.case.split == "test"
        });
        found.unwrap().key
    };
    let predictions = folder.read_predictions(&cell("near")).unwrap();
    assert!(predictions.len() > 30);
    let mut lost = 0;
    for prediction in &predictions {
        let index: usize = prediction
            .id
            .strip_prefix("near:")
            .unwrap()
            .parse()
            .unwrap();
        let (sequence, truncated, probability) = &expected[index];
        let Outcome::Predicted(output) = &prediction.outcome else {
            panic!("{sequence}")
        };
        let distance = (output.numbers()[0] - probability).abs();
        assert!(distance < 1e-6, "{sequence}: {distance}");
        lost += u64::from(*truncated);
    }
    let record = folder.read_cell_record(&cell("near")).unwrap().unwrap();
    assert_eq!(record.truncated, lost);
    assert!(lost > 0);
    let report = world.read("runs/own/report.html");
    let of = format!("{lost} of {} examples", predictions.len());
    assert!(report.contains(&format!("{of} cropped")), "{of}");
    assert!(report.contains("The model takes fewer bases than some sequences have"));
    let json: BTreeMap<String, serde_json::Value> =
        serde_json::from_str(&world.read("runs/own/report.json")).unwrap();
    let cells = json["cells"].as_array().unwrap();
    assert!(cells.iter().any(|cell| cell["truncated"] == lost));
}

/// What is wrong with a descriptor is said before anything runs, with its line and the cure.
#[test]
fn what_cannot_be_fed_is_told_before_work_starts() {
    for (old, new, says, line) in [
        ("crop_right", "refuse", "the model takes 64", 12),
        ("    pad: \"[PAD]\"\n", "", "`tokens.pad` is not named", 11),
        (
            "\"[SEP]\"",
            "\"[END]\"",
            "`[END]`, which the vocabulary lacks",
            9,
        ),
        ("{k: 3}", "{k: 4}", "lacks `AAAA`", 7),
        ("{k: 3}", "{k: 3, j: 1}", "`j`", 7),
        ("shorter: pad_right, ", "", "say what becomes of it", 12),
        (
            "  tokens:\n",
            "  letters: as_is\n  tokens:\n",
            "exactly one of",
            5,
        ),
        ("vocabulary: {", "words: {", "vocabulary", 20),
    ] {
        let world = world();
        world.replace("models/own/model.yaml", old, new);
        let said = world.titer(&["run", "own.yaml"]).expect(2);
        let all = said.out + &said.err;
        assert!(all.contains(says), "{new}: {says} is not in\n{all}");
        let place = format!("model.yaml:{line}:");
        assert!(all.contains(&place), "{new}: {place} is not in\n{all}");
        assert!(!world.path("runs/own/cells").exists(), "{new}");
    }
}

/// An error of input or output stands at its own field, whole, with the cure beside it.
#[test]
fn every_error_points_at_its_field_and_has_a_cure() {
    let head = "classes: [no, yes], positive: yes, ";
    let mut all = String::new();
    for (old, new) in [
        (head, ""),
        ("positive: yes", "positive: maybe"),
        (
            "kind: binary, classes: [no, yes], positive: yes",
            "kind: classes",
        ),
        (
            "tensor: logits",
            "tensor: logits, positions: {start: 0, end: 3}",
        ),
        (
            "token_type_ids, holds: zeros",
            "attention_mask, holds: zeros",
        ),
        ("  tensor: input_ids\n", ""),
        ("tokens: 64", "tokens: 2"),
    ] {
        let world = world();
        world.replace("models/own/model.yaml", old, new);
        let said = world
            .titer(&["models", "check", "models/own/model.yaml"])
            .expect(2);
        all += &said.err;
        all += "\n";
    }
    insta::assert_snapshot!("adaptor_errors", all);
}

#[test]
fn a_vocabulary_that_repeats_a_token_is_named_with_its_line() {
    let world = world();
    let again = vocabulary().replace("TTT\n", "AAA\n");
    world.write("models/own/vocab.txt", &again);
    let text = world.read("models/own/model.yaml");
    let (before, after) = World::split(&text, "vocabulary: ");
    let (_, after) = World::split(&after, "}");
    let entry = world.entry("models/own/vocab.txt");
    world.write(
        "models/own/model.yaml",
        &format!("{before}vocabulary: {entry}{after}"),
    );
    let said = world
        .titer(&["models", "check", "models/own/model.yaml"])
        .expect(2);
    assert!(said.err.contains("model.yaml:20:"), "{}", said.err);
    assert!(
        said.err
            .contains("vocab.txt: line 27: the token `AAA` stands twice\n"),
        "{}",
        said.err
    );
    assert!(
        said.err.contains("help: write each token once"),
        "{}",
        said.err
    );
}
