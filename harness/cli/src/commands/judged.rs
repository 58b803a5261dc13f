//! The steps after the models have run, and what they came to in a few lines.

use titer_core::{Decision, GateVerdict, Verdict};
use titer_spec::Plan;
use titer_store::RunFolder;

use crate::commands::report;
use crate::console::{complain, say};
use crate::error::CommandError;
use crate::progress::Progress;

/// How many of a gate's verdicts that are no pass are told.
const TOLD: usize = 4;

/// Scores, judges and renders a run folder, says what came out; the exit code.
pub fn judge(folder: &RunFolder, progress: &Progress) -> Result<u8, CommandError> {
    titer_judge::run::score(folder, &|what, done, of| progress.step(what, done, of))?;
    let verdict = titer_judge::run::decide(folder)?;
    progress.message("rendering");
    // The verdict stands, whatever becomes of the texts about it.
    let (page, problems) = match report::render(folder) {
        Ok(written) => (written.page, written.problems),
        Err(error) => (None, vec![error.to_string()]),
    };
    progress.finish();
    tell(&folder.read_manifest()?.plan, &verdict);
    for problem in problems {
        complain(&format!("note: the report is not whole: {problem}"));
    }
    if let Some(page) = page {
        say(&format!("report: {page}"));
    }
    Ok(titer_judge::exit_code(&verdict))
}

fn tell(plan: &Plan, verdict: &Verdict) {
    let overall = match verdict.overall {
        Decision::Pass if plan.gates.is_empty() => "not judged: the evaluation has no gates",
        overall => word(overall),
    };
    say(&format!("{}: {overall}", plan.evaluation));
    if verdict.limited {
        say("  only a part of the examples ran (limit): good for a look, not for a decision");
    }
    if verdict.failed_cells > 0 {
        say(&format!(
            "  {} cells or measurements failed or did not run",
            verdict.failed_cells
        ));
    }
    for (index, gate) in plan.gates.iter().enumerate() {
        let of_gate = |one: &&GateVerdict| one.index == index;
        let verdicts: Vec<&GateVerdict> = verdict
            .scored
            .iter()
            .chain(&verdict.measured)
            .filter(of_gate)
            .collect();
        let words = verdicts
            .first()
            .map_or_else(|| gate.to_string(), |first| first.gate.clone());
        say(&format!(
            "  gate {}: {words}: {}",
            index + 1,
            counts(&verdicts)
        ));
        let bad: Vec<&&GateVerdict> = verdicts
            .iter()
            .filter(|one| one.decision != Decision::Pass)
            .collect();
        for one in bad.iter().take(TOLD) {
            let place = [
                Some(one.model.as_str()),
                Some(one.variant.as_str()),
                one.dataset.as_deref(),
                one.class.as_deref(),
            ];
            let place: Vec<&str> = place.into_iter().flatten().collect();
            say(&format!(
                "    {} {}: {}",
                word(one.decision),
                place.join(" "),
                one.because
            ));
        }
        if bad.len() > TOLD {
            say(&format!("    and {} more, in the report", bad.len() - TOLD));
        }
    }
}

fn counts(verdicts: &[&GateVerdict]) -> String {
    let all = [
        Decision::Pass,
        Decision::Inconclusive,
        Decision::Fail,
        Decision::Incomplete,
    ];
    let counted = all.into_iter().filter_map(|decision| {
        let count = verdicts
            .iter()
            .filter(|one| one.decision == decision)
            .count();
        (count > 0).then(|| format!("{count} {}", word(decision)))
    });
    counted.collect::<Vec<_>>().join(", ")
}

fn word(decision: Decision) -> &'static str {
    match decision {
        Decision::Pass => "pass",
        Decision::Inconclusive => "inconclusive",
        Decision::Fail => "fail",
        Decision::Incomplete => "incomplete",
    }
}
