//! Which kinds of columns are read.

use polars::datatypes::ArrowDataType;

/// What a column is that is not read, in words, and the cure; `None` of text, whole numbers, floats and booleans.
pub fn refusal(kind: &ArrowDataType) -> Option<(String, String)> {
    use ArrowDataType as Kind;
    let (said, to) = match kind {
        Kind::Dictionary(_, of, _) => return refusal(of),
        Kind::Utf8
        | Kind::LargeUtf8
        | Kind::Utf8View
        | Kind::Int8
        | Kind::Int16
        | Kind::Int32
        | Kind::Int64
        | Kind::UInt8
        | Kind::UInt16
        | Kind::UInt32
        | Kind::UInt64
        | Kind::Float32
        | Kind::Float64
        | Kind::Boolean
        | Kind::Null => return None,
        Kind::Float16 => ("float16".to_owned(), "float64"),
        Kind::Decimal(digits, behind) | Kind::Decimal256(digits, behind) => {
            (format!("decimal({digits}, {behind})"), "float64")
        }
        Kind::Binary | Kind::LargeBinary | Kind::BinaryView | Kind::FixedSizeBinary(_) => {
            ("binary".to_owned(), "string")
        }
        Kind::Date32 | Kind::Date64 => ("dates".to_owned(), "string"),
        Kind::Timestamp(..) => ("timestamps".to_owned(), "string"),
        Kind::Time32(_) | Kind::Time64(_) => ("times".to_owned(), "string"),
        Kind::Duration(_) => ("durations".to_owned(), "int64"),
        Kind::List(_) | Kind::LargeList(_) | Kind::FixedSizeList(..) | Kind::Map(..) => {
            ("lists".to_owned(), "")
        }
        Kind::Struct(_) => ("structs".to_owned(), ""),
        other => (format!("{other:?}"), ""),
    };
    let cure = match to {
        "" => "write it as text, one value a row".to_owned(),
        to => format!("write it as {to}, in pyarrow by table.column(...).cast(\"{to}\")"),
    };
    Some((said, cure))
}
