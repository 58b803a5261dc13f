//! A prediction that depends on its batch must be declared: a real dynamically quantized model, whose
//! descriptor says so, and the same one whose descriptor does not. One that depends on chance is refused
//! whatever the descriptor says.

use crate::helpers::script;
use crate::helpers::world::{World, repository};
use titer_core::CellRecord;
use titer_store::RunFolder;

fn world() -> World {
    let world = World::new();
    let from = repository().join("models/mmsplice-donor");
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = world.path("models/donor").join(path.file_name().unwrap());
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(&path, to).unwrap();
    }
    world.write(
        "donor.yaml",
        "evaluation: donor\nsuites: [splice-donor]\nmodels:\n  - {model: models/donor/model.yaml, variants: [fp32, int8-dynamic]}\nthreads: 1\nlimit: 200\nreplicates: 200\n",
    );
    world
}

#[test]
fn a_declared_dependence_is_measured_and_let_be() {
    let world = world();
    world.titer(&["run", "donor.yaml"]).expect(0);
    let page = world.read("runs/donor/report.html");
    assert!(
        page.contains(
            "A prediction depends on the rest of its batch. Alone and in a batch: within"
        )
    );
}

#[test]
fn an_undeclared_one_fails_its_cells() {
    let world = world();
    world.replace("models/donor/model.yaml", "    batch_dependent: true\n", "");
    let said = world.titer(&["run", "donor.yaml"]).expect(5);
    assert!(
        said.err.contains("predictions depend on their batch")
            || said.out.contains("predictions depend on their batch"),
        "{}\n{}",
        said.out,
        said.err
    );
    // Batches of one have nothing to depend on.
    let text = world.read("donor.yaml");
    world.write("donor.yaml", &format!("{text}batch_size: 1\n"));
    world.titer(&["run", "donor.yaml"]).expect(0);
}

const SCRIPT: &str = "\
import random
import titer_model
def share(window):
    return 0.1 + 0.8 * sum(base[2] for base in window) / 5
def predict(windows):
    return ANSWER
titer_model.serve(predict, numpy=False)
";

const VARIANTS: &str = "  - variant: onnx
    backend: process
    precision: fp32
    process: {command: [python3, share.py]}
    files: FILES
";

/// A script that answers so.
fn answering(answer: &str) -> World {
    let world = World::new();
    script::write(&world, &SCRIPT.replace("ANSWER", answer), VARIANTS);
    world.replace(
        "own.yaml",
        "value: 0.2",
        "value: 0.01, covers: {variants: [onnx]}",
    );
    world
}

/// The records of the cells of unperturbed examples.
fn records(world: &World) -> Vec<CellRecord> {
    let folder = RunFolder::at(&world.path("runs/own"));
    let plan = folder.read_manifest().unwrap().plan;
    let clean = plan.cells.iter().filter(|cell| cell.case.is_clean());
    clean
        .map(|cell| folder.read_cell_record(&cell.key).unwrap().unwrap())
        .collect()
}

const DECLARED: (&str, &str) = (
    "    precision: fp32\n",
    "    precision: fp32\n    batch_dependent: true\n",
);

#[test]
fn a_deterministic_script_repeats_itself() {
    let world = answering("[share(window) for window in windows]");
    world.titer(&["models", "check", "own"]).expect(0);
    world.titer(&["run", "own.yaml"]).expect(0);
    for record in records(&world) {
        assert_eq!(record.repeat.unwrap().largest_change, 0.0);
        assert_eq!(record.batch.unwrap().largest_change, 0.0);
    }
}

#[test]
fn a_script_that_depends_on_its_batch_repeats_itself() {
    let world = answering("[sum(map(share, windows)) / len(windows)] * len(windows)");
    let said = world.titer(&["run", "own.yaml"]).expect(5);
    assert!(said.err.contains("depend on their batch"), "{}", said.err);
    world.replace("models/own/model.yaml", DECLARED.0, DECLARED.1);
    world.titer(&["models", "check", "own"]).expect(0);
    let said = world.titer(&["run", "own.yaml"]);
    assert_ne!(said.code, Some(5), "{}", said.err);
    for record in records(&world) {
        assert_eq!(record.repeat.unwrap().largest_change, 0.0);
        assert!(record.batch.unwrap().largest_change > 0.01);
    }
}

#[test]
fn a_script_that_depends_on_chance_is_refused_whatever_it_says() {
    let world = answering("[random.random() for window in windows]");
    for declared in [false, true] {
        if declared {
            world.replace("models/own/model.yaml", DECLARED.0, DECLARED.1);
        }
        let said = world.titer(&["run", "own.yaml"]).expect(5);
        assert!(
            said.err.contains("the model is not deterministic")
                && said.err.contains("fix its seed"),
            "{}",
            said.err
        );
        assert!(!said.err.contains("batch_dependent"), "{}", said.err);
        for record in records(&world) {
            assert!(record.status.failure().is_some());
            assert!(record.repeat.unwrap().largest_change > 0.1);
        }
        let said = world.titer(&["models", "check", "own"]).expect(5);
        assert!(said.err.contains("not deterministic"), "{}", said.err);
    }
    let text = world.read("own.yaml");
    world.write("own.yaml", &format!("{text}batch_size: 1\n"));
    let said = world.titer(&["run", "own.yaml"]).expect(5);
    assert!(said.err.contains("not deterministic"), "{}", said.err);
}
