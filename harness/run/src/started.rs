//! When a worker was started, as told by whoever started it, so that the time until its first answer has the whole start in it.

use std::time::Duration;

/// The variable that holds the moment, nanoseconds of the system's monotonic clock.
pub(crate) const VARIABLE: &str = "TITER_STARTED_NS";

/// Now, as the variable holds it; `None` where the system has no clock that processes share.
pub(crate) fn now() -> Option<String> {
    now_ns().map(|ns| ns.to_string())
}

/// Nanoseconds since this process was started; `None` where nobody said when.
pub(crate) fn since_ns() -> Option<u64> {
    let started: u64 = std::env::var(VARIABLE).ok()?.parse().ok()?;
    now_ns()?.checked_sub(started)
}

#[cfg(unix)]
fn now_ns() -> Option<u64> {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    let seconds = u64::try_from(now.tv_sec).ok()?;
    let whole = Duration::new(seconds, u32::try_from(now.tv_nsec).ok()?);
    u64::try_from(whole.as_nanos()).ok()
}

#[cfg(not(unix))]
fn now_ns() -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn the_clock_goes_on() {
        let one: u64 = now().unwrap().parse().unwrap();
        assert!(now_ns().unwrap() >= one);
    }
}
