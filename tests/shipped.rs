//! What ships: the evaluations that must stop a release, and every score against one that Titer did not
//! compute.

use std::collections::BTreeMap;

use crate::helpers::world::{World, repository};
use titer_store::RunFolder;

#[test]
fn a_damaged_build_is_stopped() {
    let world = World::new();
    let said = world.titer(&["run", "regression"]).expect(100);
    assert!(
        said.out
            .contains("int8-damaged splice-human-chr20: AUROC −"),
        "{}",
        said.out
    );
}

#[test]
fn too_few_examples_decide_nothing() {
    let world = World::new();
    let said = world.titer(&["run", "undecided"]).expect(3);
    assert!(said.out.contains("the data cannot tell"), "{}", said.out);
    let report = world.read("runs/undecided/report.html");
    assert!(report.contains("Inconclusive"), "the page does not say so");
}

#[test]
fn models_hold_what_their_originals_gave() {
    let world = World::new();
    for model in ["mmsplice-donor", "mmsplice-acceptor"] {
        let said = world.titer(&["models", "check", model]).expect(0);
        assert_eq!(said.out.matches("holds").count(), 2, "{}", said.out);
    }
}

#[test]
fn datasets_are_sound() {
    let world = World::new();
    for entry in std::fs::read_dir(repository().join("datasets")).unwrap() {
        let path = entry.unwrap().path();
        let Ok(text) = std::fs::read_to_string(path.join("dataset.yaml")) else {
            continue;
        };
        let said = world.titer(&["data", "check", path.to_str().unwrap()]);
        // What ships without its data says how it is brought.
        if text.contains("\nfetch:\n") {
            let said = said.expect(2);
            assert!(said.err.contains("titer data fetch"), "{}", said.err);
        } else {
            said.expect(0);
        }
    }
}

/// A row of `models/reference_scores.tsv`: scikit-learn's score of what the runtime gives in Python.
struct Reference {
    variant: String,
    place: [String; 4],
    value: f64,
}

fn references() -> Vec<Reference> {
    let text = std::fs::read_to_string(repository().join("models/reference_scores.tsv")).unwrap();
    let rows = text.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        let class = cells.get(5).copied().unwrap_or_default();
        Reference {
            variant: cells[1].to_owned(),
            place: [cells[0], cells[2], cells[3], class].map(str::to_owned),
            value: cells[4].parse().unwrap(),
        }
    });
    rows.collect()
}

/// Scores of full test splits by model, variant, dataset, metric and class.
fn scores(world: &World) -> BTreeMap<(String, [String; 4]), f64> {
    let folder = RunFolder::at(&world.path("runs/reference"));
    let scores = folder
        .read_rows::<titer_core::Score>()
        .unwrap()
        .into_iter()
        .map(|score| {
            let class = score.key.class.unwrap_or_default();
            let place = [
                score.key.case.model,
                score.key.case.dataset,
                score.key.metric,
                class,
            ];
            ((score.key.case.variant, place), score.value.unwrap())
        });
    scores.collect()
}

/// The suites that ship, without their perturbations.
fn clean_suites(world: &World) {
    for name in ["splice-donor", "splice-acceptor", "splice-positions"] {
        let text =
            std::fs::read_to_string(repository().join(format!("suites/{name}.yaml"))).unwrap();
        let (before, after) = text.split_once("perturbations:\n").unwrap();
        let (_, after) = after.split_once("metrics:\n").unwrap();
        world.write(
            &format!("{name}.yaml"),
            &format!("{before}metrics:\n{after}"),
        );
    }
}

/// int8 kernels differ between processors: those without VNNI add 8-bit products in 16 bits, which
/// can overflow. The references come from one that has it. Full precision does not differ.
fn int8_tolerance() -> f64 {
    let processor = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    if processor.contains("vnni") {
        0.01
    } else {
        0.1
    }
}

#[test]
fn scores_are_those_of_scikit_learn() {
    let world = World::new();
    clean_suites(&world);
    world.write("reference.yaml", EVALUATION);
    world.titer(&["run", "reference.yaml"]).expect(0);
    let scores = scores(&world);
    let mut compared = 0;
    for reference in references() {
        if reference.place[0] == "mmsplice-donor-damaged" {
            continue;
        }
        let key = (reference.variant, reference.place);
        let found = scores
            .get(&key)
            .unwrap_or_else(|| panic!("no score of {key:?}"));
        let tolerance = if key.0.starts_with("int8") {
            int8_tolerance()
        } else {
            1e-5
        };
        assert!(
            (found - reference.value).abs() < tolerance,
            "{key:?}: {found}, not {}",
            reference.value
        );
        compared += 1;
    }
    assert!(compared >= 200, "{compared} compared");
}

const EVALUATION: &str = "\
evaluation: reference
summary: Every variant that has reference scores, on every full test split.
suites: [./splice-donor.yaml, ./splice-acceptor.yaml, ./splice-positions.yaml]
models:
  - {model: mmsplice-donor, variants: [fp32, int8-static, int8-dynamic, fp32-candle]}
  - {model: mmsplice-acceptor, variants: [fp32, int8-static, int8-dynamic, fp32-candle]}
  - {model: cispliceai-member, variants: [fp32, int8-static]}
threads: 2
replicates: 200
";
