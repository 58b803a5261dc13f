//! What starts worker processes: where they run, how a job reaches them, how their reports come back, how they are ended.
//!
//! What runs, in which order and what is tried again is decided in [`mod@crate::execute`], which knows nothing of processes.

use std::time::Duration;

use crate::error::RunError;
use crate::job::JobFile;
use crate::worker::Report;

mod local;

pub use local::Local;

/// Does jobs.
///
/// A worker that dies, hangs or fails is a report, not an error. Whatever an executor starts must end when the process that
/// asked for it does, and leave no process behind.
pub trait Executor {
    /// Does one job where no other was done before, and waits for its end.
    ///
    /// # Errors
    /// It cannot be started or watched.
    fn alone(&self, job: &JobFile, time_limit: Duration) -> Result<Report, RunError>;

    /// Starts what does one job after the other, of one variant. Dropped, it ends.
    ///
    /// # Errors
    /// It cannot be started.
    fn session(&self, threads: usize) -> Result<Box<dyn Session + '_>, RunError>;
}

/// This end of a session; the other is [`crate::worker::Session`].
pub trait Session {
    /// Hands over a job and waits for its report. What died, or did not answer in time, is gone then: what it says is a failure,
    /// and [`is_alive`](Self::is_alive) is false.
    ///
    /// # Errors
    /// It cannot be watched.
    fn ask(&mut self, job: &JobFile, time_limit: Duration) -> Result<Report, RunError>;

    /// Whether it can be asked.
    fn is_alive(&self) -> bool;
}
