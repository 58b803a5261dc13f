//! What models answered for the test rows, as a run folder has it.

use std::collections::HashMap;

use titer_core::{Outcome, Target};
use titer_spec::Question;
use titer_spec::model::{Meaning, OutputKind};
use titer_spec::plan::{Plan, PlannedCell};
use titer_store::{RunFolder, StoreError};

/// One variant's answers under one suite.
#[derive(Clone, Debug, PartialEq)]
pub struct Answers {
    /// The suite.
    pub suite: String,
    /// The model.
    pub model: String,
    /// The variant.
    pub variant: String,
    /// From this probability on the positive class is called; `None` where the answers only rank.
    pub threshold: Option<f64>,
    /// By the example's id: whether it is of the positive class, and the probability of that; `None` where it has no usable
    /// answer.
    pub of: HashMap<String, (bool, Option<f64>)>,
}

/// The answers to binary questions about a split of a data set, unperturbed.
///
/// # Errors
/// The folder cannot be read or holds no run.
pub fn answers(run: &RunFolder, dataset: &str, split: &str) -> Result<Vec<Answers>, StoreError> {
    let plan = run.read_manifest()?.plan;
    let mut found = Vec::new();
    let wanted = plan.cells.iter().filter(|cell| {
        cell.case.dataset == dataset && cell.case.split == split && cell.case.is_clean()
    });
    for cell in wanted {
        found.extend(of_cell(run, &plan, cell)?);
    }
    Ok(found)
}

fn of_cell(
    run: &RunFolder,
    plan: &Plan,
    cell: &PlannedCell,
) -> Result<Option<Answers>, StoreError> {
    let model = plan
        .models
        .iter()
        .find(|model| model.name == cell.case.model);
    let suite = plan
        .suites
        .iter()
        .find(|suite| suite.name == cell.case.suite);
    let (Some(model), Some(suite)) = (model, suite) else {
        return Ok(None);
    };
    let dataset = suite
        .datasets
        .iter()
        .find(|one| one.name == cell.case.dataset);
    let (Some(dataset), Question::Binary(asked)) = (dataset, &suite.question) else {
        return Ok(None);
    };
    let positive = dataset.classes.iter().position(|it| *it == asked.positive);
    let record = run.read_cell_record(&cell.key)?;
    let is_done = record.is_some_and(|record| record.status.failure().is_none());
    if !is_done || model.output != OutputKind::Binary {
        return Ok(None);
    }
    let mut targets: HashMap<String, bool> = HashMap::new();
    run.each_example(&cell.examples, &mut |example| {
        if let Target::Class(class) = example.target {
            targets.insert(example.id, Some(class) == positive);
        }
    })?;
    let mut of = HashMap::new();
    run.each_prediction(&cell.key, &mut |some| {
        for prediction in some {
            let answer = match &prediction.outcome {
                Outcome::Predicted(output) => output.numbers().first().copied(),
                Outcome::NonFinite(_) | Outcome::Failed(_) => None,
            };
            if let Some(is_positive) = targets.get(&prediction.id) {
                of.insert(prediction.id, (*is_positive, answer));
            }
        }
        Ok(())
    })?;
    Ok(Some(Answers {
        suite: cell.case.suite.clone(),
        model: cell.case.model.clone(),
        variant: cell.case.variant.clone(),
        threshold: (model.meaning == Meaning::Probability).then_some(model.threshold),
        of,
    }))
}
