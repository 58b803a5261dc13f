//! How large a run's page will be, before it ran.

use titer_core::Effect;
use titer_spec::Plan;
use titer_spec::plan::{PlannedCell, PlannedSuite};

use crate::fold::MAX_BYTES;
use crate::index::Subject;

// Measured on synthetic runs of 10 to 100 datasets, two variants and nine metrics: 36 kB a dataset.
/// Bytes of a page without results.
const FRAME: u64 = 60_000;
/// Bytes of a score with its difference.
const SCORE: u64 = 700;
/// Bytes of a clean cell: its share of curves, notable examples and lists.
const CLEAN: u64 = 12_000;

/// Parts that hold no results: checks, costs, models, data, cells.
const LISTS: u64 = 5;

/// Roughly how many scores a run of the plan has: cells times metrics.
#[must_use]
pub fn scores(plan: &Plan) -> u64 {
    let of = |suite: &PlannedSuite| -> u64 {
        let cells = plan
            .cells
            .iter()
            .filter(|cell| cell.case.suite == suite.name);
        cells.map(|cell| of_cell(suite, cell)).sum()
    };
    plan.suites.iter().map(of).sum()
}

/// Roughly how many bytes a page with everything would have.
#[must_use]
pub fn page_bytes(plan: &Plan) -> u64 {
    FRAME
        + plan
            .suites
            .iter()
            .map(|suite| bytes(plan, suite, None))
            .sum::<u64>()
}

/// Roughly how many pages a run of the plan fills: 1 for one that fits into one.
#[must_use]
pub fn pages(plan: &Plan) -> u64 {
    let all = page_bytes(plan);
    // Curves of fewer points save a third.
    if all * 2 / 3 < MAX_BYTES as u64 {
        return 1;
    }
    1 + all.div_ceil(MAX_BYTES as u64) + LISTS
}

/// Roughly how many bytes a model's results on a suite have.
pub(crate) fn subject_bytes(plan: &Plan, subject: Subject<'_>) -> u64 {
    bytes(plan, subject.suite, Some(&subject.model.name))
}

fn bytes(plan: &Plan, suite: &PlannedSuite, model: Option<&str>) -> u64 {
    let cells = plan.cells.iter().filter(|cell| {
        cell.case.suite == suite.name && model.is_none_or(|model| cell.case.model == model)
    });
    let classes = suite.classes_of("").len().max(1) as u64;
    cells
        .map(|cell| {
            let clean = u64::from(cell.case.is_clean()) * classes;
            clean * CLEAN + of_cell(suite, cell) * SCORE
        })
        .sum()
}

fn of_cell(suite: &PlannedSuite, cell: &PlannedCell) -> u64 {
    if cell.effect == Effect::Destroyed {
        return 1;
    }
    let metrics = suite.metrics.iter();
    metrics
        .map(|metric| suite.classes_of(metric.name()).len() as u64)
        .sum()
}
