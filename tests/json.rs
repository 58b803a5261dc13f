//! `--format json`: what commands show to people, for programs.

use serde_json::Value;

use crate::helpers::world::{World, repository};
use crate::listing::KINDS;

/// What a command says, which must be one JSON document of the version that is documented.
#[track_caller]
fn json(world: &World, arguments: &[&str]) -> Value {
    let said = world
        .titer(&[arguments, &["--format", "json"]].concat())
        .expect(0);
    let value: Value = serde_json::from_str(&said.out)
        .unwrap_or_else(|error| panic!("{arguments:?}: {error}\n{}", said.out));
    assert_eq!(value["format"], 1, "{arguments:?}");
    value
}

#[test]
fn lists_have_their_entries() {
    let world = World::new();
    for kind in KINDS {
        let value = json(&world, &["ls", kind]);
        assert_eq!(value["list"], kind);
        let rows = world.titer(&["ls", kind]).expect(0).out;
        // Heads, and what stands below the metrics.
        let rows = rows.lines().take_while(|line| !line.is_empty()).count() - 1;
        assert_eq!(value["entries"].as_array().unwrap().len(), rows, "{kind}");
    }
    let models = json(&world, &["ls", "models"]);
    let own = models["entries"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["model"] == "own");
    assert_eq!(
        own.unwrap()["variants"],
        serde_json::json!(["onnx", "candle"])
    );
    let auroc = json(&world, &["ls", "metrics", "auroc"]);
    assert_eq!(auroc["entries"][0]["name"], "auroc");
    assert_eq!(auroc["entries"][0]["highest"], 1.0);
    let data = json(&world, &["ls", "data"]);
    let near = data["entries"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["dataset"] == "near");
    assert_eq!(near.unwrap()["splits"]["test"], 140);
    assert_eq!(near.unwrap()["fetched"], true);
}

#[test]
fn descriptors_are_shown() {
    let world = World::new();
    let model = json(&world, &["models", "show", "own"]);
    assert_eq!(model["model"], "own");
    assert_eq!(model["threshold"], 0.5);
    assert_eq!(model["variants"][0]["reference"], true);
    assert_eq!(model["variants"][1]["backend"], "candle");
    let data = json(&world, &["data", "show", "near"]);
    assert_eq!(data["dataset"], "near");
    assert_eq!(data["classes"], serde_json::json!(["site", "decoy"]));
    assert_eq!(data["files"].as_array().unwrap().len(), 1);
}

#[test]
fn a_plan_has_what_its_words_have() {
    let world = World::new();
    let plan = json(&world, &["plan", "own.yaml", "--limit", "50"]);
    assert_eq!(plan["evaluation"], "own");
    assert_eq!(plan["cells"], 12);
    assert_eq!(plan["look"], true);
    assert_eq!(plan["datasets"][0]["examples"], 50);
    assert_eq!(plan["datasets"][0]["available"], 140);
    assert_eq!(plan["gates"][0]["checks"], 1);
    let words = world
        .titer(&["plan", "own.yaml", "--limit", "50"])
        .expect(0)
        .out;
    for caution in plan["cautions"].as_array().unwrap() {
        assert!(words.contains(caution.as_str().unwrap()), "{caution}");
    }
    assert!(!plan["cautions"].as_array().unwrap().is_empty());
    assert_eq!(plan["outlook"]["assumed"].as_array().unwrap().len(), 2);
    world.titer(&["run", "own.yaml"]).expect(0);
    let plan = json(&world, &["plan", "own.yaml"]);
    assert_eq!(plan["outlook"]["by"], "runs/own");
    assert!(!plan["outlook"]["known"].as_array().unwrap().is_empty());
}

#[test]
fn this_program_and_machine() {
    let world = World::new();
    let info = json(&world, &["info"]);
    assert_eq!(info["titer"], env!("CARGO_PKG_VERSION"));
    assert!(
        info["machine"].as_object().unwrap().contains_key("cores"),
        "{info}"
    );
}

#[test]
fn an_audit_is_the_document_that_it_writes() {
    let world = World::new();
    let arguments = [
        "audit", "data", "near", "--train", "tuning", "--output", "audit",
    ];
    let audit = json(&world, &arguments);
    let written: Value = serde_json::from_str(&world.read("audit/audit.json")).unwrap();
    assert_eq!(audit["audit"], written);
    assert!(audit["report"].as_str().unwrap().ends_with("report.html"));
    let said = world.titer(&[&arguments[..], &["--format", "xml"]].concat());
    assert_eq!(said.code, Some(2));
}

/// The names of a document's fields, of whatever depth; what names something itself (a split, a licence) is none.
fn fields(value: &Value, found: &mut std::collections::BTreeSet<String>) {
    const NAMED_BY_USERS: [&str; 3] = ["splits", "licence", "machine"];
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                found.insert(name.clone());
                // What `audit.json` holds is not documented here.
                if name != "audit" && !NAMED_BY_USERS.contains(&name.as_str()) {
                    fields(value, found);
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| fields(value, found)),
        _ => {}
    }
}

#[test]
fn every_field_is_documented() {
    let world = World::new();
    world.titer(&["run", "own.yaml"]).expect(0);
    let docs = repository().join("docs/json.md");
    let docs = std::fs::read_to_string(docs).unwrap();
    let audit = ["audit", "data", "near", "--train", "tuning"];
    for command in [
        &["ls", "models"][..],
        &["ls", "data"],
        &["ls", "suites"],
        &["ls", "evaluations"],
        &["ls", "metrics"],
        &["ls", "perturbations"],
        &["ls", "gates"],
        &["models", "show", "own"],
        &["data", "show", "near"],
        &["data", "show", "gue-prom-core-all"],
        &["plan", "own.yaml"],
        &["plan", "own.yaml", "--earlier", "runs/own"],
        &["info"],
        &audit,
        &["runs", "ls"],
    ] {
        let mut found = std::collections::BTreeSet::new();
        fields(&json(&world, command), &mut found);
        for field in found {
            let named = format!("`{field}`");
            assert!(
                docs.contains(&named),
                "{command:?}: {named} is not in docs/json.md"
            );
        }
    }
}
