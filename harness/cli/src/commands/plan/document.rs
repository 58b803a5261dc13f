//! A plan as it is shown: in words, or as JSON.

use serde::Serialize;
use titer_report::estimate;
use titer_run::Planned;
use titer_spec::Plan;
use titer_spec::plan::Only;

use super::cautions::cautions;
use super::outlook::Outlook;
use super::searches;
use crate::console::{bytes, complain, say, say_table};

/// What an evaluation would run.
#[derive(Serialize)]
pub(super) struct Document<'a> {
    evaluation: &'a str,
    summary: &'a str,
    seed: u64,
    threads: usize,
    /// Examples per dataset at most.
    limit: Option<usize>,
    /// Whether it decides nothing, whatever comes out.
    look: bool,
    /// Which part of the evaluation is planned; empty lists: all of it.
    only: &'a Only,
    datasets: Vec<Dataset<'a>>,
    ladders: Vec<Ladder<'a>>,
    variants: Vec<Variant<'a>>,
    /// How many predictions of one variant on one dataset, clean or perturbed; those of controls among them.
    cells: usize,
    /// How many variants are measured.
    measured: usize,
    /// What is searched for, on how many datasets by how many variants.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    searches: Vec<String>,
    gates: Vec<Gate>,
    /// What the reader of the verdict should know beforehand.
    cautions: Vec<String>,
    controls: Vec<Control<'a>>,
    left_out: Vec<LeftOut<'a>>,
    notes: Vec<String>,
    outlook: Outlook,
}

#[derive(Serialize)]
struct Dataset<'a> {
    suite: &'a str,
    dataset: &'a str,
    in_distribution: bool,
    organism: &'a str,
    examples: u64,
    /// Without a limit.
    available: u64,
    /// What intervals are clustered by; `None`: nothing.
    clusters: Option<&'a str>,
}

#[derive(Serialize)]
struct Ladder<'a> {
    suite: &'a str,
    ladder: &'a str,
    /// What changes along it.
    shift: &'a str,
    /// Datasets from home outwards; empty where the steps are groups of one dataset.
    steps: Vec<&'a str>,
    /// The distance of each step, where they are stated.
    distances: Option<Vec<f64>>,
    /// The unit of the distances.
    unit: Option<&'a str>,
    /// The dataset whose groups are the steps.
    dataset: Option<&'a str>,
    /// The stratum of those groups.
    by: Option<&'a str>,
}

#[derive(Serialize)]
struct Variant<'a> {
    model: &'a str,
    variant: &'a str,
    /// Whether the model's other variants are compared with it.
    reference: bool,
    /// What it is compared with where that is of another model or run.
    against: Option<&'a str>,
    /// The earlier run that its cells are taken from, and when that started.
    earlier: Option<(&'a str, &'a str)>,
    runtime: &'a str,
    precision: &'a str,
    bytes: u64,
}

#[derive(Serialize)]
struct Gate {
    gate: String,
    checks: usize,
}

#[derive(Serialize)]
struct Control<'a> {
    control: &'a str,
    suite: &'a str,
    /// What it is fitted on, in words.
    fitted_on: Option<String>,
}

#[derive(Serialize)]
struct LeftOut<'a> {
    what: &'a str,
    why: &'a str,
}

impl<'a> Document<'a> {
    pub(super) fn new(planned: &'a Planned, outlook: Outlook) -> Self {
        let plan = &planned.plan;
        Self {
            evaluation: &plan.evaluation,
            summary: &plan.summary,
            seed: plan.seed,
            threads: plan.threads,
            limit: plan.limit,
            look: plan.is_look(),
            only: &plan.only,
            datasets: datasets(plan),
            ladders: ladders(plan),
            variants: variants(plan),
            cells: plan.all_cells().count(),
            measured: plan.measurements.len(),
            searches: searches::lines(plan),
            gates: plan
                .gates
                .iter()
                .map(|gate| Gate {
                    gate: gate.to_string(),
                    checks: titer_judge::matches(plan, gate),
                })
                .collect(),
            cautions: cautions(plan),
            controls: controls(plan),
            left_out: plan
                .left_out
                .iter()
                .map(|left| LeftOut {
                    what: &left.what,
                    why: &left.why,
                })
                .collect(),
            notes: notes(planned),
            outlook,
        }
    }

    pub(super) fn tell(&self, is_quiet: bool) {
        let title = [self.evaluation, self.summary];
        say(title.join(": ").trim_end_matches(": "));
        say("");
        self.tell_datasets();
        self.ladders.iter().for_each(|one| say(&one.line()));
        say("");
        self.tell_variants();
        say("");
        say(&format!(
            "{}, {} measured, {}, seed {}",
            counted(self.cells, "cell"),
            counted(self.measured, "variant"),
            counted(self.threads, "thread"),
            self.seed
        ));
        self.searches.iter().for_each(|search| say(search));
        for (index, Gate { gate, checks }) in self.gates.iter().enumerate() {
            say(&format!(
                "gate {}: {gate} ({})",
                index + 1,
                counted(*checks, "check")
            ));
        }
        self.cautions.iter().for_each(|caution| say(caution));
        for one in &self.controls {
            let on = match &one.fitted_on {
                Some(on) => format!("fitted on {on}"),
                None => "nothing fitted, the models themselves".to_owned(),
            };
            say(&format!(
                "control {} of suite {}: {on}",
                one.control, one.suite
            ));
        }
        for left in &self.left_out {
            say(&format!("left out: {}: {}", left.what, left.why));
        }
        for note in self.notes.iter().filter(|_| !is_quiet) {
            complain(&format!("note: {note}"));
        }
        self.outlook.tell();
    }

    fn tell_datasets(&self) {
        let row = |one: &Dataset<'_>| {
            vec![
                one.suite.to_owned(),
                one.dataset.to_owned(),
                if one.in_distribution { "in" } else { "out of" }.to_owned(),
                one.organism.to_owned(),
                one.examples.to_string(),
                one.clusters.unwrap_or("none").to_owned(),
            ]
        };
        let heads = [
            "suite",
            "dataset",
            "distribution",
            "organism",
            "examples",
            "clusters",
        ];
        let rows: Vec<Vec<String>> = self.datasets.iter().map(row).collect();
        say_table(&heads, &rows);
    }

    fn tell_variants(&self) {
        let row = |one: &Variant<'_>| {
            let held = match (one.earlier, one.against) {
                (Some((run, started)), _) => format!("from {run}, {started}"),
                (None, Some(against)) => format!("held against {against}"),
                (None, None) if one.reference => "reference".to_owned(),
                (None, None) => String::new(),
            };
            vec![
                one.model.to_owned(),
                one.variant.to_owned(),
                held,
                one.runtime.to_owned(),
                one.precision.to_owned(),
                bytes(one.bytes),
            ]
        };
        let rows: Vec<Vec<String>> = self.variants.iter().map(row).collect();
        say_table(
            &["model", "variant", "", "runtime", "precision", "size"],
            &rows,
        );
    }
}

fn datasets(plan: &Plan) -> Vec<Dataset<'_>> {
    let mut datasets = Vec::new();
    for suite in &plan.suites {
        datasets.extend(suite.datasets.iter().map(|dataset| Dataset {
            suite: &suite.name,
            dataset: &dataset.name,
            in_distribution: dataset.in_distribution,
            organism: &dataset.organism,
            examples: dataset.count,
            available: dataset.available,
            clusters: dataset.cluster.as_deref(),
        }));
    }
    datasets
}

fn ladders(plan: &Plan) -> Vec<Ladder<'_>> {
    let mut ladders = Vec::new();
    for suite in &plan.suites {
        ladders.extend(suite.ladders.iter().map(|ladder| {
            Ladder {
                suite: &suite.name,
                ladder: &ladder.name,
                shift: ladder.shift_name(),
                steps: ladder
                    .steps()
                    .iter()
                    .map(|step| step.dataset.as_str())
                    .collect(),
                distances: ladder.distances(),
                unit: ladder.unit.as_deref(),
                dataset: ladder.groups().map(|(dataset, _)| dataset),
                by: ladder.groups().map(|(_, stratum)| stratum),
            }
        }));
    }
    ladders
}

impl Ladder<'_> {
    /// "ladder species of splice-donor: splice-human-chr20, splice-fly-chr2r, splice-yeast".
    fn line(&self) -> String {
        let at = |number: usize, step: &str| match (&self.distances, self.unit) {
            (Some(distances), Some(unit)) => format!("{step} ({} {unit})", distances[number]),
            _ => step.to_owned(),
        };
        let steps = match (self.dataset, self.by) {
            (Some(dataset), Some(by)) => format!("groups of {dataset} by {by}"),
            _ => {
                let steps = self.steps.iter().enumerate();
                let steps: Vec<String> = steps.map(|(number, step)| at(number, step)).collect();
                steps.join(", ")
            }
        };
        format!("ladder {} of {}: {steps}", self.ladder, self.suite)
    }
}

fn variants(plan: &Plan) -> Vec<Variant<'_>> {
    let mut variants = Vec::new();
    for model in &plan.models {
        let against = model.against.as_ref().map(|_| model.reference.as_str());
        let earlier = model.earlier.as_ref();
        variants.extend(model.variants.iter().map(|variant| Variant {
            model: &model.name,
            variant: &variant.name,
            reference: against.is_none() && variant.name == model.reference,
            against,
            earlier: earlier.map(|it| (it.run.as_str(), it.started_at.as_str())),
            runtime: &variant.runtime,
            precision: &variant.precision,
            bytes: variant.disk_bytes,
        }));
    }
    variants
}

fn controls(plan: &Plan) -> Vec<Control<'_>> {
    let control = |one: &'_ titer_spec::plan::PlannedControl| {
        let on = one.fitted_on.as_ref();
        on.map(|on| format!("{} {} examples of {}", on.count, on.split, on.dataset))
    };
    let controls = plan.controls.iter();
    controls
        .map(|one| Control {
            control: &one.name,
            suite: &one.suite,
            fitted_on: control(one),
        })
        .collect()
}

fn notes(planned: &Planned) -> Vec<String> {
    let mut notes = planned.notes.clone();
    let pages = estimate::pages(&planned.plan);
    if pages > 1 {
        notes.push(format!(
            "about {} scores are too many for one page: the report will have about {pages}, with what decides on the first",
            estimate::scores(&planned.plan)
        ));
    }
    notes
}

/// "1 cell", "2 cells".
pub(super) fn counted(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}
