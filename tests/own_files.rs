//! A user's own model and data, from a folder of the user's own, through every command.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "helpers/world.rs"]
mod world;
use world::{World, digests};

#[test]
fn from_evaluation_to_report() {
    let world = World::new();
    let said = world.titer(&["run", "own.yaml"]).expect(0);
    assert!(said.out.contains("own: pass"), "{}", said.out);
    assert_eq!(said.err, "", "quiet where there is no terminal");
    for name in [
        "manifest.json",
        "scores.parquet",
        "comparisons.parquet",
        "curves.parquet",
        "verdict.json",
        "report.html",
        "report.json",
        "summary.md",
        "junit.xml",
    ] {
        assert!(world.path("runs/own").join(name).is_file(), "{name}");
    }
    let html = world.read("runs/own/report.html");
    assert!(html.len() < 2_000_000);
    assert!(
        !html.contains(&*world.path("").to_string_lossy()),
        "the report tells where it was made"
    );
    assert!(
        !html.contains("src=\"http") && !html.contains("href=\"http"),
        "the page reaches out"
    );
}

#[test]
fn each_step_again_gives_the_same() {
    let world = World::new();
    world.titer(&["run", "own.yaml"]).expect(0);
    let (before, page) = (
        digests(&world.path("runs/own")),
        world.read("runs/own/report.html"),
    );
    world.titer(&["report", "runs/own"]).expect(0);
    assert!(
        world.read("runs/own/report.html") == page,
        "another report of the same run"
    );
    world.titer(&["score", "runs/own"]).expect(0);
    assert_eq!(digests(&world.path("runs/own")), before);
    assert!(
        world.read("runs/own/report.html") == page,
        "another report after scoring again"
    );
    assert!(before.len() >= 4, "{before:?}");
}

#[test]
fn finished_cells_are_taken_over() {
    let world = World::new();
    world.titer(&["run", "own.yaml"]).expect(0);
    let cells = || {
        let mut cells: Vec<_> = std::fs::read_dir(world.path("runs/own/cells"))
            .unwrap()
            .map(|entry| {
                let path = entry.unwrap().path().join("predictions.parquet");
                (
                    path.clone(),
                    std::fs::metadata(path).unwrap().modified().unwrap(),
                )
            })
            .collect();
        cells.sort();
        cells
    };
    let before = cells();
    assert_eq!(before.len(), 12);
    world.titer(&["run", "own.yaml"]).expect(0);
    assert_eq!(cells(), before, "a cell was predicted again");
}

#[test]
fn a_changed_evaluation_keeps_what_did_not_change() {
    let world = World::new();
    world.titer(&["run", "own.yaml"]).expect(0);
    world.replace("own.yaml", "value: 0.2", "value: 0.999");
    let said = world.titer(&["run", "own.yaml"]).expect(100);
    assert!(said.out.contains("own: fail"), "{}", said.out);
    assert!(world.path("runs/own/previous").is_dir());
    assert_eq!(
        std::fs::read_dir(world.path("runs/own/cells"))
            .unwrap()
            .count(),
        12
    );
    // Another limit: other examples, other cells; the old ones move away.
    world.titer(&["run", "own.yaml", "--limit", "40"]);
    assert_eq!(
        std::fs::read_dir(world.path("runs/own/cells"))
            .unwrap()
            .count(),
        12
    );
}

#[test]
fn a_limit_is_marked() {
    let world = World::new();
    let said = world.titer(&["run", "own.yaml", "--limit", "30"]);
    assert!(
        said.out.contains("only a part of the examples"),
        "{}",
        said.out
    );
    assert!(
        world
            .read("runs/own/summary.md")
            .contains("At most 30 examples")
    );
    assert!(
        world
            .read("runs/own/report.html")
            .contains("At most 30 examples")
    );
}

#[test]
fn looking_without_running() {
    let world = World::new();
    let plan = world.titer(&["plan", "own.yaml"]).expect(0).out;
    assert!(
        plan.contains("12 cells") && plan.contains("gate 1"),
        "{plan}"
    );
    assert!(!world.path("runs").exists());
    let models = world.titer(&["models", "ls"]).expect(0).out;
    assert!(
        models.contains("own-site") && models.contains("mmsplice-donor"),
        "{models}"
    );
    assert!(
        world
            .titer(&["models", "show", "own"])
            .expect(0)
            .out
            .contains("never trained")
    );
    assert!(
        world
            .titer(&["models", "check", "own"])
            .expect(0)
            .out
            .contains("sound")
    );
    assert!(world.titer(&["data", "ls"]).expect(0).out.contains("near"));
    assert!(
        world
            .titer(&["data", "show", "near"])
            .expect(0)
            .out
            .contains("Synthetic")
    );
    assert!(
        world
            .titer(&["data", "check", "datasets/far"])
            .expect(0)
            .out
            .contains("30 of locus")
    );
    assert!(world.titer(&["info"]).expect(0).out.contains("titer 0."));
    assert!(
        world
            .titer(&["schema", "suite"])
            .expect(0)
            .out
            .contains("\"$schema\"")
    );
    assert!(
        world
            .titer(&["runtime", "show"])
            .expect(0)
            .out
            .contains("ONNX Runtime")
    );
}

#[test]
fn notable_examples_are_listed() {
    let world = World::new();
    world.titer(&["run", "own.yaml"]).expect(0);
    let said = world
        .titer(&[
            "examples",
            "runs/own",
            "--variant",
            "onnx",
            "--dataset",
            "far",
        ])
        .expect(0);
    assert!(
        said.out.contains("worst_error") && said.out.contains("far:"),
        "{}",
        said.out
    );
    assert!(!said.out.contains("near:"), "{}", said.out);
    world
        .titer(&["examples", "runs/own", "--model", "nobody"])
        .expect(4);
}

#[test]
fn measured_variants_stand_in_the_report() {
    let world = World::new();
    let measure = "measure:\n  latency: {scenario: single_stream, batch_sizes: [1, 8], rounds: 2, queries: 20, seconds: 1}\n";
    let text = world.read("own.yaml");
    world.write(
        "own.yaml",
        &format!("{text}  - at_most: {{measurement: peak_memory, value: 4 GiB}}\n{measure}"),
    );
    world.titer(&["run", "own.yaml"]).expect(0);
    let json = world.read("runs/own/report.json");
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(json.contains("peak"), "{report}");
    assert_eq!(
        std::fs::read_dir(world.path("runs/own/measurements"))
            .unwrap()
            .count(),
        2
    );
}
