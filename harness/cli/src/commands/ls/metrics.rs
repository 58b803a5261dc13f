//! Metrics: a list of all, and what one says of itself.

use serde::Serialize;
use titer_core::{About, Direction};
use titer_metrics::registry::{Listing, listings};

use super::{Entry, show};
use crate::arguments::{Form, Format, Talk};
use crate::console::say;
use crate::error::CommandError;

const HEADS: [&str; 7] = [
    "metric",
    "question",
    "better",
    "range",
    "interval",
    "in suites",
    "title",
];

#[derive(Serialize)]
struct Metric {
    name: &'static str,
    question: String,
    title: &'static str,
    better: &'static str,
    /// The ends of its range; `None`: there is none.
    lowest: Option<f64>,
    highest: Option<f64>,
    interval: String,
    measures: &'static str,
    undefined_when: &'static str,
    source: &'static str,
    /// How a suite names it; `None`: the library computes it, and no suite can ask for it yet.
    example: Option<String>,
    /// What is computed of it by group.
    by_group: Option<String>,
    #[serde(skip)]
    range: String,
}

impl Metric {
    fn of(listing: &Listing) -> Self {
        let about = &listing.about;
        let end = |end: f64| end.is_finite().then_some(end);
        Self {
            name: about.name,
            question: listing.question.clone(),
            title: about.title,
            better: direction(about),
            lowest: end(about.range.0),
            highest: end(about.range.1),
            interval: listing.interval().to_owned(),
            measures: about.measures,
            undefined_when: about.undefined_when,
            source: about.source,
            example: listing.example.clone(),
            by_group: listing.grouped.clone(),
            range: range(about),
        }
    }
}

impl Entry for Metric {
    fn row(&self) -> Vec<String> {
        let in_suites = self.example.as_ref().map_or("no", |_| "yes");
        vec![
            self.name.to_owned(),
            self.question.clone(),
            self.better.to_owned(),
            self.range.clone(),
            self.interval.clone(),
            in_suites.to_owned(),
            self.title.to_owned(),
        ]
    }
}

pub(super) fn all(form: Form, talk: Talk) -> Result<u8, CommandError> {
    let entries: Vec<Metric> = listings().iter().map(Metric::of).collect();
    show("metrics", &HEADS, &entries, form, talk)?;
    if form.format == Format::Text {
        say("");
        say(
            "`titer ls metrics NAME` says what one measures, when it is undefined, and its source.",
        );
    }
    Ok(0)
}

pub(super) fn one(name: &str, form: Form) -> Result<u8, CommandError> {
    let known = listings();
    // Of one name for several questions.
    let found: Vec<Metric> = known
        .iter()
        .filter(|one| one.about.name == name)
        .map(Metric::of)
        .collect();
    if found.is_empty() {
        let names: Vec<&str> = known.iter().map(|one| one.about.name).collect();
        return Err(CommandError::Argument(format!(
            "there is no metric `{name}`; {}",
            titer_spec::suggest::cure(name, &names)
        )));
    }
    match form.format {
        Format::Json => show("metrics", &HEADS, &found, form, Talk::default())?,
        Format::Text => found.iter().for_each(tell),
    }
    Ok(0)
}

fn tell(metric: &Metric) {
    say(&format!(
        "{} ({}, {})",
        metric.title, metric.name, metric.question
    ));
    say(&format!("  measures   {}", metric.measures));
    say(&format!("  better     {}", metric.better));
    say(&format!("  range      {}", metric.range));
    say(&format!("  undefined  when {}", metric.undefined_when));
    say(&format!("  interval   {}", metric.interval));
    say(&format!("  source     {}", metric.source));
    match &metric.example {
        Some(example) => say(&format!("  in a suite {example}")),
        None => say("  in a suite not yet: the library computes it"),
    }
    if let Some(grouped) = &metric.by_group {
        say(&format!("  by group   {grouped}"));
    }
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
