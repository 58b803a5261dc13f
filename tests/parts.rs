//! A part of an evaluation: `--suite`, `--dataset`, `--model`, `--variant`.

use titer_core::{Decision, Recalibration, Score};
use titer_store::RunFolder;

use crate::helpers::world::World;

/// A second suite over the same data, which names one dataset alone, and a gate on what a part may lack.
fn world() -> World {
    let world = World::new();
    let suite = world.read("suites/own.yaml");
    let (head, _) = World::split(&suite, "out_of_distribution:");
    let head = head.replace("suite: own", "suite: near-only");
    world.write(
        "suites/near-only.yaml",
        &format!("{head}metrics: [accuracy]\n"),
    );
    world.replace(
        "own.yaml",
        "suites: [suites/own.yaml]",
        "suites: [suites/own.yaml, suites/near-only.yaml]",
    );
    world.replace(
        "own.yaml",
        "gates:\n",
        "gates:\n  - at_least: {metric: accuracy, where: {dataset: far}, value: 0.1}\n",
    );
    world
}

#[test]
fn a_part_is_a_look_in_a_folder_of_its_own() {
    let world = world();
    let whole = world.titer(&["run", "own.yaml"]).expect(0);
    assert!(!whole.out.contains("a look"), "{}", whole.out);
    let options = ["--dataset", "near", "--suite", "own"];
    let run = [&["run", "own.yaml"][..], &options].concat();
    let said = world.titer(&run).expect(3);
    let (part, said) = ("runs/own-suite-own-dataset-near", said.out);
    assert!(said.contains("cells: 0 of 6 reused"), "{said}");
    assert!(said.contains("? own: inconclusive"), "{said}");
    let look = "a look (--suite own --dataset near): only a part";
    assert!(said.contains(look), "{said}");
    let run = RunFolder::at(&world.path(part));
    let verdict = run.read_verdict().unwrap();
    assert!(verdict.limited);
    assert_eq!(verdict.overall, Decision::Inconclusive);
    for name in ["report.html", "summary.md"] {
        let text = world.read(&format!("{part}/{name}"));
        assert!(text.contains("or a look only"), "{name}");
    }
    let page = world.read(&format!("{part}/report.html"));
    assert!(page.contains("--suite own --dataset near"));
    // A gate about what is not there is left out, and said to be.
    let plan = run.read_manifest().unwrap().plan;
    assert_eq!(plan.gates.len(), 1);
    let left_out = plan.left_out.iter().find(|it| it.what.contains("Accuracy"));
    assert!(left_out.unwrap().why.contains("far"), "{left_out:?}");

    // Every number is the whole's.
    let scores = |folder: &str| {
        let run = RunFolder::at(&world.path(folder));
        let mut scores = run.read_rows::<Score>().unwrap();
        scores.retain(|score| {
            let case = &score.key.case;
            case.suite == "own" && case.dataset == "near"
        });
        assert!(!scores.is_empty());
        scores
    };
    assert_eq!(scores(part), scores("runs/own"));
    // Judged again it is still a part, and a finished one has nothing left to do.
    let said = world.titer(&["score", part]).expect(3).out;
    assert!(said.contains(look), "{said}");
    let again = [&["run", "own.yaml"][..], &options].concat();
    let said = world.titer(&again).expect(3).out;
    assert!(said.contains("cells: 6 of 6 reused"), "{said}");
}

#[test]
fn the_reference_comes_along() {
    let world = world();
    let plan = |options: &[&str]| {
        let command = [&["plan", "own.yaml", "--format", "json"][..], options].concat();
        let said = world.titer(&command).expect(0).out;
        serde_json::from_str::<serde_json::Value>(&said).unwrap()
    };
    let variants = |plan: &serde_json::Value| {
        let variants = plan["variants"].as_array().unwrap().iter();
        variants
            .map(|it| it["variant"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(variants(&plan(&[])), ["onnx", "candle"]);
    assert_eq!(
        variants(&plan(&["--variant", "candle"])),
        ["onnx", "candle"]
    );
    let part = plan(&["--variant", "onnx"]);
    assert_eq!(variants(&part), ["onnx"]);
    assert_eq!(part["look"], true);
    assert_eq!(part["only"]["variants"], serde_json::json!(["onnx"]));
}

#[test]
fn a_model_that_others_are_compared_with_comes_along() {
    let world = World::new();
    let model = world.read("models/own/model.yaml");
    for file in ["dense.onnx", "dense.json", "dense.safetensors"] {
        std::fs::create_dir_all(world.path("models/new")).unwrap();
        let from = world.path(&format!("models/own/{file}"));
        std::fs::copy(from, world.path(&format!("models/new/{file}"))).unwrap();
    }
    world.write(
        "models/new/model.yaml",
        &model.replace("model: own", "model: new"),
    );
    world.replace(
        "own.yaml",
        "  - model: own\n    reference: onnx\n",
        "  - model: own\n    reference: onnx\n  - model: new\n    reference: {model: own, variant: candle}\n",
    );
    let command = ["plan", "own.yaml", "--format", "json", "--model", "new"];
    let said = world
        .titer(&[&command[..], &["--variant", "onnx"]].concat())
        .expect(0);
    let plan: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let variants: Vec<String> = plan["variants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| format!("{} {}", it["model"], it["variant"]).replace('"', ""))
        .collect();
    // own's candle is what new is compared with, own's onnx what own's candle is.
    assert_eq!(variants, ["own onnx", "own candle", "new onnx"]);
}

#[test]
fn a_part_that_is_not_there_is_refused_with_the_names() {
    let world = world();
    for (options, names) in [
        (
            &["--suite", "owns"][..],
            "did you mean `own`? Known: own, near-only",
        ),
        (&["--dataset", "zebra"], "known: near, far"),
        (
            &["--suite", "near-only", "--dataset", "far"],
            "did you mean `near`? Known: near",
        ),
        (&["--model", "onw"], "did you mean `own`?"),
        (&["--variant", "int8"], "known: onnx, candle"),
    ] {
        for command in ["plan", "run"] {
            let said = world.titer(&[&[command, "own.yaml"], options].concat());
            assert_eq!(said.code, Some(2), "{options:?}: {}", said.err);
            let first = format!("error: {} ", options[options.len() - 2]);
            assert!(said.err.starts_with(&first), "{}", said.err);
            assert!(said.err.contains(names), "{options:?}: {}", said.err);
        }
    }
    assert!(!world.path("runs").exists());
}

/// What is fitted on a dataset that the part leaves out is fitted on it all the same.
#[test]
fn recalibrations_keep_the_data_that_they_are_fitted_on() {
    let world = World::new();
    world.replace(
        "suites/own.yaml",
        "split: test\n",
        "split: test\nrecalibrate: [temperature]\n",
    );
    world.titer(&["run", "own.yaml"]).expect(0);
    world
        .titer(&["run", "own.yaml", "--dataset", "far"])
        .expect(3);
    let rows = |folder: &str| {
        let run = RunFolder::at(&world.path(folder));
        let mut rows = run.read_rows::<Recalibration>().unwrap();
        rows.retain(|row| row.key.case.dataset == "far");
        rows
    };
    let part = rows("runs/own-dataset-far");
    assert!(!part.is_empty());
    assert_eq!(part, rows("runs/own"));
}
