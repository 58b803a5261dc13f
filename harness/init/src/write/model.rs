//! `NAME.model.yaml`.

use titer_core::ModelError;
use titer_inspection::probe::{Naming, described};
use titer_spec::model::Activation;
use titer_spec::yaml::quoted;

use super::{entry, list};
use crate::error::InitError;
use crate::understand::{Facts, Rows, Scores, Source, Understood};

pub(super) fn text(facts: &Facts, understood: &Understood) -> Result<String, InitError> {
    let names = &understood.names;
    match (&facts.source, &understood.scores) {
        (Source::Predictions(table), Some(scores)) => of_table(&table.path, scores, understood),
        _ => {
            let naming = Naming {
                model: names.model.clone(),
                summary: format!("{}, as it was probed.", names.model),
                task: names.task.clone(),
                by: "init".to_owned(),
            };
            described(&understood.builds, Some(&naming)).map_err(|error: ModelError| {
                InitError::new(error.to_string(), "check the model's files")
            })
        }
    }
}

/// A model that is a table of predictions.
fn of_table(
    path: &std::path::Path,
    scores: &Scores,
    understood: &Understood,
) -> Result<String, InitError> {
    let (names, classes) = (&understood.names, &understood.classes);
    let rows = match &scores.rows {
        Rows::Id(column) => format!("id: {}", quoted(column)),
        Rows::Order(split) => {
            let order = format!("row_order: {{dataset: {}}}", quoted(&names.task));
            match split {
                Some(column) => format!("{order}, where: {{{}: test}}", quoted(column)),
                None => order,
            }
        }
    };
    let (kind, score) = match &classes.positive {
        Some(positive) => {
            let column = scores.columns.get(positive).map_or("", String::as_str);
            ("binary".to_owned(), quoted(column))
        }
        None => {
            let pairs = scores
                .columns
                .iter()
                .map(|(class, column)| format!("{}: {}", quoted(class), quoted(column)));
            let pairs = pairs.collect::<Vec<_>>().join(", ");
            (
                format!("classes, classes: {}", list(&classes.names)),
                format!("{{{pairs}}}"),
            )
        }
    };
    let activation = match scores.activation {
        Activation::None => "",
        Activation::Sigmoid => ", activation: sigmoid",
        Activation::Softmax => ", activation: softmax",
    };
    let meaning = if scores.is_ranking {
        ", meaning: ranking"
    } else {
        ""
    };
    Ok(format!(
        "\
# Written by `titer init`. The model does not run: a table of its scores stands for it.
# It does not say; correct this before you believe a score:
#   what it was trained on: a score on data that it has seen says nothing; `training`
#   the licences of its weights and code: `licence`
model: {model}
summary: {summary}
tasks: [{task}]
output: {{kind: {kind}, activation: none{meaning}}}
training: {{seen: [], complete: false, description: not known}}
licence: {{}}
variants:
  - variant: scores
    backend: predictions
    precision: unknown
    predictions: {{{rows}, score: {score}{activation}}}
    files:
      scores: {file}
reference: scores
",
        model = quoted(&names.model),
        summary = quoted(&format!(
            "Scores of {}.",
            path.file_name().unwrap_or_default().to_string_lossy()
        )),
        task = quoted(&names.task),
        file = entry(path)?,
    ))
}
