//! The same model through every backend: the same scores. The server is a real one.

use std::collections::BTreeMap;
use std::path::Path;

use crate::helpers::mlserver;
use crate::helpers::world::{Said, World, repository};
use titer_core::Outcome;
use titer_store::RunFolder;

/// What differs between kernels that add in another order.
const TOLERANCE: f64 = 2e-6;
/// A secret that must be found nowhere.
const SECRET: &str = "open-sesame-83f1c2";

/// The examples, with what they link to.
fn example(world: &World, name: &str) {
    let folder = repository().join("examples").join(name);
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let to = world.path(name).join(path.file_name().unwrap());
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::copy(&path, to).unwrap();
        }
    }
}

fn world() -> World {
    let world = World::new();
    example(&world, "http");
    example(&world, "every-backend");
    world
}

/// Judges these variants, of which `onnx` is one, and holds their scores and predictions to its own.
fn hold_alike(world: &World, variants: &[&str]) {
    let evaluation = "every-backend/evaluation.yaml";
    let listed = format!("[{}]", variants.join(", "));
    world.replace(evaluation, "[onnx, candle, python, served, table]", &listed);
    world.replace(evaluation, "limit: 1000", "limit: 200\nreplicates: 200");
    let mut command = world.command(&["run", evaluation]);
    let output = command.env("TITER_TEST_SECRET", SECRET).output().unwrap();
    Said::of(&output).expect(0);
    assert_eq!(compared(world), variants.len() - 1);
    assert_eq!(predicted_alike(world), variants.len() - 1);
}

#[test]
fn the_same_model_has_the_same_scores_everywhere() {
    hold_alike(&world(), &["onnx", "candle", "python", "table"]);
}

#[test]
#[ignore = "needs PyTorch"]
fn with_pytorch_the_same_model_has_the_same_scores() {
    hold_alike(&world(), &["onnx", "pytorch"]);
}

#[test]
#[ignore = "installs MLServer through pip"]
fn with_pip_a_served_model_has_the_same_scores() {
    let world = world();
    let server = mlserver::start(&world.path("http"));
    probed(&world, server.port);
    let place = format!("127.0.0.1:{}", server.port);
    let header =
        "model: mmsplice-donor, headers: {X-Key: {env: TITER_TEST_SECRET, prefix: \"Key \"}}}";
    world.replace("every-backend/model.yaml", "127.0.0.1:8080", &place);
    world.replace("every-backend/model.yaml", "model: mmsplice-donor}", header);
    hold_alike(&world, &["onnx", "served"]);
    let manifest = world.read("runs/every-backend/manifest.json");
    assert!(
        manifest.contains("http mlserver 1.7.1, model mmsplice-donor 1 (numpy)"),
        "{manifest}"
    );
    nowhere(&world.path("runs"), SECRET);
}

/// A server's model is described by what it says of itself.
fn probed(world: &World, port: u16) {
    let address = format!("http://127.0.0.1:{port}/v2/models/mmsplice-donor");
    let said = world.titer(&["models", "probe", &address]).expect(0);
    for line in [
        "#   http mlserver 1.7.1, model mmsplice-donor (numpy)",
        "#   takes `sequence` floats [any, 18, 4]",
        "#   gives `probability` floats [any, 1]",
        "model: mmsplice-donor",
        "    backend: http",
    ] {
        assert!(
            said.out.lines().any(|found| found == line),
            "{line}\n{}",
            said.out
        );
    }
    world.write("probed/model.yaml", &said.out);
    let said = world
        .titer(&["models", "check", "probed/model.yaml"])
        .expect(0);
    assert!(said.out.contains("loads and answers"), "{}", said.out);
    let said = world
        .titer(&["models", "probe", &address.replace("donor", "none")])
        .expect(2);
    assert!(
        said.err.contains("has no model `mmsplice-none`"),
        "{}",
        said.err
    );
    let said = world
        .titer(&["models", "probe", &format!("http://127.0.0.1:{port}")])
        .expect(2);
    assert!(said.err.contains("names no model"), "{}", said.err);
}

/// Scores of all variants beside the reference's; how many variants there were.
fn compared(world: &World) -> usize {
    let folder = RunFolder::at(&world.path("runs/every-backend"));
    let mut found: BTreeMap<String, BTreeMap<(String, String), f64>> = BTreeMap::new();
    for score in folder.read_rows::<titer_core::Score>().unwrap() {
        let place = (score.key.case.dataset, score.key.metric);
        let scores = found.entry(score.key.case.variant).or_default();
        scores.insert(place, score.value.unwrap());
    }
    let reference = found.remove("onnx").unwrap();
    assert!(reference.len() >= 16, "{reference:?}");
    for (variant, scores) in &found {
        assert_eq!(scores.len(), reference.len());
        for (place, value) in scores {
            let difference = (value - reference[place]).abs();
            assert!(
                difference < TOLERANCE,
                "{variant} {place:?}: {difference:e}"
            );
        }
    }
    found.len()
}

/// Predictions of all variants beside the reference's, example by example; how many variants there were.
fn predicted_alike(world: &World) -> usize {
    let folder = RunFolder::at(&world.path("runs/every-backend"));
    let plan = folder.read_manifest().unwrap().plan;
    let mut found: BTreeMap<String, BTreeMap<(String, String), f64>> = BTreeMap::new();
    for cell in &plan.cells {
        for prediction in folder.read_predictions(&cell.key).unwrap() {
            let place = (
                format!("{} {:?}", cell.case.dataset, cell.case.perturbation),
                prediction.id,
            );
            let Outcome::Predicted(output) = prediction.outcome else {
                panic!("{} {place:?} failed", cell.case.variant)
            };
            let predictions = found.entry(cell.case.variant.clone()).or_default();
            predictions.insert(place, output.numbers()[0]);
        }
    }
    let reference = found.remove("onnx").unwrap();
    assert!(reference.len() >= 200, "{}", reference.len());
    for (variant, predictions) in &found {
        assert_eq!(predictions.len(), reference.len());
        for (place, value) in predictions {
            let difference = (value - reference[place]).abs();
            assert!(difference <= 1e-6, "{variant} {place:?}: {difference:e}");
        }
    }
    found.len()
}

/// No file below a folder holds a text.
fn nowhere(folder: &Path, text: &str) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            nowhere(&path, text);
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let found = bytes
            .windows(text.len())
            .any(|window| window == text.as_bytes());
        assert!(!found, "{} holds a secret", path.display());
    }
}
