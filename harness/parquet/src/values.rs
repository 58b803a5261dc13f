//! Columns in memory.

use crate::Fault;

/// The values of a column: of the whole file or of some rows, with nulls.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Texts.
    Text(Texts),
    /// Whole numbers of up to 64 bits with a sign.
    Whole(Vec<Option<i64>>),
    /// Whole numbers of 64 bits without a sign.
    Unsigned(Vec<Option<u64>>),
    /// 64-bit floats.
    Double(Vec<Option<f64>>),
    /// 32-bit floats.
    Float(Vec<Option<f32>>),
    /// Yes and no.
    Flag(Vec<Option<bool>>),
    /// Bytes that need not be text.
    Bytes(Vec<Option<Vec<u8>>>),
    /// Lists of 32-bit floats, none of which is null.
    Floats(Vec<Option<Vec<f32>>>),
    /// Lists of 64-bit floats, none of which is null.
    Doubles(Vec<Option<Vec<f64>>>),
}

impl Values {
    /// Rows.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Text(values) => values.len(),
            Self::Whole(values) => values.len(),
            Self::Unsigned(values) => values.len(),
            Self::Double(values) => values.len(),
            Self::Float(values) => values.len(),
            Self::Flag(values) => values.len(),
            Self::Bytes(values) => values.len(),
            Self::Floats(values) => values.len(),
            Self::Doubles(values) => values.len(),
        }
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What is held, in words.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Whole(_) | Self::Unsigned(_) => "whole numbers",
            Self::Double(_) => "64-bit floats",
            Self::Float(_) => "32-bit floats",
            Self::Flag(_) => "booleans",
            Self::Bytes(_) => "bytes",
            Self::Floats(_) => "lists of 32-bit floats",
            Self::Doubles(_) => "lists of 64-bit floats",
        }
    }

    /// The values as text: whole numbers in decimal digits, floats as the shortest text that reads back as the same number, with
    /// at least one digit behind the point (`1.0`, `0.1`, `1e+300`, `NaN`, `inf`), `true` and `false`. Bytes and lists have none.
    #[must_use]
    pub fn into_texts(self) -> Texts {
        let mut float = zmij::Buffer::new();
        match self {
            Self::Text(texts) => texts,
            Self::Whole(values) => Texts::of(&values, |value, to| to.push_str(&value.to_string())),
            Self::Unsigned(values) => {
                Texts::of(&values, |value, to| to.push_str(&value.to_string()))
            }
            Self::Double(values) => {
                Texts::of(&values, |value, to| to.push_str(float.format(value)))
            }
            Self::Float(values) => Texts::of(&values, |value, to| to.push_str(float.format(value))),
            Self::Flag(values) => Texts::of(&values, |value, to| {
                to.push_str(if value { "true" } else { "false" });
            }),
            Self::Bytes(_) | Self::Floats(_) | Self::Doubles(_) => {
                Texts::of(&vec![None::<()>; self.len()], |(), _| ())
            }
        }
    }
}

/// Texts and nulls, one behind the other in one piece of memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    data: String,
    /// Where each text ends; it begins where the one before ends.
    ends: Vec<usize>,
    nulls: Vec<bool>,
}

impl Texts {
    /// How many there are, nulls too.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The text of a row (from 0); none where it is null or there is no such row.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<&str> {
        let end = *self.ends.get(row)?;
        let start = match row {
            0 => 0,
            row => *self.ends.get(row - 1)?,
        };
        (!self.nulls.get(row)?).then(|| self.data.get(start..end))?
    }

    /// All in order.
    pub fn iter(&self) -> impl Iterator<Item = Option<&str>> {
        (0..self.len()).map(|row| self.get(row))
    }

    fn of<T: Copy>(values: &[Option<T>], mut write: impl FnMut(T, &mut String)) -> Self {
        let mut texts = Self::default();
        for value in values {
            if let Some(value) = value {
                write(*value, &mut texts.data);
            }
            texts.ends.push(texts.data.len());
            texts.nulls.push(value.is_none());
        }
        texts
    }

    /// The bytes of all texts and where each ends, as [`crate::write`] needs them.
    pub(crate) fn parts(&self) -> (&[u8], &[usize], &[bool]) {
        (self.data.as_bytes(), &self.ends, &self.nulls)
    }
}

impl<'a> FromIterator<Option<&'a str>> for Texts {
    fn from_iter<I: IntoIterator<Item = Option<&'a str>>>(values: I) -> Self {
        let mut texts = Self::default();
        for value in values {
            texts.data.push_str(value.unwrap_or_default());
            texts.ends.push(texts.data.len());
            texts.nulls.push(value.is_none());
        }
        texts
    }
}

/// Texts as they come out of a file, of which nobody knows yet that they are UTF-8.
#[derive(Debug, Default)]
pub(crate) struct RawTexts {
    data: Vec<u8>,
    ends: Vec<usize>,
    nulls: Vec<bool>,
}

impl RawTexts {
    pub(crate) fn push(&mut self, text: Option<&[u8]>) {
        self.data.extend_from_slice(text.unwrap_or_default());
        self.ends.push(self.data.len());
        self.nulls.push(text.is_none());
    }

    /// Looks at all letters at once, then at where texts end.
    pub(crate) fn checked(self) -> Result<Texts, Fault> {
        let no_text = || Fault::Damaged("it holds text that is no UTF-8".to_owned());
        let data = String::from_utf8(self.data).map_err(|_| no_text())?;
        match self.ends.iter().all(|end| data.is_char_boundary(*end)) {
            true => Ok(Texts {
                data,
                ends: self.ends,
                nulls: self.nulls,
            }),
            false => Err(no_text()),
        }
    }
}
