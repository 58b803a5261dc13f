//! The steps after the models have run, and what they came to in a few lines.

use titer_core::{Decision, GateVerdict, Losses, Verdict};
use titer_judge::gates::worst_first;
use titer_report::Ending;
use titer_spec::Plan;
use titer_store::RunFolder;

use crate::commands::report;
use crate::console::{complain, say, say_decision, say_table};
use crate::error::CommandError;
use crate::progress::Progress;

/// How many of a gate's verdicts that are no pass are told, the worst first.
const TOLD: usize = 4;

/// Scores, judges and renders a run folder, says what came out; the exit code.
pub(super) fn judge(folder: &RunFolder, progress: &Progress) -> Result<u8, CommandError> {
    titer_judge::run::score(folder, &|what, done, of| {
        progress.step("scoring", what, done, of);
    })?;
    let verdict = titer_judge::run::decide(folder)?;
    progress.phase("rendering");
    // The verdict stands, whatever becomes of the texts about it.
    let (page, ending, problems) = match report::render(folder) {
        Ok(written) => (written.page, Some(written.ending), written.problems),
        Err(error) => (None, None, vec![error.to_string()]),
    };
    progress.finish();
    for problem in &problems {
        complain(&format!("note: the report is not whole: {problem}"));
    }
    if !progress.talk().quiet {
        tell(&folder.read_manifest()?.plan, &verdict, ending.as_ref());
        if let Some(page) = page {
            say(&format!("report: {page}"));
        }
    }
    Ok(titer_judge::exit_code(&verdict))
}

fn tell(plan: &Plan, verdict: &Verdict, ending: Option<&Ending>) {
    let name = format!("{}: ", plan.evaluation);
    match verdict.overall {
        Decision::Pass if plan.gates.is_empty() => {
            say(&(name + "not judged: the evaluation has no gates"));
        }
        overall => say_decision(&name, overall, word(overall)),
    }
    ending.into_iter().for_each(tell_builds);
    tell_losses(&verdict.losses);
    if verdict.limited {
        say("  a look (--limit): only a part of the examples ran, so nothing is decided");
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
        let mut bad = verdicts;
        bad.retain(|one| one.decision != Decision::Pass);
        worst_first(plan, &mut bad);
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

/// The answers, then every build beside its reference.
fn tell_builds(ending: &Ending) {
    for answer in &ending.answers {
        say(&format!("  {answer}"));
    }
    if !ending.tables.is_empty() {
        say(
            "  Builds beside their reference: differences on clean data (intervals are in the report), multiples of time, memory and size",
        );
    }
    for table in &ending.tables {
        say("");
        let header: Vec<&str> = table.header.iter().map(String::as_str).collect();
        say_table(&header, &table.rows);
        if let Some(note) = &table.note {
            say(&format!("  {note}"));
        }
    }
    if !ending.tables.is_empty() {
        say("");
    }
}

/// Losses that no gate is about stand before the gates: a pass must not hide them.
fn tell_losses(losses: &Losses) {
    let ungated = losses.ungated_by_metric();
    if ungated.is_empty() {
        return;
    }
    let (what, fails) = match ungated.len() {
        1 => ("1 loss that no gate covers".to_owned(), "it fails the run"),
        many => (
            format!("{many} losses that no gate covers"),
            "they fail the run",
        ),
    };
    let then = match losses.ungated_fail {
        true => format!(": {fails} (`ungated_losses: fail`)"),
        false => String::new(),
    };
    say(&format!(
        "  {what}, of {} differences looked at{then}",
        losses.looked_at
    ));
    for loss in ungated.iter().take(TOLD) {
        say(&format!("    loss {}", titer_judge::losses::line(loss)));
    }
    if ungated.len() > TOLD {
        say(&format!(
            "    and {} more, in the report",
            ungated.len() - TOLD
        ));
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

pub(super) fn word(decision: Decision) -> &'static str {
    match decision {
        Decision::Pass => "pass",
        Decision::Inconclusive => "inconclusive",
        Decision::Fail => "fail",
        Decision::Incomplete => "incomplete",
    }
}
