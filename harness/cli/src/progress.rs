//! Progress on a terminal; elsewhere how many cells are reused, notes and failures alone.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use titer_core::visible_line;
use titer_run::Event;

use crate::console::{complain, say};

/// What shows progress.
pub struct Progress {
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Progress on standard error, if that is a terminal.
    pub fn new() -> Self {
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
        Self { bar }
    }

    /// Shows an event of a run.
    pub fn show(&self, event: &Event) {
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
    pub fn step(&self, what: &str, done: usize, of: usize) {
        if let Some(bar) = &self.bar {
            bar.set_length(of as u64);
            bar.set_position(done as u64);
        }
        self.message(what);
    }

    /// Shows what is done now.
    pub fn message(&self, what: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(visible_line(what));
        }
    }

    /// Removes the bar.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn length(&self, length: usize) {
        if let Some(bar) = &self.bar {
            bar.set_length(length as u64);
        }
    }

    fn advance(&self, by: usize) {
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
