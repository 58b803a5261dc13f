//! What a process writes to its standard error: the head and the tail are kept, the middle is counted.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ChildStderr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::open_inference::shown;

/// Bytes that are kept from the beginning, and as many from the end.
const KEPT_BYTES: usize = 1 << 16;
/// Lines that an error shows.
const SHOWN_LINES: usize = 4;
/// How long the last words of a process that has ended are waited for. A grandchild may hold the stream.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// How long a process that lives is waited for.
const MOMENT: Duration = Duration::from_millis(100);

/// The notes of one variant in one cell, over all starts of its process.
#[derive(Clone)]
pub(super) struct Journal {
    kept: Arc<Mutex<Kept>>,
    path: Option<PathBuf>,
}

#[derive(Default)]
struct Kept {
    file: Option<File>,
    head: usize,
    tail: Vec<u8>,
    left_out: u64,
}

impl Journal {
    /// Notes that go to a file at `path`, which replaces what lies there; to memory alone without one.
    pub(super) fn new(path: Option<&Path>) -> std::io::Result<Self> {
        let file = match path {
            Some(path) => {
                if let Some(folder) = path.parent() {
                    std::fs::create_dir_all(folder)?;
                }
                Some(File::create(path)?)
            }
            None => None,
        };
        let kept = Kept {
            file,
            ..Kept::default()
        };
        Ok(Self {
            kept: Arc::new(Mutex::new(kept)),
            path: path.map(Path::to_owned),
        })
    }

    /// Follows a process's standard error to its end.
    pub(super) fn follow(&self, mut stream: ChildStderr) -> JoinHandle<()> {
        let journal = self.clone();
        std::thread::spawn(move || {
            let mut block = [0_u8; 8192];
            while let Ok(count @ 1..) = stream.read(&mut block) {
                journal.note(&block[..count]);
            }
        })
    }

    pub(super) fn note(&self, bytes: &[u8]) {
        self.kept().note(bytes);
    }

    /// The last lines, once the process has ended; of one that lives (no `follower`) those that were read, where there are
    /// any within a moment: what it wrote before it answered may still be on its way.
    pub(super) fn last_words(&self, follower: Option<&JoinHandle<()>>) -> String {
        let start = Instant::now();
        let is_on_its_way = || match follower {
            Some(thread) => !thread.is_finished() && start.elapsed() < LAST_WORDS,
            None => self.kept().tail.is_empty() && start.elapsed() < MOMENT,
        };
        while is_on_its_way() {
            std::thread::sleep(Duration::from_millis(5));
        }
        let kept = self.kept();
        let text = String::from_utf8_lossy(&kept.tail);
        let lines: Vec<String> = text.lines().map(shown).filter(|l| !l.is_empty()).collect();
        let last = lines[lines.len().saturating_sub(SHOWN_LINES)..].join(" / ");
        let place = match self.path.as_deref().map(place) {
            Some(place) => format!(" (all of it: {place})"),
            None => String::new(),
        };
        match last.is_empty() {
            true => "it said nothing on its standard error".to_owned(),
            false => format!("its last words: {last}{place}"),
        }
    }

    /// Writes the tail down.
    pub(super) fn close(&self) {
        self.kept().close();
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// A disk that is full is no reason for a prediction to fail.
    fn note(&mut self, bytes: &[u8]) {
        let to_head = bytes.len().min(KEPT_BYTES - self.head);
        if let Some(file) = &mut self.file {
            let _ = file.write_all(&bytes[..to_head]);
        }
        self.head += to_head;
        // The tail also holds what is in the head: an error shows it.
        self.tail.extend_from_slice(bytes);
        self.left_out += (bytes.len() - to_head) as u64;
        if self.tail.len() > 2 * KEPT_BYTES {
            self.tail.drain(..self.tail.len() - KEPT_BYTES);
        }
    }

    fn close(&mut self) {
        let Some(mut file) = self.file.take() else {
            return;
        };
        let beyond = usize::try_from(self.left_out).unwrap_or(usize::MAX);
        let tail = beyond.min(KEPT_BYTES).min(self.tail.len());
        if beyond > tail {
            let _ = writeln!(file, "\n[{} bytes left out]", beyond - tail);
        }
        let _ = file.write_all(&self.tail[self.tail.len() - tail..]);
    }
}

/// A place within the run folder, without where that lies.
fn place(path: &Path) -> String {
    let parts: Vec<_> = path
        .components()
        .rev()
        .take(3)
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    parts.into_iter().rev().collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(written: &[u8]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cell/stderr.txt");
        let journal = Journal::new(Some(&path)).unwrap();
        for block in written.chunks(1000) {
            journal.note(block);
        }
        journal.close();
        std::fs::read_to_string(path).unwrap()
    }

    #[test]
    fn head_and_tail_are_kept() {
        let number = |i: usize| format!("{i:09}\n").into_bytes();
        let all: Vec<u8> = (0..100_000).flat_map(number).collect();
        let text = kept(&all);
        assert!(text.starts_with("000000000\n") && text.ends_with("000099999\n"));
        let left_out = 1_000_000 - 2 * KEPT_BYTES;
        assert!(text.contains(&format!("\n[{left_out} bytes left out]\n")));
        assert!(text.len() < 2 * KEPT_BYTES + 100);
    }

    #[test]
    fn what_fits_is_kept_as_it_is() {
        for length in [0, 10, KEPT_BYTES, KEPT_BYTES + 1, 2 * KEPT_BYTES] {
            let all = vec![b'x'; length];
            assert_eq!(kept(&all).len(), length);
        }
    }

    #[test]
    fn last_words_are_the_last_lines() {
        let journal = Journal::new(None).unwrap();
        assert!(journal.last_words(None).contains("nothing"));
        journal.note(b"one\n\ntwo\nthree\nfour\n\x1b[31mfive\n");
        let said = journal.last_words(None);
        assert!(
            said.contains("two / three / four / ") && said.contains("five"),
            "{said}"
        );
        assert!(!said.contains("one") && !said.contains('\u{1b}'), "{said}");
    }
}
