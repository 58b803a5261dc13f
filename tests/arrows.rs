//! The rooms and the arrows between them (ARCHITECTURE.md), held to what cargo says.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// Each room and the rooms that it may name.
const ARROWS: [(&str, &[&str]); 20] = [
    ("titer-core", &[]),
    ("titer-spec", &["core", "perturb", "metrics"]),
    ("titer-parquet", &[]),
    ("titer-http", &[]),
    ("titer-data", &["core", "spec", "parquet", "http"]),
    ("titer-perturb", &["core"]),
    ("titer-adaptors", &["core", "spec"]),
    ("titer-inspection", &["core", "spec", "adaptors"]),
    (
        "titer-backends",
        &["core", "spec", "parquet", "http", "adaptors", "inspection"],
    ),
    ("titer-controls", &["core", "spec"]),
    ("titer-measure", &["core", "spec", "statistics"]),
    ("titer-statistics", &["core"]),
    ("titer-metrics", &["core", "statistics"]),
    ("titer-store", &["core", "spec", "parquet"]),
    (
        "titer-judge",
        &["core", "spec", "metrics", "statistics", "controls", "store"],
    ),
    (
        "titer-run",
        &[
            "core",
            "spec",
            "data",
            "perturb",
            "adaptors",
            "inspection",
            "backends",
            "controls",
            "measure",
            "store",
            "judge",
        ],
    ),
    (
        "titer-audit",
        &[
            "core",
            "spec",
            "data",
            "perturb",
            "metrics",
            "statistics",
            "controls",
            "store",
        ],
    ),
    ("titer-report", &["core", "spec", "store", "judge", "audit"]),
    ("titer-init", &["core", "spec", "data", "inspection"]),
    (
        "titer",
        &[
            "core",
            "spec",
            "data",
            "inspection",
            "backends",
            "measure",
            "metrics",
            "store",
            "judge",
            "run",
            "report",
            "audit",
            "init",
        ],
    ),
];

#[test]
fn rooms_reach_only_what_they_may() {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--offline",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in metadata["packages"].as_array().unwrap() {
        let of_ours = package["dependencies"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|dependency| {
                let tests_only = dependency["kind"] == "dev";
                let name = dependency["name"]
                    .as_str()
                    .unwrap()
                    .strip_prefix("titer-")?;
                (!tests_only).then(|| name.to_owned())
            });
        found.insert(
            package["name"].as_str().unwrap().to_owned(),
            of_ours.collect(),
        );
    }
    let rooms: BTreeSet<&str> = found.keys().map(String::as_str).collect();
    assert_eq!(rooms, ARROWS.iter().map(|(room, _)| *room).collect());
    for (room, allowed) in ARROWS {
        for reached in &found[room] {
            assert!(
                allowed.contains(&reached.as_str()),
                "{room} reaches {reached}"
            );
        }
    }
}
