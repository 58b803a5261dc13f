//! From sequence to tensors: the part of a descriptor that every backend shares.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::tokens::{Tokens, Unit};
use crate::located::Located;
use crate::suite::{MAX_BASES, Span};
use titer_core::tagged;

/// From sequence to tensors: a part of each sequence, brought to the model's length, then exactly one of
/// `one_hot`, `tokens` and `letters`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The part of the example's sequence that is fed to the model; all of it where left out.
    #[serde(default)]
    pub window: Option<Located<Span>>,
    /// The number of bases that the model takes, and what becomes of shorter and longer ones.
    #[serde(default)]
    pub length: Option<Located<Length>>,
    /// IUPAC codes other than A, C, G, T and N, before anything else looks at them.
    #[serde(default)]
    pub iupac: Iupac,
    /// One number per letter of an alphabet.
    #[serde(default)]
    pub one_hot: Option<OneHot>,
    /// Integers.
    #[serde(default)]
    pub tokens: Option<Located<Tokens>>,
    /// Text, for what encodes it itself.
    #[serde(default)]
    pub letters: Option<Letters>,
    /// The input of a graph, a process or a server; its only one where left out. An `input` of `process` or
    /// `http` goes before it.
    #[serde(default)]
    pub tensor: Option<Located<String>>,
    /// Further inputs of the graph, each by name.
    #[serde(default)]
    pub also: Vec<Located<Also>>,
    /// Whether the other strand is read too.
    #[serde(default)]
    pub reverse_complement: Option<BothStrands>,
}

impl Input {
    /// How many bases an example has after window and length; `None`: as many as its sequence.
    #[must_use]
    pub fn bases(&self) -> Option<usize> {
        let window = self.window.as_ref().map(|window| window.value);
        let window = window.map(|window| window.end.saturating_sub(window.start));
        let length = self.length.as_ref().map(|length| length.value.bases);
        length.or(window)
    }

    /// What is read of a sequence, and as what, in words.
    #[must_use]
    pub fn in_words(&self) -> String {
        let window = match &self.window {
            Some(window) => format!("bases {} to {}", window.value.start, window.value.end),
            None => "all bases".to_owned(),
        };
        let length = match &self.length {
            Some(length) => format!(", brought to {}", length.value.bases),
            None => String::new(),
        };
        let tokens = self.tokens.as_ref().map(|tokens| &tokens.value.unit);
        let form = match (&self.one_hot, tokens) {
            (Some(one_hot), _) => format!("one-hot over {}", one_hot.alphabet),
            (None, Some(Unit::SingleNucleotide)) => "tokens of one base".to_owned(),
            (None, Some(Unit::OverlappingKmer(kmer))) => {
                format!("tokens of {} bases that overlap", kmer.k)
            }
            (None, Some(Unit::KmerAndRest(kmer))) => {
                format!("tokens of {} bases, then of one", kmer.k)
            }
            (None, Some(Unit::Bpe)) => "tokens by tokenizer.json".to_owned(),
            (None, None) => "letters".to_owned(),
        };
        let strands = match self.reverse_complement {
            Some(BothStrands::Average) => ", the mean over both strands",
            None => "",
        };
        format!("{window} of each sequence{length}, as {form}{strands}")
    }

    /// The order of axes of a one-hot input.
    #[must_use]
    pub fn layout(&self) -> Option<Layout> {
        self.one_hot.as_ref().map(|one_hot| one_hot.layout)
    }
}

/// The number of bases that a model takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Length {
    /// How many.
    #[schemars(range(min = 1, max = MAX_BASES))]
    pub bases: usize,
    /// What becomes of a sequence with fewer.
    #[serde(default)]
    pub shorter: Shorter,
    /// What becomes of a sequence with more.
    #[serde(default)]
    pub longer: Longer,
    /// What is put where bases lack.
    #[serde(default)]
    pub padding: Padding,
}

/// What becomes of what is too short.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Shorter {
    /// It is an error.
    #[default]
    Refuse,
    /// Padding goes before the start.
    PadLeft,
    /// Padding goes after the end.
    PadRight,
    /// Half goes to each side; of an odd number, one more after the end.
    PadBoth,
}

/// What becomes of what is too long. An example that loses something is counted as truncated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Longer {
    /// It is an error.
    #[default]
    Refuse,
    /// The start is cut away.
    CropLeft,
    /// The end is cut away.
    CropRight,
    /// The middle stays; of an odd number, one more goes at the end.
    CropBoth,
}

/// What stands where bases lack.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Padding {
    /// The letter N, which becomes what N becomes.
    #[default]
    N,
    /// Zeros in every channel; `one_hot` alone.
    Zeros,
}

/// What becomes of IUPAC codes other than A, C, G, T and N.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Iupac {
    /// They stay.
    #[default]
    Keep,
    /// They become N.
    ToN,
}

/// One-hot encoding, f32.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OneHot {
    /// The letters, in channel order, as in `ACGT`. U is T.
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
    /// Equal shares of the bases that the code stands for: R is half A, half G; N a quarter of each.
    ByCode,
}

/// Text as the model's input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Letters {
    /// Upper-case letters, one text per example.
    AsIs,
}

/// What is made of two strands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BothStrands {
    /// The model reads the bases that it reads and their reverse complement; the mean of both answers,
    /// after activation, is its answer. Per-position answers of the other strand are turned round first;
    /// classes keep their names.
    Average,
}

/// A further input of the graph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Also {
    /// Its name in the graph.
    pub tensor: String,
    /// What it holds.
    pub holds: Holds,
    /// The type of its numbers.
    #[serde(default, rename = "type")]
    pub number: Number,
}

/// What a further input holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", remote = "Self")]
pub enum Holds {
    /// `[batch, length]`: 1 for tokens (bases), 0 for padding.
    Mask,
    /// `[batch, length]`: 0 everywhere, as token types.
    Zeros,
    /// `[batch, length]`: 0, 1, 2 and so on.
    Positions,
    /// `[batch]`: how many tokens (bases) an example has without padding.
    Lengths,
    /// `[batch, numbers]`: the same numbers for every example.
    Each(#[schemars(inner(range(min = -3.4e38, max = 3.4e38)))] Vec<f64>),
}

tagged!(Holds);

/// The type of numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Number {
    /// Whole numbers of 64 bits.
    #[default]
    I64,
    /// Floating point of 32 bits.
    F32,
}
