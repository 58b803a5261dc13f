//! Which types of a schema have a section, where they stand in the file, and what their headings and anchors are.

use serde_json::Value;

use super::form::{fields, fits_in_a_cell, has_section, list, named, resolved, target, words};

/// What stands on another page than that of a kind of file.
const PAGES: [(&str, &str, &str); 2] = [
    ("evaluation", "ModelSpec", "[a model written out](model.md)"),
    ("policy", "Gate", "[a gate](evaluation.md#gates)"),
];

/// The page that a type of a kind of file stands on, where it is another one.
pub(super) fn elsewhere(kind: &str, name: &str) -> Option<&'static str> {
    let mut pages = PAGES.iter();
    let found = pages.find(|(of, page, _)| (*of, *page) == (kind, name));
    found.map(|(_, _, link)| *link)
}

/// A type with a section.
pub(super) struct Section<'a> {
    name: &'a str,
    pub(super) schema: &'a Value,
    /// Where it stands in the file, as in `models.reference`; the first is the one that it is found by.
    pub(super) paths: Vec<String>,
}

/// All of them, in the order of the file.
pub(super) struct Sections<'a>(pub(super) Vec<Section<'a>>, &'a str);

impl<'a> Sections<'a> {
    pub(super) fn of(kind: &'a str, root: &'a Value) -> Self {
        let mut found = Self(Vec::new(), kind);
        found.object(root, root, "");
        found
    }

    fn object(&mut self, root: &'a Value, schema: &'a Value, path: &str) {
        for (name, field, _) in super::form::ordered(schema) {
            self.value(root, field, &joined(path, name));
        }
    }

    fn value(&mut self, root: &'a Value, schema: &'a Value, path: &str) {
        if let Some((name, schema)) = target(root, schema) {
            if elsewhere(self.1, name).is_some() {
                return;
            }
            if has_section(schema) {
                return self.section(root, name, schema, path);
            }
            return self.value(root, schema, path);
        }
        for inner in ["items", "additionalProperties"] {
            let inner = schema.get(inner).filter(|inner| inner.is_object());
            inner
                .into_iter()
                .for_each(|inner| self.value(root, inner, path));
        }
        for form in list(schema, "anyOf") {
            self.value(root, form, path);
        }
    }

    fn section(&mut self, root: &'a Value, name: &'a str, schema: &'a Value, path: &str) {
        if let Some(known) = self.0.iter_mut().find(|section| section.name == name) {
            known.paths.push(path.to_owned());
            return;
        }
        let paths = vec![path.to_owned()];
        self.0.push(Section {
            name,
            schema,
            paths,
        });
        if fields(schema).is_some() {
            self.object(root, schema, path);
        }
        for (name, body) in list(schema, "oneOf").iter().filter_map(named) {
            let path = joined(path, name);
            match fits_in_a_cell(root, body) {
                // Its fields may hold words that have a section.
                true if fields(resolved(root, body)).is_some() => {
                    self.object(root, resolved(root, body), &path);
                }
                _ => self.value(root, body, &path),
            }
        }
    }

    /// A link to a type's section or page.
    pub(super) fn link(&self, name: &str) -> Option<String> {
        if let Some(page) = elsewhere(self.1, name) {
            return Some(page.to_owned());
        }
        let section = self.0.iter().find(|section| section.name == name)?;
        let kind = match (fields(section.schema), words(section.schema)) {
            (Some(_), _) => "mapping",
            (None, Some(_)) => "word",
            _ if list(section.schema, "oneOf")
                .iter()
                .all(|form| named(form).is_some()) =>
            {
                "mapping"
            }
            (None, None) => "word or mapping",
        };
        Some(format!("[{kind}](#{})", slug(&section.heading())))
    }
}

impl Section<'_> {
    /// The places of the file that it is about.
    pub(super) fn heading(&self) -> String {
        let first = &self.paths[0];
        let last = |path: &str| path.rsplit('.').next().unwrap().to_owned();
        if self.paths.len() == 1 {
            return format!("`{first}`");
        }
        if self.paths.iter().all(|path| last(path) == last(first)) {
            let top = first.split('.').next().unwrap();
            return format!("`{}` of `{top}`", last(first));
        }
        let others = self.paths[1..]
            .iter()
            .map(|path| format!(", `{}`", last(path)));
        format!("`{first}`{}", others.collect::<String>())
    }

    /// How far it is indented in the list of contents.
    pub(super) fn depth(&self) -> usize {
        self.paths[0].matches('.').count()
    }
}

fn joined(path: &str, name: &str) -> String {
    match path.is_empty() {
        true => name.to_owned(),
        false => format!("{path}.{name}"),
    }
}

/// The anchor that GitHub gives a heading.
pub(super) fn slug(heading: &str) -> String {
    let letters = heading.chars().filter_map(|letter| match letter {
        ' ' => Some('-'),
        '_' | '-' => Some(letter),
        letter if letter.is_alphanumeric() => Some(letter.to_ascii_lowercase()),
        _ => None,
    });
    letters.collect()
}
