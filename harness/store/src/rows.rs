//! Tables of plain rows: the columns of each are stated once, rows go through their serde form.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Number, Value};
use titer_core::{
    Agreement, ControlScore, Detection, Fall, GroupDifference, GroupFlips, GroupScore, PairedTest,
    Recalibration, Spread,
};

use crate::error::StoreError;
use crate::folder::RunFolder;
use crate::table::{Columns, Table, Typed};

/// What a column holds; nulls are allowed where the row's field is optional.
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

use Holds::{Flag, Number as Num, Text, Whole};

type Layout = &'static [(&'static str, Holds)];

/// A row of a table of its own in the run folder.
pub trait Row: Serialize + DeserializeOwned {
    /// The table's name.
    const TABLE: &'static str;

    /// Those of its columns that tables of earlier versions lack: what is optional in a row.
    const LATER: &'static [&'static str] = &[];

    /// Its columns in order.
    fn layout() -> Vec<(&'static str, Holds)>;
}

const KEY: Layout = &[
    ("suite", Text),
    ("model", Text),
    ("variant", Text),
    ("dataset", Text),
    ("split", Text),
    ("perturbation", Text),
    ("metric", Text),
    ("class", Text),
];

const ESTIMATE: Layout = &[
    ("value", Num),
    ("undefined", Text),
    ("lower", Num),
    ("upper", Num),
    ("confidence", Num),
    ("interval_method", Text),
    ("interval_undefined", Text),
];

impl Row for Agreement {
    const TABLE: &'static str = "agreements";
    const LATER: &'static [&'static str] = &[
        "answers",
        "distinct",
        "base_distinct",
        "saturated",
        "base_saturated",
    ];

    fn layout() -> Vec<(&'static str, Holds)> {
        vec![
            ("suite", Text),
            ("model", Text),
            ("variant", Text),
            ("base", Text),
            ("contrast", Text),
            ("dataset", Text),
            ("split", Text),
            ("perturbation", Text),
            ("unit", Text),
            ("units", Whole),
            ("clusters", Whole),
            ("flips_to_wrong", Whole),
            ("flips_to_right", Whole),
            ("flips_among_wrong", Whole),
            ("flip_rate_upper", Num),
            ("largest_change", Num),
            ("mean_change", Num),
            ("median_change", Num),
            ("change_p90", Num),
            ("change_p99", Num),
            ("spearman", Num),
            ("new_ties", Whole),
            ("identical", Flag),
            ("spread", Num),
            ("answers", Whole),
            ("distinct", Whole),
            ("base_distinct", Whole),
            ("saturated", Num),
            ("base_saturated", Num),
        ]
    }
}

impl Row for GroupScore {
    const TABLE: &'static str = "groups";

    fn layout() -> Vec<(&'static str, Holds)> {
        let own: Layout = &[("stratum", Text), ("group", Text)];
        let counts: Layout = &[
            ("units", Whole),
            ("positives", Whole),
            ("clusters", Whole),
            ("too_small", Flag),
        ];
        [KEY, own, ESTIMATE, counts].concat()
    }
}

impl Row for GroupDifference {
    const TABLE: &'static str = "group_differences";

    fn layout() -> Vec<(&'static str, Holds)> {
        let own: Layout = &[
            ("base", Text),
            ("base_value", Num),
            ("stratum", Text),
            ("group", Text),
        ];
        let counts: Layout = &[("units", Whole), ("clusters", Whole)];
        [KEY, own, ESTIMATE, counts].concat()
    }
}

impl Row for Spread {
    const TABLE: &'static str = "spreads";

    fn layout() -> Vec<(&'static str, Holds)> {
        let own: Layout = &[
            ("stratum", Text),
            ("statistic", Text),
            ("worst_group", Text),
            ("best_group", Text),
        ];
        let counts: Layout = &[("groups", Whole), ("too_small", Whole)];
        [KEY, own, ESTIMATE, counts].concat()
    }
}

impl Row for ControlScore {
    const TABLE: &'static str = "controls";

    fn layout() -> Vec<(&'static str, Holds)> {
        let own: Layout = &[
            ("control", Text),
            ("control_value", Num),
            ("control_lower", Num),
            ("control_upper", Num),
        ];
        let last: Layout = &[("standing", Text)];
        [KEY, own, ESTIMATE, last].concat()
    }
}

impl Row for GroupFlips {
    const TABLE: &'static str = "flips";

    fn layout() -> Vec<(&'static str, Holds)> {
        vec![
            ("suite", Text),
            ("model", Text),
            ("variant", Text),
            ("base", Text),
            ("contrast", Text),
            ("dataset", Text),
            ("split", Text),
            ("perturbation", Text),
            ("stratum", Text),
            ("group", Text),
            ("units", Whole),
            ("flips_to_wrong", Whole),
            ("flips_to_right", Whole),
            ("flips_among_wrong", Whole),
        ]
    }
}

impl Row for PairedTest {
    const TABLE: &'static str = "tests";

    fn layout() -> Vec<(&'static str, Holds)> {
        let own: Layout = &[("contrast", Text), ("base", Text), ("test", Text)];
        let rest: Layout = &[
            ("p_value", Num),
            ("holm", Num),
            ("benjamini_hochberg", Num),
            ("units", Whole),
            ("clusters", Whole),
        ];
        [KEY, own, ESTIMATE, rest].concat()
    }
}

impl Row for Recalibration {
    const TABLE: &'static str = "recalibrations";

    fn layout() -> Vec<(&'static str, Holds)> {
        let own: Layout = &[
            ("method", Text),
            ("parameters", Text),
            ("at_bound", Flag),
            ("fitted_on", Text),
            ("fitted_examples", Whole),
            ("raw", Num),
        ];
        [KEY, own, ESTIMATE].concat()
    }
}

impl Row for Detection {
    const TABLE: &'static str = "detections";

    fn layout() -> Vec<(&'static str, Holds)> {
        let own: Layout = &[
            ("suite", Text),
            ("model", Text),
            ("variant", Text),
            ("in_distribution", Text),
            ("out_of_distribution", Text),
            ("by", Text),
            ("metric", Text),
        ];
        let counts: Layout = &[("inside", Whole), ("outside", Whole), ("clusters", Whole)];
        [own, ESTIMATE, counts].concat()
    }
}

impl Row for Fall {
    const TABLE: &'static str = "falls";

    fn layout() -> Vec<(&'static str, Holds)> {
        let own: Layout = &[
            ("suite", Text),
            ("model", Text),
            ("variant", Text),
            ("split", Text),
            ("metric", Text),
            ("class", Text),
            ("in_distribution", Text),
            ("out_of_distribution", Text),
            ("in_value", Num),
            ("out_value", Num),
        ];
        let rest: Layout = &[
            ("base", Text),
            ("further", Num),
            ("further_undefined", Text),
            ("further_lower", Num),
            ("further_upper", Num),
            ("further_confidence", Num),
            ("further_interval_method", Text),
            ("further_interval_undefined", Text),
            ("in_clusters", Whole),
            ("out_clusters", Whole),
            ("shared_clusters", Whole),
        ];
        [own, ESTIMATE, rest].concat()
    }
}

impl RunFolder {
    /// Writes how far cells agree.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn write_agreements(&self, agreements: &[Agreement]) -> Result<(), StoreError> {
        self.write_rows(agreements)
    }

    /// Reads how far cells agree.
    ///
    /// # Errors
    /// The run has not been scored, or the table is damaged.
    pub fn read_agreements(&self) -> Result<Vec<Agreement>, StoreError> {
        self.read_rows()
    }

    /// Writes every row of a table.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn write_rows<R: Row>(&self, rows: &[R]) -> Result<(), StoreError> {
        let path = self.table(R::TABLE);
        let mut maps = Vec::with_capacity(rows.len());
        for row in rows {
            match serde_json::to_value(row) {
                Ok(Value::Object(map)) => maps.push(map),
                _ => return Err(StoreError::damaged(&path, "a row cannot be laid out")),
            }
        }
        let mut columns = Columns::default();
        for (name, holds) in R::layout() {
            let values = maps.iter().map(|map| map.get(name));
            columns = match holds {
                Text => columns.maybe_text(name, values.map(|value| value?.as_str())),
                Whole => columns.maybe_whole(name, values.map(|value| value?.as_u64())),
                Num => columns.maybe_number(name, values.map(|value| value?.as_f64())),
                Flag => columns.flag(name, values.map(|value| value == Some(&Value::Bool(true)))),
            };
        }
        columns.write(&path)
    }

    /// Reads every row of a table.
    ///
    /// # Errors
    /// The run has not been scored, or the table is damaged.
    pub fn read_rows<R: Row>(&self) -> Result<Vec<R>, StoreError> {
        let path = self.table(R::TABLE);
        let table = Table::read(&path)?;
        let mut maps = vec![Map::new(); table.height()];
        let there = |name: &str| !R::LATER.contains(&name) || table.has(name);
        for (name, holds) in R::layout() {
            if !there(name) {
                continue;
            }
            for (map, value) in maps.iter_mut().zip(values(&table, name, holds)?) {
                map.insert(name.to_owned(), value);
            }
        }
        let row = |(number, map)| {
            serde_json::from_value(Value::Object(map))
                .map_err(|error| table.row_error(number, &error.to_string()))
        };
        maps.into_iter().enumerate().map(row).collect()
    }
}

fn values(table: &Table<'_>, name: &str, holds: Holds) -> Result<Vec<Value>, StoreError> {
    fn all<T>(values: Vec<Option<T>>, into: impl Fn(T) -> Value) -> Vec<Value> {
        let value = |value: Option<T>| value.map_or(Value::Null, &into);
        values.into_iter().map(value).collect()
    }
    Ok(match holds {
        Text => all(table.maybe_text(name)?, Value::String),
        Whole => all(table.maybe_whole(name)?, Value::from),
        Num => all(table.maybe_number(name)?, |number| {
            Number::from_f64(number).map_or(Value::Null, Value::Number)
        }),
        Flag => table.flag(name)?.into_iter().map(Value::Bool).collect(),
    })
}
