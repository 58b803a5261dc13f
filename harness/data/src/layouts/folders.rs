//! A folder for each class, with a file for each example.

use std::io::Read;
use std::path::{Path, PathBuf};

use csv::StringRecord;

use crate::content::Parts;
use crate::descriptor::{SPLITS, TUNING};
use crate::error::TableError;
use crate::records::{Records, entries, flawed, name_of, unreadable};

/// A folder that is being read.
pub(crate) struct Folders {
    root: PathBuf,
    names: Vec<String>,
    /// Split, class and file, the last one first.
    left: Vec<(String, String, PathBuf)>,
    now: PathBuf,
}

/// Lists a folder.
pub(crate) fn open(path: &Path) -> Result<Folders, TableError> {
    let folders = |of: &Path| -> Result<Vec<PathBuf>, TableError> {
        let seen = |path: &PathBuf| path.is_dir() && !name_of(path).starts_with('.');
        Ok(entries(of)?.into_iter().filter(seen).collect())
    };
    let top = folders(path)?;
    let split_of = |folder: &PathBuf| -> Option<String> {
        let name = name_of(folder);
        if TUNING.contains(&name.as_str()) {
            return Some("tuning".to_owned());
        }
        SPLITS.contains(&name.as_str()).then_some(name)
    };
    let mut files = Vec::new();
    let mut list = |split: &str, class: &Path| -> Result<(), TableError> {
        for file in entries(class)?.into_iter().filter(|it| it.is_file()) {
            if !name_of(&file).starts_with('.') {
                files.push((split.to_owned(), name_of(class), file));
            }
        }
        Ok(())
    };
    let is_split = !top.is_empty() && top.iter().all(|folder| split_of(folder).is_some());
    for folder in &top {
        if is_split {
            for class in folders(folder)? {
                list(&split_of(folder).unwrap_or_default(), &class)?;
            }
        } else {
            list("", folder)?;
        }
    }
    if files.is_empty() {
        return Err(flawed(
            path,
            0,
            "holds no folder of a class with files in it",
            "the layout is <class>/<file>, or <split>/<class>/<file>",
        ));
    }
    files.reverse();
    Ok(Folders {
        root: path.to_owned(),
        names: ["id", "split", "label", "sequence"]
            .map(str::to_owned)
            .to_vec(),
        left: files,
        now: PathBuf::new(),
    })
}

impl Records for Folders {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn next(&mut self, record: &mut StringRecord) -> Result<bool, TableError> {
        let Some((split, class, path)) = self.left.pop() else {
            return Ok(false);
        };
        let mut text = String::new();
        Parts::open(&path)
            .and_then(|mut content| content.read_to_string(&mut text))
            .map_err(|error| unreadable(&path, 0, &error))?;
        let headers = text.lines().filter(|line| line.starts_with('>')).count();
        if headers > 1 {
            return Err(flawed(
                &path,
                0,
                format!("holds {headers} sequences"),
                "write one file for each sequence, or use the layout `fasta`",
            ));
        }
        let letters: String = text
            .lines()
            .filter(|line| !line.starts_with('>'))
            .flat_map(|line| line.split_whitespace())
            .collect();
        let id = path.strip_prefix(&self.root).unwrap_or(&path);
        record.clear();
        for field in [&*id.to_string_lossy(), &split, &class, &letters] {
            record.push_field(field);
        }
        self.now = path;
        Ok(true)
    }

    fn place(&self) -> (&Path, u64) {
        (&self.now, 0)
    }
}
