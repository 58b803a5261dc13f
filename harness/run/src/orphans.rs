//! Processes that others left behind: those of a cell end with it, whatever they did to outlive it.
//!
//! A process that calls `setsid` is in no group any more that could be ended, and one whose parent has ended is nobody's
//! child. On Linux this process takes in what its descendants leave (a child subreaper), so that all of them stay below it
//! until it ends them.

use std::sync::atomic::{AtomicBool, Ordering};

/// Whether every child of this process is one that it may end.
static TAKES_IN: AtomicBool = AtomicBool::new(false);

/// From here on this process takes in the orphans among its descendants, to [`end`] them. One that has children already,
/// as a shell that became this program may, leaves all as it is: they are another's. Elsewhere than on Linux nothing happens.
pub fn take_in() {
    if system::take_in() {
        TAKES_IN.store(true, Ordering::Relaxed);
    }
}

/// Ends every process below this one, where it takes orphans in; to be called where nothing of its own runs.
pub fn end() {
    if TAKES_IN.load(Ordering::Relaxed) {
        system::end();
    }
}

#[cfg(target_os = "linux")]
mod system {
    use std::time::{Duration, Instant};

    use rustix::process::{
        Pid, Signal, WaitOptions, getpid, kill_process, set_child_subreaper, waitpid,
    };

    /// What cannot be ended in this time hangs in the kernel, and ends when that lets go of it.
    const LIMIT: Duration = Duration::from_secs(5);
    const PAUSE: Duration = Duration::from_millis(2);

    pub(super) fn take_in() -> bool {
        children().is_empty() && set_child_subreaper(Some(getpid())).is_ok()
    }

    /// The children of a process that ends become this one's: again, until there is none.
    pub(super) fn end() {
        let start = Instant::now();
        while start.elapsed() < LIMIT {
            let children = children();
            if children.is_empty() {
                return;
            }
            for child in children {
                // One that has ended meanwhile is as good.
                let _ = kill_process(child, Signal::KILL);
            }
            while matches!(waitpid(None, WaitOptions::NOHANG), Ok(Some(_))) {}
            std::thread::sleep(PAUSE);
        }
    }

    fn children() -> Vec<Pid> {
        let own = getpid();
        let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        let numbers = processes.filter_map(|it| {
            it.file_name()
                .to_str()?
                .parse()
                .ok()
                .and_then(Pid::from_raw)
        });
        numbers.filter(|it| parent(*it) == Some(own)).collect()
    }

    /// The second field after the program's name, which stands in brackets.
    fn parent(process: Pid) -> Option<Pid> {
        let process = process.as_raw_nonzero();
        let status = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        let (_, fields) = status.rsplit_once(") ")?;
        Pid::from_raw(fields.split(' ').nth(1)?.parse().ok()?)
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    pub(super) fn take_in() -> bool {
        false
    }

    pub(super) fn end() {}
}
