//! The finding about speed.

use titer_judge::MeasurementSummary;

use crate::context::cost::measured;
use crate::index::Index;
use crate::number::{figures, time};

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

fn speed_up(reference: &MeasurementSummary, one: &MeasurementSummary) -> Option<(f64, String)> {
    let (from, to) = (reference.latencies.first()?, one.latencies.first()?);
    let (before, after) = (from.p50.as_ref().ok()?, to.p50.as_ref().ok()?);
    if from.batch_size != to.batch_size || after.upper >= before.lower {
        return None;
    }
    let ratio = before.value_ns / after.value_ns;
    let size = one.disk_bytes as f64 / reference.disk_bytes as f64;
    Some((
        ratio,
        format!(
            "{} {} answers {} times as fast as {} on this machine (median {} against {} at batch {}) \
             and takes {} times its space on disk.",
            one.model,
            one.variant,
            figures(ratio),
            reference.variant,
            time(after.value_ns),
            time(before.value_ns),
            to.batch_size,
            figures(size)
        ),
    ))
}
