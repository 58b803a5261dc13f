//! `titer examples`: a run's worst errors and largest changes.

use std::collections::BTreeSet;
use std::path::Path;

use titer_core::notable::Notable;
use titer_spec::{Plan, suggest};
use titer_store::RunFolder;

use crate::arguments::Filter;
use crate::console::{say, say_table};
use crate::error::CommandError;

pub(super) fn run(folder: &Path, filter: &Filter) -> Result<u8, CommandError> {
    let run = RunFolder::at(folder);
    let notables = run.read_rows::<Notable>()?;
    check(filter, &run.read_manifest()?.plan)?;
    let is =
        |wanted: &Option<String>, given: &str| wanted.as_ref().is_none_or(|wanted| wanted == given);
    let chosen: Vec<Vec<String>> = notables
        .iter()
        .filter(|one| is(&filter.suite, &one.suite))
        .filter(|one| is(&filter.model, &one.model))
        .filter(|one| is(&filter.variant, &one.variant))
        .filter(|one| is(&filter.dataset, &one.dataset))
        .filter(|one| one.rank <= filter.top)
        .map(row)
        .collect();
    if chosen.is_empty() {
        say("the run kept no such examples");
        return Ok(4);
    }
    let header = [
        "why",
        "suite",
        "model",
        "variant",
        "dataset",
        "example",
        "offset",
        "true",
        "class",
        "answer",
        "reference",
    ];
    say_table(&header, &chosen);
    Ok(0)
}

/// Every name is one of the run's.
fn check(filter: &Filter, plan: &Plan) -> Result<(), CommandError> {
    let suites = plan.suites.iter();
    let models = plan.models.iter();
    let all: [(&str, &Option<String>, BTreeSet<&str>); 4] = [
        (
            "suite",
            &filter.suite,
            suites.clone().map(|suite| suite.name.as_str()).collect(),
        ),
        (
            "model",
            &filter.model,
            models.clone().map(|model| model.name.as_str()).collect(),
        ),
        (
            "variant",
            &filter.variant,
            models
                .filter(|model| filter.model.as_ref().is_none_or(|it| *it == model.name))
                .flat_map(|model| &model.variants)
                .map(|variant| variant.name.as_str())
                .collect(),
        ),
        (
            "dataset",
            &filter.dataset,
            suites
                .filter(|suite| filter.suite.as_ref().is_none_or(|it| *it == suite.name))
                .flat_map(|suite| &suite.datasets)
                .map(|dataset| dataset.name.as_str())
                .collect(),
        ),
    ];
    for (kind, wanted, known) in all {
        if let Some(unknown) = wanted
            .as_ref()
            .filter(|name| !known.contains(name.as_str()))
        {
            let known: Vec<&str> = known.into_iter().collect();
            return Err(CommandError::Argument(format!(
                "--{kind} {unknown}: the run has no such {kind}\n  help: {}",
                suggest::cure(unknown, &known)
            )));
        }
    }
    Ok(())
}

fn answer(value: f64) -> String {
    if value != 0.0 && value.abs() < 0.001 {
        format!("{value:.1e}")
    } else {
        format!("{value:.4}")
    }
}

fn row(one: &Notable) -> Vec<String> {
    vec![
        one.kind.name().to_owned(),
        one.suite.clone(),
        one.model.clone(),
        one.variant.clone(),
        one.dataset.clone(),
        one.id.clone(),
        one.offset
            .map_or("-".to_owned(), |offset| offset.to_string()),
        one.target.clone(),
        if one.class.is_empty() {
            "-"
        } else {
            &one.class
        }
        .to_owned(),
        answer(one.probability),
        one.reference_probability.map_or("-".to_owned(), answer),
    ]
}
