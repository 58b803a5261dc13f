//! A build's time, memory and size as multiples of its reference's.

use serde::Serialize;
use titer_judge::MeasurementSummary;
use titer_judge::speed;
use titer_spec::plan::PlannedModel;

use crate::context::cost::measured;
use crate::index::Index;
use crate::number::figures;

/// Memory and size closer to the reference's than this share of them are neither better nor worse.
const SAME: f64 = 0.05;

/// So many times what the reference takes: below 1 is better.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Ratio {
    /// "0.48×".
    pub value: String,
    /// Its interval, where one is known.
    pub range: Option<String>,
    /// "better", "worse" or "".
    pub mark: &'static str,
}

/// The measurements of a model.
pub(crate) struct Costs<'a> {
    /// The reference's.
    pub reference: Option<&'a MeasurementSummary>,
    /// The size of the reference's files, bytes.
    pub reference_bytes: Option<u64>,
    all: Vec<&'a MeasurementSummary>,
    model: &'a PlannedModel,
}

impl<'a> Costs<'a> {
    /// What was measured of a model.
    pub(crate) fn new(index: &Index<'a>, model: &'a PlannedModel) -> Self {
        // The reference may be a variant of another model.
        let (base, variant) = model.base();
        let plan = index.plan();
        let planned = plan.models.iter().find(|it| it.name == base);
        let mut measurements = plan.measurements.iter();
        let reference = measurements.find(|one| one.model == base && one.variant == variant);
        let measured_as = |key| index.input.measurements.get(key)?.as_ref().ok();
        Self {
            reference: reference.and_then(|one| measured_as(&one.key)),
            reference_bytes: planned.and_then(|base| disk_bytes(base, variant)),
            all: measured(index, model),
            model,
        }
    }

    fn pair(&self, variant: &str) -> Option<(&'a MeasurementSummary, &'a MeasurementSummary)> {
        let build = self.all.iter().find(|one| one.variant == variant)?;
        Some((self.reference?, build))
    }

    /// The median latency at the reference's smallest batch.
    pub(crate) fn latency(&self, variant: &str) -> Option<Ratio> {
        let (before, after) = self.pair(variant)?;
        let first = before.latencies.first()?;
        let ratio = speed::Ratio::of(first, after.latency(first.batch_size)?)?;
        let long = ratio.inverse();
        Some(Ratio {
            value: times(long.value),
            range: Some(format!("{}–{}", figures(long.lower), figures(long.upper))),
            mark: match (ratio.faster(), ratio.slower()) {
                (true, _) => "better",
                (_, true) => "worse",
                _ => "",
            },
        })
    }

    /// Peak memory of the process.
    pub(crate) fn memory(&self, variant: &str) -> Option<Ratio> {
        let (before, after) = self.pair(variant)?;
        plain(before.peak_bytes_max?, after.peak_bytes_max?)
    }

    /// Size of the files.
    pub(crate) fn size(&self, variant: &str) -> Option<Ratio> {
        plain(self.reference_bytes?, disk_bytes(self.model, variant)?)
    }
}

/// Size of a variant's files, bytes: known without measuring.
fn disk_bytes(model: &PlannedModel, variant: &str) -> Option<u64> {
    let found = model.variants.iter().find(|one| one.name == variant);
    found.map(|one| one.disk_bytes).filter(|bytes| *bytes > 0)
}

/// The median of the smallest batch, nanoseconds.
pub(crate) fn median(one: &MeasurementSummary) -> Option<f64> {
    let first = one.latencies.first()?;
    first.p50.as_ref().ok().map(|median| median.value_ns)
}

fn plain(before: u64, after: u64) -> Option<Ratio> {
    let ratio = (before > 0).then(|| after as f64 / before as f64)?;
    Some(Ratio {
        value: times(ratio),
        range: None,
        mark: match ratio {
            ratio if ratio < 1.0 - SAME => "better",
            ratio if ratio > 1.0 + SAME => "worse",
            _ => "",
        },
    })
}

fn times(ratio: f64) -> String {
    format!("{}×", figures(ratio))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_about_the_same_is_neither_better_nor_worse() {
        let mark = |before, after| plain(before, after).unwrap().mark;
        assert_eq!(mark(100, 104), "");
        assert_eq!(mark(100, 94), "better");
        assert_eq!(mark(100, 106), "worse");
        assert_eq!(plain(0, 5), None);
        assert_eq!(plain(100, 25).unwrap().value, "0.250×");
    }
}
