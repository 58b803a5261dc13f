//! Tokens: letters as integers.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::input::{Longer, Shorter};
use crate::suite::MAX_BASES;
use titer_core::tagged;

/// Letters as integers, i64, `[batch, tokens]`. The vocabulary is the variant's file of the role
/// `vocabulary` (one token a line, numbered from 0) or stands here; of `bpe` it is the file of the role
/// `tokenizer` (a `tokenizer.json`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tokens {
    /// What a token is.
    pub unit: Unit,
    /// Every token's number, in place of a file.
    #[serde(default)]
    #[schemars(extend("additionalProperties" = {"type": "integer", "minimum": 0, "maximum": i32::MAX}))]
    pub vocabulary: Option<BTreeMap<String, i64>>,
    /// The token before the first. With `bpe`, `tokenizer.json` says what stands around the tokens.
    #[serde(default)]
    pub begin: Option<String>,
    /// The token after the last.
    #[serde(default)]
    pub end: Option<String>,
    /// The token that fills up.
    #[serde(default)]
    pub pad: Option<String>,
    /// The token that stands for what the vocabulary lacks.
    #[serde(default)]
    pub unknown: Option<String>,
    /// How many tokens the model takes; where left out, all examples must have equally many.
    #[serde(default)]
    pub length: Option<TokenLength>,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", remote = "Self")]
pub enum Unit {
    /// One base.
    SingleNucleotide,
    /// k bases, each token one base further, as DNABERT reads.
    OverlappingKmer(Kmer),
    /// k bases, each token where the last one ended, as the Nucleotide Transformer reads: where the next k
    /// letters are no token, one base; a run of letters that are none is one unknown token.
    KmerAndRest(Kmer),
    /// What a `tokenizer.json` makes of the whole sequence, as DNABERT-2 reads.
    Bpe,
}

tagged!(Unit);

/// The size of a k-mer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"k": 6}]))]
pub struct Kmer {
    /// Bases of a k-mer.
    #[schemars(range(min = 1, max = 64))]
    pub k: usize,
}

/// The number of tokens that a model takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenLength {
    /// How many, with the ones before the first and after the last.
    #[schemars(range(min = 1, max = MAX_BASES))]
    pub tokens: usize,
    /// What becomes of fewer.
    #[serde(default)]
    pub shorter: Shorter,
    /// What becomes of more; the tokens before the first and after the last stay.
    #[serde(default)]
    pub longer: Longer,
    /// How far examples are filled up.
    #[serde(default)]
    pub pad_to: PadTo,
}

/// How far examples are filled up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PadTo {
    /// To `tokens`, whatever else is in the batch.
    #[default]
    Length,
    /// To the longest example of the batch: quicker, and what an example becomes depends on its batch.
    Longest,
}
