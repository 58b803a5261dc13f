//! Run folders told from other folders, for those who pass them over.

use std::collections::BTreeMap;
use std::path::Path;

use serde::de::IgnoredAny;

use crate::folder::{self, MANIFEST, RunFolder};
use crate::lock::NAME as LOCK;

/// What every layout's manifest holds. Other programs write files of that name too.
const FIELDS: [&str; 4] = ["format", "titer", "evaluation_digest", "plan"];

impl RunFolder {
    /// Whether a run lies here, of any layout, or one that was stopped before it had written anything but its lock.
    #[must_use]
    pub fn is_run(&self) -> bool {
        let manifest = self.path().join(MANIFEST);
        match manifest.is_file() {
            true => folder::read_json::<BTreeMap<String, IgnoredAny>>(&manifest)
                .is_ok_and(|found| FIELDS.iter().all(|field| found.contains_key(*field))),
            false => is_locked_alone(self.path()),
        }
    }
}

/// Whether a folder holds a lock, perhaps a half-written manifest, and nothing else.
fn is_locked_alone(folder: &Path) -> bool {
    if !folder.join(LOCK).is_file() {
        return false;
    }
    let Ok(entries) = std::fs::read_dir(folder) else {
        return false;
    };
    entries.flatten().all(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_half = name.starts_with(&format!(".{MANIFEST}.")) && name.ends_with(".tmp");
        name == LOCK || is_half
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_told_from_other_folders() {
        let place = tempfile::tempdir().unwrap();
        let folder = RunFolder::at(place.path());
        let write = |name: &str, text: &str| std::fs::write(place.path().join(name), text).unwrap();
        assert!(!folder.is_run(), "empty");
        write(LOCK, "7");
        write(".manifest.json.7.0.tmp", "{");
        assert!(folder.is_run(), "stopped at its beginning");
        write("weights.pt", "w");
        assert!(!folder.is_run(), "a lock among other files");
        write(MANIFEST, "{\"name\": \"of a web page\"}");
        assert!(!folder.is_run(), "another program's manifest");
        write(
            MANIFEST,
            "{\"format\": 99, \"titer\": \"9\", \"evaluation_digest\": \"sha512:\", \"plan\": {}, \"more\": 1}",
        );
        assert!(folder.is_run(), "of another layout");
    }
}
