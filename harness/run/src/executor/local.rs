//! Worker processes on this machine: started, told the files of their jobs, watched, ended in time.
//!
//! The worker's standard input stays open as long as this process lives; a worker ends when it closes,
//! so that no worker outlives a run that was killed. It is in a group of its own: what a terminal sends to this process
//! (Ctrl-C) does not reach it, so that it can end what runs below it.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::{Executor, Session};
use crate::error::RunError;
use crate::job::JobFile;
use crate::orphans;
use crate::started;
use crate::worker::{MARK, Report};

/// How often a worker is looked at. Coarse, so that looking costs a measured worker nothing.
const LOOK: Duration = Duration::from_millis(10);
/// The longest report that is read: of a round of 100,000 queries it is below 20 MB.
const MAX_REPORT_BYTES: u64 = 1 << 28;
/// What is kept of a worker's standard error: its end.
const KEPT_BYTES: usize = 4096;

/// Processes of this machine.
#[derive(Clone, Debug)]
pub struct Local {
    /// The program whose command `worker` does jobs: titer itself.
    pub program: PathBuf,
}

impl Executor for Local {
    fn alone(&self, job: &JobFile, time_limit: Duration) -> Result<Report, RunError> {
        let mut worker = Worker::start(&self.program, job.threads, false)?;
        worker.hand(job);
        let ended = wait(&mut worker.child, time_limit).map_err(unwatched)?;
        let (last, errors) = worker.end();
        Ok(report(ended, last.as_deref(), &errors, time_limit))
    }

    fn session(&self, threads: usize) -> Result<Box<dyn Session + '_>, RunError> {
        let worker = Worker::start(&self.program, threads, true)?;
        Ok(Box::new(Shared {
            worker: Some(worker),
        }))
    }
}

/// A process that does one job after the other, of one variant.
struct Shared {
    worker: Option<Worker>,
}

impl Session for Shared {
    fn ask(&mut self, job: &JobFile, time_limit: Duration) -> Result<Report, RunError> {
        let Some(worker) = &mut self.worker else {
            return Ok(Report::Failed("the worker process is gone".to_owned()));
        };
        worker.hand(job);
        let start = Instant::now();
        let ended = loop {
            if let Ok(found) = worker.reports.recv_timeout(LOOK)
                && let Ok(report) = serde_json::from_slice(&found)
                && is_about(&report, job)
            {
                return Ok(report);
            }
            if let Some(status) = worker.child.try_wait().map_err(unwatched)? {
                break Some(status);
            }
            if start.elapsed() >= time_limit {
                worker.stop().map_err(unwatched)?;
                break None;
            }
        };
        let (last, errors) = self.worker.take().map(Worker::end).unwrap_or_default();
        Ok(report(ended, last.as_deref(), &errors, time_limit))
    }

    fn is_alive(&self) -> bool {
        self.worker.is_some()
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        if let Some(mut worker) = self.worker.take() {
            // It has nothing to do; what cannot be ended now ends when its input closes.
            worker.stop().ok();
            worker.end();
        }
    }
}

/// Whether a report may be that of a job: a cell's says whose it is, and one that is left of another job's is none.
fn is_about(report: &Report, job: &JobFile) -> bool {
    match report {
        Report::Cell(record) => record.key == job.key,
        _ => true,
    }
}

fn unwatched(error: std::io::Error) -> RunError {
    RunError::System {
        what: "a worker process cannot be watched".to_owned(),
        error,
    }
}

/// A process with its streams.
struct Worker {
    child: Child,
    input: Option<ChildStdin>,
    reports: Receiver<Vec<u8>>,
    errors: Option<JoinHandle<Vec<u8>>>,
}

impl Worker {
    fn start(program: &Path, threads: usize, is_session: bool) -> Result<Self, RunError> {
        let mut command = Command::new(program);
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.arg("worker");
        if is_session {
            command.arg("--session");
        }
        let child = command
            .envs(titer_backends::thread_environment(threads))
            .envs(started::now().map(|now| (started::VARIABLE, now)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = child.map_err(|error| RunError::System {
            what: "a worker process cannot be started".to_owned(),
            error,
        })?;
        let (sender, reports) = channel();
        if let Some(output) = child.stdout.take() {
            std::thread::spawn(move || pass_reports(output, &sender));
        }
        let errors = child.stderr.take();
        Ok(Self {
            input: child.stdin.take(),
            reports,
            errors: errors.map(|stream| collect(stream, KEPT_BYTES)),
            child,
        })
    }

    /// Names a job's file.
    fn hand(&mut self, job: &JobFile) {
        if let Some(input) = &mut self.input {
            // A worker that died at once is told from its exit, not from the broken pipe.
            let _ = writeln!(input, "{}", job.path.display()).and_then(|()| input.flush());
        }
    }

    fn stop(&mut self) -> std::io::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// The last report and the last words of a process that has ended.
    fn end(self) -> (Option<Vec<u8>>, String) {
        drop(self.input);
        // What a worker that was killed left behind.
        orphans::end();
        let errors = self.errors.and_then(|thread| thread.join().ok());
        let errors = String::from_utf8_lossy(&errors.unwrap_or_default()).into_owned();
        (self.reports.iter().last(), errors)
    }
}

/// Waits for the child; `None`: it was killed at the time limit.
fn wait(child: &mut Child, time_limit: Duration) -> std::io::Result<Option<ExitStatus>> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if start.elapsed() >= time_limit {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(LOOK);
    }
}

/// Reads a worker's standard output to its end and passes its reports on, without the mark; runtimes print to the same
/// stream, and what they print is not kept.
fn pass_reports(stream: impl Read, reports: &Sender<Vec<u8>>) {
    let (mut stream, mut line) = (BufReader::new(stream), Vec::new());
    loop {
        // Only as much as tells whether a line is a report, then its rest, or nothing of it.
        line.clear();
        let mut head = (&mut stream).take(MARK.len() as u64);
        match head.read_until(b'\n', &mut line) {
            Err(_) | Ok(0) => return,
            Ok(_) if line.ends_with(b"\n") => {}
            Ok(_) if line == MARK.as_bytes() => {
                line.clear();
                let mut rest = (&mut stream).take(MAX_REPORT_BYTES);
                if rest.read_until(b'\n', &mut line).is_ok() {
                    // Nobody listens any more once the process is given up.
                    reports.send(line.clone()).ok();
                }
            }
            Ok(_) => {
                let _ = stream.skip_until(b'\n');
            }
        }
    }
}

/// Reads a stream to its end and keeps its last bytes.
fn collect(mut stream: impl Read + Send + 'static, keep: usize) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut kept = Vec::new();
        let mut block = [0_u8; 8192];
        while let Ok(count @ 1..) = stream.read(&mut block) {
            kept.extend_from_slice(&block[..count]);
            if kept.len() > keep.saturating_mul(2) {
                kept.drain(..kept.len() - keep);
            }
        }
        kept
    })
}

fn report(
    ended: Option<ExitStatus>,
    found: Option<&[u8]>,
    errors: &str,
    time_limit: Duration,
) -> Report {
    let Some(status) = ended else {
        return Report::Failed(format!(
            "stopped after {} s, the evaluation's time_limit_s",
            time_limit.as_secs()
        ));
    };
    let found = found.and_then(|found| serde_json::from_slice(found).ok());
    if let Some(report) = found {
        return report;
    }
    let last: Vec<&str> = errors
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let said = match last[last.len().saturating_sub(3)..].join(" / ") {
        said if said.is_empty() => "it said nothing".to_owned(),
        said => format!("its last words: {said}"),
    };
    Report::Failed(format!("the worker process {}; {said}", fate(status)))
}

#[cfg(unix)]
fn fate(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    match status.signal() {
        Some(9) => "was killed (signal 9): out of memory, or by hand".to_owned(),
        Some(signal) => format!("was ended by signal {signal}"),
        None => ended_by_itself(status),
    }
}

#[cfg(not(unix))]
fn fate(status: ExitStatus) -> String {
    ended_by_itself(status)
}

fn ended_by_itself(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("ended with exit code {code} before it reported"),
        None => "ended before it reported".to_owned(),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn job() -> JobFile {
        JobFile {
            path: PathBuf::from("runs/x/jobs/key.json"),
            key: titer_core::Digest::of(b"own"),
            threads: 1,
        }
    }

    fn run_script(script: &str, time_limit: Duration) -> String {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("worker.sh");
        std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        match (Local { program }).alone(&job(), time_limit).unwrap() {
            Report::Failed(reason) => reason,
            other => panic!("{other:?}"),
        }
    }

    /// What a session's process says, which answers each line with these.
    fn ask_script(script: &str, time_limit: Duration) -> (Report, bool) {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("worker.sh");
        std::fs::write(&program, format!("#!/bin/sh\nread job\n{script}\n")).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        let local = Local { program };
        let mut session = local.session(1).unwrap();
        let report = session.ask(&job(), time_limit).unwrap();
        (report, session.is_alive())
    }

    #[test]
    fn a_session_goes_on_after_a_report_and_not_after_its_end() {
        let said = Report::Failed("no such tensor".to_owned()).line().unwrap();
        let script = format!("cat <<'END'\n{said}\nEND\nexec sleep 60");
        let (report, is_alive) = ask_script(&script, LONG);
        assert!(matches!(report, Report::Failed(reason) if reason == "no such tensor"));
        assert!(is_alive);
        for (script, said) in [
            ("kill -9 $$", "signal 9"),
            ("exec sleep 60", "time_limit_s"),
        ] {
            let (report, is_alive) = ask_script(script, Duration::from_millis(500));
            let Report::Failed(reason) = report else {
                panic!("{report:?}");
            };
            assert!(reason.contains(said) && !is_alive, "{reason}");
        }
    }

    /// A report that is left of a cell before is not taken for this one's.
    #[test]
    fn a_session_hears_of_its_own_cell_alone() {
        let own = job().key;
        let other = titer_core::Digest::of(b"another");
        let said = |key: titer_core::Digest| {
            format!(
                r#"echo '{MARK}{{"cell":{{"key":"{key}","status":"finished","examples":1,"predicted":1,"non_finite":0,"failed":0,"predictions":null,"wall_ns":1}}}}'"#
            )
        };
        let script = format!("{}\n{}\nexec sleep 60", said(other), said(own));
        let (report, _) = ask_script(&script, LONG);
        assert!(matches!(report, Report::Cell(record) if record.key == own));
    }

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn a_worker_that_hangs_is_stopped() {
        let start = Instant::now();
        let reason = run_script("exec sleep 60", Duration::from_millis(200));
        assert!(reason.contains("time_limit_s"), "{reason}");
        assert!(start.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn a_worker_that_is_killed_says_by_what() {
        assert!(run_script("kill -9 $$", LONG).contains("out of memory"));
        assert!(run_script("kill -11 $$", LONG).contains("signal 11"));
    }

    #[test]
    fn a_worker_that_dies_leaves_its_last_words() {
        let reason = run_script("echo one two >&2; exit 7", LONG);
        assert!(
            reason.contains("exit code 7") && reason.contains("one two"),
            "{reason}"
        );
    }

    #[test]
    fn a_failure_that_the_worker_reports_is_its_reason() {
        let line = Report::Failed("no such tensor".to_owned()).line().unwrap();
        let script = format!("cat <<'END'\n{line}\nEND\nexit 1");
        assert_eq!(run_script(&script, LONG), "no such tensor");
    }

    #[test]
    fn the_last_report_is_found_among_what_a_runtime_prints() {
        let lines =
            ["first", "second"].map(|reason| Report::Failed(reason.to_owned()).line().unwrap());
        let script = format!(
            "printf 'titer-rep'; cat <<'END'\nhello{}{}good bye, titer-report and titer-repo\nEND",
            lines[0], lines[1]
        );
        assert_eq!(run_script(&script, LONG), "second");
        assert!(run_script("echo 'titer-report {'", LONG).contains("exit code 0"));
    }

    #[test]
    fn a_flood_on_both_streams_does_not_block() {
        let script = "head -c 3000000 /dev/zero | tr '\\0' x; head -c 3000000 /dev/zero | tr '\\0' y >&2; exit 3";
        assert!(run_script(script, LONG).contains("exit code 3"));
    }
}
