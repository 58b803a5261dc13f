//! A child process with a time limit, whose output is kept.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How a child ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// By itself: whether it succeeded, and what it wrote to both streams.
    Finished { success: bool, output: String },
    /// It was stopped at the time limit.
    TimedOut,
    /// The program does not exist.
    Absent,
    /// It could not be started.
    NotStarted(String),
}

/// Runs a command to its end or to the limit. Output goes to files in `folder`: a grandchild that
/// outlives the child cannot hold anything up.
pub(super) fn run(mut command: Command, folder: &Path, limit: Duration) -> Ended {
    let (out, err) = (folder.join("stdout.txt"), folder.join("stderr.txt"));
    let files = File::create(&out).and_then(|out| Ok((out, File::create(&err)?)));
    let (stdout, stderr) = match files {
        Ok(files) => files,
        Err(error) => return Ended::NotStarted(error.to_string()),
    };
    let started = command
        .stdin(Stdio::null())
        .stdout(stdout)
        .stderr(stderr)
        .spawn();
    let mut child = match started {
        Ok(child) => child,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ended::Absent,
        Err(error) => return Ended::NotStarted(error.to_string()),
    };
    let begin = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => {
                let read = |path| {
                    std::fs::read(path)
                        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
                        .unwrap_or_default()
                };
                return Ended::Finished {
                    success: status.success(),
                    output: read(&out) + &read(&err),
                };
            }
            Ok(None) if begin.elapsed() < limit => std::thread::sleep(Duration::from_millis(20)),
            Ok(None) => {
                let _ = child.kill();
                let _ = child.wait();
                return Ended::TimedOut;
            }
            Err(error) => return Ended::NotStarted(error.to_string()),
        }
    }
}
