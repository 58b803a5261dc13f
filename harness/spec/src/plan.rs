//! The plan: an evaluation with every name resolved and every default filled.
//!
//! It holds all that judging and reporting need, so that a run folder can be judged again without the
//! files that the evaluation named.

mod conditions;
mod ladder;
mod matrix;
mod only;
mod policy;
mod search;
mod similarity;

pub use ladder::{PlannedLadder, PlannedStep, Rungs, SIMILARITY, of_quantiles, quantiles};
pub use matrix::{MatrixPoint, PlannedAxis, PlannedMatrix};
pub use only::Only;
pub use policy::PlannedPolicy;
pub use search::{PlannedSearch, SearchSpec};
pub use similarity::{PlannedSimilarity, PlannedTraining};

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::{Case, Condition, Digest, Effect};

use crate::control::ControlSpec;
use crate::evaluation::{Determinism, Isolate, Latency, MustFallThen, RareFlips, UngatedLosses};
use crate::gate::Gate;
use crate::model::{Backend, Meaning, OutputKind, Training};
use crate::suite::{Positions, Question, RecalibrationMethod, Shift, Values};
use titer_metrics::MetricSpec;

fn yes() -> bool {
    true
}

/// A resolved evaluation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The evaluation's name.
    pub evaluation: String,
    /// Its summary.
    pub summary: String,
    /// Keys every random stream.
    pub seed: u64,
    /// Threads of a backend.
    pub threads: usize,
    /// Examples per dataset and split at most; `None` is all.
    pub limit: Option<usize>,
    /// Whether that limit came from the command line (`--limit`): a look, on which nothing is decided.
    #[serde(default = "yes")]
    pub look: bool,
    /// The part of the evaluation that the command line asked for: a look, too.
    #[serde(default, skip_serializing_if = "Only::is_all")]
    pub only: Only,
    /// Seconds that a cell or a measurement may take.
    pub time_limit_s: u64,
    /// Bootstrap replicates.
    pub replicates: usize,
    /// Whether gates may compare cells of machines with different instruction sets.
    #[serde(default)]
    pub across_machines: bool,
    /// What a loss that no gate covers does to the verdict.
    #[serde(default)]
    pub ungated_losses: UngatedLosses,
    /// What answers that stay where the target was destroyed do to the verdict.
    #[serde(default)]
    pub must_fall: MustFallThen,
    /// What is assumed of clusters that were not seen to flip, where flips are rare.
    #[serde(default)]
    pub rare_flips: RareFlips,
    /// How much of a clean cell is asked twice.
    #[serde(default, skip_serializing_if = "Determinism::is_sample")]
    pub determinism: Determinism,
    /// What has a process of its own; `None`: it depends on the backend.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub isolate: Option<Isolate>,
    /// By metric: losses up to this are not told one by one.
    #[serde(default)]
    pub tolerances: BTreeMap<String, f64>,
    /// Suites that are paired with a model.
    pub suites: Vec<PlannedSuite>,
    /// Models that are paired with a suite.
    pub models: Vec<PlannedModel>,
    /// Which model runs on which suite's datasets, and what it knew of them.
    pub pairs: Vec<Pair>,
    /// Everything to predict, in order.
    pub cells: Vec<PlannedCell>,
    /// Everything to measure.
    pub measurements: Vec<PlannedMeasurement>,
    /// How to measure.
    pub latency: Option<Latency>,
    /// Rules: those of the evaluation, then those of its policy.
    pub gates: Vec<Gate>,
    /// The policy that the last of them come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<PlannedPolicy>,
    /// Controls, with the cells that they predict.
    #[serde(default)]
    pub controls: Vec<PlannedControl>,
    /// Searches, those of references first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub searches: Vec<PlannedSearch>,
    /// What the evaluation names and the plan leaves out.
    pub left_out: Vec<LeftOut>,
}

/// A resolved suite.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedSuite {
    /// Its name.
    pub name: String,
    /// Its summary.
    pub summary: String,
    /// Its task.
    pub task: String,
    /// What is asked.
    pub question: Question,
    /// The split that is scored.
    pub split: String,
    /// Metrics.
    pub metrics: Vec<MetricSpec>,
    /// Datasets, in-distribution first.
    pub datasets: Vec<PlannedDataset>,
    /// Ladders, in the suite's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ladders: Vec<PlannedLadder>,
    /// What is done to its examples, in order, beside leaving them clean.
    #[serde(deserialize_with = "conditions::read")]
    pub perturbations: Vec<Condition>,
    /// What scores are broken down by.
    #[serde(default)]
    pub strata: Vec<String>,
    /// How to recalibrate.
    #[serde(default)]
    pub recalibrate: Vec<RecalibrationMethod>,
    /// What recalibration is fitted on; `None`: nothing is asked for, or no dataset has a tuning split.
    #[serde(default)]
    pub tuning: Option<PlannedTuning>,
    /// Whether to ask how well outputs tell in- from out-of-distribution examples.
    #[serde(default)]
    pub detect_out_of_distribution: bool,
    /// The share of positives that metrics are given at, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prevalence: Option<f64>,
    /// What the similarity of examples is measured to; `None`: nothing is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub similarity: Option<PlannedSimilarity>,
    /// The digest of its file.
    pub digest: Digest,
}

/// A tuning split: recalibration is fitted on it, and nothing on it is a result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedTuning {
    /// The in-distribution dataset.
    pub dataset: String,
    /// Digest of its tuning examples.
    pub examples: Digest,
    /// How many those are.
    pub count: u64,
    /// The dataset, where a part of an evaluation leaves it out of the suite and only fits on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub apart: Option<Box<PlannedDataset>>,
}

/// The split that recalibration is fitted on.
pub const TUNING: &str = "tuning";

/// The split that models are trained on, and controls where a dataset has it.
pub const TRAIN: &str = "train";

impl Plan {
    /// The cells of models, those of controls and those of searches.
    pub fn all_cells(&self) -> impl Iterator<Item = &PlannedCell> {
        let of_controls = self.controls.iter().flat_map(|control| &control.cells);
        let of_searches = self.searches.iter().map(|search| &search.cell);
        self.cells.iter().chain(of_controls).chain(of_searches)
    }

    /// Whether the command line left something out, so that nothing is decided: examples by `--limit`, or whole suites, datasets,
    /// models or variants. A limit that the evaluation states is part of what it asks.
    #[must_use]
    pub fn is_look(&self) -> bool {
        let mut datasets = self.suites.iter().flat_map(|suite| &suite.datasets);
        let is_cut = self.look && datasets.any(|dataset| dataset.count < dataset.available);
        is_cut || !self.only.is_all()
    }

    /// What on the command line made it a look, as in `--limit --variant int8`.
    #[must_use]
    pub fn look_options(&self) -> String {
        let limit = self.limit.filter(|_| self.look);
        let limit = limit.map(|_| "--limit".to_owned());
        let only = Some(self.only.options()).filter(|options| !options.is_empty());
        limit.into_iter().chain(only).collect::<Vec<_>>().join(" ")
    }

    /// The plan without what is only read by people: two plans that differ in nothing else come to the same numbers.
    #[must_use]
    pub fn without_words(&self) -> Self {
        let mut plan = self.clone();
        plan.summary.clear();
        for suite in &mut plan.suites {
            suite.summary.clear();
            suite.digest = Digest::of(b"");
            for dataset in &mut suite.datasets {
                dataset.summary.clear();
                dataset.show_sequences = false;
                dataset.licence.clear();
                dataset.caveats.clear();
                dataset.sources.clear();
                dataset.changes = None;
            }
        }
        for model in &mut plan.models {
            model.summary.clear();
            model.licence.clear();
            model.sources.clear();
            model.changes = None;
            model.training.description.clear();
            model.digest = Digest::of(b"");
            model.descriptor.clear();
            model.variants.iter_mut().for_each(|it| it.made = None);
        }
        plan
    }
}

impl PlannedSuite {
    /// The kinds of perturbation that do not destroy the target and that the suite has at several severities, each from the
    /// mildest.
    #[must_use]
    pub fn severities(&self) -> Vec<(&str, Vec<&Condition>)> {
        let mut kinds: Vec<(&str, Vec<&Condition>)> = Vec::new();
        for condition in &self.perturbations {
            let is_number = condition.severity.is_some_and(f64::is_finite);
            if !is_number || condition.effect == Effect::Destroyed {
                continue;
            }
            match kinds.iter_mut().find(|(kind, _)| *kind == condition.kind) {
                Some((_, levels)) => levels.push(condition),
                None => kinds.push((&condition.kind, vec![condition])),
            }
        }
        kinds.retain(|(_, levels)| levels.len() > 1);
        for (_, levels) in &mut kinds {
            levels.sort_by(|a, b| {
                a.severity
                    .unwrap_or(0.0)
                    .total_cmp(&b.severity.unwrap_or(0.0))
            });
        }
        kinds
    }

    /// The positions question, if it is one.
    #[must_use]
    pub fn positions(&self) -> Option<&Positions> {
        match &self.question {
            Question::Positions(positions) => Some(positions),
            _ => None,
        }
    }

    /// The several classes that are asked for, one of which is true, if that is the question.
    #[must_use]
    pub fn classes(&self) -> Option<&[String]> {
        match &self.question {
            Question::Classes(asked) => Some(&asked.classes),
            _ => None,
        }
    }

    /// The labels that are asked for, any of which may be true, if that is the question.
    #[must_use]
    pub fn labels(&self) -> Option<&[String]> {
        match &self.question {
            Question::Labels(asked) => Some(&asked.labels),
            _ => None,
        }
    }

    /// The number that is asked for, if that is the question.
    #[must_use]
    pub fn values(&self) -> Option<&Values> {
        match &self.question {
            Question::Values(asked) => Some(asked),
            _ => None,
        }
    }

    /// The classes that a metric is taken for; `None` stands for the question as a whole.
    #[must_use]
    pub fn classes_of(&self, metric: &str) -> Vec<Option<&str>> {
        let named = match &self.question {
            Question::Binary(_) | Question::Values(_) => return vec![None],
            Question::Positions(positions) => &positions.sites,
            Question::Classes(_) if MetricSpec::is_of_all_classes(metric) => return vec![None],
            Question::Classes(asked) => &asked.classes,
            Question::Labels(_) if MetricSpec::is_of_all_labels(metric) => return vec![None],
            Question::Labels(asked) => &asked.labels,
        };
        named.iter().map(|class| Some(class.as_str())).collect()
    }

    /// A ladder of the suite by name.
    #[must_use]
    pub fn ladder(&self, name: &str) -> Option<&PlannedLadder> {
        self.ladders.iter().find(|ladder| ladder.name == name)
    }

    /// A dataset of the suite by name.
    #[must_use]
    pub fn dataset(&self, name: &str) -> Option<&PlannedDataset> {
        self.datasets.iter().find(|dataset| dataset.name == name)
    }
}

/// A resolved dataset of a suite.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedDataset {
    /// Its name.
    pub name: String,
    /// Its summary.
    pub summary: String,
    /// Whether it is in-distribution.
    pub in_distribution: bool,
    /// How far, in the suite author's words.
    pub distance: Option<String>,
    /// What is other than in distribution, where the suite says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift: Option<Shift>,
    /// Species.
    pub organism: String,
    /// Assembly.
    pub assembly: String,
    /// Classes in the order that targets index.
    pub classes: Vec<String>,
    /// Digest of the data file.
    pub digest: Digest,
    /// Digest of the examples that the suite scores (`examples/<short>.parquet`).
    pub examples: Digest,
    /// Digest of what was measured of their sequences (`examples/<short>.inputs.parquet`); `None` in runs of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inputs: Option<Digest>,
    /// Digest of each example's similarity to training data (`examples/<short>.similarity.parquet`); `None` where the suite asks
    /// for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub similarity: Option<Digest>,
    /// How many examples those are.
    pub count: u64,
    /// Examples that the suite would score without a limit.
    pub available: u64,
    /// The cluster column that intervals are clustered by; `None`: examples are independent.
    pub cluster: Option<String>,
    /// Whether its descriptor says that examples are independent (`clusters: none`).
    #[serde(default)]
    pub independent: bool,
    /// Whether letters around the sites of notable examples may be kept in the run folder.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub show_sequences: bool,
    /// Licences.
    pub licence: BTreeMap<String, String>,
    /// Known defects.
    pub caveats: Vec<String>,
    /// Sources in one line each.
    pub sources: Vec<String>,
    /// What was changed from the sources.
    pub changes: Option<String>,
}

/// A resolved model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedModel {
    /// Its name.
    pub name: String,
    /// Its summary.
    pub summary: String,
    /// The descriptor insists on its activation, whatever graph and numbers look like.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub activation_is_right: bool,
    /// A probability at or above it is called positive.
    pub threshold: f64,
    /// Of a label that has a threshold of its own, that one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub thresholds: BTreeMap<String, f64>,
    /// What it was trained on.
    pub training: Training,
    /// Licences.
    pub licence: BTreeMap<String, String>,
    /// Sources in one line each.
    pub sources: Vec<String>,
    /// What was changed from the sources.
    pub changes: Option<String>,
    /// What an output is of.
    pub output: OutputKind,
    /// What the number of a binary output means.
    #[serde(default, skip_serializing_if = "Meaning::is_probability")]
    pub meaning: Meaning,
    /// Of several classes or labels: their names in the order of the output.
    pub output_classes: Vec<String>,
    /// The reference variant's name; where the reference is of another model or run, its model's and its own.
    pub reference: String,
    /// The other model that the reference is a variant of; `None`: it is this model's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<Against>,
    /// Examples per batch when this model predicts.
    pub batch_size: usize,
    /// The variants that run, in order.
    pub variants: Vec<PlannedVariant>,
    /// What is varied of its reference; those variants are among the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matrix: Option<PlannedMatrix>,
    /// The digest of its descriptor.
    pub digest: Digest,
    /// The descriptor's place when the plan was made (workers read it).
    pub descriptor: String,
    /// The earlier run that its cells are taken from; `None`: they are predicted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier: Option<EarlierRun>,
}

/// A reference that is a variant of another planned model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Against {
    /// The planned model.
    pub model: String,
    /// Its variant.
    pub variant: String,
}

/// The earlier run that a model's cells are taken from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierRun {
    /// The run's folder as the evaluation names it.
    pub run: String,
    /// The model's name there.
    pub model: String,
    /// The digest of the evaluation that the run was of.
    pub evaluation: Digest,
    /// When the run started.
    pub started_at: String,
}

impl PlannedModel {
    /// The planned model and variant that this model's variants are held against.
    #[must_use]
    pub fn base(&self) -> (&str, &str) {
        self.against
            .as_ref()
            .map_or((self.name.as_str(), self.reference.as_str()), |against| {
                (against.model.as_str(), against.variant.as_str())
            })
    }

    /// The threshold of a label: its own, else the model's.
    #[must_use]
    pub fn threshold_of(&self, label: &str) -> f64 {
        self.thresholds
            .get(label)
            .copied()
            .unwrap_or(self.threshold)
    }

    /// A variant by name.
    #[must_use]
    pub fn variant(&self, name: &str) -> Option<&PlannedVariant> {
        self.variants.iter().find(|variant| variant.name == name)
    }

    /// Examples per batch when a variant of it predicts.
    #[must_use]
    pub fn batch_size_of(&self, variant: &PlannedVariant) -> usize {
        variant.batch_size.unwrap_or(self.batch_size)
    }
}

/// A resolved variant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedVariant {
    /// Its name.
    pub name: String,
    /// What executes it.
    pub backend: Backend,
    /// The backend's version, with its library's.
    pub runtime: String,
    /// Precision.
    pub precision: String,
    /// How it was made.
    pub made: Option<String>,
    /// Whether a prediction depends on the rest of its batch.
    pub batch_dependent: bool,
    /// Examples per batch when this variant predicts; `None`: its model's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch_size: Option<usize>,
    /// Size of its files, bytes.
    pub disk_bytes: u64,
    /// Digests of its files by role.
    pub files: BTreeMap<String, Digest>,
    /// Digest of the files of its descriptor's folder, where its backend may read any of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<Digest>,
}

/// What a model knew of a dataset when it was trained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Exposure {
    /// The dataset lies in its training data.
    Seen,
    /// The dataset does not.
    HeldOut,
    /// Its descriptor does not tell.
    Unknown,
}

impl Exposure {
    /// The words in reports.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Seen => "in its training data",
            Self::HeldOut => "held out",
            Self::Unknown => "unknown",
        }
    }
}

/// A model on a suite's dataset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Pair {
    /// The suite.
    pub suite: String,
    /// The model.
    pub model: String,
    /// The dataset.
    pub dataset: String,
    /// What the model knew of it.
    pub exposure: Exposure,
}

/// One variant on one dataset's split, clean or perturbed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedCell {
    /// The digest of all that can change its predictions: the folder's name.
    pub key: Digest,
    /// Which it is.
    #[serde(flatten)]
    pub case: Case,
    /// What it does to the target.
    pub effect: Effect,
    /// The examples' digest.
    pub examples: Digest,
}

/// One variant under one scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedMeasurement {
    /// The digest of all that it depends on: the folder's name.
    pub key: Digest,
    /// The suite whose first in-distribution dataset gives the examples.
    pub suite: String,
    /// That dataset.
    pub dataset: String,
    /// The model.
    pub model: String,
    /// The variant.
    pub variant: String,
    /// Examples per query.
    pub batch_sizes: Vec<u32>,
}

/// A control of one suite.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedControl {
    /// Its name.
    pub name: String,
    /// What it is.
    pub control: ControlSpec,
    /// The suite.
    pub suite: String,
    /// What it is fitted on; `None`: the model itself is the control, under other circumstances.
    pub fitted_on: Option<FittedOn>,
    /// A cell for each dataset of the suite. A fitted control's `model` is [`CONTROL`], its variant the
    /// control's name; otherwise they are those of the variant that it is the control of.
    pub cells: Vec<PlannedCell>,
}

/// Stands for the model in the cells of controls.
pub const CONTROL: &str = "control";

/// The examples that a control is fitted on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FittedOn {
    /// The in-distribution dataset.
    pub dataset: String,
    /// `train`, or `tuning` where there is no `train`.
    pub split: String,
    /// Digest of the examples.
    pub examples: Digest,
    /// How many those are.
    pub count: u64,
}

/// Something named and left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LeftOut {
    /// What.
    pub what: String,
    /// Why.
    pub why: String,
}
