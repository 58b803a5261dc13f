//! The files that a process is made of: what it runs must be among the variant's files, for their digests
//! are part of a cell's key.

use std::path::{Path, PathBuf};

use crate::open_inference::shown;

/// A file of the model's folder that a command names and the descriptor does not list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unlisted {
    /// The word of the command.
    pub word: String,
    /// Whether it is a folder, none of whose files is listed.
    pub is_folder: bool,
}

/// The first file of `folder` that `command` names and that is not among `listed` (paths relative to the
/// folder). A program that only points out of the folder, as a virtual environment's `bin/python` does, is
/// none of its files.
#[must_use]
pub fn unlisted(folder: &Path, command: &[String], listed: &[&str]) -> Option<Unlisted> {
    let listed: Vec<PathBuf> = listed.iter().map(|path| folder.join(path)).collect();
    let folder = folder.canonicalize().ok()?;
    let mut words = command.iter().enumerate().flat_map(|(index, word)| {
        // As in `--weights=weights.pt`.
        let value = word.split_once('=').map(|(_, value)| (index, value));
        [Some((index, word.as_str())), value].into_iter().flatten()
    });
    words.find_map(|(index, word)| {
        let path = folder.join(word);
        let lies_within = path.starts_with(&folder)
            && (index > 0
                || path
                    .canonicalize()
                    .is_ok_and(|real| real.starts_with(&folder)));
        if word.is_empty() || !lies_within || is_folder_itself(&path, &folder) {
            return None;
        }
        let found = Unlisted {
            word: word.to_owned(),
            is_folder: path.is_dir(),
        };
        let is_listed = match found.is_folder {
            true => listed.iter().any(|file| same_or_within(file, &path)),
            false => listed.iter().any(|file| same(file, &path)),
        };
        (path.exists() && !is_listed).then_some(found)
    })
}

/// The program: one that is named by a path lies in the folder, any other on the system's own paths.
pub(super) fn program(folder: &Path, first: &str) -> PathBuf {
    match first.contains('/') {
        true => folder.join(first),
        false => PathBuf::from(first),
    }
}

/// The first of the modules that a process has loaded from `folder` and that is not among `files`.
pub(super) fn foreign_module(
    folder: &Path,
    modules: &[String],
    files: &[PathBuf],
) -> Option<String> {
    let foreign = |module: &&String| {
        let path = folder.join(module.as_str());
        path.is_file() && !files.iter().any(|file| same(file, &path))
    };
    modules.iter().find(foreign).map(|module| shown(module))
}

fn same(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

fn same_or_within(file: &Path, folder: &Path) -> bool {
    match (file.canonicalize(), folder.canonicalize()) {
        (Ok(file), Ok(folder)) => file.starts_with(folder),
        _ => false,
    }
}

fn is_folder_itself(path: &Path, folder: &Path) -> bool {
    path.canonicalize().is_ok_and(|path| path == folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(command: &[&str], listed: &[&str]) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        std::fs::create_dir_all(place("weights")).unwrap();
        std::fs::create_dir_all(place("venv/bin")).unwrap();
        for name in ["model.py", "w.pt", "weights/a", "serve"] {
            std::fs::write(place(name), "").unwrap();
        }
        std::os::unix::fs::symlink("/bin/sh", place("venv/bin/python")).unwrap();
        let whole = place("model.py").display().to_string();
        let command: Vec<String> = command
            .iter()
            .map(|word| word.replace("WHOLE", &whole))
            .collect();
        unlisted(folder.path(), &command, listed).map(|found| found.word)
    }

    #[test]
    fn a_file_that_the_command_names_must_be_listed() {
        let script = found(&["python3", "model.py"], &[]);
        assert_eq!(script.as_deref(), Some("model.py"));
        assert_eq!(found(&["python3", "model.py"], &["model.py"]), None);
        assert_eq!(found(&["python3", "./model.py"], &["model.py"]), None);
        assert!(found(&["python3", "WHOLE"], &["w.pt"]).is_some());
        assert_eq!(found(&["python3", "WHOLE"], &["model.py"]), None);
        let weights = found(&["python3", "model.py", "--weights=w.pt"], &["model.py"]);
        assert_eq!(weights.as_deref(), Some("w.pt"));
        assert_eq!(found(&["./serve"], &[]).as_deref(), Some("./serve"));
    }

    #[test]
    fn a_folder_needs_a_file_of_it() {
        assert!(found(&["sh", "weights"], &[]).is_some());
        assert_eq!(found(&["sh", "weights"], &["weights/a"]), None);
    }

    #[test]
    fn what_lies_elsewhere_is_no_file_of_the_model() {
        assert_eq!(
            found(&["venv/bin/python", "-m", "net", "/etc", "", "."], &[]),
            None
        );
        assert_eq!(found(&["python3", "absent.py", "--port=80"], &[]), None);
    }
}
