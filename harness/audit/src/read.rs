//! Rows of readers as rows of an audit.

use std::collections::{BTreeMap, HashMap};

use titer_core::{Place as ExamplePlace, Sequence, Target};
use titer_data::Row as DataRow;
use titer_data::genome::plain;
use titer_data::layouts::PlacedRow;
use titer_data::regions::Region;

use crate::rows::{Place, Row, Set};

/// Chromosomes by their numbers, in the order in which they were met; `chr1`, `1` and `NC_000001.11` are one, and called as
/// they were met first.
#[derive(Default)]
struct Chromosomes {
    /// By the names as rows write them.
    written: HashMap<String, u32>,
    /// By what those names stand for.
    numbers: BTreeMap<String, u32>,
    names: Vec<String>,
}

impl Chromosomes {
    fn number(&mut self, name: String) -> u32 {
        if let Some(number) = self.written.get(&name) {
            return *number;
        }
        let next = self.names.len() as u32;
        let number = *self
            .numbers
            .entry(plain(&name).into_owned())
            .or_insert(next);
        if number == next {
            self.names.push(name.clone());
        }
        self.written.insert(name, number);
        number
    }
}

/// A set of rows with places, and with their letters where a genome gave them (for each row, with how many are in lower
/// case).
#[must_use]
pub fn placed(rows: Vec<PlacedRow>, letters: Option<Vec<(Sequence, u32)>>) -> Set {
    // Rows come class by class.
    let of_runs = rows.chunk_by(|one, next| one.class == next.class);
    let mut classes: Vec<String> = of_runs.map(|run| run[0].class.clone()).collect();
    classes.sort_unstable();
    classes.dedup();
    let mut set = Set {
        classes,
        ..Set::default()
    };
    let mut chromosomes = Chromosomes::default();
    let mut letters = letters.map(Vec::into_iter);
    for row in rows {
        let chromosome = chromosomes.number(row.chromosome);
        let class = set.classes.binary_search(&row.class);
        let (sequence, lower_case) = letters.as_mut().and_then(Iterator::next).unzip();
        let of = Row {
            id: row.id,
            class: class.unwrap_or_default(),
            chromosome: Some(chromosome),
            place: Some(Place {
                chromosome,
                start: row.start,
                end: row.end,
            }),
            minus: Some(row.minus),
            sequence,
            lower_case: lower_case.unwrap_or_default(),
            second: None,
            group: None,
        };
        match row.split.as_str() {
            "test" => set.test.push(of),
            _ => set.train.push(of),
        }
    }
    set.chromosomes = chromosomes.names;
    set
}

/// A set that is made row by row, so that its examples are never all in memory beside it. Two sequences of an example are
/// looked at as one: what they share with train is looked for in either.
pub struct Rows<'a> {
    set: Set,
    /// Names the groups within which examples are not independent.
    cluster: Option<&'a str>,
    chromosomes: Chromosomes,
}

impl<'a> Rows<'a> {
    /// No rows, of so many classes.
    #[must_use]
    pub fn new(classes: &[String], cluster: Option<&'a str>) -> Self {
        Self {
            set: Set {
                classes: classes.to_vec(),
                ..Set::default()
            },
            cluster,
            chromosomes: Chromosomes::default(),
        }
    }

    /// Adds a row, to test or to train; one that has no class is left out.
    pub fn add(&mut self, row: DataRow, is_test: bool) {
        let (example, lower_case) = (row.example, row.lower_case);
        let Target::Class(class) = example.target else {
            return;
        };
        let place = example.place;
        let ends = place
            .position
            .zip(place.end.or_else(|| end_of_variant(&place)));
        let chromosome = place.chromosome.map(|name| self.chromosomes.number(name));
        let of = Row {
            id: example.id,
            class,
            chromosome,
            place: chromosome
                .zip(ends)
                .map(|(chromosome, (start, end))| Place {
                    chromosome,
                    start,
                    end,
                }),
            minus: place.strand.as_deref().map(|strand| strand == "-"),
            second: example
                .second
                .as_ref()
                .map(|_| example.sequence.len() as u32 + 1),
            // Of a place without a genome there are no letters.
            sequence: Some(match &example.second {
                Some(second) => example.sequence.followed_by(second),
                None => example.sequence,
            })
            .filter(|letters| !letters.is_empty()),
            lower_case,
            group: self
                .cluster
                .and_then(|column| Some(example.clusters.get(column)?.as_str().into())),
        };
        match is_test {
            true => self.set.test.push(of),
            false => self.set.train.push(of),
        }
    }

    /// The set.
    #[must_use]
    pub fn finish(self) -> Set {
        Set {
            chromosomes: self.chromosomes.names,
            ..self.set
        }
    }
}

/// One past the bases that a genetic variant replaces.
fn end_of_variant(place: &ExamplePlace) -> Option<u64> {
    let bases = place.ref_allele.as_ref()?.len() as u64;
    Some(place.position? + bases.max(1))
}

/// Regions as places of a set's chromosomes, with `chr` before their names or without; regions of other chromosomes are
/// left out.
#[must_use]
pub fn regions(set: &Set, regions: &[Region]) -> Vec<Place> {
    let mut known = BTreeMap::new();
    for (number, name) in (0_u32..).zip(&set.chromosomes) {
        known.insert(plain(name), number);
    }
    let place = |(chromosome, start, end): &Region| {
        known.get(&plain(chromosome)).map(|chromosome| Place {
            chromosome: *chromosome,
            start: *start,
            end: *end,
        })
    };
    regions.iter().filter_map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chromosomes_have_one_number_under_both_names() {
        let row = |split: &str, chromosome: &str| PlacedRow {
            id: String::new(),
            split: split.to_owned(),
            class: "a".to_owned(),
            chromosome: chromosome.to_owned(),
            start: 5,
            end: 9,
            minus: false,
        };
        let names = ["chr1", "1", "chrM", "MT", "2", "NC_000001.11"];
        let rows = names.map(|name| row(if name == "1" { "test" } else { "train" }, name));
        let set = placed(rows.to_vec(), None);
        assert_eq!(set.chromosomes, ["chr1", "chrM", "2"]);
        assert_eq!(set.test[0].place, set.train[0].place);
        assert_eq!(set.test[0].place, set.train[4].place);
        let seen = [("M".to_owned(), 1, 2), ("chr9".to_owned(), 1, 2)];
        let found = regions(&set, &seen);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].chromosome, 1);
    }
}
