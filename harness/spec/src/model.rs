//! `model.yaml`: what a model is, how its input is made, and its variants.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::bounds::MAX_EXACT;
use crate::dataset::Source;
use crate::evaluation::MAX_BATCH_SIZE;
use crate::file::FileEntry;
use crate::located::Located;
use crate::name;
use crate::suite::Span;

mod backend;
mod candle;
mod http;
mod input;
mod onnx;
mod predictions;
mod process;
mod reading;
pub mod roles;
mod tokens;

pub use backend::Backend;
pub use candle::{CANDLE_PRECISIONS, CandleDevice, CandleOptions};
pub(crate) use http::LITERAL;
pub use http::{HttpOptions, Secret};
pub use input::{
    Also, BothStrands, Holds, Input, Iupac, Layout, Length, Letters, Longer, Number, OneHot, Other,
    Padding, Shorter,
};
pub use onnx::{OnnxOptimization, OnnxOptions, OnnxProvider};
pub use predictions::{
    Direction, PlaceOfRow, PredictionsOptions, ROWS, RowOrder, SCORES, ScoreColumns,
};
pub use process::{ProcessOptions, ProcessTensors};
pub use reading::{Head, OutputLayout, Pooling, Scale};
pub use tokens::{Kmer, PadTo, TokenLength, Tokens, Unit};

/// A model's descriptor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ModelSpec {
    /// Its name.
    #[schemars(transform = name::name)]
    pub model: Located<String>,
    /// What the model does, in one sentence.
    pub summary: String,
    /// The tasks it does; suites of the same task are run.
    #[schemars(transform = name::name)]
    pub tasks: Vec<String>,
    /// From sequence to tensors; a model whose variants are tables of predictions needs none.
    #[serde(default)]
    pub input: Input,
    /// From tensor to probabilities.
    pub output: OutputSpec,
    /// A probability at or above it is called positive.
    #[serde(default = "half")]
    #[schemars(range(min = 0, max = 1))]
    pub threshold: f64,
    /// `labels`: the threshold of a label that has one of its own; `threshold` is that of the others.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(transform = name::keys, extend("additionalProperties" = {"type": "number", "minimum": 0, "maximum": 1}))]
    pub thresholds: BTreeMap<String, Located<f64>>,
    /// What it was trained on.
    #[serde(default)]
    pub training: Training,
    /// Licences of weights, package, code, apart.
    #[serde(default)]
    pub licence: BTreeMap<String, String>,
    /// Where it came from.
    #[serde(default)]
    pub sources: Vec<Source>,
    /// The script that made the files.
    #[serde(default)]
    pub made_by: Option<String>,
    /// What was changed from the sources.
    #[serde(default)]
    pub changes: Option<String>,
    /// The forms of the model: precisions, runtimes, builds.
    pub variants: Vec<VariantSpec>,
    /// The variant that the others are compared with.
    #[schemars(transform = name::name)]
    pub reference: Located<String>,
    /// Outputs of the original runtime, for `titer models check`.
    #[serde(default)]
    pub golden: Option<Golden>,
}

impl ModelSpec {
    /// Whether any variant runs, so that `input` must say how.
    #[must_use]
    pub fn runs(&self) -> bool {
        self.variants.iter().any(|variant| variant.backend.runs())
    }
}

/// From tensor to probabilities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OutputSpec {
    /// What an output is of.
    pub kind: OutputKind,
    /// `per_position`, `classes` and `labels`: the classes or labels in the tensor's order. `binary`: where the tensor has a
    /// number of each class, with `positive`.
    #[serde(default)]
    #[schemars(transform = name::name)]
    pub classes: Vec<String>,
    /// `binary` with `classes`: the class that is the positive one.
    #[serde(default)]
    #[schemars(transform = name::name)]
    pub positive: Option<Located<String>>,
    /// What turns the tensor into probabilities.
    pub activation: Activation,
    /// The activation is as it should be, whatever the graph or the numbers look like: no check of it fails a
    /// cell, and the report says so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub activation_is_right: bool,
    /// The order of the axes of a tensor with positions.
    #[serde(default, skip_serializing_if = "OutputLayout::is_default")]
    pub layout: OutputLayout,
    /// `binary`: what the number means after activation.
    #[serde(default, skip_serializing_if = "Meaning::is_probability")]
    pub meaning: Meaning,
    /// The output of a graph, a process or a server; its first one where left out. An `output` of `process` or
    /// `http` goes before it.
    #[serde(default)]
    pub tensor: Option<Located<String>>,
    /// `value`: -1 where a larger number of the tensor means a smaller target, as ProteinGym writes it; 1
    /// where left out.
    #[serde(default)]
    #[schemars(range(min = -1, max = 1))]
    pub direction: Option<i8>,
    /// The positions that count, of a tensor `[batch, positions, numbers]`; all where left out.
    #[serde(default)]
    pub positions: Option<Located<Span>>,
    /// One vector out of those of all positions.
    #[serde(default)]
    pub pooling: Option<Pooling>,
    /// A linear layer after the pooling.
    #[serde(default)]
    pub head: Option<Head>,
    /// A change of the numbers before the activation.
    #[serde(default)]
    pub scale: Option<Scale>,
}

/// What the number of a binary output means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    /// How probable the positive class is, from 0 to 1.
    #[default]
    Probability,
    /// Nothing by itself: a larger one speaks more for the positive class. It is scored by metrics of order
    /// alone; no threshold is applied to it and it has no calibration.
    Ranking,
}

impl Meaning {
    /// Whether it is a probability.
    #[must_use]
    pub fn is_probability(&self) -> bool {
        *self == Self::Probability
    }
}

/// What an output is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutputKind {
    /// One probability per example: of the suite's positive class.
    Binary,
    /// `[batch, positions, classes]`.
    PerPosition,
    /// `[batch, classes]`: a probability of each class, which together make 1.
    Classes,
    /// `[batch, labels]`: a probability of each label by itself, whatever that of the others (a sigmoid for each). A suite
    /// may ask about some of them.
    Labels,
    /// One number per example, taken as it is.
    Value,
}

/// What turns a tensor into probabilities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// It holds probabilities already.
    None,
    /// Logistic function, element by element.
    Sigmoid,
    /// Softmax over classes.
    Softmax,
}

/// What a model was trained on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Training {
    /// The parts of genomes that it saw.
    pub seen: Vec<Seen>,
    /// Whether `seen` is all of it: then anything else is held out. Otherwise it is unknown.
    pub complete: bool,
    /// The training data in words.
    pub description: String,
}

/// A part of a genome that a model saw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// Species, as in "Homo sapiens".
    #[schemars(transform = name::line)]
    pub organism: String,
    /// Which chromosomes: `all`, or a list.
    pub chromosomes: Chromosomes,
}

/// Chromosomes: `all` or a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "ChromosomesText", into = "ChromosomesText")]
#[schemars(with = "ChromosomesText")]
pub enum Chromosomes {
    /// Every chromosome.
    All,
    /// These, named without `chr`.
    These(Vec<String>),
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum ChromosomesText {
    Word(String),
    List(Vec<String>),
}

impl From<ChromosomesText> for Chromosomes {
    fn from(text: ChromosomesText) -> Self {
        match text {
            ChromosomesText::Word(word) if word == "all" => Self::All,
            ChromosomesText::Word(word) => Self::These(vec![word]),
            ChromosomesText::List(list) => Self::These(list),
        }
    }
}

impl From<Chromosomes> for ChromosomesText {
    fn from(chromosomes: Chromosomes) -> Self {
        match chromosomes {
            Chromosomes::All => Self::Word("all".to_owned()),
            Chromosomes::These(list) => Self::List(list),
        }
    }
}

/// What a variant may say as its precision: floating-point numbers as PyTorch and ONNX have them, whole numbers, ggml's blocks.
pub const PRECISIONS: [&str; 34] = [
    "fp64", "f64", "fp32", "f32", "tf32", "fp16", "f16", "bf16", "fp8", "fp8_e4m3", "fp8_e5m2",
    "fp4", "nf4", "int16", "uint16", "int8", "uint8", "int4", "uint4", "int2", "binary", "q8_0",
    "q6_k", "q5_k", "q5_1", "q5_0", "q4_k", "q4_1", "q4_0", "q3_k", "q2_k", "ternary", "mixed",
    "unknown",
];

/// One form of a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VariantSpec {
    /// Its name.
    #[schemars(transform = name::name)]
    pub variant: Located<String>,
    /// What executes it.
    pub backend: Backend,
    /// The numbers that weights are kept in, in a word; `mixed` where there are several, `unknown` where nobody says.
    #[schemars(extend("enum" = &PRECISIONS[..]))]
    pub precision: String,
    /// How it was made.
    #[serde(default)]
    pub made: Option<String>,
    /// Whether a prediction depends on what else is in its batch (dynamic quantization does).
    #[serde(default)]
    pub batch_dependent: bool,
    /// Examples per batch that its predictions are meant for, where they depend on it. An evaluation that names a batch
    /// size goes before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = MAX_BATCH_SIZE))]
    pub batch_size: Option<Located<usize>>,
    /// How candle runs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub candle: Option<CandleOptions>,
    /// How ONNX Runtime runs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub onnx: Option<OnnxOptions>,
    /// How the table of predictions is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predictions: Option<PredictionsOptions>,
    /// The command that answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<ProcessOptions>,
    /// The server that answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http: Option<HttpOptions>,
    /// The files by role: `model` for onnx, and each file of external data under a role of its own;
    /// `weights` and `config` for candle; whatever it reads, under roles of your own, for process; `scores`
    /// for predictions, and `rows` where another table says which example each row is of.
    #[serde(default = "no_files")]
    pub files: Located<BTreeMap<String, FileEntry>>,
}

impl VariantSpec {
    /// The release of ONNX Runtime that it names.
    #[must_use]
    pub fn runtime(&self) -> Option<&Located<String>> {
        self.onnx.as_ref()?.runtime.as_ref()
    }

    /// The part that can change a prediction: without its name, the words on how it was made, the batch size
    /// that a plan may replace, and the files, which count by their digests.
    #[must_use]
    pub fn execution(&self) -> Self {
        Self {
            variant: Located::nowhere(String::new()),
            made: None,
            batch_size: None,
            files: Located::nowhere(BTreeMap::new()),
            process: self.process.as_ref().map(ProcessOptions::execution),
            http: self.http.as_ref().map(HttpOptions::execution),
            ..self.clone()
        }
    }
}

/// Outputs of the original runtime.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Golden {
    /// Path relative to the descriptor.
    pub path: Located<String>,
    /// `sha256:` and 64 hexadecimal digits.
    pub digest: Located<String>,
    /// Size in bytes.
    #[schemars(range(min = 0, max = MAX_EXACT))]
    pub bytes: u64,
    /// The largest absolute difference that is accepted.
    #[schemars(range(min = 0, max = 1e6))]
    pub tolerance: f64,
    /// The variants that are held to it.
    #[schemars(transform = name::name)]
    pub variants: Vec<Located<String>>,
}

fn no_files() -> Located<BTreeMap<String, FileEntry>> {
    Located::nowhere(BTreeMap::new())
}

fn half() -> f64 {
    0.5
}
