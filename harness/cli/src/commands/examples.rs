//! `titer examples`: a run's worst errors and largest changes.

use std::path::Path;

use titer_core::notable::Notable;
use titer_store::RunFolder;

use crate::arguments::Filter;
use crate::console::{say, say_table};
use crate::error::CommandError;

pub(super) fn run(folder: &Path, filter: &Filter) -> Result<u8, CommandError> {
    let notables = RunFolder::at(folder).read_rows::<Notable>()?;
    let is =
        |wanted: &Option<String>, given: &str| wanted.as_ref().is_none_or(|wanted| wanted == given);
    let chosen: Vec<Vec<String>> = notables
        .iter()
        .filter(|one| is(&filter.model, &one.model))
        .filter(|one| is(&filter.variant, &one.variant))
        .filter(|one| is(&filter.dataset, &one.dataset))
        .filter(|one| one.rank <= filter.top)
        .map(row)
        .collect();
    if chosen.is_empty() {
        say("no such examples");
        return Ok(4);
    }
    let header = [
        "why",
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
