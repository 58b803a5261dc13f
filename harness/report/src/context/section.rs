//! A section of the page, and how much of it a page has room for.

use minijinja::Value;
use minijinja::value::Serde;
use serde::Serialize;

use crate::index::Index;
use crate::number::count;

/// A section of the page: a template, and what it is filled with.
pub(crate) struct Section {
    /// The name by which templates find what it was filled with; nothing where it has nothing to show.
    pub key: &'static str,
    /// Its template's name and text.
    pub template: (&'static str, &'static str),
    /// Fills it; `None` where it has nothing to show, or all of it stands in a part beside the page.
    pub fill: fn(&Index<'_>, Room) -> Option<Filled>,
}

/// How much of itself a section shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// All: the run fits into one page.
    Whole,
    /// What decides, at most so many rows of each list. Parts beside the page hold the rest.
    Rows(usize),
}

/// A filled section.
pub(crate) struct Filled {
    /// What its template walks.
    pub content: Value,
    /// Its lines in the menu: the anchor and the word.
    pub links: Vec<(String, String)>,
    /// What was cut, in words.
    pub cuts: Vec<String>,
}

impl Filled {
    /// A section with one line in the menu.
    pub(crate) fn new(content: impl Serialize, anchor: &str, word: &str) -> Self {
        Self {
            links: vec![(anchor.to_owned(), word.to_owned())],
            ..Self::unlisted(content)
        }
    }

    /// A section that the menu does not list.
    pub(crate) fn unlisted(content: impl Serialize) -> Self {
        Self {
            content: Value::from(Serde(content)),
            links: Vec::new(),
            cuts: Vec::new(),
        }
    }

    /// The section, with what was cut of it.
    #[must_use]
    pub(crate) fn cut(mut self, cuts: impl IntoIterator<Item = String>) -> Self {
        self.cuts.extend(cuts);
        self
    }
}

impl Room {
    /// Shortens a list to the room there is; in words what was cut. `what` is counted, `file` holds all of it.
    pub(crate) fn shorten<T>(self, list: &mut Vec<T>, what: &str, file: &str) -> Option<String> {
        let Self::Rows(most) = self else { return None };
        let all = list.len();
        list.truncate(most);
        (all > most).then(|| {
            format!(
                "{what}: {} of {} are shown; `{file}` holds all.",
                count(most as u64),
                count(all as u64)
            )
        })
    }

    /// The most letters of a text, which nobody would read to its end; `None` where all of it is shown.
    pub(crate) fn letters(self) -> Option<usize> {
        match self {
            Self::Whole => None,
            Self::Rows(rows) => Some(500 + 100 * rows),
        }
    }

    /// Whether all is shown.
    pub(crate) fn is_whole(self) -> bool {
        self == Self::Whole
    }
}

/// Keeps the first letters of a text; whether it was longer.
pub(crate) fn shorten(text: &mut String, most: usize) -> bool {
    let end = text.char_indices().nth(most).map(|(end, _)| end);
    if let Some(end) = end {
        text.truncate(end);
        text.push('…');
    }
    end.is_some()
}
