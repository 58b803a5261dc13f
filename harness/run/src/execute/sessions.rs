//! Cells in one process: a model is loaded or a control fitted once, and a dataset read once for all its conditions.
//!
//! After each cell but the first the process asks once more what it asked first. If that has another answer, answers depend
//! on the cells before, and all of them are predicted again, each in a process of its own. What dies costs the cell that it
//! died of; the others go on in a fresh process.

use super::Run;
use super::cells::line;
use super::tasks::Task;
use crate::error::RunError;
use crate::event::Event;
use crate::worker::Report;

impl Run<'_> {
    /// Predicts cells that one process can answer.
    pub(super) fn session(&mut self, tasks: &[Task<'_>]) -> Result<(), RunError> {
        let mut left = tasks;
        while !left.is_empty() {
            let mut session = self.executor.session(self.planned.plan.threads)?;
            let began = left;
            while let Some((task, rest)) = left.split_first() {
                let cell = task.cell;
                (self.on_event)(Event::CellStarted { cell: line(cell) });
                let job = self.task_job(*task)?.write()?;
                let report = session.ask(&job, self.time_limit())?;
                if matches!(report, Report::Drifted) {
                    drop(session);
                    let before = &began[..began.len() - left.len()];
                    return self.all_alone(before, left);
                }
                let failure = self.became(cell, report)?;
                self.note(cell, failure);
                left = rest;
                if !session.is_alive() {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Predicts the cells again that a process did before it was found to have changed, and those that it had not done.
    fn all_alone(&mut self, before: &[Task<'_>], left: &[Task<'_>]) -> Result<(), RunError> {
        let (cell, again) = (left[0].cell, before.len());
        (self.on_event)(Event::Noted {
            note: format!(
                "the answers of {} {} depend on what it was asked before: each cell is predicted in a process of its own, {again} of them again",
                cell.case.model, cell.case.variant
            ),
        });
        (self.on_event)(Event::Repeated { cells: again });
        for Task { cell, .. } in before {
            match self.folder.read_cell_record(&cell.key)? {
                Some(record) if record.status.failure().is_none() => self.counts.finished -= 1,
                _ => self.counts.failed -= 1,
            }
            // A run that is killed now must not take it for finished.
            self.failed(cell, "to be predicted again".to_owned())?;
        }
        before
            .iter()
            .chain(left)
            .try_for_each(|task| self.alone(*task))
    }
}
