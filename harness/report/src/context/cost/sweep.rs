//! Latency over batch size and over sequence length, the variants side by side.

use titer_judge::{LatencySummary, MeasurementSummary};
use titer_spec::plan::PlannedModel;

use super::{latency_cells, row, style};
use crate::chart::ladder_panel::{LadderPanel, Line, Point, draw};
use crate::context::pictures::Picture;
use crate::context::table::{Column, Group, Table};
use crate::index::{Index, slug};
use crate::number::{count, counted};

/// Latencies of one variant along something.
type Along<'a> = fn(&'a MeasurementSummary) -> Vec<(u32, &'a LatencySummary)>;

/// Time per example over batch size, from three on, and per query over length, from two on.
pub(super) fn pictures(
    index: &Index<'_>,
    model: &PlannedModel,
    measured: &[&MeasurementSummary],
) -> Vec<Picture> {
    let by_size: Along<'_> = |one| one.latencies.iter().map(|it| (it.batch_size, it)).collect();
    let by_length: Along<'_> = |one| {
        let first = one.details.lengths.first().map(|it| it.batch_size);
        let of = one
            .details
            .lengths
            .iter()
            .filter(|it| Some(it.batch_size) == first);
        of.filter_map(|it| Some((it.details.length?, it))).collect()
    };
    let sizes = panel(index, model, measured, by_size, 3, "batch size", true);
    let lengths = panel(
        index,
        model,
        measured,
        by_length,
        2,
        "sequence length",
        false,
    );
    sizes.into_iter().chain(lengths).collect()
}

fn panel<'a>(
    index: &Index<'_>,
    model: &PlannedModel,
    measured: &[&'a MeasurementSummary],
    along: Along<'a>,
    fewest: usize,
    what: &str,
    per_example: bool,
) -> Option<Picture> {
    let mut places: Vec<u32> = measured
        .iter()
        .flat_map(|one| along(one).into_iter().map(|it| it.0))
        .collect();
    places.sort_unstable();
    places.dedup();
    if places.len() < fewest {
        return None;
    }
    let place = |number: u32| f64::from(number).log2();
    let lines: Vec<Line> = measured
        .iter()
        .map(|one| Line {
            name: one.variant.clone(),
            style: Some(style(index, model, &one.variant)),
            points: along(one)
                .into_iter()
                .filter_map(|(number, latency)| point(place(number), latency, per_example))
                .collect(),
        })
        .collect();
    let ticks: Vec<String> = places.iter().map(|it| count(u64::from(*it))).collect();
    let each = if per_example { "example" } else { "query" };
    let svg = draw(
        &LadderPanel {
            id: format!("sweep-{}-{}", slug(what), slug(&model.name)),
            title: format!("Time per {each} of {} over {what}", model.name),
            x: match per_example {
                true => "Examples per query".to_owned(),
                false => "Bases of each sequence".to_owned(),
            },
            y: &format!("Median time per {each} (ms)"),
            places: &places.iter().map(|it| place(*it)).collect::<Vec<f64>>(),
            along: &format!("at each {what}"),
            ticks: &ticks,
            first: "",
            is_difference: false,
        },
        &lines,
    )?;
    Some(Picture {
        caption: format!(
            "Median time per {each} over {what}, with its interval. The axis of {what} doubles with each step of the same width"
        ),
        svg,
    })
}

fn point(place: f64, latency: &LatencySummary, per_example: bool) -> Option<Point> {
    let median = latency.p50.as_ref().ok()?;
    let examples = if per_example {
        f64::from(latency.batch_size)
    } else {
        1.0
    };
    let ms = |ns: f64| ns / 1e6 / examples;
    Some((
        place,
        ms(median.value_ns),
        Some((ms(median.lower), ms(median.upper))),
    ))
}

/// Latency on drawn sequences; `None` where no lengths were asked for.
pub(super) fn lengths(
    index: &Index<'_>,
    model: &PlannedModel,
    measured: &[&MeasurementSummary],
) -> Option<Table> {
    let mut kinds: Vec<(Option<u32>, u32)> = measured
        .iter()
        .flat_map(|one| &one.details.lengths)
        .map(|it| (it.details.length, it.batch_size))
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    let groups: Vec<Group> = kinds
        .into_iter()
        .map(|kind| Group {
            heading: format!(
                "{}, {}",
                counted(u64::from(kind.0.unwrap_or(0)), "base", "bases"),
                counted(u64::from(kind.1), "example per query", "examples per query")
            ),
            hint: "sequences drawn at random".to_owned(),
            note: None,
            rows: measured
                .iter()
                .filter_map(|one| {
                    let mut all = one.details.lengths.iter();
                    let found = all.find(|it| (it.details.length, it.batch_size) == kind)?;
                    Some(row(index, model, one, latency_cells(found)))
                })
                .collect(),
        })
        .collect();
    (!groups.is_empty()).then(|| {
        Table::new(
            "Latency by sequence length",
            super::LATENCY_COLUMNS.map(Column::named),
            groups,
        )
    })
}
