//! Read by a parser of XML, and held against what Jenkins' XSD allows.

use std::collections::BTreeMap;

use roxmltree::{Document, Node};
use titer_core::Decision;

use super::{Ci, Inconclusive, junit};
use crate::ReportInput;
use crate::fixture::{self, run};

fn ci(inconclusive: Inconclusive) -> Ci {
    Ci {
        inconclusive,
        folder: "runs/synthetic".to_owned(),
    }
}

fn text(input: &ReportInput, inconclusive: Inconclusive) -> String {
    junit(input, &ci(inconclusive)).unwrap()
}

/// Of an element: attributes that must be there, attributes that may, and elements that it may hold.
type Allowed = (
    &'static [&'static str],
    &'static [&'static str],
    &'static [&'static str],
);

/// What `junit-10.xsd` of Jenkins' xUnit plugin says of the elements that Titer writes.
fn allowed(element: &str) -> Allowed {
    match element {
        "testsuites" => (
            &[],
            &["name", "time", "tests", "failures", "errors"],
            &["testsuite"],
        ),
        "testsuite" => (
            &["name", "tests", "failures", "errors"],
            &[
                "time",
                "skipped",
                "timestamp",
                "hostname",
                "id",
                "package",
                "file",
                "log",
                "url",
            ],
            &[
                "testsuite",
                "properties",
                "testcase",
                "system-out",
                "system-err",
            ],
        ),
        "properties" => (&[], &[], &["property"]),
        "property" => (&["name", "value"], &[], &[]),
        "testcase" => (
            &["name"],
            &["time", "classname", "group"],
            &["skipped", "error", "failure", "system-out", "system-err"],
        ),
        "failure" | "error" | "skipped" => (&[], &["type", "message"], &[]),
        "system-out" | "system-err" => (&[], &[], &[]),
        other => panic!("<{other}> is no element of JUnit files"),
    }
}

/// Elements that may hold text beside elements.
const MIXED: [&str; 5] = ["failure", "error", "skipped", "system-out", "system-err"];

fn assert_valid(node: Node<'_, '_>) {
    let name = node.tag_name().name();
    let (needed, optional, children) = allowed(name);
    for attribute in needed {
        assert!(node.has_attribute(*attribute), "<{name}> lacks {attribute}");
    }
    for attribute in node.attributes() {
        let known = [needed, optional].concat().contains(&attribute.name());
        assert!(known, "<{name}> has {}", attribute.name());
        if attribute.name() == "time" {
            let (whole, rest) = attribute.value().split_once('.').unwrap();
            let digits = |text: &str| text.chars().all(|letter| letter.is_ascii_digit());
            assert!(digits(whole) && digits(rest), "{}", attribute.value());
        }
    }
    for child in node.children() {
        if let Some(text) = child.text().filter(|_| child.is_text()) {
            assert!(
                MIXED.contains(&name) || text.trim().is_empty(),
                "<{name}>: {text}"
            );
        }
        if child.is_element() {
            let inner = child.tag_name().name();
            assert!(children.contains(&inner), "<{inner}> in <{name}>");
            assert_valid(child);
        }
    }
}

/// Counts of a suite: what its attributes say, and what its cases are.
fn assert_counted(suite: Node<'_, '_>) {
    let cases = || {
        suite
            .children()
            .filter(|node| node.has_tag_name("testcase"))
    };
    let held = |element: &str| {
        let of = |case: Node<'_, '_>| case.children().any(|node| node.has_tag_name(element));
        cases().filter(|case| of(*case)).count()
    };
    let said = |attribute: &str| -> usize { suite.attribute(attribute).unwrap().parse().unwrap() };
    assert_eq!(said("tests"), cases().count());
    for (attribute, element) in [
        ("failures", "failure"),
        ("errors", "error"),
        ("skipped", "skipped"),
    ] {
        assert_eq!(said(attribute), held(element), "{attribute}");
    }
}

#[test]
fn files_are_what_jenkins_takes_and_count_right() {
    for input in [
        run(),
        fixture::limited(),
        fixture::empty(),
        fixture::named("<&\"'\u{1b}]]>"),
    ] {
        for policy in [Inconclusive::Skip, Inconclusive::Fail] {
            let text = text(&input, policy);
            let document = Document::parse(&text).unwrap();
            assert_valid(document.root_element());
            let suites = document.root_element().children();
            suites.filter(Node::is_element).for_each(assert_counted);
        }
    }
}

#[test]
fn an_inconclusive_check_is_skipped_or_a_failure_as_asked() {
    let input = run();
    let of = |wanted| {
        let all = input.verdict.scored.iter().chain(&input.verdict.measured);
        all.filter(|one| one.decision == wanted).count()
    };
    let (open, failed) = (of(Decision::Inconclusive), of(Decision::Fail));
    assert!(open > 0 && failed > 0);
    let count = |policy, element: &str, kind: &str| {
        let text = text(&input, policy);
        text.matches(&format!("<{element} type=\"{kind}\"")).count()
    };
    assert_eq!(count(Inconclusive::Skip, "skipped", "inconclusive"), open);
    assert_eq!(count(Inconclusive::Skip, "failure", "inconclusive"), 0);
    assert_eq!(count(Inconclusive::Fail, "skipped", "inconclusive"), 0);
    assert_eq!(count(Inconclusive::Fail, "failure", "inconclusive"), open);
    assert_eq!(count(Inconclusive::Fail, "failure", "gate"), failed);
}

/// Whatever failed to run is an error, though no gate is about it: a run that ends with 5 is never all green.
#[test]
fn what_failed_to_run_is_an_error() {
    let input = run();
    let text = text(&input, Inconclusive::Skip);
    let (_, execution) = text.split_once("<testsuite name=\"execution\"").unwrap();
    let finished = |key: &titer_core::Digest| {
        let mut cells = input.cells.iter();
        cells.any(|cell| cell.key == *key && cell.status.failure().is_none())
    };
    let plan = &input.manifest.plan;
    let cells = plan.all_cells().filter(|cell| !finished(&cell.key));
    let measurements = plan.measurements.iter();
    let measurements =
        measurements.filter(|one| !matches!(input.measurements.get(&one.key), Some(Ok(_))));
    let expected = cells.count() + measurements.count();
    assert!(expected > 0);
    let found = execution.matches("<error type=\"incomplete\"").count();
    assert_eq!(found, expected, "{execution}");
}

#[test]
fn each_suite_says_what_ran_and_where_its_report_is() {
    let input = run();
    let text = text(&input, Inconclusive::Fail);
    let document = Document::parse(&text).unwrap();
    let suites = document.root_element().children().filter(Node::is_element);
    let mut seen = 0;
    for suite in suites {
        let properties: BTreeMap<&str, &str> = suite
            .descendants()
            .filter(|node| node.has_tag_name("property"))
            .map(|node| {
                (
                    node.attribute("name").unwrap(),
                    node.attribute("value").unwrap(),
                )
            })
            .collect();
        let digest = input.manifest.evaluation_digest.to_string();
        let expected = [
            ("evaluation_digest", &*digest),
            ("inconclusive", "fail"),
            ("report", "runs/synthetic/report.html"),
            ("run_folder", "runs/synthetic"),
            ("titer_version", &*input.manifest.titer),
        ];
        assert_eq!(properties, expected.into());
        seen += 1;
    }
    assert_eq!(seen, 5);
}

/// A check has the time of the cell that it is decided on; a suite counts a cell once, however many checks share it.
#[test]
fn times_are_those_of_cells() {
    let mut input = run();
    for (number, cell) in input.cells.iter_mut().enumerate() {
        cell.wall_ns = 1_500_000_000 * (number as u64 + 1);
    }
    let plan = &input.manifest.plan;
    let of = |variant: &str, dataset: &str| -> f64 {
        let cells = plan.cells.iter().filter(|cell| {
            let case = &cell.case;
            case.is_clean()
                && (&*case.model, &*case.variant, &*case.dataset)
                    == ("example-donor", variant, dataset)
        });
        let records = cells.filter_map(|cell| input.cells.iter().find(|one| one.key == cell.key));
        records.map(|record| record.wall_ns as f64 / 1e9).sum()
    };
    let text = text(&input, Inconclusive::Skip);
    let document = Document::parse(&text).unwrap();
    let scored = document
        .descendants()
        .find(|node| node.attribute("name") == Some("scored"))
        .unwrap();
    let mut cells = BTreeMap::new();
    for case in scored
        .children()
        .filter(|node| node.has_tag_name("testcase"))
    {
        let (_, variant) = case
            .attribute("classname")
            .unwrap()
            .split_once('.')
            .unwrap();
        let (_, dataset) = case.attribute("name").unwrap().rsplit_once(" / ").unwrap();
        let seconds = of(variant, dataset);
        assert!(seconds > 0.0);
        assert_eq!(case.attribute("time"), Some(&*format!("{seconds:.3}")));
        cells.insert((variant, dataset), seconds);
    }
    let sum: f64 = cells.values().sum();
    assert!(
        cells.len() < input.verdict.scored.len(),
        "two gates share a cell"
    );
    assert_eq!(scored.attribute("time"), Some(&*format!("{sum:.3}")));
}

#[test]
fn what_was_not_measured_has_no_time() {
    let mut input = run();
    let measured = |input: &ReportInput| {
        let text = text(input, Inconclusive::Skip);
        let (_, rest) = text.split_once("<testsuite name=\"measured\"").unwrap();
        rest.split_once("</testsuite>").unwrap().0.to_owned()
    };
    assert!(measured(&input).matches(" time=\"").count() > 1);
    input.measurements.clear();
    let without = measured(&input);
    assert_eq!(without.matches(" time=\"").count(), 1, "{without}");
    assert!(without.contains("time=\"0.000\">"), "{without}");
}

#[test]
fn what_must_fall_and_stays_is_a_failure_unless_it_only_is_said() {
    let with = |decision: Decision, say: bool| {
        let mut input = run();
        if say {
            input.manifest.plan.must_fall = titer_spec::evaluation::MustFallThen::Say;
        }
        input.verdict.must_fall = vec![fixture::must_fall(&input.manifest.plan, decision)];
        let text = text(&input, Inconclusive::Skip);
        let document = Document::parse(&text).unwrap();
        let suite = |node: &Node<'_, '_>| node.attribute("name") == Some("must_fall");
        let found = document.descendants().find(suite).unwrap();
        assert_counted(found);
        ["failures", "skipped", "tests"].map(|it| found.attribute(it).unwrap().to_owned())
    };
    assert_eq!(with(Decision::Pass, false), ["0", "0", "1"]);
    assert_eq!(with(Decision::Fail, false), ["1", "0", "1"]);
    assert_eq!(with(Decision::Fail, true), ["0", "1", "1"]);
    assert_eq!(with(Decision::Inconclusive, false), ["0", "1", "1"]);
}
