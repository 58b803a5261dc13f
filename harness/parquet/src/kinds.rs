//! What a column holds, by its Parquet type, and which kinds are refused.

use parquet::basic::{ConvertedType, LogicalType, Type as Physical};
use parquet::schema::types::Type;

/// How the values of a column that can be read are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Text,
    Bytes,
    Flag,
    /// 32 bits with a sign; narrower ones are held so, too.
    Signed32,
    Unsigned32,
    Signed64,
    Unsigned64,
    Float,
    Double,
    /// Lists of 32-bit floats.
    Floats,
    /// Lists of 64-bit floats.
    Doubles,
}

/// What a column is in words where it is not read of others' files, and what to write instead: a type, or "" where none is near.
pub(crate) type Refused = (String, &'static str);

/// How a top-level column is held, where it can be, and why it is refused in others' files, where it is. A column is one of both
/// at least: bytes and lists of floats, which Titer's own tables have, are both.
pub(crate) fn of(field: &Type) -> (Option<Form>, Option<Refused>) {
    let refused = |said: &str, to| (None, Some((said.to_owned(), to)));
    if field.is_group() {
        return of_group(field);
    }
    let info = field.get_basic_info();
    if repeats(field) {
        return refused("lists", "");
    }
    let (logical, converted) = (info.logical_type_ref(), info.converted_type());
    match (logical, converted) {
        (Some(LogicalType::Decimal(_)), _) | (None, ConvertedType::DECIMAL) => {
            let (digits, behind) = (field.get_precision(), field.get_scale());
            return refused(&format!("decimal({digits}, {behind})"), "float64");
        }
        (Some(LogicalType::Date), _) | (None, ConvertedType::DATE) => {
            return refused("dates", "string");
        }
        (Some(LogicalType::Timestamp(_)), _)
        | (None, ConvertedType::TIMESTAMP_MILLIS | ConvertedType::TIMESTAMP_MICROS) => {
            return refused("timestamps", "string");
        }
        (Some(LogicalType::Time(_)), _)
        | (None, ConvertedType::TIME_MILLIS | ConvertedType::TIME_MICROS) => {
            return refused("times", "string");
        }
        (Some(LogicalType::Float16), _) => return refused("float16", "float64"),
        _ => {}
    }
    let unsigned = match (logical, converted) {
        (Some(LogicalType::Integer(kind)), _) => !kind.is_signed,
        (None, converted) => matches!(
            converted,
            ConvertedType::UINT_8
                | ConvertedType::UINT_16
                | ConvertedType::UINT_32
                | ConvertedType::UINT_64
        ),
        _ => false,
    };
    let form = match field.get_physical_type() {
        Physical::BOOLEAN => Form::Flag,
        Physical::INT32 if unsigned => Form::Unsigned32,
        Physical::INT32 => Form::Signed32,
        Physical::INT64 if unsigned => Form::Unsigned64,
        Physical::INT64 => Form::Signed64,
        Physical::FLOAT => Form::Float,
        Physical::DOUBLE => Form::Double,
        Physical::INT96 => return refused("timestamps", "string"),
        Physical::FIXED_LEN_BYTE_ARRAY => return refused("binary", "string"),
        Physical::BYTE_ARRAY if is_text(logical, converted) => Form::Text,
        Physical::BYTE_ARRAY => {
            return (Some(Form::Bytes), Some(("binary".to_owned(), "string")));
        }
    };
    (Some(form), None)
}

fn of_group(field: &Type) -> (Option<Form>, Option<Refused>) {
    let info = field.get_basic_info();
    let lists = repeats(field)
        || matches!(
            info.logical_type_ref(),
            Some(LogicalType::List | LogicalType::Map)
        )
        || matches!(
            info.converted_type(),
            ConvertedType::LIST | ConvertedType::MAP | ConvertedType::MAP_KEY_VALUE
        );
    let said = match lists {
        true => "lists",
        false => "structs",
    };
    (floats(field), Some((said.to_owned(), "")))
}

/// The standard layout of a list, `list.element`, around a float.
fn floats(field: &Type) -> Option<Form> {
    let [list] = field.get_fields() else {
        return None;
    };
    let inner = match list.is_group() && repeats(list) && !repeats(field) {
        true => list.get_fields(),
        false => return None,
    };
    let [element] = inner else { return None };
    if !element.is_primitive() || repeats(element) {
        return None;
    }
    match element.get_physical_type() {
        Physical::FLOAT => Some(Form::Floats),
        Physical::DOUBLE => Some(Form::Doubles),
        _ => None,
    }
}

/// Whether there are several values in a row.
fn repeats(field: &Type) -> bool {
    let info = field.get_basic_info();
    info.has_repetition() && info.repetition() == parquet::basic::Repetition::REPEATED
}

fn is_text(logical: Option<&LogicalType>, converted: ConvertedType) -> bool {
    matches!(
        logical,
        Some(LogicalType::String | LogicalType::Enum | LogicalType::Json)
    ) || matches!(
        converted,
        ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON
    )
}

/// The cure for a column that is refused.
pub(crate) fn cure(to: &str) -> String {
    match to {
        "" => "write it as text, one value a row".to_owned(),
        to => format!("write it as {to}, in pyarrow by table.column(...).cast(\"{to}\")"),
    }
}
