//! Gates: rules over scores, comparisons and measurements.

mod further;
mod invariant;
mod keeps;

pub use further::{Further, Part};
pub use invariant::{Invariant, OneOrMore, Stays};
pub use keeps::Keeps;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::evaluation::MAX_BATCH_SIZE;
use crate::name;
use crate::quantity::{MAX_PLAIN, Quantity};
use titer_core::tagged;
use titer_metrics::registry::label;

/// A rule that a run is judged by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", remote = "Self")]
pub enum Gate {
    /// The value is at least this.
    AtLeast(Limit),
    /// The value is at most this.
    AtMost(Limit),
    /// The paired difference to the reference, in the metric's good direction, is at least -margin.
    NoWorseThanReference(Margin),
    /// The paired difference to the reference, in the metric's good direction, is above the margin (0
    /// where none is given).
    BetterThanReference(Margin),
    /// The paired difference to the reference lies within the margin on both sides: two one-sided tests,
    /// by the 90 % interval.
    EquivalentToReference(Margin),
    /// Away from home no more of the metric is lost than the reference loses, plus the margin: the difference of two falls or
    /// of two slopes, positive where the variant loses more.
    NoFurtherFallThanReference(Further),
    /// Answers stay as they are when the examples are perturbed: calls, or the answers themselves.
    InvariantTo(Invariant),
}

tagged!(Gate);

/// What a gate asks, by the fields that it takes: what holds for all that take the same is said of these.
#[derive(Clone, Copy, Debug)]
pub enum Rule<'a> {
    /// A value is on the good side of a limit.
    Limit(Side, &'a Limit),
    /// A difference to the reference is held against a margin.
    Margin(Asked, &'a Margin),
    /// How much further a variant falls than its reference is held against a margin.
    Further(&'a Further),
    /// Answers to perturbed examples are held against those to the same examples as they were.
    Invariant(&'a Invariant),
}

/// Which side of a limit is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// `at_least`: the limit and above.
    AtLeast,
    /// `at_most`: the limit and below.
    AtMost,
}

/// What is asked of a difference to the reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// At most the margin worse.
    NoWorse,
    /// More than the margin better.
    Better,
    /// Within the margin, either way.
    Equivalent,
}

impl Asked {
    /// Whether the margin is a loss that is let pass; else it is a gain that is wanted.
    #[must_use]
    pub fn allows_a_loss(self) -> bool {
        self != Self::Better
    }

    /// Whether what is better by more than the margin does not pass either.
    #[must_use]
    pub fn has_two_ends(self) -> bool {
        self == Self::Equivalent
    }

    /// The least value that passes and the largest, where there is one: of the difference in the metric's good direction, or of
    /// the share of the reference.
    #[must_use]
    pub fn ends(self, allowed: Allowed) -> (f64, Option<f64>) {
        let (low, high) = match allowed {
            Allowed::Absolute(most) if self.allows_a_loss() => (-most, most),
            Allowed::Absolute(least) => (least, f64::INFINITY),
            Allowed::Share(share) => (share, 1.0 / share),
        };
        (low, self.has_two_ends().then_some(high))
    }
}

/// A limit on a metric or a measurement: name one of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"metric": "auroc", "value": 0.9}]))]
pub struct Limit {
    /// The metric.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(transform = name::name)]
    pub metric: Option<String>,
    /// The measurement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measurement: Option<MeasurementName>,
    /// The limit; with a unit for measurements.
    pub value: Quantity,
    /// Measurements only: what the value is a multiple of; `value: 0.8` with `relative_to: reference` is 0.8 times what the reference takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relative_to: Option<RelativeTo>,
    /// Which data; metrics only. Every dataset where left out.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub data: Option<Where>,
    /// At the prevalence that the suite states (`prevalence`) instead of that of the data: `accuracy`, `precision`,
    /// `average_precision`, `log_loss`, `brier`, clean examples only.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub at_prevalence: bool,
    /// Whether the interval decides, or the value alone.
    #[serde(default)]
    pub by: By,
    /// Latency only: the batch size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = MAX_BATCH_SIZE))]
    pub batch_size: Option<u32>,
    /// Narrows the gate to models, variants, classes or a perturbation.
    #[serde(default, skip_serializing_if = "Covers::is_everything")]
    pub covers: Covers,
}

/// What a measurement is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RelativeTo {
    /// What the reference takes, in rounds of which each is as near in time as can be.
    Reference,
}

/// A margin on the paired difference to the reference: absolute (`margin`), or relative to the
/// reference's own value (`keeps`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"metric": "auroc", "margin": 0.005}]))]
pub struct Margin {
    /// The metric.
    #[schemars(transform = name::name)]
    pub metric: String,
    /// How much worse is still no worse, in the metric's units; not negative.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = MAX_PLAIN))]
    pub margin: Option<f64>,
    /// The share of the reference's value that must be kept: a number between 0 and 1, or MLPerf's
    /// `mlperf_99` and `mlperf_99_9`. For an error metric the reference's error over the candidate's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keeps: Option<Keeps>,
    /// Which data. Every dataset where left out.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub data: Option<Where>,
    /// At the prevalence that the suite states (`prevalence`) instead of that of the data: `accuracy`, `precision`,
    /// `average_precision`, `log_loss`, `brier`, clean examples only.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub at_prevalence: bool,
    /// Whether the interval decides, or the value alone.
    #[serde(default)]
    pub by: By,
    /// Narrows the gate to models, variants, classes or a perturbation.
    #[serde(default, skip_serializing_if = "Covers::is_everything")]
    pub covers: Covers,
}

/// How much worse, or how little better, is meant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Allowed {
    /// In the metric's units.
    Absolute(f64),
    /// A share of the reference's value.
    Share(f64),
}

impl Margin {
    /// What is allowed; no margin at all is 0.
    #[must_use]
    pub fn allowed(&self) -> Allowed {
        match (self.margin, self.keeps) {
            (None, Some(keeps)) => Allowed::Share(keeps.0),
            (margin, _) => Allowed::Absolute(margin.unwrap_or(0.0)),
        }
    }
}

/// Which models, variants, classes and perturbation a gate covers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Covers {
    /// Models; all where empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(transform = name::name)]
    pub models: Vec<String>,
    /// Variants; every non-reference variant where empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(transform = name::name)]
    pub variants: Vec<String>,
    /// Classes of a per-position suite; all where empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(transform = name::name)]
    pub classes: Vec<String>,
    /// A perturbation's name; clean cells where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(transform = name::name)]
    pub perturbation: Option<String>,
}

impl Covers {
    pub(crate) fn is_everything(&self) -> bool {
        *self == Self::default()
    }
}

/// Which data a gate is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", remote = "Self")]
pub enum Where {
    /// In-distribution datasets, each by itself.
    InDistribution,
    /// Out-of-distribution datasets, each by itself.
    OutOfDistribution,
    /// Every dataset, each by itself.
    EveryDataset,
    /// One dataset.
    Dataset(#[schemars(transform = name::name, extend("examples" = ["my-dataset"]))] String),
}

tagged!(Where);

/// Whether the interval decides, or the value alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The interval: pass and fail need the whole of it on one side.
    #[default]
    Interval,
    /// The value alone: never inconclusive, and blind to chance.
    Value,
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MeasurementName {
    /// Peak resident memory of the worker.
    PeakMemory,
    /// Peak resident memory over that of the worker before the model was loaded.
    MemoryOverIdle,
    /// Time from opening the files to a model that is ready.
    LoadTime,
    /// The first answer of a model that has just been loaded, to one example.
    FirstInference,
    /// From a process's start to its first answer: the program, the runtime, loading, answering. What Titer reads and checks is left out.
    ColdStart,
    /// Median latency of a query.
    LatencyP50,
    /// 90th percentile of latency.
    LatencyP90,
    /// 99th percentile of latency.
    LatencyP99,
    /// Size of the files.
    DiskSize,
    /// Examples per second.
    Throughput,
    /// The highest rate whose latency keeps its bound, queries per second (`find_rate`).
    Goodput,
    /// The largest change of a probability between batch 1 and batch N.
    BatchChange,
}

impl MeasurementName {
    /// The name in YAML.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PeakMemory => "peak_memory",
            Self::MemoryOverIdle => "memory_over_idle",
            Self::LoadTime => "load_time",
            Self::FirstInference => "first_inference",
            Self::ColdStart => "cold_start",
            Self::LatencyP50 => "latency_p50",
            Self::LatencyP90 => "latency_p90",
            Self::LatencyP99 => "latency_p99",
            Self::DiskSize => "disk_size",
            Self::Throughput => "throughput",
            Self::Goodput => "goodput",
            Self::BatchChange => "batch_change",
        }
    }

    /// Whether it is taken of queries one after the other, at each batch size.
    #[must_use]
    pub fn is_of_queries(self) -> bool {
        matches!(
            self,
            Self::LatencyP50
                | Self::LatencyP90
                | Self::LatencyP99
                | Self::Throughput
                | Self::Goodput
        )
    }
}

impl Gate {
    /// The name in YAML.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::AtLeast(_) => "at_least",
            Self::AtMost(_) => "at_most",
            Self::NoWorseThanReference(_) => "no_worse_than_reference",
            Self::BetterThanReference(_) => "better_than_reference",
            Self::EquivalentToReference(_) => "equivalent_to_reference",
            Self::NoFurtherFallThanReference(_) => "no_further_fall_than_reference",
            Self::InvariantTo(_) => "invariant_to",
        }
    }

    /// What it asks.
    #[must_use]
    pub fn rule(&self) -> Rule<'_> {
        match self {
            Self::AtLeast(limit) => Rule::Limit(Side::AtLeast, limit),
            Self::AtMost(limit) => Rule::Limit(Side::AtMost, limit),
            Self::NoWorseThanReference(margin) => Rule::Margin(Asked::NoWorse, margin),
            Self::BetterThanReference(margin) => Rule::Margin(Asked::Better, margin),
            Self::EquivalentToReference(margin) => Rule::Margin(Asked::Equivalent, margin),
            Self::NoFurtherFallThanReference(further) => Rule::Further(further),
            Self::InvariantTo(invariant) => Rule::Invariant(invariant),
        }
    }

    /// What narrows it, to be changed.
    pub fn narrowing(&mut self) -> Narrowing<'_> {
        match self {
            Self::AtLeast(limit) | Self::AtMost(limit) => Narrowing {
                covers: &mut limit.covers,
                data: &mut limit.data,
                batch_size: Some(&mut limit.batch_size),
            },
            Self::NoWorseThanReference(margin)
            | Self::BetterThanReference(margin)
            | Self::EquivalentToReference(margin) => Narrowing {
                covers: &mut margin.covers,
                data: &mut margin.data,
                batch_size: None,
            },
            Self::NoFurtherFallThanReference(further) => Narrowing {
                covers: &mut further.covers,
                data: &mut further.data,
                batch_size: None,
            },
            Self::InvariantTo(invariant) => Narrowing {
                covers: &mut invariant.covers,
                data: &mut invariant.data,
                batch_size: None,
            },
        }
    }

    /// The margin, where it is about the difference to the reference on the same data.
    #[must_use]
    pub fn against_reference(&self) -> Option<&Margin> {
        match self.rule() {
            Rule::Limit(..) | Rule::Further(_) | Rule::Invariant(_) => None,
            Rule::Margin(_, margin) => Some(margin),
        }
    }

    /// Whether variants are held against their reference, which itself is not.
    #[must_use]
    pub fn is_relative(&self) -> bool {
        match self.rule() {
            Rule::Margin(..) | Rule::Further(_) => true,
            Rule::Limit(_, limit) => limit.relative_to.is_some(),
            Rule::Invariant(_) => false,
        }
    }

    /// What is asked of the fall, where it is about that.
    #[must_use]
    pub fn further(&self) -> Option<&Further> {
        match self.rule() {
            Rule::Further(further) => Some(further),
            Rule::Limit(..) | Rule::Margin(..) | Rule::Invariant(_) => None,
        }
    }

    /// What must stay, where it is about that.
    #[must_use]
    pub fn invariant(&self) -> Option<&Invariant> {
        match self.rule() {
            Rule::Invariant(invariant) => Some(invariant),
            Rule::Limit(..) | Rule::Margin(..) | Rule::Further(_) => None,
        }
    }

    /// The metric it is about, if it is about one.
    #[must_use]
    pub fn metric(&self) -> Option<&str> {
        match self.rule() {
            Rule::Limit(_, limit) => limit.metric.as_deref(),
            Rule::Margin(_, margin) => Some(&margin.metric),
            Rule::Further(further) => Some(&further.metric),
            Rule::Invariant(_) => None,
        }
    }

    /// Whether the interval decides, or the value alone.
    #[must_use]
    pub fn by(&self) -> By {
        match self.rule() {
            Rule::Limit(_, limit) => limit.by,
            Rule::Margin(_, margin) => margin.by,
            Rule::Further(further) => further.by,
            Rule::Invariant(invariant) => invariant.by,
        }
    }

    /// Whether it is about metrics at the prevalence that suites state.
    #[must_use]
    pub fn is_at_prevalence(&self) -> bool {
        match self.rule() {
            Rule::Limit(_, limit) => limit.at_prevalence,
            Rule::Margin(_, margin) => margin.at_prevalence,
            Rule::Further(_) | Rule::Invariant(_) => false,
        }
    }

    /// The measurement it is about, if it is about one.
    #[must_use]
    pub fn measurement(&self) -> Option<MeasurementName> {
        match self.rule() {
            Rule::Limit(_, limit) => limit.measurement,
            Rule::Margin(..) | Rule::Further(_) | Rule::Invariant(_) => None,
        }
    }

    /// What narrows it.
    #[must_use]
    pub fn covers(&self) -> &Covers {
        match self.rule() {
            Rule::Limit(_, limit) => &limit.covers,
            Rule::Margin(_, margin) => &margin.covers,
            Rule::Further(further) => &further.covers,
            Rule::Invariant(invariant) => &invariant.covers,
        }
    }

    /// Which data it is about.
    #[must_use]
    pub fn data(&self) -> &Where {
        match self.rule() {
            Rule::Limit(_, limit) => limit.data.as_ref(),
            Rule::Margin(_, margin) => margin.data.as_ref(),
            Rule::Further(further) => Some(further.data()),
            Rule::Invariant(invariant) => invariant.data.as_ref(),
        }
        .unwrap_or(&Where::EveryDataset)
    }
}

/// What narrows a gate, to be changed.
#[derive(Debug)]
pub struct Narrowing<'a> {
    /// Models, variants, classes, perturbation.
    pub covers: &'a mut Covers,
    /// Which data.
    pub data: &'a mut Option<Where>,
    /// The batch size, of gates that can name one.
    pub batch_size: Option<&'a mut Option<u32>>,
}

impl std::fmt::Display for Where {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::InDistribution => f.write_str("in distribution"),
            Self::OutOfDistribution => f.write_str("out of distribution"),
            Self::EveryDataset => f.write_str("on every dataset"),
            Self::Dataset(name) => write!(f, "on {name}"),
        }
    }
}

/// What a limit is a multiple of.
fn times(limit: &Limit) -> &'static str {
    match limit.relative_to {
        Some(RelativeTo::Reference) => " times the reference's",
        None => "",
    }
}

/// A share in percent, without the noise of binary fractions.
fn percent(share: f64) -> f64 {
    (share * 1e8).round() / 1e6
}

impl std::fmt::Display for Gate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let subject = |limit: &Limit| {
            let measurement = || limit.measurement.map(|one| one.name().replace('_', " "));
            let metric = limit.metric.as_deref().map(label);
            metric.or_else(measurement).unwrap_or_default()
        };
        match self {
            Self::AtLeast(limit) => {
                write!(
                    f,
                    "{} at least {}{}",
                    subject(limit),
                    limit.value,
                    times(limit)
                )?;
            }
            Self::AtMost(limit) => {
                write!(
                    f,
                    "{} at most {}{}",
                    subject(limit),
                    limit.value,
                    times(limit)
                )?;
            }
            Self::NoWorseThanReference(margin) => match margin.allowed() {
                Allowed::Absolute(most) => write!(
                    f,
                    "{} no worse than the reference by more than {most}",
                    label(&margin.metric)
                )?,
                Allowed::Share(share) => write!(
                    f,
                    "{} keeps at least {} % of the reference",
                    label(&margin.metric),
                    percent(share)
                )?,
            },
            Self::BetterThanReference(margin) => match margin.allowed() {
                Allowed::Absolute(0.0) => {
                    write!(f, "{} better than the reference", label(&margin.metric))?;
                }
                Allowed::Absolute(least) | Allowed::Share(least) => write!(
                    f,
                    "{} better than the reference by more than {least}",
                    label(&margin.metric)
                )?,
            },
            Self::EquivalentToReference(margin) => match margin.allowed() {
                Allowed::Absolute(most) => write!(
                    f,
                    "{} within {most} of the reference, either way",
                    label(&margin.metric)
                )?,
                Allowed::Share(share) => write!(
                    f,
                    "{} within a factor of {share} of the reference, either way",
                    label(&margin.metric)
                )?,
            },
            Self::NoFurtherFallThanReference(further) => {
                return f.write_str(&further.line(&label(&further.metric)));
            }
            Self::InvariantTo(invariant) => {
                return write!(f, "{}, {}", invariant.line(), self.data());
            }
        }
        if self.is_at_prevalence() {
            f.write_str(" at the suite's prevalence")?;
        }
        if self.metric().is_some() {
            write!(f, ", {}", self.data())
        } else {
            Ok(())
        }
    }
}
