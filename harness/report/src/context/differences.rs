//! Paired differences to the reference: forest plots, a table with flips, and the other metrics.

use titer_core::{Agreement, Comparison, Contrast};
use titer_spec::plan::PlannedDataset;

use crate::chart::forest::{self, Forest, forest};
use crate::context::block::{Block, PictureRow};
use crate::context::cell::Cell;
use crate::context::paired_tests;
use crate::context::pictures::Picture;
use crate::context::scores::{candidate_groups, dataset_columns, heading};
use crate::context::table::{Column, Group, Row, Table};
use crate::index::{Index, Subject};
use crate::number::{count, counted, fixed, percent, small};
use crate::words;

/// Differences, their tests, and flips by class.
pub(crate) fn block(index: &Index<'_>, subject: Subject<'_>) -> Option<Block> {
    let differences = table(index, subject)?;
    Block::new(
        "differences",
        "Against the reference",
        "Differences are paired: both variants answer the same examples. An interval that excludes 0 shows a difference; one that lies on the good side of the margin shows that a loss, if any, is small enough.",
    )
    .from::<Comparison>()
    .table(Some(differences))
    .folded("Differences in the other metrics", others(index, subject))
    .folded("Tests of the differences", paired_tests::table(index, subject))
    .folded("Flips by true class", paired_tests::flips(index, subject))
    .unless_empty()
}

/// Metrics whose differences are drawn: those that gates set a margin on, else the main one.
pub(crate) fn drawn_metrics(index: &Index<'_>, subject: Subject<'_>) -> Vec<&'static str> {
    let gated: Vec<&'static str> = subject
        .metrics()
        .into_iter()
        .filter(|metric| !index.margins(&subject.model.name, metric).is_empty())
        .collect();
    if gated.is_empty() {
        vec![subject.main_metric()]
    } else {
        gated
    }
}

fn comparison<'a>(
    index: &Index<'a>,
    subject: Subject<'_>,
    place: (&str, &str),
    metric: &str,
    class: Option<&str>,
) -> Option<&'a Comparison> {
    let key = subject.key(place.0, place.1, None, metric, class);
    index.comparison(Contrast::Reference, &key)
}

/// A forest plot per drawn metric and class, one beneath the other.
pub(crate) fn wide(index: &Index<'_>, subject: Subject<'_>) -> PictureRow {
    let pictures = subject
        .by_class(drawn_metrics(index, subject))
        .into_iter()
        .filter_map(|(metric, class)| picture(index, subject, metric, class))
        .collect();
    PictureRow::wide(pictures)
}

fn picture(
    index: &Index<'_>,
    subject: Subject<'_>,
    metric: &str,
    class: Option<&str>,
) -> Option<Picture> {
    let groups = subject
        .datasets()
        .iter()
        .map(|dataset| forest::Group {
            heading: dataset.name.clone(),
            rows: subject
                .candidates()
                .into_iter()
                .map(|variant| {
                    let place = (variant.name.as_str(), dataset.name.as_str());
                    let found = comparison(index, subject, place, metric, class);
                    plot_row(&variant.name, subject.style(&variant.name), found)
                })
                .collect(),
        })
        .collect();
    let name = heading(metric, class);
    let margins = index.margins(&subject.model.name, metric);
    let beside = if margins.is_empty() {
        ""
    } else {
        "; the dashed line is the gate's margin"
    };
    let svg = forest(&Forest {
        id: format!(
            "diff-{}-{metric}-{}",
            subject.slug(),
            class.unwrap_or("all")
        ),
        title: format!(
            "Difference in {name} to the reference, {}",
            subject.model.name
        ),
        x: format!(
            "Variant minus {}, {}",
            subject.model.reference,
            words::better(metric)
        ),
        groups,
        axis: forest::Axis::Differences,
        margins: margins
            .iter()
            .map(|margin| -margin * words::sign(metric))
            .collect(),
    })?;
    Some(Picture {
        caption: format!(
            "{name}: paired difference to {} with 95 % interval{beside}",
            subject.model.reference
        ),
        svg,
    })
}

fn plot_row(label: &str, style: usize, found: Option<&Comparison>) -> forest::Row {
    let interval = found.and_then(|one| one.interval.as_ref().ok());
    forest::Row {
        label: label.to_owned(),
        style,
        value: found.and_then(|one| one.difference.as_ref().ok()).copied(),
        interval: interval.map(|interval| (interval.lower, interval.upper)),
    }
}

/// Differences of the drawn metrics beside flips and changes; `None` without candidates.
fn table(index: &Index<'_>, subject: Subject<'_>) -> Option<Table> {
    let metrics = subject.by_class(drawn_metrics(index, subject));
    let mut columns: Vec<Column> = metrics
        .iter()
        .map(|(metric, class)| Column::named(format!("Δ {}", heading(metric, *class))))
        .collect();
    if subject.suite.values().is_some() {
        columns.extend(["Change of the number", "Answers"].map(Column::named));
    } else {
        columns.extend(["Flips", "Change of probability", "Answers"].map(Column::named));
    }
    let groups = candidate_groups(subject, |variant, dataset| {
        cells(index, subject, (variant, dataset), &metrics)
    });
    let caption = format!(
        "Each variant against {}, on the same examples",
        subject.model.reference
    );
    (!subject.candidates().is_empty()).then(|| Table::new(caption, columns, groups))
}

fn cells(
    index: &Index<'_>,
    subject: Subject<'_>,
    (variant, dataset): (&str, &str),
    metrics: &[(&'static str, Option<&str>)],
) -> Vec<Cell> {
    let mut cells: Vec<Cell> = metrics
        .iter()
        .map(|(metric, class)| {
            let found = comparison(index, subject, (variant, dataset), metric, *class);
            difference(found, metric)
        })
        .collect();
    let found = index.agreement(subject, variant, dataset);
    let cell =
        |of: &dyn Fn(&Agreement) -> Cell| found.map_or_else(|| Cell::missing("not compared"), of);
    if subject.suite.values().is_none() {
        cells.push(cell(&|one| flips(one, subject.suite.dataset(dataset))));
    }
    cells.extend([cell(&change), cell(&answers)]);
    cells
}

fn difference(found: Option<&Comparison>, metric: &str) -> Cell {
    found.map_or_else(
        || Cell::missing("not compared: a cell failed"),
        |one| Cell::difference(one, words::sign(metric)),
    )
}

/// Flips both ways: what was seen first, then the bound on their rate.
fn flips(one: &Agreement, dataset: Option<&PlannedDataset>) -> Cell {
    if one.units == 0 {
        return Cell::missing(format!("no {} to compare", one.unit));
    }
    let mut flips = Cell::plain(format!(
        "{} ({} of {})",
        percent(one.flips() as f64 / one.units as f64),
        count(one.flips()),
        count(one.units)
    ));
    flips.range = Some(format!("{}s", one.unit));
    for (way, number) in [
        ("right → wrong", one.flips_to_wrong),
        ("wrong → right", one.flips_to_right),
        ("wrong → wrong", one.flips_among_wrong),
    ] {
        if number > 0 {
            flips.notes.push(format!("{} {way}", count(number)));
        }
    }
    let few = match one.clusters < one.units {
        true => format!(": only {}", independent(one.clusters, dataset)),
        false => String::new(),
    };
    flips
        .notes
        .push(format!("95 % bound {}{few}", percent(one.flip_rate_upper)));
    flips
}

/// "177 independent loci".
fn independent(clusters: u64, dataset: Option<&PlannedDataset>) -> String {
    let name = dataset.and_then(|dataset| dataset.cluster.as_deref());
    let name = name.unwrap_or("cluster").replace('_', " ");
    let many = match name.as_str() {
        "locus" => "independent loci".to_owned(),
        name => format!("independent {name}s"),
    };
    counted(clusters, &format!("independent {name}"), &many)
}

/// What became of the answers' order and levels.
fn answers(one: &Agreement) -> Cell {
    let mut cell = match one.spearman {
        Some(spearman) => Cell::plain(format!("ρ {}", fixed(spearman, 4))),
        None => Cell::plain("no order: a side is constant"),
    };
    cell.range = one
        .spearman
        .map(|_| "Spearman's rank correlation".to_owned());
    let ties = match one.answers {
        Some(answers) => format!("{} of {} became ties", count(one.new_ties), count(answers)),
        None => counted(one.new_ties, "tie made", "ties made"),
    };
    cell.notes.push(ties);
    if let (Some(now), Some(before)) = (one.distinct, one.base_distinct) {
        let (before, now) = (count(before), count(now));
        cell.notes.push(format!("distinct values {before} → {now}"));
    }
    if let (Some(now), Some(before)) = (one.saturated, one.base_saturated) {
        let (before, now) = (percent(before), percent(now));
        cell.notes.push(format!("exactly 0 or 1: {before} → {now}"));
    }
    cell
}

/// How far answers moved.
fn change(one: &Agreement) -> Cell {
    let mut change = Cell::plain(small(one.largest_change));
    if one.identical {
        change.range = Some("identical to the bit".to_owned());
    } else {
        change.range = Some("largest".to_owned());
        change
            .notes
            .push(format!("{} on average", small(one.mean_change)));
        let spread = one
            .spread
            .map(|spread| format!("reference's standard deviation {}", small(spread)));
        change.notes.extend(spread);
    }
    change
}

/// Differences in the metrics that are not drawn; `None` where there are none.
fn others(index: &Index<'_>, subject: Subject<'_>) -> Option<Table> {
    let drawn = drawn_metrics(index, subject);
    let metrics = subject.metrics().into_iter();
    let groups: Vec<Group> = subject
        .by_class(metrics.filter(|metric| !drawn.contains(metric)))
        .into_iter()
        .map(|(metric, class)| other_group(index, subject, metric, class))
        .collect();
    let caption = format!(
        "Differences to {} in the other metrics",
        subject.model.reference
    );
    let any = !groups.is_empty() && !subject.candidates().is_empty();
    any.then(|| Table::new(caption, dataset_columns(subject), groups))
}

fn other_group(
    index: &Index<'_>,
    subject: Subject<'_>,
    metric: &str,
    class: Option<&str>,
) -> Group {
    let rows = subject
        .candidates()
        .into_iter()
        .map(|variant| Row {
            label: variant.name.clone(),
            kind: "",
            style: Some(subject.style(&variant.name)),
            cells: subject
                .datasets()
                .iter()
                .map(|dataset| {
                    let place = (variant.name.as_str(), dataset.name.as_str());
                    difference(comparison(index, subject, place, metric, class), metric)
                })
                .collect(),
        })
        .collect();
    let mut group = Group {
        heading: heading(metric, class),
        hint: words::better(metric).to_owned(),
        note: None,
        rows,
    };
    group.share_reason("Intervals undefined: ");
    group
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agreement() -> Agreement {
        let mut one = crate::fixture::run().tables.agreements[0].clone();
        (one.units, one.clusters, one.flip_rate_upper) = (7342, 177, 0.021);
        (one.flips_to_wrong, one.flips_to_right) = (2, 0);
        one
    }

    #[test]
    fn what_was_seen_comes_before_its_bound() {
        let input = crate::fixture::run();
        let dataset = input.manifest.plan.suites[0].datasets.first();
        let cell = flips(&agreement(), dataset);
        assert_eq!(cell.value, "0.027 % (2 of 7,342)");
        let bound = "95 % bound 2.1 %: only 177 independent loci";
        assert_eq!(cell.notes, ["2 right → wrong", bound]);
        let mut nothing = agreement();
        (nothing.units, nothing.flips_to_wrong) = (0, 0);
        assert!(flips(&nothing, dataset).undefined.is_some());
    }

    #[test]
    fn answers_tell_order_ties_and_levels() {
        let mut one = agreement();
        (one.spearman, one.new_ties, one.answers) = (Some(0.98), 519, Some(536));
        (one.distinct, one.base_distinct) = (Some(37), Some(536));
        (one.saturated, one.base_saturated) = (Some(0.12), Some(0.0));
        let cell = answers(&one);
        assert_eq!(cell.value, "ρ 0.9800");
        let notes = [
            "519 of 536 became ties",
            "distinct values 536 → 37",
            "exactly 0 or 1: 0.0 % → 12.0 %",
        ];
        assert_eq!(cell.notes, notes);
        // A folder of before.
        (one.answers, one.distinct, one.saturated) = (None, None, None);
        assert_eq!(answers(&one).notes, ["519 ties made"]);
    }
}
