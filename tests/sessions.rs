//! The cells of a variant in one process: the same answers as in a process each, and what depends on the cells before is
//! found and predicted again.

use crate::helpers::script;
use crate::helpers::world::{World, digests};

/// The share of G in five bases; `MORE` comes on top, and may know how many examples were asked before.
const SCRIPT: &str = "\
import titer_model
asked = 0
def predict(windows):
    global asked
    asked += len(windows)
    return [0.1 + 0.7 * sum(base[2] for base in window) / 5 + MORE for window in windows]
titer_model.serve(predict, name='share-of-g', numpy=False)
";

const VARIANTS: &str = "  - {variant: onnx, backend: process, precision: fp32, process: {command: [python3, share.py], tensors: json, files_complete: true}, files: FILES}
  - {variant: bytes, backend: process, precision: fp32, process: {command: [python3, share.py], files_complete: true}, files: FILES}
";

fn adding(more: &str) -> World {
    let world = World::new();
    script::write(&world, &SCRIPT.replace("MORE", more), VARIANTS);
    world
}

fn isolating(world: &World, what: &str) {
    let text = world.read("own.yaml");
    world.write(
        "own.yaml",
        &text.replace("threads: 1\n", &format!("threads: 1\nisolate: {what}\n")),
    );
}

#[test]
fn a_shared_process_changes_no_answer() {
    let (shared, alone) = (World::new(), World::new());
    for world in [&shared, &alone] {
        let controls = "controls: [gc, {nearest: {k: 8}}, shuffled, random_weights]";
        let text = world.read("own.yaml");
        world.write("own.yaml", &format!("{text}{controls}\n"));
    }
    shared.titer(&["run", "own.yaml"]).expect(0);
    isolating(&alone, "cell");
    alone.titer(&["run", "own.yaml"]).expect(0);
    let of = |world: &World| digests(&world.path("runs/own"));
    assert_eq!(of(&shared), of(&alone));
}

#[test]
fn what_depends_on_the_cells_before_is_predicted_one_by_one() {
    // No cell alone asks for as many examples, with all that is asked again.
    let more = "(0.15 if asked > 500 else 0)";
    let (shared, alone) = (adding(more), adding(more));
    isolating(&shared, "variant");
    let said = shared.titer(&["run", "own.yaml"]).expect(0);
    assert!(
        said.err
            .contains("the answers of own onnx depend on what it was asked before: each cell is predicted in a process of its own"),
        "{}",
        said.err
    );
    assert!(said.err.contains("of them again"), "{}", said.err);
    let told = alone.titer(&["run", "own.yaml"]).expect(0);
    assert!(!told.err.contains("asked before"), "{}", told.err);
    let of = |world: &World| digests(&world.path("runs/own"));
    assert_eq!(of(&shared), of(&alone));
}

#[test]
fn a_script_that_depends_on_nothing_shares_its_process() {
    let (shared, alone) = (adding("0"), adding("0"));
    isolating(&shared, "variant");
    let said = shared.titer(&["run", "own.yaml"]).expect(0);
    assert!(!said.err.contains("asked before"), "{}", said.err);
    alone.titer(&["run", "own.yaml"]).expect(0);
    let of = |world: &World| digests(&world.path("runs/own"));
    assert_eq!(of(&shared), of(&alone));
}

/// A script that dies within a cell is started anew for the next one.
#[test]
fn a_failed_cell_costs_itself() {
    let world = adding("(__import__('os')._exit(3) if asked > 700 else 0)");
    isolating(&world, "variant");
    let said = world.titer(&["run", "own.yaml"]);
    assert_eq!(said.code, Some(5), "{}", said.err);
    let failed = said.err.matches("failed: ").count();
    // Of twelve.
    assert!((2..=6).contains(&failed), "{failed}: {}", said.err);
}
