//! How long it takes from nothing to the first answer.

use titer_judge::MeasurementSummary;
use titer_spec::plan::PlannedModel;

use super::row;
use crate::context::cell::Cell;
use crate::context::table::{Column, Group, Table};
use crate::index::Index;
use crate::number::time;

/// Cold start, and what of it is loading and answering; `None` of runs of before.
pub(super) fn table(
    index: &Index<'_>,
    model: &PlannedModel,
    measured: &[&MeasurementSummary],
) -> Option<Table> {
    measured
        .iter()
        .find(|one| !one.details.first_ns.is_empty())?;
    let rows = measured.iter();
    let rows = rows.map(|one| row(index, model, one, cells(one)));
    let columns = ["Cold start", "Of it loading", "Of it the first answer"];
    Some(Table::new(
        "From a process's start to its first answer, files in memory, Titer's own reading left out",
        columns.map(Column::named),
        vec![Group::plain(rows.collect())],
    ))
}

fn cells(one: &MeasurementSummary) -> Vec<Cell> {
    let of = |median: Option<f64>| {
        median.map_or_else(
            || Cell::missing("it cannot be told here"),
            |ns| Cell {
                range: Some("median of rounds".to_owned()),
                ..Cell::plain(time(ns))
            },
        )
    };
    vec![
        of(one.details.cold_start_ns_median()),
        of(one.load_ns_median),
        of(one.details.first_ns_median()),
    ]
}
