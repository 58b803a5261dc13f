//! A layer of attention: some heads far, the others near.

use candle_core::{DType, Result as CandleResult, Tensor};
use titer_core::ModelError;

use super::far;
use super::near::Near;
use super::parts::{Dense, Norm, broken};
use super::rotary::{Angles, Pairs, Turns};
use crate::candle::config::{LocalRotary, Performer};
use crate::candle::network::On;
use crate::candle::weights::Weights;

pub(super) struct Attention {
    norm: Norm,
    queries: Dense,
    keys: Dense,
    values: Dense,
    out: Dense,
    heads: usize,
    far: usize,
    features: Tensor,
    near: Near,
}

/// The turns of all positions of a sequence, the same in every layer.
pub(super) struct AllTurns {
    far: Turns,
    near: Turns,
}

impl AllTurns {
    pub(super) fn new(angles: &Angles, length: usize, described: &Performer) -> CandleResult<Self> {
        let near = match described.local_rotary {
            LocalRotary::Sequence => length,
            LocalRotary::Window => 3 * described.window,
        };
        Ok(Self {
            far: Turns::new(angles, 0..length, Pairs::Neighbours)?,
            near: Turns::new(angles, 0..near, Pairs::Halves)?,
        })
    }
}

impl Attention {
    pub(super) fn build(
        name: &str,
        described: &Performer,
        weights: &mut Weights,
        on: &On,
    ) -> Result<Self, ModelError> {
        let Performer {
            width,
            heads,
            head_width,
            ..
        } = *described;
        let inner = heads * head_width;
        let mut dense = |part: &str, from: usize, to: usize| {
            Dense::read(&format!("{name}.fn.{part}"), from, Some(to), weights, on)
        };
        let (queries, keys) = (dense("to_q", width, inner)?, dense("to_k", width, inner)?);
        let (values, out) = (dense("to_v", width, inner)?, dense("to_out", inner, width)?);
        let features = format!("{name}.fn.fast_attention.projection_matrix");
        let features = weights
            .table(&features, described.features, head_width)?
            .to_dtype(DType::F32)
            .map_err(|error| broken(&error))?;
        Ok(Self {
            norm: Norm::read(name, width, weights, on)?,
            queries,
            keys,
            values,
            out,
            heads,
            far: heads - described.local_heads,
            features,
            near: Near {
                window: described.window,
                rotary: described.local_rotary,
            },
        })
    }

    /// `[tokens, width]`, normalized first.
    pub(super) fn apply(&self, flow: &Tensor, turns: &AllTurns) -> CandleResult<Tensor> {
        let flow = self.norm.apply(flow)?;
        let (queries, keys, values) = (
            self.split(&self.queries.apply(&flow)?)?,
            self.split(&self.keys.apply(&flow)?)?,
            self.split(&self.values.apply(&flow)?)?,
        );
        let mut attended = Vec::with_capacity(2);
        if self.far > 0 {
            let of = |tensor: &Tensor| tensor.narrow(0, 0, self.far)?.contiguous();
            let turned = |tensor: &Tensor| turns.far.apply(&of(tensor)?);
            let (queries, keys) = (turned(&queries)?, turned(&keys)?);
            attended.push(far::attend(&queries, &keys, &of(&values)?, &self.features)?);
        }
        if self.far < self.heads {
            let of = |tensor: &Tensor| {
                tensor
                    .narrow(0, self.far, self.heads - self.far)?
                    .contiguous()
            };
            attended.push(self.near.attend(
                &turns.near,
                &of(&queries)?,
                &of(&keys)?,
                &of(&values)?,
            )?);
        }
        let joined = Tensor::cat(&attended, 0)?.transpose(0, 1)?.contiguous()?;
        self.out.apply(&joined.flatten_from(1)?)
    }

    /// `[tokens, heads * width]` to `[heads, tokens, width]`.
    fn split(&self, flow: &Tensor) -> CandleResult<Tensor> {
        let length = flow.dim(0)?;
        flow.reshape((length, self.heads, ()))?
            .transpose(0, 1)?
            .contiguous()
    }
}
