//! `titer ls KIND`: what titer knows, and what lies where it looks.

mod files;
mod kinds;
mod metrics;

use serde::Serialize;
use titer_spec::NamedKind;

use crate::arguments::{Form, Format, Listed, Places, Talk};
use crate::console::{say_json, say_list};
use crate::error::CommandError;

pub(super) use files::{datasets, is_here, models, splits_of};

/// Exit code: some of what was to be listed cannot be read.
const UNREADABLE: u8 = 2;

/// One of a list: a row of a table, an object in JSON.
pub(super) trait Entry: Serialize {
    /// The row, with as many cells.
    fn row(&self) -> Vec<String>;
}

#[derive(Serialize)]
struct List<'a, E> {
    list: &'a str,
    entries: &'a [E],
}

pub(super) fn run(
    what: &Listed,
    form: Form,
    places: &Places,
    talk: Talk,
) -> Result<u8, CommandError> {
    let kinds = |kind: &str, place: &str, found: Vec<NamedKind>| {
        kinds::show_kinds((kind, place), found, form, talk)
    };
    match what {
        Listed::Models => models(form, places, talk),
        Listed::Data => datasets(form, places, talk),
        Listed::Suites => files::suites(form, places, talk),
        Listed::Evaluations => files::evaluations(form, places, talk),
        Listed::Policies => files::policies(form, places, talk),
        Listed::Metrics { name: None } => metrics::all(form, talk),
        Listed::Metrics { name: Some(name) } => metrics::one(name, form),
        Listed::Perturbations => kinds::perturbations(form, talk),
        Listed::Controls => kinds("control", "in an evaluation", NamedKind::controls()),
        Listed::Gates => kinds("gate", "in an evaluation", NamedKind::gates()),
        Listed::Backends => kinds("backend", "in a variant", NamedKind::backends()),
        Listed::Scenarios => kinds("scenario", "in `measure: latency`", NamedKind::scenarios()),
    }
}

/// Shows a list: its name in JSON, its columns' heads in a table.
pub(super) fn show<E: Entry>(
    list: &str,
    heads: &[&str],
    entries: &[E],
    form: Form,
    talk: Talk,
) -> Result<(), CommandError> {
    match form.format {
        Format::Json => say_json(&List { list, entries })?,
        Format::Text => {
            let rows: Vec<Vec<String>> = entries.iter().map(Entry::row).collect();
            say_list(heads, &rows, talk);
        }
    }
    Ok(())
}
