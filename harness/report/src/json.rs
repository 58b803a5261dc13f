//! `report.json`: what the page says, for machines. What has no value is null, with the reason beside.

use std::collections::BTreeMap;

use serde::Serialize;
use titer_core::{
    Agreement, BatchInvariance, CellRecord, Comparison, Contrast, ControlScore, Detection, Digest,
    Fall, GroupFlips, GroupScore, Interval, Notable, PairedTest, Recalibration, Score, ScoreKey,
    Spread, Undefined, Verdict,
};
use titer_judge::{LatencySummary, MeasurementSummary, Percentile};
use titer_spec::plan::{LeftOut, Pair};

use crate::error::ReportError;
use crate::input::ReportInput;
use crate::words;

/// The version of `report.json`.
pub const FORMAT: u32 = 1;

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
    scores: Vec<ScoreRow<'a>>,
    comparisons: Vec<ComparisonRow<'a>>,
    agreements: &'a [Agreement],
    tests: &'a [PairedTest],
    groups: &'a [GroupScore],
    spreads: &'a [Spread],
    flips: &'a [GroupFlips],
    recalibrations: &'a [Recalibration],
    detections: &'a [Detection],
    /// Null: the run folder was judged before falls were.
    falls: Option<&'a [Fall]>,
    controls: &'a [ControlScore],
    measurements: Vec<MeasurementRow<'a>>,
    notables: &'a [Notable],
    cells: &'a [CellRecord],
}

#[derive(Serialize)]
struct ScoreRow<'a> {
    #[serde(flatten)]
    key: &'a ScoreKey,
    #[serde(flatten)]
    value: ValueRow<'a>,
    examples: u64,
    positions: u64,
    positives: u64,
    clusters: u64,
    effective_clusters: f64,
    rarer_clusters: Option<u64>,
    unknown: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    labels: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    labels_averaged: Option<u64>,
    failed: u64,
    clipped: u64,
    null_floor: Option<f64>,
    null_upper: Option<f64>,
    plain_equal_mass: Option<f64>,
    plain_equal_width: Option<f64>,
    /// How far from 0 and 1 probabilities are kept (log loss only).
    #[serde(skip_serializing_if = "Option::is_none")]
    epsilon: Option<f64>,
}

#[derive(Serialize)]
struct ComparisonRow<'a> {
    #[serde(flatten)]
    key: &'a ScoreKey,
    contrast: Contrast,
    base: &'a str,
    #[serde(flatten)]
    difference: ValueRow<'a>,
    otherwise_lower: Option<f64>,
    otherwise_upper: Option<f64>,
    otherwise_method: Option<&'static str>,
    examples: u64,
    clusters: u64,
    discordant: u64,
}

#[derive(Serialize)]
struct ValueRow<'a> {
    value: Option<f64>,
    undefined: Option<&'a str>,
    lower: Option<f64>,
    upper: Option<f64>,
    confidence: Option<f64>,
    interval_method: Option<&'static str>,
    interval_undefined: Option<&'a str>,
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
pub fn json(input: &ReportInput) -> Result<String, ReportError> {
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
        scores: input.scores.iter().map(score).collect(),
        comparisons: input.comparisons.iter().map(comparison).collect(),
        agreements: &input.agreements,
        tests: &input.tests,
        groups: &input.groups,
        spreads: &input.spreads,
        flips: &input.flips,
        recalibrations: &input.recalibrations,
        detections: &input.detections,
        falls: input.falls.as_deref(),
        controls: &input.controls,
        measurements: input.measurements.iter().map(measurement).collect(),
        notables: &input.notables,
        cells: &input.cells,
    };
    let mut text = serde_json::to_string_pretty(&report)?;
    text.push('\n');
    Ok(text)
}

fn score(score: &Score) -> ScoreRow<'_> {
    ScoreRow {
        key: &score.key,
        value: value(&score.value, &score.interval),
        examples: score.examples,
        positions: score.positions,
        positives: score.positives,
        clusters: score.clusters,
        effective_clusters: score.effective_clusters,
        rarer_clusters: score.rarer_clusters,
        unknown: score.unknown,
        labels: score.labels,
        labels_averaged: score.labels_averaged,
        failed: score.failed,
        clipped: score.clipped,
        null_floor: score.null_floor,
        null_upper: score.null_upper,
        plain_equal_mass: score.plain_equal_mass,
        plain_equal_width: score.plain_equal_width,
        epsilon: words::epsilon(&score.key.metric),
    }
}

fn comparison(one: &Comparison) -> ComparisonRow<'_> {
    ComparisonRow {
        key: &one.key,
        contrast: one.contrast,
        base: &one.base,
        difference: value(&one.difference, &one.interval),
        otherwise_lower: one.otherwise.map(|it| it.lower),
        otherwise_upper: one.otherwise.map(|it| it.upper),
        otherwise_method: one.otherwise.map(|it| it.method.name()),
        examples: one.examples,
        clusters: one.clusters,
        discordant: one.discordant,
    }
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

fn value<'a>(
    value: &'a Result<f64, Undefined>,
    interval: &'a Result<Interval, Undefined>,
) -> ValueRow<'a> {
    let ends = interval.as_ref().ok();
    ValueRow {
        value: value.as_ref().ok().copied(),
        undefined: value.as_ref().err().map(|reason| reason.0.as_str()),
        lower: ends.map(|ends| ends.lower),
        upper: ends.map(|ends| ends.upper),
        confidence: ends.map(|ends| ends.confidence),
        interval_method: ends.map(|ends| ends.method.name()),
        interval_undefined: interval.as_ref().err().map(|reason| reason.0.as_str()),
    }
}
