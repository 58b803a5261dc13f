//! Losses against the references, whether a gate is about them or not.

use serde::Serialize;
use titer_core::Loss;
use titer_core::verdict::by_metric;
use titer_judge::losses::line;

use crate::context::section::{Filled, Room};
use crate::index::Index;
use crate::number::{count, counted, fixed, p_value, signed};
use crate::words;

/// Losses, with a gate or without.
pub(super) fn section(index: &Index<'_>, _: Room) -> Option<Filled> {
    Some(Filled::new(table(index)?, "losses", "Losses"))
}

/// The most losses in the table.
const MOST: usize = 40;

/// Losses that are seen at once; the others unfold.
const OPEN: usize = 8;

/// The losses of a run.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LossTable {
    /// What was looked at, and what came of it.
    pub about: String,
    /// The worst of each metric first, then the others by how many tolerances they are.
    pub rows: Vec<LossRow>,
    /// The same, those that unfold.
    pub folded: Vec<LossRow>,
    /// How many more there are.
    pub more: Option<String>,
}

/// A loss.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LossRow {
    /// In a line.
    pub line: String,
    /// What would not have been told.
    pub tolerance: String,
    /// The adjusted p-value.
    pub holm: String,
    /// Whether a gate is about it.
    pub gated: bool,
}

/// The first screen's words on losses that no gate covers.
pub(crate) fn headline(index: &Index<'_>) -> Option<String> {
    let losses = &index.input.verdict.losses;
    let ungated = losses.ungated_by_metric();
    let worst = ungated.first()?;
    let (what, largest) = match ungated.len() {
        1 => ("One loss is covered by no gate".to_owned(), "It is of"),
        many => (
            format!("{} losses are covered by no gate", count(many as u64)),
            match is_whole(worst) {
                true => "The largest on a whole dataset is of",
                false => "The largest is of",
            },
        ),
    };
    let then = match losses.ungated_fail {
        true => ", which fails the run",
        false => "",
    };
    let mut metrics: Vec<String> = Vec::new();
    for loss in &ungated {
        let of = || {
            ungated
                .iter()
                .filter(|one| one.key.metric == loss.key.metric)
        };
        let part = match of().any(|one| is_whole(one)) {
            true => "",
            false => " of groups or perturbed examples",
        };
        let metric = format!("{}{part}", words::in_prose(&loss.key.metric));
        if !metrics.contains(&metric) {
            metrics.push(metric);
        }
    }
    let metrics = metrics.join(", ");
    Some(format!(
        "{what} ({metrics}){then}. {largest} {}{}. Looked at: {}, corrected for their number.",
        line(index.plan(), worst),
        in_a_part(worst, &ungated),
        counted(losses.looked_at, "difference", "differences"),
    ))
}

/// Whether a loss is of a dataset as a whole, clean.
fn is_whole(loss: &Loss) -> bool {
    loss.group.is_none() && loss.key.case.is_clean()
}

/// What a loss of a whole dataset reaches in a group or on perturbed examples, where that is more.
fn in_a_part(whole: &Loss, all: &[&Loss]) -> String {
    let parts = all
        .iter()
        .filter(|one| !is_whole(one) && one.key.metric == whole.key.metric);
    let worst = parts.max_by(|a, b| a.difference.abs().total_cmp(&b.difference.abs()));
    match worst {
        Some(part) if is_whole(whole) && part.difference.abs() > whole.difference.abs() => format!(
            "; in a group or on perturbed examples it reaches {}",
            signed(part.difference, 3)
        ),
        _ => String::new(),
    }
}

/// The table of losses; `None` where nothing was looked at.
pub(crate) fn table(index: &Index<'_>) -> Option<LossTable> {
    let losses = &index.input.verdict.losses;
    if losses.looked_at == 0 {
        return None;
    }
    let mut about = format!(
        "Every metric, dataset, class, group and perturbation that was scored is held against the reference, with a gate or without: {}. A loss is listed if it survives correction (Holm) for all of them, a one-sided p of at most {} against no loss, and is larger than the metric's tolerance.",
        counted(losses.looked_at, "difference", "differences"),
        losses.tail
    );
    for (number, one, many) in [
        (
            losses.within_tolerance,
            "is as sure, but within the tolerance",
            "are as sure, but within the tolerance",
        ),
        (
            losses.without_interval,
            "has no interval, so that nothing is said of it",
            "have no interval, so that nothing is said of them",
        ),
        (
            losses.without_value,
            "has no value though the reference has one",
            "have no value though the reference has one",
        ),
    ] {
        match number {
            0 => {}
            1 => about.push_str(&format!(" 1 {one}.")),
            more => about.push_str(&format!(" {} {many}.", count(more))),
        }
    }
    let row = |loss: &Loss| LossRow {
        line: line(index.plan(), loss),
        tolerance: fixed(loss.tolerance, 3),
        holm: p_value(loss.holm),
        gated: loss.gated,
    };
    let more = losses.losses.len().saturating_sub(MOST) as u64;
    let sorted = by_metric(&losses.losses.iter().collect::<Vec<&Loss>>());
    let mut rows: Vec<LossRow> = sorted.into_iter().take(MOST).map(row).collect();
    let folded = rows.split_off(rows.len().min(OPEN));
    Some(LossTable {
        about,
        rows,
        folded,
        more: (more > 0).then(|| format!("{} more stand in report.json.", count(more))),
    })
}
