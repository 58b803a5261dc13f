//! Columns as Parquet.

use std::io::Write;
use std::mem::{Discriminant, discriminant};
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical, ZstdLevel};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FloatType, Int64Type,
};
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type, TypePtr};

use crate::values::{Texts, Values};

/// Why columns cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("it cannot be put into Parquet: {0}")]
pub struct Unwritable(String);

/// Writes a table that lies in memory as a whole.
///
/// # Errors
/// The columns are not of one length, or a text is longer than Parquet can say.
pub fn write(columns: &[(String, Values)]) -> std::result::Result<Vec<u8>, Unwritable> {
    let mut writer = Writer::new(Vec::new(), columns)?;
    writer.add(columns)?;
    writer.finish()
}

/// A table being written some rows at a time, compressed by zstd, whose columns may all have nulls. Text is written as strings,
/// lists in the standard layout of three levels: pyarrow, pandas, polars, DuckDB and R read all of it.
pub struct Writer<W: Write + Send> {
    file: SerializedFileWriter<W>,
    kinds: Vec<(String, Discriminant<Values>)>,
}

impl<W: Write + Send> Writer<W> {
    /// Begins a table whose columns have these names and kinds; their values are not written.
    ///
    /// # Errors
    /// The sink takes nothing.
    pub fn new(sink: W, columns: &[(String, Values)]) -> std::result::Result<Self, Unwritable> {
        Ok(Self {
            file: begin(sink, columns)?,
            kinds: kinds(columns),
        })
    }

    /// Adds rows, in columns of the names and kinds that the table began with.
    ///
    /// # Errors
    /// The columns are not of one length or not those of the table, a text is longer than Parquet can say, or the sink takes no
    /// more.
    pub fn add(&mut self, columns: &[(String, Values)]) -> std::result::Result<(), Unwritable> {
        if kinds(columns) != self.kinds {
            let reason = "its rows have not the columns that it began with";
            return Err(Unwritable(reason.to_owned()));
        }
        Ok(add(&mut self.file, columns)?)
    }

    /// Ends the table and gives the sink back.
    ///
    /// # Errors
    /// The sink takes no more.
    pub fn finish(self) -> std::result::Result<W, Unwritable> {
        Ok(self.file.into_inner()?)
    }
}

fn kinds(columns: &[(String, Values)]) -> Vec<(String, Discriminant<Values>)> {
    let kind = |(name, values): &(String, Values)| (name.clone(), discriminant(values));
    columns.iter().map(kind).collect()
}

impl From<ParquetError> for Unwritable {
    fn from(error: ParquetError) -> Self {
        Self(error.to_string())
    }
}

fn begin<W: Write + Send>(
    sink: W,
    columns: &[(String, Values)],
) -> Result<SerializedFileWriter<W>> {
    let fields: Result<Vec<TypePtr>> = columns
        .iter()
        .map(|(name, values)| Ok(Arc::new(field(name, values)?)))
        .collect();
    let schema = Type::group_type_builder("schema")
        .with_fields(fields?)
        .build()?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true)
        .set_created_by("titer".to_owned())
        .build();
    SerializedFileWriter::new(sink, Arc::new(schema), Arc::new(properties))
}

fn add<W: Write + Send>(
    file: &mut SerializedFileWriter<W>,
    columns: &[(String, Values)],
) -> Result<()> {
    let height = columns.first().map_or(0, |(_, values)| values.len());
    if let Some((name, values)) = columns.iter().find(|(_, values)| values.len() != height) {
        let rows = values.len();
        let reason = format!("column `{name}` has {rows} rows, the first column {height}");
        return Err(ParquetError::General(reason));
    }
    if height == 0 {
        return Ok(());
    }
    let mut group = file.next_row_group()?;
    for (_, values) in columns {
        let Some(mut column) = group.next_column()? else {
            return Err(ParquetError::General("a column too many".to_owned()));
        };
        put(&mut column, values)?;
        column.close()?;
    }
    group.close()?;
    Ok(())
}

fn field(name: &str, values: &Values) -> Result<Type> {
    let physical = match values {
        Values::Text(_) | Values::Bytes(_) => Physical::BYTE_ARRAY,
        Values::Whole(_) | Values::Unsigned(_) => Physical::INT64,
        Values::Double(_) => Physical::DOUBLE,
        Values::Float(_) => Physical::FLOAT,
        Values::Flag(_) => Physical::BOOLEAN,
        Values::Floats(_) | Values::Doubles(_) => {
            let number = match values {
                Values::Floats(_) => Physical::FLOAT,
                _ => Physical::DOUBLE,
            };
            let element = Type::primitive_type_builder("element", number)
                .with_repetition(Repetition::OPTIONAL)
                .build()?;
            let list = Type::group_type_builder("list")
                .with_repetition(Repetition::REPEATED)
                .with_fields(vec![Arc::new(element)])
                .build()?;
            return Type::group_type_builder(name)
                .with_repetition(Repetition::OPTIONAL)
                .with_logical_type(Some(LogicalType::List))
                .with_fields(vec![Arc::new(list)])
                .build();
        }
    };
    let logical = match values {
        Values::Text(_) => Some(LogicalType::String),
        Values::Unsigned(_) => Some(LogicalType::integer(64, false)),
        _ => None,
    };
    Type::primitive_type_builder(name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical)
        .build()
}

fn put(column: &mut SerializedColumnWriter<'_>, values: &Values) -> Result<()> {
    match values {
        Values::Text(texts) => put_texts(column, texts),
        Values::Bytes(values) => {
            put_some::<ByteArrayType, _>(column, values, |bytes| bytes.clone().into())
        }
        Values::Whole(values) => put_some::<Int64Type, _>(column, values, |value| *value),
        Values::Unsigned(values) => {
            put_some::<Int64Type, _>(column, values, |value| value.cast_signed())
        }
        Values::Double(values) => put_some::<DoubleType, _>(column, values, |value| *value),
        Values::Float(values) => put_some::<FloatType, _>(column, values, |value| *value),
        Values::Flag(values) => put_some::<BoolType, _>(column, values, |value| *value),
        Values::Floats(lists) => put_lists::<FloatType>(column, lists),
        Values::Doubles(lists) => put_lists::<DoubleType>(column, lists),
    }
}

fn put_some<D: DataType, T>(
    column: &mut SerializedColumnWriter<'_>,
    values: &[Option<T>],
    of: impl Fn(&T) -> D::T,
) -> Result<()> {
    let levels: Vec<i16> = values.iter().map(|value| value.is_some().into()).collect();
    let values: Vec<D::T> = values.iter().flatten().map(of).collect();
    column
        .typed::<D>()
        .write_batch(&values, Some(&levels), None)?;
    Ok(())
}

fn put_texts(column: &mut SerializedColumnWriter<'_>, texts: &Texts) -> Result<()> {
    let (data, ends, nulls) = texts.parts();
    let data = Bytes::copy_from_slice(data);
    let levels: Vec<i16> = nulls.iter().map(|is_null| (!is_null).into()).collect();
    let mut start = 0;
    let mut values = Vec::with_capacity(ends.len());
    for (end, is_null) in ends.iter().zip(nulls) {
        if !is_null {
            values.push(ByteArray::from(data.slice(start..*end)));
        }
        start = *end;
    }
    column
        .typed::<ByteArrayType>()
        .write_batch(&values, Some(&levels), None)?;
    Ok(())
}

fn put_lists<D: DataType>(
    column: &mut SerializedColumnWriter<'_>,
    lists: &[Option<Vec<D::T>>],
) -> Result<()> {
    let (mut defined, mut repeated, mut values) = (Vec::new(), Vec::new(), Vec::new());
    for list in lists {
        match list.as_deref() {
            None | Some([]) => {
                defined.push(list.is_some().into());
                repeated.push(0);
            }
            Some(list) => {
                defined.extend(list.iter().map(|_| 3_i16));
                repeated.push(0_i16);
                repeated.extend(list.iter().skip(1).map(|_| 1_i16));
                values.extend_from_slice(list);
            }
        }
    }
    column
        .typed::<D>()
        .write_batch(&values, Some(&defined), Some(&repeated))?;
    Ok(())
}
