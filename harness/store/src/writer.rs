//! Who writes a file: a process of a machine, as it stands in the names of files that are not yet whole.

use std::fmt;
use std::path::Path;
use std::sync::OnceLock;

use titer_core::Digest;

/// A process that writes into a run folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Writer {
    /// Where process ids mean the same: a machine since its start, a container of it.
    pub machine: String,
    /// The process id.
    pub process: u32,
}

impl Writer {
    /// This process.
    pub(crate) fn this() -> Self {
        static MACHINE: OnceLock<String> = OnceLock::new();
        Self {
            machine: MACHINE.get_or_init(machine).clone(),
            process: std::process::id(),
        }
    }

    /// Reads it from a name; `None`: a titer before 0.2 wrote there, which names the process alone.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let (machine, process) = name.split_once('-')?;
        Some(Self {
            machine: machine.to_owned(),
            process: process.parse().ok()?,
        })
    }

    /// Whether it still runs; `None` where that cannot be seen from here.
    pub(crate) fn is_alive(&self) -> Option<bool> {
        let here = cfg!(target_os = "linux") && self.machine == Self::this().machine;
        here.then(|| Path::new(&format!("/proc/{}", self.process)).exists())
    }
}

impl fmt::Display for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.machine, self.process)
    }
}

/// The first digits of a digest over the machine's start and the namespace of its process ids; no digits where the system
/// names neither.
fn machine() -> String {
    let start = std::fs::read_to_string("/proc/sys/kernel/random/boot_id");
    let namespace = std::fs::read_link("/proc/self/ns/pid");
    match (start, namespace) {
        (Ok(start), Ok(namespace)) => {
            Digest::of(format!("{start}{}", namespace.display()).as_bytes()).short()
        }
        _ => "here".to_owned(),
    }
}
