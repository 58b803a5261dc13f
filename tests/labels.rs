//! A suite of several labels, through the whole program: a real network and the same quantized, in which one label of four
//! collapses. The data is synthetic; what is expected of it is what scikit-learn says (`fixtures/labels/make.py`).

use crate::helpers::world::{World, repository};
use serde_json::Value;
use titer_core::{ControlScore, Score, Spread, SpreadKind, Standing};
use titer_store::RunFolder;

const LABELS: [&str; 4] = ["ctcf", "dnase", "enhancer", "tata"];

const EVALUATION: &str = "\
evaluation: own
summary: Labels of windows.
suites: [suites/own.yaml]
models: [{model: own}]
threads: 1
replicates: 400
controls: [majority, gc]
gates:
  - at_least: {metric: auroc_macro, where: in_distribution, value: 0.6}
  - no_worse_than_reference: {metric: auroc_macro, where: in_distribution, margin: 0.2}
  - no_worse_than_reference: {metric: auroc, where: in_distribution, margin: 0.05}
  - no_worse_than_reference: {metric: auroc, where: in_distribution, margin: 0.05, covers: {classes: [ctcf]}}
";

const SUITE: &str = "\
suite: own
summary: Which tracks are open or bound?
task: own-tracks
question:
  labels: {labels: [ctcf, dnase, enhancer, tata]}
in_distribution:
  - dataset: near
out_of_distribution:
  - {dataset: far, distance: far}
perturbations:
  - substitutions: {rate: 0.1}
  - reverse_complement: {target: destroyed}
strata: [chromosome]
metrics:
  - auroc
  - average_precision
  - f1
  - brier
  - auroc_macro
  - average_precision_macro
  - f1_macro
  - auroc_micro
  - average_precision_micro
  - f1_micro
  - hamming_loss
  - subset_accuracy
";

const MODEL: &str = "\
model: own
summary: Twelve bases to four labels.
tasks: [own-tracks]
input:
  window: {start: 0, end: 12}
  one_hot: {alphabet: ACGT, layout: length_channels, other: zeros}
output: {kind: labels, classes: [ctcf, dnase, enhancer, tata], activation: sigmoid}
threshold: 0.5
thresholds: {enhancer: 0.4}
training: {seen: [], complete: true, description: never trained}
licence: {weights: synthetic}
variants:
  - {variant: fp32, backend: onnx, precision: fp32, files: {model: FINE}}
  - {variant: int8, backend: onnx, precision: int8, files: {model: ROUGH}}
reference: fp32
";

const NEAR: &str = "\
dataset: near
summary: A column of each label.
kind: windows
file: FILE
columns:
  id: id
  sequence: sequence
  labels: [ctcf, dnase, enhancer, tata]
  split: split
  clusters: [locus]
  place: {chromosome: chromosome, position: position}
splits: {train: 200, test: 400}
organism: none
assembly: none
licence: {sequence: synthetic}
";

const FAR: &str = "\
dataset: far
summary: One column that lists labels.
kind: windows
file: FILE
columns:
  id: id
  sequence: sequence
  label_list: labels
  split: split
  clusters: [locus]
  place: {chromosome: chromosome, position: position}
classes: [tata, enhancer, ctcf, dnase]
splits: {test: 240}
organism: none
assembly: none
licence: {sequence: synthetic}
";

fn fixture(name: &str) -> std::path::PathBuf {
    repository().join("tests/fixtures/labels").join(name)
}

fn world() -> World {
    let world = World::new();
    for (name, descriptor) in [("near", NEAR), ("far", FAR)] {
        let table = std::fs::read_to_string(fixture(&format!("{name}.tsv"))).unwrap();
        world.write(&format!("datasets/{name}/windows.tsv"), &table);
        let entry = world.entry(&format!("datasets/{name}/windows.tsv"));
        let text = descriptor.replace("FILE", &entry);
        world.write(&format!("datasets/{name}/dataset.yaml"), &text);
    }
    let mut model = MODEL.to_owned();
    for (file, place) in [("fp32.onnx", "FINE"), ("int8.onnx", "ROUGH")] {
        let to = format!("models/own/{file}");
        std::fs::copy(fixture(file), world.path(&to)).unwrap();
        model = model.replace(place, &world.entry(&to));
    }
    world.write("models/own/model.yaml", &model);
    world.write("suites/own.yaml", SUITE);
    world.write("own.yaml", EVALUATION);
    world
}

fn score<'a>(
    scores: &'a [Score],
    (variant, dataset): (&str, &str),
    metric: &str,
    class: Option<&str>,
) -> &'a Score {
    let wanted = |score: &&Score| {
        let key = &score.key;
        (key.case.variant.as_str(), key.case.dataset.as_str()) == (variant, dataset)
            && key.case.is_clean()
            && (key.metric.as_str(), key.class.as_deref()) == (metric, class)
    };
    let found = scores.iter().find(wanted);
    found.unwrap_or_else(|| panic!("no {metric} of {class:?} of {variant} on {dataset}"))
}

fn agree(score: &Score, expected: &Value) {
    let value = score.value.as_ref().ok().copied();
    match (value, expected.as_f64()) {
        (Some(value), Some(expected)) => {
            assert!(
                (value - expected).abs() < 1e-6,
                "{:?}: {value}, not {expected}",
                score.key
            );
        }
        (value, expected) => assert_eq!(value, expected, "{:?}", score.key),
    }
}

#[test]
fn scores_are_those_of_scikit_learn_and_a_collapsed_label_is_shown() {
    let world = world();
    let said = world.titer(&["run", "own.yaml"]).expect(100);
    let folder = RunFolder::at(&world.path("runs/own"));
    let scores = folder.read_rows::<Score>().unwrap();
    let text = std::fs::read_to_string(fixture("expected.json")).unwrap();
    let expected: Value = serde_json::from_str(&text).unwrap();
    for variant in ["fp32", "int8"] {
        for dataset in ["near", "far"] {
            let here = (variant, dataset);
            let of = &expected[variant][dataset];
            for label in LABELS {
                for metric in ["auroc", "average_precision", "f1", "brier"] {
                    let found = score(&scores, here, metric, Some(label));
                    agree(found, &of["each"][label][metric]);
                    let count = |field: &str| of["each"][label][field].as_u64().unwrap();
                    assert_eq!(found.examples, count("examples"));
                    assert_eq!(found.positives, count("positives"));
                }
            }
            let together = of["together"].as_object().unwrap();
            for (metric, value) in together {
                if metric == "averaged" || metric == "unknown" {
                    continue;
                }
                let found = score(&scores, here, metric, None);
                agree(found, value);
                assert!(found.interval.is_ok(), "{metric}: {:?}", found.interval);
                assert_eq!(Some(found.unknown), together["unknown"].as_u64());
                if metric.ends_with("_macro") {
                    assert_eq!(found.labels, Some(4));
                    assert_eq!(found.labels_averaged, together["averaged"].as_u64());
                }
            }
        }
    }
    // No example of `far` has it.
    let tata = score(&scores, ("fp32", "far"), "auroc", Some("tata"));
    assert_eq!(tata.value.as_ref().unwrap_err().0, "no positive example");
    let collapsed = folder
        .read_rows::<Spread>()
        .unwrap()
        .into_iter()
        .find(|one| {
            one.stratum == "label"
                && one.statistic == SpreadKind::Worst
                && (one.key.case.variant.as_str(), one.key.case.dataset.as_str())
                    == ("int8", "near")
                && one.key.metric == "auroc"
        });
    let collapsed = collapsed.unwrap();
    assert_eq!(collapsed.worst_group, "dnase");
    assert_eq!(collapsed.estimate.value, Some(0.5));
    let page = world.read("runs/own/report.html");
    for text in [
        "Each example may have any of 4 labels at once (ctcf, dnase, enhancer, tata)",
        "a probability of each label, called from 0.50: ctcf, dnase, enhancer (from 0.40), tata",
        "AUROC by label",
        "worst: dnase 0.500",
        "over 3 of 4 labels: the others have no value",
        "160 unknown, left out",
    ] {
        assert!(page.contains(text), "{text}");
    }
    assert!(
        said.out.contains("fail own int8 near dnase: AUROC"),
        "{}",
        said.out
    );
    assert!(said.out.contains(
        "AUROC, one against the rest (macro) no worse than the reference by more than 0.2, in distribution: 1 pass"
    ));
    let summary = world.read("runs/own/summary.md");
    assert!(summary.contains("; worst: dnase 0.500"), "{summary}");
    // A prior of each label ranks nothing, and is as right of a label as its share allows.
    let controls: Vec<ControlScore> = folder.read_rows().unwrap();
    for control in ["majority", "gc"] {
        for label in LABELS {
            let row = controls.iter().find(|row| {
                row.control == control
                    && (row.key.case.variant.as_str(), row.key.case.dataset.as_str())
                        == ("fp32", "near")
                    && row.key.metric == "auroc"
                    && row.key.class.as_deref() == Some(label)
            });
            let row = row.unwrap_or_else(|| panic!("no {control} of {label}"));
            assert!((row.control_value.unwrap() - 0.5).abs() < 0.1, "{row:?}");
            assert_eq!(row.standing, Standing::Better, "{row:?}");
        }
    }
}

#[test]
fn a_table_of_predictions_has_a_column_of_each_label() {
    let world = world();
    // Every label of `near` known for sure, but for one example that is wrong of all.
    let table = std::fs::read_to_string(fixture("near.tsv")).unwrap();
    let mut scores = "id\tp_tata\tp_ctcf\tp_enhancer\tp_dnase\n".to_owned();
    let tested = table.lines().skip(1).filter(|line| line.ends_with("test"));
    for line in tested {
        let cells: Vec<&str> = line.split('\t').collect();
        let sure = |place: usize| {
            if cells[place] == "1" {
                "0.875"
            } else {
                "0.125"
            }
        };
        let [ctcf, dnase, enhancer, tata] = [2, 3, 4, 5].map(sure);
        scores.push_str(&format!(
            "{}\t{tata}\t{ctcf}\t{enhancer}\t{dnase}\n",
            cells[0]
        ));
    }
    world.write("models/own/scores.tsv", &scores);
    let entry = world.entry("models/own/scores.tsv");
    let (model, _) = World::split(&world.read("models/own/model.yaml"), "variants:");
    let variants = format!(
        "variants:\n  - variant: fp32\n    backend: predictions\n    precision: fp32\n    predictions: {{id: id, score: {{ctcf: p_ctcf, dnase: p_dnase, enhancer: p_enhancer, tata: p_tata}}}}\n    files: {{scores: {entry}}}\nreference: fp32\n"
    );
    world.write("models/own/model.yaml", &format!("{model}{variants}"));
    world.replace(
        "suites/own.yaml",
        "out_of_distribution:\n  - {dataset: far, distance: far}\n",
        "",
    );
    world.replace("own.yaml", "gates:", "gates: []\nunused:");
    let text = world.read("own.yaml");
    let (before, _) = World::split(&text, "controls:");
    world.write("own.yaml", &before);
    world.titer(&["run", "own.yaml"]).expect(0);
    let scores = RunFolder::at(&world.path("runs/own"))
        .read_rows::<Score>()
        .unwrap();
    let value = |metric: &str| {
        *score(&scores, ("fp32", "near"), metric, None)
            .value
            .as_ref()
            .unwrap()
    };
    assert_eq!(
        (
            value("auroc_macro"),
            value("hamming_loss"),
            value("subset_accuracy")
        ),
        (1.0, 0.0, 1.0)
    );
    let brier = score(&scores, ("fp32", "near"), "brier", Some("dnase"));
    assert_eq!(brier.value, Ok(1.0 / 64.0));
}

#[test]
fn what_does_not_fit_is_said() {
    let world = world();
    let model = "models/own/model.yaml";
    let suite = "suites/own.yaml";
    let near = "datasets/near/dataset.yaml";
    let cases = [
        (
            suite,
            "  - auroc\n",
            "",
            "`auroc_macro` is a mean over labels, which hides one that collapses",
        ),
        (
            suite,
            "metrics:\n  - auroc\n  - average_precision\n  - f1\n  - brier\n  - auroc_macro\n  - average_precision_macro\n  - f1_macro\n",
            "metrics:\n",
            "none is of each label",
        ),
        (
            suite,
            "labels: [ctcf, dnase, enhancer, tata]",
            "labels: []",
            "no label is asked for",
        ),
        (
            suite,
            "labels: [ctcf, dnase, enhancer, tata]",
            "labels: [ctcf, ctcf]",
            "`ctcf` stands twice",
        ),
        (
            suite,
            "labels: [ctcf, dnase, enhancer, tata]",
            "labels: [ctcf, dnaes]",
            "`dnaes` is not in dataset near",
        ),
        (suite, "  - hamming_loss", "  - mcc_macro", "mcc_macro"),
        (
            suite,
            "  - hamming_loss",
            "  - recall_macro",
            "`recall_macro` does not answer",
        ),
        (
            suite,
            "strata: [chromosome]",
            "strata: [class]",
            "of no one `class`",
        ),
        (
            suite,
            "strata: [chromosome]",
            "recalibrate: [platt]",
            "only a binary suite can be recalibrated",
        ),
        (
            suite,
            "strata: [chromosome]",
            "detect_out_of_distribution: true",
            "no one probability",
        ),
        (
            suite,
            "strata: [chromosome]",
            "prevalence: 0.001",
            "one positive class to be rare",
        ),
        (
            model,
            "activation: sigmoid",
            "activation: softmax",
            "any of its labels may be true at once",
        ),
        (
            model,
            "[ctcf, dnase, enhancer, tata], activation",
            "[ctcf, dnase, enhancer], activation",
            "it has no class `tata`",
        ),
        (
            model,
            "{enhancer: 0.4}",
            "{enhacner: 0.4}",
            "the model has no label `enhacner`",
        ),
        (model, "{enhancer: 0.4}", "{enhancer: 1.4}", "1.4"),
        (
            near,
            "labels: [ctcf, dnase, enhancer, tata]",
            "labels: [ctcf, dnase, enhancer]",
            "`tata` is not in dataset near",
        ),
        (
            near,
            "labels: [ctcf, dnase, enhancer, tata]",
            "label: tata",
            "classes: they are not named",
        ),
        (
            "own.yaml",
            "classes: [ctcf]",
            "classes: [ctfc]",
            "did you mean `ctcf`",
        ),
    ];
    for (file, old, new, expected) in cases {
        let before = world.read(file);
        world.replace(file, old, new);
        let said = world.titer(&["plan", "own.yaml"]).expect(2);
        assert!(said.err.contains(expected), "{expected}:\n{}", said.err);
        assert!(said.err.contains("help: "), "{}", said.err);
        world.write(file, &before);
    }
    // Another question of the same data.
    let (before, _) = World::split(SUITE, "metrics:");
    let binary = before.replace(
        "labels: {labels: [ctcf, dnase, enhancer, tata]}",
        "binary: {positive: ctcf, negative: dnase}",
    );
    let text = world.read(suite);
    world.write(suite, &format!("{binary}metrics: [auroc]\n"));
    let said = world.titer(&["plan", "own.yaml"]).expect(2);
    assert!(
        said.err
            .contains("an example of `near` may have several labels"),
        "{}",
        said.err
    );
    world.write(suite, &text);
    // No example of `far` has it, so that it cannot be asked there alone.
    let before = world.read(suite);
    world.replace(
        suite,
        "out_of_distribution:\n  - {dataset: far, distance: far}\n",
        "",
    );
    world.replace(suite, "dataset: near", "dataset: far");
    let said = world.titer(&["plan", "own.yaml"]).expect(2);
    let expected = "label `tata` is true of no example of split test of dataset far";
    assert!(said.err.contains(expected), "{}", said.err);
    assert!(said.err.contains("suites/own.yaml:") && said.err.contains("help: take it out"));
    world.write(suite, &before);
    // A truth that is none.
    let table = world.read("datasets/near/windows.tsv");
    let broken = table.replacen("\t1\t", "\t2\t", 1);
    world.write("datasets/near/windows.tsv", &broken);
    let entry = world.entry("datasets/near/windows.tsv");
    let descriptor = world.read(near);
    world.write(near, &NEAR.replace("FILE", &entry));
    let said = world.titer(&["data", "check", "near"]).expect(2);
    assert!(
        said.err.contains("\"2\" is neither 0 nor 1"),
        "{}",
        said.err
    );
    world.write("datasets/near/windows.tsv", &table);
    world.write(near, &descriptor);
    let said = world.titer(&["data", "check", "near"]).expect(0);
    assert!(said.out.contains("ctcf 159 of 359"), "{}", said.out);
    let said = world.titer(&["audit", "data", "near"]).expect(2);
    assert!(
        said.err.contains("several labels for an example"),
        "{}",
        said.err
    );
    // Fewer labels than the tensor has.
    world.replace(
        model,
        "[ctcf, dnase, enhancer, tata], activation",
        "[ctcf, dnase, enhancer, tata, pol2], activation",
    );
    let said = world.titer(&["run", "own.yaml"]);
    let all = format!("{}{}", said.out, said.err);
    assert!(all.contains("one number for each of `classes`"), "{all}");
}
