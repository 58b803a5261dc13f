//! Resident memory of this process, as the kernel counts it.
//!
//! The worker reads its own high-water mark at its end: what a parent learns from `wait4` is wrong for
//! a child of a large parent, and allocator wrappers miss memory of C++ runtimes.

/// The largest resident memory of this process so far, bytes; `None` where the kernel does not tell.
#[must_use]
pub fn peak_bytes() -> Option<u64> {
    field(
        &std::fs::read_to_string("/proc/self/status").ok()?,
        "VmHWM:",
    )
}

/// The peaks of a process and of all its descendants that run now, together, bytes: their sum is no less
/// than the peak of their sum, and memory that they share counts for each. `None` where the kernel does not
/// tell.
#[must_use]
pub fn peak_bytes_of(process: u32) -> Option<u64> {
    let mut all = vec![process];
    let mut bytes = 0;
    let mut next = 0;
    while let Some(process) = all.get(next).copied() {
        next += 1;
        let own = std::fs::read_to_string(format!("/proc/{process}/status"))
            .ok()
            .and_then(|status| field(&status, "VmHWM:"));
        match own {
            Some(own) => bytes += own,
            // One that has ended meanwhile has no memory; the model's own process must be there.
            None if next == 1 => return None,
            None => continue,
        }
        all.extend(children(process));
    }
    Some(bytes)
}

/// The children of all of a process's threads.
fn children(process: u32) -> Vec<u32> {
    let Ok(threads) = std::fs::read_dir(format!("/proc/{process}/task")) else {
        return Vec::new();
    };
    let lists = threads
        .flatten()
        .filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok());
    let numbers = |list: String| -> Vec<u32> {
        list.split_whitespace()
            .filter_map(|number| number.parse().ok())
            .collect()
    };
    lists.flat_map(numbers).collect()
}

/// The resident memory of this process now, bytes; `None` where the kernel does not tell.
#[must_use]
pub fn resident_bytes() -> Option<u64> {
    field(
        &std::fs::read_to_string("/proc/self/status").ok()?,
        "VmRSS:",
    )
}

/// Lets the high-water mark start again from what is resident now, so that what came before a
/// measurement is no part of its peak. Where the kernel refuses, the peak includes what came before.
pub fn reset_peak() {
    // The kernel's documented code for "reset the peak resident set size" (proc(5), clear_refs).
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

fn field(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find(|line| line.starts_with(name))?;
    let kibibytes: u64 = line[name.len()..]
        .trim()
        .strip_suffix("kB")?
        .trim()
        .parse()
        .ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_is_read() {
        let status = "Name:\ttiter\nVmHWM:\t  2048 kB\nVmRSS:\t  1024 kB\n";
        assert_eq!(field(status, "VmHWM:"), Some(2_097_152));
        assert_eq!(field(status, "VmSwap:"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn descendants_count() {
        use std::io::{BufRead, BufReader};
        use std::process::{Command, Stdio};
        // A shell whose child holds 60 MiB.
        let script =
            "sh -c 'block=$(yes x | head -c 62914560); echo there; sleep 60; echo $block' & wait";
        let mut shell = Command::new("sh")
            .args(["-c", script])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(shell.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        let (own, all) = (
            peak_bytes_of_one(shell.id()),
            peak_bytes_of(shell.id()).unwrap(),
        );
        let descendants = children(shell.id());
        for id in descendants
            .iter()
            .flat_map(|id| children(*id))
            .chain(descendants.clone())
        {
            let _ = Command::new("kill").args(["-9", &id.to_string()]).status();
        }
        let _ = shell.kill();
        let _ = shell.wait();
        assert!(own < 20 << 20 && all > 60 << 20, "{own} {all}");
        assert_eq!(peak_bytes_of(shell.id()), None);
    }

    #[cfg(target_os = "linux")]
    fn peak_bytes_of_one(process: u32) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
        field(&status, "VmHWM:").unwrap()
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_large_allocation_raises_the_peak() {
        let before = peak_bytes().unwrap();
        let block = vec![1u8; 64 << 20];
        assert!(block.iter().map(|byte| u64::from(*byte)).sum::<u64>() > 0);
        let peak = peak_bytes().unwrap();
        assert!(peak >= before.max(60 << 20));
        drop(block);
        reset_peak();
        assert!(peak_bytes().unwrap() < peak);
    }
}
