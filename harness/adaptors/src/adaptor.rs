//! From sequences to tensors and from a tensor to probabilities, as the descriptor says.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use titer_core::{Answer, ModelError, Query};
use titer_spec::OutputKind;
use titer_spec::model::{Also, BothStrands, Holds, Input, OutputLayout, OutputSpec};

use crate::cut::{Cut, Cutter, Strand};
use crate::error::wrong;
use crate::{AdaptorError, Tensor, Watch, also, layout, one_hot, probabilities, reading, tokens};

mod shown;

/// How letters become numbers, for who has not said it.
const WAYS: &str = "say how letters become numbers, as in `one_hot: {alphabet: ACGT, layout: length_channels, other: zeros}`";

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

/// What kind of values a feed holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// [`Values::F32`].
    F32,
    /// [`Values::I64`].
    I64,
    /// [`Values::Text`].
    Text,
}

/// A feed before there is a batch: what a graph's input is held to when it is loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The graph's input; its only one where `None`.
    pub name: Option<String>,
    /// Sizes of the axes after the batch; `None`: it depends on the examples.
    pub sizes: Vec<Option<usize>>,
    /// What it holds.
    pub numbers: Kind,
}

/// A batch as feeds.
#[derive(Clone, Debug, PartialEq)]
pub struct Encoded {
    /// One for each input of the graph.
    pub feeds: Vec<Feed>,
    /// Where the examples' tokens (bases) lie.
    pub places: Places,
    /// Whether bases of an example were cropped away.
    pub truncated: Vec<bool>,
}

/// Where the tokens (bases) of a batch lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// Positions of every row; 0 where the letters go as text.
    pub length: usize,
    /// The part of each row that is no padding.
    pub real: Vec<Range<usize>>,
    /// The part of each row that is of the example's own letters: no padding, no token that begins or ends a row.
    pub own: Vec<Range<usize>>,
}

/// A model's input and output as its descriptor states them.
#[derive(Clone, Debug)]
pub struct Adaptor {
    cutter: Cutter,
    units: Units,
    tensor: Option<String>,
    also: Vec<Also>,
    bases: Option<usize>,
    both_strands: bool,
    /// Whether the output has positions, which are bases.
    turned: bool,
    layout: OutputLayout,
    reading: reading::Reading,
    output: probabilities::Decoder,
}

#[derive(Clone, Debug)]
enum Units {
    OneHot(one_hot::Encoder),
    Tokens(Box<tokens::Tokenizer>),
    Letters,
}

impl Adaptor {
    /// An adaptor for a model. `files` are a variant's by role: vocabulary, tokenizer and head are read
    /// from there where the descriptor needs them.
    ///
    /// # Errors
    /// The descriptor contradicts itself (an empty window or alphabet, a letter twice, softmax over a
    /// single number, `per_position` without classes and more), or a file is missing or damaged.
    pub fn new(
        input: &Input,
        output: &OutputSpec,
        files: &BTreeMap<String, PathBuf>,
    ) -> Result<Self, AdaptorError> {
        let units = match (&input.one_hot, &input.tokens, &input.letters) {
            (Some(one_hot), None, None) => Units::OneHot(one_hot::Encoder::new(one_hot)?),
            (None, Some(tokens), None) => {
                Units::Tokens(Box::new(tokens::Tokenizer::new(&tokens.value, files)?))
            }
            (None, None, Some(_)) => Units::Letters,
            _ => {
                return wrong(
                    "input",
                    "`input` needs exactly one of `one_hot`, `tokens` and `letters`",
                    WAYS,
                );
            }
        };
        let reading = reading::Reading::new(output, files)?;
        let adaptor = Self {
            cutter: Cutter::new(input)?,
            units,
            tensor: input.tensor.as_ref().map(|name| name.value.clone()),
            also: input.also.iter().map(|also| also.value.clone()).collect(),
            bases: input.bases(),
            both_strands: input.reverse_complement == Some(BothStrands::Average),
            turned: output.kind == OutputKind::PerPosition,
            layout: output.layout,
            output: probabilities::Decoder::new(&reading.rest(output))?,
            reading,
        };
        adaptor.sound()?;
        Ok(adaptor)
    }

    fn sound(&self) -> Result<(), AdaptorError> {
        if self.both_strands && matches!(self.units, Units::Tokens(_)) {
            self.needs_no_place_of_a_token()?;
        }
        if !self.also.is_empty() && self.tensor.is_none() {
            return wrong(
                "input.also",
                "`input.tensor` is not named, and a graph of several inputs is fed by their names",
                "name the input that the sequence goes to, as in `tensor: input_ids`",
            );
        }
        for (index, also) in self.also.iter().enumerate() {
            let before = self.also[..index].iter().map(|also| &also.tensor);
            if before.chain(&self.tensor).any(|name| *name == also.tensor) {
                return wrong(
                    format!("input.also.{index}"),
                    format!("`input.also` feeds `{}`, which is fed already", also.tensor),
                    "feed each input of the graph once: take one of them out",
                );
            }
            let positions = matches!(also.holds, Holds::Mask | Holds::Zeros | Holds::Positions);
            if positions && matches!(self.units, Units::Letters) {
                return wrong(
                    format!("input.also.{index}"),
                    format!(
                        "`input.also` makes `{}` per position, and `letters` have none",
                        also.tensor
                    ),
                    "take it out: it is a matter of what encodes the letters",
                );
            }
        }
        Ok(())
    }

    /// Tokens of the other strand begin at other bases: none of them is known to be the opposite of another.
    fn needs_no_place_of_a_token(&self) -> Result<(), AdaptorError> {
        if self.turned {
            return wrong(
                "input.reverse_complement",
                "`reverse_complement` cannot turn round what a model says of each token",
                "take it out",
            );
        }
        if self.reading.has_positions() {
            return wrong(
                "output.positions",
                "`output.positions` are tokens, and `reverse_complement` reads the other strand, where they stand elsewhere",
                "use `pooling` in their place (`first` is the token before the sequence, as [CLS]), or take `reverse_complement` out",
            );
        }
        Ok(())
    }

    /// What [`encode`](Self::encode) makes, before there is a batch.
    #[must_use]
    pub fn made(&self) -> Vec<Made> {
        let (length, sizes, numbers) = match &self.units {
            Units::OneHot(encoder) => (self.bases, encoder.sizes(self.bases, Some), Kind::F32),
            Units::Tokens(tokens) => {
                let length = tokens.length(self.bases);
                (length, vec![length], Kind::I64)
            }
            Units::Letters => (None, Vec::new(), Kind::Text),
        };
        let first = Made {
            name: self.tensor.clone(),
            sizes,
            numbers,
        };
        let further = self.also.iter().map(|also| also::made(also, length));
        std::iter::once(first).chain(further).collect()
    }

    /// Encodes a batch: one feed for each input of the graph.
    ///
    /// # Errors
    /// A sequence ends before the window does, or has a length that the descriptor refuses.
    pub fn encode(&self, batch: &[Query<'_>]) -> Result<Encoded, AdaptorError> {
        self.encode_strand(batch, Strand::Given)
    }

    pub(crate) fn encode_strand(
        &self,
        batch: &[Query<'_>],
        strand: Strand,
    ) -> Result<Encoded, AdaptorError> {
        let cuts = batch
            .iter()
            .map(|query| self.cutter.cut(query.sequence, strand))
            .collect::<Result<Vec<Cut>, _>>()?;
        let mut truncated: Vec<bool> = cuts.iter().map(|cut| cut.cropped).collect();
        let (shape, values, places) = match &self.units {
            Units::OneHot(encoder) => {
                let length = the_length(&cuts)?;
                let (shape, values) = encoder.encode(&cuts, length);
                (shape, Values::F32(values), places(&cuts, length))
            }
            Units::Tokens(tokens) => {
                let rows = tokens.encode(cuts.iter().map(|cut| cut.letters.as_slice()))?;
                for (truncated, cropped) in truncated.iter_mut().zip(&rows.cropped) {
                    *truncated |= cropped;
                }
                let places = Places {
                    length: rows.length,
                    real: rows.real,
                    own: rows.own,
                };
                let shape = vec![cuts.len(), rows.length];
                (shape, Values::I64(rows.ids), places)
            }
            Units::Letters => {
                // Positions are the matter of what encodes them: no axis of the output is known to be these.
                let places = places(&cuts, 0);
                let text = |cut: Cut| String::from_utf8_lossy(&cut.letters).into_owned();
                let texts: Vec<String> = cuts.into_iter().map(text).collect();
                (vec![texts.len()], Values::Text(texts), places)
            }
        };
        let first = Feed {
            name: self.tensor.clone(),
            shape,
            values,
        };
        let further = self.also.iter().map(|one| also::feed(one, &places));
        Ok(Encoded {
            feeds: std::iter::once(first).chain(further).collect(),
            places,
            truncated,
        })
    }

    /// Whether the other strand is to be read too, and the mean of both taken.
    pub(crate) fn both_strands(&self) -> bool {
        self.both_strands
    }

    /// Whether positions lie the other way round on the other strand.
    pub(crate) fn turned(&self) -> bool {
        self.turned
    }

    /// Reads a model's output for a batch that was encoded as `places` says. Values that are not finite
    /// are kept as they are; what is outside 0 to 1 by less than 1e-6 is rounding and is clamped.
    ///
    /// # Errors
    /// The shape is not the promised one, or a value is no probability.
    pub fn decode(&self, places: &Places, output: Tensor) -> Result<Vec<Answer>, ModelError> {
        self.decode_strand(places, output, Strand::Given, &mut Watch::default())
    }

    pub(crate) fn decode_strand(
        &self,
        places: &Places,
        output: Tensor,
        strand: Strand,
        watch: &mut Watch,
    ) -> Result<Vec<Answer>, ModelError> {
        let shape = output.shape.clone();
        let read = self.reading.read(output, places, strand, watch);
        read.and_then(|read| {
            let of_the_input = self.turned && read.shape.get(1) == Some(&places.length);
            let mut answers = self.output.decode(places.real.len(), read, watch)?;
            if of_the_input && !self.reading.has_positions() {
                let own = answers.iter_mut().zip(&places.own);
                own.for_each(|(answer, own)| keep(answer, own));
            }
            Ok(answers)
        })
        .map_err(|error| self.with_cure(error, &shape))
    }

    /// A wrong shape, as the graph gave it, with the cure where its axes only stand in another order.
    fn with_cure(&self, error: ModelError, shape: &[usize]) -> ModelError {
        let numbers = self.reading.numbers().unwrap_or(self.output.classes());
        match (error, layout::cure(shape, self.layout, numbers)) {
            (ModelError::Shape { expected, .. }, Some(cure)) => ModelError::Shape {
                found: format!("{shape:?}"),
                expected: format!("{expected}: {cure}"),
            },
            (error, _) => error,
        }
    }
}

fn places(cuts: &[Cut], length: usize) -> Places {
    let real: Vec<Range<usize>> = cuts.iter().map(|cut| cut.real.clone()).collect();
    Places {
        length,
        own: real.clone(),
        real,
    }
}

/// Leaves an answer the positions of an example's own letters, however long the row that they lie in.
fn keep(answer: &mut Answer, own: &Range<usize>) {
    if let Answer::Probabilities { numbers, classes } = answer {
        numbers.truncate(own.end * *classes);
        numbers.drain(..(own.start * *classes).min(numbers.len()));
    }
}

fn the_length(cuts: &[Cut]) -> Result<usize, AdaptorError> {
    let length = cuts.first().map_or(0, |cut| cut.letters.len());
    match cuts.iter().find(|cut| cut.letters.len() != length) {
        None => Ok(length),
        Some(other) => wrong(
            "input",
            format!(
                "a batch has sequences of {length} and of {} bases",
                other.letters.len()
            ),
            "add `input.length`, or a `window`",
        ),
    }
}
