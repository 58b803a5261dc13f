//! Measurements: rounds interleaved over variants, so that a machine that slows down slows all.

use std::collections::BTreeMap;

use titer_core::{BatchInvariance, Digest, Memory, Timing};
use titer_spec::plan::PlannedMeasurement;

use super::{Names, Run};
use crate::error::RunError;
use crate::event::Event;
use crate::job::{MeasurementWork, Work};
use crate::worker::{Report, Round};

/// What rounds have added up to.
#[derive(Default)]
struct Gathered {
    timings: Vec<Timing>,
    memory: Memory,
    batch_invariance: Option<BatchInvariance>,
}

impl Run<'_> {
    /// Measures every variant that is not measured.
    pub(super) fn measurements(&mut self) -> Result<(), RunError> {
        let planned = self.planned;
        let plan = &planned.plan;
        let Some(latency) = &plan.latency else {
            return Ok(());
        };
        let mut gathered: BTreeMap<Digest, Gathered> = plan
            .measurements
            .iter()
            .filter(|measurement| !self.is_measured(&measurement.key))
            .map(|measurement| (measurement.key, Gathered::default()))
            .collect();
        for round in 0..latency.rounds {
            for measurement in &plan.measurements {
                if !gathered.contains_key(&measurement.key) {
                    continue;
                }
                let work = MeasurementWork {
                    round,
                    batch_sizes: measurement.batch_sizes.clone(),
                    latency: latency.clone(),
                    machine: planned.machine.clone(),
                };
                let line = line(measurement, round, latency.rounds);
                (self.on_event)(Event::MeasurementStarted {
                    measurement: line.clone(),
                });
                match self.round(measurement, work)? {
                    Ok(round) => {
                        if let Some(gathered) = gathered.get_mut(&measurement.key) {
                            gathered.add(round);
                        }
                        (self.on_event)(Event::MeasurementFinished { measurement: line });
                    }
                    Err(reason) => {
                        gathered.remove(&measurement.key);
                        self.folder
                            .write_failed_measurement(&measurement.key, &reason)?;
                        self.counts.failed_measurements += 1;
                        (self.on_event)(Event::MeasurementFailed {
                            measurement: line,
                            reason,
                        });
                    }
                }
            }
        }
        for measurement in &plan.measurements {
            if let Some(mut whole) = gathered.remove(&measurement.key) {
                self.counts.measured += 1;
                whole.memory.disk_bytes = self.disk_bytes(measurement);
                let batch = whole.batch_invariance.as_ref();
                self.folder.write_measurement(
                    &measurement.key,
                    &whole.timings,
                    &whole.memory,
                    batch,
                )?;
            }
        }
        Ok(())
    }

    /// Whether a measurement is there; a failed one is tried again.
    pub(super) fn is_measured(&self, key: &Digest) -> bool {
        matches!(self.folder.read_measurement(key), Ok(Some(Ok(_))))
    }

    fn round(
        &self,
        measurement: &PlannedMeasurement,
        work: MeasurementWork,
    ) -> Result<Result<Round, String>, RunError> {
        let suites = &self.planned.plan.suites;
        let suite = suites.iter().find(|suite| suite.name == measurement.suite);
        let names = Names {
            suite: &measurement.suite,
            dataset: &measurement.dataset,
            split: suite.map_or("", |suite| &suite.split),
            model: &measurement.model,
            variant: &measurement.variant,
        };
        let Some(job) = self.job(measurement.key, names, Work::Measurement(work)) else {
            return Err(RunError::Worker(format!(
                "a measurement of {} is not in the plan",
                measurement.model
            )));
        };
        Ok(
            match self.executor.alone(&job.write()?, self.time_limit())? {
                Report::Round(round) => Ok(round),
                Report::Failed(reason) => Err(reason),
                Report::Cell(_) | Report::Drifted => Err("the worker predicted".to_owned()),
            },
        )
    }

    fn disk_bytes(&self, measurement: &PlannedMeasurement) -> u64 {
        let model = self
            .planned
            .plan
            .models
            .iter()
            .find(|model| model.name == measurement.model);
        model
            .and_then(|model| model.variant(&measurement.variant))
            .map_or(0, |variant| variant.disk_bytes)
    }
}

impl Gathered {
    fn add(&mut self, round: Round) {
        self.timings.extend(round.timings);
        self.memory.peak_bytes.extend(round.peak_bytes);
        self.memory.idle_bytes.extend(round.idle_bytes);
        self.memory.load_ns.push(round.load_ns);
        self.batch_invariance = self.batch_invariance.take().or(round.batch_invariance);
    }
}

fn line(measurement: &PlannedMeasurement, round: u32, rounds: u32) -> String {
    format!(
        "{} {}, round {} of {rounds}",
        measurement.model,
        measurement.variant,
        round + 1
    )
}
