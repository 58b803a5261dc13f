//! `titer ls`: what titer knows.

use titer_core::{About, Direction, Effect};
use titer_metrics::registry::{Listing, listings, written};
use titer_spec::{NamedKind, PerturbationSpec};

use crate::arguments::Listed;
use crate::console::{say, say_table};
use crate::error::CommandError;

pub(super) fn run(what: &Listed) -> Result<u8, CommandError> {
    match what {
        Listed::Metrics { name: None } => all(),
        Listed::Metrics { name: Some(name) } => one(name)?,
        Listed::Perturbations => perturbations(),
        Listed::Controls => kinds("control", "in an evaluation", NamedKind::controls()),
        Listed::Gates => kinds("gate", "in an evaluation", NamedKind::gates()),
        Listed::Backends => kinds("backend", "in a variant", NamedKind::backends()),
        Listed::Scenarios => kinds("scenario", "in `measure: latency`", NamedKind::scenarios()),
    }
    Ok(0)
}

/// What the documentation of a type says of each of its kinds.
fn kinds(what: &str, place: &str, kinds: Vec<NamedKind>) {
    let rows = kinds.into_iter();
    let rows = rows.map(|kind| vec![kind.name, kind.says, kind.example]);
    say_table(&[what, "is", place], &rows.collect::<Vec<_>>());
}

fn perturbations() {
    let rows = PerturbationSpec::examples().into_iter().map(|spec| {
        let condition = spec.condition();
        let severity = condition.severity.map_or("", |_| "yes");
        vec![
            condition.kind,
            effect(condition.effect).to_owned(),
            severity.to_owned(),
            condition.title,
            written(&spec),
        ]
    });
    say_table(
        &["perturbation", "target", "severity", "is", "in a suite"],
        &rows.collect::<Vec<_>>(),
    );
}

fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Kept => "kept",
        Effect::Transformed => "transformed",
        Effect::Destroyed => "destroyed",
    }
}

fn all() {
    let rows: Vec<Vec<String>> = listings()
        .iter()
        .map(|listing| {
            let about = &listing.about;
            vec![
                about.name.to_owned(),
                listing.question.to_owned(),
                direction(about).to_owned(),
                range(about),
                listing.interval().to_owned(),
                if listing.example.is_some() {
                    "yes"
                } else {
                    "no"
                }
                .to_owned(),
                about.title.to_owned(),
            ]
        })
        .collect();
    say_table(
        &[
            "metric",
            "question",
            "better",
            "range",
            "interval",
            "in suites",
            "title",
        ],
        &rows,
    );
    say("");
    say("`titer ls metrics NAME` says what one measures, when it is undefined, and its source.");
}

fn one(name: &str) -> Result<(), CommandError> {
    let known = listings();
    let found: Vec<&Listing> = known.iter().filter(|one| one.about.name == name).collect();
    if found.is_empty() {
        let names: Vec<&str> = known.iter().map(|one| one.about.name).collect();
        return Err(CommandError::Argument(format!(
            "there is no metric `{name}`; {}",
            titer_spec::suggest::cure(name, &names)
        )));
    }
    for listing in found {
        let about = &listing.about;
        say(&format!(
            "{} ({}, {})",
            about.title, about.name, listing.question
        ));
        say(&format!("  measures   {}", about.measures));
        say(&format!("  better     {}", direction(about)));
        say(&format!("  range      {}", range(about)));
        say(&format!("  undefined  when {}", about.undefined_when));
        say(&format!("  interval   {}", listing.interval()));
        say(&format!("  source     {}", about.source));
        match &listing.example {
            Some(example) => say(&format!("  in a suite {example}")),
            None => say("  in a suite not yet: the library computes it"),
        }
        if let Some(grouped) = &listing.grouped {
            say(&format!("  by group   {grouped}"));
        }
    }
    Ok(())
}

fn direction(about: &About) -> &'static str {
    match about.direction {
        Direction::HigherIsBetter => "higher",
        Direction::LowerIsBetter => "lower",
    }
}

fn range(about: &About) -> String {
    let end = |value: f64| {
        if value.is_finite() {
            let text = format!("{value:.3}");
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        } else if value > 0.0 {
            "any".to_owned()
        } else {
            "-any".to_owned()
        }
    };
    format!("{} to {}", end(about.range.0), end(about.range.1))
}
