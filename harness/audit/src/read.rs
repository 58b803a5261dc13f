//! Rows of readers as rows of an audit.

use std::collections::BTreeMap;

use titer_data::layouts::PlacedRow;

use crate::rows::{Place, Row, Set};

/// A set of rows with places.
#[must_use]
pub fn placed(rows: Vec<PlacedRow>) -> Set {
    let mut set = Set::default();
    let mut classes = BTreeMap::new();
    for row in &rows {
        classes.entry(row.class.clone()).or_insert(0);
    }
    for (number, (name, place)) in classes.iter_mut().enumerate() {
        *place = number;
        set.classes.push(name.clone());
    }
    let mut chromosomes: BTreeMap<String, u32> = BTreeMap::new();
    for row in rows {
        let next = set.chromosomes.len() as u32;
        let chromosome = *chromosomes
            .entry(row.chromosome)
            .or_insert_with_key(|name| {
                set.chromosomes.push(name.clone());
                next
            });
        let of = Row {
            id: row.id,
            class: classes.get(&row.class).copied().unwrap_or_default(),
            place: Some(Place {
                chromosome,
                start: row.start,
                end: row.end,
            }),
            sequence: None,
        };
        match row.split.as_str() {
            "test" => set.test.push(of),
            _ => set.train.push(of),
        }
    }
    set
}
