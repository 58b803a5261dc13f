//! Errors of YAML files: file, line, column, the line itself and the cure.

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};

use titer_core::visible_line;

/// What is wrong with a YAML file, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecError {
    /// The file.
    pub path: PathBuf,
    /// 1-based line; 0 where the whole file is meant.
    pub line: u64,
    /// 1-based column; 0 where the whole line is meant.
    pub column: u64,
    /// The line itself.
    pub excerpt: String,
    /// What is wrong, naming the field.
    pub message: String,
    /// What to do.
    pub cure: String,
}

impl SpecError {
    /// An error about a whole file.
    pub fn of_file(path: &Path, message: impl Into<String>, cure: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line: 0,
            column: 0,
            excerpt: String::new(),
            message: message.into(),
            cure: cure.into(),
        }
    }

    /// The error without the line itself, which holds what should be shown to nobody.
    #[must_use]
    pub fn without_its_line(self) -> Self {
        Self {
            excerpt: String::new(),
            ..self
        }
    }
}

/// Characters of a message, and of a cure, at most.
pub const MAX_MESSAGE: usize = 4000;

/// A text of at most so many characters, or its beginning and how long it is: what others wrote may be long.
#[must_use]
pub fn cut(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        None => Cow::Borrowed(text),
        Some((at, _)) => Cow::Owned(format!("{}... ({} bytes)", &text[..at], text.len())),
    }
}

/// Characters of a line that are shown: a minified file has one line of all it says.
const SHOWN: usize = 200;

impl SpecError {
    /// The part of the line around the column, fit for a terminal, and the column's place in it.
    fn shown(&self) -> (String, usize) {
        let length = self.excerpt.chars().count();
        let column = (self.column.saturating_sub(1) as usize).min(length);
        let start = if length <= SHOWN {
            0
        } else {
            column.saturating_sub(SHOWN / 2)
        };
        let part = |from: usize, number: usize| -> String {
            self.excerpt.chars().skip(from).take(number).collect()
        };
        // Escapes are longer than what they stand for: the caret moves with those before it.
        let before = visible_line(&part(start, column - start));
        let after = visible_line(&part(column, start + SHOWN - column));
        let head = if start > 0 { "..." } else { "" };
        let tail = if start + SHOWN < length { "..." } else { "" };
        let indent = head.len() + before.chars().count();
        (format!("{head}{before}{after}{tail}"), indent)
    }
}

impl std::error::Error for SpecError {}

impl fmt::Display for SpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if self.line > 0 && self.column > 0 {
            write!(f, ":{}", self.column)?;
        }
        write!(f, ": {}", cut(&self.message, MAX_MESSAGE))?;
        if self.line > 0 && !self.excerpt.is_empty() {
            let number = self.line.to_string();
            let gutter = " ".repeat(number.len());
            let (excerpt, indent) = self.shown();
            write!(f, "\n  {gutter} |\n  {number} | {excerpt}")?;
            if self.column > 0 {
                write!(f, "\n  {gutter} | {}^", " ".repeat(indent))?;
            }
        }
        if !self.cure.is_empty() {
            write!(f, "\n  help: {}", cut(&self.cure, MAX_MESSAGE))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(column: u64, excerpt: &str) -> String {
        let error = SpecError {
            line: 7,
            column,
            excerpt: excerpt.to_owned(),
            ..SpecError::of_file(Path::new("own.yaml"), "wrong", "mend it")
        };
        error.to_string()
    }

    #[test]
    fn the_caret_stands_under_the_column() {
        let said = at(3, "a: b");
        assert_eq!(
            said,
            "own.yaml:7:3: wrong\n    |\n  7 | a: b\n    |   ^\n  help: mend it"
        );
    }

    #[test]
    fn of_a_long_line_the_place_is_shown() {
        let long = format!("{}X{}", "a".repeat(5000), "b".repeat(5000));
        let said = at(5001, &long);
        assert!(said.len() < 600, "{}", said.len());
        let lines: Vec<&str> = said.lines().collect();
        let caret = lines[3].find('^').unwrap();
        assert_eq!(&lines[2][caret..=caret], "X");
        // A column beyond the line is no reason to fail.
        assert!(at(99_999, &long).len() < 600);
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        let said = at(9, "a\u{1b}[31m\u{0}\tX\u{202e}b");
        assert!(
            !said.contains(['\u{1b}', '\u{0}', '\t', '\u{202e}']),
            "{said}"
        );
        // The caret stands where the column is now.
        let lines: Vec<&str> = said.lines().collect();
        let caret = lines[3].find('^').unwrap();
        assert!(lines[2][caret..].starts_with("X\\u{202e}b"), "{said}");
    }

    #[test]
    fn long_messages_are_cut() {
        let said = SpecError::of_file(Path::new("own.yaml"), "é".repeat(9000), "c".repeat(9000));
        let said = said.to_string();
        assert!(said.chars().count() < 8100, "{}", said.len());
        assert!(said.contains("é... (18000 bytes)\n  help: c"), "{said}");
    }

    #[test]
    fn a_whole_file_has_no_line() {
        let error = SpecError::of_file(Path::new("own.yaml"), "wrong", "");
        assert_eq!(error.to_string(), "own.yaml: wrong");
    }
}
