//! What becomes of each number by itself, in one pass: a bias, a sum, a factor and an offset of its channel, an activation.

use candle_core::{CpuStorage, CustomOp1, Layout, Result as CandleResult, Shape};
use rayon::prelude::*;

use super::convolution::whole;
use crate::candle::config::Activation;

/// Applied in this order; each part may be missing.
#[derive(Clone, Debug, Default)]
pub(super) struct Finish {
    /// One for each channel.
    pub(super) bias: Option<Vec<f32>>,
    /// A factor and an offset for each channel.
    pub(super) affine: Option<(Vec<f32>, Vec<f32>)>,
    /// One that needs no other number of the channel or the position: any but softmax.
    pub(super) activation: Option<Activation>,
}

impl Finish {
    /// Whether a sum, or a factor and an offset, may still come at its end.
    pub(super) fn takes_affine(&self) -> bool {
        self.affine.is_none() && self.activation.is_none()
    }

    /// Whether the activation may.
    pub(super) fn takes(&self, activation: Activation) -> bool {
        self.activation.is_none() && activation != Activation::Softmax
    }

    /// From what was found of a channel to its row; `added` comes after the bias.
    pub(super) fn apply(
        &self,
        channel: usize,
        found: &[f32],
        added: Option<&[f32]>,
        row: &mut [f32],
    ) {
        let bias = self.bias.as_ref().map_or(0.0, |bias| bias[channel]);
        let (factor, offset) = match &self.affine {
            Some((factor, offset)) => (factor[channel], offset[channel]),
            None => (1.0, 0.0),
        };
        let linear = move |x: f32| x * factor + offset;
        match added {
            Some(added) => {
                for ((to, found), added) in row.iter_mut().zip(found).zip(added) {
                    *to = linear((found + bias) + added);
                }
            }
            None => each(row, found, |x| linear(x + bias)),
        }
        match self.activation {
            None | Some(Activation::Softmax) => {}
            // What is no number stays none.
            Some(Activation::Relu) => row
                .iter_mut()
                .for_each(|x| *x = if *x < 0.0 { 0.0 } else { *x }),
            Some(Activation::Tanh) => row.iter_mut().for_each(|x| *x = x.tanh()),
            Some(Activation::Elu) => {
                row.iter_mut()
                    .for_each(|x| *x = if *x < 0.0 { x.exp() - 1.0 } else { *x });
            }
            Some(Activation::Sigmoid) => {
                row.iter_mut().for_each(|x| *x = 1.0 / ((-*x).exp() + 1.0));
            }
        }
    }
}

fn each(row: &mut [f32], found: &[f32], of: impl Fn(f32) -> f32) {
    for (to, found) in row.iter_mut().zip(found) {
        *to = of(*found);
    }
}

/// By itself, where no convolution comes before it.
impl CustomOp1 for Finish {
    fn name(&self) -> &'static str {
        "finish"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> CandleResult<(CpuStorage, Shape)> {
        let (_, channels, length) = layout.shape().dims3()?;
        let input = whole(storage, layout)?;
        let mut output = vec![0.0; input.len()];
        let rows = output.par_chunks_mut(length.max(1));
        let found = input.par_chunks(length.max(1));
        rows.zip(found)
            .enumerate()
            .for_each(|(index, (row, found))| {
                self.apply(index % channels, found, None, row);
            });
        Ok((CpuStorage::F32(output), layout.shape().clone()))
    }
}
