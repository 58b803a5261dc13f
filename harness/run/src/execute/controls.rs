//! Controls, one cell after the other.

use std::collections::BTreeMap;

use titer_spec::plan::{FittedOn, PlannedCell, PlannedControl};
use titer_spec::{ControlSpec, Determinism, PerturbationSpec};

use super::Run;
use super::cells::{line, names};
use crate::error::RunError;
use crate::event::Event;
use crate::job::{ControlWork, Job, TITER, Work};

impl Run<'_> {
    /// Fits every control and predicts its cells that are not finished.
    pub(super) fn controls(&mut self) -> Result<(), RunError> {
        for control in &self.planned.plan.controls {
            for cell in &control.cells {
                if self.finished.contains(&cell.key) {
                    continue;
                }
                (self.on_event)(Event::CellStarted { cell: line(cell) });
                let failure = self.control(control, cell)?;
                if failure.is_none() {
                    self.finished.insert(cell.key);
                }
                self.note(cell, failure);
            }
        }
        Ok(())
    }

    /// Predicts one cell; the reason where it failed.
    fn control(
        &self,
        control: &PlannedControl,
        cell: &PlannedCell,
    ) -> Result<Option<String>, RunError> {
        let job = match &control.fitted_on {
            Some(on) => self.control_job(control, on, cell),
            None => {
                let work = match control.control {
                    ControlSpec::RandomWeights => Work::RandomWeights(self.planned.plan.seed),
                    _ => Work::Cell {
                        perturbation: Some(PerturbationSpec::DinucleotideShuffle),
                    },
                };
                self.job(cell.key, names(cell), work)
            }
        };
        let Some(job) = job else {
            let what = format!("{} is not in the plan", line(cell));
            return Err(RunError::Worker(what));
        };
        let report = self.executor.alone(&job.write()?, self.time_limit())?;
        self.became(cell, report)
    }

    fn control_job(
        &self,
        control: &PlannedControl,
        on: &FittedOn,
        cell: &PlannedCell,
    ) -> Option<Job> {
        let data = &self.planned.data;
        let training = (cell.suite.clone(), on.dataset.clone(), on.split.clone());
        Some(Job {
            titer: TITER.to_owned(),
            folder: self.folder.path().to_owned(),
            key: cell.key,
            work: Work::Control(Box::new(ControlWork {
                control: control.control.clone(),
                training: data.get(&training)?.selection.clone(),
            })),
            model: None,
            variant: control.name.clone(),
            files: BTreeMap::new(),
            descriptor_folder: None,
            runtime: None,
            version: None,
            model_folder: None,
            threads: self.planned.plan.threads,
            batch_size: 1,
            determinism: Determinism::Sample,
            data: data.get(&names(cell).data())?.selection.clone(),
        })
    }
}
