//! Gates at the prevalence that a suite states, from the file to the verdict, and those that cannot be. The data is synthetic.

use titer_core::PrevalenceScore;
use titer_store::RunFolder;

use crate::helpers::world::World;

fn world(prevalence: &str, gate: &str) -> World {
    let world = World::new();
    let text = format!("split: test\n{prevalence}");
    world.replace("suites/own.yaml", "split: test\n", &text);
    world.replace("own.yaml", "gates:\n", &format!("gates:\n  - {gate}\n"));
    world
}

#[test]
fn gates_at_a_prevalence_that_cannot_be() {
    let refused = |prevalence: &str, gate: &str, names: &[&str]| {
        let said = world(prevalence, gate)
            .titer(&["plan", "own.yaml"])
            .expect(2);
        for name in names.iter().chain(&["own.yaml:10", "help:"]) {
            assert!(said.err.contains(name), "{name:?} is not in:\n{}", said.err);
        }
    };
    let stated = "prevalence: 0.01\n";
    let accuracy = "at_least: {metric: accuracy, value: 0.5, at_prevalence: true}";
    refused(
        "",
        accuracy,
        &["no suite here states a prevalence", "prevalence: 0.001"],
    );
    refused(
        stated,
        "at_least: {metric: auroc, value: 0.5, at_prevalence: true}",
        &["not given at a prevalence", "average_precision"],
    );
    refused(
        stated,
        "no_worse_than_reference: {metric: accuracy, keeps: 0.9, at_prevalence: true}",
        &["shares of the reference"],
    );
    refused(
        stated,
        "equivalent_to_reference: {metric: accuracy, margin: 0.1, at_prevalence: true}",
        &["both ways"],
    );
    refused(
        stated,
        "at_least: {metric: accuracy, value: 0.5, at_prevalence: true, covers: {perturbation: substitutions_0.1}}",
        &["clean examples"],
    );
    refused(
        stated,
        "at_most: {measurement: disk_size, value: 1 MiB, at_prevalence: true}",
        &["not given at a prevalence"],
    );
}

#[test]
fn a_gate_is_decided_at_the_prevalence() {
    let gate = "at_least: {metric: average_precision, value: 0.5, at_prevalence: true, by: value}";
    let world = world("prevalence: 0.001\n", gate);
    // One in a thousand: no model that errs on a fifth of the data has half of its calls right.
    let said = world.titer(&["run", "own.yaml"]).expect(100);
    let all = format!("{}{}", said.out, said.err);
    assert!(all.contains("at a prevalence of 0.001"), "{all}");
    let folder = RunFolder::at(&world.path("runs/own"));
    let rows = folder.read_rows::<PrevalenceScore>().unwrap();
    let candle = |row: &&PrevalenceScore| row.against.base.as_deref() == Some("onnx");
    let candle: Vec<&PrevalenceScore> = rows.iter().filter(candle).collect();
    assert!(!candle.is_empty());
    // Two backends of one network: hardly a difference, and never an interval that says more than was seen.
    for row in candle {
        match row.against.difference {
            Some(difference) => assert!(difference.abs() < 1e-3, "{row:?}"),
            None => assert!(row.against.difference_undefined.is_some(), "{row:?}"),
        }
    }
}
