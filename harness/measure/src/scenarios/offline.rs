//! The offline scenario: all examples are there at once; each batch's time is from then to its answer.

use titer_core::Timing;

use super::{Ask, Extent, FEWEST, Timer, end, warm_up};

pub(super) fn measure<E>(
    timer: Timer<'_>,
    extent: Extent,
    ask: Ask<'_, E>,
) -> Result<Vec<Timing>, E> {
    let examples = timer.batch_size;
    let mut timings = warm_up::warm_up(&timer, extent, examples, &mut || ask(examples))?;
    let begin = timer.clock.now_ns();
    let batches = 0..end(extent.queries.max(FEWEST));
    for number in timer.lasting(batches, FEWEST, extent.limit_ns) {
        ask(examples)?;
        let wall_ns = timer.clock.now_ns().saturating_sub(begin);
        timings.push(timer.timing(number, examples, 0, wall_ns));
    }
    Ok(timings)
}
