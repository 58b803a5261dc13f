//! `evaluation.yaml`.

use std::path::Path;

use titer_inspection::probe::{Found, variant_names};
use titer_spec::model::SCORES;
use titer_spec::yaml::quoted;

use super::Places;
use crate::relative::relative;
use crate::understand::Understood;

pub(super) fn text(understood: &Understood, places: &Places) -> String {
    let names = &understood.names;
    let folder = places.evaluation.parent().unwrap_or(Path::new("."));
    let way = |path: &Path| quoted(&relative(folder, path).to_string_lossy());
    format!(
        "\
# Written by `titer init`. `titer plan` shows what it runs, `titer run` runs it.
evaluation: {name}
summary: {summary}
suites: [{suite}]
models:
  - model: {model}
{gates}{controls}{measure}",
        name = quoted(&names.evaluation),
        summary = quoted(&format!("How good is {} on {}?", names.model, names.task)),
        suite = way(&places.suite),
        model = way(&places.model),
        gates = gates(understood),
        controls = controls(understood),
        measure = measure(understood),
    )
}

/// What decides: the losses of builds, and the score that was said to be enough.
fn gates(understood: &Understood) -> String {
    let metric = understood.classes.metric();
    let has_builds = understood.builds.len() > 1;
    // A gate is about every variant but the reference: where there is no other it has to name it.
    let covers = match has_builds {
        true => String::new(),
        false => format!(", covers: {{variants: [{}]}}", reference(understood)),
    };
    let limit = |value: &str| {
        format!(
            "  - at_least: {{metric: {metric}, where: in_distribution, value: {value}{covers}}}\n"
        )
    };
    let mut text = String::new();
    if has_builds || understood.at_least.is_some() {
        text.push_str("gates:\n");
    }
    if has_builds {
        text.push_str("  # May a build replace the reference? The margin is the loss that you accept: choose it.\n");
        text.push_str(&format!(
            "  - no_worse_than_reference: {{metric: {metric}, where: every_dataset, margin: 0.01}}\n"
        ));
    }
    match understood.at_least {
        Some(value) => text.push_str(&limit(&value.to_string())),
        None if has_builds => {
            text.push_str("  # What is good enough for your purpose? Take the sign away and choose the value.\n");
            text.push_str(&format!("  # {}", limit("0.9").trim_start()));
        }
        None => {
            text.push_str("# What is good enough for your purpose? Without a gate a run judges nothing. Take the signs away and choose the value.\n");
            text.push_str(&format!("# gates:\n# {}", limit("0.9")));
        }
    }
    text
}

/// The only variant's name.
fn reference(understood: &Understood) -> String {
    let builds: Vec<&Found> = understood.builds.iter().map(|build| &build.found).collect();
    let names = variant_names(&builds);
    quoted(names.first().map_or(SCORES, String::as_str))
}

fn controls(understood: &Understood) -> String {
    let names = match understood.columns.split.sizes().contains_key("train") {
        true => "gc, {kmers: {k: 4}}",
        false => "shuffled",
    };
    if understood.scores.is_some() && names == "shuffled" {
        return String::new();
    }
    format!("# What a score is worth beside models that know no biology:\n# controls: [{names}]\n")
}

fn measure(understood: &Understood) -> String {
    match understood.scores {
        Some(_) => String::new(),
        None => "# Time and memory of each build:\n# measure: {latency: {scenario: single_stream, batch_sizes: [1, 32]}}\n".to_owned(),
    }
}
