//! Metrics at the prevalence that the suite states, beside the measured ones.

use titer_core::PrevalenceScore;

use crate::context::against;
use crate::context::block::Block;
use crate::context::groups::estimate;
use crate::context::scores::{dataset_columns, heading, variant_rows};
use crate::context::table::{Group, Row, Table};
use crate::index::{Index, Subject};
use crate::number::{fixed, percent, small};
use crate::words;

/// Scores at a prevalence; `None` where the suite states none.
pub(crate) fn block(index: &Index<'_>, subject: Subject<'_>) -> Option<Block> {
    Block::new(
        "prevalence",
        "At the prevalence in use",
        "What scores would be where positives are as rare as the suite says, not as frequent as in its data: each example counts by its class, and the measured value stands beneath, then the paired difference to the reference at the same prevalence. Examples of a class are taken to look as they do here, and probabilities as they are: a model that is calibrated on data with many positives says too much where they are rare, and log loss, Brier score and calibration error show by how much. No false call among few negatives is not none: intervals of precision and accuracy follow from those of the shares of positives and negatives that are called.",
    )
    .from::<PrevalenceScore>()
    .table(table(index, subject))
    .unless_empty()
}

fn table(index: &Index<'_>, subject: Subject<'_>) -> Option<Table> {
    let of = |row: &&PrevalenceScore| subject.holds(&row.key.case);
    let all = index.input.tables.prevalences.iter();
    let all: Vec<&PrevalenceScore> = all.filter(of).collect();
    let mut kinds: Vec<(&str, Option<&str>)> = Vec::new();
    for row in &all {
        let kind = (row.key.metric.as_str(), row.key.class.as_deref());
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let first = all.first()?;
    let prevalence = share(first.prevalence);
    let group = |kind: (&str, Option<&str>)| Group {
        heading: format!("{} at prevalence {prevalence}", heading(kind.0, kind.1)),
        hint: words::better(kind.0).to_owned(),
        note: None,
        rows: rows(subject, kind, &all),
    };
    let groups = kinds.into_iter().map(group).collect();
    let caption = format!("Scores at prevalence {prevalence}");
    Some(Table::new(caption, dataset_columns(subject), groups))
}

/// "0.10 %", however rare.
fn share(share: f64) -> String {
    match share < 0.001 {
        true => format!("{} %", small(100.0 * share)),
        false => percent(share),
    }
}

fn rows(
    subject: Subject<'_>,
    (metric, class): (&str, Option<&str>),
    all: &[&PrevalenceScore],
) -> Vec<Row> {
    let cell = |variant: &str, dataset: &str| {
        let found = all.iter().find(|row| {
            let key = &row.key;
            key.case.variant == variant
                && key.case.dataset == dataset
                && key.metric == metric
                && key.class.as_deref() == class
        })?;
        let mut cell = estimate(&found.estimate);
        if let Some(measured) = found.measured {
            cell.notes.push(format!(
                "measured {} at {}",
                fixed(measured, 3),
                share(found.measured_prevalence)
            ));
        }
        cell.notes.extend(against::note(&found.against));
        Some(cell)
    };
    variant_rows(subject, |variant, dataset| {
        cell(variant, dataset).unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn each_metric_stands_beside_what_was_measured() {
        let input = fixture::run();
        let index = Index::new(&input, 2);
        let mut block = block(&index, index.subjects()[0]).unwrap();
        let table = block.tables_mut().next().unwrap();
        assert_eq!(table.caption, "Scores at prevalence 0.10 %");
        assert!(
            table.groups[0]
                .heading
                .starts_with("Precision at prevalence 0.10 %")
        );
        let cell = &table.groups[0].rows[0].cells[0];
        assert_eq!(cell.value, "0.140");
        assert!(cell.notes[0].starts_with("measured 0.940 at 50"));
        assert_eq!(cell.notes.len(), 1);
        let other = &table.groups[0].rows[1].cells[0];
        assert_eq!(other.notes[1], "−0.0020 than fp32 (−0.0030 to −0.0010)");
        let mut input = input;
        input.tables.prevalences.clear();
        let index = Index::new(&input, 2);
        assert!(super::block(&index, index.subjects()[0]).is_none());
    }

    #[test]
    fn what_is_very_rare_is_not_0() {
        assert_eq!(
            (share(0.001), share(0.00002)),
            ("0.10 %".to_owned(), "0.00200 %".to_owned())
        );
    }
}
