//! Measurements: rounds interleaved over variants, so that a machine that slows down slows all.

use std::collections::BTreeMap;

use titer_core::{Digest, RepeatedExample};
use titer_spec::plan::PlannedMeasurement;
use titer_store::Measured;

use super::{Names, Run};
use crate::error::RunError;
use crate::event::Event;
use crate::job::{MeasurementWork, Work};
use crate::worker::{Report, Round};

impl Run<'_> {
    /// Measures every variant that is not measured.
    pub(super) fn measurements(&mut self) -> Result<(), RunError> {
        let planned = self.planned;
        let plan = &planned.plan;
        let Some(latency) = &plan.latency else {
            return Ok(());
        };
        let mut gathered: BTreeMap<Digest, Measured> = plan
            .measurements
            .iter()
            .filter(|measurement| !self.is_measured(&measurement.key))
            .map(|measurement| (measurement.key, Measured::default()))
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
                    seed: plan.seed,
                    drawn: None,
                    scored: self.scored(measurement),
                    machine: planned.machine.clone(),
                };
                let line = line(measurement, round, latency.rounds);
                (self.on_event)(Event::MeasurementStarted {
                    measurement: line.clone(),
                });
                match self.round(measurement, work)? {
                    Ok(round) => {
                        if let Some(gathered) = gathered.get_mut(&measurement.key) {
                            add(gathered, round);
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
                self.folder.write_measurement(&measurement.key, &whole)?;
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
                Report::Round(round) => Ok(*round),
                Report::Failed(reason) => Err(reason),
                Report::Cell(_) | Report::Drifted => Err("the worker predicted".to_owned()),
            },
        )
    }

    /// The clean cell of the variant on the examples that queries are made of.
    fn scored(&self, measurement: &PlannedMeasurement) -> Option<Digest> {
        let plan = &self.planned.plan;
        let cell = plan.cells.iter().find(|cell| {
            let case = &cell.case;
            let of = (&case.suite, &case.dataset, &case.model, &case.variant);
            let is_it = of
                == (
                    &measurement.suite,
                    &measurement.dataset,
                    &measurement.model,
                    &measurement.variant,
                );
            let suite = plan.suites.iter().find(|suite| suite.name == case.suite);
            is_it && case.is_clean() && suite.is_some_and(|suite| suite.split == case.split)
        });
        cell.map(|cell| cell.key)
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

/// Adds a round to what has been measured.
pub(crate) fn add(whole: &mut Measured, round: Round) {
    whole.timings.extend(round.timings);
    whole.memory.peak_bytes.extend(round.peak_bytes);
    whole.memory.idle_bytes.extend(round.idle_bytes);
    whole.memory.load_ns.push(round.load_ns);
    whole.memory.first_ns.push(round.first_ns);
    whole.memory.cold_start_ns.extend(round.cold_start_ns);
    whole.surroundings.push(round.surroundings);
    let checks = &mut whole.checks;
    checks.answers = checks.answers.or(round.checks.answers);
    let rounds = checks.repeated.into_iter().chain(round.checks.repeated);
    checks.repeated = rounds.reduce(RepeatedExample::and);
    whole.batch = whole.batch.take().or(round.batch_invariance);
}

fn line(measurement: &PlannedMeasurement, round: u32, rounds: u32) -> String {
    format!(
        "{} {}, round {} of {rounds}",
        measurement.model,
        measurement.variant,
        round + 1
    )
}
