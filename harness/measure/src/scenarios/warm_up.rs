//! Warming up: until times are stable.

use titer_core::Timing;
use titer_statistics::warm_up::is_stable;

use super::{Extent, Timer, end};

/// Asks until times are stable: as many queries as the extent has at least, no more than it has at most, no longer than it lasts.
pub(super) fn warm_up<E>(
    timer: &Timer<'_>,
    extent: Extent,
    examples: u32,
    query: &mut dyn FnMut() -> Result<(), E>,
) -> Result<Vec<Timing>, E> {
    let begin = timer.clock.now_ns();
    let most = extent.max_warm_up.max(extent.warm_up);
    let (mut timings, mut walls) = (Vec::new(), Vec::new());
    for done in 0..most {
        let enough = done >= extent.warm_up && is_stable(&walls);
        let late = timer.clock.now_ns().saturating_sub(begin) >= extent.limit_ns;
        if enough || (late && done > 0) {
            break;
        }
        let timing = timer.time(end(done), examples, begin, query)?;
        walls.push(timing.wall_ns as f64);
        timings.push(timing);
    }
    // The last stands just before the first that counts, whose number is 0.
    let taken = end(u32::try_from(timings.len()).unwrap_or(u32::MAX));
    for timing in &mut timings {
        timing.query -= taken;
    }
    Ok(timings)
}
