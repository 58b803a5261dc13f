//! `junit.xml`: a test case per gate and number, for CI systems. What it holds is what Jenkins' XSD of JUnit files allows
//! (`junit-10.xsd` of its xUnit plugin), which other CI systems read too.

mod times;

use serde::Serialize;
use titer_core::{Decision, GateVerdict, Loss, Losses, MustFall};
use titer_judge::losses::line;
use titer_spec::Plan;
use titer_spec::evaluation::MustFallThen;

use crate::context::failures::{Failure, failures};
use crate::context::gates::exposure;
use crate::error::ReportError;
use crate::index::Index;
use crate::input::ReportInput;
use crate::template;
use crate::words;
use times::{Times, seconds};

/// What CI is told beside the verdict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ci {
    /// What a check counts as that the data cannot decide.
    pub inconclusive: Inconclusive,
    /// The run folder, as CI is to find it.
    pub folder: String,
}

/// What an inconclusive check counts as in `junit.xml`; the verdict and the exit code stay what they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Inconclusive {
    /// Skipped: CI shows it and goes on.
    #[default]
    Skip,
    /// A failure.
    Fail,
}

#[derive(Serialize)]
struct Junit {
    name: String,
    tests: usize,
    failures: usize,
    errors: usize,
    time: String,
    properties: Vec<(&'static str, String)>,
    suites: Vec<TestSuite>,
}

#[derive(Serialize)]
struct TestSuite {
    name: &'static str,
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
    /// Seconds of all that its cases are decided on, each counted once.
    time: String,
    cases: Vec<TestCase>,
}

#[derive(Serialize)]
struct TestCase {
    class: String,
    name: String,
    /// Seconds that it took to predict or measure what the case is decided on; several cases may be decided on the same.
    time: Option<String>,
    /// What a case that does not pass is.
    outcome: Option<Outcome>,
    because: String,
    /// What else is known of it.
    lines: Vec<String>,
}

/// An element of a test case that did not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
struct Outcome {
    /// failure, error or skipped.
    element: &'static str,
    /// What made it so.
    kind: &'static str,
}

/// The file's text.
///
/// # Errors
/// The template does not fit what it is filled with.
pub fn junit(input: &ReportInput, ci: &Ci) -> Result<String, ReportError> {
    let verdict = &input.verdict;
    let index = Index::new(input, 2);
    let times = Times::new(input);
    let limited = if verdict.limited {
        " (for a look only)"
    } else {
        ""
    };
    let suites = vec![
        suite((&index, &times, ci), "scored", &verdict.scored),
        suite((&index, &times, ci), "measured", &verdict.measured),
        must_fall(index.plan(), &verdict.must_fall, ci.inconclusive),
        losses(index.plan(), &verdict.losses),
        execution(&index),
    ];
    let sum = |of: fn(&TestSuite) -> usize| suites.iter().map(of).sum();
    let context = Junit {
        name: format!("{}{limited}", input.manifest.plan.evaluation),
        tests: sum(|suite| suite.tests),
        failures: sum(|suite| suite.failures),
        errors: sum(|suite| suite.errors),
        time: seconds(times.of_all(verdict)),
        properties: properties(input, ci),
        suites,
    };
    template::fill("junit.xml", &context)
}

fn properties(input: &ReportInput, ci: &Ci) -> Vec<(&'static str, String)> {
    let manifest = &input.manifest;
    let policy = match ci.inconclusive {
        Inconclusive::Skip => "skip",
        Inconclusive::Fail => "fail",
    };
    vec![
        ("titer_version", manifest.titer.clone()),
        ("evaluation_digest", manifest.evaluation_digest.to_string()),
        ("run_folder", ci.folder.clone()),
        ("report", format!("{}/report.html", ci.folder)),
        ("inconclusive", policy.to_owned()),
    ]
}

fn suite(
    (index, times, ci): (&Index<'_>, &Times<'_>, &Ci),
    name: &'static str,
    verdicts: &[GateVerdict],
) -> TestSuite {
    let case = |one: &GateVerdict| TestCase {
        time: times.of(one).map(seconds),
        ..case(index, one, ci.inconclusive)
    };
    let cases: Vec<TestCase> = verdicts.iter().map(case).collect();
    TestSuite {
        time: seconds(times.of_each(verdicts)),
        ..counted(name, cases)
    }
}

/// Cases with how many of them there are of each outcome.
fn counted(name: &'static str, cases: Vec<TestCase>) -> TestSuite {
    let of = |element: &str| {
        let outcomes = cases.iter().filter_map(|case| case.outcome);
        outcomes.filter(|one| one.element == element).count()
    };
    TestSuite {
        name,
        tests: cases.len(),
        failures: of("failure"),
        errors: of("error"),
        skipped: of("skipped"),
        time: seconds(0.0),
        cases,
    }
}

/// A case for each variant under each perturbation that destroys the target, whose answers must fall.
fn must_fall(plan: &Plan, checks: &[MustFall], policy: Inconclusive) -> TestSuite {
    let case = |one: &MustFall| {
        let case = &one.case;
        let element = match (one.decision, plan.must_fall, policy) {
            (Decision::Pass, ..) => None,
            (Decision::Fail, MustFallThen::Fail, _) => Some("failure"),
            (Decision::Incomplete, MustFallThen::Fail, _) => Some("error"),
            (Decision::Inconclusive, MustFallThen::Fail, Inconclusive::Fail) => Some("failure"),
            _ => Some("skipped"),
        };
        let perturbation = case.perturbation.as_deref().unwrap_or_default();
        TestCase {
            class: format!("{}.{}", case.model, case.variant),
            name: format!("answers fall on {} under {perturbation}", case.dataset),
            time: None,
            outcome: element.map(|element| Outcome {
                element,
                kind: "what must fall",
            }),
            because: one.because.clone(),
            lines: Vec::new(),
        }
    };
    counted("must_fall", checks.iter().map(case).collect())
}

/// A case for each loss that no gate covers: a failure where the evaluation asks for it, else skipped, which CI shows.
fn losses(plan: &Plan, losses: &Losses) -> TestSuite {
    let case = |loss: &Loss| TestCase {
        class: format!("{}.{}", loss.key.case.model, loss.key.case.variant),
        name: format!("no loss beyond the gates: {}", line(plan, loss)),
        time: None,
        outcome: Some(Outcome {
            element: match losses.ungated_fail {
                true => "failure",
                false => "skipped",
            },
            kind: "ungated loss",
        }),
        because: format!("a loss that no gate covers: {}", line(plan, loss)),
        lines: Vec::new(),
    };
    counted("losses", losses.ungated().map(case).collect())
}

/// A case for each cell and measurement without a whole result: no gate may be about it, and the run is incomplete.
fn execution(index: &Index<'_>) -> TestSuite {
    let case = |one: Failure| TestCase {
        class: "execution".to_owned(),
        name: one.what,
        time: None,
        outcome: Some(Outcome {
            element: "error",
            kind: "incomplete",
        }),
        because: one.why,
        lines: Vec::new(),
    };
    let cases = failures(index).into_iter().map(case);
    counted("execution", cases.collect())
}

fn case(index: &Index<'_>, one: &GateVerdict, policy: Inconclusive) -> TestCase {
    let place = [&one.dataset, &one.class]
        .into_iter()
        .flatten()
        .fold(String::new(), |text, part| format!("{text} / {part}"));
    let outcome = |element, kind| Some(Outcome { element, kind });
    let mut lines = Vec::new();
    if one.decision == Decision::Pass {
        lines.push(one.because.clone());
    }
    let training = exposure(index, one).map(words::training);
    lines.extend(training.map(|words| format!("training data: {words}")));
    TestCase {
        class: format!("{}.{}", one.model, one.variant),
        name: format!("{}{place}", one.gate),
        time: None,
        outcome: match (one.decision, policy) {
            (Decision::Pass, _) => None,
            (Decision::Fail, _) => outcome("failure", "gate"),
            (Decision::Inconclusive, Inconclusive::Skip) => outcome("skipped", "inconclusive"),
            (Decision::Inconclusive, Inconclusive::Fail) => outcome("failure", "inconclusive"),
            (Decision::Incomplete, _) => outcome("error", "incomplete"),
        },
        because: one.because.clone(),
        lines,
    }
}

#[cfg(test)]
mod tests;
