//! Policies: in an evaluation, and over a run that was made.

use crate::helpers::world::World;

const HOUSE: &str = "\
policy: house
version: \"3\"
summary: What our builds must keep.
gates:
  - gate: {no_worse_than_reference: {metric: auroc, margin: 0.02}}
    reason: Sites are ranked.
  - gate: {at_least: {metric: auroc, where: in_distribution, value: 0.2}}
    reason: Better than nothing.
";

fn world() -> World {
    let world = World::new();
    world.write("policies/house.yaml", HOUSE);
    world
}

#[test]
fn gates_of_a_policy_stand_beside_those_of_the_evaluation() {
    let world = world();
    world.replace("own.yaml", "gates:\n", "policy: house\ngates:\n");
    let said = world.titer(&["run", "own.yaml"]).expect(0);
    for words in [
        "gate 3: AUROC at least 0.2",
        "Sites are ranked.",
        "Better than nothing.",
    ] {
        assert!(said.out.contains(words), "{words}\n{}", said.out);
    }
    let page = world.read("runs/own/report.html");
    for words in [
        "2 rules are of the policy house, version 3 (sha256:",
        "Sites are ranked.",
    ] {
        assert!(page.contains(words), "{words}");
    }
    let summary = world.read("runs/own/summary.md");
    assert!(summary.contains(": Better than nothing. |"), "{summary}");
    let manifest = world.read("runs/own/manifest.json");
    assert!(manifest.contains("What our builds must keep."));
    // Judged again it is the same, though the file is gone.
    std::fs::remove_file(world.path("policies/house.yaml")).unwrap();
    let again = world.titer(&["score", "runs/own"]).expect(0);
    assert!(again.out.contains("Sites are ranked."), "{}", again.out);
}

#[test]
fn a_run_is_judged_by_a_policy_and_keeps_its_own_verdict() {
    let world = world();
    world.titer(&["run", "own.yaml"]).expect(0);
    let own = world.read("runs/own/verdict.json");
    let gate = |policy: &str| world.titer(&["gate", "runs/own", "--policy", policy]);
    let said = gate("house").expect(0);
    assert!(said.out.contains("policy house 3"), "{}", said.out);
    assert!(said.out.contains("own: pass"), "{}", said.out);
    let strict = |name: &str, value: &str| {
        let text = HOUSE.replace("value: 0.2", &format!("value: {value}"));
        let path = format!("{name}.yaml");
        world.write(&path, &text);
        format!("./{path}")
    };
    let said = gate(&strict("strict", "0.9999")).expect(100);
    assert!(said.out.contains("gate 2"), "{}", said.out);
    // At the value itself the data cannot tell.
    let json = world.titer(&["gate", "runs/own", "--policy", "house", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json.expect(0).out).unwrap();
    assert_eq!(json["format"], 1);
    assert_eq!(json["policy"]["version"], "3");
    assert_eq!(json["gates"].as_array().unwrap().len(), 2);
    let checks = json["verdict"]["scored"].as_array().unwrap();
    let limited = checks.iter().find(|check| check["index"] == 1).unwrap();
    assert_eq!(limited["reason"], "Better than nothing.");
    let value = limited["value"].as_f64().unwrap();
    gate(&strict("even", &format!("{value:.4}"))).expect(3);
    let output = ["gate", "runs/own", "--policy", "./strict.yaml", "-o", "ci"];
    world.titer(&output).expect(100);
    assert!(world.read("ci/summary.md").contains("Sites are ranked."));
    assert!(world.read("ci/junit.xml").contains("<failure"));
    assert_eq!(world.read("runs/own/verdict.json"), own);
    let manifest = world.read("runs/own/manifest.json");
    assert!(!manifest.contains("house"), "the run is what it was");
}

#[test]
fn policies_that_cannot_be() {
    let world = world();
    world.titer(&["run", "own.yaml"]).expect(0);
    let cases = [
        (
            "metric: auroc, where",
            "metric: aurok, where",
            "house.yaml:7",
            "auroc",
        ),
        (
            "{metric: auroc, where: in_distribution, value: 0.2}",
            "{measurement: peak_memory, value: 1 GiB}",
            "house.yaml:7",
            "nothing is measured",
        ),
        (
            "    reason: Sites are ranked.\n",
            "",
            "house.yaml:5",
            "the field `reason` is missing",
        ),
        (
            "reason: Sites are ranked.",
            "reason: \" \"",
            "house.yaml:6",
            "blank",
        ),
        (
            "version: \"3\"\n",
            "",
            "house.yaml",
            "the field `version` is missing",
        ),
        ("margin: 0.02", "margin: -1", "house.yaml:5", "margin"),
    ];
    for (old, new, place, words) in cases {
        let text = HOUSE.replace(old, new);
        assert_ne!(text, HOUSE, "{old}");
        world.write("policies/house.yaml", &text);
        let said = world
            .titer(&["gate", "runs/own", "--policy", "house"])
            .expect(2);
        for wanted in [place, words] {
            assert!(
                said.err.contains(wanted),
                "{wanted} is not in\n{}",
                said.err
            );
        }
    }
    let (head, _) = World::split(HOUSE, "gates:\n");
    world.write("policies/house.yaml", &format!("{head}gates: []\n"));
    world.replace("own.yaml", "gates:\n", "policy: house\ngates:\n");
    let said = world.titer(&["plan", "own.yaml"]).expect(2);
    assert!(
        said.err.contains("the policy asks for nothing"),
        "{}",
        said.err
    );
    world.replace("own.yaml", "policy: house\n", "policy: hause\n");
    let said = world.titer(&["plan", "own.yaml"]).expect(2);
    assert!(
        said.err.contains("house"),
        "the cure names it: {}",
        said.err
    );
    let said = world
        .titer(&["gate", "runs/none", "--policy", "house"])
        .expect(2);
    assert!(said.err.contains("runs/none"), "{}", said.err);
}

#[test]
fn what_ships_is_listed_and_judges() {
    let world = world();
    let said = world.titer(&["ls", "policies"]).expect(0);
    for name in ["quantized-release", "house"] {
        assert!(said.out.contains(name), "{}", said.out);
    }
    world.titer(&["run", "own.yaml"]).expect(0);
    let said = world.titer(&["gate", "runs/own", "--policy", "quantized-release"]);
    assert!([Some(0), Some(3)].contains(&said.code), "{}", said.err);
    assert!(said.out.contains("gate 3: Log loss"), "{}", said.out);
}
