//! Quality against latency and against size.

use titer_judge::MeasurementSummary;
use titer_spec::plan::PlannedModel;

use crate::chart::trade_off::{Point, TradeOff, trade_off};
use crate::context::cost::style;
use crate::context::pictures::Picture;
use crate::index::{Index, Subject, slug};
use crate::words;

type Cost = fn(&MeasurementSummary) -> Option<f64>;

/// The quality is the main metric on the first in-distribution dataset of the suite that was measured.
pub(crate) fn pictures(
    index: &Index<'_>,
    model: &PlannedModel,
    measured: &[&MeasurementSummary],
) -> Vec<Picture> {
    let planned = index
        .plan()
        .measurements
        .iter()
        .find(|one| one.model == model.name);
    let suite = planned.map(|one| one.suite.as_str());
    let Some(subject) = index.subjects().into_iter().find(|subject| {
        subject.model.name == model.name && Some(subject.suite.name.as_str()) == suite
    }) else {
        return Vec::new();
    };
    let axes: [(&str, &str, Cost); 3] = [
        ("latency", "Median latency of a query, ms", median_ms),
        ("memory", "Peak memory, MiB", peak_mib),
        ("size", "Size on disk, KiB", disk_kib),
    ];
    axes.into_iter()
        .filter_map(|(name, x, cost)| picture(index, subject, measured, (name, x), cost))
        .collect()
}

fn median_ms(one: &MeasurementSummary) -> Option<f64> {
    let latency = one.latencies.first()?;
    Some(latency.p50.as_ref().ok()?.value_ns / 1e6)
}

fn peak_mib(one: &MeasurementSummary) -> Option<f64> {
    Some(one.peak_bytes_max? as f64 / 1_048_576.0)
}

fn disk_kib(one: &MeasurementSummary) -> Option<f64> {
    Some(one.disk_bytes as f64 / 1024.0)
}

fn picture(
    index: &Index<'_>,
    subject: Subject<'_>,
    measured: &[&MeasurementSummary],
    (name, x): (&str, &str),
    cost: Cost,
) -> Option<Picture> {
    let metric = subject.main_metric();
    let class = subject.classes_of(metric).first().copied().flatten();
    let of_sites = subject.suite.positions().is_some();
    let dataset = &subject.datasets().first()?.name;
    let points: Vec<Point> = measured
        .iter()
        .filter_map(|one| {
            let score = index.score(&subject.key(&one.variant, dataset, None, metric, class))?;
            let interval = score.interval.as_ref().ok();
            Some(Point {
                label: one.variant.clone(),
                style: style(index, subject.model, &one.variant),
                cost: cost(one)?,
                quality: *score.value.as_ref().ok()?,
                interval: interval.map(|interval| (interval.lower, interval.upper)),
            })
        })
        .collect();
    let of = class
        .map(|class| match of_sites {
            true => format!(", {class} sites"),
            false => format!(", {class}"),
        })
        .unwrap_or_default();
    let quality = format!("{}{of}", words::label(metric));
    let svg = trade_off(&TradeOff {
        id: format!("trade-{name}-{}", slug(&subject.model.name)),
        title: format!(
            "{quality} of {} against {}",
            subject.model.name,
            x.to_lowercase()
        ),
        x: x.to_owned(),
        y: quality.clone(),
        points,
    })?;
    Some(Picture {
        caption: format!(
            "{quality} on {dataset} against {}; {} is better",
            name_words(name),
            if words::sign(metric) > 0.0 {
                "up and left"
            } else {
                "down and left"
            }
        ),
        svg,
    })
}

fn name_words(name: &str) -> &str {
    match name {
        "latency" => "median latency at the smallest batch",
        "memory" => "peak memory",
        _ => "size on disk",
    }
}
