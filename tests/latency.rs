//! Scenarios from YAML to the page, gates on ratios, and whether what is timed is what was scored.

use std::path::PathBuf;

use serde_json::Value;

use crate::helpers::world::{Said, World};
use crate::helpers::{mlserver, script};

/// Five bases answered after a pause; `BEFORE` may answer otherwise.
const SCRIPT: &str = "\
import time
import titer_model
asked = 0
known = {}
def predict(windows):
    global asked
    asked += 1
    answers = []
    for window in windows:
        BEFORE
        answers.append(0.1 + 0.8 * sum(base[2] for base in window) / 5)
    return answers
titer_model.serve(predict, name='share-of-g', numpy=False)
";

const VARIANTS: &str = "  - {variant: onnx, backend: process, precision: fp32, process: {command: [python3, share.py], tensors: json, files_complete: true}, files: FILES}
  - {variant: other, backend: process, precision: fp32, process: {command: [python3, share.py], tensors: json, files_complete: true}, files: FILES}
";

fn measured(world: &World, latency: &str, gates: &str) {
    let text = world.read("own.yaml");
    let measure = format!("measure:\n  latency: {latency}\n");
    world.write(
        "own.yaml",
        &text.replace("gates:\n", &format!("{measure}gates:\n{gates}")),
    );
}

/// The measurements of `report.json`, by variant.
fn measurements(world: &World) -> Vec<Value> {
    let report: Value = serde_json::from_str(&world.read("runs/own/report.json")).unwrap();
    report["measurements"].as_array().unwrap().clone()
}

fn files(world: &World, name: &str) -> Vec<PathBuf> {
    let all = std::fs::read_dir(world.path("runs/own/measurements")).unwrap();
    let files = all.map(|one| one.unwrap().path().join(name));
    files.filter(|file| file.is_file()).collect()
}

#[test]
fn a_server_is_timed_from_when_queries_are_due_and_its_lengths_stand_apart() {
    let world = World::new();
    let latency = "{scenario: {server: {rate_per_s: 500}}, batch_sizes: [1, 4], lengths: [12, 40], rounds: 3, queries: 70, seconds: 5}";
    let gates = "  - at_most: {measurement: latency_p50, relative_to: reference, value: 1000, batch_size: 1}
  - at_most: {measurement: cold_start, value: 10 minutes}
";
    measured(&world, latency, &gates.replace("10 minutes", "600 s"));
    let said = world.titer(&["run", "own.yaml"]);
    let page = world.read("runs/own/report.html");
    assert!(
        page.contains("500 queries a second on average, timed from when they are due"),
        "{}",
        said.out
    );
    for heading in [
        "Latency by sequence length",
        "Cold start",
        "What disturbed the times",
    ] {
        assert!(page.contains(heading), "{heading}");
    }
    assert!(page.contains("MLPerf TEST01"));
    let verdict: Value = serde_json::from_str(&world.read("runs/own/verdict.json")).unwrap();
    let ruled = verdict["measured"].as_array().unwrap();
    let because = |at: usize| ruled[at]["because"].as_str().unwrap();
    assert!(
        because(0).contains("beside the reference's: "),
        "{}",
        because(0)
    );
    // An absolute time names the machine, a ratio does not.
    assert!(
        because(1).contains(" core") && !because(0).contains(" core"),
        "{}",
        because(1)
    );
    let all = measurements(&world);
    assert_eq!(all.len(), 2);
    for one in &all {
        assert_eq!(one["latencies"][0]["queries"], 210);
        let refused = one["latencies"][0]["p99"]["undefined"].as_str().unwrap();
        assert!(refused.contains("needs 662"), "{refused}");
        assert!(one["latencies"][0]["p90"]["bound_ns"].as_f64().unwrap() > 0.0);
        assert_eq!(one["lengths"].as_array().unwrap().len(), 4);
        assert_eq!(one["lengths"][3]["length"], 40);
        assert!(
            one["cold_start_ns_median"].as_f64().unwrap() > one["load_ns_median"].as_f64().unwrap()
        );
        // The same arrivals for both: 210 queries at 500 a second take 0.14 s in each round, whatever the model does.
        let rate = one["latencies"][0]["throughput_per_second"]
            .as_f64()
            .unwrap();
        assert!(rate < 900.0, "{rate}");
    }
    assert_eq!(files(&world, "surroundings.json").len(), 2);
    // What was measured stays measured.
    let said = world.titer(&["run", "own.yaml"]);
    assert!(said.out.contains("reused"), "{}", said.out);
}

#[test]
fn several_at_a_time_and_all_at_once() {
    let world = World::new();
    measured(
        &world,
        "{scenario: {multi_stream: {samples_per_query: 8}}, batch_sizes: [1, 8], rounds: 1, queries: 20, seconds: 5}",
        "",
    );
    world.titer(&["run", "own.yaml"]);
    assert!(
        world
            .read("runs/own/report.html")
            .contains("8 examples at a time")
    );
    world.replace(
        "own.yaml",
        "{multi_stream: {samples_per_query: 8}}",
        "offline",
    );
    world.titer(&["run", "own.yaml"]);
    let all = measurements(&world);
    let reason = all[0]["latencies"][1]["p50"]["undefined"].as_str().unwrap();
    assert!(reason.contains("offline"), "{reason}");
    assert!(
        all[0]["latencies"][1]["throughput_per_second"]
            .as_f64()
            .unwrap()
            > 0.0
    );
}

#[test]
fn what_a_measurement_cannot_show_is_said_before_anything_runs() {
    let world = World::new();
    let latency =
        "{scenario: {server: {find_rate: {p99_below_ms: 50}}}, batch_sizes: [1], queries: 200}";
    let gate = "  - at_most: {measurement: memory_over_idle, relative_to: reference, value: 0.8}\n";
    measured(&world, latency, gate);
    let said = |expected: &[&str]| {
        let said = world.titer(&["plan", "own.yaml"]).expect(2);
        for expected in expected {
            assert!(said.err.contains(expected), "{expected}:\n{}", said.err);
        }
    };
    said(&["459 are needed", "queries: 1000"]);
    world.replace("own.yaml", "queries: 200", "queries: 500");
    said(&["not compared round by round"]);
    world.replace("own.yaml", "measurement: memory_over_idle", "metric: auroc");
    said(&["a metric is not held against a multiple"]);
    world.replace(
        "own.yaml",
        "metric: auroc, relative_to: reference, value: 0.8",
        "measurement: latency_p90, relative_to: reference, value: 5 ms",
    );
    said(&["unit"]);
}

/// It answers otherwise once it has been asked often, as it never is while it is scored.
#[test]
fn times_of_answers_that_were_not_scored_are_a_failure() {
    let world = World::new();
    let otherwise = SCRIPT.replace("BEFORE", "if asked > 200: answers.append(0.123); continue");
    script::write(&world, &otherwise, VARIANTS);
    measured(
        &world,
        "{scenario: single_stream, batch_sizes: [1, 2], rounds: 1, queries: 200, seconds: 20, max_warm_up: 5}",
        "",
    );
    let said = world.titer(&["run", "own.yaml"]);
    // Both variants are the same to the last byte, and measured once.
    let failed = files(&world, "failed.json");
    assert_eq!(failed.len(), 1, "{}", said.err);
    let reason = std::fs::read_to_string(&failed[0]).unwrap();
    assert!(reason.contains("MLPerf TEST01"), "{reason}");
    said.expect(5);
}

/// It keeps what it has answered: no time of a repeated sequence is that of a new one, and no gate about time is decided by it.
#[test]
fn answers_that_are_kept_are_said_and_decide_nothing() {
    let world = World::new();
    let keeps = SCRIPT.replace(
        "BEFORE",
        "key = str(window)\n        if key not in known: known[key] = 1; time.sleep(0.02)",
    );
    script::write(&world, &keeps, VARIANTS);
    let gate =
        "  - at_most: {measurement: latency_p50, value: 600 s, covers: {variants: [other]}}\n";
    measured(
        &world,
        "{scenario: single_stream, batch_sizes: [1], rounds: 1, queries: 20, seconds: 5, max_warm_up: 5}",
        gate,
    );
    let said = world.titer(&["run", "own.yaml"]).expect(3);
    assert!(said.out.contains("MLPerf TEST04"), "{}", said.out);
    assert!(
        world
            .read("runs/own/report.html")
            .contains("answers are kept")
    );
    assert!(measurements(&world)[0]["kept_answers"].is_string());
}

#[test]
fn a_bench_needs_no_data_and_says_so() {
    let world = World::new();
    let asked = [
        "bench",
        "models/own/model.yaml",
        "--rounds",
        "3",
        "--queries",
        "12",
        "--batch-size",
        "2",
        "--quiet",
    ];
    let said = world.titer(&asked).expect(0);
    assert!(
        said.out.contains("drawn at random: no data"),
        "{}",
        said.out
    );
    assert!(world.read("runs/bench-own/bench.json").contains("no data"));
    let aa: Vec<&str> = asked
        .iter()
        .copied()
        .chain(["--aa", "--format", "json"])
        .collect();
    let said = world.titer(&aa).expect(0);
    let found: Value = serde_json::from_str(&said.out).unwrap();
    let names: Vec<&str> = found["variants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["variant"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["onnx", "onnx again"]);
    assert_eq!(
        found["variants"][0]["latencies"][0]["details"]["rounds"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    assert!(found["aa"][0]["spread"].as_f64().unwrap() >= 1.0);
    let said = world.titer(&[
        "bench",
        "models/own/model.yaml",
        "--aa",
        "--rounds",
        "3",
        "--queries",
        "12",
        "--batch-size",
        "2",
    ]);
    assert!(said.expect(0).out.contains("A/A spread"));
    let said = world
        .titer(&["bench", "models/own/model.yaml", "--variant", "onx"])
        .expect(2);
    assert!(said.err.contains("onnx"), "{}", said.err);
    // A run's folder stays a run's.
    world.titer(&["run", "own.yaml"]);
    let said = world.titer(&["bench", "models/own/model.yaml", "--output", "runs/own"]);
    assert!(said.err.contains("holds a run"), "{}", said.err);
}

/// A server on loopback, at a rate that is found, with the network, its queue and its own time in each latency.
#[test]
#[ignore = "installs MLServer through pip"]
fn with_pip_the_rate_of_a_server_is_found() {
    let world = World::new();
    for name in ["http", "every-backend"] {
        let folder = crate::helpers::world::repository()
            .join("examples")
            .join(name);
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let to = world.path(name).join(path.file_name().unwrap());
                std::fs::create_dir_all(to.parent().unwrap()).unwrap();
                std::fs::copy(&path, to).unwrap();
            }
        }
    }
    let server = mlserver::start(&world.path("http"));
    let place = format!("127.0.0.1:{}", server.port);
    world.replace("every-backend/model.yaml", "127.0.0.1:8080", &place);
    let evaluation = "every-backend/evaluation.yaml";
    world.replace(
        evaluation,
        "[onnx, candle, python, served, table]",
        "[onnx, served]",
    );
    world.replace(evaluation, "limit: 1000", "limit: 100\nreplicates: 200\nmeasure:\n  latency: {scenario: {server: {find_rate: {p99_below_ms: 100}}}, batch_sizes: [1], rounds: 1, queries: 500}");
    Said::of(&world.command(&["run", evaluation]).output().unwrap());
    let report: Value =
        serde_json::from_str(&world.read("runs/every-backend/report.json")).unwrap();
    let all = report["measurements"].as_array().unwrap();
    let rate = |variant: &str| {
        let found = all.iter().find(|one| one["variant"] == variant).unwrap();
        found["latencies"][0]["goodput_per_second"]
            .as_f64()
            .unwrap()
    };
    let (local, served) = (rate("onnx"), rate("served"));
    assert!(
        served > 0.0 && local > served,
        "onnx {local:.1} a second, served {served:.1} a second"
    );
}
