//! What a bootstrap cannot see: labels that few examples can have and none had.
//!
//! Where all labels of a bin are equal no replicate has another, however small the bin, and the
//! residual looks surer than it is. So each bin's spread is kept at least at that of a share with
//! z squared more hits and misses than were counted (twice what Wilson adds; for a bin without a hit
//! the end then lies where Wilson's does), by noise added to the replicates.

use titer_core::Stream;
use titer_statistics::norm::Known;
use titer_statistics::normal::drawn;

use super::sheet::Held;

/// The least spread of the sum of a bin's residuals.
pub(super) fn least(held: Held, z: f64) -> f64 {
    let more = z * z;
    let share = (held.positives + more) / (held.examples + 2.0 * more);
    (held.examples * share * (1.0 - share)).sqrt()
}

/// Adds to each coordinate what its spread falls short of the least.
pub(super) fn fill(known: &mut Known, least: &[f64]) {
    let (mut squares, mut count) = (vec![0.0; least.len()], 0.0);
    for deviation in known.deviations.iter().flatten() {
        count += 1.0;
        for (sum, z) in squares.iter_mut().zip(deviation) {
            *sum += z * z;
        }
    }
    let short = least
        .iter()
        .zip(&squares)
        .map(|(least, sum)| (least * least - sum / count).max(0.0).sqrt());
    let short: Vec<f64> = short.collect();
    for (replicate, deviation) in known.deviations.iter_mut().enumerate() {
        let Some(deviation) = deviation else { continue };
        let mut noise = Noise::new(replicate);
        for (z, short) in deviation.iter_mut().zip(&short) {
            *z += short * noise.next();
        }
    }
}

/// Standard normal numbers of a replicate: the same for both sides of a comparison, so that what is
/// equal stays equal.
pub(super) struct Noise(Stream);

impl Noise {
    pub(super) fn new(replicate: usize) -> Self {
        Self(Stream::new(0, "unseen labels", &replicate.to_string()))
    }

    pub(super) fn next(&mut self) -> f64 {
        drawn(&mut self.0)
    }
}
