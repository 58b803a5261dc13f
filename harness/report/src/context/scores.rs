//! A subject's scores: variants down, datasets across, metrics in groups.

use titer_core::{Score, Spread};
use titer_spec::MetricSpec;
use titer_spec::plan::{PlannedDataset, PlannedVariant};

use crate::context::block::Block;
use crate::context::cell::Cell;
use crate::context::glance;
use crate::context::table::{Column, Group, Row, Table};
use crate::context::truncated;
use crate::index::{Index, Subject};
use crate::number::{count, fixed, percent};
use crate::words;

/// Every score on clean data.
pub(crate) fn block(index: &Index<'_>, subject: Subject<'_>) -> Option<Block> {
    let mut block = Block::new("scores", "Scores", "").from::<Score>();
    // Pictures of differences stand above; without any the scores themselves do.
    if !subject.candidates().is_empty() {
        block = block.pictures(glance::wide(index, subject));
    }
    let others = others(index, subject);
    block
        .table(Some(headlines(index, subject)))
        .folded("The other metrics", others)
        .unless_empty()
}

/// The headline metrics.
fn headlines(index: &Index<'_>, subject: Subject<'_>) -> Table {
    table(index, subject, "Scores on clean data", |name| {
        is_headline(subject, name)
    })
}

/// The other metrics; `None` where there are none.
fn others(index: &Index<'_>, subject: Subject<'_>) -> Option<Table> {
    let table = table(index, subject, "The other metrics", |name| {
        !is_headline(subject, name)
    });
    (!table.groups.is_empty()).then_some(table)
}

/// The main metric is shown at once, whatever it is.
fn is_headline(subject: Subject<'_>, name: &str) -> bool {
    MetricSpec::headlines().contains(&name) || name == subject.main_metric()
}

fn table(
    index: &Index<'_>,
    subject: Subject<'_>,
    caption: &str,
    wanted: impl Fn(&str) -> bool,
) -> Table {
    let mut metrics = subject.metrics();
    metrics.retain(|name| wanted(name));
    let order = MetricSpec::headlines();
    metrics.sort_by_key(|name| order.iter().position(|headline| headline == name));
    let groups = subject
        .by_class(metrics)
        .into_iter()
        .map(|(metric, class)| group(index, subject, metric, class))
        .collect();
    Table::new(caption, columns(index, subject), groups)
}

/// A column per dataset, with its name only.
pub(crate) fn dataset_columns(subject: Subject<'_>) -> Vec<Column> {
    let datasets = subject.datasets().iter();
    datasets
        .map(|dataset| Column::named(&dataset.name))
        .collect()
}

/// A column per dataset, with what its numbers must be read with.
pub(crate) fn columns(index: &Index<'_>, subject: Subject<'_>) -> Vec<Column> {
    subject
        .datasets()
        .iter()
        .map(|dataset| {
            let mut lines = vec![
                dataset.organism.clone(),
                side_words(dataset),
                format!(
                    "training: {}",
                    index.exposure(subject, &dataset.name).words()
                ),
            ];
            lines.extend(size(
                index,
                subject,
                &dataset.name,
                dataset.cluster.as_deref(),
                dataset.independent,
            ));
            lines.extend(truncated::line(index, subject, &dataset.name));
            Column {
                name: dataset.name.clone(),
                side: if dataset.in_distribution { "in" } else { "out" },
                lines,
            }
        })
        .collect()
}

/// "in distribution" or "out of distribution, far".
pub(crate) fn side_words(dataset: &PlannedDataset) -> String {
    if dataset.in_distribution {
        return "in distribution".to_owned();
    }
    let distance = dataset.distance.as_deref();
    let distance = distance.map_or(String::new(), |distance| format!(", {distance}"));
    let shift = dataset
        .shift
        .map(|shift| format!(" (shift: {})", shift.name()));
    format!("out of distribution{distance}{}", shift.unwrap_or_default())
}

/// Any clean score of a subject's dataset: its n is the same for every variant.
pub(crate) fn any_score<'a>(
    index: &Index<'a>,
    subject: Subject<'_>,
    dataset: &str,
    class: Option<&str>,
) -> Option<&'a Score> {
    subject.variants().into_iter().find_map(|variant| {
        subject.metrics().into_iter().find_map(|metric| {
            index.score(&subject.key(&variant.name, dataset, None, metric, class))
        })
    })
}

fn size(
    index: &Index<'_>,
    subject: Subject<'_>,
    dataset: &str,
    cluster: Option<&str>,
    independent: bool,
) -> Vec<String> {
    let class = subject.classes().first().copied().flatten();
    let Some(score) = any_score(index, subject, dataset, class) else {
        return vec!["nothing scored".to_owned()];
    };
    let clusters = match cluster {
        Some(name) => {
            let worth = score.effective_clusters.round() as u64;
            let worth = if worth < score.clusters {
                format!(", worth {} of equal size", count(worth))
            } else {
                String::new()
            };
            format!("{} clusters ({name}){worth}", count(score.clusters))
        }
        None if independent => "independent, its descriptor says".to_owned(),
        None => "no clusters declared: taken as independent".to_owned(),
    };
    if subject.suite.positions().is_some() {
        let sites: u64 = subject
            .classes()
            .into_iter()
            .filter_map(|class| any_score(index, subject, dataset, class))
            .map(|score| score.positives)
            .sum();
        return vec![
            format!(
                "{} positions in {} stretches",
                count(score.positions),
                count(score.examples)
            ),
            format!("{} sites, {clusters}", count(sites)),
        ];
    }
    if let Some(labels) = subject.suite.labels() {
        return vec![
            format!(
                "{} examples of {} labels",
                count(score.examples),
                count(labels.len() as u64)
            ),
            clusters,
        ];
    }
    if subject.suite.classes().is_some() || subject.suite.values().is_some() {
        return vec![format!("{} examples", count(score.examples)), clusters];
    }
    let share = score.prevalence().map(percent).unwrap_or_default();
    vec![
        format!("{} examples, {share} positive", count(score.examples)),
        clusters,
    ]
}

fn group(
    index: &Index<'_>,
    subject: Subject<'_>,
    metric: &'static str,
    class: Option<&str>,
) -> Group {
    let mut rows = Vec::new();
    if words::is_read_beside_prevalence(metric) {
        rows.push(prevalence(index, subject, class));
    }
    rows.extend(variant_rows(subject, |variant, dataset| {
        let key = subject.key(variant, dataset, None, metric, class);
        let Some(score) = index.score(&key) else {
            return Cell::missing("no score: the cell failed");
        };
        let mut cell = Cell::score(score);
        if score.labels.is_some() {
            cell.notes.extend(index.worst_label(&key).map(worst));
        }
        cell
    }));
    let methods = interval_methods(index, subject, metric, class);
    let hint = words::hint(metric);
    let mut group = Group {
        heading: heading(metric, class),
        hint: match methods.is_empty() {
            true => hint,
            false => format!("{hint}; intervals: {}", words::and_list(&methods)),
        },
        note: None,
        rows,
    };
    group.share_reason("Intervals undefined: ");
    group
}

/// How the intervals of a metric were made on clean data, each method once.
fn interval_methods(
    index: &Index<'_>,
    subject: Subject<'_>,
    metric: &'static str,
    class: Option<&str>,
) -> Vec<String> {
    let mut methods = Vec::new();
    for variant in subject.variants() {
        for dataset in subject.datasets() {
            let key = subject.key(&variant.name, &dataset.name, None, metric, class);
            let found = index
                .score(&key)
                .and_then(|score| score.interval.as_ref().ok());
            let method = found.map(|interval| words::interval_method(interval.method));
            methods.extend(method.filter(|method| !methods.contains(method)));
        }
    }
    methods
}

/// "worst: dnase 0.500".
pub(crate) fn worst(spread: &Spread) -> String {
    let value = spread
        .estimate
        .value
        .map_or(String::new(), |value| format!(" {}", fixed(value, 3)));
    format!("worst: {}{value}", spread.worst_group)
}

/// "Average precision, donor".
pub(crate) fn heading(metric: &str, class: Option<&str>) -> String {
    match class {
        Some(class) => format!("{}, {class}", words::label(metric)),
        None => words::label(metric),
    }
}

fn prevalence(index: &Index<'_>, subject: Subject<'_>, class: Option<&str>) -> Row {
    let cells = subject
        .datasets()
        .iter()
        .map(|dataset| {
            let score = any_score(index, subject, &dataset.name, class);
            let share = score.and_then(Score::prevalence);
            share.map_or_else(
                || Cell::missing("nothing scored"),
                |share| Cell::plain(percent(share)),
            )
        })
        .collect();
    Row {
        label: "prevalence".to_owned(),
        kind: "beside",
        style: None,
        cells,
    }
}

/// A group per dataset, in it a row per variant but the reference.
pub(crate) fn candidate_groups(
    subject: Subject<'_>,
    cells: impl Fn(&str, &str) -> Vec<Cell>,
) -> Vec<Group> {
    let row = |variant: &PlannedVariant, dataset: &str| Row {
        label: variant.name.clone(),
        kind: "",
        style: Some(subject.style(&variant.name)),
        cells: cells(&variant.name, dataset),
    };
    let candidates = subject.candidates();
    let group = |dataset: &PlannedDataset| Group {
        heading: dataset.name.clone(),
        hint: dataset.organism.clone(),
        note: None,
        rows: candidates
            .iter()
            .map(|variant| row(variant, &dataset.name))
            .collect(),
    };
    subject.datasets().iter().map(group).collect()
}

/// A row per variant with a cell per dataset.
pub(crate) fn variant_rows(subject: Subject<'_>, cell: impl Fn(&str, &str) -> Cell) -> Vec<Row> {
    subject
        .variants()
        .into_iter()
        .map(|variant| {
            let datasets = subject.datasets().iter();
            let cells = datasets.map(|dataset| cell(&variant.name, &dataset.name));
            Row::of(subject, variant, cells.collect())
        })
        .collect()
}
