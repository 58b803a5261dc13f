//! What a variant's `precision` means to candle: the numbers that weights are kept in and that a
//! network computes with.

use candle_core::DType;
use candle_core::quantized::GgmlDType;
use titer_core::ModelError;

/// The words that are understood, the first of each kind being the usual one.
pub const WORDS: [(&str, Precision); 9] = [
    ("fp32", Precision::Float(DType::F32)),
    ("f32", Precision::Float(DType::F32)),
    ("fp16", Precision::Float(DType::F16)),
    ("f16", Precision::Float(DType::F16)),
    ("bf16", Precision::Float(DType::BF16)),
    ("q8_0", Precision::Blocks(GgmlDType::Q8_0)),
    ("q4_0", Precision::Blocks(GgmlDType::Q4_0)),
    ("q4_k", Precision::Blocks(GgmlDType::Q4K)),
    ("q6_k", Precision::Blocks(GgmlDType::Q6K)),
];

/// Numbers of weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// Floating-point numbers: weights and whatever flows between layers.
    Float(DType),
    /// Weights in blocks that share a scale, as ggml lays them out; what flows is f32. A dense layer
    /// multiplies blocks, and rounds its input to 8 bits for that, as ggml does; a convolution takes the
    /// rounded weights as f32. A weight whose rows are no multiple of the block stays f32.
    Blocks(GgmlDType),
}

impl Precision {
    /// The precision of a word.
    ///
    /// # Errors
    /// It is none that candle knows.
    pub fn parse(word: &str) -> Result<Self, ModelError> {
        let found = WORDS.iter().find(|(known, _)| *known == word);
        found.map(|(_, precision)| *precision).ok_or_else(|| {
            let known: Vec<&str> = WORDS.iter().map(|(known, _)| *known).collect();
            ModelError::Input(format!(
                "candle knows no precision `{word}`: use one of {}",
                known.join(", ")
            ))
        })
    }

    /// What flows between layers.
    pub(super) fn flow(self) -> DType {
        match self {
            Self::Float(dtype) => dtype,
            Self::Blocks(_) => DType::F32,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds_without_candle_know_the_same_words() {
        assert_eq!(
            WORDS.map(|(word, _)| word),
            titer_spec::model::CANDLE_PRECISIONS
        );
    }
}
