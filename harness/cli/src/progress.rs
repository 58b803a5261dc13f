//! Progress: on a terminal a line that moves, elsewhere a line at the start of each phase and every ten seconds. The first
//! phase is not announced: what is wrong with the input is said before anything else.
//!
//! Notes and failures are lines of their own. With `--quiet` only failures are left, with `--verbose` every cell that has
//! finished has its line.

pub(crate) mod line;
mod state;
mod ticker;

use std::fmt::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use titer_core::visible_line;
use titer_run::Event;

use crate::arguments::Talk;
use crate::console::{complain, say};
use crate::width;
use state::Phase;
use ticker::Ticker;

/// Where there is no terminal a line comes no later than this after the one before.
const INTERVAL: Duration = Duration::from_secs(10);
/// How often the line on a terminal moves.
const REDRAWN: Duration = Duration::from_millis(100);
/// Where a terminal does not know its width.
const USUAL_WIDTH: usize = 80;

/// What shows progress.
pub(crate) struct Progress {
    talk: Talk,
    shared: Arc<Shared>,
    display: Display,
}

enum Display {
    Nothing,
    Terminal(ProgressBar),
    Log(Mutex<Option<Ticker>>),
}

struct Shared {
    begun: Instant,
    work: Mutex<Work>,
}

struct Work {
    phase: Phase,
    /// Rounds of measurements that come after the cells.
    rounds: usize,
    /// When what is at work began.
    item: Instant,
    /// When a log had its last line.
    said: Instant,
}

impl Progress {
    /// Progress of what begins now, on standard error.
    pub(crate) fn new(talk: Talk, phase: &str) -> Self {
        let now = Instant::now();
        let shared = Arc::new(Shared {
            begun: now,
            work: Mutex::new(Work {
                phase: Phase::new(phase, None, now),
                rounds: 0,
                item: now,
                said: now,
            }),
        });
        let display = match (talk.quiet, moves()) {
            (true, _) => Display::Nothing,
            (false, true) => Display::Terminal(bar(&shared)),
            (false, false) => Display::Log(Mutex::new(Some(log(&shared)))),
        };
        Self {
            talk,
            shared,
            display,
        }
    }

    /// How much is said.
    pub(crate) fn talk(&self) -> Talk {
        self.talk
    }

    /// Shows an event of a run.
    pub(crate) fn show(&self, event: &Event) {
        match event {
            Event::Started {
                cells,
                reused,
                measurements,
            } => self.started(*cells, *reused, *measurements),
            Event::Repeated { cells } => {
                if let Some(count) = &mut self.shared.work().phase.count {
                    count.of += cells;
                }
            }
            Event::Noted { note } => self.note(note),
            Event::CellStarted { cell: what } => self.begin_item(what),
            Event::MeasurementStarted { measurement: what } => {
                let rounds = std::mem::take(&mut self.shared.work().rounds);
                if rounds > 0 {
                    self.begin("measuring", Some((0, rounds)), None);
                }
                self.begin_item(what);
            }
            Event::CellFinished { cell: what }
            | Event::MeasurementFinished { measurement: what } => self.finished(what),
            Event::CellFailed { cell: what, reason }
            | Event::MeasurementFailed {
                measurement: what,
                reason,
            } => {
                self.shared.work().phase.advance(1, Instant::now());
                self.line(&format!("failed: {what}: {reason}"));
            }
        }
    }

    /// Shows a step that counts. A log has a line for it where it is the first of its phase.
    pub(crate) fn step(&self, phase: &str, what: &str, done: usize, of: usize) {
        if self.shared.work().phase.name != phase {
            self.begin(phase, Some((0, of)), None);
        }
        let mut work = self.shared.work();
        what.clone_into(&mut work.phase.what);
        if let Some(count) = work.phase.count {
            let by = done.saturating_sub(count.done);
            work.phase.advance(by, Instant::now());
        }
    }

    /// Begins a phase of which nobody knows how much there is to do.
    pub(crate) fn phase(&self, name: &str) {
        self.begin(name, None, None);
    }

    /// Shows what is done now, within the phase.
    pub(crate) fn message(&self, what: &str) {
        self.shared.work().phase.what = visible_line(what);
    }

    /// Says something that the user should know and that stops nothing.
    pub(crate) fn note(&self, note: &str) {
        if !self.talk.quiet {
            self.line(&format!("note: {note}"));
        }
    }

    /// Shows no more.
    pub(crate) fn finish(&self) {
        match &self.display {
            Display::Nothing => {}
            Display::Terminal(bar) => bar.finish_and_clear(),
            Display::Log(ticker) => drop(lock(ticker).take()),
        }
    }

    fn started(&self, cells: usize, reused: usize, rounds: usize) {
        self.shared.work().rounds = rounds;
        let then = (rounds > 0).then(|| format!("{rounds} rounds of measuring"));
        if !self.talk.quiet {
            self.aside(|| say(&format!("cells: {reused} of {cells} reused")));
        }
        self.begin("predicting", Some((reused, cells)), then);
    }

    fn begin(&self, name: &str, count: Option<(usize, usize)>, then: Option<String>) {
        let now = Instant::now();
        let line = {
            let mut work = self.shared.work();
            work.phase = Phase::new(name, count, now);
            work.phase.then = then;
            work.said = now;
            line::plain(&work.phase, self.shared.begun, now)
        };
        if matches!(self.display, Display::Log(_)) {
            complain(&line);
        }
    }

    fn begin_item(&self, what: &str) {
        let mut work = self.shared.work();
        work.phase.what = visible_line(what);
        work.item = Instant::now();
    }

    fn finished(&self, what: &str) {
        let now = Instant::now();
        let (done, took) = {
            let mut work = self.shared.work();
            work.phase.advance(1, now);
            (
                work.phase.count,
                now.saturating_duration_since(work.item).as_secs_f64(),
            )
        };
        if self.talk.verbose {
            let count = done.map_or(String::new(), |it| format!("[{}/{}] ", it.done, it.of));
            self.line(&format!("{count}{what}: done in {took:.1} s"));
        }
    }

    fn line(&self, line: &str) {
        self.aside(|| complain(line));
    }

    /// Says something while the moving line is out of the way.
    fn aside(&self, say: impl FnOnce()) {
        match &self.display {
            Display::Terminal(bar) => bar.suspend(say),
            Display::Nothing | Display::Log(_) => say(),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}

impl Shared {
    fn work(&self) -> MutexGuard<'_, Work> {
        lock(&self.work)
    }
}

/// What a panic elsewhere left is still good enough to be shown.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether standard error is a terminal whose cursor can be moved.
fn moves() -> bool {
    use std::io::IsTerminal;
    std::io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// A bar whose only part is the line: what it shows is worked out whenever it is drawn.
fn bar(shared: &Arc<Shared>) -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{line}") {
        let shared = Arc::clone(shared);
        bar.set_style(
            style.with_key("line", move |_: &ProgressState, to: &mut dyn Write| {
                let width = width::of_stderr().unwrap_or(USUAL_WIDTH);
                let phase = shared.work().phase.clone();
                let line = line::moving(&phase, shared.begun, Instant::now(), width);
                let _ = to.write_str(&visible_line(&line));
            }),
        );
    }
    bar.enable_steady_tick(REDRAWN);
    bar
}

/// Lines of a log, each no later than so long after the one before.
fn log(shared: &Arc<Shared>) -> Ticker {
    let shared = Arc::clone(shared);
    Ticker::start(INTERVAL, move || {
        let now = Instant::now();
        let mut work = shared.work();
        let since = now.saturating_duration_since(work.said);
        if since < INTERVAL {
            return INTERVAL.saturating_sub(since);
        }
        work.said = now;
        complain(&line::plain(&work.phase, shared.begun, now));
        INTERVAL
    })
}
