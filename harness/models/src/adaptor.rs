//! From sequences to a tensor and from a tensor to probabilities, as the descriptor says.

use titer_core::{ModelError, Output, Query};
use titer_spec::model::{Input, OutputSpec};

mod one_hot;
mod probabilities;

/// Row-major numbers with their shape; the first axis is the batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// Sizes of the axes.
    pub shape: Vec<usize>,
    /// The numbers; as many as the product of `shape`.
    pub values: Vec<f32>,
}

/// One input of a graph, for a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Feed {
    /// The graph's input; its only one where `None`.
    pub name: Option<String>,
    /// Sizes of the axes; the first is the batch.
    pub shape: Vec<usize>,
    /// Row-major; as many as the product of `shape`.
    pub values: Values,
}

/// What a feed holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Numbers.
    F32(Vec<f32>),
    /// Tokens, masks.
    I64(Vec<i64>),
    /// Letters as they are, for what encodes them itself.
    Text(Vec<String>),
}

impl Feed {
    /// How many examples it is of.
    #[must_use]
    pub fn examples(&self) -> usize {
        self.shape.first().copied().unwrap_or_default()
    }
}

/// A model's input and output as its descriptor states them.
#[derive(Clone, Debug)]
pub struct Adaptor {
    input: one_hot::Encoder,
    output: probabilities::Decoder,
}

impl Adaptor {
    /// An adaptor for a model.
    ///
    /// # Errors
    /// The descriptor contradicts itself: an empty window or alphabet, a letter twice, softmax over a
    /// single number, `per_position` without classes.
    pub fn new(input: &Input, output: &OutputSpec) -> Result<Self, ModelError> {
        Ok(Self {
            input: one_hot::Encoder::new(input)?,
            output: probabilities::Decoder::new(output)?,
        })
    }

    /// Cuts each sequence to the window and encodes it: `[batch, length, channels]` or
    /// `[batch, channels, length]`; one feed for each input of the graph.
    ///
    /// # Errors
    /// A sequence ends before the window does.
    pub fn encode(&self, batch: &[Query<'_>]) -> Result<Vec<Feed>, ModelError> {
        let sequences: Vec<_> = batch.iter().map(|query| query.sequence).collect();
        let Tensor { shape, values } = self.input.encode(&sequences)?;
        Ok(vec![Feed {
            name: None,
            shape,
            values: Values::F32(values),
        }])
    }

    /// Reads a model's output for `examples` sequences as probabilities. Values that are not finite
    /// are kept as they are; what is outside 0 to 1 by less than 1e-6 is rounding and is clamped.
    ///
    /// # Errors
    /// The shape is not the promised one, or a value is no probability.
    pub fn decode(&self, examples: usize, output: Tensor) -> Result<Vec<Output>, ModelError> {
        self.output.decode(examples, output)
    }
}
