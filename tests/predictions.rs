//! Tables of predictions in place of models: what a run stored judged again, tables in published layouts
//! against scikit-learn, and what is said of tables that cannot be.
//!
//! `tests/fixtures/predictions` is synthetic in all but its layouts; its script stands beside it.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::helpers::world::{World, repository};
use titer_core::{Outcome, Score};
use titer_store::RunFolder;

/// A run's clean scores: value and interval by everything but model and variant.
fn scores(world: &World, run: &str, variant: &str) -> BTreeMap<String, String> {
    let all = RunFolder::at(&world.path(run))
        .read_rows::<Score>()
        .unwrap();
    let clean = |score: &&Score| score.key.case.variant == variant && score.key.case.is_clean();
    let shown = |score: &Score| {
        let key = &score.key;
        let name = format!("{} {} {:?}", key.case.dataset, key.metric, key.class);
        let value = format!("{:?} {:?} {}", score.value, score.interval, score.examples);
        (name, value)
    };
    all.iter().filter(clean).map(shown).collect()
}

fn value(world: &World, run: &str, variant: &str, metric: &str) -> Result<f64, String> {
    let all = RunFolder::at(&world.path(run))
        .read_rows::<Score>()
        .unwrap();
    let mut found = all
        .iter()
        .filter(|score| score.key.case.variant == variant && score.key.metric == metric);
    let score = found
        .next()
        .unwrap_or_else(|| panic!("no {metric} of {variant}"));
    score.value.clone().map_err(|reason| reason.to_string())
}

/// What the shipped donor model said of the shipped suite, as CSV of all datasets and as the Parquet of
/// one, scores as the model itself did, to the last bit.
#[test]
fn what_a_run_stored_scores_the_same_as_a_table() {
    let world = World::new();
    world.write("direct.yaml", DIRECT);
    world.titer(&["run", "direct.yaml"]).expect(0);
    let folder = RunFolder::at(&world.path("runs/direct"));
    let plan = folder.read_manifest().unwrap().plan;
    let mut csv = "dataset,id,p\n".to_owned();
    for cell in &plan.cells {
        if cell.case.perturbation.is_some() || cell.case.split != "test" {
            continue;
        }
        for prediction in folder.read_predictions(&cell.key).unwrap() {
            let Outcome::Predicted(output) = prediction.outcome else {
                panic!("{} failed", prediction.id)
            };
            let p = output.numbers()[0];
            writeln!(csv, "{},{},{p}", cell.case.dataset, prediction.id).unwrap();
        }
        if cell.case.dataset == "splice-human-chr20" {
            let from = folder
                .cell_errors(&cell.key)
                .with_file_name("predictions.parquet");
            std::fs::create_dir_all(world.path("models/said")).unwrap();
            std::fs::copy(from, world.path("models/said/human.parquet")).unwrap();
        }
    }
    world.write("models/said/all.csv", &csv);
    let text = SAID
        .replace("ALL", &world.entry("models/said/all.csv"))
        .replace("HUMAN", &world.entry("models/said/human.parquet"));
    world.write("models/said/model.yaml", &text);
    world.write(
        "said.yaml",
        &DIRECT.replace("direct", "said").replace(
            "model: mmsplice-donor\n    variants: [fp32-candle]\n    reference: fp32-candle",
            "model: models/said/model.yaml",
        ),
    );
    let said = world.titer(&["run", "said.yaml"]).expect(0);
    let direct = scores(&world, "runs/direct", "fp32-candle");
    assert!(direct.len() >= 27, "{direct:?}");
    assert_eq!(scores(&world, "runs/said", "all"), direct);
    let human: BTreeMap<_, _> = direct
        .into_iter()
        .filter(|(name, _)| name.starts_with("splice-human-chr20 "))
        .collect();
    assert_eq!(scores(&world, "runs/said", "human"), human);
    // What a table cannot answer is said, in the plan and on the page.
    let told = world.titer(&["plan", "said.yaml"]).expect(0);
    let page = world.read("runs/said/report.html");
    for part in [
        "perturbations of model said variant all",
        "recalibration on dataset splice-human-chr20 of model said variant all",
        "dataset splice-yeast (split test) of model said variant human",
    ] {
        assert!(told.out.contains(part), "{part} is not in\n{}", told.out);
        assert!(page.contains(part), "{part} is not on the page");
    }
    assert!(!said.out.contains("incomplete"), "{}", said.out);
}

fn fixture(name: &str) -> std::path::PathBuf {
    repository().join("tests/fixtures/predictions").join(name)
}

/// A world with the tables of the fixture, a dataset and a suite for each, and a model that is a table.
fn published() -> World {
    let world = World::new();
    for (from, to) in [
        ("variants.tsv", "datasets/variants/variants.tsv"),
        ("mutants.tsv", "datasets/mutants/mutants.tsv"),
        ("test.parquet", "models/traitgym/test.parquet"),
        (
            "preds/Synthetic.parquet",
            "models/traitgym/Synthetic.parquet",
        ),
        (
            "SYNTHETIC_ASSAY.csv",
            "models/proteingym/SYNTHETIC_ASSAY.csv",
        ),
    ] {
        let to = world.path(to);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(fixture(from), to).unwrap();
    }
    for (name, classes, place, count) in [
        ("variants", "causal, matched", PLACE, 240),
        ("mutants", "functional, impaired", "", 180),
    ] {
        let text = DATASET
            .replace("NAME", name)
            .replace("FILE", &world.entry(&format!("datasets/{name}/{name}.tsv")))
            .replace("CLASSES", classes)
            .replace("PLACE", place)
            .replace("COUNT", &count.to_string());
        world.write(&format!("datasets/{name}/dataset.yaml"), &text);
        let (positive, negative) = classes.split_once(", ").unwrap();
        let text = SUITE
            .replace("NAME", name)
            .replace("POSITIVE", positive)
            .replace("NEGATIVE", negative);
        world.write(&format!("suites/{name}.yaml"), &text);
        world.write(&format!("{name}.yaml"), &EVALUATION.replace("NAME", name));
    }
    let text = TRAITGYM
        .replace("SCORES", &world.entry("models/traitgym/Synthetic.parquet"))
        .replace("ROWS", &world.entry("models/traitgym/test.parquet"));
    world.write(
        "models/variants.yaml",
        &text.replace("path: ", "path: traitgym/"),
    );
    let text = PROTEINGYM.replace(
        "SCORES",
        &world.entry("models/proteingym/SYNTHETIC_ASSAY.csv"),
    );
    world.write(
        "models/mutants.yaml",
        &text.replace("path: ", "path: proteingym/"),
    );
    world
}

#[test]
fn published_layouts_score_as_scikit_learn_says() {
    let world = published();
    let text = std::fs::read_to_string(fixture("expected.json")).unwrap();
    let expected: serde_json::Value = serde_json::from_str(&text).unwrap();
    for (run, variant, said) in [
        ("variants", "in-order", &expected["traitgym"]),
        ("variants", "by-place", &expected["traitgym"]),
        ("mutants", "rising", &expected["proteingym"]["rising"]),
        ("mutants", "falling", &expected["proteingym"]["falling"]),
    ] {
        let folder = format!("runs/{run}");
        if !world.path(&folder).exists() {
            world.titer(&["run", &format!("{run}.yaml")]).expect(0);
        }
        for metric in ["auroc", "average_precision"] {
            let ours = value(&world, &folder, variant, metric).unwrap();
            let theirs = said[metric].as_f64().unwrap();
            assert!(
                (ours - theirs).abs() < 1e-12,
                "{variant} {metric}: {ours}, {theirs}"
            );
        }
        // No threshold and no calibration of what is no probability.
        for metric in ["accuracy", "log_loss", "ece"] {
            let reason = value(&world, &folder, variant, metric).unwrap_err();
            assert!(reason.contains("ranks examples"), "{metric}: {reason}");
        }
        let told = world.titer(&["plan", &format!("{run}.yaml")]).expect(0);
        let part = format!("accuracy, log_loss, ece of model {run} on suite {run}");
        assert!(told.out.contains(&part), "{part} is not in\n{}", told.out);
        let said = world.titer(&["models", "check", &format!("models/{run}.yaml")]);
        said.expect(0);
    }
}

/// Probabilities 1e-12 apart, written with 17 digits, are stored and scored as they are.
#[test]
fn numbers_that_32_bits_would_tie_score_as_scikit_learn_says() {
    let world = published();
    let path = "models/proteingym/CLOSE.csv";
    std::fs::copy(fixture("CLOSE.csv"), world.path(path)).unwrap();
    let text = CLOSE.replace("SCORES", &world.entry(path));
    world.write(
        "models/close.yaml",
        &text.replace("path: ", "path: proteingym/"),
    );
    let evaluation = EVALUATION.replace("suites/NAME", "suites/mutants");
    // There is one variant, and a gate covers every one but the reference.
    let (evaluation, _) = World::split(&evaluation, "gates:");
    world.write("close.yaml", &evaluation.replace("NAME", "close"));
    world.titer(&["run", "close.yaml"]).expect(0);
    let text = std::fs::read_to_string(fixture("expected.json")).unwrap();
    let expected: serde_json::Value = serde_json::from_str(&text).unwrap();
    for metric in ["auroc", "average_precision"] {
        let ours = value(&world, "runs/close", "table", metric).unwrap();
        let theirs = expected["close"][metric].as_f64().unwrap();
        assert!((ours - theirs).abs() < 1e-12, "{metric}: {ours}, {theirs}");
    }
    let folder = RunFolder::at(&world.path("runs/close"));
    let plan = folder.read_manifest().unwrap().plan;
    let cell = plan.cells.iter().find(|cell| cell.case.variant == "table");
    let table = world.read(path);
    let rows = table.lines().skip(1).filter_map(|row| row.split_once(','));
    let said: BTreeMap<&str, f64> = rows.map(|(id, p)| (id, p.parse().unwrap())).collect();
    let predictions = folder.read_predictions(&cell.unwrap().key).unwrap();
    assert_eq!(predictions.len(), said.len());
    for prediction in predictions {
        let output = prediction.outcome.answer().unwrap();
        assert_eq!(output.numbers(), [said[prediction.id.as_str()]]);
    }
}

/// Rows that are missing fail the cell, with their number; nothing is scored without them.
#[test]
fn an_example_without_a_row_stays_in_the_denominator() {
    let world = published();
    let table = world.read("models/proteingym/SYNTHETIC_ASSAY.csv");
    let kept: Vec<&str> = table.lines().take(179).collect();
    world.write(
        "models/proteingym/SYNTHETIC_ASSAY.csv",
        &(kept.join("\n") + "\n"),
    );
    let text = PROTEINGYM.replace(
        "SCORES",
        &world.entry("models/proteingym/SYNTHETIC_ASSAY.csv"),
    );
    world.write(
        "models/mutants.yaml",
        &text.replace("path: ", "path: proteingym/"),
    );
    let told = world.titer(&["plan", "mutants.yaml"]).expect(0);
    let part = "2 of 180 examples of dataset mutants (split test) of model mutants variant rising";
    assert!(told.out.contains(part), "{part} is not in\n{}", told.out);
    // Incomplete.
    world.titer(&["run", "mutants.yaml"]).expect(5);
    let all = RunFolder::at(&world.path("runs/mutants"))
        .read_rows::<Score>()
        .unwrap();
    let auroc = all
        .iter()
        .find(|score| score.key.metric == "auroc")
        .unwrap();
    assert!(auroc.value.is_err(), "{auroc:?}");
    assert_eq!((auroc.failed, auroc.examples), (2, 180));
    assert!(
        world
            .read("runs/mutants/report.html")
            .contains("has no row for id")
    );
}

/// What cannot be is told before anything runs, with file, line or row, column and cure.
#[test]
fn flawed_tables_are_refused_with_the_cure() {
    let csv = "models/proteingym/SYNTHETIC_ASSAY.csv";
    let (model, evaluation) = ("models/mutants.yaml", "mutants.yaml");
    let by_place =
        |columns: &str| format!("place: {{chromosome: chrom, position: pos, {columns}}}");
    let whole = by_place("ref_allele: ref, alt_allele: alt, one_based: true");
    let faults: &[(&str, &str, &str, &str)] = &[
        ("a mutant twice, with two scores", csv, "\nE36A,", "\nK3D,"),
        ("a score in words", csv, "1.009922058685532", "low"),
        (
            "another column",
            model,
            "score: Rising_model",
            "score: Rising",
        ),
        (
            "the id in another column",
            model,
            "id: mutant, score: R",
            "id: mutated_sequence, score: R",
        ),
        (
            "no number of ProteinGym's",
            model,
            "direction: -1",
            "direction: 0",
        ),
        (
            "a ranking called probability",
            model,
            ", meaning: ranking",
            "",
        ),
        (
            "two ways to match",
            model,
            "id: mutant, score: R",
            "id: mutant, row_order: {dataset: mutants}, score: R",
        ),
        (
            "a ranking in a gate on calibration",
            evaluation,
            "metric: auroc",
            "metric: ece",
        ),
        (
            "a suite of probabilities alone",
            "suites/mutants.yaml",
            "auroc, average_precision, ",
            "",
        ),
        (
            "about another dataset",
            model,
            "score: Rising_model",
            "score: Rising_model, datasets: [other]",
        ),
        (
            "a choice of no row",
            model,
            "score: Rising_model",
            "score: Rising_model, where: {DMS_score_bin: \"2\"}",
        ),
        (
            "options of another backend",
            model,
            "predictions: {id",
            "onnx: {id",
        ),
    ];
    let variants: &[(&str, &str, &str, &str)] = &[
        (
            "places counted from 0",
            "models/variants.yaml",
            "one_based: true",
            "one_based: false",
        ),
        (
            "places without alleles",
            "models/variants.yaml",
            &whole,
            &by_place("one_based: true"),
        ),
        (
            "an order of fewer rows",
            "datasets/variants/variants.tsv",
            "",
            "",
        ),
    ];
    let mut all = String::new();
    for (name, file, old, new) in faults.iter().chain(variants) {
        let world = published();
        let evaluation = if faults.iter().any(|fault| fault.0 == *name) {
            "mutants"
        } else {
            "variants"
        };
        if old.is_empty() {
            drop_a_row(&world);
        } else {
            world.replace(file, old, new);
        }
        if *file == csv {
            let text = PROTEINGYM.replace("SCORES", &world.entry(csv));
            world.write(model, &text.replace("path: ", "path: proteingym/"));
        }
        let said = world
            .titer(&["run", &format!("{evaluation}.yaml")])
            .expect(2);
        assert!(
            !world.path(&format!("runs/{evaluation}/cells")).exists(),
            "{name}"
        );
        let folder = world.path("").display().to_string();
        let told = said.err.replace(&folder, "");
        writeln!(all, "# {name}\n{}", told.trim_end()).unwrap();
        all.push('\n');
    }
    insta::assert_snapshot!(all);
}

/// Kinds of Parquet columns that are not read, in a table of predictions and in a dataset: a line of words, and no panic's.
#[test]
fn other_kinds_of_parquet_are_refused_in_words() {
    let world = World::new();
    for folder in ["models/kinds", "datasets/kinds"] {
        std::fs::create_dir_all(world.path(folder)).unwrap();
        let to = world.path(&format!("{folder}/kinds.parquet"));
        std::fs::copy(fixture("kinds.parquet"), to).unwrap();
    }
    let entry = world.entry("models/kinds/kinds.parquet");
    let model = |column: &str| {
        PROTEINGYM
            .replace("SCORES", &entry)
            .replace("Falling_model", "float64")
            .replace("Rising_model", column)
            .replace("id: mutant", "id: category")
    };
    let dataset = |column: &str| {
        DATASET
            .replace("NAME", "kinds")
            .replace("FILE", &entry)
            .replace("kind: windows", "kind: windows\nlayout: parquet")
            .replace("  split: split\n", "")
            .replace("sequence: sequence", &format!("sequence: {column}"))
            .replace("CLASSES", "\"no\", \"yes\"")
            .replace("PLACE", "")
            .replace("COUNT", "3")
    };
    for (column, code) in [
        ("float32", 0),
        ("float16", 2),
        ("decimal", 2),
        ("binary", 2),
        ("time", 2),
    ] {
        world.write("models/kinds/model.yaml", &model(column));
        let said = world.titer(&["models", "check", "kinds"]).expect(code);
        let column = if code == 0 { "sequence" } else { column };
        world.write("datasets/kinds/dataset.yaml", &dataset(column));
        let of_data = world.titer(&["data", "check", "kinds"]).expect(code);
        for told in [said, of_data] {
            assert!(!told.err.contains("panicked"), "{}", told.err);
            let is_told = told.err.contains(&format!("column `{column}`"))
                && told.err.contains("which is not read");
            assert!(code == 0 || is_told, "{column}: {}", told.err);
        }
    }
}

/// Takes the last example out of the dataset of variants.
fn drop_a_row(world: &World) {
    let table = world.read("datasets/variants/variants.tsv");
    let kept: Vec<&str> = table.lines().take(240).collect();
    world.write("datasets/variants/variants.tsv", &(kept.join("\n") + "\n"));
    let text = DATASET
        .replace("NAME", "variants")
        .replace("FILE", &world.entry("datasets/variants/variants.tsv"))
        .replace("CLASSES", "causal, matched")
        .replace("PLACE", PLACE)
        .replace("COUNT", "239");
    world.write("datasets/variants/dataset.yaml", &text);
}

const DIRECT: &str = "\
evaluation: direct
summary: The donor model on its suite.
suites: [splice-donor]
models:
  - model: mmsplice-donor
    variants: [fp32-candle]
    reference: fp32-candle
threads: 1
limit: 300
replicates: 200
";

const SAID: &str = "\
model: said
summary: What the donor model said.
tasks: [splice-donor]
output: {kind: binary, activation: none}
training: {seen: [{organism: Homo sapiens, chromosomes: all}], complete: true, description: as the model}
licence: {weights: MIT}
variants:
  - variant: all
    backend: predictions
    precision: fp32
    predictions: {id: id, dataset: dataset, score: p}
    files: {scores: ALL}
  - variant: human
    backend: predictions
    precision: fp32
    predictions: {id: id, score: probability, datasets: [splice-human-chr20]}
    files: {scores: HUMAN}
reference: all
";

const TRAITGYM: &str = "\
model: variants
summary: Synthetic scores in TraitGym's layout.
tasks: [variants]
output: {kind: binary, activation: none, meaning: ranking}
variants:
  - variant: in-order
    backend: predictions
    precision: unknown
    predictions: {row_order: {dataset: variants}, score: score}
    files: {scores: SCORES}
  - variant: by-place
    backend: predictions
    precision: unknown
    predictions:
      place: {chromosome: chrom, position: pos, ref_allele: ref, alt_allele: alt, one_based: true}
      score: score
    files:
      scores: SCORES
      rows: ROWS
reference: in-order
";

const PROTEINGYM: &str = "\
model: mutants
summary: Synthetic scores in ProteinGym's layout.
tasks: [mutants]
output: {kind: binary, activation: none, meaning: ranking}
variants:
  - variant: rising
    backend: predictions
    precision: unknown
    predictions: {id: mutant, score: Rising_model}
    files: {scores: SCORES}
  - variant: falling
    backend: predictions
    precision: unknown
    predictions: {id: mutant, score: Falling_model, direction: -1}
    files: {scores: SCORES}
reference: rising
";

const CLOSE: &str = "\
model: close
summary: Synthetic probabilities that 32 bits would make equal.
tasks: [mutants]
output: {kind: binary, activation: none}
variants:
  - variant: table
    backend: predictions
    precision: fp64
    predictions: {id: mutant, score: p}
    files: {scores: SCORES}
reference: table
";

const PLACE: &str = "
  place: {chromosome: chromosome, position: position, ref_allele: ref_allele, alt_allele: alt_allele}";

const DATASET: &str = "\
dataset: NAME
summary: Synthetic examples.
kind: windows
file: FILE
columns:
  id: id
  sequence: sequence
  label: label
  split: split
  clusters: nonePLACE
classes: [CLASSES]
splits: {test: COUNT}
organism: none
assembly: none
licence: {sequence: synthetic}
";

const SUITE: &str = "\
suite: NAME
summary: Is it POSITIVE?
task: NAME
question:
  binary: {positive: POSITIVE, negative: NEGATIVE}
in_distribution:
  - dataset: NAME
split: test
metrics: [auroc, average_precision, accuracy, log_loss, {ece: {bins: 10}}]
";

const EVALUATION: &str = "\
evaluation: NAME
summary: Tables in place of models.
suites: [suites/NAME.yaml]
models:
  - model: models/NAME.yaml
threads: 1
replicates: 200
controls: [majority, gc, shuffled, random_weights]
gates:
  - at_least: {metric: auroc, where: in_distribution, value: 0.2}
";
