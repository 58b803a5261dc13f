//! What a build costs, as multiples of what its reference does.

use titer_judge::MeasurementSummary;
use titer_judge::speed::Ratio;
use titer_spec::plan::PlannedModel;

use crate::chart::forest::{Axis, Forest, Group, Row, forest};
use crate::context::builds::costs::Costs;
use crate::context::cost::style;
use crate::context::pictures::Picture;
use crate::index::{Index, slug};

/// The latency at each batch size, load time, memory and size of every build; `None` where nothing can be compared.
pub(crate) fn picture(
    index: &Index<'_>,
    model: &PlannedModel,
    measured: &[&MeasurementSummary],
) -> Option<Picture> {
    let reference = Costs::new(index, model).reference?;
    let builds = measured.iter().filter(|one| one.variant != model.reference);
    let groups: Vec<Group> = builds
        .map(|build| Group {
            heading: build.variant.clone(),
            rows: rows(reference, build, style(index, model, &build.variant)),
        })
        .collect();
    let svg = forest(&Forest {
        id: format!("ratios-{}", slug(&model.name)),
        title: format!(
            "Costs of {}'s builds beside {}",
            model.name, model.reference
        ),
        x: format!("Multiple of {}; left is better", model.reference),
        groups,
        axis: Axis::Ratios,
        margins: Vec::new(),
    })?;
    Some(Picture {
        caption: format!(
            "What each build takes, in multiples of {}. A line is the interval of a latency; the rest are values of this run",
            model.reference
        ),
        svg,
    })
}

fn rows(reference: &MeasurementSummary, build: &MeasurementSummary, style: usize) -> Vec<Row> {
    let latencies = reference.latencies.iter().filter_map(|before| {
        let ratio = Ratio::of(before, build.latency(before.batch_size)?)?.inverse();
        Some(Row {
            label: format!("latency, {}", before.batch_size),
            style,
            value: Some(ratio.value),
            interval: Some((ratio.lower, ratio.upper)),
        })
    });
    let plain = |label: &str, before: Option<f64>, after: Option<f64>| {
        let (before, after) = (before?, after?);
        (before > 0.0 && after > 0.0).then(|| Row {
            label: label.to_owned(),
            style,
            value: Some(after / before),
            interval: None,
        })
    };
    let bytes = |bytes: u64| Some(bytes as f64);
    let others = [
        plain("loading", reference.load_ns_median, build.load_ns_median),
        plain(
            "peak memory",
            reference.peak_bytes_max.and_then(bytes),
            build.peak_bytes_max.and_then(bytes),
        ),
        plain("size", bytes(reference.disk_bytes), bytes(build.disk_bytes)),
    ];
    latencies.chain(others.into_iter().flatten()).collect()
}
