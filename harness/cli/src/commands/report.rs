//! `titer report`: a judged run folder rendered again.

use std::path::Path;

use titer_store::RunFolder;

use crate::console::say;
use crate::error::CommandError;

pub fn run(folder: &Path) -> Result<u8, CommandError> {
    let folder = RunFolder::at(folder);
    let _lock = folder.lock_existing()?;
    render(&folder)?;
    say(&folder.path().join("report.html").display().to_string());
    Ok(0)
}

/// Renders a judged run folder into files of its own.
pub fn render(folder: &RunFolder) -> Result<(), CommandError> {
    let rendered = titer_report::render(&titer_report::read(folder)?)?;
    for (name, text) in [
        ("report.json", &rendered.json),
        ("summary.md", &rendered.summary_md),
        ("junit.xml", &rendered.junit_xml),
        ("report.html", &rendered.html),
    ] {
        folder.write_file(name, text.as_bytes())?;
    }
    Ok(())
}
