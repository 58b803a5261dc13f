//! The cells of one variant in one process: a model is loaded once and a dataset read once for all its conditions.
//!
//! After each cell but the first the process asks once more what it asked first. If that has another answer, answers depend
//! on the cells before, and all of them are predicted again, each in a process of its own. What dies costs the cell that it
//! died of; the others go on in a fresh process.

use titer_spec::plan::PlannedCell;
use titer_spec::{Backend, Isolate};

use super::Run;
use super::cells::line;
use crate::error::RunError;
use crate::event::Event;
use crate::worker::Report;

impl Run<'_> {
    /// Whether the cells of this one's variant share a process: where the evaluation says so, else where Titer itself executes the
    /// model. A table that stands in for a model belongs to one dataset.
    pub(super) fn shares_a_process(&self, cell: &PlannedCell) -> bool {
        let mut models = self.planned.plan.models.iter();
        let model = models.find(|model| model.name == cell.model);
        let Some(variant) = model.and_then(|model| model.variant(&cell.variant)) else {
            return false;
        };
        match (variant.backend, self.planned.plan.isolate) {
            (Backend::Predictions, _) | (_, Some(Isolate::Cell)) => false,
            (_, Some(Isolate::Variant)) => true,
            (backend, None) => matches!(backend, Backend::Onnx | Backend::Candle),
        }
    }

    /// Predicts cells of one variant.
    pub(super) fn session(&mut self, cells: &[&PlannedCell]) -> Result<(), RunError> {
        let mut left = cells;
        while let Some((first, _)) = left.split_first() {
            let threads = self.cell_job(first)?.threads;
            let mut session = self.executor.session(threads)?;
            let began = left;
            while let Some((cell, rest)) = left.split_first() {
                (self.on_event)(Event::CellStarted { cell: line(cell) });
                let job = self.cell_job(cell)?;
                let report = session.ask(&job.write()?, self.time_limit())?;
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
    fn all_alone(
        &mut self,
        before: &[&PlannedCell],
        left: &[&PlannedCell],
    ) -> Result<(), RunError> {
        let (cell, again) = (left[0], before.len());
        (self.on_event)(Event::Noted {
            note: format!(
                "the answers of {} {} depend on what it was asked before: each cell is predicted in a process of its own, {again} of them again",
                cell.model, cell.variant
            ),
        });
        (self.on_event)(Event::Repeated { cells: again });
        for cell in before {
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
            .try_for_each(|cell| self.alone(cell))
    }
}
