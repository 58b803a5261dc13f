//! Progress on a terminal; elsewhere how many cells are reused, notes, failures, and a line now and then of what takes long.

use std::cell::Cell;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use titer_core::visible_line;
use titer_run::Event;

use crate::console::{complain, say};

/// Where there is no terminal a line is said no sooner than so long after the one before: a log is to show that work goes on.
const QUIET: Duration = Duration::from_secs(5);

/// What shows progress.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    start: Instant,
    /// When a line was said last, where there is no terminal.
    said: Cell<Instant>,
    /// Steps that are done, and all; 0: they are not counted.
    steps: Cell<(usize, usize)>,
}

impl Progress {
    /// Progress on standard error, if that is a terminal.
    pub(crate) fn new() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(0);
            let style =
                ProgressStyle::with_template("{elapsed_precise} {bar:24} {pos}/{len} {wide_msg}");
            if let Ok(style) = style {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        });
        let start = Instant::now();
        Self {
            bar,
            start,
            said: Cell::new(start),
            steps: Cell::new((0, 0)),
        }
    }

    /// Shows an event of a run.
    pub(crate) fn show(&self, event: &Event) {
        match event {
            Event::Started {
                cells,
                reused,
                measurements,
            } => {
                self.length(cells + measurements);
                self.advance(*reused);
                self.say(&format!("cells: {reused} of {cells} reused"));
            }
            Event::Repeated { cells } => {
                let (done, all) = self.steps.get();
                self.steps.set((done, all + cells));
                if let Some(bar) = &self.bar {
                    bar.inc_length(*cells as u64);
                }
            }
            Event::Noted { note } => self.line(&format!("note: {note}")),
            Event::CellStarted { cell: what } => self.message(&format!("predicting: {what}")),
            Event::MeasurementStarted { measurement: what } => {
                self.message(&format!("measuring: {what}"));
            }
            Event::CellFinished { .. } | Event::MeasurementFinished { .. } => self.advance(1),
            Event::CellFailed { cell: what, reason }
            | Event::MeasurementFailed {
                measurement: what,
                reason,
            } => {
                self.advance(1);
                self.line(&format!("failed: {what}: {reason}"));
            }
        }
    }

    /// Shows a step that counts.
    pub(crate) fn step(&self, what: &str, done: usize, of: usize) {
        self.steps.set((done, of));
        if let Some(bar) = &self.bar {
            bar.set_length(of as u64);
            bar.set_position(done as u64);
        }
        self.message(what);
    }

    /// Shows what is done now.
    pub(crate) fn message(&self, what: &str) {
        let what = visible_line(what);
        match &self.bar {
            Some(bar) => bar.set_message(what),
            None if self.said.get().elapsed() >= QUIET => {
                self.said.set(Instant::now());
                let of = match self.steps.get() {
                    (_, 0) => String::new(),
                    (done, all) => format!(" ({done} of {all})"),
                };
                let seconds = self.start.elapsed().as_secs();
                complain(&format!("... {seconds} s: {what}{of}"));
            }
            None => {}
        }
    }

    /// Removes the bar.
    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn length(&self, length: usize) {
        self.steps.set((0, length));
        if let Some(bar) = &self.bar {
            bar.set_length(length as u64);
        }
    }

    fn advance(&self, by: usize) {
        let (done, all) = self.steps.get();
        self.steps.set((done + by, all));
        if let Some(bar) = &self.bar {
            bar.inc(by as u64);
        }
    }

    fn say(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| say(line)),
            None => say(line),
        }
    }

    fn line(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| complain(line)),
            None => complain(line),
        }
    }
}
