//! From a graph's tensor to the numbers that the output's kind asks for: positions, pooling, head, scale,
//! the positive class of two.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use titer_core::ModelError;
use titer_spec::OutputKind;
use titer_spec::model::{Activation, OutputLayout, OutputSpec, Pooling, Scale};

use super::cut::Strand;
use super::error::{AdaptorError, wrong};
use super::head::Head;
use super::{Places, Tensor, Watch, layout, pooling, probabilities};

/// The steps that a descriptor asks for, in their order.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    /// Whether positions are the last axis of the tensor.
    positions_last: bool,
    positions: Option<Range<usize>>,
    /// Whether one position alone stays an axis.
    per_position: bool,
    pooling: Option<Pooling>,
    head: Option<Head>,
    scale: Option<Scale>,
    choice: Option<Choice>,
}

/// One class of several, for a binary question.
#[derive(Clone, Copy, Debug)]
struct Choice {
    positive: usize,
    classes: usize,
    activation: Activation,
}

impl Reading {
    pub(super) fn new(
        output: &OutputSpec,
        files: &BTreeMap<String, PathBuf>,
    ) -> Result<Self, AdaptorError> {
        let positions: Option<Range<usize>> =
            output.positions.as_ref().map(|span| span.value.into());
        if positions.as_ref().is_some_and(Range::is_empty) {
            return wrong(
                "output.positions",
                "`output.positions` holds none",
                "`end` is one past the last position and lies after `start`",
            );
        }
        let per_position = output.kind == OutputKind::PerPosition;
        if per_position && output.pooling.is_some() {
            return wrong(
                "output.pooling",
                "`output.pooling` leaves no positions, and `kind: per_position` needs them",
                "take it out, or write the kind of what is left",
            );
        }
        let one = positions
            .as_ref()
            .is_none_or(|positions| positions.len() == 1);
        if !one && !per_position && output.pooling.is_none() {
            return wrong(
                "output.positions",
                "`output.positions` holds several, and the output's kind has one",
                "name one, or add `pooling`",
            );
        }
        let positions_last = output.layout == OutputLayout::ClassesPositions;
        let has_positions = per_position || positions.is_some() || output.pooling.is_some();
        if positions_last && !has_positions {
            return wrong(
                "output.layout",
                "`output.layout` is the order of positions and classes, and this output keeps no positions",
                "add `pooling` or `positions`, or take `layout` out",
            );
        }
        Ok(Self {
            positions_last,
            positions,
            per_position,
            pooling: output.pooling,
            head: output
                .head
                .as_ref()
                .map(|head| Head::read(head, files))
                .transpose()?,
            scale: output.scale,
            choice: choice(output)?,
        })
    }

    /// How many numbers each position has to have; `None` where any will do.
    pub(super) fn numbers(&self) -> Option<usize> {
        let head = self.head.as_ref().map(Head::size);
        head.or(self.choice.map(|choice| choice.classes))
    }

    /// Whether some of a tensor's positions are chosen by their number.
    pub(super) fn has_positions(&self) -> bool {
        self.positions.is_some()
    }

    /// What the decoder applies: where a class was chosen, its activation has been applied already.
    pub(super) fn rest(&self, output: &OutputSpec) -> OutputSpec {
        match self.choice {
            None => output.clone(),
            Some(_) => OutputSpec {
                classes: Vec::new(),
                activation: Activation::None,
                ..output.clone()
            },
        }
    }

    /// Reads a graph's tensor for a batch.
    ///
    /// # Errors
    /// It is not of the shape that the steps need.
    pub(super) fn read(
        &self,
        tensor: Tensor,
        places: &Places,
        strand: Strand,
        watch: &mut Watch,
    ) -> Result<Tensor, ModelError> {
        let size: usize = tensor.shape.iter().product();
        if tensor.values.len() != size || tensor.shape.first() != Some(&places.real.len()) {
            // The decoder says so in the words of the output's kind.
            return Ok(tensor);
        }
        let mut tensor = match self.positions_last {
            true => layout::turn(&tensor)?,
            false => tensor,
        };
        let mut real: Option<Vec<Range<usize>>> = None;
        if self.positions.is_some() || self.pooling.is_some() {
            let axis = with_positions(&mut tensor)?;
            real = (axis == places.length).then(|| places.real.clone());
        }
        if let Some(positions) = &self.positions {
            // Bases lie the other way round on the other strand; of tokens it is never read.
            let mirrored = strand == Strand::Other;
            crop(&mut tensor, &mut real, positions, mirrored)?;
        }
        match self.pooling {
            Some(how) => tensor = pooling::pool(how, &tensor, real.as_deref()),
            None if self.positions.is_some() && !self.per_position => {
                tensor.shape.remove(1);
            }
            None => {}
        }
        if let Some(head) = &self.head {
            tensor = head.apply(tensor)?;
        }
        if let Some(scale) = self.scale {
            for value in &mut tensor.values {
                *value = tensor.width.round(*value * scale.multiply + scale.add);
            }
        }
        match self.choice {
            None => Ok(tensor),
            Some(choice) => choose(tensor, choice, watch),
        }
    }
}

fn choice(output: &OutputSpec) -> Result<Option<Choice>, AdaptorError> {
    const FIELD: &str = "output.positive";
    if output.kind != OutputKind::Binary {
        return match output.positive {
            None => Ok(None),
            Some(_) => wrong(
                FIELD,
                "`output.positive` is of `kind: binary` alone",
                "take it out",
            ),
        };
    }
    match (&output.positive, output.classes.as_slice()) {
        (None, []) => Ok(None),
        (None, _) => wrong(
            "output.classes",
            "a binary output with `classes` needs `positive`",
            "name the class that is the positive one",
        ),
        (Some(_), [] | [_]) => wrong(
            FIELD,
            "`output.positive` chooses one of several `classes`",
            "list them in the tensor's order",
        ),
        (Some(positive), classes) => {
            match classes.iter().position(|class| *class == positive.value) {
                Some(index) => Ok(Some(Choice {
                    positive: index,
                    classes: classes.len(),
                    activation: output.activation,
                })),
                None => wrong(
                    FIELD,
                    format!(
                        "`output.positive` is `{}`, and `classes` are {}",
                        positive.value,
                        classes.join(", ")
                    ),
                    "write one of them",
                ),
            }
        }
    }
}

/// Makes sure of an axis of positions, the second of three; its size.
fn with_positions(tensor: &mut Tensor) -> Result<usize, ModelError> {
    match tensor.shape.as_slice() {
        [_, positions, _] => Ok(*positions),
        [_, positions] => {
            let positions = *positions;
            tensor.shape.push(1);
            Ok(positions)
        }
        shape => Err(ModelError::Shape {
            found: format!("{shape:?}"),
            expected: "[batch, positions, numbers] (`output.positions`, `output.pooling`)"
                .to_owned(),
        }),
    }
}

fn crop(
    tensor: &mut Tensor,
    real: &mut Option<Vec<Range<usize>>>,
    positions: &Range<usize>,
    mirrored: bool,
) -> Result<(), ModelError> {
    let (axis, width) = (tensor.shape[1], tensor.shape[2]);
    if positions.end > axis {
        return Err(ModelError::Shape {
            found: format!("{:?}", tensor.shape),
            expected: format!("at least {} positions (`output.positions`)", positions.end),
        });
    }
    let kept = match mirrored {
        false => positions.clone(),
        true => axis - positions.end..axis - positions.start,
    };
    let rows = tensor.values.chunks((axis * width).max(1));
    tensor.values = rows
        .flat_map(|row| &row[kept.start * width..kept.end * width])
        .copied()
        .collect();
    tensor.shape[1] = kept.len();
    for part in real.iter_mut().flatten() {
        let inside = |at: usize| at.clamp(kept.start, kept.end) - kept.start;
        *part = inside(part.start)..inside(part.end);
    }
    Ok(())
}

fn choose(tensor: Tensor, choice: Choice, watch: &mut Watch) -> Result<Tensor, ModelError> {
    let examples = tensor.shape.first().copied().unwrap_or_default();
    let fits = matches!(tensor.shape.as_slice(), [_, classes] | [_, 1, classes] if *classes == choice.classes);
    if !fits {
        return Err(ModelError::Shape {
            found: format!("{:?}", tensor.shape),
            expected: format!("[{examples}, {}] (binary with `classes`)", choice.classes),
        });
    }
    let mut values = tensor.values;
    watch.look(choice.activation, examples, choice.classes, &values);
    probabilities::activate(choice.activation, choice.classes, tensor.width, &mut values);
    Ok(Tensor {
        shape: vec![examples],
        values: values
            .chunks(choice.classes)
            .map(|row| row[choice.positive])
            .collect(),
        width: tensor.width,
    })
}

#[cfg(test)]
mod tests;
