//! Steps that are done together on a processor: a convolution with what follows it number by number, and such numbers by themselves.

use candle_core::{Result as CandleResult, Tensor};

use super::convolution::Convolution;
use super::finish::Finish;
use super::step::Step;

/// The same network in fewer passes, of 32-bit numbers on a processor.
pub(super) fn fuse(steps: Vec<Step>) -> CandleResult<Vec<Step>> {
    let mut fused: Vec<Step> = Vec::with_capacity(steps.len());
    for step in steps {
        match (fused.last_mut(), step) {
            (
                _,
                Step::Conv {
                    weight,
                    bias,
                    pads,
                    stride,
                    dilation,
                },
            ) => {
                let (out, inputs, width) = weight.dims3()?;
                let convolution = Convolution {
                    kernel: numbers(&weight)?,
                    out,
                    inputs,
                    width,
                    pads,
                    stride,
                    dilation,
                    finish: Finish {
                        bias: bias.as_ref().map(numbers).transpose()?,
                        ..Finish::default()
                    },
                };
                fused.push(Step::Tiled(Box::new(convolution), None));
            }
            (Some(Step::Tiled(convolution, added @ None)), Step::Add(name))
                if convolution.finish.takes_affine() =>
            {
                *added = Some(name);
            }
            (Some(Step::Tiled(convolution, _)), Step::Affine { factor, offset })
                if convolution.finish.takes_affine() =>
            {
                convolution.finish.affine = Some((numbers(&factor)?, numbers(&offset)?));
            }
            (Some(Step::Tiled(convolution, _)), Step::Activation(activation))
                if convolution.finish.takes(activation) =>
            {
                convolution.finish.activation = Some(activation);
            }
            (Some(Step::Finish(finish)), Step::Activation(activation))
                if finish.takes(activation) =>
            {
                finish.activation = Some(activation);
            }
            // Of a map; what is flat is small.
            (_, Step::Affine { factor, offset }) if factor.rank() == 3 => {
                fused.push(Step::Finish(Finish {
                    affine: Some((numbers(&factor)?, numbers(&offset)?)),
                    ..Finish::default()
                }));
            }
            (_, step) => fused.push(step),
        }
    }
    Ok(fused)
}

fn numbers(tensor: &Tensor) -> CandleResult<Vec<f32>> {
    tensor.flatten_all()?.to_vec1()
}
