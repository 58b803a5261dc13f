//! Digests remembered from one run to the next, so that gigabytes are not read again.
//!
//! A digest stands for a file as long as its size, times and inode are the same. A file that changed a moment
//! before it was read may change once more without another time (a clock's ticks are coarse): its digest is not
//! remembered. What is remembered lies in Titer's cache and can be lost or damaged without harm.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use titer_core::Digest;

/// A file must have been left alone for so long before it was read.
const SETTLED: Duration = Duration::from_secs(2);

/// What tells one state of a file from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stamp {
    size: u64,
    /// Seconds and nanoseconds of its last change of content.
    modified: (i64, i64),
    /// Of its last change of anything: setting the other one back changes this one.
    changed: (i64, i64),
    inode: (u64, u64),
}

impl Stamp {
    #[cfg(unix)]
    fn of(about: &std::fs::Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        Some(Self {
            size: about.size(),
            modified: (about.mtime(), about.mtime_nsec()),
            changed: (about.ctime(), about.ctime_nsec()),
            inode: (about.dev(), about.ino()),
        })
    }

    /// Without inodes nothing is remembered.
    #[cfg(not(unix))]
    fn of(_: &std::fs::Metadata) -> Option<Self> {
        None
    }

    /// Whether the file had been left alone for a while at a moment.
    fn is_settled(&self, at: SystemTime) -> bool {
        let latest = self.modified.max(self.changed);
        let seconds = at.duration_since(SystemTime::UNIX_EPOCH);
        let Ok(now) = seconds.map(|now| now.saturating_sub(SETTLED)) else {
            return false;
        };
        let (whole, rest) = (now.as_secs(), now.subsec_nanos());
        latest <= (i64::try_from(whole).unwrap_or(i64::MAX), i64::from(rest))
    }
}

/// Digests by path.
#[derive(Debug)]
pub struct Memo {
    pub(super) place: PathBuf,
    pub(super) known: BTreeMap<PathBuf, (Stamp, Digest)>,
    /// Whether something is known that does not lie in the cache.
    pub(super) is_new: bool,
}

impl Memo {
    /// What is remembered of the files of a folder, in Titer's cache.
    pub fn of(folder: &Path) -> Self {
        Self::at(&titer_spec::cache::folder(), folder)
    }

    pub(super) fn at(cache: &Path, folder: &Path) -> Self {
        let name = Digest::of(folder.as_os_str().as_encoded_bytes()).short();
        let place = cache.join("digests").join(name);
        Self {
            known: read(&place).unwrap_or_default(),
            place,
            is_new: false,
        }
    }

    /// The digest of a file's content.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn digest_of(&mut self, path: &Path) -> std::io::Result<Digest> {
        let mut file = std::fs::File::open(path)?;
        let before = Stamp::of(&file.metadata()?);
        let known = self.known.get(path);
        if let Some((stamp, digest)) = known
            && before == Some(*stamp)
        {
            return Ok(*digest);
        }
        let now = SystemTime::now();
        let digest = Digest::of_reader(&mut file)?;
        let after = Stamp::of(&file.metadata()?);
        match before.filter(|stamp| after == Some(*stamp) && stamp.is_settled(now)) {
            Some(stamp) => {
                self.known.insert(path.to_owned(), (stamp, digest));
                self.is_new = true;
            }
            None => {
                self.known.remove(path);
            }
        }
        Ok(digest)
    }

    /// Writes down what is new. A cache that cannot be written remembers nothing.
    pub fn save(&mut self) {
        if !std::mem::take(&mut self.is_new) {
            return;
        }
        self.known.retain(|path, _| path.exists());
        let _ = write(&self.place, &self.known);
    }
}

/// The digest of what follows stands in the first line: what is damaged is not believed.
fn write(place: &Path, known: &BTreeMap<PathBuf, (Stamp, Digest)>) -> std::io::Result<()> {
    let folder = place.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let text = serde_json::to_string(&known.iter().collect::<Vec<_>>())?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    writeln!(file, "{}", Digest::of(text.as_bytes()))?;
    file.write_all(text.as_bytes())?;
    file.persist(place)?;
    Ok(())
}

fn read(place: &Path) -> Option<BTreeMap<PathBuf, (Stamp, Digest)>> {
    let text = std::fs::read_to_string(place).ok()?;
    let (digest, rest) = text.split_once('\n')?;
    if digest.parse() != Ok(Digest::of(rest.as_bytes())) {
        return None;
    }
    let entries: Vec<(PathBuf, (Stamp, Digest))> = serde_json::from_str(rest).ok()?;
    Some(entries.into_iter().collect())
}
