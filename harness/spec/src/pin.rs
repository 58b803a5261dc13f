//! Digests and sizes written into the text of a descriptor.

use titer_core::Digest;

use crate::document::Document;
use crate::error::SpecError;
use crate::file::{FileEntry, UNPINNED, bytes_of, digest_of};
use crate::located::Located;

/// Fills in the digests and sizes that file entries leave open, from the files that lie there. What they say already is held to
/// what is there and left as it is. What was filled in goes to `filled`, for people.
///
/// # Errors
/// A file cannot be read, is not the one stated, or what is open stands where it cannot be filled in.
pub fn fill<T>(
    document: &Document<T>,
    entries: &[&FileEntry],
    filled: &mut Vec<String>,
) -> Result<String, SpecError> {
    let mut lines: Vec<String> = document.text.lines().map(str::to_owned).collect();
    let is_open = |entry: &&&FileEntry| entry.digest.value == UNPINNED || entry.bytes == 0;
    let mut open: Vec<&FileEntry> = entries.iter().filter(is_open).copied().collect();
    // From the end, so that lines that are added move no place that comes.
    open.sort_by_key(|entry| (entry.path.line, entry.path.column));
    for entry in open.iter().rev() {
        let path = document.folder().join(&entry.path.value);
        let failed = |error: std::io::Error| {
            let message = format!("path: {} cannot be read: {error}", path.display());
            document.error(
                &entry.path,
                message,
                "put the file there, or correct the path",
            )
        };
        let digest = digest_of(&path).map_err(failed)?;
        let bytes = bytes_of(&path).map_err(failed)?;
        fill_one(
            document,
            &mut lines,
            (&entry.path, &entry.digest),
            &digest,
            bytes,
        )?;
        filled.push(format!("{}: {bytes} bytes, {digest}", path.display()));
    }
    filled.reverse();
    Ok(lines.join("\n") + "\n")
}

/// Fills in one digest and size, where they stand or behind the path.
///
/// # Errors
/// The stated digest is another one, or what is open stands where it cannot be filled in.
pub fn fill_one<T>(
    document: &Document<T>,
    lines: &mut Vec<String>,
    (path, stated): (&Located<String>, &Located<String>),
    digest: &Digest,
    bytes: u64,
) -> Result<(), SpecError> {
    match stated.line > 0 {
        true => fill_stated(document, lines, stated, digest, bytes),
        false => fill_behind(document, lines, path, digest, bytes),
    }
}

/// Writes digest and size behind a path: within the same braces, or on lines of their own below it.
fn fill_behind<T>(
    document: &Document<T>,
    lines: &mut Vec<String>,
    path: &Located<String>,
    digest: &Digest,
    bytes: u64,
) -> Result<(), SpecError> {
    let here = (path.line as usize).saturating_sub(1);
    let found = lines.get(here).and_then(|line| {
        let key = line.find("path:")?;
        let value = line[key..].find(path.value.as_str())? + key;
        let quote = line[..value].ends_with(['"', '\'']);
        Some((key, value + path.value.len() + usize::from(quote)))
    });
    let Some((key, end)) = found else {
        return Err(document.error(
            path,
            "path: its digest is to be written behind it, and `path:` does not stand on one line with it",
            "write `{path: ..., digest: unpinned, bytes: 0}` on one line",
        ));
    };
    let line = &mut lines[here];
    if line[..key].contains('{') {
        line.insert_str(end, &format!(", digest: \"{digest}\", bytes: {bytes}"));
    } else {
        let indent = " ".repeat(key);
        lines.insert(here + 1, format!("{indent}digest: \"{digest}\""));
        lines.insert(here + 2, format!("{indent}bytes: {bytes}"));
    }
    Ok(())
}

/// Writes a digest, or holds one that is stated to what is there, and, on the same line or one beside it, the size.
fn fill_stated<T>(
    document: &Document<T>,
    lines: &mut [String],
    at: &Located<String>,
    digest: &Digest,
    bytes: u64,
) -> Result<(), SpecError> {
    let is_open = at.value == UNPINNED;
    let digest = digest.to_string();
    if !is_open && at.value != digest {
        let message = format!("digest: what is there is {digest}");
        let cure = "fetch the file anew, or write `digest: unpinned` if the change is meant";
        return Err(document.error(at, message, cure));
    }
    let here = (at.line as usize).saturating_sub(1);
    let around = [here, here + 1, here.saturating_sub(1), here + 2];
    let size = around.into_iter().find(|line| {
        lines
            .get(*line)
            .is_some_and(|line| line.contains("bytes: 0"))
    });
    let (Some(size), true) = (
        size,
        lines
            .get(here)
            .is_some_and(|line| !is_open || line.contains(UNPINNED)),
    ) else {
        return Err(document.error(
            at,
            "digest: it and `bytes: 0` do not stand together",
            "write `digest: ..., bytes: 0` on one line",
        ));
    };
    if is_open {
        lines[here] = lines[here].replacen(UNPINNED, &format!("{digest:?}"), 1);
    }
    lines[size] = lines[size].replacen("bytes: 0", &format!("bytes: {bytes}"), 1);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ModelSpec, VariantSpec};

    const HEAD: &str = "\
model: m
summary: s
tasks: []
input: {one_hot: {alphabet: ACGT, layout: length_channels, other: zeros}}
output: {kind: binary, activation: none}
reference: a
variants:
  - variant: a
    backend: onnx
    precision: fp32
";

    #[test]
    fn what_is_left_out_or_unpinned_is_filled_in() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.onnx", "b.onnx"] {
            std::fs::write(folder.path().join(name), name).unwrap();
        }
        let path = folder.path().join("model.yaml");
        for files in [
            "    files: {model: {path: a.onnx}, data: {path: \"b.onnx\"}}\n",
            "    files:\n      model: {path: a.onnx, digest: unpinned, bytes: 0}    # graph\n      data:\n        path: b.onnx\n",
        ] {
            let text = format!("{HEAD}{files}");
            let document = Document::<ModelSpec>::parse(&path, text).unwrap();
            let entries = |spec: &VariantSpec| -> Vec<FileEntry> {
                spec.files.value.values().cloned().collect()
            };
            let open = entries(&document.value.variants[0]);
            let open: Vec<&FileEntry> = open.iter().collect();
            let mut filled = Vec::new();
            let text = fill(&document, &open, &mut filled).unwrap();
            assert_eq!(filled.len(), 2);
            let pinned = Document::<ModelSpec>::parse(&path, text.clone()).unwrap();
            for entry in entries(&pinned.value.variants[0]) {
                assert_eq!(entry.bytes, 6, "{text}");
                entry.verify(&pinned).unwrap();
            }
            // A second time nothing is open.
            let all = entries(&pinned.value.variants[0]);
            let all: Vec<&FileEntry> = all.iter().collect();
            assert_eq!(fill(&pinned, &all, &mut Vec::new()).unwrap(), text);
        }
    }
}
