//! The clock, behind a trait so that scenarios can be tested against a false one.

use std::time::{Duration, Instant};

/// A clock that never goes back.
pub trait Clock {
    /// Nanoseconds since some fixed moment.
    fn now_ns(&self) -> u64;

    /// Waits until that moment; not at all where it has passed.
    fn sleep_until(&self, moment_ns: u64);
}

/// The system's monotonic clock.
#[derive(Clone, Copy, Debug)]
pub struct Monotonic(Instant);

impl Default for Monotonic {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl Clock for Monotonic {
    fn now_ns(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    fn sleep_until(&self, moment_ns: u64) {
        let left = moment_ns.saturating_sub(self.now_ns());
        std::thread::sleep(Duration::from_nanos(left));
    }
}

/// A clock that only moves when it is told to: what is timed says what it costs.
#[cfg(test)]
#[derive(Debug, Default)]
pub(crate) struct False(std::cell::Cell<u64>);

#[cfg(test)]
impl False {
    /// Time passes.
    pub(crate) fn pass(&self, ns: u64) {
        self.0.set(self.0.get() + ns);
    }
}

#[cfg(test)]
impl Clock for False {
    fn now_ns(&self) -> u64 {
        self.0.get()
    }

    fn sleep_until(&self, moment_ns: u64) {
        self.0.set(self.0.get().max(moment_ns));
    }
}
