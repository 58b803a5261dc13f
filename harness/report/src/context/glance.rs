//! The main metric at a glance: every variant on every dataset, with intervals.

use titer_core::Score;

use crate::chart::forest::{Axis, Forest, Group, Row, forest};
use crate::context::block::PictureRow;
use crate::context::pictures::Picture;
use crate::context::scores::side_words;
use crate::index::{Index, Subject};
use crate::words;

/// The pictures, one beneath the other.
pub(crate) fn wide(index: &Index<'_>, subject: Subject<'_>) -> PictureRow {
    PictureRow::wide(pictures(index, subject))
}

/// One picture per class; none where nothing has a value.
fn pictures(index: &Index<'_>, subject: Subject<'_>) -> Vec<Picture> {
    let metric = subject.main_metric();
    subject
        .classes_of(metric)
        .into_iter()
        .filter_map(|class| picture(index, subject, metric, class))
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
        .map(|dataset| Group {
            heading: format!("{} · {}", dataset.name, side_words(dataset)),
            rows: subject
                .variants()
                .into_iter()
                .map(|variant| {
                    let key = subject.key(&variant.name, &dataset.name, None, metric, class);
                    row(
                        &variant.name,
                        subject.style(&variant.name),
                        index.score(&key),
                    )
                })
                .collect(),
        })
        .collect();
    let of = class
        .map(|class| match subject.suite.positions() {
            Some(_) => format!(" of {class} sites"),
            None => format!(" of {class}"),
        })
        .unwrap_or_default();
    let title = format!("{}{of} by dataset and variant", words::label(metric));
    let svg = forest(&Forest {
        id: format!("glance-{}-{}", subject.slug(), class.unwrap_or("all")),
        title: format!("{title}, {}", subject.model.name),
        x: format!("{}, {}", words::label(metric), words::better(metric)),
        groups,
        axis: Axis::Values,
        margins: Vec::new(),
    })?;
    Some(Picture {
        caption: format!("{title}, with 95 % intervals"),
        svg,
    })
}

fn row(label: &str, style: usize, score: Option<&Score>) -> Row {
    let interval = score.and_then(|score| score.interval.as_ref().ok());
    Row {
        label: label.to_owned(),
        style,
        value: score.and_then(|score| score.value.as_ref().ok()).copied(),
        interval: interval.map(|interval| (interval.lower, interval.upper)),
    }
}
