//! Time, memory and size: tables per model.

mod checks;
mod noise;
mod starting;
mod sweep;

use serde::Serialize;
use titer_core::Undefined;
use titer_judge::{Goodput, LatencySummary, MeasurementSummary, Percentile};
use titer_spec::plan::PlannedModel;

use crate::context::cell::Cell;
use crate::context::cost_picture;
use crate::context::pictures::Picture;
use crate::context::section::{Filled, Room};
use crate::context::table::{Column, Group, Row, Table};
use crate::index::{Index, Subject};
use crate::number::{bytes, count, counted, figures, small, time};

/// Time, memory and size, where a page has room for them.
pub(super) fn section(index: &Index<'_>, room: Room) -> Option<Filled> {
    let costs = room.is_whole().then(|| costs(index))?;
    (!costs.is_empty()).then(|| Filled::new(&costs, "costs", "Time and memory"))
}

/// A model's costs.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Costs {
    /// The model.
    pub model: String,
    /// What each build takes in multiples of the reference.
    pub pictures: Vec<Picture>,
    /// The machine, in a few words.
    pub machine: String,
    /// Whether what was timed is what was scored, and what else the machine did.
    pub said: Vec<String>,
    /// Latency and throughput by batch size.
    pub latency: Table,
    /// The same by length of drawn sequences.
    pub lengths: Option<Table>,
    /// From nothing to the first answer.
    pub starting: Option<Table>,
    /// What disturbed the times.
    pub noise: Option<Table>,
    /// Load time, memory, size, batch invariance.
    pub memory: Table,
}

/// The costs of every measured model.
pub(crate) fn costs(index: &Index<'_>) -> Vec<Costs> {
    index
        .plan()
        .models
        .iter()
        .filter_map(|model| {
            let measured = measured(index, model);
            (!measured.is_empty()).then(|| Costs {
                model: model.name.clone(),
                pictures: cost_picture::picture(index, model, &measured)
                    .into_iter()
                    .chain(sweep::pictures(index, model, &measured))
                    .collect(),
                machine: titer_judge::machine_words(&index.input.manifest.machine),
                said: checks::sentences(&measured)
                    .into_iter()
                    .chain(noise::surroundings(&measured))
                    .collect(),
                lengths: sweep::lengths(index, model, &measured),
                starting: starting::table(index, model, &measured),
                noise: noise::table(index, model, &measured),
                latency: latency(index, model, &measured),
                memory: memory(index, model, &measured),
            })
        })
        .collect()
}

/// The batch sizes of all variants, the smallest first.
fn sizes(measured: &[&MeasurementSummary]) -> Vec<u32> {
    let mut sizes: Vec<u32> = measured
        .iter()
        .flat_map(|one| one.latencies.iter().map(|latency| latency.batch_size))
        .collect();
    sizes.sort_unstable();
    sizes.dedup();
    sizes
}

/// A model's measured variants, the reference first.
pub(crate) fn measured<'a>(index: &Index<'a>, model: &PlannedModel) -> Vec<&'a MeasurementSummary> {
    let mut measured: Vec<&MeasurementSummary> = index
        .plan()
        .measurements
        .iter()
        .filter(|one| one.model == model.name)
        .filter_map(|one| index.input.measurements.get(&one.key)?.as_ref().ok())
        .collect();
    measured.sort_by_key(|one| style(index, model, &one.variant));
    measured
}

/// The number of a variant's style.
pub(crate) fn style(index: &Index<'_>, model: &PlannedModel, variant: &str) -> usize {
    index
        .subjects()
        .into_iter()
        .find(|subject: &Subject<'_>| subject.model.name == model.name)
        .map_or(0, |subject| subject.style(variant))
}

fn latency(index: &Index<'_>, model: &PlannedModel, measured: &[&MeasurementSummary]) -> Table {
    let latency = index.plan().latency.as_ref();
    let how = latency.map_or(String::new(), |latency| latency.scenario.words());
    let groups = sizes(measured)
        .into_iter()
        .map(|size| Group {
            heading: counted(u64::from(size), "example per query", "examples per query"),
            hint: how.clone(),
            note: None,
            rows: measured
                .iter()
                .filter_map(|one| {
                    let cells = latency_cells(one.latency(size)?);
                    Some(row(index, model, one, cells))
                })
                .collect(),
        })
        .collect();
    let columns = LATENCY_COLUMNS.map(Column::named);
    Table::new("Latency and throughput", columns, groups)
}

/// The columns of latency.
const LATENCY_COLUMNS: [&str; 5] = ["Queries", "Median", "p90", "p99", "Examples per second"];

fn row(index: &Index<'_>, model: &PlannedModel, one: &MeasurementSummary, cells: Vec<Cell>) -> Row {
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

fn latency_cells(latency: &LatencySummary) -> Vec<Cell> {
    let mut median = percentile(&latency.p50);
    let (low, high) = latency.round_medians_ns;
    median
        .notes
        .push(format!("rounds {} to {}", time(low), time(high)));
    let mut throughput = Cell::plain(figures(latency.throughput_per_second));
    if let Some(found) = &latency.details.goodput {
        throughput.notes.push(goodput(found));
    }
    vec![
        Cell::plain(count(latency.queries)),
        median,
        percentile(&latency.p90),
        percentile(&latency.p99),
        throughput,
    ]
}

/// "Bound kept up to 12.3 queries per second (rounds 11.8 to 12.9, 18 rates tried)".
fn goodput(found: &Goodput) -> String {
    if found.rate_per_s <= 0.0 {
        return format!(
            "no rate keeps a 99th percentile of {}: {} tried",
            time(found.bound_ns),
            count(found.trials.len() as u64)
        );
    }
    let ends = |take: fn(f64, f64) -> f64| found.rounds.iter().copied().reduce(take);
    let rounds = ends(f64::min).zip(ends(f64::max));
    let (low, high) = rounds.unwrap_or((found.rate_per_s, found.rate_per_s));
    format!(
        "bound kept up to {} queries per second (rounds {} to {}, {} rates tried)",
        figures(found.rate_per_s),
        figures(low),
        figures(high),
        count(found.trials.len() as u64)
    )
}

fn percentile(percentile: &Result<Percentile, Undefined>) -> Cell {
    match percentile {
        Ok(one) => Cell {
            range: Some(format!("{}–{}", time(one.lower), time(one.upper))),
            notes: one
                .bound_ns
                .map(|ns| format!("at most {} (99 %)", time(ns)))
                .into_iter()
                .collect(),
            ..Cell::plain(time(one.value_ns))
        },
        Err(reason) => Cell::missing(reason.to_string()),
    }
}

fn memory(index: &Index<'_>, model: &PlannedModel, measured: &[&MeasurementSummary]) -> Table {
    let rows = measured.iter();
    let rows = rows.map(|one| row(index, model, one, memory_cells(one)));
    let columns = [
        "Load time",
        "Peak memory",
        "Over idle",
        "On disk",
        "Batch 1 against N",
    ];
    Table::new(
        "Loading, memory and size",
        columns.map(Column::named),
        vec![Group::plain(rows.collect())],
    )
}

fn memory_cells(one: &MeasurementSummary) -> Vec<Cell> {
    let unread = || Cell::missing("it could not be read here");
    let size = |bytes_read: Option<u64>, said: &str| {
        bytes_read.map_or_else(unread, |number| Cell {
            range: Some(said.to_owned()),
            ..Cell::plain(bytes(number as f64))
        })
    };
    let batch = one.batch_change.as_ref().map_or_else(
        || Cell::missing("not tried"),
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
        one.load_ns_median.map_or_else(unread, |ns| Cell {
            range: Some("median of rounds".to_owned()),
            ..Cell::plain(time(ns))
        }),
        size(one.peak_bytes_max, "largest of rounds"),
        size(one.over_idle_bytes_max, "largest of rounds"),
        Cell::plain(bytes(one.disk_bytes as f64)),
        batch,
    ]
}
