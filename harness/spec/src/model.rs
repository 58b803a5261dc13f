//! `model.yaml`: what a model is, how its input is made, and its variants.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::dataset::Source;
use crate::file::FileEntry;
use crate::located::Located;
use crate::suite::Span;

mod candle;
mod onnx;

pub use candle::{CandleDevice, CandleOptions};
pub use onnx::{OnnxOptimization, OnnxOptions, OnnxProvider};

/// A model's descriptor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ModelSpec {
    /// Its name.
    pub model: Located<String>,
    /// One sentence.
    pub summary: String,
    /// The tasks it does; suites of the same task are run.
    pub tasks: Vec<String>,
    /// From sequence to tensor.
    pub input: Input,
    /// From tensor to probabilities.
    pub output: OutputSpec,
    /// A probability at or above it is called positive.
    #[serde(default = "half")]
    pub threshold: f64,
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
    /// The forms of the model.
    pub variants: Vec<VariantSpec>,
    /// The variant that the others are compared with.
    pub reference: Located<String>,
    /// Outputs of the original runtime, for `titer models check`.
    #[serde(default)]
    pub golden: Option<Golden>,
}

/// From sequence to tensor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The part of the example's sequence that is fed to the model.
    pub window: Located<Span>,
    /// How letters become numbers.
    pub one_hot: OneHot,
    /// The graph's input; its only one where left out.
    #[serde(default)]
    pub tensor: Option<String>,
}

/// One-hot encoding, f32.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OneHot {
    /// The letters, in channel order, as in `ACGT`.
    pub alphabet: String,
    /// The order of the tensor's axes after the batch.
    pub layout: Layout,
    /// What N and other IUPAC letters become.
    pub other: Other,
}

/// The order of axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// `[batch, length, channels]`.
    LengthChannels,
    /// `[batch, channels, length]`.
    ChannelsLength,
}

/// What letters outside the alphabet become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Other {
    /// All zero.
    Zeros,
    /// One over the number of letters.
    Uniform,
}

/// From tensor to probabilities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OutputSpec {
    /// What an output is of.
    pub kind: OutputKind,
    /// `per_position` and `classes`: the classes in the tensor's order.
    #[serde(default)]
    pub classes: Vec<String>,
    /// What turns the tensor into probabilities.
    pub activation: Activation,
    /// The graph's output; its first one where left out.
    #[serde(default)]
    pub tensor: Option<String>,
    /// `value`: -1 where a larger number of the tensor means a smaller target, as ProteinGym writes it; 1
    /// where left out.
    #[serde(default)]
    pub direction: Option<i8>,
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
    /// What it saw.
    pub seen: Vec<Seen>,
    /// Whether `seen` is all of it: then anything else is held out. Otherwise it is unknown.
    pub complete: bool,
    /// In words.
    pub description: String,
}

/// A part of a genome that a model saw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// Species, as in "Homo sapiens".
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

/// One form of a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VariantSpec {
    /// Its name.
    pub variant: Located<String>,
    /// What executes it.
    pub backend: Backend,
    /// Precision in a word: fp32, fp16, int8.
    pub precision: String,
    /// How it was made.
    #[serde(default)]
    pub made: Option<String>,
    /// Whether a prediction depends on what else is in its batch (dynamic quantization does).
    #[serde(default)]
    pub batch_dependent: bool,
    /// How candle runs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub candle: Option<CandleOptions>,
    /// How ONNX Runtime runs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub onnx: Option<OnnxOptions>,
    /// The files by role: `model` for onnx, and each file of external data under a role of its own;
    /// `weights` and `config` for candle.
    #[serde(default = "no_files")]
    pub files: Located<BTreeMap<String, FileEntry>>,
}

impl VariantSpec {
    /// The part that can change a prediction: without its name, the words on how it was made, and the
    /// files, which count by their digests.
    #[must_use]
    pub fn execution(&self) -> Self {
        Self {
            variant: Located::nowhere(String::new()),
            made: None,
            files: Located::nowhere(BTreeMap::new()),
            ..self.clone()
        }
    }
}

/// What executes a variant.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Backend {
    /// ONNX Runtime.
    Onnx,
    /// candle, in pure Rust.
    Candle,
}

impl Backend {
    /// The name in YAML and tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Onnx => "onnx",
            Self::Candle => "candle",
        }
    }

    /// Whether files of other roles than [`roles`](Self::roles) may stand beside them.
    #[must_use]
    pub fn takes_further_files(self) -> bool {
        self == Self::Onnx
    }

    /// The roles of the files that it needs.
    #[must_use]
    pub fn roles(self) -> &'static [&'static str] {
        match self {
            Self::Onnx => &["model"],
            Self::Candle => &["weights", "config"],
        }
    }
}

/// Outputs of the original runtime.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Golden {
    /// Path relative to the descriptor.
    pub path: Located<String>,
    /// Digest.
    pub digest: Located<String>,
    /// Size in bytes.
    pub bytes: u64,
    /// The largest absolute difference that is accepted.
    pub tolerance: f64,
    /// The variants that are held to it.
    pub variants: Vec<Located<String>>,
}

fn no_files() -> Located<BTreeMap<String, FileEntry>> {
    Located::nowhere(BTreeMap::new())
}

fn half() -> f64 {
    0.5
}
