//! `report.json`: what the page says, for machines. What has no value is null, with the reason beside.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use titer_core::table::{Row, Table};
use titer_core::{BatchInvariance, CellRecord, Curve, Digest, Score, Tables, Undefined, Verdict};
use titer_judge::{LatencySummary, MeasurementSummary, Percentile};
use titer_spec::plan::{LeftOut, Pair};

use crate::error::ReportError;
use crate::input::ReportInput;
use crate::rows::TableRows;
use crate::words;

/// The version of `report.json`.
pub(crate) const FORMAT: u32 = 2;

/// What scores have beside the columns of their table: where probabilities are clipped, of metrics that clip.
pub(crate) const EPSILON: &str = "epsilon";

/// Rows by table; null: the run folder was judged before there was such a table.
type RowsByTable = BTreeMap<&'static str, Option<Vec<Map<String, Value>>>>;

/// `report.json`: what a run's report says, for machines. What has no value is null, with the reason beside it.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Report<'a> {
    /// The version of this file: another one where a field goes or changes what it means.
    format: u32,
    /// Titer's version.
    titer: &'a str,
    /// The evaluation's name.
    evaluation: &'a str,
    /// The digest of its text.
    evaluation_digest: &'a Digest,
    /// Whether only a part of the examples ran (`--limit`): a look, on which nothing is decided.
    limited: bool,
    /// The judgement.
    verdict: &'a Verdict,
    /// Digests of the run's results by name.
    digests: &'a BTreeMap<String, Digest>,
    /// Facts about the machine by name.
    machine: &'a BTreeMap<String, String>,
    /// Every model on every dataset, with what the model knew of it.
    pairs: &'a [Pair],
    /// What the evaluation names and did not run.
    left_out: &'a [LeftOut],
    /// The tables of the run folder by name.
    #[serde(flatten)]
    #[schemars(skip)]
    tables: RowsByTable,
    /// Time and memory of each variant.
    measurements: Vec<MeasurementRow<'a>>,
    /// What became of each cell.
    cells: &'a [CellRecord],
}

/// Time and memory of a variant.
#[derive(Serialize, JsonSchema)]
struct MeasurementRow<'a> {
    /// The measurement's key.
    key: &'a Digest,
    /// Why there is nothing else; null: it was measured.
    failed: Option<&'a str>,
    /// The model.
    model: Option<&'a str>,
    /// The variant.
    variant: Option<&'a str>,
    /// Median of the rounds' load times, nanoseconds.
    load_ns_median: Option<f64>,
    /// Median of the loaded model's first answers, nanoseconds.
    first_ns_median: Option<f64>,
    /// Median of the times from a process's start to its first answer, nanoseconds.
    cold_start_ns_median: Option<f64>,
    /// The largest peak of resident memory of the rounds, bytes.
    peak_bytes_max: Option<u64>,
    /// The largest peak over the memory before the model was loaded, bytes.
    over_idle_bytes_max: Option<u64>,
    /// Size of the variant's files, bytes.
    disk_bytes: Option<u64>,
    /// By batch size, the smallest first.
    latencies: Vec<LatencyRow<'a>>,
    /// On drawn sequences, by length, then batch size, the shortest first.
    lengths: Vec<LatencyRow<'a>>,
    /// Why times are not those of new sequences (MLPerf TEST04); null: nothing speaks for it.
    kept_answers: Option<String>,
    /// The largest change between batch 1 and batch N, where it was tried.
    batch_change: Option<&'a BatchInvariance>,
}

/// Latency at one batch size, of the queries of all rounds.
#[derive(Serialize, JsonSchema)]
struct LatencyRow<'a> {
    /// Bases of drawn sequences; null: the sequences of the data.
    length: Option<u32>,
    /// Examples per query.
    batch_size: u32,
    /// Queries that count.
    queries: u64,
    /// Median.
    p50: PercentileRow<'a>,
    /// 90th percentile.
    p90: PercentileRow<'a>,
    /// 99th percentile.
    p99: PercentileRow<'a>,
    /// Examples per second.
    throughput_per_second: f64,
    /// Smallest and largest of the rounds' medians, nanoseconds.
    round_medians_ns: (f64, f64),
    /// The highest rate whose latency keeps its bound, queries per second; null: none was searched for.
    goodput_per_second: Option<f64>,
    /// Queries of warming up, of all rounds.
    warm_up_queries: u64,
    /// Rounds whose times were not stable when warming up ended.
    unstable_rounds: u64,
    /// Outliers by the modified z-score (beyond 3.5).
    outliers: u64,
    /// Rounds that drift.
    drifting_rounds: u64,
}

/// A percentile with its 95 % interval.
#[derive(Serialize, JsonSchema)]
struct PercentileRow<'a> {
    /// Nanoseconds.
    value_ns: Option<f64>,
    /// The lower end, nanoseconds.
    lower_ns: Option<f64>,
    /// The upper end, nanoseconds.
    upper_ns: Option<f64>,
    /// What MLPerf's early stopping gives: at 99 % confidence the percentile is no more than this, nanoseconds. Null of a median.
    bound_ns: Option<f64>,
    /// Why there is none.
    undefined: Option<&'a str>,
}

/// The file's text, with the tables as they are laid out.
pub(crate) fn json(input: &ReportInput, laid_out: Vec<TableRows>) -> Result<String, ReportError> {
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
        tables: tables(&input.tables, laid_out),
        measurements: input.measurements.iter().map(measurement).collect(),
        cells: &input.cells,
    };
    let mut text = serde_json::to_string_pretty(&report)?;
    text.push('\n');
    Ok(text)
}

/// Points of curves are left out, for they say nothing that scores do not.
pub(crate) fn is_reported(table: &str) -> bool {
    table != <Curve as Table>::Row::TABLE
}

/// Rows by table, as the tables have them.
fn tables(tables: &Tables, laid_out: Vec<TableRows>) -> RowsByTable {
    let reported = laid_out.into_iter().filter(|table| is_reported(table.name));
    let mut rows: RowsByTable = reported
        .map(|table| (table.name, Some(table.rows)))
        .collect();
    for missing in &tables.missing {
        rows.insert(missing, None);
    }
    if let Some(Some(scores)) = rows.get_mut(Score::TABLE) {
        for (row, score) in scores.iter_mut().zip(&tables.scores) {
            if let Some(epsilon) = words::epsilon(&score.key.metric) {
                row.insert(EPSILON.to_owned(), epsilon.into());
            }
        }
    }
    rows
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
        first_ns_median: one.and_then(|one| one.details.first_ns_median()),
        cold_start_ns_median: one.and_then(|one| one.details.cold_start_ns_median()),
        peak_bytes_max: one.and_then(|one| one.peak_bytes_max),
        over_idle_bytes_max: one.and_then(|one| one.over_idle_bytes_max),
        disk_bytes: one.map(|one| one.disk_bytes),
        latencies: one.map_or_else(Vec::new, |one| one.latencies.iter().map(latency).collect()),
        lengths: one.map_or_else(Vec::new, |one| {
            one.details.lengths.iter().map(latency).collect()
        }),
        kept_answers: one.and_then(|one| one.details.checks.repeated?.trouble()),
        batch_change: one.and_then(|one| one.batch_change.as_ref()),
    }
}

fn latency(one: &LatencySummary) -> LatencyRow<'_> {
    LatencyRow {
        length: one.details.length,
        batch_size: one.batch_size,
        queries: one.queries,
        p50: percentile(&one.p50),
        p90: percentile(&one.p90),
        p99: percentile(&one.p99),
        throughput_per_second: one.throughput_per_second,
        round_medians_ns: one.round_medians_ns,
        goodput_per_second: one.details.goodput.as_ref().map(|it| it.rate_per_s),
        warm_up_queries: one.details.warm_up.queries,
        unstable_rounds: one.details.warm_up.unstable,
        outliers: one.details.noise.outliers_z,
        drifting_rounds: one.details.noise.drifting,
    }
}

fn percentile(one: &Result<Percentile, Undefined>) -> PercentileRow<'_> {
    let found = one.as_ref().ok();
    PercentileRow {
        value_ns: found.map(|found| found.value_ns),
        lower_ns: found.map(|found| found.lower),
        upper_ns: found.map(|found| found.upper),
        bound_ns: found.and_then(|found| found.bound_ns),
        undefined: one.as_ref().err().map(|reason| reason.0.as_str()),
    }
}
