//! What is to be predicted: cells of models and of controls, and which of them a process could answer together.

use titer_spec::plan::{FittedOn, Plan, PlannedCell, PlannedControl, PlannedSearch};
use titer_spec::{Backend, ControlSpec, Isolate};

/// A cell to predict.
#[derive(Clone, Copy)]
pub(super) struct Task<'a> {
    pub cell: &'a PlannedCell,
    /// The control whose cell it is; `None`: a model's.
    pub control: Option<&'a PlannedControl>,
    /// The search whose cell it is; `None`: no search's.
    pub search: Option<&'a PlannedSearch>,
}

/// What a process has to load or fit before it can answer.
#[derive(PartialEq)]
enum Loads<'a> {
    Variant(&'a str, &'a str),
    RandomWeights(&'a str, &'a str),
    Fitted(&'a ControlSpec, &'a str, &'a FittedOn),
}

impl<'a> Task<'a> {
    fn loads(&self) -> Loads<'a> {
        let (model, variant) = (&self.cell.case.model, &self.cell.case.variant);
        match self.control {
            Some(control) => match (&control.fitted_on, &control.control) {
                (Some(on), what) => Loads::Fitted(what, &control.suite, on),
                (None, ControlSpec::RandomWeights) => Loads::RandomWeights(model, variant),
                // The model itself, on examples that are changed.
                (None, _) => Loads::Variant(model, variant),
            },
            None => Loads::Variant(model, variant),
        }
    }

    fn data(&self) -> (&'a str, &'a str, &'a str) {
        (
            &self.cell.case.suite,
            &self.cell.case.dataset,
            &self.cell.case.split,
        )
    }

    /// Whether cells like this one share a process: where the evaluation says so, else where it is Titer itself that answers. A
    /// table that stands in for a model belongs to one dataset.
    pub(super) fn shares_a_process(&self, plan: &Plan) -> bool {
        let backend = match self.loads() {
            Loads::Fitted(..) => None,
            Loads::Variant(model, variant) | Loads::RandomWeights(model, variant) => {
                let mut models = plan.models.iter();
                let model = models.find(|planned| planned.name == model);
                match model.and_then(|model| model.variant(variant)) {
                    Some(variant) => Some(variant.backend),
                    None => return false,
                }
            }
        };
        match (backend, plan.isolate) {
            (_, Some(Isolate::Cell)) => false,
            (Some(backend), _) if !backend.runs() => false,
            (_, Some(Isolate::Variant)) => true,
            (backend, None) => backend.is_none_or(Backend::is_within_titer),
        }
    }
}

/// Tasks by what has to be loaded for them, in the order of the first of each; within, those of the same data stand together, so
/// that a process reads it once.
pub(super) fn grouped(tasks: Vec<Task<'_>>) -> Vec<Vec<Task<'_>>> {
    let by_variant = together(tasks, Task::loads);
    let by_data = by_variant
        .into_iter()
        .map(|tasks| together(tasks, Task::data));
    by_data
        .map(|groups| groups.into_iter().flatten().collect())
        .collect()
}

fn together<'a, K: PartialEq>(
    tasks: Vec<Task<'a>>,
    key: impl Fn(&Task<'a>) -> K,
) -> Vec<Vec<Task<'a>>> {
    let mut groups: Vec<(K, Vec<Task<'a>>)> = Vec::new();
    for task in tasks {
        let key = key(&task);
        match groups.iter_mut().find(|(other, _)| *other == key) {
            Some((_, group)) => group.push(task),
            None => groups.push((key, vec![task])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}
