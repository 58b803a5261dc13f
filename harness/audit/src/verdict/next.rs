//! What to do next, with the command that does it.

use super::{MANY, Trust, weighing};
use crate::data::Audit;
use crate::shortcuts::{NO_LETTERS, not_run};

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What, and what it is good for.
    pub words: String,
    /// The command, if one does it; capitals stand for what the reader fills in.
    pub command: Option<String>,
}

fn step(words: impl Into<String>, command: Option<String>) -> Step {
    Step {
        words: words.into(),
        command,
    }
}

/// What to do about an audit's findings, the nearest first. `command` is the audit as it was made, without what is written.
#[must_use]
pub fn steps(audit: &Audit, command: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    if audit.leaked > 0 {
        steps.push(step(
            "Leave the leaked rows out. `rows.tsv` says of each test row whether it leaked, why, and from which training row; this writes the split without them and audits it again.",
            Some(format!("{command} --write-clean DIR")),
        ));
        if is_a_class_half_gone(audit) {
            steps.push(step(
                "That takes more than half of a class away. This deals whole clusters of rows out anew first, so that fewer are lost; train the model again on the new training set.",
                Some(format!("{command} --write-clean DIR --regroup")),
            ));
        }
        if audit.models.is_empty() {
            steps.push(step(
                "See what the leak does to your model: its scores with and without the leaked rows, from a run folder.",
                Some(format!("{command} --run RUN")),
            ));
        }
    }
    if audit.leaked as f64 >= MANY * audit.test.max(1) as f64 {
        steps.push(step(
            "For the next version, split by whole chromosomes or genes rather than by row, so that neighbours lie on one side.",
            None,
        ));
    }
    steps.extend(balance(audit));
    if audit.trust == Trust::Trustworthy {
        steps.push(step(
            "Report scores with intervals over the clusters in `rows.tsv` (column `cluster`): rows of a cluster are not independent.",
            None,
        ));
    }
    steps
}

/// What a genome would add, where rows have places alone.
#[must_use]
pub fn genome(audit: &Audit, command: &str) -> Option<Step> {
    if audit.identical.is_some() || audit.shared.is_none() {
        return None;
    }
    let which = match &audit.assemblies[..] {
        [] => "Give the genome that the places lie on".to_owned(),
        [name] => format!("Give the genome that the places lie on ({name})"),
        // One file cannot give the letters of all.
        _ => return None,
    };
    let stopped = not_run(&audit.shortcuts).into_iter();
    let stopped = stopped.filter(|group| group.reason == NO_LETTERS);
    let names: Vec<String> = stopped
        .flat_map(|group| group.names)
        .map(|name| format!("`{name}`"))
        .collect();
    Some(step(
        format!(
            "{which}, and this audit also looks for identical sequences and near duplicates on either strand, and fits {} more controls: {}.",
            names.len(),
            names.join(", ")
        ),
        Some(format!("{command} --genome GENOME.fa")),
    ))
}

fn is_a_class_half_gone(audit: &Audit) -> bool {
    let mut classes = audit.leaked_by_class.iter();
    classes.any(|class| 2 * class.leaked > class.test)
}

/// What shortcuts ask for: classes that do not differ in what is no biology.
fn balance(audit: &Audit) -> Option<Step> {
    let found = weighing(&audit.shortcuts).into_iter();
    let found: Vec<&str> = found
        .filter(|one| one.control.name != "overlap")
        .map(|one| one.control.looks_at)
        .collect();
    (!found.is_empty()).then(|| {
        let words = format!(
            "Draw the classes so that they do not differ in {}; or report the control's score beside the model's.",
            found.join(", nor in ")
        );
        step(words, None)
    })
}
