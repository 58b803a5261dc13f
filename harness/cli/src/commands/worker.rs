//! `titer worker`: one job, in the process that a run starts for it.

use std::io::{BufRead, Read};

use titer_run::job::Job;
use titer_run::orphans;
use titer_run::worker::{Report, work};

use crate::console::say;
use crate::error::CommandError;

/// Reads a job from standard input, does it, reports on standard output.
pub fn run() -> Result<u8, CommandError> {
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| CommandError::Argument(format!("no job on standard input: {error}")))?;
    let job = Job::parse(&line)?;
    std::thread::spawn(end_with_parent);
    let report = work(&job);
    say(&report.line()?);
    Ok(u8::from(matches!(report, Report::Failed(_))))
}

/// The parent holds standard input open as long as it lives. A cell that is half written stays
/// without a record, which is what a cell that never began looks like.
fn end_with_parent() {
    let mut rest = Vec::new();
    let _ = std::io::stdin().lock().read_to_end(&mut rest);
    orphans::end();
    std::process::exit(1);
}
