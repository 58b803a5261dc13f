//! The single-stream scenario: one query at a time, the next when the one before has been answered.

use titer_core::Timing;

use super::{Ask, Extent, Timer};

pub(super) fn measure<E>(
    timer: Timer<'_>,
    extent: Extent,
    ask: Ask<'_, E>,
) -> Result<Vec<Timing>, E> {
    let examples = timer.batch_size;
    timer.one_by_one(extent, examples, &mut || ask(examples))
}
