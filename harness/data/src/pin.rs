//! What a descriptor leaves open, filled in from the files that lie there: digests, sizes, classes, sizes of splits.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use titer_core::Digest;
use titer_spec::fetch::{check, check_present};
use titer_spec::file::{UNPINNED, bytes_of, digest_of};
use titer_spec::pin::fill_one;
use titer_spec::yaml::quoted;
use titer_spec::{Dataset, Document, Located, SpecError};

use crate::LoadedDataset;
use crate::descriptor;
use crate::error::{DataError, TableError};
use crate::read::other_assembly;
use crate::rows::Rows;

/// A descriptor with nothing left open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pinned {
    /// Its text.
    pub text: String,
    /// What was filled in, for people.
    pub filled: Vec<String>,
}

/// Fills in what a descriptor leaves open: `digest: unpinned` with `bytes: 0`, a size of 0 beside a digest, `classes` and
/// `splits` that it leaves out, `classes: [FILL_IN]`, and `splits` whose sizes are 0. What it says already is left as it is.
///
/// # Errors
/// The descriptor or a file cannot be read, a row is flawed, the genome is another one, or something to fill in stands where it cannot be.
pub fn pin(descriptor: &Path) -> Result<Pinned, DataError> {
    let document = descriptor::named(Document::read(descriptor)?);
    let dataset = &document.value;
    check(&document, &dataset.fetch)?;
    check_present(&document, &dataset.dataset.value, &dataset.fetch)?;
    for file in dataset.all_files() {
        file.entry().place(&document)?;
    }
    if let Some(genome) = &dataset.genome {
        genome.place(&document)?;
    }
    let mut lines: Vec<String> = document.text.lines().map(str::to_owned).collect();
    let mut filled = Vec::new();
    for (path, place, digest) in open_files(&document) {
        let failed = |error: std::io::Error| {
            let message = format!("path: {} cannot be read: {error}", path.display());
            document.error(digest, message, "put the file there, or correct the path")
        };
        let (found, bytes) = (
            digest_of(&path).map_err(failed)?,
            bytes_of(&path).map_err(failed)?,
        );
        fill_one(&document, &mut lines, (place, digest), &found, bytes)?;
        filled.push(format!("{}: {bytes} bytes, {found}", path.display()));
    }
    let text = lines.join("\n") + "\n";
    let document = descriptor::named(Document::parse(descriptor, text)?);
    descriptor::check_open(&document)?;
    let is_open = document.value.splits.values().all(|count| *count == 0);
    let has_classes = !document.value.has_open_classes();
    if !is_open && has_classes {
        return Ok(Pinned {
            text: document.text,
            filled,
        });
    }
    let (splits, labels) = count(&document)?;
    if is_open {
        let sizes: Vec<String> = splits
            .iter()
            .map(|(split, size)| format!("{}: {size}", quoted(split)))
            .collect();
        let line = format!("splits: {{{}}}", sizes.join(", "));
        fill_line(&document, &mut lines, "splits", &line)?;
        filled.push(line);
    }
    if !has_classes {
        let labels: Vec<String> = labels.iter().map(|label| quoted(label)).collect();
        let line = format!("classes: [{}]", labels.join(", "));
        fill_line(&document, &mut lines, "classes", &line)?;
        filled.push(line);
    }
    let text = lines.join("\n") + "\n";
    Document::<Dataset>::parse(descriptor, text.clone())?;
    Ok(Pinned { text, filled })
}

/// Files whose digest or size is open, from the end of the text: their places, where the path stands and where the digest.
fn open_files(document: &Document<Dataset>) -> Vec<(PathBuf, &Located<String>, &Located<String>)> {
    let dataset = &document.value;
    let one = dataset.file.iter().chain(&dataset.genome);
    let one = one.map(|file| (&file.path, &file.digest, file.bytes));
    let several = dataset.files.iter();
    let several = several.map(|file| (&file.path, &file.digest, file.bytes));
    // A digest of what is downloaded need not be that of what it becomes.
    let fetched = dataset.fetch.iter();
    let fetched = fetched.map(|entry| (&entry.to, &entry.digest, 1));
    let mut open: Vec<_> = one
        .chain(several)
        .chain(fetched)
        .filter(|(_, digest, bytes)| digest.value == UNPINNED || *bytes == 0)
        .map(|(path, digest, _)| (document.folder().join(&path.value), path, digest))
        .collect();
    // Lines that are added move no place that comes.
    open.sort_by_key(|(_, path, _)| std::cmp::Reverse((path.line, path.column)));
    open
}

/// Writes a field in place of the line that it stands on, or at the end where it is left out.
fn fill_line(
    document: &Document<Dataset>,
    lines: &mut Vec<String>,
    field: &str,
    with: &str,
) -> Result<(), SpecError> {
    let start = format!("{field}:");
    let found = lines.iter_mut().find(|line| line.starts_with(&start));
    match found {
        None => {
            lines.push(with.to_owned());
            Ok(())
        }
        Some(line) if line.trim_end().ends_with(['}', ']']) => {
            with.clone_into(line);
            Ok(())
        }
        Some(_) => Err(document.error(
            &document.place(&document.value.dataset, field),
            format!("{field}: it is to be filled in, and does not stand on one line"),
            format!("write it on one line, as in `{with}`"),
        )),
    }
}

/// The sizes of the splits, and the labels, in order.
fn count(document: &Document<Dataset>) -> Result<(BTreeMap<String, u64>, Vec<String>), DataError> {
    let dataset = &document.value;
    let folder = document.folder();
    let loaded = LoadedDataset {
        path: dataset
            .all_files()
            .first()
            .map_or_else(PathBuf::new, |file| folder.join(&file.path.value)),
        genome: dataset
            .genome
            .as_ref()
            .map(|genome| folder.join(&genome.path.value)),
        fold: None,
        counts: true,
        without_letters: dataset.genome.is_none(),
        was_read: false,
        digest: Digest::of(b""),
        document: document.clone(),
    };
    let mut rows = Rows::open(&loaded)?;
    let mut splits: BTreeMap<String, u64> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        *splits.entry(row.split).or_default() += 1;
    }
    if splits.is_empty() {
        return Err(TableError {
            path: loaded.path.clone(),
            line: 0,
            column: None,
            message: "holds no example".to_owned(),
            cure: "write an example into it; nothing was filled in".to_owned(),
        }
        .into());
    }
    other_assembly(&loaded, rows.met)?;
    Ok((splits, in_order(rows.labels)))
}

/// Numbers by size, else by the alphabet.
fn in_order(labels: BTreeSet<String>) -> Vec<String> {
    let mut labels: Vec<String> = labels.into_iter().collect();
    labels.sort_by_key(|label| label.parse::<i64>().unwrap_or(i64::MAX));
    labels
}
