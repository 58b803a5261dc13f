//! A convolution of 32-bit numbers on a processor, tile by tile, with what follows it.
//!
//! candle's own copies the input once for every base of the kernel, whole, on one thread, and then goes over the whole output
//! again for the bias, the normalization and the activation. Here a tile of the output is made at once: the bases that it
//! sees are gathered into a panel that the processor's cache holds, one product fills the tile, and it is finished before it
//! is written. Tiles depend on shapes alone and each is computed by one thread in one order, so that the number of threads
//! changes no bit.

use candle_core::{CpuStorage, CustomOp1, CustomOp2, Layout, Result as CandleResult, Shape};
use gemm::Parallelism;
use rayon::prelude::*;

use super::finish::Finish;

/// Numbers of a panel: half a megabyte, which the second cache of today's processors holds.
const PANEL: usize = 1 << 17;
/// The positions of a tile, at least and at most, where there are so many.
const FEWEST: usize = 64;
const MOST: usize = 1024;

/// A convolution with its weights.
pub(super) struct Convolution {
    /// `[out, inputs, width]`.
    pub(super) kernel: Vec<f32>,
    pub(super) out: usize,
    pub(super) inputs: usize,
    pub(super) width: usize,
    /// Zeros before and after the input.
    pub(super) pads: (usize, usize),
    pub(super) stride: usize,
    pub(super) dilation: usize,
    /// What becomes of each number of the output.
    pub(super) finish: Finish,
}

impl Convolution {
    /// Of `[batch, inputs, length]`; `added` is of the output's shape, and added before the activation.
    fn run(
        &self,
        input: &[f32],
        (batch, length): (usize, usize),
        added: Option<&[f32]>,
    ) -> (Vec<f32>, usize) {
        let reach = (self.width - 1) * self.dilation + 1;
        let length_out = (length + self.pads.0 + self.pads.1 - reach) / self.stride + 1;
        let mut output = vec![0.0; batch * self.out * length_out];
        let tiles = tiles(&mut output, (self.out, length_out), self.span());
        tiles
            .into_par_iter()
            .for_each_init(Scratch::default, |scratch, tile| {
                let (start, many) = (tile.start, tile.many());
                let examples = tile.rows.len() / self.out;
                scratch.panel.clear();
                scratch
                    .panel
                    .resize(self.inputs * self.width * examples * many, 0.0);
                for example in 0..examples {
                    let whole = self.inputs * length;
                    let seen = &input[(tile.example + example) * whole..][..whole];
                    let at = (example, examples);
                    self.gather(seen, length, (start, many), at, &mut scratch.panel);
                }
                self.product(scratch, examples * many);
                for (index, row) in tile.rows.into_iter().enumerate() {
                    let (example, channel) = (index / self.out, index % self.out);
                    let added = added.map(|added| {
                        let row = (tile.example + example) * self.out + channel;
                        &added[row * length_out + start..][..many]
                    });
                    let found = &scratch.tile[(channel * examples + example) * many..][..many];
                    self.finish.apply(channel, found, added, row);
                }
            });
        (output, length_out)
    }

    /// Positions of a tile.
    fn span(&self) -> usize {
        let fits = PANEL / (self.inputs * self.width);
        // Whole registers of the widest processors.
        fits.clamp(FEWEST, MOST) / 16 * 16
    }

    /// What each of some positions of the output sees: a row for each channel and base of the kernel. The positions stand
    /// at the place of one of several examples.
    fn gather(
        &self,
        input: &[f32],
        length: usize,
        (start, many): (usize, usize),
        (example, examples): (usize, usize),
        panel: &mut [f32],
    ) {
        for (row, seen) in panel.chunks_mut(examples * many).enumerate() {
            let seen = &mut seen[example * many..][..many];
            let (channel, tap) = (row / self.width, row % self.width);
            let channel = &input[channel * length..][..length];
            // Where the first position looks, counted from the first zero.
            let first = start * self.stride + tap * self.dilation;
            // Positions before this one see zeros on the left.
            let inside = self.pads.0.saturating_sub(first).div_ceil(self.stride);
            let from = (first + inside * self.stride).saturating_sub(self.pads.0);
            let Some((seen, rest)) = seen.get_mut(inside..).zip(channel.get(from..)) else {
                continue;
            };
            if self.stride == 1 {
                let many = seen.len().min(rest.len());
                seen[..many].copy_from_slice(&rest[..many]);
            } else {
                let rest = rest.iter().step_by(self.stride);
                seen.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            }
        }
    }

    /// The kernel times the panel.
    fn product(&self, scratch: &mut Scratch, many: usize) {
        let Scratch { panel, tile } = scratch;
        let inner = self.inputs * self.width;
        tile.clear();
        tile.resize(self.out * many, 0.0);
        assert!(self.kernel.len() == self.out * inner && panel.len() == inner * many);
        #[allow(unsafe_code, reason = "gemm takes pointers; the lengths stand above")]
        // SAFETY: the three matrices are contiguous, by rows, of the sizes just checked, and none overlaps another.
        unsafe {
            gemm::gemm(
                self.out,
                many,
                inner,
                tile.as_mut_ptr(),
                1,
                many as isize,
                false,
                self.kernel.as_ptr(),
                1,
                inner as isize,
                panel.as_ptr(),
                1,
                many as isize,
                0.0,
                1.0,
                false,
                false,
                false,
                Parallelism::None,
            );
        }
    }
}

/// What a thread needs for a tile.
#[derive(Default)]
struct Scratch {
    panel: Vec<f32>,
    tile: Vec<f32>,
}

/// A part of the output that is computed at once: positions of one example, or several short examples whole.
struct Tile<'a> {
    /// The first example.
    example: usize,
    /// The first position of each.
    start: usize,
    /// Each channel's part of its row, example by example.
    rows: Vec<&'a mut [f32]>,
}

impl Tile<'_> {
    /// Positions of each example.
    fn many(&self) -> usize {
        self.rows.first().map_or(0, |row| row.len())
    }
}

fn tiles(output: &mut [f32], (channels, length): (usize, usize), span: usize) -> Vec<Tile<'_>> {
    let together = (span / length).max(1);
    let mut tiles: Vec<Tile<'_>> = Vec::new();
    for (index, maps) in output.chunks_mut(together * channels * length).enumerate() {
        let first = tiles.len();
        let rows = maps.len() / length;
        for start in (0..length).step_by(span) {
            tiles.push(Tile {
                example: index * together,
                start,
                rows: Vec::with_capacity(rows),
            });
        }
        for row in maps.chunks_mut(length) {
            for (tile, part) in tiles[first..].iter_mut().zip(row.chunks_mut(span)) {
                tile.rows.push(part);
            }
        }
    }
    tiles
}

/// The numbers of a tensor that lies in one piece.
pub(super) fn whole<'a>(storage: &'a CpuStorage, layout: &Layout) -> CandleResult<&'a [f32]> {
    let numbers = storage.as_slice::<f32>()?;
    match layout.contiguous_offsets() {
        Some((start, end)) => Ok(&numbers[start..end]),
        None => Err(candle_core::Error::Msg("a tensor in pieces".to_owned())),
    }
}

impl CustomOp1 for Convolution {
    fn name(&self) -> &'static str {
        "convolution"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> CandleResult<(CpuStorage, Shape)> {
        let (batch, _, length) = layout.shape().dims3()?;
        let (output, length) = self.run(whole(storage, layout)?, (batch, length), None);
        Ok((CpuStorage::F32(output), (batch, self.out, length).into()))
    }
}

impl CustomOp2 for Convolution {
    fn name(&self) -> &'static str {
        "convolution and sum"
    }

    fn cpu_fwd(
        &self,
        storage: &CpuStorage,
        layout: &Layout,
        added: &CpuStorage,
        added_layout: &Layout,
    ) -> CandleResult<(CpuStorage, Shape)> {
        let (batch, _, length) = layout.shape().dims3()?;
        let added = Some(whole(added, added_layout)?);
        let (output, length) = self.run(whole(storage, layout)?, (batch, length), added);
        Ok((CpuStorage::F32(output), (batch, self.out, length).into()))
    }
}

#[cfg(test)]
mod tests;
