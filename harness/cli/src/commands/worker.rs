//! `titer worker`: jobs of a run folder done in this process, which a run starts for them, or a person.

use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};

use titer_run::job::Job;
use titer_run::orphans;
use titer_run::worker::{Report, Session, work};

use crate::console::{complain, say};
use crate::error::CommandError;

/// Exit code: something has failed.
const INCOMPLETE: u8 = 5;

/// Does jobs and reports on standard output: those whose files are named, else those that standard input names.
pub fn run(is_session: bool, jobs: &[PathBuf]) -> Result<u8, CommandError> {
    match jobs {
        [] => follow(is_session),
        jobs => all(is_session, jobs),
    }
}

/// Does the jobs whose files are named, and says in words what became of them.
fn all(is_session: bool, jobs: &[PathBuf]) -> Result<u8, CommandError> {
    let mut session = Session::new(is_session);
    let mut code = 0;
    for path in jobs {
        let report = work(&mut session, &Job::read(path)?);
        say(&report.line()?);
        complain(&format!("{}: {}", path.display(), report.words()));
        if report.failure().is_some() {
            code = INCOMPLETE;
        }
    }
    Ok(code)
}

/// Does the jobs whose files standard input names, one a line; a single one where nothing is kept from one to the next.
fn follow(is_session: bool) -> Result<u8, CommandError> {
    let jobs = lines();
    let mut session = Session::new(is_session);
    loop {
        // The thread that reads ends the process when nothing more can come.
        let path = jobs.recv();
        let path =
            path.map_err(|_| CommandError::Argument("no job on standard input".to_owned()))?;
        let report = match Job::read(Path::new(&path)) {
            Ok(job) => work(&mut session, &job),
            Err(error) => Report::Failed(error.to_string()),
        };
        say(&report.line()?);
        if !is_session {
            return Ok(u8::from(matches!(report, Report::Failed(_))));
        }
    }
}

/// The lines of standard input. The parent holds it open as long as it lives, and this process ends when it closes. A cell
/// that is half written stays without a record, which is what a cell that never began looks like.
fn lines() -> Receiver<String> {
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
