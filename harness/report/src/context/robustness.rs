//! Perturbed examples, paired with the clean ones; negative controls apart.

use std::collections::BTreeSet;

use titer_core::{Comparison, Condition, Contrast, Effect, Response, Score, SeverityCurve};

use crate::context::block::{Block, PictureRow};
use crate::context::cell::Cell;
use crate::context::scores::{dataset_columns, heading, variant_rows};
use crate::context::table::{Column, Group, Row, Table};
use crate::context::{doses, invariances, must_fall, severities};
use crate::index::{Index, Subject};
use crate::number::{signed, signed_range};
use crate::words;

/// Scores on perturbed examples.
pub(crate) fn block(index: &Index<'_>, subject: Subject<'_>) -> Option<Block> {
    let list = doses::pictures(index, subject);
    let table = kept(index, subject);
    let drawn = !list.is_empty();
    let block = Block::new(
        "perturbed",
        "Perturbed examples",
        "The same examples, changed in a way that keeps what is true of them: the bases that define the label are spared. Any change in score is due to the model.",
    )
    .from::<Score>()
    .from::<Comparison>()
    .pictures(PictureRow {
        heading: "",
        reading: "The band is the 95 % interval of the reference; at 0 the examples are clean.",
        kind: "",
        list,
    });
    match drawn {
        true => block.folded("All perturbations as a table", table),
        false => block.table(table),
    }
    .from::<SeverityCurve>()
    .folded(
        "Over all severities: what is lost, calls that stay, corruption error",
        severities::table(index, subject),
    )
    .from::<Response>()
    .folded(
        "How much answers change though the truth stays (invariances)",
        invariances::table(index, subject),
    )
    .unless_empty()
}

/// What is still called where nothing is left to find.
pub(crate) fn negative(index: &Index<'_>, subject: Subject<'_>) -> Option<Block> {
    let block = Block::new(
        "negative",
        "Negative control",
        "This change destroys the target: there is nothing left to find. What is still called is a false alarm. It is no drop in quality and is not compared with clean data.",
    )
    .from::<Score>()
    .from::<Comparison>();
    Block {
        frame: "control",
        ..block
            .table(controls(index, subject))
            .from::<Response>()
            .table(must_fall::table(index, subject))
    }
    .unless_empty()
}

/// Perturbations that keep the target (or change it in a known way), beside clean.
fn kept(index: &Index<'_>, subject: Subject<'_>) -> Option<Table> {
    let conditions = conditions(subject, |effect| effect != Effect::Destroyed);
    if conditions.is_empty() {
        return None;
    }
    let metric = subject.main_metric();
    let mut columns = vec![Column::named("Clean")];
    columns.extend(
        conditions
            .iter()
            .map(|condition| Column::named(condition.title.as_str())),
    );
    let groups = subject
        .datasets()
        .iter()
        .flat_map(|dataset| {
            subject
                .classes_of(metric)
                .into_iter()
                .map(move |class| (dataset, class))
        })
        .map(|(dataset, class)| Group {
            heading: dataset.name.clone(),
            hint: heading(metric, class),
            note: None,
            rows: rows(index, subject, &dataset.name, metric, class, &conditions),
        })
        .collect();
    let metric = words::label(metric);
    let caption = format!("{metric} on perturbed examples; Δ is the paired change from clean");
    Some(Table::new(caption, columns, groups))
}

fn conditions(subject: Subject<'_>, wanted: impl Fn(Effect) -> bool) -> Vec<&Condition> {
    let all = subject.suite.perturbations.iter();
    all.filter(|condition| wanted(condition.effect)).collect()
}

fn rows(
    index: &Index<'_>,
    subject: Subject<'_>,
    dataset: &str,
    metric: &'static str,
    class: Option<&str>,
    conditions: &[&Condition],
) -> Vec<Row> {
    subject
        .variants()
        .into_iter()
        .map(|variant| {
            let clean = std::iter::once(None);
            let cells = clean
                .chain(
                    conditions
                        .iter()
                        .map(|condition| Some(condition.name.as_str())),
                )
                .map(|name| {
                    cell(
                        index,
                        subject,
                        (&variant.name, dataset),
                        (metric, class),
                        name,
                    )
                })
                .collect();
            Row::of(subject, variant, cells)
        })
        .collect()
}

fn cell(
    index: &Index<'_>,
    subject: Subject<'_>,
    (variant, dataset): (&str, &str),
    (metric, class): (&str, Option<&str>),
    perturbation: Option<&str>,
) -> Cell {
    let key = subject.key(variant, dataset, perturbation, metric, class);
    let Some(score) = index.score(&key) else {
        return Cell::missing("no score: the cell failed");
    };
    let mut cell = Cell::score(score);
    let Some(change) = perturbation.and_then(|_| index.comparison(Contrast::Clean, &key)) else {
        return cell;
    };
    cell.notes
        .push(match (&change.difference, &change.interval) {
            (Ok(difference), Ok(interval)) => {
                format!(
                    "Δ {} ({})",
                    signed(*difference, 3),
                    signed_range(interval, 3)
                )
            }
            (Ok(difference), Err(_)) => format!("Δ {}, no interval", signed(*difference, 3)),
            (Err(reason), _) => format!("Δ undefined: {reason}"),
        });
    cell
}

/// Perturbations that destroy the target: what is still called a site is a false alarm.
fn controls(index: &Index<'_>, subject: Subject<'_>) -> Option<Table> {
    let groups: Vec<Group> = conditions(subject, |effect| effect == Effect::Destroyed)
        .into_iter()
        .flat_map(|condition| control_groups(index, subject, condition))
        .collect();
    let caption = "Negative control: the target is destroyed";
    (!groups.is_empty()).then(|| Table::new(caption, dataset_columns(subject), groups))
}

fn control_groups(index: &Index<'_>, subject: Subject<'_>, condition: &Condition) -> Vec<Group> {
    let name = condition.name.as_str();
    let measured: BTreeSet<(&str, Option<&str>)> = index
        .input
        .tables
        .scores
        .iter()
        .map(|score| &score.key)
        .filter(|key| subject.holds(&key.case) && key.case.perturbation.as_deref() == Some(name))
        .map(|key| (key.metric.as_str(), key.class.as_deref()))
        .collect();
    measured
        .into_iter()
        .map(|(metric, class)| Group {
            heading: condition.title.clone(),
            hint: heading(metric, class),
            note: None,
            rows: variant_rows(subject, |variant, dataset| {
                let key = subject.key(variant, dataset, Some(name), metric, class);
                index
                    .score(&key)
                    .map_or_else(|| Cell::missing("no score: the cell failed"), Cell::score)
            }),
        })
        .collect()
}
