//! `titer report`: a judged run folder rendered again.

use std::collections::BTreeSet;
use std::fmt::{Display, Formatter};
use std::path::{Path, PathBuf};

use titer_report::Ending;
use titer_store::RunFolder;

use crate::arguments::Talk;
use crate::commands::Done;
use crate::console::say_exactly;
use crate::error::CommandError;

/// A page that was written.
pub(super) struct Page {
    /// Where it lies, whole, so that it can be opened from wherever that is read.
    pub path: PathBuf,
    /// Further files that belong to it.
    parts: usize,
}

impl Display for Page {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self.parts {
            0 => write!(f, "{}", self.path.display()),
            parts => write!(f, "{} ({parts} parts beside it)", self.path.display()),
        }
    }
}

/// What a rendering left in the run folder.
pub(super) struct Written {
    /// `None` where it could not be made or written.
    pub page: Option<Page>,
    /// What a terminal shows of the run.
    pub ending: Ending,
    /// What could not be made or written, in words.
    pub problems: Vec<String>,
}

pub(super) fn run(folder: &Path, talk: Talk) -> Result<Done, CommandError> {
    let folder = RunFolder::at(folder);
    let _lock = folder.lock_existing()?;
    let written = render(&folder)?;
    if let Some(page) = written.page.as_ref().filter(|_| !talk.quiet) {
        say_exactly(&page.to_string());
    }
    if written.problems.is_empty() {
        Ok(Done {
            code: 0,
            page: written.page.map(|page| page.path),
        })
    } else {
        Err(CommandError::Internal(written.problems.join("\n")))
    }
}

/// Renders a judged run folder into files of its own. One that fails takes no other with it.
pub(super) fn render(folder: &RunFolder) -> Result<Written, CommandError> {
    let input = titer_report::read(folder)?;
    let rendered = titer_report::render(&input);
    let mut writer = Writer {
        folder,
        problems: Vec::new(),
    };
    writer.write("report.json", rendered.json.as_deref());
    writer.write("summary.md", rendered.summary_md.as_deref());
    writer.write("junit.xml", rendered.junit_xml.as_deref());
    let mut parts = BTreeSet::new();
    let main = rendered.pages.as_ref().map(|pages| {
        for (name, html) in &pages.parts {
            parts.insert(name.as_str());
            writer.write(name, Ok::<_, &str>(html));
        }
        pages.main.as_str()
    });
    let whole = writer.write("report.html", main);
    if let Err(error) = folder.remove_parts_but(&parts) {
        writer.problems.push(error.to_string());
    }
    let page = folder.path().join("report.html");
    let page = Page {
        path: std::path::absolute(&page).unwrap_or(page),
        parts: parts.len(),
    };
    Ok(Written {
        page: whole.then_some(page),
        ending: titer_report::ending(&input),
        problems: writer.problems,
    })
}

struct Writer<'a> {
    folder: &'a RunFolder,
    problems: Vec<String>,
}

impl Writer<'_> {
    /// Writes a text, or removes the one of an earlier rendering, which may say something else; whether it is there.
    fn write(&mut self, name: &str, text: Result<&str, impl Display>) -> bool {
        let made = text.is_ok();
        let changed = match text {
            Ok(text) => self.folder.write_file(name, text.as_bytes()),
            Err(error) => {
                self.problems.push(format!("there is no {name}: {error}"));
                self.folder.remove_file(name)
            }
        };
        let Err(error) = changed else {
            return made;
        };
        self.problems
            .push(format!("{name} is an old one or missing: {error}"));
        false
    }
}
