//! Lengths and letters of each dataset.

use titer_core::InputSummary;
use titer_spec::plan::PlannedSuite;

use crate::context::cell::Cell;
use crate::context::table::{Column, Group, Row, Table};
use crate::index::Index;
use crate::number::{count, fixed, percent};

/// A row for each dataset; `None` where none was measured.
pub(super) fn table(index: &Index<'_>, suite: &PlannedSuite) -> Option<Table> {
    let all = index.input.tables.inputs.iter();
    let rows: Vec<Row> = all.filter(|row| row.suite == suite.name).map(row).collect();
    let columns = [
        Column::named("Sequences"),
        Column {
            lines: vec!["median, middle 90 %, all".to_owned()],
            ..Column::named("Bases")
        },
        Column {
            lines: vec!["median, middle 90 %".to_owned()],
            ..Column::named("GC content")
        },
        Column {
            lines: vec!["of all letters".to_owned()],
            ..Column::named("Not A, C, G, T")
        },
    ];
    let group = Group::plain(rows);
    (!group.rows.is_empty()).then(|| Table {
        corner: "Dataset".to_owned(),
        ..Table::new(format!("Inputs of {}", suite.name), columns, vec![group])
    })
}

fn row(summary: &InputSummary) -> Row {
    let bases = |length: Option<f64>| length.map_or_else(String::new, |it| count(it as u64));
    let share = |share: Option<f64>| share.map_or_else(String::new, |it| fixed(it, 3));
    let between = |low: String, high: String| format!("{low} to {high}");
    let spread = |value: String, notes: Vec<String>| Cell {
        notes,
        ..Cell::plain(value)
    };
    let clusters = format!("in {} clusters", count(summary.clusters));
    let sampled = format!("of {}", count(summary.examples));
    let is_all = summary.measured == summary.examples;
    Row {
        label: summary.dataset.clone(),
        kind: "",
        style: None,
        cells: vec![
            spread(
                count(summary.measured),
                (!is_all)
                    .then_some(sampled)
                    .into_iter()
                    .chain([clusters])
                    .collect(),
            ),
            spread(
                bases(summary.length_median),
                vec![
                    between(bases(summary.length_q05), bases(summary.length_q95)),
                    between(bases(summary.length_min), bases(summary.length_max)),
                ],
            ),
            match summary.gc_median {
                None => Cell::missing("no known letter"),
                Some(median) => spread(
                    fixed(median, 3),
                    vec![between(share(summary.gc_q05), share(summary.gc_q95))],
                ),
            },
            Cell::plain(summary.unknown_share.map_or_else(String::new, percent)),
        ],
    }
}
