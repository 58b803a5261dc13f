//! `report.json`: what the page says, for machines. What has no value is null, with the reason beside.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};
use titer_core::table::{Row, Table};
use titer_core::tables::Visit;
use titer_core::{BatchInvariance, CellRecord, Curve, Digest, Score, Tables, Undefined, Verdict};
use titer_judge::{LatencySummary, MeasurementSummary, Percentile};
use titer_spec::plan::{LeftOut, Pair};
use titer_store::flat;

use crate::error::ReportError;
use crate::input::ReportInput;
use crate::words;

/// The version of `report.json`.
pub(crate) const FORMAT: u32 = 2;

/// Rows by table; null: the run folder was judged before there was such a table.
type RowsByTable = BTreeMap<&'static str, Option<Vec<Map<String, Value>>>>;

#[derive(Serialize)]
struct Report<'a> {
    format: u32,
    titer: &'a str,
    evaluation: &'a str,
    evaluation_digest: &'a Digest,
    limited: bool,
    verdict: &'a Verdict,
    digests: &'a BTreeMap<String, Digest>,
    machine: &'a BTreeMap<String, String>,
    pairs: &'a [Pair],
    left_out: &'a [LeftOut],
    /// The tables of the run folder by name.
    #[serde(flatten)]
    tables: RowsByTable,
    measurements: Vec<MeasurementRow<'a>>,
    cells: &'a [CellRecord],
}

#[derive(Serialize)]
struct MeasurementRow<'a> {
    key: &'a Digest,
    failed: Option<&'a str>,
    model: Option<&'a str>,
    variant: Option<&'a str>,
    load_ns_median: Option<f64>,
    peak_bytes_max: Option<u64>,
    over_idle_bytes_max: Option<u64>,
    disk_bytes: Option<u64>,
    latencies: Vec<LatencyRow<'a>>,
    batch_change: Option<&'a BatchInvariance>,
}

#[derive(Serialize)]
struct LatencyRow<'a> {
    batch_size: u32,
    queries: u64,
    p50: PercentileRow<'a>,
    p90: PercentileRow<'a>,
    p99: PercentileRow<'a>,
    throughput_per_second: f64,
    round_medians_ns: (f64, f64),
}

#[derive(Serialize)]
struct PercentileRow<'a> {
    value_ns: Option<f64>,
    lower_ns: Option<f64>,
    upper_ns: Option<f64>,
    undefined: Option<&'a str>,
}

/// The file's text.
pub(crate) fn json(input: &ReportInput) -> Result<String, ReportError> {
    let manifest = &input.manifest;
    let report = Report {
        format: FORMAT,
        titer: &manifest.titer,
        evaluation: &manifest.plan.evaluation,
        evaluation_digest: &manifest.evaluation_digest,
        limited: input.verdict.limited,
        verdict: &input.verdict,
        digests: &input.digests,
        machine: &manifest.machine,
        pairs: &manifest.plan.pairs,
        left_out: &manifest.plan.left_out,
        tables: tables(&input.tables)?,
        measurements: input.measurements.iter().map(measurement).collect(),
        cells: &input.cells,
    };
    let mut text = serde_json::to_string_pretty(&report)?;
    text.push('\n');
    Ok(text)
}

/// Rows by table, as the tables have them; points of curves are left out, for they say nothing that scores do not.
struct Rows(RowsByTable);

impl Visit for Rows {
    type Error = serde_json::Error;

    fn visit<T: Table>(&mut self, all: &[T]) -> Result<(), serde_json::Error> {
        if T::Row::TABLE != <Curve as Table>::Row::TABLE {
            self.0.insert(T::Row::TABLE, Some(flat(&T::rows(all))?));
        }
        Ok(())
    }
}

fn tables(tables: &Tables) -> Result<RowsByTable, serde_json::Error> {
    let mut rows = Rows(BTreeMap::new());
    tables.each(&mut rows)?;
    for missing in &tables.missing {
        rows.0.insert(missing, None);
    }
    if let Some(Some(scores)) = rows.0.get_mut(Score::TABLE) {
        for (row, score) in scores.iter_mut().zip(&tables.scores) {
            if let Some(epsilon) = words::epsilon(&score.key.metric) {
                row.insert("epsilon".to_owned(), epsilon.into());
            }
        }
    }
    Ok(rows.0)
}

fn measurement<'a>(
    (key, measured): (&'a Digest, &'a Result<MeasurementSummary, String>),
) -> MeasurementRow<'a> {
    let one = measured.as_ref().ok();
    MeasurementRow {
        key,
        failed: measured.as_ref().err().map(String::as_str),
        model: one.map(|one| one.model.as_str()),
        variant: one.map(|one| one.variant.as_str()),
        load_ns_median: one.and_then(|one| one.load_ns_median),
        peak_bytes_max: one.and_then(|one| one.peak_bytes_max),
        over_idle_bytes_max: one.and_then(|one| one.over_idle_bytes_max),
        disk_bytes: one.map(|one| one.disk_bytes),
        latencies: one.map_or_else(Vec::new, |one| one.latencies.iter().map(latency).collect()),
        batch_change: one.and_then(|one| one.batch_change.as_ref()),
    }
}

fn latency(one: &LatencySummary) -> LatencyRow<'_> {
    LatencyRow {
        batch_size: one.batch_size,
        queries: one.queries,
        p50: percentile(&one.p50),
        p90: percentile(&one.p90),
        p99: percentile(&one.p99),
        throughput_per_second: one.throughput_per_second,
        round_medians_ns: one.round_medians_ns,
    }
}

fn percentile(one: &Result<Percentile, Undefined>) -> PercentileRow<'_> {
    let found = one.as_ref().ok();
    PercentileRow {
        value_ns: found.map(|found| found.value_ns),
        lower_ns: found.map(|found| found.lower),
        upper_ns: found.map(|found| found.upper),
        undefined: one.as_ref().err().map(|reason| reason.0.as_str()),
    }
}
