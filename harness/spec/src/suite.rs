//! `suites/*.yaml`: datasets grouped as in- and out-of-distribution for one task.

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::tagged;
use titer_perturb::{PerturbationEntry, PerturbationSpec};

use crate::located::Located;
use crate::name;
use titer_metrics::MetricSpec;

mod ladder;
mod similarity;

pub use ladder::{FEWEST_STEPS, Ladder, MAX_DISTANCE, MAX_QUANTILES, Shift, Step, StepAt};
pub use similarity::{MAX_BINS, Similarity, TrainingSplit};

/// Bases of a sequence at most: the longest chromosome that is known has some 10^11.
pub const MAX_BASES: u64 = 1_000_000_000_000;

/// A suite.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Suite {
    /// Its name: the file's name.
    #[schemars(transform = name::name)]
    pub suite: Located<String>,
    /// What the suite asks, in one sentence.
    pub summary: String,
    /// The task; models that declare it are paired with the suite.
    #[schemars(transform = name::name)]
    pub task: String,
    /// What is asked of a model.
    pub question: Located<Question>,
    /// Data like the data that the task's models are made for.
    pub in_distribution: Vec<DatasetEntry>,
    /// Data unlike it, with its distance if you like.
    #[serde(default)]
    pub out_of_distribution: Vec<DatasetEntry>,
    /// Steps away from home along which the slope of every score is taken.
    #[serde(default)]
    pub ladders: Vec<Ladder>,
    /// The split that is scored.
    #[serde(default = "test")]
    #[schemars(transform = name::name)]
    pub split: Located<String>,
    /// Half-open ranges of the sequence that define the label; perturbations that keep the target
    /// spare them.
    #[serde(default)]
    pub spare: Vec<Span>,
    /// Changes of the examples that answers are tried under.
    #[serde(default)]
    pub perturbations: Vec<PerturbationEntry>,
    /// Metrics; where none is named, those of the question.
    #[serde(default)]
    pub metrics: Vec<MetricSpec>,
    /// What scores are broken down by: `chromosome`, `strand`, `gc`, `length`, `class`, `species`, or a
    /// stratum that the datasets declare.
    #[serde(default)]
    #[schemars(transform = name::name)]
    pub strata: Vec<Located<String>>,
    /// How to recalibrate on the tuning split of the first in-distribution dataset that has one.
    #[serde(default)]
    pub recalibrate: Vec<RecalibrationMethod>,
    /// Whether to ask how well outputs tell in- from out-of-distribution examples.
    #[serde(default)]
    pub detect_out_of_distribution: bool,
    /// The share of positives where the model is to be used, such as 0.001 of a genome's candidates: metrics that mix the classes
    /// are given at it, too. Questions of two classes and of positions only.
    #[serde(default)]
    pub prevalence: Option<Located<Prevalence>>,
    /// Show scores against the similarity of each example to training data.
    #[serde(default)]
    pub similarity: Option<Similarity>,
}

/// A share of positives, above 0 and below 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Prevalence(
    #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 1, "examples" = [0.001]))]
    pub  f64,
);

/// A map from raw to calibrated probabilities, fitted on the tuning split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(extend("examples" = ["temperature"]))]
pub enum RecalibrationMethod {
    /// One number divides the logit.
    Temperature,
    /// A slope and an intercept on the logit.
    Platt,
    /// Any rising map (pool adjacent violators).
    Isotonic,
}

impl RecalibrationMethod {
    /// The name in YAML and tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Temperature => "temperature",
            Self::Platt => "platt",
            Self::Isotonic => "isotonic",
        }
    }
}

/// What is asked of a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", remote = "Self")]
pub enum Question {
    /// Is it the positive class or the negative one? Examples of other classes are left out.
    Binary(Binary),
    /// Which positions are sites, and of what class?
    Positions(Positions),
    /// Which of several classes is it? Examples of other classes are left out.
    Classes(Classes),
    /// Which of several labels does it have? Any of them may be true at once, and each is scored by itself.
    Labels(Labels),
    /// Which number is it?
    Values(Values),
}

tagged!(Question);

/// The two classes of a binary suite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"positive": "donor", "negative": "decoy"}]))]
pub struct Binary {
    /// The positive class.
    #[schemars(transform = name::name)]
    pub positive: String,
    /// The negative class.
    #[schemars(transform = name::name)]
    pub negative: String,
}

/// The classes of a per-position suite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"background": "none", "sites": ["acceptor", "donor"]}]))]
pub struct Positions {
    /// The class of positions that are no site.
    #[schemars(transform = name::name)]
    pub background: String,
    /// The classes of sites; each is scored against the rest.
    #[schemars(transform = name::name)]
    pub sites: Vec<String>,
    /// Bases on each side of a site's position that define its label; perturbations that keep the
    /// target spare them. A splice site needs 2.
    #[serde(default)]
    #[schemars(range(min = 0, max = 1_000_000))]
    pub spare_around: usize,
}

/// The classes of a suite that asks which of several it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"classes": ["none", "weak", "strong"]}]))]
pub struct Classes {
    /// The classes, two or more. Accuracy and log loss are of all of them, other metrics of each
    /// against the rest.
    #[schemars(transform = name::name)]
    pub classes: Vec<String>,
}

/// The labels of a suite that asks which of several an example has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"labels": ["ctcf", "dnase"]}]))]
pub struct Labels {
    /// The labels. Metrics of a binary question are of each, with its own examples of which the label is known; those of
    /// labels are of all of them together.
    #[schemars(transform = name::name)]
    pub labels: Vec<String>,
}

/// The number that a suite asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"of": "log2 fold change"}]))]
pub struct Values {
    /// What the number is, with its unit, as in `log2 of RNA over DNA`: the name of axes.
    #[schemars(transform = name::line)]
    pub of: String,
}

/// A dataset of a suite.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DatasetEntry {
    /// A name or a path.
    #[schemars(transform = name::line)]
    pub dataset: Located<String>,
    /// How far from the training distribution, in the suite author's words: near, far.
    #[serde(default)]
    #[schemars(transform = name::line)]
    pub distance: Option<String>,
    /// What is other than in distribution; of data out of distribution.
    #[serde(default)]
    pub shift: Option<Located<Shift>>,
}

/// A half-open range of positions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// First position, 0-based.
    #[schemars(range(min = 0, max = MAX_BASES))]
    pub start: usize,
    /// One past the last position.
    #[schemars(range(min = 0, max = MAX_BASES))]
    pub end: usize,
}

impl From<Span> for Range<usize> {
    fn from(span: Span) -> Self {
        span.start..span.end
    }
}

fn test() -> Located<String> {
    Located::nowhere("test".to_owned())
}

impl Suite {
    /// The perturbations that it asks for, each strength one of them, beside the line of the list that does.
    pub fn perturbations(&self) -> impl Iterator<Item = (usize, PerturbationSpec)> {
        let lines = self.perturbations.iter().enumerate();
        lines.flat_map(|(line, entry)| entry.specs().into_iter().map(move |spec| (line, spec)))
    }

    /// The metrics to score: the named ones, or those of the question.
    #[must_use]
    pub fn metrics(&self) -> Vec<MetricSpec> {
        if !self.metrics.is_empty() {
            return self.metrics.clone();
        }
        match self.question.value {
            Question::Binary(_) => MetricSpec::BINARY.to_vec(),
            Question::Positions(_) => MetricSpec::POSITIONS.to_vec(),
            Question::Classes(_) => MetricSpec::CLASSES.to_vec(),
            Question::Labels(_) => MetricSpec::LABELS.to_vec(),
            Question::Values(_) => MetricSpec::VALUES.to_vec(),
        }
    }
}
