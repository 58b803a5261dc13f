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
