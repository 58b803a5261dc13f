//! How long it took to predict or measure what checks are decided on.

use std::collections::{BTreeMap, BTreeSet};

use titer_core::{Digest, GateVerdict, Verdict};
use titer_judge::MeasurementSummary;

use crate::input::ReportInput;

const NS: f64 = 1e-9;

/// Seconds of clean cells and of measurements, by what they are of.
pub(super) struct Times<'a> {
    seconds: BTreeMap<Digest, f64>,
    /// By model, variant and dataset; of a measurement there is none.
    keys: BTreeMap<(&'a str, &'a str, Option<&'a str>), Vec<Digest>>,
}

impl<'a> Times<'a> {
    pub(super) fn new(input: &'a ReportInput) -> Self {
        let plan = &input.manifest.plan;
        let mut times = Self {
            seconds: BTreeMap::new(),
            keys: BTreeMap::new(),
        };
        let wall: BTreeMap<Digest, u64> = input
            .cells
            .iter()
            .map(|cell| (cell.key, cell.wall_ns))
            .collect();
        for planned in plan.cells.iter().filter(|cell| cell.case.is_clean()) {
            let case = &planned.case;
            if let Some(wall) = wall.get(&planned.key) {
                let of = (&*case.model, &*case.variant, Some(&*case.dataset));
                times.add(of, planned.key, *wall as f64 * NS);
            }
        }
        for planned in &plan.measurements {
            if let Some(Ok(summary)) = input.measurements.get(&planned.key) {
                let of = (&*planned.model, &*planned.variant, None);
                times.add(of, planned.key, measured(summary));
            }
        }
        times
    }

    fn add(&mut self, of: (&'a str, &'a str, Option<&'a str>), key: Digest, seconds: f64) {
        self.seconds.insert(key, seconds);
        self.keys.entry(of).or_default().push(key);
    }

    fn keys<'s>(&'s self, one: &'s GateVerdict) -> &'s [Digest] {
        let of = (&*one.model, &*one.variant, one.dataset.as_deref());
        self.keys.get(&of).map_or(&[], Vec::as_slice)
    }

    /// Of one check; `None` where nothing of it was predicted or measured.
    pub(super) fn of(&self, one: &GateVerdict) -> Option<f64> {
        let keys = self.keys(one);
        (!keys.is_empty()).then(|| self.sum(keys.iter().copied()))
    }

    /// Of several checks: what they share counts once.
    pub(super) fn of_each(&self, verdicts: &[GateVerdict]) -> f64 {
        self.sum(verdicts.iter().flat_map(|one| self.keys(one)).copied())
    }

    /// Of every check.
    pub(super) fn of_all(&self, verdict: &Verdict) -> f64 {
        self.of_each(&verdict.scored) + self.of_each(&verdict.measured)
    }

    fn sum(&self, keys: impl Iterator<Item = Digest>) -> f64 {
        let once: BTreeSet<Digest> = keys.collect();
        let seconds = once.iter().filter_map(|key| self.seconds.get(key));
        // The sum of nothing is -0.0.
        seconds.sum::<f64>() + 0.0
    }
}

/// Loading and answering in all rounds, warm-up left out.
fn measured(summary: &MeasurementSummary) -> f64 {
    let answering = summary.latencies.iter().map(|one| {
        let examples = one.queries as f64 * f64::from(one.batch_size);
        examples / one.throughput_per_second
    });
    let answering: f64 = answering.filter(|seconds| seconds.is_finite()).sum();
    answering + summary.load_ns.iter().sum::<f64>() * NS
}

/// Seconds as JUnit files write them.
pub(super) fn seconds(seconds: f64) -> String {
    format!("{seconds:.3}")
}
