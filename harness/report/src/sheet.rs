//! `sheet.html`: one page in plain words for people who decide and do not read statistics.

use std::collections::BTreeMap;

use serde::Serialize;
use titer_core::{Contrast, GateVerdict};
use titer_spec::plan::Exposure;

use crate::context::builds::against::shown;
use crate::context::builds::costs::{Costs, Ratio};
use crate::context::builds::{Reference, changed};
use crate::context::gates::verdicts;
use crate::context::header::{Header, header};
use crate::error::ReportError;
use crate::index::{Index, Subject};
use crate::input::ReportInput;
use crate::number::{count, counted, decimals, signed, signed_range};
use crate::template;
use crate::words;

/// The most rows of a table: the sheet is one page.
const MAX_ROWS: usize = 12;

#[derive(Serialize)]
struct Sheet<'a> {
    header: Header,
    limited: bool,
    titer: &'a str,
    digest: String,
    command: &'a str,
    machine: Option<&'a str>,
    gates: Vec<String>,
    models: Vec<ModelRow>,
    data: Vec<DataRow>,
    results: Vec<ResultRow>,
    costs: Vec<CostRow>,
    /// What the results are measured by.
    metrics: Vec<(String, &'static str)>,
    /// Whether time and memory were measured.
    measured: bool,
    /// Whether licences have conditions that are not shown.
    conditions: bool,
    /// What is left out of the tables, in words.
    cuts: Vec<String>,
    cautions: Vec<String>,
}

/// What was tested.
#[derive(Serialize)]
struct ModelRow {
    name: String,
    summary: String,
    builds: String,
    licence: String,
}

/// On whose data.
#[derive(Serialize)]
struct DataRow {
    name: String,
    organism: String,
    examples: String,
    /// "familiar" or "unfamiliar".
    side: &'static str,
    /// Models by whether they were trained on it.
    training: String,
    licence: String,
}

/// How good it is.
#[derive(Serialize)]
struct ResultRow {
    model: String,
    dataset: String,
    metric: String,
    value: String,
    /// The build that loses most, with its difference.
    worst: String,
}

/// What it costs.
#[derive(Serialize)]
struct CostRow {
    model: String,
    build: String,
    latency: String,
    memory: String,
    size: String,
    changed: String,
}

/// The sheet's text.
///
/// # Errors
/// The template names something that its context does not hold.
pub fn sheet(input: &ReportInput) -> Result<String, ReportError> {
    let index = Index::new(input, 2);
    let manifest = &input.manifest;
    let mut sheet = Sheet {
        header: header(&index),
        limited: index.limited(),
        titer: &manifest.titer,
        digest: manifest.evaluation_digest.to_string(),
        command: &manifest.command,
        machine: manifest.machine.get("processor").map(String::as_str),
        metrics: metrics(&index),
        measured: index.input.measurements.values().any(Result::is_ok),
        conditions: false,
        gates: rules(&index),
        models: models(&index),
        data: data(&index),
        results: results(&index),
        costs: costs(&index),
        cuts: Vec::new(),
        cautions: cautions(&index),
    };
    let conditions = licences(&sheet).any(|licence| licence.contains(CONDITIONS));
    sheet.conditions = conditions;
    let mut cuts = Vec::new();
    let mut cut = |what: &str, all: usize| {
        if all > MAX_ROWS {
            cuts.push(format!("{} of {} {what}", MAX_ROWS, count(all as u64)));
        }
    };
    cut("rules", sheet.gates.len());
    cut("models", sheet.models.len());
    cut("datasets", sheet.data.len());
    cut("results", sheet.results.len());
    cut("builds", sheet.costs.len());
    sheet.gates.truncate(MAX_ROWS);
    sheet.models.truncate(MAX_ROWS);
    sheet.data.truncate(MAX_ROWS);
    sheet.results.truncate(MAX_ROWS);
    sheet.costs.truncate(MAX_ROWS);
    sheet.cuts = cuts;
    template::fill("sheet.html", &sheet)
}

/// The rules that decided, each once.
fn rules(index: &Index<'_>) -> Vec<String> {
    let mut rules: Vec<String> = Vec::new();
    for rule in index.plan().gates.iter().map(ToString::to_string) {
        if !rules.contains(&rule) {
            rules.push(rule);
        }
    }
    rules
}

fn models(index: &Index<'_>) -> Vec<ModelRow> {
    let models = index.plan().models.iter();
    let row = |model: &titer_spec::plan::PlannedModel| {
        let names: Vec<String> = model
            .variants
            .iter()
            .map(|variant| match variant.name == model.reference {
                true => format!("{} (the reference)", variant.name),
                false => variant.name.clone(),
            })
            .collect();
        ModelRow {
            name: model.name.clone(),
            summary: model.summary.clone(),
            builds: words::and_list(&names),
            licence: brief(&model.licence),
        }
    };
    models.map(row).collect()
}

fn data(index: &Index<'_>) -> Vec<DataRow> {
    let mut rows: Vec<DataRow> = Vec::new();
    for suite in &index.plan().suites {
        for dataset in &suite.datasets {
            if rows.iter().any(|row| row.name == dataset.name) {
                continue;
            }
            rows.push(DataRow {
                name: dataset.name.clone(),
                organism: dataset.organism.clone(),
                examples: count(dataset.count),
                side: match dataset.in_distribution {
                    true => "familiar",
                    false => "unfamiliar",
                },
                training: training(index, &dataset.name),
                licence: brief(&dataset.licence),
            });
        }
    }
    rows
}

/// Marks a licence of which more is said than its name.
const CONDITIONS: &str = "*";

fn licences<'a>(sheet: &'a Sheet<'_>) -> impl Iterator<Item = &'a String> {
    let models = sheet.models.iter().map(|row| &row.licence);
    models.chain(sheet.data.iter().map(|row| &row.licence))
}

/// The names of licences; one of which more is said is marked, for its conditions stand in the report.
fn brief(licence: &BTreeMap<String, String>) -> String {
    let name = |text: &String| {
        let ends = [", ", ". ", "; ", " ("].map(|end| text.find(end).unwrap_or(text.len()));
        let end = ends.into_iter().min().unwrap_or(text.len());
        match text.get(..end) {
            Some(name) if end < text.len() => format!("{name}{CONDITIONS}"),
            _ => text.clone(),
        }
    };
    let mut names: Vec<String> = Vec::new();
    for name in licence.values().map(name) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    match names.is_empty() {
        true => "not stated".to_owned(),
        false => names.join("; "),
    }
}

/// Whether models were trained on a dataset: "yes", "no", or which of them.
fn training(index: &Index<'_>, dataset: &str) -> String {
    let plan = index.plan();
    let known = |wanted: Exposure| -> Vec<String> {
        let models = plan.models.iter().map(|model| model.name.as_str());
        models
            .filter(|model| index.training(model, dataset) == Some(wanted))
            .map(str::to_owned)
            .collect()
    };
    let all = [
        ("yes", known(Exposure::Seen)),
        ("no", known(Exposure::HeldOut)),
        ("not known", known(Exposure::Unknown)),
    ];
    let some: Vec<&(&str, Vec<String>)> = all.iter().filter(|(_, of)| !of.is_empty()).collect();
    match some.as_slice() {
        [(word, _)] => (*word).to_owned(),
        several => several
            .iter()
            .map(|(word, of)| format!("{word}: {}", words::and_list(of)))
            .collect::<Vec<String>>()
            .join("; "),
    }
}

fn results(index: &Index<'_>) -> Vec<ResultRow> {
    let subjects = index.subjects().into_iter();
    subjects
        .flat_map(|subject| results_of(index, subject))
        .collect()
}

fn results_of(index: &Index<'_>, subject: Subject<'_>) -> Vec<ResultRow> {
    let metric = subject.main_metric();
    let classes = subject.classes_of(metric);
    let datasets = subject.datasets().iter();
    datasets
        .flat_map(|dataset| classes.iter().map(move |class| (&dataset.name, *class)))
        .map(|place| result(index, subject, metric, place))
        .collect()
}

/// The reference's value on a dataset and class, and the build that does worst there.
fn result(
    index: &Index<'_>,
    subject: Subject<'_>,
    metric: &'static str,
    (dataset, class): (&String, Option<&str>),
) -> ResultRow {
    let (base, reference) = subject.model.base();
    let mut key = subject.key(reference, dataset, None, metric, class);
    base.clone_into(&mut key.case.model);
    let value = index
        .score(&key)
        .and_then(|score| score.value.as_ref().ok());
    let candidates = subject.candidates().into_iter();
    let differences = candidates.filter_map(|variant| {
        let key = subject.key(&variant.name, dataset, None, metric, class);
        let found = index.comparison(Contrast::Reference, &key)?;
        Some((
            variant.name.as_str(),
            *found.difference.as_ref().ok()?,
            found,
        ))
    });
    let sign = words::sign(metric);
    let worst = differences.min_by(|a, b| (sign * a.1).total_cmp(&(sign * b.1)));
    ResultRow {
        model: subject.model.name.clone(),
        dataset: match class {
            Some(class) => format!("{dataset}, {class}"),
            None => dataset.clone(),
        },
        metric: words::label(metric),
        value: shown(value.copied()),
        worst: worst.map_or_else(
            || "–".to_owned(),
            |(name, value, found)| match &found.interval {
                Ok(interval) => {
                    let places = decimals(value, Some(interval)).max(3);
                    let ends = signed_range(interval, places);
                    format!("{name} {} ({ends})", signed(value, places))
                }
                Err(_) => format!("{name} {} (no interval)", signed(value, 3)),
            },
        ),
    }
}

/// The metrics of the results, each with what it measures.
fn metrics(index: &Index<'_>) -> Vec<(String, &'static str)> {
    let mut metrics: Vec<(String, &'static str)> = Vec::new();
    for subject in index.subjects() {
        let metric = subject.main_metric();
        let about = titer_judge::about(metric);
        let row = about.map(|about| (words::label(metric), about.measures));
        metrics.extend(row.filter(|row| !metrics.contains(row)));
    }
    metrics
}

fn costs(index: &Index<'_>) -> Vec<CostRow> {
    let mut rows = Vec::new();
    for subject in index.subjects() {
        let costs = Costs::new(index, subject.model);
        let own = Reference::new(index, subject, &costs);
        let nothing = || "not measured".to_owned();
        rows.push(CostRow {
            model: subject.model.name.clone(),
            build: own.name,
            latency: own.latency.unwrap_or_else(nothing),
            memory: own.memory.unwrap_or_else(nothing),
            size: own.size.unwrap_or_else(nothing),
            changed: "–".to_owned(),
        });
        let ratio = |one: Option<Ratio>| match one {
            None => nothing(),
            Some(Ratio { value, range, .. }) => match range {
                Some(range) => format!("{value} ({range})"),
                None => value,
            },
        };
        rows.extend(subject.candidates().into_iter().map(|variant| CostRow {
            model: subject.model.name.clone(),
            build: variant.name.clone(),
            latency: ratio(costs.latency(&variant.name)),
            memory: ratio(costs.memory(&variant.name)),
            size: ratio(costs.size(&variant.name)),
            changed: changed(index, subject, &variant.name).unwrap_or_else(|| "–".to_owned()),
        }));
    }
    rows
}

/// What the sheet must not be taken for.
fn cautions(index: &Index<'_>) -> Vec<String> {
    let mut cautions = Vec::new();
    let seen: Vec<&GateVerdict> = verdicts(index)
        .filter(|one| {
            let dataset = one.dataset.as_deref();
            dataset
                .is_some_and(|dataset| index.training(&one.model, dataset) == Some(Exposure::Seen))
        })
        .collect();
    if !seen.is_empty() {
        cautions.push(format!(
            "{} on data that the models were trained on: a model may know such examples by heart.",
            match seen.len() as u64 {
                1 => "1 check is".to_owned(),
                many => format!("{} are", counted(many, "check", "checks")),
            }
        ));
    }
    cautions.push(
        "The result holds for the data named here. Other species, sequencers, tissues and populations were not tried."
            .to_owned(),
    );
    if index.input.measurements.values().any(Result::is_ok) {
        cautions.push("Time and memory hold for the machine named here.".to_owned());
    }
    cautions.push("Nothing here shows that a model is fit for diagnosis or treatment.".to_owned());
    cautions
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::page::assert_balanced;

    #[test]
    fn the_sheet_answers_and_warns() {
        for input in [
            fixture::run(),
            fixture::limited(),
            fixture::empty(),
            fixture::large(40),
        ] {
            let html = sheet(&input).unwrap();
            assert_balanced(&html);
            for outside in ["http://", "https://", "src=", "<script", "<link"] {
                assert!(!html.contains(outside), "{outside}");
            }
            assert!(html.contains("What it must not be taken for"));
        }
        let html = sheet(&fixture::run()).unwrap();
        assert!(html.contains("on data that the models were trained on"));
        assert!(html.contains("example-donor") && html.contains("splice-yeast"));
        assert!(!html.contains("For a look only"));
        // Each class stands beside its own reference.
        assert!(html.contains("splice-yeast-positions, acceptor"), "{html}");
        assert!(
            sheet(&fixture::limited())
                .unwrap()
                .contains("For a look only")
        );
    }

    #[test]
    fn what_one_page_has_no_room_for_is_said() {
        let html = sheet(&fixture::large(40)).unwrap();
        assert!(html.contains("12 of 40 datasets"), "{html}");
        assert!(!sheet(&fixture::run()).unwrap().contains("12 of"));
    }
}
