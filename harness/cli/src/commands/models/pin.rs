//! `titer models pin`: digests and sizes, written into the descriptor.

use titer_spec::file::FileEntry;
use titer_spec::{Document, Kind, ModelSpec, pin};

use crate::arguments::Places;
use crate::commands::data::replace;
use crate::console::say;
use crate::error::CommandError;
use crate::finding;

pub(super) fn write(name: &str, places: &Places) -> Result<u8, CommandError> {
    let place = finding::find(Kind::Model, name, places)?;
    let document = Document::<ModelSpec>::read(&place)?;
    let golden = document.value.golden.as_ref().map(|golden| FileEntry {
        path: golden.path.clone(),
        digest: golden.digest.clone(),
        bytes: golden.bytes,
    });
    let variants = document.value.variants.iter();
    let files = variants.flat_map(|variant| variant.files.value.values());
    // One file of several variants, named by an anchor, stands in the text once.
    let mut entries: Vec<&FileEntry> = files.chain(&golden).collect();
    entries.sort_by_key(|entry| (entry.path.line, entry.path.column));
    entries.dedup_by_key(|entry| (entry.path.line, entry.path.column));
    let mut filled = Vec::new();
    let text = pin::fill(&document, &entries, &mut filled)?;
    if filled.is_empty() {
        say(&format!("{}: leaves nothing open", place.display()));
        return Ok(0);
    }
    // What is written reads back.
    Document::<ModelSpec>::parse(&place, text.clone())?;
    replace(&place, &text)?;
    for one in &filled {
        say(&format!("pinned: {one}"));
    }
    Ok(0)
}
