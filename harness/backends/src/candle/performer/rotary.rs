//! Sines and cosines of positions, and queries and keys turned by them.

use std::ops::Range;
use std::sync::Arc;

use candle_core::{Device, Result as CandleResult, Tensor};
use titer_core::ModelError;

use crate::candle::network::On;
use crate::candle::weights::Weights;

/// The angle of each position: position times frequency.
#[derive(Clone)]
pub(super) struct Angles {
    frequencies: Arc<[f32]>,
    device: Device,
}

impl Angles {
    /// `width / 2` frequencies, which the weights hold so that they are those of training to the last bit: angles of
    /// 30,000 positions show it.
    pub(super) fn read(
        name: &str,
        width: usize,
        weights: &mut Weights,
        on: &On,
    ) -> Result<Self, ModelError> {
        Ok(Self {
            frequencies: weights.vector(name, width / 2)?.into(),
            device: on.device.clone(),
        })
    }

    /// Sines and cosines, each `[positions, width / 2]` in f32. The angle is rounded to 32 bits, as in PyTorch.
    pub(super) fn of(&self, positions: Range<usize>) -> CandleResult<(Tensor, Tensor)> {
        let shape = (positions.len(), self.frequencies.len());
        let angles = || {
            let at = positions.clone().map(|position| position as f32);
            at.flat_map(|at| {
                self.frequencies
                    .iter()
                    .map(move |each| f64::from(at * each))
            })
        };
        let sines: Vec<f32> = angles().map(|angle| angle.sin() as f32).collect();
        let cosines: Vec<f32> = angles().map(|angle| angle.cos() as f32).collect();
        Ok((
            Tensor::from_vec(sines, shape, &self.device)?,
            Tensor::from_vec(cosines, shape, &self.device)?,
        ))
    }
}

/// Which numbers of a head make a pair that is turned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pairs {
    /// Neighbours: performer-pytorch.
    Neighbours,
    /// One of each half: local-attention.
    Halves,
}

/// By how much each position is turned, `[positions, width]`.
pub(super) struct Turns {
    sines: Tensor,
    cosines: Tensor,
    pairs: Pairs,
}

impl Turns {
    pub(super) fn new(
        angles: &Angles,
        positions: Range<usize>,
        pairs: Pairs,
    ) -> CandleResult<Self> {
        let (sines, cosines) = angles.of(positions)?;
        let spread = |tensor: Tensor| match pairs {
            Pairs::Halves => Tensor::cat(&[&tensor, &tensor], 1),
            Pairs::Neighbours => Tensor::stack(&[&tensor, &tensor], 2)?.flatten_from(1),
        };
        Ok(Self {
            sines: spread(sines)?,
            cosines: spread(cosines)?,
            pairs,
        })
    }

    /// The turns of some of the positions.
    pub(super) fn part(&self, positions: Range<usize>) -> CandleResult<Self> {
        let of = |tensor: &Tensor| tensor.narrow(0, positions.start, positions.len());
        Ok(Self {
            sines: of(&self.sines)?,
            cosines: of(&self.cosines)?,
            pairs: self.pairs,
        })
    }

    /// Turns `[heads, positions, width]`.
    pub(super) fn apply(&self, heads: &Tensor) -> CandleResult<Tensor> {
        let dtype = heads.dtype();
        let turned = heads.broadcast_mul(&self.cosines.to_dtype(dtype)?)?;
        let other = self.other(heads)?;
        turned + other.broadcast_mul(&self.sines.to_dtype(dtype)?)?
    }

    /// (a, b) to (-b, a), pair by pair.
    fn other(&self, heads: &Tensor) -> CandleResult<Tensor> {
        let (count, length, width) = heads.dims3()?;
        let half = width / 2;
        match self.pairs {
            Pairs::Halves => {
                let (one, other) = (heads.narrow(2, 0, half)?, heads.narrow(2, half, half)?);
                Tensor::cat(&[&other.neg()?, &one], 2)
            }
            Pairs::Neighbours => {
                let pairs = heads.reshape((count, length, half, 2))?;
                let (one, other) = (pairs.narrow(3, 0, 1)?, pairs.narrow(3, 1, 1)?);
                Tensor::cat(&[&other.neg()?, &one], 3)?.reshape((count, length, width))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn angles() -> Angles {
        Angles {
            frequencies: Arc::from([1.0, 0.1]),
            device: Device::Cpu,
        }
    }

    /// (1, 0) turned by an angle is its cosine and sine, whichever numbers are the pair.
    #[test]
    fn a_pair_is_turned_by_position_times_frequency() {
        for (pairs, head) in [
            (Pairs::Halves, [1.0_f32, 1.0, 0.0, 0.0]),
            (Pairs::Neighbours, [1.0, 0.0, 1.0, 0.0]),
        ] {
            let turns = Turns::new(&angles(), 0..9, pairs).unwrap();
            let heads = Tensor::from_vec(head.to_vec(), (1, 1, 4), &Device::Cpu).unwrap();
            let turned = turns.part(7..8).unwrap().apply(&heads).unwrap();
            let found: Vec<f32> = turned.flatten_all().unwrap().to_vec1().unwrap();
            let (fast, slow) = ((7.0_f32).sin_cos(), (0.7_f32).sin_cos());
            let wanted = match pairs {
                Pairs::Halves => [fast.1, slow.1, fast.0, slow.0],
                Pairs::Neighbours => [fast.1, fast.0, slow.1, slow.0],
            };
            for (found, wanted) in found.iter().zip(wanted) {
                assert!((found - wanted).abs() < 1e-6, "{pairs:?}: {found} {wanted}");
            }
        }
    }
}
