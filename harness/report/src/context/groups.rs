//! The main metric by stratum: which group is worst, how far groups lie apart.

use std::collections::BTreeMap;

use titer_core::{Estimate, GroupScore, ScoreKey, Spread, SpreadKind};

use titer_judge::strata::EVERY_DATASET;

use crate::context::against;
use crate::context::block::Block;
use crate::context::cell::Cell;
use crate::context::labels;
use crate::context::scores::heading;
use crate::context::table::{Column, Group, Row, Table};
use crate::index::{Index, Subject};
use crate::number::{count, counted};
use crate::words;

/// A table of labels, where the question is of such, then one for each stratum that splits a dataset.
pub(crate) fn block(index: &Index<'_>, subject: Subject<'_>) -> Option<Block> {
    let strata = subject.suite.strata.iter();
    let by_stratum = strata.filter_map(|stratum| table(index, subject, stratum));
    let mut tables = labels::table(index, subject).into_iter().chain(by_stratum);
    let block = Block::new(
        "groups",
        "Groups",
        "The same scores on parts of the data. A mean can hide a group on which a model fails. A group with fewer than 10 clusters, or fewer than 10 examples (of either class), is too small to say. The worst group and the gap are extremes: their intervals hold for all groups at once, and reach 0 where no gap is shown.",
    )
    .from::<GroupScore>()
    .from::<Spread>()
    .table(tables.next());
    tables
        .fold(block, |block, table| {
            block.folded(table.caption.clone(), Some(table))
        })
        .unless_empty()
}

fn table(index: &Index<'_>, subject: Subject<'_>, stratum: &str) -> Option<Table> {
    let metric = subject.main_metric();
    let mut groups = Vec::new();
    let mut datasets: Vec<&str> = vec![EVERY_DATASET];
    datasets.extend(
        subject
            .datasets()
            .iter()
            .map(|dataset| dataset.name.as_str()),
    );
    for dataset in datasets {
        for class in subject.classes_of(metric) {
            let keys: Vec<ScoreKey> = subject
                .variants()
                .into_iter()
                .map(|variant| subject.key(&variant.name, dataset, None, metric, class))
                .collect();
            groups.extend(group(index, &keys, stratum, dataset));
        }
    }
    let mut columns = vec![Column::named("Size")];
    let variants = subject.variants().into_iter();
    columns.extend(variants.map(|variant| Column::named(&variant.name)));
    let caption = format!("{} by {}", words::label(metric), words::stratum(stratum));
    (!groups.is_empty()).then(|| Table {
        corner: "Group".to_owned(),
        ..Table::new(caption, columns, groups)
    })
}

/// The rows of one dataset and class: a row per group, then the extremes.
fn group(index: &Index<'_>, keys: &[ScoreKey], stratum: &str, dataset: &str) -> Option<Group> {
    let mut found: BTreeMap<&str, Vec<Option<&GroupScore>>> = BTreeMap::new();
    let mut order: Vec<&str> = Vec::new();
    for (place, key) in keys.iter().enumerate() {
        let of = |row: &&GroupScore| row.stratum == stratum && row.key == *key;
        for row in index.input.tables.groups.iter().filter(of) {
            let variants = found.entry(&row.group).or_insert_with(|| {
                order.push(&row.group);
                vec![None; keys.len()]
            });
            variants[place] = Some(row);
        }
    }
    let mut rows: Vec<Row> = order
        .iter()
        .filter_map(|name| Some(scores_row(name, found.get(name)?, of_values(index, keys))))
        .collect();
    for (statistic, label) in [(SpreadKind::Worst, "worst group"), (SpreadKind::Gap, "gap")] {
        rows.extend(spread_row(index, keys, stratum, statistic, label));
    }
    let key = keys.first()?;
    (!rows.is_empty()).then(|| Group {
        heading: dataset.to_owned(),
        hint: heading(&key.metric, key.class.as_deref()),
        note: None,
        rows,
    })
}

/// Whether the suite's answers are numbers, none of which is positive.
fn of_values(index: &Index<'_>, keys: &[ScoreKey]) -> bool {
    let mut suites = index.plan().suites.iter();
    let of = keys.first().map(|key| &key.case.suite);
    suites.any(|suite| Some(&suite.name) == of && suite.values().is_some())
}

fn scores_row(name: &str, variants: &[Option<&GroupScore>], values: bool) -> Row {
    let cell = |row: &Option<&GroupScore>| match row {
        None => Cell::missing("not scored"),
        Some(row) => estimate(&row.estimate),
    };
    let mut size = Cell::default();
    if let Some(known) = variants.iter().flatten().next() {
        size = Cell::plain(count(known.units));
        size.range = (!values).then(|| format!("{} positive", count(known.positives)));
        size.notes
            .push(counted(known.clusters, "cluster", "clusters"));
    }
    Row {
        label: name.to_owned(),
        kind: "",
        style: None,
        cells: std::iter::once(size)
            .chain(variants.iter().map(cell))
            .collect(),
    }
}

pub(crate) fn spread_row(
    index: &Index<'_>,
    keys: &[ScoreKey],
    stratum: &str,
    statistic: SpreadKind,
    label: &str,
) -> Option<Row> {
    let find = |key: &ScoreKey| {
        index.input.tables.spreads.iter().find(|spread| {
            spread.key == *key && spread.stratum == stratum && spread.statistic == statistic
        })
    };
    let found: Vec<Option<&Spread>> = keys.iter().map(find).collect();
    found.iter().flatten().next()?;
    let cell = |spread: &Option<&Spread>| {
        let Some(spread) = spread else {
            return Cell::missing("not scored");
        };
        let mut cell = estimate(&spread.estimate);
        cell.notes.push(match statistic {
            SpreadKind::Worst => spread.worst_group.clone(),
            SpreadKind::Gap => format!("{} over {}", spread.best_group, spread.worst_group),
        });
        cell.notes.extend(against::note(&spread.against));
        if spread.too_small > 0 {
            cell.notes
                .push(format!("{} too small, left out", count(spread.too_small)));
        }
        cell
    };
    Some(Row {
        label: label.to_owned(),
        kind: "beside",
        style: None,
        cells: std::iter::once(Cell::default())
            .chain(found.iter().map(cell))
            .collect(),
    })
}

/// A value with its interval.
pub(crate) fn estimate(estimate: &Estimate) -> Cell {
    match estimate.value() {
        Ok(value) => Cell::estimate(value, &estimate.interval()),
        Err(reason) => Cell::missing(reason.to_string()),
    }
}
