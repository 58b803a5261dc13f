//! `docs/reference/*.md`: every field of every YAML file, made from the schemas and from what is written by hand in
//! `reference/*.md` here (what a page begins with, and an example for each section).

mod complete;
mod examples;
mod form;
mod frame;
mod page;
mod section;
mod words;

use std::path::{Path, PathBuf};

use serde_json::Value;
use titer_spec::schema;

use frame::Frame;

/// The page of a kind of file, as it is in `docs/reference`.
pub(crate) fn path(kind: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference");
    folder.join(format!("{kind}.md"))
}

/// The schema of a kind of file.
pub(crate) fn schema_of(kind: &str) -> Value {
    serde_json::from_str(&schema::of(kind).unwrap()).unwrap()
}

#[test]
fn the_fields_are_documented() {
    for kind in schema::KINDS {
        let now = page::of(kind, &schema_of(kind), &Frame::of(kind));
        let path = path(kind);
        if std::env::var_os("TITER_WRITE_DOCS").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &now).unwrap();
        }
        let written = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            written == now,
            "docs/reference/{kind}.md is not what the types say: \
             TITER_WRITE_DOCS=1 cargo test -p titer-spec the_fields_are_documented"
        );
    }
}
