//! `titer gate`: a run that was made, judged by a policy. No model is executed, and the run's own verdict stays.

use std::path::Path;

use serde::Serialize;
use titer_core::Verdict;
use titer_judge::run::decide_by;
use titer_report::{Ci, ReportInput};
use titer_spec::plan::PlannedPolicy;
use titer_spec::{Document, Gate, Kind, Policy};
use titer_store::RunFolder;

use super::judged::{Next, Outcome};
use crate::arguments::{ForCi, Form, Format, GateArguments, Places, Talk};
use crate::console::{say, say_json};
use crate::error::CommandError;
use crate::finding;

/// A run under a policy, as a document.
#[derive(Serialize)]
struct Gated<'a> {
    run: String,
    evaluation: &'a str,
    policy: Option<&'a PlannedPolicy>,
    gates: &'a [Gate],
    verdict: &'a Verdict,
}

pub(super) fn run(
    asked: &GateArguments,
    form: Form,
    places: &Places,
    talk: Talk,
) -> Result<u8, CommandError> {
    let policy: Document<Policy> =
        Document::read(&finding::find(Kind::Policy, &asked.policy, places)?)?;
    let folder = RunFolder::at(&asked.folder);
    let mut manifest = folder.read_manifest()?;
    let plan = titer_run::under_policy(&manifest.plan, &policy)?;
    let verdict = decide_by(&folder, &manifest, &plan)?;
    let code = titer_judge::exit_code(&verdict);
    match form.format {
        Format::Json => say_json(&Gated {
            run: folder.path().display().to_string(),
            evaluation: &plan.evaluation,
            policy: plan.policy.as_ref(),
            gates: &plan.gates,
            verdict: &verdict,
        })?,
        Format::Text if talk.quiet => {}
        Format::Text => {
            let policy = &policy.value;
            say(&format!(
                "policy {} {}",
                policy.policy.value, policy.version
            ));
            let outcome = Outcome {
                plan: &plan,
                verdict: &verdict,
                ending: None,
            };
            outcome.tell(&mut Next::new(&folder, &plan));
        }
    }
    if let Some(output) = &asked.output {
        let input = titer_report::read(&folder)?;
        manifest.plan = plan;
        let input = ReportInput {
            manifest,
            verdict,
            ..input
        };
        write(&input, &folder, asked.ci, output)?;
    }
    Ok(code)
}

/// What CI reads of it.
fn write(
    input: &ReportInput,
    folder: &RunFolder,
    ci: ForCi,
    output: &Path,
) -> Result<(), CommandError> {
    let ci = Ci {
        inconclusive: ci.inconclusive.into(),
        folder: folder.path().display().to_string(),
    };
    let failed = |error: &dyn std::fmt::Display| CommandError::Internal(error.to_string());
    let summary = titer_report::summary(input).map_err(|error| failed(&error))?;
    let junit = titer_report::junit(input, &ci).map_err(|error| failed(&error))?;
    let wrong = |error: std::io::Error| {
        CommandError::Argument(format!(
            "--output {} cannot be written: {error}",
            output.display()
        ))
    };
    std::fs::create_dir_all(output).map_err(wrong)?;
    for (name, text) in [("summary.md", summary), ("junit.xml", junit)] {
        std::fs::write(output.join(name), text).map_err(wrong)?;
    }
    Ok(())
}
