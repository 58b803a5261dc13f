//! A suite whose answers are numbers, through the whole program. The data is synthetic; what is expected
//! of it is what SciPy and scikit-learn say (`fixtures/values/make.py`).

use std::collections::BTreeMap;

use crate::helpers::world::{World, repository};
use serde_json::Value;
use titer_core::{Comparison, Contrast, CurveKind, Outcome, Score, Target};
use titer_store::RunFolder;

const EVALUATION: &str = "\
evaluation: own
summary: A linear model of numbers.
suites: [suites/own.yaml]
models: [{model: own}]
threads: 1
replicates: 400
gates:
  - at_least: {metric: spearman, where: in_distribution, value: 0.5}
  - at_most: {metric: rmse, where: in_distribution, value: 1.0}
  - at_least: {metric: r2, where: {dataset: far}, value: -100}
  - no_worse_than_reference: {metric: spearman_by_chromosome, where: in_distribution, margin: 0.2}
  - no_worse_than_reference: {metric: rmse, where: in_distribution, keeps: 0.7}
  - equivalent_to_reference: {metric: mae, where: in_distribution, margin: 0.2}
";

const SUITE: &str = "\
suite: own
summary: How much?
task: own-number
question:
  values: {of: log2 of RNA over DNA}
in_distribution:
  - dataset: near
out_of_distribution:
  - {dataset: far, distance: far}
perturbations:
  - substitutions: {rate: 0.1}
strata: [chromosome]
metrics:
  - spearman
  - pearson
  - kendall
  - r2
  - rmse
  - mae
  - ndcg
  - ndcg_at_k: {k: 10}
  - grouped: {metric: spearman, by: chromosome}
  - grouped: {metric: rmse, by: chromosome}
";

const MODEL: &str = "\
model: own
summary: A linear function of five bases.
tasks: [own-number]
input:
  window: {start: 0, end: 5}
  one_hot: {alphabet: ACGT, layout: length_channels, other: zeros}
output: {kind: value, activation: none}
training: {seen: [], complete: true, description: never trained}
licence: {weights: synthetic}
variants:
  - {variant: fp32, backend: candle, precision: fp32, files: {config: CONFIG, weights: FINE}}
  - {variant: rough, backend: candle, precision: fp32, files: {config: CONFIG, weights: ROUGH}}
reference: fp32
";

const CONFIG: &str = r#"{"family": "convolutional", "input": {"length": 5, "channels": 4},
 "layers": ["flatten", {"dense": {"weight": "weight", "bias": "bias"}}]}"#;

const DATASET: &str = "\
dataset: NAME
summary: Synthetic windows with a number each.
kind: windows
file: FILE
columns:
  id: id
  sequence: sequence
  target: score
  split: split
  clusters: [locus]
  place: {chromosome: chromosome, position: position}
splits: {test: COUNT}
organism: none
assembly: none
licence: {sequence: synthetic}
";

fn expected() -> Value {
    let path = repository().join("tests/fixtures/values/expected.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    let list = value.as_array().unwrap();
    list.iter().map(|number| number.as_f64().unwrap()).collect()
}

/// A dense layer of 20 numbers to one, as safetensors.
fn safetensors(weights: &[f64]) -> Vec<u8> {
    let header = r#"{"weight":{"dtype":"F32","shape":[1,20],"data_offsets":[0,80]},"bias":{"dtype":"F32","shape":[1],"data_offsets":[80,84]}}"#;
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.as_bytes());
    let all = weights.iter().chain(&[0.0]);
    bytes.extend(all.flat_map(|weight| (*weight as f32).to_le_bytes()));
    bytes
}

/// The world of `fixtures/values`; the model's numbers may be turned round.
fn world(sign: f64) -> World {
    let world = World::new();
    let expected = expected();
    world.write("models/own/config.json", CONFIG);
    let mut model = MODEL.replace("CONFIG", &world.entry("models/own/config.json"));
    for (variant, place) in [("fp32", "FINE"), ("rough", "ROUGH")] {
        let weights = numbers(&expected["variants"][variant]["weights"]);
        let weights: Vec<f64> = weights.iter().map(|weight| sign * weight).collect();
        let file = format!("models/own/{variant}.safetensors");
        std::fs::write(world.path(&file), safetensors(&weights)).unwrap();
        model = model.replace(place, &world.entry(&file));
    }
    if sign < 0.0 {
        model = model.replace("activation: none}", "activation: none, direction: -1}");
    }
    world.write("models/own/model.yaml", &model);
    for name in ["near", "far"] {
        let from = repository().join(format!("tests/fixtures/values/{name}.tsv"));
        let table = std::fs::read_to_string(from).unwrap();
        world.write(&format!("datasets/{name}/windows.tsv"), &table);
        let entry = world.entry(&format!("datasets/{name}/windows.tsv"));
        let text = DATASET
            .replace("NAME", name)
            .replace("FILE", &entry)
            .replace("COUNT", &(table.lines().count() - 1).to_string());
        world.write(&format!("datasets/{name}/dataset.yaml"), &text);
    }
    world.write("suites/own.yaml", SUITE);
    world.write("own.yaml", EVALUATION);
    world
}

fn clean<'a>(scores: &'a [Score], variant: &str, dataset: &str) -> BTreeMap<&'a str, &'a Score> {
    let of = |score: &&Score| {
        let key = &score.key;
        key.case.variant == variant && key.case.dataset == dataset && key.case.is_clean()
    };
    let found = scores.iter().filter(of);
    found
        .map(|score| (score.key.metric.as_str(), score))
        .collect()
}

fn check_scores(scores: &[Score]) {
    let expected = expected();
    for variant in ["fp32", "rough"] {
        for (dataset, count) in [("near", 240), ("far", 160)] {
            let wanted = &expected["variants"][variant]["datasets"][dataset]["scores"];
            let wanted = wanted.as_object().unwrap();
            let found = clean(scores, variant, dataset);
            assert_eq!(found.len(), wanted.len());
            for (metric, wanted) in wanted {
                let score = found[metric.as_str()];
                let place = format!("{metric} of {variant} on {dataset}");
                assert_eq!((score.examples, score.clusters), (count, count / 4));
                assert_eq!((score.positives, &score.key.class), (0, &None));
                let Some(wanted) = wanted.as_f64() else {
                    let reason = &score.value.as_ref().unwrap_err().0;
                    assert!(reason.contains("are negative"), "{place}: {reason}");
                    continue;
                };
                let value = *score.value.as_ref().unwrap();
                assert!(
                    (value - wanted).abs() < 1e-9,
                    "{place}: {value}, not {wanted}"
                );
                let interval = score.interval.as_ref().unwrap();
                assert!(interval.lower < value && value < interval.upper, "{place}");
                let method = match metric.as_str() {
                    "r2" | "rmse" | "mae" | "rmse_by_chromosome" => "clustered_bootstrap_log_t",
                    _ => "clustered_bootstrap_logit_t",
                };
                assert_eq!(interval.method.name(), method, "{place}");
            }
        }
    }
}

#[test]
fn scores_are_those_of_scipy_and_scikit_learn() {
    let world = world(1.0);
    let said = world.titer(&["run", "own.yaml"]).expect(0);
    assert!(said.out.contains("own: pass"), "{}", said.out);
    let folder = RunFolder::at(&world.path("runs/own"));
    check_scores(&folder.read_rows::<Score>().unwrap());
    let plan = folder.read_manifest().unwrap().plan;
    let expected = expected();
    for cell in plan.cells.iter().filter(|cell| cell.case.is_clean()) {
        let of = &expected["variants"][&cell.case.variant]["datasets"][&cell.case.dataset];
        let predictions = folder.read_predictions(&cell.key).unwrap();
        let examples = folder.read_examples(&cell.examples).unwrap();
        assert!(matches!(examples[0].target, Target::Value(_)));
        for (prediction, wanted) in predictions.iter().zip(numbers(&of["predicted"])) {
            let Outcome::Predicted(output) = &prediction.outcome else {
                panic!("{} has no answer", prediction.id);
            };
            assert_eq!(output.value(), Some(wanted), "{}", prediction.id);
        }
    }
    what_follows_from_them(&folder);
    let page = world.read("runs/own/report.html");
    for text in [
        "The target of each example is a number (log2 of RNA over DNA)",
        "Predicted against true",
        "True: log2 of RNA over DNA",
        "Spearman",
        "averaged by chromosome",
        "Change of the number",
        "True number",
    ] {
        assert!(page.contains(text), "{text}");
    }
    for text in ["Flip rate", "0.0 % positive", "0 positive", "NaN"] {
        assert!(!page.contains(text), "{text}");
    }
    // What tells two datasets apart has an AUROC; numbers have none.
    let (before, inputs) = page.split_once("id=\"inputs\"").unwrap();
    let (_, after) = inputs.split_once("</section>").unwrap();
    assert!(!before.contains("AUROC") && !after.contains("AUROC"));
}

/// Comparisons, agreements, groups and curves of the run.
fn what_follows_from_them(folder: &RunFolder) {
    let comparisons = folder.read_rows::<Comparison>().unwrap();
    let of = |one: &&Comparison| {
        one.contrast == Contrast::Reference
            && one.key.case.dataset == "near"
            && one.key.case.is_clean()
    };
    let expected = expected();
    let wanted = |variant: &str, metric: &str| {
        expected["variants"][variant]["datasets"]["near"]["scores"][metric].as_f64()
    };
    for one in comparisons.iter().filter(of) {
        let metric = one.key.metric.as_str();
        let Some(wanted) = wanted("rough", metric).zip(wanted("fp32", metric)) else {
            assert!(one.difference.is_err());
            continue;
        };
        let difference = *one.difference.as_ref().unwrap();
        assert!(
            (difference - (wanted.0 - wanted.1)).abs() < 1e-9,
            "{metric}"
        );
        let interval = one.interval.as_ref().unwrap();
        assert!(interval.lower <= difference && difference <= interval.upper);
        assert!(one.discordant > 200, "{metric}: {}", one.discordant);
    }
    let agreements = folder.read_rows::<titer_core::Agreement>().unwrap();
    let near = |one: &&titer_core::Agreement| one.case.dataset == "near" && one.case.is_clean();
    let agreement = agreements.iter().find(near).unwrap();
    assert_eq!((agreement.units, agreement.flips()), (0, 0));
    assert!(agreement.largest_change > 0.1 && agreement.spread.unwrap() > 0.3);
    assert!(agreement.spearman.unwrap() > 0.9);
    let groups: Vec<titer_core::GroupScore> = folder.read_rows().unwrap();
    let spearman = groups.iter().filter(|row| {
        row.key.metric == "spearman"
            && row.key.case.dataset == "near"
            && row.key.case.variant == "fp32"
    });
    let values: Vec<(f64, f64)> = spearman
        .map(|row| (row.units as f64, row.estimate.value().unwrap()))
        .collect();
    assert_eq!(values.len(), 3);
    let mean = values.iter().map(|(n, value)| n * value).sum::<f64>() / 240.0;
    let averaged = wanted("fp32", "spearman_by_chromosome").unwrap();
    assert!((mean - averaged).abs() < 1e-9, "{mean}, not {averaged}");
    let spreads: Vec<titer_core::Spread> = folder.read_rows().unwrap();
    assert!(spreads.iter().any(|row| row.key.metric == "rmse"));
    let curves = folder.read_rows::<titer_core::Curve>().unwrap();
    let bins = curves
        .iter()
        .find(|curve| curve.kind == CurveKind::PredictedByTrue);
    let held: f64 = bins.unwrap().points.iter().map(|point| point.weight).sum();
    assert_eq!(held, 240.0);
    assert!(
        curves
            .iter()
            .any(|curve| curve.kind == CurveKind::PredictedTrue)
    );
    let notables = folder.read_rows::<titer_core::Notable>().unwrap();
    assert!(!notables.is_empty() && notables[0].target.parse::<f64>().is_ok());
}

#[test]
fn a_model_that_counts_downwards_is_turned_round() {
    let world = world(-1.0);
    world.titer(&["run", "own.yaml"]).expect(0);
    let folder = RunFolder::at(&world.path("runs/own"));
    check_scores(&folder.read_rows::<Score>().unwrap());
    let said = world.titer(&["examples", "runs/own"]).expect(0);
    assert!(said.out.contains("worst_error"), "{}", said.out);
    let said = world.titer(&["data", "check", "near"]).expect(0);
    assert!(said.out.contains("targets from -"), "{}", said.out);
}

#[test]
fn a_table_of_targets_is_checked_before_work_starts() {
    for (value, expected) in [
        ("NA", "target \"NA\" is not a number"),
        ("", "target \"\" is not a number"),
        ("inf", "target \"inf\" is not finite"),
        ("1,5", "target \"1,5\" is not a number"),
    ] {
        let world = world(1.0);
        let table = world.read("datasets/near/windows.tsv");
        let mut lines: Vec<String> = table.lines().map(str::to_owned).collect();
        let mut fields: Vec<&str> = lines[3].split('\t').collect();
        fields[2] = value;
        lines[3] = fields.join("\t");
        let old = world.entry("datasets/near/windows.tsv");
        world.write("datasets/near/windows.tsv", &(lines.join("\n") + "\n"));
        let new = world.entry("datasets/near/windows.tsv");
        world.replace("datasets/near/dataset.yaml", &old, &new);
        let said = world.titer(&["plan", "own.yaml"]).expect(2);
        assert!(said.err.contains(expected), "{expected}:\n{}", said.err);
        assert!(
            said.err.contains("windows.tsv:4: in column `score`"),
            "{}",
            said.err
        );
        assert!(said.err.contains("help: write a number"), "{}", said.err);
    }
}

#[test]
fn what_does_not_fit_is_said() {
    let world = world(1.0);
    let (suite, model, near) = (
        "suites/own.yaml",
        "models/own/model.yaml",
        "datasets/near/dataset.yaml",
    );
    let cases = [
        (
            suite,
            "- spearman\n",
            "- auroc\n",
            "`auroc` does not answer this suite's question",
        ),
        (suite, "{k: 10}", "{k: 0}", "in `k`: 0 is below 1"),
        (
            suite,
            "spearman, by: chromosome",
            "spearman, by: assay",
            "no stratum of dataset near",
        ),
        (
            suite,
            "spearman, by: chromosome",
            "auroc, by: chromosome",
            "unknown name `auroc`",
        ),
        (
            suite,
            "strata: [chromosome]",
            "strata: [class]",
            "have no `class`",
        ),
        (
            suite,
            "strata:",
            "recalibrate: [platt]\nstrata:",
            "only a binary suite can be",
        ),
        (
            suite,
            "strata:",
            "detect_out_of_distribution: true\nstrata:",
            "does not say how sure",
        ),
        (
            suite,
            "substitutions: {rate: 0.1}",
            "reverse_complement: {target: destroyed}",
            "no number stands for a destroyed target",
        ),
        (
            suite,
            "values: {of: log2 of RNA over DNA}",
            "binary: {positive: a, negative: b}",
            "`spearman` does not answer this suite's question",
        ),
        (
            model,
            "kind: value",
            "kind: binary",
            "does not answer the question",
        ),
        (
            model,
            "activation: none",
            "activation: sigmoid",
            "has no activation",
        ),
        (
            model,
            "activation: none}",
            "activation: none, direction: 0}",
            "neither 1 nor -1",
        ),
        (
            model,
            "kind: value, activation: none}",
            "kind: binary, activation: none, direction: -1}",
            "has no meaning of probabilities",
        ),
        (
            near,
            "splits:",
            "classes: [a, b]\nsplits:",
            "where the target is a number",
        ),
        (near, "  target: score\n", "  target: scores\n", "scores"),
        (
            near,
            "  target: score\n",
            "  target: score\n  label: id\n",
            "not both",
        ),
        (
            near,
            "  target: score\n",
            "  label: chromosome\nclasses: [\"1\", \"2\", X]\n",
            "are no numbers",
        ),
        (
            "own.yaml",
            "metric: spearman,",
            "metric: speerman,",
            "did you mean `spearman`",
        ),
    ];
    for (file, old, new, expected) in cases {
        let before = world.read(file);
        if new.contains("classes: [\"1\"") {
            // The keys of `columns` end before `classes`.
            let text = before.replace("  target: score\n", "  label: chromosome\n");
            world.write(
                file,
                &text.replace("splits:", "classes: [\"1\", \"2\", X]\nsplits:"),
            );
        } else {
            world.replace(file, old, new);
        }
        let said = world.titer(&["plan", "own.yaml"]).expect(2);
        assert!(said.err.contains(expected), "{expected}:\n{}", said.err);
        world.write(file, &before);
    }
}

#[test]
fn what_titer_knows_says_that_suites_can_ask_for_it() {
    let world = world(1.0);
    for metric in [
        "spearman", "pearson", "kendall", "r2", "rmse", "mae", "ndcg",
    ] {
        let said = world.titer(&["ls", "metrics", metric]).expect(0);
        assert!(
            said.out.contains(&format!("in a suite - {metric}")),
            "{}",
            said.out
        );
        assert!(said.out.contains("- grouped: {metric: "), "{}", said.out);
    }
    let said = world.titer(&["ls", "metrics", "ndcg_at_k"]).expect(0);
    assert!(
        said.out.contains("in a suite - ndcg_at_k: {k: 10}"),
        "{}",
        said.out
    );
}
