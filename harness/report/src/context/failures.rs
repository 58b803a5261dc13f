//! What failed, what was not tried, and what the plan left out.

use serde::Serialize;
use titer_spec::plan::PlannedCell;

use crate::context::section::{Filled, Room};
use crate::index::Index;
use crate::number::count;

/// What did not come out.
#[derive(Clone, Debug, Serialize)]
struct Failures {
    /// Cells and measurements without a whole result.
    failed: Vec<Failure>,
    /// What the plan left out.
    left_out: Vec<Failure>,
}

/// What failed and what was left out.
pub(super) fn section(index: &Index<'_>, room: Room) -> Option<Filled> {
    let (mut failed, mut left_out) = (failures(index), left_out(index));
    let cuts = [
        room.shorten(&mut failed, "Failures", "report.json"),
        room.shorten(&mut left_out, "Left out", "report.json"),
    ];
    let failures = Failures { failed, left_out };
    Some(Filled::new(&failures, "failures", "Failures").cut(cuts.into_iter().flatten()))
}

/// Something that did not come out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Failure {
    /// What.
    pub what: String,
    /// Why.
    pub why: String,
}

/// Cells and measurements without a whole result.
pub(crate) fn failures(index: &Index<'_>) -> Vec<Failure> {
    let plan = index.plan();
    let mut failures: Vec<Failure> = plan
        .all_cells()
        .filter_map(|cell| {
            Some(Failure {
                what: what(index, cell),
                why: why(index, cell)?,
            })
        })
        .collect();
    failures.extend(plan.measurements.iter().filter_map(|one| {
        let why = match index.input.measurements.get(&one.key) {
            Some(Ok(_)) => return None,
            Some(Err(reason)) => reason.clone(),
            None => "not tried".to_owned(),
        };
        Some(Failure {
            what: format!("Measurement of {} {}", one.model, one.variant),
            why,
        })
    }));
    failures
}

/// A cell in words.
pub(crate) fn what(index: &Index<'_>, cell: &PlannedCell) -> String {
    let condition = cell.case.perturbation.as_deref();
    let state = condition.map_or_else(
        || "clean".to_owned(),
        |name| index.title(&cell.case.suite, name),
    );
    format!(
        "{} {} on {}, {state}",
        cell.case.model, cell.case.variant, cell.case.dataset
    )
}

fn why(index: &Index<'_>, cell: &PlannedCell) -> Option<String> {
    let Some(record) = index.cell(&cell.key) else {
        return Some("not tried".to_owned());
    };
    let reason = record.status.failure()?;
    if record.predicted == 0 {
        return Some(reason.to_owned());
    }
    Some(format!(
        "{} ({} of {} examples have an answer)",
        reason.trim_end_matches('.'),
        count(record.predicted),
        count(record.examples)
    ))
}

/// What the evaluation names and the plan leaves out.
pub(crate) fn left_out(index: &Index<'_>) -> Vec<Failure> {
    index
        .plan()
        .left_out
        .iter()
        .map(|one| Failure {
            what: one.what.clone(),
            why: one.why.clone(),
        })
        .collect()
}
