//! Tables: a row type says once what its columns are, and where in a row each one lies.
//!
//! Parquet, `report.json`, digests and `docs/tables.md` are made from that.

use std::borrow::Cow;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::breakdown::SpreadKind;
use crate::comparison::Contrast;
use crate::control::Standing;
use crate::curve::CurveKind;
use crate::example::Place;
use crate::notable::NotableKind;
use crate::score::{Interval, IntervalMethod, Undefined};

/// What a column holds. All but flags may be null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Texts, words of enums among them.
    Text,
    /// Whole numbers.
    Whole,
    /// Numbers.
    Number,
    /// Yes or no, never null.
    Flag,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub holds: Holds,
    /// Where its value lies in a row's serde form: names of fields, from the outside in.
    pub path: Vec<&'static str>,
    /// Whether tables of earlier versions may lack it.
    pub later: bool,
    /// What it means, in words.
    pub about: String,
}

/// A part of a row that is laid out flat, by its own fields.
pub trait Part {
    /// What it is, in words.
    const ABOUT: &'static str;

    /// Its columns in order.
    fn columns() -> Vec<Column>;
}

/// A row of a table of the run folder.
pub trait Row: Part + Serialize + DeserializeOwned {
    /// The table's name.
    const TABLE: &'static str;

    /// Whether run folders of earlier versions may lack the table.
    const LATER: bool;
}

/// What a table is made of: rows, or what takes several rows each.
pub trait Table: Sized + Clone + Serialize {
    /// The rows as they are kept.
    type Row: Row + Clone;

    /// The rows of all.
    fn rows(all: &[Self]) -> Cow<'_, [Self::Row]>;

    /// All from their rows.
    fn gather(rows: Vec<Self::Row>) -> Vec<Self>;
}

impl<R: Row + Clone> Table for R {
    type Row = Self;

    fn rows(all: &[Self]) -> Cow<'_, [Self]> {
        Cow::Borrowed(all)
    }

    fn gather(rows: Vec<Self>) -> Vec<Self> {
        rows
    }
}

/// What a field of a row adds to its columns.
pub trait Field {
    /// Its columns. `name` is the field's, `later` says whether earlier versions lack it, `about` what it means.
    fn columns(name: &'static str, later: bool, about: &str) -> Vec<Column>;
}

fn column(name: &'static str, holds: Holds, later: bool, about: &str) -> Column {
    Column {
        name: name.to_owned(),
        holds,
        path: vec![name],
        later,
        about: about.trim().to_owned(),
    }
}

/// Types that are one column of a kind, with or without nulls.
macro_rules! fields {
    ($($holds:ident: $($type:ty),*;)*) => {
        $($(
            impl Field for $type {
                fn columns(name: &'static str, later: bool, about: &str) -> Vec<Column> {
                    vec![column(name, Holds::$holds, later, about)]
                }
            }

            impl Field for Option<$type> {
                fn columns(name: &'static str, later: bool, about: &str) -> Vec<Column> {
                    vec![column(name, Holds::$holds, later, about)]
                }
            }
        )*)*
    };
}

fields! {
    Text: String, Contrast, CurveKind, IntervalMethod, NotableKind, SpreadKind, Standing;
    Whole: u32, u64;
    Number: f64;
}

impl Field for bool {
    fn columns(name: &'static str, later: bool, about: &str) -> Vec<Column> {
        vec![column(name, Holds::Flag, later, about)]
    }
}

/// `x` and `x_undefined`.
impl Field for Result<f64, Undefined> {
    fn columns(name: &'static str, later: bool, about: &str) -> Vec<Column> {
        let mut value = column(name, Holds::Number, later, about);
        value.path.push("Ok");
        let mut undefined = column(name, Holds::Text, later, "Why there is none.");
        undefined.name.push_str("_undefined");
        undefined.path.push("Err");
        vec![value, undefined]
    }
}

/// `lower`, `upper`, `confidence`, `interval_method`, `interval_undefined`.
impl Field for Result<Interval, Undefined> {
    fn columns(name: &'static str, later: bool, _: &str) -> Vec<Column> {
        let mut columns = within(&[name, "Ok"], Interval::columns());
        for column in &mut columns {
            if column.name == "method" {
                column.name = "interval_method".to_owned();
            }
            column.later = later;
        }
        let mut undefined = column(
            "interval_undefined",
            Holds::Text,
            later,
            "Why there is no interval.",
        );
        undefined.path = vec![name, "Err"];
        columns.push(undefined);
        columns
    }
}

/// `<name>_lower` and so on.
impl Field for Option<Interval> {
    fn columns(name: &'static str, later: bool, about: &str) -> Vec<Column> {
        let mut columns = within(&[name], Interval::columns());
        for column in &mut columns {
            column.name = format!("{name}_{}", column.name);
            column.later = later;
        }
        if let Some(first) = columns.first_mut() {
            first.about = format!("{} {}", about.trim(), first.about);
        }
        columns
    }
}

/// Its own columns, which lie within the field: those that scoring keeps of a place.
impl Field for Place {
    fn columns(name: &'static str, _: bool, _: &str) -> Vec<Column> {
        let mut columns = within(&[name], <Self as Part>::columns());
        columns.retain(|column| !column.later);
        columns
    }
}

/// The columns of a part that lies inside of something.
fn within(outside: &[&'static str], mut columns: Vec<Column>) -> Vec<Column> {
    for column in &mut columns {
        column.path.splice(0..0, outside.iter().copied());
    }
    columns
}

/// Declares a part of rows, or a row with its table's name, as a struct whose fields are columns. A field with
/// `#[serde(flatten)]` is a part, one with `#[serde(default)]` came later than its table, which may be `later` itself.
macro_rules! row {
    (
        $(#[doc = $about:literal])*
        $(#[derive($($derive:ident),*)])?
        pub struct $row:ident $(in $table:literal $($later:ident)?)? {
            $(
                $(#[doc = $doc:literal])*
                $(#[serde($($serde:tt)*)])?
                pub $field:ident: $type:ty,
            )*
        }
    ) => {
        $(#[doc = $about])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        $(#[derive($($derive),*)])?
        pub struct $row {
            $(
                $(#[doc = $doc])*
                $(#[serde($($serde)*)])?
                pub $field: $type,
            )*
        }

        impl $crate::table::Part for $row {
            const ABOUT: &'static str = concat!($($about),*);

            fn columns() -> Vec<$crate::table::Column> {
                let mut columns = Vec::new();
                $({
                    let _about: &str = concat!($($doc),*);
                    columns.extend($crate::table::row!(
                        @field $type, stringify!($field), _about, $($($serde)*)?
                    ));
                })*
                columns
            }
        }

        $(
            impl $crate::table::Row for $row {
                const TABLE: &'static str = $table;
                const LATER: bool = $crate::table::row!(@later $($later)?);
            }
        )?
    };
    (@later) => {
        false
    };
    (@later later) => {
        true
    };
    (@field $type:ty, $name:expr, $about:expr, flatten) => {
        <$type as $crate::table::Part>::columns()
    };
    (@field $type:ty, $name:expr, $about:expr, ) => {
        <$type as $crate::table::Field>::columns($name, false, $about)
    };
    (@field $type:ty, $name:expr, $about:expr, $($later:tt)*) => {
        <$type as $crate::table::Field>::columns($name, true, $about)
    };
}
pub(crate) use row;
