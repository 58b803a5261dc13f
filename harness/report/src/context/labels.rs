//! Labels side by side: each by the metric that the main one is a mean of, so that none collapses behind the mean.

use titer_core::{Contrast, Score, SpreadKind};
use titer_spec::MetricSpec;

use crate::context::cell::{Cell, mark};
use crate::context::groups::spread_row;
use crate::context::table::{Column, Group, Row, Table};
use crate::index::{Index, MOST_LABELS, Subject};
use crate::number::{count, signed};
use crate::words;

/// The table; `None` for a suite of another question.
pub(crate) fn table(index: &Index<'_>, subject: Subject<'_>) -> Option<Table> {
    let labels = subject.suite.labels()?;
    let metric = metric(subject)?;
    let mut columns = vec![Column::named("Size")];
    let variants = subject.variants().into_iter();
    columns.extend(variants.map(|variant| Column::named(&variant.name)));
    let datasets = subject.datasets().iter();
    let groups = datasets.map(|dataset| group(index, subject, (metric, labels), &dataset.name));
    let caption = format!("{} by label", words::label(metric));
    Some(Table {
        corner: "Label".to_owned(),
        ..Table::new(caption, columns, groups.collect())
    })
}

/// The metric of each label that the main one is a mean of, else the first that is of each.
fn metric(subject: Subject<'_>) -> Option<&'static str> {
    let metrics = &subject.suite.metrics;
    let main = subject.main_metric();
    let mean = metrics.iter().find(|metric| metric.name() == main);
    let each = mean.and_then(|mean| mean.of_each_label());
    let first = || metrics.iter().find(|metric| metric.labels().is_none());
    each.or_else(|| first().copied()).map(MetricSpec::name)
}

fn group(
    index: &Index<'_>,
    subject: Subject<'_>,
    (metric, labels): (&'static str, &[String]),
    dataset: &str,
) -> Group {
    let mut shown: Vec<&String> = labels.iter().collect();
    let mut note = None;
    if labels.len() > MOST_LABELS {
        let worst = |label: &&String| worst(index, subject, (metric, label.as_str()), dataset);
        shown.sort_by(|a, b| worst(a).total_cmp(&worst(b)));
        shown.truncate(MOST_LABELS);
        note = Some(format!(
            "The {MOST_LABELS} worst of {} labels, by the variant that does worst; all are in report.json.",
            count(labels.len() as u64)
        ));
    }
    let mut rows: Vec<Row> = shown
        .into_iter()
        .map(|label| row(index, subject, (metric, label), dataset))
        .collect();
    let keys: Vec<_> = subject
        .variants()
        .into_iter()
        .map(|variant| subject.key(&variant.name, dataset, None, metric, None))
        .collect();
    for (statistic, name) in [(SpreadKind::Worst, "worst label"), (SpreadKind::Gap, "gap")] {
        rows.extend(spread_row(
            index,
            &keys,
            titer_judge::strata::LABEL,
            statistic,
            name,
        ));
    }
    Group {
        heading: dataset.to_owned(),
        hint: words::hint(metric),
        note,
        rows,
    }
}

fn scores<'a>(
    index: &Index<'a>,
    subject: Subject<'_>,
    (metric, label): (&str, &str),
    dataset: &str,
) -> Vec<Option<&'a Score>> {
    let variants = subject.variants().into_iter();
    let score = |name: &str| index.score(&subject.key(name, dataset, None, metric, Some(label)));
    variants.map(|variant| score(&variant.name)).collect()
}

/// How well the variant does that does worst, larger is better; what has no value comes last.
fn worst(index: &Index<'_>, subject: Subject<'_>, of: (&str, &str), dataset: &str) -> f64 {
    let scores = scores(index, subject, of, dataset);
    let values = scores.into_iter().flatten();
    let values = values.filter_map(|score| score.value.as_ref().ok());
    values
        .map(|value| words::sign(of.0) * value)
        .fold(f64::INFINITY, f64::min)
}

fn row(index: &Index<'_>, subject: Subject<'_>, of: (&str, &str), dataset: &str) -> Row {
    let scores = scores(index, subject, of, dataset);
    let mut size = Cell::default();
    if let Some(known) = scores.iter().flatten().next() {
        size = Cell::plain(count(known.examples));
        size.range = Some(format!("{} positive", count(known.positives)));
        if known.unknown > 0 {
            size.notes.push(format!("{} unknown", count(known.unknown)));
        }
    }
    let cell = |score: Option<&Score>| match score {
        None => Cell::missing("no score: the cell failed"),
        Some(score) => beside_reference(index, score),
    };
    let cells = std::iter::once(size).chain(scores.into_iter().map(cell));
    Row {
        label: of.1.to_owned(),
        kind: "",
        style: None,
        cells: cells.collect(),
    }
}

/// A score, with its difference to the reference's.
fn beside_reference(index: &Index<'_>, score: &Score) -> Cell {
    // What is not known stands beside the size.
    let mut cell = Cell::score(&Score {
        unknown: 0,
        ..score.clone()
    });
    if let Some(one) = index.comparison(Contrast::Reference, &score.key)
        && let Ok(difference) = one.difference
    {
        cell.notes.push(format!("Δ {}", signed(difference, 3)));
        cell.mark = mark(one, words::sign(&score.key.metric));
    }
    cell
}
