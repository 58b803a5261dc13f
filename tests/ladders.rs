//! Ladders from the suite to the page, and what is said of ladders that cannot be. The data is synthetic.

use titer_core::{Agreement, Contrast, Decision, GroupScore, LadderSlope};
use titer_store::RunFolder;

use crate::helpers::world::{Said, World};

const LADDERS: &str = "\
ladders:
  - ladder: away
    shift: assay
    unit: km
    steps: [{dataset: near, distance: 0}, {dataset: far, distance: 2}, {dataset: farther, distance: 9}]
  - {ladder: gc, dataset: near, by: gc, strata: 3}
";

/// A third dataset, and these ladders.
fn world(ladders: &str) -> World {
    let world = World::new();
    world.dataset("farther", 3, 120);
    world.replace(
        "suites/own.yaml",
        "  - {dataset: far, distance: far}\n",
        &format!(
            "  - {{dataset: far, distance: far, shift: assay}}\n  - {{dataset: farther, shift: assay}}\n{ladders}"
        ),
    );
    world
}

fn refused(ladders: &str, names: &[&str]) {
    let said = world(ladders).titer(&["plan", "own.yaml"]).expect(2);
    for name in names {
        assert!(said.err.contains(name), "{name:?} is not in:\n{}", said.err);
    }
    assert!(said.err.contains("help:"), "{}", said.err);
}

fn steps(list: &str) -> String {
    format!("ladders:\n  - {{ladder: away, shift: assay, steps: [{list}]}}\n")
}

#[test]
fn ladders_that_cannot_be() {
    refused(&steps("near, far"), &["own.yaml:12", "2 of the 3"]);
    refused(
        &steps("near, far, frog"),
        &["own.yaml:12", "`frog` is no dataset", "farther"],
    );
    refused(
        &steps("near, far, far"),
        &["own.yaml:12", "`far` stands twice"],
    );
    refused(
        &steps("far, near, farther"),
        &["own.yaml:12", "`far` is not in distribution"],
    );
    let some = "near, {dataset: far, distance: 3}, farther";
    refused(&steps(some), &["own.yaml:12", "`near` states no distance"]);
    let nearer = "{dataset: near, distance: 0}, {dataset: far, distance: 3}, {dataset: farther, distance: 3}";
    refused(&steps(nearer), &["own.yaml:12", "unit"]);
    let with_unit = steps(nearer).replace("shift: assay", "shift: assay, unit: km");
    refused(
        &with_unit,
        &["own.yaml:12", "no further than the step before"],
    );
    let unsaid = steps("near, far, farther").replace("shift: assay, ", "");
    refused(&unsaid, &["own.yaml:12", "shift", "prevalence"]);
    let twice = format!("{LADDERS}  - {{ladder: gc, dataset: near, by: strand}}\n");
    refused(&twice, &["`gc` stands twice"]);
    let by = |text: &str| format!("ladders:\n  - {{ladder: l, {text}}}\n");
    refused(
        &by("dataset: near, by: strnd"),
        &["own.yaml:12", "strnd", "strand"],
    );
    refused(
        &by("dataset: near, by: strand, strata: 4"),
        &["own.yaml:12", "`strand` are its own"],
    );
    refused(
        &by("dataset: near"),
        &["own.yaml:12", "needs either `steps`"],
    );
    refused(
        &by("dataset: near, by: strand, groups: [\"+\", \"-\"]"),
        &["own.yaml:12", "2 of the 3"],
    );
    refused(
        &by("dataset: near, by: gc, groups: [low, middle, high]"),
        &["own.yaml:12", "an order of their own", "strata: 4"],
    );
    refused(
        &by("dataset: near, by: chromosome, groups: [\"1\", \"2\", \"1\"]"),
        &["own.yaml:12", "`1` stands twice"],
    );
    let listed = steps("near, far, farther").replace("shift: assay,", "shift: assay, groups: [a],");
    refused(
        &listed,
        &["own.yaml:12", "only a ladder that goes `by` a stratum"],
    );
}

#[test]
fn gates_on_falls_that_cannot_be() {
    let gate_of = |metric: &str, text: &str, names: &[&str]| {
        let world = world(LADDERS);
        let text =
            format!("gates:\n  - no_further_fall_than_reference: {{metric: {metric}, {text}}}\n");
        world.replace("own.yaml", "gates:\n", &text);
        let said = world.titer(&["plan", "own.yaml"]).expect(2);
        for name in names {
            assert!(said.err.contains(name), "{name:?} is not in:\n{}", said.err);
        }
    };
    let gate = |text: &str, names: &[&str]| gate_of("auroc", text, names);
    gate("where: out_of_distribution", &["own.yaml:10", "margin"]);
    gate(
        "margin: 0.01, along: awy",
        &["own.yaml:10", "`awy`", "away"],
    );
    gate(
        "margin: 0.01, along: away, where: out_of_distribution",
        &["own.yaml:10", "`along` and a `where`"],
    );
    gate(
        "margin: 0.01, of: {worst_group: strand}",
        &["own.yaml:10", "only along a ladder"],
    );
    gate(
        "margin: 0.01, along: away, of: {worst_group: strnd}",
        &["own.yaml:10", "`strnd`"],
    );
    gate(
        "margin: 0.01, along: away, of: {recalibrated: platt}",
        &["own.yaml:10", "leaves this metric as it is", "log_loss"],
    );
    gate_of(
        "log_loss",
        "margin: 0.01, along: away, of: {recalibrated: platt}",
        &["own.yaml:10", "recalibrate by `platt`", "its `recalibrate`"],
    );
    gate(
        "margin: 0.01, along: away, of: {worst_group: species}",
        &["own.yaml:10", "each step is one dataset"],
    );
    gate(
        "margin: 0.01, along: gc, of: {worst_group: strand}",
        &["own.yaml:10", "groups of one dataset"],
    );
    gate(
        "margin: 0.01, where: in_distribution",
        &["own.yaml:10", "out of distribution"],
    );
    gate(
        "margin: 0.01, where: {dataset: near}",
        &["own.yaml:10", "far"],
    );
    gate(
        "margin: 0.01, covers: {perturbation: substitutions_0.1}",
        &["own.yaml:10", "clean examples"],
    );
    gate("margin: 2.5", &["own.yaml:10", "cannot fail"]);
}

#[test]
fn a_ladder_goes_from_the_suite_to_the_page() {
    let world = world(LADDERS);
    let gates = "gates:\n  - no_further_fall_than_reference: {metric: auroc, margin: 0.05, along: away}\n  \
                 - no_further_fall_than_reference: {metric: auroc, margin: 0.05}\n";
    world.replace("own.yaml", "gates:\n", gates);
    let planned = world.titer(&["plan", "own.yaml"]).expect(0).out;
    let told = "ladder away of own: near (0 km), far (2 km), farther (9 km)";
    assert!(planned.contains(told), "{planned}");
    assert!(
        planned.contains("ladder gc of own: groups of near by gc in 3"),
        "{planned}"
    );
    assert!(planned.contains("along away (1 check)"), "{planned}");
    assert!(
        planned.contains("out of distribution (2 checks)"),
        "{planned}"
    );
    let listed = world.titer(&["ls", "suites"]).expect(0).out;
    assert!(listed.contains("away, gc"), "{listed}");
    // The other runtime's answers are the reference's but for rounding: it falls no further.
    let Said { out, .. } = world.titer(&["run", "own.yaml"]).expect(0);
    assert!(out.contains("own: pass"), "{out}");
    let folder = RunFolder::at(&world.path("runs/own"));
    let rows: Vec<LadderSlope> = folder.read_rows().unwrap();
    // Five metrics of two variants: per step and per km, and along the groups.
    assert_eq!(rows.len(), 2 * 5 * 3);
    let per_km = rows.iter().filter(|row| row.per == "km");
    assert_eq!(per_km.count(), 2 * 5);
    let groups: Vec<GroupScore> = folder.read_rows().unwrap();
    assert_eq!(
        groups.iter().filter(|row| row.stratum == "gc in 3").count(),
        2 * 5 * 3
    );
    let page = world.read("runs/own/report.html");
    assert!(page.contains("<h2 id=\"ladders\">") && page.contains("km from home"));
    assert!(page.contains("along away, to farther"));
    assert!(
        world
            .read("runs/own/csv/ladders.csv")
            .starts_with("suite,ladder,shift,")
    );
    let junit = world.read("runs/own/junit.xml");
    assert!(junit.contains("along away"), "{junit}");
    let json: serde_json::Value =
        serde_json::from_str(&world.read("runs/own/report.json")).unwrap();
    assert_eq!(json["ladders"].as_array().unwrap().len(), rows.len());
    // A part that lacks a step lacks the ladder and the gate on it.
    let part = world.titer(&["plan", "own.yaml", "--dataset", "near", "--dataset", "far"]);
    let part = part.expect(0).out;
    assert!(
        !part.contains("ladder away") && part.contains("ladder gc"),
        "{part}"
    );
    assert!(
        part.contains("left out: gate AUROC loses no more per step"),
        "{part}"
    );
}

const DAMAGED_SUITE: &str = "\
suite: by-gc
summary: Is this GT a real splice donor site?
task: splice-donor
question:
  binary: {positive: donor, negative: decoy_donor}
in_distribution:
  - dataset: splice-human-chr20
ladders:
  - {ladder: gc, dataset: splice-human-chr20, by: gc, strata: 4}
metrics: [accuracy, auroc]
";

const DAMAGED: &str = "\
evaluation: damaged
suites: [suites/by-gc.yaml]
models:
  - model: mmsplice-donor-damaged
replicates: 400
gates:
  - no_worse_than_reference: {metric: accuracy, margin: 0.02}
  - no_further_fall_than_reference: {metric: auroc, margin: 0.001, along: gc}
";

/// An int8 build that was calibrated on four decoys calls almost everything as its reference does, so that accuracy lets it
/// pass; with each quarter of the examples by GC content its ranking loses more.
#[test]
fn a_build_that_keeps_its_accuracy_is_caught_along_gc() {
    let world = World::new();
    world.write("suites/by-gc.yaml", DAMAGED_SUITE);
    world.write("damaged.yaml", DAMAGED);
    world.titer(&["run", "damaged.yaml"]).expect(100);
    let folder = RunFolder::at(&world.path("runs/damaged"));
    let agreements: Vec<Agreement> = folder.read_rows().unwrap();
    let mut agreements = agreements.iter();
    let home = agreements
        .find(|one| one.contrast == Contrast::Reference)
        .unwrap();
    assert!(
        home.flips() * 50 < home.units,
        "fewer than 2 % of calls change: {home:?}"
    );
    let verdict = folder.read_verdict().unwrap();
    let decided: Vec<Decision> = verdict.scored.iter().map(|one| one.decision).collect();
    assert_eq!(decided[1], Decision::Fail, "{}", verdict.scored[1].because);
    assert_eq!(decided[0], Decision::Pass, "{}", verdict.scored[0].because);
    assert_eq!(verdict.scored[1].ladder.as_deref(), Some("gc"));
}
