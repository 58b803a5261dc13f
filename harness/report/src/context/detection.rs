//! How well outputs tell in- from out-of-distribution examples.

use titer_core::Detection;

use crate::context::block::Block;
use crate::context::groups::estimate;
use crate::context::table::{Column, Group, Row, Table};
use crate::index::{Index, Subject};
use crate::number::{count, percent};
use crate::words;

/// Whether outputs tell in- from out-of-distribution examples.
pub(crate) fn block(index: &Index<'_>, subject: Subject<'_>) -> Option<Block> {
    Block::new(
        "foreign",
        "Does the model notice foreign data?",
        "In-distribution examples are the positive class; an AUROC of 0.5 means that it cannot tell.",
    )
    .from::<Detection>()
    .table(table(index, subject))
    .unless_empty()
}

/// A group per pair of datasets, variants down, metrics across; `None` where it was not asked.
fn table(index: &Index<'_>, subject: Subject<'_>) -> Option<Table> {
    let of = |row: &&Detection| row.suite == subject.suite.name && row.model == subject.model.name;
    let all: Vec<&Detection> = index.input.tables.detections.iter().filter(of).collect();
    let (mut kinds, mut pairs) = (Vec::<(&str, &str)>::new(), Vec::<(&str, &str)>::new());
    for row in &all {
        let kind = (row.by.as_str(), row.metric.as_str());
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
        let pair = (
            row.in_distribution.as_str(),
            row.out_of_distribution.as_str(),
        );
        if !pairs.contains(&pair) {
            pairs.push(pair);
        }
    }
    let columns: Vec<Column> = kinds
        .iter()
        .map(|(by, metric)| Column {
            lines: vec![format!("by {}", by.replace('_', " "))],
            ..Column::named(words::label(metric))
        })
        .collect();
    let groups: Vec<Group> = pairs
        .into_iter()
        .map(|pair| group(subject, pair, &kinds, &all))
        .collect();
    let caption = "Telling in- from out-of-distribution examples by the output alone";
    (!all.is_empty()).then(|| Table::new(caption, columns, groups))
}

fn group(
    subject: Subject<'_>,
    (inside, outside): (&str, &str),
    kinds: &[(&str, &str)],
    all: &[&Detection],
) -> Group {
    let find = |variant: &str, (by, metric): (&str, &str)| {
        all.iter().find(|row| {
            row.variant == variant
                && row.in_distribution == inside
                && row.out_of_distribution == outside
                && row.by == by
                && row.metric == metric
        })
    };
    let sizes = all
        .iter()
        .find(|row| row.in_distribution == inside && row.out_of_distribution == outside);
    let rows = subject
        .variants()
        .into_iter()
        .map(|variant| {
            let found = kinds.iter().map(|kind| find(&variant.name, *kind));
            let cells = found.map(|row| row.map(|row| estimate(&row.estimate)).unwrap_or_default());
            Row::of(subject, variant, cells.collect())
        })
        .collect();
    Group {
        heading: format!("{inside} against {outside}"),
        hint: sizes.map_or(String::new(), |row| {
            let share = row.inside as f64 / (row.inside + row.outside).max(1) as f64;
            format!(
                "{} in, {} out: {} in",
                count(row.inside),
                count(row.outside),
                percent(share)
            )
        }),
        note: None,
        rows,
    }
}
