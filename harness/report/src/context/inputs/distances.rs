//! The table of distances.

use titer_core::Distance;
use titer_spec::plan::PlannedSuite;

use crate::context::cell::Cell;
use crate::context::groups::estimate;
use crate::context::table::{Column, Group, Row, Table};
use crate::index::Index;
use crate::number::{count, small};

/// The distances in the order of columns, with their heads.
pub(super) const MEASURES: [(&str, &str, &str); 4] = [
    (
        "kmer_divergence",
        "4-mers",
        "Jensen-Shannon divergence, base 2",
    ),
    ("gc", "GC content", "Wasserstein-1, as a share"),
    ("length", "Length", "Wasserstein-1, bases"),
    ("classifier", "Classifier", "AUROC"),
];

/// Distances of each pair; `None` where there is no pair.
pub(super) fn table(index: &Index<'_>, suite: &PlannedSuite) -> Option<Table> {
    let all = index.input.tables.distances.iter();
    let all: Vec<&Distance> = all.filter(|row| row.suite == suite.name).collect();
    let columns: Vec<Column> = MEASURES
        .iter()
        .map(|(_, name, unit)| Column {
            lines: vec![(*unit).to_owned()],
            ..Column::named(*name)
        })
        .collect();
    let inside = suite
        .datasets
        .iter()
        .filter(|dataset| dataset.in_distribution);
    let groups: Vec<Group> = inside.filter_map(|from| group(&all, &from.name)).collect();
    let caption = format!("How far the inputs of {} lie apart", suite.name);
    (!groups.is_empty()).then(|| Table {
        corner: "Dataset".to_owned(),
        ..Table::new(caption, columns, groups)
    })
}

fn group(all: &[&Distance], from: &str) -> Option<Group> {
    let here = || all.iter().filter(|row| row.in_distribution == from);
    let mut others: Vec<&str> = Vec::new();
    for row in here() {
        if !others.contains(&row.out_of_distribution.as_str()) {
            others.push(&row.out_of_distribution);
        }
    }
    let row = |to: &str| {
        let find = |by: &str| here().find(|row| row.out_of_distribution == to && row.by == by);
        Row {
            label: to.to_owned(),
            kind: "",
            style: None,
            cells: MEASURES
                .iter()
                .map(|(by, ..)| find(by).map(|row| cell(row)).unwrap_or_default())
                .collect(),
        }
    };
    let first = here().next()?;
    Some(Group {
        heading: format!("from {from}"),
        hint: format!("{} sequences measured", count(first.inside)),
        note: None,
        rows: others.into_iter().map(row).collect(),
    })
}

fn cell(row: &Distance) -> Cell {
    let mut cell = estimate(&row.distance);
    match (row.by.as_str(), row.plain, row.floor) {
        ("kmer_divergence", Some(plain), Some(floor)) => cell.notes.push(format!(
            "plain {}, chance alone {}",
            small(plain),
            small(floor)
        )),
        (_, _, Some(floor)) => cell.notes.push(format!("chance alone {}", small(floor))),
        _ => {}
    }
    cell
}
