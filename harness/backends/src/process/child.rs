//! A process in a group of its own, which ends with whoever started it.
//!
//! Beside it stands a guard: a shell that waits at a pipe and ends the group when the pipe closes. So the
//! process and its children end even where this process is killed and can do nothing more.

use std::io::Write;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

use super::journal::Journal;
use super::stream::Stream;

/// How long a process may take to end once its input has closed.
const GRACE: Duration = Duration::from_secs(2);

/// A process that was started.
pub(super) struct Running {
    pub(super) stream: Option<Stream>,
    child: Child,
    guard: Option<(Child, ChildStdin)>,
    journal: Journal,
    follower: Option<JoinHandle<()>>,
}

impl Running {
    pub(super) fn start(
        program: &Path,
        arguments: &[String],
        folder: &Path,
        environment: &[(&str, String)],
        journal: &Journal,
    ) -> std::io::Result<Self> {
        let mut child = Command::new(program)
            .args(arguments)
            .current_dir(folder)
            .envs(
                environment
                    .iter()
                    .map(|(name, value)| (*name, value.as_str())),
            )
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()?;
        let guard = guard(child.id());
        let follower = child.stderr.take().map(|stream| journal.follow(stream));
        let pipes = child.stdin.take().zip(child.stdout.take());
        // From here on, an early return ends the process.
        let mut running = Self {
            stream: None,
            child,
            guard: None,
            journal: journal.clone(),
            follower,
        };
        running.guard = Some(guard?);
        if let Some((input, output)) = pipes {
            running.stream = Some(Stream::new(input, output)?);
        }
        Ok(running)
    }

    /// The process's number.
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// What became of a process that says nothing more, in words; it is ended, whatever it did.
    pub(super) fn fate(&mut self) -> String {
        let status = self.wait();
        self.kill();
        match status {
            Some(status) => fate(status),
            None => "closed its standard output and goes on".to_owned(),
        }
    }

    /// Its last words; to be asked once it has ended.
    pub(super) fn last_words(&self) -> String {
        self.journal.last_words(self.follower.as_ref())
    }

    /// Ends the process and its children at once.
    pub(super) fn kill(&mut self) {
        if let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.child.wait();
    }

    /// What a worker's death does.
    #[cfg(test)]
    pub(super) fn lose_guard(&mut self) {
        self.guard = None;
    }

    /// Waits a little for its end; `None` where it goes on.
    fn wait(&mut self) -> Option<ExitStatus> {
        let start = Instant::now();
        let mut pause = Duration::from_millis(1);
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if start.elapsed() < GRACE => std::thread::sleep(pause),
                _ => return None,
            }
            pause = (2 * pause).min(Duration::from_millis(20));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A closed input is how a process learns that it is done.
        self.stream = None;
        let _ = self.wait();
        self.kill();
        if let Some((mut guard, mut pipe)) = self.guard.take() {
            let _ = pipe.write_all(b"done\n");
            drop(pipe);
            let _ = guard.wait();
        }
        let _ = self.journal.last_words(self.follower.as_ref());
    }
}

/// In a group of its own: a signal from the terminal must not reach it before its time.
fn guard(group: u32) -> std::io::Result<(Child, ChildStdin)> {
    let mut guard = Command::new("sh")
        .args(["-c", "read -r _ || kill -9 \"-$1\"", "sh"])
        .arg(group.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()?;
    let pipe = guard.stdin.take();
    let pipe = pipe.ok_or_else(|| std::io::Error::other("the guard has no input"))?;
    Ok((guard, pipe))
}

fn fate(status: ExitStatus) -> String {
    match (status.signal(), status.code()) {
        (Some(9), _) => "was killed (signal 9): out of memory, or by hand".to_owned(),
        (Some(signal), _) => format!("was ended by signal {signal}"),
        (None, Some(code)) => format!("ended with exit code {code}"),
        (None, None) => "ended".to_owned(),
    }
}
