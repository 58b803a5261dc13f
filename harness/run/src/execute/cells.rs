//! Cells, by what is loaded for them.

use titer_core::{CellRecord, CellStatus, Digest};
use titer_spec::PerturbationSpec;
use titer_spec::plan::PlannedCell;
use titer_store::RunFolder;

use super::tasks::{Task, grouped};
use super::{Names, Run};
use crate::error::RunError;
use crate::event::Event;
use crate::job::{Job, Work};
use crate::worker::Report;

impl Run<'_> {
    /// Predicts what is not there yet, first the cells of models, then those of controls; what one process can answer shares it.
    pub(super) fn cells(&mut self) -> Result<(), RunError> {
        let plan = &self.planned.plan;
        let mut tasks = Vec::new();
        for cell in &plan.cells {
            // Another suite may ask for the very same cell.
            if !self.finished.insert(cell.key) {
                continue;
            }
            match self.earlier(&cell.case.model) {
                Some(earlier) => self.take(cell, &earlier)?,
                None => tasks.push(Task {
                    cell,
                    control: None,
                    search: None,
                }),
            }
        }
        for control in &plan.controls {
            for cell in &control.cells {
                if self.finished.insert(cell.key) {
                    tasks.push(Task {
                        cell,
                        control: Some(control),
                        search: None,
                    });
                }
            }
        }
        self.tasks(tasks)
    }

    /// Does tasks, those that one process can answer in one.
    pub(super) fn tasks(&mut self, tasks: Vec<Task<'_>>) -> Result<(), RunError> {
        let plan = &self.planned.plan;
        for tasks in grouped(tasks) {
            match tasks.len() > 1 && tasks[0].shares_a_process(plan) {
                true => self.session(&tasks)?,
                false => tasks.into_iter().try_for_each(|task| self.alone(task))?,
            }
        }
        Ok(())
    }

    /// A cell in a process of its own.
    pub(super) fn alone(&mut self, task: Task<'_>) -> Result<(), RunError> {
        let cell = task.cell;
        (self.on_event)(Event::CellStarted { cell: line(cell) });
        let job = self.task_job(task)?.write()?;
        let report = self.executor.alone(&job, self.time_limit())?;
        let failure = self.became(cell, report)?;
        self.note(cell, failure);
        Ok(())
    }

    /// Counts what became of a cell, and tells it.
    pub(super) fn note(&mut self, cell: &PlannedCell, failure: Option<String>) {
        let cell = line(cell);
        (self.on_event)(match failure {
            None => {
                self.counts.finished += 1;
                Event::CellFinished { cell }
            }
            Some(reason) => {
                self.counts.failed += 1;
                Event::CellFailed { cell, reason }
            }
        });
    }

    /// The earlier run that a model's cells are taken from.
    fn earlier(&self, model: &str) -> Option<RunFolder> {
        let earlier = self.planned.earlier.iter().find(|it| it.name == model)?;
        Some(RunFolder::at(&earlier.folder))
    }

    /// Takes a cell of an earlier run over, as it is.
    fn take(&mut self, cell: &PlannedCell, earlier: &RunFolder) -> Result<(), RunError> {
        self.folder.take_cell(earlier, &cell.key)?;
        self.note(cell, None);
        Ok(())
    }

    /// Whether a cell's record says so and its predictions are the ones that it names.
    pub(super) fn is_finished(&self, key: &Digest) -> bool {
        let record = self.folder.read_cell_record(key).ok().flatten();
        record.is_some_and(|record| record.status == CellStatus::Finished)
            && self.folder.each_prediction(key, &mut |_| Ok(())).is_ok()
            && self.is_found(key)
    }

    /// A suite's perturbation by name.
    pub(super) fn perturbation(&self, suite: &str, name: &str) -> Option<PerturbationSpec> {
        let suite = self.planned.suites.get(suite)?;
        let mut known = suite.value.perturbations().map(|(_, one)| one);
        known.find(|spec| spec.name() == name)
    }

    /// What a worker is handed for a cell.
    pub(super) fn task_job(&self, task: Task<'_>) -> Result<Job, RunError> {
        let cell = task.cell;
        if let Some(search) = task.search {
            return self.search_job(search);
        }
        let job = match (task.control, &cell.case.perturbation) {
            (Some(control), _) => self.control_job(control, cell),
            (None, None) => self.job(cell.key, names(cell), Work::Cell { perturbation: None }),
            (None, Some(name)) => {
                let perturbation = self.perturbation(&cell.case.suite, name);
                perturbation.and_then(|found| {
                    let perturbation = Some(found);
                    self.job(cell.key, names(cell), Work::Cell { perturbation })
                })
            }
        };
        job.ok_or_else(|| RunError::Worker(format!("{} is not in the plan", line(cell))))
    }

    /// Why a cell failed that a worker reported on; `None`: it is there.
    pub(super) fn became(
        &self,
        cell: &PlannedCell,
        report: Report,
    ) -> Result<Option<String>, RunError> {
        match report {
            Report::Cell(record) => Ok(record.status.failure().map(str::to_owned)),
            Report::Failed(reason) => self.failed(cell, reason).map(Some),
            Report::Round(_) | Report::Drifted => {
                let reason = "the worker did what it was not asked for";
                self.failed(cell, reason.to_owned()).map(Some)
            }
        }
    }

    /// Keeps a cell that has nothing but a reason; gives the reason back.
    pub(super) fn failed(&self, cell: &PlannedCell, reason: String) -> Result<String, RunError> {
        let mut searches = self.planned.plan.searches.iter();
        let search = searches.find(|search| search.cell.key == cell.key);
        let drawn = search.map_or(u64::MAX, |search| search.search.examples() as u64);
        let examples = self.count(names(cell)).min(drawn);
        self.folder.write_failed_cell(&CellRecord {
            key: cell.key,
            status: CellStatus::Failed(reason.clone()),
            examples,
            predicted: 0,
            non_finite: 0,
            failed: examples,
            truncated: 0,
            squashed: None,
            asked_twice: None,
            predictions: None,
            batch: None,
            repeat: None,
            fit: None,
            found: None,
            instruction_set: None,
            processor: None,
            wall_ns: 0,
        })?;
        Ok(reason)
    }
}

pub(super) fn names(cell: &PlannedCell) -> Names<'_> {
    Names {
        suite: &cell.case.suite,
        dataset: &cell.case.dataset,
        split: &cell.case.split,
        model: &cell.case.model,
        variant: &cell.case.variant,
    }
}

/// A cell in a line.
pub(super) fn line(cell: &PlannedCell) -> String {
    let perturbation = cell
        .case
        .perturbation
        .as_ref()
        .map_or(String::new(), |name| format!(", {name}"));
    format!(
        "{} {} on {}{perturbation}",
        cell.case.model, cell.case.variant, cell.case.dataset
    )
}
