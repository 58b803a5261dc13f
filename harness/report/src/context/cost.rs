//! Time, memory and size: tables per model, and the finding about speed.

use serde::Serialize;
use titer_core::{Interval, Undefined};
use titer_spec::plan::PlannedModel;

use crate::context::cell::Cell;
use crate::context::cost_picture;
use crate::context::pictures::Picture;
use crate::context::table::{Column, Group, Row, Table};
use crate::index::{Index, Subject};
use crate::measured::{Estimate, MeasuredLatency, MeasuredVariant};
use crate::number::{bytes, count, counted, figures, scientific, time};

/// A model's costs.
#[derive(Clone, Debug, Serialize)]
pub struct Costs {
    /// The model.
    pub model: String,
    /// Quality against latency and size.
    pub pictures: Vec<Picture>,
    /// Latency and throughput by batch size.
    pub latency: Table,
    /// Load time, memory, size, batch invariance.
    pub memory: Table,
}

/// The costs of every measured model.
pub fn costs(index: &Index<'_>) -> Vec<Costs> {
    index
        .plan()
        .models
        .iter()
        .filter_map(|model| {
            let measured = measured(index, model);
            (!measured.is_empty()).then(|| Costs {
                model: model.name.clone(),
                pictures: cost_picture::pictures(index, model, &measured),
                latency: latency(index, model, &measured),
                memory: memory(index, model, &measured),
            })
        })
        .collect()
}

/// A model's measured variants, the reference first.
pub fn measured<'a>(index: &Index<'a>, model: &PlannedModel) -> Vec<&'a MeasuredVariant> {
    let mut measured: Vec<&MeasuredVariant> = index
        .input
        .measurements
        .iter()
        .filter(|one| one.model == model.name)
        .collect();
    measured.sort_by_key(|one| style(index, model, &one.variant));
    measured
}

/// The number of a variant's style.
pub fn style(index: &Index<'_>, model: &PlannedModel, variant: &str) -> usize {
    index
        .subjects()
        .into_iter()
        .find(|subject: &Subject<'_>| subject.model.name == model.name)
        .map_or(0, |subject| subject.style(variant))
}

fn latency(index: &Index<'_>, model: &PlannedModel, measured: &[&MeasuredVariant]) -> Table {
    let mut sizes: Vec<u32> = measured
        .iter()
        .flat_map(|one| one.latencies.iter().map(|latency| latency.batch_size))
        .collect();
    sizes.sort_unstable();
    sizes.dedup();
    let groups = sizes
        .into_iter()
        .map(|size| Group {
            heading: counted(u64::from(size), "example per query", "examples per query"),
            hint: "one query at a time".to_owned(),
            note: None,
            rows: measured
                .iter()
                .filter_map(|one| {
                    let latency = one
                        .latencies
                        .iter()
                        .find(|latency| latency.batch_size == size)?;
                    Some(row(index, model, one, latency_cells(latency)))
                })
                .collect(),
        })
        .collect();
    Table {
        caption: "Latency and throughput".to_owned(),
        corner: "Variant".to_owned(),
        columns: ["Queries", "Median", "p90", "p99", "Examples per second"]
            .map(Column::named)
            .to_vec(),
        groups,
    }
}

fn row(index: &Index<'_>, model: &PlannedModel, one: &MeasuredVariant, cells: Vec<Cell>) -> Row {
    Row {
        label: one.variant.clone(),
        kind: if one.variant == model.reference {
            "reference"
        } else {
            ""
        },
        style: Some(style(index, model, &one.variant)),
        cells,
    }
}

fn latency_cells(latency: &MeasuredLatency) -> Vec<Cell> {
    vec![
        Cell::plain(count(latency.queries)),
        estimate(&latency.p50_ns, time),
        estimate(&latency.p90_ns, time),
        estimate(&latency.p99_ns, time),
        estimate(&latency.throughput, figures),
    ]
}

fn estimate(estimate: &Estimate, show: fn(f64) -> String) -> Cell {
    match &estimate.value {
        Ok(value) => Cell {
            range: ends(&estimate.interval, show),
            ..Cell::plain(show(*value))
        },
        Err(reason) => Cell::missing(reason.to_string()),
    }
}

fn ends(interval: &Result<Interval, Undefined>, show: fn(f64) -> String) -> Option<String> {
    let interval = interval.as_ref().ok()?;
    Some(format!("{}–{}", show(interval.lower), show(interval.upper)))
}

fn memory(index: &Index<'_>, model: &PlannedModel, measured: &[&MeasuredVariant]) -> Table {
    let rows = measured
        .iter()
        .map(|one| row(index, model, one, memory_cells(one)))
        .collect();
    Table {
        caption: "Loading, memory and size".to_owned(),
        corner: "Variant".to_owned(),
        columns: [
            "Load time",
            "Peak memory",
            "Over idle",
            "On disk",
            "Batch 1 against N",
        ]
        .map(Column::named)
        .to_vec(),
        groups: vec![Group {
            heading: String::new(),
            hint: String::new(),
            note: None,
            rows,
        }],
    }
}

fn memory_cells(one: &MeasuredVariant) -> Vec<Cell> {
    let batch = one.batch_change.as_ref().map_or_else(
        || Cell::missing("not measured"),
        |change| Cell {
            range: Some(format!(
                "batch {}, {} examples",
                change.batch_size, change.examples
            )),
            ..Cell::plain(if change.largest_change == 0.0 {
                "no change".to_owned()
            } else {
                small(change.largest_change)
            })
        },
    );
    vec![
        estimate(&one.load_ns, time),
        estimate(&one.peak_bytes, bytes),
        estimate(&one.over_idle_bytes, bytes),
        Cell::plain(bytes(one.disk_bytes as f64)),
        batch,
    ]
}

fn small(value: f64) -> String {
    if value < 1e-3 {
        scientific(value)
    } else {
        figures(value)
    }
}

/// The variant that speeds up most, where the intervals of the medians do not meet.
pub fn faster(index: &Index<'_>) -> Option<String> {
    let mut best: Option<(f64, String)> = None;
    for model in &index.plan().models {
        let measured = measured(index, model);
        let Some(reference) = measured.iter().find(|one| one.variant == model.reference) else {
            continue;
        };
        for one in &measured {
            let Some((ratio, text)) = speed_up(reference, one) else {
                continue;
            };
            if best.as_ref().is_none_or(|(so_far, _)| ratio > *so_far) {
                best = Some((ratio, text));
            }
        }
    }
    best.map(|(_, text)| text)
}

fn speed_up(reference: &MeasuredVariant, one: &MeasuredVariant) -> Option<(f64, String)> {
    let (from, to) = (reference.latencies.first()?, one.latencies.first()?);
    let (before, after) = (
        from.p50_ns.interval.as_ref().ok()?,
        to.p50_ns.interval.as_ref().ok()?,
    );
    if from.batch_size != to.batch_size || after.upper >= before.lower {
        return None;
    }
    let ratio = from.p50_ns.value.as_ref().ok()? / to.p50_ns.value.as_ref().ok()?;
    let size = one.disk_bytes as f64 / reference.disk_bytes as f64;
    Some((
        ratio,
        format!(
            "{} {} answers {} times as fast as {} on this machine (median {} against {} at batch {}) and takes {} times its space on disk.",
            one.model,
            one.variant,
            figures(ratio),
            reference.variant,
            time(*to.p50_ns.value.as_ref().ok()?),
            time(*from.p50_ns.value.as_ref().ok()?),
            to.batch_size,
            figures(size)
        ),
    ))
}
