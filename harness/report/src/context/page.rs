//! The whole page.

use std::collections::BTreeMap;

use minijinja::Value;
use minijinja::value::Serde;
use serde::Serialize;

use crate::context::SECTIONS;
use crate::context::folded::Folded;
use crate::context::section::Room;
use crate::index::Index;

/// The whole page.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Page {
    /// Whether only a part of what the evaluation asks for ran.
    pub limited: bool,
    /// Titer's version.
    pub titer: String,
    /// The menu: anchors with their words.
    pub links: Vec<(String, String)>,
    /// Templates of what is shown, in order.
    pub templates: Vec<&'static str>,
    /// What was cut, in words.
    #[serde(skip)]
    pub cuts: Vec<String>,
    /// What each section is filled with, by its key; nothing for one that is not shown.
    #[serde(flatten)]
    contents: BTreeMap<&'static str, Value>,
}

impl Page {
    /// Fills the page.
    pub(crate) fn new(index: &Index<'_>, room: Room) -> Self {
        let mut page = Self {
            limited: index.limited(),
            titer: index.input.manifest.titer.clone(),
            links: Vec::new(),
            templates: Vec::new(),
            cuts: Vec::new(),
            contents: BTreeMap::new(),
        };
        for section in SECTIONS {
            let content = (section.fill)(index, room).map(|filled| {
                page.templates.push(section.template.0);
                page.links.extend(filled.links);
                page.cuts.extend(filled.cuts);
                filled.content
            });
            // Templates ask for what is not shown as well.
            page.contents
                .insert(section.key, content.unwrap_or(Value::from(())));
        }
        page
    }

    /// Says where the rest is of what this page has no room for.
    pub(crate) fn fold(&mut self, folded: &Folded) {
        self.contents.insert("folded", Value::from(Serde(folded)));
    }
}
