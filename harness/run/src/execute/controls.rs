//! Jobs of controls.

use std::collections::BTreeMap;

use titer_spec::plan::{FittedOn, PlannedCell, PlannedControl};
use titer_spec::{ControlSpec, Determinism, PerturbationSpec};

use super::Run;
use super::cells::names;
use crate::job::{ControlWork, Job, TITER, Work};

impl Run<'_> {
    /// The job of a control's cell; `None` where the plan names what was not read.
    pub(super) fn control_job(&self, control: &PlannedControl, cell: &PlannedCell) -> Option<Job> {
        let work = match (&control.fitted_on, &control.control) {
            (Some(on), _) => return self.fitted_job(control, on, cell),
            (None, ControlSpec::RandomWeights) => Work::RandomWeights(self.planned.plan.seed),
            (None, _) => Work::Cell {
                perturbation: Some(PerturbationSpec::DinucleotideShuffle),
            },
        };
        self.job(cell.key, names(cell), work)
    }

    fn fitted_job(
        &self,
        control: &PlannedControl,
        on: &FittedOn,
        cell: &PlannedCell,
    ) -> Option<Job> {
        let data = &self.planned.data;
        let training = (
            cell.case.suite.clone(),
            on.dataset.clone(),
            on.split.clone(),
        );
        Some(Job {
            titer: TITER.to_owned(),
            folder: self.folder.path().to_owned(),
            key: cell.key,
            work: Work::Control(Box::new(ControlWork {
                control: control.control.clone(),
                training: data.get(&training)?.examples.selection.clone(),
                perturbation: match &cell.case.perturbation {
                    Some(name) => Some(self.perturbation(&cell.case.suite, name)?),
                    None => None,
                },
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
            data: data.get(&names(cell).data())?.examples.selection.clone(),
        })
    }
}
