//! A Performer with local attention, as performer-pytorch 1.1.4 computes it of a sequence alone.
//!
//! Sequences of a batch go through one by one, without their padding: performer-pytorch keeps the keys of padding in its
//! sums, so that there an answer depends on what its sequence was padded to.

use candle_core::{DType, Result as CandleResult, Tensor};
use titer_core::ModelError;

use super::config::Performer;
use super::network::On;
use super::weights::Weights;

mod attention;
mod far;
mod near;
mod parts;
mod rotary;
mod softmax;

use attention::{AllTurns, Attention};
use parts::{Dense, Norm};
use rotary::Angles;

/// A network, ready to run.
pub(super) struct Network {
    described: Performer,
    embedding: Tensor,
    positions: Angles,
    rotary: Angles,
    layers: Vec<Layer>,
    ends: [Dense; 2],
    on: On,
}

struct Layer {
    attention: Attention,
    norm: Norm,
    dense: [Dense; 2],
}

impl Network {
    pub(super) fn build(
        described: &Performer,
        weights: &mut Weights,
        on: &On,
    ) -> Result<Self, ModelError> {
        let width = described.width;
        let layers = (0..described.depth)
            .map(|index| Layer::build(index, described, weights, on))
            .collect::<Result<Vec<Layer>, _>>()?;
        let first = Dense::read("ff_1", width, None, weights, on)?;
        let last = Dense::read("ff_2", first.out(), Some(described.classes), weights, on)?;
        Ok(Self {
            embedding: weights.table("nuc_emb.weight", described.tokens, width)?,
            positions: Angles::read("pos_emb.inv_freq", width, weights, on)?,
            rotary: Angles::read("rotary.inv_freq", described.head_width, weights, on)?,
            layers,
            ends: [first, last],
            described: described.clone(),
            on: on.clone(),
        })
    }

    /// Whether tokens are those of this network, padding being behind them.
    pub(super) fn check(&self, shape: &[usize], ids: &[i64]) -> Result<(), ModelError> {
        let Performer {
            tokens, longest, ..
        } = self.described;
        let &[_, length] = shape else {
            return Err(ModelError::Input(format!(
                "the family `performer` takes [batch, tokens], the descriptor makes {shape:?}"
            )));
        };
        if length > longest {
            return Err(ModelError::Input(format!(
                "a sequence has {length} tokens and the network of config.json takes {longest}: correct `input.tokens.length`"
            )));
        }
        let known = |id: &i64| usize::try_from(*id).is_ok_and(|id| id < tokens);
        if let Some(id) = ids.iter().find(|id| !known(id)) {
            return Err(ModelError::Input(format!(
                "the network of config.json has no token {id}, only 0 to {}: correct `input.tokens.vocabulary`",
                tokens - 1
            )));
        }
        let inside = |row: &[i64]| self.real(row).contains(&self.pad());
        if ids.chunks(length.max(1)).any(inside) {
            return Err(ModelError::Input(
                "padding stands before or within a sequence: use `shorter: pad_right` in `input.tokens.length`".to_owned(),
            ));
        }
        Ok(())
    }

    fn pad(&self) -> i64 {
        self.described.pad as i64
    }

    /// A row without the padding behind it.
    fn real<'a>(&self, row: &'a [i64]) -> &'a [i64] {
        let end = row.iter().rposition(|id| *id != self.pad());
        &row[..end.map_or(0, |last| last + 1)]
    }

    /// From `[batch, tokens]` to `[batch, tokens, classes]`; 0 where padding is.
    pub(super) fn run(&self, shape: &[usize], ids: &[i64]) -> CandleResult<titer_adaptors::Tensor> {
        let (length, classes) = (shape[1], self.described.classes);
        let mut values: Vec<f32> = Vec::with_capacity(ids.len() * classes);
        for row in ids.chunks(length.max(1)) {
            let real = self.real(row);
            if !real.is_empty() {
                values.extend(self.one(real)?);
            }
            values.resize(values.len() + (row.len() - real.len()) * classes, 0.0);
        }
        let shape = vec![shape[0], length, classes];
        Ok(titer_adaptors::Tensor::single(shape, values))
    }

    fn one(&self, ids: &[i64]) -> CandleResult<Vec<f32>> {
        let ids: Vec<u32> = ids.iter().map(|id| *id as u32).collect();
        let length = ids.len();
        let ids = Tensor::from_vec(ids, length, &self.on.device)?;
        let (sines, cosines) = self.positions.of(0..length)?;
        let positions = Tensor::cat(&[sines, cosines], 1)?.to_dtype(self.on.flow)?;
        let mut flow = (self.embedding.index_select(&ids, 0)? + positions)?;
        let turns = AllTurns::new(&self.rotary, length, &self.described)?;
        for layer in &self.layers {
            flow = layer.apply(&flow, &turns)?;
        }
        let [first, last] = &self.ends;
        let logits = last.apply(&first.apply(&flow)?.relu()?)?;
        logits.to_dtype(DType::F32)?.flatten_all()?.to_vec1()
    }
}

impl Layer {
    fn build(
        index: usize,
        described: &Performer,
        weights: &mut Weights,
        on: &On,
    ) -> Result<Self, ModelError> {
        let (attends, dense) = (format!("layers.{index}.0"), format!("layers.{index}.1"));
        let width = described.width;
        let attention = Attention::build(&attends, described, weights, on)?;
        let first = Dense::read(&format!("{dense}.fn.fn.w1"), width, None, weights, on)?;
        let inner = first.out();
        let second = Dense::read(
            &format!("{dense}.fn.fn.w2"),
            inner,
            Some(width),
            weights,
            on,
        )?;
        Ok(Self {
            attention,
            norm: Norm::read(&dense, width, weights, on)?,
            dense: [first, second],
        })
    }

    fn apply(&self, flow: &Tensor, turns: &AllTurns) -> CandleResult<Tensor> {
        let flow = (flow + self.attention.apply(flow, turns)?)?;
        let [first, second] = &self.dense;
        let inner = first.apply(&self.norm.apply(&flow)?)?.gelu_erf()?;
        flow + second.apply(&inner)?
    }
}
