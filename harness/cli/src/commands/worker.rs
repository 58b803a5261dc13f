//! `titer worker`: jobs of a run folder done in this process, which a run starts for them, or a person.

use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use titer_run::executor::{Executor, Session};
use titer_run::job::{Job, JobFile};
use titer_run::worker::{self, Report, work};
use titer_run::{Local, RunError, orphans};

use crate::console::{complain, say};
use crate::error::CommandError;
use crate::finding;

/// Exit code: something has failed.
const INCOMPLETE: u8 = 5;
/// Whoever does a job by hand can end it by hand.
const NO_LIMIT: Duration = Duration::MAX;

/// Does jobs and reports on standard output: those whose files are named, else those that standard input names.
pub(super) fn run(is_session: bool, jobs: &[PathBuf]) -> Result<u8, CommandError> {
    match jobs {
        [] => follow(is_session),
        jobs => all(is_session, jobs),
    }
}

/// Has the jobs done whose files are named, and says in words what became of them. Processes are started for them as a run does,
/// for backends learn how many threads they have from what a process begins with.
fn all(is_session: bool, paths: &[PathBuf]) -> Result<u8, CommandError> {
    let executor = Local {
        program: finding::own_program()?,
    };
    let files: Result<Vec<JobFile>, RunError> = paths.iter().map(|it| JobFile::read(it)).collect();
    let mut session: Option<(usize, Box<dyn Session + '_>)> = None;
    let mut code = 0;
    for (job, path) in files?.iter().zip(paths) {
        let known = session
            .take()
            .filter(|(threads, known)| *threads == job.threads && known.is_alive());
        let report = match (is_session, known) {
            (false, _) => executor.alone(job, NO_LIMIT)?,
            (true, known) => {
                let known =
                    known.map_or_else(|| executor.session(job.threads), |(_, known)| Ok(known))?;
                session.insert((job.threads, known)).1.ask(job, NO_LIMIT)?
            }
        };
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
    let mut session = worker::Session::new(is_session);
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
