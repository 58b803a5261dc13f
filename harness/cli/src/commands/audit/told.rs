//! What a terminal is told of an audit.

use titer_audit::Audit;
use titer_audit::Trust;
use titer_audit::rescored::Part;
use titer_audit::shortcuts::{Shortcut, not_run};
use titer_audit::verdict::{Step, genome, headline, steps};
use titer_core::Decision;
use titer_core::figures::count;

use crate::console::{say, say_table, say_verdict};

/// What was found, the scores of controls, and those of models without what leaked.
pub(super) fn findings(found: &Audit) {
    say(&format!("{}: findings", found.name));
    for one in &found.evidence {
        say(&format!("  {}: {}", one.weighs.words(), one.words));
    }
    for one in &found.shown {
        say(&format!("  does not weigh: {one}"));
    }
    say(&format!(
        "  {} training rows, {} test rows in {} clusters, worth {} independent examples",
        count(found.train as u64),
        count(found.test as u64),
        count(found.clusters as u64),
        count(found.effective.round() as u64)
    ));
    for gap in &found.not_looked_for {
        say(&format!("  not looked for: {}: {}", gap.what, gap.why));
    }
    say("");
    let row = |one: &Shortcut| {
        let scores = one.scores.as_ref().ok()?;
        let score = |name: &str| {
            let found = scores.iter().find(|score| score.metric == name);
            found.map_or(String::new(), shown)
        };
        let cells = [&one.name, &score("accuracy"), &score("auroc"), one.looks_at];
        Some(cells.map(str::to_owned).to_vec())
    };
    let rows: Vec<Vec<String>> = found.shortcuts.iter().filter_map(row).collect();
    say_table(&["control", "accuracy", "auroc", "sees"], &rows);
    for group in not_run(&found.shortcuts) {
        say(&format!(
            "not run: {}: {}",
            group.names.join(", "),
            group.reason
        ));
    }
    for model in &found.models {
        say("");
        say(&format!(
            "{} {}, suite {}: {} test rows, {} without an answer",
            model.model, model.variant, model.suite, model.rows, model.unanswered
        ));
        let metric = |part: &Part, name: &str| {
            let score = part.scores.iter().find(|score| score.metric == name);
            score.map_or(String::new(), shown)
        };
        let rows: Vec<Vec<String>> = model
            .parts
            .iter()
            .map(|part| {
                vec![
                    part.name.clone(),
                    part.rows.to_string(),
                    metric(part, "accuracy"),
                    metric(part, "auroc"),
                ]
            })
            .collect();
        say_table(&["test rows", "n", "accuracy", "auroc"], &rows);
    }
}

fn shown(score: &titer_audit::score::Score) -> String {
    match (&score.value, &score.interval) {
        (Ok(value), Ok((lower, upper))) => format!("{value:.4} ({lower:.4} to {upper:.4})"),
        (Ok(value), Err(_)) => format!("{value:.4}"),
        (Err(_), _) => "undefined".to_owned(),
    }
}

/// The verdict in the words of the page, and what to do next. It comes last, where a reader of a terminal looks first.
pub(super) fn verdict(found: &Audit, base: &str) {
    let said = headline(found);
    let decision = match found.trust {
        Trust::Trustworthy => Decision::Pass,
        Trust::WithCare => Decision::Inconclusive,
        Trust::DoNotTrust => Decision::Fail,
    };
    say("");
    say_verdict(&format!("{}: ", found.name), decision, said.advice);
    for line in said.reasons.iter().chain(&said.not_looked_for) {
        say(&format!("  {line}"));
    }
    let next = steps(found, base).into_iter().next();
    for Step { words, command } in next.into_iter().chain(genome(found, base)) {
        say(&format!("  next: {words}"));
        if let Some(command) = command {
            say(&format!("    {command}"));
        }
    }
}
