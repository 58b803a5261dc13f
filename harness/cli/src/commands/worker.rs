//! `titer worker`: one job, or one after the other, in the process that a run starts for them.

use std::io::BufRead;
use std::sync::mpsc::{Receiver, channel};

use titer_run::job::Job;
use titer_run::orphans;
use titer_run::worker::{Report, Session, work};

use crate::console::say;
use crate::error::CommandError;

/// Reads jobs from standard input, one without `is_session`, does them, reports on standard output.
pub fn run(is_session: bool) -> Result<u8, CommandError> {
    let jobs = jobs();
    let mut session = Session::new(is_session);
    loop {
        // The thread that reads ends the process when nothing more can come.
        let line = jobs.recv();
        let line =
            line.map_err(|_| CommandError::Argument("no job on standard input".to_owned()))?;
        let report = work(&mut session, &Job::parse(&line)?);
        say(&report.line()?);
        if !is_session {
            return Ok(u8::from(matches!(report, Report::Failed(_))));
        }
    }
}

/// The lines of standard input. The parent holds it open as long as it lives, and this process ends when it closes. A cell
/// that is half written stays without a record, which is what a cell that never began looks like.
fn jobs() -> Receiver<String> {
    let (sender, jobs) = channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines() {
            match line {
                Ok(line) => drop(sender.send(line)),
                Err(_) => break,
            }
        }
        orphans::end();
        std::process::exit(1);
    });
    jobs
}
