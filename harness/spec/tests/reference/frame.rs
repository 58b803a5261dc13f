//! What is written by hand of a page: its beginning, and for each section an example with a few words.

use std::collections::BTreeMap;
use std::path::Path;

pub(super) struct Frame {
    /// Everything before the first section.
    pub(super) beginning: String,
    sections: BTreeMap<String, String>,
}

const MARK: &str = "<!-- section: ";

impl Frame {
    pub(super) fn of(kind: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference");
        let text = std::fs::read_to_string(folder.join(format!("{kind}.md"))).unwrap();
        Self::read(&text)
    }

    fn read(text: &str) -> Self {
        let mut parts = text.split(MARK);
        let beginning = parts.next().unwrap().trim().to_owned();
        let mut sections = BTreeMap::new();
        for part in parts {
            let (name, body) = part.split_once(" -->").unwrap();
            let before = sections.insert(name.to_owned(), body.trim().to_owned());
            assert!(before.is_none(), "the section {name} is there twice");
        }
        Self {
            beginning,
            sections,
        }
    }

    /// What is written of a section, by the path of its fields.
    pub(super) fn section(&self, path: &str) -> &str {
        self.sections
            .get(path)
            .unwrap_or_else(|| panic!("write the section `{path}`, with an example"))
    }

    /// Fails the test where something is written of a section that no page has.
    pub(super) fn assert_only(&self, paths: &[String]) {
        for path in self.sections.keys() {
            assert!(paths.contains(path), "no schema has the section `{path}`");
        }
    }
}
