//! The multi-stream scenario: several examples at a time, the next when all of them have been answered.

use titer_core::Timing;
use titer_spec::evaluation::MultiStream;

use super::{Ask, Extent, Timer};

pub(super) fn measure<E>(
    timer: Timer<'_>,
    extent: Extent,
    own: &MultiStream,
    ask: Ask<'_, E>,
) -> Result<Vec<Timing>, E> {
    let samples = own.samples_per_query;
    timer.one_by_one(extent, samples, &mut || {
        let mut left = samples;
        while left > 0 {
            let batch = left.min(timer.batch_size.max(1));
            ask(batch)?;
            left -= batch;
        }
        Ok(())
    })
}
