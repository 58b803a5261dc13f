//! A user's own model and data, from a folder of the user's own, through every command.

use serde_json::Value;

use crate::helpers::world::{World, digests};

#[test]
fn from_evaluation_to_report() {
    let world = World::new();
    let said = world.titer(&["run", "own.yaml"]).expect(0);
    assert!(said.out.contains("own: pass"), "{}", said.out);
    for name in [
        "manifest.json",
        "scores.parquet",
        "comparisons.parquet",
        "curves.parquet",
        "verdict.json",
        "report.html",
        "report.json",
        "csv/scores.csv",
        "csv/comparisons.csv",
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
fn a_sheet_is_made_where_it_is_asked_for_and_kept_up_to_date() {
    let world = World::new();
    world.titer(&["run", "own.yaml"]).expect(0);
    assert!(!world.path("runs/own/sheet.html").exists());
    let said = world.titer(&["report", "runs/own", "--sheet"]).expect(0);
    assert!(said.out.contains("sheet.html"), "{}", said.out);
    let sheet = world.read("runs/own/sheet.html");
    assert!(sheet.contains("What it must not be taken for"), "{sheet}");
    world.write("runs/own/sheet.html", "an old one");
    world.titer(&["score", "runs/own"]).expect(0);
    assert!(world.read("runs/own/sheet.html") == sheet);
}

/// A text about the verdict that cannot be written costs no other text, and not the verdict.
#[test]
fn a_text_that_cannot_be_written_costs_no_other() {
    let world = World::new();
    world.titer(&["run", "own.yaml"]).expect(0);
    let run = world.path("runs/own");
    for name in ["report.html", "summary.md"] {
        std::fs::remove_file(run.join(name)).unwrap();
        std::fs::create_dir(run.join(name)).unwrap();
    }
    std::fs::remove_file(run.join("junit.xml")).unwrap();
    // What an earlier rendering of a larger run left is no part of this one.
    world.write("runs/own/report-7.html", "a part");
    let said = world.titer(&["score", "runs/own"]).expect(0);
    assert!(said.out.contains("own: pass"), "{}", said.out);
    assert!(!said.out.contains("report:"), "{}", said.out);
    for part in ["note: the report is not whole", "report.html", "summary.md"] {
        assert!(said.err.contains(part), "{part}: {}", said.err);
    }
    assert!(run.join("junit.xml").is_file() && run.join("report.json").is_file());
    assert!(!run.join("report-7.html").exists());
    // `titer report` has nothing else to tell.
    let said = world.titer(&["report", "runs/own"]).expect(1);
    assert!(said.err.contains("report.html") && said.err.contains("summary.md"));
}

/// `report.json` is as its schema says, and `junit.xml` counts what the data cannot decide as it is asked to.
#[test]
fn what_machines_read() {
    let world = World::new();
    world.titer(&["run", "own.yaml"]).expect(0);
    let report: Value = serde_json::from_str(&world.read("runs/own/report.json")).unwrap();
    let schema = world.titer(&["schema", "report"]).expect(0).out;
    let schema = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let mistakes: Vec<String> = validator
        .iter_errors(&report)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(mistakes.is_empty(), "{mistakes:?}");

    // A limit in the middle of its own interval decides nothing.
    let mut scores = report["scores"].as_array().unwrap().iter();
    let auroc = scores.find(|score| score["metric"] == "auroc" && score["dataset"] == "near");
    let value = auroc.unwrap()["value"].as_f64().unwrap();
    world.replace("own.yaml", "value: 0.2", &format!("value: {value:.3}"));
    world.titer(&["run", "own.yaml"]).expect(3);
    let (skipped, failed) = (
        "<skipped type=\"inconclusive\"",
        "<failure type=\"inconclusive\"",
    );
    let holds = |which: &str| world.read("runs/own/junit.xml").contains(which);
    assert!(holds(skipped) && !holds(failed));
    let fail = ["score", "runs/own", "--inconclusive", "fail"];
    world.titer(&fail).expect(3);
    assert!(holds(failed) && !holds(skipped));
    assert!(holds(
        "name=\"report\" value=\"runs&#x2f;own&#x2f;report.html\""
    ));
    world.titer(&["report", "runs/own"]).expect(0);
    assert!(holds(skipped) && !holds(failed));
    let said = world.titer(&["report", "runs/own", "--inconclusive", "pass"]);
    assert!(said.expect(2).err.contains("skip, fail"));
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
    let (before, page) = (cells(), world.read("runs/own/report.html"));
    assert_eq!(before.len(), 12);
    std::thread::sleep(std::time::Duration::from_millis(1100));
    world.titer(&["run", "own.yaml"]).expect(0);
    assert_eq!(cells(), before, "a cell was predicted again");
    assert!(
        world.read("runs/own/report.html") == page,
        "the page tells of work that was not done"
    );
}

#[test]
fn a_look_does_not_take_the_place_of_the_run() {
    let world = World::new();
    world.titer(&["run", "own.yaml"]).expect(0);
    let page = world.read("runs/own/report.html");
    world.titer(&["run", "own.yaml", "--limit", "30", "--seed", "7"]);
    assert!(world.path("runs/own-limit-30-seed-7/report.html").is_file());
    assert!(world.read("runs/own/report.html") == page);
}

#[test]
fn names_are_found_beside_the_evaluation() {
    let world = World::new();
    world.replace("own.yaml", "suites: [suites/own.yaml]", "suites: [own]");
    let elsewhere = tempfile::tempdir().unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_titer"));
    command
        .arg("plan")
        .arg(world.path("own.yaml"))
        .current_dir(elsewhere.path())
        .env_remove("TITER_PATH");
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn without_gates_nothing_is_judged() {
    let world = World::new();
    let (before, _) = World::split(&world.read("own.yaml"), "gates:");
    world.write("own.yaml", &before);
    let said = world.titer(&["run", "own.yaml"]).expect(0);
    assert!(said.out.contains("own: not judged"), "{}", said.out);
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
    world.titer(&["run", "own.yaml", "--limit", "40", "--output", "runs/own"]);
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
        said.out
            .contains("only a part of what the evaluation asks for"),
        "{}",
        said.out
    );
    assert!(
        world
            .read("runs/own-limit-30/summary.md")
            .contains("At most 30 examples")
    );
    assert!(
        world
            .read("runs/own-limit-30/report.html")
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
    let models = world.titer(&["ls", "models"]).expect(0).out;
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
    std::fs::copy(
        world.path("models/own/model.yaml"),
        world.path("models/single.yaml"),
    )
    .unwrap();
    assert!(
        world
            .titer(&["ls", "models"])
            .expect(0)
            .out
            .contains("single"),
        "a single file is not listed"
    );
    assert!(world.titer(&["ls", "data"]).expect(0).out.contains("near"));
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
    let said = world.titer(&["examples", "runs/own", "--suite", "own", "--top", "1"]);
    assert!(said.out.lines().count() > 2, "{}", said.out);
    for (option, name, meant) in [
        ("--model", "owm", "own"),
        ("--variant", "candel", "candle"),
        ("--dataset", "fra", "far"),
        ("--suite", "owns", "own"),
    ] {
        let said = world
            .titer(&["examples", "runs/own", option, name])
            .expect(2);
        let words = [
            format!("{option} {name}: the run has no such "),
            format!("did you mean `{meant}`?"),
        ];
        for words in words {
            assert!(said.err.contains(&words), "{words}: {}", said.err);
        }
    }
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
    assert!(
        world
            .read("runs/own/report.html")
            .contains("<small>one query at a time</small>")
    );
    assert_eq!(
        std::fs::read_dir(world.path("runs/own/measurements"))
            .unwrap()
            .count(),
        2
    );
}

/// Groups, recalibration, detection, tests and every kind of gate, from YAML to the report.
#[test]
fn breakdowns_go_through_to_the_report() {
    let world = World::new();
    world.replace(
        "suites/own.yaml",
        "split: test\n",
        "split: test\nstrata: [strand, gc, species]\nrecalibrate: [temperature, platt, isotonic]\n\
         detect_out_of_distribution: true\n",
    );
    world.replace(
        "suites/own.yaml",
        "{ece: {bins: 10}}",
        "{ece: {bins: 10}}, smooth_ece, {fpr_at_tpr: {tpr: 0.9}}, precision",
    );
    world.replace(
        "own.yaml",
        "gates:\n",
        "gates:\n  - no_worse_than_reference: {metric: auroc, keeps: mlperf_99}\n  \
         - equivalent_to_reference: {metric: log_loss, margin: 0.01}\n  \
         - better_than_reference: {metric: auroc}\n",
    );
    // candle adds in another order than ONNX Runtime: equivalent, and no better.
    let said = world.titer(&["run", "own.yaml"]).expect(3);
    assert!(
        said.out
            .contains("gate 1: AUROC keeps at least 99 % of the reference"),
        "{}",
        said.out
    );
    assert!(
        said.out.contains("gate 2: Log loss within 0.01"),
        "{}",
        said.out
    );
    assert!(
        said.out.contains("gate 3: AUROC better than the reference")
            && said.out.contains("inconclusive"),
        "{}",
        said.out
    );
    let report: serde_json::Value =
        serde_json::from_str(&world.read("runs/own/report.json")).unwrap();
    let rows = |name: &str| report[name].as_array().unwrap().clone();
    for table in [
        "tests",
        "groups",
        "spreads",
        "flips",
        "recalibrations",
        "detections",
        "falls",
    ] {
        assert!(!rows(table).is_empty(), "{table}");
        let file = format!("runs/own/{table}.parquet");
        assert!(world.path(&file).is_file(), "{file}");
    }
    let strata: std::collections::BTreeSet<String> = rows("groups")
        .iter()
        .map(|row| row["stratum"].as_str().unwrap().to_owned())
        .collect();
    let strata: Vec<&str> = strata.iter().map(String::as_str).collect();
    // All lies on one strand, which breaks nothing down.
    assert_eq!(strata, ["gc", "species"]);
    assert!(
        rows("scores").iter().all(|row| row["split"] == "test"),
        "the tuning split is scored"
    );
    let html = world.read("runs/own/report.html");
    for heading in [
        "Groups",
        "Recalibrated",
        "Does the model notice foreign data?",
        "Out of distribution",
    ] {
        assert!(html.contains(heading), "{heading}");
    }
}
