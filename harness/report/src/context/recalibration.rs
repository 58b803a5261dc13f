//! Calibration before and after recalibration on the tuning split.

use titer_core::Recalibration;

use crate::context::against;
use crate::context::block::Block;
use crate::context::groups::estimate;
use crate::context::scores::{dataset_columns, variant_rows};
use crate::context::table::{Group, Row, Table};
use crate::index::{Index, Subject};
use crate::number::{count, fixed};
use crate::words;

/// Scores before and after recalibration.
pub(crate) fn block(index: &Index<'_>, subject: Subject<'_>) -> Option<Block> {
    Block::new(
        "recalibrated",
        "Recalibrated",
        "What a map from raw to calibrated probabilities gains. It is fitted on the tuning split alone, which is never scored, and applied unchanged to every dataset.",
    )
    .from::<Recalibration>()
    .table(table(index, subject))
    .unless_empty()
}

/// A row per method beneath each variant, datasets across; `None` where nothing was recalibrated.
fn table(index: &Index<'_>, subject: Subject<'_>) -> Option<Table> {
    let of = |row: &&Recalibration| subject.holds(&row.key.case);
    let all: Vec<&Recalibration> = index
        .input
        .tables
        .recalibrations
        .iter()
        .filter(of)
        .collect();
    let mut kinds: Vec<(&str, &str)> = Vec::new();
    for row in &all {
        let kind = (row.key.metric.as_str(), row.method.as_str());
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let groups: Vec<Group> = kinds
        .into_iter()
        .map(|(metric, method)| Group {
            heading: format!("{} after {method}", words::label(metric)),
            hint: words::better(metric).to_owned(),
            note: None,
            rows: rows(subject, metric, method, &all),
        })
        .collect();
    let first = all.first()?;
    let caption = format!(
        "Recalibrated on {} tuning examples of {}",
        count(first.fitted_examples),
        first.fitted_on
    );
    Some(Table::new(caption, dataset_columns(subject), groups))
}

fn rows(subject: Subject<'_>, metric: &str, method: &str, all: &[&Recalibration]) -> Vec<Row> {
    let cell = |variant: &str, dataset: &str| {
        let found = all.iter().find(|row| {
            row.key.case.variant == variant
                && row.key.case.dataset == dataset
                && row.key.metric == metric
                && row.method == method
        })?;
        let mut cell = estimate(&found.estimate);
        if let Some(raw) = found.raw {
            cell.notes.push(format!("{} before", fixed(raw, 4)));
        }
        cell.notes.push(found.parameters.clone());
        cell.notes.extend(against::note(&found.against));
        if found.at_bound {
            cell.notes
                .push("a parameter is at its bound: not to be trusted".to_owned());
        }
        Some(cell)
    };
    variant_rows(subject, |variant, dataset| {
        cell(variant, dataset).unwrap_or_default()
    })
}
