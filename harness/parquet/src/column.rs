//! The values of one column, page by page.

use std::fs::File;
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::{Encoding, Type as Physical};
use parquet::column::page::{Page, PageReader};
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::SerializedPageReader;
use parquet::schema::types::ColumnDescPtr;

use crate::chunks::Chunks;
use crate::encodings::{Dictionary, Encoded, Runs};
use crate::kinds::Form;
use crate::values::{RawTexts, Values};
use crate::{Fault, damaged};

/// A column of a file that is being read.
pub(crate) struct Column {
    file: File,
    meta: Arc<ParquetMetaData>,
    descriptor: ColumnDescPtr,
    leaf: usize,
    form: Form,
    /// The next row group, and the pages of the one before with its dictionary.
    group: usize,
    pages: Option<SerializedPageReader<Chunks>>,
    dictionary: Option<Dictionary>,
    page: Option<DataPage>,
    /// Rows of the row group of which no page was seen, or of a list no beginning.
    rows: usize,
    /// The level of a list's first value, which was met behind the rows that were asked for; its page counts it as left.
    ahead: Option<u32>,
}

/// A page with what is left of it.
struct DataPage {
    left: usize,
    repetition: Option<Runs>,
    definition: Option<Runs>,
    values: Encoded,
}

impl Column {
    pub(crate) fn new(file: File, meta: Arc<ParquetMetaData>, leaf: usize, form: Form) -> Self {
        Self {
            file,
            descriptor: meta.file_metadata().schema_descr().column(leaf),
            meta,
            leaf,
            form,
            group: 0,
            pages: None,
            dictionary: None,
            page: None,
            rows: 0,
            ahead: None,
        }
    }

    /// All rows were read.
    ///
    /// # Errors
    /// There are more of them than the file says.
    pub(crate) fn ended(&self) -> Result<(), Fault> {
        self.ahead.map_or(Ok(()), |_| Err(too_many()))
    }

    /// The next rows, so many.
    pub(crate) fn read(&mut self, rows: usize) -> Result<Values, Fault> {
        let signed = |bits: u64| bits.cast_signed();
        let short = |bits: u64| u32::try_from(bits & u64::from(u32::MAX)).unwrap_or_default();
        Ok(match self.form {
            Form::Text => {
                let mut texts = RawTexts::default();
                self.texts(rows, |text| texts.push(text))?;
                Values::Text(texts.checked()?)
            }
            Form::Bytes => {
                let mut values = Vec::new();
                self.texts(rows, |bytes| values.push(bytes.map(<[u8]>::to_vec)))?;
                Values::Bytes(values)
            }
            Form::Flag => Values::Flag(self.numbers(rows, |bits| bits != 0)?),
            Form::Signed32 => {
                Values::Whole(self.numbers(rows, |bits| i64::from(short(bits).cast_signed()))?)
            }
            Form::Unsigned32 => Values::Whole(self.numbers(rows, |bits| i64::from(short(bits)))?),
            Form::Signed64 => Values::Whole(self.numbers(rows, signed)?),
            Form::Unsigned64 => Values::Unsigned(self.numbers(rows, |bits| bits)?),
            Form::Float => Values::Float(self.numbers(rows, |bits| f32::from_bits(short(bits)))?),
            Form::Double => Values::Double(self.numbers(rows, f64::from_bits)?),
            Form::Floats => Values::Floats(self.lists(rows, |bits| f32::from_bits(short(bits)))?),
            Form::Doubles => Values::Doubles(self.lists(rows, f64::from_bits)?),
        })
    }

    fn numbers<T>(
        &mut self,
        mut rows: usize,
        of: impl Fn(u64) -> T,
    ) -> Result<Vec<Option<T>>, Fault> {
        let mut values = Vec::new();
        while rows > 0 {
            let (page, dictionary) = self.current()?;
            let many = rows.min(page.left);
            for _ in 0..many {
                let is_there = page.is_there().ok_or_else(ends_early)?;
                let number = match is_there {
                    true => Some(page.values.number(dictionary).ok_or_else(ends_early)?),
                    false => None,
                };
                values.push(number.map(&of));
            }
            page.left -= many;
            rows -= many;
        }
        Ok(values)
    }

    fn texts(&mut self, mut rows: usize, mut each: impl FnMut(Option<&[u8]>)) -> Result<(), Fault> {
        while rows > 0 {
            let (page, dictionary) = self.current()?;
            let many = rows.min(page.left);
            for _ in 0..many {
                let is_there = page.is_there().ok_or_else(ends_early)?;
                match is_there {
                    true => each(Some(page.values.text(dictionary).ok_or_else(ends_early)?)),
                    false => each(None),
                }
            }
            page.left -= many;
            rows -= many;
        }
        Ok(())
    }

    /// Lists. One may go on in the next page: that it ends shows where the next begins.
    fn lists<T>(
        &mut self,
        rows: usize,
        of: impl Fn(u64) -> T,
    ) -> Result<Vec<Option<Vec<T>>>, Fault> {
        let most = self.descriptor.max_def_level();
        // One level below that of an element stands a list without elements, below that no list.
        let element = self.descriptor.repeated_ancestor_def_level();
        let level = |level: i16| u32::try_from(level).unwrap_or_default();
        let (most, element) = (level(most), level(element));
        let mut lists: Vec<Option<Vec<T>>> = Vec::new();
        let mut ahead = self.ahead.take();
        while let Some((page, dictionary)) = self.more()? {
            while page.left > 0 {
                let (begins, defined) = match ahead.take() {
                    Some(defined) => (true, defined),
                    None => page.levels().ok_or_else(ends_early)?,
                };
                if begins && lists.len() == rows {
                    self.ahead = Some(defined);
                    return Ok(lists);
                }
                page.left -= 1;
                if begins {
                    lists.push((defined + 1 >= element).then(Vec::new));
                }
                if defined < element {
                    continue;
                }
                if defined < most {
                    return Err(damaged(&"a list holds nulls"));
                }
                let number = page.values.number(dictionary).ok_or_else(ends_early)?;
                match lists.last_mut() {
                    Some(Some(list)) => list.push(of(number)),
                    _ => return Err(ends_early()),
                }
            }
        }
        match lists.len() == rows {
            true => Ok(lists),
            false => Err(Fault::Short),
        }
    }

    /// The page of the next row.
    fn current(&mut self) -> Result<(&mut DataPage, &Dictionary), Fault> {
        self.more()?.ok_or(Fault::Short)
    }

    /// The page of the next value, if there is one.
    fn more(&mut self) -> Result<Option<(&mut DataPage, &Dictionary)>, Fault> {
        while self.page.as_ref().is_none_or(|page| page.left == 0) {
            let Some(pages) = &mut self.pages else {
                if !self.next_group()? {
                    return Ok(None);
                }
                continue;
            };
            match pages.get_next_page().map_err(unreadable)? {
                Some(page) => self.take(page)?,
                None if self.rows > 0 => return Err(Fault::Short),
                None => self.pages = None,
            }
        }
        let dictionary = self.dictionary.get_or_insert_default();
        Ok(self.page.as_mut().map(|page| (page, &*dictionary)))
    }

    /// Goes to the next row group that has rows.
    fn next_group(&mut self) -> Result<bool, Fault> {
        let Some(group) = self.meta.row_groups().get(self.group) else {
            return Ok(false);
        };
        self.group += 1;
        (self.page, self.dictionary) = (None, None);
        self.rows = usize::try_from(group.num_rows()).map_err(|error| damaged(&error))?;
        if self.rows == 0 {
            return Ok(true);
        }
        let chunk = group.columns().get(self.leaf).ok_or(Fault::Short)?;
        let length = self.file.metadata()?.len();
        let start = chunk.dictionary_page_offset();
        let start = start.unwrap_or_else(|| chunk.data_page_offset());
        let end = start.checked_add(chunk.compressed_size());
        let is_inside = start >= 0 && chunk.compressed_size() >= 0;
        let is_inside = is_inside && end.is_some_and(|end| end.cast_unsigned() <= length);
        if !is_inside {
            return Err(damaged(&"a column lies beyond its end"));
        }
        let chunks = Chunks {
            file: self.file.try_clone()?,
            length,
            compression: chunk.compression(),
        };
        let pages = SerializedPageReader::new(Arc::new(chunks), chunk, self.rows, None);
        self.pages = Some(pages.map_err(|error| damaged(&error))?);
        Ok(true)
    }

    fn take(&mut self, page: Page) -> Result<(), Fault> {
        let physical = self.descriptor.physical_type();
        let width = match physical {
            Physical::INT32 | Physical::FLOAT => 4,
            Physical::INT64 | Physical::DOUBLE => 8,
            _ => 0,
        };
        let are_booleans = physical == Physical::BOOLEAN;
        let parts = match page {
            Page::DictionaryPage {
                buf, num_values, ..
            } => {
                if are_booleans || self.dictionary.is_some() {
                    return Err(damaged(&"a dictionary stands where none may be"));
                }
                let dictionary = Dictionary::new(&buf, num_values as usize, width);
                self.dictionary = Some(dictionary.ok_or_else(ends_early)?);
                return Ok(());
            }
            Page::DataPage {
                buf,
                num_values,
                encoding,
                def_level_encoding: definition,
                rep_level_encoding: repetition,
                ..
            } => {
                let mut rest = buf;
                let repetition =
                    self.levels(self.descriptor.max_rep_level(), repetition, &mut rest);
                let repetition = repetition.ok_or_else(ends_early)?;
                let definition =
                    self.levels(self.descriptor.max_def_level(), definition, &mut rest);
                let definition = definition.ok_or_else(ends_early)?;
                (num_values, repetition, definition, encoding, rest)
            }
            Page::DataPageV2 {
                buf,
                num_values,
                encoding,
                def_levels_byte_len: definition,
                rep_levels_byte_len: repetition,
                ..
            } => {
                let mut rest = buf;
                let max = self.descriptor.max_rep_level();
                let repetition = levels(max, repetition as usize, &mut rest);
                let repetition = repetition.ok_or_else(ends_early)?;
                let max = self.descriptor.max_def_level();
                let definition = levels(max, definition as usize, &mut rest);
                let definition = definition.ok_or_else(ends_early)?;
                (num_values, repetition, definition, encoding, rest)
            }
        };
        let (left, repetition, definition, encoding, rest) = parts;
        let left = left as usize;
        // Of lists there are more values than rows; their rows are counted where they begin.
        self.rows = match self.form {
            Form::Floats | Form::Doubles => 0,
            _ => self.rows.checked_sub(left).ok_or_else(too_many)?,
        };
        let values = Encoded::new(rest, encoding, (width, are_booleans), left);
        let values = values
            .ok_or_else(|| damaged(&format!("a page in encoding {encoding} makes no sense")))?;
        self.page = Some(DataPage {
            left,
            repetition,
            definition,
            values,
        });
        Ok(())
    }

    /// Takes levels whose length stands before them; none where there is but one level.
    fn levels(&self, max: i16, encoding: Encoding, rest: &mut Bytes) -> Option<Option<Runs>> {
        if max == 0 {
            return Some(None);
        }
        (encoding == Encoding::RLE).then_some(())?;
        let length = <[u8; 4]>::try_from(rest.get(..4)?).ok()?;
        let length = usize::try_from(u32::from_le_bytes(length)).ok()?;
        *rest = rest.slice(4..);
        levels(max, length, rest)
    }
}

/// Takes levels of a known length; none where there is but one level.
fn levels(max: i16, length: usize, rest: &mut Bytes) -> Option<Option<Runs>> {
    rest.get(..length)?;
    let taken = rest.split_to(length);
    let width = 16 - max.leading_zeros() as usize;
    match max {
        0 => Some(None),
        _ => Runs::new(taken, width).map(Some),
    }
}

impl DataPage {
    /// Whether the next row has a value.
    #[inline]
    fn is_there(&mut self) -> Option<bool> {
        match &mut self.definition {
            None => Some(true),
            Some(levels) => levels.next().map(|level| level == 1),
        }
    }

    /// Whether a list begins with the next value, and its level.
    fn levels(&mut self) -> Option<(bool, u32)> {
        let begins = self.repetition.as_mut()?.next()? == 0;
        Some((begins, self.definition.as_mut()?.next()?))
    }
}

fn ends_early() -> Fault {
    damaged(&"a page ends before its values, or holds what cannot be")
}

fn too_many() -> Fault {
    damaged(&"a column has more rows than its file says")
}

/// An error of the reader of pages; the system's stay what they are.
fn unreadable(error: ParquetError) -> Fault {
    match error {
        ParquetError::External(error) => match error.downcast::<std::io::Error>() {
            Ok(error) if error.raw_os_error().is_some() => Fault::Unreadable(*error),
            Ok(error) => damaged(&error),
            Err(error) => damaged(&error),
        },
        error => damaged(&error),
    }
}
