//! `NAME.dataset.yaml`.

use titer_spec::Layout;
use titer_spec::yaml::quoted;

use super::{entry, list};
use crate::error::InitError;
use crate::understand::{Facts, Split, Understood};

pub(super) fn text(facts: &Facts, understood: &Understood) -> Result<String, InitError> {
    let (columns, classes) = (&understood.columns, &understood.classes);
    let layout = match facts.table.layout {
        Layout::Csv => "csv",
        Layout::Parquet => "parquet",
        _ => "tsv",
    };
    let mut parts = vec![
        format!("sequence: {}", quoted(&columns.sequence)),
        format!("label: {}", quoted(&columns.label)),
    ];
    let optional = [
        ("id", columns.id.as_ref()),
        ("split", split(&columns.split)),
    ];
    for (field, column) in optional {
        parts.extend(column.map(|column| format!("{field}: {}", quoted(column))));
    }
    let clusters = match (&columns.cluster, columns.independent) {
        (Some(column), _) => format!(", clusters: [{}]", quoted(column)),
        (None, true) => ", clusters: none".to_owned(),
        (None, false) => String::new(),
    };
    let undeclared = match clusters.is_empty() {
        true => {
            "# Rows of one gene, locus or family are not independent: name the column, `clusters: [gene]`, or say `clusters: none`.\n"
        }
        false => "",
    };
    let labels = match classes.written.is_empty() {
        true => String::new(),
        false => {
            let pairs = classes
                .written
                .iter()
                .map(|(written, class)| format!("{}: {}", quoted(written), quoted(class)));
            format!(
                "labels: {{{}}}    # what the table writes, and the class\n",
                pairs.collect::<Vec<_>>().join(", ")
            )
        }
    };
    let sizes = columns.split.sizes().into_iter();
    let sizes: Vec<String> = sizes
        .map(|(split, size)| format!("{split}: {size}"))
        .collect();
    let organism = understood.organism.as_deref().unwrap_or("not stated");
    Ok(format!(
        "\
# Written by `titer init`. What nobody knows is `not stated`; what you know says more on the report's page.
dataset: {name}
summary: {summary}
kind: windows
layout: {layout}
file: {file}
columns: {{{columns}{clusters}}}
{undeclared}{labels}classes: {classes}
splits: {{{sizes}}}
organism: {organism}
assembly: not stated
licence: {{sequence: not stated}}
# `true`: the run folder keeps 20 letters on each side of the site of the few worst examples, and the report shows them.
show_sequences: false
",
        name = quoted(&understood.names.task),
        summary = quoted(&format!("Rows of {}.", facts.table.path.file_name().unwrap_or_default().to_string_lossy())),
        file = entry(&facts.table.path)?,
        columns = parts.join(", "),
        classes = list(&in_order(&classes.names)),
        sizes = sizes.join(", "),
        organism = quoted(organism),
    ))
}

/// The classes in an order that is no model's: the table's description is the same for all of them.
fn in_order(names: &[String]) -> Vec<String> {
    let mut names = names.to_vec();
    names.sort_by_key(|name| (name.parse::<i64>().unwrap_or(i64::MAX), name.clone()));
    names
}

fn split(split: &Split) -> Option<&String> {
    match split {
        Split::Column(name, _) => Some(name),
        Split::AllTest(_) => None,
    }
}
