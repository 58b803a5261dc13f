//! Names that nobody knows: what was meant is said, at the field.

use crate::helpers::world::World;

/// What is said of an evaluation with one change in a file.
fn said(file: &str, old: &str, new: &str) -> String {
    let world = World::new();
    world.replace(file, old, new);
    let said = world.titer(&["plan", "own.yaml"]);
    assert!(matches!(said.code, Some(2 | 4)), "{}", said.err);
    said.err
}

#[track_caller]
fn has(said: &str, parts: &[&str]) {
    for part in parts {
        assert!(said.contains(part), "{part:?} is not in:\n{said}");
    }
}

#[test]
fn what_others_call_a_metric_is_known() {
    const SUITE: &str = "suites/own.yaml";
    for (written, meant) in [("auc", "auroc"), ("auprc", "average_precision")] {
        let own = format!("did you mean `{meant}`?");
        has(&said(SUITE, "[accuracy,", &format!("[{written},")), &[&own]);
        let gate = format!("metric: {written}");
        has(&said("own.yaml", "metric: auroc", &gate), &[&own]);
    }
}

#[test]
fn names_of_suites_are_shown_where_they_stand() {
    const SUITE: &str = "suites/own.yaml";
    let split = said(SUITE, "split: test", "split: tets");
    has(
        &split,
        &["own.yaml:10:8", "dataset near has no split", "`test`"],
    );
    let task = said(SUITE, "task: own-site", "task: own-sites");
    has(
        &task,
        &["no model does the task own-sites (did you mean `own-site`?)"],
    );
    let stratum = said(SUITE, "metrics:", "strata: [chromosom]\nmetrics:");
    has(&stratum, &["own.yaml:16:10", "`chromosome`"]);
    // Every dataset declares it: it is listed once.
    assert_eq!(stratum.matches("chromosome").count(), 2, "{stratum}");
    let variant = said(
        "own.yaml",
        "    reference: onnx",
        "    variants: [onx]\n    reference: onnx",
    );
    has(&variant, &["own.yaml:6:16", "did you mean `onnx`?"]);
}

#[test]
fn mistakes_inside_a_suite_are_shown_at_their_field() {
    const SUITE: &str = "suites/own.yaml";
    for (old, new, place) in [
        (
            "[accuracy,",
            "[accuracy, spearman,",
            "own.yaml:16:21: metrics:",
        ),
        (
            "[accuracy,",
            "[accuracy, accuracy,",
            "own.yaml:16:21: metrics:",
        ),
        (
            "end: 1}",
            "end: 1}\n  - {start: 5, end: 99}",
            "own.yaml:13:5: spare:",
        ),
        (
            "  - substitutions: {rate: 0.1}\n",
            "  - substitutions: {rate: 0.1}\n  - substitutions: {rate: 0.1}\n",
            "own.yaml:15:5: substitutions_0.1: it stands twice under `perturbations`",
        ),
        (
            "metrics:",
            "recalibrate: [platt, platt]\nmetrics:",
            "own.yaml:16:22: recalibrate:",
        ),
    ] {
        has(&said(SUITE, old, new), &[place]);
    }
    let twice = "    variants: [onnx, onnx]\n    reference: onnx";
    let twice = said("own.yaml", "    reference: onnx", twice);
    has(&twice, &["own.yaml:6:22: variants: `onnx` stands twice"]);
    let none = said("own.yaml", "suites: [suites/own.yaml]", "suites: []");
    has(&none, &["own.yaml:3:9: suites: the list is empty"]);
}

#[test]
fn a_name_without_its_fields_is_told_them() {
    let ece = said("suites/own.yaml", "{ece: {bins: 10}}", "ece");
    has(&ece, &["`ece` needs its fields: bins", "`ece: {bins: 15}`"]);
    let gate = "at_least: {metric: auroc, where: in_distribution, value: 0.2}";
    let gate = said("own.yaml", gate, "at_least");
    has(&gate, &["`at_least: {metric: auroc, value: 0.9}`"]);
}
