//! The end of a run on a terminal: the verdict, every build beside its reference, losses, and each gate's failures, the worst
//! first, with the command that shows the examples behind them.

use titer_core::{Decision, GateVerdict, MustFall, Verdict};
use titer_judge::gates::worst_first;
use titer_report::Ending;
use titer_spec::Plan;
use titer_spec::evaluation::MustFallThen;

use super::next::Next;
use crate::console::{say, say_decision, say_exactly, say_table, word};

/// How many of a gate's verdicts that are no pass are told, the worst first.
const TOLD: usize = 4;

/// What the end is told of.
pub(in crate::commands) struct Outcome<'a> {
    pub plan: &'a Plan,
    pub verdict: &'a Verdict,
    pub ending: Option<&'a Ending>,
}

impl Outcome<'_> {
    pub(in crate::commands) fn tell(&self, next: &mut Next) {
        let (plan, verdict) = (self.plan, self.verdict);
        let name = format!("{}: ", plan.evaluation);
        match verdict.overall {
            Decision::Pass if plan.gates.is_empty() => {
                say(&(name + "not judged: the evaluation has no gates"));
            }
            overall => say_decision("", &name, overall, ""),
        }
        self.ending.into_iter().for_each(tell_builds);
        self.tell_must_fall(next);
        self.tell_losses(next);
        if verdict.limited {
            say(&format!(
                "  a look ({}): only a part of what the evaluation asks for ran, so nothing is decided",
                plan.look_options()
            ));
        }
        if verdict.failed_cells > 0 {
            say(&format!(
                "  {} cells or measurements failed or did not run",
                verdict.failed_cells
            ));
        }
        for index in 0..plan.gates.len() {
            self.tell_gate(index, next);
        }
    }

    fn tell_gate(&self, index: usize, next: &mut Next) {
        let (plan, verdict) = (self.plan, self.verdict);
        let all = verdict.scored.iter().chain(&verdict.measured);
        let verdicts: Vec<&GateVerdict> = all.filter(|one| one.index == index).collect();
        let words = match (verdicts.first(), plan.gates.get(index)) {
            (Some(first), _) => first.gate.clone(),
            (None, Some(gate)) => gate.to_string(),
            (None, None) => return,
        };
        say(&format!(
            "  gate {}: {words}: {}",
            index + 1,
            counts(&verdicts)
        ));
        if let Some(reason) = plan.reason(index) {
            say(&format!("    why: {reason}"));
        }
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
            let rest = format!(" {}: {}", place.join(" "), one.because);
            say_decision("    ", "", one.decision, &rest);
            if let Some(next) = titer_report::would_decide(plan, one) {
                say(&format!("      {next}"));
            }
            if let (Decision::Fail, Some(dataset)) = (one.decision, &one.dataset) {
                tell_next(next.examples(&one.model, &one.variant, dataset));
            }
        }
        if bad.len() > TOLD {
            say(&format!("    and {} more, in the report", bad.len() - TOLD));
        }
    }

    /// What must fall and does not stands first: it says whether the evaluation measures what it says.
    fn tell_must_fall(&self, next: &mut Next) {
        let all = &self.verdict.must_fall;
        let of = |decision| all.iter().filter(move |one| one.decision == decision);
        let bad: Vec<&MustFall> = of(Decision::Fail)
            .chain(of(Decision::Inconclusive))
            .collect();
        if bad.is_empty() {
            return;
        }
        let then = match self.plan.must_fall {
            MustFallThen::Fail => "",
            MustFallThen::Say => ", which decides nothing here (`must_fall: say`)",
        };
        say(&format!(
            "  where the label was destroyed answers must fall: {} of {} do{then}",
            of(Decision::Pass).count(),
            all.len()
        ));
        for one in bad.iter().take(TOLD) {
            let case = &one.case;
            let perturbation = case.perturbation.as_deref().unwrap_or_default();
            let rest = format!(
                " {} {} {} {perturbation}: {}",
                case.model, case.variant, case.dataset, one.because
            );
            say_decision("    ", "", one.decision, &rest);
            // What cannot be told is no reason to look at examples.
            if one.decision == Decision::Fail {
                tell_next(next.examples(&case.model, &case.variant, &case.dataset));
            }
        }
        if bad.len() > TOLD {
            say(&format!("    and {} more, in the report", bad.len() - TOLD));
        }
    }

    /// Losses that no gate is about stand before the gates: a pass must not hide them.
    fn tell_losses(&self, next: &mut Next) {
        let losses = &self.verdict.losses;
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
            say(&format!(
                "    loss {}",
                titer_judge::losses::line(self.plan, loss)
            ));
            let case = &loss.key.case;
            tell_next(next.examples(&case.model, &case.variant, &case.dataset));
        }
        if ungated.len() > TOLD {
            say(&format!(
                "    and {} more, in the report",
                ungated.len() - TOLD
            ));
        }
    }
}

/// A command is copied: its line stays as it is.
fn tell_next(command: Option<String>) {
    if let Some(command) = command {
        say_exactly(&format!("      → {command}"));
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
