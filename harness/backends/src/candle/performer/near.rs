//! Attention to a window of tokens and its two neighbours.

use std::ops::Range;

use candle_core::{Result as CandleResult, Tensor};

use super::rotary::Turns;
use super::softmax::softmax;
use crate::candle::config::LocalRotary;

/// What near heads need to know.
pub(super) struct Near {
    pub(super) window: usize,
    pub(super) rotary: LocalRotary,
}

impl Near {
    /// `[heads, tokens, width]` of queries, keys and values. `turns` are of the positions that `rotary` counts.
    pub(super) fn attend(
        &self,
        turns: &Turns,
        queries: &Tensor,
        keys: &Tensor,
        values: &Tensor,
    ) -> CandleResult<Tensor> {
        let (_, length, width) = queries.dims3()?;
        let queries = (queries * (width as f64).powf(-0.5))?;
        let mut outputs = Vec::with_capacity(length.div_ceil(self.window));
        for start in (0..length).step_by(self.window) {
            let own = start..length.min(start + self.window);
            let seen = start.saturating_sub(self.window)..length.min(start + 2 * self.window);
            let (of_queries, of_keys) = self.counted(&own, &seen);
            let of = |tensor: &Tensor, part: &Range<usize>| {
                tensor.narrow(1, part.start, part.len())?.contiguous()
            };
            let queries = turns.part(of_queries)?.apply(&of(&queries, &own)?)?;
            let keys = turns.part(of_keys)?.apply(&of(keys, &seen)?)?;
            outputs.push(softmax(&queries, &keys, &of(values, &seen)?)?);
        }
        Tensor::cat(&outputs, 1)
    }

    /// The positions that queries and keys of a window count as.
    fn counted(&self, own: &Range<usize>, seen: &Range<usize>) -> (Range<usize>, Range<usize>) {
        match self.rotary {
            LocalRotary::Sequence => (own.clone(), seen.clone()),
            LocalRotary::Window => {
                // What a window sees begins a window before it, even where the sequence does not.
                let first = seen.start + self.window - own.start;
                let queries = 2 * self.window..2 * self.window + own.len();
                (queries, first..first + seen.len())
            }
        }
    }
}
