//! Lines for a log while something takes long: events alone leave it silent for as long as a cell takes.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// A thread that does something now and then, until it is dropped.
pub(crate) struct Ticker {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Ticker {
    /// Calls `tick`, which says after how long it wants to be called again.
    pub(crate) fn start(
        first: Duration,
        mut tick: impl FnMut() -> Duration + Send + 'static,
    ) -> Self {
        let (stop, stopped) = channel();
        let mut pause = first;
        let run = move || {
            while stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                pause = tick();
            }
        };
        // A log without these lines is better than no run.
        let thread = std::thread::Builder::new().spawn(run).ok();
        Self {
            stop: Some(stop),
            thread,
        }
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_ticks_until_it_is_dropped() {
        let (ticked, ticks) = channel();
        let pause = Duration::from_millis(1);
        let ticker = Ticker::start(pause, move || {
            let _ = ticked.send(());
            pause
        });
        ticks.recv().unwrap();
        ticks.recv().unwrap();
        drop(ticker);
        // The sender went with the thread, which has ended: what is left comes to an end.
        assert!(ticks.into_iter().count() < 1_000_000);
    }

    #[test]
    fn it_ends_at_once_while_it_waits() {
        drop(Ticker::start(Duration::from_secs(3600), || {
            Duration::from_secs(3600)
        }));
    }
}
