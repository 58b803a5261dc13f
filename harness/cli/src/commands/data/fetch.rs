//! `titer data fetch`: what a dataset names is downloaded and checked.

use std::borrow::Cow;
use std::cell::Cell;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use titer_core::visible_line;
use titer_data::fetch::{Event, Settings, fetch};
use titer_spec::{Dataset, Document, Kind};

use crate::arguments::{Places, Talk};
use crate::console::{bytes, complain, say};
use crate::error::CommandError;
use crate::finding;
use crate::progress::line::clock;

/// With a known size.
const COUNTED: &str = "{bar:24} {bytes}/{total_bytes} {bytes_per_sec} {eta} {wide_msg}";
/// Where the server does not say how much is to come.
const UNCOUNTED: &str = "{spinner} {bytes} {bytes_per_sec} {wide_msg}";
/// Where there is no terminal a line comes no sooner than this after the one before.
const INTERVAL: Duration = Duration::from_secs(10);

pub(super) fn run(
    name: &str,
    to: Option<&Path>,
    places: &Places,
    talk: Talk,
) -> Result<u8, CommandError> {
    let document = Document::<Dataset>::read(&finding::find(Kind::Dataset, name, places)?)?;
    let dataset = &document.value;
    let name = &dataset.dataset.value;
    if dataset.fetch.is_empty() {
        say(&format!("{name}: names nothing to fetch"));
        return Ok(0);
    }
    let mut settings =
        Settings::read(&|name| std::env::var(name).ok()).map_err(CommandError::Argument)?;
    settings.is_offline |= places.offline;
    let folder = match to {
        None => document.folder().to_owned(),
        Some(to) => copy_descriptor(&document, to)?,
    };
    let display = Display::new(talk);
    let count = fetch(
        &document,
        &dataset.fetch,
        &folder,
        &settings,
        &mut |event| {
            display.show(&event);
        },
    );
    display.bar.finish_and_clear();
    let count = count?;
    if talk.quiet {
        return Ok(0);
    }
    say(&match count.fetched {
        0 => format!("{name}: all {} are there", count.present),
        fetched => format!("{name}: {fetched} fetched, {} were there", count.present),
    });
    if count.unpinned > 0 {
        say(&format!(
            "  nobody has stated the digests of {}: look at them, then run `titer data pin {}`",
            count.unpinned,
            folder.join("dataset.yaml").display()
        ));
    }
    Ok(0)
}

/// A folder of the dataset's own elsewhere, with its descriptor.
fn copy_descriptor(document: &Document<Dataset>, to: &Path) -> Result<PathBuf, CommandError> {
    let folder = to.join(&document.value.dataset.value);
    let place = folder.join("dataset.yaml");
    let failed = |error: std::io::Error| {
        CommandError::Argument(format!("--to {}: {error}", place.display()))
    };
    match std::fs::read_to_string(&place) {
        Ok(text) if text == document.text => return Ok(folder),
        Ok(_) => {
            return Err(CommandError::Argument(format!(
                "--to: {} is another descriptor\n  help: fetch that one by its path, or move it away",
                place.display()
            )));
        }
        Err(_) => {}
    }
    std::fs::create_dir_all(&folder).map_err(failed)?;
    std::fs::write(&place, &document.text).map_err(failed)?;
    Ok(folder)
}

/// Lines for everybody, a bar on a terminal.
struct Display {
    talk: Talk,
    /// Hidden where standard error is no terminal.
    bar: ProgressBar,
    begun: Instant,
    /// When a log had its last line of what has come.
    said: Cell<Instant>,
}

impl Display {
    fn new(talk: Talk) -> Self {
        let now = Instant::now();
        let bar = match !talk.quiet && std::io::stderr().is_terminal() {
            true => ProgressBar::new_spinner(),
            false => ProgressBar::hidden(),
        };
        bar.enable_steady_tick(Duration::from_millis(200));
        Self {
            talk,
            bar,
            begun: now,
            said: Cell::new(now),
        }
    }

    /// A bar is only shown of what has a size.
    fn expect(&self, size: u64) {
        let (template, length) = match size {
            0 => (UNCOUNTED, None),
            size => (COUNTED, Some(size)),
        };
        if self.bar.length() == length && self.bar.position() > 0 {
            return;
        }
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
        match length {
            Some(length) => self.bar.set_length(length),
            None => self.bar.unset_length(),
        }
    }

    /// What has come so far, in a log.
    fn log(&self, done: u64, of: u64) {
        if !self.bar.is_hidden() || self.talk.quiet || self.said.get().elapsed() < INTERVAL {
            return;
        }
        self.said.set(Instant::now());
        let of = match of {
            0 => String::new(),
            of => format!(" of {}", bytes(of)),
        };
        let elapsed = clock(self.begun.elapsed());
        complain(&format!("  {}{of} · {elapsed} elapsed", bytes(done)));
    }

    fn show(&self, event: &Event) {
        match event {
            Event::Present(to) => self.line(&format!("{to}: is there")),
            Event::Source {
                to,
                from,
                licence,
                bytes: size,
            } => {
                self.bar.set_position(0);
                self.expect(*size);
                self.bar.set_message(visible_line(to));
                self.line(&match size {
                    0 => format!("{to}: from {from}"),
                    size => format!("{to}: {} from {from}", bytes(*size)),
                });
                self.line(&format!("  licence: {licence}"));
            }
            Event::Progress { done, of } => {
                self.expect(*of);
                self.bar.set_position(*done);
                self.log(*done, *of);
            }
            Event::Waiting => self.trouble("another program fetches it; waiting"),
            Event::Again { reason, wait } => {
                let wait = wait.as_secs_f64();
                self.trouble(&format!("{reason}; tried again after {wait:.1} s"));
            }
            Event::Unpacking => self.bar.set_message(Cow::Borrowed("unpacking")),
        }
    }

    fn line(&self, line: &str) {
        if !self.talk.quiet {
            self.bar.suspend(|| say(line));
        }
    }

    fn trouble(&self, words: &str) {
        if !self.talk.quiet {
            self.bar.suspend(|| complain(&format!("  {words}")));
        }
    }
}
