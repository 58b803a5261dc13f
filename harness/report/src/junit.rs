//! `junit.xml`: a test case per gate and number, for CI systems.

use serde::Serialize;
use titer_core::{Decision, GateVerdict, Loss, Losses};
use titer_judge::losses::line;

use crate::context::gates::exposure;
use crate::error::ReportError;
use crate::index::Index;
use crate::input::ReportInput;
use crate::template;
use crate::words;

#[derive(Serialize)]
struct Junit {
    name: String,
    suites: Vec<TestSuite>,
}

#[derive(Serialize)]
struct TestSuite {
    name: &'static str,
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
    cases: Vec<TestCase>,
}

#[derive(Serialize)]
struct TestCase {
    class: String,
    name: String,
    /// Whether the model was trained on the data; `None` of measurements.
    training: Option<&'static str>,
    /// "", "failure", "error" or "skipped".
    outcome: &'static str,
    because: String,
}

/// The file's text.
pub(crate) fn junit(input: &ReportInput) -> Result<String, ReportError> {
    let verdict = &input.verdict;
    let index = Index::new(input, 2);
    let limited = if verdict.limited {
        " (for a look only)"
    } else {
        ""
    };
    let context = Junit {
        name: format!("{}{limited}", input.manifest.plan.evaluation),
        suites: vec![
            suite(&index, "scored", &verdict.scored),
            suite(&index, "measured", &verdict.measured),
            losses(&verdict.losses),
        ],
    };
    template::fill("junit.xml", &context)
}

fn suite(index: &Index<'_>, name: &'static str, verdicts: &[GateVerdict]) -> TestSuite {
    let of = |wanted: Decision| verdicts.iter().filter(|one| one.decision == wanted).count();
    TestSuite {
        name,
        tests: verdicts.len(),
        failures: of(Decision::Fail),
        errors: of(Decision::Incomplete),
        skipped: of(Decision::Inconclusive),
        cases: verdicts.iter().map(|one| case(index, one)).collect(),
    }
}

/// A case for each loss that no gate covers: a failure where the evaluation asks for it, else skipped, which CI shows.
fn losses(losses: &Losses) -> TestSuite {
    let case = |loss: &Loss| TestCase {
        class: format!("{}.{}", loss.key.case.model, loss.key.case.variant),
        name: format!("no loss beyond the gates: {}", line(loss)),
        training: None,
        outcome: if losses.ungated_fail {
            "failure"
        } else {
            "skipped"
        },
        because: format!("a loss that no gate covers: {}", line(loss)),
    };
    let cases: Vec<TestCase> = losses.ungated().map(case).collect();
    let (failures, skipped) = match losses.ungated_fail {
        true => (cases.len(), 0),
        false => (0, cases.len()),
    };
    TestSuite {
        name: "losses",
        tests: cases.len(),
        failures,
        errors: 0,
        skipped,
        cases,
    }
}

fn case(index: &Index<'_>, one: &GateVerdict) -> TestCase {
    let place = [&one.dataset, &one.class]
        .into_iter()
        .flatten()
        .fold(String::new(), |text, part| format!("{text} / {part}"));
    TestCase {
        class: format!("{}.{}", one.model, one.variant),
        name: format!("{}{place}", one.gate),
        training: exposure(index, one).map(words::training),
        outcome: match one.decision {
            Decision::Pass => "",
            Decision::Fail => "failure",
            Decision::Inconclusive => "skipped",
            Decision::Incomplete => "error",
        },
        because: one.because.clone(),
    }
}
