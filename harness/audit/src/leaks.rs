//! Which test rows lie where train rows lie.

use std::collections::{HashMap, HashSet};

use rayon::prelude::*;
use serde::Serialize;

use crate::overlap::{clusters, most_shared, repeats, shares_any, shares_with_others};
use crate::rows::{Place, Row, Set};

/// What the test split shares with the train split by place, class by class.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shared {
    /// For each class of the set.
    pub classes: Vec<ClassShared>,
    /// Test rows that share a base with any train row.
    pub rows: usize,
    /// Train rows that share a base with another train row.
    pub train_among_themselves: usize,
    /// Test rows that share a base with another test row.
    pub test_among_themselves: usize,
    /// Test rows that share at least half of their bases with a test row before them along the chromosomes.
    pub test_repeats: usize,
    /// Places that stand under two classes, in either split.
    pub contradictions: usize,
}

/// What test rows of a class share.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ClassShared {
    /// The class.
    pub class: String,
    /// Train rows of it.
    pub train: usize,
    /// Test rows of it.
    pub test: usize,
    /// Those that share a base with any train row.
    pub with_any: usize,
    /// Those that share a base with a train row of their own class.
    pub with_own: usize,
    /// Those that share a base with a train row of another class.
    pub with_other: usize,
    /// Those of which a train row of their own class holds at least half.
    pub half_within_own: usize,
    /// Those whose interval is that of a train row, on either strand.
    pub copies: usize,
    /// Of them, those where a train row of their own class has it.
    pub copies_with_own: usize,
    /// The first of them by name.
    pub named: Vec<Copied>,
}

/// A test row and the train row that has the same interval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Copied {
    /// The test row's id.
    pub test: String,
    /// The train row's id.
    pub train: String,
    /// The interval, as in `chr1:100-200`.
    pub place: String,
}

/// Copies of a class that are told by name in tables; rows list all.
const NAMED: usize = 5;

/// What of the test split lies in regions that a model was trained or pretrained on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Seen {
    /// What the regions are called.
    pub name: String,
    /// How many regions.
    pub regions: usize,
    /// Test rows.
    pub test: usize,
    /// Those that share a base with any region.
    pub rows: usize,
}

/// What lies in regions; `None` where not every test row says where it lies.
#[must_use]
pub fn seen(set: &Set, name: &str, regions: &[Place]) -> Option<Seen> {
    let test: Option<Vec<Place>> = set.test.iter().map(|row| row.place).collect();
    let test = test?;
    let inside = shares_any(&test, regions);
    Some(Seen {
        name: name.to_owned(),
        regions: regions.len(),
        test: test.len(),
        rows: inside.into_iter().filter(|inside| *inside).count(),
    })
}

/// What is shared; `None` where not every row says where it lies.
#[must_use]
pub fn shared(set: &Set) -> Option<Shared> {
    let (train, test) = set.places()?;
    let any = shares_any(&test, &train);
    let copied = same_intervals(set);
    let of_class = |rows: &[Row], places: &[Place], class: usize, is: bool| -> Vec<Place> {
        let pairs = rows.iter().zip(places);
        let wanted = pairs.filter(|(row, _)| (row.class == class) == is);
        wanted.map(|(_, place)| *place).collect()
    };
    let count = |held: Vec<bool>| held.into_iter().filter(|holds| *holds).count();
    let classes = set.classes.par_iter().enumerate().map(|(class, name)| {
        let own_test = of_class(&set.test, &test, class, true);
        let own_train = of_class(&set.train, &train, class, true);
        let other_train = of_class(&set.train, &train, class, false);
        let half = most_shared(&own_test, &own_train)
            .iter()
            .zip(&own_test)
            .filter(|(found, place)| found.is_some_and(|it| 2 * it.bases >= place.bases()))
            .count();
        ClassShared {
            class: name.clone(),
            train: own_train.len(),
            test: own_test.len(),
            with_any: count(shares_any(&own_test, &train)),
            with_own: count(shares_any(&own_test, &own_train)),
            with_other: count(shares_any(&own_test, &other_train)),
            half_within_own: half,
            ..copies(set, class, &copied)
        }
    });
    let among_themselves = |places: &[Place]| count(shares_with_others(places));
    let (classes, (train_among_themselves, contradictions)) = rayon::join(
        || classes.collect(),
        || (among_themselves(&train), contradictions(set)),
    );
    Some(Shared {
        classes,
        rows: count(any),
        train_among_themselves,
        test_among_themselves: among_themselves(&test),
        test_repeats: count(repeats(&test)),
        contradictions,
    })
}

/// The copies of a class, counted and named.
fn copies(set: &Set, class: usize, copied: &[Option<SameInterval>]) -> ClassShared {
    let rows = set.test.iter().zip(copied);
    let of_class = rows.filter(|(row, _)| row.class == class);
    let found: Vec<(&Row, SameInterval)> = of_class
        .filter_map(|(row, copy)| Some((row, (*copy)?)))
        .collect();
    let named = found.iter().take(NAMED).map(|(row, copy)| Copied {
        test: row.id.clone(),
        train: set.train[copy.train as usize].id.clone(),
        place: row.place.map_or(String::new(), |place| named(set, &place)),
    });
    ClassShared {
        copies: found.len(),
        copies_with_own: found.iter().filter(|(_, copy)| copy.of_own).count(),
        named: named.collect(),
        ..ClassShared::default()
    }
}

fn named(set: &Set, place: &Place) -> String {
    let chromosome = set.chromosomes.get(place.chromosome as usize);
    let chromosome = chromosome.map_or("?", String::as_str);
    format!("{chromosome}:{}-{}", place.start, place.end)
}

/// A train row with the interval of a test row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SameInterval {
    /// The first such train row, of the test row's class if there is one.
    pub train: u32,
    /// Whether it is of the test row's class.
    pub of_own: bool,
}

/// Of each test row, a train row with the same interval; strands do not count. Rows without a base have none.
#[must_use]
pub fn same_intervals(set: &Set) -> Vec<Option<SameInterval>> {
    let train = (0_u32..).zip(&set.train);
    let mut places: Vec<(Place, usize, u32)> = train
        .filter_map(|(number, row)| Some((row.place?, row.class, number)))
        .collect();
    places.par_sort_unstable();
    let first = |place: Place, class: usize| {
        let at = places.partition_point(|(it, of, _)| (*it, *of) < (place, class));
        places.get(at).filter(|(it, ..)| *it == place)
    };
    let of_row = |row: &Row| {
        let place = row.place.filter(|place| place.bases() > 0)?;
        let own = first(place, row.class).filter(|(_, class, _)| *class == row.class);
        let (_, _, train) = own.or_else(|| first(place, 0))?;
        Some(SameInterval {
            train: *train,
            of_own: own.is_some(),
        })
    };
    set.test.par_iter().map(of_row).collect()
}

/// Test rows whose declared group has train rows too; `None` where a row has none.
#[must_use]
pub fn straddling(set: &Set) -> Option<usize> {
    let mut rows = set.train.iter().chain(&set.test);
    if !rows.all(|row| row.group.is_some()) {
        return None;
    }
    let rows = straddling_rows(set);
    Some(rows.into_iter().filter(|straddles| *straddles).count())
}

/// Of each test row, whether its declared group has train rows too.
#[must_use]
pub fn straddling_rows(set: &Set) -> Vec<bool> {
    let train: HashSet<&str> = set
        .train
        .iter()
        .filter_map(|row| row.group.as_deref())
        .collect();
    let holds = |row: &Row| {
        row.group
            .as_deref()
            .is_some_and(|group| train.contains(group))
    };
    set.test.iter().map(holds).collect()
}

/// The cluster of each test row as it was declared; each by itself where none was.
#[must_use]
pub fn declared_clusters(set: &Set) -> Vec<u32> {
    let mut known: HashMap<&str, u32> = HashMap::new();
    let number = |(row, of): (u32, _)| {
        let of: &Row = of;
        match of.group.as_deref() {
            Some(group) => *known.entry(group).or_insert(row),
            None => row,
        }
    };
    (0_u32..).zip(&set.test).map(number).collect()
}

/// The cluster of each test row: rows that share bases, over train rows too, are not independent.
#[must_use]
pub fn test_clusters(set: &Set) -> Vec<u32> {
    match set.places() {
        Some((train, test)) => {
            let all: Vec<Place> = test.iter().chain(&train).copied().collect();
            let mut numbers = clusters(&all);
            numbers.truncate(test.len());
            numbers
        }
        None => (0..).take(set.test.len()).collect(),
    }
}

/// Equal places of different classes.
fn contradictions(set: &Set) -> usize {
    let rows = set.train.iter().chain(&set.test);
    let mut places: Vec<(Place, usize)> = rows
        .filter_map(|row| row.place.map(|place| (place, row.class)))
        .collect();
    places.par_sort_unstable();
    places.dedup();
    let mut found: Vec<Place> = places
        .windows(2)
        .filter(|pair| pair[0].0 == pair[1].0)
        .map(|pair| pair[0].0)
        .collect();
    found.dedup();
    found.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_counted_and_named_by_class() {
        let row = |id: &str, class: usize, start: u64, end: u64| Row {
            id: id.to_owned(),
            class,
            chromosome: Some(0),
            place: Some(Place {
                chromosome: 0,
                start,
                end,
            }),
            ..Row::default()
        };
        let set = Set {
            classes: vec!["no".to_owned(), "yes".to_owned()],
            chromosomes: vec!["chr7".to_owned()],
            train: vec![
                row("a", 1, 10, 20),
                row("b", 0, 10, 20),
                row("c", 1, 30, 45),
                // Holds what a test row has, and is no copy of it.
                row("d", 0, 50, 90),
            ],
            test: vec![
                row("p", 0, 10, 20),
                row("q", 0, 30, 45),
                row("r", 0, 60, 70),
                row("s", 1, 30, 45),
                row("t", 1, 5, 5),
            ],
        };
        let shared = shared(&set).unwrap();
        let [no, yes] = &shared.classes[..] else {
            panic!("two classes");
        };
        assert_eq!((no.copies, no.copies_with_own), (2, 1));
        assert_eq!((yes.copies, yes.copies_with_own), (1, 1));
        let named: Vec<(&str, &str)> = no
            .named
            .iter()
            .map(|it| (&it.test[..], &it.train[..]))
            .collect();
        assert_eq!(named, [("p", "b"), ("q", "c")]);
        assert_eq!(yes.named[0].place, "chr7:30-45");
    }
}
