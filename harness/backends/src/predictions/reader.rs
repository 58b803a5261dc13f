//! Tables as they come: CSV, TSV, either within gzip, or Parquet, told apart by content.

use std::path::{Path, PathBuf};

use titer_core::ModelError;
use titer_inspection::files::Kind;
use titer_spec::suggest;

use super::row::{Each, refused};
use super::{parquet, text};

/// A table whose header was read.
#[derive(Debug)]
pub struct Reader {
    path: PathBuf,
    columns: Vec<String>,
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Text { delimiter: u8 },
    Parquet,
}

impl Reader {
    /// Reads a table's header.
    ///
    /// # Errors
    /// It cannot be read, or is no table.
    pub fn open(path: &Path) -> Result<Self, ModelError> {
        let kind =
            Kind::of(path).map_err(|error| refused(path, &format!("cannot be read: {error}")))?;
        let mut reader = Self {
            path: path.to_owned(),
            columns: Vec::new(),
            format: Format::Parquet,
        };
        match kind {
            Kind::Parquet => reader.columns = parquet::columns(path)?,
            Kind::Text | Kind::Compressed => {
                let (columns, delimiter) = text::columns(path)?;
                reader.columns = columns;
                reader.format = Format::Text { delimiter };
            }
            Kind::Empty => return Err(refused(path, "is empty: fetch or write it anew")),
            other => {
                let text = (other == Kind::Unknown).then(|| text::no_utf8(path));
                if let Some(error) = text.flatten() {
                    return Err(error);
                }
                let what = "is no table: predictions are CSV or TSV with a header line (plain or gzip), or Parquet";
                return Err(refused(path, what));
            }
        }
        let mut names = reader.columns.iter().enumerate();
        if let Some((_, twice)) = names.find(|(at, name)| reader.columns[..*at].contains(name)) {
            let reason = "the header names it twice: give each column its own name".to_owned();
            return Err(reader.flaw(Some(1), Some(twice), reason));
        }
        Ok(reader)
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The names of its columns.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// What a row's number counts.
    #[must_use]
    pub fn unit(&self) -> &'static str {
        match self.format {
            Format::Text { .. } => "line",
            Format::Parquet => "row",
        }
    }

    /// The format in a word.
    #[must_use]
    pub fn format(&self) -> &'static str {
        match self.format {
            Format::Text { delimiter: b'\t' } => "TSV",
            Format::Text { .. } => "CSV",
            Format::Parquet => "Parquet",
        }
    }

    /// Goes over all rows.
    ///
    /// # Errors
    /// A column is missing, the table is damaged, or what `each` says.
    pub fn scan(&self, columns: &[&str], each: Each<'_>) -> Result<(), ModelError> {
        let mut places = Vec::with_capacity(columns.len());
        for name in columns {
            places.push(self.place(name)?);
        }
        match self.format {
            Format::Text { delimiter } => text::scan(&self.path, delimiter, &places, each),
            Format::Parquet => parquet::scan(&self.path, columns, each),
        }
    }

    fn place(&self, name: &str) -> Result<usize, ModelError> {
        let found = self.columns.iter().position(|column| column == name);
        found.ok_or_else(|| {
            let known: Vec<&str> = self.columns.iter().map(String::as_str).collect();
            let cure = suggest::cure(name, &known);
            refused(&self.path, &format!("has no column `{name}`: {cure}"))
        })
    }

    /// What is wrong at a line and in a column.
    #[must_use]
    pub fn flaw(&self, line: Option<u64>, column: Option<&str>, reason: String) -> ModelError {
        ModelError::File {
            path: self.at(line),
            reason: match column {
                Some(column) => format!("in column `{column}`: {reason}"),
                None => reason,
            },
        }
    }

    /// The file and a line of it, in words.
    #[must_use]
    pub fn at(&self, line: Option<u64>) -> String {
        let path = self.path.display();
        match (line, self.format) {
            (None, _) => path.to_string(),
            (Some(line), Format::Text { .. }) => format!("{path}:{line}"),
            (Some(row), Format::Parquet) => format!("{path}, row {row}"),
        }
    }
}
