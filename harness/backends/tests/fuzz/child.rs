//! Graphs through ONNX Runtime, in processes that may die.

use std::fmt;
use std::io::{BufRead, BufReader, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::fixtures::{BINARY, library, spec};

/// Names the folder whose graphs a child loads, and the one it begins with.
const FOLDER: &str = "TITER_FUZZ_CHILD_FOLDER";
const FIRST: &str = "TITER_FUZZ_CHILD_FIRST";

/// What a child may take: its address space in KiB, and the time for one graph.
const MOST_KIB: u64 = 8 << 20;
const MOST_TIME: Duration = Duration::from_secs(20);

/// What became of the graphs.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub loaded: usize,
    refused: usize,
    aborted: usize,
    stopped: usize,
    pub panicked: Vec<String>,
}

impl fmt::Display for Counts {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cases = self.loaded + self.refused + self.aborted + self.stopped + self.panicked.len();
        write!(
            to,
            "cases {cases}, refused {}, loaded {}, its process aborted {}, stopped after {} s {}",
            self.refused,
            self.loaded,
            self.aborted,
            MOST_TIME.as_secs(),
            self.stopped
        )
    }
}

/// Loads and runs every graph, one child after another as they die.
pub(crate) fn through_onnx_runtime(graphs: &[Vec<u8>]) -> Counts {
    // Found, or installed, before children ask for it.
    library();
    let folder = tempfile::tempdir().unwrap();
    let data = crate::fixtures::fixture("foreign/external.onnx_data");
    std::fs::copy(data, folder.path().join("external.onnx_data")).unwrap();
    for (index, graph) in graphs.iter().enumerate() {
        std::fs::write(place(folder.path(), index), graph).unwrap();
    }
    let mut counts = Counts::default();
    let mut next = 0;
    while next < graphs.len() {
        next = one_child(folder.path(), next, graphs.len(), &mut counts);
    }
    counts
}

fn place(folder: &Path, index: usize) -> PathBuf {
    folder.join(format!("{index}.onnx"))
}

/// Runs a child until it is done or dead; the first graph that it did not come to.
fn one_child(folder: &Path, first: usize, end: usize, counts: &mut Counts) -> usize {
    let limit = format!("ulimit -v {MOST_KIB} 2>/dev/null; exec \"$0\" \"$@\"");
    let mut child = Command::new("sh")
        .arg("-c")
        .arg(limit)
        .arg(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "child_of_the_test", "--nocapture"])
        .env(FOLDER, folder)
        .env(FIRST, first.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = lines(child.stdout.take().unwrap());
    let mut next = first;
    loop {
        match lines.recv_timeout(MOST_TIME) {
            Ok(line) => {
                // libtest writes before the first word of the first line.
                let words = line.split_whitespace().rev().take(2).collect::<Vec<_>>();
                let [index, what] = words[..] else { continue };
                match what {
                    "loaded" => counts.loaded += 1,
                    "refused" => counts.refused += 1,
                    "panicked" => counts
                        .panicked
                        .push(format!("onnx: graph {index} panicked")),
                    _ => continue,
                }
                next = index.parse::<usize>().unwrap() + 1;
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {
                counts.stopped += 1;
                child.kill().unwrap();
                child.wait().unwrap();
                return next + 1;
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
        }
    }
    child.wait().unwrap();
    if next < end {
        counts.aborted += 1;
        next += 1;
    }
    next
}

fn lines(from: impl Read + Send + 'static) -> mpsc::Receiver<String> {
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            if send.send(line).is_err() {
                break;
            }
        }
    });
    receive
}

/// A child's work.
pub(crate) fn serve() {
    let folder =
        PathBuf::from(std::env::var_os(FOLDER).expect("no child of damaged_files_never_panic"));
    let first: usize = std::env::var(FIRST).unwrap().parse().unwrap();
    for index in first.. {
        let path = place(&folder, index);
        if !path.exists() {
            return;
        }
        let what = match catch_unwind(AssertUnwindSafe(|| load(&path))) {
            Ok(Ok(())) => "loaded",
            Ok(Err(_)) => "refused",
            Err(_) => "panicked",
        };
        println!("\n{what} {index}");
    }
}

/// The graphs read 5 or 11 bases.
fn load(path: &Path) -> Result<(), String> {
    let files = [
        ("model", path.to_owned()),
        ("data", path.with_file_name("external.onnx_data")),
    ];
    crate::ask(&spec(5, BINARY), 0, &files).or_else(|error| {
        if error.contains("[batch, 5, 4]") || error.contains("is no probability") {
            crate::ask(&spec(11, BINARY), 0, &files)
        } else {
            Err(error)
        }
    })
}
