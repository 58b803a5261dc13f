//! `evaluation.yaml`: what to run, on what, judged by what.

pub mod matrix;
mod scenario;
mod search;

pub use matrix::Matrix;
pub use scenario::{FindRate, MultiStream, Scenario, Server};
pub use search::{
    Adversarial, FLANK, MAX_BEAM, MAX_QUERIES, MAX_SUBSTITUTIONS, MAX_WINDOW, Mutagenesis, Search,
};

use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::bounds::MAX_EXACT;
use crate::control::ControlSpec;
use crate::gate::Gate;
use crate::located::Located;
use crate::model::ModelSpec;
use crate::name;

/// Threads of a backend at most.
pub const MAX_THREADS: usize = 1024;
/// Examples per dataset at most, where a limit is given.
pub const MAX_LIMIT: usize = 1_000_000_000;
/// Bases of a drawn sequence at most.
pub const MAX_LENGTH: usize = 100_000_000;
/// Examples of a batch at most.
pub const MAX_BATCH_SIZE: usize = 65_536;

/// An evaluation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Evaluation {
    /// The evaluation's name, which is also the name of the run folder.
    #[schemars(transform = name::name)]
    pub evaluation: Located<String>,
    /// One sentence for the report.
    #[serde(default)]
    pub summary: String,
    /// The suites, by name or path.
    #[schemars(transform = name::line)]
    pub suites: Vec<Located<String>>,
    /// The models to evaluate.
    pub models: Vec<ModelEntry>,
    /// What to measure; nothing where left out.
    #[serde(default)]
    pub measure: Option<Measure>,
    /// Searches for substitutions that change calls, and the effect of every single-base change; none where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<Located<Search>>,
    /// Trivial and fitted models that show what a score is worth, run beside every model.
    #[serde(default)]
    pub controls: Vec<Located<ControlSpec>>,
    /// The rules that the run is judged by.
    #[serde(default)]
    pub gates: Vec<Located<Gate>>,
    /// A policy, by name or path: its gates are asked for beside those of the evaluation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(transform = name::line)]
    pub policy: Option<Located<String>>,
    /// The seed of everything that is drawn: limits, perturbations, shuffles, bootstrap.
    #[serde(default = "one")]
    #[schemars(range(min = 0, max = MAX_EXACT), extend("$comment" = "JSON and YAML keep larger whole numbers inexactly"))]
    pub seed: u64,
    /// Threads that a backend may use; where left out as many as the machine has cores.
    #[serde(default)]
    #[schemars(range(min = 1, max = MAX_THREADS))]
    pub threads: Option<usize>,
    /// Examples per batch when predicting; where left out as many as make 65,536 bases or 16,384 tokens, 256 at most.
    #[serde(default)]
    #[schemars(range(min = 1, max = MAX_BATCH_SIZE))]
    pub batch_size: Option<usize>,
    /// Whether gates may compare variants whose cells were predicted on machines of different instruction sets. Quantized
    /// kernels give other numbers there: without it such a gate is inconclusive.
    #[serde(default)]
    pub across_machines: bool,
    /// What a loss against the reference that no gate covers does: every score is looked at, gated or not.
    #[serde(default)]
    pub ungated_losses: UngatedLosses,
    /// What it does to the verdict where a perturbation destroys the target and a variant answers as if it were still there.
    #[serde(default)]
    pub must_fall: MustFallThen,
    /// By metric, in its units: losses up to this are counted, not told. Where left out, the smallest margin of a gate on
    /// the metric, else 0.005 for metrics with two ends and 1 % of the reference's value for others.
    #[serde(default)]
    pub tolerances: BTreeMap<String, Located<Tolerance>>,
    /// What is assumed of clusters that were not seen to flip, where flips are too rare to see it.
    #[serde(default)]
    pub rare_flips: RareFlips,
    /// How much of a cell is asked twice to see whether its answers depend on chance, order or batch.
    #[serde(default)]
    pub determinism: Determinism,
    /// What has a process of its own: each cell, or a variant with all its cells. Where left out, variants of ONNX and candle, and
    /// each cell of what runs foreign code (process, http).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub isolate: Option<Isolate>,
    /// Seconds that a cell or a measurement may take.
    #[serde(default = "hour")]
    #[schemars(range(min = 1, max = 2_592_000), extend("$comment" = "30 days at most"))]
    pub time_limit_s: u64,
    /// Examples per dataset at most, chosen by the seed: for evaluations that are meant to be small.
    /// `--limit` overrides it.
    #[serde(default)]
    #[schemars(range(min = 1, max = MAX_LIMIT))]
    pub limit: Option<usize>,
    /// Bootstrap replicates of an interval.
    #[serde(default = "two_thousand")]
    #[schemars(range(min = 200, max = 100_000), extend("$comment" = TOO_FEW))]
    pub replicates: usize,
}

/// Why an interval needs as many replicates.
const TOO_FEW: &str = "intervals of fewer replicates let gates pass too often; by 2 replicates a gate passes 11 to 24 % of \
     the time where 2.5 % is promised";

/// A model of an evaluation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ModelEntry {
    /// A name, a path, or the model written out.
    pub model: Located<ModelSource>,
    /// Which variants; all where left out.
    #[serde(default)]
    #[schemars(transform = name::name)]
    pub variants: Option<Vec<Located<String>>>,
    /// What the variants are compared with; the descriptor's reference where left out.
    #[serde(default)]
    pub reference: Option<Located<Reference>>,
    /// Examples per batch when this model predicts, in place of the evaluation's.
    #[serde(default)]
    #[schemars(range(min = 1, max = MAX_BATCH_SIZE))]
    pub batch_size: Option<Located<usize>>,
    /// Batch sizes to measure this model at, where those of `measure` do not suit it.
    #[serde(default)]
    #[schemars(inner(range(min = 1, max = MAX_BATCH_SIZE)))]
    pub batch_sizes: Option<Located<Vec<u32>>>,
    /// Fields of the reference that are varied: each value makes a variant, named after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matrix: Option<Located<Matrix>>,
}

/// What a loss that no gate covers does to the verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UngatedLosses {
    /// It is said wherever the verdict is.
    #[default]
    Say,
    /// It fails the run.
    Fail,
}

/// What answers that stay where the target was destroyed do to the verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MustFallThen {
    /// They fail the run. Where it cannot be told whether they fall, that is said and decides nothing.
    #[default]
    Fail,
    /// It is said wherever the verdict is, and decides nothing.
    Say,
}

/// What is assumed of flips where fewer than four clusters flip, which is too few to see it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RareFlips {
    /// A cluster may flip as a whole: its bound holds whatever happens within clusters.
    #[default]
    WholeClusters,
    /// Units flip independently of each other, or together as far as was seen: a much narrower bound.
    Independent,
}

/// How much of a clean cell is asked twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Determinism {
    /// The first batch once more, and some examples alone.
    #[default]
    Sample,
    /// Every example, in another order and in other batches: finds what flickers rarely, changes after a while, or depends on an
    /// example's place. It takes twice the time.
    Full,
}

impl Determinism {
    /// Whether a sample is asked twice.
    #[must_use]
    pub fn is_sample(&self) -> bool {
        *self == Self::Sample
    }
}

/// What has a process of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Isolate {
    /// Each cell: nothing that a model remembers reaches another one.
    Cell,
    /// Each variant: it is loaded once. After each further cell it is asked once more what it was asked first; if the answer
    /// is another one, its cells are predicted again one by one.
    Variant,
}

/// The largest loss that is not told, in a metric's units.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Tolerance(#[schemars(range(min = 0, max = 1_000_000))] pub f64);

/// What a model's variants are compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum Reference {
    /// A variant of the same model.
    Variant(String),
    /// A variant of another model of the evaluation, or of an earlier run.
    Elsewhere(Elsewhere),
}

/// A reference that is not a variant of the model itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Elsewhere {
    /// The folder of an earlier run, beside the evaluation or from where Titer is started; this run where left out.
    #[schemars(transform = name::line)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    /// The model there; in an earlier run the one of the same name where left out.
    #[schemars(transform = name::name)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Its variant; its own reference where left out.
    #[schemars(transform = name::name)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
}

impl<'de> Deserialize<'de> for Reference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct VariantOrElsewhere;
        impl<'de> Visitor<'de> for VariantOrElsewhere {
            type Value = Reference;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a variant's name, `{model: .., variant: ..}` or `{run: runs/..}`")
            }

            fn visit_str<E>(self, name: &str) -> Result<Reference, E> {
                Ok(Reference::Variant(name.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Reference, A::Error> {
                Elsewhere::deserialize(MapAccessDeserializer::new(map)).map(Reference::Elsewhere)
            }
        }
        deserializer.deserialize_any(VariantOrElsewhere)
    }
}

impl Serialize for Reference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Variant(name) => serializer.serialize_str(name),
            Self::Elsewhere(elsewhere) => elsewhere.serialize(serializer),
        }
    }
}

impl JsonSchema for Reference {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Reference".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let elsewhere = generator.subschema_for::<Elsewhere>();
        schemars::json_schema!({
            "description": "A variant of the model, or one of another model or an earlier run.",
            "anyOf": [{"type": "string"}, elsewhere]
        })
    }
}

/// Where a model's description is.
#[derive(Clone, Debug, PartialEq)]
pub enum ModelSource {
    /// A name or a path.
    Named(String),
    /// Written out in the evaluation; its files lie beside it.
    Inline(Box<ModelSpec>),
}

impl<'de> Deserialize<'de> for ModelSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameOrModel;
        impl<'de> Visitor<'de> for NameOrModel {
            type Value = ModelSource;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a model's name, a path to its model.yaml, or the model written out")
            }

            fn visit_str<E>(self, name: &str) -> Result<ModelSource, E> {
                Ok(ModelSource::Named(name.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ModelSource, A::Error> {
                ModelSpec::deserialize(MapAccessDeserializer::new(map))
                    .map(|model| ModelSource::Inline(Box::new(model)))
            }
        }
        deserializer.deserialize_any(NameOrModel)
    }
}

impl Serialize for ModelSource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Named(name) => serializer.serialize_str(name),
            Self::Inline(model) => model.serialize(serializer),
        }
    }
}

impl JsonSchema for ModelSource {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ModelSource".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let model = generator.subschema_for::<ModelSpec>();
        schemars::json_schema!({
            "description": "A name, a path, or the model written out.",
            "anyOf": [{"type": "string", "format": name::LINE}, model]
        })
    }
}

/// What to measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Latency, memory, load time and batch invariance.
    pub latency: Latency,
}

/// Parameters of the latency measurement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Latency {
    /// How queries come.
    pub scenario: Scenario,
    /// How many examples the model is given at once, at most; each size is measured.
    #[schemars(inner(range(min = 1, max = MAX_BATCH_SIZE)))]
    pub batch_sizes: Located<Vec<u32>>,
    /// Bases of drawn sequences; each length is measured, after the sequences of the data, for models that take sequences of any length.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(inner(range(min = 1, max = MAX_LENGTH)))]
    pub lengths: Option<Located<Vec<u32>>>,
    /// Processes per variant, interleaved with those of the other variants.
    #[serde(default = "three")]
    #[schemars(range(min = 1, max = 1000))]
    pub rounds: u32,
    /// The most queries per batch size in a round.
    #[serde(default = "two_hundred_and_forty")]
    #[schemars(range(min = 1, max = 1_000_000))]
    pub queries: Located<u32>,
    /// Seconds after which a batch size ends in a round, at the earliest after 3 queries; while a rate is searched for they end nothing.
    #[serde(default = "two_seconds")]
    #[schemars(range(min = 1, max = 86_400))]
    pub seconds: u32,
    /// The fewest queries before the clock counts. It goes on until the last 5 take as long as the 5 before, within 5 %.
    #[serde(default = "five")]
    #[schemars(range(min = 0, max = 100_000))]
    pub warm_up: u32,
    /// The most queries of warming up; 100 where left out, or `warm_up` if that is more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 100_000))]
    pub max_warm_up: Option<u32>,
}

impl Latency {
    /// Whether anything is drawn: arrivals or sequences.
    #[must_use]
    pub fn draws(&self) -> bool {
        matches!(self.scenario, Scenario::Server(_)) || self.lengths.is_some()
    }

    /// The most queries of warming up.
    #[must_use]
    pub fn most_warm_up(&self) -> u32 {
        self.max_warm_up.unwrap_or(100).max(self.warm_up)
    }
}

fn one() -> u64 {
    1
}

fn hour() -> u64 {
    3600
}

fn two_thousand() -> usize {
    2000
}

fn three() -> u32 {
    3
}

fn two_hundred_and_forty() -> Located<u32> {
    Located::nowhere(240)
}

fn two_seconds() -> u32 {
    2
}

fn five() -> u32 {
    5
}
