//! The schema is the one that is kept, takes what reports are, and takes nothing else.

use std::path::Path;

use serde_json::{Value, json};

use super::report;
use crate::fixture;
use crate::page::all;

#[test]
fn the_schema_has_not_drifted() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schema/report.json");
    let now = report();
    if std::env::var_os("TITER_WRITE_SCHEMA").is_some() {
        std::fs::write(&path, &now).unwrap();
    }
    assert!(
        std::fs::read_to_string(&path).unwrap_or_default() == now,
        "schema/report.json is not what the types say: TITER_WRITE_SCHEMA=1 cargo test -p titer-report schema"
    );
}

fn validator() -> jsonschema::Validator {
    jsonschema::draft202012::new(&serde_json::from_str(&report()).unwrap()).unwrap()
}

#[test]
fn reports_are_as_the_schema_says() {
    let validator = validator();
    let mut before = fixture::run();
    fixture::judged_before_falls(&mut before);
    for input in [
        fixture::run(),
        fixture::limited(),
        fixture::empty(),
        fixture::named("<&\"\u{1b}"),
        before,
    ] {
        let report: Value = serde_json::from_str(&all(&input).json).unwrap();
        let mistakes: Vec<String> = validator
            .iter_errors(&report)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(mistakes.is_empty(), "{mistakes:?}");
    }
}

/// A schema that takes everything would say nothing.
#[test]
fn what_is_no_report_is_refused() {
    let validator = validator();
    let report: Value = serde_json::from_str(&all(&fixture::run()).json).unwrap();
    let refused = |change: fn(&mut Value)| {
        let mut changed = report.clone();
        change(&mut changed);
        assert_ne!(changed, report);
        !validator.is_valid(&changed)
    };
    assert!(refused(|it| it["format"] = json!(1)));
    assert!(refused(|it| it["scores"][0]["value"] = json!("0.9")));
    assert!(refused(|it| it["scores"][0]["valeu"] = json!(0.9)));
    assert!(refused(|it| it["evaluation_digest"] = json!("sha256:12")));
    assert!(refused(|it| it["verdict"]["overall"] = json!("perhaps")));
    assert!(refused(|it| it["more"] = json!(null)));
    for field in ["verdict", "comparisons", "cells"] {
        let mut changed = report.clone();
        changed.as_object_mut().unwrap().remove(field);
        assert!(!validator.is_valid(&changed), "{field}");
    }
}
