//! Paired differences to the reference: forest plots, a table with flips, and the other metrics.

use titer_core::{Agreement, Comparison, Contrast};

use crate::chart::forest::{self, Forest, forest};
use crate::context::cell::Cell;
use crate::context::pictures::Picture;
use crate::context::scores::{dataset_columns, heading};
use crate::context::table::{Column, Group, Row, Table};
use crate::index::{Index, Subject};
use crate::number::{count, percent, small};
use crate::words;

/// Metrics whose differences are drawn: those that gates set a margin on, else the main one.
pub fn drawn_metrics(index: &Index<'_>, subject: Subject<'_>) -> Vec<&'static str> {
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

/// A forest plot per drawn metric and class.
pub fn pictures(index: &Index<'_>, subject: Subject<'_>) -> Vec<Picture> {
    drawn_metrics(index, subject)
        .into_iter()
        .flat_map(|metric| {
            subject
                .classes_of(metric)
                .into_iter()
                .map(move |class| (metric, class))
        })
        .filter_map(|(metric, class)| picture(index, subject, metric, class))
        .collect()
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
        zero: true,
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
pub fn table(index: &Index<'_>, subject: Subject<'_>) -> Option<Table> {
    let metrics: Vec<(&'static str, Option<&str>)> = drawn_metrics(index, subject)
        .into_iter()
        .flat_map(|metric| {
            subject
                .classes_of(metric)
                .into_iter()
                .map(move |class| (metric, class))
        })
        .collect();
    let mut columns: Vec<Column> = metrics
        .iter()
        .map(|(metric, class)| Column::named(format!("Δ {}", heading(metric, *class))))
        .collect();
    if subject.suite.values().is_some() {
        columns.push(Column::named("Change of the number"));
    } else {
        columns.extend(["Flips", "Flip rate", "Change of probability"].map(Column::named));
    }
    let groups: Vec<Group> = subject
        .datasets()
        .iter()
        .map(|dataset| Group {
            heading: dataset.name.clone(),
            hint: dataset.organism.clone(),
            note: None,
            rows: rows(index, subject, &dataset.name, &metrics),
        })
        .collect();
    let caption = format!(
        "Each variant against {}, on the same examples",
        subject.model.reference
    );
    (!subject.candidates().is_empty()).then(|| Table::new(caption, columns, groups))
}

fn rows(
    index: &Index<'_>,
    subject: Subject<'_>,
    dataset: &str,
    metrics: &[(&'static str, Option<&str>)],
) -> Vec<Row> {
    subject
        .candidates()
        .into_iter()
        .map(|variant| {
            let place = (variant.name.as_str(), dataset);
            let mut cells: Vec<Cell> = metrics
                .iter()
                .map(|(metric, class)| {
                    difference(comparison(index, subject, place, metric, *class), metric)
                })
                .collect();
            let found = index.agreement(subject, &variant.name, dataset);
            match subject.suite.values() {
                Some(_) => cells.push(found.map_or_else(|| Cell::missing("not compared"), change)),
                None => cells.extend(agreement(found)),
            }
            Row {
                label: variant.name.clone(),
                kind: "",
                style: Some(subject.style(&variant.name)),
                cells,
            }
        })
        .collect()
}

fn difference(found: Option<&Comparison>, metric: &str) -> Cell {
    found.map_or_else(
        || Cell::missing("not compared: a cell failed"),
        |one| Cell::difference(one, words::sign(metric)),
    )
}

/// Flips both ways, the bound on their rate, how far probabilities moved.
fn agreement(found: Option<&Agreement>) -> Vec<Cell> {
    let Some(one) = found else {
        return vec![Cell::missing("not compared"); 3];
    };
    let mut flips = Cell::plain(format!("{} of {}", count(one.flips()), count(one.units)));
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
    let mut rate = Cell::plain(format!("≤ {}", percent(one.flip_rate_upper)));
    rate.range = Some("end of the 95 % interval".to_owned());
    vec![flips, rate, change(one)]
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
pub fn others(index: &Index<'_>, subject: Subject<'_>) -> Option<Table> {
    let drawn = drawn_metrics(index, subject);
    let groups: Vec<Group> = subject
        .metrics()
        .into_iter()
        .filter(|metric| !drawn.contains(metric))
        .flat_map(|metric| {
            subject
                .classes_of(metric)
                .into_iter()
                .map(move |class| (metric, class))
        })
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
