//! What the planned comparisons could show, and which gates cannot be decided.

use std::path::{Path, PathBuf};

use serde::Serialize;
use titer_core::Comparison;
use titer_judge::gates::void::void_checks;
use titer_judge::outlook::{
    AUROC, CORRELATIONS, FLIP_RATES, Known, Size, assumed, known, undecidable,
};
use titer_run::Planned;
use titer_spec::Question;
use titer_store::RunFolder;

use crate::console::{say, say_table};
use crate::error::CommandError;

/// What differences could be seen, and which gates may stay undecided.
#[derive(Serialize)]
pub(super) struct Outlook {
    /// The run whose spread tells it; `None`: it is assumed.
    by: Option<String>,
    /// By that run: the smallest difference to the reference that is seen with 80 % power.
    known: Vec<KnownRow>,
    /// Under assumptions: the same.
    assumed: Vec<AssumedRow>,
    undecided: Vec<Open>,
    void: Vec<Open>,
}

#[derive(Serialize)]
struct KnownRow {
    suite: String,
    model: String,
    variant: String,
    dataset: String,
    metric: String,
    class: Option<String>,
    standard_error: f64,
    detectable: f64,
}

/// Detectable differences; `None`: not even a large one.
#[derive(Serialize)]
struct AssumedRow {
    suite: String,
    dataset: String,
    positive: u64,
    negative: u64,
    /// Of accuracy, where so many calls flip.
    accuracy: Vec<Assumption>,
    /// Of AUROC, where answers correlate so much.
    auroc: Vec<Assumption>,
}

#[derive(Serialize)]
struct Assumption {
    assumed: f64,
    detectable: Option<f64>,
}

/// What stands in the way of a gate.
#[derive(Serialize)]
struct Open {
    /// The gate's number, from 1.
    gate: usize,
    because: String,
}

/// The outlook: by an earlier run where there is one, else under assumptions.
pub(super) fn outlook(planned: &Planned, earlier: Option<&Path>) -> Result<Outlook, CommandError> {
    let plan = &planned.plan;
    let folder = earlier.map_or_else(
        || PathBuf::from("runs").join(&plan.evaluation),
        Path::to_owned,
    );
    let comparisons = read(&folder, earlier.is_some())?;
    let gated: Vec<&str> = plan
        .gates
        .iter()
        .filter(|gate| gate.against_reference().is_some())
        .filter_map(titer_spec::Gate::metric)
        .collect();
    let mut found = known(plan, &comparisons);
    if !gated.is_empty() {
        found.retain(|one| gated.contains(&one.metric.as_str()));
    }
    let sizes = sizes(planned);
    let gates = || (1..).zip(&plan.gates);
    let undecided = gates().flat_map(|(gate, rule)| {
        let lines = undecidable(plan, rule, &comparisons, &sizes);
        open(gate, lines)
    });
    let undecided = undecided.collect();
    let mut void = Vec::new();
    let run = RunFolder::at(&folder);
    if let (Ok(scores), Ok(controls)) = (run.read_rows::<titer_core::Score>(), run.read_rows()) {
        for (gate, rule) in gates() {
            let lines = void_checks(plan, rule, (&scores, &comparisons, &controls));
            void.extend(open(gate, lines));
        }
    }
    Ok(Outlook {
        by: (!found.is_empty()).then(|| folder.display().to_string()),
        assumed: match found.is_empty() {
            true => sizes.iter().map(assumed_row).collect(),
            false => Vec::new(),
        },
        known: found.into_iter().map(known_row).collect(),
        undecided,
        void,
    })
}

fn open(gate: usize, lines: Vec<String>) -> impl Iterator<Item = Open> {
    let open = move |because| Open { gate, because };
    lines.into_iter().map(open)
}

/// The comparisons of an earlier run. A folder that was named must hold some.
fn read(folder: &Path, named: bool) -> Result<Vec<Comparison>, CommandError> {
    let folder = RunFolder::at(folder);
    if !named && !folder.exists() {
        return Ok(Vec::new());
    }
    match folder.read_rows::<Comparison>() {
        Ok(comparisons) => Ok(comparisons),
        Err(error) if named => Err(error.into()),
        Err(_) => Ok(Vec::new()),
    }
}

fn sizes(planned: &Planned) -> Vec<Size> {
    let mut sizes = Vec::new();
    for suite in &planned.plan.suites {
        let Question::Binary(binary) = &suite.question else {
            continue;
        };
        for dataset in &suite.datasets {
            let key = (
                suite.name.clone(),
                dataset.name.clone(),
                suite.split.clone(),
            );
            let Some(data) = planned.data.get(&key) else {
                continue;
            };
            let positive = dataset
                .classes
                .iter()
                .position(|class| *class == binary.positive);
            let seen = positive.and_then(|class| data.survey.classes.get(&class));
            let positives = seen.map_or(0, |(count, _)| *count as u64);
            sizes.push(Size {
                suite: suite.name.clone(),
                dataset: dataset.name.clone(),
                positives,
                negatives: data.survey.count() - positives,
            });
        }
    }
    sizes
}

fn known_row(one: Known) -> KnownRow {
    KnownRow {
        suite: one.suite,
        model: one.model,
        variant: one.variant,
        dataset: one.dataset,
        metric: one.metric,
        class: one.class,
        standard_error: one.standard_error,
        detectable: one.detectable,
    }
}

fn assumed_row(size: &Size) -> AssumedRow {
    let found = assumed(size);
    let of = |(assumed, detectable): (&f64, &Option<f64>)| Assumption {
        assumed: *assumed,
        detectable: *detectable,
    };
    AssumedRow {
        suite: size.suite.clone(),
        dataset: size.dataset.clone(),
        positive: size.positives,
        negative: size.negatives,
        accuracy: FLIP_RATES.iter().zip(&found.accuracy).map(of).collect(),
        auroc: CORRELATIONS.iter().zip(&found.auroc).map(of).collect(),
    }
}

impl Outlook {
    pub(super) fn tell(&self) {
        say("");
        match &self.by {
            Some(folder) => self.tell_known(folder),
            None => self.tell_assumed(),
        }
        for Open { gate, because } in &self.undecided {
            say(&format!(
                "gate {gate} may stay undecided even if both are equal: {because}"
            ));
        }
        for Open { gate, because } in &self.void {
            say(&format!("gate {gate} is void, by that run: {because}"));
        }
    }

    fn tell_known(&self, folder: &str) {
        say(&format!(
            "smallest difference to the reference that is seen with 80 % power, by the spread in {folder}:"
        ));
        let row = |one: &KnownRow| {
            let class = one.class.as_ref();
            let class = class.map_or(String::new(), |class| format!(" {class}"));
            vec![
                one.model.clone(),
                one.variant.clone(),
                one.suite.clone(),
                one.dataset.clone(),
                format!("{}{class}", one.metric),
                format!("{:.2e}", one.standard_error),
                format!("{:.2e}", one.detectable),
            ]
        };
        let heads = [
            "model",
            "variant",
            "suite",
            "dataset",
            "metric",
            "standard error",
            "detectable",
        ];
        let rows: Vec<Vec<String>> = self.known.iter().map(row).collect();
        say_table(&heads, &rows);
    }

    fn tell_assumed(&self) {
        if self.assumed.is_empty() {
            return;
        }
        say(&format!(
            "smallest difference to the reference that is seen with 80 % power. There is no earlier run, so this assumes independent examples, an AUROC of {AUROC}, and the shares of calls that flip (accuracy) and the correlations r of both variants' answers (AUROC) that stand in the heads:"
        ));
        let show = |one: &Assumption| {
            one.detectable
                .map_or("none".to_owned(), |value| format!("{value:.4}"))
        };
        let row = |one: &AssumedRow| {
            let mut row = vec![
                one.suite.clone(),
                one.dataset.clone(),
                one.positive.to_string(),
                one.negative.to_string(),
            ];
            row.extend(one.accuracy.iter().chain(&one.auroc).map(show));
            row
        };
        let accuracy = FLIP_RATES.map(|rate| format!("accuracy, {} % flip", 100.0 * rate));
        let auroc = CORRELATIONS.map(|correlation| format!("auroc, r {correlation}"));
        let mut heads = vec!["suite", "dataset", "positive", "negative"];
        heads.extend(accuracy.iter().chain(&auroc).map(String::as_str));
        let rows: Vec<Vec<String>> = self.assumed.iter().map(row).collect();
        say_table(&heads, &rows);
    }
}
